"""The map of a scenario: who leads by how much, what changed, how sure, and what is set by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from components import state, theme
from components.layer_map import draw, spoken
from components.map import Painted, paint
from components.places import on_phone
from components.provenance import footer
from components.scenario.ranked import place_table
from components.scenario.shown import ASSUMED, TAG, Shown, percent, points
from components.text import plain
from mulembe.layers import LAYERS, LayerData
from mulembe.scenario.standing import in_runs

SHOWS = {"lead": "Result", "change": "Change", "sure": "Runs won", "third": "Third ticket"}
SURE, LIKELY = 0.9, 0.7  # parts of the runs
HAND = "set by hand"
MAIN = ("opposition", "government")


def view(shown: Shown) -> None:
    """Draw the buttons and the map."""
    _controls(shown)
    chart(shown)


def chart(shown: Shown) -> None:
    """Draw the map alone."""
    shows = _chosen(_options(shown))
    data, painted = layer(shown, shows)
    st.markdown(f"**{plain(data.title)}**")
    signed = replace(data, title=f"{data.title}. {TAG}")
    height = 430 if on_phone() else 560
    draw(signed, painted, shown.region, "scenario_map", height, 440, hatch_means=HAND)
    name = f"mulembe-scenario-map-{shows}"
    footer(
        data.sources,
        place_table(shown),
        name,
        data.note,
        spoken(signed, painted),
        method="scenario",
        frame="map",
    )


def _options(shown: Shown) -> list[str]:
    return [s for s in SHOWS if s != "third" or "third" in shown.standing.tickets]


def _chosen(options: list[str]) -> str:
    return state.get("shows") if state.get("shows") in options else "lead"


def _controls(shown: Shown) -> None:
    options = _options(shown)
    with st.container(horizontal=True, vertical_alignment="bottom", key="scenario_map_controls"):
        st.segmented_control(
            "Map of",
            options,
            format_func=SHOWS.__getitem__,
            required=True,
            label_visibility="collapsed",
            **state.bind("shows", "result", to_widget=lambda s: s if s in options else "lead"),
        )
        st.segmented_control(
            "View",
            ("map", "tiles"),
            format_func={"map": "Map", "tiles": "Tiles"}.__getitem__,
            required=True,
            label_visibility="collapsed",
            **state.bind("drawn", "result"),
        )


def layer(shown: Shown, shows: str) -> tuple[LayerData, Painted]:
    """One map of the scenario: its values and words per constituency, and its colours."""
    rows = shown.standing.places
    rows = rows[rows["inside"]]
    hatched = tuple(rows.index[rows["hand"] != ""])
    data = LayerData(
        "", rows["lead"], _texts(shown, rows), list(shown.sources), {}, hatched=hatched
    )
    drawn = {"lead": _lead, "change": _change, "sure": _sure, "third": _third}[shows]
    data, painted = drawn(shown, rows, data)
    return data, replace(painted, legend=[entry for entry in painted.legend if entry[2]])


def _lead(shown: Shown, rows: pd.DataFrame, data: LayerData) -> tuple[LayerData, Painted]:
    a, b = (shown.names[t] for t in MAIN)
    data = replace(
        data,
        title=f"Lead of {a} over {b} in the scenario",
        values=(100 * rows["lead"]).dropna(),
        poles=(b, a),
        note=f"In points of valid votes. {TAG}.",
    )
    main = rows["winner"].isin(MAIN)
    painted = paint(replace(data, values=data.values[main]), LAYERS["margin"], {})
    return data, _with_other_winners(shown, rows[~main], painted)


def _with_other_winners(shown: Shown, rows: pd.DataFrame, painted: Painted) -> Painted:
    """Where neither of the two leads, the colour of who does, not of the gap between the two."""
    colours, legend = [painted.colours], list(painted.legend)
    for ticket, group in rows[rows["winner"] != ""].groupby("winner", sort=False):
        colour = shown.colour(str(ticket))
        colours.append(pd.Series(colour, index=group.index))
        legend.append((f"{shown.name(str(ticket))} leads", colour, len(group)))
    return Painted(pd.concat(colours), legend)


def _change(shown: Shown, rows: pd.DataFrame, data: LayerData) -> tuple[LayerData, Painted]:
    a, b = (shown.names[t] for t in MAIN)
    data = replace(
        data,
        title=f"Change of that lead on {shown.base}",
        values=(100 * (rows["lead"] - rows["was_lead"])).dropna(),
        poles=(f"To {b}", f"To {a}"),
        note=(
            f"Lead of {a} over {b} in the scenario less that of {shown.base}, in points: twice the "
            f"swing. {TAG}."
        ),
    )
    return data, paint(data, LAYERS["swing"], {})


def _sure(shown: Shown, rows: pd.DataFrame, data: LayerData) -> tuple[LayerData, Painted]:
    wins = rows[[f"wins_{t}" for t in shown.standing.tickets]]
    first = wins.idxmax(axis=1).str.removeprefix("wins_")
    part = wins.max(axis=1)
    kind = first.where(part >= LIKELY, "open")
    kind = kind.where((part < SURE) | ~first.isin(MAIN), first + "+")
    colours = _sure_colours(shown)
    counts = kind.value_counts()
    legend = [(label, colour, int(counts.get(k, 0))) for k, (label, colour) in colours.items()]
    data = replace(
        data,
        title="Who leads in how many runs",
        values=part,
        note=f"Every run draws errors of the measured sizes around this line-up. {ASSUMED} {TAG}.",
    )
    return data, Painted(kind.map({k: colour for k, (_, colour) in colours.items()}), legend)


def _sure_colours(shown: Shown) -> dict[str, tuple[str, str]]:
    ramp = theme.DIVERGING
    a, b = (shown.names[t] for t in MAIN)
    found = {
        "government+": (f"{b} in 9 of 10 or more", ramp[0]),
        "government": (f"{b} in 7 to 9", ramp[2]),
        "open": ("Open: nobody in 7 of 10", ramp[3]),
        "opposition": (f"{a} in 7 to 9", ramp[4]),
        "opposition+": (f"{a} in 9 of 10 or more", ramp[6]),
    }
    for ticket in ("third", "others"):
        found[ticket] = (f"{shown.names[ticket]} in 7 or more", shown.colour(ticket))
    return found


def _third(shown: Shown, rows: pd.DataFrame, data: LayerData) -> tuple[LayerData, Painted]:
    data = replace(
        data,
        title=f"Share of {shown.names['third']} in the scenario",
        values=(100 * rows["share_third"]).dropna(),
        note=f"Share of valid votes. {TAG}.",
    )
    return data, paint(data, LAYERS["turnout"], {})


def _texts(shown: Shown, rows: pd.DataFrame) -> pd.Series:
    return pd.Series({str(code): _text(shown, row) for code, row in rows.iterrows()})


def _text(shown: Shown, row: pd.Series) -> str:
    winner = row["winner"]
    if not winner:
        return "nobody votes"
    by_hand = {"": "", "lock": "; locked", "override": f"; {HAND}"}[row["hand"]]
    return (
        f"{shown.name(winner)} {percent(row[f'share_{winner}'])} "
        f"({points(row[f'share_{winner}'] - row[f'was_{winner}'])} on {shown.base}), "
        f"first {in_runs(row[f'wins_{winner}'])}{by_hand}"
    )
