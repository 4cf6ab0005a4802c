"""Politicians: the seats they held, their county, and what was said of them by a date."""

from __future__ import annotations

from datetime import date

import pandas as pd

from mulembe.alignment import UNDECLARED, Stand, cycle_of, politician_events
from mulembe.tables import Tables

OFFICES = {
    "mp": "MP",
    "governor": "Governor",
    "senator": "Senator",
    "woman_rep": "Woman Representative",
    "nominated_mp": "Nominated MP",
    "nominated_senator": "Nominated Senator",
}


def terms_on(tables: Tables, day: date) -> pd.DataFrame:
    """Find the term each politician served on a day, by politician id; the newest when two overlap.

    Columns of the terms table, and ``seat``: the office in words, as "MP, Lugari".
    """
    terms = tables["terms"]
    left = terms["left_by"].where(terms["left_by"].ne(""), "9999-12-31")
    held = terms[(terms["elected_by"] <= day.isoformat()) & (day.isoformat() <= left)]
    held = held.sort_values("elected_by").drop_duplicates("politician_id", keep="last")
    return held.assign(seat=_seat_names(tables, held)).set_index("politician_id")


def terms_of(tables: Tables, politician_id: str) -> pd.DataFrame:
    """Every term of a politician, newest first, with ``seat`` in words."""
    terms = tables["terms"]
    terms = terms[terms["politician_id"] == politician_id]
    return terms.assign(seat=_seat_names(tables, terms)).sort_values("elected_by", ascending=False)


def _seat_names(tables: Tables, terms: pd.DataFrame) -> list[str]:
    constituency = tables["constituencies"].set_index("code")["name"]
    county = tables["counties"].set_index("code")["name"]
    names = []
    for term in terms.to_dict("records"):
        place = constituency.get(term["constituency_code"]) or county.get(term["county_code"])
        local = place if not term["office"].startswith("nominated") else ""
        names.append(", ".join(filter(None, [OFFICES[term["office"]], local])))
    return names


def home_counties(tables: Tables) -> pd.Series:
    """Find the county of each politician: of the newest seat, else the home, else ""."""
    people = tables["politicians"].set_index("politician_id")
    newest = tables["terms"].sort_values("elected_by").drop_duplicates("politician_id", keep="last")
    seat = newest.set_index("politician_id")["county_code"].reindex(people.index).fillna("")
    return seat.where(seat.ne(""), people["home_county"])


def described(tables: Tables, politician_id: str, day: date) -> str:
    """Say what a politician was on a day: the seat held, else the office the newest source gave.

    "" when neither is known.
    """
    held = terms_on(tables, day)
    if politician_id in held.index:
        return str(held.at[politician_id, "seat"])
    known = politician_events(tables, politician_id)
    known = known[known["date_known"] <= day.isoformat()]
    return str(known["office_then"].iloc[-1]) if len(known) else ""


def opposing_events(tables: Tables, politician_id: str, stand: Stand, day: date) -> pd.DataFrame:
    """Find what speaks against a stand: events of the day's cycle for another camp, and denials.

    Newest first, all levels, only about the presidency and known by the day. An undeclared
    politician is measured against the camp of the weaker evidence; without any there is nothing
    to oppose.
    """
    events = politician_events(tables, politician_id)
    events = events[
        events["cycle"].eq(cycle_of(tables, day))
        & events["scope"].eq("presidency")
        & (events["date_known"] <= day.isoformat())
    ]
    camp = stand.camp if stand.camp != UNDECLARED else stand.weaker_camp
    other = events["camp"].ne("") & events["camp"].ne(camp)
    against = events[(other | events["kind"].eq("denied")) & bool(camp)]
    return against[against["event_id"] != stand.event_id].iloc[::-1]


def cycle_timeline(tables: Tables, day: date) -> pd.DataFrame:
    """List the events of the day's cycle, oldest first, with politician, county code and camp name.

    Adds ``politician``, ``county_code`` ("" when unknown) and ``camp_name`` ("No camp named" when
    the event names none) to the columns of the events table; county races are included.
    """
    events = tables["alignment_events"]
    events = events[events["cycle"] == cycle_of(tables, day)]
    names = tables["politicians"].set_index("politician_id")["name"]
    camps = tables["camps"].set_index("camp_id")["name"]
    seat_county = events["constituency_code"].map(
        tables["constituencies"].set_index("code")["county_code"]
    )
    return events.assign(
        politician=events["politician_id"].map(names),
        county_code=seat_county.fillna(events["politician_id"].map(home_counties(tables))),
        camp_name=events["camp"].map(camps).fillna("No camp named"),
    ).sort_values(["date_known", "level", "event_id"])


def event_days(tables: Tables) -> list[str]:
    """List the days on which an event is held, ISO, oldest first."""
    return sorted(set(tables["alignment_events"]["date_known"]))
