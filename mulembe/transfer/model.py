"""A fitted model over all units and groups, and random tables drawn from it.

How strong the contextual effect is, one set of totals tells only a little. It gets a prior
(CONTEXT, CONTEXT_SD), the model is fitted at several values, and these are weighted with the prior
times the marginal likelihood. The estimate is the weighted mean; the draws come from all of them.
How alike groups are is told by the marginal likelihood alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mulembe.engine import SERIAL, Engine, mapped
from mulembe.transfer.contextual import RIDGE, Fit, Votes, drawn_to_one, fit, probabilities
from mulembe.transfer.fitting import ROUNDS, fitted

CONTEXT, CONTEXT_SD = 0.35, 0.15
CONTEXTS = tuple(round(CONTEXT + CONTEXT_SD * step, 2) for step in (-2, -1, 0, 1, 2, 3))
WITHIN = CONTEXT_SD / 12**0.5  # a value stands for all up to halfway to the next
LIKENESS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # precisions of groups' log-odds around the whole's
LEAN_SD = 0.5  # of a further effect of each origin's share on the lean, in log-odds
LOOSE = 0.5  # part of the prior's precision that draws keep: with few units it claims too much
UNIT_SD = 0.3  # of the odds of a unit's own origins
LEAST_DISPERSION = 0.3
LIGHT = 0.01  # weight below which a value of the context is left out
MANY = 2048  # units; of more, as many tell the context
_UNITS = 64  # drawn at a time
_BATCH = 16  # jobs sent to a worker at once
_ROUNDS = 8


@dataclass(frozen=True)
class Node:
    """The fits at one value of the context: of all units and of the groups (none when one)."""

    weight: float
    pooled: Fit
    groups: tuple[Fit, ...]
    likeness: float  # precision of the groups around all
    context_sd: float  # how unsure the value is beside the other nodes

    @property
    def fits(self) -> tuple[Fit, ...]:
        """The fit of each group, or of all."""
        return self.groups or (self.pooled,)


@dataclass(frozen=True)
class Model:
    """Point estimate ``joint`` (units x R x C) and what is needed to draw others like it.

    Units and options without voters are left out of the fits; ``units``, ``rows`` and ``columns``
    say which are kept and in which order, ``group`` the group of each kept unit. ``nodes`` is empty
    when the margins leave nothing to estimate.
    """

    x: np.ndarray
    y: np.ndarray
    joint: np.ndarray
    nodes: tuple[Node, ...]
    group: np.ndarray
    units: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    possible: np.ndarray  # R x C of the kept options
    leans: float  # spread of the units' own leans, in log-odds
    seed: int

    @property
    def context(self) -> float:
        """Mean strength of the contextual effect."""
        return float(sum(node.weight * node.pooled.context for node in self.nodes))

    @property
    def dispersion(self) -> float:
        """Misses of the destinations against what the model expects of them (1: as expected)."""
        return float(
            sum(node.weight * _dispersion((node.pooled, *node.groups)) for node in self.nodes)
        )

    @property
    def steps(self) -> int:
        """Steps of the longest fit."""
        return max((one.steps for node in self.nodes for one in node.fits), default=0)

    @property
    def converged(self) -> bool:
        """Whether all fits came to rest."""
        return all(one.converged for node in self.nodes for one in (node.pooled, *node.fits))

    def drawn(self, which: np.ndarray, draws: int, engine: Engine = SERIAL) -> np.ndarray:
        """Random tables of some units, added up: draws x R x C."""
        if not self.nodes:
            whole = self.joint[which].sum(axis=0)
            return np.broadcast_to(whole, (draws, *whole.shape))
        total = np.zeros((len(self.rows), len(self.columns), draws))
        jobs = list(self._jobs(which, self._thetas(draws)))
        for part in mapped(_drawn, jobs, engine, _BATCH):
            total += part
        sums = np.zeros((draws, *self.joint.shape[1:]))
        sums[np.ix_(np.arange(draws), self.rows, self.columns)] = total.transpose(2, 0, 1)
        return sums

    def _jobs(self, which: np.ndarray, thetas: np.ndarray) -> Iterator[_Job]:
        wanted = np.flatnonzero(np.isin(self.units, which))
        wanted = wanted[np.argsort(self.group[wanted], kind="stable")]
        for some in np.array_split(wanted, -(-len(wanted) // _UNITS)) if len(wanted) else ():
            kept = self.units[some]
            held, group = np.unique(self.group[some], return_inverse=True)
            yield _Job(
                self.x[np.ix_(kept, self.rows)].T,
                self.y[np.ix_(kept, self.columns)].T,
                self.joint[np.ix_(kept, self.rows, self.columns)],
                thetas[held],
                group,
                [(self.seed, 1, int(unit)) for unit in some],
                self.possible,
            )

    def _thetas(self, draws: int) -> np.ndarray:
        """Random log-odds: groups x R x C x draws."""
        shape = len(self.nodes[0].fits), *self.nodes[0].pooled.theta.shape, draws
        thetas = np.empty(shape)
        random = np.random.default_rng((self.seed, 0))
        ends = np.cumsum([node.weight for node in self.nodes])
        owner = np.searchsorted(ends / ends[-1], (np.arange(draws) + 0.5) / draws)
        for number, node in enumerate(self.nodes):
            mine = np.flatnonzero(owner == number)
            if len(mine):
                thetas[..., mine] = _around(node, len(mine), random)
        return thetas


class _Job(NamedTuple):
    """Some units to draw tables of: counts, estimate, log-odds of their groups, random streams."""

    x: np.ndarray  # R x units
    y: np.ndarray  # C x units
    joint: np.ndarray  # units x R x C
    thetas: np.ndarray  # groups x R x C x draws
    group: np.ndarray
    streams: list[tuple[int, int, int]]
    possible: np.ndarray


def _drawn(job: _Job) -> np.ndarray:
    """Random tables of a job's units, added up: R x C x draws."""
    shape = job.thetas.shape[1:]
    noise = np.stack([np.random.default_rng(one).standard_normal(shape) for one in job.streams])
    noise *= np.sqrt(UNIT_SD**2 + 1 / (1 + job.joint))[..., None]
    logits = job.thetas[job.group] + noise
    odds = np.exp(logits - logits.max(axis=2, keepdims=True)).transpose(1, 2, 0, 3)
    tables = odds * job.x[:, None, :, None] * job.possible[:, :, None, None]
    return np.asarray(fitted(tables, job.x[:, :, None], job.y[:, :, None], _ROUNDS).sum(axis=2))


