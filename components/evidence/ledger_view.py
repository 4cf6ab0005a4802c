"""The data ledger: conflicts between readings and sources, all checks, and all tables to take."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import heavy, state
from components.data import tables
from components.evidence.ledger_checks import checks_part
from components.evidence.ledger_download import download_part
from components.evidence.ledger_entry import details
from components.explain import explain
from components.provenance import footer
from components.text import plain
from mulembe.ledger import KINDS, Entry, frame, ledger, search, swapped
from mulembe.regions import Region

PARTS = {"conflicts": "Conflicts", "checks": "Checks", "download": "Download"}
SHOWN = ["Subject", "Election", "Kind", "Effect (points)", "Figure", "Used", "County"]
HEIGHT = 470


def view(_region: Region) -> None:
    """Draw the chosen part; the ledger is about all the data, whatever the view's region."""
    st.segmented_control(
        "Part of the ledger",
        list(PARTS),
        format_func=PARTS.__getitem__,
        required=True,
        label_visibility="collapsed",
        **state.bind("ledger", "ledger"),
    )
    {"conflicts": _conflicts, "checks": checks_part, "download": download_part}[
        state.get("ledger")
    ]()


def summary(entries: list[Entry], other: dict[str, float | int]) -> str:
    """What the ledger comes to, in words."""
    inside = sum(entry.in_region for entry in entries)
    winners = int(other["winners"])
    turned = "no constituency" if not winners else f"{winners} of them"
    return (
        f"{len(entries)} conflicts, {inside} of them in the five counties. Of the forms of 2022, "
        f"{other['forms']} were read twice; the readings differ for a candidate in "
        f"{other['differ']} and in rejected papers alone in {other['papers_only']}. With the other "
        f"reading used everywhere, {turned} would change hands, no share in a constituency would "
        f"move by more than {other['largest']:.2f} points, and the lead of one side over the other "
        f"in the region by {abs(int(other['lead'])):,} votes "
        f"({abs(float(other['lead_points'])):.2f} points, each lead on its own valid votes)."
    )


def _conflicts() -> None:
    held = tables()
    entries = heavy.result("Holding every reading against the others", ledger, held)
    if entries is None:
        return
    other = heavy.value(swapped, held)
    st.markdown(plain(summary(entries, other)))
    explain("readings")
    _filters(entries)
    found = search(
        entries,
        held,
        state.get("find"),
        state.get("conflict"),
        state.get("year"),
        state.get("place"),
    )
    if not found:
        st.info("No conflict fits. Clear the search, or set kind, election and county to all.")
        return
    rows = frame(found, held)
    ids = list(rows["Entry id"])
    chosen = state.get("entry") if state.get("entry") in ids else ids[0]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.caption(f"{len(found)} of {len(entries)} conflicts, largest effect in the region first.")
        _table(rows, ids, chosen)
    with right:
        details(next(entry for entry in found if entry.entry_id == chosen))
    footer(
        {source for entry in found for source in entry.sources},
        rows,
        "mulembe-data-ledger",
        "Effect: the largest change of a share or a turnout, in percentage points, if the other "
        "reading were used. Blank where none can be told.",
    )


def _filters(entries: list[Entry]) -> None:
    names = tables()["counties"].set_index("code")["name"].to_dict()
    counties = sorted({entry.county for entry in entries} - {""}, key=names.__getitem__)
    years = sorted({entry.election for entry in entries} - {""})
    with st.container(horizontal=True, vertical_alignment="bottom", key="ledger_filters"):
        st.text_input(
            "Search",
            placeholder="Place, leader, words",
            max_chars=state.SEARCH_LIMIT,
            width=230,
            **state.bind("find", "ledger"),
        )
        _choice("Kind", "conflict", {"": "All kinds", **KINDS}, 230)
        _choice("Election", "year", {"": "All", **{year: year for year in years}}, 110)
        _choice("County", "place", {"": "All", **{c: names[c] for c in counties}}, 180)


def _choice(label: str, field: str, options: dict[str, str], width: int) -> None:
    if state.get(field) not in options:
        options = {**options, state.get(field): state.get(field)}
    st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        width=width,
        **state.bind(field, "ledger"),
    )


def _table(rows: pd.DataFrame, ids: list[str], chosen: str) -> None:
    key = "ledger_rows"
    st.session_state[key] = {"selection": {"rows": [ids.index(chosen)], "columns": [], "cells": []}}

    def selected() -> None:
        picked = state.row_chosen(key, ids)
        if picked:
            state.put("entry", picked)

    told = rows["Effect (points)"].map(lambda size: "" if pd.isna(size) else f"{size:.2f}")
    shown = rows.assign(**{"Effect (points)": told})
    st.dataframe(
        shown if state.analyst() else shown[SHOWN],
        key=key,
        hide_index=True,
        on_select=selected,
        selection_mode="single-row",
        height=min(HEIGHT, 36 * (len(rows) + 1)),
        column_config={
            "Subject": st.column_config.TextColumn(width=130),
            "Election": st.column_config.TextColumn(width=70),
            "Kind": st.column_config.TextColumn(width=170),
            "Effect (points)": st.column_config.TextColumn(alignment="right", width=110),
            "Used": st.column_config.TextColumn(width="medium"),
        },
    )
