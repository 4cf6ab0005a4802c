"""What would it take: one lever against a goal, swept over its range, and all levers in turn.

Everything but the lever stays as the scenario has it. Nothing is assumed about the shape of the
answer: the whole range is tried on a grid, then the boundary is found between two neighbours by
halving, down to the finest change the model keeps (0.01 of a percent, 0.1 km).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from mulembe.scenario import levers
from mulembe.scenario.levers import KM, SHARE, TIMES, Lever, LeverError
from mulembe.scenario.model import CAMPS, TICKETS, Scenario
from mulembe.scenario.national import COUNTIES_NEEDED, QUARTER, county_votes, nation
from mulembe.scenario.outcome import Outcome, run
from mulembe.tables import Tables

KINDS = ("region", "share", "majority", "runoff", "county")
GRID = {SHARE: 100, KM: 60, TIMES: 60}  # steps of the grid by unit
TORNADO = {SHARE: 0.1, KM: 10.0, TIMES: 0.1}  # how far the sensitivity moves a lever, by unit
STEPS_LIMIT = 1001
_TIE = 1e-9  # below any difference that one vote makes


class GoalError(ValueError):
    """A goal that cannot be judged; the text is a sentence."""


@dataclass(frozen=True)
class Goal:
    """What is to be reached.

    ``kind``: "region" (``camp`` has most votes in the region), "share" (it has at least the
    fraction ``value`` of the region's valid votes), "majority" (it passes both gates of Article 138
    in the first round), "runoff" (nobody does; ``camp`` is not asked for), "county" (it has most
    votes in the county ``county``).
    """

    kind: str
    camp: str = ""
    value: float = 0
    county: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise GoalError(f"'{self.kind[:30]}' is not a goal: use {', '.join(KINDS)}.")
        if self.kind != "runoff" and self.camp not in CAMPS:
            raise GoalError(f"'{self.camp[:30]}' is not a camp: use {', '.join(CAMPS)}.")
        if self.kind == "share" and not 0 <= self.value <= 1:
            raise GoalError("The share to reach lies between 0% and 100%.")
        if self.kind == "county" and not self.county:
            raise GoalError("Say which county is to be held, such as 037.")

    @property
    def national(self) -> bool:
        """Whether it is judged on the nation."""
        return self.kind in ("majority", "runoff")


@dataclass(frozen=True)
class Answer:
    """What it takes.

    ``status`` is "reached" (``value`` is the smallest change of the lever that reaches the goal),
    "already" (the goal holds as things stand; ``value`` is the nearest at which it no longer does,
    None if it always holds) or "unreachable" (``value`` comes nearest). ``score`` is the goal's at
    ``value``, ``outcome`` what the scenario then gives, ``before`` what it gave.
    """

    status: Literal["already", "reached", "unreachable"]
    goal: Goal
    lever: Lever
    start: float
    value: float | None
    score: float
    before: Outcome
    outcome: Outcome

    @property
    def change(self) -> float | None:
        """From where the lever stands to ``value``, in its unit."""
        return None if self.value is None else round(self.value - self.start, 4)

    @cached_property
    def votes(self) -> int:
        """Voters who end elsewhere than in the scenario, where the goal is judged, at least.

        Counted per constituency between the tickets and staying at home; a register that grows or
        shrinks counts too.
        """
        judged = area(self.goal, self.before)
        moved = _placed(self.outcome)[judged] - _placed(self.before)[judged]
        gains, losses = np.maximum(moved, 0).sum(), np.maximum(-moved, 0).sum()
        return int(max(gains, losses))

    @cached_property
    def constituencies(self) -> tuple[str, ...]:
        """Codes where another ticket has most votes than in the scenario, where it is judged."""
        changed = (self.outcome.winners() != self.before.winners()) & area(self.goal, self.before)
        return tuple(self.before.base.codes[i] for i in np.flatnonzero(changed))


def _placed(outcome: Outcome) -> np.ndarray:
    """Voters per unit and destination."""
    return np.asarray(outcome.flows.sum(axis=1))


def area(goal: Goal, outcome: Outcome) -> np.ndarray:
    """Which units a goal is judged on: the nation, the region or the county."""
    if goal.national:
        return np.ones(len(outcome.base.codes), dtype=bool)
    return outcome.base.county_mask(goal.county) if goal.kind == "county" else outcome.inside


def reached(goal: Goal, outcome: Outcome) -> bool:
    """Whether a goal holds."""
    return score(goal, outcome) >= 0


def score(goal: Goal, outcome: Outcome) -> float:
    """How far beyond a goal an outcome is, as a fraction of votes: at least 0 iff it is reached.

    For both gates it is the scarcer of the two: half of the votes, or a quarter of them in the
    24th best county. Raises GoalError for a county that is not there.
    """
    if goal.kind == "county" and goal.county not in outcome.base.county_codes:
        raise GoalError(f"'{goal.county[:10]}' is not a county.")
    votes = outcome.totals(area(goal, outcome))
    if not votes.sum():
        return -1.0
    if goal.kind == "runoff":
        return -float(_gates(outcome).max()) - _TIE
    place = TICKETS.index(goal.camp)
    if goal.kind == "majority":
        return float(_gates(outcome)[place])
    if goal.kind == "share":
        return float(votes[place] / votes.sum()) - goal.value
    ahead = int(votes[place]) - int(np.delete(votes, place).max())
    return (ahead - 1) / int(votes.sum())  # a tie is not won


def _gates(outcome: Outcome) -> np.ndarray:
    """The scarcer gate of each camp, at least 0 iff it passes both."""
    county = county_votes(outcome.votes, outcome)[:, : len(CAMPS)]
    held = outcome.valid.sum()
    by_county = np.bincount(
        outcome.base.counties, outcome.valid, minlength=len(outcome.base.county_codes)
    )
    shares = np.divide(county, by_county[:, None], where=by_county[:, None] > 0, out=county * 0.0)
    half = (2 * county.sum(axis=0) - held - 1) / (2 * held)
    quarter = np.sort(shares, axis=0)[-COUNTIES_NEEDED] - QUARTER
    return np.asarray(np.minimum(half, quarter))


@dataclass
class _Trial:
    """One lever moved over whole steps of its range; runs are kept."""

    scenario: Scenario
    tables: Tables
    lever: Lever
    goal: Goal

    def __post_init__(self) -> None:
        self._scores: dict[int, float | None] = {}

    def at(self, step: int) -> float | None:
        """The goal's score at a step, None where the scenario cannot be run."""
        if step not in self._scores:
            outcome = self.outcome(step)
            self._scores[step] = None if outcome is None else score(self.goal, outcome)
        return self._scores[step]

    def outcome(self, step: int) -> Outcome | None:
        """What the scenario gives at a step."""
        return _attempt(self.scenario, self.tables, self.lever.path, self.value(step))

    def holds(self, step: int) -> bool:
        """Whether the goal is reached at a step."""
        found = self.at(step)
        return found is not None and found >= 0

    def value(self, step: int) -> float:
        """The lever's value at a step."""
        return round(step * self.lever.step, 4)

    def step(self, value: float) -> int:
        """The step at a value."""
        return round(value / self.lever.step)


