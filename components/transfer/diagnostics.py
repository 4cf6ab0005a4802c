"""How the estimate sits on its data, in words, and its check against the wards of one county."""

from __future__ import annotations

from functools import lru_cache
from math import exp

import pandas as pd
import streamlit as st

from components.data import tables
from components.provenance import footer
from components.ranges import Options
from components.text import plain
from components.transfer.votes import BASE, TO, Votes
from mulembe.tables import Tables
from mulembe.transfer.estimate import Diagnostics
from mulembe.transfer.wards import WardCheck, ward_check

DIFFERENCE = "Constituencies less wards"
NONE = 0.01  # log-odds: no spread worth a word
SIZEABLE = 0.1  # of the largest origin: gaps of smaller ones are not worth a sentence


def diagnostics_words(found: Diagnostics) -> list[str]:
    """The diagnostics of an estimate as lines of Markdown, already escaped, for any units."""
    rest = (
        f"came to rest after {found.steps} steps"
        if found.converged
        else f"did not come to rest in {found.steps} steps: read the estimate with more doubt"
    )
    lines = {
        "Units": f"{found.units} units, which tell as much as {found.effective_units:.0f} of "
        "equal size would.",
        "Fit": f"squared misses of the destinations are {found.fit:.1f} times what the model "
        "expects (more than 1: the units differ more than it allows for).",
        "Heterogeneity": f"the units' own leans have a standard deviation of "
        f"{found.heterogeneity:.2f} in log-odds: {_spread(found.heterogeneity)}.",
        "Context": f"{found.context:.2f}: how strongly voters lean with the place they live in, "
        "as far as the data tell (0: not at all).",
        "Convergence": f"the fit {rest}.",
    }
    return [f"**{name}**: {plain(text)}" for name, text in lines.items()]


def _spread(heterogeneity: float) -> str:
    """What a spread in log-odds does to a flow of one half."""
    if heterogeneity < NONE:
        return "no more than the luck of the draw"
    part = 100 / (1 + exp(-heterogeneity))
    return f"where half go on average, {100 - part:.0f}% to {part:.0f}% do in two units of three"


def section(shown: Votes, look: Options) -> None:
    """Analyst depth: the diagnostics of the fit, and the check against the wards."""
    st.subheader(plain(f"How the estimate sits on the data · {shown.fitted}"), anchor=False)
    for line in diagnostics_words(shown.estimate().diagnostics):
        st.markdown(line)
    check = _wards(tables())
    st.subheader(plain(f"The same question asked of wards · {check.county}"), anchor=False)
    st.markdown(plain(_verdict(check, look)))
    table = _ward_table(check, look)
    st.dataframe(
        table,
        key="ward_check",
        hide_index=True,
        width="stretch",
        height=35 * (len(table) + 1) + 3,
        column_config={
            **{
                title: st.column_config.NumberColumn(format="%.1f%%")
                for title in table
                if "%" in title
            },
            DIFFERENCE: st.column_config.NumberColumn(format="%+.1f pts"),
            "Voters in the wards": st.column_config.NumberColumn(format="localized"),
        },
    )
    footer(
        check.sources,
        table,
        "ward-check",
        "All numbers are shares of the origin. The wards' own totals come from other and weaker "
        "sources than the constituencies' (a provisional portal in 2017, digits keyed by "
        "volunteers in 2022): they check the estimate and are never mixed in. "
        + (f"Left out: {', '.join(check.left_out)}." if check.left_out else ""),
    )


@lru_cache(maxsize=1)
def _wards(held: Tables) -> WardCheck:
    return ward_check(held)


def _verdict(check: WardCheck, look: Options) -> str:
    """How far the wards and the constituencies agree, the largest disagreement first."""
    rows = check.table[check.table["origin_total"] >= SIZEABLE * check.table["origin_total"].max()]
    worst = rows.loc[rows["region_difference"].abs().idxmax()]
    origin, destination = str(worst["origin"]), str(worst["destination"])
    return (
        f"{check.units} wards have results of both elections. Their estimate puts "
        f"{check.displaced:.0f}% of the voters into another cell than the constituencies of the "
        f"region do. The 90% intervals meet in {int(check.table['overlap'].sum())} of "
        f"{len(check.table)} flows. The largest gap: from {look.in_text(BASE, origin)} to "
        f"{look.in_text(TO, destination)}, {100 * worst['wards']:.0f}% by the wards "
        f"({100 * worst['wards_low']:.0f}% to {100 * worst['wards_high']:.0f}%) and "
        f"{100 * worst['region']:.0f}% by the constituencies ({100 * worst['region_low']:.0f}% to "
        f"{100 * worst['region_high']:.0f}%)."
    )


def _ward_table(check: WardCheck, look: Options) -> pd.DataFrame:
    rows = check.table
    columns: dict[str, object] = {
        f"From ({BASE})": [look.name(BASE, o) for o in rows["origin"]],
        f"To ({TO})": [look.name(TO, d) for d in rows["destination"]],
    }
    for name, title in (("wards", "Wards"), ("region", "Constituencies")):
        for end, told in (("", "%"), ("_low", "90% from"), ("_high", "90% to")):
            columns[f"{title}, {told}"] = 100 * rows[f"{name}{end}"]
    columns[DIFFERENCE] = rows["region_difference"].round(1) + 0.0  # no "-0.0"
    columns["Intervals meet"] = rows["overlap"].map({True: "yes", False: "no"})
    columns["Voters in the wards"] = rows["origin_total"]
    return pd.DataFrame(columns).round(2)
