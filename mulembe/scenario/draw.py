"""Many draws of the votes of any units, with errors of the stated sizes.

In a draw the share p of each ticket becomes p exp(z) over the sum of all; z adds up an error of the
region, of the county and of the unit. Errors are independent over tickets with the stated size over
the square root of 2, so that the log-ratio of any two tickets has the stated standard deviation at
each level. Turnout gets its own errors, on the logit. Votes are rounded down to whole ones; with
those who stay home they make the register. A share or a turnout of 0 or 1 stays so.

Errors depend on the seed, the sizes and the number of draws, never on the shares: every scenario
meets the same errors, and a lever moves a result by what it does alone. All that is added up is
whole, so the answer is the same for any number of workers.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

import numpy as np

from mulembe.engine import SERIAL, Engine, mapped
from mulembe.scenario.model import Uncertainty

CHUNK, BLOCK = 16_384, 64  # draws and units that share a stream: other numbers, other draws
CHUNKS_A_JOB = 4
BINS = 2000  # of a share: quantiles are within half a bin, 0.025 points
QUANTILES = (0.05, 0.5, 0.95)
VOTERS_LIMIT = 3_000_000  # of a unit: single precision keeps its votes whole and below the register
CACHE_BYTES = 64_000_000  # errors of 10,000 draws take 6 MB for 38 units and 46 MB for 290
_CELLS, _PAIRS = 32_768, 8192  # numbers worked on at a time: they stay near the processor
_BATCH = 1_000_000  # units times draws sent to a worker at once, about 20 ms of work
_REGION, _COUNTY, _UNIT = range(3)
_ROOT_2 = float(np.sqrt(2))


@dataclass(frozen=True)
class Units:
    """What is drawn around: shares of valid votes (units x tickets), turnout, voters, county.

    Shares sum to 1; where nobody votes they may be anything. ``county`` is a whole number from 0:
    units with the same one share an error, and should lie together for speed.
    """

    shares: np.ndarray
    turnout: np.ndarray
    register: np.ndarray
    county: np.ndarray

    def __post_init__(self) -> None:
        largest = int(self.register.max(initial=0))
        if largest > VOTERS_LIMIT:
            raise ValueError(f"a unit has {largest:,} voters; {VOTERS_LIMIT:,} is the most")

    def __len__(self) -> int:
        return len(self.register)

    @property
    def empty(self) -> np.ndarray:
        """Units where nobody votes."""
        return np.asarray(~((self.turnout > 0) & (self.shares.sum(axis=1) > 0)))


@dataclass(frozen=True)
class Counts:
    """What draws add up to.

    ``levels`` is units x (tickets + 1) x QUANTILES: of the shares and, in last place, of turnout;
    NaN where nobody votes. ``wins`` is units x tickets: draws in which a ticket has most votes (a
    tie goes to the first). ``votes`` is groups x tickets x draws, whole.
    """

    levels: np.ndarray
    wins: np.ndarray
    votes: np.ndarray


def draw_votes(
    units: Units,
    sizes: Uncertainty,
    n: int,
    seed: int,
    groups: np.ndarray | None = None,
    engine: Engine = SERIAL,
) -> Counts:
    """Draw the votes of any units ``n`` times and count what comes out.

    ``groups`` (groups x units, true or false) says which sums to keep for every draw; none by
    default. The work is cut into jobs of at most BLOCK units and CHUNKS_A_JOB chunks of draws, each
    of which needs about 50 MB, however many there are. ``sizes.rest`` is not read.
    """
    if n < 1:
        raise ValueError("at least one draw is needed")
    if groups is None:
        groups = np.zeros((0, len(units)), dtype=bool)
    jobs = _jobs(units, sizes, n, seed, groups)
    some = max(1, _BATCH // jobs[0].size) if jobs else 1
    parts = mapped(_work, jobs, engine, some)
    return _gathered(zip(jobs, parts, strict=True), units, n, len(groups))


class _Job(NamedTuple):
    """Some units over some chunks of draws."""

    units: Units
    first: int
    chunks: range
    n: int
    seed: int
    sizes: Uncertainty
    rows: np.ndarray
    members: np.ndarray
    cached: bool

    @property
    def size(self) -> int:
        """Units times draws."""
        return len(self.units) * min(self.n, len(self.chunks) * CHUNK)

    @property
    def draws(self) -> slice:
        """The draws it makes."""
        return slice(self.chunks.start * CHUNK, min(self.n, self.chunks.stop * CHUNK))


class _Part(NamedTuple):
    """What a job gives: histograms (or quantiles if it made all draws), wins and group votes."""

    levels: np.ndarray
    wins: np.ndarray
    votes: np.ndarray


def _jobs(units: Units, sizes: Uncertainty, n: int, seed: int, groups: np.ndarray) -> list[_Job]:
    tickets = units.shares.shape[1]
    cached = 4 * tickets * len(units) * n <= CACHE_BYTES
    chunks = range(-(-n // CHUNK))
    jobs = []
    for first in range(0, len(units), BLOCK):
        part = _block(units, slice(first, first + BLOCK))
        inside = groups[:, first : first + BLOCK]
        rows = np.flatnonzero(inside.any(axis=1))
        members = _exact(inside[rows], part.register)
        for start in range(0, len(chunks), CHUNKS_A_JOB):
            some = chunks[start : start + CHUNKS_A_JOB]
            jobs.append(_Job(part, first, some, n, seed, sizes, rows, members, cached))
    return jobs


def _block(units: Units, which: slice) -> Units:
    """Some units in single precision; shares are even where nobody votes."""
    empty = units.empty[which]
    shares = np.where(empty[:, None], 1 / units.shares.shape[1], units.shares[which])
    turnout = np.where(empty, 0, units.turnout[which])
    shares, turnout, register = (
        part.astype(np.float32) for part in (shares, turnout, units.register[which])
    )
    return Units(shares, turnout, register, units.county[which])


def _exact(inside: np.ndarray, register: np.ndarray) -> np.ndarray:
    """Zeros and ones in a precision in which the groups' votes add up exactly."""
    largest = (inside @ register.astype(float)).max(initial=0)
    return inside.astype(np.float32 if largest < 2**24 else np.float64)


