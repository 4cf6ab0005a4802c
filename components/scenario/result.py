"""The live result of a scenario: headline and totals, and one of four parts under them."""

from __future__ import annotations

import streamlit as st

from components import state, theme
from components.places import on_phone
from components.provenance import footer
from components.scenario import county_totals, nation, ranked, result_card, result_flows, result_map
from components.scenario.ghost_bars import READING, GhostBar, ghost_bars
from components.scenario.shown import (
    TAG,
    Shown,
    percent,
    points,
    shift,
    shown,
    spread,
    total_table,
)
from components.shell import honest_errors
from components.text import plain
from mulembe.scenario.standing import in_runs, total_turnout

PARTS = {"map": "Map", "places": "Constituencies", "flow": "Flow", "nation": "Nation"}

NOBODY = "Nobody votes in this scenario: every column stays at home."


@st.fragment
@honest_errors("scenario")
def result() -> None:
    """Draw the result of the scenario of the view; it redraws by itself when its controls move."""
    view = shown()
    with st.container(key="result"):
        _headline(view)
        totals(view)
        st.segmented_control(
            "Part of the result",
            list(PARTS),
            format_func=PARTS.__getitem__,
            required=True,
            label_visibility="collapsed",
            **state.bind("result", "result"),
        )
        _part(view)
    state.publish()


def headline() -> None:
    """The result in three short lines, for the top of a phone's screen."""
    view = shown()
    row = view.standing.totals.loc[view.standing.leader]
    if not row["votes"]:
        st.markdown(f"**{NOBODY}**")
        return
    name = plain(view.name(view.standing.leader))
    st.markdown(
        f"**{name} {plain(percent(row['share']))}** "
        f"({plain(points(row['change']))} on {view.base})  \n"
        f":small[{plain(_won(view))}]  \n"
        f":small[{plain(_sure(view))}]  \n"
        f":small[{TAG}]"
    )


def _part(view: Shown) -> None:
    part = state.get("result")
    if part == "flow":
        result_flows.view(view)
    elif part == "nation":
        nation.view(view)
    else:
        if part == "places":
            county_totals.view(view)
        _beside_card(view, part)


def _beside_card(view: Shown, part: str) -> None:
    """The map or the constituencies beside the card; an empty card leaves the chart the width."""
    wide = part == "places" and not state.get("c")
    left, right = [st.container() for _ in "12"] if wide else st.columns([60, 40], gap="medium")
    with left:
        (result_map if part == "map" else ranked).view(view)
    with right, st.container(border=True, key="scenario_card"):
        result_card.card(view)


def _headline(view: Shown) -> None:
    """One hero number, and what it is set against."""
    leader = view.standing.leader
    row = view.standing.totals.loc[leader]
    if not row["votes"]:
        st.info(f"{NOBODY} Raise a turnout to see a result.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="headline"):
        st.metric(
            plain(f"{view.name(leader)} in the region"),
            percent(row["share"]),
            f"{points(row['change'])} on {view.base}",
            delta_color="off",
            delta_arrow="off",
            width=270,
        )
        with st.container(width="stretch", gap=None, key="headline_words"):
            st.markdown(plain(_lead(view)))
            st.markdown(plain(_won(view)))
            st.markdown(plain(_sure(view)))
            st.caption(TAG)


def _lead(view: Shown) -> str:
    """Who is ahead of whom by how much, and how that was."""
    totals = view.standing.totals
    first, second = totals["share"].nlargest(2).index
    was_first, was_second = totals["was"].nlargest(2).index
    lead = 100 * (totals.at[first, "share"] - totals.at[second, "share"])
    was = 100 * (totals.at[was_first, "was"] - totals.at[was_second, "was"])
    before = "it" if was_first == first else view.name(was_first)
    return (
        f"{view.name(first)} is ahead of {view.name(second)} by {lead:.1f} points; in {view.base} "
        f"{before} led by {was:.1f}."
    )


def _won(view: Shown) -> str:
    row = view.standing.totals.loc[view.standing.leader]
    return (
        f"Leads in {row['won']:.0f} of {len(view.region)} constituencies "
        f"({view.base}: {row['was_won']:.0f})."
    )


def _sure(view: Shown) -> str:
    row = view.standing.totals.loc[view.standing.leader]
    return (
        f"Leads the region {in_runs(row['leads'])} if this line-up runs; 90% of the runs give it "
        f"{spread(row['low'], row['high'])}."
    )


def totals(view: Shown) -> None:
    """Draw every ticket's share of the region's votes, with the base and the range."""
    bars = [_bar(view, ticket) for ticket in view.standing.tickets]
    spoken = f"Shares of the region's valid votes, {TAG.lower()}. " + "; ".join(
        f"{bar.label} {bar.told}" for bar in bars
    )
    figure = ghost_bars(bars, _limit(view))
    title = f"{view.region.name}: shares of valid votes. "
    width = 52 if on_phone() else 110
    theme.sign(figure, title + READING.format(base=view.base) + f" {TAG}", width)
    st.plotly_chart(
        figure,
        key="scenario_totals",
        theme=None,
        config=theme.chart_config("mulembe-scenario-totals"),
        alt=spoken,
    )
    rate, was = (total_turnout(o) for o in (view.standing.now, view.standing.before))
    voting = int(view.standing.now.valid[view.standing.now.inside].sum())
    footer(
        view.sources,
        total_table(view),
        "mulembe-scenario-totals",
        f"{voting:,} valid votes, turnout (valid votes over the register) {percent(rate)} "
        f"({shift(rate, was)} on {view.base}). {view.lines}",
        spoken,
        method="draws",
        frame="result",
    )


def _bar(view: Shown, ticket: str) -> GhostBar:
    row = view.standing.totals.loc[ticket]
    return GhostBar(
        view.names[ticket],
        f"{percent(row['share'])}, {points(row['change'])} · {row['votes']:,.0f} votes",
        100 * row["share"],
        100 * row["was"],
        view.colour(ticket),
        100 * row["low"],
        100 * row["high"],
    )


def _limit(view: Shown) -> float:
    highest = view.standing.totals[["share", "was", "high"]].max().max()
    return float(min(101.0, max(55.0, 100 * highest + 4)))
