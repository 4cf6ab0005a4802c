"""All tables as one file to take away, and what is in it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from hashlib import sha256

import pandas as pd
import streamlit as st

from components.data import tables
from components.provenance import footer
from components.text import plain
from mulembe import polls
from mulembe.archive import POLLS, archive, dictionary
from mulembe.schemas import SPECS
from mulembe.tables import Tables


@lru_cache(maxsize=2)
def _packed(held: Tables, day: date) -> bytes:
    return archive(held, day)


@lru_cache(maxsize=2)
def _dictionary(held: Tables) -> pd.DataFrame:
    columns = ["Table", "Column", "Type", "Unit", "Meaning", "Key", "Refers to"]
    return pd.DataFrame(dictionary(held.folder), columns=columns)


def download_part() -> None:
    """Draw the download, what it holds, and the dictionary of all columns."""
    held, day = tables(), polls.today()
    data = _packed(held, day)
    hidden = polls.hidden(day, held)
    st.markdown(plain(contents(held, len(data), hidden)))
    st.download_button(
        "Download all tables (ZIP)",
        data,
        file_name=file_name(held, data),
        mime="application/zip",
        icon=":material/folder_zip:",
        type="primary",
        key="download_archive",
        on_click="ignore",
    )
    st.subheader("Every column, explained", anchor=False)
    rows = _dictionary(held)
    if hidden:
        rows = rows[rows["Table"] != POLLS]
    st.dataframe(
        rows,
        hide_index=True,
        key="dictionary",
        height=420,
        column_config={"Meaning": st.column_config.TextColumn(width="large")},
    )
    footer({"editorial"}, rows, "mulembe-dictionary")


def contents(held: Tables, size: int, hidden: bool) -> str:
    """What the file holds, in words."""
    names = [name for name in SPECS if not (hidden and name == POLLS)]
    count = sum(len(held[name]) for name in names)
    presets = len(list((held.folder / "presets").glob("*.json")))
    left_out = (
        " The polls are left out on these days, when no poll may be published." if hidden else ""
    )
    return (
        f"One file of {size / 1000:,.0f} kB (data {held.version}): {len(names)} tables with "
        f"{count:,} rows as CSV, {presets} scenarios as JSON, a dictionary of every column with "
        "type, unit and meaning, the licence each source states, and a page on how to read it."
        f"{left_out}"
    )


def file_name(held: Tables, data: bytes) -> str:
    """A name that changes with the content: files of one name may be served for one another."""
    return f"mulembe-tables-{held.version}-{sha256(data).hexdigest()[:8]}.zip"
