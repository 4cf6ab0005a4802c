"""The table twin of an estimate: per flow the estimate, its interval, its bounds and its shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from mulembe.transfer.reading import (
    HATCHED,
    LARGEST,
    LEFT_OUT,
    SOLID,
    drawing,
    held,
    largest_only,
    uncertain,
)

MOST_ROWS = 25
ENDS = {
    "estimate": "Estimate",
    "low": "90% from",
    "high": "90% to",
    "lower": "Lowest possible",
    "upper": "Highest possible",
}


def flow_table(
    flows: pd.DataFrame,
    names_before: Mapping[str, str],
    names_after: Mapping[str, str],
    *,
    titles: Sequence[str] = ("Before", "After"),
    area: str = "",
    unit: str = "votes",
    all_drawn: bool = False,
) -> pd.DataFrame:
    """Every flow of ``Estimate.table()`` with readable names, for the table twin and its download.

    Voters: estimate, 90% interval and bounds; then the same five as % of origin and as % of
    destination; then how the flow is drawn in ``unit``, where ``all_drawn`` says that the drawing
    leaves none out. Flows of an option that nobody chose are not in the table. ``area`` adds a
    first column of that name.
    """
    rows = held(flows)
    columns: dict[str, object] = {"Area": area} if area else {}
    columns[f"From ({titles[0]})"] = [names_before[str(o)] for o in rows["origin"]]
    columns[f"To ({titles[1]})"] = [names_after[str(d)] for d in rows["destination"]]
    for name, title in ENDS.items():
        columns[title] = rows[name].round().astype("Int64").to_numpy()
    for whole in ("origin", "destination"):
        for name, title in ENDS.items():
            shares = 100 * rows[name] / rows[f"{whole}_total"]
            columns[f"{title}, % of {whole}"] = shares.round(2).to_numpy()
    columns["Drawn"] = _drawn(rows, unit, all_drawn=all_drawn)
    return pd.DataFrame(columns, index=range(len(rows)))


def _drawn(rows: pd.DataFrame, unit: str, *, all_drawn: bool) -> list[str]:
    """How every flow is drawn in a unit, in words."""
    whole = "all" if unit == "votes" else f"its {unit}"
    out = (
        f"left out: not among the largest {LARGEST}"
        if largest_only(rows, unit)
        else f"left out: under 0.5% of {whole}"
    )
    words = {SOLID: "solid", HATCHED: "hatched: uncertain", LEFT_OUT: out}
    if all_drawn:
        return [words[HATCHED if doubtful else SOLID] for doubtful in uncertain(rows, unit)]
    return [words[how] for how in drawing(rows, unit)]


def in_unit(flows: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Origin, destination and the five numbers of every flow, titled as in ENDS.

    In voters, or as % of origin or destination. Flows of an option that nobody chose are left out.
    """
    rows = held(flows)
    shown = rows[["origin", "destination"]].reset_index(drop=True)
    for name, title in ENDS.items():
        if unit == "votes":
            shown[title] = rows[name].round().astype("Int64").to_numpy()
        else:
            shown[title] = (100 * rows[name] / rows[f"{unit}_total"]).to_numpy()
    return shown


def height(rows: int, most: int = MOST_ROWS) -> int:
    """The height in pixels of a table that shows all its rows, or ``most`` and scrolls."""
    return 35 * (min(rows, most) + 1) + 3


def column_config(unit: str) -> dict[str, Any]:
    """How Streamlit shows the numbers of ``in_unit``."""
    form = "localized" if unit == "votes" else "%.1f%%"
    return {title: st.column_config.NumberColumn(title, format=form) for title in ENDS.values()}
