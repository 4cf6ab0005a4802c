"""Scenarios, links and tables whose every name is one of the payloads."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import cycle, islice
from urllib.parse import quote

from payloads import PAYLOADS, REGIONS

from mulembe.scenario import link, presets
from mulembe.scenario.base import load_base
from mulembe.scenario.model import Override, Scenario, Third
from mulembe.tables import Tables

TABLES = Tables()
SENDABLE = [text for name, text in PAYLOADS.items() if name != "half a pair"]
WRITTEN = [text.replace("\0", "") for text in SENDABLE]  # in a table, where nulls are no text
SHORT = [PAYLOADS[name] for name in REGIONS if PAYLOADS[name] in SENDABLE]
OPTIONS = 10  # columns of counts in a table


def turn(texts: Sequence[str], start: int, count: int) -> list[str]:
    """``count`` of the texts from a place on, around the end."""
    return list(islice(cycle(texts), start % len(texts), start % len(texts) + count))


def scenario(name: str, third: str, reasons: Iterable[str], region: str) -> Scenario:
    """A scenario with these texts wherever a scenario holds one."""
    start = presets.preset("three-ways", TABLES).scenario
    base = load_base(TABLES, "2027")
    hand = [
        Override(code=code, votes=(9000, 8000, 7000, 10), reason=reason)
        for code, reason in zip(base.area_codes, reasons, strict=False)
    ]
    led = Third(home="203", delivery=0.3, name=third)
    token = f"west5-216~{quote(region)}"
    return start.but(name=name, third=led, overrides=hand, region=token)


def linked(round_: int) -> dict[str, str]:
    """The view of a scenario of one round: 43 payloads in all that it can name."""
    name, third, *reasons = turn(SENDABLE, 40 * round_, 40)
    held = scenario(name, third, reasons, turn(SHORT, round_, 1)[0])
    others = [
        link.encode(scenario(*turn(SENDABLE, 7 * round_ + 11 * i, 2), (), ""), TABLES)
        for i in range(3)
    ]
    return {"s": link.encode(held, TABLES), "region": held.region, "with": ".".join(others)}


def table(round_: int, name: str) -> tuple[str, bytes, str]:
    """An uploaded table of one round: payloads in its header, cells and groups, and as its name."""
    options = distinct(turn(WRITTEN, OPTIONS * round_, OPTIONS))
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(["unit", turn(WRITTEN, round_, 1)[0], *options])
    for i, unit in enumerate(distinct(turn(WRITTEN, 3 * round_, 6))):
        group = turn(WRITTEN, round_ + i // 3, 1)[0]
        writer.writerow([unit, group, *[100 + i + j for j in range(len(options))]])
    return f"{name}.csv", file.getvalue().encode(), "text/csv"


def distinct(texts: Iterable[str]) -> list[str]:
    """The texts, each with a number in front where it would be no name."""
    return [f"{i} {text}" for i, text in enumerate(texts)]
