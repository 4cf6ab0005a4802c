"""The strip at the top of every page: region, evidence level, depth, share and reset."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import embed, state, whatif
from components.data import region as read_region
from components.data import tables
from components.scenario.proposal import propose, refusal
from components.scenario.sharing import share_scenario
from components.text import plain
from mulembe import alignment, regions
from mulembe.regions import Region
from mulembe.scenario.model import NAME_LIMIT

OWN = "own"


def strip() -> Region:
    """Draw the strip and return the region of the view; in a frame it is returned only."""
    for sentence in state.problems():
        st.warning(plain(sentence), icon=":material/link_off:")
    region = read_region(state.get("region"))
    if embed.embedded():
        return region
    with st.container(horizontal=True, vertical_alignment="bottom", key="strip"):
        _region_choice(region)
        if st.button("Edit region", icon=":material/edit_location_alt:", key="edit_region"):
            _region_editor(region)
        st.segmented_control(
            "Depth",
            ("plain", "analyst"),
            format_func=str.capitalize,
            required=True,
            label_visibility="collapsed",
            **state.bind("depth", "strip"),
        )
        _share()
        st.button("Reset", icon=":material/restart_alt:", key="reset", on_click=state.reset)
    return region


def scenario_bar() -> None:
    """Draw what belongs to the scenario: name, Undo and Redo, Share; Fork when it is only read.

    It stands inside the fragment that holds the levers, so that it changes with them.
    """
    if whatif.read_only():
        with st.container(
            horizontal=True, vertical_alignment="center", border=True, key="read_only"
        ):
            st.markdown(
                "**To be read.** This scenario was shared as it stands; its levers are locked.",
                width="stretch",
            )
            st.button(
                "Fork: make my own copy",
                icon=":material/fork_right:",
                type="primary",
                key="fork",
                on_click=whatif.fork,
            )
    with st.container(horizontal=True, vertical_alignment="bottom", key="scenario_bar"):
        _scenario_name()
        _step("Undo", ":material/undo:", whatif.history().undoes, whatif.undo)
        _step("Redo", ":material/redo:", whatif.history().redoes, whatif.redo)
        share_scenario()
    refusal("name")


def _scenario_name() -> None:
    st.session_state["scenario_name"] = whatif.scenario().name

    def renamed() -> None:
        name = str(st.session_state.get("scenario_name") or "")
        propose("name", f"Name: {name}" if name else "Name removed", lambda s: s.but(name=name))

    st.text_input(
        "Scenario",
        max_chars=NAME_LIMIT,
        placeholder="Name this scenario",
        width=330,
        key="scenario_name",
        on_change=renamed,
        disabled=whatif.read_only(),
    )


def _step(label: str, icon: str, change: str, take: Callable[[], None]) -> None:
    st.button(
        label,
        icon=icon,
        key=f"scenario_{label.lower()}",
        help=plain(f"{label}: {change}") if change else f"Nothing to {label.lower()}",
        on_click=take,
        disabled=not change or whatif.read_only(),
    )


def evidence_choice(place: str) -> int:
    """The evidence-level widget; returns the chosen level."""
    st.selectbox(
        "Evidence needed",
        tuple("012345"),
        format_func=lambda level: f"L{level} {alignment.LEVELS[int(level)]}",
        help="A member counts for a camp only on an event of this level or stronger.",
        width=235,
        **state.bind("level", place),
    )
    return state.level()


def _region_choice(region: Region) -> None:
    options = [*regions.presets(tables()), *regions.counties(tables())]
    names = {option.token: f"{option.name} ({len(option)})" for option in options}
    if region.token not in names:
        names = {region.token: f"{region.name} ({len(region)})", **names}
    st.selectbox(
        "Region",
        list(names),
        label_visibility="collapsed",
        format_func=lambda token: names.get(token, token),
        width=330,
        **state.bind("region", "strip"),
    )


@st.dialog("Edit the region", width="large")
def _region_editor(region: Region) -> None:
    places = tables()["constituencies"]
    places = places[places["in_region"]].set_index("code")
    county = tables()["counties"].set_index("code")["name"]
    label = {
        str(code): f"{place['name']} · {county[place['county_code']]}"
        for code, place in places.iterrows()
    }
    st.caption(
        "The bloc is an editable list of constituencies. Add or drop any of the 38; every measure "
        "is taken over the list, and it travels in the link."
    )
    name = st.text_input(
        "Name", "" if region.is_preset else region.name, max_chars=regions.NAME_LIMIT
    )
    chosen = st.multiselect(
        "Constituencies", list(label), default=list(region.codes), format_func=label.__getitem__
    )
    if not chosen:
        st.warning("The region has no constituency left; keep at least one.")
    if st.button("Use this region", type="primary", disabled=not chosen, key="use_region"):
        own = name if name != region.name or not region.is_preset else ""
        state.put("region", regions.define(set(chosen), own, tables()).token)
        st.rerun()


def _share() -> None:
    # Opening it reruns the page: choices made inside a fragment do not redraw the strip.
    with st.popover("Share", icon=":material/share:", key="share", on_change="rerun"):
        st.markdown("This link opens exactly this view.")
        st.code(state.link(), language=None, wrap_lines=True)
