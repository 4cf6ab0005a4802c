"""A reader's own two tables of counts: read all or nothing, every problem named by file and row."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mulembe.spreadsheets import Cell, Grid, Row, SpreadsheetError, Unusable, read_grid
from mulembe.spreadsheets.counts import count
from mulembe.spreadsheets.grid import letters

LISTED = 20
MOST_TOLERANCE = 0.05
UNACCOUNTED = "unaccounted"
FEW = 0.5  # of the units: a column without which more totals are equal is suspected
SMALL = 2_000  # the number of a district, county or ward is below
SEVERAL = 4  # units, below which equal numbers in both tables are no sign of codes
TOTALS = {"total", "totals", "grand total", "sum", "all", "jumla", "total votes", "votes cast"}
TOTALS |= {"valid", "valid votes", "total valid", "total valid votes", "registered", "electorate"}


@dataclass(frozen=True)
class Pair:
    """Two tables that fit each other: the same units in the same order, with equal totals.

    ``origins`` and ``destinations`` are int64 frames, units as index, options as columns;
    ``groups`` names the group of each unit, None when no group column was asked for. Where a
    tolerance let totals differ, the smaller side has a last column UNACCOUNTED with the difference.
    """

    origins: pd.DataFrame
    destinations: pd.DataFrame
    groups: tuple[str, ...] | None


@dataclass
class _Problems:
    """Sentences in the order they were found; those over LISTED are only counted."""

    told: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, sentence: str) -> None:
        if len(self.told) < LISTED:
            self.told.append(sentence)
        else:
            self.more += 1

    def listed(self) -> list[str]:
        """The sentences, and how many more there are."""
        return [*self.told, f"And {self.more:,} more."] if self.more else self.told

    def __bool__(self) -> bool:
        return bool(self.told)


@dataclass
class _Table:
    """One file: counts by unit and option, the row of each unit, and the group column if held."""

    file: str
    options: list[str]
    rows: dict[str, int]
    counts: np.ndarray
    groups: dict[str, str] | None


def read_pair(
    origins: bytes,
    origins_name: str,
    destinations: bytes,
    destinations_name: str,
    group: str = "",
    *,
    tolerance: float = 0.0,
) -> tuple[Pair | None, list[str]]:
    """Read two tables, units x options, from the bytes of CSV or XLSX files.

    The first column names the unit, every other one counts an option; ``group`` names a column, in
    either file or both, that says which group a unit belongs to. Returns the pair and no problems,
    or None and at most LISTED sentences (and how many more) that name file, row and column and say
    what to do; the row is that of the user's spreadsheet.

    The totals of a unit must be equal in both files. ``tolerance`` (0 to MOST_TOLERANCE) lets them
    differ by that share of the larger one: nothing is rescaled, the difference becomes the option
    UNACCOUNTED on the smaller side, so that it can be seen and no vote is invented for an option.
    """
    if not 0 <= tolerance <= MOST_TOLERANCE:
        return None, [f"The tolerance must be between 0 and {100 * MOST_TOLERANCE:g}%."]
    problems = _Problems()
    first, second = _file(origins_name, "origins"), _file(destinations_name, "destinations")
    if first == second:
        first, second = f"{first} (before)", f"{second} (after)"
    before = _table(origins, origins_name, first, group, problems)
    after = _table(destinations, destinations_name, second, group, problems)
    if before is None or after is None or problems:
        return None, problems.listed()
    _check_units(before, after, problems)
    _check_units(after, before, problems)
    groups = _groups(before, after, group, problems)
    if problems:
        return None, problems.listed()
    pair = _joined(before, after, groups, tolerance, problems)
    return (None, problems.listed()) if problems else (pair, [])


def column_names(data: bytes, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of a file's columns after the first, and those of them that hold no number.

    Both are empty for a file that cannot be read: ``read_pair`` says why.
    """
    try:
        grid = read_grid(data, name)
    except SpreadsheetError:
        return (), ()
    header, rows = (grid.rows[0], grid.rows[1:]) if grid.rows else (Row(1, []), [])
    named = {i: _text(cell) for i, cell in enumerate(header.cells) if i and _text(cell)}
    texts = [
        text for i, text in named.items() if rows and all(_is_name(row.at(i), grid) for row in rows)
    ]
    return tuple(dict.fromkeys(named.values())), tuple(dict.fromkeys(texts))


def _is_name(cell: Cell, grid: Grid) -> bool:
    told = count(cell, comma_groups=grid.comma_groups)
    return isinstance(cell, str) and isinstance(told, str) and any(map(str.isalpha, cell))