def _gathered(parts: Iterable[tuple[_Job, _Part]], units: Units, n: int, groups: int) -> Counts:
    tickets = units.shares.shape[1]
    levels = np.empty((len(units), tickets + 1, len(QUANTILES)))
    wins = np.zeros((len(units), tickets), dtype=np.int64)
    votes = np.zeros((groups, tickets, n), dtype=np.int32)
    open_ = np.zeros(0)  # histograms of units whose draws are not complete yet
    for job, part in parts:
        which = slice(job.first, job.first + len(job.units))
        wins[which] += part.wins
        votes[job.rows, :, job.draws] += part.votes
        open_ = part.levels if job.chunks.start == 0 else open_ + part.levels
        if job.draws.stop == n:
            levels[which] = open_ if job.chunks.start == 0 else _quantiles(open_, job.units)
    levels[units.empty, :-1], wins[units.empty] = np.nan, 0
    return Counts(levels, wins, votes)


def quantile_ranks(n: int) -> np.ndarray:
    """Which of ``n`` ordered numbers are the QUANTILES, counted from 1."""
    return np.ceil(np.array(QUANTILES) * n - 1e-9).astype(np.int64)


def _quantiles(histograms: np.ndarray, units: Units) -> np.ndarray:
    """QUANTILES of shares and turnout from their histograms: units x (tickets + 1) x 3."""
    ranks = quantile_ranks(int(histograms[0, 0].sum()))
    codes = [[row.cumsum().searchsorted(ranks) for row in unit] for unit in histograms]
    return np.asarray(np.clip((codes - _shift(units)[:, :, None]) / BINS, 0, 1))


