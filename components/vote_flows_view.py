"""The votes' flows: who moved where, estimated from area totals, with its doubt and its bounds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from components import state, theme
from components.data import tables
from components.provenance import figures_from, footer
from components.ranges import UNITS, Options, flow_ranges
from components.text import plain
from components.transfer import areas, diagnostics
from components.transfer.exits import LABELS, QUESTION, moved
from components.transfer.sankey import drawing_note, vote_sankey
from components.transfer.sentence import sentences
from components.transfer.table import column_config, flow_table, height, in_unit
from components.transfer.votes import (
    BASE,
    KENYA,
    QUESTIONS,
    TO,
    Votes,
    count,
    covered,
    options,
    votes,
    who_and_did,
)
from mulembe.regions import Region
from mulembe.transfer.reading import narrowing

TAG = "Estimated from area totals; individuals can differ."
METHOD = (
    "How it is estimated: every constituency's table keeps both its totals exactly. The odds of "
    "each origin going to each destination are shared by the constituencies of a county, and "
    "counties lean on the whole area's; voters lean a little with the place they live in. The 90% "
    "interval comes from random tables that vary all of this, and neither it nor the estimate is "
    "ever outside what is possible. No valid vote: stayed home, or the ballot was rejected. The "
    "August 2017 election was annulled; its count is used. The count of 2022 is a transcription of "
    "the constituency forms."
)
READING = (
    "Tick: the estimate; it can sit off the middle of its interval. Thick bar: its 90% interval, "
    "hatched where it is wider than the estimate and than 5% of the origin, or wider than 30% of "
    "the origin whatever the estimate (of the destination in % of destination). Thin bar: what the "
    "totals alone allow."
)
SHORT_BARS = (
    " In voters the bars of small origins are short: hover over them or see "
    "the table for exact numbers; in % of origin all are drawn at full length."
)
BOUNDS = (
    "What the totals alone allow: of N voters of a constituency, x chose one side in 2017 and y "
    "another in 2022, so at least x + y - N, or none, and at most the smaller of x and y did both; "
    "an area's ends are the sums of its constituencies'."
)


def view(region: Region) -> None:
    """Draw the controls, the flows, the sentences, the ranges, the registers and the counties."""
    touched = votes(region, "", "", 0.0).counties
    _controls(touched)
    exits = int(state.get("exits")) / 100
    shown = votes(region, state.get("area"), state.get("county"), exits)
    look = options(exits)
    _coverage(shown)
    flows = _drawn(shown)
    if flows is None:
        return
    left, right = st.columns([60, 40], gap="large")
    with left:
        _sankey(shown, flows, look)
    with right:
        _answers(shown, flows, look, region)
    _numbers(shown, flows, look)
    _ranges(shown, flows, look)
    areas.registers_section(shown, look)
    areas.by_county(shown, look)
    if state.analyst():
        areas.by_constituency(shown, look)
        diagnostics.section(shown, look)


def chart(region: Region) -> None:
    """Draw the flows alone, with what was left out of them."""
    exits = int(state.get("exits")) / 100
    shown = votes(region, state.get("area"), state.get("county"), exits)
    _coverage(shown)
    flows = _drawn(shown)
    if flows is not None:
        _sankey(shown, flows, options(exits))


def _controls(counties: dict[str, str]) -> None:
    kenya = f"Kenya ({covered()} constituencies)"
    names = {"": "All of the region", **{c: f"{n} county" for c, n in counties.items()}}
    with st.container(horizontal=True, vertical_alignment="bottom", key="vote_controls"):
        st.selectbox(
            "Area",
            [*names, KENYA],
            format_func=lambda code: kenya if code == KENYA else names.get(code, names[""]),
            width=240,
            **_area_binding(counties),
        )
        st.segmented_control(
            "Flows in",
            list(UNITS),
            format_func=UNITS.__getitem__,
            required=True,
            **state.bind("unit", "flows"),
        )
        st.segmented_control(
            "Deaths and removals",
            list(LABELS),
            format_func=LABELS.__getitem__,
            required=True,
            help=QUESTION,
            **state.bind("exits", "flows"),
        )


def _area_binding(counties: dict[str, str]) -> dict[str, Any]:
    """One select box for two fields: Kenya is no county, and leaves the chosen one as it is."""

    def held(county: str) -> str:
        if state.get("area") == KENYA:
            return KENYA
        return county if county in counties else ""

    bound = state.bind(
        "county",
        "flows",
        to_widget=held,
        to_field=lambda code: state.get("county") if code == KENYA else str(code),
    )
    take = bound["on_change"]

    def changed() -> None:
        chosen = st.session_state.get(bound["key"])
        if chosen is not None:
            state.put("area", KENYA if chosen == KENYA else "")
            take()

    return {**bound, "on_change": changed}


def _coverage(shown: Votes) -> None:
    names = tables()["constituencies"].set_index("code")["name"]
    told = []
    if shown.rolls.missing:
        left = ", ".join(names[list(shown.rolls.missing)])
        told.append(f"Left out, without results in one of the two elections: {left}.")
    if shown.rolls.adjusted:
        over = ", ".join(names[list(shown.rolls.adjusted)])
        told.append(f"More valid votes than voters on the form, taken as the register: {over}.")
    units = len(shown.rolls.origins)
    told.append(diagnostics.few_units(units, "constituencies", "constituency"))
    told.append(diagnostics.few_shown(len(shown.codes), units, "the other counties"))
    if any(told):
        st.info(plain(" ".join(filter(None, told))))


def _drawn(shown: Votes) -> pd.DataFrame | None:
    """The flows shown, after those of all parts on the page: of a whole country they take seconds.

    None when they could not be had, which the reader has then been told.
    """
    counties = [shown.county(code) for code in shown.counties]
    units = [[code] for code in shown.codes] if _by_constituency(shown) else []
    everything = list(shown.rolls.origins.index)
    doing = f"Drawing the intervals of {len(counties)} counties"
    return shown.flows() if shown.prepare([*counties, *units, everything], doing) else None


def _by_constituency(shown: Votes) -> bool:
    return state.analyst() and len(shown.codes) <= areas.MOST_UNITS


def _sankey(shown: Votes, flows: pd.DataFrame, look: Options) -> None:
    unit = state.get("unit")
    before, after = shown.names(look)
    colours = shown.colours(look)
    st.subheader(plain(f"Who moved where, {BASE} to {TO} · {shown.place}"), anchor=False)
    st.caption(f"**Estimate.** {TAG}")
    spoken = (
        f"Two columns joined by ribbons: the register of {shown.place} by what voters did in "
        f"{BASE} and in {TO}, in {UNITS[unit].lower()}. {TAG} "
        + _spoken(sentences(flows, *who_and_did(look), QUESTIONS)[:2])
    )
    st.plotly_chart(
        vote_sankey(
            flows,
            before,
            after,
            *colours,
            unit,
            titles=(BASE, TO),
            sign=f"{shown.place}, {BASE} to {TO}. {TAG}",
        ),
        key="vote_sankey",
        theme=None,
        config=theme.chart_config("mulembe-vote-flows"),
        alt=spoken,
    )
    st.caption(plain(drawing_note(flows, unit)))
    twin = flow_table(flows, before, after, titles=(BASE, TO), area=shown.place, unit=unit)
    footer(shown.rolls.sources, twin, "vote-flows", "", spoken, method="transfer", frame="votes")


def _spoken(lines: list[str]) -> str:
    return " ".join(lines).replace("*", "").replace("\\", "")


def _answers(shown: Votes, flows: pd.DataFrame, look: Options, region: Region) -> None:
    st.subheader("Of ten voters", anchor=False)
    part = "" if shown.place == shown.fitted else f" of the {len(shown.groups)} of the estimate"
    st.caption(
        plain(
            f"{shown.place}, {count(len(shown.codes))}{part}. Between: 90% interval; the estimate "
            f"can sit off its middle. The intervals are {100 * narrowing(flows):.0f}% as wide as "
            "what the totals alone allow."
        )
    )
    for line in sentences(flows, *who_and_did(look), QUESTIONS):
        st.markdown(line)
    rate = state.get("exits")
    told = moved(region, state.get("area"), state.get("county"), rate, look)
    if told:
        st.caption(plain(told))


def _numbers(shown: Votes, flows: pd.DataFrame, look: Options) -> None:
    unit = state.get("unit")
    st.subheader("Every flow in numbers", anchor=False)
    rows = in_unit(flows, unit)
    rows.insert(0, f"To ({TO})", [look.name(TO, d) for d in rows.pop("destination")])
    rows.insert(0, f"From ({BASE})", [look.name(BASE, o) for o in rows.pop("origin")])
    st.dataframe(
        rows,
        key="flow_numbers",
        hide_index=True,
        width="stretch",
        height=height(len(rows)),
        column_config=column_config(unit),
    )
    st.caption(
        f"In {UNITS[unit].lower() if unit == 'votes' else UNITS[unit]}. Lowest and highest "
        "possible are what the totals alone allow. Estimate and interval come from the model."
    )
    figures_from(shown.rolls.sources, "flow_numbers", "transfer")


def _ranges(shown: Votes, flows: pd.DataFrame, look: Options) -> None:
    unit = state.get("unit")
    st.subheader(plain(f"How much narrower than the totals alone · {shown.place}"), anchor=False)
    st.caption(READING + (SHORT_BARS if unit == "votes" else ""))
    spoken = (
        f"A line for each of {len(flows)} flows in {shown.place}, in {UNITS[unit].lower()}: what "
        "is possible, the 90% interval and the estimate. "
        + _spoken(sentences(flows, *who_and_did(look), QUESTIONS)[:1])
    )
    st.plotly_chart(
        flow_ranges(flows, look, unit),
        key="flow_ranges",
        theme=None,
        config=theme.chart_config("mulembe-vote-ranges"),
        alt=spoken,
    )
    twin = areas.twin(shown, look)
    footer(shown.rolls.sources, twin, "vote-ranges", f"{BOUNDS} {METHOD}", spoken, method="bounds")
