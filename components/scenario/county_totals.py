"""The counties of a scenario: which changes most, and every camp's totals in each."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.data import tables
from components.provenance import footer
from components.scenario.shown import TAG, Shown, points, spread
from components.text import plain
from mulembe.scenario.standing import camps_of

STILL = 0.0005  # a change that would be written as 0.0 points


def view(shown: Shown) -> None:
    """Draw the sentence and the table of the counties."""
    rows = shown.standing.by_county
    if rows.empty:
        return
    told = county_sentence(shown)
    st.markdown(f"**{plain(told)}**")
    st.dataframe(
        county_table(shown, camps_of(shown.standing.tickets)),
        key="scenario_counties",
        hide_index=True,
        height="content",
        column_config=_formats(shown),
    )
    cut = " No range is told where the region has only part of a county." * bool(
        (rows["places"] < rows["of"]).any()
    )
    footer(
        shown.sources,
        county_table(shown, shown.standing.tickets),
        "mulembe-scenario-counties",
        f"Shares of valid votes, the county with the largest change first.{cut} {TAG}.",
        told,
        method="draws",
    )


def county_sentence(shown: Shown) -> str:
    """Which county changes most, and by how much whose share."""
    rows = shown.standing.by_county
    first = rows.iloc[0]
    if first["size"] < STILL:
        return f"No county's shares change against {shown.base}."
    name, mover = _names(shown)[str(rows.index[0])], str(first["mover"])
    most = "changes most" if len(rows) > 1 else "is the only county"
    return f"{name} {most}: {shown.name(mover)} {points(first[f'change_{mover}'])} on {shown.base}."


def county_table(shown: Shown, camps: tuple[str, ...]) -> pd.DataFrame:
    """A row per county and camp with readable columns."""
    names = _names(shown)
    return pd.DataFrame(
        {
            "County": names[str(code)],
            "Camp": shown.name(camp),
            "Change": round(100 * row[f"change_{camp}"], 2) + 0.0,
            "Share": round(100 * row[f"share_{camp}"], 2),
            "90% of runs": spread(row[f"low_{camp}"], row[f"high_{camp}"]),
            "Votes": int(row[f"votes_{camp}"]),
            "Leads in": f"{row[f'won_{camp}']} of {row['places']}",
            f"{shown.base}": f"{row[f'was_won_{camp}']} of {row['places']}",
        }
        for code, row in shown.standing.by_county.iterrows()
        for camp in camps
    ).rename(
        columns={
            "Change": _change(shown),
            "Share": "Share (%)",
            f"{shown.base}": f"Led in, {shown.base}",
        }
    )


def _change(shown: Shown) -> str:
    return f"On {shown.base}, points"


def _names(shown: Shown) -> dict[str, str]:
    """The counties' names; of a county that is cut, how much of it the region has."""
    known = tables()["counties"].set_index("code")["name"]
    return {
        str(code): f"{known[code]}{_part(int(row['places']), int(row['of']))}"
        for code, row in shown.standing.by_county.iterrows()
    }


def _part(places: int, of: int) -> str:
    return "" if places == of else f" ({places} of {of} constituencies)"


def _formats(shown: Shown) -> dict[str, object]:
    number = st.column_config.NumberColumn
    return {
        "County": st.column_config.TextColumn("County", pinned=True),
        _change(shown): number(_change(shown), format="%+.1f"),
        "Share (%)": number("Share", format="%.1f%%"),
        "Votes": number("Votes", format="localized"),
    }
