"""Polls: the margin by hand, which are drawn, and the days on which none is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from mulembe import polls
from mulembe.tables import Tables


class TestMargin:
    @pytest.mark.parametrize(
        ("percent", "sample", "points"),
        [
            (50, 600, 4.0008),  # 1.96 x sqrt(0.25/600)
            (50, 2400, 2.0004),  # four times the sample, half the margin
            (46.7, 2056, 2.1566),
            (0, 100, 0),
            (100, 100, 0),
        ],
    )
    def test_by_hand(self, percent, sample, points):
        assert polls.margin(percent, sample) == pytest.approx(points, abs=5e-5)

    def test_of_a_lead_by_hand(self):
        # (0.467 + 0.444 - 0.023 squared)/2056 = 0.00044284, its root 0.0210438
        assert polls.lead_margin(46.7, 44.4, 2056) == pytest.approx(4.1246, abs=5e-5)

    def test_of_a_lead_is_twice_a_share_s_when_there_are_only_two(self):
        assert polls.lead_margin(60, 40, 1000) == pytest.approx(2 * polls.margin(60, 1000))

    @pytest.mark.parametrize(("percent", "sample"), [(-1, 100), (101, 100), (50, 0), (50, -5)])
    def test_of_no_poll(self, percent, sample):
        with pytest.raises(ValueError, match="no share of a poll"):
            polls.margin(percent, sample)


class TestBan:
    @pytest.mark.parametrize(
        ("day", "hidden"),
        [("2026-11-22", False), ("2027-08-04", False), ("2027-08-05", True), ("2027-08-07", True),
         ("2027-08-10", True), ("2027-08-11", False)],
    )  # fmt: skip
    def test_hides_the_five_days_before_and_the_day(self, tables, day, hidden):
        assert polls.hidden(date.fromisoformat(day), tables) is hidden

    @pytest.mark.parametrize(
        ("moment", "day"),
        [("2027-08-04T20:59", "2027-08-04"), ("2027-08-04T21:00", "2027-08-05"),
         ("2027-08-10T20:59", "2027-08-10"), ("2027-08-10T21:00", "2027-08-11")],
    )  # fmt: skip
    def test_goes_by_the_clock_in_kenya(self, moment, day):
        now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        assert polls.today(now) == date.fromisoformat(day)


class TestWhatIsDrawn:
    def test_only_polls_with_their_particulars(self, tables, rows):
        stated = ("pollster", "fieldwork_from", "fieldwork_to", "population", "sample", "source_id")
        whole = {row["poll_id"] for row in rows("polls") if all(row[key] for key in stated)}
        found = polls.polls(tables)
        assert {poll.poll_id for poll in found if poll.drawn} == whole
        assert len(whole) == 5
        assert len(found) == 10
        assert set(polls.findings(tables)["poll_id"]) == whole

    def test_what_is_lacking_is_named(self, tables):
        lacking = {poll.poll_id: poll.lacking for poll in polls.polls(tables)}
        assert lacking["tifa-2022-05-05"] == ("how many were asked",)
        assert lacking["irs-2022-07-21"] == ("days of fieldwork", "how many were asked")

    @pytest.mark.parametrize(
        ("column", "words"),
        [("pollster", "who conducted it"), ("fieldwork_from", "days of fieldwork"),
         ("fieldwork_to", "days of fieldwork"), ("population", "who was asked"),
         ("sample", "how many were asked"), ("source_id", "source")],
    )  # fmt: skip
    def test_one_particular_less_and_it_is_not(self, tables, column, words):
        changed = Tables()
        table = tables["polls"].copy()
        table.loc[table["poll_id"] == "tifa-2022-07-29", column] = (
            pd.NA if column == "sample" else ""
        )
        changed._loaded = {**{n: tables[n] for n in ("cycles", "elections")}, "polls": table}
        poll = next(p for p in polls.polls(changed) if p.poll_id == "tifa-2022-07-29")
        assert poll.lacking == (words,)
        assert "tifa-2022-07-29" not in set(polls.findings(changed)["poll_id"])

    def test_a_stated_margin_goes_before_ours(self, tables):
        changed = Tables()
        table = tables["polls"].copy()
        table.loc[table["poll_id"] == "tifa-2022-07-29", "margin_points"] = 3.5
        changed._loaded = {**{n: tables[n] for n in ("cycles", "elections")}, "polls": table}
        found = polls.findings(changed)
        stated = found[found["poll_id"] == "tifa-2022-07-29"]
        assert set(stated["margin"]) == {3.5}
        assert stated["stated"].all()
        assert stated["low"].min() == 0  # 1.8 less 3.5
        assert not found.loc[found["poll_id"] != "tifa-2022-07-29", "stated"].any()

    def test_findings_are_the_table_s_own(self, tables, rows):
        held = {(r["poll_id"], r["question"], r["option"]): r for r in rows("polls")}
        for row in polls.findings(tables).to_dict("records"):
            own = held[row["poll_id"], row["question"], row["option"]]
            assert row["share"] == float(own["share_percent"])
            assert row["margin"] == pytest.approx(polls.margin(row["share"], int(own["sample"])))

    def test_the_act_applies_in_the_year_before_an_election(self, tables):
        period = {poll.poll_id: poll.in_period for poll in polls.polls(tables)}
        assert period["tifa-2022-07-29"]
        assert period["mizani-africa-2022-04"]
        assert period["infotrak-2012-11"]
        assert not period["tifa-2026-05-11"]  # the year before 10 August 2027 begins in August 2026
        assert not period["infotrak-2026-01-08"]

    def test_the_law_has_sources(self, tables):
        known = tables["sources"].set_index("source_id")
        assert all(known.loc[source, "url"].startswith("http") for source in polls.LAW)
