"""From a scenario to votes: one row-stochastic transfer per constituency, then whole voters.

>>> from mulembe.tables import Tables
>>> from mulembe.scenario.model import Scenario
>>> tables = Tables()
>>> outcome = run(Scenario(cycle="2022"), tables)
>>> bool((outcome.flows.sum(axis=2) == outcome.voters).all())
True
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mulembe import regions
from mulembe.scenario.base import Base, load_base
from mulembe.scenario.decay import decay
from mulembe.scenario.model import (
    CAMPS,
    DESTINATIONS,
    INSIDE,
    REST,
    TICKETS,
    Move,
    Scenario,
    Third,
)
from mulembe.tables import Tables

VOTING = 3  # the first origins are those who voted: line A, line B, others
AWAY, NEW = 3, 4  # absent at the base election; entered the register since
STAYS_HOME = len(TICKETS)
LINE_TICKETS = (0, 1, 3)  # line A goes on as the opposition, line B as the government


@dataclass(frozen=True)
class Conflict:
    """Moves that together ask for more than a constituency's voters.

    ``asked`` is the largest total asked for, as a fraction of a column; each move gets its part.
    """

    code: str
    leaders: tuple[str, ...]
    asked: float


@dataclass(frozen=True)
class Outcome:
    """What a scenario gives, over all units of its base.

    ``transfer`` is units x origins x destinations (DESTINATIONS), every row summing to 1;
    ``flows`` the same in whole voters, every row summing to ``voters`` (units x origins). ``gone``
    are voters who left the register before anything else, per unit. ``inside`` marks the units of
    the region. ``conflicts`` names constituencies where moves ask for more than there is.
    """

    scenario: Scenario
    base: Base
    voters: np.ndarray
    gone: np.ndarray
    transfer: np.ndarray
    flows: np.ndarray
    inside: np.ndarray
    conflicts: tuple[Conflict, ...]

    @cached_property
    def votes(self) -> np.ndarray:
        """Votes per unit and ticket, whole."""
        return np.asarray(self.flows[:, :, : len(TICKETS)].sum(axis=1))

    @cached_property
    def valid(self) -> np.ndarray:
        """Valid votes per unit."""
        return np.asarray(self.votes.sum(axis=1))

    @cached_property
    def register(self) -> np.ndarray:
        """Voters on the scenario's register per unit."""
        return np.asarray(self.voters.sum(axis=1))

    @cached_property
    def shares(self) -> np.ndarray:
        """Share of valid votes per unit and ticket; NaN where nobody votes."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.votes / self.valid[:, None])

    @cached_property
    def fixed(self) -> np.ndarray:
        """Which units are set by hand."""
        return self.base.mask(tuple(o.code for o in self.scenario.overrides))

    def totals(self, mask: np.ndarray | None = None) -> np.ndarray:
        """Votes per ticket over some units, by default the region."""
        return np.asarray(self.votes[self.inside if mask is None else mask].sum(axis=0))

    def total_shares(self, mask: np.ndarray | None = None) -> np.ndarray:
        """Share per ticket over some units together (ratio of sums); NaN where nobody votes."""
        totals = self.totals(mask).astype(float)
        return totals / totals.sum() if totals.sum() else np.full(len(TICKETS), np.nan)

    def winners(self) -> np.ndarray:
        """Position in TICKETS of the ticket with most votes per unit."""
        return np.asarray(self.votes.argmax(axis=1))


def run(scenario: Scenario, tables: Tables) -> Outcome:
    """Work out a scenario. It must have passed ``reading.problems`` against the same tables."""
    base = load_base(tables, scenario.cycle)
    inside = base.mask(regions.parse(scenario.region, tables).codes)
    voters, gone = _voters(scenario, base)
    rows = _inheritance(scenario, base, inside)
    rows, conflicts = _moved(scenario, base, inside, rows)
    transfer = _turned_out(scenario, base, voters, rows)
    flows = whole(transfer, voters)
    if scenario.overrides:
        fixed = base.mask(tuple(override.code for override in scenario.overrides))
        _set_by_hand(scenario, base, flows, voters)
        transfer[fixed] = _rows(flows[fixed], transfer[fixed])
    return Outcome(scenario, base, voters, gone, transfer, flows, inside, conflicts)


def _voters(scenario: Scenario, base: Base) -> tuple[np.ndarray, np.ndarray]:
    """Voters per unit and origin on the scenario's register, and those gone from it."""
    voters, gone = base.voters.copy(), np.zeros(len(base.codes), dtype=np.int64)
    if scenario.roll == "base":
        return voters, gone
    change = np.rint(base.register * base.growth * scenario.growth).astype(np.int64)
    change = np.maximum(change, -base.register)
    voters[:, NEW] = change.clip(min=0)
    shrinking = np.flatnonzero(change < 0)
    for unit in shrinking:
        left = base.register[unit] + change[unit]
        part = base.voters[unit] / max(1, base.register[unit])
        voters[unit] = whole(part[None, None, :], np.array([[left]]))[0, 0]
        gone[unit] = -change[unit]
    return voters, gone


