"""Choropleths of constituencies: geometry by address, a colour per class, selection outlined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log2

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import state, theme
from components.data import geometry_url
from components.places import places as all_places
from components.places import short_name
from components.text import hover
from mulembe.classes import Classes, classify
from mulembe.layers import Layer, LayerData
from mulembe.scenario.layers import MODELLED

HATCH = "#4A4F57"
HATCH_OPACITY, HATCH_MODELLED = 0.75, 0.22  # what is modelled is hatched over a whole map
FRAME = 0.64  # of the height, for the map of a pair; the legend has the rest
ASIDE = 0.36  # of the width, for a legend beside the map
BELOW, FRAMED, BESIDE = "below", "framed", "beside"  # where the legend stands
BOTTOM, LINE = 8, 19  # pixels under the legend and of a line of it
SIGNED = 26  # characters of the title in a line on a phone, beside the toolbar
TALLEST = 400  # pixels of the map on a phone
PHONE = 400  # pixels; the legend of a narrower map has one class per line
NAMES_FROM = 340  # pixels; on a narrower map names would cover what they name
ROOMY = 500  # pixels; below it names are written smaller
LABEL_LIMIT = 45  # more names than this would only collide


@dataclass(frozen=True)
class Painted:
    """A layer in colours: colour per unit, and the legend as (label, colour, units) in order."""

    colours: pd.Series
    legend: list[tuple[str, str, int]]


def paint(data: LayerData, layer: Layer, slots: dict[str, str]) -> Painted:
    """Colour a layer. ``slots`` gives candidates and camps their colour slot."""
    if layer.kind == "category":
        colour = {value: _category_colour(layer, value, slots) for value in data.labels}
        counts = data.values.value_counts()
        legend = [(data.labels[v], colour[v], int(counts.get(v, 0))) for v in data.labels]
        return Painted(data.values.map(colour), legend)
    classes = classify(data, layer)
    ramp = _ramp(classes)
    counts = classes.index.value_counts()
    legend = [(label, ramp[i], int(counts.get(i, 0))) for i, label in enumerate(classes.labels)]
    return Painted(classes.index.map(dict(enumerate(ramp))), legend)


def _category_colour(layer: Layer, value: str, slots: dict[str, str]) -> str:
    if layer.id == "mp_party":
        return theme.party_colour(value)
    if layer.id == "quality":
        return theme.QUALITY[value]
    return theme.slot_colour(slots.get(value, "undeclared"))


def _ramp(classes: Classes) -> list[str]:
    size = len(classes.labels)
    if classes.middle is None:
        steps = theme.SEQUENTIAL
        return [steps[round(i * (len(steps) - 1) / max(size - 1, 1))] for i in range(size)]
    half = len(theme.DIVERGING) // 2
    return [
        theme.DIVERGING[half + offset] for offset in range(-classes.middle, size - classes.middle)
    ]


def choropleth(
    data: LayerData,
    painted: Painted,
    places: pd.DataFrame,
    *,
    selected: str = "",
    height: int = 620,
    width: int = 760,
    legend: str = BELOW,
    hatch_means: str = "weaker evidence or differing readings",
    title: str = "",
) -> go.Figure:
    """The map of a layer.

    ``places`` has name, county, lon, lat by code for the units shown. ``width`` is the expected
    width in pixels, from which the first zoom follows. Units without a value keep the empty colour.
    ``legend`` stands below the map; FRAMED gives the map a fixed part of the height whatever the
    legend needs, so that maps next to each other lie alike; BESIDE suits a wide, low frame.
    ``hatch_means`` is what the legend says of the hatched units. ``title`` is written small into
    the figure. On a phone the figure grows until the units are seen whole.
    """
    look = theme.mode()
    national = len(places) == len(all_places())
    stem = "kenya" if national else "west"
    strength = HATCH_MODELLED if hatch_means == MODELLED else HATCH_OPACITY
    colours = painted.colours.reindex(places.index).fillna(look.missing)
    figure = go.Figure(_areas(stem, places, colours, data))
    if not national and data.hatched:
        figure.add_trace(_flat("west-hatch", list(data.hatched), HATCH, 0, strength))
    if selected in places.index:
        figure.add_trace(_flat(stem, [selected], look.selection, 3, 1, fill=False))
    if len(places) <= LABEL_LIMIT and width >= NAMES_FROM:
        for trace in _names(places, colours, 11 if width >= ROOMY and legend != BESIDE else 9):
            figure.add_trace(trace)
    hatched = hatch_means if data.hatched and not national else ""
    framed, beside = legend == FRAMED, legend == BESIDE
    entries = _legend(painted, hatched, len(places) - len(data.values))
    figure.add_traces(entries)
    theme.style(figure, height)
    theme.lay(figure, margin={"l": 0, "r": 0, "t": 30, "b": BOTTOM})
    if title:
        theme.sign(figure, title, SIGNED if width < PHONE else width // 9)
    below = BOTTOM if framed or beside else _below(len(entries), width)
    around = figure.layout.margin.t + below
    if width < PHONE and not framed:
        theme.lay(figure, height=max(height, around + min(_tall(places, width), TALLEST)))
    drawn = (FRAME if framed else 1) * (figure.layout.height - around)
    return theme.lay(
        figure,
        map={
            "style": _base_style(look.page),
            "layers": [
                {
                    "sourcetype": "geojson",
                    "source": geometry_url(f"{stem}-counties"),
                    "type": "line",
                    "color": look.ink,
                    "opacity": 0.55,
                    "line": {"width": 0.6 if national else 1.4},
                }
            ],
            **_camera(places, round((1 - ASIDE) * width) if beside else width, drawn),
            "domain": {
                "x": [ASIDE if beside else 0, 1],
                "y": [1 - FRAME if framed else 0, 1],
            },
        },
        clickmode="event+select",
        uirevision=f"{stem}-{len(places)}",
        legend=theme.LEGEND_BELOW
        | ({"y": 0.97 - FRAME, "font": {"size": 11}} if framed else {})
        | ({"orientation": "v", "y": 0.5, "yanchor": "middle"} if beside else {}),
    )


def _below(entries: int, width: int) -> int:
    """Pixels kept free for the legend; on a phone each class has a line of its own."""
    return LINE * entries + 20 if width < PHONE else 120


def _tall(places: pd.DataFrame, width: int) -> int:
    """Pixels that the places are tall when they are as wide as the map."""
    across = places["east"].max() - places["west"].min()
    return round(width * (places["north"].max() - places["south"].min()) / across)


def _areas(
    stem: str, places: pd.DataFrame, colours: pd.Series, data: LayerData
) -> go.Choroplethmap:
    palette = sorted(set(colours))
    steps = max(len(palette) - 1, 1)
    scale = [[i / steps, colour] for i, colour in enumerate(palette)]
    texts = data.text.reindex(places.index)
    return go.Choroplethmap(
        geojson=geometry_url(stem),
        locations=list(places.index),
        z=[palette.index(colour) for colour in colours],
        zmin=0,
        zmax=steps,
        colorscale=scale if len(scale) > 1 else [[0, palette[0]], [1, palette[0]]],
        showscale=False,
        marker={"opacity": 1, "line": {"width": 0.8, "color": theme.mode().page}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        customdata=[
            [hover(name), hover(county), hover(text if isinstance(text, str) else "no figure held")]
            for name, county, text in zip(places["name"], places["county"], texts, strict=True)
        ],
        hovertemplate=(
            "<b>%{customdata[0]}</b>, %{customdata[1]}<br>%{customdata[2]}<extra></extra>"
        ),
    )


def _flat(
    stem: str, codes: list[str], colour: str, width: int, opacity: float, *, fill: bool = True
) -> go.Choroplethmap:
    inside = colour if fill else "rgba(0,0,0,0)"
    return go.Choroplethmap(
        geojson=geometry_url(stem),
        locations=codes,
        z=[0] * len(codes),
        colorscale=[[0, inside], [1, inside]],
        showscale=False,
        marker={"opacity": opacity, "line": {"width": width, "color": colour}},
        hoverinfo="skip",
    )


def _names(places: pd.DataFrame, colours: pd.Series, size: int) -> list[go.Scattermap]:
    """Constituency names where they fit, in the ink that reads on the unit's colour."""
    inks = colours.map(theme.text_on)
    return [
        go.Scattermap(
            lon=group["lon"],
            lat=group["lat"],
            text=[hover(short_name(name)) for name in group["name"]],
            mode="text",
            textfont={"size": size, "color": ink},
            hoverinfo="skip",
            showlegend=False,
        )
        for ink, group in places.groupby(inks)
    ]


