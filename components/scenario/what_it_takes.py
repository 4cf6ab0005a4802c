"""What would it take? A goal and one lever as a sentence, and the answer as another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
import streamlit as st

from components import heavy, state, whatif
from components.data import region, tables
from components.places import places
from components.provenance import footer
from components.scenario import proposal, sweep, tickets, tornado
from components.scenario.shown import TAG, percent
from components.shell import honest_errors
from components.text import plain
from mulembe.scenario import levers, solve, words
from mulembe.scenario.levers import GROUPS, SHARE, Lever, LeverError, shown
from mulembe.scenario.model import TICKETS, Scenario
from mulembe.scenario.national import COUNTIES_NEEDED, nation
from mulembe.scenario.outcome import Outcome
from mulembe.scenario.solve import Answer, Goal, GoalError
from mulembe.scenario.standing import in_runs

ASKS = {"solve": "One lever to a goal", "sweep": "Sweep a lever", "tornado": "What matters most"}
GOALS = {
    "region": "wins the region",
    "share": "reaches a share of the region",
    "majority": "passes both national gates",
    "runoff": "there is a run-off",
    "county": "holds a county",
}
NAMED = 8  # constituencies named in the sentence; the table has all of them


@st.fragment
@honest_errors("what it takes")
def what_it_takes() -> None:
    """Draw the three questions about the scenario shown; only the chosen one is worked out."""
    st.subheader("What would it take?", anchor=False)
    st.segmented_control(
        "Question",
        list(ASKS),
        format_func=ASKS.__getitem__,
        required=True,
        label_visibility="collapsed",
        **state.bind("ask", "takes"),
    )
    scenario = whatif.scenario()
    ask = state.get("ask")
    if ask == "tornado":
        tornado.tornado(scenario, lambda: _camp_choice(scenario, "Whose share"))
    elif ask == "sweep":
        sweep.sweep(scenario, _lever_choice(scenario, "Move one lever of"))
    else:
        _solve(scenario)
    state.publish()


def _camp_choice(scenario: Scenario, label: str) -> str:
    names, chosen = tickets.names(scenario), tickets.asked(scenario)
    options = tickets.standing(scenario)
    options += [chosen] if chosen not in options else []
    place = labelled(label, (names[camp] for camp in options))
    st.selectbox(
        label,
        options,
        format_func=names.__getitem__,
        width=220,
        **_bound("who", place, chosen),
    )
    if chosen == "third" and scenario.third is None:
        st.caption("No third ticket stands in this scenario; add one to give it votes.")
    return chosen


def _solve(scenario: Scenario) -> None:
    goal = _goal_choice(scenario)
    lever = _lever_choice(scenario, "by moving one lever of")
    if lever is None:
        return
    try:
        answer = heavy.result(
            "Trying the lever over its range", solve.solve, scenario, tables(), lever.path, goal
        )
    except (LeverError, GoalError) as error:
        st.warning(plain(str(error)), icon=":material/block:")
        return
    if answer is not None:
        _tell(answer)


def _goal_choice(scenario: Scenario) -> Goal:
    with st.container(horizontal=True, vertical_alignment="bottom", key="goal_sentence"):
        kind = state.get("goal")
        camp = "" if kind == "runoff" else _camp_choice(scenario, "What would it take so that")
        st.selectbox(
            "What would it take so that" if kind == "runoff" else "does this",
            list(GOALS),
            format_func=GOALS.__getitem__,
            width=270,
            **state.bind("goal", "takes"),
        )
        if kind == "share":
            st.number_input(
                "namely, % of valid votes",
                0.0,
                100.0,
                step=1.0,
                format="%g",
                width=200,
                **state.bind(
                    "target", "takes", to_widget=float, to_field=lambda value: f"{value:g}"
                ),
            )
        county = _county_choice() if kind == "county" else ""
    return Goal(kind, camp, float(state.get("target")) / 100, county)


def _county_choice() -> str:
    counties = tables()["counties"].set_index("code")
    codes = [*counties.index[counties["in_region"]], *counties.index[~counties["in_region"]]]
    chosen = state.get("held") or codes[0]
    st.selectbox(
        "namely",
        codes,
        format_func=lambda code: str(counties.at[code, "name"]),
        width=200,
        **state.bind("held", "takes", to_widget=lambda _: chosen),
    )
    return chosen


def _lever_choice(scenario: Scenario, label: str) -> Lever | None:
    """The lever to move, by its group and then its name."""
    known = {lever.path: lever for lever in levers.levers(scenario, tables())}
    asked = state.get("lever")
    if asked and asked not in known:
        try:
            known[asked] = levers.lever(scenario, tables(), asked)
        except LeverError as error:
            st.warning(plain(f"{error} The first lever is taken instead."), icon=":material/block:")
            asked = ""
    chosen = known[asked or _first(known)]
    groups = [g for g in GROUPS if any(lever.group == g for lever in known.values())]
    with st.container(horizontal=True, vertical_alignment="bottom", key="lever_sentence"):
        st.session_state["lever_group"] = chosen.group
        st.selectbox(
            label,
            groups,
            width=220,
            key="lever_group",
            on_change=_to_group(known),
        )
        mine = [path for path, lever in known.items() if lever.group == chosen.group]
        place = labelled("takes", (known[path].label for path in mine))
        st.selectbox(
            "namely this one, all else as it is",
            mine,
            format_func=lambda path: known[path].label,
            **_bound("lever", place, chosen.path),
        )
    return chosen


def _bound(field: str, place: str, chosen: str) -> dict[str, Any]:
    """A binding whose value is sent to the browser at every run.

    A new select box drawn by two runs in a row would start at its first option otherwise, since
    the browser sees the second of them only.
    """
    bound = state.bind(field, place, to_widget=lambda _: chosen)
    st.session_state[bound["key"]] = chosen
    return bound


def labelled(place: str, labels: Iterable[str]) -> str:
    """The place of a select box that is a new widget whenever its labels change.

    The browser keeps the chosen label, not the option. A widget kept over a change of names would
    show the old name and send it back as if the reader had chosen it.
    """
    return f"{place}_{crc32(chr(10).join(labels).encode()):08x}"


def _first(known: dict[str, Lever]) -> str:
    """What a strategist reaches for first: a leader's delivery, else who inherits."""
    return next((path for path in known if path.startswith("moves.")), next(iter(known)))


