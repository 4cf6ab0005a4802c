"""The evidence page: what was promised and came, how wrong each method was, and all we rest on."""

from __future__ import annotations

import streamlit as st

from components import embed, state
from components.data import region as read_region
from components.evidence import (
    backtest_view,
    claims_view,
    ledger_view,
    methods_view,
    pledges_view,
    polls_view,
)
from components.shell import honest_errors
from components.strip import strip

VIEWS = {
    "pledges": pledges_view.view,
    "backtest": backtest_view.view,
    "claims": claims_view.view,
    "ledger": ledger_view.view,
    "polls": polls_view.view,
    "methods": methods_view.view,
}
NAMES = {
    "pledges": "Pledges",
    "backtest": "Back-test",
    "claims": "Claims of 2021",
    "ledger": "Data ledger",
    "polls": "Polls",
    "methods": "Methods",
}


def page() -> None:
    """Draw the page."""
    strip()
    st.title("Evidence", anchor=False)
    _evidence()


@st.fragment
@honest_errors("evidence")
def _evidence() -> None:
    st.segmented_control(
        "Evidence",
        list(VIEWS),
        format_func=NAMES.__getitem__,
        required=True,
        label_visibility="collapsed",
        **state.bind("evidence", "evidence"),
    )
    VIEWS[state.get("evidence")](read_region(state.get("region")))
    state.publish()


CHARTS = {
    "pledges": pledges_view.chart,
    "backtest": lambda: backtest_view.chart(read_region(state.get("region"))),
    "claims": lambda: claims_view.chart(read_region(state.get("region"))),
}

embed.page(page, CHARTS)
