"""What one method said against what came: by constituency and by county, largest misses first."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import state, theme
from components.data import tables
from components.provenance import footer
from components.replay.misses import CANDIDATE, RIVAL, SHOWN, miss_figure, signed
from components.text import plain
from mulembe import backtest
from mulembe.regions import Region
from mulembe.scenario import fit
from mulembe.scenario.fit import IN_SAMPLE

PALE = "Pale bar: the 90% interval."
COUNTY_BAR = "Pale bar: 90% by normal errors as large as in the other counties, not stretched."


def _places(method: str, shape: str, sample: str, region: Region) -> pd.DataFrame:
    found = backtest.places(tables(), method, shape, sample)
    return found[found.index.isin(region.codes)]


def sentence(method: str, shape: str, sample: str, region: Region) -> str:
    """What a method does, how it was judged, and its errors in words."""
    found, described = _places(method, shape, sample, region), fit.find(method)
    judged = backtest.SAMPLES[sample] if described.fitted else backtest.UNFITTED
    worst = found.iloc[0]
    told = (
        f"{described.text} {_capital(judged)}. It misses by {found['error'].abs().mean():.1f} "
        f"points on average and most in {worst['name']}: it said {worst['said']:.1f}% and "
        f"{worst['actual']:.1f}% came. It names who led in {found['called'].sum()} of {len(found)}."
    )
    if sample == IN_SAMPLE:
        return told
    return f"{told} {found['inside'].sum()} results lie in its 90% interval."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def by_constituency(
    method: str, shape: str, sample: str, region: Region, place: str = "backtest"
) -> None:
    """The dots of the constituencies; ``place`` tells apart two of them in one session."""
    found = _places(method, shape, sample, region)
    shown = found if state.analyst() else found.head(SHOWN)
    st.markdown("**By constituency**")
    st.plotly_chart(
        miss_figure(_bars(shown, sample), fit.find(method).name),
        key=f"{place}_misses_{method}",
        theme=None,
        config=theme.chart_config(f"mulembe-{place}-misses-{method}"),
        alt=spoken(found, method),
    )
    pale = "" if sample == IN_SAMPLE else f" {PALE}"
    note = f"The {len(shown)} largest misses of {len(found)}; the table has them all.{pale}"
    footer(
        backtest.sources(tables(), method),
        place_table(found),
        f"mulembe-{place}-misses-{method}",
        note,
        spoken(found, method),
        method="backtest",
        frame="backtest",
    )


def _bars(found: pd.DataFrame, sample: str) -> pd.DataFrame:
    return found.drop(columns=["low", "high"]) if sample == IN_SAMPLE else found


def spoken(found: pd.DataFrame, method: str) -> str:
    """The largest misses in words."""
    worst = "; ".join(
        f"{row['name']} {signed(row['error'])}" for _, row in found.head(5).iterrows()
    )
    return f"{fit.find(method).name}, {CANDIDATE}'s share of 2022, largest misses: {worst}."


def place_table(found: pd.DataFrame) -> pd.DataFrame:
    """The table twin of the constituencies."""
    return pd.DataFrame(
        {
            "Constituency": found["name"],
            "County": found["county"],
            f"{CANDIDATE}, worked out (%)": found["said"].round(1),
            f"{CANDIDATE}, 2022 (%)": found["actual"].round(1),
            "Miss (points)": found["error"].round(1),
            "90% from (%)": found["low"].round(1),
            "90% to (%)": found["high"].round(1),
            f"{RIVAL}, worked out (%)": found["rival"].round(1),
            f"{RIVAL}, 2022 (%)": found["rival_actual"].round(1),
            "Named who led": ["yes" if called else "no" for called in found["called"]],
            f"Chance that {CANDIDATE} leads (%)": (100 * found["chance"]).round(0),
            "Inside, unstretched": found["inside_normal"].map({True: "yes", False: "no"}),
            "Brier": found["brier"].round(3),
            "CRPS (points)": found["crps"].round(1),
        }
    )


def by_county(
    method: str, shape: str, sample: str, region: Region, place: str = "backtest"
) -> None:
    """The dots of the counties the region touches, each county whole."""
    inside = _places(method, shape, sample, region)["county_code"]
    found = backtest.counties(tables(), method, shape, sample)
    found = found[found.index.isin(inside)].assign(name=lambda rows: rows["county"])
    st.markdown("**By county**")
    st.plotly_chart(
        miss_figure(_bars(found, sample), fit.find(method).name),
        key=f"{place}_counties_{method}",
        theme=None,
        config=theme.chart_config(f"mulembe-{place}-counties-{method}"),
        alt=spoken(found, method),
    )
    bar = "" if sample == IN_SAMPLE else f" {COUNTY_BAR}"
    footer(
        backtest.sources(tables(), method),
        county_table(found),
        f"mulembe-{place}-counties-{method}",
        plain(f"Whole counties, by valid votes.{bar}"),
        spoken(found, method),
        method="backtest",
    )


def county_table(found: pd.DataFrame) -> pd.DataFrame:
    """The table twin of the counties."""
    return pd.DataFrame(
        {
            "County": found["county"],
            f"{CANDIDATE}, worked out (%)": found["said"].round(1),
            f"{CANDIDATE}, 2022 (%)": found["actual"].round(1),
            "Miss (points)": found["error"].round(1),
            "90% from (%)": found["low"].round(1),
            "90% to (%)": found["high"].round(1),
            "Constituencies": found["units"],
            "Their mean miss (points)": found["mae"].round(1),
            "Who led, named": found["called"],
            "In the 90% interval": found["covered"],
            "Brier": found["brier"].round(3),
            "CRPS (points)": found["crps"].round(1),
        }
    )
