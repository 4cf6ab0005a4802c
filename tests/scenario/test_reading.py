"""Reading scenarios from anywhere: what is wrong is named and left out, the rest is kept."""

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import base_of, held, scenarios

from mulembe.scenario.model import MOVE_LIMIT, Scenario
from mulembe.scenario.outcome import register_of, run
from mulembe.scenario.reading import HEIR, ScenarioError, problems, read

MOVE = {"leader": "moses-wetangula", "camp": "government", "delivery": 0.6, "home": "218"}
SECOND = MOVE | {"leader": "musalia-mudavadi", "home": "210"}
BASE = {"cycle": "2022", "moves": [MOVE, SECOND]}


def told(tables, **changes) -> tuple[Scenario, list[str]]:
    """A scenario of the 2022 cycle with two moves and these changes, and what is said about it."""
    scenario, found = read(BASE | changes, tables)
    return scenario, [str(problem) for problem in found]


def leaders(scenario: Scenario) -> list[str]:
    return [move.leader for move in scenario.moves]


class TestWhole:
    @given(scenarios())
    def test_what_is_valid_comes_back_as_it_was(self, scenario):
        assert problems(scenario, held()) == []
        assert read(scenario.model_dump(), held()) == (scenario, ())
        assert read(scenario.model_dump(mode="json"), held()) == (scenario, ())

    def test_nothing_said_is_the_default(self, tables):
        scenario, _ = read({}, tables)
        assert scenario.cycle == "2027"
        assert scenario.but(inheritance=()) == Scenario(cycle="2027")

    def test_a_dead_candidates_column_gets_an_heir_and_says_so(self, tables):
        scenario, found = read({"cycle": "2027"}, tables)
        assert scenario.inheritance[0].shares == HEIR
        assert [str(problem) for problem in found] == [
            "Raila Odinga's 2022 column had no heir; it goes to the opposition until you say where."
        ]
        assert read({"cycle": "2022"}, tables)[1] == ()

    def test_the_heir_finds_room_among_forty(self, tables):
        full = [
            {"origin": "ruto", "scope": code, "shares": [0, 1, 0, 0]}
            for code in base_of("2027").county_codes[:40]
        ]
        scenario, _ = read({"cycle": "2027", "inheritance": full}, tables)
        assert len(scenario.inheritance) == 40
        assert scenario.inheritance[0].origin == "odinga"
        assert scenario.but() == scenario


# One bad move beside a good one: what it is, and a word of the sentence that names it.
BAD_MOVES = {
    "not a number": (MOVE | {"delivery": math.nan}, "the share delivered at home"),
    "infinite": (MOVE | {"reach": math.inf}, "the reach"),
    "huge": (MOVE | {"reach": 1e308}, "the reach"),
    "a huge whole number": (MOVE | {"delivery": 10**5000}, "the share delivered at home"),
    "more than all": (MOVE | {"delivery": 1.5}, "the share delivered at home"),
    "less than nothing": (MOVE | {"rest_home": -0.1}, "what stays at home"),
    "text": (MOVE | {"delivery": "much"}, "the share delivered at home"),
    "no reach": (MOVE | {"reach": 0}, "the reach"),
    "unknown leader": (MOVE | {"leader": "nobody"}, "'nobody' is not a leader"),
    "unknown home": (MOVE | {"home": "999"}, "the home 999"),
    "a home elsewhere": (MOVE | {"home": "001"}, "the home 001"),
    "digits of another script": (MOVE | {"home": "٢١٨"}, "the home"),
    "unknown camp": (MOVE | {"camp": "both"}, "the camp"),
    "a third ticket where none stands": (MOVE | {"camp": "third"}, "none stands"),
    "the rest to one": (MOVE | {"rest_third": 0.1}, "none stands"),
    "a rest above all": (MOVE | {"rest_third": 0.6, "rest_home": 0.6}, "exceed the rest"),
    "unknown column": (MOVE | {"origins": ["ruto"]}, "'ruto' is not a column"),
    "unknown county": (MOVE | {"spread": "county", "counties": [["001", 1]]}, "001 is not"),
    "a county twice": (
        MOVE | {"spread": "county", "counties": [["037", 1], ["037", 0]]},
        "named twice",
    ),
    "by county without one": (MOVE | {"spread": "county"}, "names none"),
    "an unknown field": (MOVE | {"charm": 1}, "Move 1"),
    "a field too few": ({"leader": "moses-wetangula"}, "Move 1"),
    "no move": (7, "Move 1"),
    "nested": ([[[{}]]], "Move 1"),
    "a broken letter": (MOVE | {"leader": "\ud800"}, "the leader"),
}


