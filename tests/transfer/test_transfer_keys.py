"""The key of an estimate's inputs changes with everything in them, and with nothing else."""

import numpy as np
import pandas as pd
import pytest

from mulembe.transfer.keys import content_key


def counts(units=20_000, options=3):
    """A frame large enough that a sampled hash would miss most single cells."""
    random = np.random.default_rng(7)
    return pd.DataFrame(
        random.integers(0, 900, (units, options)),
        index=[f"u{i}" for i in range(units)],
        columns=[f"o{i}" for i in range(options)],
    )


def test_fifty_edits_of_one_cell_are_fifty_keys():
    frame = counts()
    random = np.random.default_rng(1)
    cells = random.choice(frame.size, 50, replace=False)
    keys = {content_key(frame, frame)}
    for cell in cells:
        edited = frame.copy()
        edited.iat[cell // frame.shape[1], cell % frame.shape[1]] += 1
        keys.add(content_key(edited, frame))
        keys.add(content_key(frame, edited))
    assert len(keys) == 101


def test_equal_content_has_an_equal_key():
    frame = counts(50)
    assert content_key(frame, frame, ["a"] * 50, 1, 2) == content_key(
        frame.copy(), frame.copy(), ["a"] * 50, 1, 2
    )
    # The layout in memory is no content.
    blocks = pd.DataFrame({name: frame[name].to_numpy().copy() for name in frame}, frame.index)
    assert content_key(blocks, frame) == content_key(frame, frame)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.rename(index={"u3": "u3 "}),
        lambda f: f.rename(columns={"o1": "o9"}),
        lambda f: f.astype("int32"),
        lambda f: f.astype(float),
        lambda f: f.iloc[::-1],
        lambda f: f[["o1", "o0", "o2"]],
        lambda f: f.iloc[:-1],
        lambda f: f.astype(object),
    ],
    ids=["unit", "option", "type", "float", "order", "columns", "shorter", "object"],
)
def test_labels_types_and_order_count(change):
    frame = counts(50)
    assert content_key(change(frame), frame) != content_key(frame, frame)


def test_the_two_frames_are_not_interchangeable_and_settings_count():
    one, other = counts(50), counts(50) + 1
    keys = {
        content_key(one, other),
        content_key(other, one),
        content_key(one, other, seed=1),
        content_key(one, other, draws=1),
        content_key(one, other, ["a"] * 50),
        content_key(one, other, ["a"] * 49 + ["b"]),
        content_key(one, other, ["a", "b"] * 25),
    }
    assert len(keys) == 7


def test_number_and_text_labels_differ():
    one, text = pd.DataFrame({"a": [1]}, index=[1]), pd.DataFrame({"a": [1]}, index=["1"])
    assert content_key(one, one) != content_key(text, one)
