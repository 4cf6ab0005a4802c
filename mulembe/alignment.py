"""Who stands with which camp on a date, on what evidence.

Attending is not declaring: an alignment as of a date is the newest event dated up to it at or above
the chosen evidence level. Below that the politician is undeclared, and the weaker event is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

from mulembe import metrics
from mulembe.elections import Results
from mulembe.regions import Region
from mulembe.tables import Tables

DEFAULT_LEVEL = 3
UNDECLARED = "undeclared"
LEVELS = {
    0: "Second-hand or unnamed",
    1: "Attended or was seen",
    2: "Will urge or work with",
    3: "Explicit endorsement",
    4: "Changed party or ticket",
    5: "Formal act",
}
KINDS = {
    "elected": "elected on the ticket",
    "declared": "own words or act",
    "attended": "present",
    "reported": "someone else says so",
    "denied": "answers a report",
}
# The evidence level an event has by its kind; every exception carries its own reason in the
# column level_reason. data/build_people.py builds by the same rule (a test compares them).
RULE_LEVEL = {"elected": 5, "declared": 3, "attended": 1, "reported": 0, "denied": 0}


class DateError(ValueError):
    """A date cannot be read or lies outside what the tables cover; the text says which."""


@dataclass(frozen=True)
class Stand:
    """Where one politician stands: ``camp`` is a camp id or "undeclared".

    ``event_id`` is the event that decides it ("" when undeclared). ``weaker_event_id`` is the
    newest event below the chosen level that is newer than the deciding one, with its
    ``weaker_camp``.
    ``lapsed`` says that the decisive event was for a camp that had ended by the date.
    """

    camp: str
    level: int | None
    event_id: str
    weaker_camp: str = ""
    weaker_level: int | None = None
    weaker_event_id: str = ""
    lapsed: bool = False


def parse_date(text: str, tables: Tables) -> date:
    """Read an ISO date inside the period the terms cover; raises DateError with a sentence."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise DateError(f"'{text[:20]}' is not a date: write it as 2021-12-27.") from None
    first, last = date_range(tables)
    if not first <= day <= last:
        raise DateError(f"{day} is outside the period that can be shown, {first} to {last}.")
    return day


def date_range(tables: Tables) -> tuple[date, date]:
    """First and last day that can be asked for: the day after the 2017 election, and today."""
    cycles = tables["cycles"].set_index("cycle_id")
    end = date.fromisoformat(cycles.loc["2027", "to_date"])
    return date.fromisoformat(cycles.loc["2022", "from_date"]), min(date.today(), end)


def cycle_of(tables: Tables, day: date) -> str:
    """The cycle a day belongs to; raises DateError outside all of them."""
    for cycle in tables["cycles"].to_dict("records"):
        if cycle["from_date"] <= day.isoformat() <= cycle["to_date"]:
            return str(cycle["cycle_id"])
    raise DateError(f"{day} is in no election cycle held here.")


def camps_of(tables: Tables, cycle: str, day: date | None = None) -> pd.DataFrame:
    """The camps of a cycle, by id; with a day, only those that exist on it."""
    camps = tables["camps"]
    camps = camps[camps["cycle"] == cycle]
    if day is not None:
        open_end = camps["to_date"].where(camps["to_date"].ne(""), "9999-12-31")
        camps = camps[(camps["from_date"] <= day.isoformat()) & (open_end >= day.isoformat())]
    return camps.set_index("camp_id")


def stand(tables: Tables, politician_id: str, day: date, level: int = DEFAULT_LEVEL) -> Stand:
    """Where a politician stands on a day, given the evidence level asked for (0 to 5)."""
    return _stand(_known_events(tables, day).get(politician_id, []), _camp_ends(tables), day, level)


Event = dict[str, Any]


def _known_events(tables: Tables, day: date) -> dict[str, list[Event]]:
    """By politician: events about the presidency, of the day's cycle and known by it, oldest first.

    Plain dictionaries and not a table: one person has a handful, and a page asks for 38 people.
    """
    events = tables["alignment_events"]
    known = events[
        (events["cycle"] == cycle_of(tables, day))
        & (events["date_known"] <= day.isoformat())
        & events["scope"].eq("presidency")
    ]
    by_person: dict[str, list[Event]] = {}
    for event in known.sort_values(["date_known", "level", "event_id"]).to_dict("records"):
        by_person.setdefault(event["politician_id"], []).append(event)
    return by_person


def _camp_ends(tables: Tables) -> dict[str, str]:
    camps = tables["camps"]
    return dict(zip(camps["camp_id"], camps["to_date"], strict=True))


def _stand(events: list[Event], camp_ends: Mapping[str, str], day: date, level: int) -> Stand:
    strong = [event for event in events if event["level"] >= level]
    decisive = strong[-1] if strong else None
    since = decisive["date_known"] if decisive else ""
    weak = [
        event
        for event in events
        if event["level"] < level and event["camp"] and event["date_known"] > since
    ]
    found = Stand(UNDECLARED, None, "")
    if decisive is not None:
        camp = decisive["camp"]
        lapsed = "" < camp_ends.get(camp, "") < day.isoformat()
        shown = UNDECLARED if lapsed or not camp else camp
        found = Stand(shown, int(decisive["level"]), decisive["event_id"], lapsed=lapsed)
    if not weak:
        return found
    newest = weak[-1]
    return replace(
        found,
        weaker_camp=newest["camp"],
        weaker_level=int(newest["level"]),
        weaker_event_id=newest["event_id"],
    )


def politician_events(tables: Tables, politician_id: str) -> pd.DataFrame:
    """All alignment events of a politician, oldest first; on one day the stronger comes last."""
    events = tables["alignment_events"]
    events = events[events["politician_id"] == politician_id]
    return events.sort_values(["date_known", "level", "event_id"])


