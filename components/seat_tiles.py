"""The seats as tiles coloured by camp on a date, and the sentence that counts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import theme
from components.data import region as read_region
from components.data import tables
from components.places import camp_slots, on_phone, places
from components.text import dated, hover, long_day
from components.tiles import HATCH, HATCH_OPACITY, pick_tile, tile_figure
from mulembe import alignment, people

VACANT = "vacant"
_WITH = {"government": "the government", "opposition": "the opposition", "third": "a third ticket"}
TALL = 540
FITS = 9  # letters on a tile of a phone
LEGEND, LEGEND_PHONE = 44, 92  # pixels under the tiles; on a phone the entries wrap


def seats_on(region: str, day: date, level: int) -> pd.DataFrame:
    """Look up who stands where in a region (by its token) on a day.

    Kept between reruns by the version of the tables.
    """
    return _seats(tables().version, region, day.isoformat(), level)


@st.cache_data(show_spinner=False, max_entries=128)
def _seats(version: str, region: str, day: str, level: int) -> pd.DataFrame:  # noqa: ARG001
    return alignment.seats(tables(), date.fromisoformat(day), level, read_region(region))


def camp_names() -> dict[str, str]:
    """Name each camp as it is called on screen, undeclared and vacant included."""
    camps = tables()["camps"]
    names = dict(zip(camps["camp_id"], camps["name"], strict=True))
    return {**names, alignment.UNDECLARED: "Undeclared", VACANT: "Seat vacant"}


def camp_colour(camp: str) -> str:
    """Return the fill of a camp; undeclared and events that name no camp share the light grey."""
    if camp == VACANT:
        return theme.mode().missing
    return theme.slot_colour(camp_slots().get(camp, "undeclared"))


def headline(seats: pd.DataFrame, day: date, level: int) -> str:
    """Who stood where on the day, in one sentence built from the seats."""
    counts = alignment.camp_counts(tables(), seats, day)
    present = day >= date.today()
    filled = int(seats["camp"].ne(VACANT).sum())
    camps = sorted(counts, key=lambda camp: -counts[camp])
    parts = [f"{counts[camp] or 'none'} with {_called(camp)}" for camp in camps]
    verb = "stand" if present else "stood"
    first = f"{counts[camps[0]] or 'none'} of {filled} members {verb} with {_called(camps[0])}"
    declared = ", ".join([first, *parts[1:]])
    stronger = "" if level == max(alignment.LEVELS) else " or stronger"
    return (
        f"On {long_day(day)}, {declared} on evidence L{level}{stronger}; "
        f"{_rest(seats, 'are' if present else 'were')}"
    )


def _called(camp: str) -> str:
    return _WITH.get(camp) or camp_names()[camp]


def _rest(seats: pd.DataFrame, verb: str) -> str:
    undeclared = seats["camp"].eq(alignment.UNDECLARED)
    weaker = int((undeclared & seats["weaker_event_id"].ne("")).sum())
    vacant = int(seats["camp"].eq(VACANT).sum())
    be = {"are": "is", "were": "was"}[verb]
    count = int(undeclared.sum())
    told = f"{count or 'none'} {be if count == 1 else verb} undeclared"
    if weaker:
        told += f", {weaker} of them with weaker evidence"
    if vacant:
        told += (
            f"; {vacant} {'seat' if vacant == 1 else 'seats'} {be if vacant == 1 else verb} vacant"
        )
    return f"{told}."


def party_sentence(seats: pd.DataFrame, day: date, level: int) -> str:
    """What undeclared means, and on whose side the parties of the undeclared members stand."""
    undeclared = seats[seats["camp"].eq(alignment.UNDECLARED)]
    if undeclared.empty:
        return ""
    stronger = "" if level == max(alignment.LEVELS) else " or stronger"
    means = f"Undeclared says that nothing of L{level}{stronger} is held in this cycle so far."
    camps = people.party_camps(tables(), day)
    sides = undeclared["party"].map(lambda party: camps.get(party, ""))
    counts = people.undeclared_by_party(tables(), seats, day)
    sit = "sit" if day >= date.today() else "sat"
    parts = []
    for camp in sorted(counts, key=lambda camp: (camp == "", -counts[camp])):
        if counts[camp]:
            side = f"parties with {_called(camp)}" if camp else "no party with a recorded side"
            verb = "" if parts else f"{sit} "
            parts.append(f"{counts[camp]} {verb}for {side} ({_parties(undeclared, sides, camp)})")
    return (
        f"{means} By the party they were elected on, of the {len(undeclared)} undeclared, "
        f"{', '.join(parts)}; a party's side is not a member's word."
    )


def _parties(seats: pd.DataFrame, sides: pd.Series, camp: str) -> str:
    parties = seats.loc[sides.eq(camp), "party"].replace("IND", "independent")
    return ", ".join(f"{party} {count}" for party, count in parties.value_counts().items())


def seat_tiles(seats: pd.DataFrame, selected: str, pick: Callable[[str], None], alt: str) -> None:
    """Draw the seats of a region as tiles; a click hands the constituency to ``pick``."""
    told = _told(seats)
    colours = {camp: camp_colour(camp) for camp in seats["camp"].unique()}
    label = _short_surname if on_phone() else _surname_and_place
    figure = tile_figure(
        places(tuple(seats.index)),
        {code: colours[seat["camp"]] for code, seat in told.items()},
        {code: label(seat) for code, seat in told.items()},
        {code: _hover(seat) for code, seat in told.items()},
        set(seats.index[_weakly(seats)]),
        selected,
        TALL,
    )
    _legend(figure, seats)
    pick_tile(figure, selected, "seats", alt, pick)


def _told(seats: pd.DataFrame) -> dict[str, dict[str, str]]:
    """What labels and hover texts say of each seat, by code, all in words."""
    names = camp_names()
    counties = tables()["counties"].set_index("code")["name"]
    when = tables()["alignment_events"].set_index("event_id")["date"].map(dated)
    frame = seats.assign(
        place=seats["constituency"] + ", " + seats["county_code"].map(counties),
        camp_name=seats["camp"].map(names),
        weaker_name=seats["weaker_camp"].map(names).fillna(""),
        when=seats["event_id"].map(when).fillna(""),
        weaker_when=seats["weaker_event_id"].map(when).fillna(""),
    )
    return {str(code): seat for code, seat in frame.to_dict("index").items()}


def _weakly(seats: pd.DataFrame) -> pd.Series:
    """Undeclared seats whose member has weaker evidence."""
    return seats["camp"].eq(alignment.UNDECLARED) & seats["weaker_event_id"].ne("")


def _surname(seat: Mapping[str, str]) -> str:
    return "Vacant" if seat["camp"] == VACANT else seat["politician"].split()[-1]


def _short_surname(seat: Mapping[str, str]) -> str:
    """The surname as it fits on a narrow tile, the longest broken in two."""
    name = _surname(seat)
    return name if len(name) <= FITS else f"{name[: len(name) // 2]}-\n{name[len(name) // 2 :]}"


def _surname_and_place(seat: Mapping[str, str]) -> str:
    return f"{_surname(seat)}\n{seat['constituency']}"


def _hover(seat: Mapping[str, str]) -> str:
    if seat["camp"] == VACANT:
        return f"{seat['place']}\nSeat vacant on this date"
    stand = f", L{seat['level']:.0f}, {seat['when']}" if seat["event_id"] else ""
    lines = [
        f"{seat['politician']}, {seat['place']}",
        f"Elected on {seat['party']}",
        f"{seat['camp_name']}{stand}",
    ]
    if seat["weaker_event_id"]:
        weaker = f"{seat['weaker_name']}, L{seat['weaker_level']:.0f}, {seat['weaker_when']}"
        lines.append(f"Weaker: {weaker}")
    return "\n".join(lines)


def _legend(figure: go.Figure, seats: pd.DataFrame) -> None:
    """Camps with their counts under the tiles, hatched for weaker evidence."""
    weak = _weakly(seats)
    groups = seats["camp"].where(~weak, "weak").value_counts()
    order = [*camp_slots(), alignment.UNDECLARED, "weak", VACANT]
    for group in sorted(groups.index, key=order.index):
        hatch = group == "weak"
        name = "Undeclared, weaker evidence" if hatch else camp_names()[group]
        figure.add_bar(
            x=[None],
            y=[None],
            name=f"{hover(name)} {groups[group]}",
            marker={
                "color": camp_colour(alignment.UNDECLARED if hatch else group),
                "pattern": {
                    "shape": "/" if hatch else "",
                    "fillmode": "overlay",
                    "fgopacity": HATCH_OPACITY,
                },
                "line": {"color": HATCH, "width": 1 if hatch else 0},
            },
        )
    below = LEGEND_PHONE if on_phone() else LEGEND
    theme.lay(
        figure,
        showlegend=True,
        height=TALL + below,
        margin={"b": below},
        legend={
            "orientation": "h",
            "x": 0,
            "y": -0.01,
            "yanchor": "top",
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
