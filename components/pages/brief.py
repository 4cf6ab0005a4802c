"""The brief: one sentence, the region's map, three cards, what changed; the tour of 2021."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import brief_cards, embed, region_table, state, theme
from components.data import region as read_region
from components.data import tables
from components.explain import explain
from components.map import choropleth, paint
from components.places import camp_slots, candidate_slots, on_phone, places
from components.provenance import figures_from, footer
from components.replay import december, tour
from components.strip import strip
from components.text import plain
from components.unity import unity_figure
from mulembe import alignment, layers
from mulembe.elections import Change, change, region_results, winner_conflicts
from mulembe.layers import LAYERS, Question
from mulembe.people import undeclared_by_party
from mulembe.regions import Region
from mulembe.transfer import vote_bounds
from mulembe.unity import LIMITS, unity_by_election, verdict


def page() -> None:
    """Draw the page: the tour while it runs, else the brief."""
    if state.get("tour"):
        december.enter()
        strip()
        tour.tour()
        return
    december.forget()
    region = strip()
    tour.offer()
    moved = change(
        region_results(tables(), "2017", region), region_results(tables(), "2022", region)
    )
    st.title("Does the region vote as one bloc?", anchor=False)
    _answer(region, moved)
    left, right = st.columns([52, 48], gap="large")
    with left:
        _map(region)
        st.page_link("components/pages/map.py", label="Explore all layers on the map")
    with right:
        brief_cards.unity_card(moved)
        brief_cards.needed_card(region)
        brief_cards.worth_card(region)
    if brief_cards.scenario_is_set():
        brief_cards.changed(region)
    else:
        _since_2017(region, moved)
    _unity(region)
    _members(region)
    region_table.region_table(region)


def _answer(region: Region, moved: Change) -> None:
    """The sentence, and the one large number it rests on."""
    before, after = moved.before.unity(), moved.after.unity()
    number, told = st.columns([18, 82], gap="medium", vertical_alignment="center")
    number.metric(
        "Alignment, 2022",
        f"{100 * after.alignment:.0f}%",
        f"{100 * (after.alignment - before.alignment):+.0f} points on 2017".replace("-", "\u2212"),
        delta_color="off",
        delta_arrow="off",
    )
    with told:
        st.markdown(f"#### {plain(_sentence(region, moved))}")
    st.caption(plain(_certainty(moved)))
    figures_from({*moved.before.sources(), *moved.after.sources()}, "alignment", "unity")


def _sentence(region: Region, moved: Change) -> str:
    judged, before, after = verdict(moved.after), moved.before.unity(), moved.after.unity()
    ahead = "Odinga" if after.lead >= 0 else "Ruto"
    was = "Odinga" if before.lead >= 0 else "Kenyatta"
    won = judged.won
    whole = f"{ahead} led by {100 * after.unity:.1f} points, after {was} by "
    if ahead == was:
        whole = f"{ahead} still led by {100 * after.unity:.1f} points, after "
    return (
        f"{judged.words}: in 2022 Odinga led in {won['odinga']} and Ruto in {won['ruto']} of "
        f"{after.units} constituencies ({region.name}), and over all of them {whole}"
        f"{100 * before.unity:.1f} in 2017, while alignment went from "
        f"{100 * before.alignment:.0f}% to {100 * after.alignment:.0f}%."
    )


def _certainty(moved: Change) -> str:
    quality = moved.after.turnout["quality"].value_counts()
    conflicts = winner_conflicts(tables(), set(moved.after.votes.index))
    named = ", ".join(places(tuple(conflicts))["name"]) if conflicts else "nowhere"
    limits = ", ".join(f"from {limit:.0%} '{words}'" for limit, words in LIMITS[:-1])
    return (
        "Alignment is what is left of the constituencies' margins after opposite ones cancel; the "
        f"first words follow from it ({limits}, below that 'No'). How sure: of the 2022 forms "
        f"{quality.get('agreed', 0)} were read twice with the same figures, "
        f"{quality.get('conflict', 0)} twice with differences, {quality.get('single', 0)} once; "
        f"the readings disagree on the winner {named}. They are public transcriptions, and August "
        "2017 was annulled: only the electoral commission declares results."
    )


def _map(region: Region) -> None:
    layer = LAYERS["margin"]
    question = Question("margin", "2022", "2017", state.day(), state.level(), region)
    data = layers.compute(tables(), question)
    painted = paint(data, layer, candidate_slots("2022") | camp_slots())
    shown = places(region.codes)
    st.subheader(plain(data.title), anchor=False)
    told = "; ".join(f"{label}: {count}" for label, _, count in painted.legend if count)
    st.plotly_chart(
        choropleth(
            data,
            painted,
            shown,
            **embed.fitted(480, 350 if on_phone() else 560),
            title=f"{data.title} · {region.name}",
        ),
        key="brief_map",
        theme=None,
        config=theme.chart_config("mulembe-brief-map"),
        alt=f"{data.title}. {told}.",
    )
    twin = pd.DataFrame(
        {
            "Code": shown.index,
            "Constituency": shown["name"],
            "County": shown["county"],
            data.title: data.text.reindex(shown.index),
        }
    ).assign(Sources=", ".join(data.sources))
    footer(data.sources, twin, "mulembe-brief-margin", "", told, method="shares", frame="map")


def _unity(region: Region) -> None:
    rows = unity_by_election(tables(), region)
    st.subheader("Bloc unity by election", anchor=False)
    st.plotly_chart(
        unity_figure(rows, narrow=on_phone()),
        key="brief_unity",
        theme=None,
        config=theme.chart_config("mulembe-bloc-unity"),
        alt=_unity_spoken(rows),
    )
    twin = pd.DataFrame(
        {
            "Election": rows["election"],
            "By": rows["level"],
            "Units": rows["units"],
            "Candidates": rows["line_a"] + " v " + rows["line_b"],
            "Lead (points)": (100 * rows["lead"]).round(2),
            "Unity (%)": (100 * rows["unity"]).round(2),
            "Intensity (%)": (100 * rows["intensity"]).round(2),
            "Alignment (%)": (100 * rows["alignment"]).round(1),
            "Sources": rows["sources"].map(", ".join),
        }
    )
    note = (
        "Unity is the region's lead; intensity the mean size of the units' own margins; alignment "
        "what is left of it after opposite margins cancel. Unity = intensity x alignment; larger "
        "units hide what cancels inside them, so the level is always stated."
    )
    if "2013" not in set(rows["election"]):
        note += " 2013 is held by county only and this region cuts through a county."
    sources = {source for listed in rows["sources"] for source in listed}
    told = _unity_spoken(rows)
    footer(sources, twin, "mulembe-bloc-unity", note, told, method="unity", frame="unity")


def _unity_spoken(rows: pd.DataFrame) -> str:
    return "; ".join(
        f"{row['election']} by {row['level']}: unity {100 * row['unity']:.1f}%, intensity "
        f"{100 * row['intensity']:.1f}%, alignment {100 * row['alignment']:.0f}%"
        for _, row in rows.iterrows()
    )


def _since_2017(region: Region, moved: Change) -> None:
    st.subheader("What changed, 2017 to 2022", anchor=False)
    cells = st.columns(3)
    towards = "Odinga" if moved.total_swing >= 0 else "Ruto"
    cells[0].metric(
        f"{moved.method} swing",
        f"{abs(moved.total_swing):.1f} points to {towards}",
        border=True,
        help="Half of the change in the gap between the two lines, Kenyatta 2017 and Ruto 2022 "
        "counted as one.",
    )
    cells[1].metric(
        "Apparent transfer to Ruto",
        f"{100 * moved.total_transfer:.1f}%",
        border=True,
        delta=_range_of_transfer(region),
        delta_color="off",
        delta_arrow="off",
        help="Ruto's gain on Kenyatta's share, as a part of Odinga's 2017 share: an arithmetic of "
        "totals with turnout, new voters and incumbency in it. The range is what the totals allow "
        "of Odinga's 2017 voters to have voted Ruto.",
    )
    rate, before = moved.after.total_turnout(), moved.before.total_turnout()
    if rate is not None and before is not None:
        cells[2].metric(
            "Turnout 2022",
            f"{100 * rate:.1f}%",
            delta=f"{100 * (rate - before):+.1f} points on 2017".replace("-", "\u2212"),
            delta_color="off",
            delta_arrow="off",
            border=True,
        )
    for cell, method in zip(cells, ("swing", "apparent-transfer", "turnout"), strict=True):
        with cell:
            explain(method)
    figures_from({*moved.before.sources(), *moved.after.sources()}, "since_2017")


def _range_of_transfer(region: Region) -> str:
    bounds = vote_bounds(tables(), "2017", "2022", region)
    total = float(bounds.origins["odinga"].sum())
    low, high = (float(b.at["odinga", "ruto"]) / total for b in (bounds.lower, bounds.upper))
    return f"voters: {100 * low:.0f}% to {100 * high:.0f}% possible"


def _members(region: Region) -> None:
    day, level = state.day(), state.level()
    seats = alignment.seats(tables(), day, level, region)
    camps = tables()["camps"].set_index("camp_id")["name"]
    counts = seats["camp"].value_counts()
    parts = [f"{camps[c]} {n}" for c, n in counts.items() if c in camps]
    parts += [f"{c} {counts[c]}" for c in ("undeclared", "vacant") if c in counts]
    when = f"{day.day} {day:%B %Y}"
    st.subheader("Where the members stand", anchor=False)
    st.markdown(plain(f"Members on {when} at evidence L{level} or stronger: {', '.join(parts)}."))
    sides = undeclared_by_party(tables(), seats, day)
    told = [f"{camps[camp]} {count}" for camp, count in sides.items() if camp and count]
    if told:
        st.caption(
            plain(
                "Undeclared means no event of that strength in this cycle. By the party they were "
                f"elected on, the undeclared sit for: {', '.join(told)}, neither "
                f"{sides.get('', 0)}. A party's side is not a member's word."
            )
        )
    st.page_link("components/pages/leaders.py", label="See every member and the evidence")


CHARTS = {
    "map": lambda: _map(read_region(state.get("region"))),
    "unity": lambda: _unity(read_region(state.get("region"))),
}

embed.page(page, CHARTS)