@lru_cache(maxsize=64)
def members(tables: Tables, day: date, office: str = "mp") -> pd.DataFrame:
    """Who holds each constituency seat on a day, by constituency code.

    A seat is held from the election to the day it was left; a vacant seat has no row. Columns:
    politician_id, name, party (the ticket at the election), term_id, parliament, by_election,
    source_id.
    """
    terms = tables["terms"]
    terms = terms[(terms["office"] == office) & terms["constituency_code"].ne("")]
    left = terms["left_by"].where(terms["left_by"].ne(""), "9999-12-31")
    held = terms[(terms["elected_by"] <= day.isoformat()) & (day.isoformat() <= left)]
    held = held.sort_values("elected_by").drop_duplicates("constituency_code", keep="last")
    names = tables["politicians"].set_index("politician_id")["name"]
    held = held.assign(name=held["politician_id"].map(names)).set_index("constituency_code")
    columns = ["politician_id", "name", "party", "term_id", "parliament", "by_election"]
    return held.sort_index()[[*columns, "elected_on", "source_id"]]


@lru_cache(maxsize=256)
def seats(
    tables: Tables, day: date, level: int = DEFAULT_LEVEL, region: Region | None = None
) -> pd.DataFrame:
    """One row per constituency: its member on a day and where the member stands.

    Columns: constituency, county_code, politician_id, politician, party, camp, level, event_id,
    weaker_camp, weaker_level, weaker_event_id, lapsed, source_id (of the deciding or else the
    weaker event). A vacant seat has an empty politician and the camp "vacant".
    """
    places = tables["constituencies"]
    inside = places["in_region"] if region is None else places["code"].isin(region.codes)
    places = places[inside].set_index("code")
    held = members(tables, day).to_dict("index")
    known = _known_events(tables, day)
    ends = _camp_ends(tables)
    events_table = tables["alignment_events"]
    sources = dict(zip(events_table["event_id"], events_table["source_id"], strict=True))
    rows = []
    for code, place in places.iterrows():
        row = {"code": code, "constituency": place["name"], "county_code": place["county_code"]}
        if code not in held:
            vacant = {"politician_id": "", "politician": "", "party": "", "term_id": ""}
            rows.append(row | vacant | _fields(Stand("vacant", None, ""), sources))
            continue
        member = held[code]
        events = known.get(member["politician_id"], [])
        person = {
            "politician_id": member["politician_id"],
            "politician": member["name"],
            "party": member["party"],
            "term_id": member["term_id"],
        }
        rows.append(row | person | _fields(_stand(events, ends, day, level), sources))
    return pd.DataFrame(rows).set_index("code")


def _fields(found: Stand, sources: Mapping[str, str]) -> dict[str, object]:
    return {
        "camp": found.camp,
        "level": found.level,
        "event_id": found.event_id,
        "weaker_camp": found.weaker_camp,
        "weaker_level": found.weaker_level,
        "weaker_event_id": found.weaker_event_id,
        "lapsed": found.lapsed,
        "source_id": sources.get(found.event_id or found.weaker_event_id, ""),
    }


def camp_counts(tables: Tables, seats_table: pd.DataFrame, day: date) -> dict[str, int]:
    """Seats per camp that exists on the day, zero included; undeclared and vacant left out."""
    counts = seats_table["camp"].value_counts()
    camps = camps_of(tables, cycle_of(tables, day), day).index
    return {str(camp): int(counts.get(camp, 0)) for camp in camps}


def agreement(tables: Tables, seats_table: pd.DataFrame, day: date) -> float | None:
    """Agreement index of the declared members over the camps of the day; None without any."""
    return metrics.agreement_index(camp_counts(tables, seats_table, day))


def member_voter_gap(seats_table: pd.DataFrame, tables: Tables, results: Results) -> pd.DataFrame:
    """How far voters went the way of their member's camp, per declared seat.

    ``own`` and ``rival`` are shares of valid votes for the candidate of the member's side and of
    the other side in ``results``; ``gap_points`` = 100 x (own - rival): negative where
    the voters went the other way. Only camps in the government and opposition slots have such
    a pair.
    """
    slots = tables["camps"].set_index("camp_id")["slot"]
    shares = results.shares()
    candidates = tables["candidates"]
    candidates = candidates[candidates["election_id"] == results.election_id]
    by_slot = candidates.set_index("slot")["candidate_id"]
    pair = {"government": by_slot["government"], "opposition": by_slot["opposition"]}
    table = seats_table[seats_table["camp"].map(slots).isin(list(pair))].copy()
    table = table[table.index.isin(shares.index)]
    own = table["camp"].map(slots)
    rival = own.map({"government": "opposition", "opposition": "government"})
    table["own"] = [shares.at[c, pair[s]] for c, s in zip(table.index, own, strict=True)]
    table["rival"] = [shares.at[c, pair[s]] for c, s in zip(table.index, rival, strict=True)]
    table["gap_points"] = 100 * (table["own"] - table["rival"])
    return table.sort_values("gap_points")


def coalitions_on(tables: Tables, day: date) -> pd.DataFrame:
    """Which coalition each party belonged to on a day; vague dates count from their start.

    One row per party and coalition, with the camp the coalition stands for ("" when none).
    """
    table = tables["coalitions"]
    text = day.isoformat()
    start = table["from_date"].map(
        lambda value: f"{value}-01-01"[:10] if len(value) == 4 else value
    )
    end = table["to_date"].map(_end_of)
    return table[(start <= text) & (text <= end)].sort_values(["party", "from_date"])


def _end_of(value: str) -> str:
    if not value:
        return "9999-12-31"
    return f"{value}-12-31" if len(value) == 4 else value
