"""The base a scenario starts from: voters per constituency and origin, as arrays.

All 290 constituencies are held (289 in 2017), so that the nation can be added up; leaders move
voters in the 38 only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from mulembe.elections import region_results
from mulembe.scenario.model import ABSENT, CYCLES, ENTERED, OTHERS
from mulembe.tables import Tables

PROJECTION = "EPSG:32636"  # UTM zone 36 N; continuous across the equator


@dataclass(frozen=True)
class Base:
    """Voters on the register of the base election by unit and origin.

    ``voters`` is units x origins in whole voters; ``origins`` are line A, line B, "others",
    "absent" and, in last place, "entered" (0 here; a grown register fills it). ``growth`` is the
    change of each unit's register from 2017 to 2022 as a fraction. ``area`` marks the 38;
    ``distance`` is 38 x 38 km between their representative points. ``missing`` lists units without
    a result and ``adjusted`` those whose form has more votes than voters: their register is taken
    as their valid votes.
    """

    election: str
    codes: tuple[str, ...]
    origins: tuple[str, ...]
    voters: np.ndarray
    counties: np.ndarray
    county_codes: tuple[str, ...]
    growth: np.ndarray
    area: np.ndarray
    distance: np.ndarray
    sources: tuple[str, ...]
    missing: tuple[str, ...]
    adjusted: tuple[str, ...]

    @cached_property
    def position(self) -> dict[str, int]:
        """Row of each unit by its code."""
        return {code: i for i, code in enumerate(self.codes)}

    @cached_property
    def area_codes(self) -> tuple[str, ...]:
        """The codes of the 38, in the order of ``distance``."""
        return tuple(code for code, inside in zip(self.codes, self.area, strict=True) if inside)

    @cached_property
    def register(self) -> np.ndarray:
        """Voters on the register per unit."""
        return np.asarray(self.voters.sum(axis=1))

    def mask(self, codes: tuple[str, ...]) -> np.ndarray:
        """Which units are among these codes."""
        return np.isin(self.codes, codes)

    def county_mask(self, code: str) -> np.ndarray:
        """Which units lie in this county."""
        if code not in self.county_codes:
            return np.zeros(len(self.codes), dtype=bool)
        return np.asarray(self.counties == self.county_codes.index(code))


@lru_cache(maxsize=4)
def load_base(tables: Tables, cycle: str) -> Base:
    """The base of a cycle: August 2017 for 2022, and 2022 for 2027."""
    election = CYCLES[cycle]
    results = region_results(tables, election)
    a, b = results.line_a, results.line_b
    valid = results.votes.sum(axis=1)
    register = results.turnout["registered"]
    voters = pd.DataFrame(
        {
            a: results.votes[a],
            b: results.votes[b],
            OTHERS: valid - results.votes[a] - results.votes[b],
            ABSENT: (register - valid).clip(lower=0),
            ENTERED: 0,
        }
    ).astype(np.int64)
    places = tables["constituencies"].set_index("code").loc[voters.index]
    county_codes = tuple(sorted(set(places["county_code"])))
    return Base(
        election,
        tuple(voters.index),
        tuple(voters.columns),
        voters.to_numpy(),
        places["county_code"].map(county_codes.index).to_numpy(),
        county_codes,
        _growth(tables, voters.index, np.asarray(voters.sum(axis=1), dtype=float), election),
        places["in_region"].to_numpy(dtype=bool),
        distances(places[places["in_region"]]),
        tuple(results.sources()),
        results.missing,
        tuple(voters.index[valid > register]),
    )


def _growth(tables: Tables, codes: pd.Index, register: np.ndarray, election: str) -> np.ndarray:
    """Change from the register of 2017 to that of 2022, as a fraction per unit.

    Forms of the 2017 election count a little otherwise than the certified register; from that base
    the growth leads to the register of 2022 itself.
    """
    registers = (
        tables["registers"]
        .astype({"year": str})
        .pivot(index="code", columns="year", values="registered")
        .astype(float)
        .loc[codes]
    )
    start = register if election == "2017" else registers["2017"].to_numpy()
    return np.asarray(registers["2022"].to_numpy() / start - 1)


def distances(places: pd.DataFrame) -> np.ndarray:
    """Kilometres between the representative points of these places (columns lon, lat)."""
    from pyproj import Transformer  # slow to import, and only needed once

    project = Transformer.from_crs("EPSG:4326", PROJECTION, always_xy=True)
    east, north = project.transform(places["lon"].to_numpy(float), places["lat"].to_numpy(float))
    east, north = np.asarray(east), np.asarray(north)
    return np.asarray(np.hypot(east[:, None] - east, north[:, None] - north) / 1000)
