"""What every test shares: the tables, and the same files read without the code under test."""

import csv
from collections import Counter
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from mulembe.tables import Tables

DATA = Path(__file__).resolve().parent.parent / "data"

# The same examples in every run: a red build means a changed program, not an unlucky draw.
settings.register_profile("mulembe", deadline=None, derandomize=True, database=None)
settings.load_profile("mulembe")


@pytest.fixture(scope="session")
def tables() -> Tables:
    return Tables()


@cache
def _rows(table: str) -> tuple[dict[str, str], ...]:
    with (DATA / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@pytest.fixture(scope="session")
def rows() -> Callable[[str], tuple[dict[str, str], ...]]:
    """Rows of a table as plain text, read with csv and nothing of ours."""
    return _rows


@pytest.fixture(scope="session")
def count() -> Callable[[str, Collection[str]], Counter[str]]:
    """Votes per candidate over some units of an election, counted with csv and nothing of ours."""

    def counted(election: str, units: Collection[str]) -> Counter[str]:
        votes: Counter[str] = Counter()
        for row in _rows("results"):
            if row["election_id"] == election and row["unit_code"] in units:
                votes[row["candidate_id"]] += int(row["votes"])
        return votes

    return counted


@pytest.fixture(scope="session")
def papers() -> Callable[[str, str], dict[str, int | None]]:
    """Registered, cast, rejected and valid of one unit, None where the cell is blank."""

    def found(election: str, unit: str) -> dict[str, int | None]:
        row = next(
            row
            for row in _rows("turnout")
            if row["election_id"] == election and row["unit_code"] == unit
        )
        columns = ("registered", "cast", "rejected", "valid")
        return {column: int(row[column]) if row[column] else None for column in columns}

    return found
