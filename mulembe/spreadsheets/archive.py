"""The zip around an XLSX, inspected by its table of contents before anything in it is inflated."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from mulembe.spreadsheets.grid import SpreadsheetError

MOST_PARTS = 1_000
MOST_UNZIPPED = 40 * 10**6
MOST_RATIO = 120
CHUNK = 1 << 16
CONTENTS = "[content_types].xml"
NESTED = {".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".zst", ".tar", ".jar"}
NESTED |= {".xlsx", ".xlsm", ".xlsb", ".docx", ".pptx", ".ods", ".odt", ".numbers"}
ENTRY = b"PK\x01\x02"  # begins every entry of a zip's table of contents
# What zipfile raises for bytes that are no zip.
DAMAGE = (
    BadZipFile,
    EOFError,
    IndexError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
DAMAGED = "is damaged and cannot be opened. Save it again as XLSX or CSV."
TOO_LARGE = "is not a plain table: save only the sheet with the table as XLSX or CSV."


class Archive:
    """The parts of an XLSX by name, in any case; inflated piece by piece, and counted.

    Raises SpreadsheetError for what no plain workbook has: thousands of parts, contents over
    MOST_UNZIPPED or MOST_RATIO times their packed size, encryption, archives inside. What the
    table of contents declares can be a lie, so ``chunks`` counts again what really comes out.
    """

    def __init__(self, data: bytes) -> None:
        # Counted in the raw bytes: zipfile would build an object for each before it can be asked.
        if data.count(ENTRY) > MOST_PARTS:
            raise SpreadsheetError(f"holds more than {MOST_PARTS:,} parts and {TOO_LARGE}")
        try:
            self._zip = ZipFile(BytesIO(data))
        except DAMAGE as error:
            raise SpreadsheetError(DAMAGED) from error
        self._parts = {part.filename.lower(): part for part in self._zip.infolist()}
        self._inflated = 0
        _inspect(list(self._zip.infolist()), len(data))

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's bytes, CHUNK at a time. Raises SpreadsheetError when it is not there or lies."""
        part = self._parts.get(name.lower())
        if part is None:
            raise SpreadsheetError(DAMAGED)
        try:
            with self._zip.open(part) as inflating:
                while piece := inflating.read(CHUNK):
                    self._inflated += len(piece)
                    if self._inflated > MOST_UNZIPPED:
                        raise SpreadsheetError(_swollen())
                    yield piece
        except SpreadsheetError:
            raise
        except DAMAGE as error:
            raise SpreadsheetError(DAMAGED) from error


def _inspect(parts: list[ZipInfo], size: int) -> None:
    """Judge an archive by what its table of contents declares."""
    names = {part.filename.lower() for part in parts}
    if CONTENTS not in names:
        raise SpreadsheetError(_foreign(names))
    if any(part.flag_bits & 1 for part in parts):
        raise SpreadsheetError("is locked by a password. Save it without one.")
    if any(PurePosixPath(name).suffix in NESTED for name in names):
        raise SpreadsheetError(f"holds another file inside and {TOO_LARGE}")
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise SpreadsheetError(f"is packed in a way that workbooks are not, and {TOO_LARGE}")
    unzipped = sum(part.file_size for part in parts)
    packed = min(size, sum(part.compress_size for part in parts))
    if unzipped > MOST_UNZIPPED:
        raise SpreadsheetError(_swollen())
    if unzipped > MOST_RATIO * packed or any(
        part.file_size > MOST_RATIO * max(1, part.compress_size) for part in parts
    ):
        raise SpreadsheetError(
            f"swells to more than {MOST_RATIO} times its size when it is unpacked, and {TOO_LARGE}"
        )


def _swollen() -> str:
    return f"swells to more than {MOST_UNZIPPED // 10**6} MB when it is unpacked, and {TOO_LARGE}"


def _foreign(names: set[str]) -> str:
    """What to say of a zip that is no XLSX."""
    if any(name.endswith(".iwa") for name in names):
        return "is a Numbers file. Export it as CSV or Excel (XLSX)."
    if "mimetype" in names:
        return "is an OpenDocument file. Save it as CSV or XLSX."
    return "is a zip file, not a table. Unpack it and upload the CSV or XLSX inside."
