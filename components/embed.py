"""One chart alone in a frame of another page: what is asked for, its frame, the code to copy.

An address with ``embed=true`` is Streamlit's: no toolbar, and the parameter is kept from
``st.query_params`` and stays in the address. ``only=`` is ours and names the chart of the page. The
chart is drawn by the function that draws it on the page; what stands around it there (controls,
cards, tables) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from math import ceil, isfinite
from typing import Any

import streamlit as st

from components import state
from components.data import tables
from components.embeddable import CHARTS
from components.shell import honest_errors
from components.text import plain

NARROW = 500  # pixels; a narrower frame is drawn as on a phone
AROUND, SIDES = 156, 32  # pixels of a frame that words and link, and the margins, take
LETTER, LINE, GAP = 7, 21, 16  # pixels of a note's letter, its line, and the space over it
LEAST, MOST = 240, 4000  # pixels a frame is taken to have
NAMED = 3  # publishers in the source line; the page lists them all
OPEN = "Open in Mulembe"
PART = {"flows": "flow", "scenario": "result", "evidence": "evidence"}  # field with a page's part
_KEY = "frame_size"
# The server cannot know how large a frame is. The browser says so only when it differs from what
# was drawn, so that a frame of the usual size is drawn once.
_MEASURE = """
export default function ({ data, setStateValue }) {
  let timer;
  const differs = (a, b) => Math.abs(a - b) > 8;
  const tell = () => {
    const wide = window.innerWidth, tall = window.innerHeight;
    if (differs(wide, data.width) || differs(tall, data.height)) {
      setStateValue("size", { width: wide, height: tall });
    }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(tell, 200); };
  tell();
  window.addEventListener("resize", later);
  return () => { clearTimeout(timer); window.removeEventListener("resize", later); };
}
"""
_CLOSE = """
[data-testid="stMainBlockContainer"] { padding: 0.75rem 1rem 0.25rem; }
.st-key-frame_size { position: absolute; }
"""
_measure = st.components.v2.component(
    "mulembe_frame", js=_MEASURE, css=_CLOSE, isolate_styles=False
)


@dataclass(frozen=True)
class Frame:
    """The frame in pixels; until the browser has said, one as it stands in most articles."""

    width: int = 800
    height: int = 500


def embedded() -> bool:
    """Whether the page stands in a frame of another page."""
    return bool(st.context.is_embedded)


def only() -> str:
    """The name of the one chart that the frame asks for; "" on a whole page."""
    return state.get("only") if embedded() else ""


def frame() -> Frame:
    """The frame as the browser last told it, within reason."""
    told = st.session_state.get(_KEY)
    size = told.get("size") if isinstance(told, Mapping) else None
    if not isinstance(size, Mapping):
        return Frame()
    width, height = (min(max(_whole(size.get(side)), LEAST), MOST) for side in ("width", "height"))
    return Frame(width, height)


def _whole(told: object) -> int:
    return int(told) if isinstance(told, int | float) and isfinite(told) else 0


def narrow() -> bool:
    """Whether the frame is as narrow as a phone."""
    return frame().width < NARROW


def fitted(height: int, width: int, note: str = "") -> dict[str, Any]:
    """The size of a map for ``choropleth``: that of the page, or in a frame what fills it.

    A wide frame is low: there the legend stands beside the map. ``note`` is what stands under it.
    """
    if not only():
        return {"height": height, "width": width}
    held = frame()
    lines = ceil(LETTER * len(note) / (held.width - SIDES))
    return {
        "height": max(LEAST, held.height - AROUND - (GAP + LINE * lines if note else 0)),
        "width": held.width - SIDES,
        "legend": "below" if narrow() else "beside",
    }


def page(
    whole: Callable[[], None], charts: Mapping[str, Callable[[], None]], tag: str = ""
) -> None:
    """Draw a page, or of its charts only the one that the frame asks for.

    ``tag`` says what kind of number a chart shows whose own entry in CHARTS cannot say it always.
    """
    wanted = only()
    if not wanted:
        whole()
        if embedded():
            _open(state.link(only=""))
        return
    for sentence in state.problems():
        st.warning(plain(sentence), icon=":material/link_off:")
    with st.container(gap="small", key="frame"):
        if wanted not in charts:
            st.warning(
                plain(
                    f"This page has no chart named '{wanted}' that can stand alone; it has: "
                    f"{', '.join(charts)}. Write one of them after only= in the frame's address."
                ),
                icon=":material/broken_image:",
            )
            _open(state.link(only=""))
        else:
            with honest_errors(wanted):
                charts[wanted]()
            with st.container(horizontal=True, vertical_alignment="center", key="frame_foot"):
                kind = CHARTS[state.page()][wanted].tag or tag
                if kind:
                    st.badge(kind, color="gray")
                _open(state.link(only="", **_part_with(wanted)))
    held = frame()
    _measure(
        key=_KEY,
        data={"width": held.width, "height": held.height},
        on_size_change=lambda: None,
    )


def _part_with(chart: str) -> dict[str, str]:
    """The part of the page that holds a chart, for the link to it; parts are named like charts."""
    field = PART.get(state.page())
    if not field or chart == "result":  # the result itself stands over all of its parts
        return {}
    return {field: "" if chart == state.FIELDS[field][0] else chart}


def source_line(sources: Iterable[str]) -> None:
    """Who published what the chart rests on, in one line; the page has the sources in full."""
    known = tables()["sources"].set_index("source_id")["publisher"]
    named = list(dict.fromkeys(known[sorted(set(sources))]))
    if named:
        more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
        start = "Source" if len(named) == 1 else "Sources"
        st.caption(plain(f"{start}: {'; '.join(named[:NAMED])}{more}"))


def offer(chart: str) -> None:
    """A button with the code that puts this chart, as it is set now, into another page.

    The tour on the brief draws charts of other pages: there none is offered.
    """
    if chart not in CHARTS.get(state.page(), {}):
        return
    fold = st.popover("Embed", icon=":material/code:", key=f"embed_{chart}", on_change="rerun")
    if fold.open:
        with fold:
            st.markdown(
                "Paste this into an article or a slide: it stays live and links back here. Which "
                "sites may show it is a setting of this server; by default none but its own."
            )
            st.code(snippet(chart), language="html", wrap_lines=True)
            st.caption(
                "Any width from 320 pixels will do. It is light or dark as the reader's own device "
                "is; add `&embed_options=light_theme` or `dark_theme` to the address to fix it."
            )


def snippet(chart: str) -> str:
    """The HTML of a frame that shows one chart of this page with the present view."""
    about = CHARTS[state.page()][chart]
    address = state.link(only=chart, embed="true")
    return (
        f'<iframe src="{escape(address)}" title="{escape(about.title)} · Mulembe" width="100%" '
        f'height="{about.height}" loading="lazy" style="border:0"></iframe>'
    )


def _open(address: str) -> None:
    # Streamlit opens the addresses of link buttons in a new tab, never inside the frame.
    st.link_button(OPEN, address, icon=":material/open_in_new:", type="tertiary")
