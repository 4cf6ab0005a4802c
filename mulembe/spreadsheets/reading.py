"""Reading an uploaded table, whatever it is: dispatch by what the bytes are, not by the name."""

from __future__ import annotations

from pathlib import PurePath

from mulembe.spreadsheets.grid import MOST_BYTES, Grid, SpreadsheetError
from mulembe.spreadsheets.separated import read_separated
from mulembe.spreadsheets.workbook import read_workbook

ZIP, OLD_OFFICE, PDF = b"PK", b"\xd0\xcf\x11\xe0", b"%PDF"
TEXT = (".csv", ".tsv", ".txt", "")
ELSEWHERE = {
    ".xls": "an old Excel file (.xls)",
    ".xlsb": "a binary Excel file (.xlsb)",
    ".xlsm": "an Excel file with macros (.xlsm)",
    ".ods": "an OpenDocument file (.ods)",
    ".numbers": "a Numbers file",
    ".pdf": "a PDF",
}


def read_grid(data: bytes, name: str) -> Grid:
    """The first sheet of an XLSX file, or a CSV file, as a Grid.

    Raises SpreadsheetError, with what to write after the file's name, for every other kind of file
    and for one that is empty, damaged or over the limits of mulembe.spreadsheets.grid.
    """
    ending = PurePath(name).suffix.lower()
    if len(data) > MOST_BYTES:
        raise SpreadsheetError(
            f"has {len(data) / 10**6:,.1f} MB; at most {MOST_BYTES // 10**6} MB are read. "
            "Keep only the table in it."
        )
    if ending in ELSEWHERE:
        raise SpreadsheetError(f"is {ELSEWHERE[ending]}. Save it as CSV or XLSX.")
    if data.startswith(PDF):
        raise SpreadsheetError(f"is {ELSEWHERE['.pdf']}. Save the table as CSV or XLSX.")
    if data.startswith(OLD_OFFICE):
        raise SpreadsheetError(
            "is an old Excel file or locked by a password. Save it as XLSX without a password."
        )
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf,;"):
        raise SpreadsheetError("is empty.")
    if data.startswith(ZIP):
        return read_workbook(data)
    if ending not in TEXT:
        what = "is not what its name says" if ending == ".xlsx" else "is neither CSV nor XLSX"
        raise SpreadsheetError(f"{what}. Save it as CSV or XLSX from your spreadsheet.")
    return read_separated(data)
