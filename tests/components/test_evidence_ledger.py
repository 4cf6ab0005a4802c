"""The data ledger on the Evidence page: search, filters, the opened entry, checks and download."""

from __future__ import annotations

import pandas as pd
import pytest
from opening import opened
from streamlit.testing.v1 import AppTest

from mulembe import checks
from mulembe.ledger import ledger, search
from mulembe.tables import Tables


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables()


def open_ledger(**view: str) -> AppTest:
    return opened("evidence", evidence="ledger", **view)


def text_of(app: AppTest) -> str:
    """All text blocks, without the escapes that keep table text out of the markup."""
    blocks = [*app.markdown, *app.caption, *app.info, *app.warning]
    return "\n".join(block.value for block in blocks).replace("\\", "")


def rows_of(app: AppTest) -> pd.DataFrame:
    return next(f.value for f in app.dataframe if "Subject" in f.value and "Used" in f.value)


def test_it_opens_with_what_all_conflicts_come_to(tables: Tables) -> None:
    told = text_of(open_ledger())
    entries = ledger(tables)
    inside = sum(one.in_region for one in entries)
    assert f"{len(entries)} conflicts, {inside} of them in the five counties" in told
    assert "35 were read twice" in told
    assert "differ for a candidate in 18 and in rejected papers alone in 5" in told
    assert "no constituency would change hands" in told
    assert "by 141 votes (0.02 points, each" in told


def test_search_and_filters_narrow_the_table(tables: Tables) -> None:
    app = open_ledger(conflict="register", year="2017", place="037")
    found = search(ledger(tables), tables, "", "register", "2017", "037")
    assert list(rows_of(app)["Subject"]) == [one.subject for one in found]
    assert {"Lurambi", "Shinyalu"} == set(rows_of(app)["Subject"])
    app.text_input(key="widget_find_ledger").set_value("177 voters").run()
    assert list(rows_of(app)["Subject"]) == ["Lurambi"]
    assert "Turnout would be 74.81% and not 74.65% (+0.17 points)." in text_of(app)


def test_nothing_found_says_what_to_do() -> None:
    app = open_ledger(find="nowhere at all")
    assert "No conflict fits. Clear the search" in text_of(app)


def test_an_opened_entry_tells_readings_reason_effect_and_sources() -> None:
    told = text_of(open_ledger(entry="readings-222"))
    assert "Webuye West · Bungoma · 2022" in told
    assert "by 14,219 votes instead of 14,129" in told
    assert "`tally-34b-2022`" in told
    assert "`read-34b-2022`" in told
    assert "The tally is used unless the rule for the second reading applies." in told


def test_an_entry_that_the_filter_leaves_out_gives_way_to_the_first() -> None:
    app = open_ledger(entry="readings-222", conflict="home")
    assert f"**{rows_of(app)['Subject'].iloc[0]}" in text_of(app)


@pytest.mark.parametrize("name", ["entry", "conflict", "year", "place", "status"])
def test_an_unreadable_field_is_told(name: str) -> None:
    app = opened("", **{name: "<b>x"})
    assert any("The default is shown instead" in block.value for block in app.warning)


def test_all_findings_of_the_checks_are_shown(tables: Tables) -> None:
    app = open_ledger(ledger="checks")
    findings = checks.run(tables)
    table = next(f.value for f in app.dataframe if "Expected" in f.value)
    assert len(table) == len(findings)
    assert list(table["Found"]) == [finding.found for finding in findings]
    listed = sum(finding.status in ("documented", "missing") for finding in findings)
    assert f"{listed} differ or are missing for a listed reason." in text_of(app)


def test_checks_are_filtered_by_status_and_words(tables: Tables) -> None:
    app = open_ledger(ledger="checks", status="missing", find="nyando")
    table = next(f.value for f in app.dataframe if "Expected" in f.value)
    assert set(table["Subject"]) == {"2017 242 Nyando", "2017 nation"}
    assert set(table["Status"]) == {"Missing, reason listed"}
    app = open_ledger(ledger="checks", status="broken")
    assert "No finding fits." in text_of(app)


def test_a_broken_rule_is_told_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from components import heavy

    finding = checks.Finding("made", "subject", "broken", "this", "that", "")

    def made(tables: Tables) -> list[checks.Finding]:
        return [finding]

    monkeypatch.setattr(checks, "run", made)
    heavy.pool.clear()
    try:
        assert "1 are broken and need repair" in text_of(open_ledger(ledger="checks"))
    finally:
        heavy.pool.clear()


def test_the_download_names_what_it_holds(tables: Tables) -> None:
    app = open_ledger(ledger="download")
    assert f"data {tables.version}" in text_of(app)
    buttons = [b.proto for b in app.get("download_button")]
    assert any(b.label == "Download all tables (ZIP)" and ".zip" in b.url for b in buttons)
    words = next(f.value for f in app.dataframe if "Meaning" in f.value)
    assert {"results", "polls", "known_differences"} <= set(words["Table"])
