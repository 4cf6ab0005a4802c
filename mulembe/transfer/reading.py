"""What an estimate may be read as: which flows are too uncertain to be drawn as if known."""

from __future__ import annotations

import pandas as pd

WIDE = 0.05  # of the origin: an interval narrower than this hides nobody worth a warning
TINY = 0.005  # of what is drawn: a flow below is left out


def uncertain(flows: pd.DataFrame, unit: str = "votes") -> pd.Series:
    """Which flows of ``Estimate.table()`` are too uncertain to be drawn solid.

    A flow is uncertain when its 90% interval is wider than the estimate itself, so that the number
    may as well be half or half as much again, and wider than WIDE of the voters of its origin; with
    ``unit`` "destination", of its destination. The bounds stand in for an interval that was not
    computed.
    """
    width = flows["high"].fillna(flows["upper"]) - flows["low"].fillna(flows["lower"])
    return (width > flows["estimate"]) & (width > WIDE * flows[f"{whole_of(unit)}_total"])


def whole_of(unit: str) -> str:
    """What a flow is held against in a unit: its origin, or its destination."""
    return "destination" if unit == "destination" else "origin"


def tiny(flows: pd.DataFrame, unit: str = "votes") -> pd.Series:
    """Which flows are too small to be drawn: below TINY of all voters of the table.

    With ``unit`` "origin" or "destination", where each of them is drawn as large as the others,
    below TINY of that.
    """
    whole = flows["estimate"].sum() if unit == "votes" else flows[f"{unit}_total"]
    return flows["estimate"] < TINY * whole


def uncertain_voters(flows: pd.DataFrame, unit: str = "votes") -> tuple[int, float]:
    """Voters in uncertain flows, by the estimate, and their share of all (0 to 1)."""
    total = float(flows["estimate"].sum())
    part = float(flows.loc[uncertain(flows, unit), "estimate"].sum())
    return round(part), part / total if total else 0.0


def narrowing(flows: pd.DataFrame) -> float:
    """How wide the intervals are against the bounds, all flows together (1: no narrower)."""
    bounds = float((flows["upper"] - flows["lower"]).sum())
    interval = float((flows["high"] - flows["low"]).sum())
    return interval / bounds if bounds else 0.0
