"""Reads each file of a folder as an upload and prints what that took: run in a process of its own.

Prints a JSON object by file name: processor seconds, the refusal, and the most bytes by which the
process grew.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from mulembe.spreadsheets import SpreadsheetError, read_grid, write_workbook


def size(what: str) -> int:
    """This process in bytes: VmRSS, now, or VmHWM, the most since the last ``forget``."""
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(rf"{what}:\s+(\d+) kB", told)
    return 1024 * int(found[1]) if found else 0


def forget() -> None:
    """Let the most be what there is now (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def main(folder: str) -> None:
    read_grid(write_workbook([["a", "b"], ["c", 1]]), "a.xlsx")
    read_grid(b"a,b\nc,1\n", "a.csv")
    found = {}
    for path in sorted(Path(folder).iterdir()):
        data = path.read_bytes()  # the server holds it anyway
        forget()
        before = size("VmRSS")
        started = time.process_time()
        try:
            told = "" if read_grid(data, path.name).rows else "is empty."
        except SpreadsheetError as error:
            told = str(error)
        took = time.process_time() - started
        found[path.name] = {"seconds": took, "grew": size("VmHWM") - before, "told": told}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
