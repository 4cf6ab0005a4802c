"""The picture of the claim that Western backed Odinga each time: places by election."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components import theme
from components.places import on_phone
from components.text import hover
from mulembe.claims.verdict import MAJORITY
from mulembe.claims.votes import Backing

ROW, PANEL, FRAME = 30, 46, 74  # pixels
TICKS = (0, 25, 50, 75, 100)
YES, NO, BETWEEN = "Odinga, more than half", "Odinga, half or less", "Odinga, between (2007)"
OTHER = "Mudavadi (2013)"
TOLD = {True: "yes", False: "no", None: "cannot be told"}


def backing_figure(found: list[Backing]) -> go.Figure:
    """Draw Odinga's share of every place, a panel per election, and the line of the half.

    A result is a dot, open where it is half or less. Of 2007 only a range is known: a dashed line.
    """
    elections = sorted({item.election for item in found})
    phone = on_phone()
    if phone:
        found = [
            replace(item, place=short) for item, short in zip(found, _short(found), strict=True)
        ]
    rows, columns = (len(elections), 1) if phone else (1, len(elections))
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_yaxes=not phone,
        horizontal_spacing=0.03,
        vertical_spacing=0.09,
        subplot_titles=[f"{election}{_level(found, election)}" for election in elections],
    )
    for place, election in enumerate(elections):
        at = {"row": place + 1, "col": 1} if phone else {"row": 1, "col": place + 1}
        _panel(figure, [item for item in found if item.election == election], at, phone)
    _key(figure)
    places = len({item.place for item in found})
    height = (ROW * places + PANEL) * rows + FRAME
    theme.style(figure, height)
    figure.update_xaxes(
        range=[0, 106 if phone else 112],
        tickvals=TICKS,
        ticktext=[f"{tick}%" for tick in TICKS],
        fixedrange=True,
    )
    figure.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False)
    figure.update_annotations(font={"size": 13})
    return theme.lay(
        figure,
        margin_t=52 if phone else 28,
        legend=theme.LEGEND_BELOW | {"y": -36 / height},
        uirevision="claims",
    )


def _short(found: list[Backing]) -> list[str]:
    """Names of the places up to the first comma, where that still tells them apart."""
    names = {item.token: item.place.split(",", maxsplit=1)[0] for item in found}
    same = [name for name in names.values() if list(names.values()).count(name) > 1]
    return [item.place if names[item.token] in same else names[item.token] for item in found]


def _wrapped(place: str) -> str:
    return "<br>".join(hover(line) for line in wrap(place, 16)) if on_phone() else hover(place)


def _level(found: list[Backing], election: str) -> str:
    return ", shares only" if any(f.low != f.high for f in found if f.election == election) else ""


def _panel(figure: go.Figure, found: list[Backing], at: dict[str, int], phone: bool) -> None:
    colour = theme.drawn_in(theme.slot_colour("opposition"))
    for item in found:
        if item.low != item.high:
            figure.add_trace(
                go.Scatter(
                    x=[100 * item.low, 100 * item.high],
                    y=[_wrapped(item.place)] * 2,
                    mode="lines+markers",
                    line={"color": colour, "dash": "dot", "width": 2},
                    marker={"symbol": "line-ns-open", "size": 10, "color": colour},
                    hovertext=_said(item),
                    hoverinfo="text",
                    showlegend=False,
                ),
                **at,
            )
    dots = [item for item in found if item.low == item.high]
    if dots:
        figure.add_trace(
            go.Scatter(
                x=[100 * item.low for item in dots],
                y=[_wrapped(item.place) for item in dots],
                mode="markers" if phone else "markers+text",
                text=[f"{100 * item.low:.1f}%" for item in dots],
                textposition=[f"middle {'right' if item.backed else 'left'}" for item in dots],
                marker={
                    "symbol": ["circle" if item.backed else "circle-open" for item in dots],
                    "size": 12,
                    "color": colour,
                    "line": {"width": 2, "color": colour},
                },
                hovertext=[_said(item) for item in dots],
                hoverinfo="text",
                showlegend=False,
            ),
            **at,
        )
    theirs = [item for item in dots if not isnan(item.mudavadi)]
    if theirs:
        figure.add_trace(
            go.Scatter(
                x=[100 * item.mudavadi for item in theirs],
                y=[_wrapped(item.place) for item in theirs],
                mode="markers",
                marker=_third(),
                hovertext=[f"{hover(item.place)}: Mudavadi {item.mudavadi:.1%}" for item in theirs],
                hoverinfo="text",
                showlegend=False,
            ),
            **at,
        )
    figure.add_vline(x=100 * MAJORITY, line={"color": theme.mode().muted, "width": 1}, **at)


def _third() -> dict[str, object]:
    return {
        "symbol": "diamond",
        "size": 9,
        "color": theme.drawn_in(theme.slot_colour("third")),
    }


def _said(item: Backing) -> str:
    share = f"{item.low:.1%}"
    if item.low != item.high:
        share = f"between {item.low:.1%} and {item.high:.1%}"
    return f"{hover(item.place)}, {item.election}: Odinga {share}"


def _key(figure: go.Figure) -> None:
    colour = theme.drawn_in(theme.slot_colour("opposition"))
    thick = {"width": 2, "color": colour}
    marks = {
        YES: {"symbol": "circle", "size": 12, "color": colour},
        NO: {"symbol": "circle-open", "size": 12, "color": colour, "line": thick},
        OTHER: _third(),
    }
    for name, mark in marks.items():
        figure.add_trace(go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=mark))
    dashed = {"color": colour, "dash": "dot", "width": 2}
    figure.add_trace(go.Scatter(x=[None], y=[None], mode="lines", name=BETWEEN, line=dashed))


def backing_matrix(found: list[Backing], elections: tuple[str, ...]) -> pd.DataFrame:
    """Whether each place backed him at each election, in words with the share."""
    rows: dict[str, dict[str, str]] = {}
    found = [replace(item, place=short) for item, short in zip(found, _short(found), strict=True)]
    for item in found:
        share = f", {item.low:.1%}" if item.low == item.high else ""
        rows.setdefault(item.place, dict.fromkeys(elections, "not held"))
        rows[item.place][item.election] = TOLD[item.backed] + share
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(elections))
    return table.rename_axis("More than half for Odinga").reset_index()


def backing_table(found: list[Backing]) -> pd.DataFrame:
    """The same as a table."""
    return pd.DataFrame(
        {
            "Place": [item.place for item in found],
            "Election": [item.election for item in found],
            "Odinga, lowest (%)": [round(100 * item.low, 1) for item in found],
            "Odinga, highest (%)": [round(100 * item.high, 1) for item in found],
            "More than half": [TOLD[item.backed] for item in found],
            "Led": [item.leader or "cannot be told" for item in found],
            "Mudavadi (%)": [round(100 * item.mudavadi, 1) for item in found],
            "Units held": [item.parts for item in found],
            "of them more than half": [item.above for item in found],
            "Source ids": [", ".join(item.sources) for item in found],
        }
    )


def spoken(found: list[Backing]) -> str:
    """The picture in words."""
    parts = (_said(item).split(": Odinga ") for item in found)
    return "Odinga's share of valid votes. " + "; ".join(" ".join(part) for part in parts) + "."
