"""Two registers side by side, and a line per flow: what is possible, its interval, its estimate.

What the totals allow is a thin pale bar from end to end; the 90% interval is a thick bar on it,
hatched where it is too wide to be read as known; the estimate is a tick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

import pandas as pd
import plotly.graph_objects as go

from components import theme
from components.text import hover
from mulembe.transfer.bounds import ABSENT, ENTERED, GONE
from mulembe.transfer.reading import uncertain

UNITS = {
    "votes": "Voters",
    "origin": "% of origin",
    "destination": "% of destination",
}
OTHERS = "others"
STACK_HEIGHT, LABEL_GAP = 460, 0.085
ROW, HEADER = 44, 46  # pixels of a range and of a group's heading
UNIT_ROW = 40  # pixels of a constituency's range
THIN, THICK = 5, 13  # pixels of the bar of what is possible and of the interval
PALE = {"light": 0.3, "dark": 0.4}
ENDS = ("lower", "low", "estimate", "high", "upper")


@dataclass(frozen=True)
class Options:
    """What the voters of two elections could do: surname and colour slot by candidate id.

    ``net`` says that the register's change is held against itself: who came less who left.
    """

    base: str
    to: str
    surnames: Mapping[str, Mapping[str, str]]
    slots: Mapping[str, Mapping[str, str]]
    net: bool = True

    def name(self, election: str, option: object) -> str:
        """A short name for one option at one election, as labels need it."""
        known = {
            OTHERS: "Others",
            ABSENT: "No valid vote",
            ENTERED: "Net growth of the register" if self.net else "New on the register",
            GONE: "Net loss of the register" if self.net else "Left the register",
        }
        return known.get(str(option)) or self.surnames[election][str(option)]

    def short(self, election: str, option: object) -> str:
        """The name beside the bars of the registers, where a phone has no room for more."""
        return self.name(election, option).removesuffix(" of the register")

    def in_text(self, election: str, option: object) -> str:
        """The name inside a sentence: only people keep their capital."""
        name = self.name(election, option)
        return name if option in self.surnames[election] else name.lower()

    def arrival(self, option: object) -> str:
        """A destination as the end of a flow: "to Ruto", "left the register"."""
        name = self.in_text(self.to, option)
        return name if option == GONE and not self.net else f"to {name}"

    def colour(self, election: str, option: str) -> str:
        """The option's colour: its candidate's slot, or a grey that belongs to no side."""
        look = theme.mode()
        if option in (ABSENT, ENTERED, GONE):
            return look.missing
        if option == OTHERS:
            return theme.OTHER_PARTY
        return theme.slot_colour(self.slots[election][option])


def registers(origins: pd.DataFrame, destinations: pd.DataFrame, options: Options) -> go.Figure:
    """The register before and after as two stacked bars; the space between is left open."""
    figure = go.Figure()
    look = theme.mode()
    sides = (
        (0, options.base, origins.sum(), "right", -1),
        (1, options.to, destinations.sum(), "left", 1),
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
                text=f"<b>{hover(options.short(election, option))}</b><br>{share(votes, total)}",
                showarrow=False,
                xanchor=anchor,
                align=anchor,
                font={"size": 12, "color": look.ink},
            )
        figure.add_annotation(
            x=at, y=total, yshift=6, yanchor="bottom", showarrow=False, text=f"<b>{election}</b>"
        )
    theme.style(figure, STACK_HEIGHT)
    theme.lay(figure, xaxis={"visible": False, "range": [-1.75, 2.75], "fixedrange": True})
    theme.lay(figure, yaxis={"visible": False, "fixedrange": True})
    theme.lay(figure, barmode="overlay", dragmode=False)
    return theme.lay(figure, margin={"l": 4, "r": 4, "t": 30, "b": 12})


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


def amount(voters: float, digits: int = 2) -> str:
    """Voters as short labels need them: 812, 5.4k, 574k, 1.32m, 1.15bn; ``digits`` of millions."""
    if voters < 999.5:
        return f"{voters:,.0f}"
    if voters < 9_950:
        return f"{voters / 1e3:.1f}k"
    if voters < 999_500:
        return f"{voters / 1e3:.0f}k"
    millions = voters / 1e6
    if millions < 999.5:
        return f"{millions:.{digits if millions < 99.5 else 0}f}m"
    return f"{millions / 1e3:,.{digits}f}bn"


def flow_ranges(flows: pd.DataFrame, options: Options, unit: str) -> go.Figure:
    """A line per flow of ``Estimate.table()``, grouped by origin, in one unit on one scale."""
    table = flows[(flows["origin_total"] > 0) & (flows["destination_total"] > 0)]
    table = table.assign(hatched=uncertain(table, unit))
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
    theme.lay(
        figure,
        xaxis=dict(
            range=[0, limit * 1.01],
            fixedrange=True,
            gridcolor=look.line,
            zeroline=False,
            side="bottom",
            title={"text": UNITS[unit], "font": {"size": 12}},
            **_ticks(unit),
        ),
    )
    theme.lay(figure, yaxis={"visible": False, "range": [y, 26], "fixedrange": True})
    return theme.lay(figure, barmode="overlay", dragmode=False, margin={"b": 48, "l": 12, "r": 16})


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
    _, full = _whole(row, unit)
    return _in_unit(row, "lower", unit), _in_unit(row, "upper", unit), full


def _whole(row: Mapping[str, object], unit: str) -> tuple[float, float]:
    """What a hundred percent are in voters, and the full length of a range in the unit."""
    origin = float(str(row["origin_total"]))
    if unit == "votes":
        return 100.0, origin
    return (origin if unit == "origin" else float(str(row["destination_total"]))), 100.0


def _in_unit(row: Mapping[str, object], name: str, unit: str) -> float:
    return 100 * float(str(row[name])) / _whole(row, unit)[0]


def told(row: Mapping[str, object], unit: str) -> str:
    """Both ends of a range in words: '570 to 574,041' or '0.0% to 43.5%'."""
    low, high, _ = scaled(row, unit)
    return f"{low:,.0f} to {high:,.0f}" if unit == "votes" else f"{low:.1f}% to {high:.1f}%"


def summed_up(row: Mapping[str, object], unit: str) -> str:
    """Estimate, interval and bounds, short: '92k · 90% 12k to 180k · possible 570 to 574k'."""
    at = {name: _in_unit(row, name, unit) for name in ENDS}
    short = {n: amount(v, 1) if unit == "votes" else f"{v:.0f}%" for n, v in at.items()}
    interval = "" if isnan(at["low"]) else f" · 90% {short['low']} to {short['high']}"
    possible = f"possible {short['lower']} to {short['upper']}"
    return f"<b>{short['estimate']}</b>{interval} · {possible}"


def in_full(row: Mapping[str, object], unit: str) -> str:
    """Estimate, interval and bounds in lines for a hover label, no voter rounded away."""
    form = "{:,.0f}" if unit == "votes" else "{:.1f}%"
    at = {name: form.format(_in_unit(row, name, unit)) for name in ENDS}
    none = isnan(_in_unit(row, "low", unit))
    interval = "" if none else f"<br>90% interval {at['low']} to {at['high']}"
    return f"<b>{at['estimate']}</b>{interval}<br>possible {at['lower']} to {at['upper']}"


def _range(
    figure: go.Figure, y: float, row: Mapping[str, object], options: Options, unit: str
) -> None:
    destination = str(row["destination"])
    arrival = hover(options.arrival(destination))
    look = theme.mode()
    _bar(figure, y, 0, _whole(row, unit)[1], THIN, {"color": "rgba(128,128,128,0.10)"})
    text = f"{arrival}, {options.to}: {in_full(row, unit)}"
    _marks(figure, y, row, options.colour(options.to, destination), unit, text)
    figure.add_annotation(
        x=0,
        y=y,
        yshift=17,
        xanchor="left",
        yanchor="middle",
        showarrow=False,
        text=f"{arrival}: {summed_up(row, unit)}",
        font={"size": 12, "color": look.ink},
        bgcolor=look.page,
        borderpad=0,
    )


def _marks(
    figure: go.Figure, y: float, row: Mapping[str, object], colour: str, unit: str, text: str
) -> None:
    """What is possible, thin; the interval on it, thick; the estimate as a tick."""
    look = theme.mode()
    at = {name: _in_unit(row, name, unit) for name in ENDS}
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    pale = f"rgba({red},{green},{blue},{PALE[look.name]})"
    outline = {"width": 1, "color": look.muted}
    _bar(figure, y, at["lower"], at["upper"], THIN, {"color": pale, "line": outline}, text)
    if not isnan(at["low"]):
        fill: dict[str, object] = {"color": colour, "line": outline}
        if row["hatched"]:
            strokes = {"shape": "/", "size": 6, "solidity": 0.3, "fillmode": "replace"}
            ink = theme.drawn_in(look.muted if colour == look.missing else colour)
            fill["pattern"] = {**strokes, "fgcolor": ink, "bgcolor": look.page}
        _bar(figure, y, at["low"], at["high"], THICK, fill, text)
    figure.add_scatter(
        x=[at["estimate"]],
        y=[y],
        mode="markers",
        marker={
            "symbol": "line-ns",
            "size": 19,
            "color": look.ink,
            "line": {"width": 3, "color": look.ink},
        },
        hovertext=text,
        hoverinfo="text",
        showlegend=False,
        cliponaxis=False,
    )


def _bar(
    figure: go.Figure,
    y: float,
    low: float,
    high: float,
    width: float,
    marker: Mapping[str, object],
    text: str = "",
) -> None:
    figure.add_bar(
        y=[y],
        x=[high - low],
        base=[low],
        width=[width],
        orientation="h",
        marker={"line": {"width": 0}, **marker},
        hovertext=text,
        hoverinfo="text" if text else "skip",
        showlegend=False,
    )


def unit_ranges(cell: pd.DataFrame, colour: str, unit: str) -> go.Figure:
    """One flow in every unit, largest estimate first; ``cell`` is flows with a ``name`` column."""
    rows = cell.assign(
        hatched=uncertain(cell, unit),
        at=[_in_unit(row, "estimate", unit) for row in cell.to_dict("records")],
    ).sort_values("at", ascending=False)
    figure, look = go.Figure(), theme.mode()
    for place, row in enumerate(rows.to_dict("records")):
        y = -UNIT_ROW * place
        text = f"{hover(str(row['name']))}: {summed_up(row, unit)}"
        full = f"{hover(str(row['name']))}: {in_full(row, unit)}"
        _marks(figure, y, row, colour, unit, full)
        figure.add_annotation(
            x=0,
            y=y,
            yshift=16,
            xanchor="left",
            yanchor="middle",
            showarrow=False,
            text=text,
            font={"size": 11, "color": look.ink},
            bgcolor=look.page,
            borderpad=0,
        )
    bottom = -UNIT_ROW * len(rows)
    theme.style(figure, int(-bottom) + 86)
    furthest = max(_in_unit(row, "upper", unit) for row in rows.to_dict("records"))
    theme.lay(
        figure,
        xaxis=dict(
            range=[0, 1.02 * furthest],
            gridcolor=look.line,
            zeroline=False,
            fixedrange=True,
            title={"text": UNITS[unit], "font": {"size": 12}},
            **_ticks(unit),
        ),
    )
    theme.lay(
        figure, yaxis={"visible": False, "range": [bottom + UNIT_ROW / 2, 28], "fixedrange": True}
    )
    return theme.lay(
        figure, barmode="overlay", dragmode=False, margin={"b": 48, "t": 34, "l": 12, "r": 16}
    )
