"""Two scenarios against each other: the difference by place, who flips, and what drives the gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pandas as pd
import streamlit as st

from components import embed, state, theme
from components.compare.choice import Entry
from components.compare.drivers import drivers
from components.compare.pair import Pair, camp_name, stands
from components.map import Painted, choropleth, pick
from components.places import on_phone, places
from components.provenance import footer
from components.scenario import tickets
from components.scenario.shown import TAG, percent, shift
from components.text import plain
from mulembe.classes import classify
from mulembe.layers import LAYERS, Layer, LayerData
from mulembe.scenario import compare
from mulembe.scenario.model import CAMPS

NEAR, FAR = (2.0, 5.0, 10.0, 20.0), (5.0, 15.0, 30.0, 50.0)  # points, to either side
FAR_FROM = 15  # where half of the gaps are larger, the near limits would put all in one class
LESS = "#4A4F57"  # a loss is nobody's colour
NAMED = 8


def view(found: Sequence[Entry]) -> None:
    """Draw the pair's choice and everything about it."""
    st.subheader("Where they differ, and why", anchor=False)
    pair = _choice(found)
    left, right = st.columns(2, gap="large")
    with left:
        _map(pair)
    with right:
        drivers(pair)
        _flips(pair)
    _table(found, pair)


def chart(found: Sequence[Entry]) -> None:
    """Draw the map of the difference alone."""
    _map(_asked(found))


def driven(found: Sequence[Entry]) -> None:
    """Draw what drives the gap alone."""
    drivers(_asked(found))


def _asked(found: Sequence[Entry]) -> Pair:
    """The pair and the camp that the view asks for."""
    known = {entry.letter.lower(): entry for entry in found}
    duo = state.get("duo") if set(state.get("duo")) <= set(known) else ""
    a, b = (known[letter] for letter in duo or first_look(found))
    return Pair(a, b, tickets.asked(found[0].scenario))


def _choice(found: Sequence[Entry]) -> Pair:
    known = {entry.letter: entry for entry in found}
    options = [f"{a}{b}".lower() for a, b in permutations(known, 2)]
    asked = _asked(found)
    duo, camp = f"{asked.a.letter}{asked.b.letter}".lower(), asked.camp
    camps = [c for c in CAMPS if any(stands(e, c) for e in found)]
    camps += [camp] if camp not in camps else []
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare_pair"):
        st.selectbox(
            "Share of",
            camps,
            format_func=lambda c: camp_name(found, c) or found[0].names[c],
            width=260,
            **state.bind("who", "compare", to_widget=lambda _: camp),
        )
        st.selectbox(
            "From one scenario to another",
            options,
            format_func=lambda o: (
                f"{known[o[0].upper()].label}  \u2192  {known[o[1].upper()].label}"
            ),
            width=620,
            **state.bind("duo", "compare", to_widget=lambda _: duo),
        )
    return asked


def first_look(found: Sequence[Entry]) -> str:
    """The pair read where none is chosen: from the other scenario, or the base, to what was built.

    With nothing built it is the first to the second.
    """
    a, b = found[:2]
    built = not a.is_base and (b.is_base or not a.is_preset)
    return (b.letter + a.letter if built else a.letter + b.letter).lower()


def _map(pair: Pair) -> None:
    data, painted = gap_layer(pair)
    st.markdown(f"**{plain(data.title)}**")
    shown = places(tuple(data.values.index))
    phone = on_phone()
    figure = choropleth(
        data,
        painted,
        shown,
        selected=state.get("c"),
        **embed.fitted(470 if phone else 600, 350 if phone else 560, data.note),
        title=f"{data.title}. {TAG}",
    )
    told = "; ".join(f"{label}: {count}" for label, _, count in painted.legend if count)
    spoken = f"{data.title}. Constituencies per class: {told}."
    st.plotly_chart(
        figure,
        key="compare_map",
        theme=None,
        on_select=pick("compare_map"),
        selection_mode="points",
        config=theme.chart_config("mulembe-compare-map"),
        alt=spoken,
    )
    footer(
        data.sources,
        place_table([pair.a, pair.b], pair),
        "mulembe-compare-map",
        data.note,
        spoken,
        method="scenario",
        frame="gap",
    )


def gap_layer(pair: Pair) -> tuple[LayerData, Painted]:
    """The difference of the camp's share by constituency, b less a, in points, and its colours."""
    rows = _places([pair.a, pair.b], pair.camp)
    gap = 100 * (rows[pair.b.letter] - rows[pair.a.letter])
    text = pd.Series(
        {
            code: f"{pair.name}: {percent(row[pair.a.letter])} in {pair.a.letter}, "
            f"{percent(row[pair.b.letter])} in {pair.b.letter} "
            f"({shift(row[pair.b.letter], row[pair.a.letter])})"
            for code, row in rows.iterrows()
        }
    )
    data = LayerData(
        title=f"{pair.name}: share in {pair.b.letter} less share in {pair.a.letter}, in points",
        values=gap.dropna(),
        text=text,
        sources=pair.sources,
        labels={},
        poles=(f"Lower in {pair.b.letter}", f"Higher in {pair.b.letter}"),
        note=f"Points of valid votes; {pair.way}. The camp's own colour where it gains, grey where "
        f"it loses. {TAG}.",
    )
    classes = classify(data, _classes(data.values))
    ramp = _ramp(tickets.colour(pair.camp), len(classes.labels))
    counts = classes.index.value_counts()
    legend = [(label, ramp[i], int(counts.get(i, 0))) for i, label in enumerate(classes.labels)]
    legend = [entry for entry in legend if entry[2]]
    return data, Painted(classes.index.map(dict(enumerate(ramp))), legend)


