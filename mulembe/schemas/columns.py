"""What the descriptions of the tables are made of: kinds of column, and a table of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandera.pandas as pa

ISO_DATE = r"\d{4}-\d{2}-\d{2}"
PARTIAL_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
SLOTS = ("government", "opposition", "third", "fourth", "undeclared")


@dataclass(frozen=True)
class TableSpec:
    """One table: its columns with their checks, its key, and the columns that refer elsewhere.

    ``references`` maps a column to ``(table, column)``; an empty cell refers to nothing.
    """

    columns: dict[str, pa.Column]
    key: tuple[str, ...]
    references: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema: these columns and no others, the key unique."""
        return pa.DataFrameSchema(self.columns, strict=True, unique=list(self.key))


def text(*, empty: bool = False, among: tuple[str, ...] = (), pattern: str = "") -> pa.Column:
    """Text: one of ``among`` or matching the whole ``pattern``; ``""`` only where ``empty``."""
    checks = []
    if among:
        checks.append(pa.Check.isin([*among, ""] if empty else among))
    if pattern:
        checks.append(pa.Check.str_matches(f"^({pattern})?$" if empty else f"^{pattern}$"))
    if not empty:
        checks.append(pa.Check.str_length(min_value=1))
    return pa.Column(str, checks)


def code(*, empty: bool = False) -> pa.Column:
    """A three-digit code of a county or constituency, as text."""
    return text(pattern=r"\d{3}", empty=empty)


def date(*, empty: bool = False, partial: bool = False) -> pa.Column:
    """An ISO day; with ``partial`` also a month or a year."""
    return text(pattern=PARTIAL_DATE if partial else ISO_DATE, empty=empty)


def count(*, empty: bool = False) -> pa.Column:
    """A whole number from 0."""
    return pa.Column("Int64", pa.Check.ge(0), nullable=empty)


def number(low: float, high: float, *, empty: bool = False) -> pa.Column:
    """A number from ``low`` to ``high``, both included."""
    return pa.Column(float, pa.Check.in_range(low, high), nullable=empty)


def integer(*, empty: bool = False) -> pa.Column:
    """A whole number of either sign."""
    return pa.Column("Int64", nullable=empty)


def flag() -> pa.Column:
    """True or False."""
    return pa.Column(bool)


def spec(
    key: str, columns: dict[str, pa.Column], references: dict[str, tuple[str, str]] | None = None
) -> TableSpec:
    """A table with these columns and a source in every row; ``key`` names columns with spaces."""
    sourced = {**columns, "source_id": text()}
    return TableSpec(
        sourced,
        tuple(key.split()),
        {"source_id": ("sources", "source_id"), **(references or {})},
    )


ELECTION = ("elections", "election_id")
CONSTITUENCY = ("constituencies", "code")
COUNTY = ("counties", "code")
POLITICIAN = ("politicians", "politician_id")
CAMP = ("camps", "camp_id")
CYCLE = ("cycles", "cycle_id")
CONFIDENCE = ("high", "medium", "low")
