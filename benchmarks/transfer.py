"""How good and how fast the vote transfer estimate is, where the truth is known.

``--truth`` names a folder of files (JSON, gzipped or not), each a list of electorates: ``X`` (units
x R), ``Y`` (units x C), counts; ``T`` (R x C), the true joint counts over the electorate. Methods
get X and Y only. The error index is 50 sum |estimate - truth| / sum truth (0 perfect, 100 worst);
coverage is the part of the true cells within the 90% intervals, width that of the intervals against
the bounds', averaged over cells the bounds leave open.

Beside ours stand independence, least squares with rows that are shares (a regression of totals on
totals), expectation and maximisation with fitted tables, and PyEI's multinomial-Dirichlet where it
is installed and ``--pyei N`` asks for so many electorates of each file (minutes each).

The same methods then meet simulated regions of 38 constituencies in which leans follow the make-up
of a place not at all, as the estimate expects, and twice as much. Last come simulated elections of
5 x 5 options: time and memory to the number of polling stations of Kenya, and random tables of all
of them one after the other, by two processes and by a Dask cluster (``--dask ADDRESS``, or a local
one): the numbers must be the same.

    .venv/bin/python -m benchmarks.transfer --truth DIR --json result.json
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import resource
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls
from threadpoolctl import threadpool_limits

from benchmarks.elections import simulated
from mulembe.engine import SERIAL, Engine
from mulembe.transfer import estimate
from mulembe.transfer.bounds import duncan_davis

STATIONS = 46_229  # polling stations in 2022
SIZES = (1_000, 10_000, STATIONS)
DRAWS = 400
REGIONS = 120
STATION_DRAWS = 200


class Electorate(NamedTuple):
    """Counts before (units x R) and after (units x C), and the true joint counts (R x C)."""

    x: np.ndarray
    y: np.ndarray
    truth: np.ndarray


class Answer(NamedTuple):
    """Joint counts over the electorate, and the ends of the 90% intervals where there are any."""

    joint: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None


@dataclass
class Score:
    """What one method did on the electorates of one file."""

    index: list[float] = field(default_factory=list)
    covered: list[float] = field(default_factory=list)
    width: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, one: Electorate, found: Answer, seconds: float) -> None:
        """Judge one answer."""
        self.seconds.append(seconds)
        self.index.append(float(50 * np.abs(found.joint - one.truth).sum() / one.truth.sum()))
        if found.low is None or found.high is None:
            return
        lower, upper = (part.sum(axis=0) for part in duncan_davis(one.x, one.y))
        free = upper > lower
        inside = (found.low - 0.5 <= one.truth) & (one.truth <= found.high + 0.5)
        self.covered.append(float(inside.mean()))
        self.width.append(float(((found.high - found.low)[free] / (upper - lower)[free]).mean()))

    def row(self) -> dict[str, float | int | None]:
        """Medians and means over the electorates."""
        return {
            "electorates": len(self.index),
            "median_index": float(np.median(self.index)),
            "mean_index": float(np.mean(self.index)),
            "coverage": float(np.mean(self.covered)) if self.covered else None,
            "width_of_bounds": float(np.mean(self.width)) if self.width else None,
            "median_seconds": float(np.median(self.seconds)),
        }


def read(path: Path) -> list[Electorate]:
    """The electorates of a file."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [
        Electorate(*(np.asarray(one[key], dtype=np.int64) for key in ("X", "Y", "T")))
        for one in json.loads(raw)
    ]


def independence(one: Electorate) -> Answer:
    """Every origin goes where the electorate goes."""
    return Answer(np.outer(one.x.sum(axis=0), one.y.sum(axis=0)) / one.x.sum())


def least_squares(one: Electorate) -> Answer:
    """Row shares that explain the destinations of all units best; not negative, sums of one."""
    rows, columns = one.x.shape[1], one.y.shape[1]
    heavy = 1e3 * one.x.sum()
    design = np.vstack(
        [np.kron(one.x, np.eye(columns)), heavy * np.kron(np.eye(rows), np.ones(columns))]
    )
    shares, _ = nnls(design, np.append(one.y.ravel(), np.full(rows, heavy)))
    return Answer(shares.reshape(rows, columns) * one.x.sum(axis=0)[:, None])


