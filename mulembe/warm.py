"""What a process loads before it is asked for anything, so that nobody waits for it."""

from __future__ import annotations

from mulembe.scenario import fit
from mulembe.scenario.base import load_base
from mulembe.scenario.model import CYCLES
from mulembe.schemas import SPECS
from mulembe.tables import DATA, opened


def warm() -> None:
    """Import what works and load the tables."""
    import mulembe.scenario.digest
    import mulembe.transfer.parts  # noqa: F401 - imported to be there

    held = opened(DATA)
    for name in SPECS:
        held[name]
    for cycle in CYCLES:
        load_base(held, cycle)
    fit.ground(held)
