"""All that is held about one constituency, against its rows in the tables."""

import pytest

from mulembe.profile import profile

SABATIA, LUGARI, TESO_NORTH, NYANDO = "212", "199", "225", "242"


@pytest.fixture(scope="module")
def sabatia(tables):
    return profile(tables, SABATIA)


def test_it_says_where_it_is(sabatia):
    assert (sabatia.code, sabatia.name, sabatia.county) == (SABATIA, "Sabatia", "Vihiga")


def test_each_election_has_its_own_level(sabatia):
    found = sabatia.shares.groupby("election")[["level", "place"]].agg(set)
    assert {year: tuple(map(tuple, row)) for year, row in found.T.items()} == {
        "2007": (("old constituency",), ("Sabatia, old constituency",)),
        "2013": (("county",), ("Vihiga county",)),
        "2017": (("constituency",), ("",)),
        "2022": (("constituency",), ("",)),
    }


def test_2007_is_a_share_without_votes(sabatia):
    row = sabatia.shares[sabatia.shares["election"] == "2007"].iloc[0]
    assert row["candidate"] == "Raila Odinga"
    assert row["share"] == pytest.approx(0.855)
    assert row["votes"] is None or row["votes"] != row["votes"]


@pytest.mark.parametrize(
    ("election", "unit"), [("2013", "038"), ("2017", SABATIA), ("2022", SABATIA)]
)
def test_shares_by_hand(sabatia, rows, count, election, unit):
    votes = count(election, {unit})
    names = {
        row["candidate_id"]: row["name"]
        for row in rows("candidates")
        if row["election_id"] == election
    }
    found = sabatia.shares[sabatia.shares["election"] == election].set_index("candidate")
    assert found["votes"].to_dict() == {names[c]: number for c, number in votes.items()}
    whole = sum(votes.values())
    assert found["share"].to_dict() == pytest.approx(
        {names[candidate]: number / whole for candidate, number in votes.items()}
    )
    assert found["share"].is_monotonic_decreasing


def test_what_moved(sabatia):
    a0, b0 = 44_883 / 47_841, 2_014 / 47_841
    a1, b1 = 19_743 / 42_286, 22_087 / 42_286
    assert sabatia.moved.total_swing == pytest.approx(50 * ((a1 - a0) - (b1 - b0)))
    assert sabatia.moved.swing.to_dict() == {SABATIA: pytest.approx(sabatia.moved.total_swing)}


def test_readings_are_its_own(tables, sabatia, rows):
    assert set(sabatia.readings["code"]) == {SABATIA}
    assert set(sabatia.readings["reading"]) == {"tally"}
    lugari = profile(tables, LUGARI).readings
    assert set(lugari["reading"]) == {"tally", "form34b"}
    assert len(lugari) == sum(row["code"] == LUGARI for row in rows("readings_2022"))


def test_neighbours_come_longest_border_first(sabatia):
    assert sabatia.neighbours["name"].tolist() == ["Ikolomani", "Hamisi", "Vihiga", "Emuhaya"]
    assert sabatia.neighbours["border_km"].is_monotonic_decreasing


def test_a_split_constituency_shows_the_old_one(tables):
    row = profile(tables, TESO_NORTH).shares.iloc[0]
    assert (row["place"], row["share"]) == ("Amagoro, old constituency", pytest.approx(0.867))


def test_without_2017_nothing_moved(tables):
    nyando = profile(tables, NYANDO)
    assert nyando.moved is None
    assert "2017" not in set(nyando.shares["election"])
    assert "2022" in set(nyando.shares["election"])


def test_an_unknown_code_is_a_key_error(tables):
    with pytest.raises(KeyError):
        profile(tables, "999")
