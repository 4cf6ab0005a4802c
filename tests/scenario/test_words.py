import pytest

from mulembe.scenario import presets, words
from mulembe.scenario.model import Inheritance, Move, Override, Scenario, Third
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
