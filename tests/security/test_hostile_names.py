"""Payloads in everything a stranger can name, on every page that shows it: all drawn as words."""

from __future__ import annotations

import json
from urllib.parse import quote, urlsplit

import pytest
from hostile import SENDABLE, TABLES, linked, scenario, table
from markup import DIRECTIVE, FORMULA, live_label, live_markdown
from opening import opened
from payloads import HOST, PAYLOADS
from sinks import Sink, drawn, labels
from streamlit.testing.v1 import AppTest

from components import state
from components.text import hover, plain
from mulembe.scenario import link

HOSTS = frozenset(
    urlsplit(url).hostname for url in TABLES["sources"]["url"] if url.startswith("http")
)
# Every sign that means something to Markdown, Streamlit, HTML or Plotly; what holds it, holds it
# whole, or cut at its end.
PROBE = "zq*_[x](/y)<u>$a$:red[b]%{x}&lt;`|~#"
VIEWS: list[tuple[str, dict[str, str]]] = [
    ("", {}),
    ("map", {"layer": "scenario_result", "c": "203"}),
    ("map", {"pair": "yes"}),
    ("scenario", {"result": "map", "c": "203", "depth": "analyst"}),
    ("scenario", {"result": "places"}),
    ("scenario", {"result": "flow"}),
    ("scenario", {"result": "nation", "ask": "tornado"}),
    ("scenario", {"ask": "sweep", "lever": "third.delivery"}),
    ("compare", {}),
    ("compare", {"who": "third", "duo": "cb", "depth": "analyst"}),
    ("flows", {"flow": "votes", "depth": "analyst"}),
    ("leaders", {}),
    ("evidence", {"evidence": "pledges"}),
]
ROUNDS = [VIEWS[i] for i in (0, 1, 3, 4, 8, 10)]
MOST_TYPED = 12_000  # characters of the longest field, for a pasted link
IDS = ["-".join([page or "brief", *view.values()]) for page, view in VIEWS]


def judged(sinks: list[Sink]) -> list[str]:
    """What is live among the texts a page sends; and sinks that hold one and nobody has judged."""
    found = []
    for sink in sinks:
        if sink.kind == "markdown":
            wrong = live_markdown(sink.text, HOSTS)
            strange = any(part in sink.text for part in ("__hit", HOST))
            if strange and (DIRECTIVE.search(_unlabelled(sink.text)) or FORMULA.search(sink.text)):
                wrong.append(f"Streamlit's own: {sink.text[:200]}")
        elif sink.kind == "figure":
            wrong = [fault for label in labels(sink.text) for fault in live_label(label)]
        elif sink.kind == "text":
            wrong = []
        else:
            strange = any(part in sink.text for part in ("__hit", HOST, "zq*"))
            wrong = ["nobody has said how the browser reads this"] if strange else []
        found += [f"{sink.field}: {fault}" for fault in wrong]
    return found


def _unlabelled(text: str) -> str:
    """A Markdown text without the small print and icons that the pages write themselves."""
    return text.replace(":small[", "[").replace(":material/info:", "")


def bare(sinks: list[Sink]) -> list[str]:
    """Sinks that hold the probe otherwise than escaped; it may be cut at its end."""
    found = []
    doors = {"markdown": plain, "figure": hover}
    for sink in sinks:
        texts = labels(sink.text) if sink.kind == "figure" else [sink.text]
        for text in texts if sink.kind in doors else ():
            for piece in text.replace("<br>", "").split("zq")[1:]:
                whole, start = doors[sink.kind](PROBE)[2:], 0
                while start < min(len(whole), len(piece)) and whole[start] == piece[start]:
                    start += 1
                # The first sign is always in it, and what follows a cut is no sign.
                rest = piece[start : start + 1]
                if start < 4 or (start < len(whole) and rest in tuple("_[<$:%&`|~#")):
                    found.append(f"{sink.field}: {text[:160]}")
    return found


@pytest.mark.parametrize("page, view", VIEWS, ids=IDS)
def test_every_sink_escapes_what_a_stranger_named(page: str, view: dict[str, str]) -> None:
    held = scenario(PROBE, PROBE, [PROBE] * 38, PROBE)
    other = scenario(PROBE, PROBE, (), "").but(seed=5)
    texts = {"s": link.encode(held, TABLES), "region": held.region}
    if page == "compare":
        texts["with"] = link.encode(other, TABLES)
    app = opened(page, **texts, **view)
    assert all(0 < field.proto.max_chars <= MOST_TYPED for field in app.text_input)
    sinks = drawn(app)
    holding = [sink for sink in sinks if "zq" in sink.text]
    assert {"Selectbox.options"} <= {sink.field for sink in holding}
    assert len(holding) > (8 if page in ("scenario", "compare") else 1)
    assert bare(holding) == []
    assert judged(sinks) == []


