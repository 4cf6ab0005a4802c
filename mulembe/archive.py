"""All tables and presets as one ZIP: CSV files, a dictionary, licences, and how to read them.

>>> from datetime import date
>>> from mulembe.tables import Tables
>>> data = archive(Tables(), date(2026, 11, 22))
>>> data == archive(Tables(), date(2026, 11, 22))
True

The same tables and day give the same bytes. Cells keep their exact text: what a spreadsheet would
run as a formula gets an apostrophe in front, and so does text that begins with one, so that taking
one leading apostrophe away from every text cell gives back what the table holds.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import BytesIO, StringIO
from itertools import groupby
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from mulembe.polls import ban, hidden
from mulembe.schemas import SPECS
from mulembe.tables import TableError, Tables

NAME = "mulembe-tables"
# What a spreadsheet may run, first in a cell; the last four are the wide forms of = + - @.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MARK = "'"
POLLS = "polls"
_STAMP = (2026, 1, 1, 0, 0, 0)  # no clock in the file: the same content gives the same bytes
_TYPES = {"int64": "whole number", "float64": "number", "bool": "True or False"}
# Units of the numbers, by column, and where a table differs by "table.column".
UNITS = {
    **dict.fromkeys(("votes", "valid", "margin", "value", "form_difference"), "votes"),
    **dict.fromkeys(("cast", "rejected"), "papers"),
    **dict.fromkeys(("registered",), "voters"),
    **dict.fromkeys(("sample",), "persons"),
    **dict.fromkeys(("stations", "stations_missing", "stations_flagged"), "polling stations"),
    **dict.fromkeys(("lon", "lat", "west", "south", "east", "north"), "degrees WGS84"),
    **dict.fromkeys(("tile_col", "tile_row"), "tiles, from 0"),
    **dict.fromkeys(("share_percent", "low", "high"), "percent"),
    **dict.fromkeys(("margin_points", "mae", "bias", "rmse", "crps"), "percentage points"),
    **dict.fromkeys(("called", "covered", "covered_normal"), "constituencies"),
    **dict.fromkeys(("county_size", "constituency_size", "size"), "standard deviation, log-odds"),
    "border_km": "km",
    "brier": "squared chance, 0 is best",
    "level": "evidence level 0 to 5",
    "rank": "order, from 1",
    "declared.value": "votes or voters",
    "readings_2022.value": "votes or papers",
    "fit_parameters.value": "fraction, or km for a reach",
    "fit_parameters.low": "fraction, or km for a reach",
    "fit_parameters.high": "fraction, or km for a reach",
}
_UNIT_BY_START = {
    "mae_": "percentage points",
    "size_": "standard deviation, log-odds",
    "government_": "percent of valid votes",
    "opposition_": "percent of valid votes",
}
_SECTION = re.compile(r"^#{2,3} ", re.MULTILINE)
_ROW = re.compile(r"^\| `(\w+)` \| (.*) \|$", re.MULTILINE)


def archive(tables: Tables, day: date) -> bytes:
    """Everything as one ZIP, built in memory; ``day`` is the day in Kenya it is made on.

    On the days when no poll may be published the polls are left out, and the README says so.
    Raises TableError when a table is missing or damaged.
    """
    without = {POLLS} if hidden(day, tables) else set()
    names = [name for name in sorted(SPECS) if name not in without]
    files = {f"tables/{name}.csv": _table(tables, name) for name in names}
    presets = sorted((tables.folder / "presets").glob("*.json"))
    files |= {f"presets/{path.name}": path.read_text(encoding="utf-8") for path in presets}
    entries = dictionary(tables.folder)
    files["dictionary.csv"] = _written(
        ["table", "column", "type", "unit", "meaning", "key", "refers_to"],
        [row for row in entries if row[0] in names],
    )
    files["LICENCES.md"] = _licences(tables)
    files["README.md"] = _readme(tables, day, names, len(presets))
    return _packed(files)


def unescaped(cell: str) -> str:
    """The text of a text cell as the table holds it: without the one leading apostrophe."""
    return cell[1:] if cell.startswith(MARK) else cell


def escaped(cell: str) -> str:
    """Text that no spreadsheet runs, and from which the text can be had back."""
    return MARK + cell if cell.startswith((*FORMULA, MARK)) else cell


def dictionary(folder: Path) -> list[tuple[str, ...]]:
    """One row per column of every table: table, column, type, unit, meaning, key, reference.

    Meanings come from the tables' README, everything else from the schemas.
    """
    meanings = _meanings((folder / "README.md").read_text(encoding="utf-8"))
    rows: list[tuple[str, ...]] = []
    for name in sorted(SPECS):
        spec = SPECS[name]
        for column, about in spec.columns.items():
            kind = _TYPES.get(str(about.dtype).lower(), "text")
            refers = ".".join(spec.references[column]) if column in spec.references else ""
            rows.append(
                (
                    name,
                    column,
                    kind,
                    unit(name, column) if kind.endswith("number") else "",
                    meanings.get(name, {}).get(column, ""),
                    "key" if column in spec.key else "",
                    refers,
                )
            )
    return rows


def unit(table: str, column: str) -> str:
    """The unit of a number column; "" when none is known."""
    named = UNITS.get(f"{table}.{column}", UNITS.get(column, ""))
    starts = (words for start, words in _UNIT_BY_START.items() if column.startswith(start))
    return named or next(starts, "")


def _meanings(readme: str) -> dict[str, dict[str, str]]:
    """By table and column, what data/README.md says of it."""
    found: dict[str, dict[str, str]] = {}
    for section in _SECTION.split(readme):
        name = re.match(r"`(\w+)`\n", section)
        if name and name[1] in SPECS:
            rows = _ROW.findall(section)
            found[name[1]] = {column: text.replace("`", "") for column, text in rows}
    return found


def _table(tables: Tables, name: str) -> str:
    """A table's own cells as they stand in its file, texts made harmless."""
    tables[name]  # checked against its schema before it is handed out
    types = {column: about.dtype for column, about in SPECS[name].columns.items()}
    text = {column for column, kind in types.items() if str(kind).lower() not in _TYPES}
    try:
        with (tables.folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
    except (OSError, ValueError) as error:
        raise TableError(f"{name}.csv", f"cannot be read: {error}.") from None
    marked = [column in text for column in header]
    return _written(
        header,
        (
            [escaped(cell) if mark else cell for cell, mark in zip(row, marked, strict=True)]
            for row in rows
        ),
        as_is=True,
    )


def _written(header: Sequence[str], rows: Iterable[Sequence[str]], *, as_is: bool = False) -> str:
    """CSV text; cells are made harmless unless they are already (``as_is``)."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(row if as_is else [escaped(cell) for cell in row] for row in rows)
    return out.getvalue()


def _packed(files: dict[str, str]) -> bytes:
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as packed:
        for path in sorted(files):
            entry = ZipInfo(f"{NAME}/{path}", _STAMP)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            # Excel takes a CSV for its own code page unless it begins with the mark of UTF-8.
            encoding = "utf-8-sig" if path.endswith(".csv") else "utf-8"
            packed.writestr(entry, files[path].encode(encoding))
    return data.getvalue()


def _licences(tables: Tables) -> str:
    """What each source states about its licence, grouped by it, and the boundaries' attribution."""
    lines = [
        "# Licences",
        "",
        "As stated by each source; most state none. Only facts and figures are taken from those, "
        "no text is copied. Whoever publishes from here should name the source of each row "
        "(`source_id`) and check its terms.",
    ]
    rows = tables["sources"].sort_values(["licence", "source_id"]).to_dict("records")
    for licence, group in groupby(rows, key=lambda row: row["licence"]):
        lines += ["", f"## {licence}", ""]
        for row in group:
            where = row["url"] or row["locator"]
            lines.append(
                f"- `{row['source_id']}` {row['publisher']}: {row['title']}. {where} "
                f"(seen {row['seen']})"
            )
    readme = (tables.folder / "README.md").read_text(encoding="utf-8")
    parts = [part for part in _SECTION.split(readme) if part.startswith("Boundary files")]
    if parts:
        body = parts[0].split("\n", maxsplit=1)[1].strip()
        intro = "Points, extents and common borders in the tables are worked out from them."
        lines += ["", "## Boundaries", "", intro, "", body]
    return "\n".join(lines) + "\n"


def _readme(tables: Tables, day: date, names: list[str], presets: int) -> str:
    return "\n".join(_readme_lines(tables, day, names, presets)) + "\n"


def _readme_lines(tables: Tables, day: date, names: list[str], presets: int) -> Iterator[str]:
    yield "# Mulembe: all tables"
    yield ""
    yield f"Data version `{tables.version}`, packed on {day.isoformat()} (day in Kenya)."
    yield ""
    yield f"- `tables/`: {len(names)} tables, one CSV file each"
    yield f"- `presets/`: {presets} scenarios as JSON; assumptions and not results"
    yield "- `dictionary.csv`: every column with type, unit and meaning"
    yield "- `LICENCES.md`: what each source states, and the attribution of the boundaries"
    if POLLS not in names:
        first, last = ban(tables)
        yield ""
        yield (
            f"The polls are left out from {first} to {last}: section 7(1) of the Publication of "
            "Electoral Opinion Polls Act. They come back the day after."
        )
    yield ""
    yield "## Read this first"
    yield ""
    yield from _first_things(tables.folder)
    yield ""
    yield "## How to read the CSV files"
    yield ""
    yield "- UTF-8 with its mark, comma, one header row, line ends of one character."
    yield "- Codes are text: read `037` as text or the zero is lost. A blank cell is a missing"
    yield "  figure and never zero."
    yield "- Text that a spreadsheet would run as a formula (it begins with = + - @ or a control"
    yield "  character) has an apostrophe in front, and so has text that itself begins with an"
    yield "  apostrophe. Take one leading apostrophe away from every text cell and you have the"
    yield "  table's own text. Numbers are never changed, negative ones included."
    yield "- `source_id` leads to `tables/sources.csv`, with publisher, address and licence."


def _first_things(folder: Path) -> list[str]:
    """The warnings that head the tables' own README."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    sections = [part for part in _SECTION.split(text) if part.startswith("Read this first")]
    return [line for line in sections[0].splitlines() if line.startswith("- ")] if sections else []
