"""Does the data agree with itself and with what was declared? One function per check.

A difference or an absence is allowed when ``data/known_differences.csv`` lists it with its reason,
and the reason names every figure found. Anything else is broken, and so is a listed difference
that no longer occurs: the list cannot rot.

>>> from mulembe.tables import Tables
>>> broken(run(Tables()))
[]
"""

from __future__ import annotations

import calendar
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd

from mulembe.alignment import RULE_LEVEL
from mulembe.schemas import SPECS
from mulembe.tables import TableError, Tables

AGREES, DOCUMENTED, MISSING, BROKEN = "agrees", "documented", "missing", "broken"

REGION_SEATS, CONSTITUENCIES, COUNTIES = 38, 290, 47
LEAST_MP_TERMS, LEAST_EVENTS = 3 * REGION_SEATS, 200
COUNTY_OFFICES = ("governor", "senator", "woman_rep")
COUNTY_SEATS = 5
PARLIAMENTS = {"11": "2013", "12": "2017", "13": "2022"}  # and the election that made each
MAPPED = ("2017", "2022")
COUNTS = ("cast", "rejected", "valid")
READINGS = "17 agreed, 18 conflict, 3 single"
READING_LIMIT = 0.003  # share of valid votes above which a second reading would matter
LAYERS = {"west": 38, "kenya": 290, "west-counties": 5, "kenya-counties": 47, "west-hatch": 38}
BORDER_KM = 0.1  # lengths of borders are stored to a tenth of a kilometre
WGS84, UTM_36N = 4326, 32636
REST = "rest of the country"
SHOWN_FAULTS = 5


@dataclass(frozen=True)
class Finding:
    """What one check found about one subject.

    ``status`` is "agrees", "documented" (differs, and the reason is listed), "missing" (absent, and
    the reason is listed) or "broken". ``note`` holds the listed reason, or what is wrong.
    """

    check: str
    subject: str
    status: str
    found: str
    expected: str
    note: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return the finding as a plain dictionary, for JSON."""
        return asdict(self)


Check = Callable[[Tables], Iterator[Finding]]


def run(tables: Tables, checks: Iterable[Check] | None = None) -> list[Finding]:
    """Run every check, or only some.

    A check whose table cannot be loaded is left out: the check ``schemas`` reports the table.
    """
    known = _known(tables)
    findings: list[Finding] = []
    ran: set[str] = set()
    for check in CHECKS if checks is None else checks:
        name = check.__name__
        try:
            found = list(check(tables))
        except TableError:
            continue
        except (KeyError, IndexError, ValueError, TypeError, OSError, RuntimeError) as error:
            fault = f"{type(error).__name__}: {error}"
            found = [_broken("whole check", fault, "a result", "The check could not be run.")]
        ran.add(name)
        findings += [replace(finding, check=name) for finding in found]
    return [_judged(finding, known) for finding in findings] + list(_stale(findings, known, ran))


def broken(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that need repair."""
    return [finding for finding in findings if finding.status == BROKEN]


# -- how a finding is made and judged --------------------------------------------------------------


def _agrees(subject: str, found: str, expected: str = "") -> Finding:
    return Finding("", subject, AGREES, found, expected or found)


def _differs(subject: str, found: str, expected: str) -> Finding:
    return Finding("", subject, DOCUMENTED, found, expected)


def _missing(subject: str, found: str, expected: str) -> Finding:
    return Finding("", subject, MISSING, found, expected)


def _broken(subject: str, found: str, expected: str, note: str = "") -> Finding:
    return Finding("", subject, BROKEN, found, expected, note)


def _counted(subject: str, checked: int, faults: list[str], rule: str) -> Finding:
    """Say that a rule holds in all of ``checked`` cases, or which ones break it."""
    if not faults:
        return _agrees(subject, f"{checked:,}/{checked:,}", rule)
    more = f" and {len(faults) - SHOWN_FAULTS} more" if len(faults) > SHOWN_FAULTS else ""
    return _broken(subject, "; ".join(faults[:SHOWN_FAULTS]) + more, rule)


