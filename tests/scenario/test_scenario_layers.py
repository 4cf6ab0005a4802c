"""Layers of a scenario on the map: lead, winner, change; hatched where modelled."""

from __future__ import annotations

import pytest

from mulembe.scenario import layers, presets
from mulembe.scenario.model import Override
from mulembe.scenario.outcome import Outcome, run
from mulembe.tables import Tables

TABLES = Tables()


def outcome(preset: str) -> Outcome:
    return run(presets.preset(preset, TABLES).scenario, TABLES)


def test_the_lead_of_the_base_is_that_of_the_election() -> None:
    base = outcome("west-2022")
    data = layers.compute("scenario", base, base, TABLES)
    # Sabatia 2022: (19,743 - 22,087) / 42,286
    assert data.values["212"] == pytest.approx(-5.543, abs=1e-3)
    assert data.text["212"] == "Government +5.5 points"
    assert len(data.values) == len(data.hatched) == 38


def test_the_change_is_the_lead_less_that_of_the_base() -> None:
    base, shown = outcome("west-2022"), outcome("running-mate")
    change = layers.compute("scenario_change", shown, base, TABLES)
    now = layers.compute("scenario", shown, base, TABLES).values
    was = layers.compute("scenario", base, base, TABLES).values
    assert change.values.to_numpy() == pytest.approx((now - was).to_numpy())
    assert change.poles == ("To Government", "To Opposition")


def test_the_base_against_itself_shows_no_difference() -> None:
    base = outcome("west-2022")
    assert set(layers.compute("scenario_change", base, base, TABLES).text) == {"no difference"}


def test_a_third_ticket_that_leads_is_a_winner_and_noted_beside_the_lead() -> None:
    base, shown = outcome("west-2022"), outcome("three-ways")
    winners = layers.compute("scenario_winner", shown, base, TABLES)
    assert winners.values["202"] == "third"
    assert winners.labels["third"] == "Local ticket"
    assert "Local ticket leads in 1" in layers.compute("scenario", shown, base, TABLES).note


def test_what_is_set_by_hand_is_not_hatched() -> None:
    start = presets.default(TABLES, "2027").scenario
    hand = start.but(overrides=[Override(code="212", votes=(1000, 500, 0, 0))])
    data = layers.compute("scenario", run(hand, TABLES), run(start, TABLES), TABLES)
    assert "212" not in data.hatched
    assert data.values["212"] == pytest.approx(100 / 3)


def test_some_constituencies_only() -> None:
    base = outcome("west-2022")
    data = layers.compute("scenario", base, base, TABLES, ("212", "213"))
    assert list(data.values.index) == ["212", "213"]
    assert data.hatched == ("212", "213")


def test_every_layer_of_the_scenario_is_computed_from_an_outcome() -> None:
    base = outcome("west-2022")
    for layer in layers.LAYERS:
        assert layers.compute(layer, base, base, TABLES).title.startswith("Scenario 2027")
        assert layers.OF_SCENARIO[layer]
    with pytest.raises(KeyError):
        layers.compute("margin", base, base, TABLES)
