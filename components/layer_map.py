"""A layer on a map or on tiles, one or two of them, with the table twin; shared by all layers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from components import embed, state, theme
from components.explain import of_layer
from components.map import FRAMED, Painted, choropleth, paint, pick
from components.places import on_phone, places, short_name
from components.provenance import footer
from components.text import plain
from components.tiles import add_legend, tile_figure
from mulembe import layers
from mulembe.classes import shared_classes
from mulembe.layers import Layer, LayerData
from mulembe.regions import Region

WEAKER = "weaker evidence or differing readings"


def draw(
    data: LayerData,
    painted: Painted,
    region: Region | None,
    key: str,
    height: int,
    width: int = 760,
    *,
    framed: bool = False,
    hatch_means: str = WEAKER,
) -> None:
    """Draw a layer as the view asks, geographic or as tiles; a click chooses the constituency.

    ``region`` None is the country; the rest as in ``map.choropleth``.
    """
    shown = places(region.codes if region else ())
    wide = 350 if on_phone() else width
    sides = embed.fitted(height, wide, data.note)
    if framed:
        sides = {"height": height, "width": wide, "legend": FRAMED}
    if state.get("drawn") == "tiles" and region is not None:
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
        add_legend(figure, painted.legend)
    else:
        figure = choropleth(
            data,
            painted,
            shown,
            selected=state.get("c"),
            hatch_means=hatch_means,
            title=f"{data.title} · {region.name if region else 'Kenya'}",
            **sides,
        )
    st.plotly_chart(
        figure,
        key=key,
        theme=None,
        on_select=pick(key),
        selection_mode="points",
        config=theme.chart_config(f"mulembe-{key}"),
        alt=spoken(data, painted),
    )


def pair(
    layer: Layer,
    region: Region | None,
    two: Mapping[str, tuple[LayerData, dict[str, str]]],
    hatch_means: str = WEAKER,
) -> None:
    """Two answers of one layer on the same classes, and what lies between them.

    ``two`` holds, by the key of the chart, the data and the colour slots of its categories.
    """
    (before, _), (after, _) = two.values()
    shared = shared_classes(before, after, layer)
    for column, (key, (data, slots)) in zip(st.columns(2), two.items(), strict=True):
        with column:
            st.markdown(f"**{plain(data.title)}**")
            painted = paint(data, shared, slots)
            draw(data, painted, region, key, 500, 330, framed=True, hatch_means=hatch_means)
    difference, shown = layers.difference(before, after, layer)
    painted = paint(difference, shown, {"kept": "undeclared", "changed": "fourth"})
    st.markdown(f"**{plain(difference.title)}**")
    draw(difference, painted, region, "map_difference", 520)
    footer(
        difference.sources,
        _pair_twin(before, after, difference, region),
        f"mulembe-pair-{layer.id}",
        difference.note,
        spoken(difference, painted),
        method=of_layer(layer.id),
        frame="map",
    )


def spoken(data: LayerData, painted: Painted) -> str:
    """The map in words: its title and how many constituencies each class has."""
    told = "; ".join(f"{label}: {count}" for label, _, count in painted.legend if count)
    return f"{data.title}. Constituencies per class: {told}."


def twin(data: LayerData, region: Region | None) -> pd.DataFrame:
    """The map as a table, a row per constituency shown."""
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
