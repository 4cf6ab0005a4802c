"""The scenario page: building a line-up, undoing it, setting by hand, and what is refused."""

from __future__ import annotations

import pytest
from opening import opened
from streamlit.testing.v1 import AppTest

from mulembe.scenario import fit, link, presets
from mulembe.scenario.model import Inheritance, Move, Override, Scenario, Third, Turnout
from mulembe.scenario.outcome import run
from mulembe.tables import Tables

REGION_2017 = 0.7785  # Odinga's share of the 38 together, August 2017
BUNGOMA = {"216", "217", "218", "219", "220", "221", "222", "223", "224"}


def page(**view: str) -> AppTest:
    return opened("scenario", **view)


def now(app: AppTest, tables: Tables) -> Scenario:
    """The scenario in the address, as a reader of the link gets it."""
    app.run()
    held = app.query_params.get("s")
    text = held[0] if isinstance(held, list) else held or presets.DEFAULTS["2027"]
    return link.decode(text, tables).scenario


def said(app: AppTest) -> str:
    blocks = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return "\n".join(block.value for block in blocks).replace("\\", "")


def step(app: AppTest, way: str) -> str:
    return app.button(key=f"scenario_{way}").help.replace("\\", "")


def add(app: AppTest, leader: str, camp: str) -> AppTest:
    app.selectbox(key="new_leader").select(leader)
    app.selectbox(key="new_camp").select(camp)
    return app.button(key="add_move").click().run()


def wetangula(app: AppTest) -> AppTest:
    add(app, "moses-wetangula", "government")
    app.slider(key="lever_moves.0.delivery_slider").set_value(60.0).run()
    return app.slider(key="lever_moves.0.reach_slider").set_value(25.0).run()


def test_the_page_opens_on_2027_and_says_whose_column_has_no_heir(tables: Tables) -> None:
    app = page()
    told = said(app)
    assert now(app, tables) == presets.default(tables, "2027").scenario
    assert "Raila Odinga died on 15 Oct 2025" in told
    assert "Nobody moves: the vote of 2022 goes on" in told
    assert "Scenario, not a forecast" in told


def test_wetangula_with_60_percent_at_home_changes_bungoma_most(tables: Tables) -> None:
    app = wetangula(page(s="west-2017"))
    built = now(app, tables)
    move = Move(leader="moses-wetangula", camp="government", delivery=0.6, home="218", reach=25)
    assert built.moves == (move,)
    assert "Moses Wetang'ula backs Kenya Kwanza and delivers 60% at home (Kabuchai)" in said(app)
    before, after = run(built.but(moves=()), tables), run(built, tables)
    change = dict(
        zip(after.base.codes, (after.shares - before.shares)[:, 1] * after.inside, strict=True)
    )
    most = sorted(change, key=lambda code: -change[code])[:7]
    assert most[0] == "218"
    assert set(most) <= BUNGOMA
    # Kabuchai: what he takes at home is 60% of Odinga's and the other candidates' voters.
    home = after.base.position["218"]
    votes = before.votes[home]
    assert after.votes[home][1] == pytest.approx(votes[1] + 0.6 * (votes[0] + votes[3]), abs=2)


def test_undo_goes_back_to_the_vote_and_redo_forward(tables: Tables) -> None:
    app = wetangula(page(s="west-2017"))
    built = now(app, tables)
    assert step(app, "undo") == "Undo: Moses Wetang'ula delivers at home: 60%"
    for _ in range(2):
        app.button(key="scenario_undo").click().run()
    start = now(app, tables)
    assert start.moves == ()
    assert run(start, tables).total_shares()[0] == pytest.approx(REGION_2017, abs=5e-4)
    assert app.button(key="scenario_undo").disabled
    assert step(app, "redo") == "Redo: Moses Wetang'ula backs Kenya Kwanza"
    for _ in range(2):
        app.button(key="scenario_redo").click().run()
    assert now(app, tables) == built
    assert app.slider(key="lever_moves.0.delivery_slider").value == 60


def test_a_leader_cannot_back_two_camps(tables: Tables) -> None:
    app = add(wetangula(page(s="west-2017")), "moses-wetangula", "opposition")
    assert "Moses Wetang'ula already backs Kenya Kwanza in this scenario" in said(app)
    assert len(now(app, tables).moves) == 1
    app = add(app, "musalia-mudavadi", "opposition")
    assert [m.camp for m in now(app, tables).moves] == ["government", "opposition"]
    app.selectbox(key="move_1_leader").select("moses-wetangula").run()
    assert "already backs Kenya Kwanza" in said(app)
    assert app.selectbox(key="move_1_leader").value == "musalia-mudavadi"


