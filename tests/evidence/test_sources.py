"""Every source can be found again, and every row of every table names sources that are known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from mulembe.schemas import SPECS
from mulembe.tables import Tables

ROOT = Path(__file__).resolve().parents[2]
NAMED = ("title", "publisher", "licence", "seen", "kind")


def cited(tables: Tables, name: str) -> dict[str, set[str]]:
    """The ids in the columns of a table that name sources, without blank cells."""
    table = tables[name]
    columns = [c for c in table.columns if c == "source_id" or c.endswith("_source_id")]
    return {c: {i for cell in table[c] for i in cell.split("|")} - {""} for c in columns}


@pytest.mark.parametrize("column", NAMED)
def test_every_source_is_described(tables: Tables, column: str) -> None:
    sources = tables["sources"].set_index("source_id")
    assert list(sources.index[sources[column].str.strip().eq("")]) == []


def test_every_source_has_an_address_or_says_where_it_is(tables: Tables) -> None:
    sources = tables["sources"].set_index("source_id")
    online = sources["url"].str.fullmatch(r"https?://[^\s/]+/?\S*")
    ours = sources["url"].map(lambda path: bool(path) and (ROOT / path).is_file())
    assert list(sources.index[~(online | ours | sources["locator"].ne(""))]) == []
    assert set(sources.loc[ours, "publisher"]) == {"Mulembe"}


def test_every_source_was_seen_on_a_day_that_has_been(tables: Tables) -> None:
    seen = tables["sources"].set_index("source_id")["seen"].map(date.fromisoformat)
    assert list(seen.index[seen > date.today()]) == []


def test_the_licence_is_what_the_source_states_or_says_that_none_is(tables: Tables) -> None:
    licences = set(tables["sources"]["licence"])
    assert not {text for text in licences if text.strip().lower() in {"", "unknown", "tbd", "n/a"}}


@pytest.mark.parametrize("name", sorted(set(SPECS) - {"sources"}))
def test_every_row_names_a_known_source(tables: Tables, name: str) -> None:
    known = set(tables["sources"]["source_id"])
    assert tables[name]["source_id"].ne("").all()
    for column, ids in cited(tables, name).items():
        assert ids <= known, f"{name}.{column}: {sorted(ids - known)}"


def test_sources_of_the_figures_of_an_election_are_not_our_own(tables: Tables) -> None:
    """A result is an observation: its source is never a definition of this project."""
    own = tables["sources"].loc[tables["sources"]["publisher"].eq("Mulembe"), "source_id"]
    votes = pd.concat([tables[name]["source_id"] for name in ("results", "turnout", "declared")])
    assert set(votes) & set(own) == set()
