"""Changes to a scenario that touch several of its parts at once.

>>> from mulembe.scenario.model import Move, Scenario
>>> move = Move(leader="moses-wetangula", camp="third", delivery=0.6, home="218")
>>> edited = with_move(Scenario(cycle="2022"), move)
>>> edited.third.delivery, backed_by(edited, "moses-wetangula")
(0.0, 'third')
>>> without_third(edited).moves
()
"""

from __future__ import annotations

from typing import Any

from mulembe.scenario import levers
from mulembe.scenario.model import MOVE_LIMIT, TICKETS, Move, Override, Scenario, Third

THIRD = "third"
_AT = TICKETS.index(THIRD)


class EditError(ValueError):
    """A change cannot be made; the text is a sentence for the user."""


def backed_by(scenario: Scenario, leader: str, besides: int | None = None) -> str:
    """The camp a leader backs already, as a mover or on the third ticket; "" when none.

    ``besides`` is the position of a move that does not count.
    """
    if leader and scenario.third and scenario.third.leader == leader:
        return THIRD
    others = (move for i, move in enumerate(scenario.moves) if i != besides)
    return next((move.camp for move in others if move.leader == leader), "")


def with_move(scenario: Scenario, move: Move) -> Scenario:
    """One move more; a third ticket that is backed but does not stand yet then stands.

    Raises EditError when there are as many moves as a scenario holds.
    """
    if len(scenario.moves) >= MOVE_LIMIT:
        raise EditError(f"A line-up holds up to {MOVE_LIMIT} moves; remove one first.")
    return _standing(scenario, move).but(moves=(*scenario.moves, move))


def with_changed_move(scenario: Scenario, position: int, **changes: Any) -> Scenario:
    """One move with some fields replaced; raises pydantic's ValidationError."""
    move = Move.model_validate(scenario.moves[position].model_dump() | changes)
    moves = list(scenario.moves)
    moves[position] = move
    return _standing(scenario, move).but(moves=tuple(moves))


def without_move(scenario: Scenario, position: int) -> Scenario:
    """One move less."""
    return scenario.but(moves=tuple(m for i, m in enumerate(scenario.moves) if i != position))


def _standing(scenario: Scenario, move: Move) -> Scenario:
    """The scenario with a third ticket of nothing of its own, if the move needs one."""
    needed = move.camp == THIRD or move.rest_third > 0
    if scenario.third is not None or not needed:
        return scenario
    return scenario.but(third=Third(home=move.home, delivery=0.0))


def without_third(scenario: Scenario) -> Scenario:
    """Withdraw the third ticket: moves to it go, and what it inherits goes to the others.

    Raises EditError when a constituency is set by hand with votes for it.
    """
    if scenario.third is None:
        return scenario
    held = [o.code for o in scenario.overrides if o.votes[_AT]]
    if held:
        raise EditError(
            f"{len(held)} {'constituency is' if len(held) == 1 else 'constituencies are'} set by "
            f"hand with votes for the third ticket ({', '.join(held)}); change that first."
        )
    for entry in scenario.inheritance:
        if entry.shares[_AT]:
            path = ".".join(filter(None, ("inheritance", entry.origin, THIRD, entry.scope)))
            scenario = levers.put(scenario, path, 0.0)
    moves = tuple(
        move.model_copy(update={"rest_third": 0.0}) for move in scenario.moves if move.camp != THIRD
    )
    runoff = (scenario.runoff[0], scenario.runoff[1], 0.0)
    return scenario.but(third=None, moves=moves, runoff=runoff)


def with_override(scenario: Scenario, override: Override) -> Scenario:
    """A constituency set by hand, instead of what was set there before."""
    return scenario.but(overrides=(*_others(scenario, override.code), override))


def without_override(scenario: Scenario, code: str) -> Scenario:
    """A constituency left to the engine again."""
    return scenario.but(overrides=_others(scenario, code))


def _others(scenario: Scenario, code: str) -> tuple[Override, ...]:
    return tuple(o for o in scenario.overrides if o.code != code)


def changed_parts(scenario: Scenario, start: Scenario) -> tuple[str, ...]:
    """Names of the parts in which two scenarios differ, name and region left aside."""
    words = {
        "inheritance": "who inherits",
        "moves": "who backs whom",
        "third": "the third ticket",
        "turnout": "turnout",
        "overrides": "constituencies set by hand",
        "roll": "the register",
        "growth": "the growth of the register",
        "shape": "how pulls fade",
        "runoff": "the run-off",
        "uncertainty": "the sizes of the errors",
        "seed": "the seed",
    }
    return tuple(
        text for part, text in words.items() if getattr(scenario, part) != getattr(start, part)
    )
