"""Two to four scenarios side by side: what they give, where they differ, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components import embed, state
from components.compare import gap, totals
from components.compare.choice import Entry, choice, entries
from components.scenario.shown import TAG
from components.shell import honest_errors
from components.strip import scenario_bar, strip
from components.text import plain


def page() -> None:
    """Draw the page."""
    strip()
    st.title("Compare scenarios", anchor=False)
    _compare()


@st.fragment
def _compare() -> None:
    with honest_errors("compare"):
        scenario_bar()
        found, faults = entries()
        choice(found, faults)
        if len(found) > 1:
            st.badge(TAG, color="gray")
            totals.view(found)
            gap.view(found)
        else:
            st.info(
                "One scenario alone cannot be compared: add a preset, an earlier step or a link."
            )
    state.publish()


def _of(draw: Callable[[Sequence[Entry]], None]) -> Callable[[], None]:
    """One chart of the scenarios compared, with what could not be compared."""

    def drawn() -> None:
        found, faults = entries()
        for fault in faults:
            st.warning(plain(fault))
        if len(found) > 1:
            draw(found)
        else:
            st.info("One scenario alone cannot be compared: the address names no other.")

    return drawn


embed.page(page, {"totals": _of(totals.totals), "gap": _of(gap.chart), "drivers": _of(gap.driven)})
