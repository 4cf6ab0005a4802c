"""The live result: known numbers of the base, a ghost that stays, and controls that act."""

from __future__ import annotations

import json
from typing import Any

import pytest
from opening import opened
from streamlit.testing.v1 import AppTest

from mulembe.scenario import link, presets
from mulembe.scenario.model import Move, Override, Scenario
from mulembe.tables import Tables

LUGARI, KABUCHAI = "199", "218"
WETANGULA = Move(leader="moses-wetangula", camp="government", delivery=0.6, home=KABUCHAI, reach=25)
TABLES = Tables()


def base(cycle: str = "2027") -> Scenario:
    return presets.default(TABLES, cycle).scenario


def page(scenario: Scenario, **view: str) -> AppTest:
    return opened("scenario", s=link.encode(scenario, TABLES), **view)


def text_of(app: AppTest) -> str:
    blocks = [*app.markdown, *app.caption, *app.info, *app.subheader]
    return "\n".join(block.value for block in blocks).replace("\\", "")


def figure(app: AppTest, key: str) -> dict[str, Any]:
    chart = next(c for c in app.get("plotly_chart") if c.key == key)
    return json.loads(chart.proto.spec)


def table(app: AppTest, *columns: str) -> Any:
    """The first table on the page that has these columns."""
    return next(f.value for f in app.dataframe if set(columns) <= set(f.value.columns))


def hero(app: AppTest) -> tuple[str, str, str]:
    metric = app.metric[0]
    return metric.label, metric.value, metric.delta


def bars(app: AppTest, key: str = "scenario_totals") -> tuple[list[float], list[float]]:
    """Values of the scenario and of the ghost, from the top down."""
    scenario, ghost = (d for d in figure(app, key)["data"] if d["type"] == "bar")
    return list(scenario["x"]), list(ghost["x"])


@pytest.mark.parametrize(
    ("cycle", "camp", "share", "said"),
    [
        ("2022", "Azimio", "77.9%", "in 2017 it led by 57.1"),
        ("2027", "Opposition", "60.3%", "in 2022 it led by 21.4"),
    ],
)
def test_the_base_is_shown_as_it_was(cycle: str, camp: str, share: str, said: str) -> None:
    app = page(base(cycle))
    label, value, delta = hero(app)
    assert (label, value) == (f"{camp} in the region", share)
    assert delta == f"0.0 points on {'2017' if cycle == '2022' else '2022'}"
    assert said in text_of(app)
    now, ghost = bars(app)
    assert now == ghost


def test_a_move_moves_the_bars_and_leaves_the_ghost() -> None:
    start, moved = page(base()), page(base().but(moves=[WETANGULA]))
    assert bars(moved)[1] == bars(start)[1]
    rows = table(moved, "Camp", "Constituencies led").set_index("Camp")
    assert rows.at["Government", "Share 2022 (%)"] == 38.87
    assert rows.at["Government", "Change (points)"] > 5
    assert rows["Share (%)"].sum() == pytest.approx(100, abs=0.02)
    low, high = (rows[f"5% of runs {end} (%)"] for end in ("below", "above"))
    assert (low < rows["Share (%)"]).all()
    assert (rows["Share (%)"] < high).all()
    assert "Leads the region in 6 of 10 runs if this line-up runs" in text_of(moved)


def test_the_map_paints_all_38_and_names_its_layers() -> None:
    scenario = base().but(moves=[WETANGULA])
    titles = {
        "lead": "Lead of Opposition over Government in the scenario",
        "change": "Change of that lead on 2022",
        "sure": "Who leads in how many runs",
    }
    for shows, title in titles.items():
        app = page(scenario, shows=shows)
        assert title in text_of(app)
        assert len(figure(app, "scenario_map")["data"][0]["locations"]) == 38
        assert "Scenario, not a forecast" in text_of(app)
    tiles = figure(page(scenario, drawn="tiles"), "scenario_map")
    assert len(tiles["data"][0]["customdata"]) == 38


def test_the_third_ticket_has_a_map_and_its_own_colour_where_it_leads() -> None:
    third = presets.preset("local-third", TABLES).scenario.third
    assert third is not None
    app = page(base().but(third=third.model_dump() | {"delivery": 0.9}), shows="third")
    assert "Share of Local ticket in the scenario" in text_of(app)
    plain = page(base(), shows="third").get("button_group")
    offered = next(group.options for group in plain if group.key == "widget_shows_result")
    assert list(offered) == ["Result", "Change", "Runs won"]
    app.session_state["view"]["shows"] = "lead"
    names = [d.get("name") for d in figure(app.run(), "scenario_map")["data"]]
    assert any(str(name).startswith("Local ticket leads") for name in names)