def _file(name: str, otherwise: str) -> str:
    """A file's name as sentences carry it."""
    clean = "".join(character for character in name if character.isprintable())
    return _cut(clean, 80) or otherwise


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _text(cell: Cell) -> str:
    """A cell as a name: 199.0 is 199, and nothing is ""."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return cell if isinstance(cell, str) else ""


def _table(data: bytes, name: str, file: str, group: str, problems: _Problems) -> _Table | None:
    """One file as a table, None when it has problems."""
    try:
        grid = read_grid(data, name)
    except SpreadsheetError as error:
        problems.add(f"{file} {error}")
        return None
    found = _Problems()
    header, rows = (grid.rows[0], grid.rows[1:]) if grid.rows else (Row(1, []), [])
    names = _header(header, grid, file, group, found)
    if not found and not rows:
        found.add(f"{file} has no rows below the header. Write one row for each unit.")
    table = None if found else _body(grid, names, file, group, found)
    if table is not None and not found:
        _refuse_totals(table, found)
    for sentence in found.told:
        problems.add(sentence)
    problems.more += found.more
    return None if found else table


def _header(header: Row, grid: Grid, file: str, group: str, problems: _Problems) -> list[str]:
    """The names of the columns; that of the first may be missing."""
    rows = grid.rows[1:]
    width = max((len(row.cells) for row in rows), default=0)
    if len(header.cells) < 2 and width < 2:
        problems.add(
            f"{file} has one column only. The first column names the units and every other one "
            "counts an option."
        )
        return []
    names = [_text(header.at(i)) for i in range(max(width, len(header.cells)))]
    where = f"{file}, row {header.number}"
    if _headless(header, grid, group):
        problems.add(
            f"{where} holds numbers where the names of the columns are expected. Row 1 must name "
            "the columns: put a header there; call options that are numbers 'List 1', 'List 2'."
        )
        return names
    seen: dict[str, int] = {}
    for column, name in enumerate(names):
        if column and not name:
            problems.add(f"{where}: column {letters(column)} has no name. Name it, or delete it.")
        elif name.casefold() in seen:
            first = letters(seen[name.casefold()])
            problems.add(
                f"{where}: '{_cut(name)}' names column {first} and column {letters(column)}. Give "
                "every column its own name."
            )
        elif name:
            seen[name.casefold()] = column
    return names


def _headless(header: Row, grid: Grid, group: str) -> bool:
    """Whether the first row holds counts already: all of it but the units and columns of text."""
    rows = grid.rows[1:]
    options = [
        cell
        for i, cell in enumerate(header.cells)
        if i
        and not (group and _text(cell) == group)
        and not (_is_name(cell, grid) and rows and all(_is_name(row.at(i), grid) for row in rows))
    ]
    numbers = [isinstance(count(cell, comma_groups=grid.comma_groups), int) for cell in options]
    return bool(numbers) and all(numbers)


def _body(grid: Grid, names: list[str], file: str, group: str, problems: _Problems) -> _Table:
    """The counts below the header; what cannot be read is added to the problems."""
    rows: dict[str, int] = {}
    groups: dict[str, str] = {}
    grouped = next((i for i, name in enumerate(names) if i and group and name == group), 0)
    options = [i for i in range(1, len(names)) if i != grouped]
    counts = np.zeros((len(grid.rows) - 1, len(options)), dtype=np.int64)
    if not options:
        problems.add(f"{file} has no column that counts an option.")
    for at, row in enumerate(grid.rows[1:]):
        where = f"{file}, row {row.number}"
        unit = _unit(row, rows, where, problems)
        rows.setdefault(unit, row.number)
        if grouped:
            groups[unit] = _text(row.at(grouped))
            if not groups[unit]:
                problems.add(f"{where}, column '{_cut(group)}' is empty. Name the unit's group.")
        for place, column in enumerate(options):
            number = count(row.at(column), comma_groups=grid.comma_groups)
            if isinstance(number, int):
                counts[at, place] = number
            else:
                problems.add(f"{where}, column '{_cut(names[column])}' {number}.")
    return _Table(file, [names[i] for i in options], rows, counts, groups if grouped else None)


def _unit(row: Row, rows: dict[str, int], where: str, problems: _Problems) -> str:
    """The name of a row's unit."""
    cell = row.at(0)
    name = _text(cell)
    if isinstance(cell, Unusable):
        problems.add(f"{where}: the unit's name cannot be read: {cell.why}.")
    elif not name:
        problems.add(f"{where}: the unit's name is missing in the first column. Write it.")
    elif name in rows:
        problems.add(
            f"{where}: unit '{_cut(name)}' stands in row {rows[name]} already. Join the two, or "
            "name them apart."
        )
    return name


def _refuse_totals(table: _Table, problems: _Problems) -> None:
    """A row or column that is the sum of the others would count everybody twice."""
    twice = "so everyone would count twice. Delete the"
    down, across = table.counts.sum(axis=0), table.counts.sum(axis=1)
    if not down.any():
        return
    for at, (unit, row) in enumerate(table.rows.items()):
        if unit.casefold() in TOTALS and (2 * table.counts[at] == down).all():
            where = f"{table.file}, row {row}: '{_cut(unit)}'"
            problems.add(f"{where} is the sum of the other rows, {twice} row.")
    for place, option in enumerate(table.options):
        if option.casefold() in TOTALS and (2 * table.counts[:, place] == across).all():
            where = f"{table.file}: column '{_cut(option)}'"
            problems.add(f"{where} is the sum of the other columns, {twice} column.")


