"""``python -m mulembe scenario ...``: run, solve, sweep, link and presets from the command line.

A scenario comes from a file (JSON as the page exports it), a preset or a link. What of it cannot be
used is said, in ``problems`` and on the error stream; ``--strict`` refuses it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mulembe import regions
from mulembe.cli_shared import Output, Parser, head, printed
from mulembe.scenario import levers, link, presets, solve, words
from mulembe.scenario.levers import KM, SHARE
from mulembe.scenario.model import CAMPS, CYCLES, TICKETS, Scenario
from mulembe.scenario.national import Gates, nation
from mulembe.scenario.outcome import Outcome, run
from mulembe.scenario.reading import Problem, ScenarioError, read
from mulembe.scenario.simulate import DRAWS_LIMIT, Draws, simulate
from mulembe.tables import Tables

FILE_LIMIT = 1_000_000  # bytes; a scenario with everything set takes a fiftieth
PLACES = 6  # decimals of a share

Run = Callable[[Tables, argparse.Namespace], Output]


def add(commands: Any) -> None:
    """Add ``scenario`` and its commands to the command line's."""
    text = "run a what-if, ask what it would take, make its link"
    scenario = commands.add_parser("scenario", help=text, description=text)
    parts = scenario.add_subparsers(required=True, metavar="PART", parser_class=Parser)
    one = _command(parts, "run", _run, "votes, shares, ranges and the nation of a scenario")
    _source(one)
    _draws(one)
    answer = _command(parts, "solve", _solve, "what one lever takes to reach a goal")
    _source(answer)
    _lever(answer)
    answer.add_argument("--goal", required=True, choices=solve.KINDS)
    answer.add_argument("--camp", default="", choices=("", *CAMPS), help="not for a run-off")
    answer.add_argument("--value", type=_number, default=50.0, help="percent, for a share")
    answer.add_argument("--county", default="", help="code such as 037, for a county")
    stops = _command(parts, "sweep", _sweep, "one lever from here to there")
    _source(stops)
    _lever(stops)
    stops.add_argument("--from", dest="low", type=_number, required=True, help="percent or km")
    stops.add_argument("--to", dest="high", type=_number, required=True, help="percent or km")
    stops.add_argument("--steps", type=int, default=13, help="stops (default 13)")
    _source(_command(parts, "link", _link, "the link of a scenario"))
    known = _command(parts, "presets", _presets, "the presets, what they assume and from where")
    known.add_argument("--cycle", default="", choices=("", *CYCLES))


def _command(parts: Any, name: str, command: Run, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = parts.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=command)
    return parser


def _source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="a scenario as JSON; - reads stdin")
    parser.add_argument("--preset", help="a preset's id (see scenario presets)")
    parser.add_argument("--link", help="the text after ?s= in an address")
    parser.add_argument("--region", help="instead of the scenario's: west5, county:037, ...")
    parser.add_argument("--strict", action="store_true", help="refuse what cannot be used in full")


def _lever(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lever", required=True, help="path such as moves.0.delivery or turnout.odinga.037"
    )


def _draws(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--draws", type=int, default=10_000, help="draws behind the ranges (default 10000; 0: none)"
    )


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number that can be used")
    return number


def _opened(tables: Tables, options: argparse.Namespace) -> tuple[Scenario, list[str]]:
    """The scenario asked for, and what of it could not be used, in sentences."""
    given = [name for name in ("file", "preset", "link") if getattr(options, name) is not None]
    if len(given) != 1:
        raise ScenarioError("Give exactly one of FILE, --preset and --link.")
    scenario, told = _OPEN[given[0]](getattr(options, given[0]), tables)
    problems = [str(problem) for problem in told]
    if problems and options.strict:
        raise ScenarioError(problems[0])
    for problem in problems:
        print(f"mulembe: {' '.join(problem.split())}", file=sys.stderr)
    if options.region is not None:
        scenario = scenario.but(region=regions.parse(options.region, tables).token)
    return scenario, problems


Told = tuple[Problem | str, ...]


