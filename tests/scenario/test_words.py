import pytest
from hypothesis import HealthCheck, given, settings
from strategies import held, scenarios

from mulembe.scenario import presets, words
from mulembe.scenario.model import Inheritance, Move, Override, Scenario, Third, Turnout
from mulembe.scenario.outcome import run

WETANGULA = Move(
    leader="moses-wetangula", camp="government", delivery=0.6, home="218", reach=25, rest_home=0.25
)


def test_a_move_reads_as_a_strategist_says_it(tables):
    scenario = Scenario(cycle="2022", moves=[WETANGULA])
    assert words.sentence(scenario, tables) == (
        "Moses Wetang'ula backs Kenya Kwanza and delivers 60% at home (Kabuchai), fading to a "
        "third of that 25 km away; the rest stays with the rival (75%) and stays at home (25%)."
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "Nobody moves"),
        ({"third": Third(name="OKA", home="212", delivery=0.5, spread="flat")}, "OKA stands and"),
        (
            {"inheritance": [Inheritance(origin="odinga", shares=(0.5, 0.5, 0, 0))]},
            "Raila Odinga's 2017 column goes 50% to Azimio and 50% to Kenya Kwanza",
        ),
        (
            {"inheritance": [Inheritance(origin="odinga", shares=(0, 1, 0, 0), scope="037")]},
            "in Kakamega",
        ),
        ({"overrides": [Override(code="218", votes=(1, 2, 0, 0))]}, "1 constituency is set by"),
        (
            {"overrides": [Override(code="218", votes=(1, 2, 0, 0), kind="lock")]},
            "1 constituency is locked",
        ),
        (
            {"turnout": [Turnout(origin="odinga", rate=0.7)]},
            "70% of Raila Odinga's 2017 voters vote again, all over Kenya",
        ),
        (
            {"turnout": [Turnout(origin="absent", rate=0.1, county="037")]},
            "10% of those who did not vote in 2017 come out in Kakamega",
        ),
        ({"roll": "grown"}, "The register is that of 2022"),
        ({"roll": "grown", "growth": 0.5}, "grows by 0.5 times its growth"),
        (
            {"inheritance": [Inheritance(origin="kenyatta", shares=(1, 0, 0, 0))]},
            "Uhuru Kenyatta's 2017 column goes 100% to Azimio, all over Kenya",
        ),
    ],
)
def test_every_part_is_told(tables, changes, told):
    assert told in words.sentence(Scenario(cycle="2022").but(**changes), tables)


def test_tickets_are_called_by_their_camps_of_the_cycle(tables):
    assert words.ticket_names(tables, Scenario(cycle="2022"))["government"] == "Kenya Kwanza"
    assert words.ticket_names(tables, Scenario(cycle="2027"))["government"] == "Government"


def test_the_summary_has_result_base_and_address(tables):
    scenario = presets.preset("pledge-70", tables).scenario
    text = words.summary(run(scenario, tables), tables, "https://example.org/?s=x")
    for part in ("70.0%", "on 2017 results", "not a forecast", "https://example.org/?s=x"):
        assert part in text


def test_a_preset_that_was_changed_says_so(tables):
    start = presets.preset("west-2022", tables).scenario
    assert words.title(start, tables) == "West as in 2022"
    assert words.title(start.but(region="west4"), tables) == "West as in 2022"
    assert words.title(start.but(seed=1), tables) == "West as in 2022, changed"
    assert words.title(start.but(seed=1, name="Mine"), tables) == "Mine"
    assert words.title(Scenario(cycle="2022", name="Bare"), tables) == "Bare"


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_nobody_moves_is_said_only_when_the_votes_are_those_of_the_base(scenario):
    told = words.sentence(scenario, held())
    if told.startswith("Nobody moves"):
        base = presets.default(held(), scenario.cycle).scenario
        assert (run(scenario, held()).votes == run(base, held()).votes).all()