def _legend(painted: Painted, hatched: str, without: int) -> list[go.Scattermap]:
    entries = [(f"{label} · {count}", colour) for label, colour, count in painted.legend]
    if hatched:
        entries.append((f"Hatched: {hatched}", HATCH))
    if without > 0:
        entries.append((f"No figure · {without}", theme.mode().missing))
    return [
        go.Scattermap(
            lon=[None],
            lat=[None],
            mode="markers",
            marker={"size": 13, "color": colour},
            name=hover(label),
            showlegend=True,
            hoverinfo="skip",
        )
        for label, colour in entries
    ]


def _base_style(page: str) -> dict[str, object]:
    """A map style that asks nothing of any host: the page's colour and no tiles.

    The one source is never drawn; Plotly loses an empty ``sources`` when a figure is updated, and
    the map then refuses the style.
    """
    return {
        "version": 8,
        "sources": {
            "unused": {"type": "geojson", "data": {"type": "Point", "coordinates": [0, 0]}}
        },
        "layers": [{"id": "page", "type": "background", "paint": {"background-color": page}}],
    }


def _camera(places: pd.DataFrame, width: int, drawn: float) -> dict[str, object]:
    """Centre and zoom that fit the places: a map at zoom 0 is 512 pixels for 360 degrees."""
    west, east = places["west"].min(), places["east"].max()
    south, north = places["south"].min(), places["north"].max()
    fit = 0.96 * min(width / (east - west), drawn / (north - south))
    return {
        "center": {"lon": (west + east) / 2, "lat": (south + north) / 2},
        "zoom": round(min(log2(fit * 360 / 512), 11.0), 2),
    }


def pick(key: str) -> Callable[[], None]:
    """What a click on the chart of this key does: the unit becomes the chosen one of the view."""

    def picked() -> None:
        points = st.session_state[key].selection.points
        if points:
            point = points[-1]
            data = point.get("customdata") or ""  # of a tile its code, of an area a list
            first = next(iter(data), "") if isinstance(data, list) else data
            code = str(point.get("location") or first)
            if code in all_places().index:
                state.put("c", code)

    return picked
