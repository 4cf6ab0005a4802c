"""Pledges against results: shares, gaps and what cannot be measured."""

from __future__ import annotations

import pandas as pd
import pytest

from mulembe import pledges
from mulembe.tables import Tables


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    return pledges.ledger(Tables())


def test_a_pledge_is_measured_on_its_base(ledger: pd.DataFrame) -> None:
    # Ruto in the 33 of the old province; Vihiga is a base of its own
    assert ledger.at["P02", "delivered"] == pytest.approx(37.4497, abs=1e-4)
    assert ledger.at["P02", "gap"] == pytest.approx(37.4497 - 90, abs=1e-4)
    assert ledger.at["P07", "region_name"] == "Vihiga"
    assert ledger.at["P07", "delivered"] == pytest.approx(36.6907, abs=1e-4)


def test_the_gap_in_votes_is_whole_and_of_that_base(ledger: pd.DataFrame) -> None:
    assert ledger.at["P07", "gap_votes"] == -98_267
    assert ledger["gap_votes"].dropna().mod(1).eq(0).all()


def test_a_pledge_without_a_share_has_no_gap_but_a_result_of_its_camp(ledger: pd.DataFrame) -> None:
    bare = ledger.loc["P08"]
    assert pd.isna(bare["gap"])
    assert pd.isna(bare["gap_votes"])
    assert bare["candidate"] == "Raila Odinga"
    assert bare["delivered"] == pytest.approx(61.6268, abs=1e-4)


def test_every_row_names_the_source_of_the_pledge_and_of_the_result(ledger: pd.DataFrame) -> None:
    for row in ledger.to_dict("records"):
        assert row["source_id"] in row["sources"]
        assert ("tally-34b-2022" in row["sources"]) == (row["mismatch"] == "")


def test_a_pledge_made_by_several_is_found_under_each_name(ledger: pd.DataFrame) -> None:
    assert list(pledges.of_leader(ledger, "Boni Khalwale").index) == ["P06"]
    assert list(pledges.of_leader(ledger, "Musalia Mudavadi").index) == ["P02", "P03"]
    assert pledges.of_leader(ledger, "Edwin Sifuna").empty


def test_another_ground_is_not_measured_on_the_old_province(ledger: pd.DataFrame) -> None:
    apart = ledger[ledger["mismatch"].ne("")]
    assert set(apart.index) == {"P01", "P04", "P09"}
    assert apart[["delivered", "gap", "gap_votes"]].isna().all(axis=None)
    assert set(apart["election"]) == {"2022"}


def test_like_for_like_is_only_the_old_province(ledger: pd.DataFrame) -> None:
    named = ledger["share_percent"].notna()
    assert set(ledger.index[pledges.of_western(ledger) & named]) == {"P02", "P03", "P05", "P06"}


def test_an_unknown_ground_is_named_as_such() -> None:
    assert "another ground" in pledges.mismatch("Votes of teachers")
    assert pledges.mismatch("Votes in Busia County") == ""
