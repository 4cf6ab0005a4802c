"""Equal tiles: every constituency the same size, roughly where it lies; shared by map and seats."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import state, theme
from components.places import on_phone
from components.text import hover as escaped

SIDE = 0.94  # of a tile's cell; the rest is the gap between tiles
HATCH, HATCH_OPACITY = "#A3A8AF", 0.2  # the outline; how strong the hatch is
OUTLINE, SELECTED = 1.0, 3.5  # line widths in pixels
TEXT, TEXT_PHONE, TEXT_SMALLEST = 13, 10, 9  # pixels; all tiles of a picture get one size
TOOLBAR = 32  # pixels over the tiles, so that the toolbar covers none
# Plotly chooses a bar from what lies under the pointer, and a finger has none before its first tap.
HOW_TO_PICK = "Click a tile"
HOW_TO_PICK_PHONE = "Tap a tile once for its label and once more"


def tile_figure(
    places: pd.DataFrame,
    colours: Mapping[str, str],
    text: Mapping[str, str],
    hover: Mapping[str, str],
    hatched: Collection[str],
    selected: str,
    height: int,
) -> go.Figure:
    """One tile per constituency where its tile_col and tile_row say, a bar so it can be hatched.

    ``places`` holds rows of the constituencies table (by code or with a code column); those
    without a tile position are left out. The mappings go by code: fill colour (#rrggbb), text
    inside and hover text, both plain text with newlines. Tiles in ``hatched`` get a hatch
    and an outline; ``selected`` ("" for none) gets a heavy outline. A point's customdata is its
    code. The axes do not move, so a finger on the tiles scrolls the page.
    """
    look = theme.mode()
    placed = _placed(places)
    codes = placed.index.tolist()
    fills = [colours.get(code, look.missing) for code in codes]
    figure = go.Figure(
        go.Bar(
            x=placed["tile_col"],
            y=[SIDE] * len(codes),
            base=placed["tile_row"] - SIDE / 2,
            width=SIDE,
            customdata=codes,
            text=[_lines(text.get(code, "")) for code in codes],
            hovertext=[_lines(hover.get(code, "")) for code in codes],
            hovertemplate="%{hovertext}<extra></extra>",
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={
                "color": [theme.text_on(fill) for fill in fills],
                "size": TEXT_PHONE if on_phone() else TEXT,
            },
            marker=_marker(codes, fills, hatched, selected),
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
            showlegend=False,
        )
    )
    theme.style(figure, height)
    if selected in placed.index:
        _inner_outline(figure, placed.loc[selected])
    still = {"visible": False, "fixedrange": True}
    theme.lay(figure, xaxis=dict(range=_reach(placed["tile_col"]), **still))
    theme.lay(figure, yaxis=dict(range=_reach(placed["tile_row"])[::-1], **still))
    return theme.lay(
        figure,
        barmode="overlay",
        dragmode=False,
        margin={"l": 0, "r": 0, "t": TOOLBAR, "b": 0},
        uniformtext={"minsize": TEXT_SMALLEST, "mode": "show"},
    )


def add_legend(figure: go.Figure, legend: Sequence[tuple[str, str, int]]) -> None:
    """Say under the tiles what the colours mean: (label, colour, units), those with units only."""
    for label, colour, count in legend:
        if count:
            figure.add_scatter(
                x=[None],
                y=[None],
                mode="markers",
                marker={"size": 12, "symbol": "square", "color": colour},
                name=f"{escaped(label)} · {count}",
                showlegend=True,
            )
    theme.lay(figure, legend=theme.LEGEND_BELOW)


def choose(code: str) -> None:
    """Make a constituency the chosen one of the view; "" lets it go."""
    state.put("c", code)


def pick_tile(
    figure: go.Figure,
    selected: str,
    file_name: str,
    alt: str,
    pick: Callable[[str], None] = choose,
) -> None:
    """Draw the tiles; a click hands the constituency to ``pick``, a click on the chosen one "".

    A finger needs two taps (see HOW_TO_PICK_PHONE): the first shows the label.
    The key follows the selection: otherwise Plotly would remember a click that another widget has
    overruled since, and take the next click on that tile for a deselection.
    """
    key = f"{file_name}_{selected or 'none'}"

    def clicked() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            code = _code(points[0])
            pick("" if code == selected else code)

    st.plotly_chart(
        figure,
        key=key,
        theme=None,
        config=theme.chart_config(file_name),
        on_select=clicked,
        selection_mode="points",
        alt=alt,
    )


def _placed(places: pd.DataFrame) -> pd.DataFrame:
    by_code = places.set_index("code") if "code" in places.columns else places
    return by_code.dropna(subset=["tile_col", "tile_row"])


def _marker(
    codes: list[str], fills: list[str], hatched: Collection[str], selected: str
) -> dict[str, object]:
    look = theme.mode()
    return {
        "color": fills,
        "line": {
            "color": [look.selection if code == selected else HATCH for code in codes],
            "width": [
                SELECTED if code == selected else OUTLINE if code in hatched else 0
                for code in codes
            ],
        },
        "pattern": {
            "shape": ["/" if code in hatched else "" for code in codes],
            "fgopacity": HATCH_OPACITY,
            "fillmode": "overlay",  # draws on each fill, but reads a missing bgcolor as their list
            "bgcolor": look.undeclared,
            "size": 10,
            "solidity": 0.1,
        },
    }


def _inner_outline(figure: go.Figure, place: pd.Series) -> None:
    """Draw a line in the page's colour inside the heavy outline, so that it shows on any fill."""
    reach = SIDE / 2 - 0.05
    figure.add_shape(
        type="rect",
        x0=place["tile_col"] - reach,
        x1=place["tile_col"] + reach,
        y0=place["tile_row"] - reach,
        y1=place["tile_row"] + reach,
        line={"color": theme.mode().page, "width": 2},
    )


def _reach(positions: pd.Series) -> list[float]:
    if positions.empty:
        return [-0.5, 0.5]
    return [float(positions.min()) - 0.5, float(positions.max()) + 0.5]


def _lines(text: str) -> str:
    return "<br>".join(escaped(line) for line in text.split("\n"))


def _code(point: Mapping[str, object]) -> str:
    data = point.get("customdata") or ""
    return str(next(iter(data), "") if isinstance(data, list) else data)
