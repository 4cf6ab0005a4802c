"""Which party belonged to which coalition on a date, as a table."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components.data import tables
from components.provenance import footer
from components.seat_tiles import camp_names
from components.text import dated
from mulembe import alignment


def coalition_table(day: date) -> None:
    """Draw the parties and coalitions of the day, with their sources."""
    rows = alignment.coalitions_on(tables(), day)
    if rows.empty:
        st.info("No party is recorded in a coalition on this date. Take another date.")
        return
    table = readable(rows)
    st.dataframe(
        table,
        hide_index=True,
        key="coalitions",
        column_config={
            "Party": st.column_config.TextColumn(width=120),
            "Source": st.column_config.LinkColumn(display_text="open"),
        },
    )
    footer(
        rows["source_id"],
        table,
        "coalitions",
        "Where the tables know a start or end by its year only, the whole year counts.",
    )


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows readable names, dates and the address of each source."""
    sources = tables()["sources"].set_index("source_id")
    return pd.DataFrame(
        {
            "Party": rows["party"],
            "Coalition": rows["coalition"],
            "Camp": rows["camp"].map(camp_names()).fillna("—"),
            "Since": rows["from_date"].map(dated),
            "Until": rows["to_date"].map(lambda end: dated(end) if end else "open"),
            "Role": rows["role"],
            "Confidence": rows["confidence"],
            "Note": rows["note"],
            "Publisher": rows["source_id"].map(sources["publisher"]),
            "Source": rows["source_id"].map(sources["url"]),
        }
    )
