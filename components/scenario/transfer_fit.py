"""How wrong each way of moving voters would have been in 2022, shown where one chooses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import state, theme, whatif
from components.data import tables
from components.places import on_phone, places
from components.provenance import footer
from components.scenario.leaders_choice import area
from components.scenario.proposal import propose, refusal
from components.text import hover, plain
from mulembe.scenario import fit, words
from mulembe.scenario.decay import decay
from mulembe.scenario.fit import COUNTY_LEFT_OUT, IN_SAMPLE, LEFT_OUT, Ground, Parameters
from mulembe.scenario.model import SHAPES

CHART_METHOD = "decay"  # one rate everywhere, so that it is one curve per leader
SAMPLES = {IN_SAMPLE: "Fit", LEFT_OUT: "One out", COUNTY_LEFT_OUT: "County"}
WAYS = {  # as the choice of the spread calls them
    "uniform": "Uniform swing",
    "proportional": "Proportional",
    "bloc_government": "Bloc, Kenya Kwanza",
    "bloc_opposition": "Bloc, Azimio",
    "members": "MPs, on record",
    "members_seen": "MPs, any report",
    "flat": "Same everywhere",
    "county": "By county",
    "decay": "Fades",
    "decay_county": "Fades, by county",
}
SYMBOLS = ("circle", "diamond")


def transfer_fit() -> None:
    """Draw the shape selector, the errors of every method and the fitted curve."""
    _shape()
    table = errors_table(None if state.analyst() else whatif.scenario().shape)
    fitted = "on all 38 that were fitted (Fit), "
    if on_phone():  # no room; what was left out tells more
        table, fitted = table.drop(columns=SAMPLES[IN_SAMPLE]), ""
    st.dataframe(
        table,
        hide_index=True,
        key="fit_errors",
        column_config={
            "Way": st.column_config.TextColumn(width=180 if state.analyst() else 118),
            **{
                name: st.column_config.NumberColumn(format="%.1f", width=50)
                for name in SAMPLES.values()
            },
            **{name: st.column_config.NumberColumn(width=50) for name in ("Called", "Range")},
        },
        height="content",
    )
    st.caption(
        "Mean absolute error in points of the government side's share, over the 38, from 2017 to "
        f"2022: {fitted}on one constituency left out of the fit (One out), on one county left out "
        "(County). Called: winners right of 38, one left out. Range: results of 38 inside the "
        "90% range, one left out."
    )
    _chart()


def _shape() -> None:
    st.session_state["scenario_shape"] = whatif.scenario().shape
    st.segmented_control(
        "How a pull fades with distance",
        SHAPES,
        format_func=str.capitalize,
        required=True,
        key="scenario_shape",
        on_change=_shape_chosen,
        disabled=whatif.read_only(),
    )
    refusal("shape")


def _shape_chosen() -> None:
    shape = state.chosen("scenario_shape", SHAPES)
    if shape:
        propose("shape", f"Pulls fade: {shape}", lambda s: s.but(shape=shape))


def errors_table(shape: str | None) -> pd.DataFrame:
    """Errors by method: one row each, with this shape where it has one; None for all shapes."""
    errors = fit.errors(tables())
    rows = []
    for method, its_shape in fit.variants():
        if its_shape and shape is not None and its_shape != shape:
            continue
        found = errors[(errors["method"] == method) & (errors["shape"] == its_shape)]
        found = found.set_index("sample")
        out = found.loc[LEFT_OUT]
        name = WAYS.get(method, fit.find(method).name)
        rows.append(
            {
                "Way": f"{name}, {its_shape}" if its_shape and shape is None else name,
                **{label: float(found.at[s, "mae"]) for s, label in SAMPLES.items()},
                "Called": int(out["called"]),
                "Range": int(out["covered"]),
            }
        )
    return pd.DataFrame(rows)


def _chart() -> None:
    shape = whatif.scenario().shape
    numbers = fit.parameters(tables(), shape, CHART_METHOD)
    where = fit.ground(tables())
    st.markdown(f":small[{plain(_fitted_words(numbers, shape))}]")
    points = delivered(where, numbers)
    alt = (
        "Part of Odinga's 2017 voters that went over by 2022 against the distance from the nearer "
        "leader's home, for 38 constituencies, with the fitted curve of each leader, dashed."
    )
    st.plotly_chart(
        fit_figure(points, numbers),
        key="fit_chart",
        theme=None,
        config=theme.chart_config("mulembe-fit"),
        alt=alt,
    )
    footer(
        ["fit-2017-2022", "tally-34b-2022", "iebc-34c-2017"],
        points.drop(columns="Code"),
        "mulembe-fit",
        "Points are declared results: apparent transfer, with turnout and incumbents in it. "
        "Curves are one leader alone; where both reach, more goes over.",
        alt,
        method="backtest",
    )


def _fitted_words(numbers: Parameters, shape: str) -> str:
    told = [
        f"{words.leader(m.leader, tables())} {m.delivery:.0%} at home in {area()[m.home]}, "
        f"reach {m.reach:g} km"
        for m in numbers.movers
    ]
    rate = numbers.rates.get("", 0.0)
    return f"Fitted, {shape}: {'; '.join(told)}; {rate:.0%} goes over anywhere."


def delivered(where: Ground, numbers: Parameters) -> pd.DataFrame:
    """Apparent transfer per constituency (%) and the distance (km) from the nearer leader."""
    homes = [where.codes.index(mover.home) for mover in numbers.movers]
    distance = where.distance[homes]
    nearer = distance.argmin(axis=0)
    column = {name: i for i, name in enumerate(fit.COLUMNS)}
    gained = (where.after - where.before)[:, column["government"]]
    names = [words.leader(mover.leader, tables()) for mover in numbers.movers]
    return pd.DataFrame(
        {
            "Code": where.codes,
            "Constituency": places(where.codes)["name"].to_numpy(),
            "Nearer leader": [names[i] for i in nearer],
            "Distance, km": distance.min(axis=0).round(1),
            "Went over, % of Odinga 2017": (
                100 * gained / where.before[:, column["opposition"]]
            ).round(1),
        }
    )


def fit_figure(points: pd.DataFrame, numbers: Parameters) -> go.Figure:
    """The points of the 38 and each leader's fitted curve."""
    figure, look = go.Figure(), theme.mode()
    steps = np.linspace(0, float(points["Distance, km"].max()) + 5, 60)
    rate = numbers.rates.get("", 0.0)
    colours = (theme.SLOTS["fourth"], theme.SEQUENTIAL[2])
    for i, mover in enumerate(numbers.movers):
        name = words.leader(mover.leader, tables())
        own = points[points["Nearer leader"] == name]
        figure.add_scatter(
            x=own["Distance, km"],
            y=own["Went over, % of Odinga 2017"],
            mode="markers",
            name=hover(name),
            legendgroup=name,
            marker={
                "symbol": SYMBOLS[i % 2],
                "size": 8,
                "color": colours[i % 2],
                "line": {"width": 1, "color": look.page},
            },
            text=own["Constituency"].map(hover),
            hovertemplate="<b>%{text}</b><br>%{x:.0f} km, %{y:.0f}%<extra></extra>",
        )
        pull = mover.delivery * decay(steps, mover.reach, numbers.shape)
        figure.add_scatter(
            x=steps,
            y=100 * (rate + (1 - rate) * pull),
            mode="lines",
            legendgroup=name,
            showlegend=False,
            line={"dash": "dash", "width": 2, "color": colours[i % 2]},
            hoverinfo="skip",
        )
    theme.style(figure, 320)
    small = {"font": {"size": 12, "color": look.muted}}
    theme.lay(
        figure,
        xaxis={"title": {"text": "km from the nearer leader's home"} | small, "fixedrange": True},
    )
    theme.lay(figure, yaxis={"title": {"text": "went over, %"} | small, "fixedrange": True})
    return theme.lay(
        figure, dragmode=False, legend={"orientation": "h", "y": -0.24, "yanchor": "top", "x": 0}
    )
