"""One chart alone in a frame: each is drawn, by the page's own code, with its source and a link."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from opening import APP
from streamlit.testing.v1 import AppTest

from components import embed, state
from components.embeddable import CHARTS, SCENARIO
from components.text import plain
from mulembe.scenario import presets, words
from mulembe.scenario.link import encode
from mulembe.tables import Tables

TABLES = Tables()
JAN = encode(presets.preset("jan-2022", TABLES).scenario, TABLES)
URL = "https://mulembe.example"
# What stands beside a chart on its page and has no place in a frame.
CONTROLS = ("selectbox", "segmented_control", "button", "text_input", "popover", "arrow_data_frame")
VIEW = {
    "scenario": {"s": JAN},
    "compare": {"s": JAN},
    "leaders": {"date": "2022-02-01"},
}
ALL = [(page, chart) for page, charts in CHARTS.items() for chart in charts]
SEVERAL = {("scenario", "nation"): 2, ("compare", "totals"): 2}


def framed(page: str = "", *, embedded: bool = True, **view: str) -> AppTest:
    """The app in a frame at an address."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.context["is_embedded"] = embedded
    app.context["url"] = f"{URL}/{page}" if page else URL
    for name, value in view.items():
        app.query_params[name] = value
    app.run()
    if page:
        app.switch_page(f"components/pages/{page}.py").run()
    assert not app.exception
    assert not app.error
    return app


def link_of(app: AppTest) -> str:
    buttons = [b for b in app.get("link_button") if b.proto.label == embed.OPEN]
    assert len(buttons) == 1
    return buttons[0].proto.url


