"""Who stood where on which date: the history as the sources have it, and rules that always hold."""

from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mulembe import alignment, regions
from mulembe.alignment import DateError
from mulembe.elections import region_results

TALKS, AFTER_CONGRESS = date(2021, 12, 27), date(2022, 2, 1)
FIRST, LAST = date(2017, 8, 9), min(date.today(), date(2027, 8, 10))
LUGARI, LIKUYANI, MALAVA, MATUNGU, KHWISERO = "199", "200", "201", "206", "208"
EMUHAYA, SIRISIA, KABUCHAI, BUMULA, WEBUYE_WEST = "215", "217", "218", "219", "222"
KIMILILI, TESO_NORTH, NAMBALE = "223", "225", "227"


def on(tables, day: date, level: int = 3) -> pd.DataFrame:
    return alignment.seats(tables, day, level)


def with_events(tables, *events: dict) -> dict[str, pd.DataFrame]:
    """The tables with only these events, all about the presidency in the cycle to 2022."""
    blank = dict.fromkeys(tables["alignment_events"].columns, "")
    common = {"cycle": "2022", "scope": "presidency", "politician_id": "ayub-savula"}
    named = [
        blank | common | {"event_id": f"A{i:03}", "date_known": event["date"]} | event
        for i, event in enumerate(events, 1)
    ]
    needed = ("camps", "cycles", "constituencies", "terms", "politicians")
    return {name: tables[name] for name in needed} | {"alignment_events": pd.DataFrame(named)}


class TestTheTalksOfDecember2021:
    @pytest.mark.parametrize(
        ("code", "member", "level", "events"),
        [
            (LUGARI, "Ayub Savula", 1, {"A022", "A023"}),
            (MATUNGU, "Peter Nabulindo", 1, {"A029"}),
            (EMUHAYA, "Omboko Milemba", 1, {"A028"}),
            (KHWISERO, "Christopher Aseka", 2, {"A024"}),
        ],
    )
    def test_being_there_moves_nobody(self, tables, code, member, level, events):
        seat = on(tables, TALKS).loc[code]
        assert seat["politician"] == member
        assert (seat["camp"], seat["event_id"]) == ("undeclared", "")
        assert (seat["weaker_camp"], seat["weaker_level"]) == ("azimio", level)
        assert seat["weaker_event_id"] in events
        shown = on(tables, TALKS, 1).loc[code]
        assert (shown["camp"], shown["level"]) == ("azimio", level)
        assert shown["event_id"] in events
        assert shown["weaker_camp"] == ""

    def test_on_level_two_only_aseka_counts(self, tables):
        camps = on(tables, TALKS, 2)["camp"]
        assert camps[[LUGARI, MATUNGU, EMUHAYA]].eq("undeclared").all()
        assert camps[KHWISERO] == "azimio"

    def test_the_day_before_nothing_was_known(self, tables):
        camps = on(tables, date(2021, 12, 25), 1)["camp"]
        assert camps[[LUGARI, MATUNGU, EMUHAYA, KHWISERO]].eq("undeclared").all()

    def test_five_weeks_later_eight_seats_differ(self, tables):
        before, after = on(tables, TALKS), on(tables, AFTER_CONGRESS)
        moved = {
            code: (before.at[code, "camp"], after.at[code, "camp"], after.at[code, "event_id"])
            for code in before.index
            if before.at[code, "camp"] != after.at[code, "camp"]
        }
        assert moved == {
            LUGARI: ("undeclared", "azimio", "A053"),
            MATUNGU: ("undeclared", "azimio", "A063"),
            KHWISERO: ("undeclared", "azimio", "A052"),
            TESO_NORTH: ("undeclared", "azimio", "A061"),
            SIRISIA: ("undeclared", "kenya_kwanza", "A048"),
            BUMULA: ("undeclared", "kenya_kwanza", "A049"),
            WEBUYE_WEST: ("undeclared", "kenya_kwanza", "A047"),
            MALAVA: ("oka", "undeclared", "A009"),
        }

    def test_milemba_stayed_undeclared_with_signs_of_the_other_side(self, tables):
        seat = on(tables, AFTER_CONGRESS).loc[EMUHAYA]
        assert seat["camp"] == "undeclared"
        assert (seat["weaker_camp"], seat["weaker_level"]) == ("kenya_kwanza", 2)


