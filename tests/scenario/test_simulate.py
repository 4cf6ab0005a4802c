"""A scenario's draws: what is held does not vary, and Article 138 is read in every draw."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulembe.scenario.draw import Units, draw_votes
from mulembe.scenario.model import CAMPS, TICKETS, Inheritance, Override, Scenario, Uncertainty
from mulembe.scenario.national import county_votes, gates, nation, second_round
from mulembe.scenario.outcome import run
from mulembe.scenario.simulate import runoff_winners, simulate

NONE = Uncertainty(**dict.fromkeys(Uncertainty.model_fields, 0.0))
SIZES = Uncertainty(
    region=0.3,
    county=0.3,
    constituency=0.4,
    turnout_region=0.2,
    turnout_county=0.1,
    turnout_constituency=0.15,
)
N = 2000


@pytest.fixture(scope="module")
def outcome(tables):
    return run(Scenario(cycle="2022"), tables)


@pytest.fixture(scope="module")
def draws(outcome):
    return simulate(outcome, SIZES, N)


def with_votes(outcome, votes):
    """An outcome with other votes (units x tickets); everyone else on the register stays home."""
    flows = np.zeros_like(outcome.flows)
    flows[:, 0, : len(TICKETS)] = votes
    return replace(outcome, flows=flows)


def test_shapes_and_parts(outcome, draws):
    assert draws.codes == outcome.base.area_codes
    for name in ("low", "median", "high", "wins"):
        assert getattr(draws, name).shape == (38, 4)
    assert draws.turnout.shape == (38, 3)
    assert draws.region.shape == draws.nation.shape == (N, 4)
    assert draws.region_range.shape == (3, 4)
    assert draws.counties == ("026", "037", "038", "039", "040")
    assert draws.county_range.shape == (5, 3, 4)
    assert (draws.low <= draws.median).all()
    assert (draws.median <= draws.high).all()
    assert draws.wins.sum(axis=1) == pytest.approx(1)
    assert draws.county_leads.sum(axis=1) == pytest.approx(1)
    assert draws.passes.sum() + draws.runoff == pytest.approx(1)
    assert draws.president.sum() == pytest.approx(1)
    assert (draws.region.sum(axis=1) <= outcome.register[outcome.inside].sum()).all()


def test_the_point_lies_in_the_middle(outcome, draws):
    area = outcome.base.area
    assert draws.median == pytest.approx(outcome.shares[area], abs=0.03)
    assert draws.region_range[1] == pytest.approx(outcome.total_shares(), abs=0.02)
    shares = draws.region / draws.region.sum(axis=1, keepdims=True)
    exact = np.quantile(shares, (0.05, 0.5, 0.95), axis=0, method="inverted_cdf")
    assert draws.region_range == pytest.approx(exact, abs=1e-12)


def test_without_uncertainty_the_draws_are_the_scenario(outcome):
    draws, area = simulate(outcome, NONE, 10), outcome.base.area
    missing = outcome.totals() - draws.region
    assert (missing >= 0).all()
    assert (missing <= 2 * outcome.inside.sum()).all()
    for levels in (draws.low, draws.median, draws.high):
        assert levels == pytest.approx(outcome.shares[area], abs=1e-6)
    assert (draws.wins.argmax(axis=1) == outcome.winners()[area]).all()
    winner = nation(outcome).everyone.winner
    assert draws.passes.tolist() == [float(ticket == winner) for ticket in TICKETS]


def test_a_constituency_set_by_hand_never_varies_and_leaves_the_others_alone(tables, draws):
    votes = (20_001, 10_002, 303, 4)
    scenario = Scenario(cycle="2022", overrides=[Override(code="199", votes=votes)])
    locked = simulate(run(scenario, tables), SIZES, N)
    row = locked.codes.index("199")
    share = np.array(votes) / sum(votes)
    assert locked.low[row].tolist() == locked.high[row].tolist() == share.tolist()
    assert locked.wins[row].tolist() == [1, 0, 0, 0]
    assert np.ptp(locked.turnout[row]) == 0
    others = np.arange(38) != row
    for name in ("low", "median", "high", "wins", "turnout"):
        assert np.array_equal(getattr(locked, name)[others], getattr(draws, name)[others])


def test_a_region_of_one_locked_constituency_has_its_votes(tables):
    votes = (20_001, 10_002, 303, 4)
    codes = [code for code in run(Scenario(cycle="2022"), tables).base.area_codes if code != "199"]
    scenario = Scenario(
        cycle="2022",
        region="west5" + "".join(f"-{code}" for code in codes),
        overrides=[Override(code="199", votes=votes)],
    )
    draws = simulate(run(scenario, tables), SIZES, 50)
    assert (draws.region == votes).all()
    assert np.ptp(draws.nation, axis=0).any()  # the 37 others still vary


def test_a_ticket_nobody_backs_gets_nothing(draws):
    third = TICKETS.index("third")
    assert not draws.high[:, third].any()
    assert not draws.region[:, third].any()


def test_another_seed_draws_otherwise(tables, draws):
    again = simulate(run(Scenario(cycle="2022"), tables), SIZES, N)
    assert np.array_equal(again.nation, draws.nation)
    other = simulate(run(Scenario(cycle="2022", seed=1), tables), SIZES, N)
    assert not np.array_equal(other.nation, draws.nation)
    assert other.median == pytest.approx(draws.median, abs=0.05)


def test_the_rest_of_the_nation_is_held_unless_told(outcome, draws):
    area = outcome.base.area
    outside = outcome.totals(~area)
    held = simulate(outcome, SIZES, N)
    assert (held.nation - held.region == outside).all()
    sizes = SIZES.model_copy(update={"rest": 0.3})
    drawn = simulate(outcome, sizes, N)
    assert np.array_equal(drawn.region, draws.region)
    rest = drawn.nation - drawn.region
    assert (rest.std(axis=0)[[0, 1, 3]] > 1000).all()
    total = rest.sum(axis=1)  # turnout is held; rounding down costs at most a vote in each cell
    assert (np.abs(total - outside.sum()) <= 2 * 4 * 42).all()
    assert rest.mean(axis=0)[:2] == pytest.approx(outside[:2], rel=0.02)


def test_a_county_outside_has_the_stated_spread(outcome):
    votes = outcome.votes.copy()
    nairobi = outcome.base.county_mask("047")
    votes[~nairobi & ~outcome.base.area] = 0
    one = with_votes(outcome, votes)
    drawn = simulate(one, NONE.model_copy(update={"rest": 0.25}), 20_000)
    rest = drawn.nation - drawn.region
    assert np.log(rest[:, 0] / rest[:, 1]).std() == pytest.approx(0.25, rel=0.02)


def test_gates_are_read_in_every_draw(tables):
    """Against every draw's constituencies, added up and judged one draw at a time."""
    inheritance = (
        Inheritance(origin="odinga", shares=(0.8, 0.1, 0.1, 0)),
        Inheritance(origin="kenyatta", shares=(0.19, 0.81, 0, 0)),
    )
    scenario = Scenario(cycle="2022", inheritance=inheritance, runoff=(0.5, 0.2, 0.3))
    outcome, n = run(scenario, tables), 300
    sizes, area = SIZES.model_copy(update={"region": 0.9}), outcome.base.area
    drawn = simulate(outcome, sizes, n)
    units = Units(
        outcome.shares[area],
        (outcome.valid / outcome.register)[area],
        outcome.register[area],
        outcome.base.counties[area],
    )
    ballots = draw_votes(units, sizes, n, scenario.seed, np.eye(38, dtype=bool)).votes
    ends = {"passes": np.zeros(4), "runoff_wins": np.zeros(4)}
    for i in range(n):
        votes = outcome.votes.copy()
        votes[area] = ballots[:, :, i]
        found = gates(county_votes(votes, outcome), scenario.runoff)
        assert drawn.nation[i].tolist() == found.votes.tolist()
        end, ticket = (
            ("passes", found.winner) if found.winner else ("runoff_wins", found.runoff[0][0])
        )
        ends[end][TICKETS.index(ticket)] += 1 / n
    assert 0 < drawn.runoff < 1
    assert drawn.passes == pytest.approx(ends["passes"])
    assert drawn.runoff_wins == pytest.approx(ends["runoff_wins"])
    assert drawn.runoff == pytest.approx(ends["runoff_wins"].sum())


