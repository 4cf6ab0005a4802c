"""``python -m mulembe backtest``: every method's scores, overall, by county and constituency."""

from __future__ import annotations

import argparse
from typing import Any

import pandas as pd

from mulembe import backtest, regions
from mulembe.cli_shared import Output, Parser, head, printed
from mulembe.scenario import fit
from mulembe.tables import Tables


def add(commands: Any) -> None:
    """Add ``backtest`` to the command line."""
    text = "how wrong each method would have been from 2017 to 2022"
    parser: Parser = commands.add_parser("backtest", help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--region", default=regions.DEFAULT, help="score only these of the 38 (default all, west5)"
    )
    parser.set_defaults(run=_backtest)


def _backtest(tables: Tables, options: argparse.Namespace) -> Output:
    region = regions.parse(options.region, tables)
    rows = backtest.summary(tables, region.codes)
    output = head(tables, region) | {
        "from": fit.BEFORE,
        "to": fit.AFTER,
        "scored": "the government's share of valid votes in 2022, percent; errors in points",
        "samples": backtest.SAMPLES,
        "intervals": backtest.intervals(tables),
        "cautions": list(backtest.CAUTIONS),
        "default": vars(fit.default(tables)),
        "methods": [
            _method(tables, method, shape, rows, region) for method, shape in fit.variants()
        ],
    }
    shown = rows.drop(columns=["text", "fitted"]).round(3)
    return output, f"{printed(shown)}\n\n{backtest.intervals(tables)}"


def _method(
    tables: Tables, method: str, shape: str, rows: pd.DataFrame, region: regions.Region
) -> dict[str, Any]:
    described, own = fit.find(method), rows[rows["method"].eq(method) & rows["shape"].eq(shape)]
    judged = {}
    for row in own.to_dict("records"):
        sample = str(row["sample"])
        found = backtest.places(tables, method, shape, sample)
        counties = backtest.counties(tables, method, shape, sample)
        inside = found.index.isin(region.codes)
        judged[sample] = {name: _number(row[name]) for name in backtest.SCORED} | {
            "counties": _records(counties[counties.index.isin(found[inside]["county_code"])]),
            "constituencies": _records(found[inside]),
        }
    return {
        "method": method,
        "shape": shape,
        "name": described.name,
        "text": described.text,
        "fitted": described.fitted,
        "parameters": _records(backtest.parameters(tables, method, shape), index=False),
        "sources": list(backtest.sources(tables, method)),
        "judged": judged,
    }


def _records(frame: pd.DataFrame, *, index: bool = True) -> list[dict[str, Any]]:
    frame = frame.reset_index() if index else frame
    return [{str(k): _number(v) for k, v in row.items()} for row in frame.to_dict("records")]


def _number(value: Any) -> Any:
    """A value as JSON can hold it: rounded, and null where there is none."""
    if pd.isna(value):
        return None
    if hasattr(value, "item"):
        value = value.item()
    return round(value, 4) if isinstance(value, float) else value
