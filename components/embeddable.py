"""Which charts can stand alone in a frame of another page, by page and the name in ``only=``.

Polls are not among them: the law wants their particulars beside every publication, and a frame of
one chart has no room for them.
"""

from __future__ import annotations

from dataclasses import dataclass

from mulembe.scenario.layers import NOTE

SCENARIO = NOTE.rstrip(".")
ESTIMATE = "Estimate, not a count"


@dataclass(frozen=True)
class Chart:
    """A chart as a frame needs it.

    ``title`` is read out for the frame, ``height`` the pixels it wants on a phone, where lines are
    many, and ``tag`` says what kind of number is drawn where it is not a declared one.
    """

    title: str
    height: int
    tag: str = ""


# Page (its path) and name: chart. Every page draws exactly its own; see ``embed.page``.
CHARTS: dict[str, dict[str, Chart]] = {
    "": {
        "map": Chart("Who led where in 2022", 720),
        "unity": Chart("Bloc unity by election", 680),
    },
    "map": {"map": Chart("Map of the region", 720)},
    "flows": {
        "mps": Chart("Where the members of Western Kenya moved", 950),
        "votes": Chart("Who moved where, 2017 to 2022", 985),
    },
    "leaders": {
        "seats": Chart("Where the members stand", 780),
        "timeline": Chart("Dated events", 790),
        "gap": Chart("Members against their voters", 600),
    },
    "scenario": {
        "result": Chart("A scenario's result", 680, SCENARIO),
        "map": Chart("A scenario on the map", 760, SCENARIO),
        "places": Chart("A scenario by constituency", 980, SCENARIO),
        "flow": Chart("From the base to the scenario", 810, SCENARIO),
        "nation": Chart("The nation in a scenario", 870, SCENARIO),
    },
    "compare": {
        "totals": Chart("Scenarios side by side", 500, SCENARIO),
        "gap": Chart("Where two scenarios differ", 560, SCENARIO),
        "drivers": Chart("Which assumption drives the gap", 620, SCENARIO),
    },
    "evidence": {
        "pledges": Chart("What was pledged and what came", 720),
        "backtest": Chart("Where a method missed in 2022", 760, ESTIMATE),
        "claims": Chart("The central claim of 2021 against the tables", 610),
    },
}
