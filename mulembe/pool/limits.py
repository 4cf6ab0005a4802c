"""How much heavy work there may be, and what is said when there is more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

PREFIX = "MULEMBE_"


class LimitsError(ValueError):
    """A setting that cannot be used; the text names it and what it may be."""


class PoolError(Exception):
    """The work was not done, through no fault of what was asked; the text says why."""


class TooBusyError(PoolError):
    """As much waits already as may wait; ask again in a moment."""


class TooLongError(PoolError):
    """The work was stopped at its deadline."""


@dataclass(frozen=True)
class Limits:
    """So many ``workers`` (processes), so many pieces that may wait, so many seconds for each.

    With 0 workers the work is done where it is asked for, without a deadline: for tests, and for
    a machine without room for a second process (each takes about 100 MB). ``megabytes`` is what
    the results kept may take together.
    """

    workers: int = 2
    queue: int = 8
    seconds: int = 30
    megabytes: int = 48

    def __post_init__(self) -> None:
        for name, (least, most) in RANGES.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise LimitsError(f"{name} is {value}: use {least} to {most}.")

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> Limits:
        """The limits of MULEMBE_WORKERS, MULEMBE_QUEUE and so on; what is not set has its default.

        Raises LimitsError.
        """
        found: dict[str, int] = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            text = settings.get(name, "").strip()
            if not text:
                continue
            least, most = RANGES[field.name]
            if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
                raise LimitsError(f"{name} is '{text[:20]}': use a number, {least} to {most}.")
            found[field.name] = int(text)
        return cls(**found)


RANGES = {"workers": (0, 16), "queue": (1, 200), "seconds": (1, 300), "megabytes": (1, 1000)}