def test_ranked_constituencies_have_numbers_and_say_who_flips() -> None:
    app = page(base("2022").but(moves=[WETANGULA]), result="places", listed="table")
    rows = table(app, "Constituency", "Share", "Change", "Runs won").set_index("Constituency")
    assert len(rows) == 38
    assert rows["Change"].abs().is_monotonic_decreasing
    assert rows.at["Kabuchai", "Leads"].startswith("Kenya Kwanza (was Azimio)")
    assert ((rows["Low"] <= rows["Share"]) & (rows["Share"] <= rows["High"])).all()
    assert "Kabuchai" in text_of(app)
    assert "change hands: " in text_of(app)


def test_the_county_that_changes_most_is_named_first() -> None:
    move = Move(leader="moses-wetangula", camp="government", delivery=0.6, home=KABUCHAI, reach=25)
    app = page(base("2022").but(moves=[move]), result="places")
    assert "Bungoma changes most: Kenya Kwanza +22.1 points on 2017." in text_of(app)
    rows = table(app, "Camp", "90% of runs", "Led in, 2017")
    assert list(rows["County"][:2]) == ["Bungoma", "Bungoma"]
    assert len(rows) == 10
    assert "No county's shares change against 2022." in text_of(page(base(), result="places"))


def test_the_dots_show_one_camp_in_the_order_asked_for() -> None:
    scenario = base().but(moves=[WETANGULA])
    chart = figure(page(scenario, result="places", side="government"), "scenario_dots")
    first = chart["data"][0]["customdata"]
    assert len(first) == 38
    by_code = figure(
        page(scenario, result="places", side="government", order="county"), "scenario_dots"
    )
    assert by_code["data"][0]["customdata"] == sorted(first) != first
    assert "Government" in chart["data"][0]["hovertext"][0]


def test_the_card_tells_where_the_votes_go_and_who_pulls() -> None:
    app = page(base().but(moves=[WETANGULA]), c=KABUCHAI)
    told = text_of(app)
    assert "Moses Wetang'ula to Government: 60.0% of the other tickets' voters (at home)" in told
    # 60% of Odinga's 10,680 voters of 2022 in Kabuchai
    assert "Raila Odinga 2022, 10,680: 6,408 to Government (60%), 4,272 to Opposition (40%)" in told
    assert "William Ruto 2022, 32,221: all to Government" in told
    assert {"card_lock", "card_set"} <= {button.key for button in app.button}


def test_lock_from_the_card_keeps_the_result_and_can_be_left() -> None:
    app = page(base().but(moves=[WETANGULA]), c=KABUCHAI)
    app.button(key="card_lock").click().run()
    assert not app.exception
    assert "**Locked**" in text_of(app)
    assert "Government leads; what is set by hand or locked does not vary" in text_of(app)
    app.button(key="card_release").click().run()
    assert "**Locked**" not in text_of(app)


def test_a_reason_is_text_and_a_hand_set_constituency_is_named() -> None:
    hand = Override(code=LUGARI, votes=(9_000, 9_500, 0, 10), reason="<b>agent</b> *says*")
    app = page(base().but(overrides=[hand]), c=LUGARI)
    assert "**Set by hand**: <b>agent</b> *says*" in text_of(app)
    assert any("Hatched: set by hand" in str(d.get("name")) for d in _map(app))


def _map(app: AppTest) -> list[dict[str, Any]]:
    return list(figure(app, "scenario_map")["data"])


def test_a_constituency_far_from_the_region_is_explained() -> None:
    told = text_of(page(base(), c="001"))
    assert "Outside the 38 constituencies whose leaders can move voters" in told


def test_a_read_only_view_locks_nothing() -> None:
    app = page(base().but(moves=[WETANGULA]), c=KABUCHAI, view="1")
    assert app.button(key="card_lock").disabled
    assert "fork it" in text_of(app)


