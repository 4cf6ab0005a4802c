"""The claims that votes decide: how often he ran, whether Western backed him, who won Matungu."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mulembe import regions
from mulembe.claims.verdict import MAJORITY, ONE_WAY, Finding, Part
from mulembe.elections import region_results
from mulembe.pledges import WESTERN
from mulembe.regions import Region
from mulembe.tables import Tables

ODINGA, MUDAVADI = "odinga", "mudavadi"
CLAIMED = ("1997", "2007", "2013", "2017")  # the four times before 2022
LAST = "2022"
MATUNGU, MATUNGU_DAY, NABULINDO = "206", "2021-03-04", "peter-nabulindo"
NO_1997 = "Presidential votes of 1997 by Western constituency or county"
NO_2007 = "Valid votes of 2007 by old constituency, to weigh the shares with"
NO_REPEAT = "A settled count: August 2017, annulled, and its repeat as one run or two"


@dataclass(frozen=True)
class Backing:
    """Odinga's share of the valid votes of a place at an election, as fractions.

    ``low`` and ``high`` are the same where the votes are held; in 2007 only shares of old
    constituencies are, and the place's own lies between the lowest and the highest of them.
    ``leader`` is who led ("" where it cannot be told), ``mudavadi`` the share of Mudavadi, NaN
    where he did not stand. ``above`` of the ``parts`` are units in which more than half was
    Odinga's.
    """

    place: str
    token: str
    election: str
    low: float
    high: float
    leader: str
    mudavadi: float
    parts: int
    above: int
    sources: tuple[str, ...]

    @property
    def backed(self) -> bool | None:
        """Whether more than half of the valid votes were his; None where it cannot be told."""
        if self.low > MAJORITY:
            return True
        return False if self.high <= MAJORITY else None


def backing(tables: Tables, region: Region, election: str) -> Backing | None:
    """What can be said of Odinga's share in a place; None where nothing is held of it.

    2013 is held by county, so that a region which cuts through one has none.
    """
    if election == "2007":
        return _backing_2007(tables, region)
    whole = regions.whole_counties(region, tables) is not None
    if election not in set(tables["elections"]["election_id"]) or (
        election == "2013" and not whole
    ):
        return None
    results = region_results(tables, election, region)
    shares = results.total_shares().sort_values(ascending=False)
    stood = tables["candidates"]
    names = stood[stood["election_id"] == election].set_index("candidate_id")["name"]
    share = float(shares[ODINGA])
    return Backing(
        region.name,
        region.token,
        election,
        share,
        share,
        str(names[shares.index[0]]),
        float(shares.get(MUDAVADI, float("nan"))),
        len(results.votes),
        int((results.shares()[ODINGA] > MAJORITY).sum()),
        tuple(results.sources()),
    )


def _backing_2007(tables: Tables, region: Region) -> Backing | None:
    rows = tables["results_2007"]
    inside = [set(cell.split("|")) <= set(region.codes) for cell in rows["successors"]]
    touched = [bool(set(cell.split("|")) & set(region.codes)) for cell in rows["successors"]]
    if inside != touched or not any(inside):
        return None
    rows = rows[inside]
    low, high = rows["share_percent"].min() / 100, rows["share_percent"].max() / 100
    leader = "Raila Odinga" if low > MAJORITY else ""
    return Backing(
        region.name,
        region.token,
        "2007",
        float(low),
        float(high),
        leader,
        float("nan"),
        len(rows),
        int((rows["share_percent"] > 100 * MAJORITY).sum()),
        tuple(sorted(set(rows["source_id"]))),
    )


def all_backings(tables: Tables, places: list[Region]) -> list[Backing]:
    """What can be said of each place at the four elections; what is not held is left out."""
    found = [backing(tables, place, election) for place in places for election in CLAIMED]
    return [item for item in found if item is not None]


def backed_four_times(tables: Tables) -> Finding:
    """S03: Western backed Odinga each of the four times he had stood before."""
    west = regions.parse(WESTERN, tables)
    counties = [c for c in regions.counties(tables) if set(c.codes) <= set(west.codes)]
    parts = [Part("1997", None, "No result of 1997 is held.", (), NO_1997)]
    numbers: dict[str, float] = {}
    for election in CLAIMED[1:]:
        whole = backing(tables, west, election)
        each = [found for c in counties if (found := backing(tables, c, election))]
        if whole is None or not each:
            continue
        numbers[f"western_{election}_low"], numbers[f"western_{election}_high"] = (
            100 * whole.low,
            100 * whole.high,
        )
        parts += [_as_one_place(whole), _in_each(election, each)]
    return Finding(
        "That Odinga had more than half of the valid votes of the old province "
        f"({', '.join(county.name for county in counties)}) each time: of the province as one, and "
        "of each of its counties. Of 2007 only shares by old constituency are held: those of a "
        "larger place lie between the lowest and the highest.",
        tuple(parts),
        numbers,
        (_mudavadi_aside(tables, west, counties), _constituencies_aside(tables, west)),
    )


def _as_one_place(found: Backing) -> Part:
    said = f"{found.election}, the province as one"
    missing = NO_2007 if found.backed is None else ""
    return Part(said, found.backed, f"{_share(found)}.", found.sources, missing)


def _in_each(election: str, each: list[Backing]) -> Part:
    """All counties: fails where one fails, open where none fails and one cannot be told."""
    backed = [found.backed for found in each]
    holds = False if False in backed else None if None in backed else True
    words = {True: "more than half in", False: "half or less in", None: "cannot be told in"}
    told = "; ".join(
        f"{words[side]} {', '.join(f'{f.place} {_share(f)}' for f in each if f.backed is side)}"
        for side in (False, None, True)
        if side in backed
    )
    told = f"{told[:1].upper()}{told[1:]}"
    sources = tuple(sorted({source for found in each for source in found.sources}))
    missing = NO_2007 if holds is None else ""
    return Part(
        f"{election}, each of its {len(each)} counties", holds, f"{told}.", sources, missing
    )


def _share(found: Backing) -> str:
    if found.low == found.high:
        lead = "" if found.leader.endswith("Odinga") else f" ({found.leader} led)"
        return f"{100 * found.low:.1f}%{lead}"
    return (
        f"between {100 * found.low:.1f}% and {100 * found.high:.1f}% "
        f"(more than half in {found.above} of {found.parts} old constituencies)"
    )


def _mudavadi_aside(
    tables: Tables, west: Region, counties: list[Region]
) -> tuple[str, tuple[str, ...]]:
    results = region_results(tables, "2013", west)
    share = 100 * float(results.total_shares()[MUDAVADI])
    names = {county.token.split(":")[1]: county.name for county in counties}
    own = 100 * results.shares()[MUDAVADI].astype(float)
    parts = ", ".join(f"{names[code]} {own[code]:.1f}%" for code in own.index)
    text = (
        f"Mudavadi was on the ballot of 2013 himself and had {share:.1f}% of the province "
        f"({parts}). It is held by county only: which constituencies were his cannot be told."
    )
    return text, tuple(results.sources())


def _constituencies_aside(tables: Tables, west: Region) -> tuple[str, tuple[str, ...]]:
    results = region_results(tables, "2017", west)
    places = tables["constituencies"].set_index("code")["name"]
    lost = [str(places[code]) for code in results.votes.index[results.winner() != ODINGA]]
    text = (
        f"By constituency only August 2017 is held of the four: Odinga led in "
        f"{len(results.votes) - len(lost)} of {len(results.votes)}"
        f"{', not in ' + ', '.join(lost) if lost else ''}. That election was annulled, and the "
        "repeat, from which he withdrew, is not counted here."
    )
    return text, tuple(results.sources())


def fifth_run(tables: Tables) -> Finding:
    """S02: the race of 2022 was Odinga's fifth run."""
    rows = tables["candidates"]
    rows = rows[(rows["candidate_id"] == ODINGA) & (rows["election_id"] < LAST)]
    years = sorted(rows["election_id"])
    enough = False if len(years) > len(CLAIMED) else None
    part = Part(
        "Four runs before 2022",
        True if years == list(CLAIMED) else enough,
        f"Held with him as a candidate: {', '.join(years)}, {len(years)} of {len(CLAIMED)}.",
        tuple(sorted(set(rows["source_id"]))),
        f"{NO_1997.replace('votes', 'candidates').split(' by ')[0]}. {NO_REPEAT}",
    )
    return Finding(
        "That he is among the candidates of four presidential elections before 2022.",
        (part,),
        {"runs_held": len(years), "runs_claimed": len(CLAIMED)},
    )


