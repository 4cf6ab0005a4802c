"""Equal tiles: position, fill, hatch, outline and escaped labels."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from components import theme, tiles

PLACES = pd.DataFrame(
    {"code": ["001", "002", "003"], "tile_col": [0, 1, None], "tile_row": [2, 3, None]}
)


def _figure() -> go.Figure:
    return tiles.tile_figure(
        PLACES,
        {"001": "#1B5FAA"},
        {"001": "Savula\nLugari", "002": "<b>x</b>"},
        {"001": "one\ntwo"},
        {"002"},
        "001",
        300,
    )


def test_a_place_without_a_tile_position_is_left_out() -> None:
    bar = _figure().data[0]
    assert list(bar.customdata) == ["001", "002"]
    assert list(bar.x) == [0, 1]
    assert [base + tiles.SIDE / 2 for base in bar.base] == [2, 3]


def test_hatch_outline_and_selection_go_to_the_right_tile() -> None:
    marker = _figure().data[0].marker
    assert list(marker.pattern.shape) == ["", "/"]
    assert list(marker.line.width) == [tiles.SELECTED, tiles.OUTLINE]
    assert list(marker.color) == ["#1B5FAA", theme.LIGHT.missing]


def test_labels_are_escaped_and_keep_their_line_breaks() -> None:
    bar = _figure().data[0]
    assert list(bar.text) == ["Savula<br>Lugari", "&lt;b&gt;x&lt;/b&gt;"]
    assert bar.hovertext[0] == "one<br>two"


def test_the_rows_run_downwards_and_the_axes_do_not_move() -> None:
    layout = _figure().layout
    assert list(layout.yaxis.range) == [3.5, 1.5]
    assert layout.xaxis.fixedrange
    assert layout.dragmode is False


def test_the_toolbar_covers_no_tile_and_all_labels_have_one_size() -> None:
    layout = _figure().layout
    assert layout.margin.t == tiles.TOOLBAR
    assert (layout.uniformtext.mode, layout.uniformtext.minsize) == ("show", tiles.TEXT_SMALLEST)


def test_the_hatch_has_one_background_as_plotly_reads_a_list_as_a_colour() -> None:
    pattern = _figure().data[0].marker.pattern
    assert pattern.bgcolor == theme.LIGHT.undeclared
    assert pattern.fillmode == "overlay"
