"""Turning text from tables, links and people into text on the page, never into markup."""

from __future__ import annotations

import re
from datetime import date
from html import escape

_ADDRESS = re.compile(r"https?:/|www|(?<=\S)@", re.IGNORECASE)
# A colon before a space begins nothing, and widgets read their labels out with every backslash.
_SIGN = re.compile(r"[\\`*_{}\[\]<>#|~$]|:(?!\s)")


def plain(text: str) -> str:
    """Text for Streamlit's Markdown that is drawn as it is: no emphasis, links, math or icons."""
    text = _ADDRESS.sub("\\g<0>\u2060", text)  # a word joiner: bare addresses become links too
    return _SIGN.sub(r"\\\g<0>", text)


def hover(text: str) -> str:
    """Text for a Plotly label, which reads a little HTML: all of it escaped."""
    return escape(text, quote=False)


def dated(text: str, note: str = "") -> str:
    """Write a date of the tables, as precise as it is known: 31 Dec 2021, Jan 2019 or 2021."""
    parts = text.split("-")
    if len(parts) == 1:
        words = text
    elif len(parts) == 2:
        words = f"{date.fromisoformat(text + '-01'):%b %Y}"
    else:
        words = f"{int(parts[2])} {date.fromisoformat(text):%b %Y}"
    return f"{words} ({note})" if note else words


def long_day(day: date) -> str:
    """Write a day in full: 27 December 2021."""
    return f"{day.day} {day:%B %Y}"
