"""The frame around every page: title, navigation, honest errors."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from components import state
from components.data import tables
from components.text import plain
from mulembe.tables import TableError

ICON = Path(__file__).resolve().parent.parent / "static" / "favicon.png"
LOG = logging.getLogger("mulembe")


def run(pages: list[Page]) -> None:
    """Draw the page the reader is on; a damaged table is named and stops only that page."""
    page = st.navigation(pages, position="top")
    st.set_page_config(page_title=f"{page.title} · Mulembe", page_icon=str(ICON), layout="wide")
    try:
        state.load(tables(), page.url_path)
        page.run()
    except TableError as error:
        st.error(plain(str(error)), icon=":material/table_eye:")
        st.caption("The other pages stay open where their own tables are whole.")
    except Exception:
        LOG.exception("page %s failed", page.url_path)
        st.error(
            "This page met a fault of ours and could not be drawn. Reset the view or open another "
            "page; the fault is in the server's log.",
            icon=":material/error:",
        )
        st.button("Reset the view", on_click=state.reset)
    state.publish()
