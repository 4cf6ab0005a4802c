"""Regions: named sets of constituencies that every measure is taken over.

A region is written in a link as a preset or county with changes and an optional name:
``west5``, ``county:037``, ``west5-216-225~Without the hills``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from mulembe.tables import Tables

DEFAULT = "west5"
NAME_LIMIT = 40
TOKEN_LIMIT = 700  # a base, 38 changes and a name of 40 characters that take 12 each
PRESET_NAMES = {
    "west5": "Western Kenya, five counties",
    "west4": "Former Western Province, four counties",
    "core30": "Four counties less the Teso and Mt. Elgon seats",
}
_COUNTIES = {
    "west5": ("026", "037", "038", "039", "040"),
    "west4": ("037", "038", "039", "040"),
    "core30": ("037", "038", "039", "040"),
}
_LEFT_OUT = {"core30": {"216", "225", "226"}}
_TOKEN = re.compile(r"(?P<base>[a-z0-9]+|county:\d{3})(?P<changes>([+-]\d{3})*)(~(?P<name>.*))?")


class RegionError(ValueError):
    """A region cannot be read; the text says why in one sentence."""


@dataclass(frozen=True)
class Region:
    """A named set of constituencies.

    ``token`` is how a link or the command line writes it; ``codes`` are sorted three-digit codes.
    """

    token: str
    name: str
    codes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def is_preset(self) -> bool:
        """Whether the region is one of the presets, unchanged."""
        return self.token in PRESET_NAMES


def parse(token: str, tables: Tables) -> Region:
    """Read a region from its token; raises RegionError with a sentence for the user."""
    match = _TOKEN.fullmatch(token.strip()[:TOKEN_LIMIT])
    if not match:
        raise RegionError(
            f"'{token[:40]}' is not a region: use {', '.join(PRESET_NAMES)} or county:037."
        )
    codes = set(_base_codes(match["base"], tables))
    covered = set(_covered(tables))
    for change in re.findall(r"[+-]\d{3}", match["changes"]):
        if change[1:] not in covered:
            raise RegionError(f"{change[1:]} is not one of the {len(covered)} constituencies here.")
        (codes.add if change[0] == "+" else codes.discard)(change[1:])
    if not codes:
        raise RegionError("The region has no constituency left; keep at least one.")
    return define(codes, unquote(match["name"] or ""), tables, base=match["base"])


def define(codes: set[str], name: str, tables: Tables, base: str = DEFAULT) -> Region:
    """Make a region of these constituencies, written as changes to ``base``.

    A set that equals a preset or a county takes its token; the name is cut to 40 characters.
    """
    for known in [*PRESET_NAMES, *_county_tokens(tables)]:
        if codes == set(_base_codes(known, tables)) and not name.strip():
            return Region(known, _known_name(known, tables), tuple(sorted(codes)))
    start = set(_base_codes(base, tables))
    changes = "".join(
        [f"+{code}" for code in sorted(codes - start)]
        + [f"-{code}" for code in sorted(start - codes)]
    )
    label = " ".join(name.split())[:NAME_LIMIT].strip()
    suffix = f"~{quote(label)}" if label else ""
    shown = label or f"Own region of {len(codes)}"
    return Region(f"{base}{changes}{suffix}", shown, tuple(sorted(codes)))


def presets(tables: Tables) -> list[Region]:
    """The preset regions, the default first."""
    return [parse(token, tables) for token in PRESET_NAMES]


def counties(tables: Tables) -> list[Region]:
    """The counties of the region of 38, each as a region."""
    return [parse(token, tables) for token in _county_tokens(tables)]


def whole_counties(region: Region, tables: Tables) -> list[str] | None:
    """The counties the region consists of, or None when it cuts through one."""
    places = tables["constituencies"].set_index("code")["county_code"]
    touched = sorted(set(places.loc[list(region.codes)]))
    members = set(places.index[places.isin(touched)])
    return touched if members == set(region.codes) else None


def _covered(tables: Tables) -> list[str]:
    places = tables["constituencies"]
    return list(places.loc[places["in_region"], "code"])


def _county_tokens(tables: Tables) -> list[str]:
    places = tables["counties"]
    return [f"county:{code}" for code in places.loc[places["in_region"], "code"]]


def _base_codes(base: str, tables: Tables) -> list[str]:
    places = tables["constituencies"]
    if base in PRESET_NAMES:
        inside = places["county_code"].isin(_COUNTIES[base])
        kept = inside & ~places["code"].isin(_LEFT_OUT.get(base, set()))
        return list(places.loc[kept, "code"])
    if base in _county_tokens(tables):
        return list(places.loc[places["county_code"] == base[-3:], "code"])
    known = ", ".join([*PRESET_NAMES, *_county_tokens(tables)])
    raise RegionError(f"'{base[:40]}' is not a region known here: use one of {known}.")


def _known_name(token: str, tables: Tables) -> str:
    if token in PRESET_NAMES:
        return PRESET_NAMES[token]
    return str(tables["counties"].set_index("code")["name"][token[-3:]])