class TestWhichEventDecides:
    def test_the_newest_at_the_level_beats_an_older_stronger_one(self, tables):
        made = with_events(
            tables,
            {"date": "2022-01-01", "level": 5, "camp": "azimio"},
            {"date": "2022-01-02", "level": 3, "camp": "kenya_kwanza"},
        )
        day = date(2022, 1, 3)
        assert alignment.stand(made, "ayub-savula", day, 3).camp == "kenya_kwanza"
        assert alignment.stand(made, "ayub-savula", day, 4).camp == "azimio"

    def test_on_one_day_the_stronger_counts(self, tables):
        made = with_events(
            tables,
            {"date": "2022-01-01", "level": 4, "camp": "azimio"},
            {"date": "2022-01-01", "level": 3, "camp": "kenya_kwanza"},
        )
        found = alignment.stand(made, "ayub-savula", date(2022, 1, 1), 3)
        assert (found.camp, found.level) == ("azimio", 4)

    def test_an_event_counts_from_its_day_on(self, tables):
        made = with_events(tables, {"date": "2022-01-05", "level": 3, "camp": "azimio"})
        assert alignment.stand(made, "ayub-savula", date(2022, 1, 4)).camp == "undeclared"
        assert alignment.stand(made, "ayub-savula", date(2022, 1, 5)).camp == "azimio"

    def test_a_weaker_event_shows_only_when_it_is_newer(self, tables):
        made = with_events(
            tables,
            {"date": "2022-01-01", "level": 1, "camp": "kenya_kwanza"},
            {"date": "2022-01-02", "level": 3, "camp": "azimio"},
        )
        assert alignment.stand(made, "ayub-savula", date(2022, 1, 3)).weaker_camp == ""

    def test_a_strong_event_that_names_no_camp_ends_the_old_stand(self, tables):
        made = with_events(
            tables,
            {"date": "2022-01-01", "level": 3, "camp": "azimio"},
            {"date": "2022-01-02", "level": 3, "camp": ""},
        )
        found = alignment.stand(made, "ayub-savula", date(2022, 1, 3))
        assert (found.camp, found.event_id, found.lapsed) == ("undeclared", "A002", False)

    def test_a_new_cycle_starts_from_nothing(self, tables):
        assert on(tables, date(2022, 9, 7))["camp"].eq("azimio").sum() > 10
        assert on(tables, date(2022, 9, 8))["camp"].eq("undeclared").all()


class TestOkaEnded:
    def test_malava_lapsed_the_day_after(self, tables):
        last = on(tables, date(2022, 1, 23)).loc[MALAVA]
        assert (last["politician"], last["camp"], last["lapsed"]) == (
            "Malulu Injendi",
            "oka",
            False,
        )
        after = on(tables, date(2022, 1, 24)).loc[MALAVA]
        assert (after["camp"], after["event_id"], after["lapsed"]) == ("undeclared", "A009", True)
        assert (after["weaker_camp"], after["weaker_event_id"]) == ("kenya_kwanza", "A057")

    def test_nobody_stands_with_it_any_more(self, tables):
        for day in (date(2022, 1, 24), AFTER_CONGRESS, date(2022, 8, 9)):
            for level in range(6):
                assert not on(tables, day, level)["camp"].eq("oka").any()
        assert "oka" not in alignment.camps_of(tables, "2022", date(2022, 1, 24)).index
        assert "oka" in alignment.camps_of(tables, "2022", date(2022, 1, 23)).index


