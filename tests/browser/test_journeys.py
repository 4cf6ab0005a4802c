"""Journeys through the running app in a real browser: what a reader does, and what must come."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from mulembe.scenario import link, presets
from mulembe.scenario.model import Override, Third

if TYPE_CHECKING:
    from conftest import Visit

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "/": ("Brief", "Does the region vote as one bloc?"),
    "/map": ("Map", "Map"),
    "/flows": ("Flows", "Flows"),
    "/leaders": ("Leaders & MPs", "Leaders & MPs"),
    "/scenario": ("Scenario", "What if?"),
    "/compare": ("Compare", "Compare scenarios"),
}
SABATIA = (34.7803, 0.1103)
# At L1 to L2 on 27 December 2021: they attended, and had not declared.
ATTENDED = {"199": "Savula", "206": "Nabulindo", "208": "Aseka", "215": "Milemba"}
AZIMIO, UNDECLARED = "#1B5FAA", "#D8DADB"
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "![x](http://192.0.2.1/x.png)",
    "[x](javascript:alert(1))<b>b</b>",
]
# Where the pages' own pictures are drawn: nothing a reader wrote may become one of these.
MARKUP = '[data-testid="stMarkdownContainer"] img, [data-testid="stMarkdownContainer"] script, b'


def query(visit: Visit) -> dict[str, str]:
    """The query parameters of the address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(visit.page.url).query).items()}


def title(visit: Visit) -> str:
    """The heading over the Map's picture."""
    return visit.page.locator('[data-testid="stMain"] h3').first.inner_text()


def legend(visit: Visit) -> list[str]:
    """The entries of the first map's legend."""
    visit.page.locator(".js-plotly-plot .legendtext").first.wait_for()
    return visit.page.locator(".js-plotly-plot .legendtext").all_text_contents()


def colours(visit: Visit) -> dict[str, str]:
    """The fill of every seat's tile by code, as drawn."""
    return dict(
        visit.page.evaluate(
            """() => {
              const plots = [...document.querySelectorAll('.js-plotly-plot')];
              const trace = plots.flatMap(p => p._fullData).find(
                t => t.type === 'bar' && t.customdata);
              return [...trace.customdata].map((code, i) => [String(code), trace.marker.color[i]]);
            }"""
        )
    )