def register_of(scenario: Scenario, base: Base, code: str) -> int:
    """Voters on the scenario's register in one constituency."""
    return int(_voters(scenario, base)[0][base.position[code]].sum())


def _inheritance(scenario: Scenario, base: Base, inside: np.ndarray) -> np.ndarray:
    """Rows units x origins x tickets before any leader moves; NaN for "as the constituency"."""
    rows = np.zeros((len(base.codes), len(base.origins), len(TICKETS)))
    for origin, ticket in enumerate(LINE_TICKETS):
        rows[:, origin, ticket] = 1
    rows[:, VOTING:] = np.nan
    rank = {"": 0, INSIDE: 1, REST: 1}
    for entry in sorted(scenario.inheritance, key=lambda e: rank.get(e.scope, 2)):
        shares = np.asarray(entry.shares)
        rows[_scope(entry.scope, base, inside), base.origins.index(entry.origin)] = (
            shares / shares.sum()
        )
    return rows


def _scope(scope: str, base: Base, inside: np.ndarray) -> np.ndarray:
    if scope == INSIDE:
        return inside
    if scope == REST:
        return ~inside
    return base.county_mask(scope) if scope else np.ones(len(base.codes), dtype=bool)


def pull(part: Move | Third, scenario: Scenario, base: Base, inside: np.ndarray) -> np.ndarray:
    """The part of each unit's voters who listen, times the delivery: 0 to 1 per unit.

    A decaying pull works in the 38, a flat one in the region, one by county in its counties.
    """
    return np.asarray(_listening(part, scenario, base, inside) * _delivery(part, base))


def _listening(
    part: Move | Third, scenario: Scenario, base: Base, inside: np.ndarray
) -> np.ndarray:
    listening = np.zeros(len(base.codes))
    if part.spread == "flat":
        listening[inside] = 1
    elif part.spread == "county":
        for county, _ in part.counties:
            listening[base.county_mask(county)] = 1
    else:
        home = base.area_codes.index(part.home)
        listening[base.area] = decay(base.distance[home], part.reach, scenario.shape)
    return listening


def _delivery(part: Move | Third, base: Base) -> np.ndarray:
    delivery = np.full(len(base.codes), part.delivery)
    if part.spread == "county":
        for county, share in part.counties:
            delivery[base.county_mask(county)] = share
    return delivery


def _moved(
    scenario: Scenario, base: Base, inside: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, tuple[Conflict, ...]]:
    """Rows units x origins x destinations after the moves, and where they asked too much.

    A move takes from every ticket but its own. Where moves together ask for more than a ticket
    has, each gets its part: the steps stay row-stochastic.
    """
    moves = _all_moves(scenario)
    units, origins, tickets = rows.shape
    out = np.zeros((units, origins, len(DESTINATIONS)))
    if not moves:
        out[:, :, :tickets] = rows
        return out, ()
    asked = np.stack([_asked(move, scenario, base, inside) for move in moves])
    takes = np.array([[_takes(move, origin) for origin in base.origins] for move in moves], float)
    worst = np.zeros(units)
    for origin in range(origins):
        active = asked * takes[:, origin, None, None]  # moves x units x destinations
        for ticket in range(tickets):
            others = np.array([CAMPS_AT[move.camp] != ticket for move in moves])
            step = active[others].sum(axis=0)
            total = step.sum(axis=1)
            worst = np.maximum(worst, np.where(rows[:, origin, ticket] > 0, total, 0))
            step /= np.maximum(1, total)[:, None]
            stays = 1 - step.sum(axis=1)
            out[:, origin] += rows[:, origin, ticket, None] * step
            out[:, origin, ticket] += rows[:, origin, ticket] * stays
    conflicts = tuple(
        Conflict(base.codes[u], _leaders(moves, asked[:, u]), float(worst[u]))
        for u in np.flatnonzero(worst > 1 + 1e-9)
    )
    return out, conflicts


CAMPS_AT = {camp: TICKETS.index(camp) for camp in CAMPS}


def _all_moves(scenario: Scenario) -> list[Move]:
    """The moves, and the third ticket as one more: it takes from every other ticket."""
    third = scenario.third
    if third is None:
        return list(scenario.moves)
    who = {"leader": third.leader or third.name, "camp": "third"}
    entry = Move.model_validate(third.model_dump(exclude={"leader", "name"}) | who)
    return [*scenario.moves, entry]


def _asked(move: Move, scenario: Scenario, base: Base, inside: np.ndarray) -> np.ndarray:
    """What a move asks of a ticket, units x destinations: camp, third ticket, stays home."""
    listening = _listening(move, scenario, base, inside)
    delivery = _delivery(move, base)
    asked = np.zeros((len(base.codes), len(DESTINATIONS)))
    rest = listening * (1 - delivery)
    asked[:, CAMPS_AT["third"]] += rest * move.rest_third
    asked[:, STAYS_HOME] += rest * move.rest_home
    asked[:, CAMPS_AT[move.camp]] += listening * delivery
    return asked


