"""The shape of every table in ``data/``: columns, ranges, keys and references between tables."""

from __future__ import annotations

from typing import Any

from mulembe.schemas.columns import TableSpec, spec, text
from mulembe.schemas.fits import FITS, SAMPLES
from mulembe.schemas.people import PEOPLE
from mulembe.schemas.votes import VOTES
from mulembe.schemas.wards import WARDS

__all__ = ["SAMPLES", "SPECS", "TableSpec", "read_types"]

SPECS: dict[str, TableSpec] = {
    **VOTES,
    **WARDS,
    **PEOPLE,
    **FITS,
    "known_differences": spec(
        "check subject", {"check": text(), "subject": text(), "reason": text()}
    ),
}


def read_types(spec: TableSpec) -> dict[str, Any]:
    """The pandas type of each column, for reading the file."""
    return {name: column.dtype.type for name, column in spec.columns.items()}
