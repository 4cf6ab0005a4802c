"""The votes' Sankey from the base to the scenario, with its table of every flow."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import embed, state, theme
from components.data import tables
from components.places import candidate_slots, places
from components.provenance import footer
from components.ranges import UNITS, spread
from components.sankey import ALPHA, PAD, THICKNESS
from components.scenario.result_card import destination, origin_name
from components.scenario.shown import NOTHING, TAG, Shown, percent
from components.text import hover, plain
from mulembe.scenario.model import CAMPS
from mulembe.scenario.standing import flow_table

HEIGHT, TOP, BOTTOM, SIDE = 520, 84, 12, 104
QUIET = {"light": 0.75, "dark": 0.35}  # opacity of the ribbons that lead to no camp
LABEL_GAP = 0.085  # of the height, between the labels of one column
EXACT = (
    "These flows follow from the assumptions and are exact to the voter; they are not estimates of "
    "what voters did or will do."
)
BY_HAND = (
    "Where a constituency is set by hand, they are the flows closest to the levers' that give its "
    "votes."
)


def view(shown: Shown) -> None:
    """Draw the controls, the flows and their table."""
    _controls(shown)
    chart(shown)


def chart(shown: Shown) -> None:
    """Draw the flows and their table alone; the table is left to the page in a frame."""
    county = _county(shown)
    mask = shown.standing.now.inside
    if county:
        mask = mask & shown.standing.now.base.county_mask(county)
    table = flow_table(shown.standing.now, mask)
    place = _counties(shown).get(county, shown.region.name)
    unit = state.get("unit")
    title = f"{place}: from {shown.base} to the scenario"
    st.markdown(f"**{plain(title)}**")
    spoken = f"{title}, {TAG.lower()}. {_largest(shown, table)}"
    figure = flow_figure(shown, table, unit)
    st.plotly_chart(
        _signed(figure, f"{title}. {TAG}"),
        key="scenario_flow",
        theme=None,
        config=theme.chart_config("mulembe-scenario-flow"),
        alt=spoken,
    )
    fixed = bool((mask & shown.standing.now.fixed).any())
    st.caption(f"{EXACT} {BY_HAND}" if fixed else EXACT)
    if not embed.only():
        _matrix(shown, table, unit)
    footer(
        shown.sources,
        flow_twin(shown, table, place),
        "mulembe-scenario-flow",
        "",
        spoken,
        method="scenario",
        frame="flow",
    )


def _counties(shown: Shown) -> dict[str, str]:
    """The counties the region touches, by code."""
    codes = sorted(set(places(shown.region.codes)["county_code"]))
    names = tables()["counties"].set_index("code")["name"]
    return {code: str(names[code]) for code in codes}


def _county(shown: Shown) -> str:
    return state.get("county") if state.get("county") in _counties(shown) else ""


def _controls(shown: Shown) -> None:
    counties = _counties(shown)
    with st.container(horizontal=True, vertical_alignment="bottom", key="scenario_flow_controls"):
        st.selectbox(
            "Area",
            ["", *counties],
            format_func=lambda code: counties.get(code, "All of the region"),
            width=220,
            **state.bind(
                "county", "result", to_widget=lambda code: code if code in counties else ""
            ),
        )
        st.segmented_control(
            "Flows in",
            list(UNITS),
            format_func=UNITS.__getitem__,
            required=True,
            **state.bind("unit", "result"),
        )


@dataclass(frozen=True)
class _Node:
    """One end of the flows: its column (0 or 1), key, name, voters, colour and size drawn."""

    column: int
    key: str
    name: str
    voters: int
    colour: str
    size: float


def flow_figure(shown: Shown, table: pd.DataFrame, unit: str) -> go.Figure:
    """Two columns joined by ribbons; "% of origin" makes every origin as long as the others."""
    look = theme.mode()
    table = table.assign(size=_sizes(table, unit))
    ends = [_nodes(shown, table, column) for column in (0, 1)]
    drawn = [[node for node in nodes if node.size > 0] for nodes in ends]
    y = [_centres(nodes, max(map(len, drawn))) for nodes in drawn]
    flat = [*drawn[0], *drawn[1]]
    place = {(node.column, node.key): i for i, node in enumerate(flat)}
    links = table[table["size"] > 0].to_dict("records")
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            node={
                "label": [""] * len(flat),
                "x": [0.001 if node.column == 0 else 0.999 for node in flat],
                "y": [*y[0], *y[1]],
                "color": [node.colour for node in flat],
                "pad": PAD,
                "thickness": THICKNESS,
                "line": {"color": look.muted, "width": 1},
                "customdata": [f"<b>{hover(n.name)}</b> · {n.voters:,} voters" for n in flat],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            link={
                "source": [place[0, str(link["origin"])] for link in links],
                "target": [place[1, str(link["destination"])] for link in links],
                "value": [link["size"] for link in links],
                "color": [_ribbon(shown, str(link["destination"])) for link in links],
                "customdata": [_told(shown, link) for link in links],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
        )
    )
    theme.style(figure, HEIGHT)
    annotations = [_title(0, shown.base), _title(1, "Scenario")]
    for nodes, centres in zip(drawn, y, strict=True):
        annotations += _labels(nodes, centres)
    empty = [node.name for node in ends[0] if node.size == 0]
    if empty:
        annotations.append(_empty(empty))
    return theme.lay(
        figure,
        margin={"l": SIDE, "r": SIDE, "t": TOP, "b": BOTTOM + 20 * bool(empty)},
        annotations=annotations,
        hoverlabel={"align": "left"},
        dragmode=False,
    )


def _sizes(table: pd.DataFrame, unit: str) -> pd.Series:
    if unit == "votes":
        return table["voters"].astype(float)
    return (100 * table["of_origin" if unit == "origin" else "of_destination"]).fillna(0)


def _nodes(shown: Shown, table: pd.DataFrame, column: int) -> list[_Node]:
    key = ("origin", "destination")[column]
    sums = table.groupby(key, sort=False)[["voters", "size"]].sum()
    return [
        _Node(
            column,
            str(name),
            _name(shown, column, str(name)),
            int(row["voters"]),
            _colour(shown, column, str(name)),
            float(row["size"]),
        )
        for name, row in sums.iterrows()
    ]


def _name(shown: Shown, column: int, key: str) -> str:
    return origin_name(shown, key) if column == 0 else destination(shown, key)


def _colour(shown: Shown, column: int, key: str) -> str:
    if column == 1 and key in CAMPS:
        return shown.colour(key)
    slots = candidate_slots(shown.base)
    if column == 0 and key in slots:
        return theme.slot_colour(slots[key])
    return theme.OTHER_PARTY if key == "others" else theme.slot_colour("undeclared")


def _centres(nodes: list[_Node], longest: int) -> list[float]:
    """Centres of a column's nodes (0 to 1), stacked in order and centred."""
    room = HEIGHT - TOP - BOTTOM
    total = sum(node.size for node in nodes)
    scale = (room - (longest - 1) * PAD) / total if total else 0
    top = (room - total * scale - (len(nodes) - 1) * PAD) / 2
    centres = []
    for node in nodes:
        centres.append((top + node.size * scale / 2) / room)
        top += node.size * scale + PAD
    return centres


