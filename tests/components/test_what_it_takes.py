"""What would it take: the answers, the sweep, what matters most, and what a link can ask."""

from __future__ import annotations

import pytest
from opening import tables_opened
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from mulembe.scenario import levers, link, presets
from mulembe.scenario.levers import put
from mulembe.scenario.model import TICKETS, Scenario
from mulembe.scenario.national import nation
from mulembe.scenario.outcome import run
from mulembe.tables import Tables

HEIR = "inheritance.odinga.opposition"


def script() -> None:
    import streamlit as st

    from components import state
    from components.data import tables
    from components.scenario.what_it_takes import what_it_takes
    from components.text import plain

    state.load(tables(), "scenario")
    for sentence in state.problems():
        st.warning(plain(sentence))
    what_it_takes()
    state.publish()


def asked(**view: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    for name, value in view.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert not app.error
    return app


def param(app: AppTest, name: str) -> str:
    held = app.query_params[name]
    return held if isinstance(held, str) else held[0]


def chosen_lever(app: AppTest) -> Selectbox:
    return next(box for box in app.selectbox if str(box.key).startswith("widget_lever_takes"))


def words(app: AppTest) -> str:
    return " ".join(m.value for m in app.markdown).replace("\\", "")


def warnings(app: AppTest) -> str:
    return " ".join(w.value for w in app.warning).replace("\\", "")


def preset(tables: Tables, preset_id: str) -> Scenario:
    return presets.preset(preset_id, tables).scenario


def lead(scenario: Scenario, tables: Tables) -> int:
    """Votes by which the government is ahead in the region."""
    opposition, government, *_ = run(scenario, tables).totals()
    return int(government - opposition)


def test_a_reachable_goal_is_answered_with_the_value_votes_and_places(tables: Tables) -> None:
    app = asked(s="west-2022", goal="region", who="government", lever=HEIR)
    scenario = preset(tables, "west-2022")
    told = words(app)
    assert "The government wins the region" in told
    assert "at 82.24% instead of 100%" in told
    # the boundary itself: one step of the lever decides
    assert (
        lead(put(scenario, HEIR, 0.8224), tables) > 0 >= lead(put(scenario, HEIR, 0.8225), tables)
    )
    shown = {metric.label: metric.value for metric in app.metric}
    before, after = run(scenario, tables), run(put(scenario, HEIR, 0.8224), tables)
    moved = int(before.totals()[0] - after.totals()[0])
    assert shown["Needed"] == "82.24%"
    assert shown["Votes that move"] == f"{moved:,}"
    flipped = int(((before.winners() != after.winners()) & before.inside).sum())
    assert shown["Constituencies that change hands"] == str(flipped)
    assert len(app.dataframe[0].value) == flipped == 3
    assert "in 5 of 10 runs if this line-up runs" in told


def test_an_unreachable_goal_is_an_answer(tables: Tables) -> None:
    app = asked(s="west-2022", goal="majority", who="opposition", lever=HEIR)
    gates = nation(run(preset(tables, "west-2022"), tables)).everyone
    told = words(app)
    assert "Not reachable with this lever alone, from 0% to 100%: no move brings it nearer." in told
    assert f"{100 * gates.shares[0]:.2f}% of the nation's votes" in told
    assert f"a quarter in {gates.counties[0]} counties (24 needed)" in told
    assert not app.metric
    assert "use_answer" not in [button.key for button in app.button]


def test_the_nearest_is_told_where_the_lever_helps_but_not_enough(tables: Tables) -> None:
    path = "third.delivery"
    app = asked(s="local-third", goal="share", target="90", who="third", lever=path)
    best = run(put(preset(tables, "local-third"), path, 1), tables).total_shares()[2]
    told = words(app)
    assert "Nearest is 100%." in told
    assert f"Local ticket has {100 * best:.2f}% there, {90 - 100 * best:.2f} points short." in told
    assert app.button(key="use_answer").label == "Use the nearest: 100%"


def test_what_holds_already_says_until_when(tables: Tables) -> None:
    app = asked(s="opposition-90", goal="majority", who="opposition", lever=HEIR)
    scenario = preset(tables, "opposition-90")
    told = words(app)
    assert "Already so: the opposition passes both national gates" in told
    assert "it holds until this lever goes below 94.82%" in told
    assert nation(run(put(scenario, HEIR, 0.9482), tables)).everyone.winner == "opposition"
    assert nation(run(put(scenario, HEIR, 0.9481), tables)).everyone.winner != "opposition"


def test_the_answer_can_be_used(tables: Tables) -> None:
    app = asked(s="west-2022", goal="region", who="government", lever=HEIR)
    app.button(key="use_answer").click().run()
    scenario = link.decode(param(app, "s"), tables).scenario
    assert levers.value(scenario, HEIR) == 0.8224
    assert "Already so" in words(app)


def test_a_read_only_view_answers_but_changes_nothing() -> None:
    app = asked(s="west-2022", goal="region", who="government", lever=HEIR, view="1")
    assert app.button(key="use_answer").disabled


def test_a_county_can_be_the_goal(tables: Tables) -> None:
    app = asked(s="west-2022", goal="county", held="037", who="government", lever=HEIR)
    told = words(app)
    assert "The government holds Kakamega with this lever at" in told
    value = float(told.split("with this lever at ")[1].split("%")[0]) / 100
    for share, holds in ((value, True), (value + 0.0001, False)):
        outcome = run(put(preset(tables, "west-2022"), HEIR, share), tables)
        votes = outcome.totals(outcome.base.county_mask("037"))
        assert (votes[1] > votes[0]) == holds


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("goal", "victory", "'victory' is not a known goal"),
        ("lever", "moves.0.delivery; drop", "is not a lever: write it as moves.0.delivery"),
        ("target", "140", "'140' is not a share to reach"),
        ("target", "nan", "'nan' is not a share to reach"),
        ("held", "48", "'48' is not a county code"),
        ("sweep", "90-30", "'90-30' is not a range to sweep"),
        ("who", "others", "'others' is not a known camp of a scenario"),
    ],
)
def test_nonsense_in_the_address_gives_a_sentence(field: str, value: str, sentence: str) -> None:
    app = asked(**{field: value})
    assert sentence in warnings(app)
    assert "with this lever at" in words(app) or "Already so" in words(app)


