"""The brief's cards: bloc unity, what it would take, what the region is worth, what changed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import heavy, state, whatif
from components.data import tables
from components.places import places
from components.provenance import figures_from, footer
from components.scenario import tickets
from components.scenario.shown import TAG, percent, points
from components.text import plain
from mulembe.elections import Change
from mulembe.regions import Region
from mulembe.scenario import digest, levers, words
from mulembe.scenario.model import TICKETS, Scenario
from mulembe.scenario.national import COUNTIES_NEEDED, Gates, nation
from mulembe.scenario.outcome import Outcome
from mulembe.scenario.solve import Answer

WEST = {"west4", "west5", "core30"}
NAMED = 6  # constituencies listed by name before the rest is counted


def scenario_is_set() -> bool:
    """Whether the view holds a scenario that differs from its base."""
    return digest.is_set(whatif.scenario(), whatif.baseline())


def unity_card(moved: Change) -> None:
    """How far the region voted as one, and would in the scenario."""
    before, after = moved.before.unity(), moved.after.unity()
    with st.container(border=True, key="card_unity"):
        st.markdown("**Bloc unity**")
        st.markdown(
            plain(
                f"2022: constituencies' margins average {100 * after.intensity:.1f} points, and "
                f"{100 * after.unity:.1f} are left once opposite ones cancel "
                f"({100 * after.alignment:.0f}%). 2017: {100 * before.intensity:.1f} and "
                f"{100 * before.unity:.1f} ({100 * before.alignment:.0f}%)."
            )
        )
        if scenario_is_set():
            found = digest.unity(whatif.outcome())
            names = tickets.names(whatif.scenario())
            ahead = words.the(names["opposition" if found.lead >= 0 else "government"])
            st.markdown(
                plain(
                    f"In the scenario: {100 * found.intensity:.1f} and {100 * found.unity:.1f} "
                    f"({100 * found.alignment:.0f}%), with {ahead} ahead of the other main camp."
                )
            )
            st.caption(TAG)
        figures_from({*moved.before.sources(), *moved.after.sources()}, "unity_card", "unity")


def needed_card(region: Region) -> None:
    """What one lever must reach for the camp that trails to lead the region."""
    scenario = whatif.scenario()
    outcome = whatif.outcome(scenario)
    with st.container(border=True, key="card_needed"):
        st.markdown("**What it would take**")
        camps = digest.order(outcome)
        if len(camps) < 2:
            st.markdown("One camp has all the votes of this scenario: there is no second to lead.")
        else:
            st.markdown(plain(_standing(outcome, camps, region)))
            found = heavy.result("Trying what would turn it", digest.turning_of, scenario, tables())
            for answer in found or ():
                st.markdown(plain(needed(answer)))
        st.caption(plain(f"{TAG}: {_called(scenario)}; all else stays as it is."))
        figures_from(outcome.base.sources, "needed", "solver")
        st.page_link(
            "components/pages/scenario.py",
            label="Work it through on the Scenario page",
            icon=":material/arrow_forward:",
        )


def _called(scenario: Scenario) -> str:
    title = words.title(scenario, tables())
    name = f"'{title}'" if title else "a scenario of your own"
    return f"{name}, {scenario.cycle} on the votes of {scenario.base}"


def _standing(outcome: Outcome, camps: tuple[str, ...], region: Region) -> str:
    names, shares = tickets.names(outcome.scenario), outcome.total_shares()
    first, second = (f"{names[camp]} {percent(shares[TICKETS.index(camp)])}" for camp in camps[:2])
    return f"{region.name}, {outcome.scenario.cycle}: {first}, {second}."


def needed(answer: Answer) -> str:
    """What one lever must reach for the goal's camp to lead the region, in a sentence or two."""
    names = tickets.names(answer.before.scenario)
    camp, lever = words.the(names[answer.goal.camp]), answer.lever
    start, value = (
        levers.shown(answer.start, lever.unit),
        levers.shown(answer.value or 0.0, lever.unit),
    )
    if answer.status == "reached":
        count = len(answer.constituencies)
        hands = f"{count} constituenc{'y changes' if count == 1 else 'ies change'} hands"
        return (
            f"For {camp} to lead: {lever.label}, {value} instead of {start}. At least "
            f"{answer.votes:,} votes end up elsewhere and {hands}."
        )
    if answer.status == "already":
        return f"{camp[:1].upper()}{camp[1:]} leads already."
    share = percent(answer.outcome.total_shares()[TICKETS.index(answer.goal.camp)])
    return (
        f"{lever.label}: not enough for {camp} by itself, even at {value} (now {start}); it has "
        f"{share} there."
    )


