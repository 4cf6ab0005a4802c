"""How a leader's pull fades with the distance from his home.

Every shape is 1 at home and 1/e at the reach, so that reaches can be compared across shapes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

E = float(np.e)
FORMS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "exponential": lambda x: np.exp(-x),
    "gaussian": lambda x: np.exp(-(x**2)),
    "rational": lambda x: 1 / (1 + (E - 1) * x**2),
    "linear": lambda x: np.clip(1 - x * (1 - 1 / E), 0, None),
}


def decay(distance: np.ndarray, reach: float, shape: str) -> np.ndarray:
    """The part of a leader's pull left at ``distance`` km, between 0 and 1.

    Raises KeyError for an unknown shape and ValueError for a reach that is not positive.
    """
    if reach <= 0:
        raise ValueError("the reach must be more than 0 km")
    return FORMS[shape](np.asarray(distance, dtype=float) / reach)
