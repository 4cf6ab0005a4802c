"""How the estimate sits on its data, in words, and its check against the wards of one county."""

from __future__ import annotations

from math import exp

import pandas as pd
import streamlit as st

from components import heavy
from components.data import tables
from components.provenance import footer
from components.ranges import Options
from components.text import plain
from components.transfer.table import height
from components.transfer.votes import BASE, TO, Votes
from mulembe.transfer.estimate import Diagnostics
from mulembe.transfer.model import CONTEXTS
from mulembe.transfer.wards import WardCheck, ward_check

DIFFERENCE = "Difference"
FEW_UNITS = 10  # of a whole estimate: fewer tell less than the prior
FEW_SHOWN = 5  # of a part: fewer lean on the others
POOR = 3.0  # times the misses that the model expects
NEAR = 0.03  # of an end of the context
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
        "Units": f"{found.units:,} units, which tell as much as {found.effective_units:,.0f} of "
        "equal size would.",
        "Fit": f"squared misses of the destinations are {found.fit:,.1f} times what the model "
        f"expects: {_fit(found.fit)}.",
        "Heterogeneity": f"the units' own leans have a standard deviation of "
        f"{found.heterogeneity:.2f} in log-odds: {_spread(found.heterogeneity)}.",
        "Context": f"{found.context:.2f}: how strongly voters lean with the place they live in, "
        f"as far as the data tell (0: not at all). The model allows {CONTEXTS[0]} to "
        f"{CONTEXTS[-1]}, never less than nothing{_end(found.context)}.",
        "Convergence": f"the fit {rest}.",
    }
    return [f"**{name}**: {plain(text)}" for name, text in lines.items()]


def few_units(units: int, name: str = "units", one: str = "unit") -> str:
    """A sentence on an estimate of so few units that its prior speaks, or ""."""
    if units >= FEW_UNITS:
        return ""
    told = f"one {one}" if units == 1 else f"{units} {name}"
    return (
        f"The data of {told} say little: the answer leans on the model's prior, which is what it "
        "takes for likely before it sees them."
    )


def few_shown(shown: int, fitted: int, others: str) -> str:
    """A sentence on a part of so few units that it leans on the others, or ""."""
    if shown >= FEW_SHOWN or shown == fitted:
        return ""
    return f"Only {shown} of the {fitted:,} of the estimate: the answer leans on {others}."


def _fit(fit: float) -> str:
    if fit > POOR:
        return (
            "far above 1, so the units differ more than the model expects, and the intervals may "
            "be too narrow"
        )
    return "near 1 or below is as it should be; above it the units differ more than it allows for"


def _end(context: float) -> str:
    """What to say of a context that stands at an end of what the model allows."""
    if context >= CONTEXTS[-1] - NEAR:
        return "; it stands at the upper end, and the data may ask for more"
    if context <= CONTEXTS[0] + NEAR:
        return "; it stands at the lower end, and the data may ask for none or less"
    return ""


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
    check = heavy.result("Asking the wards the same question", ward_check, tables())
    if check is None:
        return
    st.subheader(plain(f"The same question asked of wards · {check.county}"), anchor=False)
    st.markdown(plain(_verdict(check, look)))
    table = _ward_table(check, look)
    shown = _short_table(check, table)
    st.dataframe(
        shown,
        key="ward_check",
        hide_index=True,
        width="stretch",
        height=height(len(shown)),
        column_config={
            **{
                title: st.column_config.NumberColumn(format="%.1f%%", width=92)
                for title in ("Wards", "Constit.")
            },
            shown.columns[0]: st.column_config.TextColumn(width=186),
            DIFFERENCE: st.column_config.NumberColumn(format="%+.1f pts", width=96),
            "Voters": st.column_config.NumberColumn(format="localized", width=80),
        },
    )
    st.caption(
        "Wards and constituencies (Constit.) with their 90% intervals. Difference: constituencies "
        "less wards. Both inside: each estimate lies inside the other's interval. Voters: those of "
        "the origin in the wards."
    )
    footer(
        check.sources,
        table,
        "ward-check",
        "All numbers are shares of the origin. The wards' own totals come from other and weaker "
        "sources than the constituencies' (a provisional portal in 2017, digits keyed by "
        "volunteers in 2022): they check the estimate and are never mixed in. "
        + (f"Left out: {', '.join(check.left_out)}." if check.left_out else ""),
        method="transfer",
    )


def _verdict(check: WardCheck, look: Options) -> str:
    """How far the wards and the constituencies agree, the largest disagreement first."""
    rows = check.table[check.table["origin_total"] >= SIZEABLE * check.table["origin_total"].max()]
    worst = rows.loc[rows["region_difference"].abs().idxmax()]
    origin, destination = str(worst["origin"]), str(worst["destination"])
    return (
        f"{check.units} wards have results of both elections. Their estimate puts "
        f"{check.displaced:.0f}% of the voters into another cell than the constituencies of the "
        f"region do. The wide 90% intervals meet in {int(check.table['overlap'].sum())} of "
        f"{len(check.table)} flows; each estimate lies inside the other's interval in "
        f"{int(_inside(check.table).sum())}. The largest difference among sizeable origins, "
        f"{abs(worst['region_difference']):.0f} points: from {look.in_text(BASE, origin)} to "
        f"{look.in_text(TO, destination)}, {100 * worst['wards']:.0f}% by the wards "
        f"({100 * worst['wards_low']:.0f}% to {100 * worst['wards_high']:.0f}%) and "
        f"{100 * worst['region']:.0f}% by the constituencies ({100 * worst['region_low']:.0f}% to "
        f"{100 * worst['region_high']:.0f}%)."
    )


def _inside(rows: pd.DataFrame) -> pd.Series:
    """Where the wards' estimate lies in the region's interval and the region's in the wards'."""
    return rows["wards"].between(rows["region_low"], rows["region_high"]) & rows["region"].between(
        rows["wards_low"], rows["wards_high"]
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
    columns["Each inside the other"] = _inside(rows).map({True: "yes", False: "no"})
    columns["Voters in the wards"] = rows["origin_total"]
    return pd.DataFrame(columns).round(2)


def _short_table(check: WardCheck, table: pd.DataFrame) -> pd.DataFrame:
    """The same in columns narrow enough for a laptop: an interval is one column."""
    shown = table.iloc[:, :2].copy()
    for name, title in (("wards", "Wards"), ("region", "Constit.")):
        shown[title] = 100 * check.table[name]
        shown[f"{title} 90%"] = [
            f"{100 * low:.0f} to {100 * high:.0f}%"
            for low, high in zip(
                check.table[f"{name}_low"], check.table[f"{name}_high"], strict=True
            )
        ]
    shown[DIFFERENCE] = table[DIFFERENCE]
    shown["Both inside"] = table["Each inside the other"]
    shown["Voters"] = table["Voters in the wards"]
    return shown
