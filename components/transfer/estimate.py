"""The estimates the pages show, computed once for every content of their inputs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import streamlit as st

from mulembe.transfer.estimate import DRAWS, Estimate, estimate
from mulembe.transfer.keys import content_key
from mulembe.transfer.registers import NEVER

KEPT = 12  # estimates held at a time; those of a whole country are the largest
TABLES = 512


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

    def estimate(self) -> Estimate:
        """The estimate; raises TransferError. Not to be changed, all readers share it."""
        return _estimate(self.key, self)

    def flows(self, units: Sequence[Hashable] | None = None) -> pd.DataFrame:
        """``Estimate.table`` of some units, or of all; the intervals are drawn once."""
        asked = "all" if units is None else repr(sorted(units, key=repr))
        return _flows(self.key, asked, self, units)


@st.cache_resource(max_entries=KEPT, show_spinner="Estimating who moved where")
def _estimate(key: str, _inputs: Inputs) -> Estimate:  # noqa: ARG001 - what the cache looks at
    return estimate(
        _inputs.origins,
        _inputs.destinations,
        _inputs.groups,
        _inputs.seed,
        draws=_inputs.draws,
        never=NEVER,
    )


@st.cache_data(max_entries=TABLES, show_spinner=False)
def _flows(
    key: str,
    asked: str,  # noqa: ARG001 - what the cache looks at
    _inputs: Inputs,
    _units: Sequence[Hashable] | None,
) -> pd.DataFrame:
    return _estimate(key, _inputs).table(_units)
