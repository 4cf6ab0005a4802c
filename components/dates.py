"""Choosing the as-of date: the dates that mattered as buttons, and any other day."""

from __future__ import annotations

from datetime import date

import streamlit as st

from components import state
from components.data import tables
from mulembe import alignment


def key_dates() -> dict[str, str]:
    """The dates that mattered, ISO date to label, today last (an empty date means today)."""
    rows = tables()["key_dates"]
    return {**dict(zip(rows["date"], rows["label"], strict=True)), "": "Today"}


def date_choice(place: str) -> date:
    """Buttons for the key dates and a calendar for any other; returns the day."""
    labels = key_dates()
    st.pills(
        "As of",
        list(labels),
        format_func=labels.__getitem__,
        help="The dates that mattered; the calendar takes any other day.",
        wrap=True,
        **state.bind("date", f"{place}_pills", to_widget=lambda d: d if d in labels else None),
    )
    first, last = alignment.date_range(tables())
    st.date_input(
        "Any day",
        min_value=first,
        max_value=last,
        format="DD/MM/YYYY",
        width=150,
        **state.bind(
            "date",
            f"{place}_calendar",
            to_widget=lambda text: date.fromisoformat(text) if text else last,
            to_field=lambda day: "" if day == last else day.isoformat(),
        ),
    )
    return state.day()
