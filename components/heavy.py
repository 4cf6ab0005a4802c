"""Heavy work for a page: done once for all who ask, beside the pages; who waits is told so.

``result`` draws nothing while the work is quick. Later it says what is being done, or that the
server is busy and that it tries again by itself; it ends with the result, or with a sentence on
why there is none and what to do. The reader can go on meanwhile: any click ends the waiting.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Hashable
from typing import Any

import streamlit as st

from components.text import plain
from mulembe.pool import Flight, Limits, Pool, PoolError, TooBusyError, TooLongError
from mulembe.pool.process import Work
from mulembe.warm import warm

AT_ONCE = 0.3  # seconds in which nothing is said
STEP = 0.25  # seconds between looks; a reader who clicks on is let go at the next
TRIES = 12  # about a second apart
AGAIN = "Try again"
_HOURGLASS = ":material/hourglass_top:"
_STOPPED = "heavy_stopped"  # what of this session met its deadline, not begun again by itself


@st.cache_resource(max_entries=1, show_spinner=False)
def pool() -> Pool:
    """The pool all sessions share; MULEMBE_WORKERS, MULEMBE_QUEUE and so on set its limits."""
    return Pool(Limits.read(os.environ), warm)


def value(work: Work, *args: Any, key: Hashable = None, keep: bool = True) -> Any:
    """A result without a word to the reader, for what ``result`` has prepared or is quick.

    Raises what the work raises, or PoolError.
    """
    with pool().ask(_key(work, args, key), work, *args, keep=keep) as flight:
        return flight.result()


def _key(work: Work, args: tuple[Any, ...], key: Hashable) -> Hashable:
    return (f"{work.__module__}.{work.__qualname__}", *(args if key is None else (key,)))


def result(
    doing: str,
    work: Work,
    *args: Any,
    key: Hashable = None,
    smaller: str = "Ask for less at a time.",
    long: bool = False,
    keep: bool = True,
) -> Any:
    """What the work gives; None when it could not be had, which the reader has then been told.

    ``doing`` names the work in a few words: "Trying the lever over its range".
    ``key`` tells apart all that changes the result: by default work and ``args`` themselves, which
    must then be hashable by their content. ``smaller`` says what to do when it takes too long.
    ``long`` and ``keep``: see ``Pool.ask``. Raises what the work raises. Not to be changed.
    """
    place = st.empty()
    key = _key(work, args, key)
    if key in st.session_state.get(_STOPPED, ()):
        _stopped(place, doing, key, smaller)
        return None
    for turn in range(TRIES):
        try:
            with pool().ask(key, work, *args, long=long, keep=keep) as flight:
                _follow(place, doing, flight)
                found = flight.result()
        except TooBusyError:
            _pause(place, f"The server is busy, trying again by itself ({turn + 1} of {TRIES}).")
        except TooLongError:
            st.session_state[_STOPPED] = (*st.session_state.get(_STOPPED, ())[-9:], key)
            _stopped(place, doing, key, smaller)
            return None
        except PoolError as error:
            _none(place, f"{doing}: there is no result. {error}", key)
            return None
        else:
            place.empty()
            return found
    _none(
        place,
        "The server is busy with other readers' questions and could not take this one in "
        f"{TRIES} tries. The rest of the page works; try again in a minute.",
        key,
    )
    return None


def _follow(place: Any, doing: str, flight: Flight) -> None:
    """Wait for a flight, and say so once it takes longer than a moment."""
    if flight.wait(AT_ONCE):
        return
    while not flight.running and not flight.wait(STEP):
        ahead = pool().ahead(flight)
        before = {0: "yours is next", 1: "one question is before yours"}
        told = before.get(ahead, f"{ahead} questions are before yours")
        place.markdown(f"{_HOURGLASS} The server is busy; {told}.")
    with place.container(), st.spinner(doing, show_time=True):
        pulse = st.empty()
        while not flight.wait(STEP):
            pulse.empty()  # whoever clicked on is let go here


def _pause(place: Any, text: str) -> None:
    """Say something for about a second; not all who wait come back at the same time."""
    until = time.monotonic() + random.uniform(0.7, 1.3)  # noqa: S311 # nosec B311 # no secret
    while time.monotonic() < until:
        place.markdown(f"{_HOURGLASS} {text}")
        time.sleep(STEP)


def _stopped(place: Any, doing: str, key: Hashable, smaller: str) -> None:
    seconds = pool().limits.seconds
    _none(
        place,
        f"{doing}: this took more than {seconds} seconds and was stopped, so that others are "
        f"served too. {smaller}",
        key,
    )


def _none(place: Any, text: str, key: Hashable) -> None:
    """Say why there is no result, with a button to ask once more."""
    with place.container():
        st.warning(plain(text), icon=":material/hourglass_disabled:")
        st.button(
            AGAIN,
            icon=":material/refresh:",
            key=f"again_{hash(key):x}",
            on_click=_forget,
            args=(key,),
        )


def _forget(key: Hashable) -> None:
    held = st.session_state.get(_STOPPED, ())
    st.session_state[_STOPPED] = tuple(other for other in held if other != key)
