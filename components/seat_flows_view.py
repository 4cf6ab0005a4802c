"""The seats' flows: from the party elected on, through two dates, to the party elected on next."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components import heavy, state, theme
from components.data import tables
from components.places import camp_slots
from components.provenance import figures_from, footer
from components.sankey import VACANT, Camps, node_name, seat_sankey
from components.strip import evidence_choice
from components.text import plain
from mulembe import alignment, flows
from mulembe.flows import WEIGHTS, SeatFlows, Step
from mulembe.regions import Region

CYCLES = {"2022": "2017 to 2022", "2027": "2022 to now"}
DEFAULT_DATES = {
    "2022": (date(2021, 12, 27), date(2022, 2, 1)),
    "2027": (date(2023, 1, 23), date.max),
}
WEIGHT_SOURCE = {"2022": "iebc-34c-2017", "2027": "tally-34b-2022"}
LISTED = 6


def view(region: Region) -> None:
    """Draw the controls, the sentence, the Sankey and the table of the seats that moved."""
    cycle = state.get("cycle")
    _controls(cycle)
    cycle = state.get("cycle")
    level, weight = state.level(), state.get("weight")
    days = date.fromisoformat(state.get("from")), date.fromisoformat(state.get("to"))
    _stepper(cycle, region, level)
    try:
        moving = flows.seat_flows(tables(), cycle, *days, region, level, weight)
    except alignment.DateError as error:
        st.info(plain(str(error)), icon=":material/swap_horiz:")
        st.button("Swap the dates", key="swap_dates", on_click=_swap)
        return
    camps = _camps()
    _sentence(moving, camps, level)
    _figure(moving, camps, cycle)
    _moved(moving, camps, days, cycle)


def chart(region: Region) -> None:
    """Draw the sentence and the Sankey alone."""
    cycle = state.get("cycle")
    _keep_dates(cycle)
    days = date.fromisoformat(state.get("from")), date.fromisoformat(state.get("to"))
    level, weight = state.level(), state.get("weight")
    try:
        moving = flows.seat_flows(tables(), cycle, *days, region, level, weight)
    except alignment.DateError as error:
        st.info(plain(str(error)), icon=":material/swap_horiz:")
        return
    camps = _camps()
    _sentence(moving, camps, level)
    _figure(moving, camps, cycle)


def _camps() -> Camps:
    return Camps(dict(tables()["camps"].set_index("camp_id")["name"]), camp_slots())


def _controls(cycle: str) -> None:
    _keep_dates(cycle)
    with st.container(horizontal=True, vertical_alignment="bottom", key="seat_controls"):
        st.segmented_control(
            "Between the elections",
            list(CYCLES),
            format_func=CYCLES.__getitem__,
            required=True,
            **state.bind("cycle", "flows"),
        )
        first, last = _range(cycle)
        for field, label in (("from", "Date A"), ("to", "Date B")):
            st.date_input(
                label,
                min_value=first,
                max_value=last,
                format="DD/MM/YYYY",
                width=140,
                **state.bind(
                    field,
                    "flows",
                    to_widget=date.fromisoformat,
                    to_field=lambda day: day.isoformat(),
                ),
            )
        evidence_choice("flows")
        st.segmented_control(
            "Ribbons as wide as",
            list(WEIGHTS),
            format_func=WEIGHTS.__getitem__,
            required=True,
            help="Voters and votes are those of the election that the cycle starts from.",
            **state.bind("weight", "flows"),
        )


def _range(cycle: str) -> tuple[date, date]:
    first, last = flows.cycle_range(tables(), cycle)
    return first, min(last, date.today())


def _keep_dates(cycle: str) -> None:
    """Give the dates the cycle's own when they lie outside it, as after a change of cycle."""
    first, last = _range(cycle)
    inside = [first <= date.fromisoformat(state.get(field)) <= last for field in ("from", "to")]
    if not all(inside):
        for field, day in zip(("from", "to"), DEFAULT_DATES[cycle], strict=True):
            state.put(field, min(day, last).isoformat())


def _swap() -> None:
    first, second = state.get("from"), state.get("to")
    state.put("from", second)
    state.put("to", first)


def _go(day: str) -> None:
    state.put("to", day)
    if state.get("from") > day:
        state.put("from", day)


