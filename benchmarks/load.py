"""Many readers at once through nginx: how long they wait, what crosses the wire, what they cost.

Starts ``deploy/replicas.py`` on this machine, lets so many readers use the pages for a while with
pauses for thought, then opens idle ones and weighs them. It measures and never judges; only when
other programs took part of the machine does it say that the numbers are void (exit code 3).

    .venv/bin/python -m benchmarks.load --users 50 --seconds 120 --json result.json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import mean

import psutil
from playwright.sync_api import sync_playwright

from benchmarks.first_map import CHROMIUM, CHROMIUM_ARGS, PAINT, Wire, rest
from benchmarks.streamlit_client import Reader, Run

ROOT = Path(__file__).resolve().parent.parent
THOUGHT = (5.0, 15.0)  # s between two interactions, even: 10 on average
RAMP = 15.0  # s over which the readers arrive
WARM = 2  # readers per replica and page before anything is measured
IDLE = 8  # sessions a page that are opened to weigh one
HEAVY = 6  # readers who ask heavy questions
PAUSE = 3.0  # s between an answer and the next heavy question
FOREIGN = 0.10  # of the machine, taken by others: the measurement is void from here on
STARTED = re.compile(r"Mulembe is at (\S+)")
BUSY = "The server is busy"
PAGES = ("", "map", "flows", "leaders", "scenario", "compare", "evidence")
TURN = 0.3  # of the interactions go to another page
Step = Callable[[Reader, random.Random], Awaitable[Run]]


def _pick(label: str) -> Step:
    async def step(reader: Reader, chance: random.Random) -> Run:
        return await reader.choose(label, chance.choice(reader.widget(label).proto.options))

    return step


def _press(label: str) -> Step:
    async def step(reader: Reader, chance: random.Random) -> Run:
        options = [option.content for option in reader.widget(label).proto.options]
        return await reader.press(label, chance.choice(options))

    return step


async def _slide(reader: Reader, chance: random.Random) -> Run:
    sliders = [w for w in reader.widgets.values() if w.kind == "slider" and not w.proto.disabled]
    slider = chance.choice(sliders)
    low, high, step = slider.proto.min, slider.proto.max, slider.proto.step or 1.0
    place = low + step * chance.randrange(int((high - low) / step) + 1)
    return await reader.slide(slider.label, place)


async def _next(reader: Reader, _chance: random.Random) -> Run:
    return await reader.click("Next step")


# What readers do on each page; a step named twice is taken twice as often.
STEPS: dict[str, list[Step]] = {
    "": [_pick("Region")],
    "map": [_pick("Layer"), _pick("Layer"), _pick("Constituency"), _press("Time"), _press("View")],
    "flows": [_next, _next, _press("Ribbons")],
    "leaders": [_pick("County"), _pick("Camp"), _press("Span")],
    "scenario": [_slide, _slide, _slide, _press("Part of the result")],
    "compare": [],
    "evidence": [_press("Evidence"), _press("Evidence")],
}


@dataclass
class Tally:
    """What all readers went through."""

    steps: list[Run] = field(default_factory=list)  # interactions on a page
    opened: list[Run] = field(default_factory=list)  # pages opened or turned to
    faults: list[str] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)  # s until "busy" was read


async def _ask(base: str, number: int, until: float, tally: Tally) -> None:
    """One reader who asks one heavy question after the other, each unlike all others."""
    chance = random.Random(1000 + number)  # noqa: S311 - the same readers every time
    await asyncio.sleep(RAMP * chance.random())
    while time.monotonic() < until:
        low, high = sorted(chance.sample(range(0, 1000), 2))
        view = f"/scenario?ask=sweep&sweep={low / 10}-{high / 10}"
        try:
            async with Reader(base, view) as reader:
                await reader.take_cookie()
                await reader.open()
                told = [
                    t for t, text in zip(reader.told, reader.texts, strict=True) if BUSY in text
                ]
                tally.refused.extend(told[:1])
                await asyncio.sleep(PAUSE)
        except (OSError, TimeoutError) as error:
            tally.faults.append(f"heavy reader {number}: {error!r}")


async def _use(base: str, number: int, until: float, tally: Tally) -> None:
    """One reader: opens a page, thinks, interacts, until the time is over."""
    chance = random.Random(number)  # noqa: S311 - the same readers every time
    await asyncio.sleep(RAMP * chance.random())
    page = chance.choice(PAGES)
    reader = Reader(base, f"/{page}")
    try:
        await reader.take_cookie()
        await reader.connect()
        tally.opened.append(await reader.open())
        while time.monotonic() < until:
            await asyncio.sleep(chance.uniform(*THOUGHT))
            steps = STEPS[reader.page]
            if not steps or chance.random() < TURN:
                turned = await reader.go(chance.choice([p for p in PAGES if p != reader.page]))
                tally.opened.append(turned)
            else:
                tally.steps.append(await chance.choice(steps)(reader, chance))
    except (OSError, LookupError, TimeoutError, AssertionError) as error:
        tally.faults.append(f"reader {number} on {reader.page}: {error!r}")
    except Exception as error:
        tally.faults.append(f"reader {number} on {reader.page}: {type(error).__name__} {error}")
    finally:
        await reader.close()


async def _crowd(base: str, users: int, heavy: int, seconds: float) -> Tally:
    tally = Tally()
    until = time.monotonic() + RAMP + seconds
    await asyncio.gather(
        *(_use(base, number, until, tally) for number in range(users)),
        *(_ask(base, number, until, tally) for number in range(heavy)),
    )
    for run in [*tally.steps, *tally.opened]:
        tally.faults.extend(run.faults)
    return tally


async def _visit(base: str, pages: tuple[str, ...], times: int) -> list[Reader]:
    """Open readers that stay, one after the other."""
    readers = []
    for _ in range(times):
        for page in pages:
            reader = Reader(base, f"/{page}")
            await reader.take_cookie()
            await reader.connect()
            await reader.open()
            readers.append(reader)
    return readers


async def _warm(base: str, times: int) -> None:
    for reader in await _visit(base, PAGES, times):
        await reader.close()


async def _weigh(base: str, replicas: list[psutil.Process], pages: tuple[str, ...]) -> float:
    """Bytes of the replicas' memory per idle session."""
    warm = await _visit(base, pages, WARM)
    await asyncio.sleep(3)
    before = _memory(replicas)
    readers = await _visit(base, pages, IDLE)
    await asyncio.sleep(3)
    weight = (_memory(replicas) - before) / len(readers)
    for reader in [*warm, *readers]:
        await reader.close()
    return weight


