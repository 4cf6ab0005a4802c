"""Who inherits the columns of the base election, before any leader moves."""

from __future__ import annotations

import streamlit as st

from components import state, whatif
from components.data import tables
from components.scenario.proposal import lever, propose, refusal
from components.text import dated, plain
from mulembe.scenario import levers, words
from mulembe.scenario.levers import LeverError
from mulembe.scenario.model import (
    ABSENT,
    ENTERED,
    INSIDE,
    LINES,
    OTHERS,
    REST,
    TICKETS,
    Inheritance,
    Scenario,
)
from mulembe.scenario.reading import HEIRLESS

DIED, DEATH_SOURCE = "2025-10-15", "tuko-d229"
_RIVAL = {"opposition": "government", "government": "opposition"}


def heirs() -> None:
    """Draw where each column goes; every row always sums to 100%."""
    shown = whatif.scenario()
    if HEIRLESS.get(shown.cycle) == "odinga":
        _death()
    lines = LINES[shown.cycle]
    if state.analyst():
        _in_full(shown, (*lines, OTHERS, ABSENT, *([ENTERED] if shown.roll == "grown" else [])))
    else:
        for origin, ticket in lines.items():
            _column(shown, origin, ticket)
        if shown.third is not None:
            st.caption("Moving one camp scales the others, so that a column is always 100%.")
    _narrower(shown)


def _death() -> None:
    row = tables()["sources"].set_index("source_id").loc[DEATH_SOURCE]
    st.markdown(
        f"Raila Odinga died on {dated(DIED)} ([{plain(row['publisher'])}]({row['url']})): his "
        "2022 column is nobody's by itself and must be inherited by someone.",
    )


def _tickets(scenario: Scenario) -> list[str]:
    return [t for t in TICKETS if t != "third" or scenario.third is not None]


def _column(scenario: Scenario, origin: str, ticket: str) -> None:
    """One column in plain depth: a slider where two camps stand, one per camp where three do.

    Where something is said for the region, that is what counts there and what the slider moves.
    """
    names = words.ticket_names(tables(), scenario)
    inside = _for_region(scenario, origin)
    who = words.column_names(tables(), scenario)[origin].removesuffix(f" {scenario.base}")
    column = f"{who}'s {scenario.base} column{', in the region' if inside else ''}"
    ends = f".{INSIDE}" if inside else ""
    paths = {t: f"inheritance.{origin}.{t}{ends}" for t in _tickets(scenario)}
    if scenario.third is None:
        rival = _RIVAL[ticket]
        lever(paths[rival], f"{column}: to {words.the(names[rival])}")
        row = {t: levers.value(scenario, path) for t, path in paths.items() if t != rival}
        rest = [f"{100 * share:g}% to {words.the(names[t])}" for t, share in row.items() if share]
        st.caption(plain(f"The rest: {', '.join(rest)}" if rest else "Nothing is left over."))
        return
    st.markdown(f"**{plain(column)}**")
    targets = ("opposition", "government", "third")
    for target, place in zip(targets, st.columns(len(targets)), strict=True):
        with place:
            lever(paths[target], f"to {words.the(names[target])}")


def _for_region(scenario: Scenario, origin: str) -> bool:
    return any(e.origin == origin and e.scope == INSIDE for e in scenario.inheritance)


def _in_full(scenario: Scenario, origins: tuple[str, ...]) -> None:
    """Every column and camp in exact numbers, for the country or a part of it."""
    scopes = _scopes()
    scope = st.selectbox("Set for", list(scopes), format_func=scopes.__getitem__, key="heirs_scope")
    names = words.ticket_names(tables(), scenario)
    for origin in origins:
        st.markdown(f"**{plain(levers.voters_of(scenario, tables(), origin))}**")
        ends = f".{scope}" if scope else ""
        try:
            levers.value(scenario, f"inheritance.{origin}.opposition{ends}")
        except LeverError as error:
            _unset(origin, scope, str(error))
            continue
        tickets = _tickets(scenario)
        columns = st.columns(2 if len(tickets) > 3 else 3)
        for i, ticket in enumerate(tickets):
            with columns[i % len(columns)]:
                lever(f"inheritance.{origin}.{ticket}{ends}", names[ticket], analyst=True)


def _unset(origin: str, scope: str, why: str) -> None:
    """Say that nothing is set, with a button that sets it to the region's present result."""
    if origin not in (ABSENT, ENTERED):
        st.caption(plain(why))
    else:
        st.caption("Those of them who vote do as their constituency does.")
    st.button(
        "Say where they go",
        key=f"heirs_say_{origin}",
        on_click=_say,
        args=(origin, scope),
        disabled=whatif.read_only(),
    )
    refusal(f"heirs_{origin}")


def _say(origin: str, scope: str) -> None:
    shares = whatif.outcome().total_shares()
    pieces = [round(float(share), 4) for share in shares[:3]]
    entry = Inheritance(
        origin=origin, scope=scope, shares=(*pieces, round(max(0.0, 1 - sum(pieces)), 4))
    )
    named = levers.voters_of(whatif.scenario(), tables(), origin)
    propose(
        f"heirs_{origin}",
        f"{named}: as the region's result",
        lambda s: s.but(inheritance=(*s.inheritance, entry)),
    )


def _scopes() -> dict[str, str]:
    counties = tables()["counties"]
    counties = counties[counties["in_region"]].set_index("code")["name"]
    return {
        "": "The whole country",
        INSIDE: "The region only",
        REST: "The rest of the country",
        **{str(code): f"{name} County" for code, name in counties.items()},
    }


def _narrower(scenario: Scenario) -> None:
    """What holds for a part of the country, or for those who did not vote, each removable."""
    for entry in scenario.inheritance:
        shown = ("", INSIDE) if not state.analyst() else ("",)  # by the sliders above
        if entry.scope in shown and entry.origin in LINES[scenario.cycle]:
            continue
        with st.container(
            horizontal=True,
            vertical_alignment="center",
            key=f"heir_of_{entry.origin}_{entry.scope}",
        ):
            text = words.heir_sentence(entry, scenario, tables())
            st.markdown(f":small[{plain(text)}]", width="stretch")
            st.button(
                "Remove",
                key=f"heir_remove_{entry.origin}_{entry.scope}",
                type="tertiary",
                on_click=_remove,
                args=(entry,),
                disabled=whatif.read_only(),
            )


def _remove(entry: Inheritance) -> None:
    text = words.heir_sentence(entry, whatif.scenario(), tables())
    propose(
        "heirs",
        f"Removed: {text}",
        lambda s: s.but(inheritance=tuple(e for e in s.inheritance if e != entry)),
    )
