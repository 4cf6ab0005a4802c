"""The shape of the tables of places, elections, results and registers."""

from __future__ import annotations

from mulembe.schemas.columns import (
    CONSTITUENCY,
    COUNTY,
    ELECTION,
    SLOTS,
    TableSpec,
    code,
    count,
    date,
    flag,
    integer,
    number,
    spec,
    text,
)

QUALITY = ("agreed", "single", "conflict", "form")
UNITS = ("constituency", "county")

VOTES: dict[str, TableSpec] = {
    "sources": TableSpec(
        {
            "source_id": text(pattern=r"[a-z0-9][a-z0-9-]*"),
            "title": text(),
            "publisher": text(),
            "url": text(empty=True),
            "locator": text(empty=True),
            "licence": text(),
            "seen": date(),
            "kind": text(),
            "note": text(empty=True),
        },
        ("source_id",),
    ),
    "counties": spec("code", {"code": code(), "name": text(), "in_region": flag()}),
    "constituencies": spec(
        "code",
        {
            "code": code(),
            "name": text(),
            "county_code": code(),
            "in_region": flag(),
            "lon": number(33.5, 42.0),
            "lat": number(-5.0, 5.6),
            "west": number(33.5, 42.0),
            "south": number(-5.0, 5.6),
            "east": number(33.5, 42.0),
            "north": number(-5.0, 5.6),
            "tile_col": count(empty=True),
            "tile_row": count(empty=True),
            "geometry_source_id": text(),
        },
        {"county_code": COUNTY, "geometry_source_id": ("sources", "source_id")},
    ),
    "neighbours": spec(
        "code neighbour_code",
        {"code": code(), "neighbour_code": code(), "border_km": number(0.0, 1000.0)},
        {"code": CONSTITUENCY, "neighbour_code": CONSTITUENCY},
    ),
    "elections": spec(
        "election_id",
        {
            "election_id": text(pattern=r"\d{4}"),
            "name": text(),
            "date": date(),
            "office": text(),
            "status": text(among=("final", "provisional", "annulled")),
            "status_date": date(empty=True),
            "level": text(among=("constituency", "county", "constituency1996")),
            "line_a": text(),
            "line_b": text(empty=True),
            "note": text(),
        },
    ),
    "candidates": spec(
        "election_id candidate_id",
        {
            "election_id": text(),
            "candidate_id": text(),
            "name": text(),
            "party": text(empty=True),
            "line": text(among=("odinga", "rival", "other")),
            "slot": text(among=SLOTS),
            "name_in_source": text(),
        },
        {"election_id": ELECTION},
    ),
    "results": spec(
        "election_id unit_code candidate_id",
        {
            "election_id": text(),
            "unit": text(among=UNITS),
            "unit_code": code(),
            "candidate_id": text(),
            "votes": count(),
            "quality": text(among=QUALITY),
        },
        {"election_id": ELECTION},
    ),
    "turnout": spec(
        "election_id unit_code",
        {
            "election_id": text(),
            "unit": text(among=UNITS),
            "unit_code": code(),
            "registered": count(),
            "cast": count(empty=True),
            "rejected": count(empty=True),
            "valid": count(empty=True),
            "quality": text(among=QUALITY),
            "register_source_id": text(),
            "form_difference": integer(empty=True),
        },
        {"election_id": ELECTION, "register_source_id": ("sources", "source_id")},
    ),
    "results_2007": spec(
        "old_constituency",
        {
            "old_constituency": text(),
            "county_code": code(),
            "share_percent": number(0.0, 100.0),
            "successors": text(pattern=r"\d{3}(\|\d{3})*"),
        },
        {"county_code": COUNTY},
    ),
    "readings_2022": spec(
        "code reading item",
        {
            "code": code(),
            "reading": text(among=("tally", "form34b")),
            "item": text(),
            "value": count(),
            "chosen": flag(),
            "reason": text(),
        },
        {"code": CONSTITUENCY},
    ),
    "registers": spec(
        "code year",
        {
            "code": code(),
            "year": text(pattern=r"\d{4}"),
            "registered": count(),
            "standing": text(among=("certified", "gazetted", "snapshot")),
        },
        {"code": CONSTITUENCY},
    ),
    "declared": spec(
        "election_id scope item",
        {
            "election_id": text(),
            "scope": text(pattern=r"national|\d{3}"),
            "item": text(),
            "value": count(),
            "note": text(),
        },
        {"election_id": ELECTION},
    ),
}
