"""The presets: scenarios named by event, each with what it assumes and its sources.

They are files of ``data/presets``, in the form a scenario is exported in. Both cycles hold as many
presets that help the one main camp as the other; a test sees to it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mulembe.scenario.model import CYCLES, Scenario
from mulembe.scenario.reading import ScenarioError, read
from mulembe.tables import TableError, Tables

FOLDER = "presets"
DEFAULTS = {"2022": "west-2017", "2027": "west-2022"}


@dataclass(frozen=True)
class Preset:
    """A named scenario: what it assumes in one sentence, where that comes from, whom it helps.

    ``helps`` is the camp that gains against the cycle's default, "" when none is meant to.
    """

    preset_id: str
    title: str
    assumes: str
    helps: str
    sources: tuple[str, ...]
    scenario: Scenario


def presets(tables: Tables, cycle: str) -> list[Preset]:
    """The presets of a cycle in their order, the default first."""
    return [p for p in _all(tables).values() if p.scenario.cycle == cycle]


def preset(preset_id: str, tables: Tables) -> Preset:
    """One preset; raises ScenarioError naming those there are."""
    known = _all(tables)
    if preset_id not in known:
        raise ScenarioError(f"'{preset_id[:40]}' is not a preset: use {', '.join(known)}.")
    return known[preset_id]


def default(tables: Tables, cycle: str) -> Preset:
    """What a cycle starts with: the base as it was."""
    return preset(DEFAULTS[cycle], tables)


@lru_cache(maxsize=8)
def _all(tables: Tables) -> dict[str, Preset]:
    found = []
    for path in sorted((tables.folder / FOLDER).glob("*.json")):
        try:
            found.append(_read(path, tables))
        except (KeyError, TypeError, ValueError) as error:
            fault = f"cannot be read ({' '.join(str(error).split())[:120]})."
            raise TableError(f"{FOLDER}/{path.name}", fault) from error
    if not found:
        raise TableError(FOLDER, "holds no preset.")
    cycles = list(CYCLES)
    found.sort(key=lambda item: (cycles.index(item[1].scenario.cycle), item[0]))
    return {p.preset_id: p for _, p in found}


def _read(path: Path, tables: Tables) -> tuple[int, Preset]:
    held = json.loads(path.read_text(encoding="utf-8"))
    named = held["scenario"] | {"preset": path.stem, "name": held["title"]}
    scenario, problems = read(named, tables)
    if problems:
        raise ScenarioError(str(problems[0]))
    words = (held["title"], held["assumes"], held["helps"], tuple(held["sources"]))
    return int(held["order"]), Preset(path.stem, *words, scenario)


@lru_cache(maxsize=8)
def data_version(tables: Tables) -> str:
    """Eight hexadecimal digits that change when a table or a preset changes."""
    digest = hashlib.sha256(tables.version.encode())
    for path in sorted((tables.folder / FOLDER).glob("*.json")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]