class TestSeats:
    @pytest.mark.parametrize(
        ("code", "died_by", "member", "successor"),
        [
            (MATUNGU, date(2020, 11, 14), "Justus Murunga", "Peter Nabulindo"),
            (KABUCHAI, date(2020, 12, 4), "James Lusweti Mukwe", "Majimbo Kalasinga"),
        ],
    )
    def test_a_seat_is_vacant_from_death_to_by_election(
        self, tables, code, died_by, member, successor
    ):
        by_election = date(2021, 3, 4)
        assert on(tables, died_by).at[code, "politician"] == member
        for day in (died_by + timedelta(days=1), by_election - timedelta(days=1)):
            seat = on(tables, day).loc[code]
            assert (seat["camp"], seat["politician"], seat["party"]) == ("vacant", "", "")
        seat = on(tables, by_election).loc[code]
        assert (seat["politician"], seat["camp"]) == (successor, "undeclared")

    def test_on_election_day_the_new_members_stand_by_their_ticket(self, tables, rows):
        elected = {
            row["constituency_code"]: row
            for row in rows("terms")
            if row["elected_on"] == "2022-08-09" and row["office"] == "mp"
        }
        tickets = {
            row["constituency_code"]: row["camp"] or "undeclared"
            for row in rows("alignment_events")
            if row["kind"] == "elected" and row["date"] == "2022-08-09"
        }
        found = on(tables, date(2022, 8, 9), 5)
        assert len(elected) == 38
        assert found["politician_id"].to_dict() == {
            code: row["politician_id"] for code, row in elected.items()
        }
        assert found["party"].to_dict() == {code: row["party"] for code, row in elected.items()}
        assert found["level"].eq(5).all()
        assert found["camp"].to_dict() == {code: tickets[code] for code in found.index}
        assert found["camp"].value_counts().to_dict() == {
            "azimio": 21,
            "kenya_kwanza": 16,
            "undeclared": 1,
        }
        assert found.at[NAMBALE, "party"] == "IND"

    def test_the_day_before_the_old_members_sat(self, tables):
        found = on(tables, date(2022, 8, 8))
        assert found.at[LUGARI, "politician"] == "Ayub Savula"
        assert on(tables, date(2022, 8, 9)).at[LUGARI, "politician"] == "Nabii Nabwera"

    def test_a_region_limits_the_rows(self, tables):
        region = regions.parse("county:038", tables)
        found = alignment.seats(tables, TALKS, 3, region)
        assert list(found.index) == ["211", "212", "213", "214", "215"]

    def test_the_source_is_that_of_the_event_shown(self, tables, rows):
        source = {row["event_id"]: row["source_id"] for row in rows("alignment_events")}
        found = on(tables, AFTER_CONGRESS)
        assert found.at[LUGARI, "source_id"] == source["A053"]
        assert found.at[EMUHAYA, "source_id"] == source[found.at[EMUHAYA, "weaker_event_id"]]
        assert found.at["211", "source_id"] == ""


class TestEventsThatMustNotCount:
    def test_a_county_race_never_decides(self, tables, rows):
        races = {
            row["event_id"]: row for row in rows("alignment_events") if row["scope"] != "presidency"
        }
        assert len(races) >= 8
        newest = max(row["date_known"] for row in races.values())
        for level in range(6):
            found = on(tables, date.fromisoformat(newest), level)
            assert not set(races) & {*found["event_id"], *found["weaker_event_id"]}

    def test_a_year_alone_counts_from_the_end_of_the_year(self, tables, rows):
        last = {row["cycle_id"]: row["to_date"] for row in rows("cycles")}
        vague = [row for row in rows("alignment_events") if len(row["date"]) == 4]
        assert vague
        for row in vague:
            assert row["date_known"] == min(f"{row['date']}-12-31", last[row["cycle"]])
            day = date.fromisoformat(row["date_known"])
            for step, counts in ((0, True), (1, False)):
                known = alignment.stand(
                    tables, row["politician_id"], day - timedelta(days=step), int(row["level"])
                )
                assert (known.event_id == row["event_id"]) is counts

    def test_a_month_alone_counts_from_the_end_of_the_month(self, rows):
        vague = [row for row in rows("alignment_events") if len(row["date"]) == 7]
        assert vague
        for row in vague:
            next_day = date.fromisoformat(row["date_known"]) + timedelta(days=1)
            assert row["date_known"].startswith(row["date"])
            assert next_day.day == 1


