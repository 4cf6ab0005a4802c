"""A scenario drawn many times: ranges, wins, both gates of Article 138 and the run-off.

>>> from mulembe.scenario.model import Scenario, Uncertainty
>>> from mulembe.scenario.outcome import run
>>> from mulembe.tables import Tables
>>> shares = {"region": 0.3, "county": 0.3, "constituency": 0.4}
>>> turnout = {"turnout_region": 0.2, "turnout_county": 0.1, "turnout_constituency": 0.15}
>>> outcome = run(Scenario(cycle="2022"), Tables())
>>> draws = simulate(outcome, Uncertainty(**shares, **turnout), 1000)
>>> draws.wins.shape
(38, 4)

``draw`` says what a draw is. What the user assumes is the same in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mulembe.engine import SERIAL, Engine
from mulembe.scenario.draw import (
    CHUNK,
    QUANTILES,
    Counts,
    Units,
    draw_votes,
    quantile_ranks,
)
from mulembe.scenario.model import CAMPS, TICKETS, Uncertainty
from mulembe.scenario.national import county_votes, passes, quarters
from mulembe.scenario.outcome import Outcome

DRAWS_LIMIT = 100_000  # about 15 MB and 2 seconds for the 38


@dataclass(frozen=True)
class Draws:
    """A scenario's draws, summed up: tickets in the order of TICKETS, shares of valid votes.

    Per constituency of the area (``codes``): ``low``, ``median`` and ``high`` share (38 x 4; 5%,
    50% and 95% of the draws), ``turnout`` (38 x 3) and ``wins`` (38 x 4), the part of draws in
    which a ticket has most votes. ``region`` and ``nation`` are votes per draw (n x 4). Ranges are
    the same quantiles x 4 (``county_range``: counties x 3 x 4, in the order of ``counties``),
    ``leads`` the part of draws in which a ticket leads. ``passes`` is the part that passes both
    gates of Article 138, ``runoff`` the part that goes to a run-off and ``runoff_wins`` the part,
    of all draws, that wins one.
    """

    n: int
    codes: tuple[str, ...]
    low: np.ndarray
    median: np.ndarray
    high: np.ndarray
    turnout: np.ndarray
    wins: np.ndarray
    region: np.ndarray
    nation: np.ndarray
    region_range: np.ndarray
    leads: np.ndarray
    nation_range: np.ndarray
    counties: tuple[str, ...]
    county_range: np.ndarray
    county_leads: np.ndarray
    passes: np.ndarray
    runoff: float
    runoff_wins: np.ndarray

    @property
    def president(self) -> np.ndarray:
        """The part of draws in which each ticket wins, in the first round or in the run-off."""
        return np.asarray(self.passes + self.runoff_wins)


def simulate(
    outcome: Outcome, sizes: Uncertainty, n: int = 10_000, engine: Engine = SERIAL
) -> Draws:
    """Draw a scenario ``n`` times, 1 to DRAWS_LIMIT; raises ValueError for any other number.

    Constituencies set by hand are not drawn. The rest of the nation is held, or, where
    ``sizes.rest`` is not 0, drawn by county with its turnout held.
    """
    if not 1 <= n <= DRAWS_LIMIT:
        raise ValueError(f"{n:,} draws: 1 to {DRAWS_LIMIT:,} can be made.")
    base, drawn = outcome.base, outcome.base.area & ~outcome.fixed
    counties = np.unique(base.counties[base.area])
    groups = np.vstack([base.counties == counties[:, None], outcome.inside]) & drawn
    units = _units(outcome.votes, outcome.register, base.counties, base.area)
    counts = draw_votes(units, sizes, n, outcome.scenario.seed, groups[:, base.area], engine)
    rest = _rest(outcome, sizes, n, engine)
    held = _by_county(outcome, ~(drawn | rest.drawn))
    varying = np.concatenate([counties, rest.counties])
    county = np.concatenate([counts.votes[:-1], rest.votes])
    county += held[varying, :, None].astype(np.int32)
    others = np.delete(held, varying, axis=0)
    nation = county.sum(axis=0, dtype=np.int64) + others.sum(axis=0)[:, None]
    region = counts.votes[-1] + outcome.totals(outcome.inside & ~drawn)[:, None]
    first, second = _presidents(county, others, nation, outcome.scenario.runoff)
    levels, wins = _with_fixed(counts, outcome)
    return Draws(
        n=n,
        codes=base.area_codes,
        low=levels[:, :-1, 0],
        median=levels[:, :-1, 1],
        high=levels[:, :-1, 2],
        turnout=levels[:, -1],
        wins=wins / n,
        region=np.ascontiguousarray(region.T),
        nation=np.ascontiguousarray(nation.T),
        region_range=_range(region),
        leads=_leads(region),
        nation_range=_range(nation),
        counties=tuple(base.county_codes[k] for k in counties),
        county_range=np.stack([_range(votes) for votes in county[: len(counties)]]),
        county_leads=np.stack([_leads(votes) for votes in county[: len(counties)]]),
        passes=first,
        runoff=float(second.sum()),
        runoff_wins=second,
    )


def _units(votes: np.ndarray, register: np.ndarray, county: np.ndarray, which: np.ndarray) -> Units:
    votes, register = votes[which], register[which]
    valid = votes.sum(axis=1)
    shares = votes / np.maximum(1, valid)[:, None]
    return Units(shares, valid / np.maximum(1, register), register, county[which])


def _by_county(outcome: Outcome, mask: np.ndarray) -> np.ndarray:
    return county_votes(np.where(mask[:, None], outcome.votes, 0), outcome)


class _Rest(NamedTuple):
    """The counties that are drawn as a whole; votes are counties x tickets x draws."""

    counties: np.ndarray
    drawn: np.ndarray
    votes: np.ndarray


def _rest(outcome: Outcome, sizes: Uncertainty, n: int, engine: Engine) -> _Rest:
    base = outcome.base
    drawn = ~base.area & ~outcome.fixed & (sizes.rest > 0)
    register = np.zeros(len(base.county_codes), dtype=np.int64)
    np.add.at(register, base.counties[drawn], outcome.register[drawn])
    counties = np.flatnonzero(register)
    if not len(counties):
        return _Rest(counties, drawn, np.zeros((0, len(TICKETS), n), dtype=np.int32))
    units = _units(_by_county(outcome, drawn), register, np.arange(len(register)), counties)
    only = Uncertainty(**dict.fromkeys(Uncertainty.model_fields, 0.0) | {"county": sizes.rest})
    groups = np.eye(len(counties), dtype=bool)
    counts = draw_votes(units, only, n, outcome.scenario.seed, groups, engine)
    return _Rest(counties, drawn, counts.votes)


def _with_fixed(counts: Counts, outcome: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """Levels and wins in which constituencies set by hand have their own result throughout."""
    area, n = outcome.base.area, counts.votes.shape[2]
    fixed = outcome.fixed[area]
    votes, shares = outcome.votes[area][fixed], outcome.shares[area][fixed]
    turnout = outcome.valid[area] / np.maximum(1, outcome.register[area])
    levels, wins = counts.levels.copy(), counts.wins.copy()
    levels[fixed, :-1] = shares[:, :, None]
    levels[fixed, -1] = turnout[fixed, None]
    winner = np.arange(len(TICKETS)) == votes.argmax(axis=1)[:, None]
    wins[fixed] = n * (winner & votes.any(axis=1, keepdims=True))
    return levels, wins


def _presidents(
    county: np.ndarray, others: np.ndarray, nation: np.ndarray, runoff: tuple[float, float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Parts of the draws that each ticket wins in the first round, and in a run-off.

    ``county`` (counties x tickets x draws) are the counties that vary, ``others`` those that do
    not; ``nation`` is tickets x draws.
    """
    n, held = nation.shape[1], quarters(others)
    ends = np.zeros(2 * len(TICKETS) + 1, dtype=np.int64)
    for start in range(0, n, CHUNK):
        draws = slice(start, start + CHUNK)
        reached = quarters(county[:, :, draws].transpose(2, 0, 1)) + held
        ends += np.bincount(_winners(nation[:, draws].T, reached, runoff), minlength=len(ends))
    parts = ends / n
    return parts[: len(TICKETS)], parts[len(TICKETS) : -1]


