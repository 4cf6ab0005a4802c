"""Loads the tables of ``data/`` and says what is wrong when one is missing or damaged.

>>> tables = Tables()
>>> len(tables["counties"])
47
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from mulembe.schemas import SPECS, read_types

DATA = Path(__file__).resolve().parent.parent / "data"
REBUILD = "Restore it with 'git checkout -- data' or rebuild it as data/README.md says."


class TableError(Exception):
    """A table is missing or damaged; the text names the table, the fault and the remedy."""

    def __init__(self, table: str, fault: str) -> None:
        super().__init__(f"The table data/{table} {fault} {REBUILD}")
        self.table = table


class Tables:
    """All tables of one folder, each read and checked when it is first asked for.

    ``tables["results"]`` is a DataFrame; treat it as read-only, it is shared.
    """

    def __init__(self, folder: Path = DATA) -> None:
        self.folder = folder
        self._loaded: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._loaded:
            self._loaded[name] = load(name, self.folder)
        return self._loaded[name]

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits that change when any table changes, appears or goes."""
        digest = hashlib.sha256()
        for name in sorted(SPECS):
            path = self.folder / f"{name}.csv"
            digest.update(name.encode() + (path.read_bytes() if path.exists() else b"missing"))
        return digest.hexdigest()[:12]


def load(name: str, folder: Path = DATA) -> pd.DataFrame:
    """Read one table and check it against its schema.

    Text columns hold ``""`` where the file is blank, counts and numbers hold NA.
    Raises TableError when the file is missing, unreadable or breaks its schema.
    """
    spec, file = SPECS[name], f"{name}.csv"
    types = read_types(spec)
    numeric = [column for column, kind in types.items() if kind is not str and str(kind) != "str"]
    try:
        header = pd.read_csv(folder / file, nrows=0).columns
        if list(header) != [*dict.fromkeys(header)] or set(header) != set(types):
            odd = sorted(set(types).symmetric_difference(header))
            raise TableError(file, f"has missing or unknown columns: {', '.join(odd)}.")
        table = pd.read_csv(
            folder / file,
            dtype=types,
            keep_default_na=False,
            na_values={column: [""] for column in numeric},
        )
        if not isinstance(table.index, pd.RangeIndex):  # pandas makes surplus cells the index
            raise TableError(file, "has rows with more cells than its header.")
        if table.empty:
            raise TableError(file, "has no rows.")
        return spec.schema.validate(table, lazy=False)
    except FileNotFoundError:
        raise TableError(file, "is missing.") from None
    except pa.errors.SchemaError as error:
        raise TableError(file, f"breaks its rules: {_fault(error)}.") from None
    except (ValueError, UnicodeDecodeError, pd.errors.ParserError, OSError) as error:
        raise TableError(file, f"cannot be read: {str(error).splitlines()[0]}.") from None


def _fault(error: pa.errors.SchemaError) -> str:
    column = getattr(error.schema, "name", None) or "key"
    cases = error.failure_cases
    if isinstance(cases, pd.DataFrame) and len(cases):
        case = cases.iloc[0]
        row = f" in data row {int(case['index']) + 1}" if pd.notna(case.get("index")) else ""
        value = case["failure_case"]
        shown = repr(value) if isinstance(value, str) else value
        return f"column {column}{row} holds {shown}"
    return str(error).splitlines()[0]
