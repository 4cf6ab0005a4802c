"""The Votes tab in a real browser: who moved where, in every unit, area and assumption."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visit

SENTENCE = re.compile(
    r"Of ten 2017 Odinga voters, between ([\d.]+) and ([\d.]+) chose Ruto in 2022 "
    r"\(estimate ([\d.]+)\); the totals alone say ([\d.]+) to ([\d.]+)\."
)
# Ribbons of the Sankey, its labels, and how far each label leaves the figure's box.
SANKEY = """() => {
  const plot = document.querySelector('.st-key-vote_sankey .js-plotly-plot');
  const box = plot.getBoundingClientRect();
  const labels = [...plot.querySelectorAll('.annotation')].map(label => {
    const at = label.getBoundingClientRect();
    return [label.textContent, Math.max(box.left - at.left, at.right - box.right, 0)];
  });
  const bars = plot._fullLayout.shapes.map(s => [s.xanchor, Math.abs(s.y1 - s.y0)]);
  return {
    labels, bars,
    ribbons: plot._fullData.length,
    hatched: plot._fullData.filter(trace => trace.fillpattern && trace.fillpattern.shape).length,
    drawn: plot.querySelectorAll('.scatterlayer .js-fill').length,
  };
}"""


def query(visit: Visit) -> dict[str, str]:
    """The query parameters of the address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(visit.page.url).query).items()}


def numbers(visit: Visit) -> tuple[float, ...]:
    """Low, high, estimate and bounds of the first sentence, as the reader sees them."""
    found = SENTENCE.search(visit.text())
    assert found, visit.text()[:2000]
    return tuple(float(number) for number in found.groups())


def sankey(visit: Visit) -> dict:
    """What the Sankey holds; its labels stand inside the figure and the page is not wider."""
    visit.page.locator(".st-key-vote_sankey .js-plotly-plot .annotation").first.wait_for()
    held = visit.page.evaluate(SANKEY)
    out = [label for label in held["labels"] if label[1] > 1]
    assert not out
    assert visit.overflow() <= 0
    assert held["drawn"] == held["ribbons"] > 8
    return held


def table(visit: Visit, name: str) -> list[dict[str, str]]:
    """The rows of the CSV below a chart."""
    with visit.page.expect_download() as handed:
        visit.page.locator(f".st-key-csv_{name} button").click()
    text = Path(handed.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("visit", ["desktop", "phone"], indirect=True)
def test_who_moved_where(visit: Visit) -> None:
    visit.open("/flows")
    visit.press("Flows of", "Votes")
    low, high, estimate, lower, upper = numbers(visit)
    assert (lower, upper) == (0.0, 4.3)
    assert lower <= low <= estimate <= high <= upper
    held = sankey(visit)
    assert held["hatched"] > 0
    text = visit.text()
    assert "Estimated from area totals; individuals can differ." in text
    assert "too uncertain to be drawn solid" in text
    assert "annulled" in text
    assert any(label[0].startswith("Odinga1.32m") for label in held["labels"])

    visit.press("Flows in", "% of origin")
    left = [height for column, height in sankey(visit)["bars"] if column == 0]
    assert len(left) == 5
    assert max(left) - min(left) < 0.01
    assert numbers(visit) == (low, high, estimate, lower, upper)

    visit.choose("Area", "Bungoma")
    assert "Bungoma county, 9 constituencies of the 38 of the estimate" in visit.text()
    county = numbers(visit)
    assert county[4] == 7.6  # 216,504 of 284,786
    sankey(visit)

    visit.press("Deaths and removals", "4%")
    assert "Now shown: 4% of the 2017 register gone by 2022." in visit.text()
    gone = sankey(visit)
    assert any("Left the" in label[0] for label in gone["labels"])
    expected = {"flow": "votes", "unit": "origin", "county": "039", "exits": "4"}
    assert query(visit) == expected

    rows = table(visit, "vote-flows")
    assert len(rows) == 25
    first = rows[1]
    assert (first["From (2017)"], first["To (2022)"]) == ("Odinga", "Ruto")
    told = numbers(visit)
    total = 284_786 / 10
    ends = ("90% from", "90% to", "Estimate", "Lowest possible", "Highest possible")
    for end, said in zip(ends, told, strict=True):
        assert abs(float(first[end]) / total - said) <= 0.051, end

    again = visit.page.url
    visit.open("/")
    visit.page.goto(again)
    visit.settle()
    assert numbers(visit) == told
    assert query(visit) == expected
    assert "Bungoma county" in visit.text()


@pytest.mark.parametrize("visit", ["desktop", "phone"], indirect=True)
def test_the_whole_country_and_back(visit: Visit) -> None:
    visit.open("/flows?flow=votes&unit=destination")
    visit.choose("Area", "Kenya (289")
    expect(visit.page.get_by_text("Kenya, 289 constituencies.")).to_be_visible()
    assert query(visit) == {"flow": "votes", "unit": "destination", "area": "kenya"}
    right = [height for column, height in sankey(visit)["bars"] if column == 1]
    assert max(right) - min(right) < 0.01
    low, high, estimate, lower, upper = numbers(visit)
    assert lower <= low <= estimate <= high <= upper
    visit.choose("Area", "Busia")
    assert query(visit) == {"flow": "votes", "unit": "destination", "county": "040"}
    assert "Busia county, 7 constituencies of the 38" in visit.text()


def test_a_ribbon_tells_its_numbers(desktop: Visit) -> None:
    desktop.open("/flows?flow=votes")
    sankey(desktop)
    plot = desktop.page.locator(".st-key-vote_sankey .js-plotly-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    desktop.page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 84 + 40)
    label = plot.locator(".hoverlayer .hovertext")
    expect(label).to_contain_text("Odinga to Odinga")
    expect(label).to_contain_text("90% interval")
    expect(label).to_contain_text("Possible 80,520 to 971,457")


def test_dark_mode_and_analyst_depth_hold_together(phone: Visit) -> None:
    phone.page.emulate_media(color_scheme="dark")
    phone.open("/flows?flow=votes&depth=analyst&county=026")
    sankey(phone)
    text = phone.text()
    assert "How the estimate sits on the data" in text
    assert "25 wards have results of both elections" in text
    assert "Convergence" in text
    phone.page.emulate_media(color_scheme="light")
