"""Every measure against values worked out by hand, and the properties its definition promises."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulembe import metrics

COUNT = st.integers(0, 200_000)
SHARE = st.floats(0.01, 0.99)


@st.composite
def units(draw: st.DrawFn) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Votes for A, for B, and valid votes (others included) of one to twelve units."""
    cells = draw(st.lists(st.tuples(COUNT, COUNT, COUNT), min_size=1, max_size=12))
    frame = pd.DataFrame(cells, columns=["a", "b", "others"])
    if frame.to_numpy().sum() == 0:
        frame.loc[0, "others"] = 1
    return frame["a"], frame["b"], frame.sum(axis=1)


@st.composite
def shares(draw: st.DrawFn, size: int) -> dict[str, float]:
    """Shares of ``size`` families that sum to one."""
    votes = draw(st.lists(st.integers(0, 1000), min_size=size, max_size=size))
    total = sum(votes)
    votes = votes if total else [1] * size
    return {str(i): vote / sum(votes) for i, vote in enumerate(votes)}


class TestBlocUnity:
    def test_opposite_units_cancel(self):
        a, b = pd.Series([60, 20]), pd.Series([40, 80])
        found = metrics.bloc_unity(a, b, a + b)
        assert found.lead == pytest.approx(-0.2)
        assert found.unity == pytest.approx(0.2)
        assert found.intensity == pytest.approx(0.4)
        assert found.alignment == pytest.approx(0.5)
        assert found.units == 2

    def test_units_weigh_by_their_valid_votes_not_alike(self):
        # 1,000 voters with a lead of 800, 100 voters with a lead of -80; the mean would be 0.
        found = metrics.bloc_unity(
            pd.Series([900, 10]), pd.Series([100, 90]), pd.Series([1000, 100])
        )
        assert found.lead == pytest.approx(720 / 1100)
        assert found.intensity == pytest.approx(880 / 1100)
        assert found.alignment == pytest.approx(720 / 880)

    def test_votes_for_others_dilute_it(self):
        found = metrics.bloc_unity(pd.Series([30]), pd.Series([10]), pd.Series([50]))
        assert found.unity == pytest.approx(0.4)
        assert found.alignment == pytest.approx(1)

    def test_level_votes_are_neither_united_nor_intense(self):
        found = metrics.bloc_unity(pd.Series([10, 5]), pd.Series([10, 5]), pd.Series([20, 10]))
        assert (found.unity, found.intensity, found.alignment) == (0, 0, 0)

    def test_without_valid_votes_there_is_no_answer(self):
        with pytest.raises(ValueError, match="valid votes"):
            metrics.bloc_unity(pd.Series([0]), pd.Series([0]), pd.Series([0]))

    @given(units())
    def test_unity_lies_between_nothing_and_intensity(self, votes):
        found = metrics.bloc_unity(*votes)
        assert 0 <= found.unity <= found.intensity + 1e-12
        assert found.intensity <= 1 + 1e-12
        assert found.unity == abs(found.lead)

    @given(units())
    def test_unity_is_intensity_times_alignment(self, votes):
        found = metrics.bloc_unity(*votes)
        assert found.unity == pytest.approx(found.intensity * found.alignment, abs=1e-12)
        assert 0 <= found.alignment <= 1 + 1e-12

    @given(units())
    def test_swapping_the_camps_only_turns_the_lead_round(self, votes):
        a, b, valid = votes
        one, other = metrics.bloc_unity(a, b, valid), metrics.bloc_unity(b, a, valid)
        assert one.lead == -other.lead
        assert (one.unity, one.intensity) == (other.unity, other.intensity)


class TestContributions:
    def test_points_of_the_whole(self):
        found = metrics.contributions(
            pd.Series([900, 10]), pd.Series([100, 90]), pd.Series([1000, 100])
        )
        assert list(found) == pytest.approx([100 * 800 / 1100, 100 * -80 / 1100])

    @given(units())
    def test_they_add_up_to_the_lead(self, votes):
        lead = metrics.bloc_unity(*votes).lead
        assert metrics.contributions(*votes).sum() == pytest.approx(100 * lead, abs=1e-9)


def test_margin_is_the_lead_over_valid_votes():
    found = metrics.margins(pd.Series([30, 10]), pd.Series([10, 40]), pd.Series([50, 60]))
    assert list(found) == pytest.approx([0.4, -0.5])


class TestSwing:
    def test_butler_is_half_the_change_of_the_gap(self):
        found = metrics.butler_swing(*(pd.Series([x]) for x in (0.6, 0.4, 0.5, 0.45)))
        assert list(found) == pytest.approx([-7.5])

    def test_steed_leaves_the_minor_candidates_out(self):
        # A goes from 3 in 4 to 1 in 2 of the two-camp vote, whatever the others had.
        found = metrics.steed_swing(*(pd.Series([x]) for x in (0.6, 0.2, 0.3, 0.3)))
        assert list(found) == pytest.approx([-25])

    def test_steed_takes_votes_as_well_as_shares(self):
        found = metrics.steed_swing(*(pd.Series([x]) for x in (600, 200, 150, 150)))
        assert list(found) == pytest.approx([-25])

    @pytest.mark.parametrize("swing", [metrics.butler_swing, metrics.steed_swing])
    @given(values=st.tuples(SHARE, SHARE, SHARE, SHARE))
    def test_what_one_camp_gains_the_other_loses(self, swing, values):
        a0, b0, a1, b1 = (pd.Series([value]) for value in values)
        assert swing(a0, b0, a1, b1)[0] == pytest.approx(-swing(b0, a0, b1, a1)[0], abs=1e-9)

    @pytest.mark.parametrize("swing", [metrics.butler_swing, metrics.steed_swing])
    @given(values=st.tuples(SHARE, SHARE, SHARE, SHARE))
    def test_the_way_back_is_the_way_there(self, swing, values):
        a0, b0, a1, b1 = (pd.Series([value]) for value in values)
        assert swing(a0, b0, a1, b1)[0] == pytest.approx(-swing(a1, b1, a0, b0)[0], abs=1e-9)

    @given(before=st.floats(0.01, 0.99), after=st.floats(0.01, 0.99))
    def test_both_forms_agree_when_only_two_stand(self, before, after):
        series = [pd.Series([x]) for x in (before, 1 - before, after, 1 - after)]
        butler, steed = metrics.butler_swing(*series)[0], metrics.steed_swing(*series)[0]
        assert butler == pytest.approx(steed, abs=1e-9)


