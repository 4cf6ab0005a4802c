"""Draws of synthetic units: voters conserved, errors of the stated sizes, the same by any road."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulembe.engine import Engine
from mulembe.scenario import draw
from mulembe.scenario.draw import BINS, QUANTILES, VOTERS_LIMIT, Units, draw_votes
from mulembe.scenario.model import Uncertainty

NONE = Uncertainty(**dict.fromkeys(Uncertainty.model_fields, 0.0))
SIZES = Uncertainty(
    region=0.3,
    county=0.3,
    constituency=0.4,
    turnout_region=0.2,
    turnout_county=0.1,
    turnout_constituency=0.15,
)
LEVELS = ("region", "county", "constituency")
MANY = 40_000


def alike(units, shares=(0.5, 0.3, 0.15, 0.05), turnout=0.7, register=VOTERS_LIMIT, county=None):
    return Units(
        np.tile(shares, (units, 1)),
        np.full(units, turnout),
        np.full(units, register),
        np.zeros(units, dtype=int) if county is None else np.asarray(county),
    )


def each(units):
    """Every unit as a group of its own: its votes in every draw."""
    return np.eye(len(units), dtype=bool)


def log_ratios(votes, a=0, b=1):
    return np.log(votes[:, a] / votes[:, b])


def logit_turnout(votes, register):
    turnout = votes.sum(axis=1) / register
    return np.log(turnout / (1 - turnout))


def same(a, b):
    return all(
        np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True)
        for name in ("levels", "wins", "votes")
    )


@st.composite
def electorates(draw_):
    count = draw_(st.integers(1, 6))
    weights = st.one_of(st.just(0), st.floats(1e-4, 1))
    shares = []
    for _ in range(count):
        row = np.array(draw_(st.tuples(weights, weights, weights, weights)))
        shares.append(row / row.sum() if row.sum() else row)
    turnout = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.01, 0.999))
    register = st.one_of(st.integers(0, 20), st.integers(0, VOTERS_LIMIT))
    return Units(
        np.array(shares),
        np.array([draw_(turnout) for _ in range(count)]),
        np.array([draw_(register) for _ in range(count)]),
        np.array([draw_(st.integers(0, 2)) for _ in range(count)]),
    )


@given(electorates(), st.floats(0, 3), st.integers(0, 2**31 - 1))
def test_votes_are_whole_and_never_exceed_the_register(units, size, seed):
    sizes = Uncertainty(**dict.fromkeys(Uncertainty.model_fields, size))
    counts = draw_votes(units, sizes, 64, seed, each(units))
    assert counts.votes.dtype == np.int32
    assert (counts.votes >= 0).all()
    total = counts.votes.sum(axis=1)
    assert (total <= units.register[:, None]).all()
    full = (units.turnout == 1) & ~units.empty
    assert (total[full] > units.register[full, None] - 4).all()
    assert (total[units.empty] == 0).all()
    assert (counts.votes[units.shares == 0] == 0).all()
    lead = counts.votes.max(axis=1) > 0
    assert (counts.wins.sum(axis=1) >= lead.sum(axis=1)).all()


@given(electorates(), st.integers(0, 2**31 - 1))
def test_zero_and_one_stay_so(units, seed):
    counts = draw_votes(units, SIZES, 64, seed)
    shares, turnout = counts.levels[:, :-1], counts.levels[:, -1]
    there = ~units.empty
    assert np.isnan(shares[~there]).all()
    assert (shares[there][units.shares[there] == 0] == 0).all()
    assert (shares[there][units.shares[there] == 1] == 1).all()
    assert (turnout[there & (units.turnout == 1)] == 1).all()
    assert (counts.wins[~there] == 0).all()


@given(electorates())
def test_without_uncertainty_every_draw_is_the_point(units):
    counts = draw_votes(units, NONE, 20, 1, each(units))
    exact = units.shares * (units.turnout * units.register)[:, None]
    exact[units.empty] = 0
    assert (np.ptp(counts.votes, axis=2) == 0).all()
    off = exact - counts.votes[:, :, 0]
    assert (off > -1).all()
    assert (off < 2).all()  # rounded down, from single precision
    there = ~units.empty
    expected = np.column_stack([units.shares, units.turnout])[there, :, None]
    assert np.allclose(counts.levels[there], expected, atol=1e-6)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("pair", [(0, 1), (0, 3), (2, 3)])
def test_each_level_has_its_stated_spread(level, pair):
    units = alike(2)
    sizes = NONE.model_copy(update={level: 0.4, f"turnout_{level}": 0.25})
    votes = draw_votes(units, sizes, MANY, 5, each(units)).votes
    ratios = log_ratios(votes, *pair)
    assert ratios.std(axis=1) == pytest.approx(0.4, rel=0.02)
    assert ratios.mean(axis=1) == pytest.approx(ratios.mean(), abs=0.01)
    turnout = logit_turnout(votes, VOTERS_LIMIT)
    assert turnout.std(axis=1) == pytest.approx(0.25, rel=0.02)


def test_levels_add_up_and_bind_units_of_a_county():
    units = alike(4, county=[0, 0, 3, 3])
    votes = draw_votes(units, SIZES, MANY, 6, each(units)).votes
    ratios, turnout = log_ratios(votes), logit_turnout(votes, VOTERS_LIMIT)
    total = 0.3**2 + 0.3**2 + 0.4**2
    assert ratios.std(axis=1) == pytest.approx(total**0.5, rel=0.02)
    assert turnout.std(axis=1) == pytest.approx((0.2**2 + 0.1**2 + 0.15**2) ** 0.5, rel=0.02)
    together = np.corrcoef(ratios)
    assert together[0, 1] == pytest.approx((0.3**2 + 0.3**2) / total, abs=0.02)
    assert together[2, 3] == pytest.approx((0.3**2 + 0.3**2) / total, abs=0.02)
    assert together[[0, 0, 1, 1], [2, 3, 2, 3]] == pytest.approx(0.3**2 / total, abs=0.02)
    assert abs(np.corrcoef(ratios[0], turnout[0])[0, 1]) < 0.02


def test_errors_are_normal_and_independent_over_blocks_and_chunks():
    sizes = NONE.model_copy(update={"constituency": 1.0})
    units = alike(draw.BLOCK + 1)
    votes = draw_votes(units, sizes, MANY, 7, each(units)[[0, draw.BLOCK]]).votes
    ratios = log_ratios(votes) - np.log(0.5 / 0.3)
    for sigmas, below in ((-1.645, 0.05), (0, 0.5), (1, 0.8413), (2.326, 0.99)):
        assert (ratios < sigmas).mean() == pytest.approx(below, abs=0.005)
    assert abs(np.corrcoef(ratios)[0, 1]) < 0.02
    first, second = ratios[0, : draw.CHUNK], ratios[0, draw.CHUNK : 2 * draw.CHUNK]
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.03


def test_quantiles_are_within_half_a_bin():
    units = alike(6, shares=(0.48, 0.4, 0.1, 0.02), county=range(6))
    for n in (999, MANY):
        counts = draw_votes(units, SIZES, n, 8, each(units))
        shares = counts.votes / counts.votes.sum(axis=1, keepdims=True)
        turnout = counts.votes.sum(axis=1, keepdims=True) / VOTERS_LIMIT
        for drawn, found in ((shares, counts.levels[:, :-1]), (turnout, counts.levels[:, -1:])):
            exact = np.quantile(drawn, QUANTILES, axis=2, method="inverted_cdf")
            error = np.abs(np.moveaxis(exact, 0, 2) - found)
            assert error.max() <= 0.5 / BINS + 1e-5
            assert error.max() < 5e-4  # 0.05 points


def test_a_one_point_seat_flips_in_some_draws_but_not_in_all():
    units = alike(1, shares=(0.50, 0.49, 0.01, 0), register=60_000)
    counts = draw_votes(units, SIZES, 10_000, 9, each(units))
    assert 5_000 < counts.wins[0, 0] < 5_500
    assert counts.wins[0, :2].sum() == 10_000
    assert counts.wins[0, 0] == (counts.votes[0].argmax(axis=0) == 0).sum()


def test_a_tie_goes_to_the_first():
    units = alike(1, shares=(0, 0.5, 0.5, 0), register=100)
    assert draw_votes(units, NONE, 7, 1).wins.tolist() == [[0, 7, 0, 0]]


def test_a_lever_meets_the_same_errors():
    before = alike(3, shares=(0.4, 0.4, 0.1, 0.1))
    after = alike(3, shares=(0.4, 0.4, 0.1, 0.1), register=VOTERS_LIMIT)
    after.shares[1] = (0.41, 0.39, 0.1, 0.1)
    a = draw_votes(before, SIZES, 500, 3, each(before)).votes
    b = draw_votes(after, SIZES, 500, 3, each(after)).votes
    assert np.array_equal(a[[0, 2]], b[[0, 2]])
    assert (b[1, 0] > a[1, 0]).all()
    moved = log_ratios(b) - log_ratios(a)
    assert moved[1] == pytest.approx(np.log(0.41 / 0.39), abs=1e-4)


def test_the_seed_is_the_draw():
    units = alike(3, county=[0, 1, 1])
    first = draw_votes(units, SIZES, 300, 1, each(units))
    draw._cache.clear()
    assert same(first, draw_votes(units, SIZES, 300, 1, each(units)))
    other = draw_votes(units, SIZES, 300, 2, each(units))
    assert (first.votes != other.votes).mean() > 0.9


@pytest.fixture(scope="module")
def long():
    """Units and draws enough for several blocks, and for several jobs of each."""
    count = draw.BLOCK + 5
    spread = np.random.default_rng(4).dirichlet([3, 2, 1, 0.5], count)
    units = Units(spread, np.linspace(0, 1, count), np.arange(count) * 90, np.arange(count) // 9)
    n = draw.CHUNK * draw.CHUNKS_A_JOB + 1000
    groups = units.county == np.arange(8)[:, None]
    return units, SIZES, n, 12, groups, draw_votes(units, SIZES, n, 12, groups)


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_workers_do_not_change_the_answer(long, backend):
    *work, serial = long
    assert same(serial, draw_votes(*work, Engine(backend, 2)))


def test_the_size_of_jobs_does_not_change_the_answer(long, monkeypatch):
    *work, serial = long
    monkeypatch.setattr(draw, "CHUNKS_A_JOB", 2)
    monkeypatch.setattr(draw, "_CELLS", 100_000)
    assert same(serial, draw_votes(*work))


def test_a_dask_cluster_gives_the_same_answer():
    distributed = pytest.importorskip("distributed")
    units = alike(draw.BLOCK + 3, register=5000)
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    )
    with cluster:
        engine = Engine("dask", 2, cluster.scheduler_address)
        found = draw_votes(units, SIZES, 2000, 1, each(units), engine)
    assert same(found, draw_votes(units, SIZES, 2000, 1, each(units)))


def test_the_cache_holds_no_more_than_its_limit():
    cache = draw._Cache(1000)
    for key in range(20):
        cache.get((key,), lambda: np.zeros(50), keep=True)
    assert sum(array.nbytes for array in cache._held.values()) <= 1000
    assert (19,) in cache._held
    cache.get((99,), lambda: np.zeros(1), keep=False)
    assert (99,) not in cache._held


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="3,000,001 voters"):
        alike(1, register=VOTERS_LIMIT + 1)
    with pytest.raises(ValueError, match="at least one draw"):
        draw_votes(alike(1), SIZES, 0, 1)
    with pytest.raises(ValueError, match="'spark' is not a backend"):
        Engine("spark")
    with pytest.raises(ValueError, match="at least one worker"):
        Engine("loky", 0)
