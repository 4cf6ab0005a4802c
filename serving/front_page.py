"""The page that every address answers with, with a title, a preview and a word to search engines.

Streamlit serves one ``index.html`` titled "Streamlit" for every page. Whoever sends our link in a
chat would send that. Here the same file, read from the installed package and otherwise unchanged,
goes out with what a preview needs. Title and description come from closed lists by the path and
two known parameters; nothing of an address is ever written into the page.

No script is added: the Content-Security-Policy allows Streamlit's own and no other inline script.
A file of another shape than expected is served as it is.
"""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from streamlit import file_util

from mulembe.layers import LAYERS
from mulembe.scenario import layers as scenario_layers
from serving.settings import Settings

LOG = logging.getLogger("mulembe.serving")
NAME = "Mulembe"
TITLE, HEAD_END = "<title>Streamlit</title>", "</head>"
ICON, OUR_ICON = 'href="./favicon.png"', 'href="./app/static/favicon.png"'
PREVIEW = Path(__file__).resolve().parent.parent / "static" / "preview.png"
PREVIEW_SAYS = (
    "Map of the 38 constituencies of Western Kenya by who led in the presidential vote of 2022 and "
    "by how much."
)
COLOURS = {"light": "#FBFAF7", "dark": "#15171B"}  # the pages of the theme
HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?")
ELECTIONS = ("2013", "2017", "2022")
ALL = LAYERS | scenario_layers.LAYERS
SCENARIO = "A scenario, not a forecast. "
# Path: (title, description). A test compares the paths with those that app.py routes.
PAGES = {
    "": (
        "Does Western Kenya vote as one bloc?",
        "38 constituencies: how they voted, where their members stand on what evidence, and what "
        "would follow if X backs Y. Every figure with its source.",
    ),
    "map": (
        "Map",
        "Western Kenya by constituency: who led, what changed, where the members stand. Every "
        "figure with its source.",
    ),
    "flows": (
        "Flows",
        "Who moved where: members between camps, dated and sourced, and voters from 2017 to 2022, "
        "estimated with intervals.",
    ),
    "leaders": (
        "Leaders & MPs",
        "Where the members and leaders of Western Kenya stand on any date, and on what evidence.",
    ),
    "scenario": (
        "What if?",
        SCENARIO + "Who backs whom, how many follow, and what that gives in 38 constituencies and "
        "the nation, with ranges.",
    ),
    "compare": (
        "Compare scenarios",
        "Scenarios, not forecasts, side by side: where they differ and which assumption drives "
        "the gap.",
    ),
    "evidence": (
        "Evidence",
        "What was pledged and what came, how wrong each method would have been, and every conflict "
        "between sources.",
    ),
}


@dataclass(frozen=True)
class Shown:
    """What of an address is known: its page, and its layer and election if they are ours.

    ``whole`` is whether nothing else was in it; what it shows beyond is somebody's own view.
    """

    page: str
    layer: str = ""
    election: str = ""
    whole: bool = True

    @property
    def title(self) -> str:
        """The title of the page, naming layer and election on the map."""
        named = ALL[self.layer].name if self.layer else PAGES[self.page][0]
        of_year = self.election and (not self.layer or ALL[self.layer].needs == "election")
        return f"{named}, {self.election} · {NAME}" if of_year else f"{named} · {NAME}"

    @property
    def description(self) -> str:
        """What the page answers."""
        start = SCENARIO if self.layer in scenario_layers.LAYERS else ""
        return start + PAGES[self.page][1]

    @property
    def address(self) -> str:
        """Path and known parameters, written anew."""
        known = {"layer": self.layer, "election": self.election}
        query = urlencode({name: value for name, value in known.items() if value})
        return f"/{self.page}" + (f"?{query}" if query else "")


def shown(page: str, query: dict[str, str]) -> Shown:
    """What is known of an address.

    >>> shown("map", {"layer": "swing", "s": "<b>"})
    Shown(page='map', layer='swing', election='', whole=False)
    """
    layer = query.get("layer", "") if page == "map" else ""
    election = query.get("election", "") if page == "map" else ""
    known = {
        "layer": layer if layer in ALL else "",
        "election": election if election in ELECTIONS else "",
    }
    return Shown(page, **known, whole=query == {k: v for k, v in known.items() if v})


