"""From a number to how it is computed and to its sources, in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visit

QUESTION = "How is this computed?"


def query(visit: Visit) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(visit.page.url).query).items()}


@pytest.mark.browser
@pytest.mark.parametrize("visit", ["desktop", "phone"], indirect=True)
def test_a_number_leads_to_its_method_and_back_with_the_view_kept(visit: Visit) -> None:
    visit.open("/?region=west4")
    card = visit.page.locator(".st-key-card_unity")
    card.get_by_role("link", name=QUESTION).click()
    section = visit.page.locator(".st-key-method_unity")
    expect(section.locator(".katex").first).to_be_visible()
    expect(section).to_contain_text("What it cannot tell")
    visit.settle()
    assert query(visit) == {"region": "west4", "evidence": "methods", "method": "unity"}
    assert visit.overflow() <= 0
    section.get_by_role("link", name="Map: layer Contribution to unity").click()
    expect(visit.page.get_by_role("heading", name="Contribution to the region")).to_be_visible()
    visit.settle()
    assert query(visit)["layer"] == "contribution"
    assert query(visit)["region"] == "west4"
    for _ in range(6):  # our links add a step for the address they complete
        if urlsplit(visit.page.url).path == "/":
            break
        visit.page.go_back()
        visit.settle()
    expect(visit.page.locator(".st-key-card_unity")).to_be_visible()
    visit.check_clean()


@pytest.mark.browser
@pytest.mark.parametrize("visit", ["desktop"], indirect=True)
@pytest.mark.parametrize("address", ["/", "/map", "/flows?flow=votes", "/leaders", "/compare"])
def test_one_click_from_a_figure_shows_its_sources(visit: Visit, address: str) -> None:
    visit.open(address)
    visit.page.locator('[class*="st-key-sources_"] button').first.click()
    listed = visit.page.locator('[data-testid="stPopoverBody"]')
    expect(listed.locator("a").first).to_have_attribute("href", re.compile("^http"))
    expect(listed).to_contain_text("seen 20")
    visit.check_clean()
