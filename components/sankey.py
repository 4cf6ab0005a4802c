"""The Sankey of the seats: parties and camps as columns, one ribbon per move.

Node positions are our own, so that the order is stable from date to date and every name can stand
outside its node, at any width.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from components import theme
from components.text import hover
from mulembe.alignment import UNDECLARED
from mulembe.flows import WEIGHTS, SeatFlows

HEIGHT, TOP, BOTTOM, SIDE = 620, 76, 14, 70  # the toolbar takes the top 30 pixels
PAD, THICKNESS = 25, 12
ALPHA = {"light": 0.45, "dark": 0.55}
ALPHA_UNDECLARED = {"light": 0.45, "dark": 0.2}
VACANT = "vacant"
SLOT_ORDER = ("opposition", "third", "fourth", "government", "undeclared")
NAMES_IN_HOVER = 8
LINE = 7  # characters of the last word and the count that still fit on one line


@dataclass(frozen=True)
class Camps:
    """How the camps are drawn: name and colour slot by camp id."""

    names: Mapping[str, str]
    slots: Mapping[str, str]

    def name(self, node: str) -> str:
        """The name of a camp, of "undeclared" or of a vacant seat."""
        return {UNDECLARED: "Undeclared", VACANT: "Vacant"}.get(node) or self.names[node]

    def colour(self, node: str) -> str:
        """The colour of a camp's slot; the empty colour for a vacant seat."""
        if node == VACANT:
            return theme.mode().missing
        return theme.slot_colour(self.slots.get(node, "undeclared"))


def seat_sankey(flows: SeatFlows, camps: Camps) -> go.Figure:
    """The figure: columns in the order of the stages, names and counts beside every node."""
    nodes = _nodes(flows, camps)
    links = flows.links
    place = {(n["stage"], n["node"]): i for i, n in enumerate(nodes.to_dict("records"))}
    look = theme.mode()
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            node={
                "label": [""] * len(nodes),
                "x": nodes["x"],
                "y": nodes["y"],
                "color": nodes["colour"],
                "pad": PAD,
                "thickness": THICKNESS,
                "line": {"color": look.muted, "width": 1},
                "customdata": nodes["hover"],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            link={
                "source": [
                    place[s, n] for s, n in zip(links["stage"], links["source"], strict=True)
                ],
                "target": [
                    place[s + 1, n] for s, n in zip(links["stage"], links["target"], strict=True)
                ],
                "value": links["weight"],
                "color": [_ribbon(flows, camps, link) for link in links.to_dict("records")],
                "customdata": [
                    _ribbon_hover(flows, camps, link) for link in links.to_dict("records")
                ],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
        )
    )
    theme.style(figure, HEIGHT)
    theme.lay(
        figure,
        margin={"l": SIDE, "r": SIDE, "t": TOP, "b": BOTTOM},
        annotations=[
            *_titles(flows, nodes),
            *(_label(flows, node) for node in nodes.to_dict("records")),
        ],
        shapes=_hatches(nodes),
        hoverlabel={"align": "left"},
        dragmode=False,
    )
    return figure


def node_name(flows: SeatFlows, camps: Camps, stage: int, node: str) -> str:
    """What a node is called: a party's short name or a camp's name."""
    return node if _is_party(flows, stage) and node != VACANT else camps.name(node)


def _is_party(flows: SeatFlows, stage: int) -> bool:
    return f"event_id_{stage}" not in flows.seats


