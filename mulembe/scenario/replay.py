"""The replay of December 2021: what was known, what was promised, and what came in August 2022.

>>> from mulembe.tables import Tables
>>> tables = Tables()
>>> [f"{part.region}: {part.share:.1f}" for part in reveal(tables)]
['west4: 37.4', 'west5: 38.9']

Every step is a function that returns its numbers with the ids of their sources. ``own_error`` sets
any scenario of the 2022 cycle against the real 2022.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from mulembe import alignment, pledges, regions
from mulembe.elections import Results, region_results
from mulembe.scenario import fit
from mulembe.scenario.model import CAMPS, INSIDE, TICKETS, Inheritance, Scenario, Third
from mulembe.scenario.outcome import Outcome
from mulembe.tables import Tables

CYCLE: Literal["2022"] = "2022"
REGION = "west5"
AFTER_TALKS, REALIGNED = date(2021, 12, 27), date(2022, 1, 23)
TALKS, CONGRESS = "2021-12-26", "2022-01-23"
CLAIM = "S10"  # that the talks were to make the region vote as one
BASES = ("west4", "west5")
WEST_LEADER = "musalia-mudavadi"  # whose own bid was the third side in December 2021


@dataclass(frozen=True)
class Talks:
    """The talks of 26 December 2021: what was claimed of them, and who was there on what evidence.

    ``present`` has a row per event, the strongest evidence first: politician, office_then,
    camp_name, level, statement and source_id.
    """

    claim: str
    claim_source: str
    present: pd.DataFrame
    sources: tuple[str, ...]


def talks(tables: Tables) -> Talks:
    """What the reports say of the Khwisero talks."""
    claim = tables["claims"].set_index("claim_id").loc[CLAIM]
    present = _events(tables, TALKS)
    sources = {str(claim["source_id"]), *present["source_id"]}
    return Talks(str(claim["claim"]), str(claim["source_id"]), present, tuple(sorted(sources)))


def _events(tables: Tables, day: str) -> pd.DataFrame:
    """Events of one day about the presidency, with names, the strongest first."""
    events = tables["alignment_events"]
    events = events[(events["date_known"] == day) & events["scope"].eq("presidency")]
    names = tables["politicians"].set_index("politician_id")["name"]
    camps = tables["camps"].set_index("camp_id")["name"]
    found = events.assign(
        politician=events["politician_id"].map(names),
        camp_name=events["camp"].map(camps).fillna("No camp named"),
    )
    return found.sort_values(["level", "politician"], ascending=[False, True], ignore_index=True)


@dataclass(frozen=True)
class Standing:
    """Where the members stood on a day at a level of evidence.

    ``counts`` is seats by camp name, "Undeclared" and "Seat vacant" included. ``weaker`` lists the
    undeclared members with weaker evidence: politician, constituency, camp, level, event, statement
    and source_id. Being there is not declaring.
    """

    day: date
    level: int
    counts: dict[str, int]
    seats: pd.DataFrame
    weaker: pd.DataFrame
    sources: tuple[str, ...]


def standing(
    tables: Tables, day: date = AFTER_TALKS, level: int = alignment.DEFAULT_LEVEL
) -> Standing:
    """Who stood where the day after the talks, and what weaker evidence there was."""
    seats = alignment.seats(tables, day, level, regions.parse(REGION, tables))
    names = tables["camps"].set_index("camp_id")["name"].to_dict()
    names |= {alignment.UNDECLARED: "Undeclared", "vacant": "Seat vacant"}
    undeclared = seats[seats["camp"].eq(alignment.UNDECLARED) & seats["weaker_event_id"].ne("")]
    events = tables["alignment_events"].set_index("event_id").loc[undeclared["weaker_event_id"]]
    weaker = pd.DataFrame(
        {
            "politician": undeclared["politician"].to_numpy(),
            "constituency": undeclared["constituency"].to_numpy(),
            "camp": undeclared["weaker_camp"].map(names).to_numpy(),
            "level": events["level"].to_numpy(),
            "date": events["date"].to_numpy(),
            "event": events["event"].to_numpy(),
            "statement": events["statement"].to_numpy(),
            "source_id": events["source_id"].to_numpy(),
        },
        index=undeclared.index,
    )
    counts = {str(names[c]): int(n) for c, n in seats["camp"].value_counts().items()}
    sources = {*seats["source_id"], *weaker["source_id"]} - {""}
    order = weaker.sort_values(["date", "level"], ascending=False)
    return Standing(day, level, counts, seats, order, tuple(sorted(sources)))


@dataclass(frozen=True)
class Realignment:
    """23 January 2022 and the pledges that followed.

    ``declared`` are the events of the day at L3 or stronger, ``attended`` the weaker ones. Of the
    cycle's pledges (see ``pledges.ledger``) ``pledged`` are those that name a share of the votes in
    the old province, ``elsewhere`` those that name a share of another ground, ``bare`` those that
    name none; ``least`` and ``most`` are the ends of ``pledged`` in percent.
    """

    declared: pd.DataFrame
    attended: pd.DataFrame
    pledged: pd.DataFrame
    elsewhere: pd.DataFrame
    bare: pd.DataFrame
    least: float
    most: float
    sources: tuple[str, ...]


def realignment(tables: Tables) -> Realignment:
    """What happened on 23 January 2022, and what was promised from it."""
    events = _events(tables, CONGRESS)
    strong = events["level"] >= alignment.DEFAULT_LEVEL
    rows = pledges.ledger(tables)
    rows = rows[rows["cycle"].eq(CYCLE)]
    named, western = rows["share_percent"].notna(), pledges.of_western(rows)
    shares = rows.loc[named & western, "share_percent"].astype(float)
    sources = {*events["source_id"], *rows["source_id"]}
    return Realignment(
        events[strong],
        events[~strong],
        rows[named & western],
        rows[named & ~western],
        rows[~named],
        float(shares.min()),
        float(shares.max()),
        tuple(sorted(sources)),
    )


def guess(camp: str, share: float, tables: Tables) -> Scenario:
    """What a reader may guess in January 2022: a share of the others' 2017 voters goes to a camp.

    The leaders take ``share`` (0 to 1) of every other main column of 2017 to ``camp``: Odinga's to
    the government, Kenyatta's to the opposition, both to a third ticket of their own. The rest
    stays. ValueError for another camp.
    """
    if camp not in CAMPS:
        raise ValueError(f"'{camp[:30]}' is not a camp: use {', '.join(CAMPS)}")
    share, start = round(share, 4), Scenario(cycle=CYCLE, region=REGION)
    if camp == "third":
        home = fit.home(tables, WEST_LEADER)
        third = Third(leader=WEST_LEADER, name="OKA", home=home, delivery=share, spread="flat")
        return start.but(third=third)
    stays = round(1 - share, 4)
    if camp == "government":
        heir = Inheritance(origin="odinga", scope=INSIDE, shares=(stays, share, 0, 0))
    else:
        heir = Inheritance(origin="kenyatta", scope=INSIDE, shares=(share, stays, 0, 0))
    return start.but(inheritance=(heir,))


@dataclass(frozen=True)
class Result:
    """A candidate's share of one region in 2022 (percent of valid votes) beside the pledges on it.

    ``least`` and ``most`` are the ends of the shares pledged of the votes in the old province.
    """

    region: str
    name: str
    constituencies: int
    share: float
    rival: float
    least: float
    most: float
    sources: tuple[str, ...]


def reveal(tables: Tables) -> tuple[Result, ...]:
    """What came: Ruto's share in the old province and over the five counties, and Odinga's."""
    promised = realignment(tables)
    found = []
    for token in BASES:
        region = regions.parse(token, tables)
        results = region_results(tables, CYCLE, region)
        shares = 100 * results.total_shares()
        found.append(
            Result(
                token,
                region.name,
                len(region),
                float(shares[results.line_b]),
                float(shares[results.line_a]),
                promised.least,
                promised.most,
                tuple(results.sources()),
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class OwnError:
    """A scenario of the 2022 cycle against the real 2022, by constituency and together.

    ``places`` is indexed by code, the largest miss first: name, county, ``scenario`` and ``actual``
    (the government's share, percent of valid votes), ``error`` (scenario less actual, points), the
    same for the opposition as ``opposition``, ``opposition_actual`` and ``opposition_error``,
    ``winner`` and ``actual_winner`` (tickets) and ``called``. ``mae`` and ``bias`` are means over
    constituencies in points; ``share`` and ``actual`` the government's share of the whole region.
    ``rival_share`` and ``rival_actual`` are the opposition's.
    """

    places: pd.DataFrame
    mae: float
    bias: float
    called: int
    share: float
    actual: float
    rival_share: float
    rival_actual: float
    sources: tuple[str, ...]

    @property
    def units(self) -> int:
        """How many constituencies are compared."""
        return len(self.places)

    def rival(self) -> OwnError:
        """The same error scored on the opposition's share: the two sides change places."""
        columns = ["scenario", "actual", "error"]
        others = ["opposition", "opposition_actual", "opposition_error"]
        swapped = self.places.rename(
            columns=dict(zip([*columns, *others], [*others, *columns], strict=True))
        )
        return replace(
            self,
            places=swapped.sort_values("error", key=np.abs, ascending=False, kind="stable"),
            mae=float(swapped["error"].abs().mean()),
            bias=float(swapped["error"].mean()),
            share=self.rival_share,
            actual=self.rival_actual,
            rival_share=self.share,
            rival_actual=self.actual,
        )


def own_error(outcome: Outcome, tables: Tables) -> OwnError:
    """The error of a scenario of the 2022 cycle; ValueError for another cycle."""
    if outcome.scenario.cycle != CYCLE:
        raise ValueError("only a scenario of the 2022 cycle can be set against the real 2022")
    real = _real(tables, outcome.scenario.region)
    codes = list(real.votes.index)
    units = [outcome.base.position[code] for code in codes]
    ours, actual = 100 * outcome.shares[units], 100 * real.shares()
    opposition, government = (TICKETS.index(t) for t in ("opposition", "government"))
    names = _names(tables, codes)
    places = pd.DataFrame(
        {
            "name": names["name"],
            "county": names["county"],
            "scenario": ours[:, government],
            "actual": actual[real.line_b].to_numpy(),
            "opposition": ours[:, opposition],
            "opposition_actual": actual[real.line_a].to_numpy(),
            "winner": [TICKETS[i] for i in outcome.winners()[units]],
            "actual_winner": _tickets(real.winner(), real.line_a, real.line_b),
        },
        index=pd.Index(codes, name="code"),
    )
    places["error"] = places["scenario"] - places["actual"]
    places["opposition_error"] = places["opposition"] - places["opposition_actual"]
    places["called"] = places["winner"] == places["actual_winner"]
    return OwnError(
        places.sort_values("error", key=np.abs, ascending=False, kind="stable"),
        float(places["error"].abs().mean()),
        float(places["error"].mean()),
        int(places["called"].sum()),
        100 * float(outcome.total_shares()[government]),
        100 * float(real.total_shares()[real.line_b]),
        100 * float(outcome.total_shares()[opposition]),
        100 * float(real.total_shares()[real.line_a]),
        tuple(sorted({*outcome.base.sources, *real.sources()})),
    )


@lru_cache(maxsize=16)
def _real(tables: Tables, region: str) -> Results:
    return region_results(tables, CYCLE, regions.parse(region, tables))


def _names(tables: Tables, codes: list[str]) -> pd.DataFrame:
    places = tables["constituencies"].set_index("code").loc[codes]
    county = tables["counties"].set_index("code")["name"]
    return places.assign(county=places["county_code"].map(county))[["name", "county"]]


def _tickets(winners: pd.Series, line_a: str, line_b: str) -> list[str]:
    ticket = {line_a: "opposition", line_b: "government"}
    return [ticket.get(winner, "others") for winner in winners]


def methods(tables: Tables) -> pd.DataFrame:
    """What each way of reckoning would have said, the smallest error first.

    One row per method, of a shaped one the shape with the smallest left-out error. Columns:
    ``method``, ``shape``, ``name``, ``text``, ``fitted``, ``mae`` (points of the government's
    share, mean over the 38; with the constituency left out where the method is fitted), ``bias``,
    ``called`` (constituencies whose winner it names), ``in_sample`` (the same error where it was
    fitted on all 38; NaN where nothing is fitted), ``covered`` (in the 90% interval; NA without).
    """
    table = fit.errors(tables)
    left = table[table["sample"] == fit.LEFT_OUT].sort_values("mae").drop_duplicates("method")
    inside = table[table["sample"] == fit.IN_SAMPLE].set_index(["method", "shape"])["mae"]
    rows = []
    for row in left.to_dict("records"):
        method = fit.find(row["method"])
        rows.append(
            {
                "method": method.id,
                "shape": row["shape"],
                "name": method.name,
                "text": method.text,
                "fitted": method.fitted,
                "mae": row["mae"],
                "bias": row["bias"],
                "called": row["called"],
                "in_sample": inside[method.id, row["shape"]] if method.fitted else float("nan"),
                "covered": row["covered"],
                "source_id": row["source_id"],
            }
        )
    return pd.DataFrame(rows)


def misses(tables: Tables, method: str, shape: str = "") -> pd.DataFrame:
    """What a method said and what came by constituency, the largest miss first.

    The columns of ``fit.residuals`` with the constituency left out, and ``name`` and ``county``.
    """
    found = fit.residuals(tables, method, shape, fit.LEFT_OUT)
    names = _names(tables, list(found.index))
    return names.join(found).sort_values("error", key=np.abs, ascending=False, kind="stable")
