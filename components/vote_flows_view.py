"""The votes' flows: two registers side by side and the range each flow between them must lie in."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import state, theme
from components.data import tables
from components.places import candidate_slots
from components.provenance import footer
from components.ranges import UNITS, Options, flow_ranges, percent, registers, unit_ranges
from components.text import plain
from mulembe.elections import MAPPED, region_results
from mulembe.layers import candidate_names
from mulembe.regions import Region
from mulembe.transfer.bounds import ABSENT, ENTERED, GONE, Bounds, vote_bounds

BASE, TO = MAPPED
QUESTIONS = (
    ("odinga", "ruto"),
    ("odinga", "odinga"),
    ("odinga", ABSENT),
    ("kenyatta", "ruto"),
    (ABSENT, "ruto"),
)
METHOD = (
    "How to read a range: of N voters of a constituency, x chose one side in 2017 and y another in "
    "2022, so at least x + y - N (or none) and at most the smaller of x and y did both. Each "
    "constituency has its own two ends; a county's and the region's are their sums. The net growth "
    "of the register since 2017 enters as a row of its own. Every value inside a range is possible "
    "and none is more likely here. The ranges assume that everyone on the 2017 register was still "
    "there in 2022: deaths and removals are hidden in the net growth, and would lower the minimum."
)


def view(region: Region) -> None:
    """Draw the controls, the registers, the ranges and the counties."""
    whole = vote_bounds(tables(), BASE, TO, region)
    _coverage(whole)
    counties = _counties(whole)
    _controls(counties)
    chosen = state.get("county") if state.get("county") in counties else ""
    place = counties[chosen] if chosen else region.name
    shown = whole.within(_codes(chosen)) if chosen else whole
    options = _options()
    left, right = st.columns([55, 45], gap="large")
    with left:
        _registers(shown, options, place, region)
    with right:
        _answers(shown, options, place)
    _ranges(shown, options, place, whole, region)
    _by_county(whole, counties, options, region)
    if state.analyst():
        _by_constituency(shown, options, place)


def _options() -> Options:
    names = {
        election: {c: name.split()[-1] for c, name in candidate_names(tables(), election).items()}
        for election in MAPPED
    }
    return Options(BASE, TO, names, {election: candidate_slots(election) for election in MAPPED})


def _counties(bounds: Bounds) -> dict[str, str]:
    """The counties the region touches, by code."""
    places = tables()["constituencies"].set_index("code")["county_code"]
    touched = sorted(set(places.loc[bounds.origins.index]))
    names = tables()["counties"].set_index("code")["name"]
    return {code: str(names[code]) for code in touched}


def _codes(county: str) -> list[str]:
    places = tables()["constituencies"]
    return places.loc[places["county_code"] == county, "code"].tolist()


def _coverage(bounds: Bounds) -> None:
    if bounds.missing:
        names = tables()["constituencies"].set_index("code")["name"]
        st.info(
            plain(
                "Left out, without results in one of the two elections: "
                f"{', '.join(names[list(bounds.missing)])}."
            )
        )


def _controls(counties: dict[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="vote_controls"):
        st.selectbox(
            "Area",
            ["", *counties],
            format_func=lambda code: counties.get(code, "All of the region"),
            width=220,
            **state.bind(
                "county", "flows", to_widget=lambda code: code if code in counties else ""
            ),
        )
        st.segmented_control(
            "Ranges in",
            list(UNITS),
            format_func=UNITS.__getitem__,
            required=True,
            **state.bind("unit", "flows"),
        )


def _registers(bounds: Bounds, options: Options, place: str, region: Region) -> None:
    st.subheader("The register, 2017 and 2022", anchor=False)
    spoken = (
        f"Two stacked bars of the register of {place}. "
        + _composition(bounds.origins, options, BASE)
        + " "
        + _composition(bounds.destinations, options, TO)
    )
    st.plotly_chart(
        registers(bounds, options),
        key="registers",
        theme=None,
        config=theme.chart_config("mulembe-registers"),
        alt=spoken,
    )
    footer(
        _sources(region),
        _register_table(bounds, options),
        "registers",
        "Both bars are as long as the larger register: its net growth stands with 2017. No valid "
        "vote: stayed home, or the ballot was rejected. The August 2017 election was annulled; its "
        "count is used.",
        spoken,
    )


def _composition(totals: pd.DataFrame, options: Options, election: str) -> str:
    sums = totals.sum()
    told = [f"{options.name(election, str(o))} {v:,}" for o, v in sums.items() if v]
    return f"{election}: {', '.join(told)}."


def _register_table(bounds: Bounds, options: Options) -> pd.DataFrame:
    rows = []
    for election, totals in ((BASE, bounds.origins.sum()), (TO, bounds.destinations.sum())):
        for option, votes in totals.items():
            name = options.name(election, str(option))
            share = round(100 * votes / totals.sum(), 2)
            rows.append(
                {"Election": election, "Part": name, "Voters": votes, "% of register": share}
            )
    return pd.DataFrame(rows)


def _answers(bounds: Bounds, options: Options, place: str) -> None:
    st.subheader("What the totals alone can say", anchor=False)
    st.caption(plain(f"{place}, {len(bounds.origins)} constituencies"))
    for origin, destination in QUESTIONS:
        st.markdown(_answer(bounds, options, origin, destination))


def _answer(bounds: Bounds, options: Options, origin: str, destination: str) -> str:
    total = int(bounds.origins[origin].sum())
    low, high = int(bounds.lower.at[origin, destination]), int(bounds.upper.at[origin, destination])
    before = (
        f"cast no valid vote in {BASE}"
        if origin == ABSENT
        else f"voted {options.name(BASE, origin)} in {BASE}"
    )
    after = (
        f"cast no valid vote in {TO}"
        if destination == ABSENT
        else f"voted {options.name(TO, destination)} in {TO}"
    )
    ends = [plain(f"{n:,} ({percent(n, total, 0)})") for n in (low, high)]
    return (
        f"Of the {total:,} who {plain(before)}, between **{ends[0]}** and **{ends[1]}** "
        f"{plain(after)}; the totals alone cannot say more."
    )


def _ranges(bounds: Bounds, options: Options, place: str, whole: Bounds, region: Region) -> None:
    st.subheader(plain(f"Every flow as a range · {place}"), anchor=False)
    unit = state.get("unit")
    table = bounds.table()
    narrow = table.assign(width=table["upper"] - table["lower"])
    spoken = f"Range chart of {len(narrow)} flows in {place}, in {UNITS[unit].lower()}. " + _answer(
        bounds, options, *QUESTIONS[0]
    ).replace("*", "").replace("\\", "")
    st.plotly_chart(
        flow_ranges(bounds, options, unit),
        key="flow_ranges",
        theme=None,
        config=theme.chart_config("mulembe-vote-ranges"),
        alt=spoken,
    )
    footer(_sources(region), _twin(whole, options, region), "vote-bounds", METHOD, spoken)


def _twin(whole: Bounds, options: Options, region: Region) -> pd.DataFrame:
    """All bounds of the region and of each county in it."""
    parts = [_named(whole, options, region.name)]
    for code, name in _counties(whole).items():
        parts.append(_named(whole.within(_codes(code)), options, f"{name} county"))
    return pd.concat(parts, ignore_index=True)


def _named(bounds: Bounds, options: Options, area: str) -> pd.DataFrame:
    table = bounds.table()
    table = table[(table["origin_total"] > 0) & (table["destination_total"] > 0)]
    return pd.DataFrame(
        {
            "Area": area,
            f"From ({BASE})": [options.name(BASE, o) for o in table["origin"]],
            f"To ({TO})": [options.name(TO, d) for d in table["destination"]],
            "Lowest": table["lower"],
            "Highest": table["upper"],
            **_percentages(table),
        }
    )


def _percentages(table: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        f"{end}, % of {what}": (100 * table[bound] / table[f"{column}_total"]).round(2)
        for column, what in (("origin", "origin"), ("destination", "destination"))
        for bound, end in (("lower", "Lowest"), ("upper", "Highest"))
    }


def _cell(bounds: Bounds) -> tuple[str, str]:
    """The flow asked for; the first question when the view names one that is not held."""
    origin, _, destination = state.get("cell").partition("-")
    if origin in bounds.lower.index and destination in bounds.lower.columns:
        return origin, destination
    return QUESTIONS[0]


def _cell_name(options: Options, origin: str, destination: str) -> str:
    before = options.name(BASE, origin) + ("" if origin == ENTERED else f" {BASE}")
    after = options.in_text(TO, destination) + ("" if destination == GONE else f" {TO}")
    return f"{before} to {after}"


def _by_county(whole: Bounds, counties: dict[str, str], options: Options, region: Region) -> None:
    st.subheader("One flow, county by county", anchor=False)
    cells = {
        f"{o}-{d}": _cell_name(options, o, d)
        for o in whole.lower.index
        for d in whole.lower.columns
    }
    default = "-".join(_cell(whole))
    st.selectbox(
        "Flow",
        list(cells),
        format_func=cells.__getitem__,
        width=360,
        **state.bind("cell", "flows", to_widget=lambda cell: cell if cell in cells else default),
    )
    origin, destination = _cell(whole)
    areas = {name: whole.within(_codes(code)) for code, name in counties.items()}
    rows = [
        _county_row(name, bounds, origin, destination)
        for name, bounds in {**areas, region.name: whole}.items()
    ]
    table = pd.DataFrame(rows)
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        key="county_bounds",
        column_config={
            **{c: number(format="localized") for c in ("Out of", "Lowest", "Highest")},
            **{c: number(format="%.1f%%") for c in ("Lowest share", "Highest share")},
            "Width": number("Width", format="%.1f points"),
        },
    )
    st.caption(
        "Shares are of the voters the flow comes from. A narrow width means that the totals alone "
        "say much; where one side had nearly all the votes, its bounds are tight."
    )


def _county_row(name: str, bounds: Bounds, origin: str, destination: str) -> dict[str, object]:
    low, high = int(bounds.lower.at[origin, destination]), int(bounds.upper.at[origin, destination])
    total = int(bounds.origins[origin].sum())
    shares = [100 * n / total if total else None for n in (low, high)]
    width = None if shares[0] is None or shares[1] is None else shares[1] - shares[0]
    return {
        "Area": name,
        "Lowest": low,
        "Highest": high,
        "Lowest share": shares[0],
        "Highest share": shares[1],
        "Width": width,
        "Out of": total,
    }


def _by_constituency(bounds: Bounds, options: Options, place: str) -> None:
    origin, destination = _cell(bounds)
    name = _cell_name(options, origin, destination)
    st.subheader(plain(f"{name}, constituency by constituency"), anchor=False)
    names = tables()["constituencies"].set_index("code")["name"]
    cell = bounds.cell(origin, destination)
    cell = cell.assign(name=names.loc[cell.index])
    cell = cell[(cell["origin"] > 0) & (cell["destination"] > 0)]
    if cell.empty:
        st.info("No constituency of this area has voters on both sides of this flow.")
        return
    spoken = f"Range of the flow {name} in each of {len(cell)} constituencies of {place}."
    st.plotly_chart(
        unit_ranges(cell, options.colour(TO, destination), state.get("unit")),
        key="unit_ranges",
        theme=None,
        config=theme.chart_config("mulembe-constituency-ranges"),
        alt=spoken,
    )
    table = cell.reset_index().rename(
        columns={"origin": "origin_total", "destination": "destination_total"}
    )
    twin = pd.DataFrame(
        {
            "Code": table["unit_code"],
            "Constituency": table["name"],
            "Lowest": table["lower"],
            "Highest": table["upper"],
            **_percentages(table),
        }
    )
    sources = region_results(tables(), TO).sources() + region_results(tables(), BASE).sources()
    footer(sources, twin, "constituency-bounds", "Diagnostic: highest possible flow first.", spoken)


def _sources(region: Region) -> set[str]:
    return {
        source
        for election in MAPPED
        for source in region_results(tables(), election, region).sources()
    }
