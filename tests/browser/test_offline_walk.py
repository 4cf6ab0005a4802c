"""The whole walk with the network cut off: nothing is asked of another host, nothing is missed.

The browser resolves no name but the loopback address, so that a font, a map style or a script from
elsewhere would fail; and every request, console error and violation of the policy is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import CHROMIUM, CHROMIUM_ARGS, PHONE_AGENT, Visit
from playwright.sync_api import Browser, BrowserContext

CUT_OFF = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--proxy-server=direct://",
]
# The pages and their main parts; each part draws with something that the others do not use.
PAGES = (
    "/",
    "/map",
    "/map?drawn=tiles&layer=alignment",
    "/flows",
    "/leaders",
    "/scenario",
    "/compare",
    "/evidence",
)
PARTS = (
    "/?tour=2",
    "/map?pair=yes&scope=kenya",
    "/map?election=2013&c=199",
    "/flows?flow=votes",
    "/flows?flow=own",
    "/scenario?result=places",
    "/scenario?result=flow",
    "/scenario?result=nation",
    "/evidence?evidence=backtest",
    "/evidence?evidence=claims",
    "/evidence?evidence=ledger",
    "/evidence?evidence=polls",
    "/evidence?evidence=methods",
)


@pytest.fixture(scope="module")
def cut_off(browser: Browser) -> Iterator[Browser]:
    """A browser that finds no host but this machine."""
    started = browser.browser_type.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS + CUT_OFF)
    yield started
    started.close()


def context(browser: Browser, width: int) -> BrowserContext:
    if width < 500:
        return browser.new_context(
            viewport={"width": width, "height": 844},
            is_mobile=True,
            has_touch=True,
            user_agent=PHONE_AGENT,
        )
    return browser.new_context(viewport={"width": width, "height": 900})


@pytest.mark.parametrize(("width", "walk"), [(1440, PAGES + PARTS), (390, PAGES)])
def test_a_walk_without_a_network(cut_off: Browser, base: str, width: int, walk: tuple) -> None:
    visit = Visit(context(cut_off, width), base, width)
    for path in walk:
        visit.open(path)
        assert len(visit.text()) > 200, path
        try:
            visit.check_clean()
        except AssertionError as fault:
            raise AssertionError(f"{path} at {width}: {fault}") from None
    visit.context.close()


def test_the_walk_would_notice(cut_off: Browser, base: str) -> None:
    """The control: what the walk must not meet is met here, stopped and counted."""
    visit = Visit(context(cut_off, 1440), base, 1440)
    visit.open("/evidence?evidence=methods")
    visit.check_clean()
    ran = visit.page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.ran = true';
          document.body.append(script);
          const image = document.createElement('div');
          image.innerHTML = '<img src="x" onerror="window.ran = true">';
          document.body.append(image);
          // The browser's own tools may evaluate; the page may not, as its timers show.
          setTimeout('window.ran = true', 0);
          return new Promise(done => setTimeout(() => done(window.ran === true), 500));
        }"""
    )
    assert ran is False
    assert len([stop for stop in visit.stopped if stop.startswith("script-src")]) >= 3
    visit.page.evaluate("() => fetch('https://example.org/font.woff2').catch(() => 0)")
    visit.page.wait_for_timeout(300)
    assert [stop for stop in visit.stopped if stop.startswith("connect-src stopped https://ex")]
    with pytest.raises(AssertionError):
        visit.check_clean()
    # And the network is cut indeed: a page without the policy reaches nobody either.
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        visit.page.goto("http://example.org/")
    assert visit.foreign
    visit.context.close()
