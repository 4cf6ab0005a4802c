"""Scenarios side by side: their totals on one scale, and the two national gates of each."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components import theme
from components.compare.choice import Entry
from components.compare.pair import camp_name
from components.data import region
from components.provenance import footer
from components.scenario import tickets
from components.scenario.ghost_bars import READING, GhostBar, ghost_bars
from components.scenario.shown import ASSUMED, TAG, percent, spread
from components.text import plain
from mulembe.scenario import words
from mulembe.scenario.model import TICKETS
from mulembe.scenario.national import COUNTIES_NEEDED, Gates, nation
from mulembe.scenario.standing import in_runs

RUNS = "Runs, if this line-up runs"


def view(found: Sequence[Entry]) -> None:
    """Draw totals and gates."""
    where = region(found[0].scenario.region).name
    st.subheader(plain(f"What each gives in {where}"), anchor=False)
    totals(found)
    st.subheader("The nation: both gates of Article 138", anchor=False)
    _gates(found)


def shown_tickets(found: Sequence[Entry]) -> list[str]:
    """The tickets with votes in any of them."""
    return [t for t in TICKETS if any(t in e.standing.tickets for e in found)]


def totals(found: Sequence[Entry]) -> None:
    """Draw the totals of all of them on one scale."""
    drawn = shown_tickets(found)
    highest = max(
        float(e.standing.totals.loc[drawn, ["share", "was", "high"]].max().max()) for e in found
    )
    limit = min(101.0, max(55.0, 100 * highest + 4))
    for entry, column in zip(
        found, st.columns(len(found), vertical_alignment="bottom"), strict=True
    ):
        with column:
            st.markdown(f"**{plain(entry.label)}**")
            bars = [_bar(entry, ticket) for ticket in drawn]
            spoken = f"{entry.label}, {TAG.lower()}: " + "; ".join(
                f"{bar.label} {bar.told}" for bar in bars
            )
            figure = ghost_bars(bars, limit)
            theme.sign(figure, f"{entry.label}. {TAG}", 52 if len(found) < 3 else 40)
            theme.lay(figure, margin={"t": 50})  # as many lines for all, so that the charts align
            st.plotly_chart(
                figure,
                key=f"compare_totals_{entry.letter}",
                theme=None,
                config=theme.chart_config(f"mulembe-compare-{entry.letter}"),
                alt=spoken,
            )
    bases = " and ".join(sorted({entry.scenario.base for entry in found}))
    footer(
        [source for entry in found for source in entry.outcome.base.sources],
        total_table(found),
        "mulembe-compare-totals",
        f"{READING.format(base=f'its base, {bases}')} All on one scale; the same errors are drawn "
        f"for every scenario. {ASSUMED} A picture of each chart: the camera in its corner.",
        total_sentence(found),
        method="draws",
        frame="totals",
    )


def _bar(entry: Entry, ticket: str) -> GhostBar:
    row = entry.standing.totals.loc[ticket]
    told = f"{percent(row['share'])} · first in {int(row['won'])}"
    if not row["votes"]:
        told = "has no votes here"
    return GhostBar(
        entry.names[ticket],
        told,
        100 * row["share"],
        100 * row["was"],
        tickets.colour(ticket),
        100 * row["low"],
        100 * row["high"],
        solid=entry.is_base,
    )


def total_sentence(found: Sequence[Entry]) -> str:
    """Every scenario's shares in one sentence."""
    parts = []
    for entry in found:
        shares = entry.standing.totals["share"]
        told = ", ".join(f"{entry.names[t]} {percent(shares[t])}" for t in entry.standing.tickets)
        parts.append(f"{entry.label}: {told}")
    return "; ".join(parts) + "."


def total_table(found: Sequence[Entry]) -> pd.DataFrame:
    """Totals of the region, a row per scenario and ticket."""
    rows = []
    first = found[0].standing.totals
    for entry in found:
        for ticket in shown_tickets(found):
            row = entry.standing.totals.loc[ticket]
            rows.append(
                {
                    "Scenario": entry.label,
                    "Base": entry.scenario.base,
                    "Camp": entry.names[ticket],
                    "Votes": int(row["votes"]),
                    "Share, %": round(100 * row["share"], 2),
                    "Against A, points": round(100 * (row["share"] - first.at[ticket, "share"]), 2),
                    "90% of runs": spread(row["low"], row["high"]),
                    "Constituencies": int(row["won"]),
                    "Base share, %": round(100 * row["was"], 2),
                    "Leads the region": in_runs(row["leads"]),
                }
            )
    return pd.DataFrame(rows)


def _gates(found: Sequence[Entry]) -> None:
    table = gate_table(found)
    shown = table.assign(Scenario=[entry.letter for entry in found])  # named above
    st.dataframe(shown.drop(columns=RUNS), hide_index=True, width="stretch", key="compare_gates")
    runs = [f"**{e.letter}** {plain(f'{r}.')}" for e, r in zip(found, table[RUNS], strict=True)]
    st.markdown("  \n".join(runs))
    told = " ".join(f"{entry.label}: {first_round(entry)}" for entry in found)
    footer(
        [source for entry in found for source in entry.outcome.base.sources],
        table,
        "mulembe-compare-nation",
        f"More than half of all valid votes, and a quarter in {COUNTIES_NEEDED} of 47 counties; "
        "the run-off is decided by plurality. Outside the 38 the base goes on under the same "
        f"inheritance. {TAG}.",
        told,
        method="article-138",
    )


def first_round(entry: Entry) -> str:
    """Who passes both gates, or who meets in the run-off."""
    gates = nation(entry.outcome).everyone
    if gates.winner:
        return f"{tickets.starting(words.the(entry.names[gates.winner]))} passes both gates."
    if not gates.runoff:
        return "Nobody votes."
    (first, votes), (second, fewer) = gates.runoff
    ahead = f", {entry.names[first]} ahead by {votes - fewer:,}" if votes > fewer else ", a tie"
    return f"Run-off: {entry.names[first]} and {entry.names[second]}{ahead}."


def gate_table(found: Sequence[Entry]) -> pd.DataFrame:
    """Both gates, a row per scenario."""
    camps = [t for t in shown_tickets(found) if t != "others"]
    rows = []
    for entry in found:
        gates = nation(entry.outcome).everyone
        row: dict[str, object] = {
            "Scenario": entry.label,
            "First round": first_round(entry),
        }
        for ticket in camps:
            row[camp_name(found, ticket)] = _gate(gates, ticket)
        row[RUNS] = _runs(entry, camps)
        rows.append(row)
    return pd.DataFrame(rows)


def _runs(entry: Entry, camps: list[str]) -> str:
    """How often each camp passes at once, and how often there is a run-off."""
    draws = entry.standing.draws
    parts = [
        f"{entry.names[t]} passes {in_runs(float(draws.passes[tickets.place(t)]))}"
        for t in camps
        if draws.passes[tickets.place(t)] > 0
    ]
    return "; ".join([*parts, f"a run-off {in_runs(draws.runoff)}"])


def _gate(gates: Gates, ticket: str) -> str:
    place = tickets.place(ticket)
    return f"{percent(gates.shares[place], 2)}, {gates.counties[place]} counties"
