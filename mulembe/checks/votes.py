"""Votes, turnout, registers and readings add up, here and against what was declared."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mulembe.checks.finding import Finding, absent, agrees, compared, counted, differs, faulty
from mulembe.checks.lookup import (
    CONSTITUENCIES,
    COUNTIES,
    REGION_SEATS,
    candidate_ids,
    elections_with_votes,
    records,
    region_codes,
    turnout_of,
    unit_names,
    unit_of,
    votes_of,
)
from mulembe.elections import MAPPED
from mulembe.tables import Tables

LEAST_MP_TERMS, LEAST_EVENTS = 3 * REGION_SEATS, 200
COUNTS = ("cast", "rejected", "valid")
READINGS = "17 agreed, 18 conflict, 3 single"
READING_LIMIT = 0.003  # share of valid votes above which a second reading would matter
REST = "rest of the country"


def coverage(tables: Tables) -> Iterator[Finding]:
    """Check how much of what should be held is held."""
    region, every = region_codes(tables), set(unit_names(tables))
    for election_id in MAPPED:
        held = set(votes_of(tables, election_id).index)
        yield _covered(f"{election_id} region", len(held & region), REGION_SEATS)
        yield _covered(f"{election_id} nation", len(held & every), CONSTITUENCIES)
    counties = set(votes_of(tables, "2013").index) & set(unit_names(tables, "county"))
    yield _covered("2013 counties", len(counties), COUNTIES)
    yield _covered("2013 constituencies", _held(tables, "2013", "constituency"), CONSTITUENCIES)
    shares = len(tables["results_2007"])
    yield absent("2007 votes", f"{shares} shares of one candidate, no votes", "votes")
    terms = tables["terms"]
    seats_filled = int(terms["office"].eq("mp").sum())
    yield _at_least("terms of members", seats_filled, LEAST_MP_TERMS)
    yield _at_least("alignment events", len(tables["alignment_events"]), LEAST_EVENTS)


def _held(tables: Tables, election_id: str, unit: str) -> int:
    table = tables["results"]
    rows = table[(table["election_id"] == election_id) & (table["unit"] == unit)]
    return int(rows["unit_code"].nunique())


def _covered(subject: str, found: int, expected: int) -> Finding:
    whole = f"{expected}/{expected}"
    if found == expected:
        return agrees(subject, whole)
    return absent(subject, f"{found}/{expected}", whole)


def _at_least(subject: str, found: int, least: int) -> Finding:
    make = agrees if found >= least else faulty
    return make(subject, f"{found}", f"at least {least}")


def sums(tables: Tables) -> Iterator[Finding]:
    """Check that votes, valid, rejected and cast add up in every unit."""
    stood = candidate_ids(tables)
    for election_id in elections_with_votes(tables):
        rows = tables["results"]
        rows = rows[rows["election_id"] == election_id]
        listed = rows.groupby("unit_code")["candidate_id"].agg(set)
        faults = [str(code) for code, names in listed.items() if names != stood[election_id]]
        yield counted(f"{election_id} candidates", len(listed), faults, "every candidate listed")

        votes, turnout = votes_of(tables, election_id), turnout_of(tables, election_id)
        valid = turnout["valid"].reindex(votes.index)
        off = votes[(votes != valid).fillna(True)]
        faults = [f"{code}: {total:,} against {valid[code]}" for code, total in off.items()]
        yield counted(f"{election_id} votes", len(votes), faults, "candidates add up to valid")

        full = turnout.dropna(subset=list(COUNTS))
        off = full.index[full["valid"] + full["rejected"] != full["cast"]]
        rule = "valid and rejected add up to cast"
        yield counted(f"{election_id} cast", len(full), [str(code) for code in off], rule)


def blanks(tables: Tables) -> Iterator[Finding]:
    """Check that what a form leaves blank stays blank and is listed, unit by unit."""
    for election_id in elections_with_votes(tables):
        names = unit_names(tables, unit_of(tables, election_id))
        turnout, votes = turnout_of(tables, election_id), votes_of(tables, election_id)
        for code, row in turnout.iterrows():
            empty = [column for column in COUNTS if pd.isna(row[column])]
            empty += [] if code in votes.index else ["votes"]
            if empty:
                subject = f"{election_id} {names[str(code)]}"
                yield absent(subject, f"blank: {', '.join(empty)}", "a figure")
        unknown = sorted(set(votes.index) - set(turnout.index))
        yield counted(f"{election_id} units", len(turnout), unknown, "votes come with a turnout")


def limits(tables: Tables) -> Iterator[Finding]:
    """Check that nowhere more votes were cast or counted than voters were registered."""
    for election_id in elections_with_votes(tables):
        names = unit_names(tables, unit_of(tables, election_id))
        turnout = turnout_of(tables, election_id)
        votes = votes_of(tables, election_id).reindex(turnout.index)
        most = pd.concat([turnout["cast"], turnout["valid"], votes], axis=1).max(axis=1).fillna(0)
        over = most[most > turnout["registered"]]
        for code, used in over.items():
            register = turnout.at[code, "registered"]
            subject = f"{election_id} {names[str(code)]}"
            yield differs(subject, f"{int(used):,} votes", f"at most {register:,}")
        inside = len(turnout) - len(over)
        yield agrees(f"{election_id} units inside", f"{inside}/{len(turnout)}", "cast <= register")


def form_totals(tables: Tables) -> Iterator[Finding]:
    """Check the 2022 tally's candidates against the total its form states."""
    names, region = unit_names(tables), region_codes(tables)
    stated = turnout_of(tables, "2022")["form_difference"].dropna()
    stated = stated[stated != 0]
    for code, difference in stated[stated.index.isin(region)].items():
        yield differs(f"2022 {names[str(code)]}", f"{difference:+,}", "0")
    inside = int(stated.index.isin(region).sum())
    held = len(region) - inside
    yield agrees("2022 region", f"{held}/{len(region)} without a difference", "the form's total")
    outside, rest = len(stated) - inside, len(names) - len(region)
    if outside:
        yield differs(f"2022 {REST}", f"{outside} of {rest} differ", "0")


