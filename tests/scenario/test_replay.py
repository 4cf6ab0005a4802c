"""The replay of December 2021: what was known then, the guess, and the errors, misses first."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mulembe.elections import region_results
from mulembe.regions import parse
from mulembe.scenario import presets, replay
from mulembe.scenario.model import Scenario
from mulembe.scenario.outcome import run
from mulembe.tables import Tables

TABLES = Tables()


def test_at_the_talks_only_the_candidate_himself_is_at_l3() -> None:
    told = replay.talks(TABLES)
    strong = told.present[told.present["level"] >= 3]
    assert list(strong["politician"]) == ["Raila Odinga"]
    assert told.present["politician"].nunique() == 9
    assert {"khwisero-article-2021", "tuko-ed08"} <= set(told.sources)
    assert "vote as one" in told.claim


def test_who_was_at_the_talks_is_not_drawn_as_a_mover() -> None:
    found = replay.standing(TABLES)
    assert found.counts == {"Undeclared": 34, "Azimio": 2, "Kenya Kwanza": 1, "OKA": 1}
    there = found.weaker[found.weaker["date"] == "2021-12-26"]
    assert dict(zip(there["politician"], there["level"], strict=True)) == {
        "Ayub Savula": 1,
        "Peter Nabulindo": 1,
        "Omboko Milemba": 1,
        "Christopher Aseka": 2,
    }


def test_a_lower_level_counts_the_attendance() -> None:
    assert replay.standing(TABLES, date(2021, 12, 27), 1).counts["Azimio"] > 2


def test_two_declared_in_january_and_seventy_to_ninety_five_was_promised() -> None:
    found = replay.realignment(TABLES)
    assert set(found.declared["politician_id"]) == {"musalia-mudavadi", "moses-wetangula"}
    assert (found.attended["level"] < 3).all()
    assert (found.least, found.most) == (70, 95)
    assert set(found.pledged["camp"]) == {"kenya_kwanza"}
    assert list(found.pledged.index) == ["P02", "P03", "P06", "P05"]
    assert set(found.elsewhere.index) == {"P01", "P04", "P07"}
    assert list(found.bare.index) == ["P08", "P09"]


def test_the_reveal_is_the_result_of_the_tables() -> None:
    province, five = replay.reveal(TABLES)
    results = region_results(TABLES, "2022", parse("west4", TABLES))
    votes = results.votes
    expected = 100 * votes["ruto"].sum() / votes.to_numpy().sum()
    assert province.share == pytest.approx(expected)
    assert province.share == pytest.approx(37.45, abs=0.005)
    assert five.share == pytest.approx(38.87, abs=0.005)
    assert (province.constituencies, five.constituencies) == (33, 38)
    assert province.sources


def test_a_guess_of_nothing_is_the_base_whatever_the_camp() -> None:
    base = run(Scenario(cycle="2022"), TABLES)
    for camp in ("government", "opposition", "third"):
        assert (run(replay.guess(camp, 0, TABLES), TABLES).votes == base.votes).all()


@pytest.mark.parametrize(
    "camp, loser, gainer",
    [("government", 0, 1), ("opposition", 1, 0)],
)
def test_a_guess_moves_that_share_of_the_other_column(camp: str, loser: int, gainer: int) -> None:
    base = run(Scenario(cycle="2022"), TABLES).total_shares()
    moved = run(replay.guess(camp, 0.25, TABLES), TABLES).total_shares()
    assert moved[loser] == pytest.approx(0.75 * base[loser], abs=1e-4)
    assert moved[gainer] == pytest.approx(base[gainer] + 0.25 * base[loser], abs=1e-4)


def test_a_third_ticket_takes_the_same_part_of_everyone() -> None:
    base = run(Scenario(cycle="2022"), TABLES).total_shares()
    moved = run(replay.guess("third", 0.4, TABLES), TABLES).total_shares()
    assert moved[2] == pytest.approx(0.4, abs=1e-4)
    assert moved[:2] == pytest.approx(0.6 * base[:2], abs=1e-4)


def test_a_guess_for_no_camp_is_refused() -> None:
    with pytest.raises(ValueError, match="'jubilee' is not a camp"):
        replay.guess("jubilee", 0.5, TABLES)


def test_own_error_by_hand() -> None:
    """West as in 2017 against 2022: Kabuchai 15.64% said, 74.11% came."""
    error = replay.own_error(run(Scenario(cycle="2022"), TABLES), TABLES)
    first = error.places.iloc[0]
    assert error.places.index[0] == "218"
    assert first["scenario"] == pytest.approx(15.638, abs=1e-3)
    assert first["actual"] == pytest.approx(74.107, abs=1e-3)
    assert first["error"] == pytest.approx(-58.469, abs=1e-3)
    assert error.mae == pytest.approx(17.367, abs=5e-4)
    assert error.called == 29
    assert error.units == 38
    sizes = error.places["error"].abs().to_numpy()
    assert (np.diff(sizes) <= 0).all()


def test_own_error_agrees_with_the_method_of_the_same_name() -> None:
    table = TABLES["fit_errors"]
    row = table[(table["method"] == "no_change") & (table["sample"] == "in_sample")].iloc[0]
    error = replay.own_error(run(Scenario(cycle="2022"), TABLES), TABLES)
    assert error.mae == pytest.approx(row["mae"], abs=1e-3)
    assert error.bias == pytest.approx(row["bias"], abs=1e-3)
    assert error.called == row["called"]


def test_january_2022_reports_its_own_error_per_constituency() -> None:
    scenario = presets.preset("jan-2022", TABLES).scenario
    error = replay.own_error(run(scenario, TABLES), TABLES)
    assert set(error.places["name"][:2]) == {"Vihiga", "Malava"}
    assert error.places["name"].nunique() == 38
    assert error.mae < 6
    assert error.actual == pytest.approx(38.87, abs=0.005)


def test_own_error_keeps_to_the_region_of_the_scenario() -> None:
    scenario = Scenario(cycle="2022", region="county:038")
    error = replay.own_error(run(scenario, TABLES), TABLES)
    assert error.units == 5
    assert error.actual == pytest.approx(36.69, abs=0.005)


def test_the_same_error_can_be_scored_on_the_other_side() -> None:
    error = replay.own_error(run(Scenario(cycle="2022"), TABLES), TABLES)
    rival = error.rival()
    gaps = error.places["opposition_error"]
    assert rival.mae == pytest.approx(gaps.abs().mean())
    assert rival.places.index[0] == gaps.abs().idxmax()
    assert rival.actual == pytest.approx(replay.reveal(TABLES)[1].rival)
    assert rival.rival().mae == pytest.approx(error.mae)


def test_2027_has_nothing_to_be_set_against() -> None:
    outcome = run(presets.default(TABLES, "2027").scenario, TABLES)
    with pytest.raises(ValueError, match="2022 cycle"):
        replay.own_error(outcome, TABLES)


def test_each_method_stands_once_with_what_was_left_out() -> None:
    rows = replay.methods(TABLES)
    assert rows["method"].is_unique
    assert set(rows["method"]) == {
        "no_change",
        "uniform",
        "proportional",
        "bloc_government",
        "bloc_opposition",
        "members",
        "members_seen",
        "flat",
        "county",
        "decay",
        "decay_county",
    }
    assert rows["mae"].is_monotonic_increasing
    fitted = rows[rows["fitted"]]
    assert (fitted["in_sample"] < fitted["mae"]).all()
    assert rows.loc[~rows["fitted"], "in_sample"].isna().all()


def test_misses_come_largest_first_with_the_interval() -> None:
    rows: pd.DataFrame = replay.misses(TABLES, "no_change")
    assert rows.index[0] == "218"
    assert rows["error"].abs().is_monotonic_decreasing
    assert (rows["low"] <= rows["high"]).all()
