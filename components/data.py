"""The tables as the pages share them: loaded once per process, keyed by their content."""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path
from threading import Thread

import streamlit as st

from mulembe import regions
from mulembe.regions import Region
from mulembe.tables import DATA, Tables

STATIC = Path(__file__).resolve().parent.parent / "static"


@st.cache_resource(show_spinner="Loading the tables", max_entries=2)
def _tables(stamp: int) -> Tables:  # noqa: ARG001 - the cache key
    # Takes a second to import and the first map needs it: begin while the page is being built.
    Thread(target=import_module, args=("mapclassify",), daemon=True).start()
    return Tables()


def tables() -> Tables:
    """The tables, read again only when a file changed."""
    stats = [(entry.name, entry.stat().st_mtime_ns) for entry in os.scandir(DATA)]
    return _tables(hash(tuple(sorted(stats))))


def region(token: str) -> Region:
    """The region of the view."""
    return regions.parse(token, tables())


def geometry_url(stem: str) -> str:
    """Address of a geometry file, relative to the page; its name carries its content hash."""
    index = json.loads((STATIC / "geo" / "index.json").read_text(encoding="utf-8"))
    return f"app/static/geo/{index[stem]}"
