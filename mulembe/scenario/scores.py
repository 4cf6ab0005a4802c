"""Scores of what was worked out: errors of a log-ratio, intervals, chances, CRPS and Brier.

>>> round(float(crps(np.array([[0.4]]), np.array([0.7]))[0]), 3)
0.3

Shares are units x 3 in the order opposition, government, others. An error is that of the log-ratio
of the government's share to the opposition's; it is taken as normal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

FLOOR = 0.005  # smaller shares are taken as this before a log-ratio
LEVEL = 0.9  # of the intervals


def log_ratio(worked_out: np.ndarray) -> np.ndarray:
    """Log of the government's share over the opposition's; columns as at the top."""
    pair = np.maximum(worked_out[:, :2], FLOOR)
    return np.asarray(np.log(pair[:, 1] / pair[:, 0]))


@dataclass(frozen=True)
class Sizes:
    """Standard deviations of errors: one for each county, one for each constituency."""

    county: float
    constituency: float

    @property
    def together(self) -> float:
        """Size of the error of a constituency in a county not seen before."""
        return float(np.hypot(self.county, self.constituency))


def sizes(errors_found: np.ndarray, counties: np.ndarray, centre: float = 0.0) -> Sizes:
    """Split errors around a known centre into counties and constituencies, by moments.

    The constituency's variance is that within counties; the county's is the mean square of the
    county means less what constituencies alone would give, and 0 where that is negative.

    >>> found = sizes(np.array([1.0, 3.0, -1.0, -3.0]), np.array(["a", "a", "b", "b"]))
    >>> round(found.county, 3), round(found.constituency, 3)
    (1.732, 1.414)
    """
    groups = [errors_found[counties == county] - centre for county in np.unique(counties)]
    spare = sum(len(group) - 1 for group in groups)
    within = sum(float(((group - group.mean()) ** 2).sum()) for group in groups) / spare
    between = float(np.mean([group.mean() ** 2 - within / len(group) for group in groups]))
    return Sizes(max(0.0, between) ** 0.5, within**0.5)


def stretch(sized: np.ndarray) -> float:
    """How many times wider than the normal's the 90% interval of these errors is.

    ``sized`` are errors over their sizes. The level is that of an interval for one error more: the
    ceil(0.9 (n + 1))-th smallest of n, or the largest (split conformal prediction, Vovk 2005).
    """
    ordered = np.sort(np.abs(sized))
    rank = min(len(ordered), int(np.ceil(LEVEL * (len(ordered) + 1))))
    return float(ordered[rank - 1]) / _normal((1 + LEVEL) / 2)


def quantiles(worked_out: np.ndarray, size: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Quantiles of the government's share when its log-ratio to the opposition errs normally.

    ``worked_out`` is units x 3 shares, ``size`` a standard deviation per unit; the others' share
    stays. Returns units x levels.
    """
    normal = np.array([_normal(level) for level in levels])
    ratio = log_ratio(worked_out)[:, None] + np.asarray(size)[:, None] * normal
    return np.asarray((1 - worked_out[:, 2, None]) / (1 + np.exp(-ratio)))


_normal: Callable[[float], float] = lru_cache(maxsize=4096)(NormalDist().inv_cdf)


def interval(worked_out: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of the 90% interval of the government's share."""
    low, high = quantiles(worked_out, size, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).T
    return low, high


def coverage(low: np.ndarray, high: np.ndarray, actual: np.ndarray) -> float:
    """The fraction of units whose actual value lies in the interval, ends included."""
    return float(np.mean((low <= actual) & (actual <= high)))


STEPS = tuple((step + 0.5) / 1000 for step in range(1000))


def crps(values: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score per unit, in the unit of the values; smaller is better.

    ``values`` is units x n quantiles, at n evenly spaced levels (i + 0.5) / n. Where they are all
    one number it is the absolute error.

    Notes
    -----
    Twice the mean pinball loss over the levels (Gneiting and Raftery 2007; Laio and Tamea 2007).
    """
    count = values.shape[1]
    levels = (np.arange(count) + 0.5) / count
    gap = values - np.asarray(actual)[:, None]
    return np.asarray(2 * (((gap > 0) - levels) * gap).mean(axis=1))


def own_sizes(
    errors_found: np.ndarray, counties: np.ndarray, groups: np.ndarray, *, stretched: bool = True
) -> np.ndarray:
    """Size of the error per unit, from the errors of the units in other groups.

    Stretched by as much as the others' errors have more in the tails than the normal; theirs are
    measured by sizes that leave out both groups.
    """
    found = np.zeros(len(errors_found))
    for unit in range(len(found)):
        others = groups != groups[unit]
        seen, theirs, alike = errors_found[others], counties[others], groups[others]
        found[unit] = sizes(seen, theirs).together
        if stretched:
            without = {
                group: sizes(seen[alike != group], theirs[alike != group]).together
                for group in np.unique(alike)
            }
            found[unit] *= stretch(seen / [without[group] for group in alike])
    return found


def chance(worked_out: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Chance that the government is ahead of the opposition, 0 to 1 per unit.

    >>> chance(np.array([[0.45, 0.45, 0.1]]), np.array([0.5]))
    array([0.5])
    """
    return np.array(
        [_BELOW(ratio / s) for ratio, s in zip(log_ratio(worked_out), size, strict=True)]
    )


def brier(chances: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Squared gap between a chance and what happened (True or False), per unit.

    0 is best, 1 worst; always saying a half gives 0.25 (Brier 1950).
    """
    return np.asarray((chances - np.asarray(happened, dtype=float)) ** 2)


_BELOW = NormalDist().cdf
