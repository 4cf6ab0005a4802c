"""The journey of a reader with two tables of their own: good ones, bad ones, and hostile ones."""

from __future__ import annotations

import csv
import time
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import Visit  # type: ignore[attr-defined]
from playwright.sync_api import expect

from mulembe.spreadsheets import write_workbook

SIZES = pytest.mark.parametrize("visit", ["desktop", "phone"], indirect=True)
BEFORE = "Ward,County,List A,List B\nNorth,Hill,600,400\nSouth,Lake,300,700\nEast,Lake,500,500\n"
AFTER = [["Ward", "Union", "Front"], ["South", 350, 650], ["North", 580, 420], ["East", 480, 520]]
HOSTILE = ("<img src=x onerror=alert(1)>", '=HYPERLINK("http://192.0.2.1","x")')
MARKUP = '[data-testid="stMain"] img[src="x"], [data-testid="stMain"] a[href*="192.0.2"]'


def upload(visit: Visit, which: int, name: str, data: bytes) -> None:
    """Put a file into the first (0) or second (1) field."""
    field = visit.page.locator('input[type="file"]').nth(which)
    field.set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    main = visit.page.get_by_test_id("stMain")
    expect(main.get_by_text(name, exact=True).first).to_be_visible()
    visit.settle()


def both(visit: Visit) -> None:
    """Upload two tables that fit."""
    visit.open("/flows?flow=own")
    upload(visit, 0, "before.csv", BEFORE.encode())
    upload(visit, 1, "after.xlsx", write_workbook(AFTER))
    visit.page.locator(".st-key-own_sankey .js-plotly-plot").wait_for()
    visit.settle()


def drawn(visit: Visit) -> str:
    """All the words of the drawing."""
    return " ".join(visit.page.locator(".st-key-own_sankey svg text").all_text_contents())


def exported(visit: Visit, folder: Path) -> list[list[str]]:
    """The table's CSV as a reader saves it."""
    with visit.page.expect_download() as waited:
        visit.page.locator(".st-key-csv_own-vote-flows button").click()
    path = folder / "flows.csv"
    waited.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@SIZES
def test_two_tables_become_flows(visit: Visit, tmp_path: Path) -> None:
    both(visit)
    assert "List A" in drawn(visit)
    assert "Estimated from area totals; individuals can differ." in visit.text()
    rows = exported(visit, tmp_path)
    assert rows[0][:4] == ["Area", "From (before)", "To (after)", "Estimate"]
    assert abs(sum(int(row[3]) for row in rows[1:]) - 3000) <= 2
    assert visit.page.url.endswith("/flows?flow=own")
    assert visit.overflow() <= 0


@SIZES
def test_the_tables_come_back_after_another_page(visit: Visit) -> None:
    both(visit)
    visit.press("Flows of", "MPs")
    visit.press("Flows of", "Your own data")
    assert "List A" in drawn(visit)
    assert "Held in this session: before.csv" in visit.text()
    visit.page.get_by_role("button", name="Clear the tables").click()
    visit.page.get_by_text("Nothing to show yet").wait_for()
    visit.settle()
    assert visit.page.locator(".st-key-own_sankey").count() == 0


@SIZES
def test_a_bad_table_is_told_by_row_and_nothing_is_drawn(visit: Visit) -> None:
    both(visit)
    upload(visit, 0, "bad.csv", BEFORE.replace("700", "-7").replace("400", "").encode())
    visit.page.get_by_text("Nothing was loaded").wait_for()
    text = visit.text().replace("\u2060", "")
    assert "bad.csv, row 2, column 'List B' is empty; write the number, or 0" in text
    assert "bad.csv, row 3, column 'List B' holds '-7'; a count cannot be negative." in text
    assert visit.page.locator(".st-key-own_sankey").count() == 0
    upload(visit, 0, "good.csv", BEFORE.encode())
    visit.page.locator(".st-key-own_sankey .js-plotly-plot").wait_for()
    assert visit.overflow() <= 0


def far_apart() -> bytes:
    """A workbook of two cells in the far corners of the grid."""
    corners = '<row r="1"><c r="A1"><v>1</v></c></row>'
    corners += '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    plain, bomb = ZipFile(BytesIO(write_workbook([]))), BytesIO()
    with ZipFile(bomb, "w") as archive:
        for name in plain.namelist():
            part = plain.read(name).decode()
            archive.writestr(name, part.replace("<sheetData>", f"<sheetData>{corners}"))
    return bomb.getvalue()


@SIZES
def test_a_bomb_is_refused_and_the_page_lives_on(visit: Visit) -> None:
    visit.open("/flows?flow=own")
    upload(visit, 1, "after.csv", b"u,x\nA,1\n")
    start = time.monotonic()
    upload(visit, 0, "bomb.xlsx", far_apart())
    visit.page.get_by_text("row 1,048,576 holds something").wait_for()
    assert time.monotonic() - start < 15
    visit.press("Flows of", "MPs")
    assert "seats changed camp" in visit.text()


@SIZES
def test_hostile_names_are_text_everywhere(visit: Visit, tmp_path: Path) -> None:
    head = ",".join('"{}"'.format(name.replace('"', '""')) for name in HOSTILE)
    table = f'Ward,"<b>County</b>",{head}\nNorth,"![x](http://192.0.2.1/x.png)",600,400\nSouth,S,300,700\n'
    visit.open("/flows?flow=own&depth=analyst")
    upload(visit, 0, "<b>1.csv", table.encode())
    upload(visit, 1, "=2.csv", table.encode())
    visit.page.locator(".st-key-own_sankey .js-plotly-plot").wait_for()
    visit.settle()
    assert "<img src=x" in drawn(visit)
    assert "=HYPERLIN" in drawn(visit)  # a long name ends in an ellipsis
    assert "<img src=x onerror=alert(1)>" in visit.text()
    area = visit.page.get_by_role("combobox", name="Area", exact=True)
    area.scroll_into_view_if_needed()
    visit.page.wait_for_timeout(500)  # a list closes when the page still scrolls under it
    visit.choose("Area", "![x]")
    assert visit.page.locator(MARKUP).count() == 0
    assert visit.page.locator('[data-testid="stMain"] h3 img').count() == 0
    cells = {cell for row in exported(visit, tmp_path) for cell in row}
    assert "'" + HOSTILE[1] in cells
    assert not any(cell.startswith(("=", "@", "+")) for cell in cells)