def matungu(tables: Tables) -> Finding:
    """S08: Nabulindo defeated the ODM candidate for Matungu in a by-election."""
    rows = tables["by_elections"]
    rows = rows[(rows["constituency_code"] == MATUNGU) & (rows["date"] == MATUNGU_DAY)]
    winner = rows[rows["won"]].iloc[0]
    rival = rows[rows["party"] == "ODM"].iloc[0]
    name = tables["politicians"].set_index("politician_id").at[NABULINDO, "name"]
    own = all(word in str(winner["candidate"]).split() for word in str(name).split())
    won, lost = int(winner["votes"]), int(rival["votes"])
    sources = tuple(sorted(set(rows["source_id"])))
    parts = (
        Part(
            "Nabulindo won the seat",
            own,
            f"{winner['candidate']} ({winner['party']}) won with {won:,} votes.",
            sources,
        ),
        Part(
            "ODM's candidate lost to him",
            won > lost,
            f"{rival['candidate']} (ODM) had {lost:,}, {won - lost:,} fewer.",
            sources,
        ),
    )
    aside = (f"The source lists the {rows['covers'].iloc[0]} candidates.", sources)
    return Finding(
        f"That he won the by-election of {MATUNGU_DAY} with more votes than ODM's candidate.",
        parts,
        {"votes": won, "odm_votes": lost, "gap_votes": won - lost},
        (aside,),
    )


def as_one(tables: Tables) -> Finding:
    """S10: the goal was that the community would vote as one."""
    west = regions.parse(WESTERN, tables)
    now, before = region_results(tables, LAST, west), region_results(tables, "2017", west)
    came, was = now.unity(), before.unity()
    winners: pd.Series = now.winner().value_counts()
    led = ", ".join(f"{_name(tables, str(who))} led in {n}" for who, n in winners.items())
    part = Part(
        f"The {came.units} constituencies of the old province voted as one in {LAST}",
        came.alignment >= ONE_WAY,
        f"{came.alignment:.0%} of their margins were left after opposite ones cancel: {led}.",
        tuple(now.sources()),
    )
    aside = (
        f"In August 2017 it was {was.alignment:.0%}. 2013 is held by county only, and the measure "
        "sets two candidates against each other, which leaves out Mudavadi. Votes of a community "
        "are counted nowhere: these are the places it lives in, with all who live there.",
        tuple(before.sources()),
    )
    return Finding(
        "Whether it came about. An aim itself is in no table.",
        (part,),
        {"alignment_2022": 100 * came.alignment, "alignment_2017": 100 * was.alignment},
        (aside,),
    )


def _name(tables: Tables, candidate: str) -> str:
    rows = tables["candidates"]
    rows = rows[(rows["election_id"] == LAST) & (rows["candidate_id"] == candidate)]
    return str(rows["name"].iloc[0])
