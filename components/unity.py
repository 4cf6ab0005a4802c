"""Bloc unity drawn as its two parts: how strong the margins are, and what cancels."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from components import theme
from components.text import hover


def unity_figure(rows: pd.DataFrame, *, narrow: bool = False) -> go.Figure:
    """One row per election: the intensity as an outlined bar, the unity filled inside it.

    ``rows`` are those of mulembe.unity.unity_by_election. Values are percentages of valid
    votes; ``narrow`` leaves more room for the labels.
    """
    look = theme.mode()
    labels = [_label(row) for _, row in rows.iterrows()]
    figure = go.Figure()
    figure.add_bar(
        y=labels,
        x=100 * rows["intensity"],
        orientation="h",
        name="Intensity: size of the margins",
        marker={"color": "rgba(0,0,0,0)", "line": {"color": look.ink, "width": 1.4}},
        hovertemplate="Intensity %{x:.1f}%<extra></extra>",
    )
    figure.add_bar(
        y=labels,
        x=100 * rows["unity"],
        orientation="h",
        name="Unity: what is left after they cancel",
        marker={"color": "#534A86" if look.name == "light" else "#A79BE8"},
        hovertemplate="Unity %{x:.1f}%<extra></extra>",
    )
    figure.add_scatter(
        y=labels,
        x=100 * rows["intensity"] + 1,
        mode="text",
        text=[
            f"{100 * row['unity']:.1f}%, alignment {100 * row['alignment']:.0f}%"
            for _, row in rows.iterrows()
        ],
        textposition="middle right",
        showlegend=False,
        hoverinfo="skip",
    )
    theme.style(figure, 62 * len(rows) + 70)
    reach = 215 if narrow else 118
    theme.lay(
        figure,
        xaxis={"range": [0, reach], "showticklabels": False, "showgrid": False, "fixedrange": True},
    )
    theme.lay(
        figure,
        yaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": labels[::-1],
            "fixedrange": True,
        },
    )
    return theme.lay(
        figure,
        barmode="overlay",
        bargap=0.45,
        dragmode=False,
        legend={"orientation": "h", "y": -0.05, "yanchor": "top", "x": 0},
    )


def _label(row: pd.Series) -> str:
    units = "constituencies" if row["level"] == "constituency" else "counties"
    pair = f"{row['line_a'].split()[-1]} v {row['line_b'].split()[-1]}"
    return f"<b>{row['election']}</b>, {row['units']} {units}<br><sub>{hover(pair)}</sub>"
