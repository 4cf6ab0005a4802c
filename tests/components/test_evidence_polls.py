"""Polls on the Evidence page: what is drawn, what is not, and the days on which nothing is."""

from __future__ import annotations

import json
from datetime import date

import pytest
from opening import opened
from streamlit.testing.v1 import AppTest

from mulembe import polls
from mulembe.tables import Tables


@pytest.fixture
def tables() -> Tables:
    return Tables()


def open_polls(**view: str) -> AppTest:
    return opened("evidence", evidence="polls", **view)


def text_of(app: AppTest) -> str:
    """All text blocks, without the escapes that keep table text out of the markup."""
    blocks = [*app.markdown, *app.caption, *app.info, *app.warning]
    return "\n".join(block.value for block in blocks).replace("\\", "")


def panels(app: AppTest) -> dict[str, dict]:
    return {c.key: json.loads(c.proto.spec) for c in app.get("plotly_chart")}


def test_every_drawn_poll_and_question_has_a_panel_and_no_other(tables: Tables) -> None:
    found = polls.findings(tables).drop_duplicates(["question", "poll_id"])
    drawn = panels(open_polls())
    assert len(drawn) == len(found) == 10
    lacking = [poll.poll_id for poll in polls.polls(tables) if poll.lacking]
    assert len(lacking) == 5
    assert not [key for key in drawn if any(name in key for name in lacking)]


def test_shares_and_margins_are_the_table_s(tables: Tables) -> None:
    panel = panels(open_polls())["poll_tifa-2022-07-29_preferred-president-2022"]
    texts = [note["text"] for note in panel["layout"]["annotations"]]
    assert {"46.7% ± 2.2", "44.4% ± 2.1", "1.8% ± 0.6"} <= set(texts)


def test_every_name_has_the_same_ink() -> None:
    colours = {p["data"][0]["marker"]["color"] for p in panels(open_polls()).values()}
    assert len(colours) == 1


def test_margin_and_what_it_leaves_out_are_told() -> None:
    told = text_of(open_polls())
    assert "1.96 x square root of p(1 - p)/n" in told
    assert "It leaves out who could be reached and who refused" in told
    assert "600 asked; margin worked out by us: ± 4.0 points at a share of 50%." in told
    assert (
        "“Raila Odinga” leads “William Ruto” by 2.3 points; the margin of that lead is ± 4.1."
        in told
    )
    assert "No two are averaged" in told


def test_the_others_are_listed_apart_without_their_shares(tables: Tables) -> None:
    app = open_polls()
    table = next(f.value for f in app.dataframe if "Lacks" in f.value)
    assert len(table) == 5
    assert "how many were asked" in set(table["Lacks"])
    shares = tables["polls"].set_index("poll_id")["share_percent"]
    assert f"{shares['irs-2022-07-21']:g}%" not in table.to_string()


def test_what_the_act_asks_for_is_shown_for_every_poll() -> None:
    table = next(f.value for f in open_polls().dataframe if "Sponsor" in f.value)
    assert len(table) == 10
    assert set(table["Sponsor"]) == {"not stated"}
    assert "± 2.17 points" in set(table["Margin stated"])
    assert dict(table["In the year before an election"].value_counts()) == {
        "yes, the Act applied": 6,
        "no": 4,
    }


def test_one_question_can_be_chosen() -> None:
    drawn = panels(open_polls(asked="preferred-president-2027"))
    assert len(drawn) == 4
    assert all(key.endswith("preferred-president-2027") for key in drawn)
    told = text_of(open_polls(asked="favourite-dish"))
    assert "The question of this address is not asked" in told


@pytest.mark.parametrize("day", [date(2027, 8, 5), date(2027, 8, 7), date(2027, 8, 10)])
def test_in_the_ban_nothing_is_shown_but_why(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polls, "today", lambda: day)
    app = open_polls()
    assert not app.get("plotly_chart")
    assert not app.dataframe
    told = text_of(app)
    assert "No poll is shown from 5 August 2027 to 10 August 2027." in told
    assert "section 7(1)" in told
    assert not any(firm in told for firm in ("TIFA", "Infotrak", "Mizani"))
    download = opened("evidence", evidence="ledger", ledger="download")
    assert "The polls are left out" in text_of(download)


@pytest.mark.parametrize("day", [date(2027, 8, 4), date(2027, 8, 11)])
def test_the_day_before_and_after_they_are(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polls, "today", lambda: day)
    assert len(open_polls().get("plotly_chart")) == 10
