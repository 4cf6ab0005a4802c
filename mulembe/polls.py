"""Polls: which can be shown, how exact a sample can make them, and the days without any.

>>> from mulembe.tables import Tables
>>> tables = Tables()
>>> ban(tables)
(datetime.date(2027, 8, 5), datetime.date(2027, 8, 10))
>>> hidden(date(2027, 8, 4), tables), hidden(date(2027, 8, 5), tables)
(False, True)
>>> round(margin(50.0, 600), 2)
4.0

A poll is what a firm says people told it. It is no result, nothing here is worked out from it, and
no two polls are ever averaged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

import pandas as pd

from mulembe.tables import Tables

NAIROBI = timezone(timedelta(hours=3))  # no summer time
SURE = 1.96  # standard errors either side that 95 of 100 samples stay within
DAYS_BEFORE = 5  # section 7(1) of the Act: election day and the five days before it
LAW = ("polls-act-2012", "polls-act-ban", "polls-act-report")
# What a poll must state to be drawn here. The Act asks for more; see ASKED_FOR.
NEEDED = {
    "pollster": "who conducted it",
    "days": "days of fieldwork",
    "population": "who was asked",
    "sample": "how many were asked",
    "source_id": "source",
}
ASKED_FOR = {
    "sponsor": "who paid for it",
    "margin_points": "margin of error",
    "wording": "exact wording of the question",
}
MULTIPLE = "multiple answers"
LEAVES_OUT = (
    "The margin is worked out for a simple random sample of everybody: 1.96 x square root of "
    "p(1 - p)/n, which 95 of 100 such samples stay within. It leaves out who could be reached and "
    "who refused, people drawn in clusters, weights, how the question was put, and a change of "
    "mind. Real errors are larger."
)


@dataclass(frozen=True)
class Poll:
    """One poll with what it states about itself.

    ``from_day`` and ``to_day`` are ISO days of fieldwork, ``released`` may be partial; all three
    can be "". ``sample`` and ``margin_points`` (as stated) are None where not stated.
    ``lacking`` names what it lacks to be drawn, in words. ``in_period`` says whether it came out
    in the twelve months before an election, when the Act applies.
    """

    poll_id: str
    pollster: str
    from_day: str
    to_day: str
    released: str
    population: str
    sample: int | None
    sponsor: str
    margin_points: float | None
    note: str
    questions: tuple[str, ...]
    sources: tuple[str, ...]
    lacking: tuple[str, ...]
    in_period: bool

    @property
    def drawn(self) -> bool:
        """Whether it states all that is needed to be drawn."""
        return not self.lacking

    @property
    def not_stated(self) -> tuple[str, ...]:
        """What the Act asks for beyond that, and what we read of this poll does not state."""
        held = {"sponsor": bool(self.sponsor), "margin_points": self.margin_points is not None}
        return tuple(words for key, words in ASKED_FOR.items() if not held.get(key, False))


def today(now: datetime | None = None) -> date:
    """The day in Kenya, where the Act applies, wherever the server and the reader are."""
    return (now or datetime.now(NAIROBI)).astimezone(NAIROBI).date()


def ban(tables: Tables) -> tuple[date, date]:
    """First and last day on which no poll is shown: five days before the next election, and it."""
    cycles = tables["cycles"]
    ahead = cycles[cycles["election_id"].eq("")]
    election = date.fromisoformat(str(ahead["to_date"].max()))
    return election - timedelta(days=DAYS_BEFORE), election


def hidden(day: date, tables: Tables) -> bool:
    """Whether polls are hidden on a day (a day in Kenya, see ``today``)."""
    first, last = ban(tables)
    return first <= day <= last


def margin(percent: float, sample: int) -> float:
    """The margin of error of a share in points, for a simple random sample; 95 in 100.

    Raises ValueError for a share outside 0 to 100 or a sample below 1.
    """
    _check(sample, percent)
    share = percent / 100
    return 100 * SURE * math.sqrt(share * (1 - share) / sample)


def lead_margin(first: float, second: float, sample: int) -> float:
    """The margin of error of the lead of one answer over another of one question, in points.

    Both shares come from the same sample, and what one gains another loses: the margin of their
    difference is 1.96 x square root of (p + q - (p - q) squared)/n, about twice that of one share
    when they are close. Holds where each person gave one answer.
    """
    _check(sample, first, second)
    p, q = first / 100, second / 100
    return 100 * SURE * math.sqrt((p + q - (p - q) ** 2) / sample)


def _check(sample: int, *percents: float) -> None:
    if sample < 1 or not all(0 <= percent <= 100 for percent in percents):
        raise ValueError(f"{percents} percent of a sample of {sample} is no share of a poll.")


def polls(tables: Tables) -> list[Poll]:
    """Every poll held, newest fieldwork or release first."""
    found = [_poll(tables, rows) for _, rows in tables["polls"].groupby("poll_id")]
    return sorted(found, key=lambda poll: (poll.to_day or poll.released, poll.poll_id))[::-1]


def _poll(tables: Tables, rows: pd.DataFrame) -> Poll:
    first = rows.iloc[0]
    out = str(first["released"] or first["fieldwork_to"])
    sources = {*rows["source_id"], *rows["note_source_id"]} - {""}
    return Poll(
        poll_id=str(first["poll_id"]),
        pollster=str(first["pollster"]),
        from_day=str(first["fieldwork_from"]),
        to_day=str(first["fieldwork_to"]),
        released=str(first["released"]),
        population=str(first["population"]),
        sample=None if pd.isna(first["sample"]) else int(first["sample"]),
        sponsor=str(first["sponsor"]),
        margin_points=None if pd.isna(first["margin_points"]) else float(first["margin_points"]),
        note=str(first["note"]),
        questions=tuple(dict.fromkeys(rows["question"])),
        sources=tuple(sorted(sources)),
        lacking=_lacking(first),
        in_period=_in_period(tables, out),
    )


def _lacking(row: pd.Series) -> tuple[str, ...]:
    stated = {
        "pollster": bool(row["pollster"]),
        "days": bool(row["fieldwork_from"]) and bool(row["fieldwork_to"]),
        "population": bool(row["population"]),
        "sample": not pd.isna(row["sample"]) and int(row["sample"]) > 0,
        "source_id": bool(row["source_id"]),
    }
    return tuple(words for key, words in NEEDED.items() if not stated[key])


def _in_period(tables: Tables, out: str) -> bool:
    """Whether a release (possibly partial, then by its month) lies in a year before an election."""
    elections = {*tables["elections"]["date"], ban(tables)[1].isoformat()}
    for day in elections:
        start = f"{int(day[:4]) - 1}{day[4:]}"
        if start[: len(out)] <= out < day[: len(out)] or (len(out) < 10 and out == day[: len(out)]):
            return True
    return False


def findings(tables: Tables) -> pd.DataFrame:
    """The findings that can be drawn: one row per question, poll and answer.

    Columns: question, poll_id, option, share (percent), margin (points), stated (whether the poll
    states that margin; else it is worked out), low, high, sample, population, source_id. Largest
    share first within a poll; polls in the order of ``polls``; low and high within 0 and 100.
    """
    order = {poll.poll_id: place for place, poll in enumerate(polls(tables)) if poll.drawn}
    rows = tables["polls"]
    rows = rows[rows["poll_id"].isin(order)]
    share = rows["share_percent"].astype(float)
    worked_out = [margin(p, int(n)) for p, n in zip(share, rows["sample"], strict=True)]
    stated = rows["margin_points"].notna()
    margins = rows["margin_points"].astype(float).where(stated, worked_out)
    found = pd.DataFrame(
        {
            "question": rows["question"],
            "poll_id": rows["poll_id"],
            "option": rows["option"],
            "share": share,
            "margin": margins,
            "stated": stated,
            "low": (share - margins).clip(lower=0),
            "high": (share + margins).clip(upper=100),
            "sample": rows["sample"].astype(int),
            "population": rows["population"],
            "source_id": rows["source_id"],
            "place": rows["poll_id"].map(order),
        }
    )
    found = found.sort_values(
        ["question", "place", "share", "option"], ascending=[True, True, False, True]
    )
    return found.drop(columns="place").reset_index(drop=True)
