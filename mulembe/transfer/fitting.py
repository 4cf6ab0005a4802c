"""Tables of given margins: iterative proportional fitting, made exact."""

from __future__ import annotations

import numpy as np

ROUNDS = 15


def fitted(
    tables: np.ndarray, rows: np.ndarray, columns: np.ndarray, rounds: int = ROUNDS
) -> np.ndarray:
    """Tables with the odds ratios of ``tables`` and exactly the given margins.

    ``tables`` is R x C x ... and positive wherever both margins are; ``rows`` (R x ...) and
    ``columns`` (C x ...) have equal sums. After iterative proportional fitting (Deming and Stephan
    1940) what is left is put right as in Altschuler, Weed and Rigollet (2017), Near-linear time
    approximation algorithms for optimal transport, algorithm 2: no cell is negative and both
    margins hold, so that every cell lies within its Duncan-Davis bounds.
    """
    tables = tables.copy()
    for _ in range(rounds):
        tables *= _ratio(rows, tables.sum(axis=1))[:, None]
        tables *= _ratio(columns, tables.sum(axis=0))
    tables *= np.minimum(1, _ratio(rows, tables.sum(axis=1)))[:, None]
    tables *= np.minimum(1, _ratio(columns, tables.sum(axis=0)))
    short = np.maximum(0, rows - tables.sum(axis=1))
    wanting = np.maximum(0, columns - tables.sum(axis=0))
    tables += short[:, None] * _ratio(wanting, wanting.sum(axis=0))
    return tables


def _ratio(wanted: np.ndarray, held: np.ndarray) -> np.ndarray:
    wanted, held = np.broadcast_arrays(wanted, held)
    found = np.zeros(held.shape)
    np.divide(wanted, held, out=found, where=held > 0)
    return found
