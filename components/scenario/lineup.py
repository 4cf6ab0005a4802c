"""The line-up: every lever of the scenario, grouped in the order a strategist argues."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import state, whatif
from components.data import tables
from components.places import on_phone
from components.scenario.hand import hand_list
from components.scenario.lineup_errors import errors_sizes, run_off
from components.scenario.lineup_heirs import heirs
from components.scenario.lineup_moves import moves
from components.scenario.lineup_third import third_ticket
from components.scenario.lineup_turnout import turnout
from components.scenario.proposal import propose
from components.scenario.transfer_fit import transfer_fit
from components.shell import honest_errors
from components.text import plain
from mulembe.scenario import presets, words
from mulembe.scenario.editing import changed_parts
from mulembe.scenario.model import CYCLES
from mulembe.scenario.presets import Preset

STARTS = {"2027": "2027, on the 2022 results", "2022": "2022, on the August 2017 results"}
STARTS_SHORT = {"2027": "2027, on 2022", "2022": "2022, on Aug 2017"}
LONG = 200  # characters; a longer sentence is set smaller


def lineup() -> None:
    """Draw the levers; those a meeting argues about first stand open."""
    with _section("Who inherits"):
        heirs()
    st.subheader("Who backs whom", anchor=False)
    moves()
    fit_choice()
    with st.expander("Third ticket", key="group_third"):
        third_ticket()
    with st.expander("Turnout and register", key="group_turnout"):
        turnout()
    with st.expander("Set by hand", key="group_hand"):
        hand_list()
    with st.expander("Run-off", key="group_runoff"):
        run_off()
    if state.analyst():
        fold = st.expander("Sizes of the errors and seed", key="group_errors")
        with fold, honest_errors("sizes"):
            errors_sizes()


def _section(title: str) -> DeltaGenerator:
    """A part of the argument under its title; on a phone it can be folded away."""
    if on_phone():
        return st.expander(title, expanded=True, key=f"group_{title}")
    st.subheader(title, anchor=False)
    return st.container(key=f"group_{title}")


def start() -> None:
    """Draw the cycle and the preset it starts from."""
    st.session_state["lineup_cycle"] = whatif.scenario().cycle
    st.segmented_control(
        "Cycle",
        list(reversed(CYCLES)),
        format_func=(STARTS_SHORT if on_phone() else STARTS).__getitem__,
        required=True,
        key="lineup_cycle",
        on_change=_cycle_chosen,
        disabled=whatif.read_only(),
    )
    _preset_choice()


def said() -> None:
    """Draw the sentence, to be read out, under the tag that says what it is."""
    text = words.sentence(whatif.scenario(), tables())
    st.badge("Scenario, not a forecast", color="gray")
    st.markdown(f"{'##' if len(text) < LONG else '###'} {plain(text)}", anchors=False)


def _cycle_chosen() -> None:
    cycle = state.chosen("lineup_cycle", CYCLES)
    if cycle and cycle != whatif.scenario().cycle:
        region = whatif.scenario().region
        default = presets.default(tables(), cycle).scenario
        propose("cycle", f"Cycle {cycle}", lambda _: default.but(region=region))


def _preset_choice() -> None:
    shown = whatif.scenario()
    known = {p.preset_id: p for p in presets.presets(tables(), shown.cycle)}
    own = [] if shown.preset in known else [shown.preset]
    st.session_state["lineup_preset"] = shown.preset
    st.selectbox(
        "Start from",
        [*own, *known],
        format_func=lambda name: known[name].title if name in known else "The bare base",
        key="lineup_preset",
        on_change=_preset_chosen,
        disabled=whatif.read_only(),
    )
    if shown.preset in known:
        _about(known[shown.preset])


def _preset_chosen() -> None:
    known = presets.presets(tables(), whatif.scenario().cycle)
    name = state.chosen("lineup_preset", [preset.preset_id for preset in known])
    if name and not whatif.read_only():
        whatif.open_preset(name)


def _about(preset: Preset) -> None:
    """What the preset assumes, its sources, and what was changed since."""
    shown = whatif.scenario()
    st.caption(f"Assumes: {plain(preset.assumes)}  \n{source_line(preset.sources)}")
    changed = changed_parts(shown, preset.scenario)
    if not changed:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="preset_changed"):
        st.markdown(
            f":small[Changed since this preset: {plain(', '.join(changed))}.]", width="stretch"
        )
        st.button(
            "Back to the preset",
            icon=":material/settings_backup_restore:",
            key="preset_back",
            on_click=whatif.open_preset,
            args=(preset.preset_id,),
            disabled=whatif.read_only(),
        )


def source_line(source_ids: tuple[str, ...]) -> str:
    """The sources in one line of Markdown: publisher and title, linked where they have a page."""
    known = tables()["sources"].set_index("source_id")
    told = []
    for source_id in source_ids:
        row = known.loc[source_id]
        publisher, title = str(row["publisher"]), str(row["title"])
        text = plain(title if title.startswith(publisher) else f"{publisher}: {title}")
        told.append(f"[{text}]({row['url']})" if row["url"].startswith("http") else text)
    return f"Sources: {' · '.join(told)}"


def fit_choice() -> None:
    """Draw the errors of each way of spreading; the table is worked out when it is opened."""
    fold = st.expander(
        "How wrong would each way have been?", key="group_fit", on_change="rerun", type="compact"
    )
    if fold.open:
        with fold, honest_errors("fit"):
            transfer_fit()
