"""The pledges of the 2022 cycle on both sides: what was said of which ground, and what came."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.data import tables
from components.provenance import footer
from components.replay.misses import signed
from components.text import dated, plain
from mulembe import pledges
from mulembe.scenario.replay import Realignment

ELSEWHERE = "Said of another ground, so not in that band"
RIVALS = "What Azimio's side claimed"


def title(source_id: str) -> str:
    """A source by publisher and date, as its title has them."""
    return str(tables()["sources"].set_index("source_id").at[source_id, "title"])


def _linked(source_id: str) -> str:
    address = str(tables()["sources"].set_index("source_id").at[source_id, "url"])
    told = plain(title(source_id))
    return f"[{told}]({address})" if address.startswith("http") else told


def promised(found: Realignment) -> None:
    """Draw what was promised: to Ruto of the old province, of other grounds, and by Azimio."""
    st.metric(
        "Then pledged to Ruto, old province",
        f"{found.least:.0f}% to {found.most:.0f}%",
    )
    _listed(found.pledged)
    st.markdown(f"**{ELSEWHERE}**")
    _listed(found.elsewhere)
    st.markdown(f"**{RIVALS}**")
    _listed(found.bare)
    rows = pd.concat([found.pledged, found.elsewhere, found.bare])
    note = (
        "What was promised, in their words. The band holds only what was said of votes in "
        "'Western', read here as the old province of four counties."
    )
    footer(rows["source_id"], _table(rows), "mulembe-replay-pledges", note, method="pledges")


def _listed(rows: pd.DataFrame) -> None:
    st.markdown("\n".join(f"- {_line(row)}" for row in rows.to_dict("records")))


def _line(row: dict[str, object]) -> str:
    words = f"{row['pledged_by']}, {dated(str(row['date']))}"
    source = f":small[{_linked(str(row['source_id']))}]"
    if pd.isna(row["share_percent"]):
        said = f"{plain(str(row['statement']).split(';')[0].rstrip('.'))}; {pledges.NO_SHARE}"
        return f"**No share**, {plain(words)}: {said}. {source}"
    why = f" ({row['mismatch']})" if row["mismatch"] else ""
    if row["base_region"] == pledges.WESTERN and not why:
        said = f"{words}: {_lower(str(row['base']))}."
    else:
        said = f"{words}: {str(row['statement']).rstrip('.')}{why}."
    return f"**{row['share_percent']:.0f}%**, {plain(said)} {source}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "For": rows["camp_name"],
            "Pledged (%)": rows["share_percent"].astype(float),
            "Who": rows["pledged_by"],
            "When": rows["date"].map(dated),
            "Of what": rows["base"],
            "Base with results": [
                _lower(why) if why else name
                for why, name in zip(rows["mismatch"], rows["region_name"], strict=True)
            ],
            "What was said": rows["statement"],
            "Source": rows["source_id"].map(title),
        }
    )


def kept(found: Realignment) -> None:
    """Draw what came of the pledges outside the band, each on its own ground."""
    st.markdown(f"**{ELSEWHERE}**")
    st.markdown("\n".join(f"- {_came(row)}" for row in found.elsewhere.to_dict("records")))
    st.markdown(f"**{RIVALS}**")
    st.markdown("\n".join(f"- {_came(row)}" for row in found.bare.to_dict("records")))


def _came(row: dict[str, object]) -> str:
    bare = pd.isna(row["share_percent"])
    share = pledges.NO_SHARE if bare else f"{row['share_percent']:.0f}% named"
    words = f"{row['pledged_by']}, {dated(str(row['date']))}: {share}; "
    if row["mismatch"]:
        words += f"not measured: {row['mismatch']}."
    else:
        gap = "" if bare else f", {signed(float(str(row['gap'])))}"
        words += f"{row['candidate']} had {row['delivered']:.1f}% in {row['region_name']}{gap}."
    return f"{plain(words)} :small[{_linked(str(row['source_id']))}]"
