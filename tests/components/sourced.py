"""Finding the figures of a page that no source can be reached from.

A page is read as sections. A heading begins a section, and so does a block that holds headings, a
bordered card, an expander or a tab. What counts as a figure is a chart, a metric, a table, or a
bordered card with a digit in its own text. A figure is sourced when its section, or one that a
card or an expander stands in, has

- a popover whose key begins with ``sources_``, with at least one known source in it, or
- the id of a known source in code, or a link to a known source's address, or
- a source in a column of the table itself, an id or an address, or
- a block whose key begins with one of OWN: what the reader brought or assumes has no source.

A card counts as one: a source in any of its parts does for all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

FIGURES = ("plotly_chart", "metric", "dataframe", "arrow_data_frame", "table", "arrow_table")
HEADINGS = ("title", "header", "subheader")
ROOMS = ("expander", "expandable", "tab", "dialog", "status")
OWN = ("own_", "compared_")  # tables and line-ups of the reader
TEXTS = ("markdown", "caption", "text")


@dataclass
class Section:
    """A part of a page: its heading, its figures, and whether a source can be reached."""

    name: str
    parent: Section | None
    figures: list[str] = field(default_factory=list)
    sourced: bool = False

    def reached(self) -> bool:
        return self.sourced or (self.parent is not None and self.parent.reached())


def key_of(block: Block) -> str:
    """The key a block was given, "" for none."""
    return "-".join((getattr(block.proto, "id", "") or "").split("-")[2:])


def bordered(block: Block) -> bool:
    """Whether it is a card: a container with a border."""
    return bool(getattr(getattr(block.proto, "flex_container", None), "border", False))


def unsourced(app: AppTest, known: dict[str, str]) -> list[str]:
    """Figures of the main part of the page without a source: section and kind of figure.

    ``known`` maps the ids of sources to their addresses.
    """
    sections = list(read(app.main, known))
    return [f"{s.name}: {figure}" for s in sections if not s.reached() for figure in s.figures]


def read(block: Block, known: dict[str, str]) -> Iterator[Section]:
    """The sections of a block, in the order of the page."""
    top = Section("top", None)
    made = [top]
    _read(block, top, made, known)
    yield from made


def _read(block: Block, section: Section, made: list[Section], known: dict[str, str]) -> None:
    here = section
    for _, item in sorted(block.children.items()):
        if isinstance(item, Block):
            _block(item, here, made, known)
        elif item.type in HEADINGS or _is_heading(item):
            here = Section(str(item.value)[:60], section if section.name != "top" else None)
            made.append(here)
        else:
            _element(item, here, known)


def _block(block: Block, here: Section, made: list[Section], known: dict[str, str]) -> None:
    key = key_of(block)
    if block.type == "popover":
        if key.startswith("sources_"):
            here.sourced |= _cites(block, known)
        return  # a table in a popover is the twin of the chart above
    card = block.type not in ROOMS and bordered(block)
    if card or block.type in ROOMS or key.startswith(OWN):
        room = Section(f"{here.name} > {key or block.type}", here)
        made.append(room)
        if card and any(re.search(r"\d", str(t.value)) for t in _texts(block)):
            room.figures.append("card with numbers")
        room.sourced = key.startswith(OWN)
        first = len(made)
        _read(block, room, made, known)
        room.sourced |= card and any(part.sourced for part in made[first:])
    elif _has_heading(block):
        room = Section(f"{here.name} > {key or block.type}", None)
        made.append(room)
        _read(block, room, made, known)
    else:
        _read(block, here, made, known)


def _element(item: object, here: Section, known: dict[str, str]) -> None:
    kind = str(getattr(item, "type", ""))
    if kind in FIGURES:
        if not _lists_sources(item, known):
            name = getattr(item, "key", None) or getattr(item, "label", "")
            here.figures.append(f"{kind} {name}".strip())
    elif kind in TEXTS:
        here.sourced |= _names(str(getattr(item, "value", "")), known)


def _lists_sources(item: object, known: dict[str, str]) -> bool:
    table = getattr(item, "value", None)
    if not isinstance(table, pd.DataFrame):
        return False
    named = [column for column in table.columns if str(column).lower().startswith("source")]
    cells = {cell for column in named for cell in table[column]}
    return bool(cells & (set(known) | set(known.values()) - {""}))


def _texts(block: Block) -> Iterator[object]:
    for _, item in block.children.items():
        if isinstance(item, Block):
            if item.type != "popover" and not bordered(item):
                yield from _texts(item)
        elif item.type in TEXTS:
            yield item


def _cites(block: Block, known: dict[str, str]) -> bool:
    return any(_names(str(item.value), known) for item in _texts(block))


def _names(text: str, known: dict[str, str]) -> bool:
    coded = set(re.findall(r"`([a-z0-9-]+)`", text))
    linked = set(re.findall(r"\]\((http[^)\s]+)\)", text))
    return bool(coded & set(known)) or bool(linked & set(known.values()))


def _is_heading(item: object) -> bool:
    kind = getattr(item, "type", "")
    return kind == "markdown" and str(getattr(item, "value", "")).startswith("#")


def _has_heading(block: Block) -> bool:
    return any(
        (_has_heading(item) if item.type not in ROOMS and item.type != "popover" else False)
        if isinstance(item, Block)
        else (item.type in HEADINGS)
        for item in block.children.values()
    )