def _around(node: Node, draws: int, random: np.random.Generator) -> np.ndarray:
    """Random log-odds of a node: groups x R x C x draws."""
    shape = node.pooled.theta.shape
    push = random.standard_normal((1 + node.pooled.theta.size, draws)) * LEAN_SD
    push[0] *= node.context_sd / LEAN_SD
    whole = _departures(node.pooled, push, random, (1 - LOOSE) * RIDGE)
    found = []
    for one in node.fits:
        moved = whole
        if node.groups:
            borrowed = node.likeness * np.linalg.solve(one.precision, whole)
            moved = borrowed + _departures(one, push, random, 0)
        found.append((one.theta.ravel()[:, None] + moved).reshape(*shape, draws))
    return np.stack(found)


def _departures(
    one: Fit, push: np.ndarray, random: np.random.Generator, unclaimed: float
) -> np.ndarray:
    """Random departures from a fit's log-odds (RC x draws), by so much precision less sure."""
    root = np.linalg.cholesky(one.precision - unclaimed * np.eye(len(one.precision)))
    luck = np.linalg.solve(root.T, random.standard_normal((len(root), push.shape[1])))
    return np.asarray(one.change @ push + luck)


def fit_model(votes: Votes, groups: Sequence[str], seed: int) -> Model:
    """Fit all units and each group.

    Options are taken in the order of their totals and units in that of their counts, so that the
    answer does not hang on the order they came in.
    """
    x, y, possible = votes
    rows, columns = _held(x), _held(y)
    kept = np.flatnonzero(x.sum(axis=1))
    if kept.size:
        kept = kept[np.lexsort(np.hstack([x[np.ix_(kept, rows)], y[np.ix_(kept, columns)]]).T)]
    group = _numbered(np.array(groups, dtype=str)[kept])
    inner = Votes(
        x[np.ix_(kept, rows)].astype(float),
        y[np.ix_(kept, columns)].astype(float),
        possible[np.ix_(rows, columns)],
    )
    nodes: tuple[Node, ...] = ()
    if min(len(rows), len(columns)) > 1:
        nodes = _nodes(inner, group)
    tables, expected = _tables(inner, group, nodes)
    joint = np.zeros((len(x), x.shape[1], y.shape[1]))
    joint[np.ix_(kept, rows, columns)] = tables
    leans = _lean(inner.y, expected)
    return Model(x, y, joint, nodes, group, kept, rows, columns, inner.possible, leans, seed)


def _numbered(names: np.ndarray) -> np.ndarray:
    """Groups as numbers in the order in which they come, so that their names say nothing."""
    _, first, group = np.unique(names, return_index=True, return_inverse=True)
    return np.asarray(first.argsort().argsort()[group])


def _held(counts: np.ndarray) -> np.ndarray:
    """Options with voters, the smallest first."""
    totals = counts.sum(axis=0)
    held = np.flatnonzero(totals)
    return np.asarray(held[np.argsort(totals[held], kind="stable")])


def _nodes(votes: Votes, group: np.ndarray) -> tuple[Node, ...]:
    """Fits at the values of the context that carry weight, with the dispersion of the data."""
    parts = [np.flatnonzero(group == g) for g in range(group.max() + 1)]
    if len(votes.x) > MANY:
        return (_node(votes, parts),)
    first = fit(votes, CONTEXT)
    likeness, dispersion = _likeness(votes, parts, first)
    tried = _tried(votes, dispersion, first.theta)
    groups = [_groups(votes, parts, one, dispersion, likeness) for one in tried]
    told = [sum(one.evidence for one in fits) for fits in groups]
    weights = _weights(tried, told if len(parts) > 1 else [one.evidence for one in tried])
    return tuple(
        Node(weight, one, fits, likeness, WITHIN)
        for weight, one, fits in zip(weights, tried, groups, strict=True)
        if weight
    )