def declared(tables: Tables) -> Iterator[Finding]:
    """Compare the sums of the units with the declared totals of nation and counties."""
    for row in records(tables["declared"]):
        total = _total(tables, row["election_id"], row["scope"], row["item"])
        names = {"national": "nation", **unit_names(tables, "county")}
        subject = f"{row['election_id']} {names[row['scope']]} {row['item']}"
        yield compared(subject, total, int(row["value"]))


def _total(tables: Tables, election_id: str, scope: str, item: str) -> int:
    """Add up one item over the units of a scope; blank cells count nothing."""
    if item in ("registered", *COUNTS):
        values = turnout_of(tables, election_id)[item]
    else:
        rows = tables["results"]
        rows = rows[(rows["election_id"] == election_id) & (rows["candidate_id"] == item)]
        values = rows.set_index("unit_code")["votes"]
    if scope != "national" and unit_of(tables, election_id) == "constituency":
        county = tables["constituencies"].set_index("code")["county_code"]
        values = values[values.index.map(county) == scope]
    elif scope != "national":
        values = values[values.index == scope]
    return int(values.sum())


def registers(tables: Tables) -> Iterator[Finding]:
    """Compare the registers with the results' own figures, the nation and each other."""
    names, region = unit_names(tables), region_codes(tables)
    wide = tables["registers"].pivot(index="code", columns="year", values="registered")
    for year in MAPPED:
        form = turnout_of(tables, year)["registered"].reindex(wide.index)
        change = (form - wide[year]).fillna(0)
        change = change[change != 0]
        for code, difference in change[change.index.isin(region)].items():
            yield differs(f"{year} {names[str(code)]}", f"{int(difference):+,}", "0")
        rest = change[~change.index.isin(region)]
        if len(rest):
            text = f"{len(rest)} differ by {int(rest.sum()):+,} together"
            yield differs(f"{year} {REST}", text, "0")
        same = len(wide) - len(change)
        yield agrees(f"{year} units", f"{same}/{len(wide)} equal", "result file's register")
    totals = tables["declared"]
    totals = totals[(totals["item"] == "registered") & (totals["scope"] == "national")]
    for row in records(totals):
        total = int(wide[row["election_id"]].sum())
        yield compared(f"{row['election_id']} nation", total, int(row["value"]))
    yield from _growth(wide["2022"] - wide["2017"], names, region)


