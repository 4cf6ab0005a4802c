"""Each score against numbers worked out by hand, and against another package's."""

from __future__ import annotations

from math import erf, log, pi, sqrt
from statistics import NormalDist

import numpy as np
import pytest
import scoringrules

from mulembe.scenario import scores


def test_sizes_by_hand():
    counties = np.array(["a", "a", "b", "b"])
    found = scores.sizes(np.array([1.0, 3.0, -1.0, -3.0]), counties)
    assert found.constituency == pytest.approx(sqrt(2))  # (1 + 1 + 1 + 1) / 2
    assert found.county == pytest.approx(sqrt(4 - 1))  # means 2 and -2, less 2 / 2
    assert found.together == pytest.approx(sqrt(5))
    assert scores.sizes(np.array([1.0, -1.0, 1.0, -1.0]), counties).county == 0
    assert scores.sizes(np.array([3.0, 5.0, 3.0, 5.0]), counties, centre=4).county == 0


def test_sizes_find_the_sizes_errors_were_drawn_with():
    random = np.random.default_rng(3)
    counties = np.repeat(np.arange(400), 8)
    errors = random.normal(0, 0.4, 400)[counties] + random.normal(0, 0.3, counties.size)
    found = scores.sizes(errors, counties)
    assert found.county == pytest.approx(0.4, rel=0.1)
    assert found.constituency == pytest.approx(0.3, rel=0.05)


def test_crps_by_hand():
    levels = (np.arange(4000) + 0.5) / 4000
    uniform = levels[None, :]  # of a uniform between 0 and 1: (y^3 + (1 - y)^3) / 3
    for actual in (0.0, 0.3, 0.5, 1.0):
        expected = (actual**3 + (1 - actual) ** 3) / 3
        assert scores.crps(uniform, np.array([actual]))[0] == pytest.approx(expected, abs=1e-4)
    normal = np.array([[NormalDist().inv_cdf(level) for level in levels]])
    for actual in (0.0, 1.5):  # Gneiting and Raftery 2007, equation 21
        density = np.exp(-(actual**2) / 2) / sqrt(2 * pi)
        expected = actual * erf(actual / sqrt(2)) + 2 * density - 1 / sqrt(pi)
        assert scores.crps(normal, np.array([actual]))[0] == pytest.approx(expected, abs=1e-3)
    assert scores.crps(np.full((1, 10), 0.4), np.array([0.7]))[0] == pytest.approx(0.3)


def test_intervals_by_hand():
    even = np.array([[0.45, 0.45, 0.10]])
    low, high = scores.interval(even, np.array([0.5]))
    reach = np.exp(1.6448536 * 0.5)
    assert high[0] == pytest.approx(0.9 * reach / (1 + reach))
    assert low[0] + high[0] == pytest.approx(0.9)
    assert scores.quantiles(even, np.array([0.5]), [0.5])[0, 0] == pytest.approx(0.45)
    low, high = scores.interval(even, np.array([0.0]))
    assert low == high == pytest.approx(0.45)


def test_coverage_by_hand():
    low, high = np.array([0.0, 0.2, 0.5, 0.5]), np.array([0.1, 0.4, 0.6, 0.6])
    assert scores.coverage(low, high, np.array([0.1, 0.3, 0.61, 0.49])) == 0.5


def test_stretch_by_hand():
    errors = np.arange(1, 20) / 10  # the 18th of 19, since 0.9 x 20 = 18
    assert scores.stretch(errors) == pytest.approx(1.8 / 1.6448536)
    assert scores.stretch(-errors) == scores.stretch(errors)
    assert scores.stretch(np.array([1.0, 2.0])) == pytest.approx(2 / 1.6448536)


def test_log_ratio_by_hand():
    assert scores.log_ratio(np.array([[0.3, 0.6, 0.1]]))[0] == pytest.approx(log(2))
    assert scores.log_ratio(np.array([[0.9, 0.0, 0.1]]))[0] == pytest.approx(log(0.005 / 0.9))


def test_chance_by_hand():
    shares = np.array([[0.3, 0.6, 0.1], [0.45, 0.45, 0.1], [0.6, 0.3, 0.1]])
    found = scores.chance(shares, np.full(3, log(2)))
    # A log-ratio of log 2 with a deviation of log 2 is one deviation ahead: 84.13%.
    assert found == pytest.approx([0.8413447, 0.5, 1 - 0.8413447])


def test_brier_by_hand():
    chances, happened = np.array([0.5, 0.9, 0.9, 0.0]), np.array([True, True, False, False])
    assert scores.brier(chances, happened) == pytest.approx([0.25, 0.01, 0.81, 0.0])
    assert scores.brier(chances, happened).mean() == pytest.approx(0.2675)


def test_sizes_of_others_by_hand():
    errors = np.array([1.0, 3.0, -1.0, -3.0, 2.0, 2.0])
    counties = np.array(["a", "a", "b", "b", "c", "c"])
    # Without county c: means 2 and -2, squares within 4 over 2 spare, so 2 and 4 - 1.
    found = scores.own_sizes(errors, counties, counties, stretched=False)
    assert found[4:] == pytest.approx([sqrt(5), sqrt(5)])
    spoilt = errors.copy()
    spoilt[4] = 99.0
    assert scores.own_sizes(spoilt, counties, counties)[4:] == pytest.approx(
        scores.own_sizes(errors, counties, counties)[4:]
    )


@pytest.mark.parametrize("actual", [0.0, 0.31, 0.5, 0.77])
def test_crps_and_brier_agree_with_scoringrules(actual):
    levels = (np.arange(999) + 0.5) / 999
    values = np.array([NormalDist(0.4, 0.12).inv_cdf(level) for level in levels])
    mine = scores.crps(values[None, :], np.array([actual]))[0]
    assert mine == pytest.approx(scoringrules.crps_quantile(actual, values, levels), abs=1e-12)
    assert mine == pytest.approx(scoringrules.crps_normal(actual, 0.4, 0.12), abs=1e-4)
    assert scores.brier(np.array([actual]), np.array([True]))[0] == pytest.approx(
        scoringrules.brier_score(1, actual)
    )
