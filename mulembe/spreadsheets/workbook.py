"""Reading an XLSX in one capped pass: the first visible sheet, values only, nothing kept but cells.

Written on expat and not on a library because of what small hostile files did to two of them when
measured: python-calamine 0.9.1 allocates every cell between two far corners and ends the process;
openpyxl 3.1.5 loads all texts and styles before the first row (20 s, 280 MB; 26 s, 940 MB).
Here elements, depth, names and tokens are counted while they stream by, a document type (and with
it every entity) is refused at its first byte, and reading stops at the first thing out of bounds.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Iterable
from xml.parsers import expat

from mulembe.spreadsheets.archive import DAMAGED, TOO_LARGE, Archive
from mulembe.spreadsheets.grid import (
    MOST_CHARACTERS,
    Cell,
    Grid,
    Row,
    SpreadsheetError,
    Unusable,
    check_length,
    check_room,
    check_text,
    tidy,
)

MOST_ELEMENTS = 700_000  # 5,001 rows of 40 cells need three each at most
MOST_ALTOGETHER = 900_000  # in the sheet and its texts: with shared ones a cell needs two and two
MOST_AROUND = 50_000  # in each of the other parts; a workbook of a thousand styles has 5,000
MOST_NAMES = 2_000  # different names of elements and attributes
DEEPEST = 40
LONGEST_TOKEN = 1 << 18  # bytes of one tag; a text comes in pieces
MERGES = 3  # merged ranges told
MOST_MERGED = 20_000
DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # built-in formats
PERCENTS = {9, 10}
REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})", re.ASCII)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([Ee][+-]?\d{1,3})?", re.ASCII)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
NOT_DIGITS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hmsHMS]+\])[^\]]*\]')
Attributes = dict[str, str]


class _EndError(Exception):
    """Raised by a handler that has seen all it wanted."""


class _Part:
    """What listens to one XML part: ``begin`` and ``end`` of elements, ``text`` inside them."""

    def begin(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element, its name without prefix."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take a piece of text."""


def read_workbook(data: bytes) -> Grid:
    """The cells of the first visible sheet; raises SpreadsheetError with what is wrong."""
    archive = Archive(data)
    try:
        return _read(archive)
    except (expat.ExpatError, ValueError) as error:
        if isinstance(error, SpreadsheetError):
            raise
        raise SpreadsheetError(DAMAGED) from error


def _read(archive: Archive) -> Grid:
    book = _first(_relations(archive, ""), "/officeDocument")
    if not book or book.endswith(".bin"):
        raise SpreadsheetError("is not a plain Excel workbook. Save it as CSV or XLSX.")
    relations = _relations(archive, book)
    sheets = _Sheets()
    _listen(archive.chunks(book), sheets, MOST_AROUND)
    targets = {name: target for name, (kind, target) in relations.items() if kind == "/worksheet"}
    shown = [targets[name] for name in sheets.visible if name in targets]
    if not shown:
        raise SpreadsheetError("has no visible sheet with a table.")
    styles = _Styles()
    if (path := _first(relations, "/styles")) and path in archive:
        _listen(archive.chunks(path), styles, MOST_AROUND)
    sheet = _Sheet(styles.unusable())
    used = _listen(archive.chunks(shown[0]), sheet, MOST_ELEMENTS)
    sheet.refuse_merges()
    texts: dict[int, str] = {}
    if sheet.shared and (path := _first(relations, "/sharedStrings")):
        strings = _Strings({index for index, _, _ in sheet.shared})
        _listen(archive.chunks(path), strings, MOST_ALTOGETHER - used)
        texts = strings.texts
    return Grid(sheet.rows(texts))


