"""A reader's own two files: held by the session and nothing else, until cleared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from components import heavy
from components.places import places
from components.provenance import csv
from components.ranges import Options
from components.transfer.votes import BASE, TO, Votes, options, votes
from mulembe.pool import PoolError
from mulembe.regions import Region
from mulembe.spreadsheets import write_workbook
from mulembe.transfer.own import Pair, column_names
from mulembe.transfer.sizes import Result, read_tables

SIDES = {"before": "First table: before", "after": "Second table: after"}
TOLERANCES = {0.0: "none", 0.001: "0.1%", 0.005: "0.5%", 0.01: "1%", 0.02: "2%"}
NO_GROUP = ""
GROUP = "County"
_STORE = "own_tables"


@dataclass
class Own:
    """The two files with their names, how to read them, what came of it and the area shown.

    ``turn`` counts how often the files were cleared and ``edition`` how often one of them changed:
    fields take them into their keys, so that what a browser still sends of an old one is not taken
    for a choice.
    """

    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    group: str = NO_GROUP
    area: str = ""
    tolerance: float = 0.0
    turn: int = 0
    edition: int = 0
    key: str = ""
    pair: Pair | None = None
    problems: list[str] = field(default_factory=list)
    result: Result | None = None
    columns: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)


def own() -> Own:
    """What this session holds; lost with it."""
    held = st.session_state.setdefault(_STORE, Own())
    if not isinstance(held, Own):  # the class was loaded anew while the app was being edited
        held = st.session_state[_STORE] = Own()
    return held


def take(side: str, name: str, data: bytes) -> None:
    """Put a file in its place; the group column is proposed anew."""
    held = own()
    held.edition += 1
    held.files[side] = (name, data)
    key = (hashlib.sha256(data).hexdigest(), name)
    try:
        held.columns[side] = heavy.value(column_names, data, name, key=key, keep=False)
    except PoolError:  # no proposal; reading the tables tells why
        held.columns[side] = (), ()
    held.group = _proposed(held)


def drop(side: str) -> None:
    """Take a file away again."""
    held = own()
    held.edition += 1
    held.files.pop(side, None)
    held.columns.pop(side, None)
    held.group = _proposed(held)


def clear() -> None:
    """Forget both files and what came of them."""
    held = own()
    st.session_state[_STORE] = Own(turn=held.turn + 1, edition=held.edition + 1)


def groups() -> list[str]:
    """The columns that may name a group: any column of either file, those of text first."""
    held = own().columns.values()
    texts = [name for _, names in held for name in names]
    return list(dict.fromkeys([*texts, *(name for names, _ in held for name in names)]))


def _proposed(held: Own) -> str:
    """The column taken for the groups unless the reader chooses: the first without a number."""
    texts = [name for _, names in held.columns.values() for name in names]
    return texts[0] if texts else NO_GROUP


def read() -> bool:
    """Read both files if they or the settings changed since; all or nothing.

    Whether they could be looked at: False when not, which the reader has then been told.
    """
    held = own()
    digest = hashlib.sha256(repr((held.group, held.tolerance)).encode())
    for side in SIDES:
        name, data = held.files[side]
        digest.update(f"{side}\0{name}\0{len(data)}\0".encode("utf-8", "replace") + data)
    if held.key != digest.hexdigest():
        (before, first), (after, second) = (held.files[side] for side in SIDES)
        found = heavy.result(
            "Reading the tables",
            read_tables,
            *(first, before, second, after, held.group, held.tolerance),
            key=digest.hexdigest(),
            smaller="Upload fewer units or options.",
            keep=False,
        )
        if found is None:
            return False
        held.pair, held.problems = found
        held.key, held.result = digest.hexdigest(), None
    return True


def examples(region: Region) -> dict[str, pd.DataFrame]:
    """Two tables to learn the format from: the region's registers of both elections, by name."""
    shown, look = votes(region, "", "", 0.0), options()
    first = _example(shown, shown.origins, look, BASE)
    county = [shown.counties[group] for group in shown.groups]
    first.insert(1, GROUP, county)
    return {BASE: first, TO: _example(shown, shown.destinations, look, TO)}


def _example(shown: Votes, counts: pd.DataFrame, look: Options, election: str) -> pd.DataFrame:
    names = places(tuple(shown.codes))["name"]
    table = counts.rename(columns={o: look.name(election, o) for o in counts.columns})
    table.insert(0, "Constituency", [str(names[code]) for code in counts.index])
    return table.reset_index(drop=True)


def as_file(table: pd.DataFrame, kind: str) -> bytes:
    """A table as the bytes of a CSV or XLSX file."""
    if kind == "csv":
        return csv(table)
    return write_workbook([list(table.columns), *table.itertuples(index=False, name=None)])


def sizes(files: Mapping[str, tuple[str, bytes]]) -> dict[str, str]:
    """Each held file in words: its name and size."""
    return {side: f"{name}, {len(data) / 1000:,.0f} kB" for side, (name, data) in files.items()}
