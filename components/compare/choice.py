"""The scenarios side by side: which they are, how they are added, ordered and opened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qs, urlsplit

import streamlit as st

from components import state, whatif
from components.data import tables
from components.scenario import tickets
from components.scenario.shown import percent
from components.text import plain
from mulembe.scenario import link, presets, words
from mulembe.scenario.compare import MOST
from mulembe.scenario.history import Step
from mulembe.scenario.model import CYCLES, Scenario
from mulembe.scenario.outcome import Outcome
from mulembe.scenario.reading import ScenarioError
from mulembe.scenario.standing import Standing

LETTERS = "ABCD"
PASTE_LIMIT = 12_000
_REFUSED, _PASTE = "compare_refused", "compare_paste"


@dataclass(frozen=True)
class Entry:
    """One of the scenarios compared: its letter, its text in the address, what was left out."""

    letter: str
    text: str
    scenario: Scenario
    told: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What to call it; a preset that was changed says so."""
        return words.title(self.scenario, tables()) or "Without a name"

    @property
    def label(self) -> str:
        """Letter and name."""
        return f"{self.letter} · {self.name}"

    @property
    def is_base(self) -> bool:
        """Whether nobody moves: it is the declared result itself."""
        return self.scenario == whatif.baseline(self.scenario)

    @property
    def is_preset(self) -> bool:
        """Whether it is a preset that nobody changed."""
        return _is_preset(self.scenario)

    @property
    def base(self) -> str:
        """What it stands on."""
        return f"cycle {self.scenario.cycle}, on the results of {self.scenario.base}"

    @property
    def outcome(self) -> Outcome:
        """What it gives."""
        return whatif.outcome(self.scenario)

    @cached_property
    def standing(self) -> Standing:
        """It beside its base, with its draws."""
        ghost = whatif.outcome(whatif.baseline(self.scenario))
        return Standing(self.outcome, ghost, whatif.draws(self.scenario))

    @cached_property
    def names(self) -> dict[str, str]:
        """Its tickets' names."""
        return tickets.names(self.scenario)


def entries() -> tuple[list[Entry], list[str]]:
    """The scenarios compared, the shown one first, and sentences on those that cannot be opened."""
    shown = whatif.scenario()
    found = [Entry(LETTERS[0], _text(shown), shown)]
    faults = []
    texts = _texts(shown)
    for position, text in enumerate(texts[: MOST - 1], start=2):
        try:
            opened = link.decode(text, tables())
        except ScenarioError as error:
            faults.append(f"Scenario {position} of this address cannot be compared. {error}")
            continue
        told = tuple(str(problem) for problem in opened.problems) + opened.moved
        scenario = opened.scenario.but(region=shown.region)
        found.append(Entry(LETTERS[len(found)], text, scenario, told))
    if len(texts) > MOST - 1:
        faults.append(
            f"At most {MOST} scenarios are compared; the rest of this address is left out."
        )
    return found, faults


def _texts(shown: Scenario) -> list[str]:
    """The others: those of the address, or what a first look is worth."""
    held = state.get("with")
    if held:
        return held.split(".")
    start = presets.default(tables(), shown.cycle)
    if not _is_preset(shown) or shown.preset != start.preset_id:
        return [start.preset_id]
    known = presets.presets(tables(), shown.cycle)
    # The first that helps the one main camp and the first that helps the other.
    return [
        next(p.preset_id for p in known if p.helps == camp) for camp in ("government", "opposition")
    ]


def _text(scenario: Scenario) -> str:
    return scenario.preset if _is_preset(scenario) else whatif.text_of(scenario)


def _is_preset(scenario: Scenario) -> bool:
    """Whether it is a preset as it stands, over whatever region."""
    known = {p.preset_id: p.scenario for p in presets.presets(tables(), scenario.cycle)}
    held = known.get(scenario.preset)
    return held is not None and held.but(region=scenario.region) == scenario


def choice(found: list[Entry], faults: list[str]) -> None:
    """Draw the scenarios with what can be done to each, and the ways to add one."""
    for fault in faults:
        st.warning(plain(fault), icon=":material/link_off:")
    if faults:
        st.button(
            "Leave out what cannot be opened",
            key="compare_clean",
            on_click=_keep,
            args=([entry.text for entry in found[1:]],),
        )
    for entry, column in zip(found, st.columns(len(found)), strict=True):
        with column, st.container(border=True, key=f"compared_{entry.letter}"):
            _card(entry, found)
    if len({entry.scenario.cycle for entry in found}) > 1:
        bases = sorted({entry.scenario.base for entry in found}, reverse=True)
        told = "; ".join(
            f"on the results of {base}: "
            + ", ".join(e.letter for e in found if e.scenario.base == base)
            for base in bases
        )
        st.info(
            plain(
                f"{tickets.starting(told)}. Their bases differ: part of every difference is what "
                "happened between these elections, not what the scenarios assume."
            ),
            icon=":material/compare_arrows:",
        )
    with st.container(horizontal=True, key="compare_actions"):
        _add(found)
        _download(found)