def _attempt(scenario: Scenario, tables: Tables, path: str, value: float) -> Outcome | None:
    """The outcome with a lever moved, None where a constituency set by hand has too few voters."""
    moved = levers.put(scenario, path, value)
    try:
        return run(moved, tables)
    except ValueError:
        return None


def solve(scenario: Scenario, tables: Tables, path: str, goal: Goal) -> Answer:
    """The smallest change of one lever that reaches a goal; raises LeverError and GoalError.

    The scenario must have passed ``reading.problems``.
    """
    lever = levers.lever(scenario, tables, path)
    trial = _Trial(scenario, tables, lever, goal)
    start, before = levers.value(scenario, path), run(scenario, tables)
    now = score(goal, before)
    origin = trial.step(start)
    grid = _grid(lever, origin)
    if now >= 0:
        stop = _nearest(grid, origin, lambda step: not _fine(trial, step))
        at = origin if stop is None else stop
        return _answer(trial, "already", start, stop, at, before)
    found = _nearest(grid, origin, trial.holds)
    if found is None:
        peak = _peak(trial, grid)
        if trial.holds(peak):  # between two steps of the grid
            found = _edge(trial.holds, origin, peak)
        else:
            return _answer(trial, "unreachable", start, peak, peak, before)
    return _answer(trial, "reached", start, found, found, before)


