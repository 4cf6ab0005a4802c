"""Ranges that the totals allow: two registers side by side, and a bar per flow from low to high.

Nothing here draws a middle: a range from bounds has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from components import theme
from components.text import hover
from mulembe.transfer.bounds import ABSENT, ENTERED, GONE, Bounds

UNITS = {
    "votes": "Voters",
    "origin": "% of origin",
    "destination": "% of destination",
}
OTHERS = "others"
STACK_HEIGHT, LABEL_GAP = 460, 0.085
ROW, HEADER = 40, 46  # pixels of a range and of a group's heading


@dataclass(frozen=True)
class Options:
    """What the voters of two elections could do: surname and colour slot by candidate id."""

    base: str
    to: str
    surnames: Mapping[str, Mapping[str, str]]
    slots: Mapping[str, Mapping[str, str]]

    def name(self, election: str, option: object) -> str:
        """A short name for one option at one election, as labels need it."""
        known = {
            OTHERS: "Others",
            ABSENT: "No valid vote",
            ENTERED: "New on the register",
            GONE: "Gone from the register",
        }
        return known.get(str(option)) or self.surnames[election][str(option)]

    def in_text(self, election: str, option: object) -> str:
        """The name inside a sentence: only people keep their capital."""
        name = self.name(election, option)
        return name if option in self.surnames[election] else name.lower()

    def colour(self, election: str, option: str) -> str:
        """The option's colour: its candidate's slot, or a grey that belongs to no side."""
        look = theme.mode()
        if option in (ABSENT, ENTERED, GONE):
            return look.missing
        if option == OTHERS:
            return theme.OTHER_PARTY
        return theme.slot_colour(self.slots[election][option])


def registers(bounds: Bounds, options: Options) -> go.Figure:
    """The register before and after as two stacked bars; the space between is left open."""
    figure = go.Figure()
    look = theme.mode()
    sides = (
        (0, options.base, bounds.origins.sum(), "right", -1),
        (1, options.to, bounds.destinations.sum(), "left", 1),
    )
    for at, election, totals, anchor, shift in sides:
        total, low = int(totals.sum()), 0
        shown = totals[totals > 0][::-1]
        middles = []
        for option, votes in shown.items():
            figure.add_bar(
                x=[at],
                y=[votes],
                base=[low],
                width=0.62,
                marker={
                    "color": options.colour(election, str(option)),
                    "line": {"width": 1, "color": look.muted},
                    "pattern": {"shape": "/", "fgcolor": look.muted, "size": 7, "solidity": 0.15}
                    if option in (ENTERED, GONE)
                    else {},
                },
                hovertext=f"{hover(options.name(election, str(option)))}: {share(votes, total)}",
                hoverinfo="text",
                showlegend=False,
            )
            middles.append((low + votes / 2) / total)
            low += int(votes)
        for (option, votes), y in zip(shown.items(), spread(middles, LABEL_GAP), strict=True):
            figure.add_annotation(
                x=at + shift * 0.34,
                y=y * total,
                text=f"<b>{hover(options.name(election, option))}</b><br>{share(votes, total)}",
                showarrow=False,
                xanchor=anchor,
                align=anchor,
                font={"size": 12, "color": look.ink},
            )
        figure.add_annotation(
            x=at, y=total, yshift=6, yanchor="bottom", showarrow=False, text=f"<b>{election}</b>"
        )
    theme.style(figure, STACK_HEIGHT)
    figure.update_xaxes(visible=False, range=[-1.75, 2.75], fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True)
    figure.update_layout(barmode="overlay", dragmode=False)
    return figure.update_layout(margin={"l": 4, "r": 4, "t": 30, "b": 12})


def spread(middles: list[float], gap: float) -> list[float]:
    """Label positions at least ``gap`` apart, ascending, each as near its middle as that allows."""
    places: list[float] = []
    for middle in middles:
        places.append(max(middle, places[-1] + gap) if places else max(middle, gap / 2))
    limit = 1 - gap / 2
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], limit)
        limit = places[i] - gap
    return places


def share(votes: float, total: float) -> str:
    """Voters with their share of a total: '1,320,691 (50.5%)'."""
    return f"{votes:,.0f} ({percent(votes, total)})"


def percent(part: float, whole: float, digits: int = 1) -> str:
    """A share with its sign; a dash where there is nothing to share."""
    return f"{100 * part / whole:.{digits}f}%" if whole else "\u2013"


def flow_ranges(bounds: Bounds, options: Options, unit: str) -> go.Figure:
    """A range per flow, grouped by where the voters came from, in one unit on one scale."""
    table = bounds.table()
    table = table[(table["origin_total"] > 0) & (table["destination_total"] > 0)]
    figure, y, look = go.Figure(), 0.0, theme.mode()
    limit = float(table["origin_total"].max()) if unit == "votes" else 100.0
    for origin, rows in table.groupby("origin", sort=False):
        total = int(rows["origin_total"].iloc[0])
        name = options.in_text(options.base, origin)
        _heading(figure, y, f"{name} {_year(options, origin)}", total)
        y -= HEADER
        for row in rows.to_dict("records"):
            _range(figure, y, row, options, unit)
            y -= ROW
    theme.style(figure, int(-y) + 56)
    figure.update_xaxes(
        range=[0, limit * 1.01],
        fixedrange=True,
        gridcolor=look.line,
        zeroline=False,
        side="bottom",
        title={"text": UNITS[unit], "font": {"size": 12}},
        **_ticks(unit),
    )
    figure.update_yaxes(visible=False, range=[y, 26], fixedrange=True)
    return figure.update_layout(
        barmode="overlay", dragmode=False, margin={"b": 48, "l": 12, "r": 16}
    )


def _ticks(unit: str) -> dict[str, object]:
    if unit == "votes":
        return {"tickformat": "~s", "nticks": 5}
    return {"ticksuffix": "%", "tickvals": [0, 25, 50, 75, 100]}


def _year(options: Options, origin: object) -> str:
    return "" if origin == ENTERED else options.base


def _heading(figure: go.Figure, y: float, name: str, total: int) -> None:
    figure.add_annotation(
        x=0,
        y=y,
        xanchor="left",
        yanchor="middle",
        showarrow=False,
        text=f"<b>From {hover(name.strip())}</b> · {total:,} voters",
        font={"size": 13, "color": theme.mode().ink},
        bgcolor=theme.mode().page,
    )


def scaled(row: Mapping[str, object], unit: str) -> tuple[float, float, float]:
    """Lower and upper end and the full length of a range in the unit asked for."""
    low, high = float(str(row["lower"])), float(str(row["upper"]))
    origin, destination = float(str(row["origin_total"])), float(str(row["destination_total"]))
    if unit == "votes":
        return low, high, origin
    whole = origin if unit == "origin" else destination
    return 100 * low / whole, 100 * high / whole, 100.0


def told(row: Mapping[str, object], unit: str) -> str:
    """Both ends of a range in words: '570 to 574,041' or '0.0% to 43.5%'."""
    low, high, _ = scaled(row, unit)
    return f"{low:,.0f} to {high:,.0f}" if unit == "votes" else f"{low:.1f}% to {high:.1f}%"


def _range(
    figure: go.Figure, y: float, row: Mapping[str, object], options: Options, unit: str
) -> None:
    low, high, full = scaled(row, unit)
    destination = str(row["destination"])
    name = options.in_text(options.to, destination)
    look = theme.mode()
    figure.add_bar(
        y=[y],
        x=[full],
        width=[9],
        orientation="h",
        marker={"color": "rgba(128,128,128,0.10)", "line": {"width": 0}},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_bar(
        y=[y],
        x=[high - low],
        base=[low],
        width=[9],
        orientation="h",
        marker={
            "color": options.colour(options.to, destination),
            "line": {"width": 1, "color": look.muted},
        },
        hovertext=f"to {hover(name)}, {options.to}: {told(row, unit)}",
        hoverinfo="text",
        showlegend=False,
    )
    figure.add_annotation(
        x=0,
        y=y,
        yshift=14,
        xanchor="left",
        yanchor="middle",
        showarrow=False,
        text=f"to {hover(name)}: <b>{told(row, unit)}</b>",
        font={"size": 12, "color": look.ink},
        bgcolor=look.page,
        borderpad=0,
    )


def unit_ranges(cell: pd.DataFrame, colour: str, unit: str) -> go.Figure:
    """One flow in every unit, widest possible transfer first; ``cell`` has a ``name`` column."""
    look = theme.mode()
    rows = cell.rename(columns={"origin": "origin_total", "destination": "destination_total"})
    ends = pd.DataFrame(
        [scaled(row, unit) for row in rows.to_dict("records")],
        index=cell.index,
        columns=["low", "high", "full"],
    ).sort_values(["high", "low"])
    names = cell["name"].loc[ends.index]
    texts = [told(rows.loc[code].to_dict(), unit) for code in ends.index]
    figure = go.Figure(
        go.Bar(
            y=names,
            x=ends["high"] - ends["low"],
            base=ends["low"],
            orientation="h",
            marker={"color": colour, "line": {"width": 1, "color": look.muted}},
            text=texts,
            textposition="outside",
            cliponaxis=False,
            textfont={"size": 11, "color": look.ink},
            hovertext=[f"{hover(n)}: {t}" for n, t in zip(names, texts, strict=True)],
            hoverinfo="text",
            showlegend=False,
        )
    )
    theme.style(figure, 21 * len(cell) + 86)
    figure.update_xaxes(
        range=[0, float(ends["high"].max()) * 1.6],
        gridcolor=look.line,
        zeroline=False,
        fixedrange=True,
        title={"text": UNITS[unit], "font": {"size": 12}},
        **_ticks(unit),
    )
    figure.update_yaxes(fixedrange=True, tickfont={"size": 11}, dtick=1)
    return figure.update_layout(bargap=0.45, dragmode=False, margin={"b": 48, "t": 34})
