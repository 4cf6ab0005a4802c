"""Election results over a region, at constituency or county level.

>>> from mulembe.tables import Tables
>>> from mulembe import regions
>>> tables = Tables()
>>> results = region_results(tables, "2022", regions.parse("west5", tables))
>>> results.unit, len(results.votes)
('constituency', 38)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from mulembe import metrics
from mulembe.regions import Region, whole_counties
from mulembe.tables import Tables

MAPPED = ("2017", "2022")  # the elections with results by constituency


class MissingResultsError(ValueError):
    """The tables hold no results for this election at this level; the text says what exists."""


@dataclass(frozen=True)
class Results:
    """Votes and turnout of one election over some units.

    ``votes`` has a row per unit and a column per candidate id; ``turnout`` has registered, cast,
    rejected, valid, quality and the source ids, on the same index. ``line_a`` and ``line_b`` are
    the two candidates that margins and swing compare; ``missing`` lists units without results.
    """

    election_id: str
    unit: str
    votes: pd.DataFrame
    turnout: pd.DataFrame
    line_a: str
    line_b: str
    missing: tuple[str, ...] = ()

    @property
    def valid(self) -> pd.Series:
        """Valid votes per unit."""
        return self.turnout["valid"].astype(float)

    def shares(self) -> pd.DataFrame:
        """Share of valid votes per unit and candidate, as fractions."""
        return self.votes.astype(float).div(self.votes.sum(axis=1).astype(float), axis=0)

    def winner(self) -> pd.Series:
        """The candidate with most votes per unit."""
        return self.votes.idxmax(axis=1)

    def margin(self) -> pd.Series:
        """Line A's lead over line B per unit, as a fraction of valid votes."""
        return metrics.margins(self.votes[self.line_a], self.votes[self.line_b], self.valid)

    def turnout_rate(self) -> pd.Series:
        """Votes cast over registered voters per unit; NA where the form leaves it blank."""
        return metrics.turnout(self.turnout["cast"], self.turnout["registered"])

    def unity(self) -> metrics.BlocUnity:
        """Bloc unity of line A against line B over these units."""
        return metrics.bloc_unity(self.votes[self.line_a], self.votes[self.line_b], self.valid)

    def totals(self) -> pd.Series:
        """Votes per candidate over all units."""
        return self.votes.sum()

    def total_shares(self) -> pd.Series:
        """Share per candidate over all units together (ratio of sums)."""
        totals = self.totals().astype(float)
        return totals / totals.sum()

    def total_turnout(self) -> float | None:
        """Turnout over the units that have one; None when none has."""
        known = self.turnout[self.turnout_rate().notna()]
        registered = float(known["registered"].sum())
        return float(known["cast"].sum()) / registered if registered else None

    def sources(self) -> list[str]:
        """Ids of the sources these figures come from."""
        cells = [*self.turnout["source_id"], *self.turnout["register_source_id"]]
        return sorted({source for cell in cells for source in cell.split("|")})


@lru_cache(maxsize=256)
def region_results(
    tables: Tables, election_id: str, region: Region | None = None, level: str = ""
) -> Results:
    """Results of one election over a region, or over the whole country when no region is given.

    ``level`` is "constituency", "county" or "" for the finest there is. Raises MissingResultsError
    when the level does not exist, or when a region cuts through the counties it would need.
    """
    election = _election(tables, election_id)
    if election["level"] == "constituency1996":
        raise MissingResultsError(
            f"For {election_id} only one candidate's share per old constituency is held."
        )
    finest = str(election["level"])
    level = level or finest
    if level == "constituency" and finest == "county":
        raise MissingResultsError(
            f"Results of {election_id} are held by county only: ask for the level county."
        )
    units = _units(tables, region, finest, level)
    results = _read(tables, election, units, finest)
    if level == "county" and finest == "constituency":
        return _by_county(results, tables)
    return results


def _election(tables: Tables, election_id: str) -> pd.Series:
    elections = tables["elections"].set_index("election_id", drop=False)
    if election_id not in elections.index:
        known = ", ".join(elections.index[elections["level"] != "constituency1996"])
        raise MissingResultsError(
            f"'{election_id[:20]}' is not an election held here: use {known}."
        )
    return elections.loc[election_id]


def _units(tables: Tables, region: Region | None, finest: str, level: str) -> list[str]:
    if region is None:
        name = "counties" if finest == "county" else "constituencies"
        return list(tables[name]["code"])
    if level == "constituency":
        return list(region.codes)
    counties = whole_counties(region, tables)
    if counties is None:
        raise MissingResultsError(
            f"'{region.name}' cuts through a county, so it has no county results."
        )
    return counties if finest == "county" else list(region.codes)


