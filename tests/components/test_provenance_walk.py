"""A walk over every page and its parts: no number without a source that can be reached."""

from __future__ import annotations

import pytest
from opening import opened
from sourced import read, unsourced
from streamlit.testing.v1 import AppTest

from mulembe.scenario import presets
from mulembe.scenario.link import encode
from mulembe.tables import Tables

TABLES = Tables()
KNOWN = dict(zip(TABLES["sources"]["source_id"], TABLES["sources"]["url"], strict=True))
JAN = encode(presets.preset("jan-2022", TABLES).scenario, TABLES)

VIEWS: list[tuple[str, dict[str, str]]] = [
    ("", {}),
    ("", {"s": JAN}),
    *[("", {"tour": step}) for step in "123456"],
    ("map", {}),
    ("map", {"layer": "swing", "c": "212"}),
    ("map", {"pair": "yes", "layer": "margin"}),
    ("map", {"layer": "scenario_result", "s": JAN}),
    ("map", {"drawn": "tiles", "layer": "alignment"}),
    ("flows", {"flow": "mps"}),
    ("flows", {"flow": "votes", "depth": "analyst"}),
    ("flows", {"flow": "own"}),
    ("leaders", {}),
    ("leaders", {"c": "202", "date": "2021-12-27", "depth": "analyst"}),
    *[("scenario", {"result": part, "s": JAN}) for part in ("map", "places", "flow", "nation")],
    *[("scenario", {"ask": part, "s": JAN}) for part in ("solve", "sweep", "tornado")],
    ("compare", {"s": JAN, "depth": "analyst"}),
    *[
        ("evidence", {"evidence": part})
        for part in ("pledges", "backtest", "claims", "ledger", "polls", "methods")
    ],
]


def name(page: str, view: dict[str, str]) -> str:
    told = "-".join("january" if field == "s" else f"{field}-{view[field]}" for field in view)
    return f"{page or 'brief'}-{told}"


@pytest.mark.parametrize("page, view", VIEWS, ids=[name(*view) for view in VIEWS])
def test_every_number_leads_to_a_source(page: str, view: dict[str, str]) -> None:
    app = opened(page, **view)
    assert unsourced(app, KNOWN) == []


def test_the_walk_sees_the_figures_it_judges() -> None:
    figures = [f for section in read(opened("map").main, KNOWN) for f in section.figures]
    assert "plotly_chart map_main" in figures


def _drawn() -> None:
    import streamlit as st

    st.subheader("A chart without a source")
    st.metric("Votes", "1")
    st.subheader("A chart with one")
    st.metric("Votes", "2")
    with st.popover("Sources", key="sources_x"):
        st.markdown("`register-2017`")
    with st.container(border=True, key="card"):
        st.markdown("3 votes")
    st.subheader("A source that nobody knows")
    st.dataframe({"a": [1]})
    with st.popover("Sources", key="sources_y"):
        st.markdown("`made-up`")
    with st.container(border=True, key="lonely"):
        st.markdown("4 votes")


def test_the_walk_finds_what_lacks_a_source() -> None:
    app = AppTest.from_function(_drawn).run()
    assert [line.split(":")[0] for line in unsourced(app, KNOWN)] == [
        "A chart without a source",
        "A source that nobody knows",
        "A source that nobody knows > lonely",
    ]
