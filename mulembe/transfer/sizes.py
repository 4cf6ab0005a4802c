"""What an estimate of uploaded tables costs, and the most that is estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from mulembe.transfer.counts import TransferError
from mulembe.transfer.estimate import DRAWS, MOST_CELLS, Diagnostics, estimate
from mulembe.transfer.own import Pair, read_pair

MOST_SECONDS = 20.0  # of the fit; see ``seconds``
PER_UNIT, PER_GROUP = 1.5e-7, 1.5e-8  # seconds of a unit's pairs of flows, of a group's triples
EASY = 100_000  # cells that DRAWS random tables are drawn of without a long wait
AT_ONCE = 64 * 160_000  # numbers of the random tables that are held in memory together
FEWEST_DRAWS = 60
MOST_GROUPS = 60
MOST_FLOWS = 40_000  # rows of all groups' tables together


@dataclass
class Result:
    """What was estimated from a pair: the flows of everything and of each group, no single unit."""

    flows: dict[str, pd.DataFrame]
    diagnostics: Diagnostics


def read_tables(
    first: bytes, before: str, second: bytes, after: str, group: str, tolerance: float
) -> tuple[Pair | None, list[str]]:
    """``read_pair``, all by position."""
    return read_pair(first, before, second, after, group, tolerance=tolerance)


def too_much(pair: Pair) -> str:
    """Why a pair takes longer than anybody waits, and what to do; "" where it does not."""
    units, options = len(pair.origins), (pair.origins.shape[1], pair.destinations.shape[1])
    cells = units * options[0] * options[1]
    sizes = f"{units:,} units, {options[0]} and {options[1]} options"
    if cells > MOST_CELLS:
        return (
            f"{cells:,} flows ({sizes}) are more than the {MOST_CELLS:,} that are estimated here. "
            "Join small options, or upload fewer units."
        )
    wait = seconds(units, options[0] * options[1], len(set(pair.groups or ())))
    if wait <= MOST_SECONDS:
        return ""
    groups = f", {len(set(pair.groups)):,} groups" if pair.groups else ""
    fewer = "estimate without groups or upload" if pair.groups else "upload"
    return (
        f"These tables ({sizes}{groups}) would take about {wait:,.0f} seconds, and at most "
        f"{MOST_SECONDS:.0f} are allowed here. Options weigh most: join small ones, or {fewer} "
        "fewer units."
    )


def seconds(units: int, flows: int, groups: int) -> float:
    """About how long a fit takes: units by pairs of flows, groups by triples of flows.

    Measured on two slow cores with tables from 300 x 5 x 5 to 20 x 39 x 39.
    """
    rounds = 5 if groups > 1 else 1  # how alike groups are is tried out
    fits = 1 + (groups if groups > 1 else 0)
    return PER_UNIT * rounds * units * flows**2 + PER_GROUP * fits * flows**3


def draws_for(pair: Pair) -> int:
    """How many random tables: fewer for larger tables, for time and for memory."""
    flows = pair.origins.shape[1] * pair.destinations.shape[1]
    units = len(pair.origins)
    wanted: int = min(
        DRAWS * EASY // max(1, units * flows),
        AT_ONCE // max(1, min(units, 64) * flows),
    )
    return max(FEWEST_DRAWS, min(DRAWS, wanted))


def estimated(pair: Pair) -> Result:
    """Every flow over all units and over each group, with fewer draws for larger tables.

    Raises TransferError, also for more than is estimated here.
    """
    refused = too_much(pair)
    if refused:
        raise TransferError(refused.rstrip("."))
    found = estimate(pair.origins, pair.destinations, pair.groups, draws=draws_for(pair))
    flows = {"": found.table()}
    names = list(dict.fromkeys(pair.groups or ()))
    if 1 < len(names) <= MOST_GROUPS and len(names) * len(flows[""]) <= MOST_FLOWS:
        for name in names:
            flows[name] = found.table(_members(pair, pair.groups or (), name))
    return Result(flows, found.diagnostics)


def _members(pair: Pair, groups: Sequence[str], name: str) -> list[object]:
    units = zip(pair.origins.index, groups, strict=True)
    return [unit for unit, group in units if group == name]
