"""The parts of an area: its registers, one flow county by county, constituency by constituency."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import state, theme
from components.data import tables
from components.provenance import figures_from, footer
from components.ranges import UNITS, Options, registers, unit_ranges
from components.text import plain
from components.transfer.exits import LABELS
from components.transfer.table import column_config, flow_table, in_unit
from components.transfer.votes import BASE, QUESTIONS, TO, Votes
from mulembe.transfer.reading import whole_of
from mulembe.transfer.registers import ENTERED, GONE

MOST_UNITS = 60  # constituencies that one drawing can hold


def registers_section(shown: Votes, look: Options) -> None:
    """Two stacked bars: what is declared and the estimate starts from."""
    st.subheader(plain(f"The register, {BASE} and {TO} · {shown.place}"), anchor=False)
    st.caption(_declared(look))
    spoken = (
        f"Two stacked bars of the register of {shown.place}. "
        + _composition(shown.origins, look, BASE)
        + " "
        + _composition(shown.destinations, look, TO)
    )
    st.plotly_chart(
        registers(shown.origins, shown.destinations, look),
        key="registers",
        theme=None,
        config=theme.chart_config("mulembe-registers"),
        alt=spoken,
    )
    footer(
        shown.rolls.sources,
        _register_table(shown, look),
        "registers",
        f"Both bars are equally long: {_ends(look)}. No valid vote: stayed home, or the ballot was "
        "rejected. The August 2017 election was annulled; its count is used.",
        spoken,
        method="registers",
    )


def _ends(look: Options) -> str:
    """Where the change of the register stands."""
    if look.net:
        return (
            f"the net growth of the register since {BASE} stands with {BASE}, a net loss with {TO}"
        )
    return f"those new on the register since {BASE} stand with {BASE}, those who left it with {TO}"


def _declared(look: Options) -> str:
    """What of the register is declared and what is assumed."""
    if look.net:
        return (
            "Declared, not estimated: the totals that every estimate keeps. Net growth is "
            "that of the register: in each constituency those who came less those who left."
        )
    rate = LABELS[state.get("exits")]
    return (
        f"Votes and registers are declared. Who left the register is assumed: {rate} of the {BASE} "
        f"register in each constituency (Deaths and removals). As many of those new on the "
        "register are assumed with them: what is declared is its net growth."
    )


def _composition(counts: pd.DataFrame, look: Options, election: str) -> str:
    told = [f"{look.name(election, o)} {v:,}" for o, v in counts.sum().items() if v]
    return f"{election}: {', '.join(told)}."


def _register_table(shown: Votes, look: Options) -> pd.DataFrame:
    rows = []
    for election, counts in ((BASE, shown.origins.sum()), (TO, shown.destinations.sum())):
        for option, voters in counts.items():
            share = round(100 * voters / counts.sum(), 2)
            name = look.name(election, option)
            rows.append(
                {"Election": election, "Part": name, "Voters": voters, "% of register": share}
            )
    return pd.DataFrame(rows)


def twin(shown: Votes, look: Options) -> pd.DataFrame:
    """All flows of the area shown and, for a region or the country, of every county in it."""
    names, unit = shown.names(look), state.get("unit")
    held = {shown.place: shown.flows()}
    if shown.place == shown.fitted:
        for code, name in shown.counties.items():
            held[f"{name} county"] = shown.flows(shown.county(code))
    parts = [
        flow_table(flows, *names, titles=(BASE, TO), area=area, unit=unit, all_drawn=True)
        for area, flows in held.items()
    ]
    return pd.concat(parts, ignore_index=True)


def chosen_flow(shown: Votes) -> tuple[str, str]:
    """The flow asked for; the first question when the view names one that is not held."""
    origin, _, destination = state.get("cell").partition("-")
    if origin in shown.rolls.origins and destination in shown.rolls.destinations:
        return origin, destination
    return QUESTIONS[0]


def _flow_name(look: Options, origin: str, destination: str) -> str:
    before = look.name(BASE, origin) + ("" if origin == ENTERED else f" {BASE}")
    if destination == GONE:
        return f"{before} {'' if look.net else 'who '}{look.arrival(destination)}"
    return f"{before} {look.arrival(destination)} {TO}"


def by_county(shown: Votes, look: Options) -> None:
    """One flow in every county of the fit, with the whole."""
    st.subheader("One flow, county by county", anchor=False)
    names = {
        f"{o}-{d}": _flow_name(look, str(o), str(d))
        for o in shown.rolls.origins
        for d in shown.rolls.destinations
    }
    default = "-".join(chosen_flow(shown))
    st.selectbox(
        "Flow",
        list(names),
        format_func=names.__getitem__,
        width=360,
        **state.bind("cell", "flows", to_widget=lambda cell: cell if cell in names else default),
    )
    unit = state.get("unit")
    pieces = {name: shown.county(code) for code, name in shown.counties.items()}
    everything = list(shown.rolls.origins.index)
    rows = [
        {"Area": name, **_row(shown, codes, unit)}
        for name, codes in {**pieces, shown.fitted: everything}.items()
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        key="county_flows",
        column_config={
            **column_config(unit),
            "Area": st.column_config.TextColumn(width=210),
            "Interval / possible": st.column_config.NumberColumn(format="%.0f%%"),
            "Out of": st.column_config.NumberColumn(format="localized"),
        },
    )
    st.caption(
        f"In {UNITS[unit].lower() if unit == 'votes' else UNITS[unit]}. Interval / possible: how "
        "wide the 90% interval is against the range that the totals alone allow; at 100% the "
        "estimate adds nothing. A county's answer differs a little when it is estimated alone, "
        "with its region or with all of Kenya: it then leans on other constituencies."
    )
    figures_from(shown.rolls.sources, "county_flows", "transfer")


def _row(shown: Votes, codes: list[str], unit: str) -> dict[str, object]:
    """One area's numbers for the chosen flow; empty where nobody could have made it."""
    origin, destination = chosen_flow(shown)
    flows = shown.flows(codes)
    row = flows[(flows["origin"] == origin) & (flows["destination"] == destination)]
    first = row.iloc[0]
    numbers = in_unit(row, unit).drop(columns=["origin", "destination"])
    possible = float(first["upper"] - first["lower"])
    return {
        **(numbers.iloc[0].to_dict() if len(numbers) else {}),
        "Interval / possible": 100 * float(first["high"] - first["low"]) / possible
        if possible
        else None,
        "Out of": int(first[f"{whole_of(unit)}_total"]),
    }


