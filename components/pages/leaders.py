"""Leaders & MPs: who stands where on a date, on what evidence, and how that came about."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components import dates, embed, state
from components.coalitions import coalition_table
from components.data import region as read_region
from components.data import tables
from components.explain import explain
from components.kingpin import kingpins
from components.member_gap import agreement_card, gap_chart
from components.person import person_card, vacant_card
from components.places import camp_slots, on_phone
from components.provenance import figures_from
from components.seat_table import filtered, seat_rows, seat_table
from components.seat_tiles import (
    VACANT,
    camp_names,
    headline,
    party_sentence,
    seat_tiles,
    seats_on,
)
from components.shell import honest_errors
from components.strip import evidence_choice, strip
from components.text import dated, long_day, plain
from components.tiles import HOW_TO_PICK, HOW_TO_PICK_PHONE
from components.timeline import SPANS, timeline
from mulembe import alignment, people
from mulembe.regions import Region

PICK = "widget_person_leaders"


def page() -> None:
    """Draw the page."""
    region = strip()
    st.title("Leaders & MPs", anchor=False)
    _controls()
    day, level = state.day(), state.level()
    seats = seats_on(region.token, day, level)
    st.markdown(f"#### {plain(headline(seats, day, level))}")
    sides = party_sentence(seats, day, level)
    if sides:
        st.markdown(plain(sides))
    _why(day)
    _camps_explained(day)
    _seats_and_card()
    st.header("Dated events and seats", anchor=False, divider="gray")
    _events_and_table()
    st.header("Members and their voters", anchor=False, divider="gray")
    chart, index = st.columns([66, 34], gap="large")
    with index, st.container(border=True):
        agreement_card(seats, day)
        figures_from(_told_by(seats), "agreement", "agreement")
    with chart:
        gap_chart(seats, region, day)
    st.header("Kingpins: home, side, pledges, reach", anchor=False, divider="gray")
    with honest_errors("kingpins"):
        kingpins(day, level)
        explain("reach", "How is the reach computed?")
    st.header(f"Parties and coalitions on {long_day(day)}", anchor=False, divider="gray")
    coalition_table(day)


def _controls() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="leaders_controls"):
        dates.date_choice("leaders")
        with st.container(width=300):
            evidence_choice("leaders")
    _slider()


def _slider() -> None:
    """Draw a slider over the days with events, the key dates, the chosen day and today."""
    today = date.today().isoformat()
    first, last = (day.isoformat() for day in alignment.date_range(tables()))
    days = {*people.event_days(tables()), *dates.key_dates(), state.get("date"), today} - {""}
    st.select_slider(
        "Slide through the days with events",
        sorted(day for day in days if first <= day <= last),
        format_func=dated,
        **state.bind(
            "date",
            "leaders_slider",
            to_widget=lambda text: text or today,
            to_field=lambda text: "" if text == today else text,
        ),
    )


def _why(day: date) -> None:
    """Say what happened on a key date, and which cycle the day belongs to."""
    keys = tables()["key_dates"].set_index("date")["why"]
    why = keys.get(day.isoformat())
    cycle = alignment.cycle_of(tables(), day)
    told = f"{long_day(day)}: {why}. " if why else ""
    st.caption(plain(f"{told}Evidence is read within the cycle to the {cycle} election."))


def _camps_explained(day: date) -> None:
    """Offer what each camp of the cycle stands for, when it began and when it ended."""
    camps = alignment.camps_of(tables(), alignment.cycle_of(tables(), day))
    with st.popover("What the camps mean", icon=":material/help:", key="camps_explained"):
        for camp in camps.to_dict("records"):
            ended = f" to {dated(camp['to_date'])}" if camp["to_date"] else ""
            since = f"{'from ' if ended else 'since '}{dated(camp['from_date'])}{ended}"
            st.markdown(f"**{plain(camp['name'])}**, {plain(since)}: {plain(camp['note'])}.")


@st.fragment
@honest_errors("leaders")
def _seats_and_card() -> None:
    day, level = state.day(), state.level()
    seats = seats_on(state.get("region"), day, level)
    code = _chosen_seat(seats)
    left, right = st.columns([56, 44], gap="medium")
    with left:
        seat_tiles(seats, code, _pick, headline(seats, day, level))
        how = HOW_TO_PICK_PHONE if on_phone() else HOW_TO_PICK
        st.caption(
            f"{how} to read about its member; its place is approximate. The table under Seats "
            "lists them all with their sources."
        )
        figures_from(_told_by(seats), "tiles", "evidence-levels", frame="seats")
    with right, st.container(border=True, key="leaders_card"):
        _search(day)
        _card(seats, code, day, level)
    state.publish()


def _told_by(seats: pd.DataFrame) -> set[str]:
    """The sources of where the members stand, and of who holds which seat."""
    held = alignment.members(tables(), state.day())["source_id"]
    return {*seats["source_id"], *held[held.index.isin(seats.index)]} - {""}


def _chosen_seat(seats: pd.DataFrame) -> str:
    """Return the outlined seat: the chosen politician's on the day, else the chosen one."""
    person = state.get("person")
    if person:
        held = seats.index[seats["politician_id"] == person]
        return str(held[0]) if len(held) else ""
    return state.get("c") if state.get("c") in seats.index else ""


