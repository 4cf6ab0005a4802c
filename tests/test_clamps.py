"""What may be asked for has its bounds where it is worked out, not only where it is typed."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from streamlit.testing.v1 import AppTest

from mulembe import regions
from mulembe.scenario import compare, history, link, presets, solve
from mulembe.scenario.levers import LeverError
from mulembe.scenario.model import Inheritance, Move, Override, Scenario, Turnout, Uncertainty
from mulembe.scenario.outcome import run
from mulembe.scenario.reading import ScenarioError, read
from mulembe.scenario.simulate import DRAWS_LIMIT, simulate
from mulembe.transfer import TransferError
from mulembe.transfer.estimate import MOST_CELLS, MOST_DRAWS, estimate
from mulembe.transfer.own import Pair, read_pair
from mulembe.transfer.sizes import MOST_SECONDS, estimated, seconds, too_much

SMALL = Uncertainty(**dict.fromkeys(list(Uncertainty.model_fields), 0.1))


@pytest.fixture(scope="module")
def scenario(tables):
    return presets.default(tables, "2027").scenario


@pytest.mark.parametrize("n", [-1, 0, DRAWS_LIMIT + 1, 10**12])
def test_draws_of_a_scenario(n, scenario, tables):
    with pytest.raises(ValueError, match="can be made"):
        simulate(run(scenario, tables), SMALL, n)


def test_draws_of_an_estimate():
    table = np.array([[3, 4], [5, 6]])
    with pytest.raises(TransferError, match=f"more than the {MOST_DRAWS:,}"):
        estimate(table, table, draws=MOST_DRAWS + 1)
    assert estimate(table, table, draws=50).draws == 50


def test_flows_of_an_estimate():
    many = np.ones((MOST_CELLS // 100 + 1, 10), dtype=int)
    with pytest.raises(TransferError, match=f"{MOST_CELLS:,} that can be estimated"):
        estimate(many, many, draws=0)


def test_uploads_that_would_take_too_long_are_refused_where_they_are_worked_out():
    counts = pd.DataFrame(np.ones((500, 30), dtype=int))
    assert seconds(500, 900, 0) > MOST_SECONDS
    with pytest.raises(TransferError, match=r"about \d+ seconds"):
        estimated(Pair(counts, counts, None))
    assert too_much(Pair(counts[:5], counts[:5], None)) == ""


def test_rows_columns_and_characters_of_an_upload():
    for lines, told in (
        (["u,a", *[f"x{i},1" for i in range(5001)]], "5,000 rows"),
        ([",".join(["u", *(f"a{i}" for i in range(40))]), ",".join(["x", *["1"] * 40])], "columns"),
        (["u,a", "x" * 301 + ",1"], "300 characters"),
    ):
        data = "\n".join(lines).encode()
        pair, problems = read_pair(data, "a.csv", data, "b.csv")
        assert pair is None
        assert told in problems[0]


@pytest.mark.parametrize("steps", [-5, 0, 1, solve.STEPS_LIMIT + 1, 10**9])
def test_stops_of_a_sweep(steps, scenario, tables):
    with pytest.raises(LeverError, match="A sweep makes 2 to"):
        solve.sweep(scenario, tables, "inheritance.odinga.government", 0.0, 1.0, steps)


def test_scenarios_that_are_compared(scenario, tables):
    outcome = run(scenario, tables)
    for count in (0, 1, compare.MOST + 1):
        with pytest.raises(compare.CompareError, match="Compare 2 to 4 scenarios"):
            compare.totals([outcome] * count)


MOVE = Move(leader="x", camp="government", home="218", delivery=0.5)
PARTS = {
    "moves": [MOVE] * 7,
    "overrides": [Override(code="218", votes=(1, 1, 1, 1))] * 39,
    "inheritance": [Inheritance(origin="ruto", shares=(1, 0, 0, 0))] * 41,
    "turnout": [Turnout(origin="ruto", rate=0.5)] * 41,
    "name": "x" * 61,
    "preset": "x" * 61,
    "region": "x" * 701,
    "growth": 3.1,
    "seed": 2**31,
}


@pytest.mark.parametrize("field", PARTS)
def test_sizes_of_a_scenario(field, scenario):
    with pytest.raises(ValidationError):
        scenario.but(**{field: PARTS[field]})


def test_lengths_in_the_parts_of_a_scenario():
    for make, fields in (
        (Move, {"leader": "x" * 61, "camp": "third", "home": "218", "delivery": 0.5}),
        (Move, {"leader": "x", "camp": "third", "home": "218", "delivery": 1.5}),
        (Move, {"leader": "x", "camp": "third", "home": "218", "delivery": 1, "reach": 501}),
        (Override, {"code": "218", "votes": (10**8, 0, 0, 0)}),
        (Override, {"code": "218", "votes": (1, 0, 0, 0), "reason": "x" * 61}),
    ):
        with pytest.raises(ValidationError):
            make(**fields)


def test_a_file_with_too_much_of_anything_is_cut_and_says_so(tables):
    many = [MOVE.model_dump(mode="json")] * 5_000
    found, problems = read({"cycle": "2027", "moves": many, "name": "x" * 100_000}, tables)
    assert len(found.moves) <= 6
    assert len(found.name) <= 60
    assert problems
    assert len(problems) < 50


def test_a_link(tables):
    with pytest.raises(ScenarioError, match="longer than"):
        link.decode("A" * (link.TEXT_LIMIT + 1), tables)


def test_steps_of_a_history():
    held = history.History.of(Scenario(cycle="2022"))
    for seed in range(500):
        held = held.push("x" * 10, Scenario(cycle="2022", seed=seed))
    assert len(held.steps) == history.LIMIT + 1


def test_a_region(tables):
    named = regions.parse("west5-216~" + "x" * 600, tables)
    assert len(named.name) == regions.NAME_LIMIT
    with pytest.raises(regions.RegionError):
        regions.parse("west5" + "+216" * 10_000 + "?", tables)


def searching():
    import streamlit as st

    from components import state
    from components.data import tables

    state.load(tables(), "evidence")
    st.text_input("Find", **state.bind("find", "test"))
    st.text(state.get("find"))


def test_what_a_client_sends_without_our_field_is_cut_too(monkeypatch):
    monkeypatch.setenv("MULEMBE_WORKERS", "0")
    app = AppTest.from_function(searching, default_timeout=30).run()
    app.text_input[0].set_value("kakamega  " * 10_000).run()
    assert app.text[0].value == " ".join(["kakamega"] * 5)[:40]


def test_what_is_pasted_has_its_length():
    from components.compare import choice

    with pytest.raises(ScenarioError, match="too long"):
        choice.pasted("A" * (choice.PASTE_LIMIT + 1))