def _check_units(table: _Table, other: _Table, problems: _Problems) -> None:
    for unit, row in table.rows.items():
        if unit not in other.rows:
            problems.add(
                f"{table.file}, row {row}: unit '{_cut(unit)}' is not in {other.file}. Add it "
                "there, write it alike in both, or delete it here."
            )


def _groups(
    before: _Table, after: _Table, group: str, problems: _Problems
) -> tuple[str, ...] | None:
    """The group of each unit in the order of the origins."""
    if not group:
        return None
    held = before.groups if before.groups is not None else after.groups
    if held is None:
        problems.add(
            f"Neither {before.file} nor {after.file} has a column '{_cut(group)}' for the groups. "
            "Choose one that is there, or none."
        )
        return None
    if before.groups is not None and after.groups is not None:
        for unit, name in before.groups.items():
            if unit in after.groups and after.groups[unit] != name:
                problems.add(
                    f"Unit '{_cut(unit)}' is in group '{_cut(name)}' in {before.file}, row "
                    f"{before.rows[unit]}, and in '{_cut(after.groups[unit])}' in {after.file}, "
                    f"row {after.rows[unit]}. Write the same group in both."
                )
    return tuple(held.get(unit, "") for unit in before.rows)


def _joined(
    before: _Table,
    after: _Table,
    groups: tuple[str, ...] | None,
    tolerance: float,
    problems: _Problems,
) -> Pair:
    """Both tables in the order of the first, with what is within the tolerance made explicit."""
    origins, destinations = _frame(before), _frame(after).loc[list(before.rows)]
    sums = origins.sum(axis=1).to_numpy(), destinations.sum(axis=1).to_numpy()
    missing = sums[1] - sums[0]
    suspect = _suspect(before, after, origins, destinations)
    if suspect:
        problems.add(suspect)
    allowed = tolerance * np.maximum(*sums) + 1e-9
    for at in np.flatnonzero(np.abs(missing) > allowed) if not suspect else ():
        unit = origins.index[at]
        problems.add(
            f"Unit '{_cut(unit)}' has {sums[0][at]:,} in {before.file}, row {before.rows[unit]}, "
            f"and {sums[1][at]:,} in {after.file}, row {after.rows[unit]}"
            + (f": more than {100 * tolerance:g}% apart" if tolerance else "")
            + ". The totals must be equal: add columns for those who did not vote, came or left."
        )
    return Pair(_filled(origins, missing), _filled(destinations, -missing), groups)


def _suspect(
    before: _Table, after: _Table, origins: pd.DataFrame, destinations: pd.DataFrame
) -> str:
    """A sentence on a column that is what keeps the totals apart, or ""; no tolerance hides it.

    Such a column stands in one table only and without it all totals are equal; or it holds few
    small numbers (a district's) and without it most totals are equal that now are not.
    """
    apart = (destinations.sum(axis=1) - origins.sum(axis=1)).to_numpy()
    if not apart.any():
        return ""
    sides = (before, after, origins, destinations, 1), (after, before, destinations, origins, -1)
    for table, other, counts, others, sign in sides:
        for name in counts:
            column = counts[name].to_numpy()
            alone = name not in others
            equal = (apart + sign * column == 0).mean() if column.any() else 0.0
            more = equal > max(FEW, (apart == 0).mean())
            if (alone and equal == 1) or (_few(column) and more):
                return (
                    f"Is '{_cut(str(name))}' in {table.file} the group column, or a code? Without "
                    f"it the totals of {'all' if equal == 1 else 'most'} units are equal. Choose "
                    f"it as the group column, or delete it; if it counts voters, count them in "
                    f"{other.file} too."
                )
    return ""


def same_codes(pair: Pair) -> str:
    """An option that looks like a district's number in both tables, or "".

    The same few small numbers in every unit of both tables leave the totals equal: nothing else
    tells that the option counts nobody.
    """
    for name in pair.origins:
        column = pair.origins[name].to_numpy()
        if (
            name in pair.destinations
            and _few(column)
            and len(column) >= SEVERAL
            and column.any()
            and (column == pair.destinations[name].to_numpy()).all()
        ):
            return str(name)
    return ""


def _few(column: np.ndarray) -> bool:
    """Whether a column holds few different and small numbers."""
    return bool(column.max(initial=0) < SMALL and 2 * len(np.unique(column)) <= len(column))


def _frame(table: _Table) -> pd.DataFrame:
    index = pd.Index(list(table.rows), dtype=object, name="unit")
    return pd.DataFrame(table.counts, index, pd.Index(table.options, dtype=object))


def _filled(frame: pd.DataFrame, missing: np.ndarray) -> pd.DataFrame:
    """The frame, with a last column for the voters it lacks if there are any."""
    if not (missing > 0).any():
        return frame
    name = UNACCOUNTED
    while name in frame.columns:
        name = f"{name} (difference)"
    return frame.assign(**{name: np.maximum(missing, 0)})
