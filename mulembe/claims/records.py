"""The claims that records decide: who was where, in which coalition, office or party, and when."""

from __future__ import annotations

from datetime import date

import pandas as pd

from mulembe import alignment, people
from mulembe.claims.verdict import ARTICLE, MOVED, Finding, Part
from mulembe.elections import region_results
from mulembe.pledges import WESTERN
from mulembe.regions import parse
from mulembe.tables import Tables

TALKS, RALLY = "Khwisero talks", "Bukhungu rally"
KHWISERO, KAKAMEGA = "208", "037"
SAVULA, ASEKA, OPARANYA = "ayub-savula", "christopher-aseka", "wycliffe-oparanya"
MUDAVADI, ODINGA = "musalia-mudavadi", "raila-odinga"
ODINGAS_CAMP = "azimio"
SUNDAY = 6
NO_RECORD = "No row of another source says so."


def _at(tables: Tables, event: str) -> pd.DataFrame:
    rows = tables["alignment_events"]
    return rows[rows["event"] == event]


def _others(rows: pd.DataFrame) -> tuple[str, ...]:
    """The sources of these rows other than the article, which cannot confirm itself."""
    return tuple(sorted(set(rows["source_id"]) - {ARTICLE}))


def _day(tables: Tables, event: str) -> date:
    return date.fromisoformat(str(_at(tables, event)["date_known"].max()))


def _names(tables: Tables) -> pd.Series:
    return tables["politicians"].set_index("politician_id")["name"]


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _titles(tables: Tables, sources: tuple[str, ...]) -> str:
    known = tables["sources"].set_index("source_id")["title"]
    return ", ".join(str(known[source]) for source in sources)


def met_at_khwisero(tables: Tables) -> Finding:
    """S01: Odinga met some of Mudavadi's allies on a Sunday at Atwoli's home."""
    rows, day = _at(tables, TALKS), _day(tables, TALKS)
    told = rows[rows["source_id"].ne(ARTICLE)]
    there = told[told["statement"].str.contains("Atwoli's home", regex=False)]
    both = _others(rows[rows["politician_id"] == ODINGA])
    context = tables["claims"].set_index("claim_id").at["S01", "context"]
    sources = _others(rows)
    words = " ".join(there["statement"])
    parts = (
        Part(
            "ANC members came to Atwoli's home",
            True if len(there) else None,
            words or NO_RECORD,
            _others(there),
        ),
        Part(
            "It was a Sunday",
            day.weekday() == SUNDAY,
            f"The day held is {_long(day)}, a {day:%A}.",
            sources or (ARTICLE,),
        ),
        Part(
            "They sat down with Odinga",
            True if both else None,
            f"{_titles(tables, both)} has him there." if both else "Only the article says so.",
            both or (ARTICLE,),
            "" if both else "A second report that has Odinga and the members in one room",
        ),
    )
    return Finding(
        "That a source other than the article has the members and Odinga there on that day.",
        parts,
        {"sources_beside_article": len(sources), "people_named": rows["politician_id"].nunique()},
        ((str(context), sources),),
    )


def apart_in_2013(tables: Tables) -> Finding:
    """S05: Mudavadi and Odinga went separate ways in 2013."""
    day, results = _election_day(tables, "2013"), region_results(tables, "2013", None)
    west = region_results(tables, "2013", parse(WESTERN, tables)).total_shares()
    on_ballot = {"odinga", "mudavadi"} <= set(results.votes.columns)
    own, his = _coalitions(tables, "UDF", day), _coalitions(tables, "ODM", day)
    seats = alignment.members(tables, day)
    seats = seats[seats.index.isin(_region_codes(tables))]["party"].value_counts()
    parts = (
        Part(
            "Both stood for president",
            on_ballot,
            f"Of the old province's valid votes Odinga had {west['odinga']:.1%}, Mudavadi "
            f"{west['mudavadi']:.1%}.",
            tuple(results.sources()),
        ),
        Part(
            "Their parties stood in different coalitions",
            not set(own["coalition"]) & set(his["coalition"]),
            f"On {_long(day)} UDF was in {_listed(own)} and ODM in {_listed(his)}.",
            tuple(sorted({*own["source_id"], *his["source_id"]})),
        ),
    )
    terms = tables["terms"]
    terms = terms[terms["office"].eq("mp") & terms["elected_by"].eq(day.isoformat())]
    aside = (
        f"Of the {len(_region_codes(tables))} seats UDF won {seats.get('UDF', 0)} and ODM "
        f"{seats.get('ODM', 0)}.",
        tuple(sorted(set(terms["source_id"]))),
    )
    return Finding(
        "That both were candidates and their parties in different coalitions on polling day.",
        parts,
        {"mudavadi": 100 * float(west["mudavadi"]), "odinga": 100 * float(west["odinga"])},
        (aside,),
    )


