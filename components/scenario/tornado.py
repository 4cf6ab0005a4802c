"""What matters most: every lever moved a step either way, and what that does to one share."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import heavy, state, theme, whatif
from components.data import region, tables
from components.places import on_phone
from components.provenance import footer
from components.scenario import tickets
from components.scenario.shown import TAG, percent
from components.text import hover, plain
from mulembe.scenario import solve, words
from mulembe.scenario.levers import shown
from mulembe.scenario.model import Scenario

STEP = "10 points of a share, 10 km of a reach, a tenth of the register's growth"
MOST = 12
ROW, CHARACTERS = {True: 62, False: 46}, {True: 50, False: 120}  # by whether it is a phone
MOVES_FROM = 0.0005  # less would be written as 0.0 points


def tornado(scenario: Scenario, camp_choice: Callable[[], str]) -> None:
    """Draw how much each lever moves a camp's share; ``camp_choice`` draws its widget."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="tornado_choice"):
        camp = camp_choice()
        st.segmented_control(
            "Where",
            ("region", "nation"),
            format_func={"region": "In the region", "nation": "In the nation"}.__getitem__,
            required=True,
            **state.bind("over", "tornado"),
        )
    over = state.get("over")
    table = heavy.result(
        "Running the scenario for every lever",
        solve.sensitivity,
        scenario,
        tables(),
        camp,
        over,
        long=True,
    )
    if table is None:
        return
    moving = table[table["span"] > MOVES_FROM]
    if moving.empty:
        st.info("No lever moves this share by a step: the camp has no votes to win or lose here.")
        return
    told = sentence(table, scenario, camp, over)
    st.markdown(plain(told))
    st.plotly_chart(
        _figure(moving.head(MOST), camp),
        key="tornado_chart",
        theme=None,
        config=theme.chart_config("mulembe-what-matters"),
        alt=told,
    )
    idle = len(table) - len(moving)
    more = f" The first {MOST} of {len(moving)} are drawn." if len(moving) > MOST else ""
    footer(
        whatif.outcome(scenario).base.sources,
        twin(table),
        "mulembe-what-matters",
        f"{TAG}. Step: {STEP}, within what each lever allows; the scenario is run again "
        f"for each.{more} {idle} more change it by less than 0.05 points. Of every "
        "inherited column the largest share is left out: it is what the others leave.",
        told,
        method="solver",
    )


def sentence(table: pd.DataFrame, scenario: Scenario, camp: str, over: str) -> str:
    """Which lever moves the share most, and by how much."""
    first = table.iloc[0]
    where = region(scenario.region).name if over == "region" else "the nation"
    name = words.the(tickets.names(scenario)[camp])
    ends = sorted((first["share_low"], first["share_high"]))
    return (
        f"What moves {name} most in {where}: {first['label']}. Between "
        f"{shown(first['low'], first['unit'])} and {shown(first['high'], first['unit'])} the share "
        f"goes from {percent(ends[0])} to {percent(ends[1])} (now "
        f"{percent(first['share'])})."
    )


def _figure(rows: pd.DataFrame, camp: str) -> go.Figure:
    """Bars from the present share to each end, the lever's name above its bar."""
    look, figure = theme.mode(), go.Figure()
    now = 100 * float(rows["share"].iloc[0])
    count, row = len(rows), ROW[on_phone()]
    heights = [(count - 1 - i) * row for i in range(count)]
    for end, shape, name in (
        ("low", "", "lever a step lower"),
        ("high", "/", "lever a step higher"),
    ):
        shares = 100 * rows[f"share_{end}"]
        values = [shown(v, u) for v, u in zip(rows[end], rows["unit"], strict=True)]
        figure.add_bar(
            y=heights,
            x=shares - now,
            base=now,
            width=[12] * count,
            orientation="h",
            name=name,
            marker={
                "color": tickets.colour(camp) if shape else look.page,
                "line": {
                    "color": theme.drawn_in(tickets.colour(camp)),
                    "width": 1.5,
                },
                "pattern": {
                    "shape": shape,
                    "fgcolor": look.page,
                    "fillmode": "overlay",
                    "size": 6,
                    "solidity": 0.18,
                },
            },
            customdata=values,
            hovertext=[
                f"{hover(label)} at {value}: {share:.2f}%"
                for label, value, share in zip(rows["label"], values, shares, strict=True)
            ],
            hoverinfo="text",
        )
    _labels(figure, rows, heights)
    figure.add_vline(x=now, line={"color": look.ink, "width": 1.5})
    theme.style(figure, count * row + 90)
    theme.lay(
        figure, xaxis={"ticksuffix": "%", "fixedrange": True, "nticks": 6, "range": _span(rows)}
    )
    theme.lay(figure, yaxis={"visible": False, "range": [-20, count * row - 2], "fixedrange": True})
    return theme.lay(
        figure,
        barmode="overlay",
        dragmode=False,
        margin={"l": 4, "r": 14, "t": 8, "b": 26},
        legend={"orientation": "h", "y": -30 / (count * row), "yanchor": "top", "x": 0},
    )


def _span(rows: pd.DataFrame) -> list[float]:
    ends = 100 * rows[["share", "share_low", "share_high"]].to_numpy().ravel()
    low, high = float(pd.Series(ends).min()), float(pd.Series(ends).max())
    room = 0.06 * (high - low)
    return [low - room, high + room]


def _labels(figure: go.Figure, rows: pd.DataFrame, heights: list[int]) -> None:
    for row, y in zip(rows.to_dict("records"), heights, strict=True):
        values = f"{shown(row['low'], row['unit'])} to {shown(row['high'], row['unit'])}"
        values = values.replace(" ", "\u00a0")  # not torn apart
        lines = wrap(f"{row['label']}, {values}", CHARACTERS[on_phone()])
        figure.add_annotation(
            x=0,
            xref="paper",
            y=y,
            yshift=11,
            xanchor="left",
            yanchor="bottom",
            align="left",
            showarrow=False,
            text=f"<b>{100 * row['span']:.1f}</b> &nbsp;{'<br>'.join(map(hover, lines))}",
            font={"size": 12},
            bgcolor=theme.mode().page,
            borderpad=0,
        )


def twin(table: pd.DataFrame) -> pd.DataFrame:
    """Every lever with the values tried and the shares they give."""

    def told(column: str) -> list[str]:
        return [shown(v, u) for v, u in zip(table[column], table["unit"], strict=True)]

    return pd.DataFrame(
        {
            "Lever": table["label"],
            "Group": table["group"],
            "Now": told("value"),
            "Lower": told("low"),
            "Higher": told("high"),
            "Share now, %": (100 * table["share"]).round(2),
            "Share at lower, %": (100 * table["share_low"]).round(2),
            "Share at higher, %": (100 * table["share_high"]).round(2),
            "Span, points": (100 * table["span"]).round(2),
        }
    )
