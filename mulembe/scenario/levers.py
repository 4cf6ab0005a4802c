"""Levers: every single number of a scenario that can be moved, by its path.

>>> from mulembe.scenario.model import Move, Scenario
>>> move = Move(leader="moses-wetangula", camp="government", delivery=0.6, home="218")
>>> scenario = Scenario(cycle="2022", moves=[move])
>>> value(put(scenario, "moves.0.delivery", 0.75), "moves.0.delivery")
0.75

Paths: ``moves.0.delivery`` (also ``reach``, ``rest_home``, ``rest_third``, ``counties.037``),
``third.delivery`` (``reach``, ``counties.037``), ``inheritance.odinga.government`` and
``turnout.odinga``, both with an optional scope in last place, and ``growth``. A number that has no
effect as the scenario stands (the reach of a pull that is flat, say) is no lever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from mulembe.scenario import words
from mulembe.scenario.base import load_base
from mulembe.scenario.model import (
    ABSENT,
    ENTERED,
    INSIDE,
    LINES,
    OTHERS,
    REACH_LIMIT,
    REST,
    TICKETS,
    Inheritance,
    Move,
    Scenario,
    Third,
    Turnout,
)
from mulembe.tables import Tables

INHERITS, BACKS, THIRD, TURNOUT, REGISTER = GROUPS = (
    "Who inherits",
    "Who backs whom",
    "Third ticket",
    "Turnout",
    "Register",
)
SHARE, KM, TIMES = "share", "km", "times"
STEPS = {SHARE: 0.0001, KM: 0.1, TIMES: 0.001}  # the finest change the model keeps, by unit
GROWTH_LIMIT = 3.0
_RIVAL = {"opposition": "government", "government": "opposition"}
_WHOLE = 10_000  # shares are kept to four decimals
_PULL_WORDS = {
    "delivery": "{} delivers at home",
    "reach": "how far {} reaches",
    "rest_home": "who listens to {} but does not follow: stays at home",
    "rest_third": "who listens to {} but does not follow: to the third ticket",
}


class LeverError(ValueError):
    """A path names no lever of this scenario, or a value is out of its range; a sentence."""


@dataclass(frozen=True)
class Lever:
    """One number of a scenario that can be moved.

    ``low`` and ``high`` limit it; ``unit`` is "share" (a fraction), "km" or "times" (of the growth
    from 2017 to 2022). ``group`` is one of GROUPS.
    """

    path: str
    label: str
    group: str
    low: float
    high: float
    unit: str

    @property
    def step(self) -> float:
        """The finest change that is kept."""
        return STEPS[self.unit]

    @property
    def limits(self) -> str:
        """Its range in words, such as "0% to 100%"."""
        return f"{shown(self.low, self.unit)} to {shown(self.high, self.unit)}"


def levers(scenario: Scenario, tables: Tables) -> list[Lever]:
    """Every lever of a scenario in the order a strategist argues."""
    return [lever(scenario, tables, path) for path in paths(scenario, tables)]


def lever(scenario: Scenario, tables: Tables, path: str) -> Lever:
    """The lever a path names; raises LeverError."""
    value(scenario, path)
    head, *rest = path.split(".")
    _known(scenario, tables, head, rest)
    low, high, unit = _limits(scenario, path)
    group = {"inheritance": INHERITS, "moves": BACKS, "third": THIRD, "turnout": TURNOUT}
    label = _label(scenario, tables, head, rest)
    return Lever(path, label, group.get(head, REGISTER), low, high, unit)


def paths(scenario: Scenario, tables: Tables) -> list[str]:
    """The path of every lever that can act, in the order of GROUPS."""
    lines = load_base(tables, scenario.cycle).origins[:3]
    return [
        *_inheritance_paths(scenario, lines),
        *(p for i, move in enumerate(scenario.moves) for p in _move_paths(scenario, i, move)),
        *_pull_paths("third", scenario.third),
        *_turnout_paths(scenario, lines),
        "growth",
    ]


def _inheritance_paths(scenario: Scenario, lines: Sequence[str]) -> Iterator[str]:
    named = [(entry.origin, entry.scope) for entry in scenario.inheritance]
    for origin, scope in _ordered(named, lines):
        for ticket in TICKETS:
            stands = ticket != "third" or scenario.third is not None
            if stands and (ticket != OTHERS or origin == OTHERS):
                yield ".".join(filter(None, ("inheritance", origin, ticket, scope)))


def _move_paths(scenario: Scenario, position: int, move: Move) -> Iterator[str]:
    yield from _pull_paths(f"moves.{position}", move)
    yield f"moves.{position}.rest_home"
    if scenario.third is not None:
        yield f"moves.{position}.rest_third"


def _pull_paths(start: str, part: Move | Third | None) -> Iterator[str]:
    if part is None:
        return
    if part.spread == "county":
        yield from (f"{start}.counties.{county}" for county, _ in part.counties)
        return
    yield f"{start}.delivery"
    if part.spread == "decay":
        yield f"{start}.reach"


def _turnout_paths(scenario: Scenario, lines: Sequence[str]) -> Iterator[str]:
    named = [(entry.origin, entry.county) for entry in scenario.turnout]
    for origin, county in _ordered(named, (*lines, ABSENT)):
        yield ".".join(filter(None, ("turnout", origin, county)))


def _ordered(named: list[tuple[str, str]], always: Sequence[str]) -> list[tuple[str, str]]:
    """Origins and scopes: those always there, the wide scope of each before its narrow ones."""
    order = [*always, *(origin for origin, _ in named)]
    every = {(origin, "") for origin in always} | set(named)
    return sorted(every, key=lambda pair: (order.index(pair[0]), pair[1]))


def value(scenario: Scenario, path: str) -> float:
    """Where a lever stands: a fraction, km or times; raises LeverError."""
    head, *rest = path.split(".")
    if head == "moves" and len(rest) > 1:
        if rest[1] == "rest_third":
            _third(scenario)
        return _pull_value(_move(scenario, rest[0], path), rest[1:], path)
    if head == "third" and rest:
        return _pull_value(_third(scenario), rest, path)
    if head == "inheritance" and len(rest) in (2, 3):
        origin, ticket, scope = (*rest, "")[:3]
        return _row(scenario, origin, scope)[_ticket(scenario, ticket)]
    if head == "turnout" and len(rest) in (1, 2):
        origin, county = (*rest, "")[:2]
        return _rate(scenario, origin, county)
    if path == "growth":
        return scenario.growth if scenario.roll == "grown" else 0.0
    raise LeverError(f"'{path[:60]}' is not a lever of a scenario.")


Change = Callable[[Scenario, list[str], float, str], dict[str, Any]]


def put(scenario: Scenario, path: str, value: float) -> Scenario:
    """The scenario with one lever moved; raises LeverError.

    One share of an inheritance scales the others so that all sum to 1; where the others are all 0
    the remainder goes to the line's own ticket, or to the other main camp when that is the one set.
    Growth is put on a grown register.
    """
    low, high, unit = _limits(scenario, path)
    if not low <= value <= high:  # NaN is refused too
        raise LeverError(
            f"{shown(value, unit)} is out of range: {shown(low, unit)} to {shown(high, unit)}."
        )
    head, *rest = path.split(".")
    changes: dict[str, Change] = {"inheritance": _put_share, "turnout": _put_rate}
    change = changes.get(head, _put_part)
    try:
        return scenario.but(**change(scenario, rest, value, path))
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ").rstrip(".")
        raise LeverError(f"'{path[:60]}' cannot be set to {value:g}: {reason}.") from error


def _limits(scenario: Scenario, path: str) -> tuple[float, float, str]:
    """Low, high and unit of a lever; raises LeverError where there is none."""
    value(scenario, path)
    name = path.rsplit(".", maxsplit=1)[-1]
    if path == "growth":
        return 0.0, GROWTH_LIMIT, TIMES
    if path.startswith(("moves.", "third.")) and name == "reach":
        return STEPS[KM], REACH_LIMIT, KM
    if path.startswith("moves.") and name.startswith("rest_"):
        other = "rest_home" if name == "rest_third" else "rest_third"
        taken = getattr(_move(scenario, path.split(".")[1], path), other)
        return 0.0, round(1 - taken, 4), SHARE
    return 0.0, 1.0, SHARE


def _move(scenario: Scenario, position: str, path: str) -> Move:
    if not re.fullmatch("[0-9]", position) or int(position) >= len(scenario.moves):
        count = len(scenario.moves)
        raise LeverError(f"'{path[:60]}' names a move that is not there: {count} are made.")
    return scenario.moves[int(position)]


def _third(scenario: Scenario) -> Third:
    if scenario.third is None:
        raise LeverError("No third ticket stands in this scenario.")
    return scenario.third


def _pull_value(part: Move | Third, names: list[str], path: str) -> float:
    by_county = part.spread == "county"
    match names:
        case ["counties", county] if by_county and county in dict(part.counties):
            return dict(part.counties)[county]
        case ["delivery"] if not by_county:
            return part.delivery
        case ["reach"] if part.spread == "decay":
            return part.reach
        case ["rest_home"] if isinstance(part, Move):
            return part.rest_home
        case ["rest_third"] if isinstance(part, Move):
            return part.rest_third
        case ["delivery"] | ["reach"] | ["counties", _]:
            raise LeverError(f"'{path[:60]}' has no effect: {_spread_words(part)}.")
    raise LeverError(f"'{path[:60]}' is not a lever of a scenario.")


def _spread_words(part: Move | Third) -> str:
    return {
        "decay": "this pull fades with the distance, it is not set by county",
        "flat": "this pull is the same everywhere, with no reach and no counties",
        "county": f"this pull is set for {', '.join(county for county, _ in part.counties)}",
    }[part.spread]


def _ticket(scenario: Scenario, name: str) -> int:
    if name not in TICKETS:
        raise LeverError(f"'{name[:30]}' is not a ticket: use {', '.join(TICKETS)}.")
    if name == "third":
        _third(scenario)
    return TICKETS.index(name)


def _origin(scenario: Scenario, origin: str) -> str:
    known = (*LINES[scenario.cycle], OTHERS, ABSENT, ENTERED)
    if origin not in known:
        raise LeverError(f"'{origin[:30]}' is not a column of the base: use {', '.join(known)}.")
    return origin


def _scope(scope: str, words: tuple[str, ...]) -> None:
    if scope and scope not in words and not re.fullmatch("[0-9]{3}", scope):
        listed = "".join(f"{word}, " for word in words)
        raise LeverError(f"'{scope[:20]}' is no place: use {listed}or a county such as 037.")


def _own(scenario: Scenario, origin: str) -> str:
    """The ticket an origin goes on as when nothing is said; "" for those who did not vote."""
    return {**LINES[scenario.cycle], OTHERS: OTHERS}.get(origin, "")


def _row(scenario: Scenario, origin: str, scope: str) -> tuple[float, ...]:
    """The shares that count for an origin in a scope, from a wider one where it has none."""
    _origin(scenario, origin)
    _scope(scope, (INSIDE, REST))
    entries = {e.scope: e.shares for e in scenario.inheritance if e.origin == origin}
    if scope in entries:
        return entries[scope]
    if scope.isdecimal() and {INSIDE, REST} & set(entries):
        raise LeverError(
            f"Say first where the voters of '{origin}' go in county {scope[:10]}: the region and "
            "the rest of the country differ."
        )
    if "" in entries:
        return entries[""]
    own = _own(scenario, origin)
    if not own:
        raise LeverError(f"'{origin}' votes as its constituency does; say first where it goes.")
    return tuple(float(ticket == own) for ticket in TICKETS)


def _put_share(
    scenario: Scenario, names: list[str], value: float, path: str
) -> dict[str, tuple[Inheritance, ...]]:
    origin, ticket, scope = (*names, "")[:3]
    row = _row(scenario, origin, scope)
    shares = _rescaled(row, TICKETS.index(ticket), value, _heirs(scenario, origin, ticket))
    entry = _part(Inheritance, path, origin=origin, scope=scope, shares=shares)
    return {"inheritance": _replaced(scenario.inheritance, entry, ("origin", "scope"))}


def _heirs(scenario: Scenario, origin: str, ticket: str) -> tuple[str, ...]:
    """Who takes the remainder of a row whose other shares are all 0."""
    own = _own(scenario, origin)
    if own and own != ticket:
        return (own,)
    return (_RIVAL[ticket],) if ticket in _RIVAL else tuple(_RIVAL)


def _rescaled(
    row: tuple[float, ...], place: int, value: float, heirs: tuple[str, ...]
) -> tuple[float, ...]:
    """The row with one share set and the others in proportion, in whole ten-thousandths."""
    weights = [0.0 if i == place else share for i, share in enumerate(row)]
    if not any(weights):
        weights = [float(ticket in heirs) for ticket in TICKETS]
    wanted = round(value * _WHOLE)
    exact = [(_WHOLE - wanted) * weight / sum(weights) for weight in weights]
    pieces = [int(piece) for piece in exact]
    by_remainder = sorted(range(len(row)), key=lambda i: pieces[i] - exact[i])
    for i in by_remainder[: _WHOLE - wanted - sum(pieces)]:
        pieces[i] += 1
    pieces[place] = wanted
    return tuple(piece / _WHOLE for piece in pieces)


def _rate(scenario: Scenario, origin: str, county: str) -> float:
    _origin(scenario, origin)
    _scope(county, ())
    rates = {entry.county: entry.rate for entry in scenario.turnout if entry.origin == origin}
    if county in rates or "" in rates:
        return rates.get(county, rates.get("", 0.0))
    if origin == ENTERED:
        raise LeverError("New voters turn out as their constituency does; say first how many do.")
    return 0.0 if origin == ABSENT else 1.0


def _put_rate(
    scenario: Scenario, names: list[str], value: float, path: str
) -> dict[str, tuple[Turnout, ...]]:
    origin, county = (*names, "")[:2]
    entry = _part(Turnout, path, origin=origin, county=county, rate=value)
    return {"turnout": _replaced(scenario.turnout, entry, ("origin", "county"))}


def _put_part(scenario: Scenario, names: list[str], value: float, path: str) -> dict[str, Any]:
    if path == "growth":
        return {"growth": value, "roll": "grown"}
    if path.startswith("third."):
        third = _third(scenario)
        return {"third": third.model_dump() | _pull_change(third, names, value)}
    moves = [move.model_dump() for move in scenario.moves]
    position = int(names[0])
    moves[position] |= _pull_change(scenario.moves[position], names[1:], value)
    return {"moves": moves}


def _pull_change(part: Move | Third, names: list[str], value: float) -> dict[str, Any]:
    if names[0] != "counties":
        return {names[0]: value}
    return {"counties": [(c, value if c == names[1] else share) for c, share in part.counties]}


def _part(kind: type[Any], path: str, **fields: Any) -> Any:
    try:
        return kind(**fields)
    except ValidationError as error:
        raise LeverError(f"'{path[:60]}' is not a lever of a scenario.") from error


def _replaced(entries: tuple[Any, ...], entry: Any, key: tuple[str, str]) -> tuple[Any, ...]:
    """The entries with the one of the same key replaced, or one more at the end."""

    def same(other: Any) -> bool:
        return all(getattr(other, name) == getattr(entry, name) for name in key)

    if any(same(other) for other in entries):
        return tuple(entry if same(other) else other for other in entries)
    return (*entries, entry)


def _known(scenario: Scenario, tables: Tables, head: str, names: list[str]) -> None:
    """Refuse a scope that the tables do not know."""
    scope = names[-1] if head in ("inheritance", "turnout") else ""
    counties = load_base(tables, scenario.cycle).county_codes
    if scope.isdecimal() and scope not in counties:
        raise LeverError(f"'{scope[:10]}' is not a county.")


def _label(scenario: Scenario, tables: Tables, head: str, names: list[str]) -> str:
    if head == "growth":
        return "Growth of the register since the base, in times that of 2017 to 2022"
    if head == "inheritance":
        origin, ticket, scope = (*names, "")[:3]
        name = words.ticket_names(tables, scenario)[ticket]
        return f"{voters_of(scenario, tables, origin)}: to {name}{_where(tables, scope)}"
    if head == "turnout":
        origin, county = (*names, "")[:2]
        return f"Turnout of {_lower(voters_of(scenario, tables, origin))}{_where(tables, county)}"
    if head == "third":
        return _pull_label(words.ticket_names(tables, scenario)["third"], names, tables)
    leader = words.leader(scenario.moves[int(names[0])].leader, tables)
    return _pull_label(leader, names[1:], tables)


def _pull_label(who: str, names: list[str], tables: Tables) -> str:
    if names[0] == "counties":
        return f"{who} delivers in {_county(tables, names[1])}"
    text = _PULL_WORDS[names[0]].format(who)
    return text[:1].upper() + text[1:]


def voters_of(scenario: Scenario, tables: Tables, origin: str) -> str:
    """A column of the base in words, such as "Raila Odinga's 2022 voters"."""
    year = scenario.base
    fixed = {
        OTHERS: f"Voters of other candidates in {year}",
        ABSENT: f"Those who did not vote in {year}",
        ENTERED: f"New voters since {year}",
    }
    if origin in fixed:
        return fixed[origin]
    return f"{_candidates(tables, year)[origin]}'s {year} voters"


@lru_cache(maxsize=8)
def _candidates(tables: Tables, year: str) -> dict[str, str]:
    rows = tables["candidates"]
    rows = rows[rows["election_id"] == year]
    return dict(zip(rows["candidate_id"], rows["name"], strict=True))


def _where(tables: Tables, scope: str) -> str:
    if not scope:
        return ""
    wide = {INSIDE: "the region", REST: "the rest of the country"}
    return f", in {wide.get(scope) or _county(tables, scope)}"


def _county(tables: Tables, code: str) -> str:
    return _counties(tables).get(code, code)


@lru_cache(maxsize=4)
def _counties(tables: Tables) -> dict[str, str]:
    rows = tables["counties"]
    return dict(zip(rows["code"], rows["name"], strict=True))


def _lower(text: str) -> str:
    """A phrase inside a sentence; a name keeps its capital."""
    starts = ("Voters", "Those", "New")
    return text[:1].lower() + text[1:] if text.startswith(starts) else text


def shown(value: float, unit: str) -> str:
    """A lever's value with its unit: "60%", "25 km", "1 times"."""
    if unit == SHARE:
        return f"{100 * value:g}%"
    return f"{value:g} km" if unit == KM else f"{value:g} times"
