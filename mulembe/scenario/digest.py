"""What a page that must be short says of a scenario: who trails, what would turn it, what changed.

>>> from mulembe.scenario import presets
>>> from mulembe.scenario.outcome import run
>>> from mulembe.tables import Tables
>>> tables = Tables()
>>> outcome = run(presets.default(tables, "2027").scenario, tables)
>>> order(outcome)[:2]
('opposition', 'government')
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mulembe import metrics
from mulembe.scenario import compare, levers
from mulembe.scenario.model import CAMPS, INSIDE, LINES, TICKETS, Scenario
from mulembe.scenario.outcome import Outcome, run
from mulembe.scenario.solve import Answer, Goal, solve
from mulembe.tables import Tables

NOT_ASSUMED = {"version", "preset", "name", "region", "uncertainty", "seed"}


def order(outcome: Outcome) -> tuple[str, ...]:
    """The camps that have votes in the region, the one with most first."""
    totals = outcome.totals()
    camps = sorted(CAMPS, key=lambda camp: -int(totals[TICKETS.index(camp)]))
    return tuple(camp for camp in camps if totals[TICKETS.index(camp)])


def is_set(scenario: Scenario, base: Scenario) -> bool:
    """Whether a scenario assumes anything but its base; names, region and seed do not count."""
    fields = set(Scenario.model_fields) - NOT_ASSUMED
    return any(getattr(scenario, field) != getattr(base, field) for field in fields)


def turning(outcome: Outcome, tables: Tables) -> tuple[Answer, ...]:
    """What one lever must reach for the second camp to lead the region, one answer per lever.

    Tried are the first move's delivery at home (where one is made) and the share of a column of the
    base, Odinga's before the others, that goes to the second camp; see ``solve``. Empty where fewer
    than two camps have votes.
    """
    camps = order(outcome)
    if len(camps) < 2:
        return ()
    second = camps[1]
    tried = [*_first_delivery(outcome.scenario), _column(outcome, second)]
    goal = Goal("region", second)
    return tuple(solve(outcome.scenario, tables, path, goal) for path in tried)


def turning_of(scenario: Scenario, tables: Tables) -> tuple[Answer, ...]:
    """``turning`` of what a scenario gives."""
    return turning(run(scenario, tables), tables)


def _first_delivery(scenario: Scenario) -> list[str]:
    if not scenario.moves or scenario.moves[0].spread == "county":
        return []
    return ["moves.0.delivery"]


def _column(outcome: Outcome, second: str) -> str:
    """The first column, Odinga's before the other, that the second camp does not inherit whole.

    Where the scenario says more narrowly who inherits in the region, that is what acts there.
    """
    scenario = outcome.scenario
    regional = {entry.origin for entry in scenario.inheritance if entry.scope == INSIDE}
    paths = [
        f"inheritance.{origin}.{second}" + (f".{INSIDE}" if origin in regional else "")
        for origin in LINES[scenario.cycle]
    ]
    open_yet = (path for path in paths if levers.value(scenario, path) < 1)
    return next(open_yet, paths[0])


def unity(outcome: Outcome) -> metrics.BlocUnity:
    """Bloc unity of the opposition against the government over the region."""
    index = [
        code for code, inside in zip(outcome.base.codes, outcome.inside, strict=True) if inside
    ]
    votes = pd.DataFrame(outcome.votes[outcome.inside], index=index, columns=list(TICKETS))
    votes = votes[votes.sum(axis=1) > 0].astype(float)
    return metrics.bloc_unity(votes["opposition"], votes["government"], votes.sum(axis=1))


@dataclass(frozen=True)
class Changed:
    """A scenario against its base over the region.

    ``flips`` as in ``compare.flips``. ``places`` has per constituency code the change of each
    ticket's share in points, and ``largest`` names the (code, ticket) with the largest one, None
    where nothing changed. ``shares`` and ``before`` are percent of the region's valid votes by
    ticket; ``votes`` is the change of the number of valid votes.
    """

    flips: pd.DataFrame
    places: pd.DataFrame
    largest: tuple[str, str] | None
    shares: dict[str, float]
    before: dict[str, float]
    votes: int


def changed(outcome: Outcome, base: Outcome) -> Changed:
    """What a scenario changes against its base; both over one region of one cycle."""
    inside = outcome.inside
    codes = [code for code, held in zip(outcome.base.codes, inside, strict=True) if held]
    places = pd.DataFrame(
        100 * (outcome.shares[inside] - base.shares[inside]), index=codes, columns=list(TICKETS)
    )
    size = places.abs()
    found = None
    if float(np.nanmax(size.to_numpy(), initial=0.0)) > 0:
        code = str(size.max(axis=1).idxmax())
        found = (code, str(size.loc[code].idxmax()))
    return Changed(
        compare.flips(base, outcome),
        places,
        found,
        _percent(outcome),
        _percent(base),
        int(outcome.valid[inside].sum() - base.valid[inside].sum()),
    )


def _percent(outcome: Outcome) -> dict[str, float]:
    return dict(zip(TICKETS, (100 * outcome.total_shares()).tolist(), strict=True))
