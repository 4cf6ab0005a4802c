"""The constituencies of a scenario in order: base as a ring, scenario as a dot, range as a band."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import state, theme
from components.places import on_phone, places, short_name
from components.provenance import footer
from components.scenario.shown import TAG, Shown, percent, points, spread
from components.text import hover, plain
from mulembe.scenario.standing import camps_of, in_runs

ORDERS = {"change": "Change", "close": "Closeness", "county": "County"}
LISTED = {"dots": "Chart", "table": "Table"}
ROW, HEADER = 34, 36  # pixels of a constituency and of a county's name
NAMED = 10  # more flips than this are counted, not named
READ = (
    "Ring: {base}, in the colour of who led then. Dot: the scenario, in the colour of who leads. "
    "Band: 90% of the runs. Square: set by hand, which the runs do not vary."
)
BAND = "rgba(128,128,128,0.30)"
LEFT, RIGHT = -2, 101.9  # percent: where the chart and the words after it begin, both in range
Heading = tuple[str, float]  # a county's name and its height
FLAT = {"marker": {"opacity": 1}}


def view(shown: Shown) -> None:
    """Draw the controls and the constituencies, as a chart or as a table."""
    _controls(shown)
    chart(shown)


def chart(shown: Shown) -> None:
    """Draw the constituencies alone."""
    side, order = shown.side, state.get("order")
    rows = shown.standing.ranked(side, order)
    st.markdown(f"**{plain(_title(shown, side))}**")
    flips = flips_told(shown)
    st.markdown(plain(flips))
    spoken = f"{_first_five(shown, rows, side)} {flips}"
    if state.get("listed") == "table":
        _table(shown, rows, side)
        note = "Runs won: the part of the runs in which this camp is first here."
    else:
        _chart(shown, rows, side, spoken)
        note = READ.format(base=shown.base)
    footer(
        shown.sources,
        place_table(shown),
        "mulembe-scenario-constituencies",
        f"{note} {TAG}.",
        spoken,
        method="draws",
        frame="places",
    )


def _controls(shown: Shown) -> None:
    camps = camps_of(shown.standing.tickets)
    with st.container(horizontal=True, vertical_alignment="bottom", key="ranked_controls"):
        st.segmented_control(
            "Share of",
            camps,
            format_func=lambda ticket: plain(shown.names[ticket]),
            required=True,
            **state.bind("side", "result", to_widget=lambda _: shown.side),
        )
        st.segmented_control(
            "Order",
            list(ORDERS),
            format_func=ORDERS.__getitem__,
            required=True,
            **state.bind("order", "result"),
        )
        st.segmented_control(
            "Shown as",
            list(LISTED),
            format_func=LISTED.__getitem__,
            required=True,
            **state.bind("listed", "result"),
        )


def _title(shown: Shown, side: str) -> str:
    return f"Share of {shown.name(side)} by constituency, {shown.base} and scenario"


def flips_told(shown: Shown) -> str:
    """Which constituencies change hands, in a sentence; many are counted, not named."""
    rows = shown.standing.places
    rows = rows[rows["inside"] & rows["flips"]]
    if rows.empty:
        return f"No constituency changes its leading camp against {shown.base}."
    named = places(tuple(rows.index))["name"]
    told = []
    for winner, group in rows.groupby("winner", sort=False):
        which = ", ".join(named[group.index]) if len(rows) <= NAMED else str(len(group))
        told.append(f"{which} to {shown.name(str(winner))}")
    one = len(rows) == 1
    return f"{len(rows)} change{'s' if one else ''} hands: {'; '.join(told)}."


def _chart(shown: Shown, rows: pd.DataFrame, side: str, spoken: str) -> None:
    figure = dots(shown, rows, side, by_county=state.get("order") == "county")
    theme.sign(
        figure, f"{_title(shown, side)}, {shown.region.name}. {TAG}", 26 if on_phone() else 54
    )
    key = "scenario_dots"
    st.plotly_chart(
        figure,
        key=key,
        theme=None,
        on_select=_pick(key),
        selection_mode="points",
        config=theme.chart_config("mulembe-scenario-constituencies"),
        alt=spoken,
    )


def _pick(key: str) -> Callable[[], None]:
    def picked() -> None:
        found = st.session_state[key].selection.points
        code = str(found[-1].get("customdata") or "") if found else ""
        if code in places().index:
            state.put("c", code)

    return picked


def dots(shown: Shown, rows: pd.DataFrame, side: str, *, by_county: bool) -> go.Figure:
    """The dot plot, first row on top; with ``by_county`` under each county's name."""
    look, where = theme.mode(), places(tuple(rows.index))
    y, headings, height = _positions(rows, where["county"], by_county)
    share, was = 100 * rows[f"share_{side}"], 100 * rows[f"was_{side}"]
    figure = go.Figure()
    _targets(figure, shown, rows, y, side)
    low, high = 100 * rows[f"low_{side}"], 100 * rows[f"high_{side}"]
    figure.add_scatter(**_segments(low, high, y), line={"color": BAND, "width": 9})
    figure.add_scatter(**_segments(was, share, y), line={"color": look.muted, "width": 1.5})
    ring = [shown.colour(w) if w else look.muted for w in rows["was_winner"]]
    figure.add_scatter(
        x=was,
        y=y,
        mode="markers",
        marker={"size": 9, "color": look.page, "line": {"color": ring, "width": 2}},
        **_still(),
    )
    _dots(figure, shown, rows, share, y)
    _words(figure, rows, side, y, headings)
    theme.style(figure, height + 92)
    theme.lay(
        figure,
        yaxis={
            "tickvals": y,
            "ticktext": [_label(shown, code, row, where) for code, row in rows.iterrows()],
            "range": [-height, 4],
            "showgrid": False,
            "fixedrange": True,
            "tickfont": {"size": 12},
        },
    )
    theme.lay(
        figure,
        xaxis={
            "range": [LEFT, 102],
            "tickvals": [0, 25, 50, 75, 100],
            "ticktext": ["0%", "25%", "50%", "75%", "100%"],
            "fixedrange": True,
            "gridcolor": look.line,
        },
    )
    return theme.lay(
        figure,
        barmode="overlay",
        dragmode=False,
        clickmode="event+select",
        margin={"l": 4, "r": 88, "b": 60},
        legend=theme.LEGEND_BELOW | {"y": -30 / height},
    )


