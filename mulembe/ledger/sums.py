"""Sums of the units against declared totals, and registers against each other."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mulembe.elections import MAPPED
from mulembe.ledger.entry import (
    Entry,
    Place,
    Reading,
    candidate_names,
    papers,
    points,
    reasons,
    votes_by_unit,
)
from mulembe.tables import Tables

REGISTERED, VALID, NATIONAL = "registered", "valid", "national"
WHAT = {REGISTERED: "Registered voters", VALID: "Valid votes"}
STANDING = {"certified": "Certified register", "gazetted": "Gazetted register"}
ORIENTATION = "2013"  # its register is a snapshot and no form has it by constituency


def declared(tables: Tables) -> Iterator[Entry]:
    """Yield an entry for every declared total that the units do not add up to."""
    place, known = Place(tables), reasons(tables)
    for row in tables["declared"].to_dict("records"):
        election, scope, item = row["election_id"], row["scope"], row["item"]
        votes, turnout = _within(tables, place, election, scope)
        names = {**candidate_names(tables, election), **WHAT}
        total = int((turnout[item] if item in WHAT else votes[item]).sum())
        difference = int(row["value"]) - total
        if not difference:
            continue
        subject = "nation" if scope == NATIONAL else f"{scope} {place.county_name[scope]}"
        listed = ("declared", f"{election} {subject} {item}")
        source = "|".join(turnout["register_source_id" if item == REGISTERED else "source_id"])
        change, effect = _declared_effect(item, difference, votes, turnout)
        yield Entry(
            f"declared-{election}-{scope}-{item}",
            "declared",
            "Kenya" if scope == NATIONAL else f"{place.county_name[scope]} county",
            names[item],
            election,
            "" if scope == NATIONAL else scope,
            (
                *(
                    Reading("Sum of the units", f"{total:,}", one, used=True)
                    for one in _most(source)
                ),
                Reading(row["note"].rstrip("."), f"{int(row['value']):,}", row["source_id"]),
            ),
            known.get(listed, ""),
            effect,
            change,
            in_region=scope != NATIONAL and place.county_inside[scope],
            known=listed,
        )


def _within(
    tables: Tables, place: Place, election: str, scope: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Votes and papers of the units of a county, or of the nation."""
    votes, turnout = votes_by_unit(tables, election), papers(tables, election)
    if scope == NATIONAL:
        return votes, turnout

    def kept(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[[place.county.get(code, code) == scope for code in frame.index]]

    return kept(votes), kept(turnout)


def _most(sources: str) -> list[str]:
    """The source most of the units have."""
    return [str(pd.Series(sources.split("|")).mode().iloc[0])]


def _declared_effect(
    item: str, difference: int, votes: pd.DataFrame, turnout: pd.DataFrame
) -> tuple[float | None, str]:
    total = int(votes.to_numpy().sum())
    if item == VALID:
        return None, (
            f"Every share here is out of the {total:,} votes of the units; out of the declared "
            f"total each would be smaller by {-100 * (total / (total + difference) - 1):.2f}% of "
            "itself."
        )
    if item == REGISTERED:
        known = turnout[turnout["cast"].notna()]
        cast, register = float(known["cast"].sum()), float(known[REGISTERED].sum())
        change = 100 * (cast / (register + difference) - cast / register)
        return change, f"Turnout would change by {points(change)} if the votes stayed as they are."
    votes_held = int(votes[item].sum())
    change = 100 * ((votes_held + difference) / (total + difference) - votes_held / total)
    before = f"{100 * votes_held / total:.2f}%"
    after = f"{100 * (votes_held + difference) / (total + difference):.2f}%"
    share = f"would stay {before}" if after == before else f"would be {after} and not {before}"
    return change, (
        f"The declared figure differs by {difference:+,} votes. Put in its place, with the other "
        f"candidates as they are, the share {share} ({points(change)})."
    )


def registers(tables: Tables) -> Iterator[Entry]:
    """Yield an entry where form and register differ, registers miss the nation's, or shrank."""
    place, known = Place(tables), reasons(tables)
    table = tables["registers"]
    wide = table.pivot(index="code", columns="year", values="registered")
    about = table.groupby("year")[["standing", "source_id"]].first()
    for year in MAPPED:
        turnout = papers(tables, year)
        form = turnout[REGISTERED].reindex(wide.index)
        for code in form.index[(form != wide[year]).fillna(False)]:
            yield _unit(
                place, known, about.loc[year], turnout, str(code), year, int(wide.at[code, year])
            )
    yield from _nations(tables, known, wide, about)
    shrunk = wide[wide["2022"] <= wide["2017"]]
    for code, row in shrunk.iterrows():
        yield _shrunk(place, known, about, str(code), row)


def _unit(
    place: Place,
    known: dict[tuple[str, str], str],
    about: pd.Series,
    turnout: pd.DataFrame,
    code: str,
    year: str,
    register: int,
) -> Entry:
    row, inside = turnout.loc[code], place.inside[code]
    used = int(row[REGISTERED])
    listed = ("registers", f"{year} {code} {place.name[code]}")
    if not inside:
        listed = ("registers", f"{year} rest of the country")
    change = None
    effect = "Turnout cannot be told: the form leaves the votes cast blank."
    if not pd.isna(row["cast"]):
        before, after = (100 * int(row["cast"]) / base for base in (used, register))
        change = after - before
        effect = f"Turnout would be {after:.2f}% and not {before:.2f}% ({points(change)})."
    return Entry(
        f"register-{year}-{code}",
        "register",
        place.name[code],
        "Registered voters",
        year,
        place.county[code],
        (
            Reading("Form", f"{used:,}", str(row["register_source_id"]), used=True),
            Reading(STANDING[str(about["standing"])], f"{register:,}", str(about["source_id"])),
        ),
        known.get(listed, ""),
        effect,
        change,
        in_region=inside,
        known=listed,
    )


def _nations(
    tables: Tables, known: dict[tuple[str, str], str], wide: pd.DataFrame, about: pd.DataFrame
) -> Iterator[Entry]:
    totals = tables["declared"]
    totals = totals[(totals["item"] == REGISTERED) & (totals["scope"] == NATIONAL)]
    for row in totals.to_dict("records"):
        year, value = row["election_id"], int(row["value"])
        total = int(wide[year].sum())
        if total == value:
            continue
        share = 100 * (total - value) / value
        listed = ("registers", f"{year} nation")
        label = STANDING.get(about.at[year, "standing"], "Snapshot of the register")
        use = (
            "is for orientation only and used in no share"
            if year == ORIENTATION
            else ("leaves the constituencies' own turnout as it is")
        )
        yield Entry(
            f"register-{year}-nation",
            "register",
            "Kenya",
            "Registered voters by constituency",
            year,
            "",
            (
                Reading(f"{label}, sum", f"{total:,}", about.at[year, "source_id"], used=True),
                Reading("Declared", f"{value:,}", row["source_id"]),
            ),
            known.get(listed, ""),
            f"The sum is {share:+.2f}% off the declared register; the difference {use}.",
            known=listed,
        )


def _shrunk(
    place: Place,
    known: dict[tuple[str, str], str],
    about: pd.DataFrame,
    code: str,
    row: pd.Series,
) -> Entry:
    before, after = int(row["2017"]), int(row["2022"])
    inside = place.inside[code]
    listed = (
        "registers",
        f"growth {code} {place.name[code]}" if inside else "growth rest of the country",
    )
    return Entry(
        f"register-growth-{code}",
        "register",
        place.name[code],
        "Growth of the register",
        "2022",
        place.county[code],
        tuple(
            Reading(
                f"{STANDING[about.at[year, 'standing']]} {year}",
                f"{count:,}",
                about.at[year, "source_id"],
                used=True,
            )
            for year, count in (("2017", before), ("2022", after))
        ),
        known.get(listed, ""),
        f"The register falls by {before - after:,}. A flow of votes between the two elections "
        "needs as many voters to have left; taken as published.",
        in_region=inside,
        known=listed,
    )
