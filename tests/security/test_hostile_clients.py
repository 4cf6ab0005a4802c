"""A client that is no browser: widget values that no page offers. Refused or clamped, no fault."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.protobuf.message import Message
from hostile import SENDABLE
from opening import opened
from sinks import drawn
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from components.state import SEARCH_LIMIT
from mulembe.scenario.model import NAME_LIMIT

VIEWS: list[tuple[str, dict[str, str]]] = [
    ("map", {"c": "203", "layer": "scenario_result"}),
    ("flows", {"flow": "own"}),
    ("leaders", {"c": "203"}),
    ("scenario", {"ask": "solve", "c": "203", "result": "places"}),
    ("scenario", {"ask": "sweep", "depth": "analyst", "result": "flow"}),
    ("compare", {"depth": "analyst"}),
    ("evidence", {"evidence": "ledger"}),
]
ROUNDS, AT_ONCE = 3, 6
FAULT = "a fault of ours"
NUMBERS = [float("nan"), float("inf"), -float("inf"), -1.0, 1e308, 2.0**63, 0.5, 5e-324, 101.0]
TEXTS = [*SENDABLE, "", "x" * 100_000, "[" * 5_000, "\u0301" * 5_000]


def widgets(app: AppTest) -> Iterator[tuple[str, Message]]:
    """Every control of a page with its kind."""

    def under(node: Any) -> Iterator[tuple[str, Message]]:
        proto = getattr(node, "proto", None)
        if isinstance(proto, Message) and str(getattr(proto, "id", "")).startswith("$$ID"):
            # A slider over a list speaks of its values by name.
            listed = proto.DESCRIPTOR.name == "Slider" and len(getattr(proto, "options", ()))
            yield "SelectSlider" if listed else proto.DESCRIPTOR.name, proto
        for child in getattr(node, "children", {}).values():
            yield from under(child)

    for root in app._tree.children.values():
        yield from under(root)


def own_kind(kind: str, state: WidgetState, dice: random.Random) -> None:
    """A value of the right type that the browser would never send."""
    text = dice.choice(TEXTS)
    if kind == "Slider":
        state.double_array_value.data.extend(dice.choices(NUMBERS, k=dice.choice((1, 1, 2, 300))))
    elif kind == "NumberInput":
        state.double_value = dice.choice(NUMBERS)
    elif kind in ("ButtonGroup", "MultiSelect", "SelectSlider"):
        state.string_array_value.data.extend(dice.choices(TEXTS, k=dice.choice((0, 1, 2, 300))))
    elif kind in ("Button", "DownloadButton"):
        state.trigger_value = True
    elif kind in (
        "Checkbox",
        "Block",
        "Expandable",
        "Popover",
    ):  # a block is a fold that tells when it is opened
        state.bool_value = dice.random() < 0.5
    elif kind == "DateInput":
        state.string_array_value.data.extend([dice.choice(("9999/99/99", "0001/01/01", text))])
    elif kind == "FileUploader":
        file = state.file_uploader_state_value.uploaded_file_info.add()
        file.file_id, file.name, file.size = text[:40], text, dice.choice((0, 2**62))
    elif kind in ("PlotlyChart", "Dataframe", "ArrowDataFrame"):
        odd: list[str] = [
            "{}", '{"selection": {"rows": [-1, 1000000]}}', '{"selection": {"rows": [0, 0, 1]}}',
            '{"selection": {"rows": [], "columns": ["x"], "cells": []}}',
            '{"selection": {"points": [{"customdata": ["<b>"]}]}}',
            '{"selection": {"points": [{"customdata": null}], "point_indices": [99999]}}',
            '{"selection": {"points": [{"location": "<b>", "id": -1}], "box": [], "lasso": []}}',
            '{"selection": {"points": [{}]}}', '{"selection": {"points": [{"label": 7}] }}',
        ]  # fmt: skip
        state.string_value = dice.choice(odd)
    else:
        state.string_value = text


def any_kind(_: str, state: WidgetState, dice: random.Random) -> None:
    """A value of any type at all."""
    text = dice.choice(SENDABLE)
    given: list[Callable[[], Any]] = [
        lambda: setattr(state, "string_value", text),
        lambda: setattr(state, "double_value", dice.choice(NUMBERS)),
        lambda: setattr(state, "int_value", dice.choice((-1, 2**62, -(2**62)))),
        lambda: setattr(state, "bool_value", True),
        lambda: setattr(state, "json_value", dice.choice(("{", "{}", "[[[", '"x"', "NaN"))),
        lambda: setattr(state, "bytes_value", b"\xff\0"),
        lambda: setattr(state, "string_trigger_value", state.string_trigger_value.__class__()),
        lambda: state.string_array_value.data.extend([text, text]),
        lambda: state.double_array_value.data.extend([0.0, 1e308]),
        lambda: state.int_array_value.data.extend([-1, 10**9]),
    ]
    choice = dice.randrange(len(given))
    if choice == 6:
        state.string_trigger_value.data = text
    else:
        given[choice]()


def sent(app: AppTest, how: Callable[..., None], dice: random.Random) -> str:
    """Send some values; what was sent."""
    found = list(widgets(app))
    states = WidgetStates()
    chosen = dice.sample(found, min(AT_ONCE, len(found)))
    for kind, proto in chosen:
        state = WidgetState(id=proto.id)
        how(kind, state, dice)
        states.widgets.append(state)
    app._run(states)
    return (
        str([(kind, getattr(proto, "label", "")) for kind, proto in chosen]) + str(states)[:3_000]
    )


def faults(app: AppTest) -> list[str]:
    return [e.value for e in app.error if FAULT in e.value]


@pytest.mark.parametrize("number", range(len(VIEWS)), ids=["-".join([p, *v]) for p, v in VIEWS])
def test_values_that_no_page_offers_are_refused(number: int) -> None:
    page, view = VIEWS[number]
    dice = random.Random(number)  # noqa: S311 - the same values every time
    app = opened(page, **view)
    for _ in range(ROUNDS):
        told = sent(app, own_kind, dice)
        assert not app.exception, (told, [e.message for e in app.exception])
        assert not faults(app), told
    app._run(WidgetStates())
    assert not app.exception
    assert not faults(app)  # the session lives on
    assert len(drawn(app)) > 20


@pytest.mark.parametrize("number", (0, 3, 6))
def test_values_of_no_type_tell_nothing_of_the_server(number: int) -> None:
    """What cannot be a value of the control may end this session's page; it tells nothing."""
    page, view = VIEWS[number]
    dice = random.Random(90 + number)  # noqa: S311
    for _ in range(ROUNDS):
        app = opened(page, **view)
        sent(app, any_kind, dice)
        for told in app.exception:
            assert "redacted" in told.message
            assert not told.stack_trace
        assert not [sink for sink in drawn(app) if "Traceback" in sink.text or ".py" in sink.text]


def test_a_text_longer_than_its_field_is_cut() -> None:
    app = opened("leaders")
    state = WidgetState(
        id=app.text_input(key="widget_q_leaders").proto.id, string_value="x" * 10**6
    )
    app._run(WidgetStates(widgets=[state]))
    assert app.text_input(key="widget_q_leaders").value == "x" * SEARCH_LIMIT
    app = opened("scenario")
    state = WidgetState(id=app.text_input(key="scenario_name").proto.id, string_value="y" * 10**6)
    app._run(WidgetStates(widgets=[state]))
    assert app.text_input(key="scenario_name").value == "y" * NAME_LIMIT


def test_numbers_beyond_a_lever_do_not_reach_the_scenario() -> None:
    app = opened("scenario", s="three-ways", depth="analyst")
    seed = app.number_input(key="seed").proto.id
    for value in (-1.0, 1e18, 2.5e9):
        app._run(WidgetStates(widgets=[WidgetState(id=seed, double_value=value)]))
        assert not app.exception
        assert 0 <= app.number_input(key="seed").value <= 2**31 - 1
