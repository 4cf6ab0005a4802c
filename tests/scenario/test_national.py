"""Both gates of Article 138 and the run-off, on known elections and on made ones."""

import numpy as np
import pytest
from hypothesis import given
from strategies import held, scenarios

from mulembe.scenario.model import Inheritance, Override, Scenario, Third, Turnout
from mulembe.scenario.national import COUNTIES_NEEDED, gates, nation, quarters, second_round
from mulembe.scenario.outcome import run

HEIR = Inheritance(origin="odinga", shares=(1, 0, 0, 0))
BASE_2022 = Scenario(cycle="2027", inheritance=(HEIR,))


@pytest.fixture(scope="module")
def in_2022(tables):
    """The nation as it voted in 2022."""
    return nation(run(BASE_2022, tables))


def even(*rows: tuple[int, int, int, int], times: int = 1) -> np.ndarray:
    """Votes per county, each row that many times."""
    return np.repeat(np.array(rows), times, axis=0)


class Test2022:
    """Over the 290 constituencies: the commission's total adds the diaspora and prisons."""

    def test_shares(self, in_2022, count, rows):
        votes = count("2022", {row["code"] for row in rows("constituencies")})
        total = sum(votes.values())
        shares = in_2022.everyone.shares
        assert shares[1] == pytest.approx(votes["ruto"] / total)
        assert shares[0] == pytest.approx(votes["odinga"] / total)
        assert round(100 * shares[1], 2) == 50.45

    def test_counties_at_a_quarter(self, in_2022):
        assert in_2022.everyone.counties.tolist() == [34, 39, 0, 0]
        assert in_2022.everyone.held == 47

    def test_passed_in_the_first_round(self, in_2022):
        assert in_2022.everyone.winner == "government"
        assert in_2022.everyone.runoff == ()
        assert in_2022.everyone.missing_votes[1] == 0
        total = int(in_2022.everyone.votes.sum())
        odinga = int(in_2022.everyone.votes[0])
        assert in_2022.everyone.missing_votes[0] == total // 2 + 1 - odinga

    def test_without_the_west(self, in_2022, count, rows):
        codes = {row["code"] for row in rows("constituencies") if row["in_region"] == "False"}
        votes = count("2022", codes)
        assert int(in_2022.without.votes[1]) == votes["ruto"]
        assert int(in_2022.without.votes.sum()) == sum(votes.values())
        assert in_2022.without.held == 42

    def test_weight(self, in_2022):
        assert in_2022.weight == pytest.approx(0.1140, abs=5e-5)
        assert in_2022.points_per_ten == pytest.approx(10 * in_2022.weight)

    def test_others_alone_cannot_win(self, tables):
        away = [Turnout(origin=origin, rate=0) for origin in ("odinga", "ruto")]
        judged = nation(run(BASE_2022.but(turnout=away), tables)).everyone
        assert judged.shares[3] == 1
        assert judged.winner == ""
        assert [votes for _, votes in judged.runoff] == [0, 0]

    def test_nobody_votes(self, tables):
        away = [Turnout(origin=origin, rate=0) for origin in ("odinga", "ruto", "others")]
        judged = nation(run(BASE_2022.but(turnout=away), tables)).everyone
        assert np.isnan(judged.shares).all()
        assert (judged.winner, judged.runoff, judged.held) == ("", (), 0)