def _nodes(flows: SeatFlows, camps: Camps) -> pd.DataFrame:
    """One row per node: stage, node, weight, seats, colour, hover and its centre (0 to 1)."""
    rows = []
    for stage in range(len(flows.stages)):
        column = flows.seats.groupby(f"node_{stage}")["weight"].agg(["sum", "size"])
        for node in sorted(column.index, key=lambda node: _rank(flows, camps, stage, node)):
            rows.append(
                {
                    "stage": stage,
                    "node": node,
                    "weight": int(column.at[node, "sum"]),
                    "seats": int(column.at[node, "size"]),
                    "name": node_name(flows, camps, stage, node),
                    "colour": theme.party_colour(node)
                    if _is_party(flows, stage) and node != VACANT
                    else camps.colour(node),
                    "weaker": _weaker(flows, stage, node),
                    "hover": _node_hover(flows, camps, stage, node),
                }
            )
    return _placed(pd.DataFrame(rows), len(flows.stages))


def _placed(nodes: pd.DataFrame, stages: int) -> pd.DataFrame:
    """Centres of the nodes: each column stacked in order and centred on the figure's middle."""
    room = HEIGHT - TOP - BOTTOM
    longest = nodes.groupby("stage").size().max()
    total = nodes.loc[nodes["stage"].eq(0), "weight"].sum()
    scale = (room - (longest - 1) * PAD) / total
    centres: list[float] = []
    heights: list[float] = []
    for _, column in nodes.groupby("stage"):
        sizes = column["weight"] * scale
        top = (room - sizes.sum() - (len(column) - 1) * PAD) / 2
        for size in sizes:
            centres.append((top + size / 2) / room)
            heights.append(size)
            top += size + PAD
    # Plotly ignores a position of exactly 0.
    x = nodes["stage"].map(lambda stage: max(0.001, stage / (stages - 1)))
    return nodes.assign(x=x, y=centres, height=heights)


def _weaker(flows: SeatFlows, stage: int, node: str) -> int:
    """The weight of a node's seats that are undeclared with weaker evidence for a camp."""
    if _is_party(flows, stage) or node != UNDECLARED:
        return 0
    seats = flows.seats
    weak = seats[f"node_{stage}"].eq(node) & seats[f"weaker_camp_{stage}"].ne("")
    return int(seats.loc[weak, "weight"].sum())


def _hatches(nodes: pd.DataFrame) -> list[dict[str, object]]:
    """Hatching over the part of an undeclared node that has weaker evidence."""
    shapes = []
    for node in nodes[nodes["weaker"] > 0].to_dict("records"):
        length = node["height"] * node["weaker"] / node["weight"]
        half, y = THICKNESS / 2, node["height"] / 2
        strokes = [
            f"M{-half},{at:.1f}L{half},{min(at + THICKNESS, y):.1f}"
            for at in [y - length + 5 * i for i in range(int(length / 5) + 1)]
            if at + THICKNESS <= y
        ]
        top = f"M{-half},{y - length:.1f}L{half},{y - length:.1f}"
        shapes.append(
            {
                "type": "path",
                "path": "".join([top, *strokes]),
                "xref": "paper",
                "yref": "paper",
                "xsizemode": "pixel",
                "ysizemode": "pixel",
                "xanchor": node["x"],
                "yanchor": 1 - node["y"],
                "line": {"color": "#646A73", "width": 1},
            }
        )
    return shapes


def _rank(flows: SeatFlows, camps: Camps, stage: int, node: str) -> tuple[int, str]:
    if node == VACANT:
        return 99, node
    if _is_party(flows, stage):
        known = list(theme.PARTIES)
        return (known.index(node) if node in known else len(known)), node
    return SLOT_ORDER.index(camps.slots.get(node, "undeclared")), node


def _ribbon(flows: SeatFlows, camps: Camps, link: Mapping[str, object]) -> str:
    """A ribbon has the colour of the camp it leads to; the last step, the one it comes from."""
    stage = int(str(link["stage"]))
    to_party = _is_party(flows, stage + 1)
    colour = camps.colour(str(link["source"] if to_party else link["target"]))
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    quiet = colour in (theme.slot_colour("undeclared"), theme.mode().missing)
    alpha = (ALPHA_UNDECLARED if quiet else ALPHA)[theme.mode().name]
    return f"rgba({red},{green},{blue},{alpha})"


