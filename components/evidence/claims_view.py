"""The claims of December 2021: what each says, what speaks for and against it, and the verdict."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from components import embed, heavy, state, theme
from components.data import tables
from components.evidence.claim_chart import backing_figure, backing_matrix, backing_table, spoken
from components.explain import explain
from components.person import cited
from components.provenance import footer, source_list
from components.text import plain
from mulembe import claims, regions
from mulembe.claims import RULE, VERDICTS, Part, Tested, Untested
from mulembe.claims.verdict import ARTICLE
from mulembe.claims.votes import CLAIMED, Backing, all_backings
from mulembe.pledges import WESTERN
from mulembe.regions import Region

UNTESTED = "untested"
CENTRAL = "S03"  # the claim the whole argument stands on, drawn and not only told
METHODS = {"S03": "shares", "S09": "evidence-levels", "S10": "unity", "S16": "alignment"}
SIDES = {True: "For", False: "Against", None: "Cannot be told"}


def view(region: Region) -> None:
    """Draw the claims."""
    st.subheader("What was said in December 2021, against the tables", anchor=False)
    tested = _tested()
    if tested is None:
        return
    untested = claims.untested(tables())
    st.markdown(f"#### {plain(_opening(tested, untested))}")
    st.caption(
        f"The claims are those of one article, in our words: {cited(ARTICLE)}. Verdicts "
        "follow from the parts by one rule; every figure is computed from the tables."
    )
    with st.expander("How a verdict comes about", icon=":material/rule:"):
        st.markdown(plain(RULE))
    _filter(tested, untested)
    chosen = state.get("verdict")
    shown = [claim for claim in tested if chosen in ("", claim.verdict)]
    for claim in sorted(shown, key=lambda claim: claim.claim_id != CENTRAL):
        if claim.claim_id == CENTRAL:
            with st.container(border=True, key="claim_central"):
                st.markdown(f"**{plain(claim.claim)}**  \n{_badge(claim.verdict)}")
                _central(region)
                _body(claim)
        else:
            with st.expander(f"{plain(claim.claim)} · **{VERDICTS[claim.verdict]}**"):
                _body(claim)
    if not shown and chosen != UNTESTED:
        st.info(f"No claim came out as '{VERDICTS[chosen].lower()}'. Choose 'All' to see the rest.")
    if chosen in ("", UNTESTED):
        _untestable(untested)
    sources = {source for claim in tested for source in claim.sources}
    footer(
        sources,
        _table(tested, untested),
        "mulembe-claims",
        "All claims, part by part; those that cannot be tested with the reason.",
    )


def chart(region: Region) -> None:
    """Draw the central claim's chart alone, with the claim and its verdict."""
    claim = next((claim for claim in _tested() or () if claim.claim_id == CENTRAL), None)
    if claim is None:
        return
    st.markdown(f"**{plain(claim.claim)}**  \n{_badge(claim.verdict)}")
    _central(region)


def _tested() -> list[Tested] | None:
    """The claims put to the test; None when they could not be, which is then told."""
    found: list[Tested] | None = heavy.result(
        "Testing every claim against the tables", claims.tested, tables()
    )
    return found


def _opening(tested: list[Tested], untested: list[Untested]) -> str:
    counts = pd.Series([claim.verdict for claim in tested]).value_counts()
    told = ", ".join(
        f"{counts.get(verdict, 0)} {name.lower()}" for verdict, name in VERDICTS.items()
    )
    return (
        f"Of {len(tested) + len(untested)} claims {len(tested)} can be put to a test: {told}; "
        f"{len(untested)} cannot be tested."
    )


def _filter(tested: list[Tested], untested: list[Untested]) -> None:
    counts = {verdict: sum(claim.verdict == verdict for claim in tested) for verdict in VERDICTS}
    names = {"": f"All {len(tested) + len(untested)}"}
    names |= {verdict: f"{name} {counts[verdict]}" for verdict, name in VERDICTS.items()}
    names[UNTESTED] = f"Not testable {len(untested)}"
    st.segmented_control(
        "Verdict",
        list(names),
        format_func=lambda verdict: names.get(verdict, verdict),
        required=True,
        label_visibility="collapsed",
        **state.bind("verdict", "claims"),
    )