def together_in_2017(tables: Tables) -> Finding:
    """S06: Mudavadi and Odinga were partners in the 2017 election."""
    day = _election_day(tables, "2017")
    own, his = _coalitions(tables, "ANC", day), _coalitions(tables, "ODM", day)
    shared = sorted(set(own["coalition"]) & set(his["coalition"]))
    stood = tables["candidates"]
    stood = stood[stood["election_id"] == "2017"]
    against = "mudavadi" in set(stood["candidate_id"])
    rows = pd.concat([own, his])
    rows = rows[rows["coalition"].isin(shared)]
    notes = " ".join(dict.fromkeys(rows["note"]))
    parts = (
        Part(
            "ANC and ODM were in one coalition",
            bool(shared),
            f"On {_long(day)} both were in {', '.join(shared)}." if shared else "They share none.",
            tuple(sorted(set(rows["source_id"]))),
        ),
        Part(
            "Mudavadi did not stand against him",
            not against,
            f"He is {'' if against else 'not '}among the {len(stood)} candidates of 2017.",
            tuple(sorted(set(stood["source_id"]))),
        ),
    )
    asides = ((notes, tuple(sorted(set(rows["source_id"])))),) if notes else ()
    return Finding(
        "That their parties shared a coalition on polling day and only one of them stood.",
        parts,
        {"candidates": len(stood)},
        asides,
    )


def savula_was_there(tables: Tables) -> Finding:
    """S07: Savula took part in the talks."""
    rows = _at(tables, TALKS)
    own = rows[rows["politician_id"] == SAVULA]
    others = _others(own)
    told = own[own["source_id"].isin(others)]
    part = Part(
        "Savula was there",
        True if others else None,
        " ".join(told["statement"]) or NO_RECORD,
        others or (ARTICLE,),
        "" if others else "A second report that names him",
    )
    return Finding(
        "That a source other than the article names him.", (part,), {"sources": len(others)}
    )


def not_moved(tables: Tables) -> Finding:
    """S09: the ANC members who came to the talks had not moved to ODM."""
    rows, day, names = _at(tables, TALKS), _day(tables, TALKS), _names(tables)
    came = rows[rows["party_then"].eq("ANC")].drop_duplicates("politician_id")
    parts, later, cited = [], [], set()
    for person in came["politician_id"]:
        events = alignment.politician_events(tables, person)
        strong = events[events["level"].ge(MOVED) & events["cycle"].eq("2022")]
        moved = strong[strong["camp"].eq(ODINGAS_CAMP) & (strong["date_known"] <= day.isoformat())]
        held = rows[rows["politician_id"] == person]
        parts.append(
            Part(
                f"{names[person]} had not moved",
                moved.empty,
                f"On record by {_long(day)}: L{held['level'].max()}, "
                f"{alignment.LEVELS[int(held['level'].max())].lower()}."
                if moved.empty
                else " ".join(moved["statement"]),
                tuple(sorted(set(held["source_id"]))),
            )
        )
        text, sources = _after(tables, person, strong, day)
        later.append(f"{names[person]}: {text}")
        cited |= sources
    return Finding(
        f"That no event of level {MOVED} or stronger by that day has them on Odinga's side. A "
        "move nobody reported would not be seen.",
        tuple(parts),
        {"members": len(came), "moved": sum(part.holds is False for part in parts)},
        ((f"What came after. {'. '.join(later)}.", tuple(sorted(cited))),),
    )


def _after(tables: Tables, person: str, strong: pd.DataFrame, day: date) -> tuple[str, set[str]]:
    """The first change of party after a day, and the ticket the person was next elected on."""
    told, sources = [], set()
    first = strong[strong["date_known"].gt(day.isoformat()) & strong["kind"].ne("elected")].head(1)
    for event in first.to_dict("records"):
        camps = tables["camps"].set_index("camp_id")["name"]
        side = camps.get(event["camp"], "no camp named")
        told.append(
            f"L{event['level']} for {side} on {_long(date.fromisoformat(event['date_known']))}"
        )
        sources.add(event["source_id"])
    terms = people.terms_of(tables, person)
    for term in terms[terms["elected_by"].gt(day.isoformat())].tail(1).to_dict("records"):
        told.append(f"elected in {term['elected_by'][:4]} on {term['party']}")
        sources.add(term["source_id"])
    return ", ".join(told) or "no later move held", sources


