"""Links from a number to the method behind it, and from a method to where its numbers stand.

Both keep the view: the address holds what changes and ``state.KEEP``.
"""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from components import embed, state

QUESTION = "How is this computed?"
OF_LAYER = {  # the section on a layer of the map; those of a scenario have "scenario"
    "winner": "shares",
    "margin": "shares",
    "swing": "swing",
    "transfer": "apparent-transfer",
    "turnout": "turnout",
    "turnout_change": "turnout",
    "registered": "turnout",
    "growth": "registers",
    "mp_party": "alignment",
    "alignment": "alignment",
    "effective": "effective-number",
    "contribution": "unity",
    "quality": "readings",
}


def explain(method: str, label: str = QUESTION) -> None:
    """A small link to the section of a number on the Methods part of the Evidence page.

    ``method`` is one of ``components.evidence.methods_list.IDS``. A frame of one chart has none:
    the page it links to has it.
    """
    if embed.only():
        return
    open_page(
        "evidence",
        label,
        ":material/function:",
        "Its formula, what it means and what it cannot tell, on the Evidence page",
        evidence="methods",
        method=method,
    )


def of_layer(layer: str) -> str:
    """The section on a layer of the map."""
    return OF_LAYER.get(layer, "scenario")


def open_page(page: str, label: str, icon: str = "", told: str = "", **fields: str) -> None:
    """A link to a page with some fields of the view set; the others stay as they are."""
    with suppress(StreamlitPageNotFoundError):  # a view drawn by itself has no other pages
        st.page_link(
            f"components/pages/{page}.py",
            label=label,
            icon=icon or None,
            help=told or None,
            query_params={state.KEEP: "1", **fields},
        )
