"""The content of an estimate's inputs as a short text: equal inputs, equal key."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd


def content_key(
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    groups: Sequence[str] | None = None,
    seed: int = 0,
    draws: int = 0,
) -> str:
    """A SHA-256 over every byte of the counts, their types, shapes and labels, and the settings.

    Nothing is sampled: one vote more in one cell gives another key.
    """
    digest = hashlib.sha256()
    for frame in (origins, destinations):
        _add(digest, repr(frame.shape))
        for labels in (frame.index, frame.columns):
            if labels.dtype.kind in "iu":  # said by their bytes, a hundred times as fast
                _add(digest, str(labels.dtype))
                _add(digest, labels.to_numpy().tobytes())
            else:
                _add(digest, repr([(type(label).__name__, label) for label in labels.tolist()]))
        for at in range(frame.shape[1]):
            column = np.ascontiguousarray(frame.iloc[:, at].to_numpy())
            _add(digest, str(column.dtype))
            if column.dtype.hasobject:  # its bytes would be addresses
                _add(digest, repr(column.tolist()))
            else:
                _add(digest, column.tobytes())
    _add(digest, repr(None if groups is None else [str(group) for group in groups]))
    _add(digest, repr((seed, draws)))
    return digest.hexdigest()


def _add(digest: hashlib._Hash, part: str | bytes) -> None:
    """Add one part with its length before it, so that parts cannot run into each other."""
    data = part.encode() if isinstance(part, str) else part
    digest.update(len(data).to_bytes(8, "big"))
    digest.update(data)