class TestAlways:
    @settings(max_examples=60)
    @given(day=st.dates(FIRST, LAST), level=st.integers(0, 5))
    def test_every_seat_has_one_camp_of_its_time(self, tables, day, level):
        found = on(tables, day, level)
        camps = alignment.camps_of(tables, alignment.cycle_of(tables, day), day).index
        assert len(found) == found.index.nunique() == 38
        assert set(found["camp"]) <= {*camps, "undeclared", "vacant"}
        declared = found[found["camp"].isin(camps)]
        assert declared["level"].ge(level).all()
        assert declared["event_id"].ne("").all()
        vacant = found["camp"].eq("vacant")
        assert found["politician_id"].eq("").eq(vacant).all()

    @settings(max_examples=8)
    @given(day=st.dates(FIRST, LAST))
    def test_a_higher_level_never_declares_a_seat(self, tables, day):
        self.check_levels(tables, day)

    @pytest.mark.parametrize(
        "day", ["2021-12-27", "2022-01-24", "2022-02-01", "2022-03-18", "2022-08-09", "2026-03-05"]
    )
    def test_a_higher_level_never_declares_a_seat_on(self, tables, day):
        self.check_levels(tables, date.fromisoformat(day))

    @staticmethod
    def check_levels(tables, day: date) -> None:
        by_level = [on(tables, day, level)["camp"] for level in range(6)]
        for weaker, stronger in pairwise(by_level):
            undeclared = weaker.eq("undeclared")
            assert stronger[undeclared].eq("undeclared").all()
            assert weaker.eq("vacant").equals(stronger.eq("vacant"))

    @settings(max_examples=15)
    @given(day=st.dates(date(2017, 8, 9), date(2022, 8, 8)), level=st.integers(0, 5))
    def test_nothing_is_known_before_its_time(self, tables, day, level):
        found = on(tables, day, level)
        known = tables["alignment_events"].set_index("event_id")["date_known"]
        for column in ("event_id", "weaker_event_id"):
            shown = found[column][found[column].ne("")]
            assert known.loc[shown].le(day.isoformat()).all()


class TestAgreement:
    def test_december_2021_by_hand(self, tables):
        # Azimio 2 (Kanduyi, Tongaren), Kenya Kwanza 1, OKA 1: (2 - 2/2) / 4.
        found = on(tables, TALKS)
        counts = alignment.camp_counts(tables, found, TALKS)
        assert counts == {"azimio": 2, "kenya_kwanza": 1, "oka": 1}
        assert alignment.agreement(tables, found, TALKS) == pytest.approx(0.25)

    def test_february_2022_by_hand(self, tables):
        # OKA has ended: two camps, 6 against 4, Rice.
        found = on(tables, AFTER_CONGRESS)
        counts = alignment.camp_counts(tables, found, AFTER_CONGRESS)
        assert counts == {"azimio": 6, "kenya_kwanza": 4}
        assert alignment.agreement(tables, found, AFTER_CONGRESS) == pytest.approx(0.2)

    def test_without_declared_members_there_is_none(self, tables):
        day = date(2017, 9, 1)
        assert alignment.agreement(tables, on(tables, day), day) is None