def _positions(
    rows: pd.DataFrame, county: pd.Series, by_county: bool
) -> tuple[list[float], list[Heading], float]:
    """Heights of the rows and of the counties' names in pixels below the top, and the whole."""
    y: list[float] = []
    headings: list[Heading] = []
    at, last = 0.0, ""
    for code in rows.index:
        if by_county and county[code] != last:
            last = county[code]
            headings.append((last, -at - HEADER / 2))
            at += HEADER
        y.append(-at - ROW / 2)
        at += ROW
    return y, headings, at


def _targets(
    figure: go.Figure, shown: Shown, rows: pd.DataFrame, y: list[float], side: str
) -> None:
    """A bar as wide as the chart behind every row: what is hovered, clicked or tapped."""
    names = places(tuple(rows.index))["name"]
    chosen = theme.mode().selection
    figure.add_bar(
        x=[100] * len(rows),
        y=y,
        width=[ROW - 3] * len(rows),
        orientation="h",
        customdata=list(rows.index),
        marker={
            "color": "rgba(128,128,128,0.001)",
            "line": {
                "color": chosen,
                "width": [2 if code == state.get("c") else 0 for code in rows.index],
            },
        },
        hovertext=[_told(shown, names[code], row, side) for code, row in rows.iterrows()],
        hoverinfo="text",
        showlegend=False,
        selected=FLAT,
        unselected=FLAT,
    )


def _told(shown: Shown, name: str, row: pd.Series, side: str) -> str:
    change = points(row[f"share_{side}"] - row[f"was_{side}"])
    winner = row["winner"]
    first = f"{shown.name(winner)} first {in_runs(row[f'wins_{winner}'])}" if winner else ""
    return "<br>".join(
        [
            f"<b>{hover(name)}</b>",
            hover(f"{shown.name(side)} {percent(row[f'share_{side}'])}, {change} on {shown.base}"),
            hover(f"90% of runs {spread(row[f'low_{side}'], row[f'high_{side}'])}"),
            hover(first),
        ]
    )


def _segments(start: pd.Series, end: pd.Series, y: list[float]) -> dict[str, object]:
    """Lines from start to end, one per row, as one trace."""
    x: list[float | None] = []
    heights: list[float | None] = []
    for a, b, at in zip(start, end, y, strict=True):
        x += [a, b, None]
        heights += [at, at, None]
    return {"x": x, "y": heights, "mode": "lines", "hoverinfo": "skip", "showlegend": False}


def _still() -> dict[str, object]:
    return {"hoverinfo": "skip", "showlegend": False, "selected": FLAT, "unselected": FLAT}


def _dots(
    figure: go.Figure, shown: Shown, rows: pd.DataFrame, share: pd.Series, y: list[float]
) -> None:
    """A dot per constituency, one trace per camp that leads, so that the legend names them."""
    at = pd.Series(y, index=rows.index)
    for ticket in [t for t in shown.standing.tickets if (rows["winner"] == t).any()]:
        here = rows.index[rows["winner"] == ticket]
        figure.add_scatter(
            x=share[here],
            y=at[here],
            mode="markers",
            marker={
                "size": 12,
                "color": shown.colour(ticket),
                "symbol": ["square" if rows.at[code, "hand"] else "circle" for code in here],
                "line": {"color": theme.mode().page, "width": 1},
            },
            name=hover(f"{shown.name(ticket)} leads · {len(here)}"),
            **_still() | {"showlegend": True},
        )


