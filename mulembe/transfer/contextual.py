"""The model of vote transfer: loyal groups of voters who lean with the place they live in.

In unit u a voter of origin r goes to destination c with probability proportional to
exp(theta[r, c] + w[u, c]): ``theta`` is shared by all units, the lean w by all origins of a unit.
Of the lean a part follows from the unit's make-up: where more voters of r live, the others lean
towards where r goes, ``context`` times as strongly as r itself (the contextual effect, which a
regression of totals on totals mistakes for loyalty). The rest is overdispersion: of n voters the
destinations vary 1 + OVERDISPERSION * n times as much as those of independent voters would, times a
factor found from the data. Sizes count relative to the mean unit, which is taken as VOTERS voters:
what units differ by is mostly not the luck of the draw, so that ten times as many voters in as many
units are not ten times as much evidence, and counts in thousands give the same answer.

``theta`` maximises the penalised quasi-likelihood (Gauss-Newton with the full covariance of each
unit's destinations; Breslow and Clayton 1993), with a normal prior of precision RIDGE around
independence or, for a group of units, around the table of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

OVERDISPERSION = 0.005
VOTERS = 500
RIDGE = 1.0
_NUGGET = 0.3  # voters; keeps the covariance of the smallest units regular
_STEPS, _LONGEST, _CLOSE, _DAMPING = 40, 1.5, 5e-3, 0.01
_PRIOR = 5.0  # numbers that would tell the dispersion to be 1
_STARTS = 10  # rounds towards a first guess
_BLOCK = 1024  # units worked on at a time


class Votes(NamedTuple):
    """Origins (units x R), destinations (units x C) with equal row sums, and possible flows.

    ``possible`` (R x C) is True where voters of an origin can be found at a destination.
    """

    x: np.ndarray
    y: np.ndarray
    possible: np.ndarray

    def of(self, which: np.ndarray | slice) -> Votes:
        """The votes of some units."""
        return Votes(self.x[which], self.y[which], self.possible)


@dataclass(frozen=True)
class Fit:
    """The log-odds of a set of units and how well they are known.

    ``theta`` is R x C with rows centred on 0; ``precision`` (RC x RC) its information, prior
    included; ``change`` (RC x (1 + RC)) how theta answers to more context and to a further effect
    of each origin's share on the lean. ``misfit`` is the weighted sum of squared misses over
    ``free`` numbers, ``evidence`` the logarithm of the marginal likelihood (Laplace): of all units
    with the dispersion that fits, of a group with the given one. ``steps`` and ``last`` (largest
    change of a log-odds) tell of convergence.
    """

    context: float
    theta: np.ndarray
    precision: np.ndarray
    change: np.ndarray
    misfit: float
    free: int
    evidence: float
    steps: int
    last: float

    @property
    def converged(self) -> bool:
        """Whether no log-odds changed by more than 0.005 in the last step."""
        return self.last < _CLOSE

    @property
    def dispersion(self) -> float:
        """Size of the misses against the model's, drawn a little towards 1 where units are few."""
        return drawn_to_one(self.misfit, self.free)


def drawn_to_one(misfit: float, free: int) -> float:
    """Mean of squared misses, as if a few more had been as large as expected."""
    return (misfit + _PRIOR) / (free + _PRIOR)


def probabilities(votes: Votes, theta: np.ndarray, context: float) -> np.ndarray:
    """Row probabilities in each unit (units x R x C), its own lean left aside.

    ``votes`` are those of all units that share ``theta``.
    """
    middle = votes.x.sum(axis=0) / votes.x.sum()
    return _odds(votes, theta, middle, context)


def _odds(votes: Votes, theta: np.ndarray, middle: np.ndarray, context: float) -> np.ndarray:
    away = votes.x / votes.x.sum(axis=1, keepdims=True) - middle
    logits = theta + context * (away @ (theta - middle @ theta))[:, None, :]
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True)) * votes.possible
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def fit(
    votes: Votes,
    context: float,
    *,
    dispersion: float = 1.0,
    around: np.ndarray | None = None,
    ridge: float = RIDGE,
    start: np.ndarray | None = None,
) -> Fit:
    """Estimate the log-odds.

    Every unit and option has voters, and every origin a possible destination. ``around`` (R x C)
    is the middle of the prior of theta, whose precision is ``ridge``; independence when not given.
    ``start`` is a first guess of theta.
    """
    scale = VOTERS / (votes.x.sum() / len(votes.x))
    votes = Votes(votes.x * scale, votes.y * scale, votes.possible)
    options = votes.y.shape[1]
    alone = around is None
    if around is None:
        around = _centred(np.log((votes.y.sum(axis=0) + 0.5) / (votes.y.sum() + 0.5 * options)))
        around = np.tile(around, (len(votes.possible), 1))
    theta = _guess(votes) if start is None else start
    step, last, pace, before = 0, np.inf, 1.0, np.zeros_like(theta)
    while step < _STEPS:
        step += 1
        held = _information(votes, theta, context)
        precision = held.precision / dispersion
        precision[np.diag_indices_from(precision)] += ridge
        pull = held.score / dispersion - ridge * (theta - around).ravel()
        damped = precision + _DAMPING * np.diag(np.diag(precision))
        move = np.linalg.solve(damped, pull).reshape(theta.shape)
        last = float(np.abs(move).max())
        if last < _CLOSE:
            break
        turned = float((move * before).sum()) < 0  # the step before went too far
        pace = pace / 2 if turned else min(1.0, 1.5 * pace)
        before = move
        theta = _centred(theta + move * min(pace, _LONGEST / last))
    free = len(votes.x) * (options - 1)
    cross = _information(votes, theta, context, leaning=True).cross
    change = -np.linalg.solve(precision, cross / dispersion)
    fitted = Fit(context, theta, precision, change, held.misfit, free, 0.0, step, last)
    assumed = fitted.dispersion if alone else dispersion
    evidence = _evidence(held, fitted, assumed, ridge * float(((theta - around) ** 2).sum()), ridge)
    return Fit(context, theta, precision, change, held.misfit, free, evidence, step, last)