def _shift(units: Units) -> np.ndarray:
    """What puts each share and turnout itself on a bin's centre: units x (tickets + 1), in bins."""
    middle = np.column_stack([units.shares, units.turnout]) * np.float32(BINS)
    return np.asarray(np.rint(middle) - middle)


def _work(job: _Job) -> _Part:
    units, tickets = len(job.units), job.units.shares.shape[1]
    histograms = np.zeros((units, tickets + 1, BINS + 2), dtype=np.int64)
    wins = np.zeros((units, tickets), dtype=np.int64)
    draws = job.draws
    votes = np.zeros((len(job.rows), tickets, draws.stop - draws.start), dtype=np.int32)
    for chunk in job.chunks:
        start = chunk * CHUNK - draws.start
        errors = _errors(job, chunk)
        _count(job, errors, histograms, wins, votes[:, :, start : start + CHUNK])
    whole = draws == slice(0, job.n)
    return _Part(_quantiles(histograms, job.units) if whole else histograms, wins, votes)


def _count(
    job: _Job, errors: np.ndarray, histograms: np.ndarray, wins: np.ndarray, votes: np.ndarray
) -> None:
    """Add one chunk of draws to histograms, wins and the groups' votes."""
    tickets, units, draws = errors.shape
    step = max(1, _CELLS // draws)
    room = np.empty((2, tickets + 1, min(step, units), draws), dtype=np.float32)
    shift = _shift(job.units)
    sums = np.zeros((tickets, len(job.rows), draws), dtype=job.members.dtype)
    for start in range(0, units, step):
        which = slice(start, min(units, start + step))
        shares, work = room[:, :, : which.stop - start]
        _draw(job.units, errors, which, shares)
        _bin(shares, work, shift[which], histograms[which])
        ballots = _cast(shares, job.units.register[which])
        _lead(ballots, wins[which])
        rows = np.flatnonzero(job.members[:, which].any(axis=1))
        if len(rows):
            members = job.members[rows, which]
            sums[:, rows] += members @ ballots.astype(members.dtype, copy=False)
    votes[:] = sums.transpose(1, 0, 2)


def _draw(units: Units, errors: np.ndarray, which: slice, out: np.ndarray) -> None:
    """Drawn shares and, in last place, turnout of some units: (tickets + 1) x units x draws."""
    shares, turnout = units.shares[which].T[:, :, None], units.turnout[which, None]
    np.multiply(errors[:-1, which], shares[:-1], out=out[:-2])
    out[-2] = shares[-1]
    out[:-1] /= out[:-1].sum(axis=0)
    np.multiply(errors[-1, which], turnout, out=out[-1])
    out[-1] /= out[-1] + (1 - turnout)


def _bin(shares: np.ndarray, work: np.ndarray, shift: np.ndarray, histograms: np.ndarray) -> None:
    """Add shares (and turnout) to their histograms; ``work`` is room for as many numbers."""
    np.multiply(shares, np.float32(BINS), out=work)
    work += shift.T[:, :, None] + np.float32(0.5)
    for unit, histogram in enumerate(histograms):
        codes = work[:, unit].astype(np.intp)
        for ticket, code in enumerate(codes):
            histogram[ticket] += np.bincount(code, minlength=BINS + 2)


def _cast(shares: np.ndarray, register: np.ndarray) -> np.ndarray:
    """Whole votes from shares and turnout, in place: tickets x units x draws."""
    ballots, valid = shares[:-1], shares[-1]
    valid *= register[:, None]
    ballots *= valid
    return np.asarray(np.floor(ballots, out=ballots))


def _lead(ballots: np.ndarray, wins: np.ndarray) -> None:
    most = ballots.max(axis=0)
    open_ = np.ones(most.shape, dtype=bool)
    for ticket, votes in enumerate(ballots):
        here = votes == most
        here &= open_
        open_ ^= here
        wins[:, ticket] += [np.count_nonzero(row) for row in here]


def _errors(job: _Job, chunk: int) -> np.ndarray:
    """Factors of a chunk of draws: tickets x units x draws, in single precision.

    First those of each ticket but the last on its ratio to the last, then those of turnout on its
    odds.
    """
    draws = min(CHUNK, job.n - chunk * CHUNK)
    county = job.units.county
    key = (job.seed, chunk, job.first, draws, job.sizes, job.units.shares.shape, county.tobytes())
    return _cache.get(key, lambda: _drawn_errors(job, chunk, draws), keep=job.cached)


def _drawn_errors(job: _Job, chunk: int, draws: int) -> np.ndarray:
    units, tickets = job.units.shares.shape
    region, county, unit = _deviations(job.sizes, tickets)

    def normals(level: int, index: int, rows: int) -> np.ndarray:
        return _normals((job.seed, chunk, level, index), (tickets + 1, rows, draws))

    errors = normals(_UNIT, job.first, units)
    errors *= unit
    common = normals(_REGION, 0, 1) * region
    for k in np.unique(job.units.county):
        errors[:, job.units.county == k] += normals(_COUNTY, int(k), 1) * county + common
    errors[: tickets - 1] -= errors[tickets - 1]
    errors[tickets - 1] = errors[tickets]
    return np.asarray(np.exp(errors[:tickets]))


def _normals(stream: tuple[int, ...], shape: tuple[int, int, int]) -> np.ndarray:
    """Independent standard normals, by Box and Muller: three times as fast as numpy's in float32.

    Of every pair one uniform number gives the radius, the other the angle. None exceeds 6.7.
    """
    bits = np.random.SFC64(np.random.SeedSequence(stream))
    pairs = np.empty((2, -(-math.prod(shape) // 2)), dtype=np.float32)
    for start in range(0, pairs.shape[1], _PAIRS):
        radius, angle = part = pairs[:, start : start + _PAIRS]
        part[:] = np.asarray(bits.random_raw(part.shape[1])).view(np.uint32).reshape(part.shape)
        radius += np.float32(0.5)
        radius *= np.float32(2**-32)
        np.sqrt(-2 * np.log(radius), out=radius)
        angle *= np.float32(2 * np.pi / 2**32)
        cosine = np.cos(angle)
        np.multiply(np.sin(angle), radius, out=angle)
        radius *= cosine
    return pairs.reshape(-1)[: math.prod(shape)].reshape(shape)


def _deviations(sizes: Uncertainty, tickets: int) -> tuple[np.ndarray, ...]:
    """Standard deviations of region, county and unit: each (tickets + turnout) x 1 x 1."""
    pairs = (
        (sizes.region, sizes.turnout_region),
        (sizes.county, sizes.turnout_county),
        (sizes.constituency, sizes.turnout_constituency),
    )
    return tuple(
        np.array([share / _ROOT_2] * tickets + [turnout], dtype=np.float32)[:, None, None]
        for share, turnout in pairs
    )


class _Cache:
    """Errors used last, up to so many bytes: a lever moves the shares and needs no new ones."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held: OrderedDict[tuple[object, ...], np.ndarray] = OrderedDict()
        self._lock = Lock()

    def get(
        self, key: tuple[object, ...], make: Callable[[], np.ndarray], *, keep: bool
    ) -> np.ndarray:
        """The array of this key, made when it is not held."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        made = make()
        made.flags.writeable = False
        if keep:
            self._keep(key, made)
        return made

    def _keep(self, key: tuple[object, ...], made: np.ndarray) -> None:
        with self._lock:
            self._held[key] = made
            while sum(array.nbytes for array in self._held.values()) > self.limit:
                self._held.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._held.clear()


_cache = _Cache(CACHE_BYTES)
