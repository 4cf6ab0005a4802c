"""Heavy work: bounded, stopped at its deadline, done once for all who ask, errors not kept."""

import ast
import os
import sys
import time
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import jobs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulembe.pool import Limits, LimitsError, Pool, PoolError, TooBusyError, TooLongError, flights
from mulembe.tables import ChangedError, TableError, Tables
from mulembe.warm import warm

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module", autouse=True)
def found_by_the_processes():
    """Processes import work by its name, from the places the environment names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        yield


@pytest.fixture(scope="module")
def shared():
    """Two workers, two pieces that may wait, and time enough on a busy machine."""
    pool = Pool(Limits(workers=2, queue=2, seconds=60, megabytes=1))
    yield pool
    pool.close()


def waited(pool, key, work, *args, **settings):
    with pool.ask(key, work, *args, **settings) as flight:
        return flight.result()


def until(true, seconds=5):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


@pytest.mark.parametrize("workers", [0, 2])
def test_twenty_who_ask_for_the_same_share_one_flight(workers, shared, tmp_path):
    pool = shared if workers else Pool(Limits(workers=0))
    mark, start = str(tmp_path / "mark"), Barrier(20)

    def ask(_):
        start.wait()
        return waited(pool, ("same", workers), jobs.nap, 0.4, mark)

    with ThreadPoolExecutor(20) as many:
        assert set(many.map(ask, range(20))) == {0.4}
    assert jobs.begun(mark) == 1
    # And whoever comes later finds the result.
    started = time.monotonic()
    assert waited(pool, ("same", workers), jobs.nap, 0.4, mark) == 0.4
    assert time.monotonic() - started < 0.1
    assert jobs.begun(mark) == 1


def test_no_more_run_than_there_are_workers_and_no_more_wait_than_may(shared, tmp_path):
    mark = str(tmp_path / "mark")
    held = [shared.ask(("nap", i), jobs.nap, 1.0 + i / 100, mark, keep=False) for i in range(2)]
    assert until(lambda: all(flight.running for flight in held))
    held += [shared.ask(("nap", i), jobs.nap, 0.1, mark, keep=False) for i in (2, 3)]
    started = time.monotonic()
    with pytest.raises(TooBusyError):
        shared.ask(("nap", 4), jobs.nap, 0.1, mark)
    assert time.monotonic() - started < 0.2  # refused at once, not after a wait
    assert shared.ask(("nap", 3), jobs.nap, 0.1, mark) is held[3]  # the same is no more work
    assert jobs.begun(mark) == 2
    assert [shared.ahead(flight) for flight in held] == [0, 0, 0, 1]
    for flight in held:
        with flight:
            flight.result()
    assert jobs.begun(mark) == 4
    assert waited(shared, ("nap", 4), jobs.nap, 0.0) == 0.0  # there is room again


def test_work_is_stopped_at_its_deadline_and_the_worker_serves_on(tmp_path):
    pool, mark = Pool(Limits(workers=1, seconds=2)), str(tmp_path / "mark")
    try:
        for turn in (1, 2):  # not kept: it is tried again
            with pytest.raises(TooLongError, match="stopped after 2 seconds"):
                waited(pool, "long", jobs.nap, 60, mark)
            assert jobs.begun(mark) == turn
        began = float(Path(mark).read_text(encoding="utf-8").split()[-1])
        assert time.time() - began < 4  # and not after the minute it would have taken
        assert waited(pool, "after", jobs.pid) != int(Path(mark).read_text().split()[-2])
    finally:
        pool.close()


def test_long_work_leaves_the_last_worker_to_short_work(shared):
    long = [shared.ask(("long", i), jobs.nap, 1.5 + i, long=True, keep=False) for i in range(2)]
    assert until(lambda: long[0].running)
    started = time.monotonic()
    assert waited(shared, "short", jobs.nap, 0.01) == 0.01
    assert time.monotonic() - started < 1.0
    assert not long[1].running
    for flight in long:
        with flight:
            flight.result()


def test_what_fails_is_told_to_all_and_not_kept(shared, tmp_path):
    with pytest.raises(ValueError, match="no such thing"):
        waited(shared, "fails", jobs.fail, "no such thing")
    mark = str(tmp_path / "mark")
    with pytest.raises(ValueError, match="the first time"):
        waited(shared, "once", jobs.fail_once, mark)
    assert waited(shared, "once", jobs.fail_once, mark) == "done"


def test_a_process_that_dies_is_told_and_replaced(shared):
    with pytest.raises(PoolError, match="was ended"):
        waited(shared, "dies", jobs.die)
    assert waited(shared, "lives", jobs.nap, 0.0) == 0.0


def test_work_that_nobody_waits_for_is_stopped(monkeypatch, tmp_path):
    monkeypatch.setattr(flights, "GRACE", 0.3)
    pool = Pool(Limits(workers=1, queue=3, seconds=60))
    try:
        with pool.ask("left", jobs.nap, 60) as left:
            assert until(lambda: left.running)
        waiting = pool.ask("queued", jobs.nap, 60, str(tmp_path / "mark"))  # nobody ever waits
        assert until(lambda: left.wait(0) and waiting.wait(0), 8)
        with pytest.raises(PoolError, match="Nobody waited"):
            left.result()
        assert not jobs.begun(str(tmp_path / "mark"))
        assert waited(pool, "next", jobs.nap, 0.0) == 0.0
    finally:
        pool.close()


def test_one_who_still_waits_keeps_the_work_going(monkeypatch, shared):
    monkeypatch.setattr(flights, "GRACE", 0.2)
    with shared.ask("two", jobs.nap, 1.0) as flight:
        with shared.ask("two", jobs.nap, 1.0) as same:
            assert same is flight
        assert flight.result() == 1.0


def test_results_are_kept_up_to_so_many_bytes(shared):
    first = waited(shared, "first", jobs.block, 400_000)
    assert waited(shared, "first", jobs.block, 400_000) is first
    for name in "abc":
        waited(shared, name, jobs.block, 400_000)
    assert waited(shared, "c", jobs.block, 400_000) is waited(shared, "c", jobs.block, 400_000)
    assert waited(shared, "first", jobs.block, 400_000) is not first  # the oldest went
    big = waited(shared, "big", jobs.block, 2_000_000)  # larger than all that may be kept
    assert waited(shared, "big", jobs.block, 2_000_000) is not big
    secret = waited(shared, "secret", jobs.block, 10, keep=False)
    assert waited(shared, "secret", jobs.block, 10, keep=False) is not secret


def test_processes_do_not_run_the_main_program_and_go_last(monkeypatch, shared, tmp_path):
    page = tmp_path / "page.py"
    page.write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n", encoding="utf-8")
    fake = types.ModuleType("__main__")
    fake.__file__ = str(page)
    monkeypatch.setitem(sys.modules, "__main__", fake)  # as Streamlit does for every script run
    shared._processes[0].stop()
    shared._processes[1].stop()
    assert "loky" in waited(shared, "main", jobs.main_module)
    assert not (tmp_path / "ran").exists()
    assert waited(shared, "nice", jobs.niceness) > os.nice(0)
    assert waited(shared, "pid", jobs.pid) != os.getpid()


def test_a_closed_pool_tells_those_who_wait():
    pool = Pool(Limits(workers=1, queue=2, seconds=60))
    running, waiting = pool.ask("a", jobs.nap, 60), pool.ask("b", jobs.nap, 60)
    assert until(lambda: running.running)
    pool.close()
    for flight in (running, waiting):
        assert flight.wait(5)
        with pytest.raises(PoolError):
            flight.result()


def test_tables_travel_by_their_content(shared, tables):
    assert waited(shared, "tables", jobs.pid) != os.getpid()
    assert waited(shared, "version", jobs.version_of, tables) == tables.version


def test_processes_hold_what_works_and_nothing_that_draws():
    pool = Pool(Limits(workers=1, seconds=60), warm)
    try:
        held = waited(pool, "loaded", jobs.loaded)
        assert {"numpy", "pandas", "mulembe"} <= held
        assert not held & {"streamlit", "plotly", "components"}
    finally:
        pool.close()


def test_all_heavy_work_of_the_pages_is_the_domains():
    """What a process imports by name must not bring the pages with it."""
    found = []
    for path in sorted((ROOT / "components").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        origin = {
            name.asname or name.name: node.module or ""
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for name in node.names
        }
        for node in ast.walk(tree):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in ("heavy.result", "heavy.value"):
                work = node.args[1 if called == "heavy.result" else 0]
                if not isinstance(work, ast.Starred):  # of a method that names it once
                    name = ast.unparse(work).split(".")[0]
                    found.append((path.name, name, origin.get(name, "")))
    assert len(found) > 10
    assert [row for row in found if row[2].split(".")[0] != "mulembe"] == []


@pytest.mark.parametrize("error", [TableError("camps.csv", "is missing."), ChangedError()])
def test_errors_of_tables_travel_whole(error, shared):
    with pytest.raises(type(error)) as met:
        waited(shared, str(error), jobs.raised, error)
    assert str(met.value) == str(error)
    assert met.value.table == error.table


@given(st.dictionaries(st.sampled_from(["WORKERS", "QUEUE", "SECONDS", "MEGABYTES"]), st.text()))
def test_any_setting_is_read_or_refused_in_a_sentence(given_):
    settings = {f"MULEMBE_{name}": value for name, value in given_.items()}
    try:
        limits = Limits.read(settings)
    except LimitsError as error:
        assert any(name in str(error) for name in settings)
        assert "use a number" in str(error)
        return
    for name, value in settings.items():
        held = getattr(limits, name.removeprefix("MULEMBE_").lower())
        assert held == (int(value) if value.strip() else getattr(Limits(), name[8:].lower()))


def test_settings_have_their_bounds():
    assert Limits.read({}) == Limits()
    assert Limits.read({"MULEMBE_WORKERS": "1", "MULEMBE_SECONDS": "5"}) == Limits(1, seconds=5)
    for name, value in (("WORKERS", "17"), ("QUEUE", "0"), ("SECONDS", "-1"), ("WORKERS", "two")):
        with pytest.raises(LimitsError, match=f"MULEMBE_{name} is '{value}'"):
            Limits.read({f"MULEMBE_{name}": value})
    with pytest.raises(LimitsError, match="queue is 0"):
        Limits(queue=0)
    assert Tables() == Tables()
