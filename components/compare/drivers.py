"""Which assumption drives the gap between two scenarios: the parts, their sum, the picture."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import heavy, theme
from components.compare.pair import Pair
from components.data import region, tables
from components.provenance import footer
from components.scenario import tickets
from components.scenario.shown import TAG, percent, points, shift
from components.text import hover, plain
from mulembe.scenario import compare, words
from mulembe.scenario.compare import CompareError

ROW = 46
NAMED = 3  # parts told by name, to either side
NOTHING = 0.0005  # a part that would be written as 0.0 points


def drivers(pair: Pair) -> None:
    """Draw what drives the gap of a pair."""
    st.markdown(f"**Which assumption drives the gap {pair.way}**")
    try:
        table = heavy.result(
            "Running every mixture of the two",
            compare.drivers,
            pair.a.scenario,
            pair.b.scenario,
            tables(),
            pair.camp,
            long=True,
        )
    except CompareError as error:
        st.info(
            plain(
                f"{error} {pair.a.letter} and {pair.b.letter} stand on different elections; choose "
                "two of one cycle."
            )
        )
        return
    if table is None:
        return
    moving = table[table["contribution"].abs() >= NOTHING]
    told = driver_sentence(pair, moving)
    st.markdown(plain(told))
    if moving.empty:
        return
    st.plotly_chart(
        _waterfall(pair, moving),
        key="compare_drivers",
        theme=None,
        config=theme.chart_config("mulembe-compare-drivers"),
        alt=told,
    )
    footer(
        pair.sources,
        driver_table(table),
        "mulembe-compare-drivers",
        "Every mixture of the two scenarios' assumptions is run; each one's part is what it "
        "changes on average over all orders in which they can pass (Shapley value), so the parts "
        f"add up to the gap. Parts under 0.05 points are in the table only. {TAG}.",
        told,
        method="drivers",
        frame="drivers",
    )


def driver_sentence(pair: Pair, table: pd.DataFrame) -> str:
    """The gap, and what raises and what lowers the share, in words."""
    first, second = pair.shares
    if table.empty:
        return f"No assumption changes this share: it is {percent(first)} in both."
    gap = shift(second, first)
    verb = "stays at" if gap[0] == "0" else "rises from" if second > first else "falls from"
    way = f"{percent(first)} to {percent(second)}" if gap[0] != "0" else percent(second)
    where = region(pair.a.scenario.region).name
    name = words.the(pair.name)
    told = [tickets.starting(f"{pair.way}, {name} {verb} {way} of {where}, {gap}.")]
    share = table["contribution"]
    ways = {"Raised": table[share > 0], "Lowered": table[share < 0]}
    if second < first:
        ways = dict(reversed(ways.items()))
    told += [f"{word} by {_listed(rows)}." for word, rows in ways.items() if len(rows)]
    return " ".join(told)


def _listed(rows: pd.DataFrame) -> str:
    """The largest parts by name, and the rest as one."""
    parts = [
        f"{row['label']} ({points(row['contribution'])})" for row in rows[:NAMED].to_dict("records")
    ]
    rest = rows["contribution"].iloc[NAMED:].sum()
    return ", ".join(parts + [f"the rest ({points(rest)})"] * (len(rows) > NAMED))


def driver_table(table: pd.DataFrame) -> pd.DataFrame:
    """The parts with readable columns."""
    return pd.DataFrame(
        {
            "Assumption": table["label"],
            "Part of the gap, points": (100 * table["contribution"]).round(2),
            "If it alone changes, points": (100 * table["alone"]).round(2),
        }
    )


def _waterfall(pair: Pair, table: pd.DataFrame) -> go.Figure:
    """From a's share to b's: one floating bar per assumption, the largest first."""
    look, figure = theme.mode(), go.Figure()
    first, second = (100 * share for share in pair.shares)
    count, at = len(table) + 2, first
    colour = tickets.colour(pair.camp)
    heights = [(count - 1 - i) * ROW for i in range(count)]
    labels = [f"{percent(first / 100)} in {pair.a.letter}"]
    for y, row in zip(heights[1:-1], table.to_dict("records"), strict=True):
        step = 100 * row["contribution"]
        gain = step > 0
        figure.add_bar(
            y=[y],
            x=[step],
            base=[at],
            width=[13],
            orientation="h",
            marker={
                "color": colour if gain else look.page,
                "line": {"color": theme.drawn_in(colour), "width": 1.5},
                "pattern": {
                    "shape": "/" if gain else "",
                    "fgcolor": look.page,
                    "fillmode": "overlay",
                    "size": 6,
                    "solidity": 0.18,
                },
            },
            hovertext=f"{hover(row['label'])}: {points(row['contribution'])}",
            hoverinfo="text",
            showlegend=False,
        )
        labels.append(f"{points(row['contribution'])}  {row['label']}")
        at += step
        figure.add_shape(
            type="line", x0=at, x1=at, y0=y, y1=y - ROW, line={"color": look.muted, "width": 1}
        )
    figure.add_shape(
        type="line",
        x0=first,
        x1=first,
        y0=heights[0],
        y1=heights[1],
        line={"color": look.muted, "width": 1},
    )
    labels.append(f"{percent(second / 100)} in {pair.b.letter}")
    figure.add_scatter(
        x=[first, second],
        y=[heights[0], heights[-1]],
        mode="markers",
        marker={
            "size": 13,
            "symbol": "diamond",
            "color": colour,
            "line": {"color": look.ink, "width": 1},
        },
        hovertext=[hover(labels[0]), hover(labels[-1])],
        hoverinfo="text",
        showlegend=False,
    )
    for y, label in zip(heights, labels, strict=True):
        figure.add_annotation(
            x=0,
            xref="paper",
            y=y,
            yshift=9,
            xanchor="left",
            yanchor="bottom",
            align="left",
            showarrow=False,
            text=hover(label),
            font={"size": 12},
            bgcolor=look.page,
            borderpad=0,
        )
    theme.style(figure, count * ROW + 40)
    steps = (100 * table["contribution"]).cumsum() + first
    low, high = min(first, second, steps.min()), max(first, second, steps.max())
    room = max(0.5, 0.08 * (high - low))
    theme.lay(
        figure,
        xaxis={
            "range": [low - room, high + room],
            "ticksuffix": "%",
            "fixedrange": True,
            "nticks": 6,
        },
    )
    theme.lay(figure, yaxis={"visible": False, "range": [-18, count * ROW - 8], "fixedrange": True})
    return theme.lay(
        figure, barmode="overlay", dragmode=False, margin={"l": 4, "r": 14, "t": 8, "b": 26}
    )
