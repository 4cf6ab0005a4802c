"""Colours, ramps and the common look of every figure, light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

import plotly.graph_objects as go
import streamlit as st
from plotly.basedatatypes import BasePlotlyType

from components.text import hover

# Camp slots: told apart by everyone (smallest CIEDE2000 difference 18.8 over the four visions).
SLOTS = {
    "government": "#B47700",
    "opposition": "#1B5FAA",
    "third": "#5A1A3A",
    "fourth": "#2F9E8F",
    "undeclared": "#D8DADB",
}
COLOURS = list(SLOTS.values())
PARTIES = {
    "ODM": "#F17630",
    "UDA": "#F8D61D",
    "JP": "#5C111A",
    "ANC": "#1E9478",
    "FORD-K": "#216B0D",
    "DAP-K": "#AF8DD8",
    "Wiper": "#0F4CC0",
    "IND": "#C2C4C2",
}
OTHER_PARTY = "#8A8F98"
DIVERGING = ("#8F6500", "#C99700", "#EBD28A", "#F2F1EC", "#A9C6E8", "#4F8ACB", "#0F4A94")
SEQUENTIAL = ("#ECEAF1", "#CFCBE0", "#A7A1C6", "#7C74A8", "#534A86")
LINE_CONTRAST = 3.0  # WCAG 2, for what is drawn
QUALITY = {"agreed": "#2F9E8F", "form": "#534A86", "single": "#CFCBE0", "conflict": "#E0D6C2"}
LEGEND_BELOW = {
    "orientation": "h",
    "y": -0.02,
    "yanchor": "top",
    "x": 0,
    "itemclick": False,
    "itemdoubleclick": False,
    "font": {"size": 12},
}


@dataclass(frozen=True)
class Mode:
    """What differs between light and dark: page, ink, faint lines, the empty and the undeclared."""

    name: str
    page: str
    ink: str
    muted: str
    line: str
    selection: str
    missing: str
    undeclared: str


LIGHT = Mode("light", "#FBFAF7", "#22252B", "#646A73", "#D9D6CE", "#111318", "#E9E6DF", "#D8DADB")
DARK = Mode("dark", "#15171B", "#E8E6E1", "#A4A9B1", "#3A3F47", "#FFFFFF", "#2B2F36", "#5B6068")


def mode() -> Mode:
    """The reader's mode; light when the browser has not said."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def slot_colour(slot: str) -> str:
    """The colour of a camp's slot; undeclared recedes into the page in both modes."""
    return mode().undeclared if slot == "undeclared" else SLOTS[slot]


def party_colour(party: str) -> str:
    """The chip colour of a party; parties without one share a grey and keep their name."""
    return PARTIES.get(party, OTHER_PARTY)


def text_on(colour: str) -> str:
    """Black or white, whichever reads better on this colour (relative luminance, WCAG 2)."""
    return "#111318" if _luminance(colour) > 0.2 else "#FFFFFF"


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def drawn_in(colour: str) -> str:
    """The colour as a thin line needs it: lightened on a dark page until it can be seen there."""
    while mode() is DARK and _contrast(colour, DARK.page) < LINE_CONTRAST:
        channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        colour = "#" + "".join(f"{round(c + 0.1 * (255 - c)):02X}" for c in channels)
    return colour


def _contrast(one: str, other: str) -> float:
    """How far two colours are apart in brightness, 1 to 21 (WCAG 2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def style(figure: go.Figure, height: int) -> go.Figure:
    """Give a figure the common look: no box, the page's own colours, tabular figures."""
    look = mode()
    axis = {
        "automargin": True,
        "gridcolor": look.line,
        "linecolor": look.line,
        "tickcolor": look.line,
        "zeroline": False,
        "ticks": "",
    }
    # A template of its own, not a dict: Streamlit's would be merged in, 12 kB that nothing reads.
    defaults = go.layout.Template(layout={"xaxis": axis, "yaxis": axis, "colorway": COLOURS})
    return lay(
        figure,
        template=defaults,
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": look.ink, "size": 13, "family": "Inter, Segoe UI, Helvetica, sans-serif"},
        hoverlabel={"bgcolor": look.page, "bordercolor": look.line, "font": {"color": look.ink}},
        modebar={
            "bgcolor": "rgba(0,0,0,0)",
            "color": look.muted,
            "activecolor": look.ink,
        },
        dragmode="pan",
    )


def lay(figure: go.Figure, **layout: object) -> go.Figure:
    """Set parts of a figure's layout, as ``update_layout`` does; ``xaxis`` and ``yaxis`` too.

    Plotly's own merging walks down every part and takes 17 ms where merging first takes 2.
    """
    merged = {name: _merged(figure.layout[name], part) for name, part in layout.items()}
    return figure.update_layout(merged, overwrite=True)


def _merged(held: object, part: object) -> object:
    if not isinstance(part, dict) or not isinstance(held, BasePlotlyType):
        return part
    return _joined(held.to_plotly_json(), part)


def _joined(held: dict[str, object], part: dict[str, object]) -> dict[str, object]:
    for name, value in part.items():
        old = held.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        held[name] = _joined(old, value) if both else value
    return held


def sign(figure: go.Figure, text: str, width: int = 90) -> go.Figure:
    """Write what a figure shows into it, small, so that a saved picture speaks for itself."""
    lines = [hover(line) for line in wrap(text, width)]
    lay(figure, margin={"t": max(30, 15 * len(lines) + 4)})
    return figure.add_annotation(
        text="<br>".join(lines),
        xref="paper",
        yref="paper",
        x=0,
        y=1,
        yanchor="bottom",
        xanchor="left",
        align="left",
        showarrow=False,
        font={"size": 11, "color": mode().muted},
    )


def chart_config(file_name: str) -> dict[str, object]:
    """Plotly's toolbar: picture download under a speaking name, no logo, no selection tools."""
    return {
        "displaylogo": False,
        "displayModeBar": "hover",
        "scrollZoom": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"filename": file_name, "format": "png", "scale": 2},
    }
