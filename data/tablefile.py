"""Reading and writing the CSV files of the build: text in, text out, one fixed form."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parent


def read(path: Path) -> pd.DataFrame:
    """Read a CSV file with every cell as text; an empty cell is an empty string."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, index_col=False)


def read_curation(name: str) -> pd.DataFrame:
    """Read a hand-written table of ``data/curation``."""
    return read(DATA / "curation" / f"{name}.csv")


def write(name: str, table: pd.DataFrame, key: list[str]) -> None:
    """Write ``data/<name>.csv`` sorted by its key; refuse a key that occurs twice."""
    doubled = table[table.duplicated(key)]
    if len(doubled):
        raise ValueError(f"{name}: the key {key} occurs twice: {doubled[key].iloc[0].to_dict()}")
    table.sort_values(key).to_csv(DATA / f"{name}.csv", index=False, lineterminator="\n")
    print(f"  {name:<22}{len(table):>6} rows")
