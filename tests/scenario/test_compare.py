"""Side by side: totals, constituencies, who flips, and contributions that add up to the gap."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import held, scenarios

from mulembe.scenario.compare import (
    GROUPS_LIMIT,
    CompareError,
    constituencies,
    drivers,
    flips,
    names,
    totals,
)
from mulembe.scenario.model import (
    CAMPS,
    TICKETS,
    Inheritance,
    Move,
    Override,
    Scenario,
    Third,
    Turnout,
)
from mulembe.scenario.national import nation
from mulembe.scenario.outcome import run

A = Scenario(cycle="2022", name="As it was")
WETANGULA = Move(leader="moses-wetangula", camp="government", delivery=0.6, home="218")
MUDAVADI = Move(leader="musalia-mudavadi", camp="government", delivery=0.5, home="210")
LOW = Turnout(origin="odinga", rate=0.8)
B = A.but(name="Both move", moves=[WETANGULA, MUDAVADI], turnout=[LOW])


@pytest.fixture(scope="module")
def pair(tables):
    return run(A, tables), run(B, tables)


class TestTotals:
    def test_each_scenario_on_the_same_axes(self, pair):
        found = totals(pair)
        assert found["scenario"].tolist() == ["As it was"] * 4 + ["Both move"] * 4
        assert found["ticket"].tolist() == list(TICKETS) * 2
        assert found["votes"].tolist() == [*pair[0].totals(), *pair[1].totals()]
        assert found["won"].groupby(found["scenario"]).sum().tolist() == [38, 38]
        second = found[found["scenario"] == "Both move"]
        assert second["change_votes"].tolist() == (pair[1].totals() - pair[0].totals()).tolist()
        assert second["change"].sum() == pytest.approx(0, abs=1e-12)
        assert (found["change"][:4] == 0).all()

    def test_the_nation_beside_it(self, pair):
        found = totals(pair)
        gates = nation(pair[1]).everyone
        second = found[found["scenario"] == "Both move"]
        assert second["nation"].tolist() == pytest.approx(gates.shares.tolist())
        assert second["counties"].tolist() == gates.counties.tolist()
        assert second["ticket"][second["passes"]].tolist() == [gates.winner]

    def test_names_are_told_apart(self, pair, tables):
        bare = run(Scenario(cycle="2022"), tables)
        same = [pair[0], pair[0], bare, bare]
        assert names(same) == ["As it was", "As it was (B)", "Scenario C", "Scenario D"]

    @pytest.mark.parametrize("count", [0, 1, 5])
    def test_two_to_four(self, pair, count):
        for table in (totals, constituencies):
            with pytest.raises(CompareError, match="2 to 4"):
                table([pair[0]] * count)


class TestConstituencies:
    def test_shares_and_changes(self, pair):
        found = constituencies(pair)
        assert len(found) == 2 * 38 * 4
        row = found[
            (found["code"] == "218")
            & (found["scenario"] == "Both move")
            & (found["ticket"] == "government")
        ].iloc[0]
        unit = pair[0].base.position["218"]
        assert row["share"] == pair[1].shares[unit, 1]
        assert row["change"] == row["share"] - pair[0].shares[unit, 1]
        assert bool(row["wins"]) is True
        assert found[found["wins"]].groupby(["scenario", "code"]).size().eq(1).all()

    def test_regions_that_differ_are_both_shown(self, tables):
        one, other = (run(A.but(region=f"county:{c}"), tables) for c in ("037", "039"))
        assert constituencies([one, other])["code"].nunique() == 12 + 9

    def test_two_cycles(self, tables, pair):
        heir = Inheritance(origin="odinga", shares=(1, 0, 0, 0))
        later = run(Scenario(cycle="2027", inheritance=[heir]), tables)
        found = constituencies([pair[0], later])
        assert len(found) == 2 * 38 * 4
        assert totals([pair[0], later])["votes"].iloc[4] == 976_644


class TestFlips:
    def test_are_those_whose_winner_differs(self, pair):
        found = flips(*pair).set_index("code")
        for i, code in enumerate(pair[0].base.codes):
            if not pair[0].inside[i]:
                continue
            one, other = (TICKETS[int(o.votes[i].argmax())] for o in pair)
            assert (code in found.index) == (one != other)
            if one != other:
                assert found.loc[code, ["winner_a", "winner_b"]].tolist() == [one, other]
                ranked = np.sort(pair[1].shares[i])
                assert found.at[code, "margin_b"] == pytest.approx(ranked[-1] - ranked[-2])
        assert found["margin_b"].is_monotonic_increasing

    def test_there_and_back(self, pair):
        there, back = flips(*pair), flips(*reversed(pair))
        assert set(there["code"]) == set(back["code"])
        assert flips(pair[0], pair[0]).empty

    def test_where_nobody_votes_nothing_flips(self, pair, tables):
        away = [Turnout(origin=o, rate=0) for o in ("odinga", "kenyatta", "others")]
        assert flips(pair[0], run(A.but(turnout=away), tables)).empty


class TestDrivers:
    def test_add_up_to_the_gap(self, pair, tables):
        for place, camp in enumerate(CAMPS):
            gap = pair[1].total_shares()[place] - pair[0].total_shares()[place]
            found = drivers(A, B, tables, camp)
            assert found["contribution"].sum() == pytest.approx(gap, abs=1e-14)

    def test_moves_by_leader(self, tables):
        found = drivers(A, B, tables, "government")
        assert set(found["key"]) == {
            "moves.moses-wetangula",
            "moves.musalia-mudavadi",
            "turnout",
        }
        assert "Moses Wetang'ula's move" in set(found["label"])
        assert found["contribution"].abs().is_monotonic_decreasing

    def test_by_hand(self, tables):
        """The mean over all six orders in which three assumptions can pass from A to B."""

        def share(moves, turnout) -> float:
            return run(A.but(moves=moves, turnout=turnout), tables).total_shares()[1]

        parts = {"moves.moses-wetangula": WETANGULA, "moves.musalia-mudavadi": MUDAVADI}
        sums = dict.fromkeys([*parts, "turnout"], 0.0)
        for order in permutations(sums):
            passed: list[str] = []
            before = share([], [])
            for key in order:
                passed.append(key)
                moves = [move for name, move in parts.items() if name in passed]
                after = share(moves, [LOW] if "turnout" in passed else [])
                sums[key] += after - before
                before = after
        found = drivers(A, B, tables, "government").set_index("key")["contribution"]
        for key, total in sums.items():
            assert found[key] == pytest.approx(total / 6, abs=1e-12)

    def test_alone_is_one_change_to_a(self, tables):
        found = drivers(A, B, tables, "government").set_index("key")["alone"]
        alone = run(A.but(turnout=[LOW]), tables).total_shares()[1]
        assert found["turnout"] == pytest.approx(
            alone - run(A, tables).total_shares()[1], abs=1e-12
        )

    def test_one_difference_is_the_whole_gap(self, tables):
        other = A.but(region="west4")
        found = drivers(A, other, tables, "opposition")
        gap = run(other, tables).total_shares()[0] - run(A, tables).total_shares()[0]
        assert found["key"].tolist() == ["region"]
        assert found["contribution"].tolist() == pytest.approx([gap])

    def test_the_same_twice_has_no_drivers(self, tables):
        assert drivers(A, A.but(name="Another", seed=1), tables, "government").empty

    def test_every_kind_of_assumption(self, tables):
        changed = B.but(
            moves=[WETANGULA],
            region="west4",
            third=Third(home="136", delivery=0.3),
            roll="grown",
            shape="linear",
            inheritance=[Inheritance(origin="others", shares=(1, 0, 0, 0))],
            overrides=[Override(code="199", votes=(10, 20, 30, 0))],
        )
        found = drivers(A, changed, tables, "third")
        assert set(found["key"]) == {
            "inheritance",
            "moves.moses-wetangula",
            "third",
            "turnout",
            "overrides",
            "register",
            "shape",
            "region",
        }
        gap = run(changed, tables).total_shares()[2]
        assert found["contribution"].sum() == pytest.approx(gap, abs=1e-14)
        more = drivers(A, changed.but(moves=[WETANGULA, MUDAVADI]), tables, "third")
        assert "moves" in set(more["key"])
        assert len(more) == GROUPS_LIMIT

    def test_by_hand_beyond_the_other_register_goes_with_the_register(self, tables):
        grown = run(A.but(roll="grown"), tables)
        unit = grown.base.position["218"]
        full = Override(code="218", votes=(int(grown.register[unit]), 0, 0, 0))
        found = drivers(A, A.but(roll="grown", overrides=[full]), tables, "opposition")
        assert found["key"].tolist() == ["overrides+register"]

    def test_two_cycles_cannot_be_mixed(self, tables):
        with pytest.raises(CompareError, match="one cycle"):
            drivers(A, Scenario(cycle="2027"), tables, "government")
        with pytest.raises(CompareError, match="not a camp"):
            drivers(A, B, tables, "others")

    @given(st.sampled_from(["2022", "2027"]).flatmap(lambda c: st.tuples(*[scenarios(c)] * 2)))
    @settings(max_examples=15)
    def test_any_two_add_up(self, two):
        one, other = two
        found = drivers(one, other, held(), "government")
        shares = [np.nan_to_num(run(s, held()).total_shares()[1]) for s in two]
        assert found["contribution"].sum() == pytest.approx(shares[1] - shares[0], abs=1e-12)
        assert len(found) <= GROUPS_LIMIT
