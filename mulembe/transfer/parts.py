"""An estimate of two registers, and the flows of many of its parts at once: counties, say."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import pandas as pd

from mulembe.transfer.estimate import Estimate, estimate
from mulembe.transfer.registers import NEVER

Part = tuple[Hashable, ...]


def estimated(
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    groups: Sequence[str] | None,
    seed: int,
    draws: int,
) -> Estimate:
    """``estimate`` of voters on two registers, with the flows that nobody can make left out."""
    return estimate(origins, destinations, groups, seed, draws=draws, never=NEVER)


def flows_of(found: Estimate, parts: Sequence[Part | None]) -> dict[Part | None, pd.DataFrame]:
    """``Estimate.table`` of every part, a tuple of units; None is the whole."""
    return {part: found.table(part) for part in parts}
