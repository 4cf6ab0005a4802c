"""The wards of Trans Nzoia beside its constituencies."""

import shutil
from pathlib import Path

import pytest

from mulembe.checks import run
from mulembe.checks.wards import wards
from mulembe.elections import MissingResultsError
from mulembe.tables import DATA, Tables
from mulembe.transfer.rolls import ABSENT, ENTERED
from mulembe.transfer.wards import ward_check, ward_rolls


@pytest.fixture(scope="module")
def check(tables):
    return ward_check(tables, draws=60)


@pytest.fixture
def with_turnout(tmp_path):
    """A copy of the tables whose ward turnout was changed."""

    def changed(old: str, new: str) -> Tables:
        folder = tmp_path / "data"
        folder.mkdir()
        for path in Path(DATA).glob("*.csv"):
            shutil.copy(path, folder)
        file = folder / "ward_turnout.csv"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
        return Tables(folder)

    return changed


def test_one_ward_by_hand(tables):
    """Kapomboi: 19,177 and 21,873 voters; 13,051 and 12,879 valid votes."""
    rolls, places = ward_rolls(tables)
    assert rolls.origins.loc["0676"].to_dict() == {
        "odinga": 8_491,
        "kenyatta": 4_357,
        "others": 203,
        ABSENT: 19_177 - 13_051,
        ENTERED: 21_873 - 19_177,
    }
    assert rolls.destinations.loc["0676"].to_dict() == {
        "odinga": 8_103,
        "ruto": 4_713,
        "others": 63,
        ABSENT: 21_873 - 12_879,
    }
    assert places[0] == "136"


def test_all_25_are_usable(tables, check):
    rolls, places = ward_rolls(tables)
    assert len(rolls.origins) == check.units == 25
    assert check.left_out == rolls.missing == ()
    assert sorted(set(places)) == ["136", "137", "138", "139", "140"]
    assert rolls.sources == ("crowd-34a-2022", "gazette-7290-2022", "portal-2017")


def test_wards_are_nearly_their_constituencies(tables, count):
    """Odinga's votes: exactly alike in Kwanza and Endebess 2022; the portal is near the form."""
    rolls, places = ward_rolls(tables)
    after = rolls.destinations["odinga"].groupby(places).sum()
    for code in ("136", "137"):
        assert after[code] == count("2022", {code})["odinga"]
    before = rolls.origins["odinga"].groupby(places).sum()
    for code, votes in before.items():
        assert votes == pytest.approx(count("2017", {code})["odinga"], rel=0.01)


def test_every_cell_stands_with_both_estimates(check):
    table = check.table
    assert len(table) == 5 * 4
    assert check.county == "Trans Nzoia"
    for name in ("wards", "alone", "region"):
        sums = table.groupby("origin")[name].sum()
        assert sums.to_numpy() == pytest.approx(1, abs=1e-6)
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()
    points = 100 * (table["region"] - table["wards"])
    assert table["region_difference"].to_numpy() == pytest.approx(points.to_numpy())
    meet = (table["wards_low"] <= table["region_high"]) & (
        table["region_low"] <= table["wards_high"]
    )
    assert (table["overlap"] == meet).all()


def test_displaced_is_half_the_distance(check):
    table = check.table
    apart = (table["region"] - table["wards"]).abs() * table["origin_total"]
    voters = table.groupby("origin")["origin_total"].first().sum()
    assert check.displaced == pytest.approx(100 * apart.sum() / 2 / voters)
    assert 0 < check.displaced < 100


def test_the_wards_say_what_the_county_says(check):
    """Both agree on the larger part of each camp's voters."""
    table = check.table.set_index(["origin", "destination"])
    for origin, destination in (("odinga", "odinga"), ("kenyatta", "ruto")):
        assert table.at[(origin, destination), "wards"] > 0.5
        assert table.at[(origin, destination), "region"] > 0.4
        assert table.at[(origin, destination), "overlap"]


def test_an_unusable_ward_is_left_out_and_named(with_turnout):
    changed = with_turnout(
        "2022,0700,13603,8630,24,,0,crowd,True", "2022,0700,13603,8630,24,,9,crowd,False"
    )
    rolls, _ = ward_rolls(changed)
    assert rolls.missing == ("0700",)
    assert len(rolls.origins) == 24


def test_no_usable_ward_raises(with_turnout):
    changed = with_turnout(",True,", ",False,")
    with pytest.raises(MissingResultsError):
        ward_rolls(changed)


def test_the_check_notices_a_changed_ward(with_turnout):
    """One vote less in one ward: the ward no longer adds up, and the county's gap has changed."""
    changed = with_turnout("2022,0700,13603,8630", "2022,0700,13603,8629")
    found = {finding.subject: finding.status for finding in run(changed, [wards])}
    assert found["2022 votes"] == found["2022 valid"] == "broken"
    assert found["2017 votes"] == "agrees"
    assert found["2017 valid"] == "documented"
