"""Two replicas behind nginx, as ``make serve`` runs them; then one of them is killed."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from hosting import ROOT, Host, free_port, running, wait_until
from playwright.sync_api import Page, sync_playwright
from websockets.exceptions import WebSocketException

from benchmarks.streamlit_client import Reader

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LAYERS = ("margin", "winner", "turnout", "registered")
ELECTIONS = ("2022", "2017")
BACK_WITHIN = 5.0  # s
PRIVATE = "westwind"


@dataclass
class Front(Host):
    """nginx; the log holds the lines of the replicas and of nginx together."""

    def requests(self, **wanted: object) -> list[dict]:
        """nginx's own lines: they name the replica that answered."""
        lines = [line for line in self.lines() if "upstream" in line]
        return [line for line in lines if all(line[k] == v for k, v in wanted.items())]

    def processes(self) -> dict[int, int]:
        """Process of each replica, the latest."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        found = re.findall(r"^replica (\d+): .* process (\d+)$", text, re.MULTILINE)
        return {int(number): int(process) for number, process in found}


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    if not NGINX:
        reason = "no nginx found: install the package 'nginx' to test the replicas"
        if os.environ.get("MULEMBE_NEED_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    log = tmp_path_factory.mktemp("replicas") / "all.log"
    started = Front(free_port(), log)
    command = [sys.executable, "deploy/replicas.py", "--port", str(started.port)]
    with running(command, log, ROOT) as process:
        said = f"Mulembe is at http://127.0.0.1:{started.port} (2 replicas)"
        wait_until(lambda: said in log.read_text(encoding="utf-8"), log, process, 120)
        yield started
    # All ended with it, and its folder is gone.
    for number in started.processes().values():
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def bundle_file(front: Front) -> str:
    return re.search(rb'src="\.?(/static/js/[^"]+\.js)"', front.ask("/").body)[1].decode()


def test_pages_and_readiness_come_through(front):
    page = front.ask("/map?layer=swing")
    assert page.status == 200 and b'<div id="root">' in page.body
    assert page.one("Server") == "nginx"
    assert front.ask("/ready").json["ready"] is True
    assert front.ask("/nonsense").status == 404
    assert front.ask("/_stcore/metrics").status == front.ask("/metrics").status == 404
    assert b"WebSocket" not in page.body


def test_security_headers_stand_once(front):
    for path in ("/", "/nonsense", bundle_file(front), "/app/static/geo/index.json", "/errors/503"):
        answer = front.ask(path)
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
            assert answer.one(name)


def test_files_are_compressed_once_and_kept(front):
    name = bundle_file(front)
    plain = front.ask(name)
    answers = [front.ask(name, Accept_Encoding="gzip, br") for _ in range(3)]
    for answer in answers:
        assert answer.one("Content-Encoding") == "gzip"
        assert answer.one("Cache-Control") == "public, immutable, max-age=31536000"
        assert "Accept-Encoding" in answer.all("Vary")
        assert len(answer.body) < len(plain.body) / 2
    assert not plain.all("Content-Encoding")
    lines = front.requests(path=name)
    assert lines[-1]["cache"] == "HIT" and {line["cache"] for line in lines} == {"MISS", "HIT"}
    index = front.ask("/app/static/geo/index.json").json
    shape = front.ask(f"/app/static/geo/{index['west']}", Accept_Encoding="gzip")
    assert shape.one("Content-Encoding") == "gzip"
    assert shape.one("Cache-Control") == "public, max-age=31536000, immutable"
    page = front.ask("/", Accept_Encoding="gzip")
    assert page.one("Content-Encoding") == "gzip" and page.one("Cache-Control") == "no-cache"


@pytest.mark.parametrize(
    ("path", "method", "size", "status", "said"),
    [
        ("/_stcore/upload_file/a/b", "PUT", 7_000_000, 413, b"This file is too large"),
        (f"/map?s={'a' * 30_000}", "GET", 0, 414, b"This address is too long"),
        (f"/map?s={'a' * 200_000}", "GET", 0, 414, b"This address is too long"),
    ],
)
def test_what_is_too_much_is_refused_in_a_sentence(front, path, method, size, status, said):
    answer = front.ask(path, method, b"x" * size or None)
    assert answer.status == status and said in answer.body
    assert answer.one("Content-Security-Policy")


def test_a_long_link_works(front):
    assert front.ask(f"/compare?with={'a' * 8_000}").status == 200


def test_a_monster_of_a_header_is_refused_in_a_sentence(front):
    answer = front.ask("/", Cookie="a=" + "b" * 40_000)
    assert answer.status in (400, 414, 494)
    assert b"<h1>" in answer.body and b"nginx" not in answer.body


def test_a_reader_stays_on_his_replica(front):
    def replicas(**headers: str) -> list[set[str]]:
        """For each of 12 readers, who answered his three requests."""
        found = []
        for number in range(12):
            path = f"/media/{'-'.join(headers)}{number}"
            mine = {name: value.replace("#", f"{number:020d}") for name, value in headers.items()}
            for _ in range(3):
                front.ask(path, **mine)
            front.wait_for_line(path=path)
            found.append({line["upstream"] for line in front.requests(path=path)})
        return found

    with_cookie = replicas(Cookie="mulembe_route=#")
    assert {len(answered) for answered in with_cookie} == {1}
    assert len(set.union(*with_cookie)) == 2  # readers are spread over both
    assert len(set.union(*replicas())) == 1  # cookies refused: the address decides
    # What is no cookie of ours does not choose a replica.
    assert len(set.union(*replicas(Cookie="mulembe_route=#;"))) == 2
    assert len(set.union(*replicas(Cookie="mulembe_route=<#>"))) == 1


def test_the_cookie_is_of_the_session_and_out_of_reach_of_scripts(front):
    cookie = front.ask("/").one("Set-Cookie")
    assert re.fullmatch(r"mulembe_route=[\w+/=]+; path=/; httponly; samesite=lax", cookie)
    assert not front.ask(bundle_file(front)).all("Set-Cookie")


async def opened(front: Front, number: int) -> tuple[Reader, list[str]]:
    """A reader with a view of his own, part of it chosen after he came, and what he reads."""
    election, layer = ELECTIONS[number % 2], LAYERS[number % 4]
    path = f"/map?election={election}&layer={layer}&region=county:03{7 + number % 3}"
    cookie = {"Cookie": f"mulembe_route={number:021d}A"}
    reader = Reader(f"http://127.0.0.1:{front.port}", path, cookie)
    await reader.connect()
    first = await reader.open()
    assert not first.faults
    return reader, reader.texts


async def back(reader: Reader, before: list[str], killed: float) -> float | None:
    """Seconds from the kill until a reader who lost his replica reads the same again."""
    try:
        await asyncio.wait_for(reader._socket.wait_closed(), 1.5)
    except TimeoutError:
        return None  # his replica lives
    while True:
        try:
            await reader.connect()
            again = await reader.open()
            break
        except (OSError, WebSocketException):
            await asyncio.sleep(0.2)
    assert not again.faults
    assert reader.texts == before
    return time.monotonic() - killed


async def lose(front: Front, number: int) -> tuple[float, list[float]]:
    """Twenty readers open their views, then one replica is killed.

    How long all took to open, on both replicas, and how long each of the lost took to be back.
    """
    began = time.monotonic()
    readers = await asyncio.gather(*(opened(front, reader) for reader in range(20)))
    opening = time.monotonic() - began
    os.kill(front.processes()[number], signal.SIGKILL)
    killed = time.monotonic()
    took = await asyncio.gather(*(back(reader, texts, killed) for reader, texts in readers))
    for reader, _ in readers:
        await reader.close()
    return opening, [seconds for seconds in took if seconds is not None]


def cookies(front: Front, number: int, count: int) -> list[str]:
    """Cookies as nginx gives them, of readers who belong to one replica."""
    text = front.log.read_text(encoding="utf-8", errors="replace")
    port = re.search(rf"^replica {number}: http://(127.0.0.1:\d+)", text, re.MULTILINE)[1]
    found: list[str] = []
    for attempt in range(50):
        cookie = front.ask("/").one("Set-Cookie").split(";")[0]
        path = f"/media/whose-{attempt}"
        front.ask(path, Cookie=cookie)
        if front.wait_for_line(path=path, method="GET", upstream_status="404")["upstream"] == port:
            found.append(cookie.split("=", 1)[1])
        if len(found) == count:
            return found
    raise AssertionError(f"of 50 readers only {len(found)} belong to replica {number}")


def shown(page: Page) -> str:
    """The view a browser shows: its address and its heading."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_selector(".js-plotly-plot")
    return f"{page.url} {page.locator('h3').first.inner_text()}"