class TestApparentTransfer:
    def test_the_rivals_gain_over_what_the_first_had(self):
        found = metrics.apparent_transfer(pd.Series([0.5]), pd.Series([0.2]), pd.Series([0.45]))
        assert list(found) == pytest.approx([0.5])

    def test_a_loss_is_negative(self):
        found = metrics.apparent_transfer(pd.Series([0.8]), pd.Series([0.2]), pd.Series([0.1]))
        assert list(found) == pytest.approx([-0.125])

    def test_without_a_first_share_there_is_none(self):
        found = metrics.apparent_transfer(
            pd.Series([0.0, 0.4]), pd.Series([0.9, 0.6]), pd.Series([1.0, 1.0])
        )
        assert found.isna().tolist() == [True, False]


class TestTurnout:
    def test_cast_over_registered(self):
        found = metrics.turnout(
            pd.Series([50, 100], dtype="Int64"), pd.Series([80, 100], dtype="Int64")
        )
        assert list(found) == pytest.approx([0.625, 1.0])

    @pytest.mark.parametrize(
        ("cast", "registered"), [(101, 100), (pd.NA, 100), (50, pd.NA), (0, 0)]
    )
    def test_a_fault_or_a_blank_gives_no_turnout(self, cast, registered):
        found = metrics.turnout(
            pd.Series([cast, 1], dtype="Int64"), pd.Series([registered, 4], dtype="Int64")
        )
        assert found.isna().tolist() == [True, False]
        assert found[1] == 0.25


class TestEffectiveNumber:
    def test_known_values(self):
        frame = pd.DataFrame([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.5, 0.25, 0.25]])
        assert list(metrics.effective_number(frame)) == pytest.approx([2, 1, 1 / 0.375])

    def test_the_total_is_taken_over_summed_votes(self):
        # Each unit alone is a walkover (1.0); together they are an even match.
        assert metrics.effective_total(pd.DataFrame({"a": [10, 0], "b": [0, 10]})) == 2

    @given(shares(5))
    def test_it_lies_between_one_and_the_number_of_candidates(self, parts):
        found = metrics.effective_number(pd.DataFrame([parts]))[0]
        assert 1 - 1e-9 <= found <= 5 + 1e-9

    @given(st.integers(1, 20))
    def test_equal_candidates_count_in_full(self, number):
        found = metrics.effective_number(pd.DataFrame([[1 / number] * number]))[0]
        assert found == pytest.approx(number)


class TestPedersenVolatility:
    def test_half_the_sum_of_all_changes(self):
        before, after = {"a": 0.6, "b": 0.3, "o": 0.1}, {"a": 0.5, "b": 0.45, "o": 0.05}
        assert metrics.pedersen_volatility(before, after) == pytest.approx(15)

    def test_families_must_be_the_same(self):
        with pytest.raises(ValueError, match="same families"):
            metrics.pedersen_volatility({"a": 1.0}, {"b": 1.0})

    @given(before=shares(4), after=shares(4))
    def test_it_is_symmetric_and_a_percentage(self, before, after):
        found = metrics.pedersen_volatility(before, after)
        assert found == pytest.approx(metrics.pedersen_volatility(after, before))
        assert 0 <= found <= 100 + 1e-9

    def test_a_full_exchange_is_a_hundred(self):
        before, after = {"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}
        assert metrics.pedersen_volatility(before, after) == 100


class TestAgreementIndex:
    @pytest.mark.parametrize(
        ("counts", "expected"),
        [
            ({"a": 6, "b": 4}, 0.2),  # Rice: |6 - 4| / 10
            ({"a": 3, "b": 3}, 0.0),
            ({"a": 0, "b": 5}, 1.0),
            ({"a": 3}, 1.0),
            ({"a": 2, "b": 1, "c": 1}, 0.25),  # (2 - 2/2) / 4
            ({"a": 7, "b": 2, "c": 1}, 0.55),  # (7 - 3/2) / 10
            ({"a": 5, "b": 0, "c": 0}, 1.0),
            ({"a": 2, "b": 2, "c": 2}, 0.0),
            ({"a": 6, "b": 4, "c": 0}, 0.4),  # a third camp without members still counts as one
        ],
    )
    def test_known_values(self, counts, expected):
        assert metrics.agreement_index(counts) == pytest.approx(expected)

    @pytest.mark.parametrize("counts", [{}, {"a": 0, "b": 0}, {"a": 0, "b": 0, "c": 0}])
    def test_without_members_there_is_none(self, counts):
        assert metrics.agreement_index(counts) is None

    @given(st.lists(st.integers(0, 60), min_size=2, max_size=3).filter(any))
    def test_it_lies_between_zero_and_one(self, counts):
        found = metrics.agreement_index({str(i): count for i, count in enumerate(counts)})
        assert -1e-12 <= found <= 1
