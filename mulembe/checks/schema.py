"""The tables load, refer to each other and name their sources."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mulembe.checks.finding import Finding, agrees, counted, faulty
from mulembe.checks.lookup import candidate_ids, first_day, records, unit_names
from mulembe.schemas import SPECS
from mulembe.tables import TableError, Tables


def schemas(tables: Tables) -> Iterator[Finding]:
    """Check that every table loads and keeps its schema."""
    for name in SPECS:
        try:
            yield agrees(name, f"{len(tables[name]):,} rows", "keeps its schema")
        except TableError as error:
            note = "Checks that need this table were not run."
            yield faulty(name, str(error), "keeps its schema", note)


def references(tables: Tables) -> Iterator[Finding]:
    """Check that every filled cell that refers to another table finds its row there."""
    for name, spec in SPECS.items():
        if not spec.references:
            continue
        checked, faults = 0, []
        try:
            for column, (target, key) in spec.references.items():
                values = tables[name][column]
                values = values[values.ne("")]
                checked += len(values)
                lost = values[~values.isin(tables[target][key])].unique()
                faults += [f"{column} {value!r} is not in {target}" for value in lost]
        except TableError:
            continue
        yield counted(name, checked, faults, "every reference resolves")


def places(tables: Tables) -> Iterator[Finding]:
    """Check the references that depend on a second column: units, candidates, successors."""
    codes = {unit: set(unit_names(tables, unit)) for unit in ("constituency", "county")}
    levels = tables["elections"].set_index("election_id")["level"].to_dict()
    for name in ("results", "turnout"):
        pairs = tables[name][["election_id", "unit", "unit_code"]].drop_duplicates()
        faults = [
            f"{row['election_id']} {row['unit']} {row['unit_code']}"
            for row in records(pairs)
            if row["unit_code"] not in codes[row["unit"]]
            or row["unit"] != levels.get(row["election_id"])
        ]
        yield counted(f"{name} units", len(pairs), faults, "unit exists at the election's level")
    items = tables["declared"]
    stood = candidate_ids(tables)
    faults = [
        f"{row['election_id']} {row['item']}"
        for row in records(items)
        if row["item"] not in stood[row["election_id"]] | {"registered", "valid"}
    ]
    yield counted("declared items", len(items), faults, "a candidate, registered or valid")
    successors = tables["results_2007"]["successors"].str.split("|").explode()
    faults = sorted(set(successors) - codes["constituency"])
    yield counted("results_2007 successors", len(successors), faults, "constituency exists")


def sources(tables: Tables) -> Iterator[Finding]:
    """Check that every source can be found again and states its licence."""
    table = tables["sources"]
    needed = ("title", "publisher", "licence", "seen")
    faults = [
        row["source_id"]
        for row in records(table)
        if not all(row[column].strip() for column in needed) or not (row["url"] or row["locator"])
    ]
    rule = "title, publisher, licence, day seen, and an address or a locator"
    yield counted("sources", len(table), faults, rule)


def dates(tables: Tables) -> Iterator[Finding]:
    """Check that every date of every table exists in the calendar."""
    for name, spec in SPECS.items():
        columns = [column for column in spec.columns if _is_date(column)]
        if not columns:
            continue
        try:
            cells = pd.concat([tables[name][column] for column in columns])
        except TableError:
            continue
        cells = cells[cells.ne("")]
        faults = sorted({text for text in cells if not _parses(text)})
        yield counted(name, len(cells), faults, "a day, month or year of the calendar")


def _is_date(column: str) -> bool:
    stems = ("date", "date_known", "seen", "released", "sworn_in", "fieldwork_from", "fieldwork_to")
    return column in stems or (column.endswith(("_date", "_on", "_by")) and column != "pledged_by")


def _parses(text: str) -> bool:
    try:
        first_day(text)
    except ValueError:
        return False
    return True
