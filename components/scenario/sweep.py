"""One lever from end to end: the region's shares as curves, the constituencies won beneath."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from components import heavy, state, theme, whatif
from components.data import region, tables
from components.places import on_phone
from components.provenance import footer
from components.scenario import tickets
from components.scenario.shown import TAG, percent
from components.text import hover, plain
from mulembe.scenario import levers, solve, words
from mulembe.scenario.levers import KM, SHARE, TIMES, Lever, LeverError, shown
from mulembe.scenario.model import TICKETS, Scenario

USUAL = {SHARE: (30, 90), KM: (5, 100), TIMES: (0, 2)}  # percent, km, times
STOPS = 101  # at most; a percent apart for a share
SCALE = {SHARE: 100, KM: 1, TIMES: 1}
AXIS = {SHARE: "%", KM: " km", TIMES: " times"}
SHOWN_FROM = 0.01  # a ticket that never has more than this would only crowd the chart


def sweep(scenario: Scenario, lever: Lever | None) -> None:
    """Draw the sweep of a lever over the range chosen for it."""
    if lever is None:
        return
    ends = _range_choice(scenario, lever)
    if ends is None:
        st.info("This lever has no room to move in this scenario; choose another one.")
        return
    try:
        table = heavy.result(
            "Running the scenario at every stop",
            solve.sweep,
            scenario,
            tables(),
            lever.path,
            *ends,
            stops(lever, *ends),
            long=True,
        )
    except LeverError as error:
        st.warning(plain(str(error)), icon=":material/block:")
        return
    if table is None:
        return
    if table.empty:
        st.info("No stop can be run: a constituency set by hand has too few voters in all of them.")
        return
    told = sentence(table, scenario, lever)
    st.markdown(plain(told))
    st.plotly_chart(
        _figure(table, scenario, lever),
        key="sweep_chart",
        theme=None,
        config=theme.chart_config("mulembe-sweep"),
        alt=told,
    )
    footer(
        whatif.outcome(scenario).base.sources,
        twin(table, scenario, lever),
        "mulembe-sweep",
        f"{TAG}. The scenario is run again at every stop with this lever alone moved; "
        f"{len(table)} stops. Thin lines: the base, {scenario.base}.",
        told,
        method="solver",
    )


def _range_choice(scenario: Scenario, lever: Lever) -> tuple[float, float] | None:
    """The two ends, in the lever's unit; None where the lever cannot move."""
    scale = SCALE[lever.unit]
    low, high = _limits(lever)
    if high <= low:
        return None
    start, end = _ends(scenario, lever, low, high)
    key = f"sweep_{lever.unit}"

    def changed() -> None:
        chosen = st.session_state.get(key)
        if chosen and chosen[0] < chosen[1]:
            state.put("sweep", f"{chosen[0]:g}-{chosen[1]:g}")

    st.session_state[key] = (start, end)
    st.slider(
        "From and to",
        low,
        high,
        step=0.1 if lever.unit == TIMES else 1.0,
        format={SHARE: "%g%%", KM: "%g km"}.get(lever.unit, "%g times"),
        key=key,
        on_change=changed,
    )
    return max(start / scale, lever.low), min(end / scale, lever.high)


def _limits(lever: Lever) -> tuple[float, float]:
    """The slider's ends: whole percents or km within the lever's own."""
    scale = SCALE[lever.unit]
    step = 10 if lever.unit == TIMES else 1
    low, high = np.ceil(scale * lever.low * step - 1e-6), np.floor(scale * lever.high * step + 1e-6)
    return float(low) / step, float(high) / step


def _ends(scenario: Scenario, lever: Lever, low: float, high: float) -> tuple[float, float]:
    """What was asked for, cut to what the lever can do; else the usual range and where it is."""
    asked = state.get("sweep")
    if asked:
        start, end = (float(part) for part in asked.split("-"))
    else:
        now = SCALE[lever.unit] * levers.value(scenario, lever.path)
        usual = USUAL[lever.unit]
        start, end = float(min(usual[0], np.floor(now))), float(max(usual[1], np.ceil(now)))
    start, end = min(max(start, low), high), min(max(end, low), high)
    return (start, end) if start < end else (low, high)


