"""The pledge ledger in words: its opening sentence, its rows, its table."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from components.data import tables
from components.person import cited
from components.text import dated, plain
from mulembe import pledges

# Order: its name, the columns it sorts by, and which of them rise.
SORTS: dict[str, tuple[str, list[str], list[bool]]] = {
    "gap": ("Largest gap first", ["gap", "date"], [True, True]),
    "date": ("Oldest first", ["date"], [True]),
    "share": ("Largest pledge first", ["share_percent", "date"], [False, True]),
    "who": ("By name", ["pledged_by", "date"], [True, True]),
}


def signed(number: float, unit: str, places: int = 1) -> str:
    """A number with its sign and unit: −52.6 points."""
    return f"{number:+,.{places}f} {unit}".replace("-", "\u2212")


def opening(rows: pd.DataFrame, base: str = "") -> str:
    """Say how many pledges named a share and how many of them came.

    Like for like only, or all on ``base``, which the reader chose. What was asked of the voters is
    counted apart: they promised nothing.
    """
    measured = rows[rows["gap"].notna()]
    every = measured[measured["kind"].ne("demand")]
    asked = len(measured) - len(every)
    named = every if base else every[every["mismatch"].eq("")]
    bare = int(rows["status"].eq("bare").sum())
    if named.empty:
        return "No pledge that names a share can be measured yet."
    short = named[named["gap"] < 0]
    met = len(named) - len(short)
    of = f"pledges with a share, measured on {base}," if base else "pledges on ground with results,"
    told = f"Of {len(named)} {of} {met or 'none'} {'was' if met < 2 else 'were'} met"
    if len(short):
        least, most = -short["gap"].max(), -short["gap"].min()
        told += f" and {len(short)} fell short, by {least:.1f} to {most:.1f} points"
    elsewhere = len(every) - len(named)
    if elsewhere:
        told += f"; {elsewhere} named another ground"
    if asked:
        told += f"; {asked} {'was a demand' if asked == 1 else 'were demands'} made of the voters"
    return f"{told}; {bare} named no share."


def not_own(rows: pd.DataFrame) -> str:
    """Say how many of those with a share were no promise of the speaker's own; "" if none."""
    counts = rows.loc[rows["share_percent"].notna(), "kind"].value_counts()
    parts = [
        f"{counts[kind]} is a {pledges.KINDS[kind]}"
        for kind in ("agreement", "demand")
        if kind in counts
    ]
    return f"Of those with a share, {' and '.join(parts)}." if parts else ""


def said_of(rows: pd.DataFrame, camps: Mapping[str, str]) -> list[str]:
    """One sentence per camp in the same words, also for a camp without a pledge."""
    return [_camp(rows[rows["camp"] == camp], name) for camp, name in camps.items()]


def _camp(rows: pd.DataFrame, name: str) -> str:
    if rows.empty:
        return f"{name}: no pledge held."
    parts = []
    shares = rows["share_percent"].dropna()
    if len(shares):
        parts.append(f"{len(shares)} with a share, {shares.min():.0f}% to {shares.max():.0f}%")
    if len(rows) > len(shares):
        parts.append(f"{len(rows) - len(shares)} without a share, so no gap")
    return f"{name}: {'; '.join(parts)}."


def row_text(row: Mapping[str, object]) -> str:
    """A pledge as a line of Markdown: result first, then words, mismatch and source."""
    head = f"{row['pledged_by']}, {dated(str(row['date']))}, for {row['camp_name']}: "
    kind = pledges.KINDS[str(row["kind"])]
    told = f"{row['statement']} ({kind[:1].upper()}{kind[1:]}.)"
    unlike = str(row["mismatch"])
    if unlike:
        told += f" Bases differ: {unlike}."
    return (
        f"{plain(head)}**{plain(_result(row))}**  \n"
        f":small[{plain(told)} {cited(str(row['source_id']))}]"
    )


def _result(row: Mapping[str, object]) -> str:
    share, status = row["share_percent"], str(row["status"])
    pledged = "no share named" if pd.isna(share) else f"{share:.0f}% pledged"
    if status in ("open", "absent"):
        return f"{pledged}, {pledges.STATUS[status]}"
    came = f"{row['candidate']} had {row['delivered']:.1f}%"
    if status == "bare":
        return f"{pledged}, no gap to measure; {came}"
    gap = signed(float(str(row["gap"])), "points")
    return f"{pledged}, {came}: {gap}, {signed(float(str(row['gap_votes'])), 'votes', 0)}"


def table_twin(rows: pd.DataFrame) -> pd.DataFrame:
    """The ledger as a table with readable columns."""
    titles = tables()["sources"].set_index("source_id")["title"]
    return pd.DataFrame(
        {
            "Who": rows["pledged_by"],
            "When": rows["date"].map(dated),
            "For": rows["camp_name"],
            "Cycle": rows["cycle"],
            "Kind": rows["kind"].map(pledges.KINDS),
            "Pledged (%)": rows["share_percent"].astype(float),
            "Of what, in their words": rows["base"],
            "Measured on": rows["base_name"],
            "How the bases differ": rows["mismatch"],
            "Delivered (%)": rows["delivered"].astype(float).round(1),
            "Gap (points)": rows["gap"].astype(float).round(1),
            "Gap (votes)": rows["gap_votes"].astype("Float64").astype("Int64"),
            "Valid votes there": rows["valid"].astype("Float64").astype("Int64"),
            "Status": rows["status"].map(pledges.STATUS),
            "What was said": rows["statement"],
            "Source": rows["source_id"].map(titles),
            "Source ids": rows["sources"].map(", ".join),
        }
    )
