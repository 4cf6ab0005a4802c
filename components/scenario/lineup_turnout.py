"""Who votes: turnout by origin and county, and the register."""

from __future__ import annotations

import streamlit as st

from components import state, whatif
from components.data import tables
from components.scenario.leaders_choice import county_names
from components.scenario.proposal import lever, propose, refusal
from components.scenario.shown import percent, shift
from components.text import plain
from mulembe.scenario import levers
from mulembe.scenario.model import ABSENT, ENTERED, LINES, OTHERS, Turnout
from mulembe.scenario.standing import total_turnout

PLACE = "turnout"


def turnout() -> None:
    """Draw who votes, what follows for the region's turnout, and the register."""
    shown = whatif.scenario()
    _result()
    names = county_names()
    county = st.selectbox(
        "Set for",
        ["", *names],
        format_func=lambda code: f"{names[code]} County" if code else "Everywhere",
        key="turnout_where",
    )
    ends, exact = f".{county}" if county else "", state.analyst()
    origins = [*LINES[shown.cycle], *([OTHERS] if exact else [])]
    for origin in origins:
        who = levers.voters_of(shown, tables(), origin)
        lever(f"turnout.{origin}{ends}", f"{who} vote again", analyst=exact)
    away = levers.voters_of(shown, tables(), ABSENT)
    lever(f"turnout.{ABSENT}{ends}", f"{away} come out", analyst=exact)
    _register()
    if shown.roll == "grown":
        _new_voters(ends, county)
    for entry in shown.turnout:
        _set(entry)
    refusal(PLACE)


def _result() -> None:
    """The region's turnout in the scenario, and at the base over the same units."""
    now, before = whatif.outcome(), whatif.outcome(whatif.baseline())
    rate, was = total_turnout(now), total_turnout(before)
    st.markdown(
        f"Turnout in the region: **{percent(rate)}** "
        f":small[(valid votes over the register); {percent(was)} in {now.base.election}, "
        f"{shift(rate, was)}]"
    )


def _register() -> None:
    shown = whatif.scenario()
    st.session_state["register_roll"] = shown.roll
    st.segmented_control(
        "Register",
        ("base", "grown"),
        format_func={"base": f"As in {shown.base}", "grown": "Grown since"}.__getitem__,
        required=True,
        key="register_roll",
        on_change=_roll_chosen,
        disabled=whatif.read_only(),
    )
    if shown.roll == "grown":
        lever(
            "growth",
            "Growth, in times that of 2017 to 2022",
            "1 is the growth of every constituency from 2017 to 2022 once more.",
            analyst=state.analyst(),
        )
    now = whatif.outcome()
    st.caption(f"{int(now.register[now.inside].sum()):,} voters on the region's register.")


def _roll_chosen() -> None:
    roll = state.chosen("register_roll", ("base", "grown"))
    if roll:
        text = "Register grown" if roll == "grown" else "Register as at the base"
        propose(PLACE, text, lambda s: s.but(roll=roll))


def _new_voters(ends: str, county: str) -> None:
    try:
        levers.value(whatif.scenario(), f"turnout.{ENTERED}{ends}")
    except levers.LeverError:
        st.caption("New voters turn out as their constituency does.")
        st.button(
            "Say how many of them vote",
            key="say_new",
            on_click=_say_new,
            args=(county,),
            disabled=whatif.read_only(),
        )
        return
    who = levers.voters_of(whatif.scenario(), tables(), ENTERED)
    lever(f"turnout.{ENTERED}{ends}", f"{who} vote", analyst=state.analyst())


def _say_new(county: str) -> None:
    rate = round(total_turnout(whatif.outcome()), 2)
    entry = Turnout(origin=ENTERED, rate=rate, county=county)
    propose(PLACE, f"New voters: {rate:.0%} vote", lambda s: s.but(turnout=(*s.turnout, entry)))


def _set(entry: Turnout) -> None:
    """One rate that is set, with a way back to what the base says."""
    who = levers.voters_of(whatif.scenario(), tables(), entry.origin)
    where = f" in {county_names().get(entry.county, entry.county)}" if entry.county else ""
    told = plain(f"{who}{where}: {100 * entry.rate:g}% vote")
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        key=f"rate_of_{entry.origin}_{entry.county}",
    ):
        st.markdown(f":small[{told}]", width="stretch")
        st.button(
            "As at the base",
            key=f"rate_remove_{entry.origin}_{entry.county}",
            type="tertiary",
            on_click=_unset,
            args=(entry, f"{who}{where}"),
            disabled=whatif.read_only(),
        )


def _unset(entry: Turnout, who: str) -> None:
    propose(
        PLACE,
        f"{who} vote as at the base",
        lambda s: s.but(turnout=tuple(e for e in s.turnout if e != entry)),
    )
