"""The bounds hold whatever individuals did, and are as tight as the totals allow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mulembe import regions
from mulembe.transfer.bounds import duncan_davis, vote_bounds

joint_tables = hnp.arrays(
    np.int64,
    st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4)),
    elements=st.integers(0, 5000),
)


@pytest.fixture(scope="module")
def west(tables):
    return vote_bounds(tables, "2017", "2022", regions.parse("west5", tables))


def test_two_by_two_by_hand():
    """100 voters, 70 and 30 before, 60 and 40 after."""
    low, high = duncan_davis(np.array([[70, 30]]), np.array([[60, 40]]))
    assert low.tolist() == [[[30, 10], [0, 0]]]
    assert high.tolist() == [[[60, 40], [30, 30]]]


def test_a_unit_of_one_mind_leaves_no_doubt():
    low, high = duncan_davis(np.array([[50, 0]]), np.array([[20, 30]]))
    assert low.tolist() == high.tolist() == [[[20, 30], [0, 0]]]


@given(joint_tables)
def test_the_truth_always_lies_inside(joint):
    low, high = duncan_davis(joint.sum(axis=2), joint.sum(axis=1))
    assert (low <= joint).all()
    assert (joint <= high).all()


@given(joint_tables)
def test_rows_and_columns_can_be_filled_within_the_bounds(joint):
    origins, destinations = joint.sum(axis=2), joint.sum(axis=1)
    low, high = duncan_davis(origins, destinations)
    assert (low >= 0).all()
    assert (low.sum(axis=2) <= origins).all()
    assert (origins <= high.sum(axis=2)).all()
    assert (low.sum(axis=1) <= destinations).all()
    assert (destinations <= high.sum(axis=1)).all()


@given(joint_tables)
def test_adding_units_up_never_widens_the_bounds(joint):
    """The sum of the units' bounds lies inside the bounds of the sum."""
    origins, destinations = joint.sum(axis=2), joint.sum(axis=1)
    low, high = duncan_davis(origins, destinations)
    whole = duncan_davis(
        origins.sum(axis=0, keepdims=True), destinations.sum(axis=0, keepdims=True)
    )
    assert (low.sum(axis=0) >= whole[0][0]).all()
    assert (high.sum(axis=0) <= whole[1][0]).all()


def test_unequal_totals_and_negative_counts_raise():
    with pytest.raises(ValueError, match="unit 1"):
        duncan_davis(np.array([[5, 5], [5, 5]]), np.array([[4, 6], [5, 6]]))
    with pytest.raises(ValueError, match="negative"):
        duncan_davis(np.array([[-1, 2]]), np.array([[1, 0]]))


def test_the_registers_of_the_region(west):
    before, after = west.origins.sum(), west.destinations.sum()
    assert before.to_dict() == {
        "odinga": 1_320_691,
        "kenyatta": 352_877,
        "others": 22_175,
        "absent": 571_269,
        "entered": 349_917,
    }
    assert before.sum() == after.sum() == 2_616_929
    assert west.missing == ()


def test_odinga_to_ruto(west):
    assert (west.lower.at["odinga", "ruto"], west.upper.at["odinga", "ruto"]) == (570, 574_041)
    assert west.cell("odinga", "ruto")["lower"].loc["218"] == 570


def test_the_table_repeats_every_cell(west):
    table = west.table().set_index(["origin", "destination"])
    assert len(table) == west.lower.size
    assert table.at[("kenyatta", "ruto"), "upper"] == 352_277
    assert table.at[("kenyatta", "ruto"), "origin_total"] == 352_877


def test_counties_add_up_to_the_region(tables, west):
    parts = [west.within(county.codes) for county in regions.counties(tables)]
    assert sum(len(part.origins) for part in parts) == 38
    assert (sum(part.lower for part in parts) == west.lower).all(axis=None)
    assert (sum(part.upper for part in parts) == west.upper).all(axis=None)


def test_an_area_without_units_raises(west):
    with pytest.raises(KeyError, match="results"):
        west.within(["001"])
