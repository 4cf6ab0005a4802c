"""The load benchmark's own sums; ``make load`` itself is run by hand on a quiet machine."""

from __future__ import annotations

import subprocess
import sys
import time

import psutil

from benchmarks.load import FOREIGN, Row, Watch, of_rank, printed, row
from benchmarks.streamlit_client import Run

BURN = "import time\nend = time.monotonic() + 2\nwhile time.monotonic() < end: pass"


def test_ranks_are_values_that_occurred() -> None:
    values = [float(n) for n in range(1, 101)]
    assert of_rank(values, 0.5) == 51.0
    assert of_rank(values, 0.95) == 96.0
    assert of_rank([0.3], 0.95) == 0.3


def test_a_line_sums_up_times_and_bytes_both_ways() -> None:
    runs = [Run(0.1, 9_000, 1_000), Run(0.3, 19_000, 1_000)]
    assert row("interactions", runs) == Row("interactions", 2, 0.3, 0.3, 0.3, 15.0, 20.0)


def test_the_table_has_a_line_per_kind_and_says_what_was_measured() -> None:
    lines = printed(
        {"rows": [vars(row("interactions", [Run(0.1, 9_000, 1_000)]))], "told": "50 readers"}
    ).splitlines()
    assert lines[2] == "| interactions | 1 | 0.10 | 0.10 | 0.10 | 10.0 | 10.0 |"
    assert lines[-1] == "50 readers"


def test_work_of_our_own_is_counted_as_ours_when_the_process_has_ended_too() -> None:
    watch = Watch(psutil.Process())
    before = watch._used()
    subprocess.run([sys.executable, "-c", BURN], check=True)
    assert watch._used() - before > 0.3


def test_work_of_others_makes_the_measurement_void() -> None:
    # Not our child: its parent has ended when it begins.
    orphan = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BURN!r}])"
    watch = Watch(psutil.Process())
    subprocess.run([sys.executable, "-c", orphan], check=True)
    time.sleep(2)
    assert watch.foreign() > FOREIGN