def by_constituency(shown: Votes, look: Options) -> None:
    """The chosen flow in every constituency shown."""
    origin, destination = chosen_flow(shown)
    name = _flow_name(look, origin, destination)
    st.subheader(plain(f"{name}, constituency by constituency"), anchor=False)
    if len(shown.codes) > MOST_UNITS:
        st.info(
            f"{len(shown.codes)} constituencies are too many for one drawing: choose the region or "
            "a county as the area."
        )
        return
    cell = _cells(shown, origin, destination)
    if cell.empty:
        st.info("No constituency of this area has voters on both sides of this flow.")
        return
    unit = state.get("unit")
    spoken = (
        f"The flow {name} in each of {len(cell)} constituencies of {shown.place}: what is "
        "possible, the 90% interval and the estimate, largest first."
    )
    st.plotly_chart(
        unit_ranges(cell, look.colour(TO, destination), unit),
        key="unit_ranges",
        theme=None,
        config=theme.chart_config("mulembe-constituency-ranges"),
        alt=spoken,
    )
    table = flow_table(cell, *shown.names(look), titles=(BASE, TO), unit=unit, all_drawn=True)
    table.insert(0, "Constituency", cell["name"].to_numpy())
    table.insert(0, "Code", cell["code"].to_numpy())
    footer(
        shown.rolls.sources,
        table,
        "constituency-flows",
        "Diagnostic: the estimate of a single constituency leans on those around it.",
        spoken,
        method="transfer",
    )


def _cells(shown: Votes, origin: str, destination: str) -> pd.DataFrame:
    """The flow in each constituency that has voters on both its sides, with code and name."""
    names = tables()["constituencies"].set_index("code")["name"]
    parts = []
    for code in shown.codes:
        flows = shown.flows([code])
        row = flows[(flows["origin"] == origin) & (flows["destination"] == destination)]
        parts.append(row.assign(code=code, name=names[code]))
    cells = pd.concat(parts, ignore_index=True)
    return cells[(cells["origin_total"] > 0) & (cells["destination_total"] > 0)]