def _from_preset(name: str, tables: Tables) -> tuple[Scenario, Told]:
    return presets.preset(name, tables).scenario, ()


def _from_link(text: str, tables: Tables) -> tuple[Scenario, Told]:
    found = link.decode(text, tables)
    return found.scenario, (*found.problems, *found.moved)


def _from_file(name: str, tables: Tables) -> tuple[Scenario, Told]:
    try:
        data = json.loads(_text(name))
    except (ValueError, RecursionError) as error:
        raise ScenarioError(f"'{ascii(name[-60:])[1:-1]}' is not JSON text.") from error
    if isinstance(data, dict) and isinstance(data.get("scenario"), dict):
        data = data["scenario"]  # as a preset's file and the output of "run" hold it
    return read(data, tables)


def _text(name: str) -> str:
    """What a file, or the standard input, holds; at most FILE_LIMIT bytes are read."""
    try:
        if name == "-":
            raw = sys.stdin.buffer.read(FILE_LIMIT + 1)
        else:
            with Path(name).open("rb") as file:
                raw = file.read(FILE_LIMIT + 1)
    except (OSError, ValueError) as error:
        raise ScenarioError(f"'{ascii(name[-60:])[1:-1]}' cannot be read.") from error
    if len(raw) > FILE_LIMIT:
        raise ScenarioError(f"The file is larger than {FILE_LIMIT:,} bytes; no scenario is.")
    return raw.decode("utf-8-sig")


_OPEN: dict[str, Callable[[str, Tables], tuple[Scenario, Told]]] = {
    "file": _from_file,
    "preset": _from_preset,
    "link": _from_link,
}


def _run(tables: Tables, options: argparse.Namespace) -> Output:
    if not 0 <= options.draws <= DRAWS_LIMIT:
        raise ScenarioError(f"--draws lies between 0 and {DRAWS_LIMIT:,}.")
    scenario, problems = _opened(tables, options)
    outcome = run(scenario, tables)
    draws = _drawn(outcome, tables, options.draws)
    rows = _constituencies(outcome, tables, draws)
    output = _start(tables, scenario, problems) | {
        "totals": _totals(outcome, draws),
        "constituencies": rows,
        "conflicts": [
            {"code": c.code, "leaders": list(c.leaders), "asked": _round(c.asked)}
            for c in outcome.conflicts
        ],
        "nation": _nation(outcome, draws),
        "draws": options.draws,
    }
    return output, _run_text(output, scenario, tables)


def _drawn(outcome: Outcome, tables: Tables, count: int) -> Draws | None:
    if not count:
        return None
    from mulembe.scenario.fit import measured_uncertainty  # only ranges need it

    sizes = outcome.scenario.uncertainty or measured_uncertainty(tables, outcome.scenario.roll)
    return simulate(outcome, sizes, count)


def _start(tables: Tables, scenario: Scenario, problems: list[str]) -> dict[str, Any]:
    return head(tables, regions.parse(scenario.region, tables)) | {
        "problems": problems,
        "scenario": scenario.model_dump(mode="json"),
        "sentence": words.sentence(scenario, tables),
    }


def _totals(outcome: Outcome, draws: Draws | None) -> dict[str, Any]:
    won = outcome.winners()[outcome.inside & (outcome.valid > 0)]
    return {
        "registered": int(outcome.register[outcome.inside].sum()),
        "valid": int(outcome.valid[outcome.inside].sum()),
        "votes": _by_ticket(outcome.totals(), int),
        "shares": _by_ticket(outcome.total_shares(), _round),
        "won": {ticket: int((won == i).sum()) for i, ticket in enumerate(TICKETS)},
        "range": None if draws is None else _range(draws.region_range),
        "leads": None if draws is None else _by_ticket(draws.leads, _round),
    }


