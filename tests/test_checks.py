"""The tables pass every check, and every kind of damage is caught by the check meant for it."""

import csv
import importlib.util
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mulembe import checks
from mulembe.alignment import KINDS, RULE_LEVEL
from mulembe.checks import Finding, broken, run
from mulembe.schemas import SPECS
from mulembe.tables import Tables

ROOT = Path(__file__).resolve().parent.parent
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return run(Tables())


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the tables and map layers that a test may damage."""
    (tmp_path / "data").mkdir()
    for path in [*ROOT.glob("data/*.csv"), ROOT / "data" / "boundaries.topojson"]:
        shutil.copy(path, tmp_path / "data")
    shutil.copytree(ROOT / "static" / "geo", tmp_path / "static" / "geo")
    return tmp_path / "data"


def edit(folder: Path, table: str, change: Callable[[Rows], Rows | None]) -> None:
    path = folder / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows = change(rows) or rows
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def put(where: dict[str, str], **values: str) -> Callable[[Rows], None]:
    """Change cells of the first row that matches."""

    def change(rows: Rows) -> None:
        row = next(row for row in rows if where.items() <= row.items())
        assert values.keys() <= row.keys()
        row.update(values)

    return change


def drop(**where: str) -> Callable[[Rows], Rows]:
    """Leave out the rows that match."""

    def change(rows: Rows) -> Rows:
        kept = [row for row in rows if not where.items() <= row.items()]
        assert len(kept) < len(rows)
        return kept

    return change


def only(name: str) -> tuple[checks.Check, ...]:
    return tuple(check for check in checks.CHECKS if check.__name__ == name)


def swap_readings(rows: Rows) -> None:
    for row in rows:
        if row["code"] == "217":
            row["chosen"] = str(row["chosen"] != "True")


def swap_values(rows: Rows) -> None:
    pair = [r for r in rows if r["code"] == "217" and r["item"] == "ruto"]
    pair[0]["value"], pair[1]["value"] = pair[1]["value"], pair[0]["value"]


def add_seat(rows: Rows) -> None:
    again = dict(next(row for row in rows if row["term_id"] == "T110"))
    rows.append(
        {**again, "term_id": "T999", "elected_on": "2024-05-01", "elected_by": "2024-05-01"}
    )


def test_real_tables_have_nothing_broken(findings: list[Finding]) -> None:
    assert [finding.to_dict() for finding in broken(findings)] == []


def test_every_check_reports_and_every_status_is_known(findings: list[Finding]) -> None:
    assert {f.check for f in findings} == {check.__name__ for check in checks.CHECKS}
    assert {f.status for f in findings} == {"agrees", "documented", "missing"}
    assert all(f.subject and f.found and f.expected for f in findings)
    keys = [(f.check, f.subject, f.found) for f in findings]
    assert len(keys) == len(set(keys))


def test_every_listed_difference_occurs_and_shows_its_reason(findings: list[Finding]) -> None:
    listed = {(r["check"], r["subject"]): r["reason"] for r in _known().to_dict("records")}
    shown = {(f.check, f.subject): f.note for f in findings if f.status != "agrees"}
    assert shown == listed


def _known():
    return Tables()["known_differences"]


@pytest.mark.parametrize(
    ("check", "subject", "status", "found"),
    [
        ("coverage", "2017 region", "agrees", "38/38"),
        ("coverage", "2022 region", "agrees", "38/38"),
        ("coverage", "2017 nation", "missing", "289/290"),
        ("coverage", "2022 nation", "agrees", "290/290"),
        ("coverage", "2013 counties", "agrees", "47/47"),
        ("boundaries", "units", "agrees", "290/290"),
        ("offices", "13 mp", "agrees", "38/38"),
        ("readings", "readings", "agrees", "17 agreed, 18 conflict, 3 single"),
        ("declared", "2022 038 Vihiga odinga", "agrees", "114,714"),
        ("declared", "2022 037 Kakamega ruto", "documented", "140,716 (-450)"),
        ("blanks", "2017 242 Nyando", "missing", "blank: cast, rejected, valid, votes"),
        ("seats", "206 Matungu", "missing", "vacant 2020-11-14 to 2021-03-04"),
    ],
)
def test_counts_shown(
    findings: list[Finding], check: str, subject: str, status: str, found: str
) -> None:
    match = [f for f in findings if (f.check, f.subject) == (check, subject)]
    assert [(f.status, f.found) for f in match] == [(status, found)]


def test_blank_cells_are_the_known_twelve(findings: list[Finding]) -> None:
    blank = [f.subject[:4] for f in findings if f.check == "blanks" and f.status == "missing"]
    assert (blank.count("2017"), blank.count("2022")) == (10, 2)


EVENT = {"event_id": "A003"}
DAMAGE = {
    "a vote changed": (
        "sums",
        "results",
        put({"election_id": "2022", "unit_code": "199", "candidate_id": "ruto"}, votes="15126"),
    ),
    "a candidate without votes removed": (
        "sums",
        "results",
        drop(election_id="2017", unit_code="001", candidate_id="kaluyu"),
    ),
    "cast raised": (
        "sums",
        "turnout",
        put({"election_id": "2022", "unit_code": "215"}, cast="99999"),
    ),
    "a constituency lost": ("coverage", "results", drop(election_id="2022", unit_code="199")),
    "a new blank": (
        "blanks",
        "turnout",
        put({"election_id": "2022", "unit_code": "199"}, rejected="", cast=""),
    ),
    "a blank filled with zero": (
        "blanks",
        "turnout",
        put({"election_id": "2017", "unit_code": "032"}, rejected="0", cast="17272"),
    ),
    "a register below the votes": (
        "limits",
        "turnout",
        put({"election_id": "2022", "unit_code": "231"}, registered="20000"),
    ),
    "a register changed": (
        "registers",
        "registers",
        put({"code": "231", "year": "2022"}, registered="20000"),
    ),
    "a declared total changed": (
        "declared",
        "declared",
        put({"election_id": "2022", "scope": "038", "item": "odinga"}, value="124331"),
    ),
    "a form difference changed": (
        "form_totals",
        "turnout",
        put({"election_id": "2022", "unit_code": "220"}, form_difference="118"),
    ),
    "readings swapped": ("readings", "readings_2022", swap_readings),
    "values of readings swapped": ("readings", "readings_2022", swap_values),
    "a quality flag too good": (
        "readings",
        "turnout",
        put({"election_id": "2022", "unit_code": "220"}, quality="agreed"),
    ),
    "a unit of the wrong level": (
        "places",
        "results",
        put({"election_id": "2013", "unit_code": "038"}, unit="constituency"),
    ),
    "a candidate who did not stand": (
        "places",
        "declared",
        put({"election_id": "2022", "scope": "national", "item": "ruto"}, item="kenyatta"),
    ),
    "an unknown source": (
        "references",
        "terms",
        put({"term_id": "T001"}, source_id="hearsay-0000"),
    ),
    "a source without address": (
        "sources",
        "sources",
        put({"source_id": "tally-34b-2022"}, url=""),
    ),
    "a source without licence": (
        "sources",
        "sources",
        put({"source_id": "tally-34b-2022"}, licence=" "),
    ),
    "a double seat": ("seats", "terms", add_seat),
    "a gap after an ordinary term": (
        "seats",
        "terms",
        put({"term_id": "T054"}, left_on="2022-01-31", left_by="2022-01-31"),
    ),
    "a new vacancy": (
        "seats",
        "terms",
        put({"term_id": "T110"}, left_on="2026-10-01", left_by="2026-10-01", left_reason="died"),
    ),
    "a home of a stranger": ("homes", "homes", put({"home_id": "H019"}, politician_id="nobody")),
    "a home nowhere": ("homes", "homes", put({"home_id": "H019"}, constituency_code="999")),
    "two homes first": ("homes", "homes", put({"home_id": "H004"}, rank="1")),
    "a rank left out": ("homes", "homes", put({"home_id": "H019"}, rank="2")),
    "a seat before a home": ("homes", "homes", put({"home_id": "H001"}, kind="seat")),
    "a home twice": ("homes", "homes", put({"home_id": "H004"}, constituency_code="218")),
    "a conflict of one home": ("homes", "homes", put({"home_id": "H019"}, conflict="True")),
    "one side of a conflict": ("homes", "homes", drop(home_id="H004")),
    "a seat in conflict": ("homes", "homes", put({"home_id": "H005"}, conflict="True")),
    "a seat that is no home ground": ("homes", "homes", drop(kind="seat", constituency_code="199")),
    "a governor lost": ("offices", "terms", drop(term_id="T152")),
    "a member elected on another ticket": (
        "elected",
        "terms",
        put({"term_id": "T110"}, party="UDA"),
    ),
    "a level without reason": ("levels", "alignment_events", put(EVENT, level="4")),
    "a reason without need": ("levels", "alignment_events", put(EVENT, level_reason="Because.")),
    "a date that is none": ("dates", "alignment_events", put(EVENT, date="2019-02-30")),
    "a vague date used early": (
        "event_dates",
        "alignment_events",
        put({"event_id": "A001"}, date_known="2019-01-01"),
    ),
    "a date outside its cycle": (
        "event_dates",
        "alignment_events",
        put(EVENT, date="2016-05-08", date_known="2016-05-08"),
    ),
    "a member of another seat": (
        "event_seats",
        "alignment_events",
        put(EVENT, constituency_code="204"),
    ),
    "a camp of another cycle": ("event_camps", "alignment_events", put(EVENT, camp="opposition")),
    "two samples of one poll": (
        "particulars",
        "polls",
        put({"poll_id": "tifa-2022-07-29", "option": "Raila Odinga"}, sample="3000"),
    ),
    "a complete poll without a sample": (
        "particulars",
        "polls",
        put({"poll_id": "tifa-2022-07-29"}, sample=""),
    ),
    "a margin from nowhere": (
        "particulars",
        "polls",
        put({"poll_id": "tifa-2022-07-29"}, margin_points="2.2"),
    ),
    "a shifted tile": ("tiles", "constituencies", put({"code": "136"}, tile_col="4")),
    "a tile outside the region": (
        "tiles",
        "constituencies",
        put({"code": "001"}, tile_col="40", tile_row="40"),
    ),
    "a point next door": (
        "boundaries",
        "constituencies",
        put({"code": "199"}, lon="36.8", lat="-1.3"),
    ),
    "a one-sided neighbour": (
        "neighbours",
        "neighbours",
        drop(code="199", neighbour_code="200"),
    ),
    "a border too long": (
        "neighbours",
        "neighbours",
        put({"code": "199", "neighbour_code": "200"}, border_km="99.0"),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_caught(copy: Path, damage: str) -> None:
    check, table, change = DAMAGE[damage]
    edit(copy, table, change)
    found = broken(run(Tables(copy), only(check)))
    assert {finding.check for finding in found} == {check}
    assert all(finding.note != "The check could not be run." for finding in found)


UNLOADABLE = {
    "a number that is none": lambda path: _replace(path, "13254", "many"),
    "a count below zero": lambda path: _replace(path, "45465", "-1"),
    "a column missing": lambda path: _replace(path, ",quality,", ",mood,"),
    "a file missing": Path.unlink,
    "a file empty": lambda path: path.write_text(""),
    "a file of bytes": lambda path: path.write_bytes(b"\xff\xfe\x00\x01" * 99),
    "a row twice": lambda path: path.write_text(path.read_text() + path.read_text().split("\n")[1]),
}


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    old = old if old in text else re.search(r"\d{5}", text)[0]
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("damage", UNLOADABLE)
def test_an_unloadable_table_is_one_finding_and_the_other_checks_run(
    copy: Path, damage: str
) -> None:
    UNLOADABLE[damage](copy / "turnout.csv")
    found = run(Tables(copy), [c for c in checks.CHECKS if c.__name__ not in ("neighbours",)])
    assert [(f.check, f.subject) for f in broken(found)] == [("schemas", "turnout")]
    assert "turnout.csv" in broken(found)[0].found
    ran = {f.check for f in found}
    assert {"boundaries", "levels", "seats", "offices"} <= ran
    assert "limits" not in ran


def test_a_listed_difference_that_no_longer_occurs_is_broken(copy: Path) -> None:
    edit(copy, "declared", put({"scope": "040", "item": "ruto"}, value="48804"))
    found = broken(run(Tables(copy), only("declared")))
    assert [(f.subject, f.found) for f in found] == [
        ("2022 040 Busia ruto", "listed but not found")
    ]


def test_a_listed_difference_of_another_size_is_broken(copy: Path) -> None:
    edit(copy, "declared", put({"scope": "040", "item": "ruto"}, value="48800"))
    found = broken(run(Tables(copy), only("declared")))
    assert [(f.subject, f.found) for f in found] == [("2022 040 Busia ruto", "48,804 (+4)")]
    assert found[0].note.startswith("listed with other figures")


def test_a_difference_must_be_listed(copy: Path) -> None:
    edit(copy, "known_differences", drop(check="seats", subject="206 Matungu"))
    found = broken(run(Tables(copy), only("seats")))
    assert [f.subject for f in found] == ["206 Matungu"]
    assert "not listed" in found[0].note


def test_a_listed_difference_needs_a_check(copy: Path) -> None:
    edit(copy, "known_differences", put({"check": "limits"}, check="limit"))
    found = broken(run(Tables(copy), only("limits")))
    assert {(f.check, f.found) for f in found} == {
        ("limits", "50,082 votes"),
        ("limit", "no check of this name"),
    }


@pytest.mark.parametrize("name", ["boundaries.topojson", "../static/geo/index.json"])
@pytest.mark.parametrize("content", [None, "{"])
def test_lost_or_torn_geometry_is_broken(copy: Path, name: str, content: str | None) -> None:
    path = copy / name
    path.unlink() if content is None else path.write_text(content)
    check = "layers" if "static" in name else "boundaries"
    found = broken(run(Tables(copy), only(check)))
    assert [(f.check, f.note) for f in found] == [(check, "The check could not be run.")]


def test_a_layer_changed_or_lost_is_broken(copy: Path) -> None:
    folder = copy.parent / "static" / "geo"
    index = json.loads((folder / "index.json").read_text())
    west, kenya = folder / index["west"], folder / index["kenya"]
    layer = json.loads(west.read_text())
    layer["features"].pop()
    west.write_text(json.dumps(layer))
    kenya.unlink()
    found = broken(run(Tables(copy), only("layers")))
    assert [f.subject for f in found] == ["west", "kenya"]
    assert "37 units instead of 38" in found[0].found


def test_overlapping_boundaries_are_broken(copy: Path) -> None:
    path = copy / "boundaries.topojson"
    topology = json.loads(path.read_text())
    shapes = topology["objects"]["constituencies"]["geometries"]
    shapes[0]["arcs"], shapes[0]["type"] = shapes[1]["arcs"], shapes[1]["type"]
    path.write_text(json.dumps(topology))
    found = {f.subject for f in broken(run(Tables(copy), only("boundaries")))}
    assert {"coverage", "points"} <= found


def test_a_finding_becomes_a_dictionary(findings: list[Finding]) -> None:
    assert set(findings[0].to_dict()) == {
        "check",
        "subject",
        "status",
        "found",
        "expected",
        "note",
    }
    json.dumps([finding.to_dict() for finding in findings])


def test_the_build_uses_the_rule_of_the_dashboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "data"))
    spec = importlib.util.spec_from_file_location("build_people", ROOT / "data/build_people.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules.pop("tablefile", None)
    assert module.LEVEL_BY_KIND == RULE_LEVEL
    assert set(RULE_LEVEL) == set(KINDS)


@pytest.mark.parametrize("table", SPECS)
def test_the_dictionary_names_every_column(table: str) -> None:
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    sections = re.split(r"^##+ ", text, flags=re.MULTILINE)
    section = next((part for part in sections if part.startswith(f"`{table}`")), "")
    named = set(re.findall(r"^\| `([a-z0-9_]+)` \|", section, flags=re.MULTILINE))
    assert named == set(SPECS[table].columns)


def test_the_dictionary_states_the_rule() -> None:
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for kind, level in RULE_LEVEL.items():
        assert f"| `{kind}` | {level} |" in text
