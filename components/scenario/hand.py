"""Constituencies set by hand: locked at a result, or given votes of one's own, with the reason."""

from __future__ import annotations

import streamlit as st

from components import whatif
from components.data import tables
from components.scenario.leaders_choice import area
from components.scenario.proposal import propose, refusal
from components.text import plain
from mulembe.scenario import words
from mulembe.scenario.editing import with_override, without_override
from mulembe.scenario.model import REASON_LIMIT, TICKETS, Override

PLACE = "hand"


def hand_list() -> None:
    """Draw what is set by hand, each with its reason, and a way to set another one."""
    shown = whatif.scenario()
    if not shown.overrides:
        st.caption(
            "Nothing is set by hand. Lock a constituency to keep its result while levers move, "
            "or give it votes of your own."
        )
    for override in shown.overrides:
        _row(override)
    with st.container(horizontal=True, vertical_alignment="bottom", key="hand_new"):
        code = st.selectbox(
            "Constituency",
            list(area()),
            format_func=area().__getitem__,
            index=None,
            placeholder="Search by name",
            key="hand_code",
            disabled=whatif.read_only(),
        )
        if st.button(
            "Set by hand",
            icon=":material/edit:",
            key="hand_open",
            disabled=whatif.read_only() or not code,
        ):
            hand_editor(str(code))
    refusal(PLACE)


def _row(override: Override) -> None:
    name = plain(area()[override.code])
    kind = "locked" if override.kind == "lock" else "set by hand"
    with st.container(border=True, key=f"hand_{override.code}"):
        st.markdown(f"**{name}** {kind} at {plain(_votes_words(override))}")
        if override.reason:
            st.caption(f"Reason: {plain(override.reason)}")
        with st.container(horizontal=True, key=f"hand_row_{override.code}"):
            if st.button(
                "Edit",
                icon=":material/edit:",
                key=f"hand_edit_{override.code}",
                disabled=whatif.read_only(),
            ):
                hand_editor(override.code)
            st.button(
                "Leave to the levers",
                icon=":material/lock_open:",
                key=f"hand_remove_{override.code}",
                on_click=release,
                args=(override.code,),
                disabled=whatif.read_only(),
            )


def _votes_words(override: Override) -> str:
    names, total = words.ticket_names(tables(), whatif.scenario()), sum(override.votes)
    told = [
        f"{names[ticket]} {votes:,} ({votes / total:.1%})"
        for ticket, votes in zip(TICKETS, override.votes, strict=True)
        if votes
    ]
    return ", ".join(told) if told else "no votes at all"


def release(code: str) -> None:
    """Leave a constituency to the levers again."""
    propose(PLACE, f"{area()[code]} left to the levers", lambda s: without_override(s, code))


def lock(code: str, reason: str = "") -> bool:
    """Keep a constituency at its present result while other levers move."""
    votes = tuple(int(v) for v in _present(code))
    override = Override(code=code, votes=votes, kind="lock", reason=reason)
    return propose(PLACE, f"{area()[code]} locked", lambda s: with_override(s, override))


def hand_editor(code: str) -> None:
    """Open the editor of one constituency; call it from the run in which a button was pressed."""
    held = whatif.scenario().override(code)
    for ticket, votes in zip(TICKETS, _present(code), strict=True):
        st.session_state[_key(code, ticket)] = int(votes)
    st.session_state[_key(code, "reason")] = held.reason if held else ""
    _editor(code)


def _present(code: str) -> tuple[int, ...]:
    outcome = whatif.outcome()
    return tuple(int(v) for v in outcome.votes[outcome.base.position[code]])


def _key(code: str, what: str) -> str:
    return f"hand_{code}_{what}"


@st.dialog("Set by hand", width="medium")
def _editor(code: str) -> None:
    outcome = whatif.outcome()
    register = int(outcome.register[outcome.base.position[code]])
    st.markdown(f"**{plain(area()[code])}**")
    if whatif.read_only():
        st.info("This scenario is open to be read. Fork it to set a constituency by hand.")
        return
    votes = _fields(code)
    total = sum(votes)
    excess = total > register
    if excess:
        st.error(
            f"{total:,} votes exceed the register of {register:,} voters in "
            f"{plain(area()[code])} by {total - register:,}. Lower one of the numbers."
        )
    else:
        turnout = f", a turnout of {total / register:.1%}" if register else ""
        st.caption(
            f"{total:,} votes of {register:,} on the register{turnout}; {register - total:,} do "
            "not vote."
        )
    reason = st.text_input(
        "Reason",
        max_chars=REASON_LIMIT,
        placeholder="What do you know about this place?",
        key=_key(code, "reason"),
    )
    with st.container(horizontal=True, key="hand_buttons"):
        if st.button("Set these votes", type="primary", disabled=excess, key="hand_set"):
            _apply(code, votes, reason)
        if st.button(
            "Lock at the present result",
            icon=":material/lock:",
            help="Keeps what the levers give now, whatever moves later.",
            key="hand_lock",
        ) and lock(code, reason):
            st.rerun()
    refusal(PLACE)


def _fields(code: str) -> tuple[int, ...]:
    """Votes per camp, each with its percentage of the votes entered."""
    shown = whatif.scenario()
    names = words.ticket_names(tables(), shown)
    values = []
    entered = [int(st.session_state.get(_key(code, t)) or 0) for t in TICKETS]
    for ticket, votes in zip(TICKETS, entered, strict=True):
        if ticket == "third" and shown.third is None:
            values.append(0)
            continue
        share = f"{votes / sum(entered):.1%}" if sum(entered) else "0%"
        given = st.number_input(
            plain(f"{names[ticket]}, votes ({share})"),
            min_value=0,
            max_value=10_000_000,
            step=100,
            key=_key(code, ticket),
        )
        values.append(int(given or 0))
    return tuple(values)


def _apply(code: str, votes: tuple[int, ...], reason: str) -> None:
    override = Override(code=code, votes=votes, reason=reason)
    if propose(PLACE, f"{area()[code]} set by hand", lambda s: with_override(s, override)):
        st.rerun()
