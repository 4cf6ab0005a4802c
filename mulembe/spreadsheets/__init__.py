"""Tables that strangers upload, CSV and XLSX: read within strict limits, never trusted."""

from mulembe.spreadsheets.grid import Cell, Grid, Row, SpreadsheetError, Unusable
from mulembe.spreadsheets.reading import read_grid
from mulembe.spreadsheets.writing import write_workbook

__all__ = ["Cell", "Grid", "Row", "SpreadsheetError", "Unusable", "read_grid", "write_workbook"]
