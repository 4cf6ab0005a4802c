"""The tour of December 2021: every step by address, the guess, the reveal, the way out and on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from opening import opened
from streamlit.testing.v1 import AppTest


def words(app: AppTest) -> str:
    blocks = [*app.markdown, *app.caption, *app.subheader]
    return "\n".join(block.value for block in blocks).replace("\\", "")


def figure(app: AppTest, key: str) -> dict[str, Any]:
    chart = next(c for c in app.get("plotly_chart") if c.key == key)
    return json.loads(chart.proto.spec)


def listed(app: AppTest) -> list[list[str]]:
    """The lists of lines on the page."""
    blocks = [m.value.replace("\\", "") for m in app.markdown if m.value.startswith("- ")]
    return [block.split("\n") for block in blocks]


def query(app: AppTest, name: str) -> str:
    value = app.query_params.get(name, "")
    return value[0] if isinstance(value, list) else value


def test_the_first_visit_offers_the_tour_in_a_line_that_can_be_put_away() -> None:
    app = opened()
    assert "New here?" in words(app)
    app.button(key="tour_hide").click().run()
    assert "New here?" not in words(app)
    assert app.button(key="tour_start").label == "Replay December 2021"


def test_the_tour_runs_from_start_to_end_with_its_step_in_the_address() -> None:
    app = opened()
    app.button(key="tour_start").click().run()
    assert app.title[0].value == "December 2021, replayed"
    for step in range(1, 6):
        assert query(app, "tour") == str(step)
        app.button(key="tour_next").click().run()
        assert not app.exception
    assert query(app, "tour") == "6"
    assert app.button(key="tour_2027").label == "Now try 2027"


@pytest.mark.parametrize("step", list("123456"))
def test_any_step_can_be_left(step: str) -> None:
    app = opened(tour=step)
    app.button(key="tour_leave").click().run()
    assert app.title[0].value == "Does the region vote as one bloc?"
    assert query(app, "tour") == ""


def test_starting_puts_the_app_in_december_2021_and_leaving_gives_the_view_back() -> None:
    app = opened(region="west4", date="2022-03-01")
    app.button(key="tour_start").click().run()
    assert query(app, "date") == "2021-12-27"
    assert query(app, "election") == "2017"
    assert query(app, "s") == "dec-2021"
    assert query(app, "region") == ""  # the five counties
    app.button(key="tour_next").click().run()
    assert query(app, "date") == "2021-12-27"
    app.button(key="tour_leave").click().run()
    assert (query(app, "region"), query(app, "date")) == ("west4", "2022-03-01")
    assert query(app, "s") == query(app, "election") == ""


def test_a_link_of_the_replay_opens_it_and_leaving_shows_the_brief_of_today() -> None:
    app = opened(tour="3", date="2021-12-27", election="2017", s="dec-2021")
    assert "January" in app.subheader[0].value
    app.button(key="tour_leave").click().run()
    assert query(app, "date") == query(app, "s") == query(app, "tour") == ""


def test_being_seen_there_can_be_counted_and_says_so() -> None:
    app = opened(tour="2")
    app.button_group(key="tour_level").set_value(1).run()
    told = words(app)
    assert "on evidence L1 or stronger" in told
    assert "None of them had endorsed a camp on record" in told
    assert "Ayub Savula" in told
    app.button_group(key="tour_level").set_value(3).run()
    assert "2 of 38 members stood with Azimio" in words(app)


def test_the_talks_show_who_was_there_on_what_evidence() -> None:
    app = opened(tour="1")
    assert "vote as one" in words(app)
    assert "attending is not declaring" in words(app)
    table = app.dataframe[0].value
    shown = dict(zip(table["Who"], table["Evidence"], strict=True))
    assert shown["Peter Nabulindo"] == "L1 attended or was seen"
    assert shown["Christopher Aseka"] == "L2 will urge or work with"


def test_the_four_at_the_talks_stay_undeclared() -> None:
    told = words(opened(tour="2"))
    assert "2 of 38 members stood with Azimio" in told
    assert "4 of them had been at the talks, and had not declared" in told
    for name in ("Ayub Savula", "Peter Nabulindo", "Omboko Milemba", "Christopher Aseka"):
        assert f"**{name}**" in told


def test_january_shows_the_pledges() -> None:
    app = opened(tour="3")
    assert app.metric[0].value == "70% to 95%"
    band, elsewhere, azimio = listed(app)
    assert sorted(line[4:6] for line in band) == ["70", "90", "90", "95"]
    assert [line[4:6] for line in elsewhere] == ["70", "70", "90"]
    assert "no list says where that is" in elsewhere[0]
    assert "Luhya community, whose votes nobody counts apart" in elsewhere[1]
    assert "the county itself promised nothing" in elsewhere[2]
    assert len(azimio) == 2
    for line in azimio:
        assert "no share was named, so there is no gap to measure" in line
    assert "Oparanya" in azimio[1]


def test_the_pledges_name_publisher_and_day_with_a_link() -> None:
    app = opened(tour="3")
    lines = "\n".join(line for block in listed(app) for line in block)
    assert "[Kenyan-Post, 20 May 2022](https://kenyan-post.com/2022/05/" in lines
    assert "kenyan-post-5769" not in lines


def test_each_other_ground_is_measured_only_where_it_has_results() -> None:
    told = words(opened(tour="5"))
    assert "90% named; William Ruto had 36.7% in Vihiga, \u221253.3 points." in told
    assert "70% named; not measured: said of the Luhya community" in told
    assert "Raila Odinga had 61.6% in" in told


def test_the_miss_can_be_scored_on_odingas_share() -> None:
    app = opened(tour="5", follow="25")
    app.button_group(key="guess_scored").set_value("Odinga").run()
    told = words(app)
    assert "misses Odinga's share of 2022 by" in told
    assert "misses Ruto's share" not in told
    assert "largest misses of Odinga's share" in told


def test_the_guess_follows_the_slider_and_the_camp() -> None:
    app = opened(tour="4", follow="0")
    assert "Kenya Kwanza 20.8%" in words(app)
    app.slider(key="widget_follow_tour").set_value(100).run()
    assert "Kenya Kwanza 98.7%" in words(app)
    assert query(app, "follow") == "100"
    assert "OKA 50.0%" in words(opened(tour="4", guess="third"))
    assert "Kenya Kwanza 10.4%" in words(opened(tour="4", guess="opposition"))


def test_the_reveal_sets_result_pledge_and_guess_side_by_side() -> None:
    app = opened(tour="5", follow="25")
    assert app.metric[0].value == "37.4%"
    assert "Pledged of it: 70% to 95%" in words(app)
    assert "five counties he had 38.9%" in words(app)
    assert "misses Ruto's share of 2022 by 12.4 points" in words(app)
    bars = {trace["name"]: trace for trace in figure(app, "tour_reveal")["data"]}
    assert bars["2022"]["text"] == ["37.4%", "38.9%"]
    assert len(bars["Pledged"]["y"]) == 1  # the five counties were promised by nobody


def test_the_methods_are_labelled_by_how_they_were_judged() -> None:
    app = opened(tour="6")
    drawn = {trace["name"]: trace for trace in figure(app, "tour_methods")["data"]}
    assert set(drawn) == {"Fitted, on the one left out", "Nothing fitted", "In-sample"}
    unfitted = ["17.4", "19.3", "19.5", "21.1", "23.7", "27.9", "52.2"]
    assert drawn["Nothing fitted"]["text"] == unfitted
    assert "Bloc vote for Azimio" in drawn["Nothing fitted"]["y"]
    assert "In-sample: its numbers were fitted on this very result" in words(app)


def test_misses_of_a_method_come_largest_first() -> None:
    app = opened(tour="6")
    app.selectbox(key="reckoning_method").select("no_change").run()
    assert "it said 15.6% and 74.1% came" in words(app)
    counties = figure(app, "tour_counties_no_change")["layout"]["yaxis"]["categoryarray"]
    assert counties[-1] == "Bungoma"
    drawn = figure(app, "tour_misses_no_change")
    axis = drawn["layout"]["yaxis"]["categoryarray"]
    assert axis[-1] == "Kabuchai"  # the top row
    assert len(axis) == 12
    words_of = next(t for t in drawn["data"] if t.get("name") == "2022")["hovertext"][0]
    assert words_of == "Kabuchai: said 15.6%, came 74.1%, \u221258.5 points"


def test_starting_again_forgets_the_guess() -> None:
    app = opened(tour="6", follow="80", guess="third")
    app.button(key="tour_again").click().run()
    assert query(app, "tour") == "1"
    assert query(app, "follow") == query(app, "guess") == ""


def test_a_step_that_is_none_leaves_a_sentence_and_the_brief() -> None:
    app = opened(tour="9")
    assert app.title[0].value == "Does the region vote as one bloc?"
    assert "not a known step of the replay" in " ".join(w.value for w in app.warning)
