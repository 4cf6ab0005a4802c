"""Which flows are too uncertain to be drawn as known, and which are too small to be drawn."""

import numpy as np
import pandas as pd
import pytest

from mulembe.transfer.reading import (
    HATCHED,
    LARGEST,
    LEFT_OUT,
    SOLID,
    drawing,
    largest_only,
    narrowing,
    tiny,
    uncertain,
)


def flows(**columns):
    """Flows from lists; everything not given is 1,000 of 2,000 voters, known well."""
    rows = max(len(values) for values in columns.values())
    held = {
        "estimate": [1000.0],
        "low": [950.0],
        "high": [1050.0],
        "lower": [0],
        "upper": [2000],
        "origin_total": [2000],
        "destination_total": [2000],
        **columns,
    }
    return pd.DataFrame({name: v * rows if len(v) == 1 else v for name, v in held.items()})


@pytest.mark.parametrize(
    ("estimate", "low", "high", "expected"),
    [
        (1000.0, 950.0, 1050.0, False),  # narrow
        (500.0, 250.0, 750.0, False),  # exactly as wide as the estimate
        (500.0, 249.0, 750.0, True),  # wider than the estimate
        (1500.0, 1200.0, 1800.0, False),  # exactly 30% of the origin
        (1500.0, 1199.0, 1800.0, True),  # and now more, though narrower than the estimate
        (90.0, 10.0, 109.0, False),  # wider than the estimate, but only 4.95% of the origin
        (90.0, 10.0, 111.0, True),  # and now 5.05%
        (0.0, 0.0, 0.0, False),
    ],
)
def test_a_wide_interval_is_uncertain(estimate, low, high, expected):
    assert uncertain(flows(estimate=[estimate], low=[low], high=[high])).tolist() == [expected]


def test_without_draws_the_bounds_stand_in():
    held = flows(low=[np.nan], high=[np.nan], lower=[0, 900], upper=[2000, 1100])
    assert (held["upper"] - held["lower"] <= held["estimate"]).tolist() == [False, True]
    assert uncertain(held).tolist() == [True, False]


def test_in_shares_of_the_destination_its_own_size_counts():
    held = flows(estimate=[60.0], low=[20.0], high=[95.0], destination_total=[100])
    assert uncertain(held).tolist() == [False]
    assert uncertain(held, "origin").tolist() == [False]
    assert uncertain(held, "destination").tolist() == [True]


def test_thirty_points_are_of_the_destination_in_shares_of_it():
    held = flows(low=[900.0], high=[1110.0], destination_total=[1500, 600])
    assert uncertain(held).tolist() == [False, False]
    assert uncertain(held, "origin").tolist() == [False, False]
    assert uncertain(held, "destination").tolist() == [False, True]


def test_nobody_is_never_uncertain():
    held = flows(estimate=[0.0], low=[0.0], high=[0.0], origin_total=[0], upper=[0])
    assert uncertain(held).tolist() == [False]


def test_tiny_is_measured_against_what_is_drawn():
    held = flows(
        estimate=[9950.0, 49.0, 8.0],
        origin_total=[9950, 57, 57],
        destination_total=[9958, 49, 9958],
    )
    assert tiny(held).tolist() == [False, True, True]
    assert tiny(held, "origin").tolist() == [False, False, False]
    assert tiny(held, "destination").tolist() == [False, False, True]


def test_every_flow_is_solid_hatched_or_left_out():
    held = flows(
        estimate=[9000.0, 700.0, 40.0, 30.0, 0.0],
        low=[8900.0, 0.0, 0.0, 29.0, 0.0],
        high=[9100.0, 1500.0, 1200.0, 31.0, 0.0],
        origin_total=[10_000, 10_000, 10_000, 10_000, 0],
    )
    assert uncertain(held).tolist() == [False, True, True, False, False]
    told = drawing(held)
    assert told.tolist() == [SOLID, HATCHED, LEFT_OUT, LEFT_OUT]  # nobody chose the fifth's origin
    assert told.index.tolist() == [0, 1, 2, 3]
    assert not largest_only(held)


def test_a_wide_table_shows_its_largest_flows():
    estimates = [1000.0 + i for i in range(400)]
    held = flows(estimate=estimates, low=estimates, high=estimates)
    assert tiny(held).all()
    assert largest_only(held)
    told = drawing(held)
    assert (told == SOLID).sum() == LARGEST
    assert told[told == SOLID].index.tolist() == list(range(400 - LARGEST, 400))
    first = flows(estimate=[9000.0, *estimates], low=[8999.0], high=[9000.0])
    assert (drawing(first) != LEFT_OUT).sum() == LARGEST  # one flow above the threshold is no help
    assert not largest_only(flows(estimate=[0.0] * 3, low=[0.0], high=[0.0]))


def test_how_much_narrower_than_the_bounds():
    assert narrowing(flows(low=[900.0, 950.0], high=[1100.0, 1050.0])) == pytest.approx(300 / 4000)
    assert narrowing(flows(lower=[1000], upper=[1000])) == 0
