"""The short reading of a scenario: who trails, what would turn it, what changed."""

from __future__ import annotations

import pytest

from mulembe.elections import region_results
from mulembe.regions import parse
from mulembe.scenario import digest, presets
from mulembe.scenario.model import Inheritance, Move, Scenario
from mulembe.scenario.outcome import Outcome, run
from mulembe.tables import Tables

TABLES = Tables()


def outcome(preset: str) -> Outcome:
    return run(presets.preset(preset, TABLES).scenario, TABLES)


def test_camps_come_in_the_order_of_their_votes() -> None:
    assert digest.order(outcome("west-2022")) == ("opposition", "government")
    assert digest.order(outcome("local-third")) == ("opposition", "government", "third")


def test_a_name_a_seed_or_a_region_is_no_assumption() -> None:
    base = presets.default(TABLES, "2027").scenario
    assert not digest.is_set(base.but(name="Ours", seed=1, region="west4"), base)
    assert digest.is_set(base.but(roll="grown"), base)


def test_what_turns_the_region_is_the_smallest_share_that_does() -> None:
    (answer,) = digest.turning(outcome("west-2022"), TABLES)
    assert answer.lever.path == "inheritance.odinga.government"
    assert answer.value == pytest.approx(0.1776)
    votes = answer.outcome.totals()
    assert votes[1] > votes[0]


def test_the_first_move_is_tried_before_the_column() -> None:
    move, column = digest.turning(outcome("three-ways"), TABLES)
    assert (move.lever.path, move.value) == ("moves.0.delivery", pytest.approx(0.5917))
    assert column.lever.path == "inheritance.odinga.government"


def test_a_column_that_is_whole_already_gives_way_to_the_rivals() -> None:
    answers = digest.turning(outcome("government-90"), TABLES)
    assert answers[-1].lever.path == "inheritance.ruto.opposition"
    assert answers[-1].status == "unreachable"


def test_a_column_inherited_by_region_is_moved_in_the_region() -> None:
    heir = Inheritance(origin="odinga", scope="region", shares=(0.95, 0.05, 0, 0))
    scenario = Scenario(cycle="2022", inheritance=(heir,))
    (answer,) = digest.turning(run(scenario, TABLES), TABLES)
    assert answer.lever.path == "inheritance.odinga.government.region"
    assert (answer.status, answer.start) == ("reached", 0.05)
    # the same line as without the entry: 36.65% of Odinga's column of 2017
    assert answer.value == pytest.approx(0.3665, abs=1e-4)


def test_with_one_camp_there_is_nothing_to_turn() -> None:
    scenario = Scenario(
        cycle="2022",
        inheritance=[{"origin": o, "shares": (1, 0, 0, 0)} for o in ("kenyatta", "others")],
    )
    assert digest.turning(run(scenario, TABLES), TABLES) == ()


def test_unity_of_the_base_is_that_of_the_election() -> None:
    real = region_results(TABLES, "2022", parse("west5", TABLES)).unity()
    found = digest.unity(outcome("west-2022"))
    assert found.unity == pytest.approx(real.unity)
    assert found.alignment == pytest.approx(real.alignment)


def test_the_base_against_itself_changes_nothing() -> None:
    base = outcome("west-2022")
    found = digest.changed(base, base)
    assert found.largest is None
    assert found.flips.empty
    assert found.votes == 0


def test_the_biggest_change_is_at_the_movers_home() -> None:
    move = Move(leader="moses-wetangula", camp="government", delivery=0.6, home="218", reach=25)
    start = Scenario(cycle="2022")
    found = digest.changed(run(start.but(moves=(move,)), TABLES), run(start, TABLES))
    assert found.largest is not None
    code, ticket = found.largest
    # at home 60% of Odinga's and of the others' 2017 voters go over
    assert (code, ticket) == ("218", "government")
    gained = found.places.at["218", "government"]
    base = run(start, TABLES)
    unit = base.base.position["218"]
    assert gained == pytest.approx(60 * (1 - base.shares[unit, 1]), abs=0.01)
    assert gained == found.places.abs().to_numpy().max()
    assert found.votes == 0
    assert found.before["government"] == pytest.approx(20.81, abs=0.005)
