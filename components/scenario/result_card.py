"""One constituency in a scenario: base and result, where each column went, and whose pull works."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import state, theme, whatif
from components.data import tables
from components.places import places
from components.scenario import hand
from components.scenario.ghost_bars import READING, GhostBar, ghost_bars
from components.scenario.shown import TAG, Shown, percent, points
from components.text import plain
from mulembe.scenario import words
from mulembe.scenario.model import ABSENT, ENTERED, GONE
from mulembe.scenario.standing import Felt, felt, flow_table, in_runs

SMALL = 0.005  # a flow below this part of its column is only named with its voters


def card(shown: Shown) -> None:
    """Draw the search and the chosen constituency."""
    _search(shown)
    code = state.get("c")
    standing = shown.standing
    if not code:
        st.markdown("**No constituency chosen**")
        st.caption(
            "Click or tap one on the map, on a row of the chart or of the table, or search by "
            "name, to read where its votes go and to lock it or set it by hand."
        )
        return
    if code not in standing.places.index:
        name = places().at[code, "name"]
        st.markdown(f"**{plain(name)}**")
        st.caption(
            "Outside the 38 constituencies whose leaders can move voters: it follows the "
            "inheritance of its base columns only. Choose one of the region."
        )
        return
    _heading(shown, code)
    _bars(shown, code)
    _numbers(shown, code)
    _flows(shown, code)
    _pulls(shown, code)
    _by_hand(code, bool(standing.now.scenario.override(code)))


def _by_hand(code: str, held: bool) -> None:
    """Buttons that lock the constituency, set it by hand or give it back to the levers."""
    fixed = whatif.read_only()
    with st.container(horizontal=True, key="scenario_card_hand"):
        if held:
            changed = st.button(
                "Leave to the levers",
                icon=":material/lock_open:",
                key="card_release",
                disabled=fixed,
            )
            if changed:
                hand.release(code)
        else:
            changed = st.button(
                "Lock", icon=":material/lock:", key="card_lock", disabled=fixed
            ) and hand.lock(code)
        if st.button("Set by hand", icon=":material/edit:", key="card_set", disabled=fixed):
            hand.hand_editor(code)
    if fixed:
        st.caption("This view is to be read; fork it to lock or set a constituency.")
    if changed:
        st.rerun()  # the levers list what is set by hand


def _search(shown: Shown) -> None:
    region = places(shown.region.codes).sort_values("name")
    chosen = state.get("c")
    options = ["", *region.index]
    if chosen and chosen not in options:
        options.append(chosen)
    names = places()["name"].to_dict()
    st.selectbox(
        "Constituency",
        options,
        format_func=lambda code: names.get(code, "Search by name"),
        label_visibility="collapsed",
        **state.bind("c", "result"),
    )


def _heading(shown: Shown, code: str) -> None:
    place, row = places().loc[code], shown.standing.places.loc[code]
    st.subheader(plain(place["name"]), anchor=False)
    said = [f"{place['county']} county · constituency {code}"]
    if not row["inside"]:
        said.append("outside the region of this scenario")
    st.caption(plain(" · ".join(said)))
    by_hand = shown.standing.now.scenario.override(code)
    if by_hand:
        what = "Locked" if by_hand.kind == "lock" else "Set by hand"
        reason = f": {by_hand.reason}" if by_hand.reason else "; no reason given"
        st.markdown(f"**{what}**{plain(reason)}")
    if row["flips"]:
        change = f"{shown.name(row['was_winner'])} led in {shown.base}, now "
        st.markdown(f"{plain(change)}**{plain(shown.name(row['winner']))}**.")


def _bars(shown: Shown, code: str) -> None:
    row = shown.standing.places.loc[code]
    bars = [
        GhostBar(
            shown.names[ticket],
            f"{percent(row[f'share_{ticket}'])}, "
            f"{points(row[f'share_{ticket}'] - row[f'was_{ticket}'])}",
            100 * row[f"share_{ticket}"],
            100 * row[f"was_{ticket}"],
            shown.colour(ticket),
            100 * row[f"low_{ticket}"],
            100 * row[f"high_{ticket}"],
        )
        for ticket in shown.standing.tickets
    ]
    name = places().at[code, "name"]
    figure = theme.sign(ghost_bars(bars, 101), f"{name}. {TAG}", 44)
    st.plotly_chart(
        figure,
        key=f"scenario_card_{code}",
        theme=None,
        config=theme.chart_config(f"mulembe-scenario-{code}"),
        alt=f"{name}, {TAG.lower()}: " + "; ".join(f"{bar.label} {bar.told}" for bar in bars),
    )
    st.caption(plain(READING.format(base=shown.base)))


def _numbers(shown: Shown, code: str) -> None:
    row = shown.standing.places.loc[code]
    winner = row["winner"]
    if not winner:
        st.markdown("Nobody votes here in this scenario.")
        return
    first = (
        "leads; what is set by hand or locked does not vary in the runs."
        if row["hand"]
        else f"is first {in_runs(row[f'wins_{winner}'])} if this line-up runs."
    )
    st.markdown(
        plain(
            f"{shown.name(winner)} {first} Turnout {percent(row['turnout'])} of the register "
            f"({points(row['turnout'] - row['was_turnout'])})."
        )
    )


def _flows(shown: Shown, code: str) -> None:
    """Where each column of the base went, in words."""
    mask = shown.standing.now.base.mask((code,))
    table = flow_table(shown.standing.now, mask)
    lines = [
        _flow(shown, str(origin), rows)
        for origin, rows in table.groupby("origin", sort=False)
        if rows["voters"].sum()
    ]
    st.markdown("**Where the votes go**  \n" + "  \n".join(lines))


def _flow(shown: Shown, origin: str, rows: pd.DataFrame) -> str:
    total = int(rows["voters"].sum())
    rows = rows[rows["voters"] > 0].sort_values("voters", ascending=False)
    if len(rows) == 1:
        told = f"all {destination(shown, str(rows['destination'].iloc[0]), inside=True)}"
        return f":small[{plain(shown.columns[origin])}, {total:,}: {plain(told)}]"
    told = ", ".join(
        f"{row['voters']:,} {destination(shown, str(row['destination']), inside=True)}"
        + (f" ({percent(row['of_origin'], 0)})" if row["of_origin"] >= SMALL else "")
        for row in rows.to_dict("records")
    )
    return f":small[{plain(shown.columns[origin])}, {total:,}: {plain(told)}]"


def destination(shown: Shown, name: str, *, inside: bool = False) -> str:
    """A destination's name; ``inside`` a sentence as what the voters do."""
    if name == ABSENT:
        return "do not vote" if inside else "Does not vote"
    if name == GONE:
        return "left the register" if inside else "Left the register"
    return f"to {shown.names[name]}" if inside else shown.names[name]


