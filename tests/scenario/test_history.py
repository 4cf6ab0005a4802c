from hypothesis import given
from hypothesis import strategies as st

from mulembe.scenario.history import LIMIT, History
from mulembe.scenario.model import Scenario

START = Scenario(cycle="2022")


def test_undo_and_redo_walk_the_named_steps():
    history = History.of(START).push("Seed 1", START.but(seed=1)).push("Seed 2", START.but(seed=2))
    assert (history.undoes, history.redoes) == ("Seed 2", "")
    back = history.undo()
    assert (back.now.seed, back.undoes, back.redoes) == (1, "Seed 1", "Seed 2")
    assert back.redo().now.seed == 2
    assert back.undo().undo().now == START
    assert back.undo().undoes == ""


def test_a_new_change_drops_what_was_undone():
    history = History.of(START).push("Seed 1", START.but(seed=1)).undo()
    history = history.push("Seed 3", START.but(seed=3))
    assert history.redoes == ""
    assert history.undo().now == START


def test_no_change_is_no_step():
    assert History.of(START).push("Same", START.but(seed=START.seed)).undoes == ""


@given(st.lists(st.integers(0, 5), max_size=120))
def test_never_more_than_the_limit_and_undo_reaches_the_oldest_kept(seeds):
    history = History.of(START)
    for seed in seeds:
        history = history.push(f"Seed {seed}", START.but(seed=seed))
    assert len(history.steps) <= LIMIT + 1
    back = history
    for _ in range(LIMIT + 1):
        back = back.undo()
    assert back.position == 0
    for _ in range(LIMIT + 1):
        back = back.redo()
    assert back == history
