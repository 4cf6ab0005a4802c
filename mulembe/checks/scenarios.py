"""Checks of the presets: they run, cite known sources, and favour nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mulembe.checks.finding import Finding, counted
from mulembe.scenario.model import CYCLES
from mulembe.scenario.outcome import run
from mulembe.scenario.presets import presets as read_presets
from mulembe.tables import Tables


def presets(tables: Tables) -> Iterator[Finding]:
    """Check that every preset runs on its base and keeps the number of voters."""
    known = set(tables["sources"]["source_id"])
    faults, held = [], [p for cycle in CYCLES for p in read_presets(tables, cycle)]
    for preset in held:
        outcome = run(preset.scenario, tables)
        if (outcome.flows.sum(axis=2) != outcome.voters).any():
            faults.append(f"{preset.preset_id} loses voters")
        faults += [f"{preset.preset_id} cites {s}" for s in preset.sources if s not in known]
    yield counted("presets", len(held), faults, "runs, keeps all voters, cites known sources")


def balance(tables: Tables) -> Iterator[Finding]:
    """Check that in each cycle as many presets help the one main camp as the other."""
    faults = []
    for cycle in CYCLES:
        helped = Counter(p.helps for p in read_presets(tables, cycle))
        if helped["government"] != helped["opposition"]:
            faults.append(
                f"{cycle}: {helped['government']} help the government, "
                f"{helped['opposition']} the opposition"
            )
    yield counted("cycles", len(CYCLES), faults, "as many presets for either main camp")
