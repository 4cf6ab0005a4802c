"""What draws cost: time and memory as units and draws grow, and what more workers give.

Every size is set against two others in the same run: filling fresh arrays of as many single
precision numbers as there are votes drawn (the least any program that keeps them would do), and the
program anyone would write first (``naive``: new normal errors each time, all in one piece,
``numpy.quantile``). It asserts that both programs agree and that workers change no number; times it
only prints.

    .venv/bin/python -m benchmarks.simulate --json result.json
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np

from mulembe.engine import SERIAL, Engine
from mulembe.scenario import draw
from mulembe.scenario.draw import QUANTILES, Counts, Units, draw_votes
from mulembe.scenario.model import TICKETS, Scenario, Uncertainty
from mulembe.scenario.outcome import Outcome, run
from mulembe.scenario.simulate import simulate
from mulembe.tables import Tables

SIZES = Uncertainty(
    region=0.3,
    county=0.3,
    constituency=0.4,
    turnout_region=0.2,
    turnout_county=0.1,
    turnout_constituency=0.15,
)
STATIONS = 46_229  # polling stations in 2022
NAIVE_LIMIT = 5_000_000  # unit-draws; beyond, the naive program takes many gigabytes
SEED = 2027


def units_of(outcome: Outcome, which: np.ndarray) -> Units:
    """Constituencies of a scenario as units to draw."""
    turnout = outcome.valid / outcome.register
    parts = (np.nan_to_num(outcome.shares), turnout, outcome.register, outcome.base.counties)
    return Units(*(part[which] for part in parts))


def stations(outcome: Outcome) -> Units:
    """As many units as there are polling stations: each constituency's, alike."""
    each = np.full(len(outcome.valid), STATIONS // len(outcome.valid))
    each[: STATIONS - each.sum()] += 1
    whole = units_of(outcome, np.full(len(each), True))
    register = np.repeat(whole.register // each, each)
    return Units(
        np.repeat(whole.shares, each, axis=0),
        np.repeat(whole.turnout, each),
        register,
        np.repeat(whole.county, each),
    )


def naive(units: Units, sizes: Uncertainty, n: int, groups: np.ndarray) -> Counts:
    """The same draws as anyone would first write them."""
    rng = np.random.default_rng(SEED)
    counties, county = np.unique(units.county, return_inverse=True)

    def errors(tickets: int, region: float, by_county: float, unit: float) -> np.ndarray:
        normal = rng.standard_normal
        common = region * normal((n, 1, tickets))
        common = common + by_county * normal((n, len(counties), tickets))[:, county]
        return common + unit * normal((n, len(units), tickets))

    z = errors(len(TICKETS), sizes.region, sizes.county, sizes.constituency) / np.sqrt(2)
    weights = units.shares * np.exp(z)
    shares = weights / weights.sum(axis=2, keepdims=True)
    odds = units.turnout / (1 - units.turnout)
    odds = odds * np.exp(
        errors(1, sizes.turnout_region, sizes.turnout_county, sizes.turnout_constituency)[:, :, 0]
    )
    turnout = odds / (1 + odds)
    votes = np.floor(shares * (units.register * turnout)[:, :, None]).astype(np.int64)
    drawn = np.concatenate([shares, turnout[:, :, None]], axis=2)
    levels = np.moveaxis(np.quantile(drawn, QUANTILES, axis=0), 0, 2)
    wins = (votes.argmax(axis=2)[:, :, None] == np.arange(len(TICKETS))).sum(axis=0)
    return Counts(levels, wins, np.einsum("gu,nut->gtn", groups.astype(np.int64), votes))


def agree(a: Counts, b: Counts, n: int) -> None:
    """Assert that two programs draw from the same distribution."""
    assert np.nanmax(np.abs(a.levels - b.levels)) < 2.5 / np.sqrt(n)
    assert (np.abs(a.wins - b.wins) / n).max() < 2.5 / np.sqrt(n)
    spread = a.votes.std(axis=2)
    off = np.abs(a.votes.mean(axis=2) - b.votes.mean(axis=2))
    assert (off <= 6 * spread / np.sqrt(n) + 1).all()
    assert (np.abs(spread - b.votes.std(axis=2)) <= 0.1 * spread + 1).all()


def same(a: Counts, b: Counts) -> None:
    """Assert that two answers are the same to the last bit."""
    assert np.array_equal(a.levels, b.levels, equal_nan=True)
    assert np.array_equal(a.wins, b.wins)
    assert np.array_equal(a.votes, b.votes)


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Median time after a first turn that is not counted."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times[1:])


def peak(work: Callable[[], object]) -> float:
    """Megabytes allocated at the worst moment, over what was held before."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    work()
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (highest - before) / 1e6


def forget() -> None:
    """Drop the errors held from earlier draws."""
    draw._cache.clear()


def size_row(name: str, units: Units, n: int, repeats: int) -> dict[str, object]:
    """Time and memory of one size, of writing as much, and of the naive program."""
    groups = np.ones((1, len(units)), dtype=bool)

    def ours() -> Counts:
        return draw_votes(units, SIZES, n, SEED, groups)

    def first() -> None:
        forget()
        ours()

    def write() -> None:
        np.full((len(TICKETS), len(units), n), 1, dtype=np.float32)

    row: dict[str, object] = {"size": name, "units": len(units), "draws": n}
    row["first_s"] = seconds(first, min(repeats, 5))
    row["time_s"] = seconds(ours, repeats)
    forget()
    row["peak_mb"] = peak(ours)
    row["writing_s"] = seconds(write, repeats)
    row["writing_mb"] = 4 * len(TICKETS) * len(units) * n / 1e6
    if len(units) * n <= NAIVE_LIMIT:
        few = min(repeats, 3)
        row["naive_s"] = seconds(lambda: naive(units, SIZES, n, groups), few)
        row["naive_mb"] = peak(lambda: naive(units, SIZES, n, groups))
        agree(naive(units, SIZES, n, groups), ours(), n)
    return row


@contextmanager
def engines(workers: int) -> Iterator[dict[str, Engine]]:
    """One engine after the other, and through joblib; a Dask cluster where it is installed."""
    found = {"one after the other": SERIAL}
    found |= {f"joblib, {workers} threads": Engine("threading", workers)}
    found |= {f"joblib, {workers} processes": Engine("loky", workers)}
    if not find_spec("distributed"):
        yield found
        return
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
        name = f"Dask by address, {workers} processes"
        yield found | {name: Engine("dask", workers, cluster.scheduler_address)}


def engine_rows(name: str, units: Units, n: int, workers: int) -> list[dict[str, object]]:
    """The same draws on every engine, asserted to be the same; processes are started before."""
    groups, rows = np.ones((1, len(units)), dtype=bool), []
    expected = draw_votes(units, SIZES, n, SEED, groups)
    with engines(workers) as found:
        for label, engine in found.items():
            same(draw_votes(units, SIZES, n, SEED, groups, engine), expected)
            work = partial(draw_votes, units, SIZES, n, SEED, groups, engine)
            rows.append({"size": name, "engine": label, "time_s": seconds(work, 3)})
    return rows


def lever_row(outcome: Outcome, repeats: int) -> dict[str, object]:
    """A whole answer of 10,000 draws over the 38: errors held, then made anew."""

    def first() -> None:
        forget()
        simulate(outcome, SIZES)

    row: dict[str, object] = {"size": "simulate(), 38 x 10,000"}
    row["time_s"] = seconds(lambda: simulate(outcome, SIZES), repeats)
    row["first_s"] = seconds(first, min(repeats, 11))
    forget()
    row["peak_mb"] = peak(lambda: simulate(outcome, SIZES))
    return row


def milli(value: object) -> str:
    """Seconds in words short enough for a table."""
    if not isinstance(value, float):
        return ""
    return f"{1000 * value:.1f} ms" if value < 0.1 else f"{value:.2f} s"


HEAD = (
    "| units x draws | errors held | errors made | peak | writing as much | ratio "
    "| naive | its peak | ratio |\n| --- |" + " ---: |" * 8
)


def line(row: dict[str, object]) -> str:
    """A row of the table of sizes."""
    ours, writing, bare = row["time_s"], row.get("writing_s"), row.get("naive_s")
    cells = [
        str(row["size"]),
        milli(ours),
        milli(row["first_s"]),
        f"{row['peak_mb']:.0f} MB",
        milli(writing),
        f"{ours / writing:.1f}" if writing else "",
        milli(bare),
        f"{row['naive_mb']:.0f} MB" if bare else "",
        f"{ours / bare:.3f}" if bare else "",
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Measure all sizes and engines and print two tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=21, help="of the small sizes")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--small", action="store_true", help="only sizes that take under a second")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    options = parser.parse_args()
    outcome = run(Scenario(cycle="2027"), Tables())
    area, nation = outcome.base.area, np.full(len(outcome.valid), True)
    west, kenya, polling = units_of(outcome, area), units_of(outcome, nation), stations(outcome)
    sizes = [("38 x 1,000", west, 1000), ("38 x 10,000", west, 10_000)]
    sizes += [("38 x 100,000", west, 100_000), ("290 x 1,000", kenya, 1000)]
    sizes += [("290 x 10,000", kenya, 10_000)]
    large = [("38 x 1,000,000", west, 1_000_000), ("46,229 x 1,024", polling, 1024)]
    seen = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
    seen += f"NumPy {version('numpy')}, joblib {version('joblib')}"
    print(f"Medians; {seen}.\n\n{HEAD}")
    rows, others = [lever_row(outcome, 2 * options.repeats)], []
    print(line(rows[0]))
    for size in sizes if options.small else sizes + large:
        rows.append(size_row(*size, 3 if size in large else options.repeats))
        print(line(rows[-1]), flush=True)
    print("\nWhere both were run, their draws agree.")
    if not options.small:
        print(
            "\nThe same answer to the last bit:\n\n| size | engine | time |\n| --- | --- | ---: |"
        )
        for size in large:
            for row in engine_rows(*size, options.workers):
                others.append(row)
                print(f"| {row['size']} | {row['engine']} | {milli(row['time_s'])} |", flush=True)
    if options.json:
        text = json.dumps({"machine": seen, "sizes": rows, "engines": others}, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
