"""How a scenario stands against its base: totals, constituencies, flows and pulls.

Shares are fractions, changes are differences of shares, ``low`` and ``high`` the 5% and 95% levels
of the draws. Tickets go by their names in TICKETS.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mulembe.scenario.model import CAMPS, DESTINATIONS, GONE, TICKETS, Move, Scenario, Third
from mulembe.scenario.outcome import NEW, Outcome, pull
from mulembe.scenario.simulate import Draws

_RARE = 0.05  # below it, and above its opposite, tenths of runs say too little
_TIE = 1e-9  # a gain and the loss it comes from are one change: the gain is named


@dataclass(frozen=True)
class Standing:
    """A scenario's outcome (``now``) beside the outcome of its base (``before``) and its draws."""

    now: Outcome
    before: Outcome
    draws: Draws

    @cached_property
    def tickets(self) -> tuple[str, ...]:
        """The tickets with a vote anywhere, now or before."""
        held = self.now.votes.sum(axis=0) + self.before.votes.sum(axis=0)
        return tuple(t for t, votes in zip(TICKETS, held, strict=True) if votes)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The region, a row per ticket.

        Columns: ``votes``, ``was_votes``, ``share``, ``was``, ``change``, ``low``, ``high``,
        ``won`` and ``was_won`` (constituencies in which it has most votes), ``leads`` (part of
        the draws in which it leads the region).
        """
        share, was = self.now.total_shares(), self.before.total_shares()
        return pd.DataFrame(
            {
                "votes": self.now.totals(),
                "was_votes": self.before.totals(),
                "share": share,
                "was": was,
                "change": share - was,
                "low": self.draws.region_range[0],
                "high": self.draws.region_range[2],
                "won": _won(self.now),
                "was_won": _won(self.before),
                "leads": self.draws.leads,
            },
            index=list(TICKETS),
        )

    @property
    def leader(self) -> str:
        """The ticket with most votes in the region."""
        return TICKETS[int(self.now.totals().argmax())]

    @cached_property
    def places(self) -> pd.DataFrame:
        """The constituencies that can move, a row per code (in and out of the region).

        Columns ``votes_T``, ``share_T``, ``was_T``, ``low_T``, ``high_T`` and ``wins_T`` for each
        ticket T; ``winner``, ``was_winner`` ("" where nobody votes), ``flips``, ``margin`` (first
        over second), ``lead`` and ``was_lead`` (opposition less government), ``turnout``,
        ``was_turnout`` (valid votes of the register), ``hand`` ("", "lock" or "override"),
        ``inside`` the region.
        """
        area, codes = self.now.base.area, self.draws.codes
        columns: dict[str, object] = {}
        for i, ticket in enumerate(TICKETS):
            columns |= {
                f"votes_{ticket}": self.now.votes[area, i],
                f"share_{ticket}": self.now.shares[area, i],
                f"was_{ticket}": self.before.shares[area, i],
                f"low_{ticket}": self.draws.low[:, i],
                f"high_{ticket}": self.draws.high[:, i],
                f"wins_{ticket}": self.draws.wins[:, i],
            }
        winner, was = _winner(self.now)[area], _winner(self.before)[area]
        hand = {o.code: o.kind for o in self.now.scenario.overrides}
        columns |= {
            "winner": winner,
            "was_winner": was,
            "flips": (winner != was) & (winner != "") & (was != ""),
            "margin": _margin(self.now)[area],
            "lead": self.now.shares[area, 0] - self.now.shares[area, 1],
            "was_lead": self.before.shares[area, 0] - self.before.shares[area, 1],
            "turnout": turnout(self.now)[area],
            "was_turnout": turnout(self.before)[area],
            "hand": [hand.get(code, "") for code in codes],
            "inside": self.now.inside[area],
        }
        return pd.DataFrame(columns, index=pd.Index(codes, name="code"))

    @cached_property
    def by_county(self) -> pd.DataFrame:
        """The region's counties among those that can move, the largest change first, by code.

        Columns ``votes_T``, ``share_T``, ``was_T``, ``change_T``, ``low_T``, ``high_T``, ``won_T``
        and ``was_won_T`` (constituencies in which it has most votes) for each ticket T; ``mover``
        (the ticket whose share changes most, of two alike the one that gains), ``size`` (that
        change without its sign), ``places`` (constituencies inside the region) and ``of`` (in the
        county). The draws hold whole counties: ``low`` and ``high`` are NaN where the region has
        but a part of one.
        """
        base, rows = self.now.base, {}
        for k, code in enumerate(self.draws.counties):
            county = base.county_mask(code)
            here = county & base.area & self.now.inside
            if here.any():
                whole = bool((here == county).all())
                spread = self.draws.county_range[k] if whole else np.full((3, len(TICKETS)), np.nan)
                rows[code] = self._county(here, spread) | {"of": int(county.sum())}
        found = pd.DataFrame.from_dict(rows, orient="index")
        return found.sort_values("size", ascending=False, kind="stable") if rows else found

    def _county(self, here: np.ndarray, spread: np.ndarray) -> dict[str, object]:
        now, before = self.now.totals(here), self.before.totals(here)
        share, was = now / max(1, now.sum()), before / max(1, before.sum())
        change = share - was
        row: dict[str, object] = {}
        columns = {
            "votes": now,
            "share": share,
            "was": was,
            "change": change,
            "low": spread[0],
            "high": spread[2],
            "won": _won(self.now, here),
            "was_won": _won(self.before, here),
        }
        for i, ticket in enumerate(TICKETS):
            row |= {f"{name}_{ticket}": values[i] for name, values in columns.items()}
        mover = int((np.abs(change) + _TIE * (change > 0)).argmax())
        return row | {
            "mover": TICKETS[mover],
            "size": abs(change[mover]),
            "places": int(here.sum()),
        }

    def ranked(self, ticket: str, order: str) -> pd.DataFrame:
        """The region's constituencies in an order.

        "change" puts the largest change of this ticket's share first, up or down, "close" the
        smallest margin; "county" goes by code. ``change`` is a column more: that change.
        """
        rows = self.places[self.places["inside"]]
        rows = rows.assign(change=rows[f"share_{ticket}"] - rows[f"was_{ticket}"])
        if order == "change":
            return rows.sort_values("change", key=lambda c: -c.abs(), kind="stable")
        return rows.sort_values("margin", kind="stable") if order == "close" else rows


def _won(outcome: Outcome, mask: np.ndarray | None = None) -> np.ndarray:
    winner = _winner(outcome)[outcome.inside if mask is None else mask]
    return np.array([(winner == ticket).sum() for ticket in TICKETS])


def _winner(outcome: Outcome) -> np.ndarray:
    return np.where(outcome.valid > 0, np.array(TICKETS)[outcome.winners()], "")


def _margin(outcome: Outcome) -> np.ndarray:
    ordered = np.sort(outcome.shares, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def turnout(outcome: Outcome) -> np.ndarray:
    """Valid votes as a share of the scenario's register, per unit; NaN without a register."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(outcome.valid / outcome.register)


