"""Pledges on the nearest base and on one that is chosen: shares, gaps, mismatch, open ones."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pandas as pd
import pytest

from mulembe import pledges, regions
from mulembe.tables import DATA, Tables


@pytest.fixture(scope="module")
def nearest() -> pd.DataFrame:
    return pledges.measured(Tables())


@pytest.fixture
def with_open_pledge(tmp_path: Path) -> Tables:
    """The tables with one pledge of the running cycle and one for a camp without a candidate."""
    folder = tmp_path / "data"
    copytree(DATA, folder)
    table = pd.read_csv(folder / "pledges.csv", dtype=str, keep_default_na=False)
    row = table[table["pledge_id"] == "P02"]
    running = row.assign(pledge_id="P98", cycle="2027", camp="opposition", date="2026-10-01")
    third = row.assign(pledge_id="P99", camp="oka")
    pd.concat([table, running, third]).to_csv(folder / "pledges.csv", index=False)
    return Tables(folder)


def test_delivered_is_the_votes_counted_by_hand(nearest, count, rows):
    codes = {
        row["code"]
        for row in rows("constituencies")
        if row["county_code"] in ("037", "038", "039", "040")
    }
    votes = count("2022", codes)
    share = 100 * votes["ruto"] / sum(votes.values())
    assert nearest.at["P02", "delivered"] == pytest.approx(share)
    assert nearest.at["P02", "gap"] == pytest.approx(share - 90)
    assert nearest.at["P02", "valid"] == sum(votes.values())
    assert nearest.at["P02", "gap_votes"] == round(votes["ruto"] - 0.9 * sum(votes.values()))


def test_another_ground_is_measured_nearby_and_says_so(nearest):
    for pledge in ("P01", "P04"):
        assert nearest.at[pledge, "delivered"] == nearest.at["P02", "delivered"]
        assert nearest.at[pledge, "mismatch"].endswith("is the nearest base with results")
    assert nearest.at["P04", "mismatch"].startswith("said of the Luhya community")
    assert list(nearest.index[nearest["mismatch"].ne("")]) == ["P01", "P09", "P04"]


def test_a_pledge_without_a_share_has_a_result_and_no_gap(nearest):
    bare = nearest[nearest["status"].eq("bare")]
    assert list(bare.index) == ["P08", "P09"]
    assert bare["gap"].isna().all()
    assert bare["gap_votes"].isna().all()
    assert bare["delivered"].round(1).tolist() == [61.6, 61.6]


def test_the_base_can_be_chosen(nearest, count):
    tables = Tables()
    bungoma = regions.parse("county:039", tables)
    moved = pledges.measured(tables, bungoma)
    votes = count("2022", set(bungoma.codes))
    assert moved.at["P02", "delivered"] == pytest.approx(100 * votes["ruto"] / sum(votes.values()))
    assert moved.at["P08", "delivered"] < 50 < nearest.at["P08", "delivered"]
    assert set(moved["measured_on"]) == {"county:039"}
    assert moved.at["P07", "mismatch"] == "said of Vihiga; measured on Bungoma, as chosen"


def test_an_own_region_with_the_same_places_is_the_same_base():
    tables = Tables()
    codes = set(regions.parse("west4", tables).codes)
    same = regions.define(codes, "My west", tables)
    assert pledges.measured(tables, same).at["P02", "mismatch"] == ""


def test_what_is_not_held_yet_is_open_and_a_camp_without_candidate_is_not(with_open_pledge):
    rows = pledges.measured(with_open_pledge)
    assert rows.at["P98", "status"] == "open"
    assert rows.at["P98", "election"] == ""
    assert rows.at["P99", "status"] == "absent"
    unknown = rows.loc[["P98", "P99"], ["delivered", "gap", "gap_votes", "valid"]]
    assert unknown.isna().all(axis=None)


def test_agreement_and_demand_are_told_apart_from_promises(nearest):
    assert nearest.at["P01", "kind"] == "agreement"
    assert nearest.at["P07", "kind"] == "demand"
    assert set(nearest["kind"]) == set(pledges.KINDS)


def test_standing_names_the_two_main_candidates_most_first():
    tables = Tables()
    got = pledges.standing(tables, "2022", regions.parse("county:039", tables))
    assert list(got["candidate"]) == ["William Ruto", "Raila Odinga"]
    assert got["share"].round(1).tolist() == [63.1, 35.9]
