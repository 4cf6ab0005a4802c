"""Politicians: seats held, counties, opposing claims and the timeline of a cycle."""

from __future__ import annotations

from datetime import date

import pytest

from mulembe import alignment, people
from mulembe.tables import Tables

KHWISERO = date(2021, 12, 27)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables()


def test_the_newest_term_holds_on_the_day_two_terms_meet(tables: Tables) -> None:
    held = people.terms_on(tables, date(2022, 8, 9))
    assert held.loc["peter-nabulindo", "party"] == "ODM"
    assert held.loc["peter-nabulindo", "seat"] == "MP, Matungu"
    assert people.terms_on(tables, KHWISERO).loc["peter-nabulindo", "party"] == "ANC"


def test_a_politician_is_described_by_seat_or_else_by_the_newest_source(tables: Tables) -> None:
    assert people.described(tables, "wycliffe-oparanya", KHWISERO) == "Governor, Kakamega"
    assert people.described(tables, "francis-atwoli", KHWISERO) == "COTU secretary-general"
    assert people.described(tables, "godfrey-osotsi", KHWISERO) == "Nominated MP"
    assert people.described(tables, "george-natembeya", KHWISERO) == ""


def test_counties_come_from_the_newest_seat_and_else_from_the_home(tables: Tables) -> None:
    counties = people.home_counties(tables)
    assert counties["ayub-savula"] == "037"
    assert counties["edwin-sifuna"] == "039"
    assert counties["raila-odinga"] == ""
    assert len(counties) == len(tables["politicians"])


def test_opposing_events_are_of_other_camps_and_known_by_the_day(tables: Tables) -> None:
    day = date(2021, 12, 31)
    stand = alignment.stand(tables, "ayub-savula", day)
    assert stand.camp == "azimio"
    against = people.opposing_events(tables, "ayub-savula", stand, day)
    assert against["event_id"].tolist() == ["A010"]
    early = date(2021, 11, 30)
    nothing = alignment.stand(tables, "ayub-savula", early)
    assert people.opposing_events(tables, "ayub-savula", nothing, early).empty


def test_a_denial_opposes_even_its_own_camp(tables: Tables) -> None:
    day = date(2022, 9, 1)
    stand = alignment.stand(tables, "omboko-milemba", day)
    assert stand.camp == "kenya_kwanza"
    against = people.opposing_events(tables, "omboko-milemba", stand, day)
    assert "A071" in against["event_id"].tolist()
    assert against["event_id"].iloc[-1] == "A028"  # newest first


def test_the_timeline_is_of_one_cycle_and_in_order(tables: Tables) -> None:
    events = people.cycle_timeline(tables, KHWISERO)
    assert set(events["cycle"]) == {"2022"}
    assert events["date_known"].is_monotonic_increasing
    row = events.set_index("event_id").loc["A017"]
    assert (row["politician"], row["county_code"]) == ("Wycliffe Oparanya", "037")
    assert events.set_index("event_id").loc["A003", "camp_name"] == "No camp named"
    assert len(events) + len(people.cycle_timeline(tables, date(2026, 1, 1))) == len(
        tables["alignment_events"]
    )


def test_terms_of_a_politician_are_newest_first(tables: Tables) -> None:
    parties = people.terms_of(tables, "ayub-savula")["party"].tolist()
    assert parties[0] == "ANC"
    assert people.terms_of(tables, "raila-odinga").empty


def test_event_days_are_unique_and_sorted(tables: Tables) -> None:
    days = people.event_days(tables)
    assert "2021-12-26" in days
    assert days == sorted(set(days))
