"""Bars of a scenario with its base as a ghost and the range of the draws as a whisker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan

import plotly.graph_objects as go

from components import theme
from components.text import hover

ROW, BAR, GHOST = 48, 13, 19  # pixels: of a row, of the bar in it, of the ghost around the bar
LABEL = 22  # pixels from a bar's middle up to its label
READING = "Hatched: the scenario. Outline: {base}. Line: 90% of the runs."


@dataclass(frozen=True)
class GhostBar:
    """One bar: the scenario's value, the base's, the range; all in the axis' unit.

    ``label`` stands in bold above the bar and ``told`` after it; both are plain text. A NaN is
    not drawn.
    """

    label: str
    told: str
    value: float
    base: float
    colour: str
    low: float = nan
    high: float = nan
    solid: bool = False


def ghost_bars(
    bars: Sequence[GhostBar], limit: float, *, unit: str = "%", threshold: float = nan
) -> go.Figure:
    """Draw the bars from the top down on an axis from 0 to ``limit``, with a line to be passed."""
    look, count = theme.mode(), len(bars)
    places = [(count - i - 1) * ROW for i in range(count)]
    figure = go.Figure()
    _threshold(figure, threshold, count * ROW)
    figure.add_bar(
        x=[bar.value for bar in bars],
        y=places,
        width=[BAR] * count,
        orientation="h",
        marker={
            "color": [bar.colour for bar in bars],
            "line": {"width": 0},
            "pattern": {
                "shape": ["" if bar.solid else "/" for bar in bars],
                "fillmode": "overlay",
                "fgcolor": look.page,
                "fgopacity": 0.5,
                "bgcolor": look.undeclared,
                "size": 6,
                "solidity": 0.18,
            },
        },
        hovertext=[f"<b>{hover(bar.label)}</b><br>{hover(bar.told)}" for bar in bars],
        hoverinfo="text",
    )
    figure.add_bar(
        x=[bar.base for bar in bars],
        y=places,
        width=[GHOST] * count,
        orientation="h",
        marker={"color": "rgba(0,0,0,0)", "line": {"color": look.ink, "width": 1.3}},
        hoverinfo="skip",
    )
    _whiskers(figure, bars, places)
    theme.style(figure, count * ROW + 64)
    theme.lay(
        figure,
        xaxis={
            "range": [0, limit],
            "fixedrange": True,
            "ticksuffix": unit,
            "nticks": 6,
            "gridcolor": look.line,
        },
    )
    theme.lay(figure, yaxis={"visible": False, "range": [-20, count * ROW - 8], "fixedrange": True})
    return theme.lay(
        figure,
        barmode="overlay",
        dragmode=False,
        showlegend=False,
        margin={"l": 4, "r": 14, "b": 26},
        annotations=[_label(bar, y) for bar, y in zip(bars, places, strict=True)],
    )


def _label(bar: GhostBar, y: float) -> dict[str, object]:
    look = theme.mode()
    return {
        "x": 0,
        "y": y,
        "yshift": LABEL,
        "xanchor": "left",
        "yanchor": "middle",
        "showarrow": False,
        "align": "left",
        "text": f"<b>{hover(bar.label)}</b>&nbsp; {hover(bar.told)}",
        "font": {"size": 13, "color": look.ink},
        "bgcolor": look.page,
        "borderpad": 0,
    }


def _threshold(figure: go.Figure, at: float, height: float) -> None:
    if isnan(at):
        return
    line = {"color": theme.mode().ink, "width": 1, "dash": "dot"}
    figure.add_shape(type="line", x0=at, x1=at, y0=-20, y1=height, line=line, layer="above")


def _whiskers(figure: go.Figure, bars: Sequence[GhostBar], places: Sequence[float]) -> None:
    drawn = [(bar, y) for bar, y in zip(bars, places, strict=True) if not isnan(bar.low + bar.high)]
    look = theme.mode()
    for colour, thickness in ((look.page, 4), (look.ink, 2)):  # the page's colour as a rim
        figure.add_scatter(
            x=[bar.value for bar, _ in drawn],
            y=[y for _, y in drawn],
            mode="markers",
            marker={"size": 1, "color": colour},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [max(0.0, bar.high - bar.value) for bar, _ in drawn],
                "arrayminus": [max(0.0, bar.value - bar.low) for bar, _ in drawn],
                "color": colour,
                "thickness": thickness,
                "width": 5,
            },
            hoverinfo="skip",
        )