def test_the_nation_of_2022_is_the_declared_one() -> None:
    app = page(base(), result="nation")
    told = text_of(app)
    assert (
        "Government passes both gates: 50.45% of the nation's valid votes and a quarter in 39 of "
        "47 counties." in told
    )
    assert "The other 252 constituencies stand at their result of 2022" in told
    assert "the rest of the nation held fixed" in told
    rows = table(app, "Where", "Passes both gates").set_index(["Camp", "Where"])
    assert rows.at[("Opposition", "Kenya"), "Counties with a quarter"] == 34
    assert rows.at[("Government", "Kenya"), "Votes missing to 50%+1"] == 0
    # 48.88% of 14,213,027 valid votes and a half of them
    short = rows.at[("Opposition", "Kenya"), "Votes missing to 50%+1"]
    votes = rows.at[("Opposition", "Kenya"), "Votes"]
    assert votes + short - 1 == pytest.approx(votes / 0.48876 / 2, rel=1e-3)


def test_a_missing_constituency_and_251_others_in_2017() -> None:
    told = text_of(page(base("2022"), result="nation"))
    assert "The other 251 constituencies" in told
    assert "No result of 2017 is held for" in told


def test_a_run_off_goes_by_plurality_and_names_its_assumption() -> None:
    third = presets.preset("local-third", TABLES).scenario
    told = text_of(page(third, result="nation"))
    assert "Nobody passes both gates: run-off between Government and Opposition" in told
    home = "if everyone whose ticket is out stays home, as assumed here"
    assert f"{home}, Government would win it by 293,559 votes." in told
    assert "the 25% rule does not apply" in told
    assert "of those of the other tickets 100% stay at home" in told


def test_the_flow_table_always_has_absent_and_new_voters() -> None:
    rows = table(page(base(), result="flow"), "From", "Does not vote").set_index("From")
    assert rows.at["Raila Odinga 2022", "Opposition"] == 976_644
    assert rows.loc["New on the register"].sum() == 0
    assert rows.at["Did not vote 2022", "Does not vote"] > 900_000
    grown = base().but(roll="grown")
    assert (
        table(page(grown, result="flow"), "From").set_index("From").loc["New on the register"].sum()
        > 0
    )


def test_flows_of_one_county_in_percent_of_their_origin() -> None:
    app = page(base().but(moves=[WETANGULA]), result="flow", county="039", unit="origin")
    assert "Bungoma: from 2022 to the scenario" in text_of(app)
    rows = table(app, "From", "Does not vote").set_index("From")
    assert rows.loc["Raila Odinga 2022"].sum() == pytest.approx(100)
    drawn = figure(app, "scenario_flow")["data"][0]
    assert sum(drawn["link"]["value"]) == pytest.approx(400)  # four columns hold voters
    assert "not estimates" in text_of(app)


def test_nobody_voting_is_a_sentence() -> None:
    silent = [{"origin": o, "rate": 0} for o in ("odinga", "ruto", "others", "entered")]
    for result in ("map", "places", "flow", "nation"):
        app = page(base().but(turnout=silent), result=result, c=KABUCHAI)
        assert "Nobody votes in this scenario" in text_of(app)


def test_the_compact_headline_stands_alone() -> None:
    def script() -> None:
        from components import state
        from components.data import tables
        from components.scenario.result import headline

        state.load(tables(), "scenario")
        headline()

    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    said = app.markdown[0].value.replace("\\", "")
    assert said.startswith("**Opposition 60.3%** (0.0 points on 2022)")
    assert "Leads in 26 of 38 constituencies (2022: 26)." in said
    assert "Scenario, not a forecast" in said


def test_the_numbers_of_every_row_lie_in_the_range_that_is_drawn() -> None:
    app = page(base(), result="places")
    drawn = figure(app, "scenario_dots")
    low, high = drawn["layout"]["xaxis"]["range"]
    words = [trace for trace in drawn["data"] if trace.get("mode") == "text"]
    assert len(words[0]["text"]) == 38
    assert all(low <= x <= high for trace in words for x in trace["x"])


def test_the_map_of_a_phone_shows_every_unit_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.layer_map.on_phone", lambda: True)
    drawn_map = figure(page(base()), "scenario_map")
    layout, codes = drawn_map["layout"], drawn_map["data"][0]["locations"]
    lines = sum(bool(trace.get("showlegend")) for trace in drawn_map["data"])
    drawn = layout["height"] - layout["margin"]["t"] - 19 * lines
    shown = TABLES["constituencies"].set_index("code").loc[codes]
    scale = 512 * 2 ** layout["map"]["zoom"] / 360
    assert scale * (shown["north"].max() - shown["south"].min()) <= drawn
    assert scale * (shown["east"].max() - shown["west"].min()) <= 350