def _compared(subject: str, found: int, expected: int) -> Finding:
    """Say that two sums are equal, or by how much they differ."""
    if found == expected:
        return _agrees(subject, f"{found:,}")
    return _differs(subject, f"{found:,} ({found - expected:+,})", f"{expected:,}")


def _known(tables: Tables) -> dict[tuple[str, str], str]:
    try:
        table = tables["known_differences"]
    except TableError:
        return {}
    return {(row["check"], row["subject"]): row["reason"] for row in table.to_dict("records")}


def _judged(finding: Finding, known: dict[tuple[str, str], str]) -> Finding:
    """Take a difference or absence as documented only when its reason names what was found."""
    if finding.status not in (DOCUMENTED, MISSING):
        return finding
    reason = known.get((finding.check, finding.subject))
    if reason is None:
        return replace(finding, status=BROKEN, note="not listed in data/known_differences.csv")
    if _figures(finding.found) - _figures(reason):
        return replace(finding, status=BROKEN, note=f"listed with other figures: {reason}")
    return replace(finding, note=reason)


def _figures(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))


def _stale(
    findings: list[Finding], known: dict[tuple[str, str], str], ran: set[str]
) -> Iterator[Finding]:
    """Report listed differences that did not occur in a check that ran."""
    names = {check.__name__ for check in CHECKS}
    met = {(f.check, f.subject) for f in findings if f.status in (DOCUMENTED, MISSING)}
    for (check, subject), reason in known.items():
        if check not in names:
            yield Finding(check, subject, BROKEN, "no check of this name", "a known check", reason)
        elif check in ran and (check, subject) not in met:
            yield Finding(check, subject, BROKEN, "listed but not found", "a difference", reason)


# -- words and lookups shared by the checks --------------------------------------------------------


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_dict("records")
    return rows


def _names(tables: Tables, unit: str = "constituency") -> dict[str, str]:
    """Return how a unit is called in a subject: '242 Nyando', by code."""
    table = tables["counties" if unit == "county" else "constituencies"]
    return {row["code"]: f"{row['code']} {row['name']}" for row in _records(table)}


def _region(tables: Tables) -> set[str]:
    places = tables["constituencies"]
    return set(places.loc[places["in_region"], "code"])


def _turnout(tables: Tables, election_id: str) -> pd.DataFrame:
    table = tables["turnout"]
    return table[table["election_id"] == election_id].set_index("unit_code")


def _votes(tables: Tables, election_id: str) -> pd.Series:
    """Return the sum of all candidates' votes per unit."""
    table = tables["results"]
    return table[table["election_id"] == election_id].groupby("unit_code")["votes"].sum()


def _unit(tables: Tables, election_id: str) -> str:
    levels = tables["elections"].set_index("election_id")["level"]
    return str(levels[election_id])


def _voted(tables: Tables) -> list[str]:
    """Return the elections held with votes; 2007 has shares only."""
    table = tables["elections"]
    return [str(name) for name in table.loc[table["level"] != "constituency1996", "election_id"]]


def _first_day(partial: str) -> date:
    """Return the first day a date such as '2025' or '2020-11' may mean; ValueError if none."""
    year, month, day = [*partial.split("-"), "01", "01"][:3]
    return date(int(year), int(month), int(day))


def _last_day(partial: str) -> date:
    """Return the last day a date such as '2025' or '2020-11' may mean; ValueError if none."""
    first, parts = _first_day(partial), partial.count("-") + 1
    if parts == 3:
        return first
    month = 12 if parts == 1 else first.month
    return date(first.year, month, calendar.monthrange(first.year, month)[1])


# -- tables, references, sources -------------------------------------------------------------------


def schemas(tables: Tables) -> Iterator[Finding]:
    """Check that every table loads and keeps its schema."""
    for name in SPECS:
        try:
            yield _agrees(name, f"{len(tables[name]):,} rows", "keeps its schema")
        except TableError as error:
            note = "Checks that need this table were not run."
            yield _broken(name, str(error), "keeps its schema", note)


