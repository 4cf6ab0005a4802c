"""Passing a scenario on: link, read-only link, words for a chat, file out and in, table."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components import state, whatif
from components.data import tables
from components.places import places
from components.provenance import csv, with_source_ids
from components.text import plain
from mulembe.scenario import reading, words
from mulembe.scenario.model import TICKETS, Scenario
from mulembe.scenario.reading import ScenarioError

FILE_LIMIT = 200_000  # bytes; a scenario with everything set needs a tenth
_TOLD = "imported_told"


def share_scenario() -> None:
    """Draw the ways to pass the scenario on."""
    fold = st.popover(
        "Share scenario", icon=":material/ios_share:", key="share_scenario", on_change="rerun"
    )
    if fold.open:
        with fold:
            _ways()


def _ways() -> None:
    st.markdown("**Link** :small[opens this scenario; the reader can change it]")
    st.code(address(), language=None, wrap_lines=True)
    st.markdown("**Read-only link** :small[to be read; a reader can make a copy]")
    st.code(address(read_only=True), language=None, wrap_lines=True)
    st.markdown("**In words**, for a chat message")
    summary = words.summary(whatif.outcome(), tables(), address(read_only=True))
    st.code(summary, language=None, wrap_lines=True)
    with st.container(horizontal=True, key="share_files"):
        _downloads()
    _import()


def address(*, read_only: bool = False) -> str:
    """The full address of the scenario page with this scenario; its region travels in it."""
    base = state.here()
    fields = {"s": whatif.text_of(whatif.scenario())}
    if read_only:
        fields["view"] = "1"
    if state.analyst():
        fields["depth"] = "analyst"
    return f"{base}?{urlencode(fields)}"


def _downloads() -> None:
    shown = whatif.scenario()
    st.download_button(
        "Scenario as JSON",
        shown.model_dump_json(indent=1),
        file_name="mulembe-scenario.json",
        mime="application/json",
        icon=":material/download:",
        key="export_json",
        on_click="ignore",
    )
    st.download_button(
        "Result as CSV",
        csv(with_source_ids(result_table(), whatif.outcome().base.sources)),
        file_name="mulembe-scenario.csv",
        mime="text/csv",
        icon=":material/table:",
        key="export_csv",
        on_click="ignore",
    )


def result_table() -> pd.DataFrame:
    """The result of the region by constituency: votes and shares, with the base beside them."""
    outcome = whatif.outcome()
    ghost = whatif.outcome(whatif.baseline())
    inside = outcome.inside
    codes = [code for code, mine in zip(outcome.base.codes, inside, strict=True) if mine]
    shown = places(tuple(codes))
    names = words.ticket_names(tables(), outcome.scenario)
    columns: dict[str, object] = {
        "Code": codes,
        "Constituency": shown["name"].to_numpy(),
        "County": shown["county"].to_numpy(),
        "Register": outcome.register[inside],
    }
    for i, ticket in enumerate(TICKETS):
        share, before = 100 * outcome.shares[inside, i], 100 * ghost.shares[inside, i]
        columns[f"{names[ticket]}, votes"] = outcome.votes[inside, i]
        columns[f"{names[ticket]}, %"] = share.round(2)
        columns[f"{names[ticket]}, points against {outcome.base.election}"] = (
            share - before
        ).round(2)
    columns["Set by hand"] = ["yes" if outcome.scenario.override(c) else "" for c in codes]
    return pd.DataFrame(columns)


def _import() -> None:
    if whatif.read_only():
        return
    st.file_uploader(
        "Open a scenario file",
        type="json",
        key="import_file",
        on_change=_imported,
        help="A file this page gave, up to 200 kB. Undo brings back what is shown now.",
    )
    for sentence in st.session_state.get(_TOLD, []):
        st.warning(plain(sentence), icon=":material/file_open:")


def _imported() -> None:
    file = st.session_state.get("import_file")
    st.session_state[_TOLD] = []
    if not isinstance(file, UploadedFile):  # none, or one whose bytes never came
        return
    scenario, told = read_file(file.getvalue())
    st.session_state[_TOLD] = told
    if scenario is not None:
        whatif.change(f"Opened {file.name[:40]}", scenario)


def read_file(content: bytes) -> tuple[Scenario | None, list[str]]:
    """A scenario from a file's bytes, and sentences on what in it could not be used.

    None when nothing of it can be used; what is shown then stays.
    """
    if len(content) > FILE_LIMIT:
        return None, [
            f"The file has {len(content):,} bytes; a scenario has at most {FILE_LIMIT:,}. "
            "Nothing was changed."
        ]
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
        if isinstance(data, dict) and isinstance(data.get("scenario"), dict):
            data = data["scenario"]  # a preset's file
        if isinstance(data, dict) and "cycle" not in data:
            return None, ["The file holds no scenario: it names no cycle. Nothing was changed."]
        scenario, problems = reading.read(data, tables())
    except ScenarioError as error:
        return None, [f"{error} Nothing was changed."]
    except (ValueError, RecursionError):
        return None, ["The file is not JSON that can be read. Nothing was changed."]
    return scenario, [str(problem) for problem in problems]


def _no_constant(name: str) -> None:
    raise ValueError(name)
