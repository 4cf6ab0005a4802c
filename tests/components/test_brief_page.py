"""The brief: the sentence, bloc unity, what changed, other regions."""

from __future__ import annotations

import pandas as pd
import pytest
from opening import opened
from streamlit.testing.v1 import AppTest


def open_page(**view: str) -> AppTest:
    return opened("", **view)


def sentence(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("####")).replace("\\", "")


def test_the_sentence_is_built_from_the_numbers() -> None:
    told = sentence(open_page())
    # Region of 38: Odinga 976,644 and Ruto 629,786 of 1,620,377 valid votes: 21.4 points
    assert told.startswith("#### Only in part.")
    assert "Odinga led in 26 of 38 constituencies and Ruto in 12" in told
    assert "over all of them Odinga led by 21.4 points, after Odinga by 57.1 in 2017" in told
    assert "from 92% to 58%" in told


def test_another_region_gives_another_sentence() -> None:
    told = sentence(open_page(region="county:039"))
    assert told.startswith("#### Yes. Bungoma: in 2022 Odinga led in 0 of 9 constituencies")
    assert "Ruto led by 27.3 points, after Odinga by 37.8 in 2017" in told


def test_the_cards_show_swing_transfer_turnout_and_weight() -> None:
    shown = {metric.label: metric.value for metric in open_page(region="west4").metric}
    assert shown["Butler swing"] == "20.5 points to Ruto"
    assert shown["Apparent transfer to Ruto"] == "25.3%"
    assert shown["Turnout 2022"] == "62.5%"
    assert shown["Weight in the nation, 2022"] == "9.6% of valid votes"


def test_unity_of_other_regions_is_listed() -> None:
    frames = [frame.value for frame in open_page().dataframe]
    table = next(f for f in frames if "Odinga's lead 2022" in f).set_index("Region")
    assert len(table) == 8
    assert table.loc["Bungoma", "Odinga's lead 2022"] == pytest.approx(-27.28, abs=0.01)
    assert table.loc["Kakamega", "Alignment 2022"] == pytest.approx(100)


def test_an_own_region_heads_the_list() -> None:
    app = open_page(region="west5-216-225-226~Hills%20out")
    frames = [frame.value for frame in app.dataframe]
    table: pd.DataFrame = next(f for f in frames if "Odinga's lead 2022" in f)
    assert table.iloc[0]["Region"] == "Hills out"
    assert table.iloc[0]["Constituencies"] == 35


def test_a_region_that_cuts_a_county_says_why_2013_is_missing() -> None:
    captions = " ".join(c.value for c in open_page(region="core30").caption).replace("\\", "")
    assert "2013 is held by county only" in captions
