"""The constituency card: votes on one scale, the member with evidence, turnout, neighbours."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import state, theme
from components.data import tables
from components.explain import explain
from components.places import places
from components.provenance import source_list
from components.text import hover, plain
from mulembe import alignment
from mulembe.elections import Change
from mulembe.profile import Profile, profile

SLOT_ORDER = ("opposition", "government", "third", "undeclared")


def card(code: str) -> None:
    """Draw the card of a constituency."""
    facts = profile(tables(), code)
    st.subheader(plain(f"{facts.name}"), anchor=False)
    st.caption(plain(f"{facts.county} county · constituency {code}"))
    st.plotly_chart(
        _shares_figure(facts),
        key=f"card_shares_{code}",
        theme=None,
        config=theme.chart_config(f"mulembe-{code}"),
        alt=_spoken(facts),
    )
    _numbers(facts)
    _member(code)
    if len(facts.readings):
        _readings(facts)
    _neighbours(facts)
    explain("apparent-transfer")
    sources = {*facts.shares["source_id"], "cod-ab", "register-2017", "gazette-7290-2022"}
    with st.popover("Sources of this card", icon=":material/source:", key="sources_card"):
        source_list(sources)


def _shares_figure(facts: Profile) -> go.Figure:
    """Stacked shares per election on one 0 to 100% scale; a county figure is labelled as such."""
    look, shares = theme.mode(), facts.shares
    figure = go.Figure()
    rows = {e: _row_name(g.iloc[0]) for e, g in shares.groupby("election")}
    for slot in SLOT_ORDER:
        part = shares[shares["slot"] == slot]
        grouped = part.groupby("election").agg(
            share=("share", "sum"),
            names=("candidate", lambda n: ", ".join(x.split()[-1] for x in n)),
        )
        percent = 100 * grouped["share"]
        figure.add_bar(
            y=[rows[e] for e in grouped.index],
            x=percent,
            orientation="h",
            marker={"color": theme.slot_colour(slot), "line": {"width": 1, "color": look.page}},
            text=[_bar_text(n, p) for n, p in zip(grouped["names"], percent, strict=True)],
            textposition="inside",
            constraintext="none",
            insidetextanchor="start",
            textangle=0,
            textfont={"color": theme.text_on(theme.slot_colour(slot)), "size": 12},
            hovertext=[
                f"{hover(n)}: {p:.1f}%" for n, p in zip(grouped["names"], percent, strict=True)
            ],
            hoverinfo="text",
            showlegend=False,
        )
    theme.style(figure, 44 * len(rows) + 62)
    figure.add_vline(x=50, line={"color": look.ink, "width": 1, "dash": "dot"})
    theme.lay(
        figure,
        yaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": [rows[e] for e in sorted(rows, reverse=True)],
        },
    )
    ticks = [0, 25, 50, 75, 100]
    theme.lay(
        figure,
        xaxis={
            "range": [0, 104],
            "tickvals": ticks,
            "ticktext": [f"{tick}%" for tick in ticks],
            "fixedrange": True,
        },
    )
    theme.lay(figure, yaxis={"fixedrange": True})
    theme.sign(figure, f"{facts.name}: shares of valid votes", 28)
    return theme.lay(figure, barmode="stack", bargap=0.28, dragmode=False)


def _bar_text(names: str, percent: float) -> str:
    if percent < 20:
        return ""
    return f"{hover(names)} {percent:.1f}%"


def _row_name(row: pd.Series) -> str:
    tail = {"county": "<br><sub>county</sub>", "old constituency": "<br><sub>old seat</sub>"}
    return f"{row['election']}{tail.get(row['level'], '')}"


def _spoken(facts: Profile) -> str:
    parts = []
    for election, rows in facts.shares.groupby("election"):
        best = rows.sort_values("share", ascending=False).head(2)
        told = ", ".join(f"{r['candidate']} {100 * r['share']:.1f}%" for _, r in best.iterrows())
        parts.append(f"{election} ({rows['level'].iloc[0]}): {told}")
    return f"Shares of valid votes in {facts.name}. " + "; ".join(parts)


def _numbers(facts: Profile) -> None:
    moved = facts.moved
    if moved is None:
        st.info("No comparison: one of the two elections has no figures for this constituency.")
        return
    swing = float(moved.swing.iloc[0])
    register = int(moved.after.turnout["registered"].iloc[0])
    cells = [
        (
            "Swing 2017 to 2022",
            f"{'to Odinga' if swing >= 0 else 'to Ruto'} {abs(swing):.1f} pts",
        ),
        ("Apparent transfer to Ruto", f"{100 * float(moved.transfer.iloc[0]):.1f}%"),
        ("Turnout 2022", _turnout(moved)),
        ("Registered 2022", f"{register:,} ({100 * float(moved.register_growth.iloc[0]):+.1f}%)"),
    ]
    left, right = st.columns(2)
    for place, pair in ((left, cells[::2]), (right, cells[1::2])):
        for label, value in pair:
            place.markdown(f":small[{plain(label)}]  \n**{plain(value)}**")


def _turnout(moved: Change) -> str:
    rate, difference = moved.after.turnout_rate().iloc[0], moved.turnout_change.iloc[0]
    if pd.isna(rate):
        return "missing on the form"
    against = "2017 missing" if pd.isna(difference) else f"{difference:+.1f} pts"
    return f"{100 * rate:.1f}% ({against})".replace("-", "\u2212")


def _member(code: str) -> None:
    day, level = state.day(), state.level()
    seats = alignment.seats(tables(), day, level)
    if code not in seats.index:
        st.caption("Members and alignments are held for the 38 constituencies of the region only.")
        return
    seat = seats.loc[code]
    events = tables()["alignment_events"].set_index("event_id")
    camps = tables()["camps"].set_index("camp_id")["name"]
    with st.container(border=True):
        st.caption(plain(f"Member of the National Assembly on {day.day} {day:%B %Y}"))
        if seat["camp"] == "vacant":
            st.markdown("**Seat vacant on this date**")
            return
        st.markdown(f"**{plain(seat['politician'])}**, elected on {plain(seat['party'])}")
        if seat["event_id"]:
            lapsed = " The camp had ended by this date." if seat["lapsed"] else ""
            _evidence(camps, events.loc[seat["event_id"]], seat["camp"], lapsed)
        else:
            st.markdown(f"Undeclared at evidence L{level} or stronger.")
        if seat["weaker_event_id"]:
            st.markdown("Weaker evidence since then:")
            weaker = events.loc[seat["weaker_event_id"]]
            _evidence(camps, weaker, seat["weaker_camp"], "")


def _evidence(camps: pd.Series, event: pd.Series, camp: str, tail: str) -> None:
    source = tables()["sources"].set_index("source_id").loc[event["source_id"]]
    publisher = plain(str(source["publisher"]))
    cited = f"[{publisher}]({source['url']})" if source["url"] else publisher
    name = camps.get(camp, "Undeclared")
    level = int(event["level"])
    st.markdown(
        f"**{plain(str(name))}** · L{level} {plain(alignment.LEVELS[level].lower())} · "
        f"{plain(str(event['date']))}  \n:small[{plain(str(event['statement']))}{tail} {cited}]"
    )


def _readings(facts: Profile) -> None:
    wide = facts.readings.pivot(index="item", columns="reading", values="value")
    if "form34b" not in wide:
        st.caption("2022: one reading of the form only.")
        return
    differing = wide[wide["tally"] != wide["form34b"]]
    if differing.empty:
        st.caption("2022: two independent readings of the form agree on every figure.")
        return
    used = facts.readings[facts.readings["chosen"]].iloc[0]
    with st.expander(f"2022: two readings differ in {len(differing)} figures", key="card_readings"):
        names = {"tally": "Public tally", "form34b": "Second reading"}
        shown = wide.rename(columns=names, index=str.capitalize).rename_axis("2022").reset_index()
        st.dataframe(shown, hide_index=True, key=f"readings_{facts.code}")
        st.caption(plain(f"Used here: {names[used['reading']].lower()}; {used['reason']}."))


def _neighbours(facts: Profile) -> None:
    inside = set(places().index[places()["in_region"]])
    names = {r["code"]: r["name"] for _, r in facts.neighbours.iterrows() if r["code"] in inside}
    outside = [r["name"] for _, r in facts.neighbours.iterrows() if r["code"] not in inside]
    st.markdown(":small[Neighbours, longest border first]")
    with st.container(horizontal=True, gap="small"):
        for code, name in names.items():
            st.button(
                plain(name),
                key=f"neighbour_{code}",
                type="secondary",
                on_click=state.put,
                args=("c", code),
            )
    if outside:
        st.caption(plain("Outside the region: " + ", ".join(outside)))
