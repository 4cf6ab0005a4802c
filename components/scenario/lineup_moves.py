"""The moves: up to six leaders, each one bordered row that reads as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import state, whatif
from components.data import tables
from components.places import on_phone
from components.scenario.leaders_choice import (
    area,
    camp_words,
    county_levers,
    delivery_lever,
    home_choice,
    home_note,
    homes,
    leaders,
    reach_lever,
    spread_choice,
)
from components.scenario.proposal import lever, propose, refusal
from components.text import plain
from mulembe.scenario import words
from mulembe.scenario.base import load_base
from mulembe.scenario.editing import (
    EditError,
    backed_by,
    with_changed_move,
    with_move,
    without_move,
)
from mulembe.scenario.model import CAMPS, MOVE_LIMIT, Move, Scenario

NEW = "new_move"
DELIVERY, REACH = 0.5, 25.0  # what a new move starts with, whatever the camp
STAYS, TO_THIRD, AT_HOME, SPLIT = "stays", "third", "home", "split"
RESTS = {
    STAYS: "stays with the rival",
    TO_THIRD: "goes to the third ticket",
    AT_HOME: "stays at home",
    SPLIT: "is split, see analyst depth",
}
NAMED = 3  # conflicts named one by one


def moves() -> None:
    """Draw every move, what they ask for together, and the row that adds one."""
    shown = whatif.scenario()
    if not shown.moves:
        st.caption("Nobody moves yet. Add a leader, the camp he or she backs and what comes along.")
    for position, move in enumerate(shown.moves):
        with st.container(border=True, key=f"move_{position}"):
            _row(position, move)
    _conflicts()
    if len(shown.moves) < MOVE_LIMIT:
        _add()
    else:
        st.caption(f"A line-up holds up to {MOVE_LIMIT} moves; remove one to add another.")


def _row(position: int, move: Move) -> None:
    place = f"move_{position}"
    _who(place, position, move)
    spread_choice(place, move, _changer(position, "spreads:", "spread"))
    path = f"moves.{position}"
    if move.spread == "county":
        county_levers(path, move)
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        if move.spread != "county":
            delivery_lever(path, move)
    with right:
        if move.spread == "decay":
            home_choice(place, move, _changer(position, "is at home in", "home"))
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        if move.spread == "decay":
            reach_lever(path)
    with right:
        _rest(place, position, move)
    if state.analyst():
        _exactly(place, position, move)
    if move.spread == "decay":
        home_note(move)
    refusal(place)


def _who(place: str, position: int, move: Move) -> None:
    known = leaders()
    names = words.ticket_names(tables(), whatif.scenario())
    st.session_state[f"{place}_leader"] = move.leader
    st.session_state[f"{place}_camp"] = move.camp
    first, row = _sentence_row(f"{place}_who")
    with first:
        st.selectbox(
            f"{position + 1}. Leader",
            list(known),
            format_func=lambda name: known.get(name, name),
            key=f"{place}_leader",
            on_change=_leader_chosen,
            args=(position,),
            disabled=whatif.read_only(),
        )
    with row:
        st.selectbox(
            "backs",
            CAMPS,
            format_func=names.__getitem__,
            key=f"{place}_camp",
            on_change=_camp_chosen,
            args=(position,),
            disabled=whatif.read_only(),
        )
        st.button(
            "",
            icon=":material/close:",
            key=f"{place}_remove",
            help=f"Remove {plain(known.get(move.leader, move.leader))} from the line-up",
            type="tertiary",
            on_click=_remove,
            args=(position,),
            disabled=whatif.read_only(),
        )


def _sentence_row(key: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where the leader goes and where the rest of the row goes; on a phone on two lines."""
    first = st.container(key=f"{key}_leader_line") if on_phone() else None
    row = st.container(horizontal=True, vertical_alignment="bottom", key=key)
    return first or row, row


def _leader_chosen(position: int) -> None:
    leader = state.chosen(f"move_{position}_leader", leaders())
    if not leader:
        return

    def chosen(scenario: Scenario) -> Scenario:
        _free(scenario, leader, position)
        found = homes(leader)
        home = found[0].constituency_code if found else scenario.moves[position].home
        return with_changed_move(scenario, position, leader=leader, home=home)

    camp = camp_words(whatif.scenario().moves[position].camp)
    propose(f"move_{position}", f"{_name(leader)} backs {camp}", chosen)


def _camp_chosen(position: int) -> None:
    camp = st.session_state.get(f"move_{position}_camp")
    if camp in CAMPS:  # not a name that camp had before the cycle was changed
        leader = whatif.scenario().moves[position].leader
        propose(
            f"move_{position}",
            f"{_name(leader)} backs {camp_words(camp)}",
            lambda s: with_changed_move(s, position, camp=camp),
        )


def _remove(position: int) -> None:
    leader = whatif.scenario().moves[position].leader
    propose(NEW, f"{_name(leader)} removed", lambda s: without_move(s, position))


def _changer(position: int, text: str, field: str) -> Callable[[str, Any], None]:
    def change(told: str, value: Any) -> None:
        fields = value if isinstance(value, dict) else {field: value}
        leader = whatif.scenario().moves[position].leader
        propose(
            f"move_{position}",
            f"{_name(leader)} {text} {told[:1].lower() + told[1:] if text[-1] == ':' else told}",
            lambda s: with_changed_move(s, position, **fields),
        )

    return change


