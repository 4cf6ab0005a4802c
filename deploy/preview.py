"""Draws static/preview.png, the picture that chats and social media show beside a link to us.

    python -m deploy.preview

It is drawn from the tables and the boundaries with the colours and classes of the map page, by
Chromium through Playwright (the development requirements), and written into the repository. Its
words are in the file's own description, so that a test can tell when the tables have moved on.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
from html import escape
from pathlib import Path

import plotly.graph_objects as go
from PIL import Image, PngImagePlugin
from playwright.sync_api import sync_playwright

from components import theme
from components.map import Painted, paint
from mulembe import alignment, layers, regions
from mulembe.layers import LAYERS, LayerData, Question
from mulembe.tables import Tables

STATIC = Path(__file__).resolve().parent.parent / "static"
PREVIEW = STATIC / "preview.png"
WIDTH, HEIGHT, MAP = 1200, 630, 590
BORDER = "#A9A69D"  # seen beside every class, the palest too
TITLE = "Lead in points, presidential vote of 2022"  # of the layer itself, it names one side first
SOURCE = (
    "Transcription of the commission\u2019s Forms 34B; only the electoral commission declares "
    "results."
)
PAGE = """<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; width: {width}px; height: {height}px; background: {page}; color: {ink};
  font-family: Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; overflow: hidden; }}
.words {{ position: absolute; left: 64px; top: 52px; width: 520px; }}
h1 {{ font-size: 64px; margin: 0 0 14px; letter-spacing: -0.5px; }}
h2 {{ font-size: 34px; line-height: 1.25; margin: 0 0 34px; font-weight: 600; }}
h3 {{ font-size: 22px; margin: 0 0 12px; font-weight: 600; }}
li {{ list-style: none; font-size: 21px; line-height: 31px; font-variant-numeric: tabular-nums; }}
ul {{ margin: 0; padding: 0; }}
i {{ display: inline-block; width: 20px; height: 20px; border-radius: 4px; margin-right: 12px;
  vertical-align: -3px; box-shadow: inset 0 0 0 1px {line}; }}
footer {{ position: absolute; left: 64px; bottom: 26px; font-size: 17px; color: {muted}; }}
.map {{ position: absolute; right: 34px; top: 8px; }}
</style><div class="words"><h1>Mulembe</h1><h2>Does Western Kenya vote as one bloc?</h2>
<h3>{title}</h3><ul>{legend}</ul></div><footer>{source}</footer>
<div class="map">{map}</div>"""


def lead(tables: Tables) -> tuple[LayerData, Painted]:
    """The lead in 2022 in the default region, in the classes and colours of the map page."""
    region = regions.parse(regions.DEFAULT, tables)
    day = alignment.date_range(tables)[1]
    question = Question("margin", "2022", "2017", day, alignment.DEFAULT_LEVEL, region)
    data = layers.compute(tables, question)
    return data, paint(data, LAYERS["margin"], {})


def description(data: LayerData, painted: Painted) -> str:
    """What the picture shows, in words and numbers."""
    told = "; ".join(f"{label} {count}" for label, _, count in painted.legend)
    return f"{TITLE}, {len(data.values)} constituencies: {told}. {SOURCE}"


def shapes(painted: Painted) -> go.Figure:
    """The constituencies as filled shapes, without axes."""
    index = json.loads((STATIC / "geo" / "index.json").read_text(encoding="utf-8"))
    geometry = json.loads((STATIC / "geo" / index["west"]).read_text(encoding="utf-8"))
    figure = go.Figure()
    for feature in geometry["features"]:
        shape = feature["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        corners = [corner for part in parts for corner in [*part[0], (None, None)]]
        figure.add_scatter(
            x=[x for x, _ in corners],
            y=[y for _, y in corners],
            mode="lines",
            fill="toself",
            fillcolor=painted.colours.get(feature["id"], theme.LIGHT.missing),
            line={"color": BORDER, "width": 1.2},
            showlegend=False,
        )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")  # a degree is as long both ways here
    return figure.update_layout(
        width=MAP,
        height=HEIGHT - 16,
        margin={"l": 0, "r": 0, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )


def page(painted: Painted) -> str:
    """The page that is photographed."""
    legend = "".join(
        f'<li><i style="background:{colour}"></i>{escape(label)} · {count}</li>'
        for label, colour, count in painted.legend
    )
    look = theme.LIGHT
    return PAGE.format(
        width=WIDTH,
        height=HEIGHT,
        page=look.page,
        ink=look.ink,
        muted=look.muted,
        line=look.line,
        title=escape(TITLE),
        legend=legend,
        source=escape(SOURCE),
        map=shapes(painted).to_html(
            full_html=False, include_plotlyjs=True, config={"staticPlot": True}
        ),
    )


def photographed(html: str) -> Image.Image:
    """The page as a picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2)
        tab.set_content(html)
        tab.wait_for_selector(".js-plotly-plot .main-svg")
        tab.wait_for_timeout(500)
        shot = tab.screenshot()
        browser.close()
    return Image.open(io.BytesIO(shot)).convert("RGB").resize((WIDTH, HEIGHT), Image.LANCZOS)


def main() -> int:
    """Draw and write the picture."""
    data, painted = lead(Tables())
    told = PngImagePlugin.PngInfo()
    told.add_itxt("Description", description(data, painted))
    picture = photographed(page(painted)).quantize(128, dither=Image.Dither.NONE)
    picture.save(PREVIEW, optimize=True, pnginfo=told)
    print(f"{PREVIEW.name}: {PREVIEW.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
