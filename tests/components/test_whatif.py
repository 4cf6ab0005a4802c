"""The scenario's owner and what passes it on: history, hand-set results, links and files."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from components.scenario import sharing
from mulembe.scenario import presets
from mulembe.scenario.model import Move, Override, Scenario
from mulembe.tables import Tables


def script() -> AppTest:
    """A page of nothing but the editor of Malava and what follows from it."""

    def body() -> None:
        import streamlit as st

        from components import whatif
        from components.scenario import hand

        st.session_state.setdefault("view", {"s": "jan-2022"})
        if st.button("open", key="open"):
            hand.hand_editor("201")
        elif "hand_201_opposition" in st.session_state:
            hand._editor("201")  # a dialog stays open by its fragment, which AppTest does not run
        if st.button("lock", key="lock"):
            hand.lock("201", "as now")
        if st.button("undo", key="undo"):
            whatif.undo()
        outcome = whatif.outcome()
        st.json(whatif.scenario().model_dump_json())
        st.json([int(v) for v in outcome.votes[outcome.base.position["201"]]])

    return AppTest.from_function(body, default_timeout=60).run()


def held(app: AppTest) -> Scenario:
    return Scenario.model_validate_json(app.json[0].value)


def votes(app: AppTest) -> list[int]:
    return json.loads(app.json[1].value)


def test_votes_above_the_register_are_refused_with_the_numbers() -> None:
    app = script()
    before = held(app)
    app.button(key="open").click().run()
    app.number_input(key="hand_201_opposition").set_value(90_000).run()
    told = app.error[0].value
    assert "exceed the register of 82,136 voters in Malava" in told
    assert app.button(key="hand_set").disabled
    assert held(app) == before


def test_votes_within_the_register_are_taken_with_their_reason() -> None:
    app = script()
    app.button(key="open").click().run()
    for ticket, given in (("opposition", 30_000), ("government", 10_000), ("others", 0)):
        app.number_input(key=f"hand_201_{ticket}").set_value(given)
    app.text_input(key="hand_201_reason").set_value("a poll").run()
    app.button(key="hand_set").click().run()
    override = Override(code="201", votes=(30_000, 10_000, 0, 0), reason="a poll")
    assert held(app).overrides == (override,)
    assert votes(app) == [30_000, 10_000, 0, 0]


def test_a_lock_keeps_the_result_and_undo_opens_it() -> None:
    app = script()
    app.button(key="lock").click().run()
    app.run()
    override = held(app).overrides[0]
    assert (override.kind, list(override.votes)) == ("lock", votes(app))
    app.button(key="undo").click().run()
    app.run()
    assert held(app).overrides == ()


@pytest.mark.parametrize(
    "content, told",
    [
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"cycle": "2022", "seed": NaN}', "not JSON"),
        (b"[1, 2]", "not a set of named fields"),
        (b'{"title": "x"}', "names no cycle"),
        (b'{"cycle": "2022", "version": 9}', "later version"),
        (b" " * 200_001, "200,001 bytes"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_in_a_sentence(content: bytes, told: str) -> None:
    scenario, sentences = sharing.read_file(content)
    assert scenario is None
    assert told in sentences[0]
    assert "Nothing was changed." in sentences[0]


def test_a_file_with_one_bad_part_keeps_the_rest() -> None:
    good = Move(leader="moses-wetangula", camp="government", delivery=0.6, home="218")
    moves = [good.model_dump(), good.model_dump() | {"leader": "nobody-known"}]
    scenario, told = sharing.read_file(json.dumps({"cycle": "2022", "moves": moves}).encode())
    assert scenario is not None
    assert scenario.moves == (good,)
    assert told == ["Move 2: 'nobody-known' is not a leader known here; it is left out."]


def test_an_exported_file_comes_back_as_it_was(tables: Tables) -> None:
    for cycle in presets.DEFAULTS:
        for preset in presets.presets(tables, cycle):
            text = preset.scenario.model_dump_json(indent=1).encode()
            assert sharing.read_file(text) == (preset.scenario, [])