def _words(
    figure: go.Figure, rows: pd.DataFrame, side: str, y: list[float], headings: list[Heading]
) -> None:
    """Share and change at the right of every row, and the counties' names: one trace is fast."""
    ink = {"color": theme.mode().ink}
    changes = (rows[f"share_{side}"] - rows[f"was_{side}"]).map(points)
    shares = rows[f"share_{side}"].map(percent)
    told = [
        f"<b>{share}</b> {change.removesuffix(' points')}"
        for share, change in zip(shares, changes, strict=True)
    ]
    texts = ((RIGHT, y, told, 11), (LEFT, [at for _, at in headings], _bold(headings), 13))
    for x, heights, text, size in texts:
        figure.add_scatter(
            x=[x] * len(heights),
            y=heights,
            mode="text",
            text=text,
            textposition="middle right",
            textfont=ink | {"size": size},
            cliponaxis=False,
            **_still() | {"unselected": {"textfont": ink}, "selected": {"textfont": ink}},
        )


def _bold(headings: list[Heading]) -> list[str]:
    return [f"<b>{hover(name)}</b>" for name, _ in headings]


def _label(shown: Shown, code: object, row: pd.Series, where: pd.DataFrame) -> str:
    name = hover(short_name(where.at[code, "name"]))
    name = f"<b>{name}</b>" if code == state.get("c") else name
    if row["flips"]:
        return (
            f"{name}<br><span style='font-size:10px'>now {hover(shown.name(row['winner']))}</span>"
        )
    return name


def _table(shown: Shown, rows: pd.DataFrame, side: str) -> None:
    """The same rows as numbers; choosing a row chooses the constituency."""
    where = places(tuple(rows.index))
    leads = [_leads(shown, row) for _, row in rows.iterrows()]
    table = pd.DataFrame(
        {
            "Constituency": where["name"],
            "Share": 100 * rows[f"share_{side}"],
            "Change": 100 * rows["change"],
            "Low": 100 * rows[f"low_{side}"],
            "High": 100 * rows[f"high_{side}"],
            "Runs won": 100 * rows[f"wins_{side}"],
            "Leads": leads,
            "Votes": rows[f"votes_{side}"],
            "County": where["county"],
        },
        index=rows.index,
    )
    key, codes, chosen = "scenario_rows", list(rows.index), state.get("c")
    picked = [codes.index(chosen)] if chosen in codes else []
    st.session_state[key] = {"selection": {"rows": picked, "columns": [], "cells": []}}

    def selected() -> None:
        state.put("c", state.row_chosen(key, codes))

    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        on_select=selected,
        selection_mode="single-row",
        height=560,
        column_config={
            "Leads": st.column_config.TextColumn("Leads", width="medium"),
            "Share": number(f"{shown.name(side)}", format="%.1f%%"),
            "Change": number(f"On {shown.base}, points", format="%+.1f"),
            "Low": number("90% of runs from", format="%.1f%%"),
            "High": number("to", format="%.1f%%"),
            "Runs won": number("Runs won", format="%.0f%%"),
            "Votes": number("Votes", format="localized"),
        },
    )


def _leads(shown: Shown, row: pd.Series) -> str:
    tail = {"": "", "lock": ", locked", "override": ", set by hand"}[row["hand"]]
    flips = f" (was {shown.name(row['was_winner'])})" if row["flips"] else ""
    return f"{shown.name(row['winner'])}{flips}{tail}"


def place_table(shown: Shown) -> pd.DataFrame:
    """Every camp's numbers in every constituency of the region, with readable columns."""
    rows = shown.standing.places
    rows = rows[rows["inside"]]
    where = places(tuple(rows.index))
    columns: dict[str, object] = {
        "Code": rows.index,
        "Constituency": where["name"].to_numpy(),
        "County": where["county"].to_numpy(),
        "Leads": [shown.name(w) for w in rows["winner"]],
        f"Led {shown.base}": [shown.name(w) for w in rows["was_winner"]],
        "Set by hand": rows["hand"].map({"": "", "lock": "locked", "override": "yes"}).to_numpy(),
        "Turnout (%)": (100 * rows["turnout"]).round(2).to_numpy(),
    }
    for ticket in shown.standing.tickets:
        name, share, was = shown.name(ticket), rows[f"share_{ticket}"], rows[f"was_{ticket}"]
        columns |= {
            f"{name}, votes": rows[f"votes_{ticket}"].to_numpy(),
            f"{name}, share (%)": (100 * share).round(2).to_numpy(),
            f"{name}, share {shown.base} (%)": (100 * was).round(2).to_numpy(),
            f"{name}, change (points)": (100 * (share - was)).round(2).to_numpy(),
            f"{name}, 5% of runs below (%)": (100 * rows[f"low_{ticket}"]).round(2).to_numpy(),
            f"{name}, 5% of runs above (%)": (100 * rows[f"high_{ticket}"]).round(2).to_numpy(),
            f"{name}, runs won (%)": (100 * rows[f"wins_{ticket}"]).round(1).to_numpy(),
        }
    return pd.DataFrame(columns)


def _first_five(shown: Shown, rows: pd.DataFrame, side: str) -> str:
    names = places(tuple(rows.index))["name"]
    first = "; ".join(
        f"{names[code]} {percent(row[f'share_{side}'])} "
        f"({points(row[f'share_{side}'] - row[f'was_{side}'])})"
        for code, row in rows.head(5).iterrows()
    )
    return f"{_title(shown, side)}, {TAG.lower()}. First five: {first}."
