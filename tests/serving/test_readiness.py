"""Ready means that the tables are loaded and checked, and is never said by a page of HTML."""

import shutil
import time
from pathlib import Path
from threading import Event

import pytest

from mulembe.tables import DATA, Tables
from serving import readiness
from serving.readiness import CHECKING, Readiness, Verdict, look


def settled(watch: Readiness) -> Verdict:
    """The verdict once the look in the background has ended."""
    deadline = time.monotonic() + 30
    while watch.verdict() is CHECKING and time.monotonic() < deadline:
        time.sleep(0.02)
    return watch.verdict()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    leave = shutil.ignore_patterns("curation", "__pycache__", "*.py")
    shutil.copytree(DATA.parent / "static", tmp_path / "static")  # compared with the tables
    return Path(shutil.copytree(DATA, tmp_path / "data", ignore=leave))


def test_the_hosted_app_says_ready_with_the_version_of_its_tables(host):
    answer = host.ask("/ready")
    assert answer.status == 200
    assert answer.json == {"ready": True, "state": "ready", "data_version": Tables().version}
    assert answer.one("Content-Type") == "application/json"
    assert answer.one("Cache-Control") == "no-store"


def test_before_the_look_ends_it_is_not_ready(monkeypatch, copy):
    go_on = Event()
    monkeypatch.setattr(readiness, "look", lambda folder: (go_on.wait(10), Verdict("v"))[1])
    watch = Readiness(copy)
    answer = watch._answer(None)
    assert answer.status_code == 503 and b'"state":"checking"' in answer.body
    assert answer.headers["Retry-After"] == "5"
    go_on.set()
    assert settled(watch) == Verdict("v")
    assert watch._answer(None).status_code == 200


def test_a_damaged_table_is_named_and_its_repair_is_seen(copy):
    table = copy / "turnout.csv"
    whole = table.read_bytes()
    table.write_bytes(whole.replace(b",", b";", 3))
    watch = Readiness(copy)
    verdict = settled(watch)
    assert verdict.state == "damaged"
    assert "data/turnout.csv has missing or unknown columns" in verdict.reason
    assert watch._answer(None).status_code == 503
    table.write_bytes(whole)
    assert watch.verdict() is CHECKING
    assert settled(watch).ready


def test_tables_that_disagree_are_not_ready(copy):
    table = copy / "results.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    votes = lines[0].rstrip("\n").split(",").index("votes")
    cells = lines[1].split(",")
    cells[votes] = str(int(cells[votes]) + 1)
    table.write_text("".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")
    verdict = look(copy)
    assert not verdict.ready and verdict.reason


def test_a_fault_of_the_check_is_not_ready(monkeypatch):
    def failing(_tables):
        raise RuntimeError("boom")

    monkeypatch.setattr(readiness.checks, "run", failing)
    assert look().state == "damaged"
