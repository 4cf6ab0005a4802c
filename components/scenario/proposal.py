"""A change to the scenario that a widget proposes: taken, or refused in a sentence at its place."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from pydantic import ValidationError

from components import whatif
from components.data import tables
from components.text import plain
from mulembe.scenario import levers, reading
from mulembe.scenario.editing import EditError
from mulembe.scenario.levers import SHARE, Lever, LeverError
from mulembe.scenario.model import Scenario

_REFUSED = "proposals_refused"
KM_SHOWN = 120.0  # a slider to 500 km could not be set to 12


def propose(place: str, name: str, make: Callable[[Scenario], Scenario]) -> bool:
    """Change the scenario as ``make`` says under this name; a refusal is told at ``place``."""
    if whatif.read_only():
        return False
    try:
        wanted = make(whatif.scenario())
    except ValidationError as error:
        refuse(place, _sentence(str(error.errors()[0]["msg"])))
    except (EditError, LeverError) as error:
        refuse(place, str(error))
    else:
        found = reading.problems(wanted, tables())
        if not found:
            whatif.change(name, wanted)
            return True
        refuse(place, _sentence(str(found[0]).split("; it is left out")[0]))
    return False


def refuse(place: str, sentence: str) -> None:
    """Keep a sentence for the next drawing of ``place``."""
    st.session_state.setdefault(_REFUSED, {})[place] = sentence


def refusal(place: str) -> None:
    """Draw the sentence kept for this place, once."""
    sentence = st.session_state.get(_REFUSED, {}).pop(place, "")
    if sentence:
        st.warning(plain(sentence), icon=":material/block:")


def _sentence(text: str) -> str:
    text = text.removeprefix("Value error, ").rstrip(".")
    return f"{text[:1].upper()}{text[1:]}. Nothing was changed."


def lever(path: str, label: str, text: str = "", *, analyst: bool = False) -> None:
    """Draw the widget of one lever: a slider, or a field for exact numbers in analyst depth.

    ``text`` is its help.
    """
    held = levers.lever(whatif.scenario(), tables(), path)
    value = levers.value(whatif.scenario(), path)
    key = f"lever_{path}_{'exact' if analyst else 'slider'}"
    scale = 100.0 if held.unit == SHARE else 1.0
    # Setting what is already there would throw back a reader who has moved on since.
    if st.session_state.get(key) != round(scale * value, 4):
        st.session_state[key] = round(scale * value, 4)
    low, high = scale * held.low, scale * held.high

    def changed() -> None:
        asked = st.session_state.get(key)
        if asked is not None:
            take(held, float(asked) / scale)

    draw = st.number_input if analyst else st.slider
    if not analyst and held.unit == levers.KM:
        low, high = 1.0, max(KM_SHOWN, value)
    if high <= low:
        st.caption(f"{plain(label)}: nothing is left to give.")
        return
    unit = {SHARE: " (%)", levers.KM: " (km)"}.get(held.unit, "") if analyst else ""
    draw(
        plain(label + unit),
        min(low, scale * value),
        high,
        step=_step(held, analyst),
        format=_format(held, analyst),
        help=text or None,
        key=key,
        on_change=changed,
        disabled=whatif.read_only(),
    )
    refusal(path)


def take(held: Lever, value: float) -> None:
    """Put a lever to a value; the step is named after both."""
    name = f"{held.label}: {levers.shown(round(value, 4), held.unit)}"
    propose(held.path, name, lambda scenario: levers.put(scenario, held.path, value))


def _step(held: Lever, analyst: bool) -> float:
    if held.unit == levers.TIMES:
        return 0.05
    return 0.5 if analyst and held.unit == levers.KM else 1.0


def _format(held: Lever, analyst: bool) -> str:
    if analyst:
        return {SHARE: "%.2f", levers.KM: "%.1f"}.get(held.unit, "%.3f")
    return {SHARE: "%g%%", levers.KM: "%g km"}.get(held.unit, "%g times")
