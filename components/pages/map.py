"""The map page: one layer of the region or the country, and the card of a constituency."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components import dates, embed, state, whatif
from components.card import card
from components.data import region as read_region
from components.data import tables
from components.explain import of_layer
from components.layer_map import draw, pair, spoken, twin
from components.map import paint
from components.places import camp_slots, candidate_slots, on_phone, places
from components.provenance import footer
from components.shell import honest_errors
from components.strip import evidence_choice, strip
from components.text import plain
from mulembe import layers
from mulembe.elections import MissingResultsError
from mulembe.layers import LAYERS, Layer, LayerData, Question
from mulembe.regions import Region, counties, define
from mulembe.scenario import layers as scenario_layers
from mulembe.scenario import words
from mulembe.scenario.layers import MODELLED, NOTE
from mulembe.scenario.model import CAMPS

BASE, LATEST, SCENARIO = "2017", "2022", "scenario"
ALL = LAYERS | scenario_layers.LAYERS
TIME = "widget_time_map"
TIMED = ("election", "scenario")  # layers that the time buttons answer


def page() -> None:
    """Draw the page."""
    strip()
    st.title("Map", anchor=False)
    _explorer()


@st.fragment
def _explorer() -> None:
    layer = ALL[state.get("layer")]
    _controls(layer)
    region = _shown_region()
    left, right = st.columns([62, 38], gap="medium")
    with left, honest_errors("map"):
        _drawn(layer, region)
    with right, st.container(border=True, key="card"), honest_errors("card"):
        _search(region)
        if state.get("c"):
            card(state.get("c"))
        else:
            st.markdown("**No constituency chosen**")
            st.caption(
                "Click or tap one on the map (a tile wants a second tap), or search by name, to "
                "read its results, its member and the evidence for where the member stands."
            )
    state.publish()


def _drawn(layer: Layer, region: Region | None) -> None:
    """The map, or the two of a pair, with what stands under it."""
    try:
        if layer.needs == SCENARIO:
            _scenario(layer, region)
        elif state.get("pair") == "yes" and layer.needs == "election":
            _pair(layer, region)
        else:
            _single(layer, region, _election(layer))
    except MissingResultsError as error:
        st.info(plain(f"{error} Choose another election or layer."))


def _controls(layer: Layer) -> None:
    """The layer and its time in reach; on a phone the rest is folded away."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="map_controls"):
        st.selectbox(
            "Layer",
            list(ALL),
            format_func=lambda name: ALL[name].name,
            help=layer.explains,
            width=230,
            **state.bind("layer", "map"),
        )
        if layer.needs in TIMED:
            _time(layer)
        elif layer.needs == "date":
            dates.date_choice("map")
            if layer.id == "alignment":
                evidence_choice("map")
        if on_phone():
            with st.expander("Pair, tiles, county, all Kenya", key="map_more"):
                _view_controls(layer)
        else:
            _view_controls(layer)


def _time(layer: Layer) -> None:
    """The elections and the scenario as buttons; the scenario has layers of its own."""
    st.session_state[TIME] = SCENARIO if layer.needs == SCENARIO else state.get("election")

    def changed() -> None:
        chosen = str(st.session_state[TIME])
        if chosen == SCENARIO:
            state.put("layer", scenario_layers.OF_ELECTION.get(layer.id, "scenario"))
            return
        state.put("election", chosen)
        if layer.needs == SCENARIO:
            state.put("layer", scenario_layers.OF_SCENARIO[layer.id])

    names = {"2013": "2013 by county", SCENARIO: "Scenario"}
    st.segmented_control(
        "Time",
        ("2013", "2017", "2022", SCENARIO),
        format_func=lambda time: names.get(time, time),
        required=True,
        key=TIME,
        on_change=changed,
    )


def _view_controls(layer: Layer) -> None:
    if layer.needs in TIMED and layer.id != "scenario_change":
        st.toggle(
            "Pair view",
            help="2017 and 2022, or base and scenario, next to each other, and the difference.",
            **state.bind(
                "pair",
                "map",
                to_widget=lambda value: value == "yes",
                to_field=lambda value: "yes" if value else "no",
            ),
        )
    if not (layer.national and state.get("scope") == "kenya"):
        _view_and_county()
    if layer.national:
        st.segmented_control(
            "Scope",
            ("region", "kenya"),
            format_func={"region": "Region", "kenya": "All Kenya (290)"}.__getitem__,
            required=True,
            **state.bind("scope", "map"),
        )


def _view_and_county() -> None:
    st.segmented_control(
        "View",
        ("map", "tiles"),
        format_func={"map": "Geographic", "tiles": "Equal tiles"}.__getitem__,
        required=True,
        **state.bind("drawn", "map"),
    )
    names = _county_names()
    st.selectbox(
        "County",
        ["", *names],
        format_func=lambda code: names.get(code, "All of the region"),
        width=180,
        **state.bind("county", "map"),
    )


