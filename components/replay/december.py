"""The app in December 2021: the view the replay sets, and the reader's own view it gives back."""

from __future__ import annotations

import streamlit as st

from components import state
from mulembe import alignment
from mulembe.scenario import replay

FIELDS = {  # of the view while the replay runs
    "region": replay.REGION,
    "election": "2017",
    "date": replay.AFTER_TALKS.isoformat(),
    "level": str(alignment.DEFAULT_LEVEL),
    "cycle": "2022",
    "s": "dec-2021",
}
_BEFORE = "tour_before"  # the reader's own view, for the session


def enter() -> None:
    """Put the app in December 2021, once, and remember the view it was in."""
    if _BEFORE in st.session_state:
        return
    own = {name: state.get(name) for name in FIELDS}
    # A link of the replay already stands in December: then there is no view of one's own.
    linked = own["date"] == FIELDS["date"] and own["s"] == FIELDS["s"]
    st.session_state[_BEFORE] = {name: state.FIELDS[name][0] for name in own} if linked else own
    for name in own:
        state.put(name, FIELDS[name])


def leave() -> None:
    """Give the reader's own view back."""
    for name, value in st.session_state.pop(_BEFORE, {}).items():
        state.put(name, value)


def forget() -> None:
    """Nothing to give back: the replay was left another way, such as Reset or the Back button."""
    st.session_state.pop(_BEFORE, None)
