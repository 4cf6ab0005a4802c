"""The counts an estimate starts from: read, checked and put in one order."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

MOST = 10**12  # voters in all; larger sums lose single votes in double precision
Table: TypeAlias = np.ndarray | pd.DataFrame
NAMED = 5  # units named in a refusal


class TransferError(ValueError):
    """The counts cannot be used; the text says which, where and why."""


@dataclass(frozen=True)
class Counts:
    """Origins (units x R) and destinations (units x C), whole voters with equal row sums.

    ``groups`` holds the name of each unit's group, "" for all when none were given.
    """

    units: tuple[Hashable, ...]
    groups: tuple[str, ...]
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray


def counts(origins: Table, destinations: Table, groups: Sequence[str] | None = None) -> Counts:
    """Check two tables of counts; rows of two frames are matched by their index.

    Raises TransferError for counts that are negative, fractional or not numbers, rows that differ
    in total, units named twice or in one table only, and groups that do not fit the units.
    """
    units = _units(origins, destinations)
    if isinstance(origins, pd.DataFrame) and isinstance(destinations, pd.DataFrame):
        destinations = destinations.loc[list(units)]
    x, y = _whole(origins, "origins", units), _whole(destinations, "destinations", units)
    if len(x) != len(y):
        raise TransferError(f"origins have {len(x)} units, destinations {len(y)}")
    unequal = np.flatnonzero(x.sum(axis=1) != y.sum(axis=1))
    if len(unequal):
        told = "; ".join(
            f"unit {units[i]}: {x[i].sum():,} and {y[i].sum():,}" for i in unequal[:NAMED]
        )
        raise TransferError(f"origins and destinations differ in total in {len(unequal)}: {told}")
    if x.sum() > MOST:
        raise TransferError(f"{x.sum():,} voters in all; {MOST:,} is the most")
    named = ("",) * len(x) if groups is None else tuple(str(group) for group in groups)
    if len(named) != len(x):
        raise TransferError(f"{len(named)} groups were named for {len(x)} units")
    return Counts(
        units, named, _names(origins, "origin"), _names(destinations, "destination"), x, y
    )


def _units(origins: Table, destinations: Table) -> tuple[Hashable, ...]:
    held = []
    for table in (origins, destinations):
        if isinstance(table, pd.DataFrame):
            doubled = table.index[table.index.duplicated()]
            if len(doubled):
                raise TransferError(f"unit {doubled[0]} is there twice")
            held.append(table.index)
    if len(held) == 2 and set(held[0]) != set(held[1]):
        alone = sorted(map(str, set(held[0]) ^ set(held[1])))
        raise TransferError(f"units in one table only: {', '.join(alone[:NAMED])}")
    return tuple(held[0]) if held else tuple(range(len(origins)))


def _whole(table: Table, name: str, units: tuple[Hashable, ...]) -> np.ndarray:
    try:
        numbers = np.asarray(table, dtype=float)
    except (TypeError, ValueError) as error:
        raise TransferError(f"{name} hold something that is not a number") from error
    if numbers.ndim != 2 or 0 in numbers.shape:
        raise TransferError(f"{name} must be a table of at least one unit and one option")
    for bad, what in (
        (~np.isfinite(numbers), "a count is missing or not finite"),
        (numbers < 0, "a count is negative"),
        (np.isfinite(numbers) & (numbers != np.rint(numbers)), "a count is not whole"),
        (numbers > MOST, f"a count is above {MOST:,}"),
    ):
        if bad.any():
            unit, option = np.argwhere(bad)[0]
            label = _names(table, "option")[option]
            place = units[unit] if unit < len(units) else unit
            raise TransferError(f"{name}: {what} in unit {place}, {label}")
    return numbers.astype(np.int64)


def _names(table: Table, kind: str) -> tuple[str, ...]:
    if isinstance(table, pd.DataFrame):
        names = tuple(str(column) for column in table.columns)
        if len(set(names)) < len(names):
            raise TransferError(f"two {kind}s have the same name")
        return names
    return tuple(f"{kind} {i + 1}" for i in range(np.shape(table)[1]))