def references(tables: Tables) -> Iterator[Finding]:
    """Check that every filled cell that refers to another table finds its row there."""
    for name, spec in SPECS.items():
        if not spec.references:
            continue
        checked, faults = 0, []
        try:
            for column, (target, key) in spec.references.items():
                values = tables[name][column]
                values = values[values.ne("")]
                checked += len(values)
                lost = values[~values.isin(tables[target][key])].unique()
                faults += [f"{column} {value!r} is not in {target}" for value in lost]
        except TableError:
            continue
        yield _counted(name, checked, faults, "every reference resolves")


def places(tables: Tables) -> Iterator[Finding]:
    """Check the references that depend on a second column: units, candidates, successors."""
    codes = {unit: set(_names(tables, unit)) for unit in ("constituency", "county")}
    levels = tables["elections"].set_index("election_id")["level"].to_dict()
    for name in ("results", "turnout"):
        pairs = tables[name][["election_id", "unit", "unit_code"]].drop_duplicates()
        faults = [
            f"{row['election_id']} {row['unit']} {row['unit_code']}"
            for row in _records(pairs)
            if row["unit_code"] not in codes[row["unit"]]
            or row["unit"] != levels.get(row["election_id"])
        ]
        yield _counted(f"{name} units", len(pairs), faults, "unit exists at the election's level")
    items = tables["declared"]
    stood = _candidates(tables)
    faults = [
        f"{row['election_id']} {row['item']}"
        for row in _records(items)
        if row["item"] not in stood[row["election_id"]] | {"registered", "valid"}
    ]
    yield _counted("declared items", len(items), faults, "a candidate, registered or valid")
    successors = tables["results_2007"]["successors"].str.split("|").explode()
    faults = sorted(set(successors) - codes["constituency"])
    yield _counted("results_2007 successors", len(successors), faults, "constituency exists")


def _candidates(tables: Tables) -> dict[str, set[str]]:
    table = tables["candidates"]
    return {str(name): set(rows["candidate_id"]) for name, rows in table.groupby("election_id")}


def sources(tables: Tables) -> Iterator[Finding]:
    """Check that every source can be found again and states its licence."""
    table = tables["sources"]
    needed = ("title", "publisher", "licence", "seen")
    faults = [
        row["source_id"]
        for row in _records(table)
        if not all(row[column].strip() for column in needed) or not (row["url"] or row["locator"])
    ]
    rule = "title, publisher, licence, day seen, and an address or a locator"
    yield _counted("sources", len(table), faults, rule)


def dates(tables: Tables) -> Iterator[Finding]:
    """Check that every date of every table exists in the calendar."""
    for name, spec in SPECS.items():
        columns = [column for column in spec.columns if _is_date(column)]
        if not columns:
            continue
        try:
            cells = pd.concat([tables[name][column] for column in columns])
        except TableError:
            continue
        cells = cells[cells.ne("")]
        faults = sorted({text for text in cells if not _parses(text)})
        yield _counted(name, len(cells), faults, "a day, month or year of the calendar")


def _is_date(column: str) -> bool:
    stems = ("date", "date_known", "seen", "released", "sworn_in", "fieldwork_from", "fieldwork_to")
    return column in stems or (column.endswith(("_date", "_on", "_by")) and column != "pledged_by")


def _parses(text: str) -> bool:
    try:
        _first_day(text)
    except ValueError:
        return False
    return True


# -- results ---------------------------------------------------------------------------------------


def coverage(tables: Tables) -> Iterator[Finding]:
    """Check how much of what should be held is held."""
    region, every = _region(tables), set(_names(tables))
    for election_id in MAPPED:
        held = set(_votes(tables, election_id).index)
        yield _covered(f"{election_id} region", len(held & region), REGION_SEATS)
        yield _covered(f"{election_id} nation", len(held & every), CONSTITUENCIES)
    counties = set(_votes(tables, "2013").index) & set(_names(tables, "county"))
    yield _covered("2013 counties", len(counties), COUNTIES)
    yield _covered("2013 constituencies", _held(tables, "2013", "constituency"), CONSTITUENCIES)
    shares = len(tables["results_2007"])
    yield _missing("2007 votes", f"{shares} shares of one candidate, no votes", "votes")
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
        return _agrees(subject, whole)
    return _missing(subject, f"{found}/{expected}", whole)