def stops(lever: Lever, low: float, high: float) -> int:
    """How many stops a sweep makes: about a percent apart for a share."""
    count = round((high - low) * {SHARE: 100, KM: 1, TIMES: 20}[lever.unit]) + 1
    return min(STOPS, max(2, count))


def sentence(table: pd.DataFrame, scenario: Scenario, lever: Lever) -> str:
    """What the sweep shows: both ends, where the lead of the region changes, the nation."""
    names = tickets.names(scenario)
    first, last = table.iloc[0], table.iloc[-1]
    parts = []
    for ticket in _drawn(table):
        share = f"share_{ticket}"
        if ticket != "others":
            one, other = percent(first[share]), percent(last[share])
            way = f"stays at {one}" if one == other else f"goes from {one} to {other}"
            parts.append(f"{words.the(names[ticket])} {way}")
    start, end = (shown(row["value"], lever.unit) for row in (first, last))
    told = (
        f"With this lever taken from {start} to {end}, in {region(scenario.region).name} "
        f"{_listed(parts)}."
    )
    return " ".join([told, _leads(table, names, lever), _nation(table, names, lever)])


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _leads(table: pd.DataFrame, names: dict[str, str], lever: Lever) -> str:
    leaders = table[[f"share_{t}" for t in TICKETS]].to_numpy().argmax(axis=1)
    turns = np.flatnonzero(np.diff(leaders)) + 1
    if not len(turns):
        return f"{tickets.starting(words.the(names[TICKETS[leaders[0]]]))} leads throughout."
    told = [
        f"{words.the(names[TICKETS[leaders[i]]])} from {shown(table['value'].iloc[i], lever.unit)}"
        for i in turns
    ]
    return f"The lead passes to {_listed(told)}."


def _nation(table: pd.DataFrame, names: dict[str, str], lever: Lever) -> str:
    ends = table["passes"].to_numpy()
    turns = [0, *(np.flatnonzero(ends[1:] != ends[:-1]) + 1)]

    def verdict(winner: str) -> str:
        return f"{words.the(names[winner])} passes both gates" if winner else "there is a run-off"

    if len(turns) == 1:
        return f"Nationally {verdict(ends[0])} throughout."
    told = [f"{verdict(ends[i])} from {shown(table['value'].iloc[i], lever.unit)}" for i in turns]
    return f"Nationally {_listed(told)}."


def _drawn(table: pd.DataFrame) -> list[str]:
    return [t for t in TICKETS if table[f"share_{t}"].max() > SHOWN_FROM]