def _fine(trial: _Trial, step: int) -> bool:
    """Whether the goal holds, or the step cannot be judged."""
    found = trial.at(step)
    return found is None or found >= 0


def _answer(
    trial: _Trial,
    status: Literal["already", "reached", "unreachable"],
    start: float,
    stop: int | None,
    at: int,
    before: Outcome,
) -> Answer:
    outcome = trial.outcome(at) if stop is not None else before
    value = None if stop is None else trial.value(stop)
    kept = before if outcome is None else outcome
    return Answer(
        status, trial.goal, trial.lever, start, value, score(trial.goal, kept), before, kept
    )


def _grid(lever: Lever, origin: int) -> list[int]:
    """Whole steps over a lever's range, its own place among them; distances grow by ratio."""
    low, high = round(lever.low / lever.step), round(lever.high / lever.step)
    count = GRID[lever.unit] + 1
    if lever.unit == KM:
        points = np.geomspace(max(1, low), high, count)
    else:
        points = np.linspace(low, high, count)
    return sorted({round(point) for point in points} | {low, high, origin})


def _nearest(grid: list[int], origin: int, wanted: Callable[[int], bool]) -> int | None:
    """The step nearest to the lever's place at which something holds that does not hold there."""
    place = grid.index(origin)
    found = []
    for side in (grid[place:], grid[place::-1]):
        for near, far in pairwise(side):
            if wanted(far):
                found.append(_edge(wanted, near, far))
                break
    return min(found, key=lambda step: abs(step - origin), default=None)


def _edge(wanted: Callable[[int], bool], off: int, on: int) -> int:
    """The step next to one where it does not hold, between ``off`` and ``on`` where it does."""
    while abs(on - off) > 1:
        middle = (on + off) // 2
        if wanted(middle):
            on = middle
        else:
            off = middle
    return on


def _peak(trial: _Trial, grid: list[int]) -> int:
    """The step with the best score: the best of the grid, refined between its neighbours."""

    def rank(step: int) -> float:
        found = trial.at(step)
        return -np.inf if found is None else found

    steps = grid
    while True:
        best = max(steps, key=rank)
        place = steps.index(best)
        around = steps[max(0, place - 1) : place + 2]
        if max(b - a for a, b in pairwise(around)) <= 1:
            return best
        points = np.linspace(around[0], around[-1], 21)
        steps = sorted({round(point) for point in points} | set(around))


def sweep(
    scenario: Scenario, tables: Tables, path: str, low: float, high: float, steps: int
) -> pd.DataFrame:
    """A lever moved from ``low`` to ``high`` in ``steps`` equal stops, one row each.

    Columns: ``value`` (the lever's, in its unit), per ticket ``share_*`` and ``votes_*`` in the
    region, ``won_*`` (constituencies of the region), ``nation_*`` (share of the nation's valid
    votes), ``passes`` (the camp that passes both gates, "" for none) and ``runoff``. Stops where a
    constituency set by hand has too few voters are left out. Raises LeverError.
    """
    lever = levers.lever(scenario, tables, path)
    if not 2 <= steps <= STEPS_LIMIT:
        raise LeverError(f"A sweep makes 2 to {STEPS_LIMIT:,} stops.")
    if not lever.low <= low < high <= lever.high:
        raise LeverError(f"A sweep goes up, within {lever.limits}.")
    values = dict.fromkeys(
        round(round(v / lever.step) * lever.step, 4) for v in np.linspace(low, high, steps)
    )
    outcomes = ((value, _attempt(scenario, tables, path, value)) for value in values)
    return pd.DataFrame([_stop(value, o) for value, o in outcomes if o is not None])