def test_a_lever_the_scenario_lacks_gives_a_sentence() -> None:
    app = asked(s="west-2022", lever="moves.2.delivery")
    assert "names a move that is not there" in warnings(app)
    assert chosen_lever(app).value == HEIR


def test_the_group_leads_to_its_first_lever() -> None:
    app = asked(s="three-ways", goal="region", who="government")
    assert chosen_lever(app).value == "moves.0.delivery"
    app.selectbox(key="lever_group").select("Turnout").run()
    assert param(app, "lever") == "turnout.odinga"


def test_the_sweep_is_the_scenario_run_at_every_stop(tables: Tables) -> None:
    view = {"ask": "sweep", "lever": "moves.0.delivery", "sweep": "40-80"}
    app = tables_opened(asked(s="running-mate", **view))
    table = next(f.value for f in app.dataframe if "Opposition: votes" in f.value)
    table = table.set_index("George Natembeya delivers at home (%)")
    assert list(table.index) == list(range(40, 81))
    outcome = run(put(preset(tables, "running-mate"), "moves.0.delivery", 0.47), tables)
    assert table.at[47, "Opposition: votes"] == outcome.totals()[0]
    share = 100 * outcome.total_shares()[0]
    assert table.at[47, "Opposition: % of the region"] == pytest.approx(share, abs=0.005)
    won = int((outcome.winners()[outcome.inside] == 1).sum())
    assert table.at[47, "Government: constituencies won"] == won
    assert (
        "Nationally there is a run-off from 40% and the opposition passes both gates from 49%"
        in (words(app))
    )


def test_a_sweep_covers_where_the_lever_stands() -> None:
    app = asked(s="west-2022", ask="sweep", lever=HEIR)
    assert app.slider[0].value == (30.0, 100.0)


def test_what_matters_most_is_measured_by_running_it(tables: Tables) -> None:
    app = asked(s="three-ways", ask="tornado", who="government")
    table = app.dataframe[0].value
    first = table.iloc[0]
    assert first["Lever"] == "Musalia Mudavadi delivers at home"
    place = TICKETS.index("government")
    scenario = preset(tables, "three-ways")
    for column, value in (("Share at lower, %", 0.3), ("Share at higher, %", 0.5)):
        share = run(put(scenario, "moves.0.delivery", value), tables).total_shares()[place]
        assert first[column] == pytest.approx(100 * share, abs=0.005)
    assert table["Span, points"].is_monotonic_decreasing
    assert "Between 30% and 50% the share goes from 34.2% to 38.9%" in words(app)


def test_only_the_open_question_is_worked_out() -> None:
    app = asked(s="west-2022", ask="tornado")
    assert len(app.dataframe) == 1
    assert not app.slider
    assert not app.metric


@pytest.mark.parametrize("field", ["who", "lever"])
def test_names_of_another_cycle_make_a_new_select_box(field: str) -> None:
    """The browser keeps labels: a box kept over a change of names would send back an old one."""

    def key(app: AppTest) -> str:
        return next(str(b.key) for b in app.selectbox if str(b.key).startswith(f"widget_{field}_"))

    app = asked(s="west-2022")
    before = key(app)
    assert key(app.run()) == before
    app.session_state["view"]["s"] = presets.DEFAULTS["2022"]
    app.run()
    assert not app.error
    assert key(app) != before
    assert field not in app.query_params


def stale() -> None:
    import streamlit as st

    from components import state

    for field, label in (("who", "Government"), ("lever", "Raila Odinga's 2022 voters: to Azimio")):
        bound = state.bind(field, "stale")
        st.session_state[bound["key"]] = label
        bound["on_change"]()
        st.markdown(f"{field}={state.get(field)}")


def test_an_old_label_is_not_taken_for_a_choice() -> None:
    app = AppTest.from_function(stale).run()
    assert [m.value for m in app.markdown] == ["who=", "lever="]