def test_a_move_needs_a_leader_and_a_camp(tables: Tables) -> None:
    app = page(s="west-2017")
    app.button(key="add_move").click().run()
    assert "Choose a leader and the camp he or she backs" in said(app)
    assert now(app, tables).moves == ()


def test_no_seventh_move_can_be_added(tables: Tables) -> None:
    leaders = tables["politicians"]["politician_id"].head(6)
    moves = [Move(leader=who, camp="third", delivery=0.1, home="202") for who in leaders]
    full = Scenario(cycle="2022", moves=moves, third=Third(home="202", delivery=0.1))
    app = page(s=link.encode(full, tables))
    assert "up to 6 moves" in said(app)
    assert "add_move" not in {button.key for button in app.button}


def test_homes_come_from_sources_first_and_a_dispute_is_named(tables: Tables) -> None:
    app = wetangula(page(s="west-2017"))
    home = app.selectbox(key="move_0_home")
    assert home.options[:3] == [
        "Kabuchai · disputed",
        "Kanduyi · disputed",
        "Sirisia · seat held",
    ]
    assert len(home.options) == 38
    assert "Malava · your choice" in home.options
    assert "Others name Kanduyi: Puts his village home in Kanduyi." in said(app)
    home.select("201").run()
    assert now(app, tables).moves[0].home == "201"
    assert "Home in Malava is your choice." in said(app)


def test_a_pull_can_be_the_same_everywhere_or_differ_by_county(tables: Tables) -> None:
    app = wetangula(page(s="west-2017"))
    app.button_group(key="move_0_spread").set_value("flat").run()
    assert now(app, tables).moves[0].spread == "flat"
    assert "60% everywhere in the region" in said(app)
    app.button_group(key="move_0_spread").set_value("county").run()
    app.slider(key="lever_moves.0.counties.039_slider").set_value(90.0).run()
    move = now(app, tables).moves[0]
    assert dict(move.counties) == {"026": 0.6, "037": 0.6, "038": 0.6, "039": 0.9, "040": 0.6}
    assert "lever_moves.0.reach_slider" not in {slider.key for slider in app.slider}


def test_the_rest_stays_home_when_told_so(tables: Tables) -> None:
    app = wetangula(page(s="west-2017"))
    before = run(now(app, tables), tables)
    app.selectbox(key="move_0_rest").select("home").run()
    after = run(now(app, tables), tables)
    assert now(app, tables).moves[0].rest_home == 1
    assert after.valid[after.inside].sum() < before.valid[before.inside].sum()


def test_backing_a_third_ticket_makes_it_stand_and_withdrawing_it_takes_the_move_along(
    tables: Tables,
) -> None:
    app = add(page(s="west-2022"), "george-natembeya", "third")
    built = now(app, tables)
    assert built.third is not None
    assert built.third.delivery == 0
    app.toggle(key="third_stands").set_value(False).run()
    assert now(app, tables) == presets.default(tables, "2027").scenario
    app.button(key="scenario_undo").click().run()
    assert now(app, tables) == built


def test_moves_that_ask_too_much_are_named(tables: Tables) -> None:
    app = wetangula(page(s="west-2017"))
    add(app, "musalia-mudavadi", "government")
    app.selectbox(key="move_1_home").select("218").run()
    app.slider(key="lever_moves.1.delivery_slider").set_value(70.0).run()
    asked = {c.code: c.asked for c in run(now(app, tables), tables).conflicts}
    assert asked["218"] == pytest.approx(1.3)
    assert "Kabuchai (130%)" in said(app) or "in Kabuchai 130%" in said(app)


def test_a_column_goes_where_the_slider_says_and_sums_to_all(tables: Tables) -> None:
    app = page(s="west-2022")
    app.slider(key="lever_inheritance.odinga.government_slider").set_value(30.0).run()
    assert now(app, tables).inheritance == (
        Inheritance(origin="odinga", shares=(0.7, 0.3, 0.0, 0.0)),
    )
    assert "The rest: 70% to the opposition" in said(app)


