"""The shape of the tables of wards, which only check what the constituencies say."""

from __future__ import annotations

from mulembe.schemas.columns import (
    CONSTITUENCY,
    ELECTION,
    TableSpec,
    code,
    count,
    flag,
    spec,
    text,
)

QUALITY = ("provisional", "crowd")

WARDS: dict[str, TableSpec] = {
    "wards": spec(
        "ward_code",
        {
            "ward_code": text(pattern=r"\d{4}"),
            "name": text(),
            "constituency_code": code(),
        },
        {"constituency_code": CONSTITUENCY},
    ),
    "ward_results": spec(
        "election_id ward_code candidate_id",
        {
            "election_id": text(),
            "ward_code": text(pattern=r"\d{4}"),
            "candidate_id": text(),
            "votes": count(),
            "quality": text(among=QUALITY),
        },
        {"election_id": ELECTION, "ward_code": ("wards", "ward_code")},
    ),
    "ward_turnout": spec(
        "election_id ward_code",
        {
            "election_id": text(),
            "ward_code": text(pattern=r"\d{4}"),
            "registered": count(),
            "valid": count(),
            "stations": count(),
            "stations_missing": count(empty=True),
            "stations_flagged": count(empty=True),
            "quality": text(among=QUALITY),
            "usable": flag(),
            "register_source_id": text(),
        },
        {
            "election_id": ELECTION,
            "ward_code": ("wards", "ward_code"),
            "register_source_id": ("sources", "source_id"),
        },
    ),
}
