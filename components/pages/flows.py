"""The flows page: where the seats went, and what the totals say about where the votes went."""

from __future__ import annotations

import streamlit as st

from components import seat_flows_view, state, vote_flows_view
from components.data import region as read_region
from components.shell import honest_errors
from components.strip import strip

FLOWS = {"mps": "MPs", "votes": "Votes"}


def page() -> None:
    """Draw the page."""
    strip()
    st.title("Flows", anchor=False)
    _flows()


@st.fragment
@honest_errors("flows")
def _flows() -> None:
    region = read_region(state.get("region"))
    st.segmented_control(
        "Flows of",
        list(FLOWS),
        format_func=FLOWS.__getitem__,
        required=True,
        label_visibility="collapsed",
        **state.bind("flow", "flows"),
    )
    view = vote_flows_view.view if state.get("flow") == "votes" else seat_flows_view.view
    view(region)
    state.publish()


page()
