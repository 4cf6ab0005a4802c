"""What two common assumptions say: the region votes as a bloc, or each place as its MP stands.

>>> from mulembe.tables import Tables
>>> round(promised(Tables()), 2)
0.9

Neither names a share of its own. Both take the middle of the shares pledged of the old province,
for either camp, and give the rest to its rival. Shares are in the order opposition, government,
others.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from mulembe import alignment, pledges, regions
from mulembe.tables import Tables

ORDER = ("opposition", "government")
CAMPS = {"bloc_government": ORDER.index("government"), "bloc_opposition": ORDER.index("opposition")}
MEMBERS = {"members": alignment.DEFAULT_LEVEL, "members_seen": 1}  # method: evidence level
REGION = "west5"
UNDECLARED = -1


def promised(tables: Tables, cycle: str = "2022") -> float:
    """The middle (median) of the shares pledged of the old province, 0 to 1."""
    rows = pledges.ledger(tables)
    rows = rows[rows["cycle"].eq(cycle) & pledges.of_western(rows)]
    return float(rows["share_percent"].astype(float).median()) / 100


def eve(tables: Tables, election: str = "2022") -> date:
    """The day before an election."""
    day = tables["elections"].set_index("election_id").at[election, "date"]
    return date.fromisoformat(str(day)) - timedelta(days=1)


def members(tables: Tables, level: int, cycle: str = "2022") -> np.ndarray:
    """Column of the camp each of the 38 MPs stood with on the eve, in the order of their codes.

    ``UNDECLARED`` where there was no event of this level, or the camp is neither of the two.
    """
    seats = alignment.seats(tables, eve(tables, cycle), level, regions.parse(REGION, tables))
    slots = tables["camps"].set_index("camp_id")["slot"]
    slots = seats.sort_index()["camp"].map(slots)
    return np.array([ORDER.index(slot) if slot in ORDER else UNDECLARED for slot in slots])


def alike(before: np.ndarray, share: float, column: int) -> np.ndarray:
    """Every unit gives ``share`` to one column and the rest to its rival."""
    found = np.zeros_like(before)
    found[:, column], found[:, 1 - column] = share, 1 - share
    return found


def by_member(before: np.ndarray, share: float, camps: np.ndarray) -> np.ndarray:
    """Each unit gives ``share`` to its member's column; the undeclared stay as before."""
    found = before.copy()
    for column in CAMPS.values():
        found[camps == column] = alike(before, share, column)[camps == column]
    return found
