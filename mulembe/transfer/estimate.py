"""Who moved where: an estimate of the votes behind two elections' totals, with its doubt."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from mulembe.engine import SERIAL, Engine
from mulembe.transfer.bounds import duncan_davis
from mulembe.transfer.contextual import Votes
from mulembe.transfer.counts import Counts, Table, TransferError, counts
from mulembe.transfer.model import Model, fit_model

__all__ = ["DRAWS", "LEVEL", "Diagnostics", "Estimate", "TransferError", "estimate"]

DRAWS = 400
FEWEST_DRAWS = 50
MOST_DRAWS = 4000
MOST_CELLS = 1_000_000  # units x origins x destinations: about 60 MB
LEVEL = 0.90


@dataclass(frozen=True)
class Diagnostics:
    """How the model sits on the data.

    ``fit``: squared misses of the destinations before each unit's own lean, against what the
    model expects of them (1: as expected; more: the units differ more); ``heterogeneity``: spread
    of these leans, in log-odds; ``effective_units``: how many units of equal size would weigh as
    much; ``context``: strength of the contextual effect, prior and data together; ``steps`` of the
    longest fit and whether all ``converged``.
    """

    units: int
    effective_units: float
    fit: float
    heterogeneity: float
    context: float
    steps: int
    converged: bool


@dataclass(frozen=True)
class Estimate:
    """Joint counts of origins and destinations in every unit, and what is known about them.

    ``joint`` is units x R x C in voters (fractions are kept); its sums are both margins and every
    cell lies within its bounds ``lower`` and ``upper`` (same shape; a flow that was said never to
    be has 0, and what that implies for other flows is not worked out). ``units``, ``origins`` and
    ``destinations`` are the labels, ``groups`` the group of each unit ("" when none were given);
    ``draws`` the number of random tables behind an interval.
    """

    units: tuple[Hashable, ...]
    groups: tuple[str, ...]
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    joint: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    diagnostics: Diagnostics
    draws: int
    _model: Model

    def table(
        self, units: Iterable[Hashable] | None = None, engine: Engine = SERIAL
    ) -> pd.DataFrame:
        """Every flow over some units, or all.

        Columns: origin, destination, estimate, low and high (interval of LEVEL, stretched to an
        estimate that lies outside), lower and upper (bounds), origin_total and destination_total;
        all in voters, and low and high NaN when no draws were asked for. ``engine`` says where the
        random tables are made. Raises KeyError for a unit that is not held.
        """
        which = self.rows(units)
        joint = self.joint[which].sum(axis=0)
        lower, upper = self.lower[which].sum(axis=0), self.upper[which].sum(axis=0)
        low, high = np.clip(self._interval(which, engine), lower, upper)  # beyond by 1e-12
        columns = {
            "estimate": joint,
            "low": np.minimum(low, joint),
            "high": np.maximum(high, joint),
            "lower": lower,
            "upper": upper,
            "origin_total": np.broadcast_to(joint.sum(axis=1, keepdims=True), joint.shape),
            "destination_total": np.broadcast_to(joint.sum(axis=0), joint.shape),
        }
        labels = pd.MultiIndex.from_product([self.origins, self.destinations])
        frame = pd.DataFrame({name: part.ravel() for name, part in columns.items()}, labels)
        whole = ["lower", "upper", "origin_total", "destination_total"]
        frame[whole] = frame[whole].round().astype("int64")
        return frame.rename_axis(["origin", "destination"]).reset_index()

    def rows(self, units: Iterable[Hashable] | None = None) -> np.ndarray:
        """Positions of some units in ``joint``, or of all; raises KeyError for one not held."""
        if units is None:
            return np.arange(len(self.units))
        return np.array([self._places[unit] for unit in units], dtype=int)

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        return {unit: place for place, unit in enumerate(self.units)}

    def _interval(self, which: np.ndarray, engine: Engine) -> np.ndarray:
        """Low and high of every cell over some units: 2 x R x C."""
        shape = (2, len(self.origins), len(self.destinations))
        if not self.draws:
            return np.full(shape, np.nan)
        with threadpool_limits(1):
            sums = self._model.drawn(which, self.draws, engine)
        tails = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
        return np.asarray(np.quantile(sums, tails, axis=0))


def estimate(
    origins: Table,
    destinations: Table,
    groups: Sequence[str] | None = None,
    seed: int = 0,
    *,
    draws: int = DRAWS,
    never: Collection[tuple[str, str]] = (),
) -> Estimate:
    """Estimate how many of each origin went to each destination, in every unit.

    ``origins`` is units x R and ``destinations`` units x C: whole, non-negative counts with equal
    sums in every row. Of two frames the rows are matched by their index. ``groups`` names the
    group (county, electorate) of each unit: groups differ, and borrow strength from each other.
    ``draws`` random tables give the intervals (0: none); equal input and seed, equal answer.
    ``never`` names pairs of an origin and a destination that no voter can make; a pair of options
    that are not held says nothing. Raises TransferError for counts that cannot be used.
    """
    _settings(seed, draws)
    held = counts(origins, destinations, groups)
    cells = len(held.x) * len(held.origins) * len(held.destinations)
    if cells > MOST_CELLS:
        raise TransferError(
            f"{cells:,} flows (units times options times options) are more than the "
            f"{MOST_CELLS:,} that can be estimated; leave out small options, or add units up"
        )
    possible = _possible(held, never)
    lower, upper = duncan_davis(held.x, held.y)
    upper = np.where(possible, upper, 0)
    with threadpool_limits(1):  # many tiny systems: more threads only wait for each other
        model = fit_model(Votes(held.x, held.y, possible), held.groups, seed)
    joint = np.clip(model.joint, lower, upper)  # beyond by 1e-12 where there is no choice
    if np.abs(joint - model.joint).max() > 1e-6 * max(1, held.x.sum()):
        raise TransferError("the totals of a unit force a flow that was said never to be")
    return Estimate(
        held.units,
        held.groups,
        held.origins,
        held.destinations,
        joint,
        lower,
        upper,
        _diagnostics(held, model),
        draws,
        model,
    )


def _settings(seed: int, draws: int) -> None:
    for name, value in (("seed", seed), ("number of draws", draws)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
            raise TransferError(f"the {name} must be a whole number, 0 or more")
    if 0 < draws < FEWEST_DRAWS:
        raise TransferError(
            f"{draws} draws are too few for an interval: ask for {FEWEST_DRAWS} or more, or for 0"
        )
    if draws > MOST_DRAWS:
        raise TransferError(f"{draws:,} draws are more than the {MOST_DRAWS:,} that can be made")


def _possible(held: Counts, never: Collection[tuple[str, str]]) -> np.ndarray:
    """Which flows there can be: R x C; raises TransferError where voters have no way left."""
    possible = np.array(
        [[(before, after) not in never for after in held.destinations] for before in held.origins]
    )
    for names, voters, ways in (
        (held.origins, held.x.sum(axis=0), possible.any(axis=1)),
        (held.destinations, held.y.sum(axis=0), possible.any(axis=0)),
    ):
        for at in np.flatnonzero((voters > 0) & ~ways)[:1]:
            raise TransferError(
                f"'{names[at]}' has voters, and every flow of it was said never to be"
            )
    return possible


def _diagnostics(held: Counts, model: Model) -> Diagnostics:
    sizes = held.x.sum(axis=1).astype(float)
    squares = float((sizes**2).sum())
    return Diagnostics(
        units=len(held.x),
        effective_units=float(sizes.sum() ** 2 / squares) if squares else 0.0,
        fit=model.dispersion,
        heterogeneity=model.leans,
        context=model.context,
        steps=model.steps,
        converged=model.converged,
    )
