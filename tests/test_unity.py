"""Bloc unity by election and level, and the region's weight, counted by hand."""

import pytest

from mulembe import regions
from mulembe.elections import region_results, winner_conflicts
from mulembe.unity import Weight, national_weight, unity_by_election, verdict

RIVAL = {"2013": "kenyatta", "2017": "kenyatta", "2022": "ruto"}
COUNTIES = ("026", "037", "038", "039", "040")


def by_hand(groups, rival: str) -> tuple[float, float]:
    """Lead and intensity of Odinga over a rival, from votes per group of units."""
    gaps = [votes["odinga"] - votes[rival] for votes in groups]
    valid = sum(sum(votes.values()) for votes in groups)
    return sum(gaps) / valid, sum(map(abs, gaps)) / valid


@pytest.fixture(scope="module")
def table(tables):
    return unity_by_election(tables, regions.parse("west5", tables))


def test_every_election_and_level_has_its_row(table):
    found = list(zip(table["election"], table["level"], table["units"], strict=True))
    assert found == [
        ("2017", "constituency", 38),
        ("2022", "constituency", 38),
        ("2013", "county", 5),
        ("2013", "county", 5),
        ("2017", "county", 5),
        ("2022", "county", 5),
    ]


def test_2013_is_compared_with_the_runner_up_of_the_region_too(table, count):
    rows = table[table["election"] == "2013"]
    assert list(rows["line_b"]) == ["Uhuru Kenyatta", "Musalia Mudavadi"]
    assert set(rows["line_a"]) == {"Raila Odinga"}
    groups = [count("2013", {county}) for county in COUNTIES]
    for row, rival in zip(rows.to_dict("records"), ("kenyatta", "mudavadi"), strict=True):
        lead, intensity = by_hand(groups, rival)
        assert row["lead"] == pytest.approx(lead)
        assert row["intensity"] == pytest.approx(intensity)


@pytest.mark.parametrize("election", ["2017", "2022"])
@pytest.mark.parametrize("level", ["constituency", "county"])
def test_values_by_hand(table, rows, count, election, level):
    places = [row for row in rows("constituencies") if row["county_code"] in COUNTIES]
    column = "code" if level == "constituency" else "county_code"
    units = {row[column] for row in places}
    groups = [
        count(election, {row["code"] for row in places if row[column] == unit}) for unit in units
    ]
    lead, intensity = by_hand(groups, RIVAL[election])
    row = table[(table["election"] == election) & (table["level"] == level)].iloc[0]
    assert row["lead"] == pytest.approx(lead)
    assert row["unity"] == pytest.approx(abs(lead))
    assert row["intensity"] == pytest.approx(intensity)
    assert row["alignment"] == pytest.approx(abs(lead) / intensity)


def test_the_level_changes_intensity_but_never_unity(table):
    rows = table[table["election"] == "2022"].set_index("level")
    assert rows.at["county", "unity"] == pytest.approx(rows.at["constituency", "unity"])
    assert rows.at["county", "intensity"] < rows.at["constituency", "intensity"]


def test_both_levels_rest_on_the_same_sources(table):
    sources = table[table["election"] == "2022"]["sources"].tolist()
    assert sources[0] == sources[1] == ["gazette-7290-2022", "read-34b-2022", "tally-34b-2022"]


def test_a_region_that_cuts_counties_has_no_county_rows(tables):
    table = unity_by_election(tables, regions.parse("core30", tables))
    assert list(zip(table["election"], table["level"], strict=True)) == [
        ("2017", "constituency"),
        ("2022", "constituency"),
    ]


def test_the_west_in_the_nation(tables, rows):
    weight = national_weight(tables, regions.parse("west5", tables))
    national = sum(
        int(row["votes"])
        for row in rows("results")
        if row["election_id"] == "2022" and row["unit"] == "constituency"
    )
    assert weight.region_valid == 1_620_377
    assert weight.national_valid == national
    assert weight.share == pytest.approx(1_620_377 / national)
    assert 0.11 < weight.share < 0.12


def test_ten_regional_points_are_a_tenth_of_the_weight():
    weight = Weight("2022", 120, 1000)
    assert weight.share == 0.12
    assert weight.points_per_ten == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("token", "words", "won"),
    [
        ("west5", "Only in part", (26, 12)),
        ("county:037", "Yes", (12, 0)),
        ("county:026", "No", (3, 2)),
    ],
)
def test_the_verdict_follows_from_the_alignment(tables, token, words, won):
    results = region_results(tables, "2022", regions.parse(token, tables))
    judged = verdict(results)
    assert (judged.words, tuple(judged.won.values())) == (words, won)


def test_a_difference_between_readings_changes_no_winner(tables):
    assert winner_conflicts(tables, regions.parse("west5", tables).codes) == []
