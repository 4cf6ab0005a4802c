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
    assert counties["musalia-mudavadi"] == "038"
    assert counties["raila-odinga"] == ""
    assert len(counties) == len(tables["politicians"])


def test_homes_are_offered_in_order_and_reports_that_disagree_are_marked(tables: Tables) -> None:
    first, second, seat = people.homes(tables, "moses-wetangula")
    assert (first.constituency_code, second.constituency_code) == ("218", "220")
    assert first.conflict
    assert second.conflict
    assert (seat.constituency_code, seat.kind, seat.conflict) == ("217", "seat", False)
    assert first.source_id != second.source_id
    assert "Kabuchai" in first.statement


def test_a_reported_home_is_offered_before_a_seat(tables: Tables) -> None:
    kinds = [home.kind for home in people.homes(tables, "paul-otuoma")]
    assert kinds == ["home", "home", "seat"]
    (atwoli,) = people.homes(tables, "francis-atwoli")
    assert (atwoli.constituency_code, atwoli.kind) == ("208", "home")


def test_every_member_has_home_ground_and_a_missing_home_stays_missing(tables: Tables) -> None:
    terms = tables["terms"]
    for term in terms[terms["constituency_code"].ne("")].to_dict("records"):
        ground = people.homes(tables, term["politician_id"])
        assert term["constituency_code"] in {home.constituency_code for home in ground}
    assert people.homes(tables, "wycliffe-wangamati") == []
    assert people.homes(tables, "nobody") == []


def test_opposing_events_are_of_other_camps_and_known_by_the_day(tables: Tables) -> None:
    day = date(2021, 12, 31)
    stand = alignment.stand(tables, "ayub-savula", day)
    assert stand.camp == "azimio"
    assert people.opposing_events(tables, "ayub-savula", stand, day).empty
    early = date(2021, 11, 30)
    nothing = alignment.stand(tables, "ayub-savula", early)
    assert people.opposing_events(tables, "ayub-savula", nothing, early).empty


def test_an_event_for_the_camp_itself_opposes_nothing_even_a_denial(tables: Tables) -> None:
    for day, camp in ((date(2022, 2, 1), "undeclared"), (date(2022, 9, 1), "kenya_kwanza")):
        stand = alignment.stand(tables, "omboko-milemba", day)
        assert stand.camp == camp
        against = people.opposing_events(tables, "omboko-milemba", stand, day)
        assert "A071" not in against["event_id"].tolist()  # a denial, for Kenya Kwanza
        assert against["event_id"].iloc[-1] == "A028"  # newest first


def test_no_stand_has_an_event_of_its_own_camp_against_it(tables: Tables) -> None:
    for day in (date(2022, 2, 1), date(2022, 8, 1), date(2026, 3, 1)):
        for person in tables["politicians"]["politician_id"]:
            stand = alignment.stand(tables, person, day)
            against = people.opposing_events(tables, person, stand, day)
            camp = stand.weaker_camp if stand.camp == alignment.UNDECLARED else stand.camp
            assert camp not in set(against["camp"])


def test_a_notice_against_a_politician_names_no_camp(tables: Tables) -> None:
    assert tables["alignment_events"].set_index("event_id").at["A010", "camp"] == ""


def test_parties_stand_for_the_camps_of_the_cycle(tables: Tables) -> None:
    december = people.party_camps(tables, KHWISERO)
    assert (december["ODM"], december["ANC"], december["DAP-K"]) == ("azimio", "oka", "azimio")
    assert people.party_camps(tables, date(2022, 3, 1))["ANC"] == "kenya_kwanza"
    assert people.party_camps(tables, date(2023, 6, 1))["ANC"] == "government"
    now = people.party_camps(tables, date(2026, 3, 1))
    assert {now[party] for party in ("UDA", "ODM", "FORD-K")} == {"government"}
    assert now["DAP-K"] == "opposition"
    assert "ANC" not in now  # dissolved
    assert set(now.values()) <= {"government", "opposition", "third"}


def test_a_party_changes_sides_on_the_day_of_its_newest_coalition(tables: Tables) -> None:
    assert people.party_camps(tables, date(2025, 3, 6))["ODM"] == "opposition"
    assert people.party_camps(tables, date(2025, 3, 7))["ODM"] == "government"
    assert people.party_sides(tables, date(2025, 3, 7)).at["ODM", "source_id"] == (
        "theonlinekenyan-f113"
    )


def test_a_camp_without_an_heir_gives_no_side(tables: Tables) -> None:
    assert people.party_camps(tables, date(2017, 10, 1)) == {}  # NASA is of the cycle before
    assert "KANU" not in people.party_camps(tables, date(2022, 3, 1))  # OKA had ended


def test_the_undeclared_are_counted_by_the_side_of_their_party(tables: Tables) -> None:
    day = date(2026, 3, 1)
    seats = alignment.seats(tables, day)
    counts = people.undeclared_by_party(tables, seats, day)
    assert counts == {"government": 25, "opposition": 6, "third": 0, "": 4}
    assert sum(counts.values()) == seats["camp"].eq("undeclared").sum()


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
