"""The link: a scenario as a short text for an address, and back.

The text is base64url of compressed JSON: the cycle, the preset it started from, what differs from
that preset, the version of the data and the totals it gave, so that a later reader learns which
numbers moved. A preset's id alone is a link too.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from mulembe.scenario import presets
from mulembe.scenario.model import TICKETS, Scenario
from mulembe.scenario.outcome import run
from mulembe.scenario.reading import Problem, ScenarioError, read
from mulembe.scenario.words import ticket_names
from mulembe.tables import Tables

TEXT_LIMIT = 32_000  # characters; only thousands of characters of reasons come near it
DATA_LIMIT = 64_000  # bytes of JSON; stops what unpacks to far more than a scenario
MOST_VOTES = 10**9  # more than any total can be
# What most links contain, so that the compressor can refer to it. Part of the format: a change
# makes old links unreadable.
_WORDS = (
    b'"kind":"lock","kind":"override","reason":"","rest_third":0.0,"rest_home":0.0,"origins":[]'
    b'"spread":"flat","spread":"county","counties":[["037",["038",["039",["040",["026",'
    b'"leader":"george-natembeya","leader":"musalia-mudavadi","leader":"moses-wetangula",'
    b'"camp":"third","camp":"opposition","camp":"government","spread":"decay","reach":25.0,'
    b'"delivery":0.9,"home":"2","third":{"name":"","leader":"","turnout":[{"origin":"absent",'
    b'"rate":0.,"county":"0"inheritance":[{"origin":"odinga","shares":[1.0,0.0,0.0,0.0],'
    b'"scope":"region"{"origin":"kenyatta","origin":"ruto","moves":[{"overrides":[{"code":"2",'
    b'"votes":[1,0,2],"kind":"override","reason":""},{"code":"2'
    b'{"v":1,"c":"2027","p":"west-2022","d":"","r":[0],"s":{"name":"","region":"west5"'
)


@dataclass(frozen=True)
class Opened:
    """A link that was read: the scenario, what in it could not be used, which numbers moved."""

    scenario: Scenario
    problems: tuple[Problem, ...] = ()
    moved: tuple[str, ...] = ()


def encode(scenario: Scenario, tables: Tables) -> str:
    """The text of a scenario for an address: letters, digits, - and _ only."""
    packed = {
        "v": scenario.version,
        "c": scenario.cycle,
        "p": scenario.preset,
        "d": presets.data_version(tables),
        "r": _totals(scenario, tables),
        "s": _difference(scenario, tables),
    }
    text = json.dumps(packed, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _WORDS)
    body = packer.compress(text.encode()) + packer.flush()
    check = zlib.crc32(body).to_bytes(4, "big")
    return base64.urlsafe_b64encode(check + body).decode().rstrip("=")


def decode(text: str, tables: Tables) -> Opened:
    """Read a link; raises ScenarioError with a sentence when nothing of it can be used."""
    text = text.strip()
    if text in {p.preset_id for cycle in presets.DEFAULTS for p in presets.presets(tables, cycle)}:
        return Opened(presets.preset(text, tables).scenario)
    packed = _unpacked(text)
    start, problems = _start(packed, tables)
    difference = packed.get("s", {})
    if not isinstance(difference, dict):
        raise ScenarioError("The link holds no scenario; the default is shown.")
    scenario, found = read(
        {**start, **difference, "cycle": packed.get("c"), "version": packed.get("v")}, tables
    )
    return Opened(scenario, (*problems, *found), _moved(packed, scenario, tables))


def _difference(scenario: Scenario, tables: Tables) -> dict[str, Any]:
    start = _known_preset(scenario.preset, scenario.cycle, tables)
    base = (start or Scenario(cycle=scenario.cycle)).model_dump(mode="json")
    full = scenario.model_dump(mode="json", exclude={"version", "cycle", "preset"})
    changed = {name for name, value in full.items() if value != base[name]}
    brief = scenario.model_dump(mode="json", exclude_defaults=True)
    return {name: brief.get(name, full[name]) for name in sorted(changed)}


def _known_preset(preset_id: str, cycle: str, tables: Tables) -> Scenario | None:
    for known in presets.presets(tables, cycle):
        if known.preset_id == preset_id:
            return known.scenario
    return None


def _start(packed: dict[str, Any], tables: Tables) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The preset the link starts from, as plain data."""
    cycle, name = str(packed.get("c")), packed.get("p", "")
    if not isinstance(name, str):
        name = ""
    if cycle not in presets.DEFAULTS:
        raise ScenarioError(f"The link is for the cycle '{cycle[:10]}', which is not known here.")
    start = _known_preset(name, cycle, tables)
    if start is None:
        told = f"The preset '{name[:40]}' is not known here; the link starts from the bare base."
        return {"preset": name[:60]}, (Problem(("preset",), told),) if name else ()
    return start.model_dump(mode="json"), ()


def _unpacked(text: str) -> dict[str, Any]:
    if len(text) > TEXT_LIMIT:
        raise ScenarioError(f"The link is longer than {TEXT_LIMIT:,} characters; none of ours is.")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise ScenarioError(
            "The link holds characters that no link of ours has; copy it whole from where it came."
        )
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise ScenarioError("The link is cut short; copy it whole from where it came.") from None
    check, body = raw[:4], raw[4:]
    if zlib.crc32(body).to_bytes(4, "big") != check:
        raise ScenarioError("The link is damaged or cut short; copy it whole from where it came.")
    return _parsed(_inflated(body))


def _inflated(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(-15, _WORDS)
    try:
        data = unpacker.decompress(body, DATA_LIMIT)
    except zlib.error:
        raise ScenarioError("The link is damaged; copy it whole from where it came.") from None
    if not unpacker.eof or unpacker.unused_data:
        raise ScenarioError("The link unpacks to more than a scenario can hold; it is not opened.")
    return data


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        packed = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ScenarioError("The link holds no scenario that can be read.") from None
    if not isinstance(packed, dict):
        raise ScenarioError("The link holds no scenario that can be read.")
    return packed


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _totals(scenario: Scenario, tables: Tables) -> list[int]:
    """Votes per ticket in the region, then in the nation."""
    outcome = run(scenario, tables)
    everywhere = np.ones(len(outcome.base.codes), dtype=bool)
    return [int(v) for v in (*outcome.totals(), *outcome.totals(everywhere))]


def _is_count(value: object) -> bool:
    """Whether this can be a number of voters; a forged link holds numbers of any length."""
    return type(value) is int and 0 <= value < MOST_VOTES


def _moved(packed: dict[str, Any], scenario: Scenario, tables: Tables) -> tuple[str, ...]:
    """Sentences on what other data changed, or none when the link was made from the same."""
    version, held = packed.get("d"), packed.get("r")
    if version == presets.data_version(tables) or not isinstance(held, list):
        return ()
    now = _totals(scenario, tables)
    if len(held) != len(now) or not all(_is_count(v) for v in held):
        return ()
    names = ticket_names(tables, scenario)
    places = [(place, names[t]) for place in ("the region", "the nation") for t in TICKETS]
    told = tuple(
        f"{name} in {place}: {then:,} votes when the link was made, {value:,} now"
        for (place, name), then, value in zip(places, held, now, strict=True)
        if then != value
    )
    return told or ("none of its totals moved",)
