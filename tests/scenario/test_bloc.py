"""The bloc and the MPs' camps as assumptions: what share, for whom, where."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from mulembe.elections import region_results
from mulembe.regions import parse
from mulembe.scenario import bloc, fit
from mulembe.tables import Tables

TABLES = Tables()
BEFORE = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.5, 0.4, 0.1]])


def test_the_share_is_the_middle_of_the_pledges_of_the_old_province() -> None:
    # 70, 90, 90 and 95 percent: those the replay shows of "Western"
    assert bloc.promised(TABLES) == pytest.approx(0.90)


def test_the_eve_is_the_day_before_the_vote() -> None:
    assert bloc.eve(TABLES) == date(2022, 8, 8)


def test_everyone_votes_alike() -> None:
    found = bloc.alike(BEFORE, 0.9, bloc.CAMPS["bloc_government"])
    assert found == pytest.approx(np.array([[0.1, 0.9, 0.0]] * 3))
    found = bloc.alike(BEFORE, 0.9, bloc.CAMPS["bloc_opposition"])
    assert found == pytest.approx(np.array([[0.9, 0.1, 0.0]] * 3))


def test_members_carry_their_own_place_and_the_undeclared_none() -> None:
    found = bloc.by_member(BEFORE, 0.9, np.array([1, 0, bloc.UNDECLARED]))
    assert found == pytest.approx(np.array([[0.1, 0.9, 0.0], [0.9, 0.1, 0.0], [0.5, 0.4, 0.1]]))
    assert BEFORE[0, 0] == 0.7  # the base itself is not touched


def test_weaker_evidence_counts_more_members() -> None:
    strong, weak = (bloc.members(TABLES, level) for level in (3, 1))
    assert (strong != bloc.UNDECLARED).sum() < (weak != bloc.UNDECLARED).sum()
    declared = strong != bloc.UNDECLARED
    assert len(strong) == 38
    assert declared.sum() == 11


def test_proportional_swing_by_hand() -> None:
    nations = [region_results(TABLES, year).total_shares() for year in ("2017", "2022")]
    place = region_results(TABLES, "2017", parse("west5", TABLES)).shares().loc["216"]
    # Each of the three lines times after over before, made to sum to 1 again.
    raw = {
        "opposition": place["odinga"] * nations[1]["odinga"] / nations[0]["odinga"],
        "government": place["kenyatta"] * nations[1]["ruto"] / nations[0]["kenyatta"],
    }
    rivals = ("kenyatta", "ruto")
    others = [1 - n["odinga"] - n[rival] for n, rival in zip(nations, rivals, strict=True)]
    rest = 1 - place["odinga"] - place["kenyatta"]
    raw["others"] = rest * others[1] / others[0]
    where = fit.ground(TABLES)
    found = fit.shares(where, fit.Parameters("proportional"))[where.codes.index("216")]
    expected = np.array([raw[name] for name in fit.COLUMNS]) / sum(raw.values())
    assert found == pytest.approx(expected)
