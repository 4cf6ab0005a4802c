"""What a spreadsheet is once it is read: rows of cells that know where they stood, and limits."""

from __future__ import annotations

from dataclasses import dataclass

MOST_BYTES = 5 * 10**6
MOST_ROWS = 5_000  # below the header
MOST_COLUMNS = 40
MOST_CHARACTERS = 300  # in a cell
MOST_TEXT = 4 * 10**6  # characters of all texts together


class SpreadsheetError(ValueError):
    """The file cannot be read; the text is what to add after its name, with what to do."""


@dataclass(frozen=True)
class Unusable:
    """A cell that holds something, but nothing that can be read; ``why`` says what and what to do.

    >>> Unusable("a date stands here; format the cell as a number").why
    'a date stands here; format the cell as a number'
    """

    why: str


Cell = str | float | Unusable | None  # None is empty; a text is never empty or blank


@dataclass(frozen=True)
class Row:
    """One row: its number in the user's spreadsheet (the first is 1) and its cells from column A.

    Cells after the last one that holds something are left out.
    """

    number: int
    cells: list[Cell]

    def at(self, column: int) -> Cell:
        """The cell of a column (A is 0), None where the row has ended."""
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True)
class Grid:
    """The rows that hold something, in order.

    ``comma_groups`` says whether a comma inside a number can only part thousands: in a file whose
    columns are parted by commas it cannot be a decimal comma.
    """

    rows: list[Row]
    comma_groups: bool = False


def tidy(text: str) -> str | None:
    r"""A cell's text without blanks around it; blank runs and what cannot be printed are one space.

    >>> tidy("  Raila\n Odinga\u200b ")
    'Raila Odinga'
    """
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split()) or None


def letters(column: int) -> str:
    """The letters of a column as spreadsheets write them: 0 is A, 25 is Z, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def check_room(row: int, column: int) -> None:
    """Raise SpreadsheetError for a cell outside the rows and columns that are read (A is 0)."""
    if row > MOST_ROWS + 1:
        raise SpreadsheetError(
            f"row {row:,} holds something; at most {MOST_ROWS:,} rows below the header are read. "
            "Delete what does not belong to the table, or upload fewer units."
        )
    if column >= MOST_COLUMNS:
        raise SpreadsheetError(
            f"row {row:,} holds something in column {letters(column)}; at most {MOST_COLUMNS} "
            "columns are read. Delete what does not belong to the table, or join small options."
        )


def check_text(characters: int) -> None:
    """Raise SpreadsheetError when all texts of a file are longer than a table's can be."""
    if characters > MOST_TEXT:
        raise SpreadsheetError(
            f"holds more than {MOST_TEXT // 10**6} million characters of text. Shorten its names."
        )


def check_length(text: str, row: int, column: int) -> None:
    """Raise SpreadsheetError for a text longer than a cell may be."""
    if len(text) > MOST_CHARACTERS:
        raise SpreadsheetError(
            f"row {row:,}, column {letters(column)} holds more than {MOST_CHARACTERS} characters. "
            "Shorten it."
        )