def download(visit: Visit, button: str) -> list[dict[str, str]]:
    """The rows of the CSV that a button hands out."""
    with visit.page.expect_download() as handed:
        visit.page.get_by_role("button", name=button).first.click()
    text = Path(handed.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def choose_tile(visit: Visit, code: str) -> None:
    """Choose a constituency by its tile, with the mouse or a finger.

    On touch Plotly only shows the label of a bar at the first tap and selects it at the second.
    """
    chosen = re.compile(f"[?&]c={code}")
    if visit.width > 500:
        visit.page.mouse.click(*visit.tile(code))
    else:
        visit.page.touchscreen.tap(*visit.tile(code))
        visit.page.wait_for_timeout(1500)
        visit.settle()
        if not chosen.search(visit.page.url):
            visit.page.touchscreen.tap(*visit.tile(code))
    expect(visit.page).to_have_url(chosen)
    visit.settle()


def read_sabatia(visit: Visit) -> None:
    """The card of Sabatia says what the tables hold."""
    card = visit.card()
    expect(card.get_by_role("heading", name="Sabatia")).to_be_visible()
    visit.settle()
    text = card.inner_text()
    for part in ("Odinga 46.7%", "Ruto 52.2%", "Clement Sloya", "Vihiga county"):
        assert part in text, part
    assert re.search(r"Swing 2017 to 2022\s+to Ruto 47\.6 pts", text)
    assert query(visit)["c"] == "212"


@pytest.mark.parametrize("visit", ["desktop", "phone"], indirect=True)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_light_and_dark(visit: Visit, path: str) -> None:
    name, heading = PAGES[path]
    for scheme, background in (("light", "rgb(251, 250, 247)"), ("dark", "rgb(21, 23, 27)")):
        visit.page.emulate_media(color_scheme=scheme)
        visit.open(path)
        expect(visit.page).to_have_title(f"{name} · Mulembe")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(visit.page.get_by_test_id("stApp")).to_have_css("background-color", background)
        assert "fault of ours" not in visit.text()
        assert visit.overflow() <= 0, f"{path} {scheme} is wider than {visit.width} pixels"
    visit.page.emulate_media(color_scheme="light")


def test_a_click_on_the_map_opens_the_card(desktop: Visit) -> None:
    desktop.open("/map")
    desktop.page.mouse.click(*desktop.map_point(*SABATIA))
    read_sabatia(desktop)
    desktop.choose("Constituency", "Tongaren")
    expect(desktop.card().get_by_role("heading", name="Tongaren")).to_be_visible()
    desktop.settle()
    assert query(desktop)["c"] == "224"
    desktop.page.mouse.click(*desktop.map_point(*SABATIA))
    read_sabatia(desktop)
    desktop.card().get_by_role("button", name="Hamisi").click()
    expect(desktop.card().get_by_role("heading", name="Hamisi")).to_be_visible()
    desktop.press("View", "Equal tiles")
    choose_tile(desktop, "212")
    read_sabatia(desktop)


def test_a_tap_on_a_tile_opens_the_card(phone: Visit) -> None:
    phone.open("/map")
    phone.page.get_by_text("Pair, tiles, county, all Kenya").click()
    phone.press("View", "Equal tiles")
    assert query(phone) == {"drawn": "tiles"}
    choose_tile(phone, "212")
    read_sabatia(phone)
    assert phone.overflow() <= 0


@pytest.mark.xfail(
    strict=True,
    reason="Plotly chooses what it last hovered, and a finger hovers by its first tap; the page "
    "tells to tap twice (components.tiles.HOW_TO_PICK_PHONE)",
)
def test_one_tap_on_a_tile_is_enough(phone: Visit) -> None:
    phone.open("/map?drawn=tiles")
    phone.page.touchscreen.tap(*phone.tile("212"))
    expect(phone.page).to_have_url(re.compile("c=212"), timeout=4000)


def test_a_tap_on_the_map_opens_the_card(phone: Visit) -> None:
    phone.open("/map")
    phone.page.touchscreen.tap(*phone.map_point(*SABATIA))
    read_sabatia(phone)


def test_layer_election_date_and_level_change_the_map_and_the_address(
    desktop: Visit, browser: Browser
) -> None:
    desktop.open("/map")
    assert title(desktop) == "Lead of Odinga over Ruto, 2022"
    assert legend(desktop)[0] == "Ruto by 40 or more · 2"

    desktop.press("Time", "2017")
    assert query(desktop) == {"election": "2017"}
    assert title(desktop) == "Lead of Odinga over Kenyatta, 2017"
    before = legend(desktop)
    desktop.choose("Layer", "Turnout")
    assert query(desktop) == {"election": "2017", "layer": "turnout"}
    assert "Turnout" in title(desktop)
    assert "2017" in title(desktop)
    assert legend(desktop) != before

    desktop.choose("Layer", "Member's alignment")
    desktop.press("As of", "27 Dec 2021")
    assert title(desktop).endswith("as of 27 December 2021, evidence L3 or stronger")
    assert "Azimio · 2" in legend(desktop)
    desktop.choose("Evidence needed", "L1")
    assert title(desktop).endswith("evidence L1 or stronger")
    assert "Azimio · 10" in legend(desktop)
    wanted = {"election": "2017", "layer": "alignment", "date": "2021-12-27", "level": "1"}
    assert query(desktop) == wanted

    desktop.page.get_by_role("button", name="Share").click()
    link = desktop.page.locator('[data-testid="stPopoverBody"] code')
    expect(link).to_contain_text("level=1")
    shared = link.inner_text()
    assert {n: v[0] for n, v in parse_qs(urlsplit(shared).query).items()} == wanted
    other = browser.new_context(viewport={"width": 1000, "height": 700})
    second = type(desktop)(other, desktop.base, 1000)
    second.page.goto(shared)
    second.settle()
    assert (title(second), legend(second)) == (title(desktop), legend(desktop))
    assert query(second) == wanted
    second.check_clean()
    other.close()


def test_reload_back_and_forward(desktop: Visit) -> None:
    desktop.open("/map")
    desktop.choose("Layer", "Swing")
    desktop.press("View", "Equal tiles")
    wanted = {"layer": "swing", "drawn": "tiles"}
    assert query(desktop) == wanted
    shown = title(desktop)
    assert shown == "Swing 2017 to 2022"
    desktop.page.reload(wait_until="domcontentloaded")
    desktop.settle()
    assert query(desktop) == wanted
    assert title(desktop) == shown

    desktop.choose("Layer", "Turnout")
    assert query(desktop)["layer"] == "turnout"
    desktop.page.go_back()
    expect(desktop.page.locator("h3").first).to_have_text(shown)
    desktop.settle()
    assert query(desktop) == wanted
    desktop.page.go_forward()
    expect(desktop.page.locator("h3").first).to_contain_text("Turnout")
    desktop.settle()
    assert query(desktop) == {"layer": "turnout", "drawn": "tiles"}


def test_a_page_switch_keeps_region_and_date(desktop: Visit) -> None:
    desktop.open("/leaders?region=west4&date=2021-12-27")
    for page in ("Map", "Brief", "Flows", "Leaders & MPs"):
        desktop.page.get_by_role("navigation").get_by_role("link", name=page).click()
        expect(desktop.page).to_have_title(f"{page} · Mulembe")
        expect(desktop.page).to_have_url(re.compile("region=west4"))
        desktop.settle()
        assert query(desktop) == {"region": "west4", "date": "2021-12-27"}, page
        region = desktop.page.get_by_role("combobox", name="Region")
        expect(region).to_have_value("Former Western Province, four counties (33)")
    assert "On 27 December 2021" in desktop.text()


def test_the_region_editor_changes_the_measures(desktop: Visit) -> None:
    desktop.open("/")
    before = desktop.page.locator("h4").first.inner_text()
    assert "of 38 constituencies" in before
    desktop.page.get_by_role("button", name="Edit region").click()
    editor = desktop.page.get_by_role("dialog")
    editor.get_by_role("button", name="Remove Mt. Elgon").click()
    expect(editor.get_by_role("button", name="Remove Mt. Elgon")).to_have_count(0)
    editor.get_by_role("textbox", name="Name").fill("Without the hills")
    editor.get_by_role("textbox", name="Name").press("Tab")
    desktop.settle()
    editor.get_by_role("button", name="Use this region").click()
    expect(editor).to_have_count(0)
    expect(desktop.page.locator("h4").first).to_contain_text("of 37 constituencies")
    desktop.settle()
    after = desktop.page.locator("h4").first.inner_text()
    assert after.startswith("Only in part: ")
    assert "constituencies (Without the hills)" in after
    lead = r"led by ([\d.]+) points"
    assert re.search(lead, after).group(1) != re.search(lead, before).group(1)
    assert query(desktop) == {"region": "west5-216~Without%20the%20hills"}
    region = desktop.page.get_by_role("combobox", name="Region")
    expect(region).to_have_value("Without the hills (37)")
    desktop.page.get_by_role("button", name="Reset", exact=True).click()
    expect(desktop.page.locator("h4").first).to_have_text(before)
    desktop.settle()
    assert query(desktop) == {}


@pytest.mark.parametrize("visit", ["desktop", "phone"], indirect=True)
def test_attending_is_not_declaring(visit: Visit) -> None:
    visit.open("/leaders?date=2021-12-27")
    said = visit.page.locator("h4").first
    expect(said).to_contain_text("2 of 38 members stood with Azimio")
    expect(said).to_contain_text("34 were undeclared")
    strict = colours(visit)
    assert len(strict) == 38
    assert {strict[code] for code in ATTENDED} == {UNDECLARED}

    visit.choose("Evidence needed", "L1")
    expect(said).to_contain_text("10 of 38 members stood with Azimio")
    loose = colours(visit)
    assert {loose[code] for code in ATTENDED} == {AZIMIO}
    assert query(visit) == {"date": "2021-12-27", "level": "1"}

    visit.open("/leaders?date=2022-02-01")
    expect(visit.page.locator("h4").first).to_contain_text("6 of 38 members stood with Azimio")
    later = colours(visit)
    assert [later[code] for code in ATTENDED] == [AZIMIO, AZIMIO, AZIMIO, UNDECLARED]
    choose_tile(visit, "199")
    card = visit.page.locator(".st-key-leaders_card")
    expect(card.get_by_role("heading", name="Ayub Savula")).to_be_visible()
    expect(card).to_contain_text("Azimio")
    visit.settle()
    assert query(visit) == {"date": "2022-02-01", "c": "199"}
    assert visit.overflow() <= 0


@pytest.mark.parametrize("path", PAGES)
def test_a_hostile_region_name_is_drawn_as_text(desktop: Visit, path: str) -> None:
    for name in HOSTILE:
        desktop.open(f"{path}?region={quote('west5-216~' + quote(name), safe='')}")
        region = desktop.page.get_by_role("combobox", name="Region")
        expect(region).to_have_value(f"{name} (37)")
        assert desktop.page.locator(MARKUP).count() == 0
        assert desktop.page.locator('a[href^="javascript"], a[href*="192.0.2.1"]').count() == 0
        if path == "/":
            said = desktop.page.locator("h4").first.inner_text().replace("\u2060", "")
            assert f"constituencies ({name})" in said
        desktop.check_clean()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_in_a_scenario_are_drawn_as_text(desktop: Visit, tables, hostile) -> None:
    third = Third(name=hostile, home="202", delivery=0.4)
    hand = Override(code="218", votes=(10, 20, 3, 0), reason=hostile)
    start = presets.preset("west-2022", tables).scenario
    scenario = start.but(name=hostile, third=third, overrides=[hand])
    code = link.encode(scenario, tables)
    for part in ("map", "places", "flow", "nation"):
        desktop.open(f"/scenario?s={code}&result={part}&c=218")
        assert desktop.page.locator(MARKUP).count() == 0
    for path in ("/compare", "/"):
        desktop.open(f"{path}?s={code}")
        assert desktop.page.locator(MARKUP).count() == 0
    assert desktop.page.locator('a[href^="javascript"], a[href*="192.0.2.1"]').count() == 0
    desktop.check_clean()


def test_unusable_values_are_named_and_the_rest_is_kept(desktop: Visit) -> None:
    desktop.open("/map?layer=foo&date=2021-99-99&region=zzz&election=1997&c=999&drawn=tiles")
    warnings = desktop.page.get_by_test_id("stAlert")
    expect(warnings).to_have_count(5)
    said = warnings.all_inner_texts()
    for value in ("foo", "2021-99-99", "zzz", "1997", "999"):
        assert sum(f"'{value}'" in sentence for sentence in said) == 1, value
    tiles = desktop.page.get_by_role("radio", name="Equal tiles")
    expect(tiles).to_be_checked()
    assert query(desktop) == {"drawn": "tiles"}
    assert title(desktop) == "Lead of Odinga over Ruto, 2022"


@pytest.fixture(scope="module")
def without_events(
    serve: Callable[[Path], AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of a copy of the app whose table alignment_events is missing."""
    copy = tmp_path_factory.mktemp("app") / "without-events"
    leave = shutil.ignore_patterns("__pycache__", "curation", "alignment_events.csv")
    for part in ("components", "mulembe", "serving", "data", "static", ".streamlit"):
        shutil.copytree(ROOT / part, copy / part, ignore=leave)
    for script in ("app.py", "server.py"):
        shutil.copy(ROOT / script, copy)
    with serve(copy) as address:
        yield address


def test_a_missing_table_is_named(desktop: Visit, without_events: str) -> None:
    desktop.base = without_events
    desktop.open("/leaders")
    expect(desktop.page.get_by_test_id("stAlert").first).to_contain_text(
        "alignment_events.csv is missing"
    )


def test_a_missing_table_stops_only_the_pages_that_need_it(
    desktop: Visit, without_events: str
) -> None:
    desktop.base = without_events
    desktop.open("/map")
    expect(desktop.page.locator("h3").first).to_have_text(
        "Lead of Odinga over Ruto, 2022", timeout=3000
    )
    assert legend(desktop)[0] == "Ruto by 40 or more · 2"


def test_downloads_hold_the_38_seats(desktop: Visit) -> None:
    desktop.open("/map?layer=turnout")
    rows = download(desktop, "CSV")
    heads = list(rows[0])
    assert heads[:3] == ["Code", "Constituency", "County"]
    assert heads[-1] == "Sources"
    assert len({row["Code"] for row in rows}) == len(rows) == 38
    sabatia = next(row for row in rows if row["Code"] == "212")
    assert sabatia["Constituency"] == "Sabatia"
    assert float(sabatia["Value"]) == pytest.approx(60.1, abs=0.05)

    desktop.open("/leaders?date=2021-12-27")
    rows = download(desktop, "seats (CSV)")
    assert {"Code", "Member", "Camp", "Evidence", "Source id"} <= set(rows[0])
    assert len({row["Code"] for row in rows}) == len(rows) == 38
    named = {row["Code"]: row for row in rows}
    assert {named[code]["Camp"] for code in ATTENDED} == {"Undeclared"}
    assert all(surname in named[code]["Member"] for code, surname in ATTENDED.items())


def test_the_keyboard_reaches_layer_and_search(desktop: Visit) -> None:
    desktop.open("/map")
    reached = []
    for _ in range(60):
        desktop.page.keyboard.press("Tab")
        label = desktop.page.evaluate(
            """() => { const at = document.activeElement;
              return (at.getAttribute('role') === 'combobox' && (at.getAttribute('aria-label')
                || (at.labels && at.labels[0] && at.labels[0].innerText))) || ''; }"""
        )
        reached.append(label)
        if label == "Layer":
            desktop.page.keyboard.type("Swing")
            desktop.page.keyboard.press("Enter")
            expect(desktop.page.locator("h3").first).to_have_text("Swing 2017 to 2022")
            desktop.settle()
        if label == "Constituency":
            desktop.page.keyboard.type("Sabatia")
            desktop.page.keyboard.press("Enter")
            break
    assert [label for label in reached if label in ("Layer", "Constituency")] == [
        "Layer",
        "Constituency",
    ]
    read_sabatia(desktop)