def _pick(code: str) -> None:
    state.put("c", code)
    state.put("person", "")


def _search(day: date) -> None:
    """Offer politicians by name: office holders of the day first, then everyone else."""
    listed = _politicians(day)
    st.session_state[PICK] = state.get("person")

    def chosen() -> None:
        state.put("person", state.chosen(PICK, listed) or "")
        state.put("c", "")

    st.selectbox(
        "Find an MP, governor, senator or leader",
        ["", *listed],
        format_func=lambda person: listed.get(person, "Type a name or a place"),
        key=PICK,
        on_change=chosen,
    )


def _politicians(day: date) -> dict[str, str]:
    names = tables()["politicians"].set_index("politician_id")["name"]
    held = people.terms_on(tables(), day)["seat"]
    labels = {
        person: f"{name} · {held[person]}" if person in held.index else name
        for person, name in names.items()
    }
    return dict(sorted(labels.items(), key=lambda item: (item[0] not in held.index, item[1])))


def _card(seats: pd.DataFrame, code: str, day: date, level: int) -> None:
    person = state.get("person") or (seats.at[code, "politician_id"] if code else "")
    if person:
        person_card(person, day, level)
    elif code:
        vacant_card(code, day)
    else:
        _declared_list(seats, level)


def _declared_list(seats: pd.DataFrame, level: int) -> None:
    """Before anything is chosen: the members who stand with a camp on the day."""
    st.markdown("**No seat chosen.** Members who stand with a camp on this date:")
    declared = seats[~seats["camp"].isin([alignment.UNDECLARED, VACANT])]
    if declared.empty:
        st.info(f"None at L{level} or stronger. Lower the evidence needed or take a later date.")
        return
    events = tables()["alignment_events"].set_index("event_id")["date"]
    sources = tables()["sources"].set_index("source_id")["url"]
    st.dataframe(
        pd.DataFrame(
            {
                "Member": declared["politician"],
                "Seat": declared["constituency"],
                "Camp": declared["camp"].map(camp_names()),
                "Evidence": declared["level"].map(lambda found: f"L{found:.0f}"),
                "Since": declared["event_id"].map(events).map(dated),
                "Source": declared["source_id"].map(sources),
            }
        ).sort_values(["Camp", "Member"]),
        column_config={
            "Evidence": st.column_config.TextColumn(width=70),
            "Since": st.column_config.TextColumn(width=95),
            "Source": st.column_config.LinkColumn(display_text="open", width=60),
        },
        hide_index=True,
        key="declared_list",
        height=min(36 * (len(declared) + 1), 480),
    )


