"""What every command shares: its parser, the head of its JSON, its printed table."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

import pandas as pd

from mulembe import regions
from mulembe.tables import Tables

Output = tuple[dict[str, Any], str]


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Print one line and leave with code 2."""
        self.exit(2, f"mulembe: {' '.join(message.split())} (see python -m mulembe --help)\n")


def head(tables: Tables, region: regions.Region) -> dict[str, Any]:
    """The keys every answer about a region starts with."""
    return {
        "data_version": tables.version,
        "region": {"id": region.token, "name": region.name, "codes": list(region.codes)},
    }


def printed(frame: pd.DataFrame) -> str:
    """A table as text."""
    return str(frame.to_string(index=False, max_colwidth=70, na_rep="-"))
