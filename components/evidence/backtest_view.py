"""The back-test: every method's past errors, one method's misses, and what its intervals hold."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import heavy, state
from components.data import tables
from components.evidence import backtest_misses, backtest_reach
from components.explain import explain, open_page
from components.places import on_phone
from components.provenance import footer
from components.replay import december
from components.replay.misses import CANDIDATE
from components.text import plain
from mulembe import backtest
from mulembe.regions import Region
from mulembe.scenario import fit
from mulembe.scenario.fit import COUNTY_LEFT_OUT, IN_SAMPLE, LEFT_OUT

JUDGED = {
    LEFT_OUT: "Constituency left out",
    COUNTY_LEFT_OUT: "County left out",
    IN_SAMPLE: "In-sample",
}
BASELINES = ("no_change", "uniform")


def view(region: Region) -> None:
    """Draw the back-test over the constituencies of a region."""
    rows = heavy.result("Scoring every method", backtest.summary, tables(), region.codes)
    if rows is None:
        return
    if not state.get("tour"):
        december.forget()
    st.subheader("How wrong would each method have been in 2022?", anchor=False)
    st.markdown(f"#### {plain(opening(rows))}")
    st.caption(plain(" ".join(backtest.CAUTIONS)))
    with st.container(horizontal=True, vertical_alignment="center", key="backtest_links"):
        open_page("brief", "Replay December 2021", ":material/replay:", tour="1")
        explain("backtest")
    sample = _judged()
    _methods(rows[rows["sample"] == sample], sample, region)
    _one_method(sample, region)


def chart(region: Region) -> None:
    """Draw the misses of the chosen method alone."""
    method, shape = _way_chosen()
    sample = state.get("judged")
    st.markdown(f"**{plain(method_name(method, shape))}**")
    st.markdown(plain(backtest_misses.sentence(method, shape, sample, region)))
    backtest_misses.by_constituency(method, shape, sample, region)


def opening(rows: pd.DataFrame) -> str:
    """The default method's errors beside those of the baselines, from ``backtest.summary``."""
    best, errors = fit.default(tables()), rows.set_index(["method", "shape", "sample"])["mae"]
    names = {method: fit.find(method).name.lower() for method in (*BASELINES, best.method)}
    before, swing = (errors[method, "", LEFT_OUT] for method in BASELINES)
    county = errors.xs(COUNTY_LEFT_OUT, level="sample")
    least = county.idxmin()
    return (
        f"The method used here by default ({names[best.method]}, {best.shape}) misses "
        f"{CANDIDATE}'s share by {errors[best.method, best.shape, LEFT_OUT]:.1f} points per "
        "constituency where that constituency was left out of the fit, and by "
        f"{errors[best.method, best.shape, COUNTY_LEFT_OUT]:.1f} where its whole county was. "
        f"{names[BASELINES[0]].capitalize()} misses by {before:.1f}, {names[BASELINES[1]]} by "
        f"{swing:.1f}. Of all ways, {_way(*least)} misses least where a county was left out: "
        f"{county[least]:.1f}."
    )


def _way(method: str, shape: str) -> str:
    name = fit.find(method).name.lower()
    return f"{name} ({shape})" if shape else name


def _judged() -> str:
    st.segmented_control(
        "Judged where it was not fitted",
        list(JUDGED),
        format_func=JUDGED.__getitem__,
        required=True,
        **state.bind("judged", "backtest"),
    )
    sample = state.get("judged")
    told = backtest.SAMPLES[sample].capitalize()
    none = " No intervals." if sample == IN_SAMPLE else ""
    st.caption(f"{told}.{none} Where nothing is fitted the shares are the same in all three.")
    return sample


