"""Pledges: who promised which share of which base to which camp, and what came.

>>> from mulembe.tables import Tables
>>> rows = ledger(Tables())
>>> round(float(rows.at["P02", "delivered"]), 1)
37.4

In the ledger a pledge is measured only where the ground its words name is one that has results:
its ``base_region``, a preset region or a county. "Western" is read as the old province. The votes
of a community, or of the places where a party had supporters, are counted nowhere. ``measured``
takes every pledge on the nearest base or on one that is asked for, and says what does not match.
"""

from __future__ import annotations

import re

import pandas as pd

from mulembe import regions
from mulembe.elections import region_results
from mulembe.regions import Region
from mulembe.tables import Tables

WESTERN = "west4"  # the old province
NO_SHARE = "no share was named, so there is no gap to measure"
_SAME = re.compile(
    r"Votes (of people living )?in (the )?(Western( region| Kenya)?|.+ County)|No share given"
)
_OTHER = {
    "Luhya community": "said of the Luhya community, whose votes nobody counts apart",
    "had supporters": "said of where ANC and FORD-K had supporters, and no list says where that is",
}
_UNKNOWN = "said of another ground than any with results"
KINDS = {
    "promise": "promise of one's own",
    "agreement": "term of an agreement, told by another",
    "demand": "demand made of the voters",
    "statement": "statement without a share",
}
STATUS = {
    "measured": "measured",
    "bare": "no share named",
    "open": "open, the election is not held yet",
    "absent": "not measured, the camp had no candidate",
}


def mismatch(base: str) -> str:
    """Why a pledge in these words cannot be measured on the base it is held for; "" if it can."""
    if _SAME.fullmatch(base):
        return ""
    return next((why for words, why in _OTHER.items() if words in base), _UNKNOWN)


def of_western(rows: pd.DataFrame) -> pd.Series:
    """Which pledges of the ledger speak of the votes in the old province, like for like."""
    return rows["base_region"].eq(WESTERN) & rows["mismatch"].eq("")


def ledger(tables: Tables) -> pd.DataFrame:
    """Every pledge with what was delivered, by pledge id, oldest first.

    Adds to the columns of the pledges table: ``camp_name``, ``region_name``, ``mismatch`` (why its
    ground is not that base, "" where it is: only then it is measured), ``election`` ("" while
    the cycle's election is not held), ``candidate``, ``delivered`` (percent of valid votes on the
    measured base), ``gap`` (points, delivered less pledged), ``gap_votes`` (whole votes of that
    base) and ``sources`` (of the pledge and of the result). What cannot be told is NaN or "".
    """
    camps = tables["camps"].set_index("camp_id")
    rows = []
    for pledge in tables["pledges"].sort_values(["date", "pledge_id"]).to_dict("records"):
        camp = camps.loc[pledge["camp"]]
        rows.append(
            pledge
            | {
                "camp_name": str(camp["name"]),
                "mismatch": mismatch(str(pledge["base"])),
                "region_name": regions.parse(pledge["base_region"], tables).name,
            }
            | _delivered(tables, pledge, str(camp["slot"]))
        )
    return pd.DataFrame(rows).set_index("pledge_id")


def _delivered(tables: Tables, pledge: dict[str, object], slot: str) -> dict[str, object]:
    nothing = float("nan")
    cycle, source = str(pledge["cycle"]), str(pledge["source_id"])
    candidates = tables["candidates"]
    candidates = candidates[(candidates["election_id"] == cycle) & (candidates["slot"] == slot)]
    if candidates.empty:
        open_yet = {"election": "", "candidate": "", "sources": [source]}
        return open_yet | {"delivered": nothing, "gap": nothing, "gap_votes": nothing}
    candidate = candidates.iloc[0]
    stood = {"election": cycle, "candidate": str(candidate["name"])}
    if mismatch(str(pledge["base"])):
        unmeasured = {"delivered": nothing, "gap": nothing, "gap_votes": nothing}
        return stood | unmeasured | {"sources": [source]}
    results = region_results(tables, cycle, regions.parse(str(pledge["base_region"]), tables))
    delivered = 100 * float(results.total_shares()[candidate["candidate_id"]])
    share = pledge["share_percent"]
    gap = nothing if pd.isna(share) else delivered - float(str(share))
    return stood | {
        "delivered": delivered,
        "gap": gap,
        "gap_votes": round(gap / 100 * float(results.valid.sum()), 0),
        "sources": sorted({source, *results.sources()}),
    }


