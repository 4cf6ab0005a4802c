"""The journey of a sceptic through the data ledger: search, open, follow the link, take it away."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import Visit  # type: ignore[attr-defined]
from playwright.sync_api import expect

SIZES = pytest.mark.parametrize("visit", ["desktop", "phone"], indirect=True)


@SIZES
def test_a_conflict_is_found_opened_and_linked(visit: Visit) -> None:
    visit.open("/evidence?evidence=ledger")
    search = visit.page.get_by_role("textbox", name="Search")
    search.fill("webuye west")
    search.press("Enter")
    card = visit.page.locator(".st-key-ledger_entry")
    expect(card).to_contain_text("by 14,219 votes instead of 14,129")
    visit.settle()
    assert "find=webuye+west" in visit.page.url
    visit.choose("Kind", "Registers")
    visit.page.get_by_text("No conflict fits").wait_for()
    visit.choose("Kind", "All kinds")
    expect(card).to_contain_text("Webuye West")
    link = card.get_by_role("link", name="MapsBySifa").first
    assert str(link.get_attribute("href")).startswith("https://")
    assert visit.overflow() <= 0
    visit.check_clean()


@SIZES
def test_all_tables_are_taken_away(visit: Visit, tmp_path: Path) -> None:
    visit.open("/evidence?evidence=ledger")
    visit.press("Part of the ledger", "Checks")
    expect(visit.page.get_by_test_id("stMain")).to_contain_text("None is broken")
    visit.settle()
    visit.press("Part of the ledger", "Download")
    with visit.page.expect_download() as waited:
        visit.page.get_by_role("button", name="Download all tables").click()
    assert waited.value.suggested_filename.startswith("mulembe-tables-")
    path = tmp_path / "tables.zip"
    waited.value.save_as(path)
    with ZipFile(path) as file:
        text = file.read("mulembe-tables/tables/counties.csv").decode("utf-8-sig")
    assert len(list(csv.DictReader(StringIO(text)))) == 47
    assert visit.overflow() <= 0
    visit.check_clean()


@SIZES
def test_polls_are_read_at_any_width(visit: Visit) -> None:
    visit.open("/evidence?evidence=polls")
    assert visit.page.locator(".js-plotly-plot").count() == 10
    # On a phone a list closes when the page scrolls under it, as it would on the way to the box.
    visit.page.get_by_role("combobox", name="Question").scroll_into_view_if_needed()
    visit.settle()
    visit.choose("Question", "preferred president 2027")
    expect(visit.page.locator(".js-plotly-plot")).to_have_count(4)
    assert "asked=preferred-president-2027" in visit.page.url
    assert visit.overflow() <= 0
    visit.check_clean()