def _takes(move: Move, origin: str) -> bool:
    return not move.origins or origin in move.origins


def _leaders(moves: list[Move], asked: np.ndarray) -> tuple[str, ...]:
    return tuple(m.leader for m, a in zip(moves, asked, strict=True) if a.sum() > 0.01)


def _turned_out(scenario: Scenario, base: Base, voters: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Apply turnout, and let absentees and new voters vote as their constituency where unset."""
    rates = _rates(scenario, base)
    rows = rows.copy()
    tickets = len(TICKETS)
    _scale(rows, rates, slice(0, VOTING))
    mix = np.einsum("uo,uot->ut", voters[:, :VOTING], rows[:, :VOTING, :tickets])
    total = mix.sum(axis=1, keepdims=True)
    nobody = np.zeros(tickets)
    mix = np.divide(mix, total, out=np.tile(nobody, (len(mix), 1)), where=total > 0)
    for origin in (AWAY, NEW):
        unset = np.isnan(rows[:, origin, 0])
        rows[unset, origin, :tickets] = mix[unset]
        rows[unset, origin, STAYS_HOME] = 1 - mix[unset].sum(axis=1)
        _scale(rows, rates, slice(origin, origin + 1))
    return rows


def _scale(rows: np.ndarray, rates: np.ndarray, origins: slice) -> None:
    tickets = rows[:, origins, : len(TICKETS)]
    tickets *= rates[:, origins, None]
    rows[:, origins, STAYS_HOME] = 1 - tickets.sum(axis=2)


def _rates(scenario: Scenario, base: Base) -> np.ndarray:
    rates = np.zeros((len(base.codes), len(base.origins)))
    rates[:, :VOTING] = 1
    rates[:, NEW] = base.voters[:, :VOTING].sum(axis=1) / np.maximum(1, base.register)
    for entry in sorted(scenario.turnout, key=lambda e: bool(e.county)):
        where = base.county_mask(entry.county) if entry.county else slice(None)
        rates[where, base.origins.index(entry.origin)] = entry.rate
    return rates


def whole(transfer: np.ndarray, voters: np.ndarray) -> np.ndarray:
    """Whole voters per row by largest remainder: rows sum to ``voters`` exactly.

    ``transfer`` is units x origins x destinations with rows summing to 1, ``voters`` units x
    origins. Ties go to the destination that comes first.
    """
    exact = transfer * voters[:, :, None]
    counts = np.floor(exact + 1e-9)
    short = np.rint(voters - counts.sum(axis=2)).astype(np.int64)
    order = np.argsort(-(exact - counts), axis=2, kind="stable")
    extra = np.arange(transfer.shape[2]) < short[:, :, None]
    np.put_along_axis(counts, order, np.take_along_axis(counts, order, axis=2) + extra, axis=2)
    return np.asarray(counts.astype(np.int64))


def _set_by_hand(scenario: Scenario, base: Base, flows: np.ndarray, voters: np.ndarray) -> None:
    """Give overridden units their votes while as few voters as possible change destination.

    Destinations that get too many give the surplus back, from their origins in proportion; what is
    given back fills those that lack voters. Whole voters then keep both margins.
    """
    units = [base.position[override.code] for override in scenario.overrides]
    wanted = np.array([[*o.votes, 0] for o in scenario.overrides], dtype=np.int64)
    wanted[:, -1] = voters[units].sum(axis=1) - wanted.sum(axis=1)
    if (wanted < 0).any():
        code = scenario.overrides[int(wanted[:, -1].argmin())].code
        raise ValueError(f"{code}: the votes set by hand exceed the register")
    held = flows[units].sum(axis=1)
    kept = flows[units] * np.minimum(1, wanted / np.maximum(1, held))[:, None, :]
    free = voters[units] - kept.sum(axis=2)
    lacking = np.maximum(0, wanted - held)
    part = lacking / np.maximum(1, lacking.sum(axis=1, keepdims=True))
    counts = np.floor(kept + free[:, :, None] * part[:, None, :] + 1e-9).astype(np.int64)
    for i, unit in enumerate(units):
        flows[unit] = _fill(counts[i], voters[unit], wanted[i])


def _fill(counts: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Place what rounding left over so that both margins are met (north-west corner)."""
    row_left, column_left = rows - counts.sum(axis=1), columns - counts.sum(axis=0)
    for row in range(len(rows)):
        for column in range(len(columns)):
            placed = min(row_left[row], column_left[column])
            counts[row, column] += placed
            row_left[row] -= placed
            column_left[column] -= placed
    return counts


def _rows(flows: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Row-stochastic rows of whole flows; an empty origin keeps the modelled row."""
    totals = flows.sum(axis=2, keepdims=True)
    return np.where(totals > 0, flows / np.maximum(1, totals), before)