def _ribbon(shown: Shown, key: str) -> str:
    """A ribbon has the colour of where it leads."""
    colour, mode = _colour(shown, 1, key), theme.mode().name
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{(ALPHA if key in CAMPS else QUIET)[mode]})"


def _told(shown: Shown, link: dict[str, object]) -> str:
    ends = (
        shown.columns[str(link["origin"])],
        destination(shown, str(link["destination"])).lower()
        if link["destination"] not in shown.names
        else destination(shown, str(link["destination"])),
    )
    return (
        f"<b>{hover(ends[0])}: {hover(ends[1])}</b><br>{link['voters']:,} voters<br>"
        f"{percent(float(str(link['of_origin'])))} of the column, "
        f"{percent(float(str(link['of_destination'])))} of where they go"
    )


def _signed(figure: go.Figure, text: str) -> go.Figure:
    """Sign the figure above the titles of its columns."""
    theme.lay(theme.sign(figure, text, 52), margin={"t": TOP})
    figure.layout.annotations[-1].update(yshift=30, xshift=-SIDE)
    return figure


def _title(column: int, text: str) -> dict[str, object]:
    return {
        "x": column,
        "y": 1,
        "yshift": 8,
        "xshift": (-1, 1)[column] * THICKNESS,
        "text": f"<b>{hover(text)}</b>",
        "showarrow": False,
        "xanchor": ("right", "left")[column],
        "yanchor": "bottom",
        "font": {"size": 13, "color": theme.mode().ink},
    }


