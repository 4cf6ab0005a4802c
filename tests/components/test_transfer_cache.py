"""Estimates are found again by their content: never another table's, never computed twice."""

import numpy as np
import pandas as pd
import pytest

from components import heavy
from components.transfer import estimate as module
from components.transfer.estimate import Inputs
from mulembe.transfer import TransferError, parts


def tables(units=40):
    """Origins and destinations of some units, 600 voters each."""
    random = np.random.default_rng(3)
    names = [f"u{i}" for i in range(units)]
    before = pd.DataFrame(random.multinomial(600, [0.5, 0.3, 0.2], units), names, list("abc"))
    after = pd.DataFrame(random.multinomial(600, [0.6, 0.4], units), names, list("xy"))
    return before, after


@pytest.fixture
def counted(monkeypatch):
    """How often the estimator itself ran."""
    calls = []

    def count(*inputs, **settings):
        calls.append(1)
        return original(*inputs, **settings)

    original = parts.estimate
    monkeypatch.setattr(parts, "estimate", count)
    heavy.pool.clear()
    module._flows.clear()
    yield calls
    heavy.pool.clear()
    module._flows.clear()


def test_equal_content_is_estimated_once(counted):
    one, other = tables(), tables()
    first = Inputs(*one, draws=50).estimate()
    assert Inputs(*other, draws=50).estimate() is first
    flows = Inputs(*other, draws=50).flows()
    pd.testing.assert_frame_equal(flows, first.table())
    assert len(counted) == 1
    Inputs(*one, draws=51).estimate()
    assert len(counted) == 2


def test_one_vote_elsewhere_is_another_estimate(counted):
    before, after = tables()
    first = Inputs(before, after, draws=0).flows()
    edited = before.copy()
    edited.loc["u17", ["a", "b"]] += [1, -1]
    second = Inputs(edited, after, draws=0).flows()
    assert len(counted) == 2
    sums = [flows.groupby("origin")["estimate"].sum() for flows in (first, second)]
    assert (sums[1] - sums[0]).round(6).to_dict() == {"a": 1, "b": -1, "c": 0}


def test_parts_of_an_estimate_are_told_apart(counted):
    inputs = Inputs(*tables(), draws=50)
    parts = [inputs.flows(units) for units in (["u1"], ["u2"], ["u1", "u2"], None)]
    assert len(counted) == 1
    totals = [part["estimate"].sum() for part in parts]
    assert totals == pytest.approx([600, 600, 1200, 24_000])
    assert not parts[0]["estimate"].equals(parts[1]["estimate"])
    parts[0]["estimate"] = 0.0  # a reader's copy is its own
    assert inputs.flows(["u1"])["estimate"].sum() == pytest.approx(600)


def test_what_cannot_be_used_is_said_every_time(counted):
    before, after = tables()
    after.loc["u3", "x"] += 1
    for _ in range(2):
        with pytest.raises(TransferError, match="u3"):
            Inputs(before, after, draws=0).estimate()
    assert len(counted) == 2