def _growth(growth: pd.Series, names: dict[str, str], region: set[str]) -> Iterator[Finding]:
    """Check that registers grew from 2017 to 2022."""
    inside = growth.index.isin(region)
    shrunk = growth[inside & (growth <= 0)]
    for code, change in shrunk.items():
        yield differs(f"growth {names[str(code)]}", f"{int(change):+,}", "more than 0")
    grew = len(region) - len(shrunk)
    yield agrees("growth region", f"{grew}/{len(region)} grew", "growth from 2017 to 2022")
    rest = growth[~inside & (growth <= 0)]
    if len(rest):
        listed = ", ".join(f"{names[str(code)]} {int(change):+,}" for code, change in rest.items())
        yield differs(f"growth {REST}", listed, "more than 0")


def readings(tables: Tables) -> Iterator[Finding]:
    """Check the two readings of the 2022 forms against the results and their quality flags."""
    names, table = unit_names(tables), tables["readings_2022"]
    wrong, flags, mixed, qualities = [], [], [], []
    for code, rows in table.groupby("code"):
        chosen = rows[rows["chosen"]]
        if chosen["reading"].nunique() != 1:
            mixed.append(names[code])
        if dict(zip(chosen["item"], chosen["value"], strict=True)) != _result_2022(tables, code):
            wrong.append(names[code])
        quality = _reading_quality(rows)
        qualities.append(quality)
        if _flags_2022(tables, code) != {quality}:
            flags.append(f"{names[code]} is {quality}")
        if quality == "single":
            yield absent(names[code], "no second reading", "two readings")
        yield from _kept_against_reading(names[code], rows)
    yield counted("one reading chosen", len(qualities), mixed, "one reading for all figures")
    yield counted("chosen reading", len(qualities), wrong, "equals results and turnout")
    yield counted("quality flags", len(qualities), flags, "follow from the readings")
    kinds = pd.Series(qualities, dtype=str).value_counts()
    found = ", ".join(f"{kinds.get(kind, 0)} {kind}" for kind in ("agreed", "conflict", "single"))
    yield agrees("readings", found) if found == READINGS else faulty("readings", found, READINGS)


def _result_2022(tables: Tables, code: str) -> dict[str, int]:
    rows = tables["results"]
    rows = rows[(rows["election_id"] == "2022") & (rows["unit_code"] == code)]
    rejected = turnout_of(tables, "2022").at[code, "rejected"]
    return {**dict(zip(rows["candidate_id"], rows["votes"], strict=True)), "rejected": rejected}


def _flags_2022(tables: Tables, code: str) -> set[str]:
    rows = tables["results"]
    rows = rows[(rows["election_id"] == "2022") & (rows["unit_code"] == code)]
    return {*rows["quality"], turnout_of(tables, "2022").at[code, "quality"]}


def _by_reading(rows: pd.DataFrame) -> pd.DataFrame:
    """Return candidates by reading: votes; the rejected papers do not count as a reading."""
    votes = rows[rows["item"] != "rejected"]
    return votes.pivot(index="item", columns="reading", values="value")


def _reading_quality(rows: pd.DataFrame) -> str:
    wide = _by_reading(rows)
    if wide.shape[1] < 2:
        return "single"
    return "agreed" if (wide["tally"] == wide["form34b"]).all() else "conflict"


def _kept_against_reading(name: str, rows: pd.DataFrame) -> Iterator[Finding]:
    """Report a tally that was kept although the second reading differs by more than the limit."""
    wide = _by_reading(rows)
    if wide.shape[1] < 2 or set(rows.loc[rows["chosen"], "reading"]) != {"tally"}:
        return
    gap = int((wide["tally"] - wide["form34b"]).abs().max())
    if gap > READING_LIMIT * int(wide["tally"].sum()):
        limit = f"at most {READING_LIMIT:.1%} of valid votes"
        yield differs(name, f"second reading differs by {gap} votes for a candidate", limit)
