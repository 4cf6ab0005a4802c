"""What stands under every chart: its sources, and its picture's table as a download."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from components.data import tables
from components.explain import explain
from components.text import plain

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet may run, first in a cell


SOURCE_IDS = "Source ids"  # the column that a download has beside those of the page


def footer(
    sources: Iterable[str],
    table: pd.DataFrame,
    file_name: str,
    note: str = "",
    alt: str = "",
    method: str = "",
) -> None:
    """Sources in words and ids, a note, and the table twin with its CSV download.

    Without sources (a reader's own table has none of ours) nothing is said of them. ``table`` has
    readable column names; every figure of the chart is in it. ``alt`` describes the chart for those
    who cannot see it. ``method`` is the section of the methods that says how it is computed.
    """
    if note:
        st.caption(plain(note))
    named = set(sources)
    with st.container(horizontal=True, vertical_alignment="center"):
        if named:
            sources_of(named, file_name)
        with st.popover("Table", icon=":material/table:", key=f"table_{file_name}"):
            if alt:
                st.caption(plain(alt))
            st.dataframe(table, hide_index=True, width="stretch")
        st.download_button(
            "CSV",
            csv(with_source_ids(table, named)),
            file_name=f"{file_name}.csv",
            mime="text/csv",
            icon=":material/download:",
            key=f"csv_{file_name}",
            on_click="ignore",
        )
        if method:
            explain(method)


def figures_from(sources: Iterable[str], name: str, method: str = "") -> None:
    """What stands under figures that need no table: their sources, and how they are computed."""
    with st.container(horizontal=True, vertical_alignment="center"):
        sources_of(sources, name)
        if method:
            explain(method)


def sources_of(sources: Iterable[str], name: str) -> None:
    """The list of sources behind a button; ``name`` tells it from others on the page."""
    with st.popover("Sources", icon=":material/source:", key=f"sources_{name}"):
        source_list(sources)


def with_source_ids(table: pd.DataFrame, sources: Iterable[str]) -> pd.DataFrame:
    """The table with the ids of its sources in a last column, unless its rows name their own."""
    named = sorted(set(sources))
    if not named or any(str(column).lower().startswith("source") for column in table.columns):
        return table
    return table.assign(**{SOURCE_IDS: " ".join(named)})


def source_list(sources: Iterable[str]) -> None:
    """Each source with publisher, title, licence as stated, and its address."""
    known = tables()["sources"].set_index("source_id")
    for source_id in sorted(set(sources)):
        source = known.loc[source_id]
        title = plain(f"{source['publisher']}: {source['title']}")
        linked = f"[{title}]({source['url']})" if source["url"].startswith("http") else title
        where = "" if source["url"] else f" {source['locator']}."
        st.markdown(
            f"{linked}  \n:small[`{source_id}` · {plain(source['licence'])} · seen "
            f"{source['seen']}.{plain(where)} {plain(source['note'])}]"
        )


def csv(table: pd.DataFrame) -> bytes:
    """The table as CSV; text that a spreadsheet would run as a formula is made harmless."""
    safe = table.copy()
    for column in safe.columns[[not pd.api.types.is_numeric_dtype(t) for t in safe.dtypes]]:
        safe[column] = safe[column].map(_harmless)
    safe.columns = pd.Index([_harmless(column) for column in safe.columns], dtype=object)
    return safe.to_csv(index=False).encode("utf-8-sig")


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
