"""Journeys on the Evidence page: a pledge measured on another base, and the claims of 2021."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visit


def query(visit: Visit) -> dict[str, list[str]]:
    return parse_qs(urlsplit(visit.page.url).query)


def downloaded(visit: Visit, key: str) -> list[dict[str, str]]:
    """The rows of the CSV that the button of this key hands out."""
    with visit.page.expect_download() as handed:
        visit.page.locator(f".st-key-{key} button").click()
    text = Path(handed.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("visit", ["desktop", "phone"], indirect=True)
def test_a_pledge_is_measured_anew_and_handed_out(visit: Visit) -> None:
    visit.open("/evidence")
    assert "by 32.6 to 57.6 points" in visit.text()
    visit.choose("Measure on", "Bungoma")
    expect(visit.page.get_by_text("as chosen; each row says")).to_be_visible()
    assert "by 6.9 to 31.9 points" in visit.text()
    assert query(visit)["on"] == ["county:039"]
    handed = downloaded(visit, "csv_mulembe-pledges")
    assert len(handed) == 9
    assert {row["Measured on"] for row in handed} == {"Bungoma"}
    link = visit.page.get_by_role("link", name="Tuko, 24 May 2022")
    assert str(link.get_attribute("href")).startswith("https://www.tuko.co.ke/")
    assert visit.overflow() <= 0


@pytest.mark.parametrize("visit", ["desktop", "phone"], indirect=True)
def test_a_claim_leads_to_its_evidence(visit: Visit) -> None:
    visit.open("/evidence")
    visit.press("Evidence", "Claims of 2021")
    assert "7 supported, 3 partly, 2 not supported, 1 cannot be told" in visit.text()
    assert "Half or less in Vihiga 47.0% (Musalia Mudavadi led)" in visit.text()
    visit.press("Verdict", "Cannot be told 1")
    visit.page.get_by_text("fifth run for president").click()
    expect(visit.page.get_by_text("Held with him as a candidate: 2007, 2013, 2017")).to_be_visible()
    assert query(visit)["verdict"] == ["open"]
    visit.page.reload()
    visit.settle()
    assert "fifth run for president" in visit.text()
    assert "Matungu" not in visit.text()
    assert visit.overflow() <= 0