def _to_group(known: dict[str, Lever]) -> Callable[[], None]:
    def changed() -> None:
        group = st.session_state.get("lever_group")
        first = next((path for path, lever in known.items() if lever.group == group), None)
        if first is not None:
            state.put("lever", first)

    return changed


def _tell(answer: Answer) -> None:
    with st.container(border=True, key="answer"):
        st.markdown(f"#### {plain(verdict(answer))}")
        if answer.status == "reached":
            _figures(answer)
        st.markdown(plain(" ".join(filter(None, (consequence(answer), _held_in(answer))))))
        st.caption(
            f"{TAG}. One number without its uncertainty: everything but this lever stays "
            "as the scenario has it."
        )
        if answer.status != "already" and answer.change:
            _use(answer)
    table = _changes(answer)
    footer(
        answer.before.base.sources,
        table,
        "mulembe-what-it-takes",
        f"The lever is tried over its whole range, {answer.lever.limits}, and the boundary found "
        f"to {shown(answer.lever.step, answer.lever.unit)}.",
        f"{verdict(answer)} {consequence(answer)}",
        method="solver",
    )


def _figures(answer: Answer) -> None:
    needed, votes, seats = st.columns(3)
    needed.metric(
        "Needed",
        shown(answer.value or 0, answer.lever.unit),
        f"{_change(answer)} from {shown(answer.start, answer.lever.unit)}",
        delta_color="off",
        delta_arrow="off",
    )
    where = "nationally" if answer.goal.national else "where it is judged"
    votes.metric(
        "Votes that move", f"{answer.votes:,}", where, delta_color="off", delta_arrow="off"
    )
    seats.metric(
        "Constituencies that change hands",
        len(answer.constituencies),
        f"of {int(solve.area(answer.goal, answer.before).sum())}",
        delta_color="off",
        delta_arrow="off",
    )


