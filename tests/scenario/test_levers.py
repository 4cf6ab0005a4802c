"""Levers: every number has a path, moving one moves that one, and what cannot be is a sentence."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import held, scenarios

from mulembe.scenario.levers import GROUPS, STEPS, LeverError, lever, levers, put, value
from mulembe.scenario.model import (
    CYCLES,
    LINES,
    TICKETS,
    Inheritance,
    Move,
    Scenario,
    Third,
    Turnout,
)
from mulembe.scenario.reading import problems

WETANGULA = Move(
    leader="moses-wetangula", camp="government", delivery=0.6, home="218", rest_home=0.3
)
HEIR = Inheritance(origin="odinga", shares=(1, 0, 0, 0))
START = Scenario(cycle="2027", moves=[WETANGULA], inheritance=[HEIR])
WITH_THIRD = START.but(third=Third(home="136", delivery=0.4, name="A local ticket"))


def row(scenario: Scenario, origin: str, scope: str = "") -> tuple[float, ...]:
    return next(e.shares for e in scenario.inheritance if (e.origin, e.scope) == (origin, scope))


class TestList:
    def test_in_the_order_a_strategist_argues(self, tables):
        groups = [found.group for found in levers(WITH_THIRD, tables)]
        assert groups == sorted(groups, key=GROUPS.index)
        assert set(groups) == set(GROUPS)

    def test_paths_without_a_third_ticket(self, tables):
        assert [found.path for found in levers(START, tables)] == [
            "inheritance.odinga.opposition",
            "inheritance.odinga.government",
            "inheritance.ruto.opposition",
            "inheritance.ruto.government",
            "inheritance.others.opposition",
            "inheritance.others.government",
            "inheritance.others.others",
            "moves.0.delivery",
            "moves.0.reach",
            "moves.0.rest_home",
            "turnout.odinga",
            "turnout.ruto",
            "turnout.others",
            "turnout.absent",
            "growth",
        ]

    def test_a_third_ticket_brings_its_own(self, tables):
        more = {f.path for f in levers(WITH_THIRD, tables)} - {
            f.path for f in levers(START, tables)
        }
        assert more == {
            "inheritance.odinga.third",
            "inheritance.ruto.third",
            "inheritance.others.third",
            "moves.0.rest_third",
            "third.delivery",
            "third.reach",
        }

    @pytest.mark.parametrize(
        ("path", "label"),
        [
            ("moves.0.delivery", "Moses Wetang'ula delivers at home"),
            ("moves.0.reach", "How far Moses Wetang'ula reaches"),
            ("third.delivery", "A local ticket delivers at home"),
            ("turnout.absent.037", "Turnout of those who did not vote in 2022, in Kakamega"),
            ("turnout.odinga", "Turnout of Raila Odinga's 2022 voters"),
        ],
    )
    def test_labels_in_plain_words(self, tables, path, label):
        assert lever(WITH_THIRD, tables, path).label == label

    def test_an_inheritance_names_whose_voters_and_where(self, tables):
        label = lever(START, tables, "inheritance.odinga.government.region").label
        assert label.startswith("Raila Odinga's 2022 voters: to ")
        assert label.endswith(", in the region")

    def test_the_lines_are_those_of_the_base(self, tables):
        from mulembe.scenario.base import load_base

        for cycle in CYCLES:
            assert tuple(LINES[cycle]) == load_base(tables, cycle).origins[:2]

    @given(scenarios())
    @settings(max_examples=50)
    def test_every_lever_stands_within_its_limits(self, scenario):
        found = levers(scenario, held())
        assert len({one.path for one in found}) == len(found)
        for one in found:
            assert one.low <= value(scenario, one.path) <= one.high
            assert one.label
            assert one.step == STEPS[one.unit]


class TestPut:
    @given(scenarios(), st.data())
    @settings(max_examples=50)
    def test_what_is_put_is_there_and_valid(self, scenario, data):
        one = data.draw(st.sampled_from(levers(scenario, held())))
        steps = st.integers(round(one.low / one.step), round(one.high / one.step))
        wanted = round(data.draw(steps) * one.step, 4)
        try:
            after = put(scenario, one.path, wanted)
        except LeverError as error:
            assert "at most 40" in str(error)
            return
        assert value(after, one.path) == pytest.approx(wanted, abs=1e-9)
        if one.path != "growth":  # a smaller register may be too small for what is set by hand
            assert problems(after, held()) == []

    @pytest.mark.parametrize("path", ["moves.0.delivery", "turnout.odinga", "third.reach"])
    def test_nothing_else_moves(self, path):
        after = put(WITH_THIRD, path, 0.7)
        changed = {
            name
            for name in Scenario.model_fields
            if getattr(after, name) != getattr(WITH_THIRD, name)
        }
        assert changed == {path.split(".", maxsplit=1)[0]}

    def test_growth_is_put_on_a_grown_register(self):
        assert value(START, "growth") == 0
        after = put(START, "growth", 1.5)
        assert (after.roll, after.growth) == ("grown", 1.5)
        assert value(START.but(roll="grown"), "growth") == 1

    def test_a_county_of_a_pull(self, tables):
        move = {"spread": "county", "counties": [("037", 0.2), ("039", 0.4)]}
        scenario = START.but(moves=[WETANGULA.model_dump() | move])
        after = put(scenario, "moves.0.counties.039", 0.5)
        assert after.moves[0].counties == (("037", 0.2), ("039", 0.5))
        label = lever(scenario, tables, "moves.0.counties.039").label
        assert label == "Moses Wetang'ula delivers in Bungoma"

    def test_turnout_of_a_county_leaves_the_rest(self):
        start = START.but(turnout=[Turnout(origin="odinga", rate=0.9)])
        assert value(start, "turnout.odinga.037") == 0.9
        after = put(start, "turnout.odinga.037", 0.5)
        assert value(after, "turnout.odinga") == 0.9
        assert value(after, "turnout.odinga.037") == 0.5

    @pytest.mark.parametrize(
        ("path", "standing"), [("turnout.odinga", 1), ("turnout.absent", 0), ("turnout.ruto", 1)]
    )
    def test_turnout_left_out(self, path, standing):
        assert value(START, path) == standing


class TestInheritance:
    def test_the_others_shrink_in_proportion(self):
        start = WITH_THIRD.but(inheritance=[HEIR.model_dump() | {"shares": (0.5, 0.3, 0.2, 0)}])
        after = put(start, "inheritance.odinga.opposition", 0.75)
        assert row(after, "odinga") == (0.75, 0.15, 0.1, 0)

    def test_a_row_left_out_is_its_own_line(self):
        after = put(START, "inheritance.ruto.opposition", 0.1)
        assert row(after, "ruto") == (0.1, 0.9, 0, 0)

    @pytest.mark.parametrize(
        ("path", "wanted", "after"),
        [
            ("odinga.opposition", 0.7, (0.7, 0.3, 0, 0)),  # the other main camp
            ("ruto.government", 0.6, (0.4, 0.6, 0, 0)),
            ("others.others", 0.5, (0.25, 0.25, 0, 0.5)),  # neither camp's line: evenly
        ],
    )
    def test_from_all_to_one_the_remainder_goes_on(self, path, wanted, after):
        assert row(put(START, f"inheritance.{path}", wanted), path.split(".")[0]) == after

    def test_back_to_the_line_itself(self):
        gone = START.but(inheritance=[HEIR.model_dump() | {"shares": (0, 1, 0, 0)}])
        after = put(gone, "inheritance.odinga.government", 0.6)
        assert row(after, "odinga") == (0.4, 0.6, 0, 0)

    def test_those_who_did_not_vote_have_no_line(self):
        start = START.but(inheritance=[HEIR, Inheritance(origin="absent", shares=(0, 1, 0, 0))])
        assert row(put(start, "inheritance.absent.government", 0.6), "absent") == (0.4, 0.6, 0, 0)

    def test_a_scope_starts_from_the_wider_one(self):
        after = put(START, "inheritance.odinga.government.region", 0.2)
        assert row(after, "odinga", "region") == (0.8, 0.2, 0, 0)
        assert row(after, "odinga") == (1, 0, 0, 0)

    def test_every_row_stays_whole(self):
        start = WITH_THIRD.but(
            inheritance=[HEIR.model_dump() | {"shares": (0.3333, 0.3333, 0.3333, 0)}]
        )
        for place in range(0, 10_001, 7):
            shares = row(put(start, "inheritance.odinga.third", place / 10_000), "odinga")
            assert math.isclose(sum(shares), 1, abs_tol=1e-12)
            assert shares[TICKETS.index("third")] == place / 10_000


REFUSED = [
    ("", 0.5, "not a lever"),
    ("moves", 0.5, "not a lever"),
    ("moves.0", 0.5, "not a lever"),
    ("moves.0.charm", 0.5, "not a lever"),
    ("moves.0.delivery.now", 0.5, "not a lever"),
    ("moves.1.delivery", 0.5, "not there: 1 are made"),
    ("moves.-1.delivery", 0.5, "not there"),
    ("moves.٠.delivery", 0.5, "not there|not a lever"),
    ("moves.0.counties.037", 0.5, "no effect"),
    ("moves.0.rest_third", 0.1, "No third ticket"),
    ("third.delivery", 0.5, "No third ticket"),
    ("inheritance.odinga", 0.5, "not a lever"),
    ("inheritance.odinga.third", 0.5, "No third ticket"),
    ("inheritance.odinga.everyone", 0.5, "not a ticket"),
    ("inheritance.kenyatta.government", 0.5, "not a column"),
    ("inheritance.absent.government", 0.5, "votes as its constituency"),
    ("inheritance.odinga.government.west", 0.5, "is no place"),
    ("turnout.nobody", 0.5, "not a column"),
    ("turnout.entered", 0.5, "New voters turn out"),
    ("turnout.odinga.region", 0.5, "is no place"),
    ("turnout.odinga.37", 0.5, "is no place"),
    ("moves.0.delivery", 1.01, "out of range: 0% to 100%"),
    ("moves.0.delivery", -0.01, "out of range"),
    ("moves.0.delivery", math.nan, "out of range"),
    ("moves.0.delivery", 60, "out of range"),
    ("moves.0.reach", 0, "0.1 km to 500 km"),
    ("moves.0.reach", math.inf, "out of range"),
    ("growth", 3.1, "0 times to 3 times"),
    ("x" * 9000, 1, "not a lever"),
]


@pytest.mark.parametrize(("path", "wanted", "why"), REFUSED, ids=lambda v: str(v)[:40])
def test_what_cannot_be_is_a_sentence(path, wanted, why):
    with pytest.raises(LeverError, match=why) as told:
        put(START, path, wanted)
    assert str(told.value).endswith(".")
    assert len(str(told.value)) < 300


def test_the_rest_of_a_move_is_shared():
    start = WITH_THIRD
    assert put(start, "moves.0.rest_third", 0.7).moves[0].rest_third == 0.7
    with pytest.raises(LeverError, match="0% to 70%"):
        put(start, "moves.0.rest_third", 0.71)


def test_what_has_no_effect_is_no_lever(tables):
    flat = START.but(moves=[WETANGULA.model_dump() | {"spread": "flat"}])
    assert "moves.0.reach" not in {found.path for found in levers(flat, tables)}
    with pytest.raises(LeverError, match="same everywhere"):
        put(flat, "moves.0.reach", 10)
    county = {"spread": "county", "counties": [("037", 0.2)]}
    by_county = START.but(moves=[WETANGULA.model_dump() | county])
    with pytest.raises(LeverError, match="set for 037"):
        value(by_county, "moves.0.delivery")


def test_a_county_that_differs_by_region_must_be_said_first():
    split = START.but(
        inheritance=[HEIR, Inheritance(origin="odinga", shares=(0, 1, 0, 0), scope="rest")]
    )
    with pytest.raises(LeverError, match="in county 037"):
        put(split, "inheritance.odinga.government.037", 0.5)


@pytest.mark.parametrize("path", ["turnout.odinga.099", "inheritance.odinga.government.099"])
def test_an_unknown_county(tables, path):
    with pytest.raises(LeverError, match="'099' is not a county"):
        lever(START, tables, path)