def _stepper(cycle: str, region: Region, level: int) -> None:
    """Buttons that move date B from one day of change to the next, and what happened on it."""
    found: list[Step] | None = heavy.result(
        "Finding the days on which seats moved",
        flows.steps,
        tables(),
        cycle,
        region,
        _range(cycle)[1],
        level,
    )
    if found is None:
        return
    now = date.fromisoformat(state.get("to"))
    before = [step for step in found if step.day < now]
    after = [step for step in found if step.day > now]
    reached = [step for step in found if step.day <= now]
    with st.container(horizontal=True, vertical_alignment="center", key="stepper"):
        for name, icon, choice in (
            ("Previous step", "chevron_left", before[-1:]),
            ("Next step", "chevron_right", after[:1]),
        ):
            st.button(
                name,
                icon=f":material/{icon}:",
                key=name.lower().replace(" ", "_"),
                disabled=not choice,
                on_click=_go,
                args=(choice[0].day.isoformat() if choice else "",),
                help=f"Moves date B to {_long(choice[0].day)}" if choice else None,
            )
        if reached:
            where = f"Up to date B: step {len(reached)} of {len(found)}"
            st.markdown(f":small[**{where}** · {_happened(reached[-1])}]", width="stretch")
        else:
            st.markdown(":small[No seat has moved in this cycle by date B.]", width="stretch")
    st.caption(
        "Previous and Next step move date B to the previous or next day on which a seat changed, "
        "key dates included."
    )


def _happened(step: Step) -> str:
    """What a step changed, in one line."""
    key = tables()["key_dates"].set_index("date")["why"]
    why = key.get(step.day.isoformat())
    start = plain(f"{_long(step.day)}{f' ({why})' if why else ''}: ")
    if step.changes.empty:
        return start + "no seat changed at this evidence level."
    told = [plain(_change(change)) for change in step.changes.head(LISTED).to_dict("records")]
    rest = len(step.changes) - len(told)
    return start + "; ".join(told) + (f"; and {rest} more." if rest else ".")


def _change(change: dict[str, object]) -> str:
    names = dict(tables()["camps"].set_index("camp_id")["name"])
    camp = {"before": str(change["before"]), "after": str(change["after"])}
    told = {end: names.get(value, value) for end, value in camp.items()}
    place = str(change["constituency"])
    if camp["after"] == "vacant":
        return f"{place} fell vacant ({change['member_before']})"
    if change["member_before"] != change["member"]:
        stand = "" if camp["after"] == alignment.UNDECLARED else f", {told['after']}"
        return f"{place} elected {change['member']}{stand}"
    ended = " as that camp ended" if change["lapsed"] else ""
    return f"{place} ({change['member']}) {told['before']} to {told['after']}{ended}"