def bukhungu(tables: Tables) -> Finding:
    """S11: a large rally with Odinga as guest was to be held at Bukhungu."""
    rows, day = _at(tables, RALLY), _day(tables, RALLY)
    rows = rows[rows["date_known"] == day.isoformat()]
    sources, his = _others(rows), _others(rows[rows["politician_id"] == ODINGA])
    people_there = rows[rows["kind"].isin(("attended", "declared"))]["politician_id"].nunique()
    parts = (
        Part(
            "The rally was held",
            True if sources else None,
            f"On {_long(day)}, by {_titles(tables, sources)}; {people_there} politicians are "
            "named as present or speaking.",
            sources,
        ),
        Part(
            "Odinga was there",
            True if his else None,
            f"{_titles(tables, his)} has him there."
            if his
            else "No row places him there; the rows call it a rally held for him.",
            his or sources,
            "" if his else "A row with his presence and its source",
        ),
        Part(
            "It was large",
            None,
            "No count of those who came is held.",
            sources,
            "A count or an estimate of the crowd with its method",
        ),
    )
    return Finding(
        "That sources other than the article have the rally, Odinga at it, and its size.",
        parts,
        {"sources": len(sources), "people": people_there},
    )


def governor(tables: Tables) -> Finding:
    """S14: Oparanya was Kakamega's governor at the time."""
    day = _day(tables, TALKS)
    held = people.terms_on(tables, day)
    term = held.loc[OPARANYA] if OPARANYA in held.index else None
    return _office("Oparanya was governor of Kakamega", term, day, "governor", KAKAMEGA)


def area_member(tables: Tables) -> Finding:
    """S15: Aseka was the member for the place of the talks."""
    day = _day(tables, TALKS)
    held = people.terms_on(tables, day)
    term = held.loc[ASEKA] if ASEKA in held.index else None
    return _office("Aseka was the member for Khwisero", term, day, "mp", KHWISERO)


def _office(said: str, term: pd.Series | None, day: date, office: str, place: str) -> Finding:
    if term is None:
        found = f"No seat is held for him on {_long(day)}."
        part = Part(said, False, found, (ARTICLE,))
    else:
        holds = term["office"] == office and place in (
            term["constituency_code"],
            term["county_code"],
        )
        found = (
            f"On {_long(day)}: {term['seat']}, elected in {term['elected_by'][:4]} on "
            f"{term['party']}."
        )
        part = Part(said, bool(holds), found, (str(term["source_id"]),))
    return Finding("That a list of members has him in the seat on the day.", (part,), {})


def came_over(tables: Tables) -> Finding:
    """S16: Odinga's side hoped that Mudavadi would come over."""
    day = _election_day(tables, "2022")
    stand = alignment.stand(tables, MUDAVADI, day)
    events = tables["alignment_events"].set_index("event_id")
    camps = tables["camps"].set_index("camp_id")["name"]
    decisive = events.loc[stand.event_id] if stand.event_id else None
    found = "He had declared for nobody."
    if decisive is not None:
        on = _long(date.fromisoformat(str(decisive["date_known"])))
        found = (
            f"On polling day he stood with {camps[stand.camp]}, L{stand.level} since {on}: "
            f"{decisive['statement']}"
        )
    part = Part(
        "Mudavadi came over to Odinga's side",
        stand.camp == ODINGAS_CAMP,
        found,
        (str(decisive["source_id"]),) if decisive is not None else (ARTICLE,),
    )
    rows = _at(tables, TALKS)
    asked = rows[rows["politician_id"].eq(ASEKA)]
    aside = (f"Aseka at the talks: {' '.join(asked['statement'])}", tuple(asked["source_id"]))
    return Finding("Whether it came about. A hope itself is in no table.", (part,), {}, (aside,))


def _election_day(tables: Tables, election: str) -> date:
    return date.fromisoformat(
        str(tables["elections"].set_index("election_id").at[election, "date"])
    )


def _coalitions(tables: Tables, party: str, day: date) -> pd.DataFrame:
    rows = alignment.coalitions_on(tables, day)
    return rows[rows["party"] == party]


def _listed(rows: pd.DataFrame) -> str:
    return ", ".join(rows["coalition"]) or "none"


def _region_codes(tables: Tables) -> set[str]:
    places = tables["constituencies"]
    return set(places.loc[places["in_region"], "code"])
