"""Members against their voters: the gap in each declared seat, and the agreement index."""

from __future__ import annotations

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import state, theme
from components.data import tables
from components.places import camp_slots, on_phone
from components.provenance import footer
from components.seat_tiles import VACANT, camp_colour, camp_names
from components.text import hover, plain
from mulembe import alignment
from mulembe.elections import region_results
from mulembe.regions import Region

BASE = "2022"
_ROW, _FRAME = 24, 60  # pixels
_PAIR = ("government", "opposition")
ENOUGH = 10  # declared members; below it the index says more about chance than agreement


def agreement_card(seats: pd.DataFrame, day: date) -> None:
    """Draw how many members are declared for which camp and, from ENOUGH on, their agreement."""
    counts = alignment.camp_counts(tables(), seats, day)
    total, filled = sum(counts.values()), int(seats["camp"].ne(VACANT).sum())
    st.metric("Members declared for a camp", f"{total} of {filled}")
    if not total:
        st.caption("No member is declared at this level on this date. Lower the evidence needed.")
        return
    told = ", ".join(f"{camp_names()[camp]} {count}" for camp, count in counts.items())
    st.markdown(plain(f"{told}."))
    index = alignment.agreement(tables(), seats, day)
    if total < ENOUGH or index is None:
        st.caption(f"Too few declared for an agreement index (needs {ENOUGH}).")
        return
    st.caption(
        f"Agreement index {index:.2f}: 1 is all declared members in one camp, 0 an even split; "
        "undeclared members are left out."
    )
    if state.analyst():
        st.caption(
            "Rice's index for two camps: difference over sum."
            if len(counts) <= 2
            else "Three camps: [largest − (total − largest) / 2] / total "
            "(Hix, Noury and Roland 2005)."
        )


def gap_chart(seats: pd.DataFrame, region: Region, day: date) -> None:
    """Draw the gap between each declared member's side and the other, in the votes of 2022."""
    results = region_results(tables(), BASE, region)
    gap = alignment.member_voter_gap(seats, tables(), results)
    if alignment.cycle_of(tables(), day) != BASE:
        st.warning(
            "The votes are those of 2022, before this cycle: Ruto's stand for the government, "
            "Odinga's for the opposition, although Odinga's column has no heir yet.",
            icon=":material/history:",
        )
    if gap.empty:
        st.info(
            "No member stands with a camp that had a candidate in 2022 at this level on this "
            "date. Lower the evidence needed or take a later date."
        )
        return
    sentence = gap_sentence(gap, seats)
    st.markdown(plain(sentence))
    config = theme.chart_config("member-voter-gap")
    if on_phone():
        config["displayModeBar"] = False
    st.plotly_chart(_figure(gap), key="gap", theme=None, config=config, alt=sentence)
    footer(
        {*results.sources(), *gap["source_id"]},
        gap_table(gap),
        "member-voter-gap",
        "Points: share of valid presidential votes of 2022 for the member's side less the other "
        "side's, in the member's constituency. Below zero the voters went the other way.",
        sentence,
        method="member-gap",
        frame="gap",
    )


def gap_sentence(gap: pd.DataFrame, seats: pd.DataFrame) -> str:
    """How many members stand apart from their constituency's vote, and who is left out."""
    apart = int((gap["gap_points"] < 0).sum())
    count = f"{len(gap)} declared member" + ("" if len(gap) == 1 else "s")
    told = f"The 2022 vote went the other way in {apart or 'none'} of the {count}' constituencies."
    if len(gap) == 1:
        way = "went the other way" if apart else "went the same way"
        told = f"The 2022 vote {way} in the one declared member's constituency."
    slots = seats["camp"].map(camp_slots()).dropna()
    left_out = int((~slots.isin(_PAIR)).sum())
    if left_out:
        told += (
            f" {left_out} more {'stands' if left_out == 1 else 'stand'} with a camp that had no "
            "candidate in 2022."
        )
    return told


def gap_table(gap: pd.DataFrame) -> pd.DataFrame:
    """Write the gap as a table for reading and download."""
    return pd.DataFrame(
        {
            "Member": gap["politician"],
            "Constituency": gap["constituency"],
            "Camp": gap["camp"].map(camp_names()),
            "Evidence": gap["level"].map(lambda level: f"L{level:.0f}"),
            "Own side 2022, %": (100 * gap["own"]).round(1),
            "Other side 2022, %": (100 * gap["rival"]).round(1),
            "Gap, points": gap["gap_points"].round(1),
        }
    )


def _figure(gap: pd.DataFrame) -> go.Figure:
    look, figure = theme.mode(), go.Figure()
    names, phone = camp_names(), on_phone()
    rows = [_row_name(seat, phone) for _, seat in gap.iterrows()]
    for camp in gap["camp"].unique():
        part = [i for i, name in enumerate(gap["camp"]) if name == camp]
        points = gap["gap_points"].iloc[part]
        figure.add_bar(
            y=[rows[i] for i in part],
            x=points,
            orientation="h",
            name=hover(names[camp]),
            marker={"color": camp_colour(camp)},
            text=[f"{value:+.0f}".replace("-", "−") for value in points],
            textposition="outside",
            cliponaxis=False,
            hovertext=[_hover(seat, names[camp]) for _, seat in gap.iloc[part].iterrows()],
            hoverinfo="text",
        )
    theme.style(figure, _ROW * len(rows) + _FRAME + 30)
    low, high = min(0.0, gap["gap_points"].min()), max(0.0, gap["gap_points"].max())
    room = 0.14 * (high - low)
    theme.lay(
        figure,
        xaxis={
            "range": [low - room * (low < 0), high + room],
            "ticksuffix": " pts",
            "nticks": 5,
            "gridcolor": look.line,
            "zerolinecolor": look.ink,
            "zerolinewidth": 1,
            "fixedrange": True,
        },
    )
    theme.lay(
        figure,
        yaxis={
            "categoryorder": "array",
            "categoryarray": rows,
            "fixedrange": True,
            "automargin": True,
            "dtick": 1,
        },
    )
    return theme.lay(
        figure,
        barmode="overlay",
        showlegend=True,
        bargap=0.35,
        dragmode=False,
        margin={"t": 28},  # room for the toolbar
        legend={"orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom"},
    )


def _row_name(seat: pd.Series, short: bool) -> str:
    surname = seat["politician"].split()[-1]
    return hover(seat["constituency"] if short else f"{surname}, {seat['constituency']}")


def _hover(seat: pd.Series, camp: str) -> str:
    return "<br>".join(
        hover(line)
        for line in (
            f"{seat['politician']}, {seat['constituency']}",
            f"{camp}, L{seat['level']:.0f}",
            f"Own side {100 * seat['own']:.1f}%, other side {100 * seat['rival']:.1f}% in 2022",
        )
    )