def of_leader(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The pledges of the ledger that name this leader among those who made them."""
    return rows[rows["pledged_by"].str.contains(name, regex=False)]


def measured(tables: Tables, base: Region | None = None) -> pd.DataFrame:
    """Every pledge on the base nearest to its words, or on ``base``; by pledge id, oldest first.

    Adds to the columns of the pledges table: ``camp_name``, ``slot``, ``status`` (a key of
    STATUS), ``measured_on`` (token), ``base_name``, ``mismatch`` (how the words and the measured
    base differ, "" where they do not), ``election``, ``candidate``, ``delivered`` (percent of valid
    votes there), ``valid`` (those votes), ``gap`` (points, delivered less pledged), ``gap_votes``
    (whole votes) and ``sources``. A pledge without a share has a delivery and no gap; an open one
    has neither. What cannot be told is NaN or "".
    """
    camps = tables["camps"].set_index("camp_id")
    held = tables["cycles"].set_index("cycle_id")["election_id"]
    rows = []
    for pledge in tables["pledges"].sort_values(["date", "pledge_id"]).to_dict("records"):
        camp, nearest = camps.loc[pledge["camp"]], regions.parse(pledge["base_region"], tables)
        region, election = base or nearest, str(held[pledge["cycle"]])
        rows.append(
            pledge
            | {
                "camp_name": str(camp["name"]),
                "slot": str(camp["slot"]),
                "measured_on": region.token,
                "base_name": region.name,
                "mismatch": _difference(str(pledge["base"]), nearest, region),
            }
            | _outcome(tables, pledge, str(camp["slot"]), election, region)
        )
    return pd.DataFrame(rows).set_index("pledge_id")


def _difference(said: str, nearest: Region, region: Region) -> str:
    unlike = mismatch(said)
    if region.codes != nearest.codes:
        words = unlike or f"said of {nearest.name}"
        return f"{words}; measured on {region.name}, as chosen"
    return f"{unlike}; {region.name} is the nearest base with results" if unlike else ""


def _outcome(
    tables: Tables, pledge: dict[str, object], slot: str, election: str, region: Region
) -> dict[str, object]:
    found: dict[str, object] = {
        "election": election,
        "candidate": "",
        "sources": [str(pledge["source_id"])],
        **dict.fromkeys(("delivered", "valid", "gap", "gap_votes"), float("nan")),
    }
    if not election:
        return found | {"status": "open"}
    stood = tables["candidates"]
    stood = stood[(stood["election_id"] == election) & (stood["slot"] == slot)]
    if stood.empty:
        return found | {"status": "absent"}
    results = region_results(tables, election, region)
    valid = float(results.valid.sum())
    delivered = 100 * float(results.total_shares()[stood.iloc[0]["candidate_id"]])
    came: dict[str, object] = {
        "candidate": str(stood.iloc[0]["name"]),
        "delivered": delivered,
        "valid": valid,
        "sources": sorted({str(pledge["source_id"]), *results.sources()}),
    }
    share = pledge["share_percent"]
    if pd.isna(share):
        return found | came | {"status": "bare"}
    gap = delivered - float(str(share))
    return found | came | {"status": "measured", "gap": gap, "gap_votes": round(gap / 100 * valid)}


def standing(tables: Tables, election: str, region: Region) -> pd.DataFrame:
    """What the two main candidates got on a base: name, slot, share (percent), most first."""
    results = region_results(tables, election, region)
    stood = tables["candidates"]
    stood = stood[stood["election_id"] == election].set_index("candidate_id")
    shares = results.total_shares()
    rows = [
        {
            "candidate": str(stood.at[who, "name"]),
            "slot": str(stood.at[who, "slot"]),
            "share": 100 * float(shares[who]),
        }
        for who in (results.line_a, results.line_b)
    ]
    return pd.DataFrame(rows).sort_values("share", ascending=False, ignore_index=True)
