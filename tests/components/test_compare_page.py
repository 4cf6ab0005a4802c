"""Scenarios side by side: the gap, what drives it, who flips, and what an address can hold."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from opening import opened
from streamlit.testing.v1 import AppTest

from components.compare.choice import Entry, as_json
from mulembe.scenario import link, presets
from mulembe.scenario.model import TICKETS
from mulembe.scenario.national import nation
from mulembe.scenario.outcome import Outcome, run
from mulembe.scenario.reading import read
from mulembe.tables import Tables

GOVERNMENT = TICKETS.index("government")


def open_page(**view: str) -> AppTest:
    return opened("compare", **view)


def given(tables: Tables, preset_id: str) -> Outcome:
    return run(presets.preset(preset_id, tables).scenario, tables)


def words(app: AppTest) -> str:
    return " ".join(m.value for m in app.markdown).replace("\\", "")


def frame(app: AppTest, column: str) -> pd.DataFrame:
    return next(f.value for f in app.dataframe if column in f.value)


def warnings(app: AppTest) -> str:
    return " ".join(w.value for w in app.warning).replace("\\", "")


def param(app: AppTest, name: str) -> str:
    held = app.query_params[name]
    return held if isinstance(held, str) else held[0]


def texts(app: AppTest) -> list[str]:
    return param(app, "with").split(".")


def test_the_gap_is_the_difference_of_two_runs(tables: Tables) -> None:
    app = open_page(**{"s": "west-2022", "with": "government-90", "who": "government"})
    a, b = given(tables, "west-2022"), given(tables, "government-90")
    gap = b.total_shares()[GOVERNMENT] - a.total_shares()[GOVERNMENT]
    totals = frame(app, "Against A, points")
    row = totals[(totals["Scenario"].str.startswith("B")) & (totals["Camp"] == "Government")]
    assert row["Against A, points"].item() == pytest.approx(100 * gap, abs=0.005)
    assert row["Votes"].item() == b.totals()[GOVERNMENT]
    assert f"+{100 * gap:.1f} points" in words(app)
    assert gap > 0.5  # from 38.9% to the pledged 90%


def test_the_drivers_add_up_to_the_gap(tables: Tables) -> None:
    app = open_page(**{"s": "opposition-90", "with": "government-90", "who": "government"})
    a, b = given(tables, "opposition-90"), given(tables, "government-90")
    gap = 100 * (b.total_shares()[GOVERNMENT] - a.total_shares()[GOVERNMENT])
    parts = frame(app, "Part of the gap, points")
    assert set(parts["Assumption"]) == {
        "Musalia Mudavadi's move",
        "Moses Wetang'ula's move",
        "Eugene Wamalwa's move",
        "George Natembeya's move",
    }
    assert parts["Part of the gap, points"].sum() == pytest.approx(gap, abs=0.02)


def test_every_place_is_compared_and_flips_are_named(tables: Tables) -> None:
    app = open_page(**{"s": "west-2022", "with": "running-mate", "who": "government"})
    a, b = given(tables, "west-2022"), given(tables, "running-mate")
    table = frame(app, "B less A, points").set_index("Constituency")
    assert len(table) == 38
    unit = a.base.position["138"]
    gap = b.shares[unit, GOVERNMENT] - a.shares[unit, GOVERNMENT]
    assert table.at["Saboti", "B less A, points"] == pytest.approx(100 * gap, abs=0.005)
    count = int(((a.winners() != b.winners()) & a.inside).sum())
    flips = frame(app, "Lead in B, points")
    assert len(flips) == count > 0
    assert f"{count} constituencies have another winner" in words(app)
    assert flips["Lead in B, points"].is_monotonic_increasing


def test_both_gates_stand_in_a_table(tables: Tables) -> None:
    app = open_page(**{"s": "west-2022", "with": "opposition-90"})
    assert list(frame(app, "First round")["Scenario"]) == ["A", "B"]
    table = [f.value for f in app.dataframe if "First round" in f.value][1].set_index("Scenario")
    assert table.at["A · West as in 2022", "First round"] == "The government passes both gates."
    second = "B · Region behind the opposition, 90%"
    assert table.at[second, "First round"] == "The opposition passes both gates."
    gates = nation(given(tables, "opposition-90")).everyone
    told = f"{100 * gates.shares[0]:.2f}%, {gates.counties[0]} counties"
    assert table.at[second, "Opposition"] == told


def test_a_first_look_compares_the_base_with_a_preset_for_each_side() -> None:
    told = words(open_page())
    assert "A · West as in 2022" in told
    assert "B · Region behind the government, 90% pledge kept" in told
    assert "C · Region behind the opposition, 90%" in told


def test_what_cannot_be_opened_is_told_and_the_rest_is_kept() -> None:
    app = open_page(**{"with": "rubbish.running-mate"})
    assert "Scenario 2 of this address cannot be compared. The link is" in warnings(app)
    assert "B · Opposition united with a Western running mate" in words(app)
    app.button(key="compare_clean").click().run()
    assert texts(app) == ["running-mate"]
    assert not app.warning


def test_an_address_of_other_characters_gives_a_sentence_and_the_default() -> None:
    app = open_page(**{"with": "<b>!", "duo": "aa"})
    assert "hold characters that no link of ours has" in warnings(app)
    assert "'aa' is not a pair of scenarios" in warnings(app)
    assert "A · West as in 2022" in words(app)


def test_more_than_four_are_named_and_left_out() -> None:
    app = open_page(**{"with": "running-mate.local-third.three-ways.opposition-90"})
    assert "At most 4 scenarios are compared" in warnings(app)
    assert "D · Split three ways" in words(app)


def test_two_cycles_are_compared_with_their_bases_named() -> None:
    app = open_page(**{"s": "west-2022", "with": "jan-2022"})
    told = " ".join(i.value for i in app.info).replace("\\", "")
    assert "On the results of 2022: A; on the results of 2017: B." in told
    assert "What drives the gap can be told for scenarios of one cycle only" in told
    assert "Opposition / Azimio" in frame(app, "First round")


def test_swapping_brings_the_second_first_everywhere(tables: Tables) -> None:
    app = open_page(**{"s": "west-2022", "with": "government-90.running-mate"})
    app.button(key="swap_B").click().run()
    shown = link.decode(param(app, "s"), tables).scenario
    assert shown == presets.preset("government-90", tables).scenario
    assert texts(app) == ["west-2022", "running-mate"]
    app.button(key="swap_C").click().run()
    assert texts(app) == ["running-mate", "west-2022"]


def test_a_preset_is_added_and_taken_out_again() -> None:
    app = open_page(**{"with": "government-90"})
    app.selectbox(key="compare_preset").select("running-mate")
    app.button(key="compare_add_preset").click().run()
    assert texts(app) == ["government-90", "running-mate"]
    app.button(key="remove_B").click().run()
    assert texts(app) == ["running-mate"]


def test_an_earlier_step_is_compared(tables: Tables) -> None:
    app = open_page(**{"s": "west-2022", "with": "government-90"})
    app.button(key="swap_B").click().run()
    app.selectbox(key="compare_preset").select("running-mate")
    app.button(key="compare_add_preset").click().run()
    app.button(key="remove_B").click().run()
    assert texts(app) == ["running-mate"]
    app.button(key="compare_add_step").click().run()
    assert texts(app) == ["running-mate", "west-2022"]


def test_a_pasted_link_is_compared_or_refused_at_its_field(tables: Tables) -> None:
    app = open_page(**{"with": "government-90"})
    app.text_input(key="compare_paste").input("https://mulembe.example/scenario?region=west5")
    app.button(key="compare_add_link").click().run()
    assert "This address names no scenario" in warnings(app)
    text = link.encode(presets.preset("three-ways", tables).scenario.but(seed=7), tables)
    app.text_input(key="compare_paste").input(f"https://mulembe.example/scenario?s={text}&view=1")
    app.button(key="compare_add_link").click().run()
    assert texts(app) == ["government-90", text]
    assert "C · Split three ways, changed" in words(app)
    app.text_input(key="compare_paste").input(text)
    app.button(key="compare_add_link").click().run()
    assert "compared already" in warnings(app)


def test_another_region_is_taken_for_all(tables: Tables) -> None:
    app = open_page(**{"region": "county:039", "s": "west-2022", "with": "government-90"})
    outcome = run(presets.preset("government-90", tables).scenario.but(region="county:039"), tables)
    totals = frame(app, "Against A, points")
    row = totals[(totals["Scenario"].str.startswith("B")) & (totals["Camp"] == "Government")]
    assert row["Votes"].item() == outcome.totals()[GOVERNMENT]
    assert len(frame(app, "B less A, points")) == 9


def test_the_pair_can_be_chosen_and_is_in_the_address() -> None:
    app = open_page(**{"s": "west-2022", "with": "government-90.opposition-90"})
    app.selectbox(key="widget_duo_compare").select("cb").run()
    assert param(app, "duo") == "cb"
    assert "from C to B" in words(app)
    assert len(frame(app, "B less C, points")) == 38


def test_the_first_look_reads_towards_what_was_built(tables: Tables) -> None:
    base = presets.preset("west-2022", tables).scenario
    move = presets.preset("government-90", tables).scenario.moves[0]
    mine = link.encode(base.but(moves=[move], name="Mine"), tables)
    told = words(open_page(s=mine))
    assert "From B to A, the government rises from 38.9% to" in told
    assert "Raised by Musalia Mudavadi's move (+" in told
    told = words(open_page(s=mine, who="opposition"))
    assert "From B to A, the opposition falls from" in told
    assert "Lowered by Musalia Mudavadi's move (\u2212" in told
    assert "from A to B" in words(open_page(s=mine, duo="ab"))
    assert "from A to B" in words(open_page(**{"s": "west-2022", "with": "government-90"}))
    assert "from B to A" in words(open_page(**{"s": "government-90", "with": "west-2022"}))


def test_a_read_only_view_keeps_its_scenarios() -> None:
    app = open_page(**{"s": "west-2022", "with": "government-90", "view": "1"})
    assert app.button(key="swap_B").disabled
    assert "Fork" in app.button(key="fork").label


def test_the_scenarios_are_exported_as_they_can_be_opened_again(tables: Tables) -> None:
    kept = [presets.preset(name, tables).scenario for name in ("west-2022", "three-ways")]
    found = [Entry(letter, "", s) for letter, s in zip("AB", kept, strict=True)]
    held = json.loads(as_json(found))["scenarios"]
    assert [read(item["scenario"], tables) for item in held] == [(s, ()) for s in kept]
    assert [item["name"] for item in held] == ["West as in 2022", "Split three ways"]
