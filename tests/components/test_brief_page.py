"""The brief: the sentence, bloc unity, what changed, other regions."""

from __future__ import annotations

import pandas as pd
import pytest
from opening import opened
from streamlit.testing.v1 import AppTest

from mulembe.scenario import presets
from mulembe.scenario.link import encode
from mulembe.tables import Tables


def open_page(**view: str) -> AppTest:
    return opened("", **view)


def sentence(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("####")).replace("\\", "")


def words(app: AppTest) -> str:
    return "\n".join(block.value for block in [*app.markdown, *app.caption]).replace("\\", "")


def link(preset: str) -> str:
    tables = Tables()
    return encode(presets.preset(preset, tables).scenario, tables)


def test_the_sentence_is_built_from_the_numbers() -> None:
    told = sentence(open_page())
    # Region of 38: Odinga 976,644 and Ruto 629,786 of 1,620,377 valid votes: 21.4 points
    assert told.startswith("#### Only in part: in 2022 Odinga led in 26 and Ruto in 12 of 38")
    assert "over all of them Odinga still led by 21.4 points, after 57.1 in 2017" in told
    assert told.endswith("from 92% to 58%.")
    assert told.count(". ") == 0  # one sentence


def test_another_region_gives_another_sentence() -> None:
    told = sentence(open_page(region="county:039"))
    assert told.startswith("#### Yes: in 2022 Odinga led in 0 and Ruto in 9 of 9")
    assert "Ruto led by 27.3 points, after Odinga by 37.8 in 2017" in told


def test_one_large_number_heads_the_page() -> None:
    hero = open_page().metric[0]
    assert (hero.label, hero.value, hero.delta) == (
        "Alignment, 2022",
        "58%",
        "\u221234 points on 2017",
    )


def test_what_changed_since_2017_stands_where_no_scenario_is_set() -> None:
    shown = {metric.label: metric.value for metric in open_page(region="west4").metric}
    assert shown["Butler swing"] == "20.5 points to Ruto"
    assert shown["Apparent transfer to Ruto"] == "25.3%"
    assert shown["Turnout 2022"] == "62.5%"


def test_the_card_of_unity_has_both_elections() -> None:
    told = words(open_page())
    assert "margins average 36.8 points, and 21.4 are left" in told
    assert "2017: 62.2 and 57.1 (92%)" in told


def test_what_it_would_take_is_the_solvers_answer_for_who_trails() -> None:
    told = words(open_page())
    assert "Western Kenya, five counties, 2027: Opposition 60.3%, Government 38.9%." in told
    assert "For the government to lead: Raila Odinga's 2022 voters: to Government, 17.76%" in told
    assert "At least 173,451 votes end up elsewhere and 3 constituencies change hands" in told
    assert "Scenario, not a forecast" in told


def test_what_the_west_is_worth_has_both_gates_with_and_without_it() -> None:
    told = words(open_page())
    assert "11.4% of the nation's valid votes: 10 points here are 1.14 nationally" in told
    assert "With the West: the government passes both gates, 50.45% and 39 counties." in told
    assert "Without the West: the government passes both gates, 51.95% and 35 counties." in told
    assert "9.6% of the nation's valid votes" in words(open_page(region="west4"))
    assert "What Vihiga is worth" in words(open_page(region="county:038"))


def test_a_scenario_is_set_against_its_base() -> None:
    app = open_page(s=link("running-mate"))
    told = words(app)
    shown = {metric.label: metric for metric in app.metric}
    assert "Butler swing" not in shown
    assert shown["Change hands"].value == "11 of 38"
    assert shown["Opposition, Western Kenya, five counties"].value == "71.7%"
    assert shown["Opposition, Western Kenya, five counties"].delta == "+11.4 points on 2022"
    assert "Biggest change: Endebess, Opposition +44.2 points" in told
    assert "From Government to Opposition, closest first:" in told
    assert "not enough for the government by itself" in told


def test_a_run_off_names_both_who_meet() -> None:
    told = words(open_page(s=link("local-third")))
    assert "With the West: a run-off, the government 49.72% and 38 counties against" in told


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