def specs(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


@pytest.mark.parametrize("page, chart", ALL, ids=[f"{p or 'brief'}-{c}" for p, c in ALL])
def test_a_chart_stands_alone(page, chart):
    view = VIEW.get(page, {})
    app = framed(page, only=chart, **view)
    assert len(specs(app)) == SEVERAL.get((page, chart), 1)
    assert {kind: len(app.get(kind)) for kind in CONTROLS} == dict.fromkeys(CONTROLS, 0)
    assert not app.title
    assert [c for c in app.caption if re.match(r"Sources?\\?: \w", c.value)]
    link = urlsplit(link_of(app))
    assert f"{link.scheme}://{link.netloc}{link.path}" == (f"{URL}/{page}" if page else URL)
    # The first part of a page needs no name; "result" stands over all parts.
    shown_first = ("mps", "result", "map", "pledges")
    part = {embed.PART[page]: chart} if page in embed.PART and chart not in shown_first else {}
    assert {name: values[0] for name, values in parse_qs(link.query).items()} == view | part
    told = [m.value for m in app.markdown]
    assert any(SCENARIO in value for value in told) == (page in ("scenario", "compare"))


def test_the_chart_is_the_one_of_the_page():
    alone = specs(framed("evidence", only="pledges"))
    assert alone == specs(framed("evidence", embedded=False))
    (alone,) = specs(framed("map", only="map", layer="turnout", election="2017"))
    (whole,) = specs(framed("map", embedded=False, layer="turnout", election="2017"))
    assert alone["data"][0]["z"] == whole["data"][0]["z"]
    assert alone["data"][0]["colorscale"] == whole["data"][0]["colorscale"]
    assert alone["layout"]["height"] < whole["layout"]["height"]  # it fills its frame instead


def test_every_chart_is_offered_under_itself():
    for page, charts in CHARTS.items():
        views = [VIEW.get(page, {})]
        if page == "flows":
            views = [{"flow": "mps"}, {"flow": "votes"}]
        if page == "scenario":
            views = [{"s": JAN, "result": part} for part in ("map", "places", "flow", "nation")]
        if page == "evidence":
            views = [{"evidence": part} for part in charts]
        offered = set()
        for view in views:
            app = framed(page, embedded=False, **view)
            keys = [p.proto.popover.id or "" for p in app.get("popover")]
            offered |= {c for c in charts if any(f"embed_{c}" in key for key in keys)}
        assert offered == set(charts), page


def test_a_name_the_page_does_not_have_gets_a_sentence():
    app = framed("map", only="timeline")
    (warning,) = app.warning
    assert "no chart named 'timeline'" in warning.value
    assert "it has\\: map" in warning.value or "it has: map" in warning.value
    assert not specs(app)
    assert link_of(app).endswith("/map")
    app = framed("map", only="<img src=x>")
    assert "is not the name of a chart" in app.warning[0].value
    assert len(specs(app)) == 1  # the page without a name


def test_a_bad_parameter_is_told_in_the_frame_too():
    app = framed("map", only="map", layer="gold")
    assert "'gold' is not a known map layer" in app.warning[0].value
    assert len(specs(app)) == 1


def test_a_whole_page_in_a_frame_has_no_strip():
    app = framed("map", layer="turnout")
    assert "Map" in [t.value for t in app.title]
    labels = [box.label for box in app.selectbox]
    assert "Layer" in labels
    assert "Region" not in labels
    assert parse_qs(urlsplit(link_of(app)).query) == {"layer": ["turnout"]}
    assert "Region" in [box.label for box in framed("map", embedded=False).selectbox]


def test_without_a_frame_the_name_of_a_chart_changes_nothing():
    app = framed("map", embedded=False, only="map")
    assert "Region" in [box.label for box in app.selectbox]


def test_the_address_of_a_frame_stays_whole():
    app = framed("map", only="map", layer="turnout")
    assert dict(app.query_params) == {"layer": "turnout", "only": "map"}


@pytest.mark.parametrize(
    "embedded, origin, address",
    [
        (True, URL, f"{URL}/map"),
        (True, "http://127.0.0.1:8501", "http://127.0.0.1:8501/map"),
        (False, URL, "https://paper.example/article"),  # there Streamlit's own word holds
        (True, "null", "https://paper.example/article"),
        (True, "javascript:alert(1)", "https://paper.example/article"),
        (True, 'https://x.example/"', "https://paper.example/article"),
    ],
)
def test_a_frame_leads_to_us_and_not_to_the_page_around_it(monkeypatch, embedded, origin, address):
    context = SimpleNamespace(
        is_embedded=embedded, headers={"Origin": origin}, url="https://paper.example/article?a=b"
    )
    session = {"view_page": "map"}
    monkeypatch.setattr(state, "st", SimpleNamespace(context=context, session_state=session))
    assert state.here() == address


def test_the_code_to_copy(monkeypatch):
    monkeypatch.setattr(
        embed,
        "state",
        SimpleNamespace(
            page=lambda: "map",
            link=lambda **changes: f'{URL}/map?layer="swing"&only={changes["only"]}&embed=true',
        ),
    )
    code = embed.snippet("map")
    source = re.search(r'src="([^"]*)"', code)
    assert source and unescape(source[1]) == f'{URL}/map?layer="swing"&only=map&embed=true'
    assert f'height="{CHARTS["map"]["map"].height}"' in code
    assert 'title="Map of the region · Mulembe"' in code
    assert code.count("<") == 2  # one element, nothing of the address let out of its attribute


@pytest.mark.parametrize(
    "told, size",
    [
        (None, (800, 500)),
        ("wide", (800, 500)),
        ({"size": None}, (800, 500)),
        ({"size": {"width": 390, "height": 640}}, (390, 640)),
        ({"size": {"width": 10**9, "height": -5}}, (embed.MOST, embed.LEAST)),
        ({"size": {"width": float("nan"), "height": "9"}}, (embed.LEAST, embed.LEAST)),
        ({"size": {"width": float("inf"), "height": [1]}}, (embed.LEAST, embed.LEAST)),
    ],
)
def test_a_frame_has_a_size_within_reason(monkeypatch, told, size):
    monkeypatch.setattr(embed, "st", SimpleNamespace(session_state={"frame_size": told}))
    assert (embed.frame().width, embed.frame().height) == size


def test_every_page_says_which_charts_it_has():
    pages = Path(APP).parent / "components" / "pages"
    assert {"brief" if page == "" else page for page in CHARTS} == {
        path.stem for path in pages.glob("*.py") if path.stem != "__init__"
    }
    for page, charts in CHARTS.items():
        told = framed(page, only="nothing").warning[0].value
        named = re.search(r"it has\\?: ([a-z, ]+)\.", told)
        assert named and named[1].split(", ") == list(charts)


def test_a_scenario_in_a_frame_says_what_it_assumes() -> None:
    told = " ".join(caption.value for caption in framed("scenario", only="result", s=JAN).caption)
    assert plain(words.sentence(presets.preset("jan-2022", TABLES).scenario, TABLES)) in told
