"""Where the seats went: from the party a member was elected on, through two dates, to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from mulembe import alignment
from mulembe.regions import Region
from mulembe.tables import Tables

WEIGHTS = {"seats": "Seats", "registered": "Registered voters", "valid": "Valid votes"}
CYCLES = {"2022": ("2017", "2022"), "2027": ("2022", "")}  # cycle: elected at, elected next at


@dataclass(frozen=True)
class SeatFlows:
    """Seats moving through stages.

    ``stages`` names the stages in order. ``seats`` has a row per constituency with the member and
    the node at each stage (columns ``member_0``, ``node_0``, ...), the ``weight`` and the event ids
    behind the two dates. ``links`` has stage, source, target, weight, seats (count) and names.
    """

    stages: tuple[str, ...]
    seats: pd.DataFrame
    links: pd.DataFrame
    weight: str


def seat_flows(
    tables: Tables,
    cycle: str,
    day_a: date,
    day_b: date,
    region: Region,
    level: int = alignment.DEFAULT_LEVEL,
    weight: str = "seats",
) -> SeatFlows:
    """Follow each seat: party elected on, camp on two dates, party elected on next.

    ``cycle`` is "2022" (2017 to 2022) or "2027" (2022 to now, no next election yet). Weights are
    seats, the register or the valid votes of the election the cycle starts from. Raises
    alignment.DateError when a date lies outside the cycle or the two are in the wrong order.
    """
    for day in (day_a, day_b):
        if alignment.cycle_of(tables, day) != cycle:
            raise alignment.DateError(f"{day} is not in the cycle to {cycle}.")
    if day_b < day_a:
        raise alignment.DateError("The second date is before the first; swap them.")
    base, following = CYCLES[cycle]
    places = tables["constituencies"].set_index("code")["name"]
    table = pd.DataFrame({"constituency": places.loc[list(region.codes)]})
    start = alignment.members(tables, _election_day(tables, base))
    table["member_0"], table["node_0"] = start["name"], start["party"]
    for stage, day in ((1, day_a), (2, day_b)):
        seats = alignment.seats(tables, day, level, region)
        table[f"member_{stage}"], table[f"node_{stage}"] = seats["politician"], seats["camp"]
        table[f"event_{stage}"] = seats["event_id"]
        table[f"level_{stage}"] = seats["level"]
        table[f"weaker_camp_{stage}"] = seats["weaker_camp"]
    stages = [f"Elected {base} on", _day_name(day_a), _day_name(day_b)]
    if following:
        end = alignment.members(tables, _election_day(tables, following))
        table["member_3"], table["node_3"] = end["name"], end["party"]
        stages.append(f"Elected {following} on")
    table["weight"] = _weights(tables, base, weight, table.index)
    return SeatFlows(tuple(stages), table, _links(table, len(stages)), weight)


def seat_changes(flows: SeatFlows) -> pd.DataFrame:
    """The seats whose member or node differs between the first and the last stage."""
    last = len(flows.stages) - 1
    seats = flows.seats
    moved = (seats["node_1"] != seats["node_2"]) | (seats["member_0"] != seats[f"member_{last}"])
    return seats[moved]


def _links(table: pd.DataFrame, stages: int) -> pd.DataFrame:
    parts = []
    for stage in range(stages - 1):
        source, target = f"node_{stage}", f"node_{stage + 1}"
        member = f"member_{min(stage + 1, stages - 1)}"
        named = table["constituency"] + " (" + table[member].replace("", "vacant") + ")"
        grouped = table.assign(named=named).groupby([source, target], sort=True)
        part = grouped.agg(
            weight=("weight", "sum"), seats=("named", "size"), names=("named", ", ".join)
        ).reset_index(names=["source", "target"])
        parts.append(part.assign(stage=stage))
    columns = ["stage", "source", "target", "weight", "seats", "names"]
    return pd.concat(parts, ignore_index=True)[columns]


def _weights(tables: Tables, election_id: str, weight: str, codes: pd.Index) -> pd.Series:
    if weight == "seats":
        return pd.Series(1, index=codes)
    turnout = tables["turnout"]
    turnout = turnout[turnout["election_id"] == election_id].set_index("unit_code")
    return turnout[weight].loc[codes].astype(int)


def _election_day(tables: Tables, election_id: str) -> date:
    elections = tables["elections"].set_index("election_id")
    return date.fromisoformat(str(elections.loc[election_id, "date"]))


def _day_name(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