def _constituencies(outcome: Outcome, tables: Tables, draws: Draws | None) -> list[dict[str, Any]]:
    base = outcome.base
    names = tables["constituencies"].set_index("code")["name"]
    return [
        {
            "code": base.codes[unit],
            "name": str(names[base.codes[unit]]),
            "registered": int(outcome.register[unit]),
            "valid": int(outcome.valid[unit]),
            "votes": _by_ticket(outcome.votes[unit], int),
            "shares": _by_ticket(outcome.shares[unit], _round),
            "winner": TICKETS[int(outcome.winners()[unit])] if outcome.valid[unit] else "",
            "set_by_hand": bool(outcome.fixed[unit]),
            **_unit_range(base.codes[unit], draws),
        }
        for unit in np.flatnonzero(outcome.inside)
    ]


def _unit_range(code: str, draws: Draws | None) -> dict[str, Any]:
    if draws is None:
        return {"range": None, "wins": None}
    place = draws.codes.index(code)
    levels = np.stack([draws.low[place], draws.median[place], draws.high[place]])
    return {"range": _range(levels), "wins": _by_ticket(draws.wins[place], _round)}


def _range(levels: np.ndarray) -> dict[str, Any]:
    """Quantiles x tickets as 5%, 50% and 95% by ticket."""
    return {ticket: [_round(level) for level in levels[:, i]] for i, ticket in enumerate(TICKETS)}


def _nation(outcome: Outcome, draws: Draws | None) -> dict[str, Any]:
    found = nation(outcome)
    return {
        "with_region": _gates(found.everyone),
        "without_region": _gates(found.without),
        "weight": _round(found.weight),
        "points_per_ten": _round(found.points_per_ten),
        "missing_constituencies": list(outcome.base.missing),
        "range": None if draws is None else _range(draws.nation_range),
        "passes": None if draws is None else _by_ticket(draws.passes, _round, CAMPS),
        "runoff": None if draws is None else _round(draws.runoff),
        "president": None if draws is None else _by_ticket(draws.president, _round, CAMPS),
    }


def _gates(gates: Gates) -> dict[str, Any]:
    return {
        "votes": _by_ticket(gates.votes, int),
        "shares": _by_ticket(gates.shares, _round),
        "counties_at_quarter": _by_ticket(gates.counties, int),
        "counties_held": gates.held,
        "passes": gates.winner,
        "missing_votes": _by_ticket(gates.missing_votes, int),
        "runoff": dict(gates.runoff),
    }


def _by_ticket(
    values: np.ndarray, shape: Callable[[Any], Any], tickets: tuple[str, ...] = TICKETS
) -> dict[str, Any]:
    return {ticket: shape(values[i]) for i, ticket in enumerate(tickets)}


def _round(number: float) -> float | None:
    return None if math.isnan(number) else round(float(number), PLACES)


def _run_text(output: dict[str, Any], scenario: Scenario, tables: Tables) -> str:
    names = words.ticket_names(tables, scenario)
    totals = pd.DataFrame(
        {
            "ticket": [names[ticket] for ticket in TICKETS],
            **{key: list(output["totals"][key].values()) for key in ("votes", "shares", "won")},
            "nation": list(output["nation"]["with_region"]["shares"].values()),
        }
    )
    places = pd.DataFrame(
        {"code": row["code"], "name": row["name"], **row["votes"], "winner": row["winner"]}
        for row in output["constituencies"]
    )
    gates = output["nation"]["with_region"]
    verdict = f"{names[gates['passes']]} passes both gates" if gates["passes"] else "Run-off"
    region = output["region"]["name"]
    return (
        f"{output['sentence']}\n{region}, {scenario.cycle} on the results of {scenario.base}; "
        f"a scenario, not a forecast\n{printed(totals)}\nNationally: {verdict}\n\n{printed(places)}"
    )