def total_turnout(outcome: Outcome, mask: np.ndarray | None = None) -> float:
    """Valid votes as a share of the register over some units together, by default the region."""
    where = outcome.inside if mask is None else mask
    register = int(outcome.register[where].sum())
    return int(outcome.valid[where].sum()) / register if register else float("nan")


def flow_table(outcome: Outcome, mask: np.ndarray) -> pd.DataFrame:
    """Where each column of the base went, over some units: exact, in whole voters.

    Columns: ``origin``, ``destination`` (DESTINATIONS, and "gone" for who left the register),
    ``voters``, ``of_origin`` and ``of_destination`` (fractions; NaN of nothing). Every origin is
    there; of the destinations those that someone reaches.
    """
    flows = outcome.flows[mask].sum(axis=0)
    gone = (outcome.base.voters - outcome.voters)[mask].sum(axis=0)
    gone[NEW] = 0
    flows = np.column_stack([flows, gone])
    destinations = (*DESTINATIONS, GONE)
    kept = np.flatnonzero(flows.sum(axis=0) > 0)
    flows, names = flows[:, kept], [destinations[i] for i in kept]
    with np.errstate(invalid="ignore", divide="ignore"):
        of_origin = flows / flows.sum(axis=1, keepdims=True)
        of_destination = flows / flows.sum(axis=0, keepdims=True)
    return pd.DataFrame(
        {
            "origin": np.repeat(outcome.base.origins, len(names)),
            "destination": np.tile(names, len(flows)),
            "voters": flows.ravel(),
            "of_origin": of_origin.ravel(),
            "of_destination": of_destination.ravel(),
        }
    )


@dataclass(frozen=True)
class Felt:
    """What one leader (or the third ticket) does in one constituency.

    ``pull`` is the part of the other tickets' voters who go along, ``distance`` the kilometres
    from home; ``spread`` says whether the distance matters.
    """

    leader: str
    camp: str
    pull: float
    delivery: float
    distance: float
    spread: str


def felt(outcome: Outcome, code: str) -> list[Felt]:
    """Whose pull works in a constituency, the strongest first; [] outside the 38."""
    scenario, base = outcome.scenario, outcome.base
    if code not in base.area_codes:
        return []
    unit, row = base.position[code], base.area_codes.index(code)
    found = []
    for part, who, camp in _pulling(scenario):
        distance = float(base.distance[base.area_codes.index(part.home), row])
        strength = float(pull(part, scenario, base, outcome.inside)[unit])
        found.append(Felt(who, camp, strength, part.delivery, distance, part.spread))
    return sorted(found, key=lambda f: -f.pull)


def _pulling(scenario: Scenario) -> list[tuple[Move | Third, str, str]]:
    parts: list[tuple[Move | Third, str, str]] = [(m, m.leader, m.camp) for m in scenario.moves]
    if scenario.third:
        third = scenario.third
        parts.append((third, third.leader or third.name, "third"))
    return parts


def in_runs(part: float) -> str:
    """A part of the draws in words: 'in 7 of 10 runs'; the ends are never rounded to certainty."""
    if part <= 0:
        return "in none of the runs"
    if part >= 1:
        return "in every run"
    if part < _RARE:
        return "in fewer than 1 of 20 runs"
    if part > 1 - _RARE:
        return "in more than 19 of 20 runs"
    return f"in {min(9, max(1, round(10 * part)))} of 10 runs"


def camps_of(tickets: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the tickets that can win a nation: all but the others."""
    return tuple(t for t in tickets if t in CAMPS)