def _read(tables: Tables, election: pd.Series, units: list[str], unit: str) -> Results:
    election_id = str(election["election_id"])
    rows = tables["results"]
    rows = rows[(rows["election_id"] == election_id) & rows["unit_code"].isin(units)]
    votes = rows.pivot(index="unit_code", columns="candidate_id", values="votes")
    turnout = tables["turnout"]
    turnout = turnout[turnout["election_id"] == election_id].set_index("unit_code")
    present = [code for code in units if code in votes.index]
    return Results(
        election_id,
        unit,
        votes.loc[present],
        turnout.loc[present],
        str(election["line_a"]),
        str(election["line_b"]),
        tuple(code for code in units if code not in votes.index),
    )


def _by_county(results: Results, tables: Tables) -> Results:
    county = tables["constituencies"].set_index("code")["county_code"]
    counts = ["registered", "cast", "rejected", "valid"]
    groups = county.loc[results.votes.index].to_numpy()
    turnout = results.turnout[counts].groupby(groups).sum(min_count=1)
    for column, join in (("quality", _one), ("source_id", _all), ("register_source_id", _all)):
        turnout[column] = results.turnout[column].groupby(groups).agg(join)
    return Results(
        results.election_id,
        "county",
        results.votes.groupby(groups).sum(),
        turnout,
        results.line_a,
        results.line_b,
        results.missing,
    )


def _one(values: pd.Series) -> str:
    kinds = set(values)
    return str(kinds.pop()) if len(kinds) == 1 else "mixed"


def _all(values: pd.Series) -> str:
    return "|".join(sorted(set(values)))


def winner_conflicts(tables: Tables, codes: Collection[str]) -> list[str]:
    """The constituencies among ``codes`` where the two readings of 2022 name different winners."""
    readings = tables["readings_2022"]
    votes = readings[readings["code"].isin(codes) & readings["item"].ne("rejected")]
    wide = votes.pivot(index=["code", "reading"], columns="item", values="value").astype(float)
    winners = wide.idxmax(axis=1).groupby("code").nunique()
    return list(winners.index[winners > 1])


@dataclass(frozen=True)
class Change:
    """What moved between two elections over the same units, line A and line B compared.

    All series are indexed by unit. ``swing`` is in percentage points to line A and ``method`` says
    which form it has; ``transfer`` is the apparent transfer from A to B as a fraction;
    ``turnout_change`` is in points and ``register_growth`` a fraction.
    """

    before: Results
    after: Results
    swing: pd.Series
    method: str
    transfer: pd.Series
    turnout_change: pd.Series
    register_growth: pd.Series
    total_swing: float
    total_transfer: float


def change(before: Results, after: Results) -> Change:
    """Compare two elections; both must cover the same units at the same level.

    Units that one of them lacks are left out (and stay listed as missing there).
    """
    if before.unit != after.unit:
        raise MissingResultsError("The two elections are held at different levels.")
    common = [code for code in after.votes.index if code in before.votes.index]
    before, after = restrict(before, common), restrict(after, common)
    b, a = before.shares(), after.shares()
    pairs = (b[before.line_a], b[before.line_b], a[after.line_a], a[after.line_b])
    totals = tuple(
        pd.Series([float(value)])
        for value in (
            before.total_shares()[before.line_a],
            before.total_shares()[before.line_b],
            after.total_shares()[after.line_a],
            after.total_shares()[after.line_b],
        )
    )
    minor = max(1 - float((totals[0] + totals[1])[0]), 1 - float((totals[2] + totals[3])[0]))
    swing = metrics.steed_swing if minor > metrics.MINOR_LIMIT else metrics.butler_swing
    return Change(
        before,
        after,
        swing(*pairs),
        "two-party (Steed)" if minor > metrics.MINOR_LIMIT else "Butler",
        metrics.apparent_transfer(pairs[0], pairs[1], pairs[3]),
        100 * (after.turnout_rate() - before.turnout_rate()),
        after.turnout["registered"].astype(float) / before.turnout["registered"].astype(float) - 1,
        float(swing(*totals)[0]),
        float(metrics.apparent_transfer(totals[0], totals[1], totals[3])[0]),
    )


def restrict(results: Results, units: list[str]) -> Results:
    """The same results over some of their units."""
    return Results(
        results.election_id,
        results.unit,
        results.votes.loc[units],
        results.turnout.loc[units],
        results.line_a,
        results.line_b,
        results.missing,
    )