def _titles(flows: SeatFlows, nodes: pd.DataFrame) -> list[dict[str, object]]:
    places = nodes.groupby("stage")["x"].first()
    return [
        {
            "x": places[stage],
            "y": 1,
            "yshift": 6,
            "text": f"<b>{_two_lines(title)}</b>",
            "showarrow": False,
            "yanchor": "bottom",
            "xanchor": "center",
            "font": {"size": 12.5, "color": theme.mode().ink},
        }
        for stage, title in enumerate(flows.stages)
    ]


def _two_lines(title: str) -> str:
    words = hover(title).split()
    return f"{' '.join(words[:-1])}<br>{words[-1]}" if len(words) > 2 else "<br>".join(words)


def _label(flows: SeatFlows, node: Mapping[str, object]) -> dict[str, object]:
    first = node["stage"] == 0
    inside = 0 < int(str(node["stage"])) < len(flows.stages) - 1
    text = label_text(str(node["name"]), amount(int(str(node["weight"])), flows.weight))
    return {
        "x": node["x"],
        "y": 1 - float(str(node["y"])),
        "xanchor": "right" if first else "left",
        "xshift": (-1 if first else 1) * (THICKNESS / 2 + 1),
        "yanchor": "middle",
        "align": "right" if first else "left",
        "text": text,
        "showarrow": False,
        "font": {"size": 11, "color": theme.mode().ink},
        "bgcolor": _veil() if inside else "rgba(0,0,0,0)",
        "borderpad": 0,
    }


def _veil() -> str:
    page = theme.mode().page
    red, green, blue = (int(page[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.72)"


def label_text(name: str, count: str) -> str:
    """A node's label, broken so that no line is wider than the gap between columns on a phone."""
    words = [hover(word) for word in name.split()]
    joined = len(name.rsplit(maxsplit=1)[-1]) + len(count) <= LINE
    return f"{'<br>'.join(words)}{' · ' if joined else '<br>'}{count}"


def amount(value: int, weight: str) -> str:
    """Seats as they are; voters in thousands or millions, as short labels need them."""
    if weight == "seats":
        return f"{value:,}"
    return f"{value / 1e6:.2f}m" if value >= 1e6 else f"{value / 1e3:,.0f}k"


def _quantity(value: int, seats: int, weight: str) -> str:
    told = f"{seats} seat{'' if seats == 1 else 's'}"
    return told if weight == "seats" else f"{told}, {value:,} {WEIGHTS[weight].lower()}"


def _node_hover(flows: SeatFlows, camps: Camps, stage: int, node: str) -> str:
    here = flows.seats[flows.seats[f"node_{stage}"].eq(node)]
    told = _quantity(int(here["weight"].sum()), len(here), flows.weight)
    text = f"<b>{hover(node_name(flows, camps, stage, node))}</b> · {told}"
    if node == UNDECLARED:
        weaker = here[f"weaker_camp_{stage}"]
        for camp, count in weaker[weaker.ne("")].value_counts().sort_index().items():
            text += f"<br>{count} with weaker evidence for {hover(camps.name(str(camp)))}"
    return text


def _ribbon_hover(flows: SeatFlows, camps: Camps, link: Mapping[str, object]) -> str:
    stage = int(str(link["stage"]))
    ends = [
        hover(node_name(flows, camps, stage + i, str(link[end])))
        for i, end in enumerate(("source", "target"))
    ]
    seats = int(str(link["seats"]))
    told = _quantity(int(str(link["weight"])), seats, flows.weight)
    names = [hover(name) for name in str(link["names"]).split("), ")]
    shown = [name if name.endswith(")") else f"{name})" for name in names[:NAMES_IN_HOVER]]
    rest = f"<br>and {seats - NAMES_IN_HOVER} more in the table" if seats > len(shown) else ""
    return f"<b>{ends[0]} to {ends[1]}</b> · {told}<br>" + "<br>".join(shown) + rest
