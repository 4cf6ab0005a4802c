"""``python -m mulembe transfer``: who moved where, for elections held here or for two files."""

from __future__ import annotations

import argparse
import math
from collections.abc import Hashable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mulembe import regions
from mulembe.cli_shared import Output, Parser, head, printed
from mulembe.spreadsheets.grid import MOST_BYTES
from mulembe.tables import Tables
from mulembe.transfer.estimate import (
    DRAWS,
    FEWEST_DRAWS,
    LEVEL,
    MOST_CELLS,
    MOST_DRAWS,
    Estimate,
    TransferError,
    estimate,
)
from mulembe.transfer.own import column_names, read_pair
from mulembe.transfer.registers import (
    NEVER,
    counties_of,
    registers,
    sensitivity,
    whole_country,
    with_shares,
)
from mulembe.transfer.wards import BASE, TO, ward_check

KENYA = "kenya"
DRAWS_LIMIT, CELLS_LIMIT = MOST_DRAWS, MOST_CELLS
NAMED_COLUMNS = 12
SHOWN_PROBLEMS = 3
CAUTION = "Estimated from area totals; individuals can differ."
METHOD = (
    "Both totals of every unit hold exactly; the odds of each origin going to each destination are "
    "shared within a group, groups lean on all units, and voters lean a little with the place they "
    f"live in; intervals of {LEVEL:.0%} come from random tables that vary all of this. {CAUTION}"
)
_HELD = ("base", "to", "region", "exits")  # options of elections held here
_OWN = ("origins", "destinations", "group", "tolerance")  # options of two files