def worth_card(region: Region) -> None:
    """What the region weighs in the nation, and both gates with and without it."""
    outcome = whatif.outcome()
    found, scenario = nation(outcome), outcome.scenario
    name = "the West" if region.token in WEST else region.name
    with st.container(border=True, key="card_worth"):
        st.markdown(plain(f"What {name} is worth").replace("What", "**What") + "**")
        st.markdown(
            plain(
                f"{100 * found.weight:.1f}% of the nation's valid votes: 10 points here are "
                f"{found.points_per_ten:.2f} nationally."
            )
        )
        for label, gates in ((f"With {name}", found.everyone), (f"Without {name}", found.without)):
            st.markdown(plain(f"{label}: {_gates(gates, scenario)}"))
        st.caption(
            plain(
                f"{TAG}: {_called(scenario)}; the rest of the country under the same "
                f"inheritance. Both gates are half of the valid votes and a quarter of them in "
                f"{COUNTIES_NEEDED} counties."
            )
        )
        figures_from(outcome.base.sources, "worth", "weight")


def _gates(gates: Gates, scenario: Scenario) -> str:
    names = tickets.names(scenario)
    best = gates.winner or gates.runoff[0][0]
    place = TICKETS.index(best)
    share, counties = percent(gates.shares[place], 2), int(gates.counties[place])
    who = words.the(names[best])
    if gates.winner:
        return f"{who} passes both gates, {share} and {counties} counties."
    other = words.the(names[gates.runoff[1][0]])
    place = TICKETS.index(gates.runoff[1][0])
    return (
        f"a run-off, {who} {share} and {counties} counties against {other} "
        f"{percent(gates.shares[place], 2)} and {int(gates.counties[place])}."
    )


def changed(region: Region) -> None:
    """What the scenario changes against its base: totals, the biggest change, who flips."""
    scenario = whatif.scenario()
    base = whatif.outcome(whatif.baseline())
    found, names = digest.changed(whatif.outcome(), base), tickets.names(scenario)
    st.subheader(f"What changed since the base, {scenario.base}", anchor=False)
    st.markdown(plain(words.sentence(scenario, tables())))
    cells = st.columns(4)
    for cell, ticket in zip(cells, _moving(found), strict=False):
        cell.metric(
            plain(f"{names[ticket]}, {region.name}"),
            f"{found.shares[ticket]:.1f}%",
            f"{found.shares[ticket] - found.before[ticket]:+.1f} points on {scenario.base}".replace(
                "-", "\u2212"
            ),
            delta_color="off",
            delta_arrow="off",
            border=True,
        )
    cells[-1].metric(
        "Change hands",
        f"{len(found.flips)} of {len(found.places)}",
        "constituencies",
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
    st.markdown(plain(_largest(found, names)))
    st.markdown(plain(_flips(found.flips, names)))
    st.caption(plain(f"{TAG}: {_called(scenario)}."))
    if st.button("See the change on the map", icon=":material/map:", key="changed_map"):
        state.put("layer", "scenario_change")
        st.switch_page("components/pages/map.py")
    footer(
        base.base.sources,
        _twin(found, names),
        "mulembe-changed",
        "Change of each camp's share of valid votes against the base, points.",
        _flips(found.flips, names),
        method="scenario",
    )


def _moving(found: digest.Changed) -> list[str]:
    """The camps with votes now or before, at most three, the largest first."""
    camps = [t for t in TICKETS[:-1] if found.shares[t] > 0 or found.before[t] > 0]
    return sorted(camps, key=lambda t: -found.shares[t])


def _largest(found: digest.Changed, names: dict[str, str]) -> str:
    if found.largest is None:
        return "No constituency's shares change."
    code, ticket = found.largest
    change = points(found.places.at[code, ticket] / 100)
    return f"Biggest change: {places().at[code, 'name']}, {names[ticket]} {change}."


def _flips(flips: pd.DataFrame, names: dict[str, str]) -> str:
    if flips.empty:
        return "No constituency changes hands."
    known, told = places()["name"], []
    for (old, new), group in flips.groupby(["winner_a", "winner_b"]):
        listed = ", ".join(known[code] for code in group["code"][:NAMED])
        more = f" and {len(group) - NAMED} more" if len(group) > NAMED else ""
        told.append(f"From {names[old]} to {names[new]}, closest first: {listed}{more}.")
    return " ".join(told)


def _twin(found: digest.Changed, names: dict[str, str]) -> pd.DataFrame:
    known = places(tuple(found.places.index))
    flips = found.flips.set_index("code")
    moving = [t for t in TICKETS if found.places[t].abs().max() > 0]
    return pd.DataFrame(
        {
            "Code": known.index,
            "Constituency": known["name"],
            "County": known["county"],
            **{f"{names[t]} (points)": found.places[t].round(2) for t in moving},
            "Led at the base": flips["winner_a"].map(names).reindex(known.index).fillna(""),
            "Leads now": flips["winner_b"].map(names).reindex(known.index).fillna("no change"),
        }
    )
