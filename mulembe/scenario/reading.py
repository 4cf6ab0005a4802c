"""Reads a scenario from plain data (a link, a file, a form) and says what in it cannot be used.

What is wrong is named and left out; the rest is kept. Only data that is no scenario at all, or one
written by a later version, is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from mulembe import regions
from mulembe.scenario.base import Base, load_base
from mulembe.scenario.model import (
    INSIDE,
    MOVE_LIMIT,
    REST,
    TICKETS,
    VERSION,
    Inheritance,
    Move,
    Override,
    Scenario,
    Third,
)
from mulembe.scenario.outcome import register_of
from mulembe.tables import Tables

Path = tuple[str | int, ...]
HEIRLESS = {"2027": "odinga"}  # columns of a base whose candidate has died
HEIR = (1.0, 0.0, 0.0, 0.0)
_ROUNDS = 60  # each round of reading drops at least one part; more parts than this are not kept
_LISTS = {"inheritance": 40, "moves": MOVE_LIMIT, "turnout": 40, "overrides": 38}  # most of each
_PARTS = {
    "cycle": "The cycle",
    "inheritance": "Inheritance",
    "moves": "Move",
    "third": "The third ticket",
    "turnout": "Turnout",
    "overrides": "Constituency set by hand",
    "roll": "The register",
    "shape": "The shape of the decay",
    "runoff": "The run-off",
    "uncertainty": "The uncertainty",
    "seed": "The seed",
    "region": "The region",
    "growth": "The growth of the register",
    "name": "The name",
    "preset": "The preset",
    "version": "The version",
}
_FIELDS = {
    "delivery": "the share delivered at home",
    "reach": "the reach",
    "home": "the home constituency",
    "leader": "the leader",
    "camp": "the camp",
    "rest_third": "what goes to the third ticket",
    "rest_home": "what stays at home",
    "shares": "the shares",
    "rate": "the rate",
    "votes": "the votes",
    "code": "the constituency",
    "reason": "the reason",
    "counties": "the counties",
    "origins": "the columns it takes from",
    "spread": "the way it spreads",
}


class ScenarioError(ValueError):
    """Data is not a scenario that can be read; the text is a sentence for the user."""


@dataclass(frozen=True)
class Problem:
    """A part of a scenario that cannot be used, and why, in a sentence."""

    part: Path
    text: str

    def __str__(self) -> str:
        return self.text


def read(data: object, tables: Tables) -> tuple[Scenario, tuple[Problem, ...]]:
    """Read a scenario, leaving out what cannot be used.

    Raises ScenarioError when nothing can be kept: no mapping, or a later version.
    """
    if not isinstance(data, dict):
        raise ScenarioError("This is not a scenario: its content is not a set of named fields.")
    _check_version(data.get("version", VERSION))
    kept, told = dict(data), []
    scenario, told_shape = _shaped(kept)
    told.extend(told_shape)
    for _ in range(_ROUNDS):
        found = problems(scenario, tables)
        if not found:
            break
        told.extend(found)
        kept = scenario.model_dump()
        for path in sorted({p.part for p in found}, key=_late_first):
            _drop(kept, path)
        scenario = Scenario.model_validate(kept)
    scenario, heir = _with_heir(scenario)
    return scenario, (*told, *heir)


def _check_version(version: object) -> None:
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ScenarioError(
            "This scenario's version is not a version: it is not a whole number above 0."
        )
    if version > VERSION:
        shown = version if version < 1000 else "unknown"
        raise ScenarioError(
            f"This scenario was made by a later version of Mulembe ({shown}; this one reads "
            f"{VERSION}). Open it where it was made, or ask for a new link."
        )


def _shaped(data: dict[Any, Any]) -> tuple[Scenario, list[Problem]]:
    """Drop what the model refuses until the rest is one."""
    data = {str(name): value for name, value in data.items()}
    told = list(_cut(data))
    data.setdefault("cycle", "2027")
    for _ in range(_ROUNDS):
        try:
            return Scenario.model_validate(data), told
        except ValidationError as error:
            faults = {_droppable(fault["loc"], data): fault for fault in error.errors()}
        for path in sorted(faults, key=_late_first):
            told.append(Problem(path, _sentence(path, faults[path])))
            _drop(data, path)
        data.setdefault("cycle", "2027")
    raise ScenarioError("Too much of this scenario cannot be read; nothing of it is used.")


def _cut(data: dict[str, Any]) -> Iterator[Problem]:
    """Keep the first items of lists that are too long, before anything looks at each."""
    for name, most in _LISTS.items():
        value = data.get(name)
        if isinstance(value, list | tuple) and len(value) > most:
            data[name] = list(value)[:most]
            text = f"{_PARTS[name]}: there are more than can be kept; the first {most} are."
            yield Problem((name,), text)


def _droppable(loc: tuple[str | int, ...], data: dict[str, Any]) -> Path:
    """The smallest part that can be left out: an item of a list, or a whole field."""
    name = str(loc[0]) if loc else next(iter(data))
    if name in _LISTS and len(loc) > 1 and isinstance(loc[1], int):
        return (name, loc[1])
    return (name,)


def _drop(data: dict[str, Any], path: Path) -> None:
    name = str(path[0])
    if len(path) == 1:
        data.pop(name, None)
        return
    items = list(data.get(name, ()))
    position = int(path[1])
    data[name] = items[:position] + items[position + 1 :]


def _late_first(path: Path) -> tuple[str, int]:
    return (str(path[0]), -int(path[1]) if len(path) > 1 else 0)


def _sentence(path: Path, fault: Any) -> str:
    known = str(path[0]) in _PARTS
    part = f"{_named(path)}" if known else f"'{str(path[0])[:30]}'"
    if not known:
        return f"{part} is not a part of a scenario; it is left out."
    inner = next((str(p) for p in fault["loc"][1:] if str(p) in _FIELDS), "")
    what = f"{_FIELDS[inner]} " if inner else ""
    reason = str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    reason = reason[:1].lower() + reason[1:]
    return f"{part}: {what}cannot be used ({reason[:120]}); {_left_out(path)}"


def _named(path: Path) -> str:
    name = _PARTS[str(path[0])]
    return f"{name} {int(path[1]) + 1}" if len(path) > 1 else name


def _left_out(path: Path) -> str:
    return "it is left out." if len(path) > 1 else "the default is used."


def problems(scenario: Scenario, tables: Tables) -> list[Problem]:
    """What in a scenario the tables do not bear out; empty when it can be run."""
    try:
        regions.parse(scenario.region, tables)
    except regions.RegionError as error:
        return [Problem(("region",), f"{error} The default is used.")]
    base = load_base(tables, scenario.cycle)
    leaders = set(tables["politicians"]["politician_id"])
    found: list[Problem] = []
    for check in (_moves, _third, _columns, _third_needed, _hand):
        found.extend(check(scenario, base, leaders))
    return found


Check = Callable[[Scenario, Base, set[str]], Iterator[Problem]]


def _moves(scenario: Scenario, base: Base, leaders: set[str]) -> Iterator[Problem]:
    backed: dict[str, str] = {}
    if scenario.third and scenario.third.leader:
        backed[scenario.third.leader] = "third"
    for i, move in enumerate(scenario.moves):
        where: Path = ("moves", i)
        if move.leader not in leaders:
            yield _fault(where, f"'{move.leader}' is not a leader known here")
        elif backed.get(move.leader, move.camp) != move.camp:
            yield _fault(where, f"'{move.leader}' already backs another camp in this scenario")
        elif move.leader in backed:
            yield _fault(where, f"'{move.leader}' is named twice")
        elif fault := _pull_fault(move, base):
            yield _fault(where, fault)
        elif unknown := [o for o in move.origins if o not in base.origins[:3]]:
            yield _fault(where, f"'{unknown[0]}' is not a column of voters to take from")
        else:
            backed[move.leader] = move.camp


def _third(scenario: Scenario, base: Base, leaders: set[str]) -> Iterator[Problem]:
    third = scenario.third
    if third is None:
        return
    if third.leader and third.leader not in leaders:
        yield _fault(("third",), f"'{third.leader}' is not a leader known here")
    elif fault := _pull_fault(third, base):
        yield _fault(("third",), fault)


def _pull_fault(part: Move | Third, base: Base) -> str:
    if part.home not in base.area_codes:
        return f"the home {part.home} is not one of the {len(base.area_codes)} constituencies"
    area = {base.county_codes[i] for i in base.counties[base.area]}
    for county, _ in part.counties:
        if county not in area:
            return f"{county} is not a county of the region"
    if len({county for county, _ in part.counties}) < len(part.counties):
        return "a county is named twice"
    if part.spread == "county" and not part.counties:
        return "it spreads by county but names none"
    return ""


def _columns(scenario: Scenario, base: Base, _: set[str]) -> Iterator[Problem]:
    scopes = {"", INSIDE, REST, *base.county_codes}
    named = {
        "inheritance": [(entry.origin, entry.scope) for entry in scenario.inheritance],
        "turnout": [(entry.origin, entry.county) for entry in scenario.turnout],
    }
    for name, entries in named.items():
        seen: Counter[tuple[str, str]] = Counter()
        for i, (origin, scope) in enumerate(entries):
            seen[origin, scope] += 1
            if origin not in base.origins:
                yield _fault((name, i), f"'{origin}' is not a column of the base")
            elif scope not in scopes:
                yield _fault((name, i), f"'{scope}' is not a county")
            elif seen[origin, scope] > 1:
                yield _fault((name, i), f"'{origin}' is set twice for the same place")


def _third_needed(scenario: Scenario, _: Base, __: set[str]) -> Iterator[Problem]:
    if scenario.third is not None:
        return
    column = TICKETS.index("third")
    for i, entry in enumerate(scenario.inheritance):
        if entry.shares[column]:
            yield _fault(("inheritance", i), "voters go to a third ticket, but none stands")
    for i, move in enumerate(scenario.moves):
        if move.camp == "third" or move.rest_third:
            yield _fault(("moves", i), "it sends voters to a third ticket, but none stands")


def _hand(scenario: Scenario, base: Base, _: set[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, override in enumerate(scenario.overrides):
        if override.code not in base.area_codes:
            count = len(base.area_codes)
            yield _fault(
                ("overrides", i), f"{override.code} is not one of the {count} constituencies"
            )
        elif override.code in seen:
            yield _fault(("overrides", i), f"{override.code} is set twice")
        elif fault := override_fault(override, scenario, base):
            yield _fault(("overrides", i), fault)
        elif override.votes[2] and scenario.third is None:
            yield _fault(("overrides", i), "it has votes for a third ticket, but none stands")
        seen.add(override.code)


def override_fault(override: Override, scenario: Scenario, base: Base) -> str:
    """Why these votes cannot be: more than the scenario's register holds; "" when they can."""
    register = register_of(scenario, base, override.code)
    asked = sum(override.votes)
    if asked <= register:
        return ""
    return f"{asked:,} votes exceed the register of {register:,} voters in {override.code}"


def _fault(part: Path, text: str) -> Problem:
    return Problem(part, f"{_named(part)}: {text}; {_left_out(part)}")


def _with_heir(scenario: Scenario) -> tuple[Scenario, tuple[Problem, ...]]:
    """A base column whose candidate has died must be inherited by someone, and be seen to be."""
    origin = HEIRLESS.get(scenario.cycle)
    if origin is None or any(e.origin == origin and not e.scope for e in scenario.inheritance):
        return scenario, ()
    heir = Inheritance(origin=origin, shares=HEIR)
    text = "Raila Odinga's 2022 column had no heir; it goes to the opposition until you say where."
    others = scenario.inheritance[: _LISTS["inheritance"] - 1]
    whole = scenario.model_copy(update={"inheritance": (heir, *others)})
    return whole, (Problem(("inheritance",), text),)