def _winners(
    nation: np.ndarray, counties: np.ndarray, runoff: tuple[float, float, float]
) -> np.ndarray:
    """Per draw the ticket that wins, 4 more if in a run-off, 8 if nobody votes."""
    passed = passes(nation, counties)
    again = runoff_winners(nation, runoff) + len(TICKETS)
    winners = np.where(passed.any(axis=1), passed.argmax(axis=1), again)
    winners[~nation.any(axis=1)] = 2 * len(TICKETS)
    return winners


def runoff_winners(votes: np.ndarray, runoff: tuple[float, float, float]) -> np.ndarray:
    """The winner of a run-off per row of first-round votes, as a position in CAMPS.

    By plurality, as ``national.second_round`` has it: the quarter rule does not apply.
    """
    rows, share = np.arange(len(votes)), np.asarray(runoff)
    camps = votes[:, : len(CAMPS)].copy()
    first = camps.argmax(axis=1)
    ahead = camps[rows, first]
    camps[rows, first] = -1
    second = camps.argmax(axis=1)
    behind = camps[rows, second]
    free = votes.sum(axis=1) - ahead - behind
    ahead += (free * share[first]).astype(np.int64)
    behind += (free * share[second]).astype(np.int64)
    return np.asarray(np.where(behind > ahead, second, first))


def _range(votes: np.ndarray) -> np.ndarray:
    """Quantiles x tickets of the shares in votes (tickets x draws); NaN where nobody votes."""
    total = votes.sum(axis=0)
    if not total.any():
        return np.full((len(QUANTILES), len(votes)), np.nan)
    ordered = np.sort(votes / np.maximum(1, total), axis=1)
    return np.asarray(ordered[:, quantile_ranks(votes.shape[1]) - 1].T)


def _leads(votes: np.ndarray) -> np.ndarray:
    """The part of draws in which each ticket has most votes (tickets x draws)."""
    first = votes.argmax(axis=0)[votes.any(axis=0)]
    return np.asarray(np.bincount(first, minlength=len(votes)) / votes.shape[1])
