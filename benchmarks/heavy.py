"""What heavy work costs those who ask for none: their waiting times while the pool is full.

Some readers pull a lever, look for a moment and pull again; what a pull costs is worked out and
drawn in this process, as a page does. Meanwhile nobody asks for heavy work, or more is asked than
can be done: in the pool's processes, or in as many threads of this process. Prints p50 and p95 of
the pulls, their ratio to those of the quiet server in the same run, what a refused reader waits for
his answer, and memory. It measures and never judges.

    .venv/bin/python -m benchmarks.heavy --seconds 20 --json result.json
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from threading import Event, Lock, Thread
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mulembe.pool import Limits, Pool, PoolError, TooBusyError
from mulembe.scenario import fit, presets, solve
from mulembe.scenario.outcome import run
from mulembe.scenario.simulate import simulate
from mulembe.tables import opened
from mulembe.transfer.own import Pair
from mulembe.transfer.sizes import estimated
from mulembe.warm import warm

READERS, LOOK = 6, 0.6  # seconds between pulls
ASKERS = 12  # who want heavy work, all at once and again as soon as they are served or refused


@dataclass
class Seen:
    """Milliseconds of the pulls, of refusals, and how many pieces of heavy work were done."""

    pulls: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)
    done: int = 0
    megabytes: list[int] = field(default_factory=list)


def pull(seed: int) -> str:
    """What the release of a lever costs: the scenario run and drawn, and a figure of it written."""
    tables = opened()
    scenario = presets.default(tables, "2027").scenario.but(seed=seed % 3)
    outcome = run(scenario, tables)
    draws = simulate(outcome, fit.measured_uncertainty(tables, scenario.roll))
    figure = go.Figure()
    for place in range(4):
        figure.add_bar(x=list(draws.codes), y=draws.median[:, place], name=str(place))
    return str(figure.to_json())


def question(turn: int) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """Heavy work as it comes: mostly sweeps and sensitivities, at times uploaded tables."""
    tables = opened()
    scenario = presets.preset("jan-2022", tables).scenario.but(seed=turn)
    if turn % 4 == 0:
        random = np.random.default_rng(turn)
        counts = [
            pd.DataFrame(random.multinomial(900, [1 / n] * n, 800), columns=list("abcdefgh")[:n])
            for n in (7, 8)
        ]
        return estimated, (Pair(*counts, None),)
    if turn % 4 == 1:
        return solve.sensitivity, (scenario, tables, "opposition")
    return solve.sweep, (scenario, tables, "moves.0.delivery", 0.0, 1.0, 101)


def readers(seen: Seen, seconds: float) -> None:
    """Let the readers pull their levers for so long."""
    until, lock = time.monotonic() + seconds, Lock()

    def reader(number: int) -> None:
        random = Random(number)  # noqa: S311 - the same times in every run
        time.sleep(random.uniform(0, LOOK))
        while time.monotonic() < until:
            start = time.perf_counter()
            pull(random.randrange(1000))
            with lock:
                seen.pulls.append(1000 * (time.perf_counter() - start))
            time.sleep(random.uniform(0.5, 1.5) * LOOK)

    with ThreadPoolExecutor(READERS) as many:
        list(many.map(reader, range(READERS)))


@contextmanager
def crowd(ask: Callable[[int], None]) -> Iterator[None]:
    """Many who ask for heavy work again and again, each time for something else."""
    end, turns, lock = Event(), iter(range(10**9)), Lock()

    def asker() -> None:
        while not end.is_set():
            with lock:
                turn = next(turns)
            ask(turn)

    threads = [Thread(target=asker, daemon=True) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    try:
        yield
    finally:
        end.set()


def answer(pool: Pool, key: object, work: Callable[..., Any], *args: Any) -> Any:
    """What the pool makes of a piece of work."""
    with pool.ask(key, work, *args) as flight:
        return flight.result()


def in_pool(pool: Pool, seen: Seen) -> Callable[[int], None]:
    """Ask the pool; who is refused comes back after a second."""

    def ask(turn: int) -> None:
        work, args = question(turn)
        start = time.perf_counter()
        try:
            answer(pool, turn, work, *args)
            seen.done += 1
        except TooBusyError:
            seen.refusals.append(1000 * (time.perf_counter() - start))
            time.sleep(1)
        except PoolError:  # the pool was closed at the end of the measurement
            time.sleep(0.1)

    return ask


def in_threads(workers: int, seen: Seen) -> Callable[[int], None]:
    """As many threads of this process as the pool has workers."""
    executor = ThreadPoolExecutor(workers)

    def ask(turn: int) -> None:
        work, args = question(turn)
        executor.submit(work, *args).result()
        seen.done += 1

    return ask


def megabytes(pid: int | str = "self") -> int:
    """Memory of a process that no other shares, in MB; 0 where the system does not tell."""
    path = Path(f"/proc/{pid}/smaps_rollup")
    if not path.exists():
        return 0
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return sum(int(line[1]) for line in lines if line[0].startswith("Private_")) // 1000


def measure(way: str, limits: Limits, seconds: float, seen: Seen) -> None:
    """Add the readers' pulls while heavy work is done in a way."""
    pool = Pool(limits, warm)
    around: Any = nullcontext()
    if way == "pool":
        pool.start()
        pids = {answer(pool, ("pid", n), os.getpid) for n in range(8)}
        around = crowd(in_pool(pool, seen))
    elif way == "threads":
        around = crowd(in_threads(limits.workers, seen))
    with around:
        readers(seen, seconds)
        if way == "pool":
            seen.megabytes = [megabytes(), *(megabytes(pid) for pid in pids)]
    pool.close()


def p95(values: list[float]) -> float:
    """The smallest value that 95% of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-95 * len(ordered) // 100) - 1)]


def main() -> None:
    """Measure the ways and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5, help="for each way and round")
    parser.add_argument("--rounds", type=int, default=4, help="of all ways in turns")
    parser.add_argument("--workers", type=int, default=Limits().workers)
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    options = parser.parse_args()
    limits = Limits(workers=options.workers)
    warm()
    pull(0)
    found = {way: Seen() for way in ("quiet", "pool", "threads")}
    for _ in range(options.rounds):
        for way, seen in found.items():
            measure(way, limits, options.seconds, seen)
    quiet = found["quiet"].pulls
    print(
        f"{READERS} readers, {ASKERS} who ask for heavy work, {limits.workers} workers, "
        f"{os.cpu_count()} cores. Milliseconds of a pull, ratio to the quiet server in brackets.\n"
    )
    print("| heavy work | pulls | p50 | p95 | heavy work done | slowest refusal |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for way, seen in found.items():
        cells = [f"{f(seen.pulls):,.0f} ({f(seen.pulls) / f(quiet):.1f})" for f in (median, p95)]
        refusal = f"{max(seen.refusals):.1f} ms" if seen.refusals else ""
        print(f"| {way} | {len(seen.pulls)} | {' | '.join(cells)} | {seen.done} | {refusal} |")
    own, *others = found["pool"].megabytes
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    print(f"\nMemory no other shares: here {own} MB (peak {peak} MB), processes {others} MB.")
    if options.json:
        raw = {way: vars(seen) for way, seen in found.items()}
        options.json.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
