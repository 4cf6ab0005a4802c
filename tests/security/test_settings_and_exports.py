"""The settings that keep strangers out, and that what is saved from a page runs nowhere."""

from __future__ import annotations

import csv
import tomllib
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from hostile import linked
from opening import opened
from payloads import PAYLOADS

from components.provenance import FORMULA
from components.provenance import csv as as_csv
from components.transfer.own_files import as_file
from mulembe.spreadsheets import write_workbook

ROOT = Path(__file__).resolve().parents[2]
# What spreadsheets take for the start of a formula, also behind blanks and in full width.
LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
SENDABLE = [text for name, text in PAYLOADS.items() if name != "half a pair"]


def runs(cell: str) -> bool:
    """Whether a spreadsheet could take a cell for a formula; numbers are none."""
    try:
        float(cell)
    except ValueError:
        return cell.lstrip(" \u00a0\ufeff").startswith(LEADS)
    return False


def test_the_settings_that_keep_strangers_out() -> None:
    held = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert held["client"]["showErrorDetails"] == "none"
    assert held["client"]["showErrorLinks"] is False
    assert held["client"]["disableDataExport"] is True
    assert held["browser"]["gatherUsageStats"] is False
    assert held["server"]["enableXsrfProtection"] is True
    assert held["server"]["enableCORS"] is True
    assert held["server"]["maxUploadSize"] == 5
    assert held["server"]["maxMessageSize"] <= 20
    assert "corsAllowedOrigins" not in held["server"]
    assert not (ROOT / ".streamlit" / "secrets.toml").exists()


@pytest.mark.parametrize("page", ["map", "scenario", "compare", "leaders"])
def test_no_message_of_a_page_comes_near_the_limit(page: str) -> None:
    app = opened(page, **linked(1), depth="analyst")
    largest = max(
        len(chart.proto.SerializeToString()) for chart in [*app.get("plotly_chart"), *app.dataframe]
    )
    assert largest < 2 * 10**6


def test_every_payload_is_saved_as_text() -> None:
    lead = [start + "1+1" for start in LEADS] + [" =1+1", "\u00a0@x", "\ufeff=1"]
    texts = [*SENDABLE, *lead]
    table = pd.DataFrame({text: [text, None, 1.5, -2] for text in texts} | {"n": [-1, 2, 3, 4]})
    rows = list(csv.reader(StringIO(as_csv(table).decode("utf-8-sig"), newline="")))
    assert len(rows) == 5
    assert [cell for row in rows for cell in row if runs(cell)] == []
    assert rows[1][-1] == "-1"  # a number stays one
    assert set(FORMULA) <= set(LEADS)


def test_the_judge_sees_a_formula() -> None:
    assert all(runs(text) for text in ("=1+1", " @x", "\t=1", "-x", "\uff1d1", "+1+cmd"))
    assert not any(runs(text) for text in ("-1", "'=1+1", "", "a-b", "1e-3"))


def test_a_workbook_holds_texts_and_never_a_formula() -> None:
    texts = [*SENDABLE, "=1+1", '=HYPERLINK("http://x")', "+1", "@x", "-x"]
    for data in (
        write_workbook([texts, texts]),
        as_file(pd.DataFrame([texts], columns=[f"{t}{i}" for i, t in enumerate(texts)]), "xlsx"),
    ):
        part = ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in part
        assert "<f " not in part
        book = openpyxl.load_workbook(BytesIO(data))
        kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
        assert kinds <= {"s", "n", "inlineStr"}  # "f" is a formula; empty texts are "n"


def test_names_are_saved_as_text_from_the_pages() -> None:
    """The tables under the charts of Compare and Scenario, with names that are formulas."""
    app = opened("compare", **linked(2))
    for frame in app.dataframe:
        rows = list(csv.reader(StringIO(as_csv(frame.value).decode("utf-8-sig"), newline="")))
        assert [cell for row in rows for cell in row if runs(cell)] == []
    assert len(app.dataframe) > 2
