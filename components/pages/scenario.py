"""The scenario page: the line-up on the left, what it gives on the right."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import embed, state, whatif
from components.data import tables
from components.places import on_phone
from components.replay.tour import scenario_error
from components.scenario import nation, ranked, result_flows, result_map
from components.scenario.lineup import lineup, said, start
from components.scenario.result import headline, result, totals
from components.scenario.shown import shown
from components.scenario.what_it_takes import what_it_takes
from components.shell import honest_errors
from components.strip import scenario_bar, strip
from components.text import plain
from mulembe.scenario import words


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


def _alone(draw: Callable[[], None]) -> Callable[[], None]:
    """A chart in a frame of another page, after the words of what it assumes."""

    def drawn() -> None:
        scenario = whatif.scenario()
        name = f"{scenario.name}: " if scenario.name else ""
        st.caption(plain(f"{name}{words.sentence(scenario, tables())}"))
        draw()

    return drawn


CHARTS = {
    "result": _alone(_result),
    "map": _alone(lambda: result_map.chart(shown())),
    "places": _alone(lambda: ranked.chart(shown())),
    "flow": _alone(lambda: result_flows.chart(shown())),
    "nation": _alone(lambda: nation.view(shown())),
}

embed.page(page, CHARTS)
