"""The flows page: where the seats went, who moved their vote, and the same of own tables."""

from __future__ import annotations

import streamlit as st

from components import embed, seat_flows_view, state, vote_flows_view
from components.data import region as read_region
from components.shell import honest_errors
from components.strip import strip
from components.transfer import own_view

FLOWS = {"mps": "MPs", "votes": "Votes", "own": "Your own data"}
VIEWS = {"votes": vote_flows_view.view, "own": own_view.view}


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
    VIEWS.get(state.get("flow"), seat_flows_view.view)(region)
    state.publish()


CHARTS = {
    "mps": lambda: seat_flows_view.chart(read_region(state.get("region"))),
    "votes": lambda: vote_flows_view.chart(read_region(state.get("region"))),
}

embed.page(page, CHARTS)
