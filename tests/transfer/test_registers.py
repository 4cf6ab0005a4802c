"""Who was on the register, who came and who went: whole voters, and sums that always agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulembe import regions
from mulembe.elections import MissingResultsError, region_results
from mulembe.transfer.bounds import vote_bounds
from mulembe.transfer.registers import (
    ABSENT,
    ENTERED,
    EXITS,
    GONE,
    counties_of,
    registers,
    sensitivity,
    transfer,
    whole_country,
    with_shares,
)
from mulembe.transfer.rolls import EXIT_SOURCES, MOST_EXITS, paired


@pytest.fixture(scope="module")
def nation(tables):
    return registers(tables, "2017", "2022", whole_country(tables).codes)


def test_one_constituency_by_hand(tables, rows):
    """Kwanza: 65,643 and 75,839 voters; 46,476 and 45,465 valid votes."""
    found = registers(tables, "2017", "2022", ["136"])
    assert found.origins.loc["136"].to_dict() == {
        "odinga": 29_066,
        "kenyatta": 16_762,
        "others": 46_476 - 29_066 - 16_762,
        ABSENT: 65_643 - 46_476,
        ENTERED: 75_839 - 65_643,
    }
    assert found.destinations.loc["136"].to_dict() == {
        "odinga": 29_040,
        "ruto": 16_162,
        "others": 45_465 - 29_040 - 16_162,
        ABSENT: 75_839 - 45_465,
    }
    assert (found.missing, found.adjusted) == ((), ())


def test_one_constituency_by_hand_with_exits(tables):
    """2% of 65,643 is 1,312.86: 1,313 went, and as many more than the growth came."""
    found = registers(tables, "2017", "2022", ["136"], 0.02)
    assert found.destinations.at["136", GONE] == 1_313
    assert found.origins.at["136", ENTERED] == 10_196 + 1_313
    assert found.origins.at["136", ABSENT] == 19_167


def test_the_nation_is_all_but_nyando(tables, nation):
    assert len(nation.origins) == 289
    assert nation.missing == ("242",)
    assert whole_country(tables).codes[0] == "001"
    assert len(whole_country(tables)) == 290


def test_a_shrunken_register_has_gone_and_none_entered(nation, rows):
    """Garissa Township and Mandera North, where the register fell."""
    turnout = {
        (row["election_id"], row["unit_code"]): int(row["registered"]) for row in rows("turnout")
    }
    for code in ("027", "041"):
        loss = turnout["2017", code] - turnout["2022", code]
        assert loss > 0
        assert nation.destinations.at[code, GONE] == loss
        assert nation.origins.at[code, ENTERED] == 0


def test_more_votes_than_voters_leaves_nobody_absent(nation, count):
    """The 2017 form of Turkana West: its register is taken as its valid votes, and marked."""
    assert nation.adjusted == ("124",)
    assert nation.origins.at["124", ABSENT] == 0
    valid = sum(count("2017", {"124"}).values())
    assert nation.origins.loc["124", ["odinga", "kenyatta", "others"]].sum() == valid


def test_nowhere_else_is_anybody_gone(nation):
    gone = nation.destinations[GONE]
    assert sorted(gone.index[gone > 0]) == ["027", "041", "124"]


def test_the_region_has_no_column_for_the_gone(tables):
    region = regions.parse("west5", tables)
    assert GONE not in registers(tables, "2017", "2022", region.codes).destinations


@pytest.fixture(scope="module")
def both(tables):
    return tuple(region_results(tables, election) for election in ("2017", "2022"))


@given(exits=st.floats(0, MOST_EXITS))
def test_sums_agree_whatever_left(both, exits):
    first, second = both
    found = paired(first, second, second.votes.index, exits)
    assert (found.origins.sum(axis=1) == found.destinations.sum(axis=1)).all()
    assert (found.origins >= 0).all(axis=None)
    assert (found.destinations >= 0).all(axis=None)
    kinds = {str(kind) for frame in (found.origins, found.destinations) for kind in frame.dtypes}
    assert kinds == {"int64"}
    before = found.origins.drop(columns=ENTERED).sum(axis=1)
    after = found.destinations.drop(columns=GONE).sum(axis=1)
    gone = found.destinations[GONE]
    net_loss = (before - after).clip(lower=0)
    assert (gone == (exits * before).round().clip(lower=net_loss)).all()
    assert (found.origins[ENTERED] <= after).all()


@pytest.mark.parametrize("exits", [-0.01, 0.51, float("nan")])
def test_an_impossible_share_raises(tables, exits):
    with pytest.raises(ValueError, match="between 0 and 50%"):
        registers(tables, "2017", "2022", ["136"], exits)


def test_sources_name_results_registers_and_what_bears_on_exits(tables):
    found = registers(tables, "2017", "2022", ["136"])
    assert found.sources == ("gazette-7290-2022", "iebc-34c-2017", "tally-34b-2022")
    assumed = registers(tables, "2017", "2022", ["136", "209"], 0.02)
    assert set(assumed.sources) == {*found.sources, "read-34b-2022", *EXIT_SOURCES}
    assert set(EXIT_SOURCES) <= set(tables["sources"]["source_id"])


def test_the_assumed_range_covers_what_the_audits_found(tables):
    """Of the 2017 register: 246,465 dead met in 2022, 1.18 million records, 1,037,260 in 2017."""
    notes = tables["sources"].set_index("source_id")
    assert "246,465 dead" in notes.at["audit-2022", "note"]
    assert "1,037,260 dead" in notes.at["audit-2017", "note"]
    declared = tables["declared"]
    chosen = (declared["election_id"] == "2017") & (declared["item"] == "registered")
    register = int(declared[chosen & (declared["scope"] == "national")]["value"].iloc[0])
    shares = [246_465 / register, 1_037_260 / register, 1_180_000 / register]
    assert shares == pytest.approx([0.0126, 0.0529, 0.0602], abs=1e-4)
    assert EXITS[0] < shares[0] < EXITS[1] < shares[1] < EXITS[3] < shares[2] + 0.001


def test_elections_without_constituencies_raise(tables):
    with pytest.raises(MissingResultsError, match="county only"):
        registers(tables, "2013", "2022", ["136"])
    with pytest.raises(MissingResultsError, match="No unit"):
        registers(tables, "2017", "2022", ["242"])


def test_the_order_asked_for_is_kept_and_doubles_count_once(tables):
    assert list(registers(tables, "2017", "2022", ["140", "136", "140"]).origins.index) == [
        "140",
        "136",
    ]


def test_bounds_take_exits_too(tables):
    region = regions.parse("county:026", tables)
    bounds = vote_bounds(tables, "2017", "2022", region, 0.02)
    rolls = registers(tables, "2017", "2022", region.codes, 0.02)
    assert (bounds.destinations[GONE] == rolls.destinations[GONE]).all()
    assert bounds.origins.equals(rolls.origins)


class TestTransfer:
    def test_it_keeps_both_totals_and_groups_by_county(self, tables):
        region = regions.parse("west5", tables)
        found = transfer(tables, "2017", "2022", region, draws=0)
        rolls = registers(tables, "2017", "2022", region.codes)
        assert set(found.groups) == {"026", "037", "038", "039", "040"}
        assert list(found.groups) == counties_of(tables, rolls)
        assert found.joint.sum(axis=2) == pytest.approx(rolls.origins.to_numpy(), abs=1e-3)
        assert found.joint.sum(axis=1) == pytest.approx(rolls.destinations.to_numpy(), abs=1e-3)

    def test_without_a_region_it_is_the_nation(self, tables, nation):
        found = transfer(tables, "2017", "2022", None, draws=0)
        assert found.units == tuple(nation.origins.index)
        assert len(set(found.groups)) == 47
        table = found.table().set_index(["origin", "destination"])
        total = table.at[("odinga", "ruto"), "origin_total"]
        assert total == nation.origins["odinga"].sum() == 6_760_882

    def test_shares_are_of_the_origin(self, tables):
        found = transfer(tables, "2017", "2022", regions.parse("county:038", tables), draws=50)
        flows = with_shares(found.table())
        assert flows.groupby("origin")["share"].sum().to_numpy() == pytest.approx(1, abs=1e-6)
        assert (flows["share_low"] <= flows["share"]).all()
        assert (flows["share"] <= flows["share_high"]).all()

    def test_an_origin_without_voters_has_no_share(self, tables):
        found = transfer(tables, "2022", "2022", regions.parse("county:038", tables), draws=0)
        flows = with_shares(found.table()).set_index("origin")
        assert flows.loc["entered", "share"].isna().all()


class TestSensitivity:
    def test_a_block_per_rate_for_the_two_lines(self, tables):
        region = regions.parse("county:026", tables)
        found = sensitivity(tables, "2017", "2022", region, draws=0)
        assert sorted(set(found["exits"])) == list(EXITS)
        assert set(found["origin"]) == {"odinga", "kenyatta"}
        first = found[found["exits"] == 0]
        assert set(first["destination"]) == {"odinga", "ruto", "others", ABSENT}
        rest = found[found["exits"] > 0]
        assert set(rest["destination"]) == {"odinga", "ruto", "others", ABSENT, GONE}
        sums = found.groupby(["exits", "origin"])["share"].sum()
        assert sums.to_numpy() == pytest.approx(1, abs=1e-6)

    def test_the_rate_of_zero_is_the_answer_shown(self, tables):
        region = regions.parse("county:026", tables)
        found = sensitivity(tables, "2017", "2022", region, (0.0,), draws=0)
        flows = transfer(tables, "2017", "2022", region, draws=0).table()
        flows = flows[flows["origin"].isin(["odinga", "kenyatta"])]
        assert found["estimate"].tolist() == flows["estimate"].tolist()
