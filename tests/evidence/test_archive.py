"""The archive: the same bytes every time, every cell recoverable, no formula, no poll in a ban."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import provenance
from mulembe import polls
from mulembe.archive import FORMULA, archive, dictionary, escaped, unescaped
from mulembe.cli import main
from mulembe.schemas import SPECS
from mulembe.tables import DATA, Tables

DAY = date(2026, 11, 22)
TOP = "mulembe-tables/"


@pytest.fixture(scope="module")
def packed(tables):
    return archive(tables, DAY)


def opened(data: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(data)) as file:
        assert file.testzip() is None
        return {
            info.filename.removeprefix(TOP): file.read(info).decode("utf-8-sig")
            for info in file.infolist()
        }


def test_the_same_bytes_every_time(packed):
    assert archive(Tables(), DAY) == packed
    with ZipFile(BytesIO(packed)) as file:
        names = file.namelist()
        assert {info.date_time for info in file.infolist()} == {(2026, 1, 1, 0, 0, 0)}
    assert names == sorted(names)
    assert 100_000 < len(packed) < 600_000


def test_it_holds_tables_presets_and_words_and_nothing_else(packed):
    presets = {f"presets/{path.name}" for path in (DATA / "presets").glob("*.json")}
    tables = {f"tables/{name}.csv" for name in SPECS}
    words = {"README.md", "LICENCES.md", "dictionary.csv"}
    assert set(opened(packed)) == presets | tables | words


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_cell_comes_back(packed, name):
    types = {column: str(about.dtype).lower() for column, about in SPECS[name].columns.items()}
    header, *rows = csv.reader(StringIO(opened(packed)[f"tables/{name}.csv"]))
    text = [types[column] not in ("int64", "float64", "bool") for column in header]
    back = [
        [unescaped(c) if is_text else c for c, is_text in zip(row, text, strict=True)]
        for row in rows
    ]
    with (DATA / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        assert [header, *back] == list(csv.reader(file))
    cells = [c for row in rows for c, is_text in zip(row, text, strict=True) if is_text]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]


@given(st.text())
def test_escaping_loses_nothing_and_leaves_no_formula(text):
    assert unescaped(escaped(text)) == text
    assert not escaped(text).startswith(FORMULA)


def test_the_pages_and_the_archive_fear_the_same_signs():
    assert FORMULA == provenance.FORMULA


def test_a_formula_in_a_table_is_packed_as_text(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    path = folder / "counties.csv"
    lines = path.read_text(encoding="utf-8").replace(",Mombasa,", ",=1+1,")
    path.write_text(lines, encoding="utf-8")
    assert ",'=1+1," in opened(archive(Tables(folder), DAY))["tables/counties.csv"]


def test_negative_numbers_stay_numbers(packed):
    rows = csv.DictReader(StringIO(opened(packed)["tables/turnout.csv"]))
    assert "-11000" in {row["form_difference"] for row in rows}


def test_the_dictionary_explains_every_column(tables):
    rows = {(row[0], row[1]): row for row in dictionary(tables.folder)}
    assert set(rows) == {(name, c) for name, spec in SPECS.items() for c in spec.columns}
    for place, (*_, kind, unit, meaning, _key, _refers) in rows.items():
        assert meaning, place
        assert unit or not kind.endswith("number"), place
    assert rows["turnout", "rejected"][3] == "papers"
    assert rows["results", "source_id"][6] == "sources.source_id"
    assert rows["results", "unit_code"][5] == "key"


def test_every_source_is_under_its_licence(packed, rows):
    text = opened(packed)["LICENCES.md"]
    for row in rows("sources"):
        assert f"`{row['source_id']}`" in text
        assert f"## {row['licence']}\n" in text
    assert "CC BY 3.0 IGO" in text
    assert "moved 75 m east" in text


def test_the_readme_tells_version_day_and_escapes(packed, tables):
    text = opened(packed)["README.md"]
    assert f"`{tables.version}`" in text
    assert "2026-11-22" in text
    assert "apostrophe" in text
    assert "transcription" in text


@pytest.mark.parametrize("day", [date(2027, 8, 5), date(2027, 8, 10)])
def test_no_poll_leaves_in_the_ban(tables, day):
    files = opened(archive(tables, day))
    assert "tables/polls.csv" not in files
    assert "left out from 2027-08-05 to 2027-08-10" in files["README.md"]
    assert not [row for row in csv.reader(StringIO(files["dictionary.csv"])) if row[0] == "polls"]
    assert "tables/polls.csv" in opened(archive(tables, date(2027, 8, 11)))


def test_the_command_writes_it(tmp_path, monkeypatch, capsys, packed):
    monkeypatch.setattr(polls, "today", lambda: DAY)
    path = tmp_path / "tables.zip"
    assert main(["archive", "--out", str(path)]) == 0
    assert path.read_bytes() == packed
    assert "polls are left out" not in capsys.readouterr().out
    assert main(["archive", "--out", str(tmp_path / "nowhere" / "x.zip")]) == 2
    assert "cannot be written" in capsys.readouterr().err