def _rest(place: str, position: int, move: Move) -> None:
    """Where those who listen but do not follow go."""
    split = move.rest_third + move.rest_home
    held = SPLIT
    for whole, choice in ((0.0, STAYS), (move.rest_third, TO_THIRD), (move.rest_home, AT_HOME)):
        if split == whole and (split in (0.0, 1.0)):
            held = choice
            break
    options = [o for o in RESTS if o != SPLIT or held == SPLIT]
    st.session_state[f"{place}_rest"] = held

    def chosen() -> None:
        rest = state.chosen(f"{place}_rest", RESTS)
        if rest in (None, SPLIT):
            return
        propose(
            place,
            f"{_name(move.leader)}: the rest {RESTS[rest]}",
            lambda s: with_changed_move(
                s, position, rest_third=float(rest == TO_THIRD), rest_home=float(rest == AT_HOME)
            ),
        )

    st.selectbox(
        "the rest",
        options,
        format_func=RESTS.__getitem__,
        help="Those who listen to the leader but do not follow. Every camp's own voters stay.",
        key=f"{place}_rest",
        on_change=chosen,
        disabled=whatif.read_only(),
    )


def _exactly(place: str, position: int, move: Move) -> None:
    """Analyst depth: the rest in shares, and the columns a move takes from."""
    shown = whatif.scenario()
    left, right = st.columns(2)
    with left:
        lever(f"moves.{position}.rest_home", "of the rest, at home", analyst=True)
    with right:
        if shown.third is not None:
            lever(f"moves.{position}.rest_third", "of the rest, to the third", analyst=True)
    names = words.column_names(tables(), shown)
    st.session_state[f"{place}_origins"] = list(move.origins)

    def chosen() -> None:
        picked = st.session_state.get(f"{place}_origins") or ()
        origins = tuple(o for o in load_base(tables(), shown.cycle).origins[:3] if o in picked)
        told = ", ".join(names[o] for o in origins) or "all columns"
        propose(
            place,
            f"{_name(move.leader)} takes from {told}",
            lambda s: with_changed_move(s, position, origins=origins),
        )

    st.multiselect(
        "takes from",
        load_base(tables(), shown.cycle).origins[:3],
        format_func=names.__getitem__,
        placeholder="every column",
        key=f"{place}_origins",
        on_change=chosen,
        disabled=whatif.read_only(),
    )


def _conflicts() -> None:
    """Where the moves together ask for more than there is."""
    found = sorted(whatif.outcome().conflicts, key=lambda c: -c.asked)
    inside = [c for c in found if c.code in area()]
    if not inside:
        return
    if len(inside) <= NAMED:
        places = "; ".join(f"in {area()[c.code]} {c.asked:.0%}" for c in inside)
    else:
        most = inside[0]
        places = (
            f"in {len(inside)} constituencies more than there is, most in {area()[most.code]} "
            f"({most.asked:.0%})"
        )
    st.info(
        plain(f"The moves ask for {places} of the vote; each gets its part."),
        icon=":material/call_split:",
    )


def _add() -> None:
    names = words.ticket_names(tables(), whatif.scenario())
    first, row = _sentence_row(NEW)
    with first:
        st.selectbox(
            "Add a leader",
            list(leaders()),
            format_func=leaders().__getitem__,
            index=None,
            placeholder="Who moves?",
            key="new_leader",
            disabled=whatif.read_only(),
        )
    with row:
        st.selectbox(
            "who backs",
            CAMPS,
            format_func=names.__getitem__,
            index=None,
            placeholder="Which camp?",
            key="new_camp",
            disabled=whatif.read_only(),
        )
        st.button(
            "Add",
            icon=":material/add:",
            key="add_move",
            on_click=_added,
            disabled=whatif.read_only(),
        )
    refusal(NEW)


def _added() -> None:
    leader, camp = state.chosen("new_leader", leaders()), state.chosen("new_camp", CAMPS)

    def added(scenario: Scenario) -> Scenario:
        if not leader or not camp:
            raise EditError("Choose a leader and the camp he or she backs, then add the move.")
        _free(scenario, leader)
        found = homes(leader)
        home = found[0].constituency_code if found else next(iter(area()))
        move = Move(leader=leader, camp=camp, delivery=DELIVERY, home=home, reach=REACH)
        return with_move(scenario, move)

    name = f"{_name(leader)} backs {camp_words(camp)}" if leader and camp else ""
    if propose(NEW, name, added):
        st.session_state["new_leader"] = st.session_state["new_camp"] = None


def _free(scenario: Scenario, leader: str, besides: int | None = None) -> None:
    """Refuse a leader who is in the line-up already, saying whom he or she backs."""
    camp = backed_by(scenario, leader, besides)
    if camp:
        raise EditError(
            f"{_name(leader)} already backs {camp_words(camp)} in this scenario; a leader backs "
            "one camp only. Change that move or remove it first."
        )


def _name(leader: str) -> str:
    return words.leader(leader, tables())
