"""Regions: named sets of constituencies that every measure is taken over.

A region is written in a link as a preset or county with changes and an optional name:
``west5``, ``county:037``, ``west5-216-225~Without the hills``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from mulembe.tables import Tables

DEFAULT = "west5"
NAME_LIMIT = 40
TOKEN_LIMIT = 700  # a base, 38 changes and a name of 40 characters that take 12 each
PRESET_NAMES = {
    "west5": "Western Kenya, five counties",
    "west4": "Former Western Province, four counties",
    "core30": "Four counties less Teso and Mt. Elgon",
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
    known, covered = _known(tables), _covered(tables)
    by_name = {region.name.lower(): region for region in counties(tables)}
    if token.strip().lower() in by_name:
        return by_name[token.strip().lower()]
    match = _TOKEN.fullmatch(token.strip()[:TOKEN_LIMIT])
    if not match:
        raise RegionError(
            f"'{token[:40]}' is not a region: use {', '.join(PRESET_NAMES)} or county:037."
        )
    if match["base"] not in known:
        listed = ", ".join(known)
        raise RegionError(
            f"'{match['base'][:40]}' is not a region known here: use one of {listed}."
        )
    codes = set(known[match["base"]].codes)
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
    label = " ".join(name.split())[:NAME_LIMIT].strip()
    for region in _known(tables).values():
        if codes == set(region.codes) and not label:
            return region
    start = set(_known(tables)[base].codes)
    changes = "".join(
        [f"+{code}" for code in sorted(codes - start)]
        + [f"-{code}" for code in sorted(start - codes)]
    )
    suffix = f"~{quote(label)}" if label else ""
    shown = label or f"Own region of {len(codes)}"
    return Region(f"{base}{changes}{suffix}", shown, tuple(sorted(codes)))


def presets(tables: Tables) -> list[Region]:
    """The preset regions, the default first."""
    return [_known(tables)[token] for token in PRESET_NAMES]


def counties(tables: Tables) -> list[Region]:
    """The counties of the region of 38, each as a region."""
    return [r for token, r in _known(tables).items() if token not in PRESET_NAMES]


def whole_counties(region: Region, tables: Tables) -> list[str] | None:
    """The counties the region consists of, or None when it cuts through one."""
    places = tables["constituencies"].set_index("code")["county_code"]
    touched = sorted(set(places.loc[list(region.codes)]))
    members = set(places.index[places.isin(touched)])
    return touched if members == set(region.codes) else None


def _covered(tables: Tables) -> set[str]:
    """Every constituency a region may hold: those of the counties."""
    return {code for county in counties(tables) for code in county.codes}


@lru_cache(maxsize=8)
def _known(tables: Tables) -> dict[str, Region]:
    """The presets and the counties by token; every page asks for them many times over."""
    places = tables["constituencies"]
    names = tables["counties"].set_index("code")["name"]
    members = {
        county: set(group["code"])
        for county, group in places[places["in_region"]].groupby("county_code")
    }
    found = {}
    for token, name in PRESET_NAMES.items():
        codes = set().union(*(members[county] for county in _COUNTIES[token]))
        found[token] = Region(token, name, tuple(sorted(codes - _LEFT_OUT.get(token, set()))))
    for county, codes in members.items():
        token = f"county:{county}"
        found[token] = Region(token, str(names[county]), tuple(sorted(codes)))
    return found
