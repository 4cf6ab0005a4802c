"""What the map can show of a scenario: who leads, by how much, and what changed on the base.

>>> from mulembe.scenario import presets
>>> from mulembe.scenario.outcome import run
>>> from mulembe.tables import Tables
>>> tables = Tables()
>>> outcome = run(presets.default(tables, "2027").scenario, tables)
>>> compute("scenario", outcome, outcome, tables).text["212"]
'Government +5.5 points'
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from mulembe.layers import Layer, LayerData
from mulembe.scenario import words
from mulembe.scenario.model import TICKETS, Scenario
from mulembe.scenario.outcome import Outcome
from mulembe.tables import Tables

MODELLED = "modelled"  # what the hatch of these layers means
NOTE = "Scenario, not a forecast."


def compute(
    layer: str,
    outcome: Outcome,
    base: Outcome,
    tables: Tables,
    codes: Collection[str] | None = None,
) -> LayerData:
    """A layer of a scenario over its region, ``base`` being the base as it was.

    ``codes`` keeps some constituencies only. Every unit is hatched, as modelled, but those set by
    hand. Raises KeyError for an unknown layer.
    """
    data = _COMPUTE[layer](outcome, base, tables)
    if codes is None:
        return data
    kept = set(codes)
    return replace(
        data,
        values=data.values[data.values.index.isin(kept)],
        hatched=tuple(code for code in data.hatched if code in kept),
        missing=tuple(code for code in data.missing if code in kept),
    )


def _lead(outcome: Outcome, _base: Outcome, tables: Tables) -> LayerData:
    names = words.ticket_names(tables, outcome.scenario)
    a, b = names["opposition"], names["government"]
    values = 100 * _gap(outcome)
    text = values.map(lambda value: _points(value, a, b))
    title = f"{_called(outcome.scenario)}: lead of {a} over {b}"
    return _answer(outcome, title, values, text, poles=(b, a), note=_third_note(outcome, names))


def _winner(outcome: Outcome, _base: Outcome, tables: Tables) -> LayerData:
    names = words.ticket_names(tables, outcome.scenario)
    inside, codes = outcome.inside, _codes(outcome)
    winners = pd.Series([TICKETS[i] for i in outcome.winners()[inside]], index=codes)
    winners = winners[outcome.valid[inside] > 0]
    shares = pd.DataFrame(100 * outcome.shares[inside], index=codes, columns=list(TICKETS))
    text = pd.Series({c: f"{names[w]} {shares.at[c, w]:.1f}%" for c, w in winners.items()})
    labels = {ticket: names[ticket] for ticket in winners.value_counts().index}
    title = f"{_called(outcome.scenario)}: who leads"
    return _answer(outcome, title, winners, text, labels=labels)


def _change(outcome: Outcome, base: Outcome, tables: Tables) -> LayerData:
    names = words.ticket_names(tables, outcome.scenario)
    a, b = names["opposition"], names["government"]
    values = 100 * (_gap(outcome) - _gap(base))
    text = values.map(lambda value: _points(value, f"to {a}", f"to {b}"))
    title = f"{_called(outcome.scenario)}: change on {outcome.scenario.base}"
    note = f"Change of the lead of {a} over {b}: twice the swing. {_third_note(outcome, names)}"
    return _answer(outcome, title, values, text, poles=(f"To {b}", f"To {a}"), note=note.strip())


def _gap(outcome: Outcome) -> pd.Series:
    """The opposition's lead over the government per constituency, as a fraction."""
    shares = outcome.shares[outcome.inside]
    a, b = TICKETS.index("opposition"), TICKETS.index("government")
    return pd.Series(shares[:, a] - shares[:, b], index=_codes(outcome))


def _codes(outcome: Outcome) -> list[str]:
    return [c for c, held in zip(outcome.base.codes, outcome.inside, strict=True) if held]


def _called(scenario: Scenario) -> str:
    return f"Scenario {scenario.cycle}"


def _points(value: float, ahead: str, behind: str) -> str:
    if np.isnan(value):
        return "nobody votes"
    if abs(value) < 0.05:
        return "no difference"
    return f"{ahead if value > 0 else behind} +{abs(value):.1f} points"


def _third_note(outcome: Outcome, names: dict[str, str]) -> str:
    """Where another ticket leads, the gap between the two is not the result: say so."""
    others = np.isin(outcome.winners(), [TICKETS.index(t) for t in ("third", "others")])
    count = int((others & outcome.inside & (outcome.valid > 0)).sum())
    if not count:
        return ""
    return f"{names['third']} leads in {count}; who leads where is a layer of its own."


def _answer(
    outcome: Outcome,
    title: str,
    values: pd.Series,
    text: pd.Series,
    *,
    labels: dict[str, str] | None = None,
    poles: tuple[str, str] = ("", ""),
    note: str = "",
) -> LayerData:
    by_hand = {override.code for override in outcome.scenario.overrides}
    kept = values.dropna()
    hatched = tuple(code for code in kept.index if code not in by_hand)
    missing = tuple(code for code in _codes(outcome) if code not in kept.index)
    told = f"{NOTE} {note}".strip()
    sources = sorted(outcome.base.sources)
    return LayerData(title, kept, text, sources, labels or {}, poles, hatched, missing, told)


_COMPUTE: dict[str, Callable[[Outcome, Outcome, Tables], LayerData]] = {
    "scenario": _lead,
    "scenario_winner": _winner,
    "scenario_change": _change,
}


def _asked_elsewhere(*_: object) -> LayerData:
    raise TypeError("a layer of a scenario is computed from an outcome")


LAYERS: dict[str, Layer] = {
    layer.id: layer
    for layer in (
        Layer("scenario", "Scenario lead", "diverging", "scenario", "points", False,
              "Lead of one main camp over the other in the scenario.", _asked_elsewhere,
              (-40.0, -20.0, -5.0, 5.0, 20.0, 40.0)),
        Layer("scenario_winner", "Scenario winner", "category", "scenario", "", False,
              "The camp with most votes in the scenario.", _asked_elsewhere),
        Layer("scenario_change", "Scenario change", "diverging", "scenario", "points", False,
              "Change of that lead against the base the scenario starts from.", _asked_elsewhere,
              (-30.0, -15.0, -5.0, 5.0, 15.0, 30.0)),
    )
}  # fmt: skip
# What a layer of one election becomes when the time is the scenario, and the other way round.
OF_ELECTION = {"margin": "scenario", "winner": "scenario_winner"}
OF_SCENARIO = {"scenario": "margin", "scenario_winner": "winner", "scenario_change": "margin"}
