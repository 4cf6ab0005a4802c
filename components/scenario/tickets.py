"""A scenario's tickets where several scenarios or no result are at hand: names and colours."""

from __future__ import annotations

from components import state, theme, whatif
from components.data import tables
from mulembe.scenario import words
from mulembe.scenario.model import CAMPS, TICKETS, Scenario


def names(scenario: Scenario) -> dict[str, str]:
    """Each ticket's name on screen."""
    return words.ticket_names(tables(), scenario)


def colour(ticket: str) -> str:
    """The ticket's colour; others recede, they are nobody's side."""
    return theme.slot_colour(ticket if ticket in CAMPS else "undeclared")


def standing(scenario: Scenario) -> list[str]:
    """The camps a question can be about: the third one only where it stands."""
    return [camp for camp in CAMPS if camp != "third" or scenario.third is not None]


def place(ticket: str) -> int:
    """The ticket's position in every array of an outcome."""
    return TICKETS.index(ticket)


def starting(text: str) -> str:
    """The text as the start of a sentence."""
    return text[:1].upper() + text[1:]


def asked(scenario: Scenario) -> str:
    """The camp asked about: the chosen one, or the one behind in the region at the base."""
    chosen = state.get("who")
    if chosen:
        return chosen
    opposition, government, *_ = whatif.outcome(whatif.baseline(scenario)).totals()
    return CAMPS[0] if opposition < government else CAMPS[1]
