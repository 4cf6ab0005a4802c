"""What a link shows before it is opened, and what search engines are told."""

from __future__ import annotations

import asyncio
import logging
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from streamlit import file_util

from deploy import preview
from mulembe.layers import LAYERS
from mulembe.tables import Tables
from serving import front_page, paths
from serving.front_page import FrontPage
from serving.headers import inline_hashes
from serving.settings import Settings

INDEX = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
HOSTILE = "<script>alert(1)</script>\"'&gt;"


class Head(HTMLParser):
    """Title, metas, scripts and references of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.scripts: list[str] = []
        self.links: list[str] = []
        self.title, self._within = "", ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._within = tag
        if tag == "meta" and (name := given.get("name") or given.get("property")):
            assert name not in self.meta or name == "theme-color"
            self.meta[name] = given["content"]
        if tag == "script":
            self.scripts.append(given.get("src") or "")
        if tag == "link":
            self.links.append(given["href"])

    def handle_data(self, data):
        if self._within == "title":
            self.title += data

    def handle_endtag(self, tag):
        self._within = ""


def ask(address: str, headers: dict[str, str] | None = None, **settings: str) -> Response:
    """What the route of an address answers."""
    path, _, query = address.partition("?")
    route = next(r for r in front_page.routes(Settings(**settings)) if r.path == path)
    named = {"host": "seen.example"} | (headers or {})
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
    }
    return asyncio.run(route.endpoint(Request(scope)))


def text(address: str, **settings: str) -> str:
    return bytes(ask(address, **settings).body).decode()


def head(address: str, **settings: str) -> Head:
    answer = ask(address, **settings)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    return Head(bytes(answer.body).decode())


def test_every_page_has_its_own_words():
    assert set(front_page.PAGES) == set(paths.PAGES)
    found = [head(f"/{page}") for page in front_page.PAGES]
    assert len({h.title for h in found}) == len(found)
    for page, read in zip(front_page.PAGES, found, strict=True):
        assert read.title.endswith(" · Mulembe")
        assert read.meta["og:title"] == read.title
        assert read.meta["description"] == read.meta["og:description"]
        assert 60 <= len(read.meta["description"]) <= 160
        assert read.meta["og:url"] == f"https://seen.example/{page}"
        assert read.meta["twitter:card"] == "summary_large_image"
        assert read.meta["og:image"].startswith("https://seen.example/app/static/preview.png?")
        assert read.meta["theme-color"] in front_page.COLOURS.values()


def test_the_page_is_streamlits_but_for_its_head():
    served = text("/map")
    before, after = Head(INDEX), Head(served)
    assert after.scripts == before.scripts
    assert inline_hashes(served.encode()) == inline_hashes(INDEX.encode())
    assert [link for link in after.links if "favicon" not in link] == [
        link for link in before.links if "favicon" not in link
    ]
    assert served.split("<body>")[1] == INDEX.split("<body>")[1]
    assert "<base" not in served


def test_layer_and_election_are_named_from_our_lists_only():
    assert head("/map?layer=turnout&election=2017").title == "Turnout, 2017 · Mulembe"
    assert head("/map?layer=swing&election=2017").title == f"{LAYERS['swing'].name} · Mulembe"
    assert head("/map?layer=scenario").meta["description"].startswith("A scenario, not a forecast")
    assert head("/flows?layer=turnout").title == "Flows · Mulembe"
    known = head("/map?layer=turnout&election=2017").meta["og:url"]
    assert known == "https://seen.example/map?layer=turnout&election=2017"


@pytest.mark.parametrize("field", ["layer", "election", "s", "only", HOSTILE])
def test_nothing_of_an_address_is_written_into_the_page(field):
    answer = text("/map?" + urlencode({field: HOSTILE}))
    assert "alert(1)" not in answer
    assert "og:url" not in Head(answer).meta  # it would lead away from the view
    ours = re.compile(r"<meta property=\"og:url\"[^>]*>\s*")
    assert answer == ours.sub("", text("/map"))


@pytest.mark.parametrize("host", ["evil.example/<b>", 'a"b', "a b", "", "x:999999", "a..b"])
def test_an_address_that_is_no_host_is_not_named(host):
    assert front_page.base(Settings(), "https", host) == ""
    assert front_page.base(Settings(public_url="https://m.example"), "https", host)
    read = Head(FrontPage(Settings()).html(front_page.shown("map", {}), ""))
    assert not {"og:image", "og:url"} & set(read.meta)
    assert read.meta["twitter:card"] == "summary"


def test_the_operators_address_goes_first():
    read = head("/map", public_url="https://m.example")
    assert read.meta["og:url"] == "https://m.example/map"
    assert read.meta["og:image"].startswith("https://m.example/")


@pytest.mark.parametrize(
    "robots, path, told",
    [
        ("noindex", "/", "noindex"),
        ("noindex", "/map?layer=turnout", "noindex"),
        ("index", "/", "index"),
        ("index", "/map?layer=turnout", "index"),
        ("index", "/scenario?s=abc", "noindex"),  # somebody's own
        ("index", "/map?embed=true", "noindex"),
    ],
)
def test_search_engines_are_told_once_and_the_same(robots, path, told):
    answer = ask(path, robots=robots)
    assert answer.headers["x-robots-tag"] == head(path, robots=robots).meta["robots"] == told
    rules = text("/robots.txt", robots=robots)
    assert "User-agent: *" in rules
    assert "Disallow: /\n" not in rules  # who may not read a page cannot read its noindex
    assert ("noindex" in rules) == (robots == "noindex")


def test_an_unchanged_page_is_not_sent_again():
    first = ask("/map")
    held = {"If-None-Match": first.headers["etag"]}
    again = ask("/map", held)
    assert again.status_code == 304
    assert not again.body
    other = ask("/flows", held)
    assert other.status_code == 200
    assert first.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "page",
    [INDEX.replace("<title>", "<title >"), INDEX.replace("</head>", ""), "", INDEX + "</head>"],
)
def test_another_shape_goes_out_as_it_is_and_is_told(page, caplog):
    with caplog.at_level(logging.WARNING, "mulembe.serving"):
        front = FrontPage(Settings(), page)
    assert front.html(front_page.shown("map", {}), "https://m.example") == page
    assert "another shape" in caplog.text


def test_the_picture_shows_what_the_tables_say():
    data, painted = preview.lead(Tables())
    with Image.open(front_page.PREVIEW) as picture:
        assert picture.size == (1200, 630)
        assert picture.text["Description"] == preview.description(data, painted)
        drawn = {colour for _, colour in picture.convert("RGB").getcolors(1200 * 630)}
    assert front_page.PREVIEW.stat().st_size < 150_000
    assert sum(count for _, _, count in painted.legend) == 38
    for _, colour, count in painted.legend:
        channels = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
        near = any(max(abs(a - b) for a, b in zip(channels, c, strict=True)) < 6 for c in drawn)
        assert near, f"{colour} of {count} constituencies is not in the picture"
