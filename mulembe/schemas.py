"""The shape of every table in ``data/``: columns, ranges, keys and references between tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandera.pandas as pa

ISO_DATE = r"\d{4}-\d{2}-\d{2}"
PARTIAL_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
SLOTS = ("government", "opposition", "third", "fourth", "undeclared")


@dataclass(frozen=True)
class TableSpec:
    """One table: its columns with their checks, its key, and the columns that refer elsewhere.

    ``references`` maps a column to ``(table, column)``; an empty cell refers to nothing.
    """

    columns: dict[str, pa.Column]
    key: tuple[str, ...]
    references: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema: these columns and no others, the key unique."""
        return pa.DataFrameSchema(self.columns, strict=True, unique=list(self.key))


def _text(*, empty: bool = False, among: tuple[str, ...] = (), pattern: str = "") -> pa.Column:
    checks = []
    if among:
        checks.append(pa.Check.isin([*among, ""] if empty else among))
    if pattern:
        checks.append(pa.Check.str_matches(f"^({pattern})?$" if empty else f"^{pattern}$"))
    if not empty:
        checks.append(pa.Check.str_length(min_value=1))
    return pa.Column(str, checks)


def _code(*, empty: bool = False) -> pa.Column:
    return _text(pattern=r"\d{3}", empty=empty)


def _date(*, empty: bool = False, partial: bool = False) -> pa.Column:
    return _text(pattern=PARTIAL_DATE if partial else ISO_DATE, empty=empty)


def _count(*, empty: bool = False) -> pa.Column:
    return pa.Column("Int64", pa.Check.ge(0), nullable=empty)


def _number(low: float, high: float, *, empty: bool = False) -> pa.Column:
    return pa.Column(float, pa.Check.in_range(low, high), nullable=empty)


def _integer(*, empty: bool = False) -> pa.Column:
    return pa.Column("Int64", nullable=empty)


def _flag() -> pa.Column:
    return pa.Column(bool)


def _spec(
    key: str, columns: dict[str, pa.Column], references: dict[str, tuple[str, str]] | None = None
) -> TableSpec:
    sourced = {**columns, "source_id": _text()}
    return TableSpec(
        sourced,
        tuple(key.split()),
        {"source_id": ("sources", "source_id"), **(references or {})},
    )


ELECTION = ("elections", "election_id")
CONSTITUENCY = ("constituencies", "code")
COUNTY = ("counties", "code")
POLITICIAN = ("politicians", "politician_id")
CAMP = ("camps", "camp_id")
CYCLE = ("cycles", "cycle_id")
QUALITY = ("agreed", "single", "conflict", "form")
UNITS = ("constituency", "county")
CONFIDENCE = ("high", "medium", "low")
SAMPLES = ("in_sample", "left_out", "county_left_out")

