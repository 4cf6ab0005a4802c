"""The engine: voters conserve, zero is zero, every control acts, and cases worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import base_of, held, scenarios

from mulembe.scenario import model, outcome, presets
from mulembe.scenario.base import Base
from mulembe.scenario.decay import decay
from mulembe.scenario.model import (
    DESTINATIONS,
    SHAPES,
    TICKETS,
    Inheritance,
    Move,
    Override,
    Scenario,
    Third,
    Turnout,
    Uncertainty,
)
from mulembe.scenario.national import nation
from mulembe.scenario.outcome import run, whole
from mulembe.scenario.reading import problems
from mulembe.scenario.simulate import simulate

KABUCHAI, IKOLOMANI, LUGARI = "218", "210", "199"
WETANGULA = {"leader": "moses-wetangula", "camp": "government", "home": KABUCHAI}
HEIR = Inheritance(origin="odinga", shares=(1, 0, 0, 0))


def votes_of(found, code: str) -> dict[str, int]:
    row = found.votes[found.base.position[code]]
    return dict(zip(TICKETS, map(int, row), strict=True))


class TestConservation:
    @given(scenarios())
    def test_no_voter_is_made_or_lost(self, scenario):
        found = run(scenario, held())
        assert found.flows.dtype.kind == "i"
        assert (found.flows >= 0).all()
        assert (found.flows.sum(axis=2) == found.voters).all()
        home = found.flows[:, :, -1].sum(axis=1)
        assert (found.valid + home == found.register).all()
        base = found.base
        if scenario.roll == "base":
            assert (found.voters == base.voters).all()
        else:
            came = found.voters[:, outcome.NEW]
            assert (found.register == base.register + came - found.gone).all()
            assert (found.voters[:, : outcome.NEW] <= base.voters[:, : outcome.NEW]).all()

    @given(scenarios())
    def test_rows_are_stochastic(self, scenario):
        found = run(scenario, held())
        assert found.transfer.shape == (len(found.base.codes), 5, len(DESTINATIONS))
        assert (found.transfer >= -1e-12).all()
        assert np.allclose(found.transfer.sum(axis=2), 1, atol=1e-9, rtol=0)

    @given(scenarios())
    def test_whole_votes_stay_by_the_transfer(self, scenario):
        found = run(scenario, held())
        free = ~found.fixed
        exact = found.transfer[free] * found.voters[free][:, :, None]
        assert (np.abs(found.flows[free] - exact) < 1 + 1e-6).all()

    @given(scenarios())
    def test_what_is_set_by_hand_comes_out_to_the_vote(self, scenario):
        found = run(scenario, held())
        for override in scenario.overrides:
            assert tuple(votes_of(found, override.code).values()) == override.votes

    @given(scenarios())
    @settings(max_examples=30)
    def test_a_lock_leaves_the_other_constituencies_alone(self, scenario):
        free = run(scenario.but(overrides=()), held())
        found = run(scenario, held())
        assert (found.votes[~found.fixed] == free.votes[~found.fixed]).all()

    @given(scenarios())
    @settings(max_examples=30)
    def test_the_same_scenario_gives_the_same_votes(self, scenario):
        assert (run(scenario, held()).flows == run(scenario.but(), held()).flows).all()

    @given(
        st.lists(
            st.tuples(
                st.integers(0, 200_000),
                st.lists(st.integers(0, 1000), min_size=5, max_size=5).filter(any),
            ),
            min_size=1,
            max_size=8,
        )
    )
    def test_largest_remainder(self, cases):
        voters = np.array([[count] for count, _ in cases])
        rows = np.array([[weights] for _, weights in cases], dtype=float)
        rows /= rows.sum(axis=2, keepdims=True)
        counts = whole(rows, voters)
        assert (counts.sum(axis=2) == voters).all()
        assert (counts >= 0).all()
        assert (np.abs(counts - rows * voters[:, :, None]) < 1).all()
        assert (counts[rows == 0] == 0).all()

    def test_ties_go_to_the_first(self):
        assert whole(np.full((1, 1, 5), 0.2), np.array([[7]])).tolist() == [[[2, 2, 1, 1, 1]]]


class TestBase:
    """Nobody moves: the base election comes out, to the vote."""

    @pytest.mark.parametrize(("cycle", "a", "b"), [("2022", "odinga", "kenyatta"),
                                                   ("2027", "odinga", "ruto")])  # fmt: skip
    def test_every_constituency_as_it_was(self, tables, count, rows, cycle, a, b):
        inherited = (HEIR,) if cycle == "2027" else ()
        found = run(Scenario(cycle=cycle, inheritance=inherited), tables)
        election = model.CYCLES[cycle]
        assert len(found.base.codes) == {"2017": 289, "2022": 290}[election]
        for code in found.base.codes:
            votes = count(election, {code})
            others = sum(votes.values()) - votes[a] - votes[b]
            assert tuple(votes_of(found, code).values()) == (votes[a], votes[b], 0, others), code

    def test_the_region_of_2022(self, tables, count):
        found = run(Scenario(cycle="2027", inheritance=(HEIR,)), tables)
        votes = count("2022", set(found.base.area_codes))
        assert dict(zip(TICKETS, found.totals().tolist(), strict=True)) == {
            "opposition": votes["odinga"],
            "government": votes["ruto"],
            "third": 0,
            "others": votes["waihiga"] + votes["wajackoyah"],
        }
        assert votes["odinga"] == 976_644

    def test_the_grown_register_is_that_of_2022(self, tables, rows):
        found = run(Scenario(cycle="2022", roll="grown"), tables)
        register = {
            r["code"]: int(r["registered"]) for r in rows("registers") if r["year"] == "2022"
        }
        got = dict(zip(found.base.codes, found.register.tolist(), strict=True))
        assert got == {code: register[code] for code in found.base.codes}

    def test_growth_in_steps(self, tables):
        still = run(Scenario(cycle="2022", roll="grown", growth=0), tables)
        assert (still.voters == still.base.voters).all()
        once = run(Scenario(cycle="2027", inheritance=(HEIR,), roll="grown"), tables)
        twice = run(Scenario(cycle="2027", inheritance=(HEIR,), roll="grown", growth=2), tables)
        extra = once.register - once.base.register
        assert (np.abs(twice.register - twice.base.register - 2 * extra) <= 1).all()

    def test_new_voters_vote_as_their_constituency(self, tables):
        before = run(Scenario(cycle="2022"), tables)
        after = run(Scenario(cycle="2022", roll="grown"), tables)
        unit = before.base.position[KABUCHAI]
        assert after.voters[unit, outcome.NEW] > 1000
        assert np.allclose(after.shares[unit], before.shares[unit], atol=1e-4)
        rate = before.valid[unit] / before.register[unit]
        assert after.valid[unit] / after.register[unit] == pytest.approx(rate, abs=1e-4)


class TestZero:
    """Zero is zero, and not the default."""

    @given(scenarios())
    @settings(max_examples=30)
    def test_moves_that_deliver_nothing_move_nobody(self, scenario):
        still = [
            move.model_dump()
            | {
                "delivery": 0,
                "rest_home": 0,
                "rest_third": 0,
                "counties": [(county, 0) for county, _ in move.counties],
            }
            for move in scenario.moves
        ]
        with_them = run(scenario.but(moves=still), held())
        without = run(scenario.but(moves=()), held())
        assert (with_them.votes == without.votes).all()

    @given(scenarios())
    @settings(max_examples=30)
    def test_no_turnout_no_votes(self, scenario):
        origins = base_of(scenario.cycle).origins
        none = [Turnout(origin=origin, rate=0) for origin in origins]
        found = run(scenario.but(turnout=none, overrides=()), held())
        assert found.votes.sum() == 0
        assert np.isnan(found.shares).all()
        assert np.isnan(found.total_shares()).all()

    @pytest.mark.parametrize("origin", ["odinga", "ruto", "others"])
    def test_no_turnout_of_one_column(self, tables, origin):
        start = Scenario(cycle="2027", inheritance=(HEIR,))
        found = run(start.but(turnout=[Turnout(origin=origin, rate=0)]), tables)
        place = found.base.origins.index(origin)
        assert (found.flows[:, place, :-1] == 0).all()
        assert found.valid.sum() == run(start, tables).valid.sum() - found.voters[:, place].sum()

    @given(scenarios(), st.sampled_from(TICKETS[:2]))
    @settings(max_examples=30)
    def test_no_share_no_votes(self, scenario, ticket):
        row = [0.0, 0.0, 0.0, 1.0]
        bare = scenario.but(
            moves=(),
            third=None,
            overrides=(),
            inheritance=[
                Inheritance(origin=o, shares=row) for o in base_of(scenario.cycle).origins
            ],
        )
        found = run(bare, held())
        assert (found.votes[:, TICKETS.index(ticket)] == 0).all()

    def test_a_third_ticket_that_takes_nothing_gets_nothing(self, tables):
        third = Third(home=KABUCHAI, delivery=0)
        found = run(Scenario(cycle="2022", third=third), tables)
        assert (found.votes == run(Scenario(cycle="2022"), tables).votes).all()


MOVE = WETANGULA | {"delivery": 0.5, "rest_home": 0.2, "rest_third": 0.1}
THIRD = {"home": "136", "delivery": 0.2, "reach": 30}
SIZES = dict.fromkeys(Uncertainty.model_fields, 0.1)
START = {
    "cycle": "2022",
    "moves": [MOVE],
    "third": THIRD,
    "inheritance": [{"origin": "others", "shares": [0.5, 0.5, 0, 0], "scope": "region"}],
    "turnout": [{"origin": "odinga", "rate": 0.9, "county": "037"}],
    "overrides": [{"code": LUGARI, "votes": [9000, 8000, 7000, 10]}],
    "roll": "grown",
    "uncertainty": SIZES,
}
# Every field of the model: what it is set to against START. Labels change no number.
CONTROLS = {
    ("Scenario", "cycle"): {"cycle": "2027", "inheritance": [HEIR.model_dump()]},
    ("Scenario", "region"): {"region": "west4"},
    ("Scenario", "inheritance"): {"inheritance": []},
    ("Scenario", "moves"): {"moves": []},
    ("Scenario", "third"): {"third": THIRD | {"delivery": 0.6}},
    ("Scenario", "turnout"): {"turnout": []},
    ("Scenario", "overrides"): {"overrides": []},
    ("Scenario", "roll"): {"roll": "base"},
    ("Scenario", "growth"): {"growth": 0.5},
    ("Scenario", "shape"): {"shape": "linear"},
    ("Inheritance", "origin"): {
        "inheritance": [{"origin": "kenyatta", "shares": [0.5, 0.5, 0, 0], "scope": "region"}]
    },
    ("Inheritance", "shares"): {
        "inheritance": [{"origin": "others", "shares": [0.4, 0.6, 0, 0], "scope": "region"}]
    },
    ("Inheritance", "scope"): {
        "inheritance": [{"origin": "others", "shares": [0.5, 0.5, 0, 0], "scope": "037"}]
    },
    ("Move", "home"): {"moves": [MOVE | {"home": IKOLOMANI}]},
    ("Move", "delivery"): {"moves": [MOVE | {"delivery": 0.51}]},
    ("Move", "reach"): {"moves": [MOVE | {"reach": 26}]},
    ("Move", "spread"): {"moves": [MOVE | {"spread": "flat"}]},
    ("Move", "counties"): {"moves": [MOVE | {"spread": "county", "counties": [["037", 0.5]]}]},
    ("Move", "camp"): {"moves": [MOVE | {"camp": "opposition"}]},
    ("Move", "rest_third"): {"moves": [MOVE | {"rest_third": 0}]},
    ("Move", "rest_home"): {"moves": [MOVE | {"rest_home": 0}]},
    ("Move", "origins"): {"moves": [MOVE | {"origins": ["odinga"]}]},
    ("Third", "home"): {"third": THIRD | {"home": "137"}},
    ("Third", "delivery"): {"third": THIRD | {"delivery": 0.21}},
    ("Third", "reach"): {"third": THIRD | {"reach": 31}},
    ("Third", "spread"): {"third": THIRD | {"spread": "flat"}},
    ("Third", "counties"): {"third": THIRD | {"spread": "county", "counties": [["026", 0.3]]}},
    ("Turnout", "origin"): {"turnout": [{"origin": "absent", "rate": 0.9, "county": "037"}]},
    ("Turnout", "rate"): {"turnout": [{"origin": "odinga", "rate": 0.91, "county": "037"}]},
    ("Turnout", "county"): {"turnout": [{"origin": "odinga", "rate": 0.9, "county": "038"}]},
    ("Override", "code"): {"overrides": [{"code": "200", "votes": [9000, 8000, 7000, 10]}]},
    ("Override", "votes"): {"overrides": [{"code": LUGARI, "votes": [9001, 8000, 7000, 10]}]},
}
IN_THE_RUN_OFF = {("Scenario", "runoff")}
IN_THE_DRAWS = {("Scenario", "uncertainty"), ("Scenario", "seed")} | {
    ("Uncertainty", name) for name in Uncertainty.model_fields
}
LABELS = {
    ("Scenario", "version"),
    ("Scenario", "preset"),
    ("Scenario", "name"),
    ("Move", "leader"),
    ("Third", "leader"),
    ("Third", "name"),
    ("Override", "kind"),
    ("Override", "reason"),
}


def result(changes: dict) -> tuple:
    """Everything a reader sees of a scenario without draws."""
    scenario = Scenario.model_validate(START | changes)
    assert not problems(scenario, held())
    found = run(scenario, held())
    return found.votes.tolist(), found.totals().tolist()


class TestEveryControl:
    def test_none_is_forgotten(self):
        parts = (Scenario, Inheritance, Move, Third, Turnout, Override, Uncertainty)
        fields = {(part.__name__, name) for part in parts for name in part.model_fields}
        assert set(CONTROLS) | IN_THE_RUN_OFF | IN_THE_DRAWS | LABELS == fields

    @pytest.mark.parametrize("field", CONTROLS, ids=".".join)
    def test_moves_an_output(self, field):
        assert result(CONTROLS[field]) != result({})

    def test_the_run_off(self, tables):
        third = {"home": KABUCHAI, "delivery": 0.9, "spread": "flat"}
        start = Scenario(cycle="2027", inheritance=(HEIR,), third=third)
        before = nation(run(start, tables)).everyone
        after = nation(run(start.but(runoff=(0.5, 0.2, 0)), tables)).everyone
        assert before.runoff
        assert before.runoff != after.runoff

    @pytest.mark.parametrize("name", [*Uncertainty.model_fields, "seed", "none"])
    def test_the_draws(self, tables, name):
        start = Scenario.model_validate(START)
        changes = {
            "seed": {"seed": 1},
            "none": {"uncertainty": dict.fromkeys(Uncertainty.model_fields, 0)},
        }.get(name, {"uncertainty": SIZES | {name: 0.5}})
        first, second = (
            simulate(run(s, tables), s.uncertainty, 500) for s in (start, start.but(**changes))
        )
        assert (first.region != second.region).any() or (first.nation != second.nation).any()

    @pytest.mark.parametrize(
        "labels",
        [
            {"name": "Another", "preset": "other"},
            {"moves": [MOVE | {"leader": "musalia-mudavadi"}]},
            {"third": THIRD | {"name": "A ticket", "leader": "edwin-sifuna"}},
            {"overrides": [START["overrides"][0] | {"kind": "lock", "reason": "because"}]},
        ],
    )
    def test_labels_change_no_number(self, labels):
        assert result(labels) == result({})


class TestConflicts:
    def test_are_named_and_cut_to_what_there_is(self, tables):
        both = [
            WETANGULA | {"delivery": 0.8},
            WETANGULA | {"leader": "musalia-mudavadi", "camp": "third", "delivery": 0.7},
        ]
        scenario = Scenario(cycle="2022", moves=both, third=Third(home="136", delivery=0))
        found = run(scenario, tables)
        named = {conflict.code: conflict for conflict in found.conflicts}
        at_home = named[KABUCHAI]
        assert at_home.asked == pytest.approx(1.5)
        assert at_home.leaders == ("moses-wetangula", "musalia-mudavadi")
        row = found.transfer[found.base.position[KABUCHAI], 0]
        assert row.tolist() == pytest.approx([0, 0.8 / 1.5, 0.7 / 1.5, 0, 0])
        far = found.base.area_codes[
            int(found.base.distance[found.base.area_codes.index(KABUCHAI)].argmax())
        ]
        assert far not in named

    @given(scenarios())
    @settings(max_examples=30)
    def test_rows_never_exceed_one(self, scenario):
        found = run(scenario, held())
        assert (found.transfer <= 1 + 1e-9).all()
        assert all(conflict.asked > 1 for conflict in found.conflicts)
        assert all(conflict.leaders for conflict in found.conflicts)

    def test_moves_within_what_there_is_are_none(self, tables):
        moves = [
            WETANGULA | {"delivery": 0.5},
            WETANGULA | {"leader": "musalia-mudavadi", "delivery": 0.5, "origins": ["odinga"]},
        ]
        assert run(Scenario(cycle="2022", moves=moves), tables).conflicts == ()


# Two constituencies, 25 km apart, with 100 voters each: 50, 20 and 10 votes, 20 stayed away.
TINY = Base(
    election="2017",
    codes=("217", KABUCHAI),
    origins=("odinga", "kenyatta", "others", "absent", "entered"),
    voters=np.array([[50, 20, 10, 20, 0]] * 2),
    counties=np.array([0, 0]),
    county_codes=("039",),
    growth=np.array([0.1, -0.1]),
    area=np.array([True, True]),
    distance=np.array([[0.0, 25.0], [25.0, 0.0]]),
    sources=(),
    missing=(),
    adjusted=(),
)


@pytest.fixture
def tiny(tables, monkeypatch):
    """Run scenarios on the tiny base: votes per ticket, then who stays home, per unit."""
    monkeypatch.setattr(outcome, "load_base", lambda tables, cycle: TINY)

    def ran(**fields) -> dict[str, list[int]]:
        found = run(Scenario(cycle="2022", **fields), tables)
        placed = found.flows.sum(axis=1).tolist()
        return dict(zip(found.base.codes, placed, strict=True))

    return ran


class TestByHand:
    def test_nobody_moves(self, tiny):
        assert tiny() == {KABUCHAI: [50, 20, 0, 10, 20], "217": [50, 20, 0, 10, 20]}

    def test_a_move_at_home_and_at_its_reach(self, tiny):
        """Home: 60% of 50 and of 10 go over; of the rest of both, half stays at home.

        At the reach 1/e of them listens: of 50, 11.04 go over and 3.68 stay at home, which is
        35, 11 and 4 in whole voters; of 10, 2.21 and 0.74: 7, 2 and 1.
        """
        found = tiny(moves=[WETANGULA | {"delivery": 0.6, "rest_home": 0.5}])
        assert found[KABUCHAI] == [10, 30 + 20 + 6, 0, 2, 20 + 10 + 2]
        assert found["217"] == [35, 11 + 20 + 2, 0, 7, 20 + 4 + 1]

    def test_a_move_that_is_the_same_everywhere(self, tiny):
        found = tiny(moves=[WETANGULA | {"delivery": 0.6, "spread": "flat"}])
        assert found[KABUCHAI] == found["217"] == [20, 30 + 20 + 6, 0, 4, 20]

    def test_a_move_from_one_column(self, tiny):
        found = tiny(moves=[WETANGULA | {"delivery": 0.6, "spread": "flat", "origins": ["odinga"]}])
        assert found["217"] == [20, 50, 0, 10, 20]

    def test_a_third_ticket_takes_from_all(self, tiny):
        found = tiny(third={"home": KABUCHAI, "delivery": 0.5, "spread": "flat"})
        assert found["217"] == [25, 10, 40, 5, 20]

    def test_inheritance_then_a_move(self, tiny):
        """Half of 50 goes to the government first; the move then takes 40% of the other half."""
        found = tiny(
            inheritance=[{"origin": "odinga", "shares": [0.5, 0.5, 0, 0]}],
            moves=[WETANGULA | {"delivery": 0.4, "spread": "flat", "origins": ["odinga"]}],
        )
        assert found["217"] == [15, 20 + 25 + 10, 0, 10, 20]

    def test_turnout(self, tiny):
        """30 of 50 vote; of the 20 who stayed away half vote as those who voted, 30:20:10."""
        found = tiny(turnout=[{"origin": "odinga", "rate": 0.6}, {"origin": "absent", "rate": 0.5}])
        assert found["217"] == [30 + 5, 20 + 3, 0, 10 + 2, 20 + 10]

    def test_absentees_with_a_mind_of_their_own(self, tiny):
        found = tiny(
            turnout=[{"origin": "absent", "rate": 0.5}],
            inheritance=[{"origin": "absent", "shares": [0, 1, 0, 0]}],
        )
        assert found["217"] == [50, 30, 0, 10, 10]

    def test_a_register_that_grows_or_shrinks(self, tiny):
        """217 gains 10 of whom 80% vote, 5:2:1; Kabuchai loses a tenth of every column."""
        found = tiny(roll="grown")
        assert found["217"] == [50 + 5, 20 + 2, 0, 10 + 1, 20 + 2]
        assert found[KABUCHAI] == [45, 18, 0, 9, 18]

    def test_set_by_hand(self, tiny):
        found = tiny(overrides=[{"code": KABUCHAI, "votes": [10, 60, 0, 5]}])
        assert found[KABUCHAI] == [10, 60, 0, 5, 25]
        assert found["217"] == [50, 20, 0, 10, 20]

    def test_more_by_hand_than_there_are(self, tiny):
        with pytest.raises(ValueError, match=r"218.*exceed"):
            tiny(overrides=[{"code": KABUCHAI, "votes": [101, 0, 0, 0]}])


class TestDistances:
    def test_ikolomani_to_kabuchai(self, tables, rows):
        """On a sphere, from the table's longitudes and latitudes."""
        places = {row["code"]: row for row in rows("constituencies")}
        one, other = (
            [math.radians(float(places[code][axis])) for axis in ("lat", "lon")]
            for code in (IKOLOMANI, KABUCHAI)
        )
        half = (
            math.sin((one[0] - other[0]) / 2) ** 2
            + math.cos(one[0]) * math.cos(other[0]) * math.sin((one[1] - other[1]) / 2) ** 2
        )
        km = 2 * 6371 * math.asin(math.sqrt(half))
        base = base_of("2027")
        place = base.area_codes.index
        assert base.distance[place(IKOLOMANI), place(KABUCHAI)] == pytest.approx(km, rel=0.01)
        assert 40 < km < 100

    def test_they_are_distances(self):
        distance = base_of("2022").distance
        assert distance.shape == (38, 38)
        assert (np.diag(distance) == 0).all()
        assert np.allclose(distance, distance.T)
        assert distance.max() < 200

    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize("reach", [0.1, 25.0, 500.0])
    def test_every_shape_is_one_at_home_and_1_over_e_at_the_reach(self, shape, reach):
        left = decay(np.array([0.0, reach]), reach, shape)
        assert left.tolist() == pytest.approx([1, 1 / math.e])
        along = decay(np.linspace(0, 10 * reach, 200), reach, shape)
        assert (np.diff(along) <= 1e-12).all()
        assert (along >= 0).all()

    @pytest.mark.parametrize("reach", [0, -1])
    def test_a_reach_is_more_than_nothing(self, reach):
        with pytest.raises(ValueError, match="more than 0 km"):
            decay(np.array([1.0]), reach, "exponential")


def test_a_lock_keeps_every_flow_of_the_seat(tables):
    start = presets.preset("jan-2022", tables).scenario
    before = run(start, tables)
    unit = before.base.position["220"]
    votes = tuple(int(v) for v in before.votes[unit])
    locked = run(start.but(overrides=[Override(code="220", votes=votes, kind="lock")]), tables)
    assert (locked.flows == before.flows).all()


def test_an_override_moves_no_more_voters_than_it_must(tables):
    start = presets.preset("jan-2022", tables).scenario
    before = run(start, tables)
    unit = before.base.position["220"]
    votes = before.votes[unit] + np.array([-1000, 400, 0, 0])
    override = Override(code="220", votes=tuple(int(v) for v in votes))
    after = run(start.but(overrides=[override]), tables)
    moved = np.abs(after.flows[unit] - before.flows[unit]).sum() / 2
    assert 1000 <= moved <= 1000 + after.flows[unit].size  # rounding moves single voters