def _use(answer: Answer) -> None:
    value, lever = answer.value or 0.0, answer.lever
    text = "Use this" if answer.status == "reached" else "Use the nearest"
    label = f"{text}: {shown(value, lever.unit)}"
    if st.button(label, icon=":material/check:", key="use_answer", disabled=whatif.read_only()):
        proposal.take(lever, value)
        st.rerun()
    proposal.refusal(lever.path)


def verdict(answer: Answer) -> str:
    """The answer's first sentence."""
    lever, value = answer.lever, answer.value
    who = goal_words(answer.goal, answer.before.scenario)
    if answer.status == "reached":
        return (
            f"{who} with this lever at {shown(value or 0, lever.unit)} instead of "
            f"{shown(answer.start, lever.unit)}: {lever.label}."
        )
    if answer.status == "already":
        if value is None:
            return f"Already so, wherever this lever stands: {_small(who)} at any value."
        side_ = "below" if value < answer.start else "above"
        edge = shown(_last_held(answer), lever.unit)
        return f"Already so: {_small(who)}, and it holds until this lever goes {side_} {edge}."
    if not answer.change:
        return (
            f"Not reachable with this lever alone, from {lever.limits}: no move brings it nearer."
        )
    return (
        f"Not reachable with this lever alone, from {lever.limits}. Nearest is "
        f"{shown(value or 0, lever.unit)}."
    )


def _last_held(answer: Answer) -> float:
    """The last value at which a goal still holds: one step before the one that breaks it."""
    step = answer.lever.step
    value = answer.value or 0.0
    return round(value + (step if value < answer.start else -step), 4)


def consequence(answer: Answer) -> str:
    """What the scenario then gives: the change, votes, constituencies, and what is missing."""
    told = [_missing(answer)] if answer.status == "unreachable" else []
    if not answer.change:
        return " ".join(told)
    then = {"already": "Beyond it", "unreachable": f"For that ({_change(answer)})"}.get(
        answer.status, "Then"
    )
    count = len(answer.constituencies)
    hands = "no constituency changes hands"
    if count:
        one = count == 1
        hands = f"{count} constituenc{'y changes' if one else 'ies change'} hands{_named(answer)}"
    told.append(
        f"{then} at least {answer.votes:,} votes end up elsewhere {_where(answer.goal)} and "
        f"{hands}."
    )
    return " ".join(told)


def _where(goal: Goal) -> str:
    if goal.national:
        return "nationally"
    return "in the county" if goal.kind == "county" else "in the region"


def _change(answer: Answer) -> str:
    """From where the lever stands: 'points' of a share, km, times."""
    change, unit = answer.change or 0.0, answer.lever.unit
    size = f"{100 * abs(change):g} points" if unit == SHARE else shown(abs(change), unit)
    return f"+{size}" if change > 0 else f"\u2212{size}"


def _named(answer: Answer) -> str:
    known = places()["name"]
    inside = answer.before.inside
    position = answer.before.base.position
    mine = [code for code in answer.constituencies if inside[position[code]]]
    names = ", ".join(known[code] for code in mine[:NAMED])
    if not names:
        return ", none of them in the region" if answer.goal.national else ""
    more = f" and {len(mine) - NAMED} more" if len(mine) > NAMED else ""
    start = f", {len(mine)} of them in the region" if answer.goal.national else ""
    return f"{start}: {names}{more}"


