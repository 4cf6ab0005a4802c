"""The methods: one Markdown file each in methods/, with a head of names, formulas and places.

A head lists ``key: value`` lines between two lines of dashes; ``formula`` and ``from`` may be
repeated. ``shown`` names pages with the fields of the view that lead to the number, as in
``map layer=swing; brief``, or is ``nowhere``. ``[[name]]`` in the text is a number of
``methods_numbers``: what is in the code or a table is never typed a second time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "methods"
GROUPS = {
    "votes": "Votes",
    "change": "What changed between elections",
    "transfer": "Who moved where",
    "people": "Members and leaders",
    "scenario": "Scenarios",
    "nation": "The nation",
    "evidence": "Evidence",
}
IDS = (
    "shares",
    "unity",
    "effective-number",
    "turnout",
    "readings",
    "swing",
    "apparent-transfer",
    "volatility",
    "bounds",
    "transfer",
    "registers",
    "evidence-levels",
    "alignment",
    "agreement",
    "member-gap",
    "reach",
    "scenario",
    "overrides",
    "draws",
    "solver",
    "drivers",
    "article-138",
    "weight",
    "backtest",
    "pledges",
    "polls",
)
PAGES = {
    "brief": "Brief",
    "map": "Map",
    "flows": "Flows",
    "leaders": "Leaders & MPs",
    "scenario": "Scenario",
    "compare": "Compare",
    "evidence": "Evidence",
}
NOWHERE = "nowhere"
_NUMBER = re.compile(r"\[\[([a-z0-9_]+)\]\]")


class MethodError(ValueError):
    """A file of a method is not as it should be; the text names file and fault."""


@dataclass(frozen=True)
class Place:
    """Where a number stands: a page, the fields that lead to it, and what to call it."""

    page: str
    fields: dict[str, str]
    name: str


@dataclass(frozen=True)
class Method:
    """One number: its formulas (LaTeX), text (Markdown), where it comes from and where it stands.

    ``sources`` are the publications the formula is from, or say that it is ours.
    """

    id: str
    title: str
    group: str
    formulas: tuple[str, ...]
    sources: tuple[str, ...]
    shown: tuple[Place, ...]
    text: str

    def told(self, part: str, numbers: dict[str, str]) -> str:
        """A formula or the text with its numbers; raises MethodError for one that is not known."""

        def number(found: re.Match[str]) -> str:
            if found[1] not in numbers:
                raise MethodError(f"{self.id}.md asks for the number '{found[1]}'.")
            return numbers[found[1]]

        return _NUMBER.sub(number, part)


@lru_cache(maxsize=1)
def methods() -> dict[str, Method]:
    """Every method by its id, in the order of IDS."""
    return {name: _read(name) for name in IDS}


def _read(name: str) -> Method:
    parts = (FOLDER / f"{name}.md").read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3:
        raise MethodError(f"{name}.md has no head between lines of dashes.")
    head: dict[str, list[str]] = {}
    for line in parts[1].splitlines():
        key, _, value = line.partition(": ")
        head.setdefault(key, []).append(value.strip())
    if set(head) != {"title", "group", "formula", "from", "shown"}:
        raise MethodError(f"{name}.md has the head {', '.join(head)}.")
    if head["group"][0] not in GROUPS:
        raise MethodError(f"{name}.md is of no group known here.")
    return Method(
        name,
        head["title"][0],
        head["group"][0],
        tuple(head["formula"]),
        tuple(head["from"]),
        tuple(_place(text) for text in head["shown"][0].split("; ") if text != NOWHERE),
        parts[2].strip(),
    )


def _place(text: str) -> Place:
    """Read ``map layer=swing (layer Swing)``: page, fields, and words for the link."""
    words, _, name = text.partition(" (")
    page, *fields = words.split()
    title = PAGES[page] + (f": {name.removesuffix(')')}" if name else "")
    return Place(page, dict(field.split("=", 1) for field in fields), title)
