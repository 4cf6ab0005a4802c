"""Words and lookups that several checks share."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

import pandas as pd

from mulembe.tables import Tables

REGION_SEATS, CONSTITUENCIES, COUNTIES = 38, 290, 47


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries."""
    rows: list[dict[str, Any]] = table.to_dict("records")
    return rows


def unit_names(tables: Tables, unit: str = "constituency") -> dict[str, str]:
    """Return how a unit is called in a subject: '242 Nyando', by code."""
    table = tables["counties" if unit == "county" else "constituencies"]
    return {row["code"]: f"{row['code']} {row['name']}" for row in records(table)}


def region_codes(tables: Tables) -> set[str]:
    """Return the codes of the 38."""
    places = tables["constituencies"]
    return set(places.loc[places["in_region"], "code"])


def turnout_of(tables: Tables, election_id: str) -> pd.DataFrame:
    """Return the turnout rows of an election by unit."""
    table = tables["turnout"]
    return table[table["election_id"] == election_id].set_index("unit_code")


def votes_of(tables: Tables, election_id: str) -> pd.Series:
    """Return the sum of all candidates' votes per unit."""
    table = tables["results"]
    return table[table["election_id"] == election_id].groupby("unit_code")["votes"].sum()


def unit_of(tables: Tables, election_id: str) -> str:
    """Return the finest unit an election is held by."""
    levels = tables["elections"].set_index("election_id")["level"]
    return str(levels[election_id])


def elections_with_votes(tables: Tables) -> list[str]:
    """Return the elections held with votes; 2007 has shares only."""
    table = tables["elections"]
    return [str(name) for name in table.loc[table["level"] != "constituency1996", "election_id"]]


def first_day(partial: str) -> date:
    """Return the first day a date such as '2025' or '2020-11' may mean; ValueError if none."""
    year, month, day = [*partial.split("-"), "01", "01"][:3]
    return date(int(year), int(month), int(day))


def last_day(partial: str) -> date:
    """Return the last day a date such as '2025' or '2020-11' may mean; ValueError if none."""
    first, parts = first_day(partial), partial.count("-") + 1
    if parts == 3:
        return first
    month = 12 if parts == 1 else first.month
    return date(first.year, month, calendar.monthrange(first.year, month)[1])


def candidate_ids(tables: Tables) -> dict[str, set[str]]:
    """Return the ids of the candidates of each election."""
    table = tables["candidates"]
    return {str(name): set(rows["candidate_id"]) for name, rows in table.groupby("election_id")}
