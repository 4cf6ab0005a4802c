"""The third ticket: whether one stands, who leads it, where it is at home and what it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from components import state, whatif
from components.data import tables
from components.scenario.leaders_choice import (
    STAND_IN,
    county_levers,
    delivery_lever,
    home_choice,
    home_note,
    leaders,
    reach_lever,
    spread_choice,
)
from components.scenario.proposal import propose, refusal
from mulembe import people
from mulembe.scenario import words
from mulembe.scenario.editing import EditError, backed_by, without_third
from mulembe.scenario.model import NAME_LIMIT, Scenario, Third

PLACE = "third"


def third_ticket() -> None:
    """Draw whether a third ticket stands, and its levers."""
    shown = whatif.scenario()
    st.session_state["third_stands"] = shown.third is not None
    st.toggle(
        "A third ticket stands",
        key="third_stands",
        on_change=_stands,
        disabled=whatif.read_only(),
    )
    refusal(PLACE)
    if shown.third is None:
        st.caption(
            "None stands. With one, voters can be sent to it by any move and from any column."
        )
        return
    _who(shown.third)
    home_choice(PLACE, shown.third, _changed("home", "home of the third ticket"))
    spread_choice(PLACE, shown.third, _changed("spread", "third ticket spreads"))
    _pull(shown.third)
    home_note(shown.third)
    st.caption("What it delivers it takes from every other camp alike.")


def _pull(third: Third) -> None:
    if third.spread == "county":
        county_levers(PLACE, third)
        return
    left, right = st.columns(2)
    with left:
        delivery_lever(PLACE, third)
    if third.spread == "decay":
        with right:
            reach_lever(PLACE)


def _stands() -> None:
    if st.session_state.get("third_stands"):
        propose(
            PLACE,
            "A third ticket stands",
            lambda s: s.but(third=Third(home=STAND_IN, delivery=0.2)),
        )
    else:
        propose(PLACE, "The third ticket withdraws", without_third)


def _who(third: Third) -> None:
    known = leaders()
    st.session_state["third_leader"] = third.leader or None
    st.selectbox(
        "Led by",
        list(known),
        format_func=lambda name: known.get(name, name),
        placeholder="Nobody we know; name it below",
        key="third_leader",
        on_change=_led,
        disabled=whatif.read_only(),
    )
    st.session_state["third_name"] = third.name
    st.text_input(
        "Name of the ticket",
        max_chars=NAME_LIMIT,
        placeholder=words.ticket_names(tables(), whatif.scenario())["third"],
        key="third_name",
        on_change=_named,
        disabled=whatif.read_only(),
    )


def _led() -> None:
    leader = state.chosen("third_leader", leaders()) or ""
    name = f"{words.leader(leader, tables())} leads the third ticket" if leader else "Nobody leads"

    def led(scenario: Scenario) -> Scenario:
        camp = backed_by(_with(scenario, leader=""), leader)
        if camp:
            raise EditError(
                f"{words.leader(leader, tables())} already backs "
                f"{words.ticket_names(tables(), scenario)[camp]} in this scenario; a leader backs "
                "one camp only."
            )
        found = people.homes(tables(), leader) if leader else []
        home = found[0].constituency_code if found else _third(scenario).home
        return _with(scenario, leader=leader, home=home)

    propose(PLACE, name, led)


def _named() -> None:
    name = str(st.session_state.get("third_name") or "")
    propose(PLACE, f"Third ticket named {name}", lambda s: _with(s, name=name))


def _changed(field: str, text: str) -> Callable[[str, Any], None]:
    def change(told: str, value: Any) -> None:
        fields = value if isinstance(value, dict) else {field: value}
        propose(PLACE, f"{text[:1].upper()}{text[1:]}: {told}", lambda s: _with(s, **fields))

    return change


def _third(scenario: Scenario) -> Third:
    if scenario.third is None:
        raise EditError("No third ticket stands any more.")
    return scenario.third


def _with(scenario: Scenario, **fields: Any) -> Scenario:
    return scenario.but(third=_third(scenario).model_dump() | fields)
