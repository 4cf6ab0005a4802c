"""Vote transfer between two elections held here: the estimate, and what it hangs on.

What stands behind the assumed exits from the register is told in rolls.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mulembe.regions import Region
from mulembe.tables import Tables
from mulembe.transfer.estimate import DRAWS, Estimate, estimate
from mulembe.transfer.rolls import (
    ABSENT,
    ENTERED,
    GONE,
    NEVER,
    OTHERS,
    Registers,
    registers,
    whole_country,
)

__all__ = [
    "ABSENT",
    "ENTERED",
    "EXITS",
    "GONE",
    "NEVER",
    "OTHERS",
    "Registers",
    "counties_of",
    "registers",
    "sensitivity",
    "transfer",
    "whole_country",
    "with_shares",
]

EXITS = (0.0, 0.02, 0.04, 0.06)  # shares of the first register that may have left it


def transfer(
    tables: Tables,
    base: str,
    to: str,
    region: Region | None,
    exits: float = 0.0,
    seed: int = 0,
    draws: int = DRAWS,
) -> Estimate:
    """Estimate who moved where between two elections over a region, counties as groups.

    ``region`` None is every constituency with results of both elections. See ``registers`` for
    ``exits`` and for what it raises, ``estimate`` for ``seed`` and ``draws``.
    """
    area = region or whole_country(tables)
    rolls = registers(tables, base, to, area.codes, exits)
    counties = counties_of(tables, rolls)
    return estimate(rolls.origins, rolls.destinations, counties, seed, draws=draws, never=NEVER)


def counties_of(tables: Tables, rolls: Registers) -> list[str]:
    """The county code of every unit."""
    county = tables["constituencies"].set_index("code")["county_code"]
    return list(county.loc[rolls.origins.index])


def sensitivity(
    tables: Tables,
    base: str,
    to: str,
    region: Region | None,
    exits: Sequence[float] = EXITS,
    seed: int = 0,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """How much the answer hangs on the assumed exits: the two lines' voters, for each rate.

    A row per rate, origin (line A and line B of ``base``) and destination: ``estimate``, ``low``
    and ``high`` in voters and ``share``, ``share_low`` and ``share_high`` as fractions of the
    origin, those who left the register included.
    """
    parts = []
    for rate in exits:
        found = transfer(tables, base, to, region, rate, seed, draws)
        flows = found.table()
        flows = flows[flows["origin"].isin(found.origins[:2])]
        parts.append(with_shares(flows).assign(exits=rate))
    columns = ["exits", "origin", "destination", "estimate", "low", "high"]
    table = pd.concat(parts, ignore_index=True)
    return table[[*columns, "share", "share_low", "share_high"]]


def with_shares(flows: pd.DataFrame) -> pd.DataFrame:
    """Flows of ``Estimate.table`` with share, share_low and share_high of their origin.

    Shares are fractions, NaN where the origin has no voters.
    """
    total = flows["origin_total"].where(flows["origin_total"] > 0)
    return flows.assign(
        share=flows["estimate"] / total,
        share_low=flows["low"] / total,
        share_high=flows["high"] / total,
    )
