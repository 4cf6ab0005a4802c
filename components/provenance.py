"""What stands under every chart: its sources, and its picture's table as a download."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from components.data import tables
from components.text import plain

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet may run, first in a cell


def footer(
    sources: Iterable[str], table: pd.DataFrame, file_name: str, note: str = "", alt: str = ""
) -> None:
    """Sources in words and ids, a note, and the table twin with its CSV download.

    Without sources (a reader's own table has none of ours) nothing is said of them. ``table`` has
    readable column names; every figure of the chart is in it. ``alt`` describes the chart for those
    who cannot see it.
    """
    if note:
        st.caption(plain(note))
    named = set(sources)
    with st.container(horizontal=True, vertical_alignment="center"):
        if named:
            with st.popover("Sources", icon=":material/source:", key=f"sources_{file_name}"):
                source_list(named)
        with st.popover("Table", icon=":material/table:", key=f"table_{file_name}"):
            if alt:
                st.caption(plain(alt))
            st.dataframe(table, hide_index=True, width="stretch")
        st.download_button(
            "CSV",
            csv(table),
            file_name=f"{file_name}.csv",
            mime="text/csv",
            icon=":material/download:",
            key=f"csv_{file_name}",
            on_click="ignore",
        )


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