def _at_least(subject: str, found: int, least: int) -> Finding:
    make = _agrees if found >= least else _broken
    return make(subject, f"{found}", f"at least {least}")


def sums(tables: Tables) -> Iterator[Finding]:
    """Check that votes, valid, rejected and cast add up in every unit."""
    stood = _candidates(tables)
    for election_id in _voted(tables):
        rows = tables["results"]
        rows = rows[rows["election_id"] == election_id]
        listed = rows.groupby("unit_code")["candidate_id"].agg(set)
        faults = [str(code) for code, names in listed.items() if names != stood[election_id]]
        yield _counted(f"{election_id} candidates", len(listed), faults, "every candidate listed")

        votes, turnout = _votes(tables, election_id), _turnout(tables, election_id)
        valid = turnout["valid"].reindex(votes.index)
        off = votes[(votes != valid).fillna(True)]
        faults = [f"{code}: {total:,} against {valid[code]}" for code, total in off.items()]
        yield _counted(f"{election_id} votes", len(votes), faults, "candidates add up to valid")

        full = turnout.dropna(subset=list(COUNTS))
        off = full.index[full["valid"] + full["rejected"] != full["cast"]]
        rule = "valid and rejected add up to cast"
        yield _counted(f"{election_id} cast", len(full), [str(code) for code in off], rule)


def blanks(tables: Tables) -> Iterator[Finding]:
    """Check that what a form leaves blank stays blank and is listed, unit by unit."""
    for election_id in _voted(tables):
        names = _names(tables, _unit(tables, election_id))
        turnout, votes = _turnout(tables, election_id), _votes(tables, election_id)
        for code, row in turnout.iterrows():
            empty = [column for column in COUNTS if pd.isna(row[column])]
            empty += [] if code in votes.index else ["votes"]
            if empty:
                subject = f"{election_id} {names[str(code)]}"
                yield _missing(subject, f"blank: {', '.join(empty)}", "a figure")
        unknown = sorted(set(votes.index) - set(turnout.index))
        yield _counted(f"{election_id} units", len(turnout), unknown, "votes come with a turnout")


def limits(tables: Tables) -> Iterator[Finding]:
    """Check that nowhere more votes were cast or counted than voters were registered."""
    for election_id in _voted(tables):
        names = _names(tables, _unit(tables, election_id))
        turnout = _turnout(tables, election_id)
        votes = _votes(tables, election_id).reindex(turnout.index)
        most = pd.concat([turnout["cast"], turnout["valid"], votes], axis=1).max(axis=1).fillna(0)
        over = most[most > turnout["registered"]]
        for code, used in over.items():
            register = turnout.at[code, "registered"]
            subject = f"{election_id} {names[str(code)]}"
            yield _differs(subject, f"{int(used):,} votes", f"at most {register:,}")
        inside = len(turnout) - len(over)
        yield _agrees(f"{election_id} units inside", f"{inside}/{len(turnout)}", "cast <= register")


def form_totals(tables: Tables) -> Iterator[Finding]:
    """Check the 2022 tally's candidates against the total its form states."""
    names, region = _names(tables), _region(tables)
    stated = _turnout(tables, "2022")["form_difference"].dropna()
    stated = stated[stated != 0]
    for code, difference in stated[stated.index.isin(region)].items():
        yield _differs(f"2022 {names[str(code)]}", f"{difference:+,}", "0")
    inside = int(stated.index.isin(region).sum())
    held = len(region) - inside
    yield _agrees("2022 region", f"{held}/{len(region)} without a difference", "the form's total")
    outside, rest = len(stated) - inside, len(names) - len(region)
    if outside:
        yield _differs(f"2022 {REST}", f"{outside} of {rest} differ", "0")


def declared(tables: Tables) -> Iterator[Finding]:
    """Compare the sums of the units with the declared totals of nation and counties."""
    for row in _records(tables["declared"]):
        total = _total(tables, row["election_id"], row["scope"], row["item"])
        names = {"national": "nation", **_names(tables, "county")}
        subject = f"{row['election_id']} {names[row['scope']]} {row['item']}"
        yield _compared(subject, total, int(row["value"]))


