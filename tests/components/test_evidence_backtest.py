"""The back-test on the Evidence page: every method, one method's misses, what intervals hold."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from opening import opened
from streamlit.testing.v1 import AppTest

from components import state
from components.data import tables
from mulembe import backtest


def words(app: AppTest) -> str:
    blocks = [*app.markdown, *app.caption, *app.subheader]
    return "\n".join(block.value for block in blocks).replace("\\", "")


def shown(**view: str) -> AppTest:
    return opened("evidence", evidence="backtest", **view)


def table(app: AppTest) -> pd.DataFrame:
    return next(t.value for t in app.dataframe if "Method" in t.value.columns)


def figure(app: AppTest, key: str) -> dict[str, Any]:
    chart = next(c for c in app.get("plotly_chart") if c.key == key)
    return json.loads(chart.proto.spec)


def test_the_opening_sets_the_default_beside_the_baselines() -> None:
    told = words(shown())
    assert "misses Ruto's share by 4.2 points per constituency" in told
    assert "by 8.0 where its whole county was" in told
    assert "No change misses by 17.4, uniform national swing by 21.1" in told
    assert "One pair of elections" in told


def test_every_method_stands_in_the_table_once() -> None:
    rows = table(shown()).set_index("Method")
    assert len(rows) == len(backtest.WAYS) == 17
    assert rows.index.is_unique
    assert rows.at["No change", "Mean miss, pts"] == 17.4
    assert rows.at["No change", "Called"] == 29
    assert rows.at["Bloc vote for Kenya Kwanza", "Bias, pts"] == 52.2
    best = rows.loc["Falls with distance, by county (exponential)"]
    assert (best["Inside 90%"], best["Unstretched"], best["Brier"]) == (35, 32, 0.039)


def test_a_county_left_out_is_another_order() -> None:
    app = shown()
    app.button_group(key="widget_judged_backtest").set_value("county_left_out").run()
    assert table(app).iloc[0]["Method"] == "Falls with distance (gaussian)"
    assert app.query_params["judged"] in ("county_left_out", ["county_left_out"])


def test_in_sample_is_called_so_and_has_no_intervals() -> None:
    app = shown(judged="in_sample")
    assert "In-sample, fitted on the very result it is judged by, which flatters" in words(app)
    assert not {"Brier", "CRPS, pts", "Inside 90%", "Unstretched"} & set(table(app).columns)
    assert "No intervals in-sample" in words(app)
    drawn = figure(app, "backtest_misses_decay_county")
    assert "90% interval" not in {trace.get("name") for trace in drawn["data"]}


def test_misses_come_largest_first_by_constituency_and_county() -> None:
    app = shown(way="no_change")
    axis = figure(app, "backtest_misses_no_change")["layout"]["yaxis"]["categoryarray"]
    assert axis[-1] == "Kabuchai"
    assert len(axis) == 12
    axis = figure(app, "backtest_counties_no_change")["layout"]["yaxis"]["categoryarray"]
    assert axis[::-1] == ["Bungoma", "Vihiga", "Kakamega", "Busia", "Trans Nzoia"]
    assert "most in Kabuchai: it said 15.6% and 74.1% came" in words(app)


def test_the_reader_chooses_the_method() -> None:
    app = shown()
    assert app.query_params.get("way", "") in ("", [""])
    app.selectbox(key="widget_way_backtest").select("members").run()
    assert "the share pledged of the old province to the camp its MP stood with" in words(app)
    assert "most in Likuyani" in words(app)


def test_what_the_intervals_are_is_said_with_both_counts() -> None:
    app = shown()
    assert "holds 35 of 38 says little: the stretch does that nearly by itself" in words(app)
    assert "it would hold 32 of 38" in words(app)
    drawn = {t["name"]: t for t in figure(app, "backtest_reach_decay_county")["data"]}
    assert set(drawn) == {"Wanted", "Without the stretch", "As shown here"}


def test_analyst_depth_adds_the_numbers_and_all_places() -> None:
    app = shown(depth="analyst", way="decay-linear")
    axis = figure(app, "backtest_misses_decay")["layout"]["yaxis"]["categoryarray"]
    assert len(axis) == 38
    numbers = next(t.value for t in app.dataframe if "Number" in t.value.columns)
    assert "Reach" in set(numbers["Number"])
    held = tables()["fit_parameters"]
    held = held[(held["method"] == "decay") & (held["shape"] == "linear")]
    assert len(numbers) == len(held)


def test_a_region_narrows_the_scores() -> None:
    app = shown(region="county:038")
    assert "Scored over 5 constituencies: Vihiga" in words(app)
    assert set(table(app)["Called"]) <= set(range(6))


def test_a_way_that_is_none_leaves_a_sentence() -> None:
    app = shown(way="magic")
    assert "not a known method of the back-test" in " ".join(w.value for w in app.warning)


@pytest.mark.parametrize("way", list(backtest.WAYS))
def test_every_way_can_be_linked(way: str) -> None:
    assert state.FIELDS["way"][1](way, tables()) == way
