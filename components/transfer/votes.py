"""The area whose votes are shown, its registers and its estimate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pandas as pd

from components.data import tables
from components.places import candidate_slots
from components.ranges import Options
from components.transfer.estimate import Inputs
from mulembe.elections import MAPPED
from mulembe.layers import candidate_names
from mulembe.regions import Region
from mulembe.tables import Tables
from mulembe.transfer.estimate import Estimate
from mulembe.transfer.registers import (
    ABSENT,
    ENTERED,
    GONE,
    OTHERS,
    Registers,
    counties_of,
    registers,
    whole_country,
)

BASE, TO = MAPPED
KENYA = "kenya"
QUESTIONS = (
    ("odinga", "ruto"),
    ("odinga", "odinga"),
    ("odinga", ABSENT),
    ("kenyatta", "ruto"),
    (ABSENT, "ruto"),
    (ENTERED, "ruto"),
)
KEPT = 16


@dataclass(frozen=True)
class Votes:
    """The registers and the estimate of an area, and which part of it is shown.

    ``counties`` are those of the fit, names by code; ``codes`` the constituencies shown, of
    ``place``; ``fitted`` names the area all of whose constituencies the estimate learns from.
    """

    rolls: Registers
    groups: tuple[str, ...]
    counties: dict[str, str]
    codes: tuple[str, ...]
    place: str
    fitted: str

    def estimate(self) -> Estimate:
        """The estimate of the whole area."""
        return self._inputs.estimate()

    @cached_property
    def _inputs(self) -> Inputs:
        return Inputs(self.rolls.origins, self.rolls.destinations, self.groups)

    @property
    def origins(self) -> pd.DataFrame:
        """Voters by what they did before, in every constituency shown."""
        return self.rolls.origins.loc[list(self.codes)]

    @property
    def destinations(self) -> pd.DataFrame:
        """Voters by what they did after, in every constituency shown."""
        return self.rolls.destinations.loc[list(self.codes)]

    def flows(self, codes: Sequence[str] | None = None) -> pd.DataFrame:
        """``Estimate.table`` of some constituencies, or of those shown."""
        wanted = self.codes if codes is None else codes
        return self._inputs.flows(wanted)

    def prepare(self, parts: Iterable[Sequence[str] | None], doing: str) -> bool:
        """Work out the flows of those shown and of other parts; whether they could be had."""
        return self._inputs.prepare([self.codes, *parts], doing)

    def names(self, look: Options) -> tuple[dict[str, str], dict[str, str]]:
        """What origins and destinations are called."""
        return (
            {str(o): look.name(BASE, o) for o in self.rolls.origins},
            {str(d): look.name(TO, d) for d in self.rolls.destinations},
        )

    def colours(self, look: Options) -> tuple[dict[str, str], dict[str, str]]:
        """The colours of origins and destinations."""
        return (
            {str(o): look.colour(BASE, str(o)) for o in self.rolls.origins},
            {str(d): look.colour(TO, str(d)) for d in self.rolls.destinations},
        )

    def county(self, code: str) -> list[str]:
        """The constituencies of a county that the estimate covers."""
        units = self.rolls.origins.index
        return [unit for unit, group in zip(units, self.groups, strict=True) if group == code]


def votes(region: Region, area: str, county: str, exits: float) -> Votes:
    """The votes of the region, of one of its counties, or of Kenya (``area`` KENYA).

    A county that the region does not touch is left aside. Raises MissingResultsError when no
    constituency has results of both elections.
    """
    fitted = whole_country(tables()) if area == KENYA else region
    rolls = _registers(tables(), fitted.codes, exits)
    groups = tuple(counties_of(tables(), rolls))
    names = tables()["counties"].set_index("code")["name"]
    counties = {code: str(names[code]) for code in sorted(set(groups))}
    whole = "Kenya" if area == KENYA else region.name
    if area == KENYA or county not in counties:
        codes, place = tuple(rolls.origins.index), whole
    else:
        codes = tuple(
            unit for unit, group in zip(rolls.origins.index, groups, strict=True) if group == county
        )
        place = f"{counties[county]} county"
    return Votes(rolls, groups, counties, codes, place, whole)


def covered() -> int:
    """How many constituencies of Kenya have results of both elections."""
    return len(_registers(tables(), whole_country(tables()).codes, 0.0).origins)


def count(constituencies: int) -> str:
    """A number of constituencies in words."""
    return f"{constituencies} constituenc{'y' if constituencies == 1 else 'ies'}"


@lru_cache(maxsize=KEPT)
def _registers(held: Tables, codes: tuple[str, ...], exits: float) -> Registers:
    return registers(held, BASE, TO, codes, exits)


def options(exits: float = 0.0) -> Options:
    """Names and colours of what voters could do at both elections.

    Without exits the change of the register is held as its net growth or loss only.
    """
    names = {
        election: {c: name.split()[-1] for c, name in candidate_names(tables(), election).items()}
        for election in MAPPED
    }
    slots = {election: candidate_slots(election) for election in MAPPED}
    return Options(BASE, TO, names, slots, net=not exits)


def who_and_did(look: Options) -> tuple[dict[str, str], dict[str, str]]:
    """Origins as the voters of a sentence, destinations as what they did."""
    who = {
        OTHERS: f"{BASE} voters of other candidates",
        ABSENT: f"voters on the register without a valid vote in {BASE}",
        ENTERED: f"voters of the net growth of the register since {BASE}"
        if look.net
        else f"voters new on the register since {BASE}",
        **{c: f"{BASE} {name} voters" for c, name in look.surnames[BASE].items()},
    }
    did = {
        OTHERS: f"chose another candidate in {TO}",
        ABSENT: f"cast no valid vote in {TO}",
        GONE: f"stand in the net loss of the register by {TO}"
        if look.net
        else f"had left the register by {TO}",
        **{c: f"chose {name} in {TO}" for c, name in look.surnames[TO].items()},
    }
    return who, did
