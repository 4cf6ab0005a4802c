"""The scenario on screen with everything its drawings share: names, colours, words for numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isnan

import pandas as pd

from components import state, theme, whatif
from components.data import region as read_region
from components.data import tables
from mulembe.regions import Region
from mulembe.scenario import words
from mulembe.scenario.standing import Standing, camps_of

TAG = "Scenario, not a forecast"
NOTHING = "\u2013"
ASSUMED = (
    "The assumptions are this scenario's own; what is assumed is never part of a chance, and every "
    "chance holds only if this line-up runs."
)


@dataclass(frozen=True)
class Shown:
    """What the result draws: the standing, the region, and names for tickets and columns."""

    standing: Standing
    region: Region
    names: dict[str, str]
    columns: dict[str, str]

    @property
    def base(self) -> str:
        """The year of the base election."""
        return self.standing.now.scenario.base

    @property
    def side(self) -> str:
        """The camp whose share is read: the chosen one, or the region's leading one."""
        camps = camps_of(self.standing.tickets)
        wanted = (state.get("side"), self.standing.leader, *camps)
        return next(ticket for ticket in wanted if ticket in camps)

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of the base results."""
        return self.standing.now.base.sources

    @cached_property
    def lines(self) -> str:
        """Which base column stands behind which camp, in a sentence."""
        first, second = self.standing.now.base.origins[:2]
        return (
            f"{self.names['opposition']} is set against {self.columns[first]}, "
            f"{self.names['government']} against {self.columns[second]}."
        )

    def colour(self, ticket: str) -> str:
        """A ticket's colour; the others share the grey that belongs to no side."""
        return theme.slot_colour("undeclared" if ticket == "others" else ticket)

    def name(self, ticket: str) -> str:
        """A ticket's name; "nobody" where nobody votes."""
        return self.names.get(ticket, "nobody")


def shown() -> Shown:
    """The scenario of the view beside its base."""
    scenario = whatif.scenario()
    standing = Standing(
        whatif.outcome(scenario), whatif.outcome(whatif.baseline(scenario)), whatif.draws(scenario)
    )
    return Shown(
        standing,
        read_region(scenario.region),
        words.ticket_names(tables(), scenario),
        words.column_names(tables(), scenario),
    )


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage; a dash where there is none."""
    return NOTHING if isnan(share) else f"{100 * share:.{digits}f}%"


def points(change: float) -> str:
    """A difference of shares in points, with its sign."""
    if isnan(change):
        return NOTHING
    value = f"{100 * change:+.1f}".replace("-", "\u2212")
    return "0.0 points" if value[1:] == "0.0" else f"{value} points"


def shift(now: float, was: float) -> str:
    """The points between two shares as they are written, so that the written figures agree."""
    return points(round(now, 3) - round(was, 3))


def spread(low: float, high: float) -> str:
    """The 90% range of a share: '41.0% to 62.9%'; a dash where nobody votes."""
    return NOTHING if isnan(low + high) else f"{percent(low)} to {percent(high)}"


def total_table(view: Shown) -> pd.DataFrame:
    """The region's totals with readable columns, for a download."""
    rows = view.standing.totals.loc[list(view.standing.tickets)]
    return pd.DataFrame(
        {
            "Camp": [view.names[t] for t in rows.index],
            "Votes": rows["votes"],
            f"Votes {view.base}": rows["was_votes"],
            "Share (%)": (100 * rows["share"]).round(2),
            f"Share {view.base} (%)": (100 * rows["was"]).round(2),
            "Change (points)": (100 * rows["change"]).round(2),
            "5% of runs below (%)": (100 * rows["low"]).round(2),
            "5% of runs above (%)": (100 * rows["high"]).round(2),
            "Constituencies led": rows["won"],
            f"Constituencies led {view.base}": rows["was_won"],
            "Runs leading the region (%)": (100 * rows["leads"]).round(1),
        }
    )
