"""The scenario of the view: its one owner, its history, and what follows from it.

The scenario lives in the field ``s`` of the view, as the text of its link; the session keeps the
named steps for Undo and Redo. Pages read ``scenario()``, widgets call ``change``.
"""

from __future__ import annotations

from functools import lru_cache
from threading import Condition

import streamlit as st
from cachetools import LRUCache, cached

from components import state
from components.data import tables
from mulembe.scenario import fit, link, presets
from mulembe.scenario.history import History
from mulembe.scenario.model import Scenario
from mulembe.scenario.outcome import Outcome, run
from mulembe.scenario.simulate import Draws, simulate
from mulembe.tables import Tables

CYCLE = "2027"  # what the page opens with
_HISTORY = "history"


def scenario() -> Scenario:
    """The scenario shown, over the region of the view."""
    return history().now


def history() -> History:
    """The steps so far; a scenario that came from the address is one more step."""
    shown = _of_view()
    held = st.session_state.get(_HISTORY)
    if not isinstance(held, History):
        held = History.of(shown)
    elif held.now != shown:
        held = _at(held, shown) or held.push(_from_outside(held.now, shown), shown)
    st.session_state[_HISTORY] = held
    return held


def _from_outside(before: Scenario, shown: Scenario) -> str:
    """Name of a change that no lever made."""
    if before.but(region=shown.region) == shown:
        return "Another region"
    return "Opened link" if state.get("s") else "Reset"


def change(name: str, to: Scenario) -> None:
    """Show another scenario; ``name`` says in a few words what was changed."""
    held = history().push(name, to)
    _show(held)


def undo() -> None:
    """Take back the last change."""
    _show(history().undo())


def redo() -> None:
    """Bring back what was undone."""
    _show(history().redo())


def open_preset(preset_id: str) -> None:
    """Start from a preset, keeping the region."""
    chosen = presets.preset(preset_id, tables())
    change(f"Preset: {chosen.title}", chosen.scenario.but(region=state.get("region")))


def fork() -> None:
    """Turn a read-only view into one's own copy."""
    state.put("view", "")


def read_only() -> bool:
    """Whether the view was shared to be read, not changed."""
    return state.get("view") == "1"


def outcome(of: Scenario | None = None) -> Outcome:
    """What a scenario gives (by default the one shown)."""
    return _outcome(tables(), of or scenario())


def draws(of: Scenario | None = None) -> Draws:
    """The draws of a scenario (by default the one shown)."""
    return _draws(tables(), of or scenario())


def baseline(of: Scenario | None = None) -> Scenario:
    """The base as it was, over the same region: the ghost every result is set against."""
    shown = of or scenario()
    start = presets.default(tables(), shown.cycle).scenario
    return start.but(region=shown.region)


def opened(text: str) -> Scenario:
    """The scenario of a link's text over the region of the view; "" is the default."""
    return _over(tables(), text, state.get("region"))


def text_of(of: Scenario) -> str:
    """The text of a scenario for an address."""
    return _encoded(tables(), of)


def _of_view() -> Scenario:
    return opened(state.get("s"))


def _show(held: History) -> None:
    st.session_state[_HISTORY] = held
    state.put("region", held.now.region)
    state.put("s", text_of(held.now))


def _at(held: History, shown: Scenario) -> History | None:
    """The same steps at the one that is shown, as after Back in the browser."""
    for position, step in enumerate(held.steps):
        if step.scenario == shown:
            return History(held.steps, position)
    return None


@lru_cache(maxsize=64)
def _over(held: Tables, text: str, region: str) -> Scenario:
    start = link.decode(text, held) if text else presets.default(held, CYCLE)
    return start.scenario.but(region=region)


@lru_cache(maxsize=64)
def _encoded(held: Tables, of: Scenario) -> str:
    return link.encode(of, held)


@lru_cache(maxsize=64)
def _outcome(held: Tables, of: Scenario) -> Outcome:
    return run(of, held)


@cached(LRUCache(24), condition=Condition())  # two who ask at once draw once
def _draws(held: Tables, of: Scenario) -> Draws:
    return simulate(_outcome(held, of), of.uncertainty or fit.measured_uncertainty(held, of.roll))
