"""A scenario in plain words: one sentence for the screen, a few for a chat message."""

from __future__ import annotations

from functools import lru_cache

from mulembe import regions
from mulembe.scenario import presets
from mulembe.scenario.model import (
    ABSENT,
    CAMPS,
    ENTERED,
    INSIDE,
    LINES,
    OTHERS,
    REST,
    TICKETS,
    Inheritance,
    Move,
    Scenario,
    Third,
    Turnout,
)
from mulembe.scenario.national import nation
from mulembe.scenario.outcome import Outcome
from mulembe.tables import Tables


def ticket_names(tables: Tables, scenario: Scenario) -> dict[str, str]:
    """Each ticket's name on screen: the camp of its slot in the cycle, or the third ticket's."""
    names = dict(_camp_names(tables, scenario.cycle))
    if scenario.third and (scenario.third.name or scenario.third.leader):
        names["third"] = scenario.third.name or f"{leader(scenario.third.leader, tables)}'s ticket"
    return names | {"others": "Others"}


@lru_cache(maxsize=8)
def _camp_names(tables: Tables, cycle: str) -> dict[str, str]:
    camps = tables["camps"]
    camps = camps[camps["cycle"] == cycle].set_index("slot")["name"]
    return {ticket: str(camps.get(ticket, ticket.capitalize())) for ticket in CAMPS}


def column_names(tables: Tables, scenario: Scenario) -> dict[str, str]:
    """Each origin's name on screen: whose voters of the base election they are."""
    candidates = _candidates(tables, scenario.base)
    return {c: f"{name} {scenario.base}" for c, name in candidates.items()} | {
        "others": f"Other candidates {scenario.base}",
        "absent": f"Did not vote {scenario.base}",
        "entered": "New on the register",
    }


@lru_cache(maxsize=8)
def _candidates(tables: Tables, election: str) -> dict[str, str]:
    """Names of the candidates by id; shared, so not to be changed."""
    rows = tables["candidates"]
    rows = rows[rows["election_id"] == election].set_index("candidate_id")["name"]
    return {str(c): str(name) for c, name in rows.items()}


def leader(politician_id: str, tables: Tables) -> str:
    """A leader's name; the id itself when it is none of ours."""
    return _leader_names(tables).get(politician_id, politician_id)


@lru_cache(maxsize=4)
def _leader_names(tables: Tables) -> dict[str, str]:
    names = tables["politicians"].set_index("politician_id")["name"]
    return {str(who): str(name) for who, name in names.items()}


def place(code: str, tables: Tables) -> str:
    """A constituency's name."""
    return str(tables["constituencies"].set_index("code")["name"].get(code, code))


def move_sentence(move: Move, scenario: Scenario, tables: Tables) -> str:
    """One move: who backs whom, what he delivers, how far it reaches, where the rest goes."""
    names = ticket_names(tables, scenario)
    return (
        f"{leader(move.leader, tables)} backs {the(names[move.camp])} and delivers "
        f"{_pull(move, tables)}; the rest {_rest(move)}"
    )


def the(camp: str) -> str:
    """A camp inside a sentence: the government, the opposition; a proper name as it is."""
    return f"the {camp.lower()}" if camp in ("Government", "Opposition", "Third ticket") else camp


def heir_sentence(entry: Inheritance, scenario: Scenario, tables: Tables) -> str:
    """Where one column goes before anybody moves, with the part of the country it holds for."""
    names, counties = ticket_names(tables, scenario), tables["counties"].set_index("code")["name"]
    goes = " and ".join(
        f"{share:.0%} to {the(names[ticket])}"
        for share, ticket in zip(entry.shares, TICKETS, strict=True)
        if share
    )
    where = {"": ", all over Kenya", INSIDE: " in the region", REST: " outside the region"}
    scope = where.get(entry.scope, f" in {counties.get(entry.scope, entry.scope)}")
    return f"{_column(entry.origin, scenario, tables)} goes {goes}{scope}"


def turnout_sentence(entry: Turnout, scenario: Scenario, tables: Tables) -> str:
    """Which part of one column's voters vote, and where."""
    counties = tables["counties"].set_index("code")["name"]
    where = (
        f" in {counties.get(entry.county, entry.county)}" if entry.county else ", all over Kenya"
    )
    candidates = _candidates(tables, scenario.base)
    if entry.origin == ABSENT:
        who = f"those who did not vote in {scenario.base} come out"
    elif entry.origin == ENTERED:
        who = "those new on the register vote"
    elif entry.origin in candidates:
        who = f"{candidates[entry.origin]}'s {scenario.base} voters vote again"
    else:
        who = f"the other candidates' {scenario.base} voters vote again"
    return f"{entry.rate:.0%} of {who}{where}"


