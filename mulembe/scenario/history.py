"""Undo and redo: a stack of named changes."""

from __future__ import annotations

from dataclasses import dataclass

from mulembe.scenario.model import Scenario

LIMIT = 50


@dataclass(frozen=True)
class Step:
    """A scenario and the name of the change that led to it."""

    change: str
    scenario: Scenario


@dataclass(frozen=True)
class History:
    """The steps of a session; ``position`` is the one that is shown.

    >>> history = History.of(Scenario(cycle="2022"))
    >>> history = history.push("Seed", Scenario(cycle="2022", seed=1))
    >>> history.undo().now.seed, history.undo().redo().now.seed
    (2027, 1)
    """

    steps: tuple[Step, ...]
    position: int = 0

    @classmethod
    def of(cls, scenario: Scenario, change: str = "Start") -> History:
        """A history that begins here."""
        return cls((Step(change, scenario),))

    @property
    def now(self) -> Scenario:
        """The scenario that is shown."""
        return self.steps[self.position].scenario

    @property
    def undoes(self) -> str:
        """Name of the change that ``undo`` takes back; "" when there is none."""
        return self.steps[self.position].change if self.position else ""

    @property
    def redoes(self) -> str:
        """Name of the change that ``redo`` brings back; "" when there is none."""
        later = self.steps[self.position + 1 : self.position + 2]
        return later[0].change if later else ""

    def push(self, change: str, scenario: Scenario) -> History:
        """Add a change; what was undone is dropped, and so is the oldest step beyond the limit.

        A scenario equal to the one shown adds nothing.
        """
        if scenario == self.now:
            return self
        kept = (*self.steps[: self.position + 1], Step(change, scenario))[-(LIMIT + 1) :]
        return History(kept, len(kept) - 1)

    def undo(self) -> History:
        """One step back, or here when there is none."""
        return History(self.steps, max(0, self.position - 1))

    def redo(self) -> History:
        """One step forward, or here when there is none."""
        return History(self.steps, min(len(self.steps) - 1, self.position + 1))
