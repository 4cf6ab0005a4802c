"""What the first map and a layer change cost, against the map anyone would write first.

Runs Mulembe's Map page and ``minimal_app.py`` in turns, each time with a fresh server and an empty
browser cache, and prints medians and their ratio. It measures and never judges.

    .venv/bin/python benchmarks/first_map.py --repeats 5 --json result.json
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from importlib.metadata import version
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OWN = ("/app/static/", "/media/")  # paths of what an app serves; the rest is Streamlit's bundle
UNITS = 38
# Fill colours of the constituencies as the first map has them on the canvas now, or "".
PAINT = """
window.bench = {first: 0, clicked: 0, changed: 0};
window.benchMap = () => {
  const plot = [...document.querySelectorAll('.js-plotly-plot')].find(
    p => p._fullLayout && p._fullLayout.map && p._fullLayout.map._subplot);
  return plot ? plot._fullLayout.map._subplot.map : null;
};
window.benchPaint = () => {
  const map = window.benchMap();
  if (!map || !map.isStyleLoaded()) return '';
  const layer = map.getStyle().layers.find(
    l => l.type === 'fill' && l.id.startsWith('plotly-trace-layer'));
  if (!layer) return '';
  const drawn = map.queryRenderedFeatures({layers: [layer.id]});
  const fills = new Map(drawn.map(f => [JSON.stringify(f.id ?? f.properties.ct), f.properties.fc]));
  return fills.size < UNITS ? '' : JSON.stringify([...fills].sort());
};
window.benchIdle = done => {  // asks again when the map is replaced before it comes to rest
  let told = false;
  const once = () => { if (!told) { told = true; done(); } };
  const ask = () => {
    const map = window.benchMap();
    if (map && !told) { map.once('idle', once); map.triggerRepaint(); }
    if (!told) setTimeout(ask, 2000);
  };
  ask();
};
const first = () => window.benchPaint()
  ? window.benchIdle(() => { bench.first = performance.timeOrigin + performance.now(); })
  : setTimeout(first, 20);
first();
document.addEventListener('click', event => { bench.clicked = event.timeStamp; }, true);
""".replace("UNITS", str(UNITS))
WATCH = """() => {
  const before = window.benchPaint();
  bench.changed = 0;
  const look = () => {
    const now = window.benchPaint();
    if (now && now !== before) {
      window.benchIdle(() => { bench.changed = performance.now(); });
    } else {
      requestAnimationFrame(look);
    }
  };
  look();
}"""


@dataclass(frozen=True)
class App:
    """One of the two apps: the script to run, its map's path and the layers to switch between."""

    name: str
    script: str
    path: str
    layers: tuple[str, str]


@dataclass
class Costs:
    """What the runs of one app cost; seconds, bytes and milliseconds."""

    cold: list[float] = field(default_factory=list)
    own_bytes: list[int] = field(default_factory=list)
    all_bytes: list[int] = field(default_factory=list)
    change: list[float] = field(default_factory=list)
    change_bytes: list[int] = field(default_factory=list)


APPS = (
    App("minimal", "benchmarks/minimal_app.py", "/", ("ruto", "odinga")),
    App("mulembe", "app.py", "/map", ("Turnout", "Margin")),
)
MEASURES = {
    "cold": ("Server start to first painted map", "s", 1, 2),
    "own_bytes": ("First map over the wire, without Streamlit's bundle", "kB", 1000, 1),
    "all_bytes": ("First map over the wire, in total", "kB", 1000, 0),
    "change": ("Layer change to repaint, p50", "ms", 1, 0),
    "change_bytes": ("First layer change over the wire", "kB", 1000, 1),
}