def _roll(scenario: Scenario) -> str:
    if scenario.cycle == "2022" and scenario.growth == 1:
        return "The register is that of 2022"
    return f"The register grows by {scenario.growth:g} times its growth from 2017 to 2022"


def _hand(scenario: Scenario) -> str:
    locked = sum(override.kind == "lock" for override in scenario.overrides)
    told = [(locked, "locked"), (len(scenario.overrides) - locked, "set by hand")]
    return " and ".join(
        f"{count} constituenc{'y is' if count == 1 else 'ies are'} {how}"
        for count, how in told
        if count
    )


def _column(origin: str, scenario: Scenario, tables: Tables) -> str:
    candidates = _candidates(tables, scenario.base)
    if origin in candidates:
        return f"{candidates[origin]}'s {scenario.base} column"
    return column_names(tables, scenario)[origin]


def third_sentence(third: Third, scenario: Scenario, tables: Tables) -> str:
    """The third ticket: who stands and what it takes."""
    name = ticket_names(tables, scenario)["third"]
    return f"{name} stands and takes {_pull(third, tables)}"


def _pull(part: Move | Third, tables: Tables) -> str:
    if part.spread == "flat":
        return f"{part.delivery:.0%} everywhere in the region"
    if part.spread == "county":
        counties = tables["counties"].set_index("code")["name"]
        return ", ".join(f"{share:.0%} in {counties[code]}" for code, share in part.counties)
    return (
        f"{part.delivery:.0%} at home ({place(part.home, tables)}), fading to a third of that "
        f"{part.reach:.0f} km away"
    )


def _rest(move: Move) -> str:
    stays = 1 - move.rest_third - move.rest_home
    parts = [
        (stays, "stays with the rival"),
        (move.rest_third, "goes to the third ticket"),
        (move.rest_home, "stays at home"),
    ]
    told = [(share, text) for share, text in parts if share > 1e-6]
    if len(told) == 1:
        return told[0][1]
    return " and ".join(f"{text} ({share:.0%})" for share, text in told)


def _goes_on(entry: Inheritance, scenario: Scenario) -> bool:
    """Whether a column goes where it would go anyway: to its own line's ticket, everywhere."""
    own = {**LINES[scenario.cycle], OTHERS: OTHERS}.get(entry.origin, "")
    return not entry.scope and own != "" and entry.shares[TICKETS.index(own)] == 1


def title(scenario: Scenario, tables: Tables) -> str:
    """What to call it: its name, with ", changed" where a preset's name no longer fits; or ""."""
    known = {p.preset_id: p for p in presets.presets(tables, scenario.cycle)}
    start = known.get(scenario.preset)
    if start is None or scenario.name != start.title:
        return scenario.name
    same = scenario.but(region=start.scenario.region) == start.scenario
    return scenario.name if same else f"{scenario.name}, changed"


def sentence(scenario: Scenario, tables: Tables) -> str:
    """The whole line-up in one sentence."""
    parts = [
        heir_sentence(entry, scenario, tables)
        for entry in scenario.inheritance
        if not _goes_on(entry, scenario)
    ]
    parts += [move_sentence(move, scenario, tables) for move in scenario.moves]
    if scenario.third:
        parts.append(third_sentence(scenario.third, scenario, tables))
    parts += [turnout_sentence(entry, scenario, tables) for entry in scenario.turnout]
    if scenario.roll == "grown":
        parts.append(_roll(scenario))
    if scenario.overrides:
        parts.append(_hand(scenario))
    if not parts:
        return f"Nobody moves: the vote of {scenario.base} goes on to those who inherit it."
    return ". ".join(part[0].upper() + part[1:] for part in parts) + "."


def summary(outcome: Outcome, tables: Tables, address: str = "") -> str:
    """A few plain sentences for a chat message, with the result, the base and the address."""
    scenario = outcome.scenario
    region = regions.parse(scenario.region, tables)
    names, shares = ticket_names(tables, scenario), outcome.total_shares()
    told = ", ".join(
        f"{names[t]} {100 * shares[i]:.1f}% ({outcome.totals()[i]:,} votes)"
        for i, t in enumerate(TICKETS)
        if outcome.totals()[i]
    )
    gates = nation(outcome).everyone
    first = f"{names[gates.winner]} passes both gates" if gates.winner else "there is a run-off"
    lines = [
        f"What if ({scenario.cycle}, on {scenario.base} results): {sentence(scenario, tables)}",
        f"{region.name}: {told}. Nationally {first}, with the other constituencies as in "
        f"{scenario.base} under the same inheritance.",
        "A scenario, not a forecast: it shows what these assumptions give.",
    ]
    return "\n".join([*lines, address] if address else lines)
