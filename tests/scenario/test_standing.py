"""A scenario beside its base: the base's own numbers, and what differs from them."""

import numpy as np
import pytest

from mulembe import regions
from mulembe.scenario import presets
from mulembe.scenario.base import load_base
from mulembe.scenario.model import GONE, TICKETS, Move, Override, Scenario, Third, Uncertainty
from mulembe.scenario.outcome import run
from mulembe.scenario.simulate import simulate
from mulembe.scenario.standing import (
    Standing,
    camps_of,
    felt,
    flow_table,
    in_runs,
    total_turnout,
    turnout,
)

SIZES = Uncertainty(
    region=0.3,
    county=0.3,
    constituency=0.4,
    turnout_region=0.2,
    turnout_county=0.1,
    turnout_constituency=0.15,
)
KABUCHAI, LUGARI, IKOLOMANI = "218", "199", "210"
WETANGULA = Move(leader="moses-wetangula", camp="government", delivery=0.6, home=KABUCHAI, reach=25)


def base_scenario(tables, cycle="2027") -> Scenario:
    return presets.default(tables, cycle).scenario


def standing_of(tables, scenario: Scenario) -> Standing:
    now = run(scenario, tables)
    before = run(base_scenario(tables, scenario.cycle).but(region=scenario.region), tables)
    return Standing(now, before, simulate(now, SIZES, 2000))


@pytest.mark.parametrize(
    ("cycle", "election", "candidate", "share"),
    [("2022", "2017", "odinga", 0.779), ("2027", "2022", "odinga", 0.603)],
)
def test_the_ghost_is_the_base_as_declared(tables, count, cycle, election, candidate, share):
    found = standing_of(tables, base_scenario(tables, cycle)).totals
    votes = count(election, regions.parse("west5", tables).codes)
    assert found.at["opposition", "was_votes"] == votes[candidate]
    assert found.at["opposition", "was"] == pytest.approx(share, abs=5e-4)
    assert (found["votes"] == found["was_votes"]).all()
    assert found["change"].abs().max() == 0
    assert found["was_won"].sum() == 38


def test_a_move_changes_the_scenario_and_never_the_ghost(tables):
    plain = standing_of(tables, base_scenario(tables))
    moved = standing_of(tables, base_scenario(tables).but(moves=[WETANGULA]))
    assert (moved.totals["was"] == plain.totals["was"]).all()
    assert moved.totals.at["government", "change"] > 0.05
    change = moved.places["share_government"] - moved.places["was_government"]
    assert change.min() >= 0
    assert change.idxmax() in moved.ranked("government", "change").index[:1]


def test_totals_are_the_sums_of_the_places(tables):
    found = standing_of(tables, base_scenario(tables).but(moves=[WETANGULA], region="county:039"))
    inside = found.places[found.places["inside"]]
    assert len(inside) == 9
    for ticket in TICKETS:
        assert inside[f"votes_{ticket}"].sum() == found.totals.at[ticket, "votes"]
    assert found.totals["won"].sum() == 9
    assert inside["flips"].sum() == (inside["winner"] != inside["was_winner"]).sum()


def test_bungoma_changes_most_when_its_leader_moves(tables):
    plain = base_scenario(tables, "2022")
    found = standing_of(tables, plain.but(moves=[WETANGULA]))
    rows = found.by_county
    assert rows.index[0] == "039"
    assert set(rows.index) == {"026", "037", "038", "039", "040"}
    assert rows["size"].is_monotonic_decreasing
    first = rows.iloc[0]
    assert (first["mover"], first["places"], first["of"]) == ("government", 9, 9)
    assert first["size"] == first["change_government"] > 0.2
    assert first["low_government"] < first["share_government"] < first["high_government"]
    alone = standing_of(tables, plain.but(moves=[WETANGULA], region="county:039")).totals
    for name in ("votes", "share", "was", "change", "won", "was_won"):
        assert first[f"{name}_government"] == pytest.approx(alone.at["government", name])


def test_counties_add_up_and_a_cut_one_has_no_range(tables):
    found = standing_of(tables, base_scenario(tables).but(moves=[WETANGULA]))
    for ticket in TICKETS:
        for name in ("votes", "won", "was_won"):
            told = found.by_county[f"{name}_{ticket}"].sum()
            assert told == found.totals.at[ticket, name]
    cut = standing_of(tables, base_scenario(tables).but(region="core30")).by_county
    assert (cut.at["039", "places"], cut.at["039", "of"]) == (8, 9)
    assert np.isnan(cut.at["039", "low_government"])
    assert cut.at["037", "low_government"] < cut.at["037", "high_government"]
    assert "026" not in cut.index
    assert cut.at["039", "size"] == 0


def test_ranges_contain_the_medians_and_nearly_always_the_result(tables):
    found = standing_of(tables, base_scenario(tables).but(moves=[WETANGULA]))
    rows = found.places
    median = found.draws.median
    for i, ticket in enumerate(TICKETS):
        low, high = rows[f"low_{ticket}"].to_numpy(), rows[f"high_{ticket}"].to_numpy()
        assert (low <= median[:, i]).all()
        assert (median[:, i] <= high).all()
        share = rows[f"share_{ticket}"]
        assert share.between(rows[f"low_{ticket}"], rows[f"high_{ticket}"]).all()
    totals = found.totals
    middle = found.draws.region_range[1]
    assert (totals["low"].to_numpy() <= middle).all()
    assert (middle <= totals["high"].to_numpy()).all()
    assert totals.at[found.leader, "leads"] == pytest.approx(totals["leads"].max())