def _methods(rows: pd.DataFrame, sample: str, region: Region) -> None:
    """One table of all methods, the smallest error first."""
    table, units = methods_table(rows), int(rows["units"].iloc[0])
    shown = table if state.analyst() else table.drop(columns="RMSE, pts")
    if sample == IN_SAMPLE:
        shown = shown.dropna(axis="columns", how="all")
    if on_phone():
        ways = zip(rows["method"], rows["shape"], strict=True)
        shown = shown.assign(Method=[_phone_name(*way) for way in ways])
    points = st.column_config.NumberColumn(format="%.1f", width=108)
    signed = st.column_config.NumberColumn(format="%+.1f", width=76)
    st.dataframe(
        shown,
        hide_index=True,
        key="backtest_methods",
        width="stretch",
        height="content",
        column_config={
            "Method": st.column_config.TextColumn(width=190 if on_phone() else 290, pinned=True),
            "What it does": st.column_config.TextColumn(width=430),
            "Mean miss, pts": points,
            "RMSE, pts": points,
            "CRPS, pts": points,
            "Bias, pts": signed,
            **{
                name: st.column_config.NumberColumn(width=92)
                for name in ("Called", "Inside 90%", "Unstretched")
            },
            "Brier": st.column_config.NumberColumn(format="%.3f", width=70),
        },
    )
    st.caption(plain(score_words(units)))
    note = f"Scored over {units} constituencies: {region.name}. Fits and intervals use all 38."
    footer(
        {s for method in rows["method"].unique() for s in backtest.sources(tables(), method)},
        table.assign(Judged=JUDGED[sample]),
        "mulembe-backtest",
        note,
        f"Methods by mean miss, {JUDGED[sample].lower()}: {_spoken(table)}.",
        method="backtest",
    )


def score_words(units: int) -> str:
    """What each column of the table is, in plain words."""
    return (
        f"Mean miss: how far {CANDIDATE}'s share was off, either way; bias: below 0 it was put too "
        f"low. Called: leaders named rightly of {units}. Brier: 0 is best, always saying 50-50 "
        "gives 0.25. CRPS: the miss with the width of the interval counted in; the smaller the "
        f"better. Inside 90%: results in the 90% interval, of {units}; unstretched: by "
        "plain normal errors."
    )


def methods_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The table of methods for rows of one sample of ``backtest.summary``."""
    return pd.DataFrame(
        {
            "Method": [
                method_name(m, s) for m, s in zip(rows["method"], rows["shape"], strict=True)
            ],
            "Mean miss, pts": rows["mae"].round(1),
            "Bias, pts": rows["bias"].round(1),
            "Called": rows["called"],
            "Brier": rows["brier"].round(3),
            "CRPS, pts": rows["crps"].round(1),
            "Inside 90%": rows["covered"],
            "Unstretched": rows["covered_normal"],
            "RMSE, pts": rows["rmse"].round(1),
            "Fitted": ["yes" if fitted else "no" for fitted in rows["fitted"]],
            "What it does": rows["text"],
        }
    )


def method_name(method: str, shape: str) -> str:
    """A method's name with the shape of its decay."""
    name = fit.find(method).name
    return f"{name} ({shape})" if shape else name


def _phone_name(method: str, shape: str) -> str:
    """The same, short enough for a phone to tell one from the other."""
    if not shape:
        return method_name(method, shape)
    return f"{shape.capitalize()} decay{', by county' if method == 'decay_county' else ''}"


def _spoken(table: pd.DataFrame) -> str:
    named = zip(table["Method"], table["Mean miss, pts"], strict=True)
    return "; ".join(f"{name} {miss:.1f}" for name, miss in named)


def _start() -> str:
    best = fit.default(tables())
    return f"{best.method}-{best.shape}"


def _way_chosen() -> tuple[str, str]:
    return backtest.WAYS[state.get("way") or _start()]


def _one_method(sample: str, region: Region) -> None:
    """The misses of the chosen method, by constituency and by county."""
    names = {word: method_name(*way) for word, way in backtest.WAYS.items()}
    start = _start()
    st.subheader("Where one method missed", anchor=False)
    st.selectbox(
        "Method",
        list(names),
        format_func=names.__getitem__,
        width=420,
        **state.bind("way", "backtest", to_widget=lambda way: way or start),
    )
    method, shape = _way_chosen()
    st.markdown(plain(backtest_misses.sentence(method, shape, sample, region)))
    left, right = st.columns([58, 42], gap="large")
    with left:
        backtest_misses.by_constituency(method, shape, sample, region)
    with right:
        backtest_misses.by_county(method, shape, sample, region)
    backtest_reach.drawn(method, shape, sample)
    if state.analyst():
        backtest_reach.parameters(method, shape)