def _total(tables: Tables, election_id: str, scope: str, item: str) -> int:
    """Add up one item over the units of a scope; blank cells count nothing."""
    if item in ("registered", *COUNTS):
        values = _turnout(tables, election_id)[item]
    else:
        rows = tables["results"]
        rows = rows[(rows["election_id"] == election_id) & (rows["candidate_id"] == item)]
        values = rows.set_index("unit_code")["votes"]
    if scope != "national" and _unit(tables, election_id) == "constituency":
        county = tables["constituencies"].set_index("code")["county_code"]
        values = values[values.index.map(county) == scope]
    elif scope != "national":
        values = values[values.index == scope]
    return int(values.sum())


def registers(tables: Tables) -> Iterator[Finding]:
    """Compare the registers with the results' own figures, the nation and each other."""
    names, region = _names(tables), _region(tables)
    wide = tables["registers"].pivot(index="code", columns="year", values="registered")
    for year in MAPPED:
        form = _turnout(tables, year)["registered"].reindex(wide.index)
        change = (form - wide[year]).fillna(0)
        change = change[change != 0]
        for code, difference in change[change.index.isin(region)].items():
            yield _differs(f"{year} {names[str(code)]}", f"{int(difference):+,}", "0")
        rest = change[~change.index.isin(region)]
        if len(rest):
            text = f"{len(rest)} differ by {int(rest.sum()):+,} together"
            yield _differs(f"{year} {REST}", text, "0")
        same = len(wide) - len(change)
        yield _agrees(f"{year} units", f"{same}/{len(wide)} equal", "result file's register")
    totals = tables["declared"]
    totals = totals[(totals["item"] == "registered") & (totals["scope"] == "national")]
    for row in _records(totals):
        total = int(wide[row["election_id"]].sum())
        yield _compared(f"{row['election_id']} nation", total, int(row["value"]))
    yield from _growth(wide["2022"] - wide["2017"], names, region)


def _growth(growth: pd.Series, names: dict[str, str], region: set[str]) -> Iterator[Finding]:
    """Check that registers grew from 2017 to 2022."""
    inside = growth.index.isin(region)
    shrunk = growth[inside & (growth <= 0)]
    for code, change in shrunk.items():
        yield _differs(f"growth {names[str(code)]}", f"{int(change):+,}", "more than 0")
    grew = len(region) - len(shrunk)
    yield _agrees("growth region", f"{grew}/{len(region)} grew", "growth from 2017 to 2022")
    rest = growth[~inside & (growth <= 0)]
    if len(rest):
        listed = ", ".join(f"{names[str(code)]} {int(change):+,}" for code, change in rest.items())
        yield _differs(f"growth {REST}", listed, "more than 0")


def readings(tables: Tables) -> Iterator[Finding]:
    """Check the two readings of the 2022 forms against the results and their quality flags."""
    names, table = _names(tables), tables["readings_2022"]
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
            yield _missing(names[code], "no second reading", "two readings")
        yield from _kept_against_reading(names[code], rows)
    yield _counted("one reading chosen", len(qualities), mixed, "one reading for all figures")
    yield _counted("chosen reading", len(qualities), wrong, "equals results and turnout")
    yield _counted("quality flags", len(qualities), flags, "follow from the readings")
    kinds = pd.Series(qualities, dtype=str).value_counts()
    found = ", ".join(f"{kinds.get(kind, 0)} {kind}" for kind in ("agreed", "conflict", "single"))
    yield _agrees("readings", found) if found == READINGS else _broken("readings", found, READINGS)


def _result_2022(tables: Tables, code: str) -> dict[str, int]:
    rows = tables["results"]
    rows = rows[(rows["election_id"] == "2022") & (rows["unit_code"] == code)]
    rejected = _turnout(tables, "2022").at[code, "rejected"]
    return {**dict(zip(rows["candidate_id"], rows["votes"], strict=True)), "rejected": rejected}


def _flags_2022(tables: Tables, code: str) -> set[str]:
    rows = tables["results"]
    rows = rows[(rows["election_id"] == "2022") & (rows["unit_code"] == code)]
    return {*rows["quality"], _turnout(tables, "2022").at[code, "quality"]}


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
        yield _differs(name, f"second reading differs by {gap} votes for a candidate", limit)


