"""Ward results of one county, Trans Nzoia, which has them for both 2017 and 2022."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from build_results import candidate_ids
from tablefile import read, write

COUNTY = "026"
PORTAL, CROWD, GAZETTE = "portal-2017", "crowd-34a-2022", "gazette-7290-2022"
QUALITY = {"2017": "provisional", "2022": "crowd"}


def build(reference: Path) -> None:
    """Write the wards, their votes and their registers."""
    write("wards", wards(reference / "geo"), ["ward_code"])
    folder = reference / "results"
    write("ward_results", results(folder), ["election_id", "ward_code", "candidate_id"])
    write("ward_turnout", turnout(folder), ["election_id", "ward_code"])


def wards(folder: Path) -> pd.DataFrame:
    """The wards of the county with their constituencies."""
    table = _of_county(read(folder / "wards_gazetteer.csv"))
    table = table[["ward_code", "ward_name", "constituency_code"]]
    table.columns = pd.Index(["ward_code", "name", "constituency_code"])
    return table.assign(source_id="register-2017")


def results(folder: Path) -> pd.DataFrame:
    """Votes per election, ward and candidate."""
    portal = _of_county(read(folder / "2017-president-aug_ward_portal.csv"))
    before = portal[["ward_code", "votes"]].assign(
        election_id="2017", candidate_id=portal["candidate"].map(candidate_ids("2017"))
    )
    crowd = read(folder / "2022-president_ward_trans_nzoia_crowd.csv")
    names = list(candidate_ids("2022").values())
    after = crowd.melt("ward_code", names, "candidate_id", "votes").assign(election_id="2022")
    table = pd.concat([before.assign(source_id=PORTAL), after.assign(source_id=CROWD)])
    table["quality"] = table["election_id"].map(QUALITY)
    columns = ["election_id", "ward_code", "candidate_id", "votes", "quality", "source_id"]
    return table[columns]


def turnout(folder: Path) -> pd.DataFrame:
    """Register, valid votes and stations per election and ward.

    A ward of 2017 is usable when all its stations had reported, its candidates add up and nothing
    is flagged. For 2022 the collection's own flag stands: its constituency agrees with the tally.
    """
    portal = _of_county(read(folder / "2017-president-aug_ward_portal_totals.csv"))
    missing = portal["stations_total"].astype(int) - portal["stations_reported"].astype(int)
    sound = portal["candidate_sum"].eq(portal["valid"]) & portal["flags"].eq("")
    before = pd.DataFrame(
        {
            "election_id": "2017",
            "ward_code": portal["ward_code"],
            "registered": portal["registered"],
            "valid": portal["valid"],
            "stations": portal["stations_reported"],
            "stations_missing": missing,
            "stations_flagged": "",
            "usable": sound & missing.eq(0),
            "register_source_id": PORTAL,
            "source_id": PORTAL,
        }
    )
    crowd = read(folder / "2022-president_ward_trans_nzoia_crowd.csv")
    after = pd.DataFrame(
        {
            "election_id": "2022",
            "ward_code": crowd["ward_code"],
            "registered": crowd["registered"],
            "valid": crowd["valid_sum"],
            "stations": crowd["stations"],
            "stations_missing": "",
            "stations_flagged": crowd["flagged_stations"],
            "usable": crowd["usable"].eq("True"),
            "register_source_id": GAZETTE,
            "source_id": CROWD,
        }
    )
    table = pd.concat([before, after], ignore_index=True)
    table.insert(7, "quality", table["election_id"].map(QUALITY))
    return table


def _of_county(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["county_code"] == COUNTY]
