"""Where the seats went: from the party a member was elected on, through two dates, to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

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
    the node at each stage (columns ``member_0``, ``node_0``, ...), the ``weight`` and, for the two
    dates, the member's ticket (``party``), the deciding event, its level, whether its camp had
    ended (``lapsed``) and the weaker event. ``links`` has stage, source, target, weight, seats,
    names and ``weaker``: how many of the seats are undeclared at the target with weaker evidence.
    """

    stages: tuple[str, ...]
    seats: pd.DataFrame
    links: pd.DataFrame
    weight: str


@lru_cache(maxsize=128)
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
        for column in ("party", "event_id", "level", "lapsed", "weaker_camp", "weaker_event_id"):
            table[f"{column}_{stage}"] = seats[column]
    stages = [f"Elected on, {base}", _day_name(day_a), _day_name(day_b)]
    if following:
        end = alignment.members(tables, _election_day(tables, following))
        table["member_3"], table["node_3"] = end["name"], end["party"]
        stages.append(f"Elected on, {following}")
    table["weight"] = _weights(tables, base, weight, table.index)
    return SeatFlows(tuple(stages), table, _links(table, len(stages)), weight)


def seat_changes(flows: SeatFlows) -> pd.DataFrame:
    """The seats whose camp or member differs between the two dates."""
    seats = flows.seats
    moved = (seats["node_1"] != seats["node_2"]) | (seats["member_1"] != seats["member_2"])
    return seats[moved]


def weaker_counts(flows: SeatFlows, stage: int) -> dict[str, int]:
    """Undeclared seats at a date (stage 1 or 2) with weaker evidence, per camp it points to."""
    seats = flows.seats
    undeclared = seats[seats[f"node_{stage}"].eq(alignment.UNDECLARED)]
    weaker = undeclared[f"weaker_camp_{stage}"]
    counts = weaker[weaker.ne("")].value_counts().sort_index()
    return {str(camp): int(count) for camp, count in counts.items()}


@dataclass(frozen=True)
class Step:
    """A day on which seats change hands or camp, or a key date on which none does.

    ``changes`` has a row per seat: constituency, member_before, before, member, after, event_id and
    lapsed. ``before`` and ``after`` are camp ids, "undeclared" or "vacant".
    """

    day: date
    changes: pd.DataFrame


def steps(
    tables: Tables, cycle: str, region: Region, last: date, level: int = alignment.DEFAULT_LEVEL
) -> list[Step]:
    """The days of a cycle up to ``last`` on which a seat of the region changes, oldest first.

    Key dates are always among them; the change is measured against the day before.
    """
    first, end = cycle_range(tables, cycle)
    keys = {date.fromisoformat(day) for day in tables["key_dates"]["date"]}
    days = sorted(day for day in keys | _turning_days(tables, region, level) if first < day <= end)
    before = alignment.seats(tables, first, level, region)
    found = []
    for day in days:
        if day > last:
            break
        after = alignment.seats(tables, day, level, region)
        changes = _changes(before, after)
        if len(changes) or day in keys:
            found.append(Step(day, changes))
        before = after
    return found


def cycle_range(tables: Tables, cycle: str) -> tuple[date, date]:
    """First and last day of a cycle; raises KeyError on an unknown cycle."""
    row = tables["cycles"].set_index("cycle_id").loc[cycle]
    return date.fromisoformat(row["from_date"]), date.fromisoformat(row["to_date"])


def _turning_days(tables: Tables, region: Region, level: int) -> set[date]:
    """Days on which a stand can change: events, ends of camps, members coming and going."""
    terms, events = tables["terms"], tables["alignment_events"]
    terms = terms[terms["office"].eq("mp") & terms["constituency_code"].isin(region.codes)]
    events = events[
        events["politician_id"].isin(terms["politician_id"])
        & events["level"].ge(level)
        & events["scope"].eq("presidency")
    ]
    ends = [*tables["camps"]["to_date"], *terms["left_by"]]
    after_end = {date.fromisoformat(day) + timedelta(days=1) for day in ends if day}
    starts = {*events["date_known"], *terms["elected_by"]}
    return after_end | {date.fromisoformat(day) for day in starts}


def _changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    both = pd.DataFrame(
        {
            "constituency": after["constituency"],
            "member_before": before["politician"],
            "before": before["camp"],
            "member": after["politician"],
            "after": after["camp"],
            "event_id": after["event_id"],
            "lapsed": after["lapsed"],
        }
    )
    same = (both["before"] == both["after"]) & (both["member_before"] == both["member"])
    return both[~same]


def _links(table: pd.DataFrame, stages: int) -> pd.DataFrame:
    parts = []
    for stage in range(stages - 1):
        ends = [f"node_{stage}", f"node_{stage + 1}"]
        members = table[f"member_{stage}"], table[f"member_{stage + 1}"]
        named = table["constituency"] + [
            f" ({_person(*pair)})" for pair in zip(*members, strict=True)
        ]
        weaker = pd.Series(False, index=table.index)
        if f"weaker_camp_{stage + 1}" in table:
            undeclared = table[ends[1]].eq(alignment.UNDECLARED)
            weaker = undeclared & table[f"weaker_camp_{stage + 1}"].ne("")
        part = (
            table.assign(named=named, weak=weaker)
            .groupby(ends, sort=True)
            .agg(
                weight=("weight", "sum"),
                seats=("named", "size"),
                weaker=("weak", "sum"),
                names=("named", ", ".join),
            )
            .reset_index(names=["source", "target"])
        )
        parts.append(part.assign(stage=stage))
    columns = ["stage", "source", "target", "weight", "seats", "weaker", "names"]
    return pd.concat(parts, ignore_index=True)[columns]


def _person(before: str, after: str) -> str:
    """Who holds the seat at a ribbon's two ends: one name, or both when it changed hands."""
    if before == after:
        return before or "vacant"
    return f"{before or 'vacant'}, then {after or 'vacant'}"


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