def test_after_a_kill_all_are_back_with_the_same_view(front):
    if not CHROMIUM:
        pytest.skip("no Chromium found: install the package 'chromium'")
    with sync_playwright() as playwright, ThreadPoolExecutor(1) as pool:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        visits = []
        for layer, cookie in zip(("turnout", "winner"), cookies(front, 1, 2), strict=True):
            context = browser.new_context(viewport={"width": 390, "height": 844})
            address = f"http://127.0.0.1:{front.port}"
            context.add_cookies([{"name": "mulembe_route", "value": cookie, "url": address}])
            page = context.new_page()
            sockets: list[str] = []
            page.on("websocket", lambda socket, kept=sockets: kept.append(socket.url))
            # Tiles: the test is about who serves, not about drawing maps in software.
            page.goto(f"{address}/map?drawn=tiles&layer={layer}&election=2017")
            visits.append((page, shown(page), sockets))
            assert f"layer={layer}" in page.url and len(sockets) == 1
        opening, lost = pool.submit(asyncio.run, lose(front, 1)).result(240)
        print(f"opened in {opening:.1f} s; {len(lost)} lost and back in {max(lost):.1f} s")
        assert 0 < len(lost) < 20  # readers were on both
        # On a busy machine everybody waits for a processor, and half of them are left.
        assert max(lost) < max(BACK_WITHIN, 2 * opening)
        for page, view, sockets in visits:
            deadline = time.monotonic() + 60
            while len(sockets) < 2 and time.monotonic() < deadline:
                page.wait_for_timeout(100)
            assert len(sockets) > 1, "the browser did not connect again"
            assert shown(page) == view
        browser.close()


def test_a_killed_replica_is_started_again(front):
    dead = re.search(r"^replica 1: .* process (\d+)$", front.log.read_text(), re.MULTILINE)[1]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and front.processes()[1] == int(dead):
        time.sleep(0.1)
    assert front.processes()[1] != int(dead)
    assert "replica 1 ended (-9)" in front.log.read_text(encoding="utf-8")


def test_no_query_string_is_in_any_log(front):
    front.ask(f"/map?s={PRIVATE}")
    front.ask(f"/errors/503.html?s={PRIVATE}")
    front.ask(f"/media/none?{PRIVATE}", Referer=f"http://x.example/?{PRIVATE}")
    front.ask(f"/map?s={PRIVATE}{'a' * 30_000}")
    assert front.wait_for_line(message="request", path="/media/none")
    text = front.log.read_text(encoding="utf-8", errors="replace")
    assert PRIVATE not in text and "?" not in "".join(line["path"] for line in front.requests())
    assert "127.0.0.0/24" in text
