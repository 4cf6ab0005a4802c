"""``python -m mulembe pledges``: who promised what, and what came on which base."""

from __future__ import annotations

import argparse
from typing import Any

import pandas as pd

from mulembe import pledges, regions
from mulembe.cli_shared import Output, printed
from mulembe.tables import Tables

RULE = (
    "Each pledge is measured on the region or county nearest to its words, or on --base; "
    "delivered is the share of valid votes of the camp's candidate there, the gap delivered less "
    "pledged. 'mismatch' says where the words and the base differ."
)
_COLUMNS = (
    "cycle", "date", "pledged_by", "camp", "camp_name", "kind", "statement", "base",
    "measured_on", "base_name", "mismatch", "status", "election", "candidate", "sources",
)  # fmt: skip


def add(commands: Any) -> None:
    """Add ``pledges`` to the command line."""
    text = "who promised which share of what to whom, and what came"
    parser = commands.add_parser("pledges", help=text, description=f"{text}. {RULE}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--base",
        default="",
        help="measure all on this region (west5, core30, county:038 ...); default: the nearest",
    )
    parser.set_defaults(run=_pledges)


def _pledges(tables: Tables, options: argparse.Namespace) -> Output:
    base = regions.parse(options.base, tables) if options.base else None
    rows = pledges.measured(tables, base)
    listed = [_row(str(name), row) for name, row in rows.iterrows()]
    output = {
        "data_version": tables.version,
        "base": base and {"id": base.token, "name": base.name, "codes": list(base.codes)},
        "rule": RULE,
        "pledges": listed,
    }
    shown = pd.DataFrame(
        {
            "id": rows.index,
            "date": rows["date"],
            "who": rows["pledged_by"],
            "for": rows["camp_name"],
            "pledged %": rows["share_percent"].astype(float),
            "base": rows["base_name"],
            "delivered %": rows["delivered"].round(1),
            "gap points": rows["gap"].round(1),
            "gap votes": rows["gap_votes"],
            "status": rows["status"].map(pledges.STATUS),
            "mismatch": rows["mismatch"],
        }
    )
    return output, f"{printed(shown)}\n{RULE}"


def _row(name: str, row: pd.Series) -> dict[str, Any]:
    return {
        "pledge_id": name,
        **{column: row[column] for column in _COLUMNS},
        "pledged_percent": _number(row["share_percent"], 2),
        "delivered_percent": _number(row["delivered"], 4),
        "gap_points": _number(row["gap"], 4),
        "gap_votes": _whole(row["gap_votes"]),
        "valid_votes": _whole(row["valid"]),
    }


def _number(value: float, places: int) -> float | None:
    return None if pd.isna(value) else round(float(value), places)


def _whole(value: float) -> int | None:
    return None if pd.isna(value) else int(value)
