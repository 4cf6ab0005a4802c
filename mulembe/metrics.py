"""The measures, as plain functions on votes.

Shares are fractions of valid votes between 0 and 1 unless a name says points or percent.
Aggregates are ratios of sums, never means of percentages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

MINOR_LIMIT = 0.05  # above this share of minor candidates, swing is taken over two parties only


@dataclass(frozen=True)
class BlocUnity:
    """How far a region votes as one bloc: ``unity = intensity * alignment``.

    ``lead`` is the signed mean margin of camp A over camp B (sum of w d), ``unity`` its size,
    ``intensity`` the mean size of the units' own margins (sum of w |d|) and ``alignment`` what is
    left of it after opposite margins cancel. All are fractions; ``units`` is the
    number of units they rest on.
    """

    unity: float
    intensity: float
    alignment: float
    lead: float
    units: int


def margins(votes_a: pd.Series, votes_b: pd.Series, valid: pd.Series) -> pd.Series:
    """Margin d of camp A over camp B per unit, as a fraction of valid votes."""
    return (votes_a - votes_b).astype(float) / valid.astype(float)


def bloc_unity(votes_a: pd.Series, votes_b: pd.Series, valid: pd.Series) -> BlocUnity:
    """Bloc unity over the units, each weighted by its share of valid votes.

    Raises ValueError when there are no valid votes.

        >>> a, b = pd.Series([60, 20]), pd.Series([40, 80])
        >>> result = bloc_unity(a, b, a + b)
        >>> round(result.unity, 2), round(result.intensity, 2), round(result.alignment, 2)
        (0.2, 0.4, 0.5)
    """
    total = float(valid.sum())
    if total <= 0:
        raise ValueError("bloc unity needs valid votes")
    difference = (votes_a - votes_b).astype(float)
    lead = float(difference.sum()) / total
    intensity = float(difference.abs().sum()) / total
    alignment = abs(lead) / intensity if intensity else 0.0
    return BlocUnity(abs(lead), intensity, alignment, lead, len(valid))


def contributions(votes_a: pd.Series, votes_b: pd.Series, valid: pd.Series) -> pd.Series:
    """What each unit adds to the region's lead, in percentage points; they sum to 100 x lead."""
    return 100 * (votes_a - votes_b).astype(float) / float(valid.sum())


def butler_swing(
    before_a: pd.Series, before_b: pd.Series, after_a: pd.Series, after_b: pd.Series
) -> pd.Series:
    """Butler swing to A in percentage points: half of (change in A's share - change in B's).

    Takes shares. Source: D. Butler, in The British General Election of 1951.
    """
    return 50 * ((after_a - before_a) - (after_b - before_b))


def steed_swing(
    before_a: pd.Series, before_b: pd.Series, after_a: pd.Series, after_b: pd.Series
) -> pd.Series:
    """Steed (two-party) swing to A in percentage points: change of A's part of the two-camp vote.

    Takes shares or votes. Used when minor candidates exceed 5% of the valid vote.
    """
    return 100 * (after_a / (after_a + after_b) - before_a / (before_a + before_b))


def apparent_transfer(before_a: pd.Series, before_b: pd.Series, after_b: pd.Series) -> pd.Series:
    """(B's share after - B's share before) / A's share before, as a fraction.

    Apparent only: turnout, new voters and incumbency are in it. NA where A had no votes.
    """
    return (after_b - before_b) / before_a.where(before_a > 0)


def turnout(cast: pd.Series, registered: pd.Series) -> pd.Series:
    """Votes cast over registered voters; NA where one is missing or more were cast than registered.

    The last is a fault of the form (Turkana West 2017) and not a turnout.
    """
    register = registered.astype("Float64")
    return cast.astype("Float64") / register.where((register > 0) & (cast <= register))


def effective_number(shares: pd.DataFrame) -> pd.Series:
    """Effective number of candidates per unit: 1 / sum of squared shares.

    Source: Laakso and Taagepera 1979.
    """
    return 1 / (shares.astype(float) ** 2).sum(axis=1)


def pedersen_volatility(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """Half the sum of absolute share changes over party families, in percentage points.

    Source: Pedersen 1979. Both mappings hold the same families.
    """
    if set(before) != set(after):
        raise ValueError("volatility needs the same families before and after")
    return 50 * sum(abs(after[family] - before[family]) for family in before)


def agreement_index(counts: Mapping[str, int]) -> float | None:
    """Agreement of members over camps: 1 all in one camp, 0 evenly split; None without members.

    Three or more camps: [max - (total - max) / 2] / total (Hix, Noury and Roland 2005). Two camps:
    Rice's index |a - b| / (a + b).
    """
    total, largest = sum(counts.values()), max(counts.values(), default=0)
    if total == 0:
        return None
    if len(counts) <= 2:
        return abs(2 * largest - total) / total
    return (largest - (total - largest) / 2) / total


def effective_total(votes: pd.DataFrame) -> float:
    """Effective number of candidates over all units together."""
    totals = votes.sum().to_numpy(dtype=float)
    return float(1 / np.sum((totals / totals.sum()) ** 2))
