"""The question of the brief asked of the other regions: a row for each."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
import streamlit as st

from components import state
from components.data import tables
from components.places import on_phone
from components.provenance import footer
from mulembe import metrics, regions
from mulembe.elections import Change, change, region_results
from mulembe.regions import Region
from mulembe.tables import Tables


def region_table(region: Region) -> None:
    """Lead, alignment, swing and apparent transfer of the presets and counties, as a table."""
    st.subheader("The same question for other regions", anchor=False)
    rows, sources = _region_rows(tables(), region, analyst=state.analyst())
    table = pd.DataFrame(rows)
    points = st.column_config.NumberColumn(format="%+.1f pts")
    percent = st.column_config.NumberColumn(format="%.1f%%")
    st.dataframe(
        table,
        hide_index=True,
        key="brief_regions",
        column_config={
            "Region": st.column_config.TextColumn(width="medium" if on_phone() else "large"),
            "Effective candidates 2017": st.column_config.NumberColumn(format="%.2f"),
            "Effective candidates 2022": st.column_config.NumberColumn(format="%.2f"),
            "Turnout 2017": percent,
            "Turnout 2022": percent,
            "Odinga's lead 2017": points,
            "Odinga's lead 2022": points,
            "Swing to Ruto": points,
            "Alignment 2017": percent,
            "Alignment 2022": percent,
            "Apparent transfer": percent,
        },
    )
    footer(
        sources, table.round(3), "mulembe-regions", "By constituency, valid votes.", method="unity"
    )


@lru_cache(maxsize=32)
def _region_rows(
    held: Tables, region: Region, *, analyst: bool
) -> tuple[list[dict[str, object]], frozenset[str]]:
    """A row per region, and the sources of all."""
    listed = [*regions.presets(held), *regions.counties(held)]
    if region.token not in {other.token for other in listed}:
        listed = [region, *listed]
    rows: list[dict[str, object]] = []
    sources: set[str] = set()
    for other in listed:
        before, after = (region_results(held, year, other) for year in ("2017", "2022"))
        sources |= {*before.sources(), *after.sources()}
        rows.append(_region_row(other, change(before, after), analyst=analyst))
    return rows, frozenset(sources)


def _region_row(region: Region, moved: Change, *, analyst: bool) -> dict[str, object]:
    before, after = moved.before, moved.after
    old, new = before.unity(), after.unity()
    row: dict[str, object] = {
        "Region": region.name,
        "Constituencies": len(region),
        "Odinga's lead 2017": 100 * old.lead,
        "Odinga's lead 2022": 100 * new.lead,
        "Alignment 2017": 100 * old.alignment,
        "Alignment 2022": 100 * new.alignment,
        "Swing to Ruto": -moved.total_swing,
        "Apparent transfer": 100 * moved.total_transfer,
    }
    if analyst:
        row |= {
            "Effective candidates 2017": metrics.effective_total(before.votes),
            "Effective candidates 2022": metrics.effective_total(after.votes),
            "Turnout 2017": 100 * (before.total_turnout() or float("nan")),
            "Turnout 2022": 100 * (after.total_turnout() or float("nan")),
        }
    return row
