"""Seats keep their number at every stage, and the known parliaments come out."""

from collections import Counter
from datetime import date

import pytest

from mulembe import flows, regions
from mulembe.alignment import DateError

PARTIES_2017 = {"ANC": 11, "JP": 10, "ODM": 9, "FORD-K": 7, "IND": 1}
PARTIES_2022 = {"ODM": 15, "UDA": 6, "ANC": 5, "FORD-K": 5, "DAP-K": 5, "JP": 1, "IND": 1}
A, B = date(2021, 12, 27), date(2022, 2, 1)


@pytest.fixture(scope="module")
def west(tables):
    return regions.parse("west5", tables)


@pytest.mark.parametrize("weight", list(flows.WEIGHTS))
@pytest.mark.parametrize(
    ("cycle", "first", "second"),
    [
        ("2022", A, B),
        ("2022", date(2017, 8, 9), date(2022, 9, 7)),
        ("2022", date(2020, 12, 10), date(2020, 12, 10)),
        ("2027", date(2023, 1, 23), date(2025, 12, 1)),
    ],
)
def test_every_stage_holds_all_seats_and_their_weight(tables, west, cycle, first, second, weight):
    moving = flows.seat_flows(tables, cycle, first, second, west, weight=weight)
    total = int(moving.seats["weight"].sum())
    links = moving.links.groupby("stage")[["seats", "weight"]].sum()
    assert len(links) == len(moving.stages) - 1 == (3 if cycle == "2022" else 2)
    assert (links["seats"] == 38).all()
    assert (links["weight"] == total).all()


def test_weights_are_those_of_the_election_the_cycle_starts_from(tables, west):
    def total(cycle, day, weight):
        return int(
            flows.seat_flows(tables, cycle, day, day, west, weight=weight).seats["weight"].sum()
        )

    assert total("2022", A, "registered") == 2_267_012
    assert total("2022", A, "valid") == 1_695_743
    assert total("2027", date(2024, 1, 1), "registered") == 2_616_929


def test_parties_elected_in_2017_and_2022(tables, west):
    moving = flows.seat_flows(tables, "2022", A, B, west)
    assert Counter(moving.seats["node_0"]) == PARTIES_2017
    assert Counter(moving.seats["node_3"]) == PARTIES_2022
    later = flows.seat_flows(tables, "2027", date(2023, 1, 1), date(2023, 2, 1), west)
    assert Counter(later.seats["node_0"]) == PARTIES_2022
    assert later.stages == ("Elected on, 2022", "1 Jan 2023", "1 Feb 2023")


def test_camps_of_the_two_dates_of_the_replay(tables, west):
    seats = flows.seat_flows(tables, "2022", A, B, west).seats
    before = {"undeclared": 34, "azimio": 2, "kenya_kwanza": 1, "oka": 1}
    assert Counter(seats["node_1"]) == before
    assert Counter(seats["node_2"]) == {"undeclared": 28, "azimio": 6, "kenya_kwanza": 4}


@pytest.mark.parametrize("code", ["199", "206", "215", "208"])
def test_those_who_only_attended_are_undeclared_on_27_december(tables, west, code):
    seat = flows.seat_flows(tables, "2022", A, B, west).seats.loc[code]
    assert seat["node_1"] == "undeclared"
    assert seat["weaker_camp_1"] == "azimio"


def test_a_ribbon_names_its_seats_and_both_members_when_the_seat_changed_hands(tables, west):
    links = flows.seat_flows(tables, "2022", A, B, west).links
    ribbon = links.set_index(["stage", "source", "target"])["names"]
    assert ribbon[1, "undeclared", "kenya_kwanza"] == (
        "Sirisia (John Waluke), Bumula (Mwambu Mabonga), Webuye West (Daniel Wanyama)"
    )
    assert "Matungu (Justus Murunga, then Peter Nabulindo)" in ribbon[0, "ANC", "undeclared"]


def test_weaker_evidence_is_counted_on_ribbons_and_per_date(tables, west):
    moving = flows.seat_flows(tables, "2022", A, B, west)
    assert flows.weaker_counts(moving, 1) == {"azimio": 8}
    assert flows.weaker_counts(moving, 2) == {"azimio": 6, "kenya_kwanza": 4}
    assert moving.links.groupby("stage")["weaker"].sum().tolist() == [8, 10, 0]


def test_seats_that_moved_between_the_dates(tables, west):
    moved = flows.seat_changes(flows.seat_flows(tables, "2022", A, B, west))
    assert set(moved.index) == {"199", "201", "206", "208", "217", "219", "222", "225"}
    assert bool(moved.at["201", "lapsed_2"])
    same_day = flows.seat_changes(flows.seat_flows(tables, "2022", A, A, west))
    assert same_day.empty


def test_a_change_of_member_counts_as_a_move(tables, west):
    moving = flows.seat_flows(tables, "2022", date(2020, 1, 1), date(2021, 4, 1), west)
    assert set(flows.seat_changes(moving).index) == {"206", "218"}


def test_a_vacant_seat_is_a_node_of_its_own(tables, west):
    day = date(2020, 12, 10)
    seats = flows.seat_flows(tables, "2022", day, day, west).seats
    assert set(seats.index[seats["node_1"] == "vacant"]) == {"206", "218"}


def test_dates_in_the_wrong_order_or_cycle_raise(tables, west):
    with pytest.raises(DateError, match="swap"):
        flows.seat_flows(tables, "2022", B, A, west)
    with pytest.raises(DateError, match="not in the cycle to 2027"):
        flows.seat_flows(tables, "2027", A, B, west)


def test_steps_are_the_days_of_change_and_the_key_dates(tables, west):
    steps = {step.day: step.changes for step in flows.steps(tables, "2022", west, date(2026, 1, 1))}
    assert list(steps) == sorted(steps)
    assert set(steps[date(2022, 1, 9)]["constituency"]) == {"Sirisia", "Bumula", "Webuye West"}
    assert steps[A].empty
    end = steps[date(2022, 1, 24)].set_index("constituency")
    assert end.at["Malava", "after"] == "undeclared"
    assert bool(end.at["Malava", "lapsed"])
    assert all(len(changes) for day, changes in steps.items() if day not in (A, date(2022, 1, 23)))


def test_steps_stop_at_the_last_day_asked_for(tables, west):
    assert flows.steps(tables, "2022", west, A)[-1].day == A
    assert flows.steps(tables, "2022", west, date(2018, 1, 1)) == []


def test_steps_add_up_to_the_flow(tables, west):
    """Replaying every step from the start gives the camps of the end."""
    start, end = date(2017, 8, 9), date(2022, 9, 7)
    seats = flows.seat_flows(tables, "2022", start, end, west).seats
    camps = seats["node_1"].copy()
    for step in flows.steps(tables, "2022", west, end):
        assert (camps[step.changes.index] == step.changes["before"]).all()
        camps[step.changes.index] = step.changes["after"]
    assert camps.tolist() == seats["node_2"].tolist()