@pytest.mark.parametrize("kind", BAD_MOVES)
def test_a_bad_move_is_left_out_and_the_other_kept(tables, kind):
    bad, word = BAD_MOVES[kind]
    scenario, found = told(tables, moves=[bad, SECOND])
    assert leaders(scenario) == ["musalia-mudavadi"]
    assert len(found) == 1
    assert word in found[0]
    assert found[0].endswith(("left out.", "is used."))


class TestConflictingMoves:
    def test_a_leader_backs_one_camp(self, tables):
        scenario, found = told(tables, moves=[MOVE, MOVE | {"camp": "opposition"}, SECOND])
        assert leaders(scenario) == ["moses-wetangula", "musalia-mudavadi"]
        assert scenario.moves[0].camp == "government"
        assert found == [
            "Move 2: 'moses-wetangula' already backs another camp in this scenario; it is left out."
        ]

    def test_once(self, tables):
        scenario, found = told(tables, moves=[MOVE, MOVE])
        assert leaders(scenario) == ["moses-wetangula"]
        assert "named twice" in found[0]

    def test_the_third_tickets_leader_backs_it(self, tables):
        third = {"leader": "moses-wetangula", "home": "218", "delivery": 0.4}
        scenario, found = told(tables, third=third)
        assert leaders(scenario) == ["musalia-mudavadi"]
        assert scenario.third is not None
        assert len(found) == 1

    def test_what_needs_a_third_ticket_goes_with_it(self, tables):
        scenario, found = told(
            tables,
            third={"home": "nowhere", "delivery": 0.4},
            moves=[MOVE | {"camp": "third"}, SECOND],
            inheritance=[{"origin": "others", "shares": [0, 0, 1, 0]}],
            overrides=[{"code": "218", "votes": [1, 2, 3, 4]}],
        )
        assert scenario.third is None
        assert leaders(scenario) == ["musalia-mudavadi"]
        assert (scenario.inheritance, scenario.overrides) == ((), ())
        assert len(found) == 4

    def test_more_moves_than_there_may_be(self, tables):
        known = list(tables["politicians"]["politician_id"][:9])
        scenario, found = told(tables, moves=[MOVE | {"leader": leader} for leader in known])
        assert leaders(scenario) == known[:MOVE_LIMIT]
        assert found == ["Move: there are more than can be kept; the first 6 are."]


class TestOverrides:
    def test_beyond_the_register(self, tables):
        register = register_of(Scenario(cycle="2022"), base_of("2022"), "218")
        fits = {"code": "217", "votes": [100, 100, 0, 0]}
        over = {"code": "218", "votes": [register, 1, 0, 0]}
        scenario, found = told(tables, overrides=[over, fits])
        assert [o.code for o in scenario.overrides] == ["217"]
        assert f"{register + 1:,} votes exceed the register of {register:,} voters" in found[0]
        full = {"code": "218", "votes": [register, 0, 0, 0]}
        scenario, found = told(tables, overrides=[full])
        assert found == []
        assert run(scenario, tables).votes[base_of("2022").position["218"]].sum() == register

    def test_a_grown_register_holds_more(self, tables):
        register = register_of(Scenario(cycle="2022"), base_of("2022"), "218")
        over = {"code": "218", "votes": [register + 1, 0, 0, 0]}
        assert told(tables, overrides=[over], roll="grown")[1] == []

    @pytest.mark.parametrize(
        ("bad", "word"),
        [
            ({"code": "001", "votes": [1, 0, 0, 0]}, "001 is not one of the 38"),
            ({"code": "218", "votes": [1, 0, 0]}, "the votes"),
            ({"code": "218", "votes": [-1, 0, 0, 0]}, "the votes"),
            ({"code": "218", "votes": [1.5, 0, 0, 0]}, "the votes"),
            ({"code": "218", "votes": [10**5000, 0, 0, 0]}, "the votes"),
            ({"code": "218", "votes": [10**7, 10**7, 0, 0]}, "exceed the register"),
            ({"code": "218", "votes": [0, 0, 1, 0]}, "none stands"),
            ({"code": "218", "votes": [1, 0, 0, 0], "reason": "x" * 61}, "the reason"),
        ],
    )
    def test_that_cannot_be(self, tables, bad, word):
        scenario, found = told(tables, overrides=[{"code": "217", "votes": [5, 5, 0, 0]}, bad])
        assert [o.code for o in scenario.overrides] == ["217"]
        assert len(found) == 1
        assert word in found[0]

    def test_set_twice(self, tables):
        one = {"code": "218", "votes": [1, 0, 0, 0]}
        scenario, found = told(tables, overrides=[one, one])
        assert len(scenario.overrides) == 1
        assert "set twice" in found[0]