# -- members and alignments ------------------------------------------------------------------------


def seats(tables: Tables) -> Iterator[Finding]:
    """Check that each seat has one holder at a time since 2013; vacancies must be listed."""
    names, region = _names(tables), sorted(_region(tables))
    terms = tables["terms"]
    terms = terms[terms["office"] == "mp"].sort_values(["elected_by", "term_id"])
    start = _day_of(tables, "2013")
    faults = []
    for code in region:
        held = _records(terms[terms["constituency_code"] == code])
        if not held or held[0]["elected_by"] != start:
            faults.append(f"{names[code]}: no holder from {start}")
            continue
        faults += [f"{names[code]}: {fault}" for fault in _seat_faults(held)]
        yield from _vacancies(names[code], held)
    yield _counted("holders", len(region), faults, f"one holder at a time from {start} to today")


def _day_of(tables: Tables, election_id: str) -> str:
    return str(tables["elections"].set_index("election_id").at[election_id, "date"])


def _seat_faults(held: list[dict[str, Any]]) -> Iterator[str]:
    """Name overlaps, and gaps that follow an ordinary end of term."""
    for one, other in pairwise(held):
        if not one["left_on"] or _first_day(one["left_on"]) > _first_day(other["elected_on"]):
            yield f"{one['term_id']} and {other['term_id']} overlap"
        elif one["left_reason"] == "end of term" and one["left_on"] != other["elected_on"]:
            yield f"gap between {one['term_id']} and {other['term_id']}"
    if held[-1]["left_reason"] == "end of term":
        yield f"nobody after {held[-1]['term_id']}"


def _vacancies(name: str, held: list[dict[str, Any]]) -> Iterator[Finding]:
    """Report the time between a member who died or left and the by-election."""
    for one, other in zip(held, [*held[1:], None], strict=True):
        if one["left_on"] and one["left_reason"] != "end of term":
            until = other["elected_on"] if other else "today"
            yield _missing(name, f"vacant {one['left_on']} to {until}", "no vacancy")


def offices(tables: Tables) -> Iterator[Finding]:
    """Check that every parliament has its members and the counties their three offices."""
    terms = tables["terms"]
    terms = terms[~terms["by_election"]]
    for parliament, election_id in PARLIAMENTS.items():
        day, rows = _day_of(tables, election_id), terms[terms["parliament"] == parliament]
        members = rows[(rows["office"] == "mp") & (rows["elected_on"] == day)]
        seats_held = set(members["constituency_code"]) & _region(tables)
        yield _filled(f"{parliament} mp", len(members), len(seats_held), REGION_SEATS)
        for office in COUNTY_OFFICES:
            holders = rows[rows["office"] == office]
            counties = holders["county_code"].nunique()
            yield _filled(f"{parliament} {office}", len(holders), counties, COUNTY_SEATS)


def _filled(subject: str, holders: int, seats_held: int, expected: int) -> Finding:
    whole = f"{expected}/{expected}"
    if holders == seats_held == expected:
        return _agrees(subject, whole)
    return _broken(subject, f"{holders} elected in {seats_held} seats", whole)


def elected(tables: Tables) -> Iterator[Finding]:
    """Check the members of the 13th Parliament against the events of their election."""
    terms, events = tables["terms"], tables["alignment_events"]
    terms = terms[(terms["office"] == "mp") & (terms["parliament"] == "13")]
    events = events[events["kind"].eq("elected") & events["constituency_code"].ne("")]
    columns = ["constituency_code", "elected_on", "politician_id", "party"]
    held = set(terms[columns].itertuples(index=False, name=None))
    columns = ["constituency_code", "date", "politician_id", "party_then"]
    told = set(events[columns].itertuples(index=False, name=None))
    faults = [f"term without event: {' '.join(row)}" for row in sorted(held - told)]
    faults += [f"event without term: {' '.join(row)}" for row in sorted(told - held)]
    yield _counted("13 mp", len(held), faults, "same seat, day, politician and party")


