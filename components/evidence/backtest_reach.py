"""How many results the intervals of a method hold, what that can tell, and its fitted numbers."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import theme
from components.data import tables
from components.places import on_phone, places
from components.provenance import footer
from components.text import plain
from mulembe import backtest
from mulembe.scenario import fit, words
from mulembe.scenario.fit import IN_SAMPLE

NAMES = {
    "delivery": "Delivers at home",
    "reach": "Reach",
    "rate": "Goes over at any distance",
    "keep": "Kenya Kwanza keeps of Kenyatta's",
}


def drawn(method: str, shape: str, sample: str) -> None:
    """Draw the results held by intervals of several levels beside those wanted."""
    st.markdown("**What the intervals hold**")
    if sample == IN_SAMPLE:
        st.markdown("No intervals in-sample: nothing was left out to measure the misses on.")
        return
    found = backtest.reach(tables(), method, shape, sample)
    units = len(fit.ground(tables()).codes)
    told = "; ".join(
        f"at {level:.0%} {row['covered']:.0f}, {row['normal']:.0f} without the stretch, "
        f"{row['wanted']:.0f} wanted"
        for level, row in found.iterrows()
    )
    told = f"Results of {units} inside the interval: {told}."
    left, right = st.columns([58, 42], gap="large", vertical_alignment="center")
    right.markdown(plain(backtest.intervals(tables(), method, shape, sample)))
    left.plotly_chart(
        reach_figure(found, units),
        key=f"backtest_reach_{method}",
        theme=None,
        config=theme.chart_config("mulembe-backtest-intervals"),
        alt=told,
    )
    footer(
        backtest.sources(tables(), method),
        reach_table(found),
        "mulembe-backtest-intervals",
        "All 38, whatever the region.",
        told,
        method="backtest",
    )


def reach_table(found: pd.DataFrame) -> pd.DataFrame:
    """The table twin of ``reach_figure``."""
    return pd.DataFrame(
        {
            "Interval (%)": [round(100 * level) for level in found.index],
            "Wanted": found["wanted"].round(1).to_numpy(),
            "Held": found["covered"].to_numpy(),
            "Held without the stretch": found["normal"].to_numpy(),
        }
    )


def reach_figure(found: pd.DataFrame, units: int) -> go.Figure:
    """Results held against the level of the interval: wanted, as shown, and without the stretch."""
    look, figure = theme.mode(), go.Figure()
    levels = [f"{level:.0%}" for level in found.index]
    for column, name, dash, symbol in (
        ("wanted", "Wanted", "solid", "line-ew"),
        ("normal", "Without the stretch", "dot", "circle-open"),
        ("covered", "As shown here", "dash", "circle"),
    ):
        wanted = column == "wanted"
        figure.add_scatter(
            x=levels,
            y=found[column],
            name=name,
            mode="lines" if wanted else "lines+markers",
            line={"color": look.muted if wanted else look.ink, "width": 2, "dash": dash},
            marker={"symbol": symbol, "size": 9},
            hovertemplate=f"%{{x}} interval: %{{y:.0f}} of {units}<extra>{name}</extra>",
        )
    theme.style(figure, 290)
    theme.lay(figure, xaxis={"type": "category", "fixedrange": True})
    theme.lay(figure, yaxis={"range": [0, units + 1], "fixedrange": True, "nticks": 5})
    theme.sign(
        figure, f"Results of {units} inside the interval, by its level", 40 if on_phone() else 80
    )
    return theme.lay(
        figure,
        dragmode=False,
        legend={"orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom"},
    )


def parameters(method: str, shape: str) -> None:
    """The fitted numbers with their range when one constituency is left out."""
    table = backtest.parameters(tables(), method, shape)
    st.markdown("**Its fitted numbers**")
    if table.empty:
        st.markdown("Nothing is fitted in this method.")
        return
    shown = parameter_table(table)
    st.dataframe(shown, hide_index=True, key="backtest_parameters", height="content")
    footer(
        backtest.sources(tables(), method),
        shown,
        "mulembe-backtest-parameters",
        "Fitted on all 38; from and to: the smallest and largest when one is left out.",
        method="backtest",
    )


def parameter_table(table: pd.DataFrame) -> pd.DataFrame:
    """The fitted numbers in words, shares in percent and reaches in kilometres."""
    county = tables()["counties"].set_index("code")["name"]
    people = set(tables()["politicians"]["politician_id"])
    names = places()["name"]
    scale = [1 if kind == "reach" else 100 for kind in table["parameter"]]
    return pd.DataFrame(
        {
            "Number": table["parameter"].map(NAMES),
            "Of": [
                words.leader(s, tables()) if s in people else county.get(s, "the five counties")
                for s in table["subject"]
            ],
            "From his home in": [names.get(code, "") for code in table["home"]],
            "Unit": ["km" if kind == "reach" else "%" for kind in table["parameter"]],
            "Value": (table["value"].astype(float) * scale).round(1),
            "From": (table["low"].astype(float) * scale).round(1),
            "To": (table["high"].astype(float) * scale).round(1),
        }
    )
