"""A politician's card: where he or she stands on a date, on what, against what, and since when."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components.data import tables
from components.seat_tiles import camp_names
from components.text import dated, long_day, plain
from mulembe import alignment, people

RECENT = 3  # events shown before the rest is folded away


def person_card(politician_id: str, day: date, level: int) -> None:
    """Draw the card of a politician as of a day, at the evidence level asked for."""
    names = tables()["politicians"].set_index("politician_id")["name"]
    st.subheader(plain(names[politician_id]), anchor=False)
    _office(politician_id, day)
    stand = alignment.stand(tables(), politician_id, day, level)
    events = alignment.politician_events(tables(), politician_id)
    by_id = events.set_index("event_id", drop=False)
    with st.container(border=True, key="person_stand"):
        _stand(stand, by_id, day, level)
    against = people.opposing_events(tables(), politician_id, stand, day)
    if len(against):
        st.markdown(f"**Opposing claims** by this date: {len(against)}")
        for event in against.to_dict("records"):
            _event(event)
    _history(events)


def vacant_card(code: str, day: date) -> None:
    """Say that a seat had no member on the day, and who held it before."""
    place = tables()["constituencies"].set_index("code").at[code, "name"]
    st.subheader(plain(place), anchor=False)
    st.markdown(f"**Seat vacant** on {long_day(day)}.")
    terms = tables()["terms"]
    past = terms[
        terms["constituency_code"].eq(code)
        & terms["left_by"].ne("")
        & (terms["left_by"] < day.isoformat())
    ].sort_values("left_by")
    if len(past):
        last = past.iloc[-1]
        name = tables()["politicians"].set_index("politician_id").at[last["politician_id"], "name"]
        st.markdown(
            f"Last held by {plain(name)} ({plain(last['party'])}); left {dated(last['left_on'])}: "
            f"{plain(last['left_reason'])}. {cited(last['source_id'])}"
        )


def cited(source_id: str) -> str:
    """Write a source as a link in Markdown: publisher and title."""
    source = tables()["sources"].set_index("source_id").loc[source_id]
    title = source["title"]
    publisher = source["publisher"]
    told = plain(title if title.startswith(publisher) else f"{publisher}: {title}")
    return f"[{told}]({source['url']})" if source["url"].startswith("http") else told


def _office(politician_id: str, day: date) -> None:
    held = people.terms_on(tables(), day)
    told = people.described(tables(), politician_id, day)
    if told:
        st.markdown(plain(told))
    if politician_id not in held.index:
        st.caption(plain(f"Held no elected seat listed here on {long_day(day)}."))
        return
    term = held.loc[politician_id]
    nominated = term["office"].startswith("nominated")
    how = (
        "Nominated by"
        if nominated
        else "Elected in a by-election on"
        if term["by_election"]
        else ("Elected on")
    )
    st.markdown(
        f"{how} **{plain(_ticket(term['party']))}**, {dated(term['elected_on'])} "
        f":small[{cited(term['source_id'])}]"
    )
    _party_side(str(term["party"]), day)


def _party_side(party: str, day: date) -> None:
    """The side of the party on the day, apart from what the politician said."""
    sides = people.party_sides(tables(), day)
    if party not in sides.index:
        st.caption(plain("Party's side on this date: none recorded."))
        return
    side = sides.loc[party]
    told = plain(f"Party's side on this date: {camp_names()[side['camp']]} ({side['coalition']}).")
    st.caption(f"{told} It is not the member's own word. {cited(side['source_id'])}")


def _ticket(party: str) -> str:
    return "no party ticket (independent)" if party == "IND" else party


def _stand(stand: alignment.Stand, events: pd.DataFrame, day: date, level: int) -> None:
    name = camp_names()[stand.camp]
    st.caption(plain(f"Stand on {long_day(day)}, evidence L{level} or stronger"))
    if stand.camp == alignment.UNDECLARED:
        st.markdown(f"### {name}")
        if stand.lapsed:
            st.markdown("The camp of the last declaration had ended by this date:")
        elif stand.event_id:
            st.markdown("The newest event of this level names no camp:")
        else:
            st.markdown(f"No event of L{level} or stronger is held for this cycle by this date.")
    else:
        st.markdown(f"### {plain(name)}")
    if stand.event_id:
        _event(events.loc[stand.event_id].to_dict(), named=stand.camp == alignment.UNDECLARED)
    if stand.weaker_event_id:
        newer = "Newer, weaker evidence" if stand.event_id else "Weaker evidence"
        st.markdown(f"**{newer}**, which does not count at L{level}:")
        _event(events.loc[stand.weaker_event_id].to_dict())


def _event(event: dict[str, object], named: bool = True) -> None:
    """One event: camp, level, kind, date, what happened, how sure, and its source."""
    level = int(event["level"])
    camp = camp_names().get(str(event["camp"]), "No camp named")
    if event["scope"] != "presidency":
        camp = "County race only"
    head = f"**{plain(camp)}** · " if named else ""
    reason = f" Level: {event['level_reason']}" if event["level_reason"] else ""
    title = f"{event['event']}: " if event["event"] else ""
    when = dated(str(event["date"]), str(event["date_note"]))
    st.markdown(
        f"{head}L{level} {plain(alignment.LEVELS[level].lower())} · {plain(when)}  \n"
        f"{plain(title + str(event['statement']))}  \n"
        f":small[{plain(alignment.KINDS[str(event['kind'])].capitalize())} · "
        f"{event['confidence']} confidence.{plain(reason)} {cited(str(event['source_id']))}]"
    )


def _history(events: pd.DataFrame) -> None:
    """Every event of the politician over all cycles, newest first."""
    if events.empty:
        st.caption("No dated event is held for this politician.")
        return
    newest = events.iloc[::-1].to_dict("records")
    count = f"{len(newest)} dated event{'s' if len(newest) > 1 else ''}"
    with st.expander(
        f"Full history: {count}", expanded=len(newest) <= RECENT, key="person_history"
    ):
        cycle = ""
        for event in newest:
            if event["cycle"] != cycle:
                cycle = str(event["cycle"])
                st.caption(f"Cycle to the {cycle} election")
            _event(event)
