"""Changes that touch several parts of a scenario: moves, the third ticket, hand-set results."""

from __future__ import annotations

import pytest

from mulembe.scenario import editing, presets
from mulembe.scenario.model import Move, Override, Scenario, Third
from mulembe.scenario.outcome import run
from mulembe.scenario.reading import problems
from mulembe.tables import Tables


def test_a_lock_holds_while_levers_move(tables: Tables) -> None:
    start = presets.preset("jan-2022", tables).scenario
    first = run(start, tables)
    at = first.base.position["218"]
    lock = Override(code="218", votes=tuple(int(v) for v in first.votes[at]), kind="lock")
    moved = editing.with_changed_move(editing.with_override(start, lock), 1, delivery=0.1)
    after = run(moved, tables)
    assert after.votes[at].tolist() == first.votes[at].tolist()
    assert after.totals().tolist() != first.totals().tolist()


def test_withdrawing_a_third_ticket_leaves_nothing_that_needs_it(tables: Tables) -> None:
    scenario = presets.preset("three-ways", tables).scenario
    given = editing.without_third(scenario)
    assert given.third is None
    assert {move.camp for move in given.moves} == {"government", "opposition"}
    assert problems(given, tables) == []
    held_by_hand = Override(code="201", votes=(1, 1, 1, 0))
    with pytest.raises(editing.EditError, match="201"):
        editing.without_third(editing.with_override(scenario, held_by_hand))


def test_a_leader_of_the_third_ticket_backs_it() -> None:
    scenario = Scenario(
        cycle="2027", third=Third(leader="george-natembeya", home="137", delivery=0.3)
    )
    assert editing.backed_by(scenario, "george-natembeya") == "third"
    assert editing.backed_by(scenario, "edwin-sifuna") == ""


def test_changed_parts_are_named(tables: Tables) -> None:
    start = presets.preset("jan-2022", tables).scenario
    assert editing.changed_parts(start.but(name="Mine", region="west4"), start) == ()
    assert editing.changed_parts(start.but(seed=1, roll="grown"), start) == (
        "the register",
        "the seed",
    )


def test_what_a_third_ticket_inherits_goes_to_the_others(tables: Tables) -> None:
    inherits = {"origin": "odinga", "shares": (0.5, 0.0, 0.5, 0.0)}
    scenario = Scenario(
        cycle="2027", inheritance=(inherits,), third=Third(home="202", delivery=0.1)
    )
    assert editing.without_third(scenario).inheritance[0].shares == (1.0, 0.0, 0.0, 0.0)


def test_a_move_that_sends_the_rest_to_the_third_ticket_makes_it_stand() -> None:
    move = Move(leader="moses-wetangula", camp="government", delivery=0.6, home="218")
    scenario = editing.with_move(Scenario(cycle="2022"), move)
    assert scenario.third is None
    changed = editing.with_changed_move(scenario, 0, rest_third=1.0)
    assert changed.third == Third(home="218", delivery=0.0)
    assert editing.without_move(changed, 0).moves == ()


def test_a_seventh_move_is_refused() -> None:
    moves = [
        Move(leader=f"leader-{i}", camp="government", delivery=0.1, home="218") for i in range(6)
    ]
    with pytest.raises(editing.EditError, match="up to 6 moves"):
        editing.with_move(Scenario(cycle="2022", moves=moves), moves[0])