def _county_names() -> dict[str, str]:
    return {region.token[-3:]: region.name for region in counties(tables())}


def _shown_region() -> Region | None:
    """The region the map covers: the strip's, cut to the chosen county; None for the country."""
    if state.get("scope") == "kenya" and ALL[state.get("layer")].national:
        return None
    region, county = read_region(state.get("region")), state.get("county")
    if not county:
        return region
    inside = {code for code in region.codes if places().at[code, "county_code"] == county}
    if not inside:
        st.warning(
            plain(f"'{region.name}' has no constituency in {_county_names()[county]}; all shown.")
        )
        return region
    return define(inside, "", tables())


def _election(layer: Layer) -> str:
    return state.get("election") if layer.needs == "election" else LATEST


def _question(layer: Layer, region: Region | None, election: str) -> Question:
    return Question(layer.id, election, BASE, state.day(), state.level(), region)


@st.cache_data(show_spinner="Computing the layer", max_entries=256)
def _computed(version: str, question: Question) -> LayerData:  # noqa: ARG001 - the cache key
    return layers.compute(tables(), question)


def _layer_data(layer: Layer, region: Region | None, election: str) -> LayerData:
    return _computed(tables().version, _question(layer, region, election))


def _single(layer: Layer, region: Region | None, election: str) -> None:
    data = _layer_data(layer, region, election)
    painted = paint(data, layer, candidate_slots(election) | camp_slots())
    st.subheader(plain(data.title), anchor=False)
    draw(data, painted, region, "map_main", 640 if not on_phone() else 460)
    name = f"mulembe-{layer.id}-{election}"
    footer(
        data.sources,
        twin(data, region),
        name,
        data.note,
        spoken(data, painted),
        method=of_layer(layer.id),
        frame="map",
    )


def _pair(layer: Layer, region: Region | None) -> None:
    before, after = (_layer_data(layer, region, year) for year in (BASE, LATEST))
    pair(
        layer,
        region,
        {
            f"map_{year}": (data, candidate_slots(year) | camp_slots())
            for year, data in ((BASE, before), (LATEST, after))
        },
    )


def _scenario(layer: Layer, region: Region | None) -> None:
    """The scenario of the view, alone or beside its base; hatched, as modelled."""
    shown, base = whatif.outcome(), whatif.outcome(whatif.baseline())
    codes = region.codes if region else None
    data = scenario_layers.compute(layer.id, shown, base, tables(), codes)
    slots = {ticket: ticket for ticket in CAMPS} | {"others": "undeclared"}
    name = words.title(whatif.scenario(), tables())
    st.subheader(
        plain(f"{data.title} · {name}" if name and embed.only() else data.title), anchor=False
    )
    if not embed.only():
        _line_up()
    if state.get("pair") == "yes" and layer.id != "scenario_change":
        year = whatif.scenario().base
        before = scenario_layers.compute(layer.id, base, base, tables(), codes)
        before = replace(before, title=f"The base, {year}", hatched=())
        after = replace(data, title=NOTE.rstrip("."))
        pair(layer, region, {"map_base": (before, slots), "map_scenario": (after, slots)}, MODELLED)
        return
    painted = paint(data, layer, slots)
    height = 640 if not on_phone() else 520
    draw(data, painted, region, "map_main", height, hatch_means=MODELLED)
    name = f"mulembe-{layer.id}"
    footer(
        data.sources,
        twin(data, region),
        name,
        data.note,
        spoken(data, painted),
        method=of_layer(layer.id),
        frame="map",
    )


def _line_up() -> None:
    """Whose moves these are, and the way to change them."""
    scenario = whatif.scenario()
    title = words.title(scenario, tables())
    name = f"{title}: " if title else ""
    st.markdown(f"**{NOTE}** {plain(name + words.sentence(scenario, tables()))}")
    st.page_link("components/pages/scenario.py", label="Change it on the Scenario page")


def _search(region: Region | None) -> None:
    shown = places(region.codes if region else ()).sort_values("name")
    options = ["", *shown.index]
    chosen = state.get("c")
    if chosen and chosen not in options:
        options.append(chosen)
    names = places()["name"]
    st.selectbox(
        "Constituency",
        options,
        format_func=lambda code: names.get(code, "Search by name"),
        **state.bind("c", "search"),
    )


_layer = ALL[state.get("layer")]
embed.page(
    page,
    {"map": lambda: _drawn(_layer, _shown_region())},
    tag=NOTE.rstrip(".") if _layer.needs == SCENARIO else "",
)