@st.fragment
@honest_errors("leaders_events")
def _events_and_table() -> None:
    region = read_region(state.get("region"))
    day, level = state.day(), state.level()
    counties, camps = _counties(region), _camps(day)
    _filters(counties, camps)
    county = state.get("county") if state.get("county") in counties else ""
    camp = state.get("camp") if state.get("camp") in camps else ""
    st.subheader("Timeline", anchor=False)
    st.segmented_control(
        "Span around the date",
        list(SPANS),
        format_func=SPANS.__getitem__,
        required=True,
        **state.bind("span", "leaders"),
    )
    events = _events(region, day)
    timeline(_fitting(events, county, camp), day, level, state.get("span"))
    st.subheader("Seats", anchor=False)
    rows = seat_rows(seats_on(region.token, day, level), day, level)
    shown = filtered(rows, counties.get(county, ""), camps.get(camp, ""), state.get("q"))
    st.caption(
        f"{len(shown)} of {len(rows)} seats on {long_day(day)}, evidence L{level} or stronger."
    )
    seat_table(rows, shown, day, state.analyst())
    state.publish()


def _counties(region: Region) -> dict[str, str]:
    places = tables()["constituencies"].set_index("code")["county_code"]
    names = tables()["counties"].set_index("code")["name"]
    return {code: names[code] for code in sorted(set(places.loc[list(region.codes)]))}


def _camps(day: date) -> dict[str, str]:
    cycle = alignment.camps_of(tables(), alignment.cycle_of(tables(), day))["name"]
    return {**cycle.to_dict(), alignment.UNDECLARED: camp_names()[alignment.UNDECLARED]}


def _filters(counties: dict[str, str], camps: dict[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="leaders_filters"):
        st.text_input(
            "Search name, place or words",
            max_chars=state.SEARCH_LIMIT,
            width=260,
            **state.bind("q", "leaders"),
        )
        for field, label, names in (
            ("county", "County", counties),
            ("camp", "Camp", camps),
            ("kind", "Kind of event", alignment.KINDS),
        ):
            _one_of(field, label, names)


def _one_of(field: str, label: str, names: dict[str, str]) -> None:
    known = {"": "All", **{key: name[:1].upper() + name[1:] for key, name in names.items()}}
    st.selectbox(
        label,
        list(known),
        format_func=known.__getitem__,
        width=190,
        **state.bind(field, "leaders", to_widget=lambda value: value if value in known else ""),
    )


def _events(region: Region, day: date) -> pd.DataFrame:
    """Events of the day's cycle about the region's seats, its counties, and national leaders."""
    events = people.cycle_timeline(tables(), day)
    seat, county = events["constituency_code"], events["county_code"]
    local = seat.isin(region.codes) | (seat.eq("") & county.isin(list(_counties(region))))
    return events[local | (seat.eq("") & county.eq(""))]


def _fitting(events: pd.DataFrame, county: str, camp: str) -> pd.DataFrame:
    if county:
        events = events[events["county_code"] == county]
    if camp:
        named = events["camp"].where(events["camp"].isin(list(camp_slots())), alignment.UNDECLARED)
        events = events[named == camp]
    if state.get("kind"):
        events = events[events["kind"] == state.get("kind")]
    text = events[["politician", "office_then", "event", "statement"]].agg(" ".join, axis=1)
    for word in state.get("q").lower().split():
        events = events[text.loc[events.index].str.lower().str.contains(word, regex=False)]
    return events


def _seats_chart() -> None:
    day, level = state.day(), state.level()
    seats = seats_on(state.get("region"), day, level)
    told = headline(seats, day, level)
    st.markdown(f"**{plain(told)}**")
    seat_tiles(seats, _chosen_seat(seats), _pick, told)
    figures_from(_told_by(seats), "tiles")


def _timeline_chart() -> None:
    region, day = read_region(state.get("region")), state.day()
    counties, camps = _counties(region), _camps(day)
    county = state.get("county") if state.get("county") in counties else ""
    camp = state.get("camp") if state.get("camp") in camps else ""
    st.markdown(f"**Dated events around {long_day(day)}**")
    events = _fitting(_events(region, day), county, camp)
    timeline(events, day, state.level(), state.get("span"))


def _gap_chart() -> None:
    day = state.day()
    seats = seats_on(state.get("region"), day, state.level())
    gap_chart(seats, read_region(state.get("region")), day)


embed.page(page, {"seats": _seats_chart, "timeline": _timeline_chart, "gap": _gap_chart})
