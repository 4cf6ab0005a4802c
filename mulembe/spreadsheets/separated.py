"""Reading CSV: the encodings and separators that spreadsheets write, one bounded line at a time."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper

from mulembe.spreadsheets.grid import (
    MOST_ROWS,
    Grid,
    Row,
    SpreadsheetError,
    check_length,
    check_room,
    check_text,
    tidy,
)

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
LONGEST_LINE = 50_000  # characters; 40 cells of 300, quoted
MOST_LINES = 10 * MOST_ROWS  # blank ones and those inside quotation marks included
LOOK = 20  # rows that decide what separates the columns
UNQUOTED = (
    "cannot be parted into cells: a quotation mark is opened and not closed, or stands in the "
    "middle of a cell. Save it again as CSV from your spreadsheet."
)


def read_separated(data: bytes) -> Grid:
    """The rows of a CSV file in UTF-8 or Windows-1252, separated by commas, semicolons or tabs.

    Raises SpreadsheetError for anything else, and for what is over the limits.
    """
    encoding = _encoding(data)
    hint = _hint(data, encoding)
    separator = hint or _separator(data, encoding)
    rows, characters = [], 0
    try:
        for number, cells in enumerate(_records(data, encoding, separator, skip=bool(hint)), 1):
            row = _row(number, cells)
            characters += sum(map(len, cells))
            check_text(characters)
            if row.cells:
                rows.append(row)
    except csv.Error as error:
        raise SpreadsheetError(UNQUOTED) from error
    return Grid(rows, comma_groups=separator == ",")


def _row(number: int, texts: list[str]) -> Row:
    cells = [tidy(text) for text in texts]
    while cells and cells[-1] is None:
        cells.pop()
    if cells:
        check_room(number, len(cells) - 1)
    for column, text in enumerate(texts[: len(cells)]):
        check_length(text, number, column)
    return Row(number, list(cells))


def _encoding(data: bytes) -> str:
    """utf-8-sig or cp1252, whichever reads all of it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        raise SpreadsheetError('is not plain text. Save it as "CSV UTF-8", or as XLSX.')
    for encoding in ("utf-8-sig", "cp1252"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for start in range(0, len(data), 1 << 16):
                decoder.decode(data[start : start + (1 << 16)])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise SpreadsheetError('holds characters that cannot be read. Save it as "CSV UTF-8".')


def _lines(data: bytes, encoding: str) -> Iterator[str]:
    text = TextIOWrapper(BytesIO(data), encoding, newline="")
    for number in range(MOST_LINES + 1):
        line = text.readline(LONGEST_LINE + 1)
        if not line:
            return
        if len(line) > LONGEST_LINE:
            raise SpreadsheetError(
                f"has a line of more than {LONGEST_LINE:,} characters. Check that it is a table "
                "with one unit in each row."
            )
        if number == MOST_LINES:
            raise SpreadsheetError(
                f"has more than {MOST_LINES:,} lines; at most {MOST_ROWS:,} rows are read."
            )
        yield line


def _hint(data: bytes, encoding: str) -> str:
    """The separator that a first line "sep=;" names; spreadsheets hide that line."""
    first = next(_lines(data, encoding), "").strip().lower()
    return first[4] if len(first) == 5 and first.startswith("sep=") and first[4] in ",;" else ""


def _records(
    data: bytes, encoding: str, separator: str, *, skip: bool = False
) -> Iterator[list[str]]:
    lines = _lines(data, encoding)
    if skip:
        next(lines)
    return csv.reader(lines, delimiter=separator, strict=True)


def _separator(data: bytes, encoding: str) -> str:
    """What separates the columns: what gives most rows the width of the header.

    Raises SpreadsheetError when nothing does, or two do equally well.
    """
    scores, broken = {}, False
    for separator in SEPARATORS:
        widths: list[int] = []
        try:
            for cells in _records(data, encoding, separator):
                if any(cells):
                    widths.append(len(cells))
                if len(widths) == LOOK:
                    break
        except csv.Error:
            broken = True
            continue
        if widths and widths[0] > 1:
            scores[separator] = (sum(width == widths[0] for width in widths), widths[0])
    best = [separator for separator, score in scores.items() if score == max(scores.values())]
    if broken and not best:
        raise SpreadsheetError(UNQUOTED)
    if not best:
        raise SpreadsheetError(
            "has one column only. The first column names the units and every other one counts an "
            "option, with commas, semicolons or tabs between them."
        )
    if len(best) > 1:
        told = " and ".join(SEPARATORS[separator] for separator in best)
        raise SpreadsheetError(
            f"could be parted by {told} alike. Save it as XLSX, or put names in quotation marks."
        )
    return best[0]
