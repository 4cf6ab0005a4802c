"""From the back-test into December 2021, through it, out of it, and in again by its link."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import Visit  # type: ignore[attr-defined]

TOP = "() => document.querySelector('[data-testid=stMain]').scrollTop"


def field(visit: Visit, name: str) -> str:
    return parse_qs(urlsplit(visit.page.url).query).get(name, [""])[0]


def step_on(visit: Visit) -> None:
    """Press Next at the foot of a step and wait for the step after it."""
    before = visit.page.url
    visit.page.locator("button:visible", has_text="Next").first.click()
    visit.page.wait_for_url(lambda url: url != before)
    visit.settle()


@pytest.mark.parametrize("visit", ["desktop", "phone"], indirect=True)
def test_the_replay_starts_at_the_back_test_shows_misses_first_and_gives_the_view_back(visit):
    visit.open("/evidence?evidence=backtest&region=west4&date=2022-03-01")
    assert "One pair of elections" in visit.text()
    assert visit.overflow() <= 0
    visit.page.get_by_role("link", name="Replay December 2021").click()
    visit.page.wait_for_url("**tour=1**")
    visit.settle()
    assert field(visit, "date") == "2021-12-27"
    assert field(visit, "election") == "2017"
    for step in range(2, 7):
        step_on(visit)
        assert field(visit, "tour") == str(step)
        # Each step is shown from its top; the browser scrolls there a moment after it is drawn.
        visit.page.wait_for_function(f"() => ({TOP})() === 0", timeout=5_000)
        assert visit.overflow() <= 0
    visit.choose("Misses by constituency of", "Bloc vote for Azimio")
    assert "most in Mt. Elgon" in visit.text()
    linked = visit.page.url

    visit.page.locator("button:visible", has_text="Leave").first.click()
    visit.page.wait_for_url(lambda url: "tour=" not in url)
    visit.settle()
    assert (field(visit, "region"), field(visit, "date")) == ("west4", "2022-03-01")

    visit.page.goto(linked, wait_until="domcontentloaded")
    visit.settle()
    assert "How wrong would each way of reckoning have been?" in visit.text()
    visit.page.locator("button:visible", has_text="Start again").first.click()
    visit.page.wait_for_url("**tour=1**")
    visit.settle()
    assert "talks at Khwisero" in visit.text()
