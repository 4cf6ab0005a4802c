"""The result of every check of the tables, in full: what ``python -m mulembe check`` prints."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import heavy, state
from components.data import tables
from components.provenance import footer
from components.text import plain
from mulembe import checks
from mulembe.checks.finding import AGREES, BROKEN, DOCUMENTED, MISSING, Finding
from mulembe.ledger import folded

STATUSES = {
    AGREES: "Agrees",
    DOCUMENTED: "Differs, reason listed",
    MISSING: "Missing, reason listed",
    BROKEN: "Broken",
}
HEIGHT = 560


def _rows(findings: list[Finding]) -> pd.DataFrame:
    what = {check.__name__: _first_line(check.__doc__) for check in checks.CHECKS}
    return pd.DataFrame(
        [
            {
                "Status": STATUSES[finding.status],
                "Subject": finding.subject,
                "Found": finding.found,
                "Expected": finding.expected,
                "Reason or fault": finding.note,
                "What is checked": what.get(finding.check, finding.check),
                "Check": finding.check,
            }
            for finding in findings
        ]
    )


def _first_line(text: str | None) -> str:
    line = (text or "").strip().splitlines()[0].removeprefix("Check ").removeprefix("that ")
    return line[:1].upper() + line[1:]


def checks_part() -> None:
    """Draw the counts by status, the filter and the findings."""
    held = tables()
    findings = heavy.result("Checking all tables", checks.run, held)
    if findings is None:
        return
    rows = _rows(findings)
    counts = rows["Status"].value_counts()
    st.markdown(plain(verdict(counts, held.version)))
    labels = {"": f"All ({len(rows)})"} | {
        status: f"{name} ({counts.get(name, 0)})" for status, name in STATUSES.items()
    }
    with st.container(horizontal=True, vertical_alignment="bottom", key="check_filters"):
        st.text_input(
            "Search",
            placeholder="Place, table, words",
            max_chars=state.SEARCH_LIMIT,
            width=230,
            **state.bind("find", "checks"),
        )
        st.pills(
            "Status",
            list(labels),
            format_func=labels.__getitem__,
            required=True,
            wrap=True,
            **state.bind("status", "checks"),
        )
    shown = filtered(rows, STATUSES.get(state.get("status"), ""), state.get("find"))
    if shown.empty:
        st.info("No finding fits. Clear the search or choose another status.")
        return
    st.dataframe(
        shown if state.analyst() else shown.drop(columns="Check"),
        hide_index=True,
        key="check_rows",
        height=min(HEIGHT, 36 * (len(shown) + 1)),
        column_config={
            "Status": st.column_config.TextColumn(width=150),
            "Found": st.column_config.TextColumn(width="medium"),
            "Reason or fault": st.column_config.TextColumn(width="large"),
        },
    )
    footer({"editorial"}, rows, "mulembe-checks", "The download holds all findings.")


def verdict(counts: pd.Series, version: str) -> str:
    """How the checks came out, in words."""
    total, broken = int(counts.sum()), int(counts.get(STATUSES[BROKEN], 0))
    listed = int(counts.get(STATUSES[DOCUMENTED], 0) + counts.get(STATUSES[MISSING], 0))
    if broken:
        end = f"{broken} are broken and need repair: read what rests on them with doubt."
    else:
        end = "None is broken: whatever differs or is missing is listed with its reason."
    return (
        f"{total} findings over the tables as they are now (data {version}): "
        f"{int(counts.get(STATUSES[AGREES], 0))} agree, {listed} differ or are missing for a "
        f"listed reason. {end}"
    )


def filtered(rows: pd.DataFrame, status: str, words: str) -> pd.DataFrame:
    """The findings of a status ("" for all) in whose text every word occurs."""
    if status:
        rows = rows[rows["Status"] == status]
    text = rows.astype(str).agg(" ".join, axis=1).map(folded) if len(rows) else pd.Series(dtype=str)
    for word in folded(words).split():
        rows = rows[text.loc[rows.index].str.contains(word, regex=False)]
    return rows
