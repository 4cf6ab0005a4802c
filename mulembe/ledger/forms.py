"""Forms with defects, what is missing, the wards of Trans Nzoia, and the old constituencies."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mulembe.ledger.entry import (
    Entry,
    Place,
    Reading,
    candidate_names,
    papers,
    points,
    reasons,
    share_change,
    votes_by_unit,
)
from mulembe.tables import Tables

COUNTS = ("cast", "rejected", "valid")
REGISTERED, VALID = "registered", "valid"
ABSENCES = {
    "2017 nation": ("Kenya", "Constituencies with results", "2017"),
    "2013 constituencies": ("Kenya", "Results by constituency", "2013"),
    "2007 votes": ("Western Kenya", "Votes", "2007"),
}


def defects(tables: Tables) -> Iterator[Entry]:
    """Yield an entry for every unit with more votes than voters, or with blank cells."""
    place, known = Place(tables), reasons(tables)
    elections = tables["elections"].set_index("election_id")
    for year in elections.index[elections["level"] == "constituency"]:
        turnout, votes = papers(tables, year), votes_by_unit(tables, year)
        for unit, row in turnout.iterrows():
            code = str(unit)
            used = max([int(row[c]) for c in COUNTS if not pd.isna(row[c])], default=0)
            if used > int(row[REGISTERED]):
                yield _overfull(place, known, votes, row, (year, code), used)
            empty = [column for column in COUNTS if pd.isna(row[column])]
            if empty:
                yield _blank(place, known, votes, row, (year, code), empty)


def _overfull(
    place: Place,
    known: dict[tuple[str, str], str],
    votes: pd.DataFrame,
    row: pd.Series,
    at: tuple[str, str],
    used: int,
) -> Entry:
    year, code = at
    listed = ("limits", f"{year} {code} {place.name[code]}")
    nation, here = votes.sum(), votes.loc[code]
    change = share_change(nation, nation - here)
    return Entry(
        f"form-limit-{year}-{code}",
        "form",
        place.name[code],
        "Votes cast against the register",
        year,
        place.county[code],
        (
            Reading("Votes cast on the form", f"{used:,}", str(row["source_id"]), used=True),
            Reading(
                "Registered on the form",
                f"{int(row[REGISTERED]):,}",
                str(row["register_source_id"]),
                used=True,
            ),
        ),
        known.get(listed, ""),
        f"{used - int(row[REGISTERED]):,} votes more than voters. Without this constituency no "
        f"candidate's national share would change by more than "
        f"{points(float(change.abs().max()), 3).lstrip('+')}.",
        float(change.abs().max()),
        in_region=place.inside[code],
        known=listed,
    )


def _blank(
    place: Place,
    known: dict[tuple[str, str], str],
    votes: pd.DataFrame,
    row: pd.Series,
    at: tuple[str, str],
    empty: list[str],
) -> Entry:
    year, code = at
    missing = [*empty, "votes"] if code not in votes.index else empty
    listed = ("blanks", f"{year} {code} {place.name[code]}")
    effect = (
        "Turnout cannot be told here and is left out of every sum of turnout; votes and shares "
        "are not touched."
    )
    if "votes" in missing:
        voters, nation = int(row[REGISTERED]), int(votes.to_numpy().sum())
        effect = (
            f"Its {voters:,} registered voters could move the national sum of valid votes by at "
            f"most {100 * voters / nation:.2f}%."
        )
        if not place.inside[code]:
            effect += " Nothing in the region depends on it."
    return Entry(
        f"form-blank-{year}-{code}",
        "form",
        place.name[code],
        f"Blank: {', '.join(missing)}",
        year,
        place.county[code],
        (Reading("Cells on the form", "blank", str(row["source_id"])),),
        known.get(listed, ""),
        effect,
        in_region=place.inside[code],
        known=listed,
    )


def absences(tables: Tables) -> Iterator[Entry]:
    """Yield an entry for what is not held at all, and for each seat that stood empty."""
    place, known = Place(tables), reasons(tables)
    source = tables["elections"].set_index("election_id")["source_id"]
    for subject, (where, figure, year) in ABSENCES.items():
        if ("coverage", subject) in known:
            yield Entry(
                f"absence-{year}",
                "absence",
                where,
                figure,
                year,
                "",
                (Reading("Held", "not in full", str(source[year]), used=True),),
                known["coverage", subject],
                "What is not held is shown as missing and never filled in.",
                in_region=year == "2007",
                known=("coverage", subject),
            )
    terms = tables["terms"]
    for (check, subject), reason in known.items():
        if check != "seats":
            continue
        code = subject.split(" ", maxsplit=1)[0]
        held = terms[(terms["constituency_code"] == code) & terms["office"].eq("mp")]
        ended = held[held["left_reason"].eq("died")]
        yield Entry(
            f"absence-seat-{code}",
            "absence",
            place.name[code],
            "Seat in parliament",
            "",
            place.county[code],
            tuple(
                Reading("Term ended", str(row["left_on"]), str(row["left_source_id"]), used=True)
                for row in ended.to_dict("records")
            ),
            reason,
            "Between the two days the seat is shown as vacant and counts for no camp.",
            in_region=place.inside[code],
            known=(check, subject),
        )


def wards(tables: Tables) -> Iterator[Entry]:
    """Yield an entry for every constituency whose wards do not add up to its own figures."""
    place, known = Place(tables), reasons(tables)
    of = tables["wards"].set_index("ward_code")["constituency_code"]
    for election, rows in tables["ward_turnout"].groupby("election_id"):
        year = str(election)
        turnout, votes = papers(tables, year), votes_by_unit(tables, year)
        names = candidate_names(tables, year)
        results = tables["ward_results"]
        results = results[results["election_id"] == year]
        by_ward = results.groupby([results["ward_code"].map(of), "candidate_id"])["votes"].sum()
        for column in (VALID, REGISTERED):
            sums = rows.groupby(rows["ward_code"].map(of))[column].sum()
            for unit, total in sums.items():
                code, held = str(unit), int(turnout.at[str(unit), column])
                if total == held:
                    continue
                listed = ("wards", f"{year} {column}")
                change, effect = _ward_effect(
                    column,
                    votes.loc[code],
                    by_ward[code].reindex(votes.columns),
                    (turnout.loc[code], int(total)),
                    names,
                )
                key = "source_id" if column == VALID else "register_source_id"
                yield Entry(
                    f"wards-{year}-{column}-{code}",
                    "wards",
                    place.name[code],
                    "Valid votes" if column == VALID else "Registered voters",
                    year,
                    place.county[code],
                    (
                        Reading("Constituency", f"{held:,}", str(turnout.at[code, key]), used=True),
                        Reading("Sum of its wards", f"{int(total):,}", str(rows[key].iloc[0])),
                    ),
                    known.get(listed, ""),
                    effect,
                    change,
                    in_region=place.inside[code],
                    known=listed,
                )


def _ward_effect(
    column: str,
    used: pd.Series,
    other: pd.Series,
    register: tuple[pd.Series, int],
    names: dict[str, str],
) -> tuple[float | None, str]:
    row, total = register
    if column == REGISTERED:
        if pd.isna(row["cast"]):
            return None, "Turnout cannot be told either way: the votes cast are blank."
        cast, held = int(row["cast"]), int(row[REGISTERED])
        change = 100 * (cast / total - cast / held)
        return change, f"Turnout would change by {points(change)}."
    change = share_change(used, other.astype(int))
    most = str(change.abs().idxmax())
    winner = "the winner stays" if used.idxmax() == other.idxmax() else "the winner would change"
    return float(change[most]), (
        f"By the wards {names[most]}'s share would change most, by {points(float(change[most]))}; "
        f"{winner}. Wards are used only to check where votes went, never mixed in."
    )


def older(tables: Tables) -> Iterator[Entry]:
    """Yield an entry for every constituency of before 2012 that was divided since."""
    place = Place(tables)
    for row in tables["results_2007"].to_dict("records"):
        heirs = row["successors"].split("|")
        if len(heirs) < 2:
            continue
        names = " and ".join(place.name[code] for code in heirs)
        yield Entry(
            f"older-{heirs[0]}",
            "older",
            row["old_constituency"],
            "Odinga's share, 2007",
            "2007",
            row["county_code"],
            (
                Reading(
                    "Old constituency", f"{row['share_percent']:.1f}%", row["source_id"], used=True
                ),
                Reading("Today", names, "register-2017"),
            ),
            "Divided in 2012; which part of the old constituency became which of the new ones is "
            "approximate, and there are no votes to divide.",
            f"One share stands for {names} together. It is shown as context, never added up and "
            "never compared seat by seat, so no other figure here would change.",
            in_region=place.county_inside[row["county_code"]],
        )
