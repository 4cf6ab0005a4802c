"""The map page: layers, controls, selection and the card, as the tables have it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from opening import opened, tables_opened
from streamlit.testing.v1 import AppTest

from mulembe.scenario import presets
from mulembe.scenario.link import encode
from mulembe.tables import Tables


def open_page(**view: str) -> AppTest:
    return opened("map", **view)


def text_of(app: AppTest) -> str:
    blocks = [*app.markdown, *app.caption, *app.info, *app.warning, *app.subheader]
    return "\n".join(block.value for block in blocks).replace("\\", "")


def figure(app: AppTest, key: str = "map_main") -> dict[str, Any]:
    chart = next(c for c in app.get("plotly_chart") if c.key == key)
    return json.loads(chart.proto.spec)


def test_the_default_layer_is_the_margin_of_2022_over_38_constituencies() -> None:
    app = open_page()
    assert "Lead of Odinga over Ruto, 2022" in text_of(app)
    areas = figure(app)["data"][0]
    assert len(areas["locations"]) == 38
    texts = dict(zip(areas["locations"], areas["customdata"], strict=True))
    # Sabatia: (19,743 - 22,087) / 42,286 valid votes
    assert texts["212"] == ["Sabatia", "Vihiga", "Ruto +5.5 points"]


def test_geometry_is_named_by_address_and_nothing_foreign_is_asked_for() -> None:
    drawn = figure(open_page())
    assert drawn["data"][0]["geojson"].startswith("app/static/geo/west-")
    assert "http" not in json.dumps(drawn["layout"]["map"])


@pytest.mark.parametrize(
    "layer, title",
    [
        ("winner", "Winner, 2022"),
        ("swing", "Swing 2017 to 2022"),
        ("transfer", "Apparent transfer to Ruto, 2017 to 2022"),
        ("turnout", "Turnout, 2022"),
        ("turnout_change", "Change in turnout, 2017 to 2022"),
        ("registered", "Registered voters, 2022"),
        ("growth", "Growth of the register, 2017 to 2022"),
        ("effective", "Effective number of candidates, 2022"),
        ("contribution", "Contribution to the region's lead, 2022"),
        ("quality", "Data quality, 2022"),
        ("mp_party", "Party the member was elected on, as of 27 December 2021"),
        ("alignment", "Member's alignment as of 27 December 2021, evidence L3 or stronger"),
    ],
)
def test_every_layer_draws_under_its_title_with_a_legend(layer: str, title: str) -> None:
    app = open_page(layer=layer, date="2021-12-27")
    assert title in text_of(app)
    legend = [trace["name"] for trace in figure(app)["data"] if trace.get("showlegend")]
    assert legend
    counts = [int(n.rsplit("·", 1)[1]) for n in legend if "·" in n]
    assert sum(counts) == 38


def test_a_weaker_event_hatches_the_undeclared() -> None:
    drawn = figure(open_page(layer="alignment", date="2021-12-27"))
    hatch = next(t for t in drawn["data"] if "west-hatch" in str(t.get("geojson")))
    assert {"199", "206", "208", "215"} <= set(hatch["locations"])


def test_the_card_tells_votes_member_and_evidence() -> None:
    shown = text_of(open_page(c="206", date="2021-12-27"))
    assert "Peter Nabulindo" in shown
    assert "Undeclared at evidence L3 or stronger" in shown
    assert "L1 attended or was seen" in shown
    assert "2021-12-26" in shown


def test_the_card_outlines_its_constituency_without_recolouring_it() -> None:
    plain, chosen = figure(open_page()), figure(open_page(c="212"))
    assert plain["data"][0]["z"] == chosen["data"][0]["z"]
    outline = [t for t in chosen["data"] if t.get("locations") == ["212"]]
    assert outline and outline[0]["marker"]["line"]["width"] == 3


def test_differing_readings_are_both_kept_and_the_choice_has_its_reason() -> None:
    app = open_page(c="217")
    assert any("two readings differ" in e.label for e in app.expander)
    assert "verified second reading differs by more than 0.3%" in text_of(app)


def test_2013_is_labelled_as_by_county() -> None:
    app = open_page(election="2013")
    assert "2013, by county" in text_of(app)
    texts = {c[2] for c in figure(app)["data"][0]["customdata"]}
    assert any(text.startswith("Vihiga county:") for text in texts)


def test_a_layer_that_2013_cannot_answer_says_so() -> None:
    app = open_page(election="2013", layer="contribution")
    assert "held by county" in text_of(app)


def test_the_country_has_290_constituencies() -> None:
    app = open_page(scope="kenya", layer="swing")
    areas = figure(app)["data"][0]
    assert len(areas["locations"]) == 290
    assert areas["geojson"].startswith("app/static/geo/kenya-")
    nyando = dict(zip(areas["locations"], areas["customdata"], strict=True))["242"]
    assert nyando[2] == "no figure held"


def test_a_county_narrows_the_map() -> None:
    assert len(figure(open_page(county="038"))["data"][0]["locations"]) == 5


def test_a_pair_shows_both_elections_and_the_difference_on_its_own_scale() -> None:
    app = open_page(pair="yes")
    for key in ("map_2017", "map_2022", "map_difference"):
        assert figure(app, key)["data"]
    texts = dict(
        zip(
            figure(app, "map_difference")["data"][0]["locations"],
            [c[2] for c in figure(app, "map_difference")["data"][0]["customdata"]],
            strict=True,
        )
    )
    assert texts["212"].startswith("\u221295.")  # from Odinga +89.6 to Ruto +5.5 points


def test_changing_a_widget_changes_the_layer_and_the_address() -> None:
    app = open_page()
    app.selectbox(key="widget_layer_map").select("turnout").run()
    assert "Turnout, 2022" in text_of(app)
    assert dict(app.query_params)["layer"] in ("turnout", ["turnout"])


def test_tiles_show_the_same_38() -> None:
    bars = figure(open_page(drawn="tiles"))["data"][0]
    assert bars["type"] == "bar"
    assert len(bars["customdata"]) == 38


def scenario_link(preset: str = "running-mate") -> str:
    tables = Tables()
    return encode(presets.preset(preset, tables).scenario, tables)


def test_the_scenario_layer_shows_the_lead_hatched_and_says_what_it_is() -> None:
    app = open_page(layer="scenario", s=scenario_link())
    assert "Scenario 2027: lead of Opposition over Government" in text_of(app)
    assert "Scenario, not a forecast" in text_of(app)
    drawn = figure(app)["data"]
    hatch = next(t for t in drawn if "west-hatch" in str(t.get("geojson")))
    assert len(hatch["locations"]) == 38
    texts = dict(zip(drawn[0]["locations"], [c[2] for c in drawn[0]["customdata"]], strict=True))
    # Endebess, the running mate's home: 60% of everybody else's voters go over
    assert texts["137"].startswith("Opposition +")
    assert any(t.get("name") == "Hatched: modelled" for t in drawn)


def test_the_change_on_the_base_and_no_scenario_changes_nothing() -> None:
    drawn = figure(open_page(layer="scenario_change"))["data"][0]
    assert {c[2] for c in drawn["customdata"]} == {"no difference"}
    moved = figure(open_page(layer="scenario_change", s=scenario_link()))["data"][0]
    texts = dict(zip(moved["locations"], [c[2] for c in moved["customdata"]], strict=True))
    assert texts["137"].startswith("to Opposition +")


def test_the_time_buttons_lead_to_the_scenario_and_back() -> None:
    app = open_page(s=scenario_link(), layer="winner")
    app.segmented_control(key="widget_time_map").set_value("scenario").run()
    assert "Scenario 2027: who leads" in text_of(app)
    app.segmented_control(key="widget_time_map").set_value("2017").run()
    assert "Winner, 2017" in text_of(app)


def test_base_and_scenario_side_by_side_and_the_difference() -> None:
    app = open_page(layer="scenario", pair="yes", s=scenario_link())
    before, after = figure(app, "map_base"), figure(app, "map_scenario")
    assert before["data"][0]["locations"] == after["data"][0]["locations"]
    assert not any("west-hatch" in str(t.get("geojson")) for t in before["data"])
    assert figure(app, "map_difference")["data"]


def test_the_scenario_as_tiles_is_hatched_too() -> None:
    bars = figure(open_page(layer="scenario_winner", drawn="tiles", s=scenario_link()))["data"][0]
    assert set(bars["marker"]["pattern"]["shape"]) == {"/"}


def test_a_county_cuts_the_scenario_layer() -> None:
    app = open_page(layer="scenario", county="038", s=scenario_link())
    assert len(figure(app)["data"][0]["locations"]) == 5
    counts = [
        int(t["name"].rsplit("·", 1)[1])
        for t in figure(app)["data"]
        if t.get("showlegend") and "·" in t["name"]
    ]
    assert sum(counts) == 5


def test_a_long_table_is_sent_when_it_is_opened_and_is_whole():
    app = opened("map")
    assert not app.dataframe
    table = tables_opened(app).dataframe[0].value
    assert len(table) == 38
    assert table.set_index("Code").at["212", "Constituency"] == "Sabatia"