def _memory(processes: list[psutil.Process]) -> int:
    return sum(int(process.memory_full_info().uss) for process in processes)


class Watch:
    """How much of the machine others take while we measure."""

    def __init__(self, mine: psutil.Process) -> None:
        self._mine = mine
        self._begun = time.monotonic()
        self._all, self._ours = self._busy(), self._used()

    def foreign(self) -> float:
        """The part of all cores that others used since the beginning, 0 to 1."""
        spent = (self._busy() - self._all) - (self._used() - self._ours)
        return max(0.0, spent / (time.monotonic() - self._begun) / (os.cpu_count() or 1))

    @staticmethod
    def _busy() -> float:
        times = psutil.cpu_times()
        return float(sum(times[:8]) - times.idle - getattr(times, "iowait", 0.0))

    def _used(self) -> float:
        """Seconds of our processes, those that ended included."""
        total = 0.0
        for process in [self._mine, *self._mine.children(recursive=True)]:
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + times.children_user + times.children_system
        return float(total)


@contextmanager
def served(replicas: int, port: int) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The replicas behind nginx; gives their address and their starter."""
    command = [sys.executable, "deploy/replicas.py", "--replicas", str(replicas)]
    command += ["--port", str(port), "--access-log", "/dev/null"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            found = STARTED.search(line)
            if found:
                yield found[1], process
                break
        else:
            raise SystemExit("The replicas did not start; `make serve` says why.")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _first_map(base: str) -> int:
    """Bytes that a browser gets until its first map is painted, without Streamlit's own files.

    Messages are counted as they were before compression, so that it is rather too many.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.add_init_script(PAINT)
        wire = Wire(context, page)
        page.goto(f"{base}/map", wait_until="commit")
        page.wait_for_function("() => bench.first > 0", timeout=60_000)
        rest(page)
        found = wire.own()
        browser.close()
        return found