SPECS: dict[str, TableSpec] = {
    "sources": TableSpec(
        {
            "source_id": _text(pattern=r"[a-z0-9][a-z0-9-]*"),
            "title": _text(),
            "publisher": _text(),
            "url": _text(empty=True),
            "locator": _text(empty=True),
            "licence": _text(),
            "seen": _date(),
            "kind": _text(),
            "note": _text(empty=True),
        },
        ("source_id",),
    ),
    "counties": _spec("code", {"code": _code(), "name": _text(), "in_region": _flag()}),
    "constituencies": _spec(
        "code",
        {
            "code": _code(),
            "name": _text(),
            "county_code": _code(),
            "in_region": _flag(),
            "lon": _number(33.5, 42.0),
            "lat": _number(-5.0, 5.6),
            "west": _number(33.5, 42.0),
            "south": _number(-5.0, 5.6),
            "east": _number(33.5, 42.0),
            "north": _number(-5.0, 5.6),
            "tile_col": _count(empty=True),
            "tile_row": _count(empty=True),
            "geometry_source_id": _text(),
        },
        {"county_code": COUNTY, "geometry_source_id": ("sources", "source_id")},
    ),
    "neighbours": _spec(
        "code neighbour_code",
        {"code": _code(), "neighbour_code": _code(), "border_km": _number(0.0, 1000.0)},
        {"code": CONSTITUENCY, "neighbour_code": CONSTITUENCY},
    ),
    "elections": _spec(
        "election_id",
        {
            "election_id": _text(pattern=r"\d{4}"),
            "name": _text(),
            "date": _date(),
            "office": _text(),
            "status": _text(among=("final", "provisional", "annulled")),
            "status_date": _date(empty=True),
            "level": _text(among=("constituency", "county", "constituency1996")),
            "line_a": _text(),
            "line_b": _text(empty=True),
            "note": _text(),
        },
    ),
    "candidates": _spec(
        "election_id candidate_id",
        {
            "election_id": _text(),
            "candidate_id": _text(),
            "name": _text(),
            "party": _text(empty=True),
            "line": _text(among=("odinga", "rival", "other")),
            "slot": _text(among=SLOTS),
            "name_in_source": _text(),
        },
        {"election_id": ELECTION},
    ),
    "results": _spec(
        "election_id unit_code candidate_id",
        {
            "election_id": _text(),
            "unit": _text(among=UNITS),
            "unit_code": _code(),
            "candidate_id": _text(),
            "votes": _count(),
            "quality": _text(among=QUALITY),
        },
        {"election_id": ELECTION},
    ),
    "turnout": _spec(
        "election_id unit_code",
        {
            "election_id": _text(),
            "unit": _text(among=UNITS),
            "unit_code": _code(),
            "registered": _count(),
            "cast": _count(empty=True),
            "rejected": _count(empty=True),
            "valid": _count(empty=True),
            "quality": _text(among=QUALITY),
            "register_source_id": _text(),
            "form_difference": _integer(empty=True),
        },
        {"election_id": ELECTION, "register_source_id": ("sources", "source_id")},
    ),
    "results_2007": _spec(
        "old_constituency",
        {
            "old_constituency": _text(),
            "county_code": _code(),
            "share_percent": _number(0.0, 100.0),
            "successors": _text(pattern=r"\d{3}(\|\d{3})*"),
        },
        {"county_code": COUNTY},
    ),
    "readings_2022": _spec(
        "code reading item",
        {
            "code": _code(),
            "reading": _text(among=("tally", "form34b")),
            "item": _text(),
            "value": _count(),
            "chosen": _flag(),
            "reason": _text(),
        },
        {"code": CONSTITUENCY},
    ),
    "registers": _spec(
        "code year",
        {
            "code": _code(),
            "year": _text(pattern=r"\d{4}"),
            "registered": _count(),
            "standing": _text(among=("certified", "gazetted", "snapshot")),
        },
        {"code": CONSTITUENCY},
    ),
    "declared": _spec(
        "election_id scope item",
        {
            "election_id": _text(),
            "scope": _text(pattern=r"national|\d{3}"),
            "item": _text(),
            "value": _count(),
            "note": _text(),
        },
        {"election_id": ELECTION},
    ),
    "politicians": _spec(
        "politician_id",
        {
            "politician_id": _text(pattern=r"[a-z0-9-]+"),
            "name": _text(),
            "spellings": _text(),
        },
    ),
    "homes": _spec(
        "home_id",
        {
            "home_id": _text(pattern=r"H\d{3}"),
            "politician_id": _text(),
            "constituency_code": _code(),
            "kind": _text(among=("home", "seat")),
            "rank": pa.Column("Int64", pa.Check.ge(1)),
            "conflict": _flag(),
            "statement": _text(),
            "confidence": _text(among=CONFIDENCE),
        },
        {"politician_id": POLITICIAN, "constituency_code": CONSTITUENCY},
    ),
    "terms": _spec(
        "term_id",
        {
            "term_id": _text(pattern=r"T\d{3}"),
            "politician_id": _text(),
            "office": _text(
                among=(
                    "mp",
                    "governor",
                    "senator",
                    "woman_rep",
                    "nominated_mp",
                    "nominated_senator",
                )
            ),
            "parliament": _text(among=("11", "12", "13")),
            "constituency_code": _code(empty=True),
            "county_code": _code(empty=True),
            "party": _text(),
            "elected_on": _date(partial=True),
            "elected_by": _date(),
            "sworn_in": _date(empty=True, partial=True),
            "left_on": _date(empty=True, partial=True),
            "left_by": _date(empty=True),
            "left_reason": _text(),
            "by_election": _flag(),
            "votes": _count(empty=True),
            "margin": _count(empty=True),
            "confidence": _text(among=CONFIDENCE),
            "left_source_id": _text(),
        },
        {
            "politician_id": POLITICIAN,
            "constituency_code": CONSTITUENCY,
            "county_code": COUNTY,
            "left_source_id": ("sources", "source_id"),
        },
    ),
    "alignment_events": _spec(
        "event_id",
        {
            "event_id": _text(pattern=r"A\d{3}"),
            "cycle": _text(),
            "date": _date(partial=True),
            "date_known": _date(),
            "date_note": _text(empty=True),
            "politician_id": _text(),
            "office_then": _text(),
            "party_then": _text(empty=True),
            "constituency_code": _code(empty=True),
            "camp": _text(empty=True),
            "scope": _text(among=("presidency", "county race")),
            "kind": _text(among=("elected", "declared", "attended", "reported", "denied")),
            "level": pa.Column("Int64", pa.Check.in_range(0, 5)),
            "level_reason": _text(empty=True),
            "event": _text(empty=True),
            "statement": _text(),
            "confidence": _text(among=CONFIDENCE),
        },
        {
            "cycle": CYCLE,
            "politician_id": POLITICIAN,
            "constituency_code": CONSTITUENCY,
            "camp": CAMP,
        },
    ),
    "coalitions": _spec(
        "coalition_id",
        {
            "coalition_id": _text(pattern=r"C\d{2}"),
            "party": _text(),
            "coalition": _text(),
            "camp": _text(empty=True),
            "from_date": _date(partial=True),
            "to_date": _date(empty=True, partial=True),
            "role": _text(),
            "confidence": _text(among=CONFIDENCE),
            "note": _text(empty=True),
        },
        {"camp": CAMP},
    ),
    "pledges": _spec(
        "pledge_id",
        {
            "pledge_id": _text(pattern=r"P\d{2}"),
            "cycle": _text(),
            "date": _date(),
            "pledged_by": _text(),
            "camp": _text(),
            "share_percent": _number(0.0, 100.0, empty=True),
            "base": _text(),
            "base_region": _text(),
            "statement": _text(),
        },
        {"cycle": CYCLE, "camp": CAMP},
    ),
    "polls": _spec(
        "poll_id question option",
        {
            "poll_id": _text(),
            "pollster": _text(),
            "fieldwork_from": _date(empty=True),
            "fieldwork_to": _date(empty=True),
            "released": _date(empty=True, partial=True),
            "population": _text(),
            "sample": _count(empty=True),
            "question": _text(),
            "option": _text(),
            "share_percent": _number(0.0, 100.0),
            "complete": _flag(),
            "confidence": _text(among=CONFIDENCE),
        },
    ),
    "claims": _spec(
        "claim_id",
        {
            "claim_id": _text(pattern=r"S\d{2}"),
            "kind": _text(),
            "testable": _flag(),
            "claim": _text(),
            "needs": _text(empty=True),
            "context": _text(empty=True),
        },
    ),
    "camps": _spec(
        "camp_id",
        {
            "camp_id": _text(pattern=r"[a-z_]+"),
            "cycle": _text(),
            "name": _text(),
            "slot": _text(among=SLOTS),
            "from_date": _date(),
            "to_date": _date(empty=True),
            "note": _text(),
        },
        {"cycle": CYCLE},
    ),
    "cycles": _spec(
        "cycle_id",
        {
            "cycle_id": _text(pattern=r"\d{4}"),
            "name": _text(),
            "from_date": _date(),
            "to_date": _date(),
            "election_id": _text(empty=True),
            "note": _text(),
        },
        {"election_id": ELECTION},
    ),
    "key_dates": _spec(
        "date",
        {"date": _date(), "label": _text(), "why": _text(), "event_id": _text(empty=True)},
        {"event_id": ("alignment_events", "event_id")},
    ),
    "fit_parameters": _spec(
        "method shape parameter subject",
        {
            "method": _text(),
            "shape": _text(empty=True),
            "parameter": _text(among=("delivery", "reach", "rate", "keep")),
            "subject": _text(empty=True),
            "home": _code(empty=True),
            "value": _number(0.0, 500.0),
            "low": _number(0.0, 500.0),
            "high": _number(0.0, 500.0),
        },
        {"home": CONSTITUENCY},
    ),
    "fit_results": _spec(
        "method shape code",
        {
            "method": _text(),
            "shape": _text(empty=True),
            "code": _code(),
            **{
                f"{side}_{sample}": _number(0.0, 100.0)
                for sample in SAMPLES
                for side in ("government", "opposition")
            },
            "low": _number(0.0, 100.0),
            "high": _number(0.0, 100.0),
        },
        {"code": CONSTITUENCY},
    ),
    "fit_errors": _spec(
        "method shape sample",
        {
            "method": _text(),
            "shape": _text(empty=True),
            "sample": _text(among=SAMPLES),
            "mae": _number(0.0, 100.0),
            "bias": _number(-100.0, 100.0),
            "rmse": _number(0.0, 100.0),
            "called": _count(),
            "covered": _count(empty=True),
            "covered_normal": _count(empty=True),
            "crps": _number(0.0, 100.0, empty=True),
            "county_size": _number(0.0, 3.0, empty=True),
            "constituency_size": _number(0.0, 3.0, empty=True),
        },
    ),
    "fit_sizes": _spec(
        "quantity level",
        {
            "quantity": _text(among=("transfer", "turnout", "turnout_grown")),
            "level": _text(among=("region", "county", "constituency")),
            "size": _number(0.0, 3.0),
            "method": _text(),
        },
    ),
    "fit_homes": _spec(
        "method shape mudavadi_home wetangula_home",
        {
            "method": _text(),
            "shape": _text(empty=True),
            "mudavadi_home": _code(),
            "wetangula_home": _code(),
            **{f"mae_{sample}": _number(0.0, 100.0) for sample in SAMPLES},
        },
        {"mudavadi_home": CONSTITUENCY, "wetangula_home": CONSTITUENCY},
    ),
    "known_differences": _spec(
        "check subject", {"check": _text(), "subject": _text(), "reason": _text()}
    ),
}


def read_types(spec: TableSpec) -> dict[str, Any]:
    """The pandas type of each column, for reading the file."""
    return {name: column.dtype.type for name, column in spec.columns.items()}
