"""The method of bounds: the range each vote flow must lie in, whatever individuals did.

For a unit with N voters of whom x chose r before and y chose c after, the number who did both lies
between max(0, x + y - N) and min(x, y). Bounds of a region are the sums of its units' bounds.
Source: Duncan and Davis, An Alternative to Ecological Correlation, 1953.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from mulembe.regions import Region
from mulembe.tables import Tables
from mulembe.transfer.rolls import ABSENT, ENTERED, GONE, NEVER, registers

__all__ = ["ABSENT", "ENTERED", "GONE", "Bounds", "duncan_davis", "vote_bounds"]


@dataclass(frozen=True)
class Bounds:
    """Bounds on every flow of a transfer table over a region.

    ``origins`` and ``destinations`` hold voters per unit and option (equal row sums);
    ``lower`` and ``upper`` have the origins as rows and the destinations as columns, in voters,
    summed over the units; ``unit_lower`` and ``unit_upper`` are arrays units x R x C.
    ``missing`` lists units without results in one of the two elections.
    """

    origins: pd.DataFrame
    destinations: pd.DataFrame
    lower: pd.DataFrame
    upper: pd.DataFrame
    unit_lower: np.ndarray
    unit_upper: np.ndarray
    missing: tuple[str, ...] = ()

    def within(self, units: Iterable[str]) -> Bounds:
        """The bounds over some of the units; raises KeyError when none of them is held."""
        wanted = set(units)
        kept = [i for i, unit in enumerate(self.origins.index) if unit in wanted]
        if not kept:
            raise KeyError("none of the units has results in both elections")
        return _summed(
            self.origins.iloc[kept],
            self.destinations.iloc[kept],
            self.unit_lower[kept],
            self.unit_upper[kept],
            tuple(unit for unit in self.missing if unit in wanted),
        )

    def cell(self, origin: str, destination: str) -> pd.DataFrame:
        """One flow in every unit: lower, upper, and the unit's origin and destination totals."""
        row = self.origins.columns.get_loc(origin)
        column = self.destinations.columns.get_loc(destination)
        return pd.DataFrame(
            {
                "lower": self.unit_lower[:, row, column],
                "upper": self.unit_upper[:, row, column],
                "origin": self.origins[origin],
                "destination": self.destinations[destination],
            },
            index=self.origins.index,
        )

    def table(self) -> pd.DataFrame:
        """Every flow of the whole: origin, destination, lower, upper and both totals, in voters."""
        return pd.DataFrame(
            [
                {
                    "origin": origin,
                    "destination": destination,
                    "lower": int(self.lower.at[origin, destination]),
                    "upper": int(self.upper.at[origin, destination]),
                    "origin_total": int(self.origins[origin].sum()),
                    "destination_total": int(self.destinations[destination].sum()),
                }
                for origin in self.lower.index
                for destination in self.lower.columns
            ]
        )


def duncan_davis(origins: np.ndarray, destinations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bound of every cell in every unit.

    ``origins`` is units x R and ``destinations`` units x C, counts with equal row sums; returns two
    arrays units x R x C. Raises ValueError when the row sums differ or a count is negative.
    """
    if (origins < 0).any() or (destinations < 0).any():
        raise ValueError("counts cannot be negative")
    totals = origins.sum(axis=1)
    unequal = np.flatnonzero(totals != destinations.sum(axis=1))
    if len(unequal):
        raise ValueError(f"origins and destinations differ in total in unit {unequal[0]}")
    x, y = origins[:, :, None], destinations[:, None, :]
    return np.maximum(0, x + y - totals[:, None, None]), np.minimum(x, y)


@lru_cache(maxsize=64)
def vote_bounds(tables: Tables, base: str, to: str, region: Region, exits: float = 0.0) -> Bounds:
    """Bounds on the flows of registered voters between two elections over a region.

    ``registers`` describes the origins and destinations, ``exits`` and what is raised. With exits
    of 0, deaths and new voters that cancel out inside a unit cannot be seen.
    """
    rolls = registers(tables, base, to, region.codes, exits)
    low, high = duncan_davis(rolls.origins.to_numpy(), rolls.destinations.to_numpy())
    for origin, destination in NEVER:
        if origin in rolls.origins and destination in rolls.destinations:
            row = rolls.origins.columns.get_loc(origin)
            high[:, row, rolls.destinations.columns.get_loc(destination)] = 0
    return _summed(rolls.origins, rolls.destinations, low, high, rolls.missing)


def _summed(
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    low: np.ndarray,
    high: np.ndarray,
    missing: tuple[str, ...],
) -> Bounds:
    return Bounds(
        origins,
        destinations,
        pd.DataFrame(low.sum(axis=0), origins.columns, destinations.columns),
        pd.DataFrame(high.sum(axis=0), origins.columns, destinations.columns),
        low,
        high,
        missing,
    )
