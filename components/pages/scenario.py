"""The scenario page: the line-up on the left, what it gives on the right."""

from __future__ import annotations

import streamlit as st

from components import embed, state
from components.places import on_phone
from components.replay.tour import scenario_error
from components.scenario import nation, ranked, result_flows, result_map
from components.scenario.lineup import lineup, said, start
from components.scenario.result import headline, result, totals
from components.scenario.shown import shown
from components.scenario.what_it_takes import what_it_takes
from components.shell import honest_errors
from components.strip import scenario_bar, strip


def page() -> None:
    """Draw the page."""
    region = strip()
    st.title("What if?", anchor=False)
    _whatif(region.token)


@st.fragment
def _whatif(region: str) -> None:
    if state.get("region") != region:
        st.rerun()  # Undo or a file brought another region: the strip above is to show it
    with honest_errors("scenario"):
        scenario_bar()
        left, right = st.columns([38, 62], gap="large")
        with left:
            start()
            said()
            if on_phone():
                headline()
            lineup()
        with right, honest_errors("result"):
            result()
            what_it_takes()
            scenario_error()
    state.publish()


def _result() -> None:
    headline()
    totals(shown())


CHARTS = {
    "result": _result,
    "map": lambda: result_map.chart(shown()),
    "places": lambda: ranked.chart(shown()),
    "flow": lambda: result_flows.chart(shown()),
    "nation": lambda: nation.view(shown()),
}

embed.page(page, CHARTS)
