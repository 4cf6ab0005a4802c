"""A chart in an article, from the code a reader copies; a server that goes and comes back."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Frame, expect

from components.connection import WORDS

ROOT = Path(__file__).resolve().parents[2]
ARTICLE = "<!DOCTYPE html><title>An article</title><h1>News</h1>{frame}"
BANNER = "#mulembe-connection"
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"


def _figures(frame: Frame) -> list[str]:
    return frame.locator('[data-testid="stPlotlyChart"]').evaluate_all(
        "found => found.map(one => one.querySelector('.js-plotly-plot') ? 'drawn' : 'empty')"
    )


def test_a_chart_goes_into_an_article_and_leads_back(desktop):
    desktop.open("/map?layer=turnout&election=2017")
    page = desktop.page
    page.get_by_role("button", name="Embed").click()
    code = page.locator('[data-testid="stPopoverBody"] pre code').inner_text()
    # An article on our own host: frames from others are the operator's setting.
    page.route("**/article", lambda route: route.fulfill(body=article, content_type="text/html"))
    for width, height in ((800, 500), (390, 500)):
        sized = code.replace('width="100%"', f'width="{width}"')
        article = ARTICLE.format(frame=re.sub(r'height="\d+"', f'height="{height}"', sized))
        page.goto(desktop.base + "/article")
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("heading", name="Turnout, 2017")).to_be_visible(timeout=30_000)
        expect(frame.get_by_text("Source: ")).to_be_visible()
        expect(frame.locator(".maplibregl-canvas")).to_be_visible(timeout=30_000)
        inside = page.frames[1]
        assert _figures(inside) == ["drawn"]
        assert inside.evaluate(WIDE) <= 0
        assert frame.get_by_role("combobox").count() == 0
        assert frame.get_by_role("link", name="Map").count() == 0
        address = parse_qs(urlsplit(inside.url).query)
        assert address == parse_qs(urlsplit(unescape(re.search('src="(.*?)"', code)[1])).query)
        assert address["embed"] == ["true"]
    back = frame.get_by_role("link", name="Open in Mulembe").get_attribute("href")
    assert back.startswith(f"{desktop.base}/map?")  # not below the article's address
    with desktop.context.expect_page() as opened:
        frame.get_by_role("link", name="Open in Mulembe").click()
    tab = opened.value
    expect(tab.get_by_role("heading", name="Turnout, 2017")).to_be_visible(timeout=30_000)
    expect(tab.get_by_role("button", name="Edit region")).to_be_visible(timeout=30_000)
    assert parse_qs(urlsplit(tab.url).query) == {"layer": ["turnout"], "election": ["2017"]}
    tab.close()


class Restartable:
    """The app on one port, to be killed and started again."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += [f"--server.port={self.port}", "--server.address=127.0.0.1"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(600):
            probe = HTTPConnection("127.0.0.1", self.port, timeout=2)
            try:
                probe.request("GET", "/_stcore/health")
                if probe.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.1)
            finally:
                probe.close()
        raise AssertionError("the app did not start")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(browser: Browser) -> Iterator[Restartable]:
    started = Restartable()
    yield started
    started.kill()


def test_a_lost_server_is_told_of_and_the_view_comes_back(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{server.address}/flows?weight=valid")
    sentence = page.get_by_role("heading", name=re.compile("seats changed camp"))
    expect(sentence).to_be_visible(timeout=60_000)
    expect(page.locator(BANNER)).to_have_attribute("role", "status", timeout=10_000)
    expect(page.locator(BANNER)).to_have_attribute("aria-live", "polite")
    expect(page.locator(f"{BANNER} p")).to_have_count(0)
    page.wait_for_selector(IDLE, timeout=60_000)
    told, address = sentence.inner_text(), page.url

    server.kill()
    expect(page.locator(BANNER)).to_contain_text(WORDS["lost"], timeout=2000)
    expect(page.get_by_role("button", name="Previous step")).to_be_disabled()
    box = page.locator(BANNER).bounding_box()
    app = page.locator('[data-testid="stApp"]').bounding_box()
    assert app["y"] + app["height"] <= box["y"] + 1  # the page gives way, nothing is covered
    assert page.locator(f"{BANNER} p").evaluate(
        "line => getComputedStyle(line, '::before').animationName"
    ) == ("none")
    page.wait_for_timeout(3000)  # Streamlit's own dialog would stand in the way by now
    assert page.get_by_role("dialog").count() == 0

    server.start()
    expect(page.locator(BANNER)).to_contain_text(WORDS["fresh"], timeout=60_000)
    assert sentence.inner_text() == told
    assert page.url == address == f"{server.address}/flows?weight=valid"
    expect(page.get_by_role("radio", name="Valid votes")).to_be_checked()
    # What is changed inside a fragment reaches the new session, which never drew that fragment.
    page.get_by_role("button", name="Previous step").click()
    expect(sentence).not_to_have_text(told, timeout=20_000)
    expect(page.locator(f"{BANNER} p")).to_have_count(0, timeout=10_000)

    context.set_offline(True)
    expect(page.locator(BANNER)).to_contain_text(WORDS["offline"], timeout=2000)
    context.set_offline(False)
    expect(page.locator(BANNER)).to_contain_text(WORDS["back"], timeout=20_000)
    context.close()
