"""What it takes: the smallest change of a lever, found and checked against trying every step."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import held, scenarios

from mulembe.scenario import solve as solving
from mulembe.scenario.levers import LeverError, levers, put, value
from mulembe.scenario.model import (
    CAMPS,
    TICKETS,
    Inheritance,
    Move,
    Override,
    Scenario,
    Third,
    Turnout,
)
from mulembe.scenario.national import nation
from mulembe.scenario.outcome import run
from mulembe.scenario.solve import (
    KINDS,
    Goal,
    GoalError,
    reached,
    score,
    sensitivity,
    solve,
    sweep,
)

HEIR = Inheritance(origin="odinga", shares=(1, 0, 0, 0))
MOVE = Move(leader="moses-wetangula", camp="government", delivery=0.6, home="218", rest_home=0.3)
START = Scenario(cycle="2027", moves=[MOVE], inheritance=[HEIR])
WEST = Goal("region", "government")


def outcome(**changes):
    return run(START.but(**changes), held())


class TestGoals:
    @given(scenarios(), st.sampled_from(KINDS), st.sampled_from(CAMPS), st.integers(0, 100))
    def test_the_score_is_at_least_0_when_reached_and_only_then(self, scenario, kind, camp, value):
        """Judged here from the votes themselves, in whole numbers."""
        found = run(scenario, held())
        goal = Goal(kind, camp, value / 100, "039")
        place = TICKETS.index(camp)
        county = found.totals(found.base.county_mask("039"))
        judged = nation(found).everyone
        votes = found.totals()
        true = {
            "region": votes[place] > max(np.delete(votes, place)),
            "share": votes.sum() > 0 and 100 * int(votes[place]) >= value * int(votes.sum()),
            "majority": judged.winner == camp,
            "runoff": judged.winner == "" and judged.votes.sum() > 0,
            "county": county[place] > max(np.delete(county, place)),
        }[kind]
        assert reached(goal, found) == bool(true)
        assert (score(goal, found) >= 0) == bool(true)

    def test_a_tie_is_not_won(self):
        even = [
            Override(code=code, votes=(100, 100, 0, 0))
            for code in run(START, held()).base.area_codes
        ]
        found = outcome(overrides=even)
        assert not reached(WEST, found)
        assert not reached(Goal("region", "opposition"), found)
        assert reached(Goal("share", "government", 0.5), found)
        one_more = [even[0].model_copy(update={"votes": (100, 101, 0, 0)}), *even[1:]]
        assert reached(WEST, outcome(overrides=one_more))

    def test_both_gates(self):
        assert reached(Goal("majority", "government"), outcome())
        assert not reached(Goal("runoff"), outcome())
        third = Third(home="218", delivery=0.9, spread="flat")
        assert reached(Goal("runoff"), outcome(third=third, region="west5"))

    def test_nobody_votes(self):
        away = [Turnout(origin=origin, rate=0) for origin in ("odinga", "ruto", "others")]
        for kind in KINDS:
            assert score(Goal(kind, "government", 0.0, "037"), outcome(turnout=away)) == -1

    @pytest.mark.parametrize(
        "bad",
        [
            ("win", "government"),
            ("region", "us"),
            ("region", "others"),
            ("region", ""),
            ("share", "government", 1.1),
            ("share", "government", float("nan")),
            ("county", "government"),
        ],
    )
    def test_that_cannot_be(self, bad):
        with pytest.raises(GoalError, match=r"\.$"):
            Goal(*bad)

    def test_an_unknown_county(self):
        with pytest.raises(GoalError, match="'099' is not a county"):
            score(Goal("county", "government", county="099"), outcome())


class TestSolve:
    def test_the_boundary_to_a_hundredth_of_a_percent(self, tables):
        answer = solve(START, tables, "moves.0.delivery", WEST)
        assert answer.status == "reached"
        assert reached(WEST, run(put(START, "moves.0.delivery", answer.value), tables))
        before = put(START, "moves.0.delivery", round(answer.value - 0.0001, 4))
        assert not reached(WEST, run(before, tables))
        assert answer.change == round(answer.value - 0.6, 4)
        assert answer.score == score(WEST, answer.outcome) >= 0

    def test_against_every_step(self, tables):
        """The reach in steps of 0.1 km, all of them tried."""
        answer = solve(START, tables, "moves.0.reach", WEST)
        holds = [
            step / 10
            for step in range(1, 2000)
            if reached(WEST, run(put(START, "moves.0.reach", step / 10), tables))
        ]
        assert answer.value == min(holds, key=lambda reach: abs(reach - 25))

    def test_what_moves_and_what_flips(self, tables):
        answer = solve(START, tables, "moves.0.reach", WEST)
        before, after = run(START, tables), answer.outcome
        moved = after.flows.sum(axis=1) - before.flows.sum(axis=1)
        assert answer.votes == np.maximum(moved, 0).sum()
        changed = [
            code
            for i, code in enumerate(before.base.codes)
            if before.votes[i].argmax() != after.votes[i].argmax()
        ]
        assert list(answer.constituencies) == changed
        assert answer.votes > 0

    def test_a_lever_that_works_downwards(self, tables):
        answer = solve(START, tables, "turnout.odinga", WEST)
        assert answer.status == "reached"
        assert answer.value < 1
        assert answer.change < 0

    def test_already_and_where_it_stops(self, tables):
        goal = Goal("region", "opposition")
        answer = solve(START, tables, "moves.0.delivery", goal)
        assert answer.status == "already"
        assert not reached(goal, answer.outcome)
        last = put(START, "moves.0.delivery", round(answer.value - 0.0001, 4))
        assert reached(goal, run(last, tables))

    def test_already_whatever_the_lever(self, tables):
        answer = solve(START, tables, "growth", Goal("region", "opposition"))
        assert (answer.status, answer.value, answer.change) == ("already", None, None)
        assert (answer.votes, answer.constituencies) == (0, ())

    def test_not_reachable_is_an_answer(self, tables):
        goal = Goal("share", "government", 0.9)
        answer = solve(START, tables, "moves.0.delivery", goal)
        assert answer.status == "unreachable"
        assert answer.value == 1
        assert answer.score < 0
        assert answer.score == pytest.approx(answer.outcome.total_shares()[1] - 0.9)

    def test_a_ticket_that_does_not_stand(self, tables):
        answer = solve(START, tables, "moves.0.delivery", Goal("region", "third"))
        assert answer.status == "unreachable"

    @pytest.mark.parametrize("kind", ["majority", "runoff"])
    def test_the_nation(self, tables, kind):
        goal = Goal(kind, "opposition")
        answer = solve(START, tables, "inheritance.ruto.opposition", goal)
        assert answer.status == "reached"
        assert reached(goal, answer.outcome)
        assert bool(nation(answer.outcome).everyone.winner) is (kind == "majority")

    def test_a_county(self, tables):
        goal = Goal("county", "government", county="037")
        answer = solve(START, tables, "inheritance.odinga.government", goal)
        assert answer.status == "reached"
        mask = answer.before.base.county_mask("037")
        assert set(answer.constituencies) <= {
            c for c, m in zip(answer.before.base.codes, mask, strict=True) if m
        }

    def test_not_assumed_monotone(self, tables, monkeypatch):
        """Reached between 20% and 30% and above 95%: from 60% the nearer edge is 30%."""

        def made(goal, outcome):
            at = outcome.scenario.moves[0].delivery
            return max(0.05 - abs(at - 0.25), at - 0.95) + 1e-12

        monkeypatch.setattr(solving, "score", made)
        assert solve(START, tables, "moves.0.delivery", WEST).value == 0.3
        low = put(START, "moves.0.delivery", 0.1)
        assert solve(low, tables, "moves.0.delivery", WEST).value == 0.2
        inside = solve(put(START, "moves.0.delivery", 0.22), tables, "moves.0.delivery", WEST)
        assert (inside.status, inside.value) == ("already", 0.1999)

    def test_a_narrow_window_between_two_steps_of_the_grid(self, tables, monkeypatch):
        def made(goal, outcome):
            return 0.0008 - abs(outcome.scenario.moves[0].delivery - 0.4444)

        monkeypatch.setattr(solving, "score", made)
        answer = solve(START, tables, "moves.0.delivery", WEST)
        assert answer.status == "reached"
        assert answer.value == pytest.approx(0.4451, abs=1e-4)

    def test_growth_that_leaves_too_few_for_what_is_set_by_hand(self, tables):
        """Where the register shrinks below the votes set by hand there is no answer to give."""
        from mulembe.scenario.outcome import register_of

        base = run(START, tables).base
        code = min(base.area_codes, key=lambda c: base.growth[base.position[c]])
        full = register_of(START, base, code)
        by_hand = START.but(overrides=[Override(code=code, votes=(full, 0, 0, 0))])
        answer = solve(by_hand, tables, "growth", Goal("share", "third", 0.5))
        assert answer.status == "unreachable"

    @pytest.mark.parametrize("path", ["moves.7.delivery", "luck", "third.delivery"])
    def test_no_such_lever(self, tables, path):
        with pytest.raises(LeverError):
            solve(START, tables, path, WEST)

    @given(scenarios(), st.data(), st.sampled_from(KINDS), st.sampled_from(CAMPS))
    @settings(max_examples=25)
    def test_what_it_says_is_so(self, scenario, data, kind, camp):
        one = data.draw(st.sampled_from(levers(scenario, held())))
        goal = Goal(kind, camp, 0.5, "039")
        try:
            answer = solve(scenario, held(), one.path, goal)
        except LeverError as error:
            assert "at most 40" in str(error)
            return
        holds = reached(goal, run(scenario, held()))
        assert (answer.status == "already") == holds
        if answer.value is None:
            return
        assert one.low <= answer.value <= one.high
        after = run(put(scenario, one.path, answer.value), held())
        assert reached(goal, after) == (answer.status == "reached")
        assert (after.votes == answer.outcome.votes).all()
        step = one.step if answer.value < answer.start else -one.step
        if answer.status == "reached":
            before = put(scenario, one.path, round(answer.value + step, 4))
            assert not reached(goal, run(before, held()))

    def test_fast_enough_to_wait_for(self, tables):
        start = time.process_time()
        solve(START, tables, "moves.0.delivery", Goal("runoff"))
        assert time.process_time() - start < 3


class TestSweep:
    def test_stops_and_columns(self, tables):
        found = sweep(START, tables, "moves.0.delivery", 0.3, 0.9, 13)
        assert found["value"].tolist() == pytest.approx(np.linspace(0.3, 0.9, 13))
        names = [f"{n}_{t}" for n in ("share", "votes", "won", "nation") for t in TICKETS]
        assert list(found.columns) == ["value", *names, "passes", "runoff"]
        for name, total in (("share", 1), ("won", 38), ("nation", 1)):
            assert found[[f"{name}_{t}" for t in TICKETS]].sum(axis=1).tolist() == pytest.approx(
                [total] * 13
            )

    def test_every_stop_is_a_run(self, tables):
        found = sweep(START, tables, "moves.0.reach", 5, 95, 4)
        for row in found.to_dict("records"):
            ran = run(put(START, "moves.0.reach", row["value"]), tables)
            assert [row[f"votes_{t}"] for t in TICKETS] == ran.totals().tolist()
            assert row["passes"] == nation(ran).everyone.winner
            assert row["runoff"] is bool(nation(ran).everyone.runoff)

    @pytest.mark.parametrize(
        ("low", "high", "steps"),
        [(0.9, 0.3, 5), (0.3, 0.3, 5), (0, 1.1, 5), (-1, 1, 5), (0, 1, 1), (0, 1, 10**9),
         (float("nan"), 1, 5)],
    )  # fmt: skip
    def test_that_cannot_be(self, tables, low, high, steps):
        with pytest.raises(LeverError, match=r"\.$"):
            sweep(START, tables, "moves.0.delivery", low, high, steps)

    def test_stops_finer_than_the_model_keeps_are_made_once(self, tables):
        found = sweep(START, tables, "moves.0.reach", 10, 10.3, 20)
        assert found["value"].tolist() == [10, 10.1, 10.2, 10.3]


class TestSensitivity:
    def test_real_runs_ten_points_each_way(self, tables):
        found = sensitivity(START, tables, "government").set_index("path")
        row = found.loc["moves.0.delivery"]
        assert (row["value"], row["low"], row["high"]) == (0.6, 0.5, 0.7)
        for end in ("low", "high"):
            ran = run(put(START, "moves.0.delivery", row[end]), tables)
            assert row[f"share_{end}"] == ran.total_shares()[1]
        assert row["share"] == run(START, tables).total_shares()[1]
        assert row["span"] == pytest.approx(row["share_high"] - row["share_low"])

    def test_ten_km_each_way_and_within_the_limits(self, tables):
        near = put(START, "moves.0.reach", 4)
        found = sensitivity(near, tables, "government").set_index("path")
        assert found.loc["moves.0.reach", ["low", "high"]].tolist() == [0.1, 14]
        assert found.loc["turnout.odinga", ["low", "high"]].tolist() == [0.9, 1]
        assert found.loc["turnout.absent", ["low", "high"]].tolist() == [0, 0.1]

    def test_widest_first_and_the_remainder_of_a_row_left_out(self, tables):
        found = sensitivity(START, tables, "government")
        assert found["span"].is_monotonic_decreasing
        paths = set(found["path"])
        assert "inheritance.odinga.government" in paths
        assert "inheritance.odinga.opposition" not in paths
        half = START.but(inheritance=[HEIR.model_dump() | {"shares": (0.5, 0.5, 0, 0)}])
        paths = set(sensitivity(half, tables, "government")["path"])
        assert "inheritance.odinga.government" in paths

    def test_the_nation_moves_less_than_the_region(self, tables):
        region = sensitivity(START, tables, "government").set_index("path")["span"]
        national = sensitivity(START, tables, "government", "nation").set_index("path")["span"]
        assert national["moves.0.delivery"] < region["moves.0.delivery"]

    def test_no_such_camp_or_place(self, tables):
        with pytest.raises(GoalError):
            sensitivity(START, tables, "others")
        with pytest.raises(GoalError):
            sensitivity(START, tables, "government", "county")

    @given(scenarios())
    @settings(max_examples=15)
    def test_every_lever_of_every_scenario(self, scenario):
        found = sensitivity(scenario, held(), "opposition")
        assert (found["low"] <= found["value"]).all()
        assert (found["value"] <= found["high"]).all()
        for path in found["path"]:
            assert value(scenario, path) is not None
