"""From the release of a lever to a repainted result, against a page that computes nothing.

Opens the Scenario page and ``minimal_lever_app.py`` in turns in a real browser, drags the slider
"delivers at home" to and fro and prints median and p95 of two spans: to the changed headline, and
to the moment when all charts are repainted and the script is idle. It measures and never judges.

    .venv/bin/python benchmarks/lever.py --releases 30 --json result.json
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from first_map import CHROMIUM, CHROMIUM_ARGS, ROOT, machine, serving
from playwright.sync_api import Browser, Locator, Page, sync_playwright

sys.path.insert(0, str(ROOT))
from mulembe.scenario import link, presets
from mulembe.scenario.model import Move
from mulembe.tables import Tables

PARTS = ("map", "places", "nation")
WATCH = """() => {
  const words = () => document.querySelector('.st-key-headline')?.innerText || '';
  const app = document.querySelector('[data-testid="stApp"]');
  const before = words();
  window.lever = {released: 0, told: 0, done: 0};
  let drawn = 0;
  const plots = () => [...document.querySelectorAll('.js-plotly-plot')];
  const look = () => {
    const now = performance.now();
    if (lever.released && !lever.told && words() !== before && words()) lever.told = now;
    const busy = app.dataset.testScriptState !== 'notRunning'
      || document.querySelector('[data-stale="true"]');
    const loading = plots().some(p => {
      const map = p._fullLayout?.map?._subplot?.map;
      return map && (!map.loaded() || map.isMoving());
    });
    if (lever.told && !busy && !loading) { drawn += 1; } else { drawn = 0; }
    if (drawn >= 2) { lever.done = now; return; }
    requestAnimationFrame(look);
  };
  document.addEventListener('pointerup',
    () => { lever.released = performance.now(); }, {capture: true, once: true});
  requestAnimationFrame(look);
}"""


@dataclass
class Spans:
    """Milliseconds from the release, one per release: to the headline, and to rest."""

    told: list[float] = field(default_factory=list)
    done: list[float] = field(default_factory=list)


def address_of_a_move() -> str:
    """The Scenario page with one move, as a link opens it."""
    tables = Tables()
    move = Move(leader="moses-wetangula", camp="government", delivery=0.5, home="218")
    scenario = presets.preset("west-2017", tables).scenario.but(moves=[move])
    return f"/scenario?s={link.encode(scenario, tables)}"


def drag(page: Page, thumb: Locator, pixels: int) -> None:
    """Take the slider's thumb and let it go some pixels away."""
    knob = thumb.locator("xpath=../..")  # the input itself is hidden
    knob.scroll_into_view_if_needed()
    box = knob.bounding_box() or {}
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + pixels, y, steps=3)
    page.evaluate(WATCH)
    page.mouse.up()
    page.wait_for_function("lever.done > 0")


def run(script: str, path: str, browser: Browser, releases: int) -> Spans:
    """Open an app once and let the lever go some times; the first release is not counted."""
    spans = Spans()
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    with serving(script) as (address, _):
        page.goto(address + path)
        page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        thumb = page.get_by_role("slider", name="delivers at home")
        thumb.wait_for()
        page.wait_for_timeout(3000)
        for turn in range(releases + 1):
            drag(page, thumb, 30 if turn % 2 else -30)
            if turn:
                spans.told.append(page.evaluate("lever.told - lever.released"))
                spans.done.append(page.evaluate("lever.done - lever.released"))
            page.wait_for_timeout(400)
    page.close()
    return spans


def p95(values: list[float]) -> float:
    """The smallest value that 95% of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-95 * len(ordered) // 100) - 1)]


def main() -> None:
    """Measure both pages and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--releases", type=int, default=30, help="releases per page and part")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    options = parser.parse_args()
    if not CHROMIUM:
        raise SystemExit("no Chromium found: install the package 'chromium'")
    start, found = address_of_a_move(), {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        found["minimal"] = run("benchmarks/minimal_lever_app.py", "/", browser, options.releases)
        for part in PARTS:
            print(f"measuring the part '{part}'", file=sys.stderr)
            path = f"{start}&result={part}"
            found[part] = run("app.py", path, browser, options.releases)
        seen = machine(browser)
        browser.close()
    print(
        f"{options.releases} releases each; {seen}. Milliseconds, ratio to minimal in brackets.\n"
    )
    print("| page | headline p50 | headline p95 | all repainted p50 | all repainted p95 |")
    print("| --- | ---: | ---: | ---: | ---: |")
    rows = {}
    for name, spans in found.items():
        rows[name] = [f(v) for v in (spans.told, spans.done) for f in (median, p95)]
        cells = [
            f"{value:,.0f} ({value / low:.1f})"
            for value, low in zip(rows[name], rows["minimal"], strict=True)
        ]
        print(f"| {name} | " + " | ".join(cells) + " |")
    if options.json:
        raw = {name: vars(spans) for name, spans in found.items()}
        text = json.dumps({"machine": seen, "rows": rows, "raw": raw}, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
