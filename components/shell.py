"""The frame around every page: title, navigation, honest errors."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from components import connection, state
from components.data import tables
from components.text import plain
from mulembe.tables import TableError

ICON = Path(__file__).resolve().parent.parent / "static" / "favicon.png"
LOG = logging.getLogger("mulembe")


def run(pages: list[Page]) -> None:
    """Draw the page the reader is on."""
    page = st.navigation(pages, position="hidden" if st.context.is_embedded else "top")
    st.set_page_config(page_title=f"{page.title} · Mulembe", page_icon=str(ICON), layout="wide")
    connection.announce()
    with honest_errors(page.url_path):
        state.load(tables(), page.url_path)
        page.run()
    state.publish()


@contextmanager
def honest_errors(page: str) -> Iterator[None]:
    """Turn a fault into a sentence; a damaged table is named and stops only what needs it.

    Fragments need it too: when one runs again by itself, ``run`` is not around it.
    """
    try:
        yield
    except TableError as error:
        st.error(plain(str(error)), icon=":material/table_eye:")
        st.caption("The other pages stay open where their own tables are whole.")
    except Exception:
        LOG.exception("page %s failed", page)
        st.error(
            "This page met a fault of ours and could not be drawn. Reset the view or open another "
            "page; the fault is in the server's log.",
            icon=":material/error:",
        )
        st.button("Reset the view", key=f"reset_{page}", on_click=state.reset)