def plain_em(one: Electorate) -> Answer:
    """Shares and tables in turn, 100 times from independence; 3 rounds of fitting."""
    x, y = one.x.T.astype(float), one.y.T.astype(float)
    odds = np.tile(y.sum(axis=1) / y.sum(), (len(x), 1))
    for _ in range(100):
        tables = odds[:, :, None] * x[:, None]
        for _ in range(3):
            tables *= y / np.maximum(tables.sum(axis=0), 1e-300)
            tables *= (x / np.maximum(tables.sum(axis=1), 1e-300))[:, None]
        odds = tables.sum(axis=2) + 1e-9
        odds /= odds.sum(axis=1, keepdims=True)
    return Answer(tables.sum(axis=2))


def ours(one: Electorate) -> Answer:
    """The estimate alone."""
    return Answer(estimate(one.x, one.y, draws=0).joint.sum(axis=0))


def ours_with_intervals(one: Electorate) -> Answer:
    """The estimate and its intervals."""
    table = estimate(one.x, one.y, draws=DRAWS).table()
    low, high = (table[end].to_numpy().reshape(one.truth.shape) for end in ("low", "high"))
    return Answer(table["estimate"].to_numpy().reshape(one.truth.shape), low, high)


def pyei(one: Electorate) -> Answer:
    """PyEI's multinomial-Dirichlet, 1,000 draws after 1,000 of tuning in each of two chains."""
    from pyei.r_by_c import RowByColumnEI

    sizes = one.x.sum(axis=1)
    names = [[str(i) for i in range(part.shape[1])] for part in (one.x, one.y)]
    model = RowByColumnEI(model_name="multinomial-dirichlet")
    shares = ((part / sizes[:, None]).T for part in (one.x, one.y))
    model.fit(*shares, sizes, *names, draws=1000, tune=1000, chains=2, cores=1, progressbar=False)
    totals = one.x.sum(axis=0)[None, :, None]
    tables = np.asarray(model.sampled_voting_prefs) * totals
    return Answer(tables.mean(axis=0), *np.quantile(tables, (0.05, 0.95), axis=0))


METHODS: dict[str, Callable[[Electorate], Answer]] = {
    "independence": independence,
    "least squares": least_squares,
    "plain EM": plain_em,
    "ours": ours,
    "ours, intervals": ours_with_intervals,
}


def judged(method: Callable[[Electorate], Answer], cases: list[Electorate]) -> Score:
    """The score of a method over electorates, on one core."""
    score = Score()
    with threadpool_limits(1):
        method(cases[0])  # loads what is loaded once
        for one in cases:
            start = time.perf_counter()
            found = method(one)
            score.add(one, found, time.perf_counter() - start)
    return score


def regions() -> list[Electorate]:
    """Simulated regions of 38 units, 4 x 4 options: contexts of 0, 0.35 and 0.7 in turn."""
    found = []
    for seed in range(REGIONS):
        random = np.random.default_rng((2027, seed))
        x, y, joint = simulated(random, context=(0.0, 0.35, 0.7)[seed % 3])
        found.append(Electorate(x, y, joint.sum(axis=0)))
    return found


def against_truth(folder: Path | None, peers: int) -> list[dict[str, object]]:
    """A row per dataset and method; printed as they come."""
    rows: list[dict[str, object]] = []
    print(
        f"{'dataset':<18}{'method':<18}{'n':>4}"
        f"{'EI med':>8}{'mean':>7}{'cover':>8}{'width':>7}{'s':>9}"
    )
    files = [*folder.glob("*.json"), *folder.glob("*.json.gz")] if folder else []
    datasets = [(path.name.split(".")[0], read(path)) for path in sorted(files)]
    for dataset, cases in [*datasets, ("simulated, 38", regions())]:
        for name, method in METHODS.items():
            rows.append(_told(dataset, name, judged(method, cases)))
        if peers and find_spec("pyei"):
            rows.append(_told(dataset, "PyEI", judged(pyei, cases[:peers])))
    if peers and not find_spec("pyei"):
        print("PyEI is not installed: left out")
    return rows