class TestGates:
    def test_half_is_not_more_than_half(self):
        assert gates(even((50, 50, 0, 0), times=47)).winner == ""
        one_more = even((50, 50, 0, 0), times=47)
        one_more[0] = (51, 50, 0, 0)
        assert gates(one_more).winner == "opposition"

    @pytest.mark.parametrize(("counties", "winner"), [(24, "government"), (23, "")])
    def test_a_majority_needs_24_counties(self, counties, winner):
        """Nearly all votes, but from too few counties."""
        county = np.vstack(
            [even((0, 1000, 0, 0), times=counties), even((10, 3, 0, 0), times=47 - counties)]
        )
        judged = gates(county)
        assert judged.counties[1] == counties
        assert judged.winner == winner
        assert bool(judged.runoff) is not bool(winner)

    def test_a_quarter_is_enough_and_less_is_not(self):
        assert quarters(even((25, 75, 0, 0), (2499, 7501, 0, 0))).tolist() == [1, 2, 0, 0]

    def test_a_county_without_votes_counts_for_nobody(self):
        assert quarters(even((0, 0, 0, 0), (0, 1, 0, 0))).tolist() == [0, 1, 0, 0]
        assert gates(even((0, 0, 0, 0), (0, 1, 0, 0))).held == 1

    def test_others_count_in_the_total_only(self):
        judged = gates(even((30, 20, 0, 50), times=47))
        assert judged.winner == ""
        assert judged.runoff == (("opposition", 30 * 47), ("government", 20 * 47))


class TestRunOff:
    def test_is_decided_by_plurality_alone(self):
        """Ahead in the run-off with a quarter in one county only."""
        county = np.vstack([even((0, 5000, 0, 0)), even((50, 12, 40, 0), times=46)])
        judged = gates(county, runoff=(0, 0, 0))
        assert judged.winner == ""
        assert judged.counties[1] < COUNTIES_NEEDED
        assert judged.runoff[0] == ("government", 5000 + 46 * 12)

    def test_the_first_two_meet(self):
        votes = np.array([10, 40, 45, 5])
        assert second_round(votes, (0, 0, 0)) == (("third", 45), ("government", 40))

    def test_who_inherits_the_eliminated(self):
        """10 and 5 are free: 60% to the government, 20% to the third ticket, 20% stay home."""
        votes = np.array([10, 40, 45, 5])
        assert second_round(votes, (0.9, 0.6, 0.1)) == (("government", 49), ("third", 46))

    def test_a_tie_goes_to_the_leader_of_the_first_round(self):
        assert second_round(np.array([40, 45, 10, 0]), (0.5, 0, 0))[0] == ("government", 45)

    @given(scenarios())
    def test_no_voter_is_made_up(self, scenario):
        judged = nation(run(scenario, held()))
        for one in (judged.everyone, judged.without):
            assert sum(votes for _, votes in one.runoff) <= one.votes.sum()
            assert bool(one.winner) + bool(one.runoff) <= 1
            assert (one.counties <= one.held).all()
            assert judged.without.held <= judged.everyone.held
        assert 0 <= judged.weight <= 1

    @pytest.mark.parametrize("runoff", [(0.6, 0.5, 0), (0, 1, 0.01), (0.7, 0, 0.7)])
    def test_two_cannot_take_more_than_all(self, runoff):
        with pytest.raises(ValueError, match="of the voters left over"):
            Scenario(cycle="2022", runoff=runoff)

    def test_three_may_add_up_to_more(self):
        assert Scenario(cycle="2022", runoff=(0.5, 0.5, 0.5)).runoff == (0.5, 0.5, 0.5)


def test_the_region_decides_what_is_without(tables):
    third = Third(home="218", delivery=0.9, spread="flat")
    small = BASE_2022.but(region="county:039", third=third)
    judged = nation(run(small, tables))
    assert judged.everyone.votes[2] > 0
    assert judged.without.votes[2] == 0
    assert judged.without.held == 46


def test_a_constituency_set_by_hand_counts_in_the_nation(tables):
    before = nation(run(BASE_2022, tables)).everyone.votes
    votes = (1000, 2000, 0, 30)
    by_hand = BASE_2022.but(overrides=[Override(code="218", votes=votes)])
    after = nation(run(by_hand, tables)).everyone.votes
    unit = run(BASE_2022, tables).base.position["218"]
    assert (after - before).tolist() == (votes - run(BASE_2022, tables).votes[unit]).tolist()