def _labels(nodes: list[_Node], centres: list[float]) -> list[dict[str, object]]:
    """Name and voters outside every node, moved apart where nodes are thin."""
    return [
        {
            "x": node.column,
            "y": 1 - y,
            "xanchor": ("right", "left")[node.column],
            "xshift": (-1, 1)[node.column] * (THICKNESS / 2 + 3),
            "yanchor": "middle",
            "align": ("right", "left")[node.column],
            "text": f"{hover(_short(node.name))}<br><b>{_amount(node.voters)}</b>",
            "showarrow": False,
            "font": {"size": 12, "color": theme.mode().ink},
        }
        for node, y in zip(nodes, spread(centres, LABEL_GAP), strict=True)
    ]


def _short(name: str) -> str:
    """A name as it fits beside the figure: a person's last word, others in short."""
    known = {"Other candidates": "Others", "Left the register": "Left register"}
    if name in known:
        return known[name]
    return name if len(name) <= 14 else name.rsplit(maxsplit=1)[-1]


def _amount(voters: int) -> str:
    if voters < 1000:
        return f"{voters:,}"
    return f"{voters / 1e6:.2f}m" if voters >= 1e6 else f"{voters / 1e3:.0f}k"


def _empty(names: list[str]) -> dict[str, object]:
    said = " and ".join("new on the register" if n == "New" else n.lower() for n in names)
    return {
        "x": 0,
        "y": 0,
        "yshift": -4,
        "xshift": -SIDE,
        "text": f"Nobody in: {hover(said)}",
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "top",
        "font": {"size": 11, "color": theme.mode().muted},
    }


def _matrix(shown: Shown, table: pd.DataFrame, unit: str) -> None:
    """Columns of the base against destinations in the unit asked for."""
    column = {"votes": "voters", "origin": "of_origin", "destination": "of_destination"}[unit]
    wide = table.pivot(index="origin", columns="destination", values=column)
    wide = wide.loc[table["origin"].unique(), table["destination"].unique()]
    if unit != "votes":
        wide = 100 * wide
    form = "localized" if unit == "votes" else "%.1f%%"
    names = {key: destination(shown, key) for key in wide.columns}
    rows = wide.rename(columns=names)
    rows.insert(0, "From", [shown.columns[key] for key in wide.index])
    st.dataframe(
        rows,
        key="scenario_flow_table",
        hide_index=True,
        placeholder=NOTHING,
        column_config={
            name: st.column_config.NumberColumn(name, format=form) for name in names.values()
        },
    )


def flow_twin(shown: Shown, table: pd.DataFrame, place: str) -> pd.DataFrame:
    """Every flow in all units with readable names, for the download."""
    return pd.DataFrame(
        {
            "Area": place,
            "From": [shown.columns[key] for key in table["origin"]],
            "To": [destination(shown, key) for key in table["destination"]],
            "Voters": table["voters"],
            "% of origin": (100 * table["of_origin"]).round(2),
            "% of destination": (100 * table["of_destination"]).round(2),
        }
    )


def _largest(shown: Shown, table: pd.DataFrame) -> str:
    """The three largest flows in words."""
    rows = table.nlargest(3, "voters").to_dict("records")
    return "Largest: " + "; ".join(
        f"{shown.columns[str(r['origin'])]} to {destination(shown, str(r['destination']))} "
        f"{r['voters']:,} ({percent(float(r['of_origin']))} of the column)"
        for r in rows
    )
