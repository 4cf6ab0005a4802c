"""The pledge ledger: who promised what to which camp, and what came, on a base one can change."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
import streamlit as st

from components import state, theme
from components.data import tables
from components.evidence.pledge_chart import Group, ledger_figure
from components.evidence.pledge_rows import SORTS, not_own, opening, row_text, said_of, table_twin
from components.explain import explain
from components.places import on_phone
from components.provenance import footer
from components.text import plain
from mulembe import pledges, regions
from mulembe.regions import Region
from mulembe.tables import Tables

NEAREST = ""
KINDS = {"": "All", "measured": "With a share", "bare": "No share named", "open": "Open"}


def view(region: Region) -> None:
    """Draw the ledger."""
    st.subheader("Who promised what, and what came", anchor=False)
    _controls(region)
    token = state.get("on")
    base = regions.parse(token, tables()) if token else None
    rows = _measured(tables(), token)
    st.markdown(f"#### {plain(opening(rows, base.name if base else ''))}")
    st.caption(plain(" ".join([*said_of(rows, camps()), not_own(rows)])))
    shown = _chosen(rows)
    if base:
        st.info(
            plain(
                f"Every pledge is measured on {base.name}, {len(base)} constituencies, as chosen; "
                "each row says where its words meant another ground."
            ),
            icon=":material/straighten:",
        )
    if shown.empty:
        _nothing(rows)
    else:
        _ledger(shown)
    _running(rows)


def chart() -> None:
    """Draw the pledges alone, as they are filtered and measured."""
    shown = _chosen(_measured(tables(), state.get("on")))
    st.markdown("**Who promised what, and what came**")
    if shown.empty:
        st.info("No pledge held here is of this camp and kind.")
        return
    _chart(shown, _groups(shown))


@lru_cache(maxsize=32)
def _measured(held: Tables, token: str) -> pd.DataFrame:
    return pledges.measured(held, regions.parse(token, held) if token else None)


def camps() -> dict[str, str]:
    """The camps of the cycles that pledges can belong to, running cycle last: id and name."""
    held = tables()["camps"]
    cycles = tables()["cycles"]
    running = str(cycles.loc[cycles["election_id"].eq(""), "cycle_id"].iloc[0])
    pledged = {*tables()["pledges"]["cycle"], running}
    held = held[held["cycle"].isin(pledged)].sort_values(["cycle", "name"])
    return {
        str(camp["camp_id"]): f"{camp['name']}, {camp['cycle']}" for camp in held.to_dict("records")
    }


def _controls(region: Region) -> None:
    own = {region.token: f"{region.name} (the view's region)"}
    listed = [*regions.presets(tables()), *regions.counties(tables())]
    names = {NEAREST: "The base nearest to each pledge's words"}
    names |= {option.token: f"{option.name} ({len(option)})" for option in listed}
    names |= own
    held = state.get("on")
    if held not in names:  # an own region from a link, or one the view has left since
        names[held] = regions.parse(held, tables()).name
    with st.container(horizontal=True, vertical_alignment="bottom", key="pledge_controls"):
        st.selectbox(
            "Measure on",
            list(names),
            format_func=lambda token: names.get(token, token),
            width=340,
            **state.bind("on", "pledges"),
        )
        known = {"": "All camps", **camps()}
        st.selectbox(
            "For camp",
            list(known),
            format_func=lambda camp: known.get(camp, camp),
            width=200,
            **state.bind("for", "pledges"),
        )
        st.selectbox(
            "Show",
            list(KINDS),
            format_func=KINDS.__getitem__,
            width=170,
            **state.bind("told", "pledges"),
        )
        st.selectbox(
            "Order",
            list(SORTS),
            format_func=lambda order: SORTS[order][0],
            width=190,
            **state.bind("ranked", "pledges"),
        )


def _chosen(rows: pd.DataFrame) -> pd.DataFrame:
    camp, kind = state.get("for"), state.get("told")
    if camp:
        rows = rows[rows["camp"] == camp]
    if kind:
        rows = rows[rows["status"] == kind]
    _name, columns, rising = SORTS[state.get("ranked")]
    return rows.sort_values(columns, ascending=rising, na_position="last", kind="stable")


def _nothing(rows: pd.DataFrame) -> None:
    st.info(
        f"None of the {len(rows)} pledges held here is of this camp and kind. Choose "
        "'All camps' and 'All' to see every one."
    )


def _ledger(shown: pd.DataFrame) -> None:
    groups = _groups(shown)
    _chart(shown, groups)
    explain("pledges")
    for group in groups:
        st.markdown(f"**{plain(group.base)}**  \n:small[{plain(group.standing)}]")
        st.markdown("\n".join(f"- {row_text(row)}" for row in group.rows.to_dict("records")))


def _chart(shown: pd.DataFrame, groups: list[Group]) -> None:
    told = _spoken(groups)
    if shown["delivered"].notna().any():
        st.plotly_chart(
            ledger_figure(groups, on_phone()),
            key="pledge_chart",
            theme=None,
            config=theme.chart_config("mulembe-pledges"),
            alt=told,
        )
    note = (
        "Open marks: the share pledged. Solid marks: the share of valid votes of the camp's "
        "candidate; 2022 is a public transcription of the commission's forms. Dotted lines: the "
        "words named another ground than the one measured. Gaps in votes are the gap in points "
        "times the valid votes of the base."
    )
    sources = {source for cell in shown["sources"] for source in cell}
    footer(sources, table_twin(shown), "mulembe-pledges", note, told, frame="pledges")


def _groups(shown: pd.DataFrame) -> list[Group]:
    """The rows by base and election, in the order in which the bases first appear."""
    found = []
    keys = ["measured_on", "election"]
    for (token, election), rows in shown.groupby(keys, sort=False, dropna=False):
        region = regions.parse(str(token), tables())
        told = f"{_counted(len(rows))}. {_standing(str(election), region)}"
        found.append(Group(region.name, told, rows))
    return found


def _counted(pledges_there: int) -> str:
    return "1 pledge" if pledges_there == 1 else f"{pledges_there} pledges"


def _standing(election: str, region: Region) -> str:
    if not election:
        return "Open: the election is not held yet"
    got = pledges.standing(tables(), election, region)
    parts = [f"{row['candidate']} {row['share']:.1f}%" for row in got.to_dict("records")]
    return f"{election}: {', '.join(parts)}"


def _spoken(groups: list[Group]) -> str:
    parts = []
    for group in groups:
        for row in group.rows.to_dict("records"):
            share = row["share_percent"]
            said = "no share" if pd.isna(share) else f"{share:.0f}% pledged"
            came = row["delivered"]
            result = "open" if pd.isna(came) else f"{came:.1f}% delivered"
            parts.append(f"{row['pledged_by']} for {row['camp_name']}: {said}, {result}")
    return f"Pledged against delivered. {'; '.join(parts)}."


def _running(rows: pd.DataFrame) -> None:
    """Say what is held of the running cycle, also when it is nothing."""
    cycles = tables()["cycles"]
    running = cycles[cycles["election_id"].eq("")].iloc[0]
    still_open = int(rows["status"].eq("open").sum())
    told = (
        f"{_counted(still_open)} of the {running['cycle_id']} cycle, listed above as open."
        if still_open
        else f"No pledge of the {running['cycle_id']} cycle is held: none with a page to cite has "
        "been found. One stands here as open until the election is held, for whichever camp."
    )
    st.markdown(f"**The running cycle**  \n{plain(told)}")
