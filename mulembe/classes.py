"""Sorting a layer's units into classes, with a label in words for each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mulembe.layers import Layer, LayerData


def class_breaks(values: pd.Series, layer: Layer, classes: int = 5) -> list[float]:
    """Upper limits of the classes, the last one the maximum.

    Fixed limits where the layer has them, else quantiles from mapclassify, so that each class holds
    about as many units (diverging layers: quantiles of the sizes, mirrored around zero), rounded
    to two digits.
    """
    known = values.dropna().astype(float)
    if layer.breaks:
        return [*layer.breaks, max(float(known.max()), layer.breaks[-1])]
    import mapclassify  # slow to import, and only some layers need it

    sizes = known.abs() if layer.kind == "diverging" else known
    wanted = min(4 if layer.kind == "diverging" else classes, sizes.nunique() - 1)
    if wanted < 2:
        return [float(known.max())]
    limits = [_rounded(limit) for limit in mapclassify.Quantiles(sizes, k=wanted).bins[:-1]]
    limits = sorted(set(limits))
    if layer.kind == "diverging":
        limits = [-limit for limit in reversed(limits)] + limits
    return [*limits, max(float(known.max()), limits[-1])]


@dataclass(frozen=True)
class Classes:
    """Units sorted into classes: a label per class in words, and each unit's class index.

    ``middle`` is the index of the class around zero of a diverging layer, else None.
    """

    labels: tuple[str, ...]
    index: pd.Series
    middle: int | None


def classify(data: LayerData, layer: Layer) -> Classes:
    """Sort a numeric layer's units into classes with labels such as 'Odinga by 5 to 20'."""
    limits = class_breaks(data.values, layer)
    index = pd.Series(np.searchsorted(limits[:-1], data.values, side="left"), data.values.index)
    lows = [None, *limits[:-1]]
    highs = [*limits[:-1], None]
    labels = tuple(
        _class_label(low, high, layer, data.poles) for low, high in zip(lows, highs, strict=True)
    )
    return Classes(labels, index, len(labels) // 2 if layer.kind == "diverging" else None)


def _class_label(
    low: float | None, high: float | None, layer: Layer, poles: tuple[str, str]
) -> str:
    if low is None and high is None:
        return "All"
    if layer.kind == "diverging":
        if low is not None and high is not None and low < 0 < high:
            return f"Within {high:g} points"
        side = poles[0] if (high is not None and high <= 0) else poles[1]
        near = min(abs(limit) for limit in (low, high) if limit is not None)
        far = max(abs(limit) for limit in (low, high) if limit is not None)
        open_end = low is None or high is None
        return f"{side} by {far:g} or more" if open_end else f"{side} by {near:g} to {far:g}"
    unit = {"%": "%", "points": " points"}.get(layer.unit, "")
    if low is None:
        return f"Up to {_number(high)}{unit}"
    return (
        f"Over {_number(low)}{unit}" if high is None else f"{_number(low)} to {_number(high)}{unit}"
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}".replace("-", "\u2212")


def _rounded(value: float) -> float:
    if value == 0:
        return 0.0
    digits = 1 - int(np.floor(np.log10(abs(value))))
    return float(round(value, digits))


def shared_classes(before: LayerData, after: LayerData, layer: Layer) -> Layer:
    """The layer with class limits fixed by both answers, so that two maps can be compared."""
    if layer.kind == "category":
        return layer
    both = pd.concat([before.values, after.values], ignore_index=True)
    return replace(layer, breaks=tuple(class_breaks(both, layer)[:-1]))
