"""Two to four scenarios side by side: what they give, where they differ, and why."""

from __future__ import annotations

import streamlit as st

from components import state
from components.compare import gap, totals
from components.compare.choice import choice, entries
from components.scenario.shown import TAG
from components.shell import honest_errors
from components.strip import scenario_bar, strip


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


page()
