"""Two of the compared scenarios against each other, and what a ticket is called in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.compare.choice import Entry
from components.scenario import tickets


@dataclass(frozen=True)
class Pair:
    """Two of the scenarios and the camp whose share is compared; differences are b less a."""

    a: Entry
    b: Entry
    camp: str

    @property
    def name(self) -> str:
        """The camp's name, both where the cycles differ."""
        return camp_name((self.a, self.b), self.camp) or self.a.names[self.camp]

    @property
    def shares(self) -> tuple[float, float]:
        """The camp's share of the region in both."""
        place = tickets.place(self.camp)
        first, second = (e.outcome.total_shares()[place] for e in (self.a, self.b))
        return float(first), float(second)

    @property
    def sources(self) -> list[str]:
        """Sources of both bases."""
        return [*self.a.outcome.base.sources, *self.b.outcome.base.sources]

    @property
    def way(self) -> str:
        """The direction of reading."""
        return f"from {self.a.letter} to {self.b.letter}"


def camp_name(found: Sequence[Entry], ticket: str) -> str:
    """A ticket's name for all of them: both where the cycles call it otherwise."""
    return " / ".join(dict.fromkeys(e.names[ticket] for e in found if stands(e, ticket)))


def stands(entry: Entry, ticket: str) -> bool:
    """Whether a ticket has votes in a scenario, or could have."""
    return ticket in entry.standing.tickets or ticket in tickets.standing(entry.scenario)
