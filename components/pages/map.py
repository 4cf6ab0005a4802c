"""The map page: one layer of the region or the country, and the card of a constituency."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import dates, state, theme
from components.card import card
from components.data import region as read_region
from components.data import tables
from components.map import LEGEND_BELOW, Painted, choropleth, paint
from components.places import camp_slots, candidate_slots, on_phone, places, short_name
from components.provenance import footer
from components.shell import honest_errors
from components.strip import evidence_choice, strip
from components.text import plain
from components.tiles import tile_figure
from mulembe import layers
from mulembe.classes import shared_classes
from mulembe.elections import MissingResultsError
from mulembe.layers import LAYERS, Layer, LayerData, Question
from mulembe.regions import Region, counties, define

BASE, LATEST = "2017", "2022"


def page() -> None:
    """Draw the page."""
    strip()
    st.title("Map", anchor=False)
    _explorer()


@st.fragment
def _explorer() -> None:
    layer = LAYERS[state.get("layer")]
    _controls(layer)
    region = _shown_region()
    left, right = st.columns([62, 38], gap="medium")
    with left, honest_errors("map"):
        try:
            if state.get("pair") == "yes" and layer.needs == "election":
                _pair(layer, region)
            else:
                _single(layer, region, _election(layer))
        except MissingResultsError as error:
            st.info(plain(f"{error} Choose another election or layer."))
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


def _controls(layer: Layer) -> None:
    """The layer and its time in reach; on a phone the rest is folded away."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="map_controls"):
        st.selectbox(
            "Layer",
            list(LAYERS),
            format_func=lambda name: LAYERS[name].name,
            help=layer.explains,
            width=230,
            **state.bind("layer", "map"),
        )
        if layer.needs == "election":
            st.segmented_control(
                "Election",
                ("2013", "2017", "2022"),
                format_func=lambda year: f"{year} by county" if year == "2013" else year,
                required=True,
                **state.bind("election", "map"),
            )
        elif layer.needs == "date":
            dates.date_choice("map")
            if layer.id == "alignment":
                evidence_choice("map")
        if on_phone():
            with st.expander("Pair, tiles, county, all Kenya", key="map_more"):
                _view_controls(layer)
        else:
            _view_controls(layer)


def _view_controls(layer: Layer) -> None:
    if layer.needs == "election":
        st.toggle(
            "Pair view",
            help="2017 and 2022 next to each other, and the difference.",
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
        **state.bind("view", "map"),
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
    if state.get("scope") == "kenya" and LAYERS[state.get("layer")].national:
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
    _draw(data, painted, region, "map_main", 640 if not on_phone() else 460)
    name = f"mulembe-{layer.id}-{election}"
    footer(data.sources, _twin(data, region), name, data.note, _spoken(data, painted))


def _pair(layer: Layer, region: Region | None) -> None:
    """Two elections on the same classes, and what lies between them."""
    before, after = (_layer_data(layer, region, year) for year in (BASE, LATEST))
    shared = shared_classes(before, after, layer)
    columns = st.columns(2)
    for column, data, year in zip(columns, (before, after), (BASE, LATEST), strict=True):
        with column:
            painted = paint(data, shared, candidate_slots(year) | camp_slots())
            st.markdown(f"**{plain(data.title)}**")
            _draw(data, painted, region, f"map_{year}", 500, 330)
    difference, shown = layers.difference(before, after, layer)
    painted = paint(difference, shown, {"kept": "undeclared", "changed": "fourth"})
    st.markdown(f"**{plain(difference.title)}**")
    _draw(difference, painted, region, "map_difference", 520)
    footer(
        difference.sources,
        _pair_twin(before, after, difference, region),
        f"mulembe-pair-{layer.id}",
        difference.note,
        _spoken(difference, painted),
    )


def _draw(
    data: LayerData,
    painted: Painted,
    region: Region | None,
    key: str,
    height: int,
    width: int = 760,
) -> None:
    shown = places(region.codes if region else ())
    if state.get("view") == "tiles" and region is not None:
        figure = tile_figure(
            shown,
            painted.colours.reindex(shown.index).fillna(theme.mode().missing).to_dict(),
            shown["name"].map(short_name).to_dict(),
            {
                code: f"{shown.at[code, 'name']}: {data.text.get(code, 'no figure held')}"
                for code in shown.index
            },
            data.hatched,
            state.get("c"),
            height,
        )
        _tile_legend(figure, painted)
    else:
        figure = choropleth(
            data,
            painted,
            shown,
            selected=state.get("c"),
            national=region is None,
            height=height,
            width=350 if on_phone() else width,
            framed=key in ("map_2017", "map_2022"),
        )
        words = f"{data.title} · {region.name if region else 'Kenya'}"
        theme.sign(figure, words, 26 if on_phone() else width // 9)
    st.plotly_chart(
        figure,
        key=key,
        theme=None,
        on_select=_pick(key),
        selection_mode="points",
        config=theme.chart_config(f"mulembe-{key}"),
        alt=_spoken(data, painted),
    )


def _tile_legend(figure: go.Figure, painted: Painted) -> None:
    for label, colour, count in painted.legend:
        if count:
            figure.add_scatter(
                x=[None],
                y=[None],
                mode="markers",
                marker={"size": 12, "symbol": "square", "color": colour},
                name=f"{label} · {count}",
                showlegend=True,
            )
    figure.update_layout(legend=LEGEND_BELOW)


def _pick(key: str) -> Callable[[], None]:
    def picked() -> None:
        points = st.session_state[key].selection.points
        if points:
            point = points[-1]
            data = point.get("customdata") or ""  # of a tile its code, of an area a list
            code = point.get("location") or (data if isinstance(data, str) else data[0])
            if code in places().index:
                state.put("c", str(code))

    return picked


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


def _spoken(data: LayerData, painted: Painted) -> str:
    told = "; ".join(f"{label}: {count}" for label, _, count in painted.legend if count)
    return f"{data.title}. Constituencies per class: {told}."


def _twin(data: LayerData, region: Region | None) -> pd.DataFrame:
    shown = places(region.codes if region else ())
    table = pd.DataFrame(
        {
            "Code": shown.index,
            "Constituency": shown["name"],
            "County": shown["county"],
            data.title: data.text.reindex(shown.index).fillna("missing"),
        }
    )
    if pd.api.types.is_numeric_dtype(data.values):
        table["Value"] = data.values.reindex(shown.index).round(3)
    return table.assign(Sources=", ".join(data.sources))


def _pair_twin(
    before: LayerData, after: LayerData, difference: LayerData, region: Region | None
) -> pd.DataFrame:
    shown = places(region.codes if region else ())
    columns = {
        d.title: d.text.reindex(shown.index).fillna("missing") for d in (before, after, difference)
    }
    return pd.DataFrame(
        {"Code": shown.index, "Constituency": shown["name"], "County": shown["county"], **columns}
    ).assign(Sources=", ".join(difference.sources))


page()