def _stop(value: float, outcome: Outcome) -> dict[str, object]:
    won = np.bincount(outcome.winners()[outcome.inside & (outcome.valid > 0)], minlength=4)
    gates = nation(outcome).everyone
    columns = {
        "share": outcome.total_shares(),
        "votes": outcome.totals(),
        "won": won,
        "nation": gates.shares,
    }
    row: dict[str, object] = {"value": value}
    for name, found in columns.items():
        row |= {f"{name}_{ticket}": found[i] for i, ticket in enumerate(TICKETS)}
    return row | {"passes": gates.winner, "runoff": bool(gates.runoff)}


def sensitivity(
    scenario: Scenario, tables: Tables, camp: str, target: str = "region"
) -> pd.DataFrame:
    """How much each lever moves a camp's share: real runs at -/+ 10 points or 10 km.

    Within the lever's limits; growth moves by a tenth. Of each inherited column the largest share
    is left out: it is what the others leave. ``target`` is "region" or "nation". Columns: ``path``,
    ``label``, ``group``, ``unit``, ``value``, ``low`` and ``high`` (the lever's values tried),
    ``share``, ``share_low`` and ``share_high`` (fractions), ``span``; widest first.
    """
    if camp not in CAMPS or target not in ("region", "nation"):
        raise GoalError(f"There is no share of '{camp[:30]}' in '{target[:30]}'.")
    place = TICKETS.index(camp)
    now = _share(run(scenario, tables), place, target)
    rows = [
        _bar(scenario, tables, lever, now, lambda outcome: _share(outcome, place, target))
        for lever in levers.levers(scenario, tables)
        if not _is_remainder(scenario, lever.path)
    ]
    table = pd.DataFrame(rows).sort_values("span", ascending=False, kind="stable")
    return table.reset_index(drop=True)


def _bar(
    scenario: Scenario,
    tables: Tables,
    lever: Lever,
    now: float,
    measure: Callable[[Outcome], float],
) -> dict[str, object]:
    """One row of the sensitivity; an end that cannot be run is NaN."""
    value, width = levers.value(scenario, lever.path), TORNADO[lever.unit]
    low = max(lever.low, round(value - width, 4))
    high = min(lever.high, round(value + width, 4))
    shares = []
    for end in (low, high):
        try:
            outcome = _attempt(scenario, tables, lever.path, end)
        except LeverError:  # a scenario that holds as many entries as it can
            outcome = None
        shares.append(float("nan") if outcome is None else measure(outcome))
    return {
        "path": lever.path,
        "label": lever.label,
        "group": lever.group,
        "unit": lever.unit,
        "value": value,
        "low": low,
        "high": high,
        "share": now,
        "share_low": shares[0],
        "share_high": shares[1],
        "span": float(np.nanmax([now, *shares]) - np.nanmin([now, *shares])),
    }


def _is_remainder(scenario: Scenario, path: str) -> bool:
    """Whether a lever is the largest share of its row (the first of equals)."""
    head, *names = path.split(".")
    if head != "inheritance":
        return False
    row = {
        ticket: levers.value(scenario, ".".join([head, names[0], ticket, *names[2:]]))
        for ticket in TICKETS
        if ticket != "third" or scenario.third is not None
    }
    return names[1] == max(row, key=lambda ticket: row[ticket])


def _share(outcome: Outcome, place: int, target: str) -> float:
    everywhere = np.ones(len(outcome.base.codes), dtype=bool)
    return float(outcome.total_shares(None if target == "region" else everywhere)[place])
