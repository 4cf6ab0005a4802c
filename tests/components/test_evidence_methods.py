"""The methods: every number has its section, its link, and no figure of its own in the text."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from opening import opened
from streamlit.testing.v1 import AppTest

from components.evidence import methods_list, methods_view
from components.evidence.methods_list import GROUPS, IDS, MethodError, methods
from components.evidence.methods_notes import CONTACT
from components.evidence.methods_numbers import numbers
from components.explain import OF_LAYER, QUESTION, of_layer
from components.provenance import SOURCE_IDS, with_source_ids
from components.state import FIELDS, KEEP
from mulembe.layers import LAYERS
from mulembe.tables import Tables

ROOT = Path(__file__).resolve().parents[2]


def words(app: AppTest) -> str:
    return "\n".join(b.value for b in [*app.markdown, *app.caption, *app.code]).replace("\\", "")


def page(**view: str) -> AppTest:
    return opened("evidence", evidence="methods", **view)


def test_every_file_is_a_method_and_every_method_has_a_file() -> None:
    files = {path.stem for path in methods_list.FOLDER.glob("*.md")}
    assert files == set(IDS)
    assert {method.group for method in methods().values()} == set(GROUPS)


@pytest.mark.parametrize("name", IDS)
def test_a_method_says_what_it_means_and_what_it_cannot_tell(name: str, tables: Tables) -> None:
    method, said = methods()[name], numbers(tables)
    text = method.told(method.text, said)
    assert "**What it says.**" in text
    assert "**What it cannot tell.**" in text
    assert method.sources
    assert all(method.told(formula, said) for formula in method.formulas)
    assert "[[" not in text


@pytest.mark.parametrize("name", IDS)
def test_the_places_of_a_number_can_be_opened(name: str, tables: Tables) -> None:
    for place in methods()[name].shown:
        assert (ROOT / "components" / "pages" / f"{place.page}.py").exists()
        for field, value in place.fields.items():
            assert FIELDS[field][1](value, tables) == value


def test_an_unknown_number_is_named() -> None:
    with pytest.raises(MethodError, match=r"unity\.md asks for the number 'moon'"):
        methods()["unity"].told("[[moon]]", {})


def test_every_layer_of_the_map_leads_to_a_method() -> None:
    assert set(OF_LAYER) == set(LAYERS)
    assert {of_layer(layer) for layer in (*LAYERS, "scenario_change")} <= set(IDS)


def test_every_link_of_the_code_leads_to_a_method() -> None:
    asked = set()
    for path in (ROOT / "components").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r'explain\(\s*"([a-z0-9-]+)"', text))
        asked |= set(re.findall(r'\bmethod="([a-z0-9-]+)"\s*,?\s*\)', text))
    assert {"unity", "transfer", "draws", "article-138"} <= asked
    assert asked <= set(IDS)


def test_the_numbers_in_the_texts_are_those_of_the_code_and_the_tables(tables: Tables) -> None:
    said = numbers(tables)
    assert said["minor"] == "5%"
    assert said["counties_needed"] == "24"
    assert (said["agreed"], said["conflict"], said["single"]) == ("17", "18", "3")
    assert said["best_mae"] == "4.2"
    assert "at least 95% is" in said["verdict_limits"]


def test_the_page_lists_every_number() -> None:
    shown = {expander.label.replace("\\", "") for expander in page().expander}
    assert {method.title for method in methods().values()} <= shown


def test_a_link_opens_its_section_on_top() -> None:
    app = page(method="unity")
    assert "#### Bloc unity: intensity × alignment" in words(app)
    assert methods()["unity"].title not in {e.label.replace("\\", "") for e in app.expander}
    assert any("I \\times" in formula.value for formula in app.latex[:2])


def test_the_question_stands_on_the_brief_and_keeps_the_view() -> None:
    links = [link.proto for link in opened(region="west4").get("page_link")]
    asked = [link for link in links if link.label == QUESTION]
    assert any("method=unity" in link.query_string for link in asked)
    assert all(f"{KEEP}=1" in link.query_string for link in asked)


def test_a_followed_link_changes_what_it_names_and_nothing_else() -> None:
    app = opened(region="west4", depth="analyst")
    app.query_params.clear()
    for name, value in {KEEP: "1", "evidence": "methods", "method": "swing"}.items():
        app.query_params[name] = value
    app.switch_page("components/pages/evidence.py").run()
    assert app.selectbox(key="widget_region_strip").value == "west4"
    assert app.selectbox(key="widget_method_methods").value == "swing"


def test_the_changes_are_dated_and_the_newest_is_open() -> None:
    days = [e for e in page().expander if re.fullmatch(r"\d{1,2} [A-Z][a-z]+ 20\d\d", e.label)]
    assert days
    assert days[0].proto.expanded
    assert "Who moved where is estimated" in words(page())


def test_an_error_can_be_reported_without_an_invented_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(CONTACT, raising=False)
    assert "This server names no contact" in words(page())
    monkeypatch.setenv(CONTACT, "data desk, 0700 000 000")
    told = words(page())
    assert "data desk, 0700 000 000" in told
    assert "This server names no contact" not in told


def test_what_to_keep_in_mind_is_there() -> None:
    told = words(page())
    for notice in ("Boundaries are indicative", "No ethnic data", "declares results", "rely on"):
        assert notice in told


def test_the_error_on_known_truth_is_that_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = methods_view.benchmark(readme).splitlines()
    assert table[0].startswith(methods_view.BENCHMARK)
    assert all(line.startswith("|") for line in table)
    assert any("this estimate" in line for line in table)
    assert methods_view.benchmark("nothing") == ""


def test_a_download_names_its_sources_once() -> None:
    table = pd.DataFrame({"Votes": [1, 2]})
    assert list(with_source_ids(table, ["b", "a", "b"])[SOURCE_IDS]) == ["a b", "a b"]
    named = pd.DataFrame({"Votes": [1], "Source": ["x"]})
    assert list(with_source_ids(named, ["a"]).columns) == ["Votes", "Source"]
    assert list(with_source_ids(table, []).columns) == ["Votes"]