def _card(entry: Entry, found: list[Entry]) -> None:
    st.markdown(f"**{plain(entry.label)}**")
    st.caption(plain(entry.base[:1].upper() + entry.base[1:]))
    st.markdown(plain(words.sentence(entry.scenario, tables())))
    shares = entry.standing.totals["share"]
    told = ", ".join(
        f"{entry.names[t]} {percent(shares[t])}" for t in entry.standing.tickets if t != "others"
    )
    st.markdown(plain(told))
    for sentence in entry.told:
        st.caption(f":material/info: {plain(sentence)}")
    first = entry is found[0]
    with st.container(horizontal=True, gap="small", key=f"actions_{entry.letter}"):
        locked = whatif.read_only()
        if st.button(
            "Open",
            icon=":material/tune:",
            key=f"open_{entry.letter}",
            disabled=locked and not first,
        ):
            if not first:
                _bring_first(entry.letter)
            st.switch_page("components/pages/scenario.py")
        if not first:
            before = LETTERS[LETTERS.index(entry.letter) - 1]
            st.button(
                f"Swap with {before}",
                icon=":material/swap_horiz:",
                key=f"swap_{entry.letter}",
                on_click=_swap,
                args=(entry.letter,),
                disabled=locked and before == LETTERS[0],
            )
            if len(found) > 2:
                st.button(
                    "Remove",
                    icon=":material/close:",
                    key=f"remove_{entry.letter}",
                    on_click=_keep,
                    args=([e.text for e in found[1:] if e is not entry],),
                )


def _keep(texts: list[str]) -> None:
    state.put("with", ".".join(texts))


def _swap(letter: str) -> None:
    """Change places with the one before; the first is the one the other pages show."""
    found, _ = entries()
    position = LETTERS.index(letter)
    if position == 1:
        _bring_first(letter)
        return
    texts = [entry.text for entry in found[1:]]
    texts[position - 2 : position] = reversed(texts[position - 2 : position])
    _keep(texts)


def _bring_first(letter: str) -> None:
    found, _ = entries()
    position = LETTERS.index(letter)
    texts = [entry.text for entry in found[1:]]
    texts[position - 1] = found[0].text
    _keep(texts)
    whatif.change(f"From Compare: {found[position].name}", found[position].scenario)


def _add(found: list[Entry]) -> None:
    if len(found) >= MOST:
        st.caption(f"{MOST} scenarios are compared; remove one to add another.")
        return
    with st.popover("Add a scenario", icon=":material/add:", key="compare_add"):
        _add_preset(found)
        _add_step(found)
        _add_link()


def _add_preset(found: list[Entry]) -> None:
    held = {entry.text for entry in found}
    titles = {
        p.preset_id: f"{cycle}: {p.title}"
        for cycle in reversed(CYCLES)
        for p in presets.presets(tables(), cycle)
        if p.preset_id not in held
    }
    st.selectbox("A preset", list(titles), format_func=titles.__getitem__, key="compare_preset")

    def add() -> None:
        chosen = state.chosen("compare_preset", titles)
        if chosen:
            _append(chosen)

    st.button("Add the preset", key="compare_add_preset", on_click=add)


def _add_step(found: list[Entry]) -> None:
    compared = [entry.scenario for entry in found]
    steps: dict[int, Step] = {}
    for position, step in enumerate(whatif.history().steps):
        known = [s.scenario for s in steps.values()]
        if step.scenario not in known and step.scenario not in compared:
            steps[position] = step
    if not steps:
        st.caption("Steps of this session can be added here once the scenario has been changed.")
        return
    st.selectbox(
        "An earlier step of this session",
        list(steps),
        format_func=lambda i: f"{i + 1}. after: {steps[i].change}",
        key="compare_step",
    )

    def add() -> None:
        position = state.chosen("compare_step", steps)
        if position is not None:
            _append(_text(steps[position].scenario))

    st.button("Add the step", key="compare_add_step", on_click=add)


def _add_link() -> None:
    st.text_input("A link", max_chars=PASTE_LIMIT, key=_PASTE, placeholder="Paste a shared link")

    def add() -> None:
        try:
            _append(pasted(str(st.session_state.get(_PASTE, ""))))
            st.session_state[_PASTE] = ""
        except ScenarioError as error:
            st.session_state[_REFUSED] = str(error)

    st.button("Add the link", key="compare_add_link", on_click=add)
    refused = st.session_state.pop(_REFUSED, "")
    if refused:
        st.warning(plain(refused), icon=":material/link_off:")


def pasted(text: str) -> str:
    """The scenario's text in what was pasted: a whole address or the text alone.

    Raises ScenarioError.
    """
    text = text.strip()
    if not text:
        raise ScenarioError("Paste a link first.")
    if len(text) > PASTE_LIMIT:
        raise ScenarioError(f"What was pasted is longer than {PASTE_LIMIT:,} characters: too long.")
    if "?" in text or "://" in text:
        found = _named(text)
        if not found:
            raise ScenarioError("This address names no scenario: it has no part that begins s=.")
        text = found
    opened = link.decode(text, tables())
    shown = whatif.scenario()
    if any(e.scenario == opened.scenario.but(region=shown.region) for e in entries()[0]):
        raise ScenarioError("This scenario is compared already.")
    return text


def _named(address: str) -> str:
    """What follows s= in an address; "" where there is none, or it is no address."""
    try:
        return parse_qs(urlsplit(address).query, max_num_fields=100).get("s", [""])[0]
    except ValueError:
        return ""


def _append(text: str) -> None:
    found, _ = entries()
    _keep([*(entry.text for entry in found[1:]), text])


def as_json(found: list[Entry]) -> str:
    """The scenarios with letter, name and link, for a file."""
    held = [
        {
            "letter": entry.letter,
            "name": entry.name,
            "link": entry.text,
            "scenario": entry.scenario.model_dump(mode="json"),
        }
        for entry in found
    ]
    return json.dumps({"scenarios": held}, indent=1)


def _download(found: list[Entry]) -> None:
    st.download_button(
        "Scenarios as JSON",
        as_json(found),
        file_name="mulembe-compared.json",
        mime="application/json",
        icon=":material/download:",
        key="compare_json",
        on_click="ignore",
    )