def _likeness(votes: Votes, parts: Sequence[np.ndarray], pooled: Fit) -> tuple[float, float]:
    """How alike the groups are, by the largest evidence, and the dispersion within them."""
    if len(parts) < 2:
        return LIKENESS[0], _dispersion((pooled,))
    best, found = -np.inf, (LIKENESS[0], 1.0)
    for likeness in LIKENESS:
        fits = _groups(votes, parts, pooled, pooled.dispersion, likeness)
        dispersion = _dispersion((pooled, *fits))
        evidence = sum(one.evidence for one in _groups(votes, parts, pooled, dispersion, likeness))
        if evidence > best:
            best, found = evidence, (likeness, dispersion)
    return found


def _dispersion(fits: Sequence[Fit]) -> float:
    """The dispersion within groups, or of all units where there are none."""
    inner = fits[1:] or fits
    free = sum(one.free for one in inner)
    misfit = sum(one.misfit for one in inner)
    return max(LEAST_DISPERSION, drawn_to_one(misfit, free))


def _tried(votes: Votes, dispersion: float, start: np.ndarray) -> list[Fit]:
    """A fit at each context, every one started from its neighbour's, outwards from CONTEXT."""
    found: dict[float, Fit] = {}
    above = [context for context in CONTEXTS if context >= CONTEXT]
    below = [context for context in reversed(CONTEXTS) if context < CONTEXT]
    for way in (above, below):
        theta = start
        for context in way:
            found[context] = fit(votes, context, dispersion=dispersion, start=theta)
            theta = found[context].theta
    return [found[context] for context in CONTEXTS]


def _weights(tried: Sequence[Fit], evidence: Sequence[float]) -> np.ndarray:
    """Prior times marginal likelihood of each context, light ones left out; the sum is 1."""
    contexts = np.array([one.context for one in tried])
    logs = np.array(evidence) - 0.5 * ((contexts - CONTEXT) / CONTEXT_SD) ** 2
    weights = np.exp(logs - logs.max())
    weights[weights < LIGHT * weights.sum()] = 0
    return np.asarray(weights / weights.sum())


def _node(votes: Votes, parts: Sequence[np.ndarray]) -> Node:
    """One fit of many units at the mean context that an even choice of them tells."""
    some = votes.of(slice(None, None, -(-len(votes.x) // MANY)))
    first = fit(some, CONTEXT)
    tried = _tried(some, _dispersion((first,)), first.theta)
    weights = _weights(tried, [one.evidence for one in tried])
    contexts = np.array([one.context for one in tried])
    context = float(weights @ contexts)
    spread = float(np.sqrt(weights @ (contexts - context) ** 2 + WITHIN**2))
    start = tried[int(weights.argmax())].theta
    pooled = fit(votes, context, dispersion=_dispersion((first,)), start=start)
    likeness, dispersion = _likeness(votes, parts, pooled)
    groups = _groups(votes, parts, pooled, dispersion, likeness)
    return Node(1.0, pooled, groups, likeness, spread)


def _groups(
    votes: Votes,
    parts: Sequence[np.ndarray],
    pooled: Fit,
    dispersion: float,
    likeness: float,
) -> tuple[Fit, ...]:
    """The fit of each group around that of all; none when there is one group."""
    if len(parts) < 2:
        return ()
    around = pooled.theta
    return tuple(
        fit(
            votes.of(part),
            pooled.context,
            dispersion=dispersion,
            around=around,
            ridge=likeness,
            start=around,
        )
        for part in parts
    )


def _tables(
    votes: Votes, group: np.ndarray, nodes: tuple[Node, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """The weighted mean of the nodes' tables, margins exact (units x R x C).

    With it the destinations (units x C) expected before each unit's own lean.
    """
    shape = *votes.possible.shape, len(votes.x)
    if not nodes:
        return fitted(np.ones(shape), votes.x.T, votes.y.T).transpose(2, 0, 1), votes.y
    rounds = ROUNDS if votes.possible.all() else 10 * ROUNDS  # zeros slow the fitting down
    mean = np.zeros(shape)
    expected = np.zeros(votes.y.shape)
    for node in nodes:
        for number, one in enumerate(node.fits):
            part = np.flatnonzero(group == number) if node.groups else np.arange(len(votes.x))
            some = votes.of(part)
            tables = some.x[:, :, None] * probabilities(some, one.theta, one.context)
            expected[part] += node.weight * tables.sum(axis=1)
            mean[:, :, part] += node.weight * fitted(
                tables.transpose(1, 2, 0), some.x.T, some.y.T, rounds
            )
    return mean.transpose(2, 0, 1), expected


def _lean(y: np.ndarray, expected: np.ndarray) -> float:
    """Spread of the logarithms of actual over expected destinations, weighted with voters."""
    if not y.size:
        return 0.0
    ratios = np.log((y + 0.5) / (expected + 0.5))
    return float(np.sqrt((expected * ratios**2).sum() / expected.sum()))
