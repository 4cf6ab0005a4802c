"""The claims of the article of December 2021, each tested against the tables.

>>> from mulembe.tables import Tables
>>> claims = {claim.claim_id: claim for claim in tested(Tables())}
>>> claims["S03"].verdict
'partly'

A claim is taken apart into parts that can be checked alone; the verdict follows from them by one
rule for all (``verdict.verdict``). No number here is typed in: each comes from a table.
"""

from __future__ import annotations

from collections.abc import Callable

from mulembe.claims import records, votes
from mulembe.claims.verdict import RULE, VERDICTS, Finding, Part, Tested, Untested, verdict
from mulembe.tables import Tables

__all__ = [
    "RULE",
    "VERDICTS",
    "Finding",
    "Part",
    "Tested",
    "Untested",
    "tested",
    "untested",
    "verdict",
]

TESTS: dict[str, Callable[[Tables], Finding]] = {
    "S01": records.met_at_khwisero,
    "S02": votes.fifth_run,
    "S03": votes.backed_four_times,
    "S05": records.apart_in_2013,
    "S06": records.together_in_2017,
    "S07": records.savula_was_there,
    "S08": votes.matungu,
    "S09": records.not_moved,
    "S10": votes.as_one,
    "S11": records.bukhungu,
    "S14": records.governor,
    "S15": records.area_member,
    "S16": records.came_over,
}


def tested(tables: Tables) -> list[Tested]:
    """Every claim that data could decide, with its parts, in the order of the article's table."""
    rows = tables["claims"]
    rows = rows[rows["testable"]].sort_values("claim_id")
    return [
        Tested(row["claim_id"], row["claim"], row["kind"], TESTS[row["claim_id"]](tables))
        for row in rows.to_dict("records")
    ]


def untested(tables: Tables) -> list[Untested]:
    """The claims that no data held here could decide, each with the reason."""
    rows = tables["claims"]
    rows = rows[~rows["testable"]].sort_values("claim_id")
    return [
        Untested(row["claim_id"], row["claim"], row["kind"], row["context"], row["source_id"])
        for row in rows.to_dict("records")
    ]