def test_turnout_moves_the_turnout_that_is_shown(tables: Tables) -> None:
    app = page(s="west-2022")
    assert "Turnout in the region: **61.9%**" in said(app)
    app.slider(key="lever_turnout.odinga_slider").set_value(50.0).run()
    outcome = run(now(app, tables), tables)
    rate = outcome.valid[outcome.inside].sum() / outcome.register[outcome.inside].sum()
    assert now(app, tables).turnout == (Turnout(origin="odinga", rate=0.5),)
    assert f"Turnout in the region: **{rate:.1%}**" in said(app)
    app.button(key="rate_remove_odinga_").click().run()
    assert now(app, tables).turnout == ()


def test_a_grown_register_has_new_voters(tables: Tables) -> None:
    app = page(s="west-2017")
    app.button_group(key="register_roll").set_value("grown").run()
    assert "2,616,929 voters on the region's register" in said(app)
    app.button(key="say_new").click().run()
    assert [entry.origin for entry in now(app, tables).turnout] == ["entered"]


def test_a_preset_names_its_sources_and_what_was_changed_since(tables: Tables) -> None:
    app = page(s="jan-2022")
    assert "Mudavadi and Wetang'ula join Ruto" in said(app)
    assert "Changed since this preset" not in said(app)
    app.slider(key="lever_moves.0.delivery_slider").set_value(10.0).run()
    assert "Changed since this preset: who backs whom." in said(app)
    app.button(key="preset_back").click().run()
    assert now(app, tables) == presets.preset("jan-2022", tables).scenario


def test_the_cycle_changes_base_and_presets(tables: Tables) -> None:
    app = page(s="west-2022")
    app.button_group(key="lineup_cycle").set_value("2022").run()
    assert now(app, tables) == presets.default(tables, "2022").scenario
    assert "January 2022 realignment" in app.selectbox(key="lineup_preset").options
    assert "Raila Odinga died" not in said(app)


def test_the_run_off_cannot_give_away_more_than_all(tables: Tables) -> None:
    app = page(s="three-ways")
    app.slider(key="runoff_opposition").set_value(70.0).run()
    app.slider(key="runoff_government").set_value(40.0).run()
    assert "take 110.0% of the voters left over" in said(app)
    assert now(app, tables).runoff == (0.7, 0.0, 0.0)


def test_analyst_depth_sets_sizes_seed_and_every_row(tables: Tables) -> None:
    app = page(s="three-ways", depth="analyst")
    measured = fit.measured_uncertainty(tables, "base")
    assert app.number_input(key="size_county").value == measured.county
    app.toggle(key="sizes_own").set_value(True).run()
    app.number_input(key="sizes_times").set_value(2.0).run()
    assert now(app, tables).uncertainty.county == pytest.approx(2 * measured.county)
    app.number_input(key="size_county").set_value(0.5).run()
    assert now(app, tables).uncertainty.county == 0.5
    app.number_input(key="seed").set_value(7).run()
    assert now(app, tables).seed == 7
    app.number_input(key="lever_inheritance.ruto.third_exact").set_value(12.5).run()
    assert (
        Inheritance(origin="ruto", shares=(0.0, 0.875, 0.125, 0.0)) in now(app, tables).inheritance
    )
    for _ in range(5):
        app.button(key="scenario_undo").click().run()
    assert now(app, tables) == presets.preset("three-ways", tables).scenario
    assert not app.error


def test_a_name_is_drawn_as_it_is_written(tables: Tables) -> None:
    app = page(s="local-third")
    app.text_input(key="third_name").set_value("*Our* <b>own</b>").run()
    assert now(app, tables).third.name == "*Our* <b>own</b>"
    assert any(r"\*Our\* \<b\>own\</b\>" in block.value for block in app.markdown)


def test_a_read_only_view_locks_every_lever_until_it_is_forked(tables: Tables) -> None:
    app = page(s="jan-2022", view="1")
    levers = [*app.slider, *app.toggle, app.button(key="add_move"), app.text_input[0]]
    assert all(lever.disabled for lever in levers)
    assert "To be read" in said(app)
    app.button(key="fork").click().run()
    assert not app.slider(key="lever_moves.0.delivery_slider").disabled
    assert now(app, tables) == presets.preset("jan-2022", tables).scenario