def levels(tables: Tables) -> Iterator[Finding]:
    """Check that the evidence level follows from the kind, or says why it does not."""
    faults, own = [], 0
    for event in _records(tables["alignment_events"]):
        by_rule = int(event["level"]) == RULE_LEVEL[event["kind"]]
        own += not by_rule
        if by_rule == bool(event["level_reason"]):
            fault = "reason without need" if by_rule else "no reason"
            faults.append(f"{event['event_id']} {event['kind']} at {event['level']}: {fault}")
    rule = f"level of the kind, or a reason ({own} have one)"
    yield _counted("alignment events", len(tables["alignment_events"]), faults, rule)


def event_dates(tables: Tables) -> Iterator[Finding]:
    """Check that an event counts from the last day its date may mean, inside its cycle."""
    cycles = tables["cycles"].set_index("cycle_id")
    events, faults = tables["alignment_events"], []
    for event in _records(events):
        first, last = cycles.loc[event["cycle"], ["from_date", "to_date"]]
        expected = min(_last_day(event["date"]).isoformat(), last)
        if event["date_known"] != expected or not first <= expected:
            faults.append(f"{event['event_id']} {event['date']} known {event['date_known']}")
    yield _counted("alignment events", len(events), faults, "known by the end of its date")


def event_seats(tables: Tables) -> Iterator[Finding]:
    """Check that who is called a member in an event held that seat on the day."""
    terms = tables["terms"]
    terms = terms[terms["office"] == "mp"]
    events = tables["alignment_events"]
    events = events[events["office_then"].str.startswith("MP") & events["constituency_code"].ne("")]
    faults = []
    for event in _records(events):
        held = terms[
            terms["politician_id"].eq(event["politician_id"])
            & terms["constituency_code"].eq(event["constituency_code"])
            & (terms["elected_by"] <= event["date_known"])
            & (terms["left_by"].eq("") | (terms["left_by"] >= event["date_known"]))
        ]
        if held.empty:
            seat = f"{event['constituency_code']} on {event['date_known']}"
            faults.append(f"{event['event_id']} {event['politician_id']} not member for {seat}")
    yield _counted("alignment events", len(events), faults, "was the member on the day")


def event_camps(tables: Tables) -> Iterator[Finding]:
    """Check that the camp of an event existed in its cycle and on its day."""
    camps = tables["camps"].set_index("camp_id")
    events = tables["alignment_events"]
    events = events[events["camp"].ne("")]
    faults = []
    for event in _records(events):
        camp = camps.loc[event["camp"]]
        inside = camp["from_date"] <= event["date_known"] <= (camp["to_date"] or "9999-12-31")
        if camp["cycle"] != event["cycle"] or not inside:
            faults.append(f"{event['event_id']} {event['camp']} on {event['date_known']}")
    yield _counted("alignment events", len(events), faults, "camp of its cycle, open on the day")


# -- geometry --------------------------------------------------------------------------------------


def _shapes(tables: Tables) -> Any:
    """Read the boundaries, sorted by code; geopandas is slow to import and loaded only here."""
    import geopandas as gpd  # noqa: PLC0415

    path = tables.folder / "boundaries.topojson"
    if not path.exists():
        raise FileNotFoundError("data/boundaries.topojson is missing")
    shapes = gpd.read_file(path)[["code", "geometry"]].set_crs(WGS84, allow_override=True)
    return shapes.sort_values("code", ignore_index=True)


def boundaries(tables: Tables) -> Iterator[Finding]:
    """Check that the boundaries are valid, cover without gap or overlap, and hold their points."""
    import shapely  # noqa: PLC0415

    shapes = _shapes(tables)
    found = f"{len(set(shapes['code']) & set(_names(tables)))}/{CONSTITUENCIES}"
    whole = f"{CONSTITUENCIES}/{CONSTITUENCIES}"
    same = found == whole and len(shapes) == CONSTITUENCIES
    yield _agrees("units", whole) if same else _broken("units", found, whole)
    faults = list(shapes.loc[~shapes.is_valid | shapes.is_empty, "code"])
    yield _counted("valid", len(shapes), faults, "valid polygons")
    edges = shapely.coverage_invalid_edges(shapes.geometry.to_numpy())
    faults = list(shapes.loc[~shapely.is_empty(edges), "code"])
    yield _counted("coverage", len(shapes), faults, "no gap and no overlap")
    points = tables["constituencies"].set_index("code").reindex(shapes["code"])
    xy = points[["lon", "lat"]].to_numpy(dtype=float)
    inside = shapely.contains_xy(shapes.geometry.to_numpy(), xy[:, 0], xy[:, 1])
    faults = list(shapes.loc[~inside, "code"])
    yield _counted("points", len(shapes), faults, "representative point inside its unit")


