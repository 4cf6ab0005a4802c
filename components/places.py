"""Constituencies as the drawings need them: names, counties and points by code."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
import streamlit as st

from components import embed
from components.data import tables
from mulembe.tables import Tables


def places(codes: tuple[str, ...] = ()) -> pd.DataFrame:
    """Name, county, lon, lat and tile position by code, for these codes or the whole country."""
    return _chosen(tables(), codes).copy(deep=False)


@lru_cache(maxsize=64)
def _chosen(held: Tables, codes: tuple[str, ...]) -> pd.DataFrame:
    return _all(held).loc[list(codes)] if codes else _all(held)


@lru_cache(maxsize=2)
def _all(held: Tables) -> pd.DataFrame:
    frame = held["constituencies"].set_index("code")
    return frame.assign(county=frame["county_code"].map(held["counties"].set_index("code")["name"]))


def short_name(name: str) -> str:
    """A constituency's name as it fits on a map or tile: 'Webuye East' becomes 'Webuye E'."""
    for long, short in ((" East", " E"), (" West", " W"), (" North", " N"), (" South", " S")):
        name = name.replace(long, short)
    return name


def camp_slots() -> dict[str, str]:
    """The colour slot of every camp."""
    camps = tables()["camps"]
    return dict(zip(camps["camp_id"], camps["slot"], strict=True))


def candidate_slots(election_id: str) -> dict[str, str]:
    """The colour slot of every candidate of an election."""
    rows = tables()["candidates"]
    rows = rows[rows["election_id"] == election_id]
    return dict(zip(rows["candidate_id"], rows["slot"], strict=True))


def on_phone() -> bool:
    """Whether the browser says it is a phone, or a frame is as narrow as one.

    Decides heights and first zooms, nothing else.
    """
    if embed.only():
        return embed.narrow()
    return "Mobi" in (st.context.headers.get("User-Agent") or "")