def of_rank(values: list[float], rank: float) -> float:
    """The value that this part of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(rank * len(ordered)))] if ordered else float("nan")


@dataclass(frozen=True)
class Row:
    """One line of the table: times in seconds, sizes in kB (1000 bytes) over the wire."""

    what: str
    count: int
    p50: float
    p95: float
    longest: float
    mean_kb: float
    largest_kb: float


def row(what: str, runs: list[Run]) -> Row:
    """The line of these runs."""
    seconds = [run.seconds for run in runs]
    sizes = [(run.received + run.sent) / 1000 for run in runs]
    return Row(
        what,
        len(runs),
        of_rank(seconds, 0.5),
        of_rank(seconds, 0.95),
        max(seconds, default=float("nan")),
        mean(sizes) if sizes else float("nan"),
        max(sizes, default=float("nan")),
    )


def printed(found: dict[str, object]) -> str:
    """The result as the Markdown table of ``deploy/README.md``."""
    rows = found["rows"]
    assert isinstance(rows, list)
    lines = [
        "| what | times | p50 s | p95 s | longest s | mean kB | largest kB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {r['what']} | {r['count']} | {r['p50']:.2f} | {r['p95']:.2f} | {r['longest']:.2f} | "
        f"{r['mean_kb']:.1f} | {r['largest_kb']:.1f} |"
        for r in rows
    ]
    lines += ["", str(found["told"])]
    return "\n".join(lines)


def measured(users: int, seconds: float, replicas: int, port: int) -> dict[str, object]:
    """Serve, use, weigh; the numbers of it all."""
    with served(replicas, port) as (base, starter):
        me = psutil.Process()
        processes = [
            process
            for process in psutil.Process(starter.pid).children(recursive=True)
            if "serving" in process.cmdline()
        ]
        asyncio.run(_warm(base, WARM * replicas))
        first = _first_map(base)
        watch = Watch(me)
        print(f"{users} readers for {seconds:g} s at {base}", flush=True)
        tally = asyncio.run(_crowd(base, users, 0, seconds))
        print(f"the same beside {HEAVY} who ask one heavy question after the other", flush=True)
        beside = asyncio.run(_crowd(base, users, HEAVY, seconds))
        print("weighing idle sessions", flush=True)
        idle = asyncio.run(_weigh(base, processes, PAGES))
        foreign = watch.foreign()
        full = max(process.memory_info().rss for process in processes)
    faults = [*tally.faults, *beside.faults]
    rows = [
        row("interactions", tally.steps),
        row("pages opened", tally.opened),
        row(f"interactions beside {HEAVY} heavy", beside.steps),
        row(f"pages opened beside {HEAVY} heavy", beside.opened),
    ]
    told = (
        f"{date.today():%d %B %Y}; {users} readers, {replicas} replicas, {os.cpu_count()} cores "
        f"({platform.machine()}), Streamlit {version('streamlit')}: errors {len(faults)}, "
        f"first map in a browser {first / 1000:.0f} kB beyond Streamlit's files, "
        f"idle session {idle / 1000:.0f} kB, largest replica {full / 1e6:.0f} MB; 'busy' was read "
        f"{len(beside.refused)} times, at the latest after {max(beside.refused, default=0):.1f} s; "
        f"other programs took {foreign:.0%} of the machine."
    )
    return {
        "rows": [asdict(r) for r in rows],
        "told": told,
        "faults": faults,
        "idle_bytes": idle,
        "foreign": foreign,
    }


def main() -> int:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--users", type=int, default=50, help="readers at once (50)")
    parser.add_argument("--seconds", type=float, default=120, help="how long they stay (120)")
    parser.add_argument("--replicas", type=int, default=2, help="processes of the app (2)")
    parser.add_argument("--port", type=int, default=8090, help="where nginx listens (8090)")
    parser.add_argument("--json", type=Path, help="file for the numbers")
    given = parser.parse_args()
    if not (1 <= given.users <= 500 and 1 <= given.seconds <= 900):
        parser.error("users go from 1 to 500, seconds from 1 to 900")
    found = measured(given.users, given.seconds, given.replicas, given.port)
    print(printed(found))
    for fault in list(found["faults"])[:10]:  # type: ignore[call-overload]
        print(f"error: {fault}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if float(str(found["foreign"])) > FOREIGN:
        print("VOID: other programs were using this machine. Measure again when it is quiet.")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
