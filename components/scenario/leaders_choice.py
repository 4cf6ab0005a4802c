"""What moves and the third ticket share: leaders, their home ground and how a pull spreads."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import streamlit as st

from components import state, whatif
from components.data import tables
from components.scenario.proposal import lever
from components.text import plain
from mulembe import people
from mulembe.people import Home
from mulembe.scenario import words
from mulembe.scenario.model import Move, Third
from mulembe.tables import Tables

SPREADS = {
    "decay": "Fades with distance",
    "flat": "Same everywhere",
    "county": "By county",
}
STAND_IN = "202"  # Lurambi, Kakamega town: in the middle of the 38, for a ticket without a home
Change = Callable[[str, Any], None]


def leaders() -> dict[str, str]:
    """Every politician's name by id: those with a reported home first, then by name."""
    return _leaders(tables())


@lru_cache(maxsize=2)
def _leaders(held: Tables) -> dict[str, str]:
    names = held["politicians"].set_index("politician_id")["name"]
    reported = held["homes"][held["homes"]["kind"] == "home"]
    first = reported.drop_duplicates("politician_id")["politician_id"]
    order = [*first, *(p for p in names.sort_values().index if p not in set(first))]
    return {str(p): str(names[p]) for p in order}


@lru_cache(maxsize=2)
def _area(held: Tables) -> dict[str, str]:
    places = held["constituencies"]
    places = places[places["in_region"]].sort_values("name").set_index("code")["name"]
    return {str(code): str(name) for code, name in places.items()}


def area() -> dict[str, str]:
    """The names of the 38 constituencies by code, in the order of their names."""
    return _area(tables())


@lru_cache(maxsize=128)
def _homes(held: Tables, leader: str) -> tuple[Home, ...]:
    return tuple(people.homes(held, leader))


def homes(leader: str) -> tuple[Home, ...]:
    """The reported home ground of a leader, the one offered first at the front."""
    return _homes(tables(), leader) if leader else ()


def home_choice(place: str, part: Move | Third, change: Change) -> None:
    """Draw the home: what sources name first, then any of the 38."""
    known = {home.constituency_code: home for home in reversed(homes(part.leader))}
    sourced = list(dict.fromkeys(home.constituency_code for home in homes(part.leader)))
    names = area()
    options = [*sourced, *(code for code in names if code not in known)]
    key = f"{place}_home"
    st.session_state[key] = part.home

    def chosen() -> None:
        code = state.chosen(key, names)
        if code:
            change(names[code], code)

    st.selectbox(
        "at home in",
        options,
        format_func=lambda code: f"{names[code]} · {_kind(part, code, known.get(code))}",
        key=key,
        on_change=chosen,
        disabled=whatif.read_only(),
    )


def _stands_in(part: Move | Third) -> bool:
    """Whether a third ticket is still at the home it started with, which nobody chose."""
    sourced = {home.constituency_code for home in homes(part.leader)}
    return isinstance(part, Third) and part.home == STAND_IN and STAND_IN not in sourced


def _kind(part: Move | Third, code: str, home: Home | None) -> str:
    if code == part.home and _stands_in(part):
        return "stands in until you choose"
    if home is None:
        return "your choice"
    if home.conflict:
        return "disputed"
    return "home" if home.kind == "home" else "seat held"


def home_note(part: Move | Third) -> None:
    """Draw what the sources say about the home, and where they disagree."""
    told = [home for home in homes(part.leader) if home.constituency_code == part.home]
    if not told:
        none = "No source held names one." if part.leader and not homes(part.leader) else ""
        where = plain(area().get(part.home, part.home))
        if _stands_in(part):
            st.caption(f"{where} stands in until you choose a home. {none}")
        else:
            st.caption(f"Home in {where} is your choice. {none}")
        return
    lines = [_stated(told[0])]
    if told[0].conflict:
        others = [
            home
            for home in homes(part.leader)
            if home.conflict and home.constituency_code != part.home
        ]
        lines += [f"Others name {plain(area()[h.constituency_code])}: {_stated(h)}" for h in others]
    st.caption("  \n".join(lines))


def _stated(home: Home) -> str:
    row = tables()["sources"].set_index("source_id").loc[home.source_id]
    publisher = plain(str(row["publisher"]))
    source = f"[{publisher}]({row['url']})" if row["url"].startswith("http") else publisher
    return f"{plain(home.statement)} {source}"


def spread_choice(place: str, part: Move | Third, change: Change) -> None:
    """Draw how the pull spreads, with the shares that go with it."""
    key = f"{place}_spread"
    st.session_state[key] = part.spread

    def chosen() -> None:
        spread = state.chosen(key, SPREADS)
        if not spread:
            return
        counties = part.counties
        if spread == "county" and not counties:
            counties = tuple((code, part.delivery) for code in county_names())
        change(SPREADS[spread], {"spread": spread, "counties": counties})

    st.segmented_control(
        "Spread",
        list(SPREADS),
        format_func=SPREADS.__getitem__,
        required=True,
        label_visibility="collapsed",
        key=key,
        on_change=chosen,
        disabled=whatif.read_only(),
    )


def delivery_lever(path: str, part: Move | Third) -> None:
    """Draw what is delivered, at home or everywhere."""
    where = "at home" if part.spread == "decay" else "everywhere in the region"
    lever(f"{path}.delivery", f"delivers {where}", analyst=state.analyst())


def reach_lever(path: str) -> None:
    """Draw how far a pull reaches."""
    text = "How far away a third of what is delivered at home is left (1/e)."
    lever(f"{path}.reach", "reaches", text, analyst=state.analyst())


def county_levers(path: str, part: Move | Third) -> None:
    """Draw what is delivered in each county."""
    names = county_names()
    columns = st.columns(2)
    for i, (code, _) in enumerate(part.counties):
        with columns[i % 2]:
            label = f"delivers in {names.get(code, code)}"
            lever(f"{path}.counties.{code}", label, analyst=state.analyst())


def camp_words(camp: str) -> str:
    """A camp inside a sentence: the government; a proper name as it is."""
    return words.the(words.ticket_names(tables(), whatif.scenario())[camp])


def county_names() -> dict[str, str]:
    """The five counties by code."""
    counties = tables()["counties"]
    names = counties[counties["in_region"]].set_index("code")["name"]
    return {str(code): str(name) for code, name in names.items()}
