"""The command line. Keys of the JSON output are stable and listed in the README.

Exit codes: 0 done, 1 a rule of the tables is broken (``check``), 2 bad input.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from mulembe import (
    alignment,
    checks,
    cli_archive,
    cli_backtest,
    cli_pledges,
    cli_scenario,
    cli_transfer,
    flows,
    metrics,
    regions,
)
from mulembe.alignment import DateError
from mulembe.cli_shared import Output, Parser, head, printed
from mulembe.elections import MissingResultsError, Results, change, region_results
from mulembe.regions import RegionError
from mulembe.tables import TableError, Tables
from mulembe.transfer import vote_bounds


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        output, text = options.run(Tables(), options)
    except (RegionError, DateError, MissingResultsError, TableError, ValueError) as error:
        print(f"mulembe: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(json.dumps(output, indent=1, allow_nan=False) if options.json else text)
    return 1 if output.get("broken") else 0


def _parser() -> Parser:
    parser = Parser(prog="python -m mulembe", description="Western Kenya's votes and members.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    _command(commands, "check", _check, "reconcile all tables; exit 1 on a broken rule")
    results = _command(commands, "results", _results, "votes, shares and turnout by unit")
    results.add_argument("--election", default="2022", help="2013, 2017 or 2022 (default 2022)")
    results.add_argument(
        "--level", default="", choices=("", "constituency", "county"), help="default: the finest"
    )
    measures = _command(commands, "metrics", _metrics, "unity, swing, turnout of two elections")
    _elections(measures)
    measures.add_argument("--level", default="constituency", choices=("constituency", "county"))
    stands = _command(commands, "alignment", _alignment, "where each member stands on a date")
    stands.add_argument("--as-of", default="", help="date such as 2021-12-27 (default today)")
    _level(stands)
    moving = _command(commands, "flows", _flows, "seats through two dates, or bounds on votes")
    moving.add_argument("--of", default="seats", choices=("seats", "votes"))
    moving.add_argument("--cycle", default="2022", choices=tuple(flows.CYCLES))
    moving.add_argument("--from", dest="start", default="2021-12-27", help="first date (seats)")
    moving.add_argument("--until", default="2022-02-01", help="second date (seats)")
    moving.add_argument("--weight", default="seats", choices=tuple(flows.WEIGHTS))
    _level(moving)
    _elections(moving)
    cli_scenario.add(commands)
    cli_transfer.add(commands)
    cli_pledges.add(commands)
    cli_archive.add(commands)
    cli_backtest.add(commands)
    return parser


def _command(
    commands: Any, name: str, run: Callable[[Tables, argparse.Namespace], Output], text: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print JSON")
    if name != "check":
        parser.add_argument(
            "--region",
            default=regions.DEFAULT,
            help="west5, west4, core30, county:037, or with changes such as west5-216+216",
        )
    parser.set_defaults(run=run)
    return parser


def _elections(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--base", default="2017", help="first election (default 2017)")
    parser.add_argument("--to", default="2022", help="second election (default 2022)")


def _level(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--level",
        type=int,
        default=alignment.DEFAULT_LEVEL,
        choices=tuple(alignment.LEVELS),
        help="evidence level 0 to 5 (default 3)",
    )


def _check(tables: Tables, _options: argparse.Namespace) -> Output:
    findings = checks.run(tables)
    broken = [finding.to_dict() for finding in checks.broken(findings)]
    rows = [finding.to_dict() for finding in findings]
    counts = pd.Series([row["status"] for row in rows]).value_counts().to_dict()
    text = f"{printed(pd.DataFrame(rows))}\n\n" + ", ".join(
        f"{count} {status}" for status, count in counts.items()
    )
    output = {"data_version": tables.version if not broken else "", "counts": counts}
    return output | {"broken": broken, "findings": rows}, text


def _results(tables: Tables, options: argparse.Namespace) -> Output:
    region = regions.parse(options.region, tables)
    results = region_results(tables, options.election, region, options.level)
    names = tables["counties" if results.unit == "county" else "constituencies"]
    names = names.set_index("code")["name"]
    shares = results.shares()
    rows = [
        {
            "code": code,
            "name": names[code],
            "votes": {c: int(v) for c, v in results.votes.loc[code].items()},
            "shares": {c: round(float(v), 6) for c, v in shares.loc[code].items()},
            **_turnout(results.turnout.loc[code]),
            "quality": results.turnout.at[code, "quality"],
            "source_id": results.turnout.at[code, "source_id"],
        }
        for code in results.votes.index
    ]
    output = head(tables, region) | {
        "election": options.election,
        "level": results.unit,
        "units": len(rows),
        "missing": list(results.missing),
        "totals": {c: int(v) for c, v in results.totals().items()},
        "results": rows,
    }
    flat = [
        {"code": r["code"], "name": r["name"], **r["votes"], "registered": r["registered"]}
        for r in rows
    ]
    return output, f"{options.election}, {region.name}\n{printed(pd.DataFrame(flat))}"


def _turnout(row: pd.Series) -> dict[str, int | None]:
    return {
        name: None if pd.isna(row[name]) else int(row[name])
        for name in ("registered", "cast", "rejected", "valid")
    }


def _metrics(tables: Tables, options: argparse.Namespace) -> Output:
    region = regions.parse(options.region, tables)
    before = region_results(tables, options.base, region, options.level)
    after = region_results(tables, options.to, region, options.level)
    moved = change(before, after)
    output = head(tables, region) | {
        "level": options.level,
        "base": _measures(moved.before),
        "to": _measures(moved.after),
        "change": {
            "swing_points": round(moved.total_swing, 4),
            "swing_method": moved.method,
            "swing_towards": after.line_a if moved.total_swing >= 0 else after.line_b,
            "apparent_transfer": round(moved.total_transfer, 6),
            "pedersen_volatility_points": round(_volatility(moved.before, moved.after), 4),
            "pedersen_families": f"{before.line_a}, {before.line_b} = {after.line_b}, all others",
            "turnout_points": _points(moved.after.total_turnout(), moved.before.total_turnout()),
        },
    }
    rows = [
        {"measure": key, options.base: output["base"][key], options.to: output["to"][key]}
        for key in ("unity", "intensity", "alignment", "effective_number", "turnout")
    ]
    text = f"{region.name}, by {options.level}\n{printed(pd.DataFrame(rows))}\n"
    changes = pd.DataFrame(
        output["change"].items(), columns=["change", f"{before.election_id} to {after.election_id}"]
    )
    return output, text + printed(changes)


def _measures(results: Results) -> dict[str, Any]:
    unity = results.unity()
    turnout = results.total_turnout()
    return {
        "election": results.election_id,
        "units": unity.units,
        "line_a": results.line_a,
        "line_b": results.line_b,
        "unity": round(unity.unity, 6),
        "intensity": round(unity.intensity, 6),
        "alignment": round(unity.alignment, 6),
        "lead": round(unity.lead, 6),
        "effective_number": round(metrics.effective_total(results.votes), 4),
        "turnout": None if turnout is None else round(turnout, 6),
        "registered": int(results.turnout["registered"].sum()),
        "valid": int(results.valid.sum()),
        "votes": {c: int(v) for c, v in results.totals().items()},
        "shares": {c: round(float(v), 6) for c, v in results.total_shares().items()},
        "sources": results.sources(),
    }


def _volatility(before: Results, after: Results) -> float:
    families = []
    for results in (before, after):
        shares = results.total_shares()
        a, b = float(shares[results.line_a]), float(shares[results.line_b])
        families.append({"a": a, "b": b, "others": 1 - a - b})
    return metrics.pedersen_volatility(*families)


def _points(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else round(100 * (after - before), 4)


def _alignment(tables: Tables, options: argparse.Namespace) -> Output:
    region = regions.parse(options.region, tables)
    _, today = alignment.date_range(tables)
    day = alignment.parse_date(options.as_of, tables) if options.as_of else today
    seats = alignment.seats(tables, day, options.level, region)
    rows = [
        {
            "code": code,
            "constituency": seat["constituency"],
            "politician_id": seat["politician_id"],
            "politician": seat["politician"],
            "party_elected_on": seat["party"],
            "camp": seat["camp"],
            "evidence_level": _whole(seat["level"]),
            "event_id": seat["event_id"],
            "weaker_camp": seat["weaker_camp"],
            "weaker_evidence_level": _whole(seat["weaker_level"]),
            "weaker_event_id": seat["weaker_event_id"],
            "lapsed": bool(seat["lapsed"]),
            "source_id": seat["source_id"],
        }
        for code, seat in seats.iterrows()
    ]
    agreement = alignment.agreement(tables, seats, day)
    output = head(tables, region) | {
        "as_of": day.isoformat(),
        "level": options.level,
        "cycle": alignment.cycle_of(tables, day),
        "counts": {str(k): int(v) for k, v in seats["camp"].value_counts().items()},
        "agreement_index": None if agreement is None else round(agreement, 6),
        "seats": rows,
    }
    shown = pd.DataFrame(rows)[
        ["code", "constituency", "politician", "party_elected_on", "camp", "evidence_level",
         "weaker_camp"]
    ]  # fmt: skip
    return output, f"As of {day}, evidence L{options.level} or stronger\n{printed(shown)}"


def _flows(tables: Tables, options: argparse.Namespace) -> Output:
    region = regions.parse(options.region, tables)
    if options.of == "votes":
        return _vote_flows(tables, options, region)
    days = [alignment.parse_date(text, tables) for text in (options.start, options.until)]
    moving = flows.seat_flows(
        tables, options.cycle, days[0], days[1], region, options.level, options.weight
    )
    links = moving.links.to_dict("records")
    output = head(tables, region) | {
        "of": "seats",
        "cycle": options.cycle,
        "stages": list(moving.stages),
        "weight": options.weight,
        "level": options.level,
        "links": [link | {"weight": int(link["weight"])} for link in links],
    }
    return output, printed(moving.links)


def _vote_flows(tables: Tables, options: argparse.Namespace, region: regions.Region) -> Output:
    bounds = vote_bounds(tables, options.base, options.to, region)
    output = head(tables, region) | {
        "of": "votes",
        "base": options.base,
        "to": options.to,
        "method": "Duncan-Davis bounds, summed over constituencies; not an estimate",
        "bounds": bounds.table().to_dict("records"),
    }
    return output, printed(bounds.table())


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