def _listen(chunks: Iterable[bytes], part: _Part, most: int) -> int:
    """Feed a part's bytes to its listener, within limits; returns how many elements it had.

    What a file costs is its elements: the parts around the sheet have few in every honest workbook.
    """
    names: dict[str, str] = {}
    parser = expat.ParserCreate(intern=names)
    parser.buffer_text = True
    elements = depth = 0
    begin_here, end_here = part.begin, part.end

    def begin(name: str, attributes: Attributes) -> None:
        nonlocal elements, depth
        elements += 1
        depth += 1
        if elements > most or depth > DEEPEST or len(names) > MOST_NAMES:
            raise SpreadsheetError(f"holds far more than a table and {TOO_LARGE}")
        begin_here(name.rpartition(":")[2] if ":" in name else name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        end_here(name.rpartition(":")[2] if ":" in name else name)

    def refuse(*_: object) -> None:
        raise SpreadsheetError(f"holds definitions that no workbook has, and {TOO_LARGE}")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = part.text
    parser.StartDoctypeDeclHandler = refuse
    fed = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise SpreadsheetError(f"holds far more than a table and {TOO_LARGE}")
        parser.Parse(b"", True)
    except _EndError:
        pass
    return elements


class _Relations(_Part):
    """The relations of a part: kind and target by id."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = "/" + attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Kind and target, as a path from the root, of what a part refers to."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    found = _Relations()
    _listen(archive.chunks(path), found, MOST_AROUND)
    return {
        relation: (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
        for relation, (kind, target) in found.found.items()
    }


def _first(relations: dict[str, tuple[str, str]], kind: str) -> str:
    return next((target for held, target in relations.values() if held == kind), "")


class _Sheets(_Part):
    """The workbook's visible sheets in order, by the id of their relation."""

    def __init__(self) -> None:
        self.visible: list[str] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            ids = [v for k, v in attributes.items() if ":" in k and k.rpartition(":")[2] == "id"]
            self.visible += ids[:1]


class _Styles(_Part):
    """Which cell formats draw a number as a date or a percentage."""

    def __init__(self) -> None:
        self.formats: list[int] = []
        self.codes: dict[int, str] = {}
        self.inside = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self.codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")[:500]
        elif name == "cellXfs":
            self.inside = True
        elif name == "xf" and self.inside:
            self.formats.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            raise _EndError

    def unusable(self) -> dict[int, Unusable]:
        """By index of the cell format, what to say of a number in it."""
        date = Unusable("a date stands here; write a whole number, or format the cell as text")
        percent = Unusable("a percentage stands here; write the count itself")
        found = {}
        for index, number in enumerate(self.formats):
            code = NOT_DIGITS.sub("", self.codes.get(number, "")).lower()
            if number in PERCENTS or "%" in code:
                found[index] = percent
            elif number in DATES or any(letter in "ymdhs" for letter in code):
                found[index] = date
        return found


class _Strings(_Part):
    """The shared texts that the sheet asks for, by index; stops after the last of them."""

    def __init__(self, wanted: set[int]) -> None:
        self.texts: dict[int, str] = {}
        self._wanted, self._last = wanted, max(wanted)
        self._index, self._pieces, self._length = -1, list[str](), 0
        self._kept = 0
        self._open = self._reading = False

    def begin(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002
        if name == "si":
            self._index += 1
            self._pieces, self._length = [], 0
            self._open = self._index in self._wanted
        elif name == "rPh":  # how the text is spoken
            self._open = False
        elif name == "t":
            self._reading = self._open

    def text(self, text: str) -> None:
        if self._reading and self._length <= MOST_CHARACTERS:
            self._pieces.append(text[: 4 * MOST_CHARACTERS])
            self._length += len(text)

    def end(self, name: str) -> None:
        if name == "t":
            self._reading = False
        elif name == "si":
            if self._index in self._wanted:
                self.texts[self._index] = "".join(self._pieces)
                self._kept += len(self.texts[self._index])
                check_text(self._kept)
            if self._index == self._last:
                raise _EndError
        elif name == "rPh":
            self._open = self._index in self._wanted


class _Sheet(_Part):
    """The cells of a sheet, by row; shared texts are filled in afterwards."""

    def __init__(self, unusable: dict[int, Unusable]) -> None:
        self.shared: list[tuple[int, int, int]] = []  # index of the text, row, column
        self._unusable = unusable
        self._cells: dict[int, list[Cell]] = {}
        self._merged: list[str] = []
        self._row, self._column, self._kept = 0, -1, 0
        self._in_data = self._reading = self._silent = self._formula = False
        self._place, self._kind, self._style = "", "n", "0"
        self._pieces, self._length, self._skipped = list[str](), 0, 0

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "c" and self._in_data:
            self._start(attributes)
        elif name == "mergeCell":
            self._merged.append(attributes.get("ref", "")[:30])
            if len(self._merged) > MOST_MERGED:
                raise SpreadsheetError(f"holds far more than a table and {TOO_LARGE}")
        elif name == "sheetData":
            self._in_data = True
        elif not self._in_data:
            return
        elif name in ("v", "t"):
            self._reading = not self._silent
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._silent = True
        elif name == "row":
            row = int(attributes.get("r", self._row + 1))
            if row <= self._row:
                raise SpreadsheetError(DAMAGED)
            self._row, self._column, self._skipped = row, -1, 0

    def _start(self, attributes: Attributes) -> None:
        self._place = attributes.get("r", "")
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._skipped += 1
        if self._pieces:
            self._pieces, self._length = [], 0
        self._formula = False

    def _locate(self) -> None:
        """Find the column of a cell that holds something; cells may leave their place out."""
        column = self._column + self._skipped
        if self._place:
            found = REFERENCE.fullmatch(self._place)
            if not found or int(found[2]) != self._row or _number(found[1]) <= self._column:
                raise SpreadsheetError(DAMAGED)
            column = _number(found[1])
        self._column, self._skipped = column, 0

    def text(self, text: str) -> None:
        if self._reading:
            self._pieces.append(text)
            self._length += len(text)
            if self._length > 4 * MOST_CHARACTERS:  # blanks around a text may yet go
                self._locate()
                check_length("x" * self._length, self._row, self._column)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._reading = False
        elif name == "rPh":
            self._silent = False
        elif name == "sheetData":
            self._in_data = False
        elif name == "c" and (self._pieces or self._formula):
            self._locate()
            self._finish("".join(self._pieces))

    def _finish(self, text: str) -> None:
        cell = self._value(text)
        if cell is None:
            return
        check_room(self._row, self._column)
        self._kept += len(text)
        check_text(self._kept)
        row = self._cells.setdefault(self._row, [])
        row += [None] * (self._column + 1 - len(row))
        row[self._column] = cell

    def _value(self, text: str) -> Cell:
        if self._formula and not text:
            return Unusable("a formula without its result; open the file, save it, or paste values")
        if self._kind == "s" and text:
            self.shared.append((int(text), self._row, self._column))
            return ""
        if self._kind in ("str", "inlineStr"):
            return _told(text, self._row, self._column)
        if not text.strip():
            return None
        if self._kind == "n":
            return self._unusable.get(int(self._style)) or _counted(text.strip())
        what = {"e": f"the error {text[:20]}", "b": "TRUE or FALSE", "d": "a date"}
        return Unusable(f"{what.get(self._kind, 'something else')} stands here; write a number")

    def refuse_merges(self) -> None:
        """Raise SpreadsheetError when cells of the table are merged."""
        width = max((len(cells) for cells in self._cells.values()), default=0)
        inside = [place for place in self._merged if self._touches(place, width)]
        if inside:
            more = f" and {len(inside) - MERGES} more" if len(inside) > MERGES else ""
            raise SpreadsheetError(
                f"has merged cells ({', '.join(inside[:MERGES])}{more}). Unmerge them and fill in "
                "every cell."
            )

    def _touches(self, place: str, width: int) -> bool:
        start = REFERENCE.match(place)
        if not start:
            return False
        return int(start[2]) <= max(self._cells, default=0) and _number(start[1]) < width

    def rows(self, texts: dict[int, str]) -> list[Row]:
        """The rows with their texts; those that hold nothing are left out."""
        tidied: dict[int, Cell] = {}
        for index, row, column in self.shared:
            if index not in tidied:
                tidied[index] = _told(texts.get(index, ""), row, column)
            self._cells[row][column] = tidied[index]
        found = []
        for number, cells in self._cells.items():
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                found.append(Row(number, cells))
        return found


def _told(text: str, row: int, column: int) -> Cell:
    cell = tidy(ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))
    check_length(cell or "", row, column)
    return cell


def _counted(text: str) -> Cell:
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else Unusable("this is not a number; write a whole number")


def _number(column: str) -> int:
    """The place of a column by its letters: A is 0."""
    place = 0
    for letter in column:
        place = 26 * place + ord(letter) - 64
    return place - 1
