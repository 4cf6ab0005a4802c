from collections import Counter

import pytest

from mulembe.scenario import presets
from mulembe.scenario.model import CYCLES, TICKETS
from mulembe.scenario.outcome import run
from mulembe.scenario.reading import ScenarioError, problems

TITLES = {
    "2022": [
        "December 2021 as reported",
        "January 2022 realignment",
        "70% pledge kept",
        "West as in 2017",
    ],
    "2027": [
        "West as in 2022",
        "Region behind the government, 90% pledge kept",
        "Opposition united with a Western running mate",
        "Local third ticket",
        "Split three ways",
    ],
}


@pytest.mark.parametrize("cycle", CYCLES)
def test_the_events_named_in_the_design_are_there(tables, cycle):
    titles = [preset.title for preset in presets.presets(tables, cycle)]
    assert set(TITLES[cycle]) <= set(titles)
    assert titles[0].startswith("West as in")


@pytest.mark.parametrize("cycle", CYCLES)
def test_both_main_camps_are_helped_by_as_many_presets(tables, cycle):
    helped = Counter(preset.helps for preset in presets.presets(tables, cycle))
    assert helped["government"] == helped["opposition"] > 0


@pytest.mark.parametrize("cycle", CYCLES)
def test_who_is_said_to_gain_gains(tables, cycle):
    start = run(presets.default(tables, cycle).scenario, tables).total_shares()
    for preset in presets.presets(tables, cycle):
        gain = run(preset.scenario, tables).total_shares() - start
        if preset.helps:
            assert TICKETS[int(gain.argmax())] == preset.helps, preset.preset_id


@pytest.mark.parametrize("cycle", CYCLES)
def test_every_preset_runs_and_names_known_sources(tables, cycle):
    known = set(tables["sources"]["source_id"])
    for preset in presets.presets(tables, cycle):
        assert problems(preset.scenario, tables) == []
        assert preset.sources
        assert set(preset.sources) <= known
        assert preset.scenario.preset == preset.preset_id
        assert preset.assumes.endswith(".")


@pytest.mark.parametrize(
    ("preset_id", "camp", "share"),
    [
        ("pledge-70", "government", 0.7),
        ("bukhungu", "opposition", 0.9),
        ("government-90", "government", 0.9),
        ("opposition-90", "opposition", 0.9),
    ],
)
def test_what_is_said_to_be_kept_is_kept(tables, preset_id, camp, share):
    outcome = run(presets.preset(preset_id, tables).scenario, tables)
    assert outcome.total_shares()[TICKETS.index(camp)] == pytest.approx(share, abs=2e-4)


def test_the_homes_are_those_of_the_homes_table(tables):
    homes = tables["homes"]
    for cycle in CYCLES:
        for preset in presets.presets(tables, cycle):
            for move in preset.scenario.moves:
                known = homes[homes["politician_id"] == move.leader]
                assert move.home in set(known["constituency_code"]), (preset.preset_id, move)


def test_the_dead_candidates_column_always_has_an_heir(tables):
    for preset in presets.presets(tables, "2027"):
        assert any(e.origin == "odinga" and not e.scope for e in preset.scenario.inheritance)


def test_an_unknown_preset_is_answered_with_those_there_are(tables):
    with pytest.raises(ScenarioError, match="west-2017"):
        presets.preset("nonsense", tables)
