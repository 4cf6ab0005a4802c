"""A hundred payloads in a real browser, drawn on the pages that show them: none does anything.

The server's Content-Security-Policy is switched off in the browser, so that what is tested is that
the pages draw words; a test of its own shows that the policy would stop what they let through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from conftest import Visit  # type: ignore[attr-defined]
from hostile import SENDABLE, linked, table, turn
from payloads import HOST
from playwright.sync_api import Browser, BrowserContext, Page

from components import state

# Elements that only a payload would make, anywhere on the page.
LIVE = f"""[src*="{HOST}"], [href*="{HOST}"], [data*="{HOST}"], [action*="{HOST}"], img[src="x"],
  [onerror], [onload], [onfocus], [ontoggle], [onbegin], [onstart], iframe[srcdoc], marquee,
  [href^="javascript:" i], [href^="data:text" i], meta[http-equiv="refresh" i], math, .katex"""
WATCH = "window.__hits = []; window.__hit = () => { window.__hits.push(location.pathname); };"
# A payload that is not escaped: runs, asks another host, and can be seen on the page.
BARE = f'<img src=x onerror=__hit()><img src="http://{HOST}/control.png"><b id=control>x</b>'


class Trap:
    """A tab that notices whatever a payload can do."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        context.add_init_script(WATCH)
        self.visit = Visit(context, base, 1440)
        self.page: Page = self.visit.page

    def open(self, page: str, **view: str) -> Trap:
        """Go to a page with this view and look at what is hidden on it."""
        self.visit.open(f"/{page}?{urlencode(view)}")
        return self

    def look_around(self) -> None:
        """Point at the charts and open the lists: labels and options are drawn when asked for."""
        for plot in self.page.locator(".js-plotly-plot").all()[:4]:
            box = plot.bounding_box()
            if box and box["width"]:
                for x, y in ((0.2, 0.3), (0.5, 0.5), (0.8, 0.6)):
                    self.page.mouse.move(
                        box["x"] + x * box["width"], box["y"] + y * box["height"], steps=2
                    )
        for button in self.page.get_by_test_id("stTooltipHoverTarget").all()[:6]:
            if button.is_visible():
                button.hover(force=True, timeout=2_000)
        for box in self.page.get_by_role("combobox").all()[:3]:
            if box.is_visible() and box.is_enabled():
                box.click()
                self.page.wait_for_timeout(120)
                self.page.keyboard.press("Escape")
        self.visit.settle()

    def caught(self) -> dict[str, object]:
        """All that a payload did, by how it was noticed."""
        return {
            "ran": self.page.evaluate("window.__hits"),
            "asked": self.visit.foreign,
            "drawn": self.page.evaluate(
                "q => [...document.querySelectorAll(q)].map(e => e.outerHTML.slice(0, 200))", LIVE
            ),
            "dialogs": self.visit.dialogs,
            "faults": self.visit.faults,
            "elsewhere": [] if self.page.url.startswith(self.visit.base) else [self.page.url],
        }


@pytest.fixture(scope="module")
def unprotected(browser: Browser, base: str) -> Iterator[Callable[[], Trap]]:
    """Tabs in which the server's policy does not hold."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    yield lambda: Trap(context, base)
    context.close()


@pytest.fixture
def trap(unprotected: Callable[[], Trap]) -> Iterator[Trap]:
    tab = unprotected()
    yield tab
    tab.page.close()


def nothing(caught: dict[str, object]) -> bool:
    return not any(caught.values())


VIEWS = [
    ("", {}),
    ("map", {"layer": "scenario_result", "c": "203"}),
    ("scenario", {"result": "flow", "depth": "analyst", "ask": "sweep", "lever": "third.delivery"}),
    ("compare", {"depth": "analyst", "duo": "cb", "who": "third"}),
]


@pytest.mark.parametrize("number", range(len(VIEWS)), ids=[page or "brief" for page, _ in VIEWS])
def test_names_in_a_link_do_nothing(trap: Trap, number: int) -> None:
    page, view = VIEWS[number]
    trap.open(page, **linked(number), **view)
    assert "__hit" in trap.page.content() or HOST in trap.page.content()  # they are shown
    trap.look_around()
    assert nothing(trap.caught()), trap.caught()


def test_values_of_every_parameter_do_nothing(trap: Trap) -> None:
    names = [name for name in state.FIELDS if name not in ("evidence", "ledger")]
    view = dict(zip(names, turn(SENDABLE, 0, len(names)), strict=True))
    trap.open("evidence", **view, evidence="ledger")
    assert trap.page.get_by_role("alert").count() > 20
    assert nothing(trap.caught()), trap.caught()


def test_uploaded_tables_do_nothing(trap: Trap) -> None:
    trap.open("flows", flow="own", depth="analyst")
    for which in (0, 1):
        name, data, kind = table(3, "<img src=x onerror=__hit()>")
        field = trap.page.locator('input[type="file"]').nth(which)
        field.set_input_files({"name": name, "mimeType": kind, "buffer": data})
        trap.page.get_by_text("<img sr...hit()>.csv").nth(which).wait_for()
    trap.page.get_by_role("heading", name="Every flow").wait_for()
    trap.visit.settle()
    assert trap.page.locator(".js-plotly-plot").count() > 0
    trap.look_around()
    assert nothing(trap.caught()), trap.caught()


def test_the_trap_catches_what_is_live(trap: Trap) -> None:
    trap.page.goto(f"{trap.visit.base}/leaders", wait_until="domcontentloaded")
    assert nothing(trap.caught())
    trap.page.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", BARE)
    trap.page.wait_for_function("window.__hits.length > 0")
    trap.page.evaluate("setTimeout(() => alert(1), 0)")
    trap.page.wait_for_timeout(300)
    caught = trap.caught()
    assert caught["ran"] == ["/leaders"]
    assert caught["asked"] == [f"http://{HOST}/control.png"]
    assert len(caught["drawn"]) == 2  # type: ignore[arg-type]
    assert len(caught["dialogs"]) == 1  # type: ignore[arg-type]


def test_the_policy_stops_what_is_live(browser: Browser, base: str) -> None:
    context = browser.new_context()
    trap = Trap(context, base)
    trap.page.goto(f"{base}/leaders", wait_until="domcontentloaded")
    trap.page.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", BARE)
    trap.page.wait_for_selector("#control")
    trap.page.wait_for_timeout(1_000)
    assert trap.page.evaluate("window.__hits") == []
    told = " ".join(trap.visit.stopped)
    assert "script-src-attr stopped inline" in told
    assert f"img-src stopped http://{HOST}/control.png" in told
    context.close()
