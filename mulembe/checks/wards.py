"""The wards agree with themselves, and nearly with the constituencies they check."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mulembe.checks.finding import Finding, agrees, counted, differs
from mulembe.checks.lookup import candidate_ids, turnout_of
from mulembe.tables import Tables


def wards(tables: Tables) -> Iterator[Finding]:
    """Check that wards add up, and compare their sums with their constituencies."""
    turnout = tables["ward_turnout"]
    stood = candidate_ids(tables)
    for election, rows in turnout.groupby("election_id"):
        results = tables["ward_results"]
        results = results[results["election_id"] == election]
        listed = results.groupby("ward_code")["candidate_id"].agg(set)
        faults = [str(code) for code, names in listed.items() if names != stood[str(election)]]
        yield counted(f"{election} candidates", len(listed), faults, "every candidate listed")
        held = rows.set_index("ward_code")
        votes = results.groupby("ward_code")["votes"].sum().reindex(held.index)
        faults = list(held.index[(votes != held["valid"]).fillna(True)])
        yield counted(f"{election} votes", len(held), faults, "candidates add up to valid")
        faults = list(held.index[held["valid"] > held["registered"]])
        yield counted(f"{election} limits", len(held), faults, "valid <= register")
        for column in ("valid", "registered"):
            yield _against_constituencies(tables, str(election), held[column])


def _against_constituencies(tables: Tables, election: str, values: pd.Series) -> Finding:
    place = tables["wards"].set_index("ward_code")["constituency_code"]
    sums = values.groupby(place.reindex(values.index)).sum()
    gaps = sums - turnout_of(tables, election)[str(values.name)].reindex(sums.index)
    subject, rule = f"{election} {values.name}", "the constituency's figure"
    listed = "; ".join(f"{code}: {int(gap):+,}" for code, gap in gaps.items() if gap)
    return differs(subject, listed, rule) if listed else agrees(subject, "no difference", rule)