def test_a_run_off_is_decided_by_plurality_not_by_the_quarter_rule(outcome):
    """More than half of the votes in 23 counties, none in the others: no winner, then a winner."""
    base = outcome.base
    sizes = np.bincount(base.counties, outcome.valid)
    largest = np.argsort(-sizes)[:23]
    votes = np.zeros_like(outcome.votes)
    behind = ~np.isin(base.counties, largest)
    votes[~behind, 1] = outcome.valid[~behind]
    votes[behind, 0] = outcome.valid[behind]
    draws = simulate(with_votes(outcome, votes), SIZES, 500)
    assert 2 * draws.nation[:, 1].min() > draws.nation[0].sum()
    assert draws.passes.tolist() == [0, 0, 0, 0]
    assert draws.runoff == 1
    assert draws.runoff_wins.tolist() == draws.president.tolist() == [0, 1, 0, 0]


votes_cast = st.integers(0, 10_000_000)
part = st.floats(0, 1 / 3).map(lambda v: round(v, 4))


@given(
    st.lists(st.tuples(votes_cast, votes_cast, votes_cast, votes_cast), min_size=1, max_size=5),
    st.tuples(part, part, part),
)
def test_run_offs_agree_with_the_one_at_a_time_reading(rows, runoff):
    votes = np.array(rows)
    expected = [CAMPS.index(second_round(row, runoff)[0][0]) for row in votes]
    assert runoff_winners(votes, runoff).tolist() == expected