def test_orders_of_the_places(tables):
    found = standing_of(tables, base_scenario(tables).but(moves=[WETANGULA]))
    assert found.ranked("government", "change")["change"].abs().is_monotonic_decreasing
    assert found.ranked("government", "close")["margin"].is_monotonic_increasing
    assert found.ranked("government", "county").index.is_monotonic_increasing


def test_what_is_set_by_hand_is_named_and_does_not_vary(tables):
    hand = Override(code=LUGARI, votes=(20_000, 10_000, 0, 500))
    kept = Override(code=IKOLOMANI, votes=(1, 2, 0, 0), kind="lock")
    found = standing_of(tables, base_scenario(tables).but(overrides=[hand, kept]))
    row = found.places.loc[LUGARI]
    assert (row["hand"], found.places.at[IKOLOMANI, "hand"]) == ("override", "lock")
    assert row["votes_opposition"] == 20_000
    assert row["low_opposition"] == row["high_opposition"] == row["share_opposition"]
    assert row["wins_opposition"] == 1


def test_tickets_without_a_vote_are_left_out(tables):
    start = base_scenario(tables)
    assert standing_of(tables, start).tickets == ("opposition", "government", "others")
    third = Third(name="Ours", home=LUGARI, delivery=0.4)
    found = standing_of(tables, start.but(third=third))
    assert found.tickets == TICKETS
    assert camps_of(found.tickets) == TICKETS[:3]
    assert found.totals.at["third", "was"] == 0


def test_flows_add_up_to_the_register_of_the_base_and_the_new(tables):
    scenario = base_scenario(tables).but(moves=[WETANGULA], roll="grown", growth=1)
    outcome = run(scenario, tables)
    everyone = np.ones(len(outcome.base.codes), dtype=bool)
    table = flow_table(outcome, everyone)
    base = load_base(tables, "2027")
    sums = table.groupby("origin")["voters"].sum()
    for i, origin in enumerate(base.origins[:-1]):
        assert sums[origin] == base.voters[:, i].sum()
    assert sums["entered"] == outcome.voters[:, -1].sum() > 0
    gone = table.loc[table["destination"] == GONE, "voters"].sum()
    assert gone == outcome.gone.sum() > 0
    whole = table.groupby("origin")["of_origin"].sum()
    assert whole.to_numpy() == pytest.approx(1)
    assert table.groupby("destination")["of_destination"].sum().to_numpy() == pytest.approx(1)


def test_the_new_and_the_absent_are_rows_when_nobody_is_in_them(tables):
    outcome = run(base_scenario(tables), tables)
    table = flow_table(outcome, outcome.inside)
    assert set(table["origin"]) == set(outcome.base.origins)
    assert table.loc[table["origin"] == "entered", "voters"].sum() == 0
    assert table.loc[table["origin"] == "entered", "of_origin"].isna().all()
    kept = table[(table["origin"] == "odinga") & (table["destination"] == "opposition")]
    assert kept["of_origin"].item() == 1


def test_a_leader_is_felt_at_home_and_less_farther_away(tables):
    outcome = run(base_scenario(tables).but(moves=[WETANGULA]), tables)
    (home,), (away,) = felt(outcome, KABUCHAI), felt(outcome, LUGARI)
    assert (home.leader, home.camp, home.distance) == ("moses-wetangula", "government", 0)
    assert home.pull == pytest.approx(0.6)
    assert away.pull == pytest.approx(0.6 * np.exp(-away.distance / 25))
    assert felt(outcome, "001") == []
    third = Third(name="Ours", home=LUGARI, delivery=0.9)
    both = felt(run(base_scenario(tables).but(moves=[WETANGULA], third=third), tables), LUGARI)
    assert [one.leader for one in both] == ["Ours", "moses-wetangula"]


def test_turnout_of_the_base_and_of_nobody(tables):
    outcome = run(base_scenario(tables), tables)
    inside = outcome.inside
    assert total_turnout(outcome) == pytest.approx(
        outcome.valid[inside].sum() / outcome.register[inside].sum()
    )
    assert ((turnout(outcome) > 0.2) & (turnout(outcome) <= 1)).all()
    assert np.isnan(total_turnout(outcome, np.zeros(len(inside), dtype=bool)))


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (0.0, "in none of the runs"),
        (0.0001, "in fewer than 1 of 20 runs"),
        (0.05, "in 1 of 10 runs"),
        (0.5, "in 5 of 10 runs"),
        (0.66, "in 7 of 10 runs"),
        (0.95, "in 9 of 10 runs"),
        (0.9999, "in more than 19 of 20 runs"),
        (1.0, "in every run"),
    ],
)
def test_parts_of_runs_in_words(part, words):
    assert in_runs(part) == words