def _classes(gap: pd.Series) -> Layer:
    limits = FAR if gap.abs().median() > FAR_FROM else NEAR
    mirrored = (*(-limit for limit in reversed(limits)), *limits)
    return replace(LAYERS["swing"], breaks=mirrored)


def _ramp(colour: str, size: int) -> list[str]:
    """From grey over the neutral middle to the camp's colour, the same way for every camp."""
    half = size // 2
    return [
        _mixed(LESS if i < half else colour, abs(i - half) / half) if i != half else _MIDDLE
        for i in range(size)
    ]


_MIDDLE = theme.DIVERGING[len(theme.DIVERGING) // 2]


def _mixed(colour: str, part: float) -> str:
    """A colour mixed into the neutral middle."""
    pairs = [(int(_MIDDLE[i : i + 2], 16), int(colour[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * part):02X}" for a, b in pairs)


def _places(found: Sequence[Entry], camp: str) -> pd.DataFrame:
    """The camp's share per constituency of the region (rows) and scenario letter (columns)."""
    table = compare.constituencies([entry.outcome for entry in found])
    table = table[table["ticket"] == camp]
    wide = {
        entry.letter: rows.set_index("code")["share"]
        for entry, (_, rows) in zip(found, table.groupby("scenario", sort=False), strict=True)
    }
    return pd.DataFrame(wide)


def _flips(pair: Pair) -> None:
    table = flip_table(pair)
    told = flip_sentence(pair, table)
    st.markdown(f"**Who flips {pair.way}**")
    st.markdown(plain(told))
    if table.empty:
        return
    brief = table.rename(columns=lambda column: column.removesuffix(", points"))
    leads = [column for column in brief.columns if column.startswith("Lead ")]
    st.dataframe(
        brief,
        hide_index=True,
        width="stretch",
        height=min(320, 38 + 35 * len(table)),
        column_config={
            column: st.column_config.NumberColumn(format="%.1f pts") for column in leads
        },
        key="compare_flips",
    )
    footer(pair.sources, table, "mulembe-compare-flips", f"{TAG}.", told, method="scenario")


def flip_table(pair: Pair) -> pd.DataFrame:
    """Constituencies where another ticket wins in b than in a, the closest first."""
    rows = compare.flips(pair.a.outcome, pair.b.outcome)
    known = places()
    return pd.DataFrame(
        {
            "Constituency": rows["code"].map(known["name"]),
            "County": rows["code"].map(known["county"]),
            f"First in {pair.a.letter}": rows["winner_a"].map(pair.a.names),
            f"Lead in {pair.a.letter}, points": (100 * rows["margin_a"]).round(1),
            f"First in {pair.b.letter}": rows["winner_b"].map(pair.b.names),
            f"Lead in {pair.b.letter}, points": (100 * rows["margin_b"]).round(1),
        }
    )


def flip_sentence(pair: Pair, table: pd.DataFrame) -> str:
    """How many constituencies another ticket wins, and the first of them by name."""
    if table.empty:
        return f"No constituency has another winner in {pair.b.letter} than in {pair.a.letter}."
    names = list(table["Constituency"])
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    ways = table.groupby([f"First in {pair.a.letter}", f"First in {pair.b.letter}"]).size()
    told = ", ".join(f"{count} from {a} to {b}" for (a, b), count in ways.items())
    listed = ", ".join(names[:NAMED])
    verb = "has" if len(names) == 1 else "have"
    noun = "constituency" if len(names) == 1 else "constituencies"
    return f"{len(names)} {noun} {verb} another winner ({told}): {listed}{more}."


def _formats(table: pd.DataFrame) -> dict[str, object]:
    return {
        column: st.column_config.NumberColumn(format="%.1f")
        for column in table.columns
        if "points" in column or "%" in column
    }


def _table(found: Sequence[Entry], pair: Pair) -> None:
    st.markdown(f"**{plain(pair.name)} by constituency**")
    table = place_table(found, pair)
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        height=420,
        column_config=_formats(table),
        key="compare_places",
    )
    footer(
        [source for entry in found for source in entry.outcome.base.sources],
        table,
        "mulembe-compare-constituencies",
        f"Shares of valid votes; differences {pair.way}. {TAG}.",
        f"{pair.name} by constituency in {len(found)} scenarios.",
        method="scenario",
    )


def place_table(found: Sequence[Entry], pair: Pair) -> pd.DataFrame:
    """The camp's share and the winner per constituency and scenario, with the pair's difference."""
    shares = _places(found, pair.camp)
    known = places(tuple(shares.index))
    columns: dict[str, object] = {"Constituency": known["name"], "County": known["county"]}
    for entry in found:
        columns[f"{entry.letter}, %"] = (100 * shares[entry.letter]).round(2)
    gap = shares[pair.b.letter] - shares[pair.a.letter]
    columns[f"{pair.b.letter} less {pair.a.letter}, points"] = (100 * gap).round(2)
    for entry in found:
        winners = _winners(entry)
        columns[f"First in {entry.letter}"] = [winners.get(code, "nobody") for code in shares.index]
    return pd.DataFrame(columns)


def _winners(entry: Entry) -> dict[str, str]:
    rows = entry.standing.places
    return {str(code): entry.names[w] for code, w in rows["winner"].items() if w}
