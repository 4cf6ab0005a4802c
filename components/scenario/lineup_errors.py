"""What else a result rests on: the run-off, the sizes of the errors and the seed."""

from __future__ import annotations

import streamlit as st

from components import whatif
from components.data import tables
from components.scenario.leaders_choice import camp_words
from components.scenario.proposal import propose, refusal
from components.text import plain
from mulembe.scenario import fit
from mulembe.scenario.model import CAMPS, Uncertainty

SIZES = {
    "region": "Transfer, region",
    "county": "Transfer, county",
    "constituency": "Transfer, constituency",
    "turnout_region": "Turnout, region",
    "turnout_county": "Turnout, county",
    "turnout_constituency": "Turnout, constituency",
    "rest": "Each county elsewhere",
}
LARGEST = 3.0


def run_off() -> None:
    """Draw where the voters of those who are out go if two camps meet again."""
    shown = whatif.scenario()
    st.caption("If nobody passes both gates: of the voters whose candidate is out, the part that")
    for i, camp in enumerate(CAMPS):
        if camp == "third" and shown.third is None:
            continue
        key = f"runoff_{camp}"
        st.session_state[key] = round(100 * shown.runoff[i], 2)
        st.slider(
            plain(f"goes to {camp_words(camp)}"),
            0.0,
            100.0,
            step=1.0,
            format="%g%%",
            key=key,
            on_change=_run_off_changed,
            args=(i, camp_words(camp)),
            disabled=whatif.read_only(),
        )
    st.caption("The others of them stay at home. More votes win it; the 25% test is not applied.")
    refusal("runoff")


def _run_off_changed(position: int, name: str) -> None:
    value = float(st.session_state[f"runoff_{CAMPS[position]}"]) / 100
    runoff = list(whatif.scenario().runoff)
    runoff[position] = value
    propose("runoff", f"Run-off: {value:.0%} to {name}", lambda s: s.but(runoff=tuple(runoff)))


def errors_sizes() -> None:
    """Draw the sizes of the errors, measured unless one's own are asked for, and the seed."""
    shown = whatif.scenario()
    measured = fit.measured_uncertainty(tables(), shown.roll)
    st.session_state["sizes_own"] = shown.uncertainty is not None
    st.toggle(
        "Sizes of my own",
        key="sizes_own",
        on_change=_own_chosen,
        args=(measured,),
        disabled=whatif.read_only(),
    )
    if shown.uncertainty is None:
        st.caption(
            "As measured on 2017 to 2022, on what was left out of the fit: standard deviations "
            "of the log-ratio between two camps, and of the logit of turnout."
        )
        _sizes(measured, measured, disabled=True)
    else:
        _times(shown.uncertainty, measured)
        _sizes(shown.uncertainty, measured, disabled=whatif.read_only())
    st.session_state["seed"] = shown.seed
    st.number_input(
        "Seed",
        0,
        2**31 - 1,
        step=1,
        help="The same seed gives the same draws, for every scenario.",
        key="seed",
        on_change=_seed_changed,
        disabled=whatif.read_only(),
    )
    refusal("sizes")


def _own_chosen(measured: Uncertainty) -> None:
    own = bool(st.session_state.get("sizes_own"))
    name = "Own sizes of the errors" if own else "Sizes of the errors as measured"
    propose("sizes", name, lambda s: s.but(uncertainty=measured if own else None))


def _times(sizes: Uncertainty, measured: Uncertainty) -> None:
    """One number that scales all measured sizes."""
    st.session_state["sizes_times"] = round(sizes.region / measured.region, 2)

    def changed() -> None:
        times = float(st.session_state["sizes_times"])
        scaled = {name: min(LARGEST, times * size) for name, size in measured.model_dump().items()}
        propose(
            "sizes",
            f"Sizes of the errors: {times:g} times the measured",
            lambda s: s.but(uncertainty=Uncertainty(**scaled)),
        )

    st.number_input(
        "All, in times the measured",
        0.0,
        5.0,
        step=0.25,
        key="sizes_times",
        on_change=changed,
        disabled=whatif.read_only(),
    )


def _sizes(sizes: Uncertainty, measured: Uncertainty, *, disabled: bool) -> None:
    columns = st.columns(2)
    for i, (name, label) in enumerate(SIZES.items()):
        key = f"size_{name}"
        st.session_state[key] = float(getattr(sizes, name))
        with columns[i % 2]:
            st.number_input(
                label,
                0.0,
                LARGEST,
                step=0.05,
                format="%.3f",
                help=f"Measured: {getattr(measured, name):g}"
                if name != "rest"
                else "0 holds the rest of the nation at the scenario's own result.",
                key=key,
                on_change=_size_changed,
                args=(name, label),
                disabled=disabled,
            )


def _size_changed(name: str, label: str) -> None:
    value = float(st.session_state[f"size_{name}"])
    held = whatif.scenario().uncertainty
    if held is not None:
        fields = held.model_dump() | {name: value}
        propose(
            "sizes",
            f"Size of the error, {label.lower()}: {value:g}",
            lambda s: s.but(uncertainty=Uncertainty(**fields)),
        )


def _seed_changed() -> None:
    seed = st.session_state.get("seed")
    if seed is not None:
        propose("sizes", f"Seed {seed}", lambda s: s.but(seed=int(seed)))