def base(settings: Settings, scheme: str, host: str) -> str:
    """The address of the server: the operator's, else the one asked for; "" if that is no host."""
    if settings.public_url:
        return settings.public_url
    return f"{scheme}://{host}" if HOST.fullmatch(host) and scheme in ("http", "https") else ""


def robots(settings: Settings, what: Shown) -> str:
    """What search engines are told. Where they are let in, they get the pages, nobody's own view.

    >>> robots(Settings(robots="index"), Shown("map", whole=False))
    'noindex'
    """
    return "index" if settings.robots == "index" and what.whole else "noindex"


def tags(settings: Settings, what: Shown, server: str) -> str:
    """What is added to the head of the page."""
    meta = {
        "description": what.description,
        "robots": robots(settings, what),
        "twitter:card": "summary_large_image" if server else "summary",
    }
    graph = {
        "og:site_name": NAME,
        "og:type": "website",
        "og:title": what.title,
        "og:description": what.description,
    }
    if server:
        graph |= {
            "og:image": f"{server}/app/static/{PREVIEW.name}?{_stamp()}",
            "og:image:type": "image/png",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": PREVIEW_SAYS,
        }
        if what.whole:  # else it would lead those who follow the preview away from the view
            graph["og:url"] = server + what.address
    lines = [f'<meta name="{n}" content="{escape(v)}">' for n, v in meta.items()]
    lines += [f'<meta property="{n}" content="{escape(v)}">' for n, v in graph.items()]
    lines += [
        f'<meta name="theme-color" media="(prefers-color-scheme: {mode})" content="{colour}">'
        for mode, colour in COLOURS.items()
    ]
    return "\n    ".join(lines)


@lru_cache(maxsize=1)
def _stamp() -> str:
    return hashlib.sha256(PREVIEW.read_bytes()).hexdigest()[:10]


class FrontPage:
    """Streamlit's page with our head."""

    def __init__(self, settings: Settings, page: str | None = None) -> None:
        self.settings = settings
        index = Path(file_util.get_static_dir()) / "index.html"
        self.page = index.read_text(encoding="utf-8") if page is None else page
        self.known = self.page.count(TITLE) == 1 and self.page.count(HEAD_END) == 1
        if not self.known:
            LOG.warning("Streamlit's page has another shape than expected: links have no preview")

    def html(self, what: Shown, server: str) -> str:
        """The page for an address; Streamlit's own if its shape is not known."""
        if not self.known:
            return self.page
        title = f"<title>{escape(what.title)}</title>"
        head = f"  {tags(self.settings, what, server)}\n  {HEAD_END}"
        page = self.page.replace(ICON, OUR_ICON, 1)
        return page.replace(TITLE, title, 1).replace(HEAD_END, head, 1)

    async def answer(self, request: Request) -> Response:
        """The page, or that it did not change."""
        what = shown(request.url.path.strip("/"), dict(request.query_params))
        server = base(self.settings, request.url.scheme, request.headers.get("host", ""))
        body = self.html(what, server).encode()
        mark = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers = {
            "Cache-Control": "no-cache",
            "ETag": mark,
            "X-Robots-Tag": robots(self.settings, what),
        }
        if mark in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="text/html", headers=headers)


def robots_text(settings: Settings) -> str:
    """The file robots.txt.

    It shuts nobody out of the pages even where they are not to be indexed: who may not read a page
    cannot read that it is not to be indexed, and chats could not fetch its preview.
    """
    rule = (
        "# Pages may be indexed; views that people have set say for themselves that they may not."
        if settings.robots == "index"
        else "# Nothing here is to be indexed: every page says so itself (robots: noindex)."
    )
    return f"{rule}\nUser-agent: *\nDisallow: /_stcore/\nDisallow: /media/\nAllow: /\n"


def routes(settings: Settings) -> list[Route]:
    """The routes of all pages and of robots.txt, to stand before Streamlit's own."""
    front = FrontPage(settings)
    told = robots_text(settings)

    async def robots_file(_request: Request) -> Response:
        return PlainTextResponse(told, headers={"Cache-Control": "max-age=3600"})

    pages = [Route(f"/{page}", front.answer, methods=["GET"]) for page in PAGES]
    return [*pages, Route("/robots.txt", robots_file, methods=["GET"])]
