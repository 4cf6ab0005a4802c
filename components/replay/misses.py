"""What a way of reckoning said against what came: a dot plot and a table, largest misses first."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import state, theme
from components.data import tables
from components.places import on_phone
from components.provenance import footer
from components.text import hover, plain
from mulembe.scenario.replay import OwnError

SHOWN = 12  # rows drawn in plain depth; the table has them all
ROW, FRAME = 24, 96  # pixels
CANDIDATE, RIVAL = "Ruto", "Odinga"
TICKET = {CANDIDATE: "government", RIVAL: "opposition"}


def own_error(error: OwnError, key: str, title: str = "The scenario") -> None:
    """Draw the error of a scenario of the 2022 cycle: one sentence, dots, and the table twin.

    ``key`` tells apart two of them on one page; ``title`` names what is compared. The reader says
    whose share is scored.
    """
    who = st.segmented_control(
        "Score the share of",
        list(TICKET),
        default=CANDIDATE,
        required=True,
        key=f"{key}_scored",
    )
    if who == RIVAL:
        error = error.rival()
    st.markdown(plain(error_sentence(error, title, who)))
    twin = _twin(error, title, who)
    drawn = error.places if state.analyst() else error.places.head(SHOWN)
    told = _spoken(error, title, who)
    st.plotly_chart(
        miss_figure(drawn.rename(columns={"scenario": "said"}), title, who),
        key=f"{key}_misses",
        theme=None,
        config=theme.chart_config(f"mulembe-{key}-misses"),
        alt=told,
    )
    note = (
        f"The {len(drawn)} largest misses of {who}'s share of {error.units}; the table has them "
        f"all, and those of {_other(who)}'s. {title}: "
        "scenario, not a forecast. 2022: declared forms as transcribed."
    )
    footer(error.sources, twin, f"mulembe-{key}-misses", note, told, method="backtest")


def _other(who: str) -> str:
    return CANDIDATE if who == RIVAL else RIVAL


def error_sentence(error: OwnError, title: str, who: str = CANDIDATE) -> str:
    """How wrong it was of one candidate's share, in a sentence; ``error`` is scored on it."""
    way = "too high" if error.bias > 0 else "too low"
    return (
        f"{title} misses {who}'s share of 2022 by {error.mae:.1f} points per constituency on "
        f"average ({abs(error.bias):.1f} {way} over all) and names the right winner in "
        f"{error.called} of {error.units}. Over the region it gives {error.share:.1f}%, and "
        f"{error.actual:.1f}% came."
    )


def _spoken(error: OwnError, title: str, who: str) -> str:
    worst = "; ".join(
        f"{row['name']} {signed(row['error'])}" for _, row in error.places.head(5).iterrows()
    )
    return f"{title} against 2022, {who}'s share, largest misses: {worst}."


def signed(points: float) -> str:
    """Points with their sign: +3.2 points."""
    return f"{points:+.1f} points".replace("-", "\u2212")


def _twin(error: OwnError, title: str, who: str) -> pd.DataFrame:
    names = _ticket_names()
    places = error.places
    return pd.DataFrame(
        {
            "Constituency": places["name"],
            "County": places["county"],
            f"{who}, {title.lower()} (%)": places["scenario"].round(1),
            f"{who}, 2022 (%)": places["actual"].round(1),
            f"{who}, miss (points)": places["error"].round(1),
            f"{_other(who)}, miss (points)": places["opposition_error"].round(1),
            "Led in it": places["winner"].map(names),
            "Led in 2022": places["actual_winner"].map(names),
            "Sources": ", ".join(error.sources),
        }
    )


def _ticket_names() -> dict[str, str]:
    camps = tables()["camps"]
    camps = camps[camps["cycle"] == "2022"].set_index("slot")["name"].to_dict()
    return camps | {"others": "Others"}


def miss_figure(rows: pd.DataFrame, title: str, who: str = CANDIDATE) -> go.Figure:
    """One row per constituency: what was said (hollow), what came (filled), the miss between.

    ``rows`` has name, ``said`` and ``actual`` in percent; ``low`` and ``high``, where they are,
    become a thin bar: the 90% interval.
    """
    look, colour = theme.mode(), theme.slot_colour(TICKET[who])
    ink = "#E0A63A" if look.name == "dark" and who == CANDIDATE else colour
    names = [hover(name) for name in rows["name"]]
    figure = go.Figure()
    for _, row in rows.iterrows():
        figure.add_shape(
            type="line",
            y0=hover(row["name"]),
            y1=hover(row["name"]),
            x0=row["said"],
            x1=row["actual"],
            line={"color": look.muted, "width": 1.6, "dash": "dot"},
            layer="below",
        )
    if {"low", "high"} <= set(rows):
        figure.add_scatter(
            x=[
                value
                for pair in zip(rows["low"], rows["high"], strict=True)
                for value in (*pair, None)
            ],
            y=[value for name in names for value in (name, name, None)],
            mode="lines",
            line={"color": look.line, "width": 7},
            name="90% interval",
            hoverinfo="skip",
        )
    misses = rows["said"] - rows["actual"]
    words = [
        f"{name}: said {said:.1f}%, came {came:.1f}%, {signed(miss)}"
        for name, said, came, miss in zip(names, rows["said"], rows["actual"], misses, strict=True)
    ]
    for label, column, symbol in ((title, "said", "circle-open"), ("2022", "actual", "circle")):
        figure.add_scatter(
            x=rows[column],
            y=names,
            mode="markers",
            name=hover(label),
            marker={"symbol": symbol, "size": 10, "color": ink, "line": {"width": 2, "color": ink}},
            hovertext=words,
            hoverinfo="text",
        )
    figure.add_scatter(
        x=[102] * len(names),
        y=names,
        mode="text",
        text=[f"{miss:+.0f}".replace("-", "\u2212") for miss in misses],
        textposition="middle right",
        textfont={"color": look.ink},
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )
    theme.style(figure, ROW * len(rows) + FRAME)
    ticks = [0, 25, 50, 75, 100]
    theme.lay(
        figure,
        xaxis={
            "range": [-2, 114],
            "tickvals": ticks,
            "ticktext": [f"{tick}%" for tick in ticks],
            "fixedrange": True,
        },
    )
    theme.lay(
        figure,
        yaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": names[::-1],
            "fixedrange": True,
            "dtick": 1,
        },
    )
    theme.sign(figure, f"{who}'s share and the miss in points", 34 if on_phone() else 90)
    return theme.lay(
        figure,
        dragmode=False,
        legend={"orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom"},
    )
