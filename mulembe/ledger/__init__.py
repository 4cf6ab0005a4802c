"""The data ledger: every conflict between readings or sources, what is used, why, what else.

>>> from mulembe.tables import Tables
>>> entries = ledger(Tables())
>>> next(e.used for e in entries if e.entry_id == "register-2017-202")
'Form: 80,214'

Nothing in it is typed in: the entries follow from the tables, the reasons from known_differences,
and the effects are worked out by putting the other reading in the place of the one in use.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import pandas as pd

from mulembe.ledger.entry import KINDS, Entry, Reading
from mulembe.ledger.forms import absences, defects, older, wards
from mulembe.ledger.people import homes, polls
from mulembe.ledger.readings import form_totals, readings, swapped
from mulembe.ledger.sums import declared, registers
from mulembe.tables import Tables

__all__ = ["KINDS", "Entry", "Reading", "frame", "ledger", "search", "swapped"]

_SOURCES = (
    readings, form_totals, declared, registers, defects, wards, older, homes, polls, absences
)  # fmt: skip


def ledger(tables: Tables) -> list[Entry]:
    """All entries: the region first, then by size of the effect, then by name."""
    entries = chain.from_iterable(source(tables) for source in _SOURCES)

    def place(entry: Entry) -> tuple[bool, float, str]:
        return not entry.in_region, -abs(entry.points or 0.0), entry.entry_id

    return sorted(entries, key=place)


def search(
    entries: Iterable[Entry],
    tables: Tables,
    words: str = "",
    kind: str = "",
    election: str = "",
    county: str = "",
) -> list[Entry]:
    """The entries of a kind, election and county code ("" for all) in which every word occurs.

    Words are looked for in the subject, county, figure, readings, reason and effect, without
    regard to case or the form of an apostrophe.
    """
    names = tables["counties"].set_index("code")["name"].to_dict()
    wanted = folded(words).split()

    def fits(entry: Entry) -> bool:
        if (kind and entry.kind != kind) or (election and entry.election != election):
            return False
        if county and entry.county != county:
            return False
        text = folded(" ".join(
            [entry.subject, names.get(entry.county, "Kenya"), entry.figure, entry.election,
             KINDS[entry.kind], entry.told, entry.why, entry.effect]
        ))  # fmt: skip
        return all(word in text for word in wanted)

    return [entry for entry in entries if fits(entry)]


def folded(text: str) -> str:
    """Text as it is searched: small letters, and the straight apostrophe for the curly ones."""
    return text.lower().replace("\u2019", "'").replace("\u2018", "'")


def frame(entries: Iterable[Entry], tables: Tables) -> pd.DataFrame:
    """The entries as a table with readable columns; the last two are ids.

    ``Effect (points)`` is the largest change of a share or a turnout in percentage points if the
    other reading were used; NaN where none can be told.
    """
    names = tables["counties"].set_index("code")["name"].to_dict()
    rows = [
        {
            "Subject": entry.subject,
            "County": names.get(entry.county, "Kenya"),
            "Kind": KINDS[entry.kind],
            "Election": entry.election,
            "Figure": entry.figure,
            "Readings": entry.told,
            "Used": entry.used,
            "Effect (points)": float("nan") if entry.points is None else abs(entry.points),
            "Why": entry.why,
            "What would change": entry.effect,
            "Source ids": " ".join(entry.sources),
            "Entry id": entry.entry_id,
        }
        for entry in entries
    ]
    columns = [
        "Subject", "County", "Kind", "Election", "Figure", "Readings", "Used", "Effect (points)",
        "Why", "What would change", "Source ids", "Entry id",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
