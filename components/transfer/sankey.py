"""The Sankey of an estimate: origins left, destinations right, hatched where it is uncertain.

Plotly's own Sankey knows no hatching, so the ribbons are filled curves of our own: what is too
uncertain to be drawn as known is hatched with a dotted outline, everything else is plain.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components import theme
from components.ranges import amount, spread
from components.text import hover
from mulembe.transfer.reading import (
    HATCHED,
    LARGEST,
    LEFT_OUT,
    SOLID,
    drawing,
    held,
    largest_only,
    sizes,
    whole_of,
)

TOP, BOTTOM, SIDE = 84, 12, 104  # pixels beside the drawing; the toolbar takes the top 30
ROOM, PER_NODE = 430, 62  # the drawing's height: at least ROOM, and PER_NODE for every node
PAD, THICKNESS = 26, 12  # pixels between nodes and of a node's width
MAX_PAD = 60  # pixels between nodes of the shorter column
LABEL = 17  # pixels of a label's line
ROOM_BESIDE = 88  # pixels for a label beside the figure
BOLD = 1.13  # a heading's letters against a label's
# Pixels of letters at 12 px, a little generous; all others are as wide as WIDEST.
LETTERS = {"iljI.,:;'|! ": 3.6, "ftr()[]-/1": 5.2, "mwMW@%&": 11.4, "…": 11.0}
CAPITAL, SMALL_LETTER, WIDEST = 8.8, 7.0, 12.5
ORDINARY = 0x24F  # the last Latin letter; scripts beyond are taken to be wide
READABLE = 15  # pixels of a ribbon that can carry its number
STEPS = 24  # points of a curve
ALPHA = {"light": 0.5, "dark": 0.6}
QUIET = {"light": 0.2, "dark": 0.3}  # opacity of ribbons that lead to no side
PALE = {"light": 0.1, "dark": 0.14}
STROKE = {"light": 0.6, "dark": 0.75}
SIGN_LINE = 52  # characters of the line over a figure on a phone


@dataclass
class _Node:
    """One end of the flows; ``top`` and ``height`` in pixels from the drawing's top."""

    key: str
    name: str
    voters: float
    colour: str
    height: float
    top: float = 0.0


def vote_sankey(
    flows: pd.DataFrame,
    names_before: Mapping[str, str],
    names_after: Mapping[str, str],
    colours_before: Mapping[str, str],
    colours_after: Mapping[str, str],
    unit: str,
    *,
    titles: Sequence[str] = ("Before", "After"),
    sign: str = "",
) -> go.Figure:
    """Draw the flows of ``Estimate.table()`` between two columns.

    ``names_*`` and ``colours_*`` (#RRGGBB) are by option id; names may hold any text. ``unit`` is
    "votes", "origin" (every origin 100%, ribbons are shares of it) or "destination". ``titles``
    stand over the columns, ``sign`` is written small over the figure. Flows that ``drawing`` leaves
    out and options with nobody are not drawn; a ribbon has the colour of where it leads.
    """
    everything = held(flows)
    told = drawing(everything, unit)
    rows = everything.assign(size=sizes(everything, unit), hatched=told == HATCHED)
    ends = (
        _nodes(rows, "origin", names_before, colours_before),
        _nodes(rows, "destination", names_after, colours_after),
    )
    room = max(ROOM, PER_NODE * max(map(len, ends), default=1))
    scale = _stack(ends, room)
    figure = go.Figure()
    drawn = rows[told != LEFT_OUT].sort_values("size", ascending=False, kind="stable")
    places = _places(rows, ends, scale)
    numbers = []
    for at, row in drawn.iterrows():
        left, right = places[at]
        thick = float(row["size"]) * scale
        names = names_before[str(row["origin"])], names_after[str(row["destination"])]
        colour = colours_after[str(row["destination"])]
        figure.add_trace(_ribbon(left, right, thick, colour, row, names))
        if thick >= READABLE:
            numbers.append(_number(left, right, thick, row, unit))
    look = theme.mode()
    theme.style(figure, room + TOP + BOTTOM)
    theme.lay(figure, xaxis={"visible": False, "range": [0, 1], "fixedrange": True})
    theme.lay(figure, yaxis={"visible": False, "range": [room + 1, -1], "fixedrange": True})
    labels = [*_labels(ends[0], 0, room), *_labels(ends[1], 1, room)]
    headings = [_heading(title, column) for column, title in enumerate(titles)]
    theme.lay(
        figure,
        annotations=[*numbers, *labels, *headings],
        shapes=[_bar(node, column, look) for column in (0, 1) for node in ends[column]],
        hovermode="closest",
        dragmode=False,
        hoverlabel={"align": "left"},
    )
    if sign:
        theme.sign(figure, sign, SIGN_LINE)
        figure.layout.annotations[-1].update(yshift=30, xshift=-SIDE)
    return theme.lay(figure, margin={"l": SIDE, "r": SIDE, "t": TOP, "b": BOTTOM})


