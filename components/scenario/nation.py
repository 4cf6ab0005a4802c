"""The nation in a scenario: both gates of Article 138, the run-off, and what the region weighs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import theme
from components.data import tables
from components.places import places
from components.provenance import footer
from components.scenario.ghost_bars import READING, GhostBar, ghost_bars
from components.scenario.shown import ASSUMED, TAG, Shown, percent, points
from components.text import plain
from mulembe.scenario import fit
from mulembe.scenario.model import CAMPS, TICKETS
from mulembe.scenario.national import COUNTIES_NEEDED, Gates, Nation, nation
from mulembe.scenario.standing import camps_of, in_runs

COUNTIES = 47


def view(shown: Shown) -> None:
    """Draw the verdict, the two gates, the run-off and the weight of the region."""
    now, before = nation(shown.standing.now), nation(shown.standing.before)
    st.markdown(f"**{plain(verdict(shown, now))}**")
    if now.everyone.runoff:
        st.markdown(plain(runoff_assumes(shown, now)))
    st.markdown(plain(without_told(shown, now)))
    st.markdown(plain(chances(shown)))
    left, right = st.columns(2, gap="large")
    with left:
        _shares(shown, now, before)
    with right:
        _counties(shown, now, before)
    st.markdown(plain(weight_told(now)))
    st.caption(plain(held_fixed(shown)))
    footer(
        shown.sources,
        gate_table(shown, now, before),
        "mulembe-scenario-nation",
        "Article 138: more than half of all valid votes and at least a quarter of them in at least "
        f"{COUNTIES_NEEDED} of {COUNTIES} counties. If nobody has both, the first two meet again "
        f"and the one with more votes wins: the quarter rule does not apply. {ASSUMED}",
        verdict(shown, now),
        method="article-138",
        frame="nation",
    )


def verdict(shown: Shown, now: Nation) -> str:
    """Who passes both gates, or who meets in the run-off and how it ends."""
    gates = now.everyone
    if gates.winner:
        i = _at(gates.winner)
        return (
            f"{shown.names[gates.winner]} passes both gates: {percent(gates.shares[i], 2)} of the "
            f"nation's valid votes and a quarter in {gates.counties[i]} of {COUNTIES} counties."
        )
    if not gates.runoff:
        return "Nobody votes, so nobody passes."
    (first, votes), (second, fewer) = gates.runoff
    ahead = (
        f"{shown.names[first]} would win it by {votes - fewer:,} votes"
        if votes > fewer
        else "it would be a tie"
    )
    return (
        f"Nobody passes both gates: run-off between {shown.names[first]} and "
        f"{shown.names[second]}; {_if_out(shown, (first, second))}, {ahead}."
    )


def _if_out(shown: Shown, pair: tuple[str, ...]) -> str:
    """What the winner of a run-off rests on: where those go whose ticket is out."""
    given = _given(shown, pair)
    if not given:
        return "if everyone whose ticket is out stays home, as assumed here"
    return f"if those whose ticket is out split as assumed here ({', '.join(given)})"


def _given(shown: Shown, pair: tuple[str, ...]) -> list[str]:
    shares = dict(zip(CAMPS, shown.standing.now.scenario.runoff, strict=True))
    given = [f"{shares[t]:.0%} to {shown.names[t]}" for t in pair if shares[t]]
    rest = 1 - sum(shares[t] for t in pair)
    return [*given, f"{rest:.0%} stay at home"] if given and rest > 1e-9 else given


def runoff_assumes(shown: Shown, now: Nation) -> str:
    """What is assumed of the voters in a run-off, and that plurality decides it."""
    given = _given(shown, tuple(ticket for ticket, _ in now.everyone.runoff))
    parts = given or ["100% stay at home"]
    return (
        "In a run-off the most votes win; the 25% rule does not apply. Assumed: the voters of the "
        f"first two come back, and of those of the other tickets {' and '.join(parts)}."
    )


def without_told(shown: Shown, now: Nation) -> str:
    """The same judgement on the votes outside the region alone."""
    gates = now.without
    if gates.winner:
        i = _at(gates.winner)
        return (
            f"Without the region: {shown.names[gates.winner]} would pass on the rest of Kenya "
            f"alone, with {percent(gates.shares[i], 2)} and {gates.counties[i]} counties."
        )
    if not gates.runoff:
        return "Without the region nobody votes."
    (first, votes), (_, fewer) = gates.runoff
    tail = f"{shown.names[first]} ahead by {votes - fewer:,} under the same assumption"
    return f"Without the region nobody would pass: a run-off, {tail}."


def chances(shown: Shown) -> str:
    """How often each camp wins and how often there is a run-off, if this line-up runs."""
    draws, camps = shown.standing.draws, camps_of(shown.standing.tickets)
    wins = "; ".join(_wins(shown, ticket) for ticket in camps)
    sizes = shown.standing.now.scenario.uncertainty or fit.measured_uncertainty(tables())
    held = (
        "with the other counties drawn too"
        if sizes.rest
        else "with the rest of the nation held fixed (only the 38 constituencies vary)"
    )
    return f"If this line-up runs, {held}: a run-off {in_runs(draws.runoff)}; {wins}."


def _wins(shown: Shown, ticket: str) -> str:
    draws, at = shown.standing.draws, _at(ticket)
    won, first = float(draws.president[at]), float(draws.passes[at])
    told = f"{shown.names[ticket]} wins {in_runs(won)}"
    return f"{told} (in the first round {in_runs(first)})" if won and won != first else told


def _at(ticket: str) -> int:
    return TICKETS.index(ticket)


def _shares(shown: Shown, now: Nation, before: Nation) -> None:
    st.markdown("**First gate: more than half of the votes**")
    ranges = shown.standing.draws.nation_range
    bars = []
    for ticket in camps_of(shown.standing.tickets):
        i, gates = _at(ticket), now.everyone
        bars.append(
            GhostBar(
                shown.names[ticket],
                f"{percent(gates.shares[i], 2)}, {_missing(gates, i)}",
                100 * gates.shares[i],
                100 * before.everyone.shares[i],
                shown.colour(ticket),
                100 * ranges[0, i],
                100 * ranges[2, i],
            )
        )
        bars.append(
            GhostBar(
                f"{shown.names[ticket]}, without region",
                percent(now.without.shares[i], 2),
                100 * now.without.shares[i],
                100 * before.without.shares[i],
                shown.colour(ticket),
            )
        )
    _chart(shown, bars, "votes", max(60.0, *(b.value + 5 for b in bars)), "%", 50)


def _missing(gates: Gates, i: int) -> str:
    missing = int(gates.missing_votes[i])
    return f"{missing:,} votes short" if missing else "passes"


def _counties(shown: Shown, now: Nation, before: Nation) -> None:
    st.markdown(f"**Second gate: a quarter in {COUNTIES_NEEDED} counties**")
    bars = []
    for ticket in camps_of(shown.standing.tickets):
        i = _at(ticket)
        for name, gates, was in (
            (shown.names[ticket], now.everyone, before.everyone),
            (f"{shown.names[ticket]}, without region", now.without, before.without),
        ):
            count = int(gates.counties[i])
            short = COUNTIES_NEEDED - count
            told = "passes" if short <= 0 else f"{short} short"
            bars.append(
                GhostBar(
                    name,
                    f"{count} of {gates.held}, {told}",
                    count,
                    int(was.counties[i]),
                    shown.colour(ticket),
                )
            )
    _chart(shown, bars, "counties", COUNTIES, "", COUNTIES_NEEDED)


def _chart(
    shown: Shown, bars: list[GhostBar], what: str, limit: float, unit: str, threshold: float
) -> None:
    figure = ghost_bars(bars, limit, unit=unit, threshold=threshold)
    theme.sign(figure, f"{READING.format(base=shown.base)} Dots: the gate. {TAG}", 50)
    st.plotly_chart(
        figure,
        key=f"scenario_nation_{what}",
        theme=None,
        config=theme.chart_config(f"mulembe-scenario-nation-{what}"),
        alt=f"Gate of {what}, {TAG.lower()}: " + "; ".join(f"{b.label} {b.told}" for b in bars),
    )


def weight_told(now: Nation) -> str:
    """What the region weighs in the nation."""
    return (
        f"The region casts {percent(now.weight)} of the nation's valid votes: ten points "
        f"here are {now.points_per_ten:.2f} points in the nation."
    )


def held_fixed(shown: Shown) -> str:
    """What is assumed of the constituencies outside the region."""
    base, now = shown.standing.now.base, shown.standing.now
    count = int((~now.inside).sum())
    near = int((base.area & ~now.inside).sum())
    text = (
        f"The other {count} constituencies stand at their result of {shown.base} under the same "
        "inheritance of its columns"
    )
    if near:
        text += f"; leaders can move voters in the {near} of them that lie near the region"
    missing = ", ".join(places().loc[list(base.missing), "name"]) if base.missing else ""
    return f"{text}." + (f" No result of {shown.base} is held for {missing}." if missing else "")


def gate_table(shown: Shown, now: Nation, before: Nation) -> pd.DataFrame:
    """Both gates of every camp with and without the region, now and at the base."""
    rows = []
    for ticket in camps_of(shown.standing.tickets):
        i = _at(ticket)
        for where, gates, was in (
            ("Kenya", now.everyone, before.everyone),
            (f"Kenya without {shown.region.name}", now.without, before.without),
        ):
            rows.append(
                {
                    "Camp": shown.names[ticket],
                    "Where": where,
                    "Votes": int(gates.votes[i]),
                    "Share (%)": round(100 * float(gates.shares[i]), 3),
                    f"Share {shown.base} (%)": round(100 * float(was.shares[i]), 3),
                    "Change": points(float(gates.shares[i] - was.shares[i])),
                    "Votes missing to 50%+1": int(gates.missing_votes[i]),
                    "Counties with a quarter": int(gates.counties[i]),
                    f"Counties with a quarter {shown.base}": int(was.counties[i]),
                    "Passes both gates": "yes" if gates.winner == ticket else "no",
                }
            )
    return pd.DataFrame(rows)
