"""What a leader's card rests on: home, stand, pledges and the fitted reach."""

from __future__ import annotations

from datetime import date

import pytest

from mulembe.kingpins import KINGPINS, kingpin
from mulembe.tables import Tables

TABLES = Tables()
VOTE = date(2022, 8, 9)


@pytest.mark.parametrize("person", KINGPINS)
def test_every_kingpin_has_a_sourced_home(person: str) -> None:
    found = kingpin(TABLES, person, VOTE)
    assert found.homes
    assert all(home.source_id for home in found.homes)


def test_two_homes_in_dispute_are_a_conflict() -> None:
    wetangula = kingpin(TABLES, "moses-wetangula", VOTE)
    assert wetangula.conflict
    assert [home.constituency_code for home in wetangula.homes][:2] == ["218", "220"]
    assert not kingpin(TABLES, "musalia-mudavadi", VOTE).conflict


def test_before_the_congress_nobody_is_drawn_as_moved() -> None:
    savula = kingpin(TABLES, "ayub-savula", date(2021, 12, 27))
    assert savula.stand.camp == "undeclared"
    assert savula.event["level"] == 1
    mudavadi = kingpin(TABLES, "musalia-mudavadi", date(2022, 1, 24))
    assert (mudavadi.stand.camp, mudavadi.event["event_id"]) == ("kenya_kwanza", "A059")


def test_a_pledge_is_there_from_its_day_on() -> None:
    assert kingpin(TABLES, "musalia-mudavadi", date(2022, 5, 22)).pledges.empty
    assert list(kingpin(TABLES, "musalia-mudavadi", date(2022, 5, 23)).pledges.index) == ["P02"]


def test_only_who_moved_before_the_vote_has_a_fitted_reach() -> None:
    fitted = {person for person in KINGPINS if kingpin(TABLES, person, VOTE).reach}
    assert fitted == {"musalia-mudavadi", "moses-wetangula"}
    reach = kingpin(TABLES, "moses-wetangula", VOTE).reach
    assert reach is not None
    assert reach.home == "218"
    assert reach.delivery_low <= reach.delivery <= reach.delivery_high
    assert reach.km_low <= reach.km <= reach.km_high
