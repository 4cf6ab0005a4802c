"""Methods: every number the app shows with its formula, meaning, limits, origin and place."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components import state
from components.data import tables
from components.evidence.methods_list import GROUPS, Method, methods
from components.evidence.methods_notes import errors, notices
from components.evidence.methods_numbers import numbers
from components.explain import open_page
from components.places import on_phone
from components.text import plain
from mulembe.regions import Region

ROOT = Path(__file__).resolve().parent.parent.parent
BENCHMARK = "| data | method |"  # how the table of known truth in the README begins


def view(region: Region) -> None:  # noqa: ARG001 - every part of the page takes it
    """Draw the page of methods."""
    known, said = methods(), numbers(tables())
    st.subheader("How every number is computed", anchor=False)
    st.caption(
        "The formula, what it says in plain words, what it cannot tell, where the formula is from "
        "and where the number stands. Figures in the texts come from the tables and the code."
    )
    st.selectbox(
        "Number",
        ["", *known],
        format_func=lambda name: known[name].title if name else "All of them",
        width=460,
        **state.bind("method", "methods"),
    )
    chosen = state.get("method")
    if chosen:
        with st.container(border=True, key=f"method_{chosen}"):
            st.markdown(f"#### {plain(known[chosen].title)}")
            _section(known[chosen], said)
    for group, name in GROUPS.items():
        st.markdown(f"**{name}**")
        for method in known.values():
            if method.group == group and method.id != chosen:
                with st.expander(plain(method.title)):
                    _section(method, said)
    _changes()
    errors()
    notices()


def _section(method: Method, said: dict[str, str]) -> None:
    for formula in method.formulas:
        # Side by side they are wider than a phone.
        for part in formula.split(r"\qquad") if on_phone() else [formula]:
            st.latex(method.told(part, said))
    st.markdown(method.told(method.text, said))
    if method.id == "transfer":
        _known_truth()
    st.caption("Formula: " + plain("; ".join(method.sources)) + ".")
    if method.shown:
        with st.container(horizontal=True, vertical_alignment="center"):
            for place in method.shown:
                open_page(place.page, plain(place.name), ":material/arrow_forward:", **place.fields)


def _known_truth() -> None:
    """The error where the truth is known, as the README has it."""
    table = benchmark((ROOT / "README.md").read_text(encoding="utf-8"))
    if table:
        st.markdown(
            "**Where the truth is known.** Ballots whose two votes were counted together. The "
            "error is the percentage of voters put into a wrong cell; coverage the part of true "
            "cells inside the 90% intervals; width that of the intervals against the bounds'."
        )
        st.markdown(table)
        st.caption(
            "J. M. Pavia, ei.Datasets (CC BY 4.0); how it was measured: README, 'How who moved "
            "where is estimated'."
        )


def benchmark(readme: str) -> str:
    """The table of known truth in the README; "" when there is none."""
    lines = readme.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith(BENCHMARK)), len(lines))
    end = next((n for n in range(start, len(lines)) if not lines[n].startswith("|")), len(lines))
    return "\n".join(lines[start:end])


def _changes() -> None:
    st.subheader("What changed in data and methods", anchor=False)
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for number, day in enumerate(text.split("\n## ")[1:]):
        title, _, told = day.partition("\n")
        entries = [part.split("\n", 1) for part in told.split("\n### ")[1:]]
        with st.expander(plain(title), expanded=number == 0):
            st.markdown("\n\n".join(f"**{name}.** {what.strip()}" for name, what in entries))
    st.caption(f"Tables now: version {tables().version}. Each change is in the git history.")