@contextmanager
def serving(script: str) -> Iterator[tuple[str, float]]:
    """Run an app; gives its address and the moment its process was started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    command += ["--server.fileWatcherType=none"]
    started = time.time()
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for_health(port, process)
        yield f"http://127.0.0.1:{port}", started
    finally:
        process.terminate()
        process.wait(20)


def _wait_for_health(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        probe = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            probe.request("GET", "/_stcore/health")
            if probe.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.02)
        finally:
            probe.close()
    raise SystemExit(f"the server ended with code {process.returncode}")


class Wire:
    """Counts the bytes a page receives: HTTP as sent over the wire, and websocket payloads."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.requests: list[Request] = []
        self.socket_bytes = 0
        context.on("requestfinished", self._finished)  # of the page and of its workers
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.webSocketFrameReceived", self._frame)

    def own(self) -> int:
        """Bytes of what the app itself sends: its static files, media and messages."""
        return self.socket_bytes + self._http(own=True)

    def total(self) -> int:
        """All bytes, Streamlit's bundle included."""
        return self.own() + self._http(own=False)

    def _http(self, own: bool) -> int:
        sizes = [
            request.sizes()
            for request in self.requests
            if urlsplit(request.url).path.startswith(OWN) == own
        ]
        return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)

    def _finished(self, request: Request) -> None:
        self.requests.append(request)

    def _frame(self, event: dict) -> None:
        frame = event["response"]
        data = frame["payloadData"]
        self.socket_bytes += len(base64.b64decode(data) if frame["opcode"] == 2 else data.encode())


def run(app: App, browser: Browser, costs: Costs, changes: int) -> None:
    """One cold start of an app and some layer changes, added to its costs."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(PAINT)
    wire = Wire(context, page)
    with serving(app.script) as (address, started):
        page.goto(address + app.path, wait_until="commit")
        page.wait_for_function("() => bench.first > 0")
        costs.cold.append(page.evaluate("bench.first") / 1000 - started)
        rest(page)
        costs.own_bytes.append(wire.own())
        costs.all_bytes.append(wire.total())
        for turn in range(changes):
            before = wire.own()
            costs.change.append(change_layer(page, app.layers[turn % 2]))
            rest(page)
            if turn == 0:  # later on Streamlit sends a hash of a message the browser has seen
                costs.change_bytes.append(wire.own() - before)
    context.close()


def change_layer(page: Page, layer: str) -> float:
    """Choose a layer in the select box; milliseconds from the click to the painted map."""
    page.get_by_role("combobox", name="Layer", exact=True).click()
    option = page.get_by_role("option", name=layer, exact=True)
    option.hover()
    page.evaluate(WATCH)
    option.click()
    page.wait_for_function("() => bench.changed > 0")
    return float(page.evaluate("bench.changed - bench.clicked"))


def rest(page: Page) -> None:
    """Wait until the app's script is idle and has stayed so for a moment."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_timeout(700)


def table(costs: dict[str, Costs]) -> list[dict[str, object]]:
    """One row per measure: medians of both apps and their ratio."""
    rows = []
    for name, (label, unit, scale, digits) in MEASURES.items():
        low, ours = (median(getattr(costs[app.name], name)) / scale for app in APPS)
        rows.append(
            {
                "measure": f"{label} ({unit})",
                "minimal": round(low, digits),
                "mulembe": round(ours, digits),
                "ratio": round(ours / low, 2),
            }
        )
    return rows


def machine(browser: Browser) -> str:
    """The machine in a line, without names or paths."""
    return (
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"Streamlit {version('streamlit')}, Plotly {version('plotly')}, "
        f"Chromium {browser.version} with software rendering"
    )


def main() -> None:
    """Measure both apps in turns and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5, help="cold starts per app")
    parser.add_argument("--changes", type=int, default=6, help="layer changes per cold start")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    options = parser.parse_args()
    if not CHROMIUM:
        raise SystemExit("no Chromium found: install the package 'chromium'")
    costs = {app.name: Costs() for app in APPS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        for app in APPS:  # fills the disk cache; not counted
            run(app, browser, Costs(), changes=0)
        for turn in range(options.repeats):
            for app in APPS if turn % 2 == 0 else APPS[::-1]:
                run(app, browser, costs[app.name], options.changes)
        seen = machine(browser)
        browser.close()
    rows = table(costs)
    print(f"Medians of {options.repeats} cold starts each, in turns; {seen}.\n")
    print("| measure | minimal | Mulembe | ratio |\n| --- | ---: | ---: | ---: |")
    for row in rows:
        print(f"| {row['measure']} | {row['minimal']:,} | {row['mulembe']:,} | {row['ratio']} |")
    if options.json:
        raw = {name: vars(found) for name, found in costs.items()}
        text = json.dumps({"machine": seen, "rows": rows, "raw": raw}, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
