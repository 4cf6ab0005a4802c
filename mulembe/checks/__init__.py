"""Does the data agree with itself and with what was declared? One function per check.

A difference or an absence is allowed when ``data/known_differences.csv`` lists it with its reason,
and the reason names every figure found. Anything else is broken, and so is a listed difference
that no longer occurs: the list cannot rot.

>>> from mulembe.tables import Tables
>>> broken(run(Tables()))
[]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from mulembe.checks.finding import BROKEN, DOCUMENTED, MISSING, Finding, faulty
from mulembe.checks.geometry import boundaries, layers, neighbours, tiles
from mulembe.checks.people import (
    elected,
    event_camps,
    event_dates,
    event_seats,
    homes,
    levels,
    offices,
    particulars,
    seats,
)
from mulembe.checks.scenarios import balance, presets
from mulembe.checks.schema import dates, places, references, schemas, sources
from mulembe.checks.votes import (
    blanks,
    coverage,
    declared,
    form_totals,
    limits,
    readings,
    registers,
    sums,
)
from mulembe.checks.wards import wards
from mulembe.tables import TableError, Tables

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
    wards,
    seats,
    offices,
    homes,
    elected,
    levels,
    event_dates,
    event_seats,
    event_camps,
    particulars,
    presets,
    balance,
    boundaries,
    neighbours,
    tiles,
    layers,
)


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
            found = [faulty("whole check", fault, "a result", "The check could not be run.")]
        ran.add(name)
        findings += [replace(finding, check=name) for finding in found]
    return [_judged(finding, known) for finding in findings] + list(_stale(findings, known, ran))


def broken(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that need repair."""
    return [finding for finding in findings if finding.status == BROKEN]


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
