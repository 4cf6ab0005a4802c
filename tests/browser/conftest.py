"""A running app and a real Chromium for the journeys; the pages record what goes wrong on them."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts"
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
PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
# Streamlit asks for these two beside the page's own address before it finds its root.
PROBE = re.compile(r"/(map|flows|leaders|scenario|compare|evidence)/_stcore/(health|host-config)$")
PATIENCE = 30_000  # ms; the test machine may have two slow cores
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
# True when nothing is stale or loading and every map has drawn its layers.
PAINTED = """() => {
  if (document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')) return false;
  return [...document.querySelectorAll('.js-plotly-plot')].every(plot => {
    const subplot = plot._fullLayout && plot._fullLayout.map && plot._fullLayout.map._subplot;
    if (plot.querySelector('.maplibregl-map') && !subplot) return false;
    return plot._fullLayout && (!subplot || (subplot.map && subplot.map.loaded()));
  });
}"""


# Tells the test of everything that the page's Content-Security-Policy stopped.
WATCH_POLICY = """document.addEventListener('securitypolicyviolation', event =>
  window.policyStopped(`${event.effectiveDirective} stopped ${event.blockedURI || 'inline'} ` +
                       `in ${event.sourceFile || document.URL}:${event.lineNumber}`))"""


class Visit:
    """One tab on the app, with a record of what went wrong on it.

    >>> visit.open("/map?layer=swing")
    >>> visit.choose("Layer", "Turnout")
    >>> visit.check_clean()
    """

    def __init__(self, context: BrowserContext, base: str, width: int) -> None:
        self.context, self.base, self.width = context, base, width
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.console: list[str] = []
        self.faults: list[str] = []
        self.foreign: list[str] = []
        self.dialogs: list[str] = []
        self.stopped: list[str] = []
        self.page.expose_function("policyStopped", self._stop)
        self.page.add_init_script(WATCH_POLICY)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._request(request.url))
        self.page.on("websocket", lambda socket: self._request(socket.url))
        self.page.on("dialog", self._dialog)

    def open(self, path: str) -> Visit:
        """Go to a path of the app and wait until it is drawn."""
        self.page.goto(self.base + path, wait_until="domcontentloaded")
        return self.settle()

    def settle(self) -> Visit:
        """Wait until the script is idle and every map is painted, and both stay so for a moment."""
        calm = 0
        deadline = time.monotonic() + PATIENCE / 1000
        while calm < 3:
            self.page.wait_for_selector(IDLE)
            self.page.wait_for_function(PAINTED)
            idle = self.page.locator(IDLE).count() == 1
            calm = calm + 1 if idle and self.page.evaluate(PAINTED) else 0
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.page.url} did not come to rest")
            self.page.wait_for_timeout(80)
        return self

    def choose(self, label: str, option: str) -> None:
        """Pick an option of a select box by typing its start, as a reader would."""
        box = self.page.get_by_role("combobox", name=label, exact=True)
        box.click()
        if box.is_editable():  # on phones short lists open without a keyboard
            box.fill(option)
        self.page.get_by_role("option", name=option).first.click()
        self.settle()

    def press(self, group: str, choice: str) -> None:
        """Press one of a group of segmented buttons."""
        options = self.page.get_by_role("radiogroup", name=group)
        options.get_by_role("radio", name=choice, exact=True).click()
        self.settle()

    def map_point(self, lon: float, lat: float) -> tuple[float, float]:
        """Where on the page a place lies, asked of the first map's own camera."""
        self.page.locator(".js-plotly-plot .maplibregl-canvas").first.scroll_into_view_if_needed()
        x, y = self.page.evaluate(
            """([lon, lat]) => {
              const plots = [...document.querySelectorAll('.js-plotly-plot')];
              const map = plots.find(p => p._fullLayout.map)._fullLayout.map._subplot.map;
              const at = map.project([lon, lat]);
              const box = map.getCanvas().getBoundingClientRect();
              return [box.x + at.x, box.y + at.y];
            }""",
            [lon, lat],
        )
        return x, y

    def tile(self, code: str) -> tuple[float, float]:
        """The middle of a constituency's tile on the page, scrolled into sight."""
        find = """code => {
          for (const plot of document.querySelectorAll('.js-plotly-plot')) {
            const trace = (plot._fullData || []).find(t => t.type === 'bar' && t.customdata);
            const at = trace ? [...trace.customdata].map(String).indexOf(code) : -1;
            if (at < 0) continue;
            const {xaxis, yaxis, _size: size} = plot._fullLayout;
            const box = plot.getBoundingClientRect();
            return [box.x + size.l + xaxis.d2p(trace.x[at]),
                    box.y + size.t + yaxis.d2p(trace.base[at] + trace.y[at] / 2)];
          }
          throw new Error('no tile of ' + code);
        }"""
        x, y = self.page.evaluate(find, code)
        self.page.evaluate(
            "y => document.querySelector('[data-testid=stMain]').scrollBy(0, y)", y - 400
        )
        self.page.wait_for_timeout(200)
        x, y = self.page.evaluate(find, code)
        return x, y

    def card(self) -> Locator:
        """The card of a constituency on the Map page."""
        return self.page.locator(".st-key-card")

    def text(self) -> str:
        """All text the reader sees in the page's body."""
        return self.page.locator('[data-testid="stMain"]').inner_text()

    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        return int(
            self.page.evaluate(
                """() => Math.max(...[document.scrollingElement,
                  document.querySelector('[data-testid="stMain"]')].map(
                  e => e.scrollWidth - e.clientWidth))"""
            )
        )

    def check_clean(self) -> None:
        """No error, no exception, no dialog, nothing asked of another host or stopped by policy."""
        wrong = {
            "console": self.console,
            "exceptions": self.faults,
            "foreign requests": self.foreign,
            "dialogs": self.dialogs,
            "stopped by the Content-Security-Policy": self.stopped,
        }
        assert not any(wrong.values()), {what: list for what, list in wrong.items() if list}

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not ("404" in message.text and PROBE.search(where)):
            self.console.append(f"{message.text} at {where}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.foreign.append(url)

    def _stop(self, what: str) -> None:
        self.stopped.append(what)

    def _dialog(self, dialog: object) -> None:
        self.dialogs.append(str(dialog))
        dialog.dismiss()  # type: ignore[attr-defined]


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run the app that lies in a folder and give its address; end the process afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "server.py"]
    options = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",  # others may edit the tree while the journeys run
    }
    command += [f"--{name}={value}" for name, value in options.items()]
    ARTIFACTS.mkdir(exist_ok=True)
    log = ARTIFACTS / f"server-{folder.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_for_health(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for_health(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        probe = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            probe.request("GET", "/_stcore/health")
            if probe.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            probe.close()
    raise AssertionError(f"the app did not start:\n{log.read_text(errors='replace')[-2000:]}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as a browser test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        reason = "no Chromium found: install the package 'chromium' to run the browser journeys"
        if os.environ.get("MULEMBE_NEED_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def base(browser: Browser) -> Iterator[str]:
    """The app's address, after the browser so that a missing one skips before any server starts."""
    with serving(ROOT) as address:
        yield address


@pytest.fixture(scope="package")
def desktop_context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    yield context
    context.close()


@pytest.fixture(scope="package")
def phone_context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
        device_scale_factor=2,
        user_agent=PHONE_AGENT,
        color_scheme="light",
    )
    yield context
    context.close()


@pytest.fixture
def desktop(
    desktop_context: BrowserContext, base: str, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """A tab of 1440 x 900 pixels."""
    yield from _visited(Visit(desktop_context, base, 1440), request)


@pytest.fixture
def phone(
    phone_context: BrowserContext, base: str, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """A tab of a phone with 390 x 844 pixels and touch."""
    yield from _visited(Visit(phone_context, base, 390), request)


@pytest.fixture(scope="package")
def serve() -> Callable[[Path], AbstractContextManager[str]]:
    """Serves the app of another folder, for a test that damages a copy."""
    return serving


@pytest.fixture
def visit(request: pytest.FixtureRequest) -> Visit:
    """``desktop`` or ``phone``, as the test's parameter says."""
    return request.getfixturevalue(request.param)


def _visited(visit: Visit, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Hand out a tab; afterwards keep its picture and insist that nothing went wrong on it."""
    yield visit
    ARTIFACTS.mkdir(exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", request.node.name).strip("-")
    visit.page.screenshot(path=ARTIFACTS / f"{name}-{visit.width}.png")
    visit.page.close()
    visit.check_clean()