@pytest.mark.parametrize("number", range(len(ROUNDS)))
def test_payloads_in_a_link_are_words(number: int) -> None:
    page, view = ROUNDS[number]
    app = opened(page, **linked(number), **view)
    assert judged(drawn(app)) == []


@pytest.mark.parametrize("third", range(3))
def test_payloads_as_values_of_every_parameter_are_told_as_words(third: int) -> None:
    """Each parameter holds another payload, three times over; refusals repeat what was written."""
    texts = SENDABLE
    names = [name for name in state.FIELDS if name not in ("flow", "evidence", "ledger", "tour")]
    start = third * len(names)
    view = {name: texts[(start + i) % len(texts)] for i, name in enumerate(names)}
    page, more = [("leaders", {}), ("evidence", {"evidence": "ledger"}), ("compare", {})][third]
    app = opened(page, **view, **more)
    told = drawn(app)
    assert sum(sink.field == "Alert.body" for sink in told) > 20
    assert judged(told) == []


@pytest.mark.parametrize("number", range(4))
def test_payloads_in_uploaded_tables_are_words(number: int) -> None:
    app = opened("flows", flow="own", depth="analyst")
    names = SENDABLE[25 * number : 25 * number + 2]
    for key, name in zip(("own_before_0", "own_after_0"), names, strict=True):
        app.file_uploader(key=key).set_value(table(number, name))
    app.run()
    assert not app.exception
    assert app.get("plotly_chart"), [block.value for block in app.markdown]
    assert judged(drawn(app)) == []
    app.file_uploader(key="own_after_0").set_value((names[0], b"a,b\n,\n-1,<b>\n", "text/csv"))
    app.run()
    assert any("Nothing was loaded" in block.value for block in app.error)
    assert judged(drawn(app)) == []


def test_payloads_in_a_scenario_file_and_its_name_are_words() -> None:
    app = opened("scenario")
    app.session_state["share_scenario"] = True
    app.run()
    some = [*list(PAYLOADS.values())[::3], PAYLOADS["half a pair"]]
    hostile = {"cycle": "2027", "name": "![x](//attacker.invalid/a)", **dict.fromkeys(some, 1)}
    file = ("![x](http://attacker.invalid/f).json", json.dumps(hostile).encode(), "text/json")
    app.file_uploader(key="import_file").set_value(file).run()
    assert not app.exception
    assert len(app.warning) > 30
    told = drawn(app)
    assert any(sink.field == "Button.help" and "Opened" in sink.text for sink in told)
    assert judged(told) == []


def test_typed_names_are_words() -> None:
    app = opened("scenario", s=linked(0)["s"])
    for payload in ("![x](//attacker.invalid/a)", "<img src=x onerror=__hit()>", ":red[__hit]"):
        app.text_input(key="scenario_name").set_value(payload).run()
        assert judged(drawn(app)) == []
        assert any((sink.field == "Button.help" and "__hit" in sink.text) or HOST in sink.text
                   for sink in drawn(app))  # fmt: skip


def test_the_region_keeps_its_name_in_its_bounds() -> None:
    app = opened("map", region="west5~" + quote("![x](//attacker.invalid/x)" * 3))
    assert judged(drawn(app)) == []


def test_the_judge_sees_a_page_that_draws_what_it_is_given() -> None:
    app = AppTest.from_function(_careless).run()
    found = " ".join(judged(drawn(app)))
    for field in ("Markdown.body", "Button.label", "Button.help", "Option.content", "Toast.body"):
        assert f"{field}: " in found
    assert "PlotlyChart.spec: <img" in found
    assert len(bare([Sink("Markdown.body", PROBE), Sink("PlotlyChart.spec", f'"{PROBE}"')])) == 2


def _careless() -> None:
    import plotly.graph_objects as go
    import streamlit as st

    image = "![x](http://attacker.invalid/x.png)"
    st.markdown(image)
    st.button(image, help=image)
    st.segmented_control("x", [image])
    st.toast(image)
    st.plotly_chart(go.Figure(layout={"title": {"text": "<img src=x onerror=__hit()>"}}))
