"""What stands under every chart: its sources, and its picture's table as a download."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import pandas as pd
import streamlit as st

from components import embed
from components.data import tables
from components.explain import explain
from components.text import legible, plain
from mulembe.archive import FORMULA
from mulembe.tables import Tables

LONG = 30  # rows; a region's constituencies are 38
SOURCE_IDS = "Source ids"  # the column that a download has beside those of the page


def footer(
    sources: Iterable[str],
    table: pd.DataFrame,
    file_name: str,
    note: str = "",
    alt: str = "",
    method: str = "",
    frame: str = "",
) -> None:
    """Sources in words and ids, a note, and the table twin with its CSV download.

    Without sources (a reader's own table has none of ours) nothing is said of them. ``table`` has
    readable column names; every figure of the chart is in it. ``alt`` describes the chart for those
    who cannot see it. ``method`` is the section of the methods that says how it is computed.
    ``frame`` is the chart's name in ``embeddable.CHARTS`` where it can stand in a frame of another
    page; there only the note and a line of sources are drawn.
    """
    if note:
        st.caption(plain(note))
    if embed.only():
        embed.source_line(sources)
        return
    named = set(sources)
    with st.container(horizontal=True, vertical_alignment="center"):
        if named:
            sources_of(named, file_name)
        _twin(table, alt, f"table_{file_name}")
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
        if frame:
            embed.offer(frame)


def _twin(table: pd.DataFrame, alt: str, key: str) -> None:
    """The table behind a button; a long one is sent once it is opened, not with every chart."""
    long = len(table) > LONG
    button = st.popover(
        "Table", icon=":material/table:", key=key, on_change="rerun" if long else "ignore"
    )
    with button:
        if long and not button.open:
            return
        if alt:
            st.caption(plain(alt))
        st.dataframe(table, hide_index=True, width="stretch")


def figures_from(sources: Iterable[str], name: str, method: str = "", frame: str = "") -> None:
    """What stands under figures that need no table: their sources, and how they are computed."""
    if embed.only():
        embed.source_line(sources)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        sources_of(sources, name)
        if method:
            explain(method)
        if frame:
            embed.offer(frame)


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
    told = _told(tables())
    st.markdown("\n\n".join(told[source_id] for source_id in sorted(set(sources))))


@lru_cache(maxsize=2)
def _told(held: Tables) -> dict[str, str]:
    """Every source in words, by its id."""
    return {row["source_id"]: _in_words(row) for row in held["sources"].to_dict("records")}


def _in_words(source: dict[str, str]) -> str:
    title = plain(f"{source['publisher']}: {source['title']}")
    linked = f"[{title}]({source['url']})" if source["url"].startswith("http") else title
    where = "" if source["url"] else f" {source['locator']}."
    return (
        f"{linked}  \n:small[`{source['source_id']}` · {plain(source['licence'])} · seen "
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
    """The cell on one line; what begins a formula, also behind blanks, has an apostrophe first."""
    if not isinstance(value, str):
        return value
    text = legible(value)
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(FORMULA) else text
