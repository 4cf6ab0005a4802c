"""Turning text from tables, links and people into text on the page, never into markup."""

from __future__ import annotations

from html import escape

_SIGNS = set("\\`*_{}[]<>#|~$:")


def plain(text: str) -> str:
    """Text for Streamlit's Markdown that is drawn as it is: no emphasis, links, math or icons."""
    return "".join(f"\\{sign}" if sign in _SIGNS else sign for sign in text)


def hover(text: str) -> str:
    """Text for a Plotly label, which reads a little HTML: all of it escaped."""
    return escape(text, quote=False)
