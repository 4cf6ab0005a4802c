"""The timeline: dated events of a cycle, one row per politician, the as-of date as a line."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import theme
from components.places import on_phone
from components.provenance import footer
from components.seat_tiles import camp_colour
from components.text import dated, hover, long_day
from mulembe import alignment

ROWS = 15
SPANS = {"months": "5 months", "year": "15 months", "cycle": "Whole cycle"}
_REACH = {"months": (92, 61), "year": (365, 92)}  # days before and after the as-of date
_ROW, _FRAME = 30, 110  # pixels
DARK_LIMIT = 100  # of 255; a colour whose brightest channel is below sinks into a dark page
_SIDE_STEP = 0.2  # rows; events of one person on one day stand side by side


def timeline(events: pd.DataFrame, day: date, level: int, span: str) -> None:
    """Draw the events of the span around the day, or of the next wider span that has any.

    Says what it left out, that it went wider, or why it is empty.
    """
    if events.empty:
        st.info("No event of this cycle fits the filters. Clear one of them.")
        return
    used = widened(events, day, span)
    if used != span:
        newest = dated(str(events["date_known"].iloc[-1]))
        st.caption(
            f"Nothing that fits lies within {SPANS[span].lower()} of {long_day(day)}, so "
            f"{SPANS[used].lower()} is shown. The newest event that fits is of {newest}."
        )
    inside = in_span(events, day, used)
    rows = _most_active(inside)
    shown = inside[inside["politician_id"].isin(rows)]
    figure = _figure(shown, rows, day, level)
    total = inside["politician_id"].nunique()
    alt = (
        f"Timeline of {len(shown)} dated events of {len(rows)} politicians around "
        f"{long_day(day)}; the table lists them."
    )
    config = theme.chart_config("timeline")
    if on_phone():
        config["displayModeBar"] = False
    st.plotly_chart(figure, key="timeline", theme=None, config=config, alt=alt)
    capped = f" The {len(rows)} most active of {total} politicians are shown; filter for others."
    footer(
        sorted(set(inside["source_id"])),
        table_of(inside),
        "timeline",
        f"Filled marks count at L{level}; hollow ones are weaker evidence. Larger is stronger. "
        f"The dotted line is {long_day(day)}.{capped if total > len(rows) else ''}",
        alt,
        method="evidence-levels",
        frame="timeline",
    )


def in_span(events: pd.DataFrame, day: date, span: str) -> pd.DataFrame:
    """Keep the events within the span around the day."""
    if span not in _REACH:
        return events
    first, last = _window(day, span)
    return events[events["date_known"].between(first.isoformat(), last.isoformat())]


def widened(events: pd.DataFrame, day: date, span: str) -> str:
    """Return the span, or the next wider one in which at least one event lies."""
    wider = list(SPANS)[list(SPANS).index(span) :]
    return next(name for name in wider if len(in_span(events, day, name)))


def table_of(events: pd.DataFrame) -> pd.DataFrame:
    """Write the events as a table for reading and download, newest first."""
    newest = events.iloc[::-1]
    return pd.DataFrame(
        {
            "Date": newest["date"],
            "Date note": newest["date_note"],
            "Politician": newest["politician"],
            "Office then": newest["office_then"],
            "Party then": newest["party_then"],
            "Camp": newest["camp_name"],
            "Level": newest["level"].map(lambda level: f"L{level}"),
            "Kind": newest["kind"].map(alignment.KINDS),
            "About": newest["scope"],
            "Event": newest["event"],
            "Statement": newest["statement"],
            "Confidence": newest["confidence"],
            "Event id": newest["event_id"],
            "Source id": newest["source_id"],
        }
    )


def _window(day: date, span: str) -> tuple[date, date]:
    before, after = _REACH[span]
    return day - timedelta(days=before), day + timedelta(days=after)


def _most_active(events: pd.DataFrame) -> list[str]:
    """Up to ROWS politicians by number of events, the strongest first among equals."""
    rank = events.groupby("politician_id").agg(
        events=("event_id", "size"), level=("level", "max"), name=("politician", "first")
    )
    rank = rank.sort_values(["events", "level", "name"], ascending=[False, False, True])
    return [str(person) for person in rank.index[:ROWS]]


def _figure(events: pd.DataFrame, rows: list[str], day: date, level: int) -> go.Figure:
    look, figure = theme.mode(), go.Figure()
    step = events.groupby(["politician_id", "date_known"]).cumcount()
    places = events["politician_id"].map(rows.index).astype(float) + _SIDE_STEP * step
    slots = events["camp_name"]
    for name in sorted(slots.unique(), key=lambda camp: (camp == "No camp named", camp)):
        part = events[slots == name]
        colour = _on_page(camp_colour(part["camp"].iloc[0]))
        figure.add_scatter(
            x=part["date_known"],
            y=places[part.index],
            mode="markers",
            showlegend=False,
            marker={
                "opacity": 1,
                "size": 9 + 1.6 * part["level"].astype(float),
                "symbol": ["circle" if e >= level else "circle-open" for e in part["level"]],
                "color": colour,
                "line": {
                    "width": [0.8 if e >= level else 2.2 for e in part["level"]],
                    "color": [look.page if e >= level else _edge(colour) for e in part["level"]],
                },
            },
            hovertext=[_hover(event) for event in part.to_dict("records")],
            hoverinfo="text",
        )
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            name=hover(name),
            marker={"size": 12, "color": colour},
        )
    theme.style(figure, _ROW * len(rows) + _FRAME)
    _axes(figure, events, rows, day)
    return figure


def _on_page(colour: str) -> str:
    """Mix a colour too dark for the dark page with its ink: a thin ring would vanish there."""
    look = theme.mode()
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    if look is not theme.DARK or max(channels) > DARK_LIMIT:
        return colour
    ink = [int(look.ink[i : i + 2], 16) for i in (1, 3, 5)]
    mixed = [round(0.6 * c + 0.4 * i) for c, i in zip(channels, ink, strict=True)]
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _edge(colour: str) -> str:
    """Return the ring of a hollow mark; the light grey of no camp needs a darker one."""
    return theme.OTHER_PARTY if colour == theme.slot_colour("undeclared") else colour


def _axes(figure: go.Figure, events: pd.DataFrame, rows: list[str], day: date) -> None:
    look = theme.mode()
    names = events.drop_duplicates("politician_id").set_index("politician_id")["politician"]
    short = on_phone()
    first = min(events["date_known"].min(), day.isoformat())
    last = max(events["date_known"].max(), day.isoformat())
    edge = max(timedelta(days=4), (date.fromisoformat(last) - date.fromisoformat(first)) / 25)
    theme.lay(
        figure,
        xaxis={
            "range": [date.fromisoformat(first) - edge, date.fromisoformat(last) + edge],
            "fixedrange": True,
            "gridcolor": look.line,
            "nticks": 4 if short else 8,
            "tickformat": "%-d %b\n%Y",
            "type": "date",
        },
    )
    theme.lay(
        figure,
        yaxis={
            "range": [len(rows) - 0.4, -0.6],
            "tickvals": list(range(len(rows))),
            "ticktext": [hover(names[row].split()[-1] if short else names[row]) for row in rows],
            "fixedrange": True,
            "gridcolor": look.line,
            "zeroline": False,
            "automargin": True,
        },
    )
    figure.add_vline(x=day.isoformat(), line={"color": look.ink, "width": 1.5, "dash": "dot"})
    theme.lay(
        figure,
        dragmode=False,
        margin={"t": 28},  # room for the toolbar
        legend={
            "orientation": "h",
            "x": 0,
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )


def _hover(event: dict[str, object]) -> str:
    lines = [
        f"{event['politician']}, {dated(str(event['date']), str(event['date_note']))}",
        f"{event['camp_name']} · L{event['level']} {alignment.LEVELS[int(event['level'])].lower()}",
        *_folded(f"{event['event']}: {event['statement']}"),
    ]
    return "<br>".join(hover(line) for line in lines)


def _folded(text: str, width: int = 52) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