def drawing_note(flows: pd.DataFrame, unit: str) -> str:
    """How many flows are drawn solid, hatched and left out, with their voters; what heights mean.

    The three numbers add up to all flows between options that somebody chose.
    """
    rows = held(flows)
    told = drawing(rows, unit)
    count = {how: int((told == how).sum()) for how in (SOLID, HATCHED, LEFT_OUT)}
    voters = {how: float(rows.loc[told == how, "estimate"].sum()) for how in count}
    total = sum(voters.values())
    if not total:
        return "There are no voters, so nothing is drawn."
    said = [
        f"Of {_counted(len(rows))}, {count[SOLID]:,} {_are(count[SOLID])} drawn solid, "
        f"{count[HATCHED]:,} hatched, and {count[LEFT_OUT]:,} left out."
    ]
    whole = whole_of(unit)
    rule = (
        f"wider than the estimate and than 5% of the {whole}, or wider than 30% of the {whole} "
        "whatever the estimate"
    )
    if count[HATCHED]:
        said.append(
            f"Hatched: too uncertain to be drawn solid, {_share(voters[HATCHED], total)} by the "
            f"estimate; the 90% interval is {rule}."
        )
    else:
        said.append(f"No flow drawn is too uncertain to be solid: no 90% interval is {rule}.")
    if count[LEFT_OUT]:
        rest = _share(voters[LEFT_OUT], total)
        if largest_only(rows, unit):
            said.append(
                f"Almost every flow is below the 0.5% that a drawing can show, so the largest "
                f"{LARGEST} are drawn; left out: {rest}."
            )
        else:
            least = "all voters" if unit == "votes" else f"the {unit}"
            said.append(f"Left out: flows below 0.5% of {least}, {rest}.")
    if unit != "votes":
        other = "right" if unit == "origin" else "left"
        said.append(
            f"Every {unit} stands for 100%, however many voters it has; the heights on the {other} "
            "only add up these shares."
        )
    return " ".join(said)


def _are(flows: int) -> str:
    return "is" if flows == 1 else "are"


def _share(voters: float, total: float) -> str:
    part = 100 * voters / total
    short = "less than 1%" if 0 < part < 1 else f"{part:.0f}%"
    return f"{voters:,.0f} voters ({short} of all)"


def _counted(flows: int) -> str:
    return f"{flows:,} flow{'' if flows == 1 else 's'}"


def _nodes(
    rows: pd.DataFrame, end: str, names: Mapping[str, str], colours: Mapping[str, str]
) -> list[_Node]:
    """The nodes of one column in the table's order; heights are still sizes."""
    sums = rows.groupby(end, sort=False).agg({f"{end}_total": "first", "size": "sum"})
    return [
        _Node(str(key), names[str(key)], float(total), colours[str(key)], float(size))
        for key, total, size in sums.itertuples()
    ]