@pytest.fixture(scope="module")
def gap(tables):
    results = region_results(tables, "2022", regions.parse("west5", tables))
    return alignment.member_voter_gap(on(tables, AFTER_CONGRESS), tables, results)


class TestMemberVoterGap:
    def test_bumula_by_hand(self, gap):
        # Mabonga for Kenya Kwanza: Ruto 28,968, Odinga 22,177 of 51,716.
        assert gap.at[BUMULA, "own"] == pytest.approx(28_968 / 51_716)
        assert gap.at[BUMULA, "rival"] == pytest.approx(22_177 / 51_716)
        assert gap.at[BUMULA, "gap_points"] == pytest.approx(100 * 6_791 / 51_716)

    def test_likuyani_by_hand(self, gap, count):
        # Kibunguchy for Ruto in a seat that went to Odinga.
        votes = count("2022", {LIKUYANI})
        expected = 100 * (votes["ruto"] - votes["odinga"]) / sum(votes.values())
        assert expected < -50
        assert gap.at[LIKUYANI, "gap_points"] == pytest.approx(expected)

    def test_an_azimio_member_is_measured_by_odinga(self, gap, count):
        votes = count("2022", {LUGARI})
        assert gap.at[LUGARI, "own"] == pytest.approx(votes["odinga"] / sum(votes.values()))

    def test_only_declared_members_of_the_two_sides(self, gap):
        assert len(gap) == 10
        assert MALAVA not in gap.index
        assert gap["gap_points"].is_monotonic_increasing

    def test_a_third_camp_has_no_pair(self, tables):
        results = region_results(tables, "2022", regions.parse("west5", tables))
        found = alignment.member_voter_gap(on(tables, TALKS), tables, results)
        assert MALAVA not in found.index  # OKA then
        assert LIKUYANI in found.index


class TestDates:
    def test_the_period_held(self, tables):
        assert alignment.date_range(tables) == (FIRST, LAST)
        assert alignment.parse_date("2021-12-27", tables) == TALKS
        assert alignment.parse_date("2017-08-09", tables) == FIRST
        assert alignment.parse_date(LAST.isoformat(), tables) == LAST

    @pytest.mark.parametrize(
        "text", ["", "today", "27-12-2021", "2021-02-30", "2021", "2017-08-08", "2027-08-11"]
    )
    def test_other_dates_are_refused_in_a_sentence(self, tables, text):
        with pytest.raises(DateError) as error:
            alignment.parse_date(text, tables)
        assert str(error.value).endswith(".")

    @pytest.mark.parametrize(
        ("day", "cycle"),
        [
            ("2017-08-08", "2017"),
            ("2017-08-09", "2022"),
            ("2022-09-07", "2022"),
            ("2022-09-08", "2027"),
            ("2027-08-10", "2027"),
        ],
    )
    def test_cycles_meet_without_overlap(self, tables, day, cycle):
        assert alignment.cycle_of(tables, date.fromisoformat(day)) == cycle

    def test_outside_all_cycles(self, tables):
        with pytest.raises(DateError):
            alignment.cycle_of(tables, date(2030, 1, 1))


class TestCoalitions:
    def test_a_party_belongs_from_the_first_day_to_the_last(self, tables, rows):
        nasa = [row for row in rows("coalitions") if row["coalition"] == "NASA"]
        assert nasa
        for row in nasa:
            end = date.fromisoformat(row["to_date"])
            for day, inside in ((end, True), (end + timedelta(days=1), False)):
                held = alignment.coalitions_on(tables, day)
                assert (row["coalition_id"] in set(held["coalition_id"])) is inside

    def test_a_year_counts_from_its_first_day(self, tables, rows):
        row = next(row for row in rows("coalitions") if row["from_date"] == "2017")
        for day, inside in ((date(2016, 12, 31), False), (date(2017, 1, 1), True)):
            held = alignment.coalitions_on(tables, day)
            assert (row["coalition_id"] in set(held["coalition_id"])) is inside
