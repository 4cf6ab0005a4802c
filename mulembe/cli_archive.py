"""``python -m mulembe archive --out FILE``: all tables as one ZIP."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mulembe import polls
from mulembe.archive import archive
from mulembe.cli_shared import Output, Parser
from mulembe.tables import Tables


def add(commands: Any) -> None:
    """Add ``archive`` to the command line."""
    text = "write all tables with dictionary and licence notes into one ZIP"
    parser: Parser = commands.add_parser("archive", help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", metavar="FILE", required=True, help="the ZIP file to write")
    parser.set_defaults(run=_archive)


def _archive(tables: Tables, options: argparse.Namespace) -> Output:
    day = polls.today()
    data = archive(tables, day)
    try:
        Path(options.out).write_bytes(data)
    except OSError as error:
        raise ValueError(f"'{ascii(options.out[-60:])[1:-1]}' cannot be written.") from error
    hidden = polls.hidden(day, tables)
    output = {
        "data_version": tables.version,
        "packed_on": day.isoformat(),
        "file": options.out,
        "bytes": len(data),
        "polls": not hidden,
    }
    left_out = " The polls are left out: no poll may be published now." if hidden else ""
    return output, f"{options.out}: {len(data):,} bytes, data {tables.version}.{left_out}"