def _stack(ends: Sequence[Sequence[_Node]], room: float) -> float:
    """Turn sizes into pixels, stack both columns in the middle, and tell pixels per size."""
    longest = max((len(nodes) for nodes in ends), default=0)
    total = sum(node.height for node in ends[0])
    scale = (room - (longest - 1) * PAD) / total if total else 0.0
    for nodes in ends:
        free = room - total * scale
        gap = min(MAX_PAD, free / (len(nodes) - 1)) if len(nodes) > 1 else 0.0
        top = (free - gap * (len(nodes) - 1)) / 2
        for node in nodes:
            node.height *= scale
            node.top = top
            top += node.height + gap
    return scale


def _places(
    rows: pd.DataFrame, ends: Sequence[Sequence[_Node]], scale: float
) -> dict[Hashable, tuple[float, float]]:
    """The upper edge of every ribbon at both ends, in the order of the opposite column."""
    held = [{node.key: node.top for node in nodes} for nodes in ends]
    left: dict[Hashable, float] = {}
    right: dict[Hashable, float] = {}
    for at, row in rows.iterrows():  # origins in order, each with its destinations in order
        for places, end, tops in (
            (left, "origin", held[0]),
            (right, "destination", held[1]),
        ):
            places[at] = tops[str(row[end])]
            tops[str(row[end])] += float(row["size"]) * scale
    return {at: (left[at], right[at]) for at in left}


def _ribbon(
    left: float,
    right: float,
    thick: float,
    colour: str,
    row: pd.Series,
    names: tuple[str, str],
) -> go.Scatter:
    along = np.linspace(0, 1, STEPS)
    upper = left + (right - left) * along**2 * (3 - 2 * along)
    mode = theme.mode().name
    alpha, ink = ALPHA[mode], theme.drawn_in(colour)
    if colour in (theme.mode().missing, theme.mode().undeclared):  # recedes, and is still seen
        colour = ink = theme.mode().muted
        alpha = QUIET[mode]
    look: dict[str, object] = {"fillcolor": _tint(colour, alpha), "line": {"width": 0}}
    if row["hatched"]:
        strokes = {"shape": "/", "size": 7, "solidity": 0.22, "fillmode": "replace"}
        ink = _tint(ink, STROKE[mode])
        look = {
            "fillpattern": {**strokes, "fgcolor": ink, "bgcolor": _tint(colour, PALE[mode])},
            "line": {"width": 1, "dash": "dot", "color": ink},
        }
    return go.Scatter(
        x=np.concatenate([along, along[::-1]]).round(4),
        y=np.concatenate([upper, upper[::-1] + thick]).round(2),
        mode="lines",
        fill="toself",
        hoveron="fills",
        hoverinfo="text",
        text=_told(row, names),
        showlegend=False,
        **look,
    )