def _missing(answer: Answer) -> str:
    """How far short the nearest comes, in the goal's own measure."""
    goal, outcome = answer.goal, answer.outcome
    names = tickets.names(outcome.scenario)
    if goal.national:
        gates = nation(outcome).everyone
        who = goal.camp if goal.kind == "majority" else gates.winner
        place = TICKETS.index(who)
        verb = "has" if goal.kind == "majority" else "still passes, with"
        return (
            f"{tickets.starting(words.the(names[who]))} {verb} {percent(gates.shares[place], 2)} "
            f"of the nation's votes and a quarter in {gates.counties[place]} counties "
            f"({COUNTIES_NEEDED} needed) there."
        )
    shares = outcome.total_shares(solve.area(goal, outcome))
    place = TICKETS.index(goal.camp)
    mine = percent(shares[place], 2)
    name = tickets.starting(words.the(names[goal.camp]))
    if goal.kind == "share":
        return f"{name} has {mine} there, {-100 * answer.score:.2f} points short."
    rival = int(np.argsort(np.delete(shares, place))[-1])
    rival += rival >= place
    other = words.the(names[TICKETS[rival]])
    return f"{name} has {mine} there, {other} {percent(shares[rival], 2)}."


def _held_in(answer: Answer) -> str:
    """In how many draws the goal holds at the answer: on the boundary that is about half."""
    if answer.status != "reached":
        return ""
    part = chance(answer.goal, answer.outcome)
    if np.isnan(part):
        return ""
    return f"It is the line itself: it holds {in_runs(part)} if this line-up runs."


def chance(goal: Goal, outcome: Outcome) -> float:
    """The part of the draws in which a goal holds; NaN for a county that is not drawn."""
    draws = whatif.draws(outcome.scenario)
    if goal.kind == "runoff":
        return draws.runoff
    place = TICKETS.index(goal.camp)
    if goal.kind == "majority":
        return float(draws.passes[place])
    if goal.kind == "region":
        return float(draws.leads[place])
    if goal.kind == "county":
        known = goal.county in draws.counties
        row = draws.counties.index(goal.county) if known else 0
        return float(draws.county_leads[row, place]) if known else float("nan")
    shares = draws.region[:, place] / np.maximum(1, draws.region.sum(axis=1))
    return float((shares >= goal.value).mean())


def goal_words(goal: Goal, scenario: Scenario) -> str:
    """The goal as the beginning of a sentence."""
    if goal.kind == "runoff":
        return "There is a run-off"
    name = tickets.starting(words.the(tickets.names(scenario)[goal.camp]))
    where = region(scenario.region).name
    counties = tables()["counties"].set_index("code")["name"]
    return {
        "region": f"{name} wins the region ({where})",
        "share": f"{name} reaches {100 * goal.value:g}% of the region ({where})",
        "majority": f"{name} passes both national gates",
        "county": f"{name} holds {counties.get(goal.county, goal.county)}",
    }[goal.kind]


def _small(text: str) -> str:
    """A sentence's beginning inside another; a proper name keeps its capital."""
    return text[:1].lower() + text[1:] if text.startswith(("The ", "There ")) else text


def _changes(answer: Answer) -> pd.DataFrame:
    """The constituencies that change hands, with winners and shares before and after."""
    before, after = answer.before, answer.outcome
    known, names = places(), tickets.names(before.scenario)
    rows = []
    for code in answer.constituencies:
        unit = before.base.position[code]
        old, new = (TICKETS[int(o.winners()[unit])] for o in (before, after))
        rows.append(
            {
                "Code": code,
                "Constituency": known.at[code, "name"],
                "County": known.at[code, "county"],
                "From": names[old],
                "To": names[new],
                "Margin now, points": round(_margin(before, unit), 1),
                "Margin then, points": round(_margin(after, unit), 1),
            }
        )
    columns = ["Code", "Constituency", "County", "From", "To"]
    columns += ["Margin now, points", "Margin then, points"]
    return pd.DataFrame(rows, columns=columns)


def _margin(outcome: Outcome, unit: int) -> float:
    second, first = np.sort(outcome.votes[unit])[-2:]
    return 100 * float(first - second) / max(1, int(outcome.valid[unit]))
