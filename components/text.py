"""Turning text from tables, links and people into text on the page, never into markup."""

from __future__ import annotations

import re
from datetime import date
from html import escape

# What would turn the words around it, break the line or the message to the browser.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb ]+")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HALVES = re.compile("[\ud800-\udfff]")  # of a pair; no UTF-8 text can hold one

_ADDRESS = re.compile(r"https?:/|www|(?<=\S)@", re.IGNORECASE)
# A colon before a space begins nothing, and widgets read their labels out with every backslash.
# An "&" matters only where it begins an entity: an address written with them becomes a link.
_SIGN = re.compile(r"[\\`*_{}\[\]<>#|~$]|:(?!\s)|&(?=#?\w+;)")
_LIST = re.compile(r"^(\s?)(?:([-+])(?=[-+\s]|$)|(\d{1,9})([.)])(?=\s|$))")  # or a rule: ---
_TEMPLATE = re.compile(r"%(?=\{)")


def plain(text: str) -> str:
    """Text for Streamlit's Markdown that is drawn as it is: no emphasis, links, math or icons."""
    text = _ADDRESS.sub("\\g<0>\u2060", legible(text))  # a word joiner: bare addresses link too
    return _LIST.sub(_unlisted, _SIGN.sub(r"\\\g<0>", text))


def hover(text: str) -> str:
    """Text for a Plotly label, which reads a little HTML and fills in %{templates}: all escaped."""
    return _TEMPLATE.sub("%\u2060", escape(legible(text), quote=False))


def legible(text: str) -> str:
    r"""The text on one line, without characters that cannot be sent or that turn what follows.

    >>> legible("won by\n\u202e52%")
    'won by 52%'
    """
    text = _HALVES.sub("\ufffd", _CONTROL.sub(" ", text))
    return _TURNING.sub("", text)


def _unlisted(found: re.Match[str]) -> str:
    blank, mark, number, end = found.groups()
    return f"{blank}\\{mark}" if mark else f"{blank}{number}\\{end}"


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
