"""Does the answer from constituencies hold at a finer grain? Wards of Trans Nzoia, 2017 to 2022.

Wards are held for both elections in this one county only, and from other sources than the
constituencies: a provisional portal in 2017, digits keyed by volunteers in 2022. They check and
are never mixed in.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mulembe.elections import MissingResultsError, Results
from mulembe.regions import DEFAULT, Region, parse
from mulembe.tables import Tables
from mulembe.transfer.estimate import DRAWS, Estimate, estimate
from mulembe.transfer.registers import transfer, with_shares
from mulembe.transfer.rolls import NEVER, Registers, paired

BASE, TO = "2017", "2022"


@dataclass(frozen=True)
class WardCheck:
    """The same flows over one county from wards, from its constituencies, and from the region.

    ``table`` has a row per origin and destination. ``wards`` is from the wards alone with the
    constituencies as groups, ``alone`` from the county's constituencies alone, ``region`` from all
    38, which is what the pages show; each is a share of the origin (fraction) with ``_low`` and
    ``_high``. ``alone_difference`` and ``region_difference`` are those two less the wards, in
    percentage points; ``overlap`` says whether the intervals of ``wards`` and ``region`` meet, and
    ``origin_total`` is the origin's voters in the wards. ``units`` counts the wards used,
    ``left_out`` names those not usable or without results of both elections.
    """

    area: Region
    units: int
    table: pd.DataFrame
    left_out: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def county(self) -> str:
        """The name of the county."""
        return self.area.name

    @property
    def displaced(self) -> float:
        """Percent of the voters whom ``region`` puts into another cell than the wards do."""
        first = self.table.drop_duplicates("origin")
        parts = self.table["region_difference"].abs() * self.table["origin_total"]
        return float(parts.sum() / 2 / first["origin_total"].sum())


def ward_rolls(tables: Tables) -> tuple[Registers, list[str]]:
    """Origins and destinations of the usable wards, and the constituency of each.

    ``missing`` of the registers names the wards left out. Raises MissingResultsError when no ward
    is usable in both elections.
    """
    first, second = _results(tables, BASE), _results(tables, TO)
    codes = list(tables["wards"]["ward_code"])
    rolls = paired(first, second, codes, 0.0)
    place = tables["wards"].set_index("ward_code")["constituency_code"]
    return rolls, list(place.loc[rolls.origins.index])


def _results(tables: Tables, election: str) -> Results:
    turnout = tables["ward_turnout"]
    turnout = turnout[(turnout["election_id"] == election) & turnout["usable"]]
    turnout = turnout.set_index("ward_code")
    rows = tables["ward_results"]
    rows = rows[(rows["election_id"] == election) & rows["ward_code"].isin(turnout.index)]
    votes = rows.pivot(index="ward_code", columns="candidate_id", values="votes")
    lines = tables["elections"].set_index("election_id").loc[election]
    line_a, line_b = str(lines["line_a"]), str(lines["line_b"])
    return Results(election, "ward", votes, turnout.loc[votes.index], line_a, line_b)


def ward_check(tables: Tables, seed: int = 0, draws: int = DRAWS) -> WardCheck:
    """Estimate the county's flows from its wards and from its constituencies, side by side."""
    rolls, places = ward_rolls(tables)
    county = _county(tables, places)
    fine = estimate(rolls.origins, rolls.destinations, places, seed, draws=draws, never=NEVER)
    alone = transfer(tables, BASE, TO, county, seed=seed, draws=draws)
    whole = transfer(tables, BASE, TO, parse(DEFAULT, tables), seed=seed, draws=draws)
    table = _shares(fine, "wards")
    table["origin_total"] = fine.table()["origin_total"].to_numpy()
    table = table.join(_shares(alone, "alone")).join(_shares(whole, "region", county))
    for name in ("alone", "region"):
        table[f"{name}_difference"] = 100 * (table[name] - table["wards"])
    low = table[["wards_low", "region_low"]].max(axis=1)
    table["overlap"] = low <= table[["wards_high", "region_high"]].min(axis=1)
    return WardCheck(county, len(rolls.origins), table.reset_index(), rolls.missing, rolls.sources)


def _county(tables: Tables, places: list[str]) -> Region:
    county = tables["constituencies"].set_index("code")["county_code"].loc[places].unique()
    if len(county) != 1:
        raise MissingResultsError("The wards held lie in more than one county.")
    return parse(f"county:{county[0]}", tables)


def _shares(found: Estimate, name: str, within: Region | None = None) -> pd.DataFrame:
    flows = with_shares(found.table(within.codes if within else None))
    flows = flows.set_index(["origin", "destination"])[["share", "share_low", "share_high"]]
    flows.columns = pd.Index([name, f"{name}_low", f"{name}_high"])
    return flows
