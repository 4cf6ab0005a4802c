"""Everything held about one constituency's votes, in one place."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mulembe.elections import Change, Results, change, region_results
from mulembe.regions import Region
from mulembe.tables import Tables


@dataclass(frozen=True)
class Profile:
    """One constituency: its votes by election, what moved, its readings and its neighbours.

    ``shares`` has a row per election and candidate: election, level ("constituency", "county" or
    "old constituency"), place, candidate, slot, share (fraction), votes (NA where only a share is
    held) and source_id. ``readings`` are the two readings of the 2022 form, item by item.
    ``neighbours`` has code, name and border_km.
    """

    code: str
    name: str
    county: str
    shares: pd.DataFrame
    moved: Change | None
    readings: pd.DataFrame
    neighbours: pd.DataFrame


def profile(tables: Tables, code: str) -> Profile:
    """Collect what is held about a constituency; raises KeyError on an unknown code."""
    places = tables["constituencies"].set_index("code")
    place = places.loc[code]
    county = tables["counties"].set_index("code").loc[place["county_code"], "name"]
    unit = Region(code, str(place["name"]), (code,))
    before, after = (region_results(tables, election, unit) for election in ("2017", "2022"))
    return Profile(
        code,
        str(place["name"]),
        str(county),
        _shares(tables, code, str(place["county_code"]), f"{county} county", [before, after]),
        change(before, after) if len(before.votes) and len(after.votes) else None,
        tables["readings_2022"][tables["readings_2022"]["code"] == code],
        _neighbours(tables, code, places["name"]),
    )


def _shares(
    tables: Tables, code: str, county_code: str, county: str, results: list[Results]
) -> pd.DataFrame:
    rows = _share_2007(tables, code)
    nation = region_results(tables, "2013")
    rows += _rows(tables, nation, county_code, "county", county)
    for result in results:
        if code in result.votes.index:
            rows += _rows(tables, result, code, "constituency", "")
    return pd.DataFrame(rows)


def _share_2007(tables: Tables, code: str) -> list[dict[str, object]]:
    old = tables["results_2007"]
    old = old[old["successors"].str.split("|").map(lambda codes: code in codes)]
    return [
        {
            "election": "2007",
            "level": "old constituency",
            "place": f"{row['old_constituency']}, old constituency",
            "candidate": "Raila Odinga",
            "slot": "opposition",
            "share": row["share_percent"] / 100,
            "votes": None,
            "source_id": row["source_id"],
        }
        for row in old.to_dict("records")
    ]


def _rows(
    tables: Tables, results: Results, unit: str, level: str, place: str
) -> list[dict[str, object]]:
    candidates = tables["candidates"]
    candidates = candidates[candidates["election_id"] == results.election_id]
    candidates = candidates.set_index("candidate_id")
    return [
        {
            "election": results.election_id,
            "level": level,
            "place": place,
            "candidate": candidates.loc[candidate, "name"],
            "slot": candidates.loc[candidate, "slot"],
            "share": share,
            "votes": int(results.votes.at[unit, candidate]),
            "source_id": results.turnout.at[unit, "source_id"],
        }
        for candidate, share in results.shares().loc[unit].sort_values(ascending=False).items()
    ]


def _neighbours(tables: Tables, code: str, names: pd.Series) -> pd.DataFrame:
    pairs = tables["neighbours"]
    pairs = pairs[pairs["code"] == code].sort_values("border_km", ascending=False)
    return pd.DataFrame(
        {
            "code": pairs["neighbour_code"],
            "name": pairs["neighbour_code"].map(names),
            "border_km": pairs["border_km"],
        }
    )
