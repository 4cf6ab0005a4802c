"""Loads the tables of ``data/`` and says what is wrong when one is missing or damaged.

>>> tables = Tables()
>>> len(tables["counties"])
47
"""

from __future__ import annotations

import hashlib
import time
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

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild it as it was raised when it comes from another process."""
        return _raised, (type(self), self.table, str(self))


def _raised(kind: type[TableError], table: str, text: str) -> TableError:
    error = kind.__new__(kind, text)
    error.args, error.table = (text,), table
    return error


class ChangedError(TableError):
    """The files changed while they were being used; asked again, the new ones are read."""

    def __init__(self) -> None:
        Exception.__init__(
            self, "The tables were changed while they were being read. Load the page again."
        )
        self.table = ""


class Tables:
    """All tables of one folder as they are now, each read when it is first asked for.

    ``tables["results"]`` is a DataFrame; treat it as read-only, it is shared. Two of the same
    folder are equal when every file in it is: what is kept for one holds for the other. Sent to
    another process only the folder and its content's hash travel (see ``opened``).
    """

    def __init__(self, folder: Path = DATA) -> None:
        self.folder = folder
        self._files = _hashes(folder)
        self.content = _joined(self._files)
        self._loaded: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._loaded:
            found = load(name, self.folder)
            if _hashed(self.folder / f"{name}.csv") != self._files.get(f"{name}.csv"):
                raise ChangedError
            self._loaded[name] = found
        return self._loaded[name]

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Tables) and (self.folder, self.content) == (
            other.folder,
            other.content,
        )

    def __hash__(self) -> int:
        return hash((self.folder, self.content))

    def __reduce__(self) -> tuple[object, ...]:
        return opened, (self.folder, self.content)

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits that change when any table changes, appears or goes."""
        digest = hashlib.sha256()
        for name in sorted(SPECS):
            path = self.folder / f"{name}.csv"
            digest.update(name.encode() + (path.read_bytes() if path.exists() else b"missing"))
        return digest.hexdigest()[:12]


def files_of(folder: Path) -> list[Path]:
    """What of a folder the program reads: its tables, its other data and the presets."""
    found = (path for place in (folder, folder / "presets") for path in place.glob("*.*"))
    return sorted(path for path in found if path.suffix != ".py" and path.is_file())


def content_of(folder: Path) -> str:
    """A SHA-256 over every byte and name of the files of a folder."""
    return _joined(_hashes(folder))


def _hashes(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): _hashed(path) for path in files_of(folder)}


def _hashed(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _joined(files: dict[str, str]) -> str:
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()


_open: dict[Path, Tables] = {}


def opened(folder: Path = DATA, content: str = "") -> Tables:
    """The tables of a folder, shared by all of this process who ask for the same content.

    Raises ChangedError when the folder has another content by now.
    """
    held = _open.get(folder)
    if held is None or content_of(folder) != held.content:
        held = _open[folder] = Tables(folder)
    if content and held.content != content:
        raise ChangedError
    return held


class Watch:
    """Tells the content of a folder, reading its files only when one may have changed.

    A file's times, size and place say whether it was written since; but two changes within one tick
    of the clock look alike, so files written in the last SETTLED seconds are read every time. It
    looks at most every ``fresh`` seconds: a page asks a hundred times.
    """

    SETTLED = 2.0

    def __init__(self, folder: Path = DATA, fresh: float = 0.25) -> None:
        self.folder, self._fresh = folder, fresh
        self._marks: object = None
        self._content, self._looked = "", -1e9

    def content(self) -> str:
        """The hash of the content as it is now."""
        now = time.monotonic()
        if now - self._looked < self._fresh:
            return self._content
        started = time.time()
        marks, newest = self._look()
        if self._marks is None or marks != self._marks:
            self._content = content_of(self.folder)
            self._marks = marks if newest < started - self.SETTLED else None
        self._looked = now
        return self._content

    def _look(self) -> tuple[object, float]:
        """Name, times, size and place of every file, and when the last of them was written."""
        marks, newest = [], 0.0
        for path in files_of(self.folder):
            seen = path.stat()
            marks.append((path, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size, seen.st_ino))
            # ctime cannot be set back, as mtime can by whoever copies a file.
            newest = max(newest, seen.st_mtime, seen.st_ctime)
        return tuple(marks), newest


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
