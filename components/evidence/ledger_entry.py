"""One conflict of the data ledger, opened: readings with sources, what is used, why, what else."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.data import tables
from components.provenance import source_list
from components.text import plain
from mulembe.ledger import KINDS, Entry, Reading


def details(entry: Entry) -> None:
    """Draw an entry as a card."""
    with st.container(border=True, key="ledger_entry"):
        st.markdown(f"**{plain(title(entry))}**")
        st.caption(plain(f"{KINDS[entry.kind]} · {entry.figure}"))
        if entry.details:
            table = pd.DataFrame(entry.details)
            number = st.column_config.NumberColumn
            st.dataframe(
                table,
                hide_index=True,
                key="ledger_readings",
                column_config={
                    "Item": st.column_config.TextColumn(width=118),
                    **{name: number(format="localized", width=68) for name in table.columns[1:3]},
                    "Difference": number(format="%+d", width=68),
                },
            )
            st.caption("Difference: the reading not used, less the one used.")
        for reading in entry.readings:
            st.markdown(_line(reading, short=bool(entry.details)))
        if not any(reading.used for reading in entry.readings):
            st.markdown(plain(entry.used))
        if entry.why:
            st.markdown(f"**Why.** {plain(entry.why)}")
        st.markdown(f"**What would change.** {plain(entry.effect)}")
        with st.popover("Sources", icon=":material/source:", key="sources_ledger_entry"):
            source_list(entry.sources)


def title(entry: Entry) -> str:
    """Where and when."""
    names = tables()["counties"].set_index("code")["name"]
    county = str(names.get(entry.county, ""))
    parts = [entry.subject, "" if entry.subject.startswith(county) else county, entry.election]
    return " · ".join(part for part in parts if part)


def _line(reading: Reading, *, short: bool) -> str:
    source = tables()["sources"].set_index("source_id").loc[reading.source_id]
    publisher = plain(str(source["publisher"]))
    linked = f"[{publisher}]({source['url']})" if source["url"].startswith("http") else publisher
    said = "" if short else f": {plain(reading.value)}"
    used = " **(used)**" if reading.used else ""
    return f"{plain(reading.label)}{said}{used}  \n:small[{linked} · `{reading.source_id}`]"
