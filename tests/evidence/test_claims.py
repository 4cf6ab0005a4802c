"""The claims of December 2021: the rule, each verdict, and figures counted without our code."""

from __future__ import annotations

from datetime import date

import pytest

from mulembe import claims, regions
from mulembe.claims import records, votes
from mulembe.claims.verdict import ARTICLE, verdict
from mulembe.tables import Tables

WEST = ("037", "038", "039", "040")


@pytest.fixture(scope="module")
def tested() -> dict[str, claims.Tested]:
    return {claim.claim_id: claim for claim in claims.tested(Tables())}


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        ([True], "supported"),
        ([True, True], "supported"),
        ([True, False], "partly"),
        ([True, None], "partly"),
        ([True, False, None], "partly"),
        ([False], "not"),
        ([False, None], "not"),
        ([None, None], "open"),
    ],
)
def test_the_rule(holds, expected):
    assert verdict(holds) == expected


def test_nothing_tested_has_no_verdict():
    with pytest.raises(ValueError, match="without parts"):
        verdict([])


def test_every_claim_is_tested_or_listed_with_a_reason(tested, rows):
    untested = {claim.claim_id: claim for claim in claims.untested(Tables())}
    assert set(tested) | set(untested) == {row["claim_id"] for row in rows("claims")}
    assert set(untested) == {"S04", "S12", "S13"}
    assert all(claim.reason for claim in untested.values())
    assert set(tested) == set(claims.TESTS)


def test_the_verdicts(tested):
    assert {name: claim.verdict for name, claim in tested.items()} == {
        "S01": "partly",
        "S02": "open",
        "S03": "partly",
        "S05": "supported",
        "S06": "supported",
        "S07": "supported",
        "S08": "supported",
        "S09": "supported",
        "S10": "not",
        "S11": "partly",
        "S14": "supported",
        "S15": "supported",
        "S16": "not",
    }


def test_sources_are_known_and_what_cannot_be_told_says_what_is_missing(tested, rows):
    known = {row["source_id"] for row in rows("sources")}
    for claim in tested.values():
        assert set(claim.sources) <= known
        for part in claim.finding.parts:
            assert bool(part.missing) == (part.holds is None), part
            assert part.found
            # nothing is held of 1997, so nothing can be cited for it
            assert part.sources or part.said == "1997"


def test_no_claim_about_an_event_rests_on_the_article_alone(tested):
    for name in ("S01", "S07", "S11"):
        for part in tested[name].finding.parts:
            if part.holds:
                assert set(part.sources) - {ARTICLE}


def test_shares_of_the_old_province_counted_by_hand(tested, count):
    numbers = tested["S03"].finding.numbers
    votes_2013 = count("2013", WEST)  # rows of counties
    share = 100 * votes_2013["odinga"] / sum(votes_2013.values())
    assert numbers["western_2013_low"] == numbers["western_2013_high"] == pytest.approx(share)
    assert share == pytest.approx(63.085, abs=1e-3)


def test_2007_is_a_range_over_the_old_constituencies(tested, rows):
    shares = [
        float(row["share_percent"]) for row in rows("results_2007") if row["county_code"] in WEST
    ]
    numbers = tested["S03"].finding.numbers
    assert numbers["western_2007_low"] == pytest.approx(min(shares))
    assert numbers["western_2007_high"] == pytest.approx(max(shares))


@pytest.mark.parametrize(
    ("token", "election", "backed", "leader"),
    [
        ("county:037", "2007", True, "Raila Odinga"),  # 55.9 at the lowest, Malava
        ("county:038", "2007", True, "Raila Odinga"),  # 64.0, Emuhaya
        ("county:040", "2007", True, "Raila Odinga"),  # 61.4, Budalangi
        ("county:039", "2007", None, ""),  # 27.1 in Bumula, 74.5 in Mt Elgon
        ("county:026", "2007", False, ""),  # 49.1 at the highest; who led is not held
        ("county:038", "2013", False, "Musalia Mudavadi"),  # 47.0 against 49.8
        ("county:026", "2013", False, "Raila Odinga"),  # led with 47.1
        ("county:039", "2013", True, "Raila Odinga"),  # 53.6
        ("county:026", "2017", True, "Raila Odinga"),  # 54.2
        ("west4", "2007", None, ""),
        ("west4", "2013", True, "Raila Odinga"),
    ],
)
def test_what_can_be_said_of_a_place(token, election, backed, leader):
    tables = Tables()
    found = votes.backing(tables, regions.parse(token, tables), election)
    assert found is not None
    assert found.backed is backed
    assert found.leader == leader


def test_what_is_not_held_of_a_place_is_none():
    tables = Tables()
    hills_out = regions.parse("core30", tables)
    assert votes.backing(tables, hills_out, "2013") is None  # cuts through a county
    assert votes.backing(tables, hills_out, "1997") is None
    # Half of an old constituency cannot be told: Vihiga's Emuhaya is 214 and 215 now
    part = regions.define({"214"}, "Half", tables)
    assert votes.backing(tables, part, "2007") is None


def test_the_places_where_it_fails_are_named(tested):
    against = [part for part in tested["S03"].finding.parts if part.holds is False]
    assert [part.said for part in against] == ["2013, each of its 4 counties"]
    assert "Half or less in Vihiga 47.0% (Musalia Mudavadi led)" in against[0].found
    assert len(tested["S03"].missing) == 2


def test_matungu_by_the_count(tested, rows):
    held = {
        row["party"]: int(row["votes"])
        for row in rows("by_elections")
        if row["constituency_code"] == "206"
    }
    assert tested["S08"].finding.numbers == {
        "votes": held["ANC"],
        "odm_votes": held["ODM"],
        "gap_votes": 3702,
    }


def test_the_measure_of_one_vote(tested, rows):
    """Alignment of the old province in 2022 from the rows, without our measures."""
    inside = {r["code"] for r in rows("constituencies") if r["county_code"] in WEST}
    leads: dict[str, int] = dict.fromkeys(inside, 0)
    for row in rows("results"):
        if row["election_id"] == "2022" and row["unit_code"] in inside:
            side = {"odinga": 1, "ruto": -1}.get(row["candidate_id"], 0)
            leads[row["unit_code"]] += side * int(row["votes"])
    alignment = 100 * abs(sum(leads.values())) / sum(abs(lead) for lead in leads.values())
    assert tested["S10"].finding.numbers["alignment_2022"] == pytest.approx(alignment)
    assert alignment < 90 < tested["S10"].finding.numbers["alignment_2017"]


def test_nobody_of_the_talks_had_moved_by_then(tested, rows):
    came = {
        row["politician_id"]
        for row in rows("alignment_events")
        if row["event"] == records.TALKS and row["party_then"] == "ANC"
    }
    assert tested["S09"].finding.numbers == {"members": len(came), "moved": 0}
    later = tested["S09"].finding.asides[0][0]
    assert "Godfrey Osotsi: L4 for Azimio on 31 December 2021, elected in 2022 on ODM" in later
    assert "Omboko Milemba: elected in 2022 on ANC" in later


def test_the_day_of_the_talks_is_the_one_of_the_rows():
    assert records._day(Tables(), records.TALKS) == date(2021, 12, 26)


def test_seats_of_2013(tested, rows):
    won = [
        row["party"]
        for row in rows("terms")
        if row["office"] == "mp"
        and row["elected_on"] == "2013-03-04"
        and row["constituency_code"]
        and row["by_election"] == "False"
    ]
    aside = tested["S05"].finding.asides[0][0]
    assert aside == f"Of the 38 seats UDF won {won.count('UDF')} and ODM {won.count('ODM')}."
