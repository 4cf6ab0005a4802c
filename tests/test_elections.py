"""Results against the tables counted by hand, and what moved between two elections."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulembe import regions
from mulembe.elections import MissingResultsError, Results, change, region_results

SABATIA, SHINYALU, NYANDO, TURKANA_WEST = "212", "209", "242", "124"


def made(election: str, votes: dict[str, list[int]], line_b: str = "b") -> Results:
    """Results of two or more units from votes alone; everybody registered came."""
    table = pd.DataFrame(votes)
    valid = table.sum(axis=1)
    papers = {"registered": valid, "cast": valid, "rejected": 0, "valid": valid}
    turnout = pd.DataFrame(papers).astype("Int64")
    turnout["source_id"] = turnout["register_source_id"] = "made"
    return Results(election, "constituency", table, turnout, "a", line_b)


@pytest.fixture(scope="module")
def west5(tables):
    return regions.parse("west5", tables)


class TestKnownValues:
    def test_sabatia_2022(self, tables, west5):
        results = region_results(tables, "2022", west5)
        assert results.votes.at[SABATIA, "odinga"] == 19_743
        assert results.votes.at[SABATIA, "ruto"] == 22_087
        assert results.valid[SABATIA] == 42_286
        assert results.winner()[SABATIA] == "ruto"
        assert results.margin()[SABATIA] == pytest.approx((19_743 - 22_087) / 42_286)
        assert results.turnout_rate()[SABATIA] == pytest.approx(42_629 / 70_875)
        assert results.shares().at[SABATIA, "ruto"] == pytest.approx(22_087 / 42_286)

    def test_sabatia_2017(self, tables, west5):
        results = region_results(tables, "2017", west5)
        assert results.votes.at[SABATIA, "odinga"] == 44_883
        assert results.votes.at[SABATIA, "kenyatta"] == 2_014
        assert results.valid[SABATIA] == 47_841
        assert (results.line_a, results.line_b) == ("odinga", "kenyatta")

    def test_vihiga_2013_went_to_mudavadi(self, tables, west5):
        results = region_results(tables, "2013", west5)
        assert results.unit == "county"
        assert results.votes.at["038", "mudavadi"] == 82_426
        assert results.winner().to_dict() == {
            "026": "odinga",
            "037": "odinga",
            "038": "mudavadi",
            "039": "odinga",
            "040": "odinga",
        }

    @pytest.mark.parametrize("election", ["2017", "2022"])
    @pytest.mark.parametrize("token", ["west5", "west4", "core30", "county:038"])
    def test_totals_are_those_of_the_file(self, tables, count, papers, election, token):
        region = regions.parse(token, tables)
        results = region_results(tables, election, region)
        votes = count(election, region.codes)
        assert results.totals().to_dict() == dict(votes)
        whole = sum(votes.values())
        assert results.valid.sum() == whole
        shares = {candidate: number / whole for candidate, number in votes.items()}
        assert results.total_shares().to_dict() == pytest.approx(shares)
        unit = [papers(election, code) for code in region.codes]
        rate = sum(row["cast"] for row in unit) / sum(row["registered"] for row in unit)
        assert results.total_turnout() == pytest.approx(rate)
        assert results.missing == ()

    def test_west4_gave_ruto_37_and_a_half_percent(self, tables):
        results = region_results(tables, "2022", regions.parse("west4", tables))
        assert (results.totals()["ruto"], results.valid.sum()) == (513_010, 1_369_864)
        assert 0.374 < results.total_shares()["ruto"] < 0.375

    def test_west5_in_2022(self, tables, west5):
        results = region_results(tables, "2022", west5)
        assert results.totals()[["odinga", "ruto"]].tolist() == [976_644, 629_786]

    def test_unity_weighs_the_units(self, tables, west5, count):
        results = region_results(tables, "2022", west5)
        leads = [count("2022", {code}) for code in west5.codes]
        gaps = [votes["odinga"] - votes["ruto"] for votes in leads]
        whole = sum(sum(votes.values()) for votes in leads)
        assert results.unity().lead == pytest.approx(sum(gaps) / whole)
        assert results.unity().intensity == pytest.approx(sum(map(abs, gaps)) / whole)


class TestLevels:
    @pytest.mark.parametrize("election", ["2017", "2022"])
    def test_a_county_is_the_sum_of_its_constituencies(
        self, tables, west5, rows, count, papers, election
    ):
        results = region_results(tables, election, west5, "county")
        assert results.unit == "county"
        assert list(results.votes.index) == ["026", "037", "038", "039", "040"]
        for county in results.votes.index:
            places = rows("constituencies")
            codes = {row["code"] for row in places if row["county_code"] == county}
            assert results.votes.loc[county].to_dict() == dict(count(election, codes))
            for column in ("registered", "cast", "rejected", "valid"):
                whole = sum(papers(election, code)[column] for code in codes)
                assert results.turnout.at[county, column] == whole

    def test_a_county_keeps_the_sources_of_all_its_constituencies(self, tables, rows):
        region = regions.parse("county:037", tables)
        cells = {
            row["source_id"]
            for row in rows("turnout")
            if row["election_id"] == "2022" and row["unit_code"] in region.codes
        }
        assert len(cells) == 2  # the tally, and the second reading of Shinyalu and Ikolomani
        by_county = region_results(tables, "2022", region, "county")
        assert by_county.sources() == sorted(cells | {"gazette-7290-2022"})
        assert by_county.sources() == region_results(tables, "2022", region).sources()
        assert by_county.turnout.at["037", "quality"] == "mixed"

    def test_one_quality_stays_itself(self, tables, west5):
        by_county = region_results(tables, "2017", west5, "county")
        assert set(by_county.turnout["quality"]) == {"form"}
        assert by_county.sources() == ["iebc-34c-2017"]

    def test_2013_is_by_county_only(self, tables, west5):
        assert region_results(tables, "2013", west5, "county").unit == "county"
        with pytest.raises(MissingResultsError, match="2013 are held by county only"):
            region_results(tables, "2013", west5, "constituency")

    @pytest.mark.parametrize(("election", "level"), [("2013", ""), ("2022", "county")])
    def test_a_region_that_cuts_a_county_has_no_county_results(self, tables, election, level):
        with pytest.raises(MissingResultsError, match="cuts through a county"):
            region_results(tables, election, regions.parse("core30", tables), level)

    def test_2007_is_never_summed(self, tables, west5):
        with pytest.raises(MissingResultsError, match="one candidate's share"):
            region_results(tables, "2007", west5)

    def test_an_unknown_election_is_named(self, tables, west5):
        with pytest.raises(MissingResultsError, match="'2032' is not an election"):
            region_results(tables, "2032", west5)

    def test_nyando_is_missing_in_2017_and_nothing_is_in_2022(self, tables):
        nation = region_results(tables, "2017")
        assert nation.missing == (NYANDO,)
        assert len(nation.votes) == 289
        assert NYANDO not in nation.votes.index
        later = region_results(tables, "2022")
        assert (later.missing, len(later.votes)) == ((), 290)

    def test_more_votes_than_voters_give_no_turnout(self, tables, papers):
        form = papers("2017", TURKANA_WEST)
        assert form["cast"] > form["registered"]
        assert pd.isna(region_results(tables, "2017").turnout_rate()[TURKANA_WEST])


class TestChange:
    def test_sabatia_by_hand(self, tables, west5):
        moved = change(region_results(tables, "2017", west5), region_results(tables, "2022", west5))
        a0, b0 = 44_883 / 47_841, 2_014 / 47_841
        a1, b1 = 19_743 / 42_286, 22_087 / 42_286
        assert moved.method == "Butler"
        assert moved.swing[SABATIA] == pytest.approx(50 * ((a1 - a0) - (b1 - b0)))
        assert moved.transfer[SABATIA] == pytest.approx((b1 - b0) / a0)
        assert moved.turnout_change[SABATIA] == pytest.approx(
            100 * (42_629 / 70_875 - 48_210 / 63_035)
        )
        assert moved.register_growth[SABATIA] == pytest.approx(70_875 / 63_035 - 1)

    def test_west4_by_hand(self, tables):
        region = regions.parse("west4", tables)
        moved = change(*(region_results(tables, year, region) for year in ("2017", "2022")))
        a0, b0 = 1_186_379 / 1_448_017, 242_388 / 1_448_017
        a1, b1 = 844_204 / 1_369_864, 513_010 / 1_369_864
        assert moved.total_swing == pytest.approx(50 * ((a1 - a0) - (b1 - b0)))
        assert moved.total_transfer == pytest.approx((b1 - b0) / a0)

    def test_the_total_is_a_ratio_of_sums(self):
        before = made("x", {"a": [900, 10], "b": [100, 90]})
        after = made("y", {"a": [800, 40], "b": [200, 60]})
        moved = change(before, after)
        assert list(moved.swing) == pytest.approx([-10, 30])
        assert moved.total_swing == pytest.approx(100 * (840 / 1100 - 910 / 1100))

    @pytest.mark.parametrize(
        ("before", "after", "method"),
        [(4, 4, "Butler"), (0, 6, "two-party (Steed)"), (6, 0, "two-party (Steed)")],
    )
    def test_minor_candidates_above_five_percent_call_for_steed(self, before, after, method):
        first = made("x", {"a": [60, 60], "b": [40 - before] * 2, "minor": [before] * 2})
        second = made("y", {"a": [50, 50], "b": [50 - after] * 2, "minor": [after] * 2})
        moved = change(first, second)
        assert moved.method == method
        forms = {
            "Butler": 50 * ((0.5 - 0.6) - ((50 - after) - (40 - before)) / 100),
            "two-party (Steed)": 100 * (50 / (100 - after) - 60 / (100 - before)),
        }
        assert moved.total_swing == pytest.approx(forms[method])
        assert list(moved.swing) == pytest.approx([forms[method]] * 2)

    def test_steed_is_what_is_then_computed(self):
        first = made("x", {"a": [60], "b": [20], "minor": [20]})
        second = made("y", {"a": [30], "b": [30], "minor": [40]})
        moved = change(first, second)
        assert moved.total_swing == pytest.approx(-25)
        assert list(moved.swing) == pytest.approx([-25])

    def test_from_2013_mudavadi_is_too_large_to_ignore(self, tables, west5):
        moved = change(
            region_results(tables, "2013", west5), region_results(tables, "2017", west5, "county")
        )
        assert moved.method == "two-party (Steed)"
        expected = 100 * (1_320_691 / (1_320_691 + 352_877) - 847_560 / (847_560 + 140_651))
        assert moved.total_swing == pytest.approx(expected)

    def test_levels_must_be_the_same(self, tables, west5):
        with pytest.raises(MissingResultsError, match="different levels"):
            change(region_results(tables, "2013", west5), region_results(tables, "2022", west5))

    def test_a_unit_held_once_is_left_out(self, tables):
        moved = change(region_results(tables, "2017"), region_results(tables, "2022"))
        assert NYANDO not in moved.swing.index
        assert len(moved.swing) == len(moved.after.votes) == 289
        assert moved.before.missing == (NYANDO,)

    def test_nothing_moves_between_an_election_and_itself(self, tables, west5):
        results = region_results(tables, "2022", west5)
        moved = change(results, results)
        assert moved.total_swing == moved.total_transfer == 0
        assert not moved.swing.any()


@given(
    st.lists(
        st.tuples(*[st.integers(0, 10**6)] * 4).filter(any),
        min_size=1,
        max_size=10,
    )
)
def test_shares_sum_to_one(cells):
    votes = dict(zip("abcd", map(list, zip(*cells, strict=True)), strict=True))
    results = made("x", votes)
    assert results.shares().sum(axis=1).tolist() == pytest.approx([1] * len(cells))
    assert results.total_shares().sum() == pytest.approx(1)


def test_turnout_is_none_when_no_unit_has_any():
    results = made("x", {"a": [1, 2], "b": [3, 4]})
    results.turnout["cast"] = pd.array([pd.NA, pd.NA], dtype="Int64")
    assert results.total_turnout() is None


def test_turnout_leaves_out_units_without_papers():
    results = made("x", {"a": [30, 2], "b": [30, 4]})
    results.turnout["registered"] = pd.array([80, 500], dtype="Int64")
    results.turnout["cast"] = pd.array([60, pd.NA], dtype="Int64")
    assert results.total_turnout() == 0.75
