"""Tables that are missing or damaged say which, what and how to mend it."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from mulembe.schemas import SPECS
from mulembe.tables import DATA, TableError, Tables, load

REMEDY = "git checkout -- data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("camps", "results", "sources"):
        shutil.copy(DATA / f"{name}.csv", tmp_path)
    return tmp_path


def damage(folder: Path, table: str, line: int, old: str, new: str) -> None:
    path = folder / f"{table}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert old in lines[line]
    lines[line] = lines[line].replace(old, new, 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def fault(folder: Path, table: str) -> str:
    with pytest.raises(TableError) as error:
        load(table, folder)
    text = str(error.value)
    assert error.value.table == f"{table}.csv"
    assert f"data/{table}.csv" in text
    assert REMEDY in text
    assert "\n" not in text
    return text


def test_every_table_loads(tables):
    for name in SPECS:
        assert len(tables[name]), name


def test_a_table_is_read_once(tables):
    assert tables["counties"] is tables["counties"]


def test_codes_stay_text_and_blanks_stay_missing(tables):
    assert tables["constituencies"]["code"].iloc[0] == "001"
    nyando = tables["turnout"].query("election_id == '2017' and unit_code == '242'").iloc[0]
    assert pd.isna(nyando["valid"])
    assert (tables["camps"].set_index("camp_id")["to_date"]["azimio"]) == ""


def test_a_seat_held_twice_is_one_home_with_the_source_of_the_latest_term(rows):
    savula = [row for row in rows("homes") if row["politician_id"] == "ayub-savula"]
    terms = [row for row in rows("terms") if row["politician_id"] == "ayub-savula"]
    assert len(savula) == 1
    assert len(terms) == 2
    assert savula[0]["source_id"] == max(terms, key=lambda row: row["elected_on"])["source_id"]
    assert savula[0]["statement"] == "Member for Lugari, elected in 2013 and 2017."


def test_a_missing_file(folder):
    (folder / "camps.csv").unlink()
    assert "is missing" in fault(folder, "camps")


def test_an_empty_file(folder):
    (folder / "camps.csv").write_text("")
    assert "cannot be read" in fault(folder, "camps")


def test_a_file_that_is_no_text(folder):
    (folder / "camps.csv").write_bytes(b"\xff\xfe\x00\x81" * 50)
    fault(folder, "camps")


def test_a_column_with_another_name(folder):
    damage(folder, "camps", 0, "slot", "colour")
    assert "missing or unknown columns: colour, slot" in fault(folder, "camps")


def test_a_column_twice(folder):
    damage(folder, "camps", 0, "note", "slot")
    assert "missing or unknown columns" in fault(folder, "camps")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("opposition", "red", "column slot in data row 1 holds 'red'"),
        ("azimio,2022", "azimio,", "column cycle in data row 1 holds ''"),
        ("2021-12-10", "10/12/2021", "column from_date in data row 1 holds '10/12/2021'"),
        ("azimio", "government", "holds 'government'"),  # the key twice
        (",editorial", "", "column source_id in data row 1 holds ''"),  # a cell short
    ],
)
def test_a_bad_cell_is_named(folder, old, new, named):
    damage(folder, "camps", 1, old, new)
    assert named in fault(folder, "camps")


@pytest.mark.parametrize("line", [1, 3])
def test_a_cell_too_many(folder, line):
    damage(folder, "camps", line, ",editorial", ",editorial,surplus")
    fault(folder, "camps")


def test_a_cell_too_many_in_every_row(folder):
    path = folder / "camps.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *(f"{line},x" for line in lines)]) + "\n")
    assert "more cells than its header" in fault(folder, "camps")


@pytest.mark.parametrize(
    ("new", "named"),
    [("4500x", "4500x"), ("-4500", "column votes in data row 2 holds -4500"), ("", "column votes")],
)
def test_a_bad_count(folder, new, named):
    damage(folder, "results", 2, ",4500,", f",{new},")
    assert named in fault(folder, "results")


def test_the_version_follows_the_content(tmp_path):
    for path in DATA.glob("*.csv"):
        shutil.copy(path, tmp_path)
    before = Tables(tmp_path).version
    assert before == Tables().version
    assert len(before) == 12
    damage(tmp_path, "results", 1, ",64793,", ",64794,")
    assert Tables(tmp_path).version != before


def test_the_version_tells_a_missing_table(folder):
    whole = Tables(folder).version
    next(folder.glob("*.csv")).unlink()
    assert Tables(folder).version != whole