def _long(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _sentence(moving: SeatFlows, camps: Camps, level: int) -> None:
    seats, moved = moving.seats, flows.seat_changes(moving)
    declared = moved[moved["node_1"] != moved["node_2"]]
    counts = declared["node_2"].value_counts()
    told = ", ".join(f"{count} to {_in_text(camps, node)}" for node, count in counts.items())
    start = f"Between {moving.stages[1]} and {moving.stages[2]}, "
    if declared.empty:
        text = f"{start}none of the {len(seats)} seats changed camp"
    else:
        text = f"{start}{len(declared)} of {len(seats)} seats changed camp: {told}"
    st.markdown(f"#### {plain(text)}.")
    asked = f"Evidence L{level} or stronger: {alignment.LEVELS[level].lower()}."
    st.caption(plain(f"{asked} {_weaker(moving, camps)}"))


def _in_text(camps: Camps, node: object) -> str:
    name = camps.name(str(node))
    return name.lower() if node in (alignment.UNDECLARED, VACANT) else name


def _weaker(moving: SeatFlows, camps: Camps) -> str:
    """How many undeclared seats have weaker evidence, at both dates."""
    parts = []
    for stage in (1, 2):
        undeclared = int(moving.seats[f"node_{stage}"].eq(alignment.UNDECLARED).sum())
        counts = flows.weaker_counts(moving, stage)
        told = ", ".join(f"{camps.name(camp)} {count}" for camp, count in counts.items())
        weaker = f", {sum(counts.values())} with weaker evidence ({told})" if counts else ""
        parts.append(f"{moving.stages[stage]}: {undeclared} undeclared{weaker}")
    return ". ".join(parts) + "."


def _figure(moving: SeatFlows, camps: Camps, cycle: str) -> None:
    spoken = _spoken(moving, camps)
    st.plotly_chart(
        seat_sankey(moving, camps),
        key="seat_sankey",
        theme=None,
        config=theme.chart_config("mulembe-seats"),
        alt=spoken,
    )
    end = "" if len(moving.stages) == 4 else " There is no election after date B yet."
    wide = (
        ""
        if moving.weight == "seats"
        else " k is thousand and m million; the table has all digits."
    )
    footer(
        _sources(moving, cycle),
        _ribbons(moving, camps),
        "seat-flows",
        "Parties by short name. A ribbon has the colour of the camp it leads to; to the next "
        "election, of the camp it comes from. Hatched: undeclared with weaker evidence. The table "
        f"names the seats of every ribbon.{end}{wide}",
        spoken,
        method="alignment",
        frame="mps",
    )


def _spoken(moving: SeatFlows, camps: Camps) -> str:
    parts = []
    for stage, title in enumerate(moving.stages):
        counts = moving.seats[f"node_{stage}"].value_counts()
        names = [f"{node_name(moving, camps, stage, str(n))} {c}" for n, c in counts.items()]
        parts.append(f"{title}: {', '.join(names)}")
    return f"Sankey of {len(moving.seats)} seats. " + "; ".join(parts) + "."


def _ribbons(moving: SeatFlows, camps: Camps) -> pd.DataFrame:
    links, stages = moving.links, moving.stages
    table = pd.DataFrame(
        {
            "Step": [f"{stages[s]} to {stages[s + 1]}" for s in links["stage"]],
            "From": [node_name(moving, camps, r.stage, r.source) for r in links.itertuples()],
            "To": [node_name(moving, camps, r.stage + 1, r.target) for r in links.itertuples()],
            "Seats": links["seats"],
        }
    )
    if moving.weight != "seats":
        table[WEIGHTS[moving.weight]] = links["weight"]
    return table.assign(
        **{
            "Undeclared with weaker evidence": links["weaker"],
            "Constituency (member)": links["names"],
        }
    )


def _sources(moving: SeatFlows, cycle: str) -> set[str]:
    terms = tables()["terms"]
    used = terms[terms["constituency_code"].isin(moving.seats.index) & terms["office"].eq("mp")]
    used = used[used["parliament"].isin(["12", "13"] if cycle == "2022" else ["13"])]
    events = tables()["alignment_events"].set_index("event_id")["source_id"]
    columns = ["event_id_1", "event_id_2", "weaker_event_id_1", "weaker_event_id_2"]
    ids = {event for column in columns for event in moving.seats[column] if event}
    extra = {WEIGHT_SOURCE[cycle]} if moving.weight != "seats" else set()
    return {*used["source_id"], *events.loc[sorted(ids)], *extra}


def _moved(moving: SeatFlows, camps: Camps, days: tuple[date, date], cycle: str) -> None:
    moved = flows.seat_changes(moving)
    st.subheader(plain(f"Seats that moved, {_long(days[0])} to {_long(days[1])}"), anchor=False)
    if moved.empty:
        st.info(
            plain(
                f"No seat changed camp or member between {_long(days[0])} and {_long(days[1])} at "
                f"this evidence level. Move the dates apart or ask for weaker evidence."
            )
        )
        return
    st.caption("What decides where each member stands on the second date, with its source.")
    rows = [_evidence(seat, moving, camps) for seat in moved.to_dict("records")]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        key="moved_seats",
        row_height=42,
        column_config={"Source": st.column_config.LinkColumn("Source", display_text="Open")},
    )
    figures_from(_sources(moving, cycle), "moved_seats", "evidence-levels")


def _evidence(seat: dict[str, object], moving: SeatFlows, camps: Camps) -> dict[str, object]:
    """One moved seat: where it stood, where it stands, and on what that rests."""
    row = {
        "Constituency": seat["constituency"],
        "Member": seat["member_2"] or "vacant",
        "Elected on": seat["party_2"],
        moving.stages[1]: camps.name(str(seat["node_1"])),
        moving.stages[2]: camps.name(str(seat["node_2"])),
    }
    if row[moving.stages[1]] == row[moving.stages[2]]:
        row[moving.stages[2]] = f"{row[moving.stages[2]]} (new member)"
    events = tables()["alignment_events"].set_index("event_id")
    event_id = str(seat["event_id_2"] or seat["weaker_event_id_2"])
    if not event_id:
        return row | {"Evidence": "Change of member", "Date": "", "Source": None}
    event = events.loc[event_id]
    level = int(event["level"])
    weak = "" if seat["event_id_2"] else "Weaker: "
    sources = tables()["sources"].set_index("source_id")
    return row | {
        "Evidence": f"{weak}L{level} {alignment.LEVELS[level]}",
        "Date": event["date"],
        "Source": sources.loc[event["source_id"], "url"] or None,
        "What happened": f"{_ended(seat, event)}{event['statement']}",
    }


def _ended(seat: dict[str, object], event: pd.Series) -> str:
    """Why a seat fell back to undeclared although its last strong event stands."""
    if not seat["lapsed_2"]:
        return ""
    camp = tables()["camps"].set_index("camp_id").loc[event["camp"]]
    return f"{camp['name']} ended on {camp['to_date']}; before that: "