def _tint(colour: str, alpha: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def _told(row: pd.Series, names: tuple[str, str]) -> str:
    """A flow's numbers for its label: estimate, interval, bounds, shares."""
    shares = [100 * row["estimate"] / row[f"{end}_total"] for end in ("origin", "destination")]
    interval = (
        "" if pd.isna(row["low"]) else f"90% interval {row['low']:,.0f} to {row['high']:,.0f}<br>"
    )
    return (
        f"<b>{hover(names[0])} to {hover(names[1])}</b><br>"
        f"Estimate {row['estimate']:,.0f} voters<br>{interval}"
        f"Possible {row['lower']:,.0f} to {row['upper']:,.0f}<br>"
        f"{shares[0]:.1f}% of origin, {shares[1]:.1f}% of destination"
        + ("<br>Too uncertain to be drawn solid" if row["hatched"] else "")
    )


def _number(
    left: float, right: float, thick: float, row: pd.Series, unit: str
) -> dict[str, object]:
    """A ribbon's number on it, where it leaves or, for shares of destinations, where it arrives."""
    here = unit == "destination"
    text = (
        amount(row["estimate"])
        if unit == "votes"
        else f"{100 * row['estimate'] / row[f'{unit}_total']:.0f}%"
    )
    return {
        "x": float(here),
        "y": (right if here else left) + thick / 2,
        "xanchor": "right" if here else "left",
        "xshift": -3 if here else 3,
        "yanchor": "middle",
        "text": text,
        "showarrow": False,
        "borderpad": 0,
        "bgcolor": _tint(theme.mode().page, 0.55),
        "font": {"size": 11, "color": theme.mode().ink},
    }


def _labels(nodes: Sequence[_Node], column: int, room: float) -> list[dict[str, object]]:
    """Name and voters outside every node, moved apart where nodes are thin."""
    names = [_short(node.name) for node in nodes]
    lines = max((len(name) for name in names), default=1) + 1
    middles = [(node.top + node.height / 2) / room for node in nodes]
    return [
        {
            "x": column,
            "y": y * room,
            "xanchor": ("right", "left")[column],
            "xshift": (-1, 1)[column] * (THICKNESS + 2),
            "yanchor": "middle",
            "align": ("right", "left")[column],
            "text": f"{'<br>'.join(map(hover, name))}<br><b>{amount(node.voters)}</b>",
            "hovertext": f"<b>{hover(node.name)}</b><br>{node.voters:,.0f} voters",
            "showarrow": False,
            "font": {"size": 12, "color": theme.mode().ink},
        }
        for node, name, y in zip(nodes, names, spread(middles, lines * LABEL / room), strict=True)
    ]


def _short(name: str, lines: int = 2, room: float = ROOM_BESIDE) -> list[str]:
    """A name in lines that fit beside the figure; what does not fit ends in an ellipsis."""
    told: list[str] = []
    words = name.split()
    while words and len(told) < lines:
        line = words.pop(0)
        while words and _wide(f"{line} {words[0]}") <= room:
            line = f"{line} {words.pop(0)}"
        if _wide(line) > room:  # one long word: cut it here, and say no more of the name
            words = [line]
            break
        told.append(line)
    if words:
        rest = " ".join(words if len(told) < lines else [told.pop(), *words])
        told.append(_cut(rest, room))
    return told or ["…"]


def _cut(text: str, room: float) -> str:
    """As much of a text as fits, with an ellipsis where some is left out."""
    if _wide(text) <= room:
        return text
    while text and _wide(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _wide(text: str) -> float:
    """How many pixels a label's line takes."""
    return sum(_pixels(character) for character in text)


def _pixels(character: str) -> float:
    for letters, pixels in LETTERS.items():
        if character in letters:
            return pixels
    if ord(character) > ORDINARY:
        return WIDEST
    return CAPITAL if character.isupper() else SMALL_LETTER


def _heading(title: str, column: int) -> dict[str, object]:
    return {
        "x": column,
        "xref": "paper",
        "y": 1,
        "yref": "paper",
        "yshift": 8,
        "xshift": (-1, 1)[column] * THICKNESS,
        "text": f"<b>{hover(_cut(title, ROOM_BESIDE / BOLD))}</b>",
        "hovertext": hover(title),
        "showarrow": False,
        "xanchor": ("right", "left")[column],
        "yanchor": "bottom",
        "font": {"size": 13, "color": theme.mode().ink},
    }


def _bar(node: _Node, column: int, look: theme.Mode) -> dict[str, object]:
    """A node: solid, for its voters are declared."""
    return {
        "type": "rect",
        "xref": "paper",
        "yref": "y",
        "xsizemode": "pixel",
        "xanchor": column,
        "x0": 0,
        "x1": (-1, 1)[column] * THICKNESS,
        "y0": node.top,
        "y1": node.top + max(1.0, node.height),
        "fillcolor": node.colour,
        "line": {"width": 1, "color": look.muted},
    }