def _told(dataset: str, name: str, score: Score) -> dict[str, object]:
    row = score.row()
    ends = [
        f"{row[key]:.3f}" if row[key] is not None else "" for key in ("coverage", "width_of_bounds")
    ]
    print(
        f"{dataset:<18}{name:<18}{row['electorates']:>4}{row['median_index']:>8.2f}"
        f"{row['mean_index']:>7.2f}{ends[0]:>8}{ends[1]:>7}{row['median_seconds']:>9.4f}",
        flush=True,
    )
    return {"dataset": dataset, "method": name} | row


def stations(units: int) -> Electorate:
    """Polling stations of 100 to 1,000 voters with one table of loyalties."""
    random = np.random.default_rng(2027)
    x = random.integers(20, 200, (units, 5))
    loyalty = random.dirichlet(np.ones(5), 5)
    joint = random.multinomial(x, loyalty)
    return Electorate(x, joint.sum(axis=1), joint.sum(axis=0))


def one_size(units: int) -> dict[str, float]:
    """Seconds, error index and the most memory of one estimate; for a process of its own."""
    one = stations(units)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    found = ours(one)
    seconds = time.perf_counter() - start
    score = Score()
    score.add(one, found, seconds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "units": units,
        "seconds": seconds,
        "index": score.index[0],
        "megabytes": memory / 1024,
        "of_which_before": before / 1024,
    }


def sizes() -> list[dict[str, float]]:
    """Point estimates of growing elections, each in a process of its own; printed as they come."""
    print(f"\n{'units':>8}{'s':>8}{'EI':>7}{'peak MB':>9}")
    rows = []
    for units in SIZES:
        with get_context("spawn").Pool(1) as pool:
            row = pool.apply(one_size, (units,))
        print(
            f"{units:>8,}{row['seconds']:>8.2f}{row['index']:>7.2f}{row['megabytes']:>9.0f}",
            flush=True,
        )
        rows.append(row)
    return rows


def workers(address: str) -> list[dict[str, object]]:
    """Random tables of all polling stations by each engine; the numbers must agree."""
    one = stations(STATIONS)
    found = estimate(one.x, one.y, draws=STATION_DRAWS)
    print(f"\n{STATION_DRAWS} random tables of {STATIONS:,} units")
    rows: list[dict[str, object]] = []
    with ExitStack() as stack:
        engines = {"one after the other": SERIAL, "two processes": Engine("loky", 2)}
        if not address and find_spec("distributed"):
            from distributed import LocalCluster

            cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
            address = stack.enter_context(cluster).scheduler_address
        if address:
            engines["Dask"] = Engine("dask", 2, address)
        first = None
        for name, engine in engines.items():
            start = time.perf_counter()
            table = found.table(engine=engine)
            seconds = time.perf_counter() - start
            first = table if first is None else first
            assert table.equals(first), f"{name} gives other numbers"
            print(f"{name:<22}{seconds:>7.1f} s", flush=True)
            rows.append({"engine": name, "seconds": seconds})
    return rows


def main() -> None:
    """Run what is asked for and print it."""
    parser = argparse.ArgumentParser(description="Accuracy and cost of the vote transfer estimate.")
    parser.add_argument("--truth", type=Path, help="folder of electorates with known truth")
    parser.add_argument("--pyei", type=int, default=0, help="electorates a file for PyEI")
    parser.add_argument("--dask", default="", help="address of a Dask scheduler")
    parser.add_argument("--json", type=Path, help="write the numbers here")
    chosen = parser.parse_args()
    result = {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "truth": against_truth(chosen.truth, chosen.pyei),
        "sizes": sizes(),
        "workers": workers(chosen.dask),
    }
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