BAD_FIELDS = {
    "region": ("atlantis", "'atlantis' is not a region"),
    "third": ({"home": "218"}, "The third ticket"),
    "shape": ("round", "The shape of the decay"),
    "roll": ("cabbage", "The register"),
    "growth": (math.nan, "The growth of the register"),
    "runoff": ([0.9, 0.9, 0], "The run-off"),
    "seed": (2**31, "The seed"),
    "uncertainty": ({"region": 1}, "The uncertainty"),
    "name": ("x" * 61, "The name"),
    "charm": (11, "'charm' is not a part of a scenario"),
    "inheritance": ([{"origin": "ruto", "shares": [1, 0, 0, 0]}], "'ruto' is not a column"),
    "turnout": ([{"origin": "odinga", "rate": 1, "county": "099"}], "'099' is not a county"),
}


@pytest.mark.parametrize("name", BAD_FIELDS)
def test_a_bad_field_falls_back_to_the_default(tables, name):
    value, word = BAD_FIELDS[name]
    scenario, found = told(tables, **{name: value})
    assert scenario == told(tables)[0]
    assert len(found) == 1
    assert word in found[0]


def test_an_unknown_cycle_is_the_next_one(tables):
    scenario, found = told(tables, cycle="1963")
    assert scenario.cycle == "2027"
    assert found[0].startswith("The cycle")


def test_shares_that_are_not_all(tables):
    row = {"origin": "others", "shares": [0.5, 0.6, 0, 0]}
    scenario, found = told(tables, inheritance=[row])
    assert scenario.inheritance == ()
    assert "add up to 110.0%, not 100%" in found[0]


@pytest.mark.parametrize("scope", ["", "region", "037"])
def test_one_column_is_set_once_for_one_place(tables, scope):
    row = {"origin": "others", "shares": [1, 0, 0, 0], "scope": scope}
    scenario, found = told(tables, inheritance=[row, row])
    assert len(scenario.inheritance) == 1
    assert "set twice" in found[0]


@pytest.mark.parametrize("data", [None, [], "text", 7, math.nan, [BASE], b"{}"])
def test_what_is_no_scenario_is_refused(tables, data):
    with pytest.raises(ScenarioError, match="not a scenario"):
        read(data, tables)


@pytest.mark.parametrize("version", [2, 999, pytest.param(10**5000, id="huge")])
def test_a_later_version_is_refused(tables, version):
    with pytest.raises(ScenarioError, match="later version of Mulembe"):
        read(BASE | {"version": version}, tables)


@pytest.mark.parametrize(
    "version", [0, pytest.param(-(10**5000), id="huge"), 1.5, True, "1", None, [[]], {"a": 1}]
)
def test_a_version_is_a_whole_number(tables, version):
    with pytest.raises(ScenarioError, match="not a whole number"):
        read(BASE | {"version": version}, tables)


def test_deep_nesting_is_junk_like_any_other(tables):
    deep: list = []
    for _ in range(50_000):
        deep = [deep]
    scenario, found = told(tables, name=deep, overrides=deep, third={"home": deep})
    assert leaders(scenario) == ["moses-wetangula", "musalia-mudavadi"]
    assert len(found) == 3


def test_much_junk_takes_little_time(tables):
    junk = {f"field{i}": i for i in range(20_000)}
    lists = dict.fromkeys(("moves", "overrides", "turnout", "inheritance"), [{"a": 1}] * 20_000)
    start = time.process_time()
    read(junk | lists, tables)
    assert time.process_time() - start < 5


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["odinga", "218", "government", "third", "037", "west5", "2022"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
names = st.sampled_from([*Scenario.model_fields, "charm"])


def said_well(data: object) -> None:
    """Reading gives a scenario that runs, or one sentence."""
    try:
        scenario, found = read(data, held())
    except ScenarioError as error:
        assert str(error).endswith(".")
        return
    assert problems(scenario, held()) == []
    assert all(str(problem).endswith(".") and problem.part for problem in found)
    assert scenario.but() == scenario
    run(scenario, held())


@given(junk | st.dictionaries(names, junk, max_size=6))
@settings(max_examples=150)
def test_anything_at_all(data):
    said_well(data)


@st.composite
def damaged(draw) -> object:
    """A valid scenario with up to four of its parts, however deep, replaced by junk."""
    data = draw(scenarios()).model_dump(mode="json")
    for _ in range(draw(st.integers(1, 4))):
        place = data
        while isinstance(place, dict | list) and place:
            keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            if not isinstance(place[key], dict | list) or draw(st.integers(0, 2)) == 0:
                place[key] = draw(junk)
                break
            place = place[key]
    return data


@given(damaged())
@settings(max_examples=150)
def test_anything_nearly_right(data):
    said_well(data)
