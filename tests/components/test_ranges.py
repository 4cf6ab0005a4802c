"""Ranges keep their ends in every unit, and their labels never touch."""

import itertools

import pytest

from components.ranges import percent, scaled, share, spread, told

ROW = {"lower": 10, "upper": 40, "origin_total": 50, "destination_total": 80}


@pytest.mark.parametrize(
    ("unit", "ends", "text"),
    [
        ("votes", (10, 40, 50), "10 to 40"),
        ("origin", (20, 80, 100), "20.0% to 80.0%"),
        ("destination", (12.5, 50, 100), "12.5% to 50.0%"),
    ],
)
def test_the_same_range_in_three_units(unit, ends, text):
    assert scaled(ROW, unit) == ends
    assert told(ROW, unit) == text


def test_labels_of_thin_segments_move_apart_and_stay_inside():
    places = spread([0.0, 0.01, 0.5, 0.99, 0.995], 0.08)
    gaps = [after - before for before, after in itertools.pairwise(places)]
    assert all(gap >= 0.08 - 1e-9 for gap in gaps)
    assert places[0] == pytest.approx(0.04)
    assert places[-1] == pytest.approx(0.96)
    assert places[2] == 0.5


def test_shares_name_their_total():
    assert share(1_320_691, 2_616_929) == "1,320,691 (50.5%)"
    assert percent(1, 0) == "\u2013"
