"""The picture of the pledge ledger: from what was pledged to what came, in groups by base."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go

from components import theme
from components.text import dated, hover

ROW, HEAD, FRAME = 46, 50, 80  # pixels of a row on a phone; labels stand above the marks there
FLAT = 30  # a row elsewhere: labels stand beside the marks
LABELS = 0.33  # part of the width they take then
WIDE, NARROW = 110, 46  # characters of a line
NAMES = {"share_percent": "Pledged", "delivered": "Delivered, by the result"}
MARK = {
    "share_percent": {"symbol": "circle-open", "size": 13, "line": {"width": 2}},
    "delivered": {"symbol": "circle", "size": 12},
}


@dataclass(frozen=True)
class Group:
    """The pledges measured on one base, and what the main candidates got there."""

    base: str
    standing: str
    rows: pd.DataFrame


@dataclass(frozen=True)
class _Line:
    """A row of the picture, ``y`` in rows from the top: a heading, or a pledge."""

    y: float
    text: str
    pledge: dict[str, object] | None = None


def ledger_figure(groups: list[Group], phone: bool) -> go.Figure:
    """Draw an open mark where the pledge lies, a solid one where the result does, a line between.

    The line is dashed where the words of the pledge and the measured base differ.
    """
    row = ROW if phone else FLAT
    lines = list(_lines(groups, phone, HEAD / row))
    figure = go.Figure()
    for line in lines:
        _label(figure, line, phone)
        if line.pledge is not None:
            _span(figure, line.y, line.pledge)
    for column in ("share_percent", "delivered"):
        drawn = [line for line in lines if line.pledge and pd.notna(line.pledge[column])]
        figure.add_trace(_marks(drawn, column))
    _key(figure, [line.pledge for line in lines if line.pledge])
    height = max(line.y for line in lines) + 1.3
    theme.style(figure, round(row * height) + FRAME)
    theme.lay(figure, legend=theme.LEGEND_BELOW | {"y": -48 / (row * height)}, uirevision="pledges")
    theme.lay(
        figure,
        yaxis={
            "range": [height - 0.7, -0.6],
            "showgrid": False,
            "showticklabels": False,
            "fixedrange": True,
        },
    )
    ticks = (0, 25, 50, 75, 100)
    theme.lay(
        figure,
        xaxis={
            "domain": [0 if phone else LABELS, 1],
            "range": [0, 110],
            "tickvals": ticks,
            "ticktext": [f"{tick}%" for tick in ticks],
            "title": {"text": "of valid votes on the base", "font": {"size": 12}, "standoff": 4},
            "fixedrange": True,
            "showgrid": True,
        },
    )
    return figure


def _lines(groups: list[Group], phone: bool, head_rows: float) -> Iterator[_Line]:
    y = 0.0
    for group in groups:
        head = [f"<b>{hover(part)}</b>" for part in wrap(group.base, NARROW if phone else WIDE)]
        told = [hover(part) for part in wrap(group.standing, NARROW if phone else WIDE)]
        yield _Line(y, "<br>".join([*head, *told]))
        y += head_rows + 0.25 * (len(head) + len(told) - 2)
        for pledge in group.rows.to_dict("records"):
            yield _Line(y, hover(_named(pledge, phone)), pledge)
            y += 1
        y += 0.35


def _named(pledge: dict[str, object], phone: bool) -> str:
    who = str(pledge["pledged_by"])
    if phone and len(who) > 26:
        who = f"{who[:25].rstrip()}…"
    base = "" if not pledge["mismatch"] or phone else ", another base named"
    return f"{who}, {dated(str(pledge['date']))}{base}"


def _label(figure: go.Figure, line: _Line, phone: bool) -> None:
    above = phone and line.pledge is not None
    muted = theme.mode().muted if line.pledge else theme.mode().ink
    figure.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        y=line.y - 0.2 if above else line.y,
        yanchor="bottom" if above else "middle",
        text=line.text,
        showarrow=False,
        align="left",
        font={"size": 12, "color": muted},
    )


def _span(figure: go.Figure, y: float, pledge: dict[str, object]) -> None:
    """A line from pledge to result; without both only the words."""
    colour = theme.drawn_in(theme.slot_colour(str(pledge["slot"])))
    share, came = _figure(pledge["share_percent"]), _figure(pledge["delivered"])
    if share is not None and came is not None:
        dash = "dot" if pledge["mismatch"] else "solid"
        figure.add_shape(
            type="line", x0=share, x1=came, y0=y, y1=y, line={"color": colour, "dash": dash}
        )
    if came is not None:
        _words(figure, came, y, f"{came:.1f}%", left=share is not None and came < share)
    if share is not None:
        _words(figure, share, y, f"{share:.0f}%", left=came is not None and came > share)
    elif came is not None:
        _words(figure, came, y, "no share named", left=True)


def _words(figure: go.Figure, x: float, y: float, text: str, *, left: bool) -> None:
    figure.add_annotation(
        x=x,
        y=y,
        text=text,
        showarrow=False,
        xanchor="right" if left else "left",
        xshift=-10 if left else 10,
        font={"size": 12},
    )


def _figure(value: object) -> float | None:
    return None if pd.isna(value) else float(str(value))  # type: ignore[call-overload]


def _marks(lines: list[_Line], column: str) -> go.Scatter:
    pledges = [line.pledge for line in lines if line.pledge]
    colours = [theme.drawn_in(theme.slot_colour(str(pledge["slot"]))) for pledge in pledges]
    name = NAMES[column]
    return go.Scatter(
        x=[pledge[column] for pledge in pledges],
        y=[line.y for line in lines],
        mode="markers",
        showlegend=False,
        marker={**MARK[column], "color": colours},
        hovertext=[
            f"{hover(str(pledge['pledged_by']))} for {hover(str(pledge['camp_name']))}<br>"
            f"{name}: {pledge[column]:.1f}% on {hover(str(pledge['base_name']))}"
            for pledge in pledges
        ],
        hoverinfo="text",
    )


def _key(figure: go.Figure, pledges: list[dict[str, object]]) -> None:
    """The legend: what the two marks mean, and the colour of each camp that is drawn."""
    for column, name in NAMES.items():
        mark = {**MARK[column], "color": theme.mode().muted}
        figure.add_trace(go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=mark))
    for name, slot in dict.fromkeys((str(p["camp_name"]), str(p["slot"])) for p in pledges):
        mark = {"symbol": "square", "size": 11, "color": theme.drawn_in(theme.slot_colour(slot))}
        figure.add_trace(
            go.Scatter(x=[None], y=[None], mode="markers", name=hover(name), marker=mark)
        )