def _figure(table: pd.DataFrame, scenario: Scenario, lever: Lever) -> go.Figure:
    look, names = theme.mode(), tickets.names(scenario)
    x = SCALE[lever.unit] * table["value"]
    figure = make_subplots(
        rows=2, shared_xaxes=True, vertical_spacing=0.09, row_heights=[0.68, 0.32]
    )
    base = whatif.outcome(whatif.baseline(scenario)).total_shares()
    for ticket in reversed(_drawn(table)):
        colour, name = _ink(ticket), hover(names[ticket])
        share = 100 * table[f"share_{ticket}"]
        figure.add_scatter(
            x=x,
            y=share,
            name=name,
            line={"color": colour, "width": 3, "dash": "dash"},
            hovertemplate=f"{name} %{{y:.1f}}%<extra></extra>",
            legendgroup=ticket,
        )
        if base[tickets.place(ticket)] > SHOWN_FROM:
            line = {"color": colour, "width": 1}
            ghost = 100 * float(base[tickets.place(ticket)])
            figure.add_hline(y=ghost, line=line, opacity=0.7, row=1, col=1)
        figure.add_scatter(
            x=x,
            y=table[f"won_{ticket}"],
            stackgroup="won",
            line={"color": colour, "width": 0.5, "shape": "hv"},
            fillcolor=tickets.colour(ticket),
            fillpattern={
                "shape": "/",
                "fgcolor": look.page,
                "bgcolor": tickets.colour(ticket),
                "size": 7,
                "solidity": 0.15,
                "fillmode": "overlay",
            },
            hovertemplate=f"{name} wins %{{y}}<extra></extra>",
            showlegend=False,
            legendgroup=ticket,
            row=2,
            col=1,
        )
    theme.style(figure, 500 if on_phone() else 540)
    _marks(figure, scenario, lever, float(x.iloc[0]), float(x.iloc[-1]))
    won = int(table[[f"won_{t}" for t in TICKETS]].iloc[0].sum())
    figure.update_xaxes(
        range=[x.iloc[0], x.iloc[-1]], fixedrange=True, ticksuffix=AXIS[lever.unit], nticks=7
    )
    figure.update_yaxes(fixedrange=True, rangemode="tozero")
    highest = 100 * max(0.5, float(base.max()), float(table.filter(like="share_").max().max()))
    figure.update_yaxes(range=[0, highest + 4], ticksuffix="%", dtick=25, row=1, col=1)
    figure.update_yaxes(range=[0, won], tickvals=[won // 2, won], row=2, col=1)
    return theme.lay(
        figure,
        hovermode="x unified",
        dragmode=False,
        margin={"l": 4, "r": 16, "t": 42, "b": 24},
        legend={**theme.LEGEND_BELOW, "y": -0.07, "traceorder": "reversed"},
    )


def _ink(ticket: str) -> str:
    """Others are nobody's side, but a line needs more contrast than the grey of an area."""
    if ticket == "others":
        return theme.mode().muted
    return theme.drawn_in(tickets.colour(ticket))


def _marks(figure: go.Figure, scenario: Scenario, lever: Lever, low: float, high: float) -> None:
    """Where the lever stands, half of the votes, and what each panel shows."""
    look = theme.mode()
    now = SCALE[lever.unit] * levers.value(scenario, lever.path)
    figure.add_hline(y=50, line={"color": look.ink, "width": 1, "dash": "dot"}, row=1, col=1)
    if low <= now <= high:
        figure.add_vline(x=now, line={"color": look.ink, "width": 1.5})
        right = now > (low + high) / 2
        figure.add_annotation(
            x=now,
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor="right" if right else "left",
            showarrow=False,
            text=f"<b>now {shown(now / SCALE[lever.unit], lever.unit)}</b>",
            font={"size": 12},
        )
    for text, y, shift in (("Share of the region", 1, 15), ("Constituencies won", 0.3, 0)):
        figure.add_annotation(
            x=0,
            y=y,
            yshift=shift,
            xref="paper",
            yref="paper",
            yanchor="bottom",
            xanchor="left",
            showarrow=False,
            text=text,
            font={"size": 12, "color": look.muted},
        )


def twin(table: pd.DataFrame, scenario: Scenario, lever: Lever) -> pd.DataFrame:
    """The stops as a table with readable columns."""
    names, scale = tickets.names(scenario), SCALE[lever.unit]
    unit = {SHARE: "%", KM: "km", TIMES: "times"}[lever.unit]
    columns = {f"{lever.label} ({unit})": (scale * table["value"]).round(2)}
    drawn = _drawn(table)
    for ticket in drawn:
        columns[f"{names[ticket]}: % of the region"] = (100 * table[f"share_{ticket}"]).round(2)
    for ticket in drawn:
        columns[f"{names[ticket]}: votes"] = table[f"votes_{ticket}"]
        columns[f"{names[ticket]}: constituencies won"] = table[f"won_{ticket}"]
        columns[f"{names[ticket]}: % of the nation"] = (100 * table[f"nation_{ticket}"]).round(2)
    columns["Passes both gates"] = table["passes"].map({**names, "": "nobody: run-off"})
    return pd.DataFrame(columns)
