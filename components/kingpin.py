"""Kingpin cards: a leader's home, side, pledges and deliveries, reach; and a move in a scenario."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import pandas as pd
import streamlit as st

from components import whatif
from components.data import tables
from components.person import cited
from components.places import on_phone, places
from components.scenario import tickets
from components.scenario.lineup_moves import DELIVERY, REACH
from components.scenario.proposal import propose, refusal
from components.seat_tiles import camp_names
from components.text import dated, long_day, plain
from mulembe import alignment, pledges
from mulembe.kingpins import KINGPINS, Kingpin, Reach, kingpin
from mulembe.scenario import editing, words
from mulembe.scenario.model import CAMPS, Move, Scenario
from mulembe.tables import Tables

IN_A_ROW = 3
KIND = {"home": "home", "seat": "seat held, no report of a home"}


def kingpins(day: date, level: int) -> None:
    """Draw a card per leader as of a day; folded away each on a phone."""
    st.caption(
        plain(
            f"Leaders with a sourced home ground, as of {long_day(day)} at evidence L{level} or "
            "stronger. Pledges are those made by that day, measured only where the ground they "
            "name has results of its own; 'Western' is read as the old province."
        )
    )
    held = [_held(tables(), person, day, level) for person in KINGPINS]
    if on_phone():
        for leader in held:
            with st.expander(f"{plain(leader.name)} · {plain(_side(leader))}"):
                _card(leader, level)
        return
    for start in range(0, len(held), IN_A_ROW):
        for column, leader in zip(
            st.columns(IN_A_ROW), held[start : start + IN_A_ROW], strict=False
        ):
            key = f"kingpin_{leader.politician_id}"
            with column, st.container(border=True, height="stretch", key=key):
                st.markdown(f"##### {plain(leader.name)}")
                _card(leader, level)


@lru_cache(maxsize=128)
def _held(held: Tables, person: str, day: date, level: int) -> Kingpin:
    return kingpin(held, person, day, level)


def _side(leader: Kingpin) -> str:
    if leader.stand.camp == alignment.UNDECLARED:
        return "Undeclared"
    return f"{camp_names()[leader.stand.camp]}, L{leader.stand.level}"


def _card(leader: Kingpin, level: int) -> None:
    if leader.office:
        st.caption(plain(leader.office))
    _stand(leader, level)
    _homes(leader)
    _pledges(leader.pledges)
    _reach(leader.reach)
    _try(leader)


def _stand(leader: Kingpin, level: int) -> None:
    st.markdown(f"**{plain(_side(leader))}**")
    event = leader.event
    if not event:
        st.caption(f"No event of this cycle is held by this date, at L{level} or below.")
        return
    weaker = ""
    if not leader.stand.event_id:
        camp = camp_names().get(str(event["camp"]), "No camp named")
        weaker = f"Weaker evidence, {plain(camp)}: "
    found = int(str(event["level"]))
    st.markdown(
        f":small[{weaker}L{found} {plain(alignment.LEVELS[found].lower())}, "
        f"{plain(dated(str(event['date']), str(event['date_note'])))}. "
        f"{plain(str(event['statement']))} {cited(str(event['source_id']))}]"
    )


def _homes(leader: Kingpin) -> None:
    names = places()["name"]
    first = leader.homes[0]
    listed = ", ".join(dict.fromkeys(str(names[home.constituency_code]) for home in leader.homes))
    text = f"**Home:** {plain(names[first.constituency_code])} ({KIND[first.kind]})"
    if leader.conflict:
        text += f". Reports differ: {plain(listed)}"
    told = "  \n".join(
        f":small[{plain(names[home.constituency_code])}: {plain(home.statement)} "
        f"{cited(home.source_id)}]"
        for home in leader.homes
    )
    st.markdown(f"{text}  \n{told}")


def _pledges(rows: pd.DataFrame) -> None:
    if rows.empty:
        st.markdown("**Pledges:** none held by this date")
        return
    st.markdown("**Pledges and deliveries**")
    for pledge in rows.to_dict("records"):
        share = pledge["share_percent"]
        promised = pledges.NO_SHARE if pd.isna(share) else f"{share:.0f}% pledged"
        st.markdown(
            f"{plain(pledge['camp_name'])}, {dated(pledge['date'])}: {promised}; "
            f"{plain(_delivered(pledge))}  \n:small[{plain(pledge['statement'])} "
            f"{cited(pledge['source_id'])}]"
        )


def _delivered(pledge: dict[str, object]) -> str:
    if not pledge["election"]:
        return "open, the election is not held yet"
    if pledge["mismatch"]:
        return f"not measured: {pledge['mismatch']}"
    gap = float(str(pledge["gap"]))
    against = "" if pd.isna(gap) else f" ({gap:+.1f} points)".replace("-", "\u2212")
    return (
        f"{pledge['candidate']} had {pledge['delivered']:.1f}%{against} in "
        f"{pledge['region_name']}, {pledge['election']}"
    )


def _reach(reach: Reach | None) -> None:
    if reach is None:
        st.markdown("**Reach:** not fitted; only moves declared before August 2022 could be")
        return
    st.markdown(
        f"**Reach, fitted on 2017 to 2022:** {100 * reach.delivery:.0f}% at home "
        f"({100 * reach.delivery_low:.0f}% to {100 * reach.delivery_high:.0f}%), a third of that "
        f"{reach.km:.0f} km away ({reach.km_low:.0f} to {reach.km_high:.0f})  \n"
        f":small[Modelled: {plain(reach.method.lower())}; ranges from leaving one constituency "
        f"out. {cited(reach.source_id)}]"
    )


def _try(leader: Kingpin) -> None:
    """Offer a move of this leader to every camp alike."""
    place = f"try_{leader.politician_id}"
    refusal(place)
    if whatif.read_only():
        st.caption("This scenario is to be read; fork it on the Scenario page to add a move.")
        return
    scenario = whatif.scenario()
    names = tickets.names(scenario)
    with st.popover("Try in a scenario", icon=":material/tune:", key=f"{place}_open"):
        st.caption(
            plain(
                f"Adds a move to the {scenario.cycle} scenario: {100 * DELIVERY:.0f}% at home, "
                f"fading over {_start_reach(leader):.0f} km. Change both there."
            )
        )
        for camp in CAMPS:
            label = f"{plain(leader.name)} backs {plain(words.the(names[camp]))}"
            if st.button(label, key=f"{place}_{camp}", width="stretch") and _added(leader, camp):
                st.switch_page("components/pages/scenario.py")


def _start_reach(leader: Kingpin) -> float:
    return leader.reach.km if leader.reach else REACH


def _added(leader: Kingpin, camp: str) -> bool:
    """Put the move into the scenario; a leader who is in it backs the other camp from now on."""
    person, home = leader.politician_id, leader.homes[0].constituency_code

    def made(scenario: Scenario) -> Scenario:
        for position, move in enumerate(scenario.moves):
            if move.leader == person:
                return editing.with_changed_move(scenario, position, camp=camp)
        if editing.backed_by(scenario, person):
            raise editing.EditError(
                f"{leader.name} leads the third ticket of this scenario; change that first."
            )
        move = Move.model_validate(
            {
                "leader": person,
                "camp": camp,
                "delivery": DELIVERY,
                "home": home,
                "reach": _start_reach(leader),
            }
        )
        return editing.with_move(scenario, move)

    name = f"{leader.name} backs {words.the(tickets.names(whatif.scenario())[camp])}"
    if propose(f"try_{person}", name, made):
        return True
    st.rerun()
    return False
