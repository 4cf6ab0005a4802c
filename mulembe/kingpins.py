"""Leaders who move others: home ground, where they stand, what they promised, how far they reach.

>>> from datetime import date
>>> from mulembe.tables import Tables
>>> found = kingpin(Tables(), "moses-wetangula", date(2022, 8, 9))
>>> found.stand.camp, len(found.pledges), found.conflict
('kenya_kwanza', 1, True)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from mulembe import alignment, people, pledges
from mulembe.alignment import Stand
from mulembe.people import Home
from mulembe.scenario import fit
from mulembe.tables import Tables

# Leaders whose home ground is sourced, in the order of the article and then of their offices.
KINGPINS = (
    "musalia-mudavadi",
    "moses-wetangula",
    "wycliffe-oparanya",
    "george-natembeya",
    "eugene-wamalwa",
    "edwin-sifuna",
    "boni-khalwale",
    "ayub-savula",
    "cleophas-malala",
)


@dataclass(frozen=True)
class Reach:
    """What a leader delivered at home (fraction) and how far it reached (km), fitted on 2022.

    Each with its range over the fits that leave one constituency out.
    """

    home: str
    delivery: float
    delivery_low: float
    delivery_high: float
    km: float
    km_low: float
    km_high: float
    method: str
    source_id: str


@dataclass(frozen=True)
class Kingpin:
    """One leader as of a day. ``pledges`` are rows of the ledger that name him or her.

    ``event`` is the row of the deciding event, or of the weaker one, as a dictionary; {} when there
    is none. ``reach`` is None where nothing was fitted.
    """

    politician_id: str
    name: str
    office: str
    homes: tuple[Home, ...]
    stand: Stand
    event: dict[str, object]
    pledges: pd.DataFrame
    reach: Reach | None

    @property
    def conflict(self) -> bool:
        """Whether reports disagree on the home ground."""
        return any(home.conflict for home in self.homes)


def kingpin(
    tables: Tables, politician_id: str, day: date, level: int = alignment.DEFAULT_LEVEL
) -> Kingpin:
    """Everything the card of a leader says; raises KeyError for an unknown politician."""
    name = str(tables["politicians"].set_index("politician_id").at[politician_id, "name"])
    stand = alignment.stand(tables, politician_id, day, level)
    decisive = stand.event_id or stand.weaker_event_id
    events = tables["alignment_events"].set_index("event_id", drop=False)
    event = {str(k): v for k, v in events.loc[decisive].to_dict().items()} if decisive else {}
    made = pledges.of_leader(pledges.ledger(tables), name)
    return Kingpin(
        politician_id,
        name,
        people.described(tables, politician_id, day),
        tuple(people.homes(tables, politician_id)),
        stand,
        event,
        made[made["date"] <= day.isoformat()],
        _reach(tables, politician_id),
    )


def _reach(tables: Tables, politician_id: str) -> Reach | None:
    """The fitted numbers of the method with the smallest error, where the leader is in it."""
    if politician_id not in fit.DECLARED:
        return None
    best = fit.default(tables)
    table = tables["fit_parameters"]
    table = table[
        (table["method"] == best.method)
        & (table["shape"] == best.shape)
        & (table["subject"] == politician_id)
    ].set_index("parameter")
    delivery, reach = (
        {column: float(table.at[name, column]) for column in ("value", "low", "high")}
        for name in ("delivery", "reach")
    )
    return Reach(
        str(table.at["reach", "home"]),
        delivery["value"],
        delivery["low"],
        delivery["high"],
        reach["value"],
        reach["low"],
        reach["high"],
        fit.find(best.method).name,
        str(table.at["reach", "source_id"]),
    )
