"""The estimates the pages show, computed once for every content of their inputs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import pandas as pd
from cachetools import LRUCache

from components import heavy
from mulembe.transfer.estimate import DRAWS, Estimate
from mulembe.transfer.keys import content_key
from mulembe.transfer.parts import Part, estimated, flows_of

TABLES = 512  # of about 8 kB
SMALLER = "Choose a smaller area, such as a county, or try again when fewer are reading."

_flows: LRUCache[tuple[str, Part | None], pd.DataFrame] = LRUCache(TABLES)
_lock = Lock()


@dataclass(frozen=True)
class Inputs:
    """What an estimate is made of, with the key of its content taken once.

    The frames are not to be changed afterwards.
    """

    origins: pd.DataFrame
    destinations: pd.DataFrame
    groups: Sequence[str] | None = None
    seed: int = 0
    draws: int = DRAWS

    @cached_property
    def key(self) -> str:
        """The key of the content: a hash of every byte that goes in.

        Streamlit's own hashing of large frames looks at a sample of rows, and can return the
        answer to other counts.
        """
        return content_key(self.origins, self.destinations, self.groups, self.seed, self.draws)

    def prepare(self, parts: Iterable[Sequence[Hashable] | None], doing: str) -> bool:
        """Work out the estimate and the flows of some parts; whether they could be had.

        ``doing`` says to the reader what is drawn. None is the whole.
        """
        wanted = list(dict.fromkeys(map(_part, parts)))
        with _lock:
            wanted = [part for part in wanted if (self.key, part) not in _flows]
        if not wanted:
            return True
        found = heavy.result(
            "Estimating who moved where", *self._work(), key=self.key, smaller=SMALLER
        )
        if found is None:
            return False
        tables = heavy.result(
            doing,
            flows_of,
            found,
            tuple(wanted),
            key=(self.key, *wanted),
            smaller=SMALLER,
            keep=False,
        )
        if tables is None:
            return False
        with _lock:
            _flows.update({(self.key, part): table for part, table in tables.items()})
        return True

    def estimate(self) -> Estimate:
        """The estimate; raises TransferError. Not to be changed, all readers share it."""
        found: Estimate = heavy.value(*self._work(), key=self.key)
        return found

    def flows(self, units: Sequence[Hashable] | None = None) -> pd.DataFrame:
        """``Estimate.table`` of some units, or of all; the intervals are drawn once."""
        part = _part(units)
        with _lock:
            held = _flows.get((self.key, part))
        if held is None:
            held = self.estimate().table(part)
            with _lock:
                _flows[self.key, part] = held
        return held.copy()

    def _work(self) -> tuple[object, ...]:
        """What is called for the estimate, and with what."""
        return estimated, self.origins, self.destinations, self.groups, self.seed, self.draws


def _part(units: Sequence[Hashable] | None) -> Part | None:
    """The units of a part in one order; None is the whole."""
    return None if units is None else tuple(sorted(units, key=repr))
