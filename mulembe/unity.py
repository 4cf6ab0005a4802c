"""Bloc unity of a region by election, and what the region weighs in the nation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import pandas as pd

from mulembe.elections import MissingResultsError, Results, region_results
from mulembe.regions import Region
from mulembe.tables import Tables

ELECTIONS = ("2013", "2017", "2022")


@dataclass(frozen=True)
class Weight:
    """What a region weighs: ``share`` of the nation's valid votes (fraction) in an election.

    ``points_per_ten`` is the change of the national share, in points, when a candidate's share in
    the region changes by ten points and everything else stays.
    """

    election_id: str
    region_valid: int
    national_valid: int

    @property
    def share(self) -> float:
        """The region's part of the nation's valid votes."""
        return self.region_valid / self.national_valid

    @property
    def points_per_ten(self) -> float:
        """National points per ten regional points."""
        return 10 * self.share


@lru_cache(maxsize=32)
def unity_by_election(tables: Tables, region: Region) -> pd.DataFrame:
    """Bloc unity of a region in every election and level that is held.

    Columns: election, level, units, line_a, line_b (names), lead, unity, intensity, alignment
    (fractions), sources. Where the region's two leading candidates are not the nation's (2013), a
    second row compares those. The level changes the answer, so it is always a column; an election
    whose results cannot be had for the region has no row.
    """
    rows = []
    for election_id in ELECTIONS:
        for level in ("constituency", "county"):
            try:
                results = region_results(tables, election_id, region, level)
            except MissingResultsError:
                continue
            rows.append(_row(tables, results))
            first, second = results.totals().sort_values(ascending=False).index[:2]
            if {first, second} != {results.line_a, results.line_b}:
                leaders = replace(results, line_a=str(first), line_b=str(second))
                rows.append(_row(tables, leaders))
    # Like with like: what is held by constituency first, then every election by county.
    rows.sort(key=lambda row: (row["level"] != "constituency", row["election"]))
    return pd.DataFrame(rows)


def _row(tables: Tables, results: Results) -> dict[str, object]:
    names = tables["candidates"]
    names = names[names["election_id"] == results.election_id].set_index("candidate_id")["name"]
    unity = results.unity()
    return {
        "election": results.election_id,
        "level": results.unit,
        "units": unity.units,
        "line_a": names[results.line_a],
        "line_b": names[results.line_b],
        "lead": unity.lead,
        "unity": unity.unity,
        "intensity": unity.intensity,
        "alignment": unity.alignment,
        "sources": results.sources(),
    }


@dataclass(frozen=True)
class Verdict:
    """An answer in words to "does it vote as one bloc?", from alignment and the winners.

    ``words`` follows from the alignment: at least 0.95 "Yes", at least 0.75 "Mostly", at least 0.40
    "Only in part", below that "No". The limits are ours and stand beside the answer on the page.
    ``won`` counts the units each of the two lines won.
    """

    words: str
    won: dict[str, int]


LIMITS = ((0.95, "Yes"), (0.75, "Mostly"), (0.40, "Only in part"), (0.0, "No"))


def verdict(results: Results) -> Verdict:
    """Judge one election over a region by its alignment."""
    alignment = results.unity().alignment
    words = next(words for limit, words in LIMITS if alignment >= limit)
    winners = results.winner().value_counts()
    won = {line: int(winners.get(line, 0)) for line in (results.line_a, results.line_b)}
    return Verdict(words, won)


def national_weight(tables: Tables, region: Region, election_id: str = "2022") -> Weight:
    """What the region weighed in the nation at an election, diaspora and prisons left out."""
    return Weight(
        election_id,
        int(region_results(tables, election_id, region).valid.sum()),
        int(region_results(tables, election_id).valid.sum()),
    )
