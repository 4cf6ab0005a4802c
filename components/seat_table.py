"""The seats of a date as a table that can be filtered, searched and downloaded."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components.data import tables
from components.provenance import csv, source_list
from components.seat_tiles import camp_names
from components.text import dated
from mulembe import people

_SHOWN = [
    "Constituency",
    "County",
    "Member",
    "Elected on",
    "Party's side",
    "Camp",
    "Evidence",
    "Date",
    "Weaker evidence",
    "Weaker date",
    "Statement",
    "Source",
]


def seat_rows(seats: pd.DataFrame, day: date, level: int) -> pd.DataFrame:
    """One row per seat with every fact and id; the download, and the base of the shown table."""
    events = tables()["alignment_events"].set_index("event_id")
    terms = tables()["terms"].set_index("term_id")
    counties = tables()["counties"].set_index("code")["name"]
    urls = tables()["sources"].set_index("source_id")["url"]
    names = camp_names()
    told = seats["event_id"].where(seats["event_id"].ne(""), seats["weaker_event_id"])
    return pd.DataFrame(
        {
            "Code": seats.index,
            "Constituency": seats["constituency"],
            "County": seats["county_code"].map(counties),
            "Member": seats["politician"].where(seats["politician"].ne(""), "vacant"),
            "Elected on": seats["party"],
            "Party's side": seats["party"]
            .map(people.party_camps(tables(), day))
            .map(names)
            .fillna(""),
            "Camp": seats["camp"].map(names),
            "Evidence": seats["level"].map(_level),
            "Date": seats["event_id"].map(events["date"]).fillna(""),
            "Weaker evidence": [
                f"{names[camp]} {_level(strength)}" if camp else ""
                for camp, strength in zip(seats["weaker_camp"], seats["weaker_level"], strict=True)
            ],
            "Weaker date": seats["weaker_event_id"].map(events["date"]).fillna(""),
            "Statement": told.map(events["statement"]).fillna(""),
            "Source": seats["source_id"].map(urls).fillna(""),
            "Event id": seats["event_id"],
            "Weaker event id": seats["weaker_event_id"],
            "Source id": seats["source_id"],
            "Politician id": seats["politician_id"],
            "Term id": seats["term_id"],
            "Term source id": seats["term_id"].map(terms["source_id"]).fillna(""),
            "As of": day.isoformat(),
            "Evidence needed": f"L{level}",
        }
    )


def filtered(rows: pd.DataFrame, county: str, camp: str, words: str) -> pd.DataFrame:
    """Keep the rows of a county and camp (by name, "" for all) in whose text every word occurs."""
    if county:
        rows = rows[rows["County"] == county]
    if camp:
        rows = rows[rows["Camp"] == camp]
    text = rows[["Constituency", "County", "Member", "Elected on", "Statement"]].agg(
        " ".join, axis=1
    )
    for word in words.lower().split():
        rows = rows[text.loc[rows.index].str.lower().str.contains(word, regex=False)]
    return rows


def seat_table(rows: pd.DataFrame, shown: pd.DataFrame, day: date, analyst: bool) -> None:
    """Draw the filtered seats; the download holds all of them."""
    if shown.empty:
        st.info("No seat fits the filters. Clear the search, the county or the camp.")
    else:
        table = shown if analyst else shown[_SHOWN]
        table = table.assign(
            **{c: table[c].map(lambda d: dated(d) if d else "") for c in ("Date", "Weaker date")}
        )
        st.dataframe(
            table,
            hide_index=True,
            key="seats_table",
            height=min(36 * (len(table) + 1), 460),
            column_config={
                "Date": st.column_config.TextColumn(width=95),
                "Weaker date": st.column_config.TextColumn(width=105),
                "Source": st.column_config.LinkColumn(display_text="open"),
                "Statement": st.column_config.TextColumn(width="large"),
            },
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            f"Download the {len(rows)} seats (CSV)",
            csv(rows),
            file_name=f"seats-{day.isoformat()}.csv",
            mime="text/csv",
            icon=":material/download:",
            key="csv_seats",
            on_click="ignore",
        )
        with st.popover("Sources", icon=":material/source:", key="sources_seats"):
            source_list({*rows["Source id"], *rows["Term source id"]} - {""})


def _level(value: object) -> str:
    return "" if pd.isna(value) else f"L{int(value)}"
