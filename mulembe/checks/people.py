"""Seats are held without gaps, homes are in order, events and polls say what they must."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from mulembe.alignment import RULE_LEVEL
from mulembe.checks.finding import Finding, absent, agrees, counted, faulty
from mulembe.checks.lookup import (
    REGION_SEATS,
    first_day,
    last_day,
    records,
    region_codes,
    unit_names,
)
from mulembe.tables import Tables

POLL = (
    "pollster", "fieldwork_from", "fieldwork_to", "released", "population", "sample", "complete",
    "sponsor", "margin_points", "note", "note_source_id",
)  # fmt: skip
COUNTY_OFFICES = ("governor", "senator", "woman_rep")
COUNTY_SEATS = 5
PARLIAMENTS = {"11": "2013", "12": "2017", "13": "2022"}  # and the election that made each


def seats(tables: Tables) -> Iterator[Finding]:
    """Check that each seat has one holder at a time since 2013; vacancies must be listed."""
    names, region = unit_names(tables), sorted(region_codes(tables))
    terms = tables["terms"]
    terms = terms[terms["office"] == "mp"].sort_values(["elected_by", "term_id"])
    start = _day_of(tables, "2013")
    faults = []
    for code in region:
        held = records(terms[terms["constituency_code"] == code])
        if not held or held[0]["elected_by"] != start:
            faults.append(f"{names[code]}: no holder from {start}")
            continue
        faults += [f"{names[code]}: {fault}" for fault in _seat_faults(held)]
        yield from _vacancies(names[code], held)
    yield counted("holders", len(region), faults, f"one holder at a time from {start} to today")


def _day_of(tables: Tables, election_id: str) -> str:
    return str(tables["elections"].set_index("election_id").at[election_id, "date"])


def _seat_faults(held: list[dict[str, Any]]) -> Iterator[str]:
    """Name overlaps, and gaps that follow an ordinary end of term."""
    for one, other in pairwise(held):
        if not one["left_on"] or first_day(one["left_on"]) > first_day(other["elected_on"]):
            yield f"{one['term_id']} and {other['term_id']} overlap"
        elif one["left_reason"] == "end of term" and one["left_on"] != other["elected_on"]:
            yield f"gap between {one['term_id']} and {other['term_id']}"
    if held[-1]["left_reason"] == "end of term":
        yield f"nobody after {held[-1]['term_id']}"


def _vacancies(name: str, held: list[dict[str, Any]]) -> Iterator[Finding]:
    """Report the time between a member who died or left and the by-election."""
    for one, other in zip(held, [*held[1:], None], strict=True):
        if one["left_on"] and one["left_reason"] != "end of term":
            until = other["elected_on"] if other else "today"
            yield absent(name, f"vacant {one['left_on']} to {until}", "no vacancy")


def offices(tables: Tables) -> Iterator[Finding]:
    """Check that every parliament has its members and the counties their three offices."""
    terms = tables["terms"]
    terms = terms[~terms["by_election"]]
    for parliament, election_id in PARLIAMENTS.items():
        day, rows = _day_of(tables, election_id), terms[terms["parliament"] == parliament]
        members = rows[(rows["office"] == "mp") & (rows["elected_on"] == day)]
        seats_held = set(members["constituency_code"]) & region_codes(tables)
        yield _filled(f"{parliament} mp", len(members), len(seats_held), REGION_SEATS)
        for office in COUNTY_OFFICES:
            holders = rows[rows["office"] == office]
            counties = holders["county_code"].nunique()
            yield _filled(f"{parliament} {office}", len(holders), counties, COUNTY_SEATS)


def _filled(subject: str, holders: int, seats_held: int, expected: int) -> Finding:
    whole = f"{expected}/{expected}"
    if holders == seats_held == expected:
        return agrees(subject, whole)
    return faulty(subject, f"{holders} elected in {seats_held} seats", whole)


def elected(tables: Tables) -> Iterator[Finding]:
    """Check the members of the 13th Parliament against the events of their election."""
    terms, events = tables["terms"], tables["alignment_events"]
    terms = terms[(terms["office"] == "mp") & (terms["parliament"] == "13")]
    events = events[events["kind"].eq("elected") & events["constituency_code"].ne("")]
    columns = ["constituency_code", "elected_on", "politician_id", "party"]
    held = set(terms[columns].itertuples(index=False, name=None))
    columns = ["constituency_code", "date", "politician_id", "party_then"]
    told = set(events[columns].itertuples(index=False, name=None))
    faults = [f"term without event: {' '.join(row)}" for row in sorted(held - told)]
    faults += [f"event without term: {' '.join(row)}" for row in sorted(told - held)]
    yield counted("13 mp", len(held), faults, "same seat, day, politician and party")


def levels(tables: Tables) -> Iterator[Finding]:
    """Check that the evidence level follows from the kind, or says why it does not."""
    faults, own = [], 0
    for event in records(tables["alignment_events"]):
        by_rule = int(event["level"]) == RULE_LEVEL[event["kind"]]
        own += not by_rule
        if by_rule == bool(event["level_reason"]):
            fault = "reason without need" if by_rule else "no reason"
            faults.append(f"{event['event_id']} {event['kind']} at {event['level']}: {fault}")
    rule = f"level of the kind, or a reason ({own} have one)"
    yield counted("alignment events", len(tables["alignment_events"]), faults, rule)


def event_dates(tables: Tables) -> Iterator[Finding]:
    """Check that an event counts from the last day its date may mean, inside its cycle."""
    cycles = tables["cycles"].set_index("cycle_id")
    events, faults = tables["alignment_events"], []
    for event in records(events):
        first, last = cycles.loc[event["cycle"], ["from_date", "to_date"]]
        expected = min(last_day(event["date"]).isoformat(), last)
        if event["date_known"] != expected or not first <= expected:
            faults.append(f"{event['event_id']} {event['date']} known {event['date_known']}")
    yield counted("alignment events", len(events), faults, "known by the end of its date")


def event_seats(tables: Tables) -> Iterator[Finding]:
    """Check that who is called a member in an event held that seat on the day."""
    terms = tables["terms"]
    terms = terms[terms["office"] == "mp"]
    events = tables["alignment_events"]
    events = events[events["office_then"].str.startswith("MP") & events["constituency_code"].ne("")]
    faults = []
    for event in records(events):
        held = terms[
            terms["politician_id"].eq(event["politician_id"])
            & terms["constituency_code"].eq(event["constituency_code"])
            & (terms["elected_by"] <= event["date_known"])
            & (terms["left_by"].eq("") | (terms["left_by"] >= event["date_known"]))
        ]
        if held.empty:
            seat = f"{event['constituency_code']} on {event['date_known']}"
            faults.append(f"{event['event_id']} {event['politician_id']} not member for {seat}")
    yield counted("alignment events", len(events), faults, "was the member on the day")


def event_camps(tables: Tables) -> Iterator[Finding]:
    """Check that the camp of an event existed in its cycle and on its day."""
    camps = tables["camps"].set_index("camp_id")
    events = tables["alignment_events"]
    events = events[events["camp"].ne("")]
    faults = []
    for event in records(events):
        camp = camps.loc[event["camp"]]
        inside = camp["from_date"] <= event["date_known"] <= (camp["to_date"] or "9999-12-31")
        if camp["cycle"] != event["cycle"] or not inside:
            faults.append(f"{event['event_id']} {event['camp']} on {event['date_known']}")
    yield counted("alignment events", len(events), faults, "camp of its cycle, open on the day")


def homes(tables: Tables) -> Iterator[Finding]:
    """Check who has home ground and where, the order of the homes, and what is in conflict."""
    table = tables["homes"].sort_values(["politician_id", "rank"])
    people = set(tables["politicians"]["politician_id"])
    codes = set(tables["constituencies"]["code"])
    faults = [
        f"{row['home_id']} {row['politician_id']} {row['constituency_code']}"
        for row in records(table)
        if row["politician_id"] not in people or row["constituency_code"] not in codes
    ]
    yield counted("homes", len(table), faults, "known politician and constituency")
    faults = []
    for person, rows in table.groupby("politician_id"):
        faults += [f"{person}: {fault}" for fault in _home_faults(records(rows))]
    rule = "ranks from 1 without doubles, homes before seats, disagreeing homes marked"
    yield counted("home ground", table["politician_id"].nunique(), faults, rule)
    terms = tables["terms"]
    terms = terms[terms["constituency_code"].ne("")]
    columns = ["politician_id", "constituency_code"]
    held = set(terms[columns].itertuples(index=False, name=None))
    given = table.loc[table["kind"] == "seat", columns]
    lost = sorted(held - set(given.itertuples(index=False, name=None)))
    yield counted("seats held", len(held), [" ".join(row) for row in lost], "each is home ground")


def _home_faults(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Name what is wrong with the homes of one politician, given by rank."""
    ranks = [int(row["rank"]) for row in rows]
    if ranks != list(range(1, len(rows) + 1)):
        yield f"ranks {ranks}"
    kinds = [row["kind"] for row in rows]
    if kinds != sorted(kinds):
        yield "a seat before a home"
    places = [(row["kind"], row["constituency_code"]) for row in rows]
    if len(set(places)) < len(places):
        yield "the same place twice"
    disputed = [row for row in rows if row["conflict"]]
    if any(row["kind"] == "seat" for row in disputed) or len(disputed) == 1:
        yield "a conflict needs two homes"


def particulars(tables: Tables) -> Iterator[Finding]:
    """Check that a poll says the same of itself in every row, and what it lacks is marked."""
    table = tables["polls"]
    grouped = table.groupby("poll_id")
    faults = []
    for name, rows in grouped:
        odd = [column for column in POLL if rows[column].nunique(dropna=False) > 1]
        faults += [f"{name}: {', '.join(odd)}"] if odd else []
    yield counted("polls", len(grouped), faults, "one account of each poll")
    stated = table[["fieldwork_from", "fieldwork_to", "population"]].ne("").all(axis=1)
    off = table[table["complete"] != (stated & table["sample"].notna())]
    rule = "complete where days, area and sample are stated"
    yield counted("complete", len(table), sorted(set(off["poll_id"])), rule)
    told = table["sponsor"].ne("") | table["margin_points"].notna() | table["note"].ne("")
    off = table[told != table["note_source_id"].ne("")]
    rule = "sponsor, stated margin and note come with their source"
    yield counted("notes", len(table), sorted(set(off["poll_id"])), rule)