def _badge(verdict: str) -> str:
    return f"Verdict: **{VERDICTS[verdict]}**"


def _central(region: Region) -> None:
    """The shares of every place at the elections held, with the view's own region among them."""
    found = all_backings(tables(), _places(region))
    told = spoken(found)
    st.plotly_chart(
        backing_figure(found),
        key="claims_backing",
        theme=None,
        config=theme.chart_config("mulembe-claims-backing"),
        alt=told,
    )
    if not embed.only():
        st.dataframe(backing_matrix(found, CLAIMED), hide_index=True, width="stretch")
    lacking = [item for item in _places(region) if not _whole(item, found)]
    note = (
        "1997 is not held. 2007 is held as Odinga's share by old constituency: a place's own share "
        "lies between the lowest and the highest of them. 2013 is held by county, with Mudavadi on "
        "the ballot. August 2017 was annulled. The verdict rests on the old province."
    )
    if lacking:
        note += f" {', '.join(item.name for item in lacking)}: some elections cannot be cut so."
    sources = {source for item in found for source in item.sources}
    footer(sources, backing_table(found), "mulembe-claims-backing", note, told, frame="claims")


def _places(region: Region) -> list[Region]:
    held = tables()
    west = regions.parse(WESTERN, held)
    inside = [c for c in regions.counties(held) if set(c.codes) <= set(west.codes)]
    outside = [c for c in regions.counties(held) if c not in inside]
    listed = [west, *inside, *outside, regions.parse(regions.DEFAULT, held)]
    if region.codes in [item.codes for item in listed]:
        return listed
    if region.name in [item.name for item in listed]:
        region = replace(region, name=f"{region.name} (own region)")
    return [*listed, region]


def _whole(place: Region, found: list[Backing]) -> bool:
    elections = {item.election for item in found}
    return elections == {item.election for item in found if item.token == place.token}


def _body(claim: Tested) -> None:
    st.markdown(f"**Tested:** {plain(claim.finding.reading)}")
    for holds, name in SIDES.items():
        parts = [part for part in claim.finding.parts if part.holds is holds]
        if parts:
            lines = "\n".join(f"- {_part(part)}" for part in parts)
            st.markdown(f"**{name}**\n\n{lines}")
    if claim.missing:
        st.markdown(f"**Missing:** {plain('. '.join(claim.missing))}.")
    for text, sources in claim.finding.asides:
        st.markdown(f":small[{plain(text)} {_cited(sources)}]")
    if claim.claim_id in METHODS:
        explain(METHODS[claim.claim_id])


def _part(part: Part) -> str:
    return f"{plain(part.said)}: {plain(part.found)} :small[{_cited(part.sources)}]"


def _cited(sources: tuple[str, ...]) -> str:
    return "; ".join(cited(source) for source in sources)


def _untestable(untested: list[Untested]) -> None:
    st.markdown("**Not testable, and why**")
    st.markdown("\n".join(f"- {plain(claim.claim)}: {plain(claim.reason)}" for claim in untested))
    with st.popover("Source of the claims", icon=":material/source:"):
        source_list({claim.source_id for claim in untested})


def _table(tested: list[Tested], untested: list[Untested]) -> pd.DataFrame:
    rows = [
        {
            "Claim": claim.claim,
            "Verdict": VERDICTS[claim.verdict],
            "Tested": claim.finding.reading,
            "Part": part.said,
            "It": SIDES[part.holds].lower(),
            "What the tables say": part.found,
            "Missing": part.missing,
            "Source ids": ", ".join(part.sources),
        }
        for claim in tested
        for part in claim.finding.parts
    ]
    rows += [
        {
            "Claim": claim.claim,
            "Verdict": "Not testable",
            "Tested": "",
            "Part": "",
            "It": "",
            "What the tables say": claim.reason,
            "Missing": "",
            "Source ids": claim.source_id,
        }
        for claim in untested
    ]
    return pd.DataFrame(rows)
