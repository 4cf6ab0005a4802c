"""What an estimate may be read as: which flows are too uncertain to be drawn as if known."""

from __future__ import annotations

import pandas as pd

WIDE = 0.05  # of the origin: an interval narrower than this hides nobody worth a warning
TOO_WIDE = 0.30  # of the origin: an interval wider than this is never read as known
TINY = 0.005  # of what is drawn: a flow below is left out
LARGEST = 30  # flows that are drawn where those above TINY would be a small part
ENOUGH = 0.5  # of what is drawn: flows above TINY that hold so much are drawing enough
SOLID, HATCHED, LEFT_OUT = "solid", "hatched", "left out"


def uncertain(flows: pd.DataFrame, unit: str = "votes") -> pd.Series:
    """Which flows of ``Estimate.table()`` are too uncertain to be drawn solid.

    A flow is uncertain when its 90% interval is wider than the estimate itself, so that the number
    may as well be half or half as much again, and wider than WIDE of the voters of its origin; or
    when it is wider than TOO_WIDE of these, whatever the estimate. With ``unit`` "destination" both
    are held against its destination. The bounds stand in for an interval that was not computed.
    """
    width = flows["high"].fillna(flows["upper"]) - flows["low"].fillna(flows["lower"])
    whole = flows[f"{whole_of(unit)}_total"]
    return ((width > flows["estimate"]) & (width > WIDE * whole)) | (width > TOO_WIDE * whole)


def whole_of(unit: str) -> str:
    """What a flow is held against in a unit: its origin, or its destination."""
    return "destination" if unit == "destination" else "origin"


def held(flows: pd.DataFrame) -> pd.DataFrame:
    """The flows between options that somebody chose."""
    return flows[(flows["origin_total"] > 0) & (flows["destination_total"] > 0)]


def sizes(flows: pd.DataFrame, unit: str = "votes") -> pd.Series:
    """How large flows are drawn: by voters, or by share of their origin or destination."""
    return flows["estimate"] if unit == "votes" else flows["estimate"] / flows[f"{unit}_total"]


def tiny(flows: pd.DataFrame, unit: str = "votes") -> pd.Series:
    """Which flows are too small to be drawn: below TINY of all voters of the table.

    With ``unit`` "origin" or "destination", where each of them is drawn as large as the others,
    below TINY of that.
    """
    whole = flows["estimate"].sum() if unit == "votes" else flows[f"{unit}_total"]
    return flows["estimate"] < TINY * whole


def drawing(flows: pd.DataFrame, unit: str = "votes") -> pd.Series:
    """How each flow between options that somebody chose is drawn: SOLID, HATCHED or LEFT_OUT.

    Left out are ``tiny`` flows; but where the others are fewer than LARGEST and less than ENOUGH
    of what there is to draw (a very wide table), all but the LARGEST. Hatched are those drawn that
    are ``uncertain``.
    """
    rows = held(flows)
    out = tiny(rows, unit)
    if largest_only(rows, unit):
        out = sizes(rows, unit).rank(ascending=False, method="first") > LARGEST
    drawn = uncertain(rows, unit).map({True: HATCHED, False: SOLID})
    return drawn.where(~out, LEFT_OUT)


def largest_only(flows: pd.DataFrame, unit: str = "votes") -> bool:
    """Whether ``drawing`` keeps the LARGEST flows, for the threshold would leave almost none."""
    rows = held(flows)
    large, size = ~tiny(rows, unit), sizes(rows, unit)
    return bool(large.sum() < min(LARGEST, len(rows)) and size[large].sum() < ENOUGH * size.sum())


def narrowing(flows: pd.DataFrame) -> float:
    """How wide the intervals are against the bounds, all flows together (1: no narrower)."""
    bounds = float((flows["upper"] - flows["lower"]).sum())
    interval = float((flows["high"] - flows["low"]).sum())
    return interval / bounds if bounds else 0.0