def _evidence(
    held: _Information, one: Fit, dispersion: float, departures: float, ridge: float
) -> float:
    """Laplace's approximation of the log marginal likelihood; ``departures`` from the prior."""
    precision = held.precision / dispersion
    precision[np.diag_indices_from(precision)] += ridge
    return -0.5 * float(
        one.misfit / dispersion
        + one.free * np.log(dispersion)
        + held.determinant
        + departures
        + np.linalg.slogdet(precision)[1]
        - len(precision) * np.log(ridge)
    )


def _centred(theta: np.ndarray) -> np.ndarray:
    return np.asarray(theta - theta.mean(axis=-1, keepdims=True))


def _guess(votes: Votes) -> np.ndarray:
    """A few rounds of expectation and maximisation with fitted tables, from independence."""
    x, y, possible = votes
    odds = np.tile(y.sum(axis=0) / y.sum(), (x.shape[1], 1))
    for _ in range(_STARTS):
        tables = x[:, :, None] * odds * possible
        for _ in range(2):
            tables *= _over(y, tables.sum(axis=1))[:, None, :]
            tables *= _over(x, tables.sum(axis=2))[:, :, None]
        odds = tables.sum(axis=0) + 0.1
        odds /= odds.sum(axis=1, keepdims=True)
    return _centred(np.log(odds))


def _over(wanted: np.ndarray, held: np.ndarray) -> np.ndarray:
    found = np.zeros(held.shape)
    np.divide(wanted, held, out=found, where=held > 0)
    return found


class _Information(NamedTuple):
    """Sums over units at some theta: what they tell of theta, and how far off they are."""

    precision: np.ndarray  # RC x RC
    score: np.ndarray  # RC
    cross: np.ndarray  # RC x (1 + RC), with context and with further leans; only where asked for
    misfit: float
    determinant: float


def _information(
    votes: Votes, theta: np.ndarray, context: float, *, leaning: bool = False
) -> _Information:
    middle = votes.x.sum(axis=0) / votes.x.sum()
    parts = [
        _block(votes.of(slice(first, first + _BLOCK)), theta, middle, context, leaning)
        for first in range(0, len(votes.x), _BLOCK)
    ]
    return _Information(*(sum(column[1:], column[0]) for column in zip(*parts, strict=True)))


def _block(
    votes: Votes, theta: np.ndarray, middle: np.ndarray, context: float, leaning: bool
) -> _Information:
    x, y, _ = votes
    units, options = y.shape
    size = theta.size
    diagonal = np.arange(options)
    away = x / x.sum(axis=1, keepdims=True) - middle
    odds = _odds(votes, theta, middle, context)
    tables = x[:, :, None] * odds
    expected = tables.sum(axis=1)
    by_columns = tables.transpose(0, 2, 1)
    spread = -by_columns @ odds
    spread[:, diagonal, diagonal] += expected
    covariance = spread * (1 + OVERDISPERSION * x.sum(axis=1))[:, None, None]
    covariance += (np.trace(spread, axis1=1, axis2=2) / options**2)[:, None, None]
    covariance[:, diagonal, diagonal] += _NUGGET
    by_lean = (away[:, None, :, None] * spread[:, :, None, :]).reshape(units, options, size)
    by_theta = -by_columns[:, :, :, None] * odds[:, None, :, :]
    by_theta[:, diagonal, :, diagonal] += tables.transpose(2, 0, 1)
    by_theta = by_theta.reshape(units, options, size) + context * by_lean
    by_theta = by_theta.reshape(units * options, size)
    misses = (y - expected).reshape(-1, 1)
    both = np.concatenate([by_theta, misses], axis=1).reshape(units, options, size + 1)
    solved = np.linalg.solve(covariance, both).reshape(-1, size + 1)
    cross = np.zeros((size, 1 + size))
    if leaning:
        by_context = spread @ (away @ (theta - middle @ theta))[:, :, None]
        cross = solved[:, :size].T @ np.concatenate([by_context, by_lean], axis=2).reshape(
            -1, 1 + size
        )
    return _Information(
        solved[:, :size].T @ by_theta,
        (solved[:, :size].T @ misses)[:, 0],
        cross,
        float(misses[:, 0] @ solved[:, size]),
        float(np.linalg.slogdet(covariance)[1].sum()),
    )