def test_a_broken_link_says_so_and_shows_the_default(tables: Tables) -> None:
    app = opened("scenario", s="rQVP0EMzzwhqXlZiHrJxqclGFkamJhZQYw2B")
    assert "damaged or cut short" in said(app)
    assert "The default is shown instead." in said(app)
    assert app.selectbox(key="lineup_preset").value == presets.DEFAULTS["2027"]


def test_what_is_set_by_hand_is_listed_with_its_reason_and_can_be_removed(tables: Tables) -> None:
    held = Override(code="201", votes=(30_000, 10_000, 0, 0), reason="A [poll](x)")
    set_by_hand = presets.preset("jan-2022", tables).scenario.but(overrides=(held,))
    app = page(s=link.encode(set_by_hand, tables))
    assert "**Malava** set by hand at Azimio 30,000 (75.0%), Kenya Kwanza 10,000 (25.0%)" in said(
        app
    )
    assert r"Reason: A \[poll\](x)" in [c.value for c in app.caption]
    app.button(key="hand_remove_201").click().run()
    assert now(app, tables).overrides == ()


def test_the_errors_of_each_way_stand_where_one_chooses(tables: Tables) -> None:
    app = page(s="jan-2022")
    app.session_state["group_fit"] = True
    app.run()
    shown = next(f.value for f in app.dataframe if "One out" in f.value).set_index("Way")
    errors = tables["fit_errors"].set_index(["method", "shape", "sample"])["mae"]
    assert shown.at["Same everywhere", "One out"] == errors["flat", "", "left_out"]
    assert shown.at["Fades", "County"] == errors["decay", "exponential", "county_left_out"]
    app.button_group(key="scenario_shape").set_value("linear").run()
    assert now(app, tables).shape == "linear"


def test_what_is_said_for_the_region_is_what_the_slider_moves(tables: Tables) -> None:
    entry = Inheritance(origin="odinga", scope="region", shares=(0.9, 0.1, 0.0, 0.0))
    start = presets.default(tables, "2022").scenario.but(inheritance=(entry,))
    app = page(s=link.encode(start, tables))
    app.slider(key="lever_inheritance.odinga.government.region_slider").set_value(40.0).run()
    assert now(app, tables).inheritance == (
        Inheritance(origin="odinga", scope="region", shares=(0.6, 0.4, 0.0, 0.0)),
    )


def test_the_link_that_is_shared_opens_the_same_scenario_to_be_read(tables: Tables) -> None:
    app = wetangula(page(s="west-2017"))
    built = now(app, tables)
    app.session_state["share_scenario"] = True
    app.run()
    own, to_read, words = (code.value for code in app.code[-3:])
    texts = [address.split("s=")[1].split("&")[0] for address in (own, to_read)]
    assert [link.decode(text, tables).scenario for text in texts] == [built, built]
    assert to_read.endswith("&view=1")
    assert "Moses Wetang'ula backs Kenya Kwanza and delivers 60% at home" in words
    assert "A scenario, not a forecast" in words
    assert to_read in words


def test_a_file_is_opened_and_a_bad_one_changes_nothing(tables: Tables) -> None:
    app = page(s="west-2017")
    app.session_state["share_scenario"] = True
    app.run()
    start = now(app, tables)
    upload(app, b'{"cycle": "1992"')
    assert "not JSON that can be read. Nothing was changed." in said(app)
    assert now(app, tables) == start
    wanted = presets.preset("jan-2022", tables).scenario.but(region="west4")
    upload(app, wanted.model_dump_json().encode())
    assert now(app, tables) == wanted
    assert app.selectbox(key="widget_region_strip").value == "west4"
    app.button(key="scenario_undo").click().run()
    assert now(app, tables) == start
    assert app.selectbox(key="widget_region_strip").value == "west5"


def upload(app: AppTest, content: bytes) -> None:
    app.file_uploader(key="import_file").set_value(("s.json", content, "application/json")).run()


def test_the_first_home_of_a_third_ticket_is_not_called_a_choice(tables: Tables) -> None:
    start = Scenario(cycle="2022", third=Third(home="202", delivery=0.2))
    app = page(s=link.encode(start, tables))
    assert "Lurambi stands in until you choose a home." in said(app)
    home = app.selectbox(key="third_home")
    assert "Lurambi · stands in until you choose" in home.options
    home.select("201").run()
    assert "Home in Malava is your choice." in said(app)
    assert "Lurambi · your choice" in app.selectbox(key="third_home").options
