"""Politicians: the seats they held, their county, and what was said of them by a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd

from mulembe.alignment import (
    UNDECLARED,
    Stand,
    camps_of,
    coalitions_on,
    cycle_of,
    politician_events,
)
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


@dataclass(frozen=True)
class Home:
    """A politician's home ground, and what the source says of it.

    ``kind`` is "home" where a report names a home, village or farm, "seat" for a constituency
    represented: a fact, and no residence. ``conflict`` is true where reports disagree.
    """

    constituency_code: str
    kind: str
    statement: str
    conflict: bool
    source_id: str


def homes(tables: Tables, politician_id: str) -> list[Home]:
    """List the home ground of a politician, the one offered first at the front; [] if unknown."""
    table = tables["homes"]
    rows = table[table["politician_id"] == politician_id].sort_values("rank")
    return [
        Home(
            row["constituency_code"],
            row["kind"],
            row["statement"],
            bool(row["conflict"]),
            row["source_id"],
        )
        for row in rows.to_dict("records")
    ]


def home_counties(tables: Tables) -> pd.Series:
    """Find the county of each politician: of the newest seat, else the first home, else ""."""
    people = tables["politicians"].set_index("politician_id")
    newest = tables["terms"].sort_values("elected_by").drop_duplicates("politician_id", keep="last")
    seat = newest.set_index("politician_id")["county_code"].reindex(people.index).fillna("")
    first = tables["homes"].sort_values("rank").drop_duplicates("politician_id")
    county = tables["constituencies"].set_index("code")["county_code"]
    home = first.set_index("politician_id")["constituency_code"].map(county)
    return seat.where(seat.ne(""), home.reindex(people.index).fillna(""))


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
    """Find what speaks against a stand: events of the day's cycle for another camp.

    Newest first, all levels, only about the presidency and known by the day. An undeclared
    politician is measured against the camp of the weaker evidence; without any there is nothing
    to oppose. A denial opposes by the camp it speaks for, as any event; never its own camp.
    """
    events = politician_events(tables, politician_id)
    events = events[
        events["cycle"].eq(cycle_of(tables, day))
        & events["scope"].eq("presidency")
        & (events["date_known"] <= day.isoformat())
    ]
    camp = stand.camp if stand.camp != UNDECLARED else stand.weaker_camp
    other = events["camp"].ne("") & events["camp"].ne(camp)
    return events[other & bool(camp) & events["event_id"].ne(stand.event_id)].iloc[::-1]


@lru_cache(maxsize=128)
def party_sides(tables: Tables, day: date) -> pd.DataFrame:
    """Find the camp each party stood for on a day, by party, with the coalition and its source.

    From the coalitions table. A camp of an earlier cycle reads as the camp in the same slot that
    exists on the day (Kenya Kwanza is the government in the cycle to 2027); a coalition whose camp
    has no such heir, and one without camp, says nothing. Of two coalitions the newest counts.
    Columns: camp, coalition, source_id. A party's side is not a word of its members.
    """
    camps = tables["camps"].set_index("camp_id")
    existing = camps_of(tables, cycle_of(tables, day), day)
    heirs = {slot: camp for camp, slot in existing["slot"].items()}
    rows = coalitions_on(tables, day)
    sides = rows["camp"].map(camps["slot"]).map(heirs)
    same = camps["cycle"].reindex(rows["camp"]).eq(cycle_of(tables, day)).to_numpy()
    rows = rows.assign(camp=rows["camp"].where(same, sides))
    rows = rows[rows["camp"].isin(existing.index)]
    newest = rows.drop_duplicates("party", keep="last").set_index("party")
    return newest[["camp", "coalition", "source_id"]]


def party_camps(tables: Tables, day: date) -> dict[str, str]:
    """The camp each party stood for on a day, by party; see ``party_sides``."""
    return {str(party): str(camp) for party, camp in party_sides(tables, day)["camp"].items()}


def undeclared_by_party(tables: Tables, seats: pd.DataFrame, day: date) -> dict[str, int]:
    """Count the undeclared members by the side of the party they were elected on.

    Counts by camp id, zero included for every camp that exists on the day, and "" for parties
    without a side and independents. ``seats`` as from ``alignment.seats``.
    """
    sides = party_camps(tables, day)
    parties = seats.loc[seats["camp"].eq(UNDECLARED), "party"]
    counts = parties.map(lambda party: sides.get(party, "")).value_counts()
    camps = camps_of(tables, cycle_of(tables, day), day).index
    return {str(camp): int(counts.get(camp, 0)) for camp in [*camps, ""]}


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
