"""The tables as the pages share them: loaded once per process, keyed by their content."""

from __future__ import annotations

import json
import time
from importlib import import_module
from pathlib import Path
from threading import Thread

import streamlit as st

from components import heavy
from mulembe import regions
from mulembe.regions import Region
from mulembe.tables import Tables, Watch, opened

STATIC = Path(__file__).resolve().parent.parent / "static"
SOON = 2.0  # seconds; who asks for heavy work before starts them himself
_WATCH = Watch()


@st.cache_resource(show_spinner="Loading the tables", max_entries=2)
def _tables(content: str) -> Tables:
    Thread(target=_ahead, daemon=True).start()
    return opened(content=content)


def _ahead() -> None:
    """Begin, while the first page is being built, what takes seconds and is needed soon after."""
    import_module("mapclassify")  # the first map needs it
    time.sleep(SOON)  # the processes of the pool take a second of both cores
    heavy.pool().start()


def tables() -> Tables:
    """The tables, read again only when a file changed: they are known by the hash of all files."""
    return _tables(_WATCH.content())


def region(token: str) -> Region:
    """The region of the view."""
    return regions.parse(token, tables())


def geometry_url(stem: str) -> str:
    """Address of a geometry file, relative to the page; its name carries its content hash."""
    index = json.loads((STATIC / "geo" / "index.json").read_text(encoding="utf-8"))
    return f"app/static/geo/{index[stem]}"
