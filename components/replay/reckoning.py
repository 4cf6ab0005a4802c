"""Ways of reckoning 2022 from 2017: pledges, guess and result; the error of each method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import theme
from components.data import region as read_region
from components.data import tables
from components.evidence import backtest_misses
from components.provenance import footer
from components.replay.misses import CANDIDATE, RIVAL
from components.text import hover, plain
from mulembe.scenario import replay
from mulembe.scenario.fit import LEFT_OUT
from mulembe.scenario.replay import Result

CHOSEN = "reckoning_method"


def reveal_chart(parts: Sequence[Result], guessed: Mapping[str, float]) -> None:
    """Pledged range, the reader's guess and the result, for each base on one scale.

    The first base is the one the pledges speak of; ``guessed`` is the government's share in percent
    by region token.
    """
    look, colour = theme.mode(), theme.slot_colour("government")
    rows, promised = [hover(_short(part)) for part in parts], parts[:1]
    figure = go.Figure()
    figure.add_bar(
        y=rows[:1],
        x=[part.most - part.least for part in promised],
        base=[part.least for part in promised],
        orientation="h",
        name="Pledged",
        width=0.5,
        marker={"color": "rgba(0,0,0,0)", "line": {"color": look.ink, "width": 1.4}},
        hovertext=[f"Pledged: {part.least:.0f}% to {part.most:.0f}%" for part in promised],
        hoverinfo="text",
    )
    figure.add_bar(
        y=rows,
        x=[part.share for part in parts],
        orientation="h",
        name="2022",
        width=0.5,
        marker={"color": colour},
        text=[f"{part.share:.1f}%" for part in parts],
        textposition="inside",
        insidetextanchor="start",
        textfont={"color": theme.text_on(colour)},
        hovertemplate="2022: %{x:.1f}%<extra></extra>",
    )
    figure.add_scatter(
        y=rows,
        x=[guessed[part.region] for part in parts],
        mode="markers",
        name="Your guess",
        marker={
            "symbol": "line-ns",
            "size": 34,
            "line": {"width": 4, "color": look.ink},
            "color": look.ink,
        },
        hovertemplate="Your guess: %{x:.1f}%<extra></extra>",
    )
    theme.style(figure, 210)
    ticks = [0, 25, 50, 75, 100]
    theme.lay(
        figure,
        xaxis={
            "range": [0, 105],
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
            "categoryarray": rows[::-1],
            "fixedrange": True,
        },
    )
    theme.lay(
        figure,
        barmode="overlay",
        dragmode=False,
        legend={"orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom"},
    )
    theme.sign(figure, f"{CANDIDATE}'s share of valid votes", 40)
    table = pd.DataFrame(
        {
            "Base": [part.name for part in parts],
            "Constituencies": [part.constituencies for part in parts],
            "Pledged, from (%)": [part.least for part in parts],
            "Pledged, to (%)": [part.most for part in parts],
            "Your guess (%)": [round(guessed[part.region], 1) for part in parts],
            "Ruto 2022 (%)": [round(part.share, 2) for part in parts],
            "Odinga 2022 (%)": [round(part.rival, 2) for part in parts],
        }
    )
    told = "; ".join(
        f"{part.name}: {CANDIDATE} {part.share:.1f}%, pledged {part.least:.0f}% to "
        f"{part.most:.0f}%, guessed {guessed[part.region]:.1f}%"
        for part in parts
    )
    st.plotly_chart(
        figure,
        key="tour_reveal",
        theme=None,
        config=theme.chart_config("mulembe-replay-result"),
        alt=told,
    )
    sources = {source for part in parts for source in part.sources}
    note = (
        "The band holds only pledges of votes in 'Western', read here as the old province, four "
        "counties; the five counties add Trans Nzoia, for which nobody pledged a share."
    )
    footer(sources, table, "mulembe-replay-result", note, told, method="backtest")


def _short(part: Result) -> str:
    return {"west4": "Old province", "west5": "Five counties"}.get(part.region, part.name)


def methods_chart(rows: pd.DataFrame) -> None:
    """The mean error of each method of ``replay.methods``; in-sample beside it where fitted."""
    look = theme.mode()
    names = [hover(name) for name in rows["name"]]
    figure = go.Figure()
    for fitted, label in ((True, "Fitted, on the one left out"), (False, "Nothing fitted")):
        part = rows[rows["fitted"] == fitted]
        figure.add_bar(
            y=[hover(name) for name in part["name"]],
            x=part["mae"],
            orientation="h",
            name=label,
            marker={
                "color": "#534A86" if look.name == "light" else "#A79BE8",
                "pattern": {
                    "shape": "/" if fitted else "",
                    "fillmode": "overlay",
                    "fgcolor": look.page,
                    "fgopacity": 0.5,
                    "solidity": 0.2,
                    "size": 8,
                },
            },
            text=[f"{mae:.1f}" for mae in part["mae"]],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.1f} points<extra></extra>",
        )
    figure.add_scatter(
        y=names,
        x=rows["in_sample"],
        mode="markers",
        name="In-sample",
        marker={
            "symbol": "diamond",
            "size": 11,
            "color": look.page,
            "line": {"width": 2, "color": look.ink},
        },
        hovertemplate="In-sample %{x:.1f} points<extra></extra>",
    )
    theme.style(figure, 34 * len(rows) + 90)
    theme.lay(
        figure,
        xaxis={
            "range": [0, 1.14 * float(rows["mae"].max())],
            "ticksuffix": " pts",
            "fixedrange": True,
            "nticks": 5,
        },
    )
    theme.lay(
        figure,
        yaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": names[::-1],
            "fixedrange": True,
        },
    )
    theme.lay(
        figure,
        barmode="overlay",
        dragmode=False,
        legend={"orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom"},
    )
    theme.sign(figure, f"Mean miss of {CANDIDATE}'s share, points", 40)
    told = "; ".join(f"{row['name']} {row['mae']:.1f} points" for _, row in rows.iterrows())
    st.plotly_chart(
        figure,
        key="tour_methods",
        theme=None,
        config=theme.chart_config("mulembe-methods"),
        alt=f"Mean absolute error per constituency: {told}.",
    )
    note = (
        "Mean absolute error over the 38. Fitted ones are judged where the constituency was left "
        "out of the fit; the diamond is in-sample, on all 38, and flatters. All are scored on "
        f"{CANDIDATE}'s share alone; your own guess can be scored on {RIVAL}'s at step 5. "
        "National swings use the nation's real swing of 2022, which nobody had before the vote."
    )
    footer(
        set(rows["source_id"]),
        _method_table(rows),
        "mulembe-methods",
        note,
        told,
        method="backtest",
    )


def _method_table(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Way of reckoning": rows["name"],
            "What it does": rows["text"],
            "Decay": rows["shape"],
            "Mean miss (points)": rows["mae"].round(1),
            "In-sample (points)": rows["in_sample"].round(1),
            "Bias (points)": rows["bias"].round(1),
            "Winners right, of 38": rows["called"],
            "In the 90% interval, of 38": rows["covered"],
            "Judged": ["left out" if fitted else "nothing fitted" for fitted in rows["fitted"]],
        }
    )


def method_misses() -> None:
    """One method of the reader's choice by constituency and county, the largest misses first."""
    rows = replay.methods(tables()).set_index("method", drop=False)
    names = rows["name"].to_dict()
    chosen = st.selectbox(
        "Misses by constituency of", list(names), format_func=names.__getitem__, key=CHOSEN
    )
    shape, five = rows.at[chosen, "shape"], read_region(replay.REGION)
    st.markdown(plain(backtest_misses.sentence(chosen, shape, LEFT_OUT, five)))
    left, right = st.columns([58, 42], gap="large")
    with left:
        backtest_misses.by_constituency(chosen, shape, LEFT_OUT, five, "tour")
    with right:
        backtest_misses.by_county(chosen, shape, LEFT_OUT, five, "tour")
