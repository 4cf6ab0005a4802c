"""Bloc unity of a region by election, and what the region weighs in the nation."""

from __future__ import annotations

from dataclasses import dataclass, replace

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


def national_weight(tables: Tables, region: Region, election_id: str = "2022") -> Weight:
    """What the region weighed in the nation at an election, diaspora and prisons left out."""
    return Weight(
        election_id,
        int(region_results(tables, election_id, region).valid.sum()),
        int(region_results(tables, election_id).valid.sum()),
    )
