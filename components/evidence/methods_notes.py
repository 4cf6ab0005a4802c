"""What stands below the methods: how to report an error, and what to keep in mind."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from components import state
from components.data import tables

CONTACT = "MULEMBE_CONTACT"  # set by whoever runs the app
FOLDER = Path(__file__).resolve().parent / "notes"
_LIMIT = 200


def errors() -> None:
    """Draw how to report an error."""
    st.subheader("If you find an error", anchor=False)
    st.markdown(_text("errors"))
    st.code(state.link(), language=None, wrap_lines=True)
    contact = " ".join(os.environ.get(CONTACT, "").split())[:_LIMIT]
    if contact:
        st.markdown("Send it to:")
        st.code(contact, language=None, wrap_lines=True)
    else:
        st.markdown(
            "This server names no contact: send it to whoever gave you its address. Who runs it "
            f"can set one in the environment variable `{CONTACT}`."
        )
    st.caption(f"Name the version of the tables too: {tables().version}.")


def notices() -> None:
    """Draw what to keep in mind, and who may rely on what."""
    st.subheader("What to keep in mind", anchor=False)
    st.markdown(_text("notices"))
    st.markdown("**Who may rely on what**")
    st.markdown(_text("reliance"))


def _text(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")