def neighbours(tables: Tables) -> Iterator[Finding]:
    """Check that neighbours are mutual and share the border that the boundaries show."""
    table = tables["neighbours"]
    listed = {(r["code"], r["neighbour_code"]): r["border_km"] for r in _records(table)}
    faults = [f"{a} {b}" for (a, b), km in listed.items() if listed.get((b, a)) != km or a == b]
    yield _counted("mutual", len(listed), faults, "same border from both sides")
    borders = _borders(tables)
    faults = [f"{a} {b} share no border" for a, b in sorted(set(listed) - set(borders))]
    faults += [
        f"{a} {b}: {listed.get((a, b), 0.0)} km against {km:.1f} km"
        for (a, b), km in sorted(borders.items())
        if abs(listed.get((a, b), 0.0) - km) > BORDER_KM
    ]
    yield _counted("true", len(listed), faults, "border as in the boundaries")


def _borders(tables: Tables) -> dict[tuple[str, str], float]:
    """Return the length in km of each border line, by ordered pair of codes."""
    import shapely  # noqa: PLC0415

    shapes = _shapes(tables)
    metric, codes = shapes.geometry.to_crs(UTM_36N).to_numpy(), shapes["code"].to_numpy()
    left, right = shapes.sindex.query(shapes.geometry, predicate="intersects")
    left, right = left[left < right], right[left < right]
    lengths = shapely.length(shapely.intersection(metric[left], metric[right])) / 1000
    found: dict[tuple[str, str], float] = {}
    for a, b, km in zip(codes[left], codes[right], lengths, strict=True):
        if km > 0:
            found[a, b] = found[b, a] = float(km)
    return found


def tiles(tables: Tables) -> Iterator[Finding]:
    """Check that each of the 38 has a square of its own on the tile map, and no other has one."""
    table = tables["constituencies"]
    drawn = table.dropna(subset=["tile_col", "tile_row"])
    faults = sorted(set(drawn["code"]) ^ _region(tables))
    yield _counted("squares", len(drawn), faults, "one for each constituency of the region")
    double = drawn[drawn.duplicated(["tile_col", "tile_row"], keep=False)]
    yield _counted("cells", len(drawn), list(double["code"]), "no two in one cell")


def layers(tables: Tables) -> Iterator[Finding]:
    """Check that the map layers exist, are the ones their names promise, and hold their units."""
    folder = tables.folder.parent / "static" / "geo"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    yield _counted("index", len(LAYERS), sorted(set(index) ^ set(LAYERS)), "the five layers")
    units = {"west": _region(tables), "west-hatch": _region(tables), "kenya": set(_names(tables))}
    for stem, count in LAYERS.items():
        path = folder / str(index.get(stem))
        if not path.exists():
            yield _broken(stem, f"{path.name} is missing", "the file")
            continue
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:10]
        codes = [str(feature["id"]) for feature in json.loads(content)["features"]]
        faults = [] if path.name == f"{stem}-{digest}.geojson" else [f"content is {digest}"]
        if len(codes) != count or set(codes) != units.get(stem, set(codes)):
            faults.append(f"{len(codes)} units instead of {count}, or other ones")
        yield _counted(stem, count, faults, "its units, content as named")


CHECKS: tuple[Check, ...] = (
    schemas,
    references,
    places,
    sources,
    dates,
    coverage,
    sums,
    blanks,
    limits,
    form_totals,
    declared,
    registers,
    readings,
    seats,
    offices,
    elected,
    levels,
    event_dates,
    event_seats,
    event_camps,
    boundaries,
    neighbours,
    tiles,
    layers,
)
