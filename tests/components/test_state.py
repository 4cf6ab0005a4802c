"""The view in the address: what cannot be read gives one sentence and the default."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opening import opened
from streamlit.testing.v1 import AppTest

from components import state
from components.text import hover, plain
from mulembe.alignment import DateError
from mulembe.regions import RegionError
from mulembe.scenario.reading import ScenarioError
from mulembe.tables import Tables


def address(app: AppTest) -> dict[str, str]:
    """The query parameters: AppTest lists what the test set, and holds text the app set."""
    held = dict(app.query_params)
    return {name: v if isinstance(v, str) else v[0] for name, v in held.items()}


def warnings(app: AppTest) -> list[str]:
    return [w.value.replace("\\", "") for w in app.warning]


@pytest.mark.parametrize(
    "name, value, told",
    [
        ("region", "atlantis", "'atlantis' is not a region known here"),
        ("region", "west5+999", "999"),
        ("date", "2021-99-99", "'2021-99-99' is not a date"),
        ("date", "1999-01-01", "outside the period"),
        ("election", "1997", "'1997' is not a known election"),
        ("layer", "horoscope", "'horoscope' is not a known map layer"),
        ("level", "9", "'9' is not a known evidence level"),
        ("c", "abc", "'abc' is not a constituency code"),
        ("county", "047", "'047' is not a county of the region"),
        ("person", "nobody", "'nobody' is not a politician"),
    ],
)
def test_a_bad_value_gives_one_sentence_and_the_rest_is_kept(
    name: str, value: str, told: str
) -> None:
    app = opened(**{name: value, "depth": "analyst"})
    shown = warnings(app)
    assert len(shown) == 1
    assert told in shown[0]
    assert shown[0].endswith("The default is shown instead.")
    assert address(app)["depth"] == "analyst"
    assert name not in address(app)


def test_every_bad_value_gets_its_own_sentence() -> None:
    assert len(warnings(opened(region="x", date="y", layer="z"))) == 3


def test_a_good_address_is_kept_as_it_is() -> None:
    app = opened(region="west4", date="2021-12-27", level="1", layer="swing")
    assert not app.warning
    assert address(app) == {"region": "west4", "date": "2021-12-27", "level": "1", "layer": "swing"}


def test_reset_returns_to_the_defaults() -> None:
    app = opened(region="west4", level="1")
    app.button(key="reset").click().run()
    assert address(app) == {}


def test_a_page_switch_keeps_the_view() -> None:
    app = opened(region="west4")
    app.switch_page("components/pages/map.py").run()
    assert app.selectbox(key="widget_region_strip").value == "west4"


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(state.FIELDS)), text=st.text(max_size=300))
def test_no_text_in_the_address_breaks_a_reader(tables: Tables, name: str, text: str) -> None:
    try:
        read = state.FIELDS[name][1](text, tables)
    except (state.FieldError, RegionError, DateError, ScenarioError) as error:
        assert 0 < len(str(error)) < 600
    else:
        assert state.FIELDS[name][1](read, tables) == read


@pytest.mark.parametrize(
    "text",
    ["<img src=x onerror=alert(1)>", "![x](http://evil/x.png)", "[a](javascript:alert(1))", "$x$"],
)
def test_text_is_drawn_as_text(text: str) -> None:
    assert "<" not in hover(text)
    escaped = plain(text)
    for sign in "<[]!$":
        position = escaped.find(sign)
        assert position <= 0 or sign == "!" or escaped[position - 1] == "\\"


def test_a_label_is_read_out_without_backslashes_and_stays_text() -> None:
    assert plain("2022 column: to the government") == "2022 column: to the government"
    assert plain(":red[x] :material/home: a:b") == "\\:red\\[x\\] \\:material/home: a\\:b"
    assert plain("ends:") == "ends\\:"