def add(commands: Any) -> None:
    """Add ``transfer`` to the command line."""
    text = "estimate who moved where between two elections, or between two tables of your own"
    parser: Parser = commands.add_parser("transfer", help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--base", help="first election (default 2017)")
    parser.add_argument("--to", help="second election (default 2022)")
    parser.add_argument(
        "--region", help="west5 (default), west4, core30, county:037, or kenya for the nation"
    )
    parser.add_argument(
        "--exits",
        type=_percent,
        help="percent of the first register taken to have left it (default 0)",
    )
    parser.add_argument("--origins", metavar="FILE", help="own table: unit id, then origins")
    parser.add_argument("--destinations", metavar="FILE", help="own table of the same units")
    parser.add_argument("--group", metavar="COLUMN", help="column of either file with groups")
    parser.add_argument(
        "--tolerance",
        type=_percent,
        help="percent by which a unit's totals may differ; the rest is 'unaccounted' (default 0)",
    )
    parser.add_argument(
        "--sensitivity", action="store_true", help="also the answer at other shares of exits"
    )
    parser.add_argument(
        "--wards", action="store_true", help="instead, the wards of Trans Nzoia as a check"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the intervals (default 0)")
    parser.add_argument(
        "--draws", type=int, default=DRAWS, help=f"tables behind them (default {DRAWS}; 0: none)"
    )
    parser.set_defaults(run=_transfer)


def _percent(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"'{text}' is not a percentage: write it as 2 or 2.5")
    return number / 100


def _transfer(tables: Tables, options: argparse.Namespace) -> Output:
    if options.draws and not FEWEST_DRAWS <= options.draws <= DRAWS_LIMIT:
        raise TransferError(f"--draws is 0, or lies between {FEWEST_DRAWS} and {DRAWS_LIMIT:,}.")
    if options.seed < 0:
        raise TransferError("--seed is 0 or more.")
    held, own = _given(options, _HELD), _given(options, _OWN)
    if options.wards and (held or own or options.sensitivity):
        raise TransferError("--wards takes --seed and --draws only.")
    if options.wards:
        return _wards(tables, options)
    if not own:
        return _held(tables, options)
    if options.origins is None or options.destinations is None:
        raise TransferError(
            f"{own[0]} goes with two files: give both --origins and --destinations."
        )
    if held or options.sensitivity:
        raise TransferError(
            f"{[*held, '--sensitivity'][0]} does not go with two files of your own."
        )
    return _own(options)


def _given(options: argparse.Namespace, names: Iterable[str]) -> list[str]:
    return [f"--{name}" for name in names if getattr(options, name) is not None]


def _held(tables: Tables, options: argparse.Namespace) -> Output:
    base: str = "2017" if options.base is None else options.base
    to: str = "2022" if options.to is None else options.to
    token: str = regions.DEFAULT if options.region is None else options.region
    exits: float = options.exits or 0.0
    nation = token.strip().lower() == KENYA
    try:
        region = whole_country(tables) if nation else regions.parse(token, tables)
    except regions.RegionError as error:
        raise TransferError(f"{error} The nation is '{KENYA}' here.") from error
    rolls = registers(tables, base, to, region.codes, exits)
    counties = counties_of(tables, rolls)
    found = estimate(
        rolls.origins,
        rolls.destinations,
        counties,
        options.seed,
        draws=options.draws,
        never=NEVER,
    )
    names = {
        table: tables[table].set_index("code")["name"].to_dict()
        for table in ("constituencies", "counties")
    }
    output = head(tables, region) | {
        "base": base,
        "to": to,
        "exits": exits,
        "missing": list(rolls.missing),
        "adjusted": list(rolls.adjusted),
        "sources": list(rolls.sources),
        **_answer(found, options, names["constituencies"], names["counties"]),
    }
    text = f"{base} to {to}, {region.name}\n{_text(found)}"
    if options.sensitivity:
        area = None if nation else region
        rates = sensitivity(tables, base, to, area, seed=options.seed, draws=options.draws)
        output["sensitivity"] = _rows(rates)
        text += f"\n\nBy the share taken to have left the register\n{printed(rates.round(3))}"
    return output, text


def _wards(tables: Tables, options: argparse.Namespace) -> Output:
    check = ward_check(tables, options.seed, options.draws)
    output = head(tables, check.area) | {
        "base": BASE,
        "to": TO,
        "wards": check.units,
        "left_out": list(check.left_out),
        "sources": list(check.sources),
        "displaced_percent": round(check.displaced, 4),
        "cells": _rows(check.table),
    }
    shown = check.table.drop(columns=[c for c in check.table if c.endswith(("_low", "_high"))])
    left_out = f"left out: {', '.join(check.left_out)}" if check.left_out else "none left out"
    return output, (
        f"{BASE} to {TO}, {check.county}: {check.units} wards, {left_out}\n"
        f"{printed(shown.round(3))}\n"
        f"{check.displaced:.1f}% of the voters stand in another cell than by the wards. {CAUTION}"
    )


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table for JSON: numbers to six places, what is not known as null."""
    return [
        {
            str(key): _round(value, 6) if isinstance(value, float) else value
            for key, value in row.items()
        }
        for row in table.to_dict("records")
    ]


def _own(options: argparse.Namespace) -> Output:
    files = [_file(options.origins), _file(options.destinations)]
    _group_is_there(files, options.group)
    (origins, origins_name), (destinations, destinations_name) = files
    pair, problems = read_pair(
        origins,
        origins_name,
        destinations,
        destinations_name,
        options.group or "",
        tolerance=options.tolerance or 0.0,
    )
    if pair is None:
        more = "There are more problems." if len(problems) > SHOWN_PROBLEMS else ""
        raise TransferError(" ".join([*problems[:SHOWN_PROBLEMS], more]))
    cells = len(pair.origins) * pair.origins.shape[1] * pair.destinations.shape[1]
    if cells > CELLS_LIMIT:
        raise TransferError(
            f"{cells:,} flows to estimate (units times options times options); {CELLS_LIMIT:,} are "
            "the most. Leave out small options, or add units up."
        )
    found = estimate(
        pair.origins, pair.destinations, pair.groups, options.seed, draws=options.draws
    )
    output = {
        "files": {
            "origins": Path(options.origins).name,
            "destinations": Path(options.destinations).name,
            "group": options.group or "",
            "tolerance": options.tolerance or 0.0,
        },
        **_answer(found, options, {}, {}),
    }
    return output, _text(found)


def _group_is_there(files: Iterable[tuple[bytes, str]], group: str | None) -> None:
    if group is None:
        return
    named = [name for data, file in files for name in column_names(data, file)[0]]
    if named and group not in named:
        told = ", ".join(name[:30] for name in dict.fromkeys(named[:NAMED_COLUMNS]))
        raise TransferError(
            f"Neither table has a column '{group[:30]}' for --group: there are {told}."
        )


def _file(name: str) -> tuple[bytes, str]:
    """The start of a file: one byte more than a table may have, so that a longer one is refused."""
    try:
        with Path(name).open("rb") as file:
            return file.read(MOST_BYTES + 1), Path(name).name
    except (OSError, ValueError) as error:
        raise TransferError(f"'{ascii(name[-60:])[1:-1]}' cannot be read.") from error


def _answer(
    found: Estimate,
    options: argparse.Namespace,
    unit_names: dict[str, str],
    group_names: dict[str, str],
) -> dict[str, Any]:
    return {
        "method": METHOD,
        "seed": options.seed,
        "draws": found.draws,
        "level": LEVEL,
        "flows": _flows(found),
        "groups": [
            {
                "group": group,
                "name": group_names.get(group, group),
                "units": len(units),
                "flows": _flows(found, units),
            }
            for group, units in _groups(found).items()
        ],
        "units": [
            {
                "unit": str(unit),
                "name": unit_names.get(str(unit), str(unit)),
                "group": group,
                "joint": _joint(found, joint),
            }
            for unit, group, joint in zip(found.units, found.groups, found.joint, strict=True)
        ],
        "diagnostics": {
            name: _round(value, 4) if isinstance(value, float) else value
            for name, value in asdict(found.diagnostics).items()
        },
    }


def _groups(found: Estimate) -> dict[str, list[Hashable]]:
    """The units of each group, sorted by group; none when no groups were given."""
    members: dict[str, list[Hashable]] = {}
    for unit, group in zip(found.units, found.groups, strict=True):
        if group:
            members.setdefault(group, []).append(unit)
    return dict(sorted(members.items()))


def _flows(found: Estimate, units: Iterable[Hashable] | None = None) -> list[dict[str, Any]]:
    flows = with_shares(found.table(units))
    reached = flows["destination_total"].where(flows["destination_total"] > 0)
    flows["destination_share"] = flows["estimate"] / reached
    return [
        {
            **{key: row[key] for key in ("origin", "destination")},
            **{key: _round(row[key], 1) for key in ("estimate", "low", "high")},
            **{
                key: int(row[key])
                for key in ("lower", "upper", "origin_total", "destination_total")
            },
            **{
                key: _round(row[key], 6)
                for key in ("share", "share_low", "share_high", "destination_share")
            },
        }
        for row in flows.to_dict("records")
    ]


def _joint(found: Estimate, joint: np.ndarray) -> dict[str, dict[str, float | None]]:
    return {
        origin: {
            destination: _round(joint[r, c], 1) for c, destination in enumerate(found.destinations)
        }
        for r, origin in enumerate(found.origins)
    }


def _round(number: float, places: int) -> float | None:
    return None if math.isnan(number) else round(float(number), places)


def _text(found: Estimate) -> str:
    flows = with_shares(found.table())
    shown = pd.DataFrame(
        {
            "from": flows["origin"],
            "to": flows["destination"],
            "voters": flows["estimate"].map("{:,.0f}".format),
            "interval": _span(flows["low"], flows["high"], "{:,.0f}"),
            "bounds": _span(flows["lower"], flows["upper"], "{:,.0f}"),
            "% of origin": (100 * flows["share"]).map("{:.1f}".format),
            "its interval": _span(100 * flows["share_low"], 100 * flows["share_high"], "{:.1f}"),
        }
    ).replace({"nan": "-", "nan - nan": "-"})
    facts = found.diagnostics
    return (
        f"{printed(shown)}\n{facts.units} units; intervals of {LEVEL:.0%}, {found.draws} draws. "
        f"{CAUTION}"
    )


def _span(low: pd.Series, high: pd.Series, form: str) -> pd.Series:
    return low.map(form.format) + " - " + high.map(form.format)
