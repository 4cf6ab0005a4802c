"""One line of the data ledger: a figure for which more than one reading or source was found."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from mulembe.tables import Tables

KINDS = {
    "readings": "Two readings of a form",
    "single": "One reading only",
    "form_total": "Form's own total",
    "declared": "Sum against declared",
    "register": "Registers",
    "form": "Defect on a form",
    "wards": "Wards against form",
    "older": "Constituencies before 2012",
    "home": "Home grounds",
    "poll": "Poll particulars",
    "absence": "Missing or vacant",
}


@dataclass(frozen=True)
class Reading:
    """What one source says. ``used`` marks the one the pages work with."""

    label: str
    value: str
    source_id: str
    used: bool = False


@dataclass(frozen=True)
class Entry:
    """One conflict: what is said by whom, what is used and why, and what else would change.

    ``effect`` is a sentence worked out from the tables; ``points`` its largest change of a share
    or a turnout in percentage points (None where none can be told), ``changes_winner`` whether a
    unit's first place would pass to someone else. ``county`` is a code, "" for the nation.
    ``known`` names the row of known_differences that explains it, as (check, subject).
    """

    entry_id: str
    kind: str
    subject: str
    figure: str
    election: str
    county: str
    readings: tuple[Reading, ...]
    why: str
    effect: str
    points: float | None = None
    changes_winner: bool = False
    in_region: bool = False
    known: tuple[str, str] | None = None
    details: tuple[dict[str, object], ...] = field(default=(), compare=False)

    @property
    def used(self) -> str:
        """The reading in use, in words; says so when there is none."""
        chosen = [f"{r.label}: {r.value}" for r in self.readings if r.used]
        return "; ".join(chosen) or "None: the figure stays blank."

    @property
    def told(self) -> str:
        """All readings in one line."""
        return "; ".join(f"{r.label}: {r.value}" for r in self.readings)

    @property
    def sources(self) -> list[str]:
        """Ids of the sources of the readings and of the reason, without repeats."""
        reason = ["editorial"] if self.known else []
        return list(dict.fromkeys([r.source_id for r in self.readings] + reason))


class Place:
    """Names, counties and the region of the units, looked up once."""

    def __init__(self, tables: Tables) -> None:
        places = tables["constituencies"].set_index("code")
        self.name: dict[str, str] = places["name"].to_dict()
        self.county: dict[str, str] = places["county_code"].to_dict()
        self.inside: dict[str, bool] = places["in_region"].to_dict()
        counties = tables["counties"].set_index("code")
        self.county_name: dict[str, str] = counties["name"].to_dict()
        self.county_inside: dict[str, bool] = counties["in_region"].to_dict()


def reasons(tables: Tables) -> dict[tuple[str, str], str]:
    """The reason of every listed difference, by check and subject."""
    rows = tables["known_differences"].to_dict("records")
    return {(row["check"], row["subject"]): row["reason"] for row in rows}


def candidate_names(tables: Tables, election: str) -> dict[str, str]:
    """Names of an election's candidates, by id."""
    rows = tables["candidates"]
    rows = rows[rows["election_id"] == election]
    return dict(zip(rows["candidate_id"], rows["name"], strict=True))


def votes_by_unit(tables: Tables, election: str) -> pd.DataFrame:
    """Votes by unit and candidate of an election."""
    rows = tables["results"]
    rows = rows[rows["election_id"] == election]
    return rows.pivot(index="unit_code", columns="candidate_id", values="votes").astype(int)


def papers(tables: Tables, election: str) -> pd.DataFrame:
    """The turnout rows of an election, by unit."""
    rows = tables["turnout"]
    return rows[rows["election_id"] == election].set_index("unit_code")


def share_change(before: pd.Series, after: pd.Series) -> pd.Series:
    """Change of each share in percentage points from one count of the candidates to another."""
    return 100 * (after / after.sum() - before / before.sum())


def points(change: float, places: int = 2) -> str:
    """A change of points in words that never round to a bare zero."""
    least = 10.0**-places
    if 0 < abs(change) < least:
        return f"less than {least:.{places}f} points"
    return f"{change:+.{places}f} points" if change else "0 points"


def votes(number: int, what: str = "vote") -> str:
    """A count with its noun: 1 vote, 1,200 votes."""
    return f"{number:,} {what}" if abs(number) == 1 else f"{number:,} {what}s"