def _solve(tables: Tables, options: argparse.Namespace) -> Output:
    goal = solve.Goal(options.goal, options.camp, options.value / 100, options.county)
    scenario, problems = _opened(tables, options)
    answer = solve.solve(scenario, tables, options.lever, goal)
    judged = solve.area(goal, answer.outcome)
    output = _start(tables, scenario, problems) | {
        "lever": _lever_of(answer.lever),
        "goal": {
            "kind": goal.kind,
            "camp": goal.camp,
            "value": goal.value if goal.kind == "share" else None,
            "county": goal.county,
        },
        "status": answer.status,
        "start": answer.start,
        "value": answer.value,
        "change": answer.change,
        "score": _round(answer.score),
        "votes_moved": answer.votes,
        "constituencies_changed": list(answer.constituencies),
        "votes": _by_ticket(answer.outcome.totals(judged), int),
        "shares": _by_ticket(answer.outcome.total_shares(judged), _round),
    }
    return output, f"{_solve_text(answer)}\n{_moved_text(answer)}"


def _lever_of(lever: levers.Lever) -> dict[str, Any]:
    return {
        "path": lever.path,
        "label": lever.label,
        "group": lever.group,
        "unit": lever.unit,
        "low": lever.low,
        "high": lever.high,
    }


def _solve_text(answer: solve.Answer) -> str:
    unit, label = answer.lever.unit, answer.lever.label
    start = levers.shown(answer.start, unit)
    value = "" if answer.value is None else levers.shown(answer.value, unit)
    if answer.status == "reached":
        return f"{label}: {value} reaches it (now {start})."
    if answer.status == "unreachable":
        return f"{label}: not reachable with this lever; {value} comes nearest (now {start})."
    if not value:
        return f"{label}: it holds already (now {start}), and anywhere in its range."
    return f"{label}: it holds already (now {start}); at {value} it no longer does."


def _moved_text(answer: solve.Answer) -> str:
    count = len(answer.constituencies)
    listed = f" ({', '.join(answer.constituencies)})" if count else ""
    places = "constituency" if count == 1 else "constituencies"
    return f"{answer.votes:,} votes and {count} {places} change hands{listed}."


def _sweep(tables: Tables, options: argparse.Namespace) -> Output:
    scenario, problems = _opened(tables, options)
    lever = levers.lever(scenario, tables, options.lever)
    scale = 100 if lever.unit == SHARE else 1
    table = solve.sweep(
        scenario, tables, options.lever, options.low / scale, options.high / scale, options.steps
    )
    output = _start(tables, scenario, problems) | {
        "lever": _lever_of(lever),
        "stops": [_stop(row) for row in table.to_dict("records")],
    }
    unit = {SHARE: "percent", KM: "km"}.get(lever.unit, lever.unit)
    shown = table.assign(value=(table["value"] * scale).round(2)).rename(columns={"value": unit})
    columns = [c for c in shown if c == unit or str(c).startswith(("share_", "won_", "passes"))]
    return output, f"{lever.label}\n{printed(shown[columns].round(4))}"


def _stop(row: dict[Any, Any]) -> dict[str, Any]:
    """A stop of the sweep with its columns gathered by ticket."""
    shapes: dict[str, Callable[[Any], Any]] = {
        "share": _round,
        "votes": int,
        "won": int,
        "nation": _round,
    }
    return {
        "value": row["value"],
        **{
            name: {ticket: shape(row[f"{name}_{ticket}"]) for ticket in TICKETS}
            for name, shape in shapes.items()
        },
        "passes": row["passes"],
        "runoff": bool(row["runoff"]),
    }


def _link(tables: Tables, options: argparse.Namespace) -> Output:
    scenario, problems = _opened(tables, options)
    text = link.encode(scenario, tables)
    return _start(tables, scenario, problems) | {"link": text, "length": len(text)}, text


def _presets(tables: Tables, options: argparse.Namespace) -> Output:
    cycles = [options.cycle] if options.cycle else list(CYCLES)
    rows = [
        {
            "id": found.preset_id,
            "cycle": found.scenario.cycle,
            "title": found.title,
            "assumes": found.assumes,
            "sources": list(found.sources),
            "sentence": words.sentence(found.scenario, tables),
        }
        for cycle in cycles
        for found in presets.presets(tables, cycle)
    ]
    table = pd.DataFrame(rows, columns=["id", "cycle", "title", "assumes"])
    return {"data_version": tables.version, "presets": rows}, printed(table)
