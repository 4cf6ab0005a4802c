"""The nation: both gates of Article 138, with and without the region, and the run-off.

A candidate wins in the first round with more than half of the valid votes and at least a quarter of
them in at least half of the 47 counties (24). Otherwise the first two meet in a run-off that
plurality decides: the quarter rule does not apply there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mulembe.scenario.model import CAMPS, TICKETS
from mulembe.scenario.outcome import Outcome

COUNTIES_NEEDED = 24
QUARTER = 0.25


@dataclass(frozen=True)
class Gates:
    """Where each ticket stands against the two gates; arrays follow TICKETS.

    ``counties`` counts those with at least a quarter. ``winner`` is the ticket that passes both, or
    "" when there is a run-off; ``runoff`` are then its two tickets with their votes.
    """

    votes: np.ndarray
    shares: np.ndarray
    counties: np.ndarray
    held: int
    winner: str
    runoff: tuple[tuple[str, int], ...]

    @property
    def missing_votes(self) -> np.ndarray:
        """Votes each ticket lacks to pass half of all valid votes, 0 when it has passed."""
        return np.asarray(np.maximum(0, int(self.votes.sum()) // 2 + 1 - self.votes))


@dataclass(frozen=True)
class Nation:
    """The gates with the region and without it, and what the region weighs.

    ``weight`` is the region's share of the nation's valid votes; ``points_per_ten`` the change of
    the national share in points for ten points in the region.
    """

    everyone: Gates
    without: Gates
    weight: float

    @property
    def points_per_ten(self) -> float:
        """National points per ten regional points."""
        return 10 * self.weight


def nation(outcome: Outcome) -> Nation:
    """Read the nation off a scenario: all units, then all but the region's."""
    county = county_votes(outcome.votes, outcome)
    outside = county_votes(np.where(outcome.inside[:, None], 0, outcome.votes), outcome)
    runoff = outcome.scenario.runoff
    total = county.sum()
    weight = float(outcome.valid[outcome.inside].sum() / total) if total else 0.0
    return Nation(gates(county, runoff), gates(outside, runoff), weight)


def county_votes(votes: np.ndarray, outcome: Outcome) -> np.ndarray:
    """Votes per county and ticket from votes per unit and ticket."""
    county = np.zeros((len(outcome.base.county_codes), votes.shape[1]), dtype=np.int64)
    np.add.at(county, outcome.base.counties, votes)
    return county


def gates(county: np.ndarray, runoff: tuple[float, float, float] = (0, 0, 0)) -> Gates:
    """Judge votes per county and ticket.

    "others" gathers several small candidates, none of whom can win: it counts in the total only.
    """
    votes = county.sum(axis=0)
    total = int(votes.sum())
    shares = votes / total if total else np.full(len(TICKETS), np.nan)
    counties = quarters(county)
    passed = passes(votes, counties)
    winner = TICKETS[int(np.flatnonzero(passed)[0])] if passed.any() else ""
    pair = () if winner or not total else second_round(votes, runoff)
    return Gates(votes, shares, counties, int((county.sum(axis=1) > 0).sum()), winner, pair)


def quarters(county: np.ndarray) -> np.ndarray:
    """Counties in which each ticket has at least a quarter of the valid votes.

    ``county`` is ... x counties x tickets; leading axes are kept.
    """
    total = county.sum(axis=-1, keepdims=True)
    return np.asarray(((county >= QUARTER * total) & (total > 0)).sum(axis=-2))


def passes(votes: np.ndarray, counties: np.ndarray) -> np.ndarray:
    """Which tickets pass both gates; leading axes are kept, "others" never passes."""
    ahead = (2 * votes > votes.sum(axis=-1, keepdims=True)) & (counties >= COUNTIES_NEEDED)
    ahead[..., len(CAMPS) :] = False
    return np.asarray(ahead)


def second_round(
    votes: np.ndarray, runoff: tuple[float, float, float]
) -> tuple[tuple[str, int], ...]:
    """The two tickets of a run-off with their votes, the winner by plurality first.

    The first two camps meet. Of the other tickets' voters the shares in ``runoff`` go to
    (opposition, government, third) where these are in it; the rest stays home. A tie goes to the
    ticket that led the first round.
    """
    order = sorted(range(len(CAMPS)), key=lambda i: -int(votes[i]))[:2]
    free = int(votes.sum()) - sum(int(votes[i]) for i in order)
    pair = [(CAMPS[i], int(votes[i]) + int(free * runoff[i])) for i in order]
    return tuple(sorted(pair, key=lambda row: -row[1]))