def origin_name(shown: Shown, origin: str) -> str:
    """A column's name without the year, for a place where the year stands above."""
    return shown.columns[origin].removesuffix(f" {shown.base}") if origin != ENTERED else "New"


def _pulls(shown: Shown, code: str) -> None:
    found = felt(shown.standing.now, code)
    asked = next((c.asked for c in shown.standing.now.conflicts if c.code == code), 0.0)
    if not found:
        st.caption("No leader moves voters in this scenario, and no third ticket stands.")
        return
    st.markdown(
        "**What pulls here**  \n" + "  \n".join(f":small[{_pull(shown, f)}]" for f in found)
    )
    if asked:
        st.caption(
            plain(
                f"Together they ask for {percent(asked, 0)} of a column; each gets its part of it."
            )
        )


def _pull(shown: Shown, one: Felt) -> str:
    who = words.leader(one.leader, tables()) if one.leader else shown.names["third"]
    where = {
        "flat": "the same everywhere in the region",
        "county": "a share per county",
        "decay": "at home" if one.distance < 0.05 else f"home {one.distance:.0f} km away",
    }[one.spread]
    camp = shown.names[one.camp]
    named = who if who == camp else f"{who} to {camp}"
    return plain(f"{named}: {percent(one.pull)} of the other tickets' voters ({where})")
