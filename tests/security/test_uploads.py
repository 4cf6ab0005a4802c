"""Files that mean harm: refused within a second and 50 MB; and two thousand that are just broken.

Of the two thousand 850 are tests/transfer/test_own.py's (any bytes, damaged workbooks, tables that
read back); the others are here, broken where those do not look: in the structure of the sheet, in
the separated text, and in a scenario's file.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bombs import ALL
from books import PARTS, book, cells, number, text, zipped
from payloads import PAYLOADS

from components.scenario.sharing import read_file
from components.text import plain
from mulembe.spreadsheets import write_workbook
from mulembe.transfer.own import column_names, read_pair

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 1.0
MOST_GROWN = 50 * 10**6
TABLES, WORKBOOKS, SCENARIOS = 450, 450, 250  # with 850 in tests/transfer: two thousand
# What is too much, or what it is not; never a fault of ours.
TOLD = (
    r"is not a plain table|holds something; at most|holds something in column|at most 5 MB are "
    r"read|is damaged|is empty|is not plain text|holds more than [34]|at most 5,000 rows are read|"
    r"has a line of more than|is a zip file"
)
AFTER = b"u,total\nA,3\nB,7\n"
SENTENCE = 1_000  # characters of a problem; a unit's name may take 300


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What reading each bomb took, in a process that reads nothing else."""
    folder = tmp_path_factory.mktemp("bombs")
    for name, build in ALL.items():
        (folder / name).write_bytes(build())
    command = [sys.executable, str(Path(__file__).with_name("measure_reading.py")), str(folder)]
    path = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=path)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", ALL)
def test_a_bomb_is_refused_within_a_second_and_50_mb(
    measured: dict[str, dict[str, object]], name: str
) -> None:
    took = measured[name]
    assert re.search(TOLD, str(took["told"])), took["told"]
    assert float(str(took["seconds"])) < MOST_SECONDS
    assert int(str(took["grew"])) < MOST_GROWN


def test_growth_would_be_seen(tmp_path: Path) -> None:
    """A table at every limit is read, and its growth is measured: the ruler is not stuck at 0."""
    rows = [["unit", *(f"x{i}" for i in range(39))], *([f"u{i}", *range(39)] for i in range(4_000))]
    (tmp_path / "large.xlsx").write_bytes(write_workbook(rows))
    command = [sys.executable, str(Path(__file__).with_name("measure_reading.py")), str(tmp_path)]
    path = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=path)
    took = json.loads(done.stdout)["large.xlsx"]
    assert took["told"] == ""
    assert 2 * 10**6 < took["grew"] < MOST_GROWN


def judge(data: bytes, name: str, dice: random.Random) -> bool:
    """Read a file in every way a page does; whether it was usable. Problems must be sentences."""
    texts, names = column_names(data, name)
    proposed = texts[0] if texts else ""
    group = proposed if dice.random() < 0.7 else dice.choice([*names, "", "u"])
    pair, problems = read_pair(data, name, AFTER, "after.csv", group, tolerance=0.02)
    assert (pair is None) == bool(problems)
    for problem in problems:
        assert 0 < len(problem) <= SENTENCE
        assert problem.endswith((".", "?"))
        plain(problem).encode()
    return pair is not None


TORN: list[Callable[[str, random.Random], str]] = [
    lambda t, d: t.replace(d.choice(",;\n\"'u1") or ",", d.choice(list(PAYLOADS.values())), 1),
    lambda t, d: t[: d.randrange(len(t) + 1)],
    lambda t, d: t + t[d.randrange(len(t) + 1) :],
    lambda t, d: t.replace("\n", d.choice(["\r", "\r\n", "\n\n", "\u2028", "\0"])),
    lambda t, d: t.replace(",", d.choice([";", "\t", "|", ",,", ' ,"'])),
    lambda t, d: re.sub(r"\d+", lambda m: d.choice(["-1", "1e9", "9" * 25, "NaN", "", m[0]]), t),
    lambda t, d: d.choice(["sep=;\n", "\ufeff", '"', "=", "\n\n", " " * 400, "a" * 301]) + t,
]


def test_torn_tables_are_read_or_refused() -> None:
    dice, used = random.Random(1), 0  # noqa: S311
    for _ in range(TABLES):
        table = "u,county,x,y\nA,N,1,2\nB,S,3,4\n"
        for _ in range(dice.randint(0, 2)):
            table = dice.choice(TORN)(table, dice)
        coding = dice.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16", "latin-1"])
        data = table.encode(coding, "replace")
        used += judge(data, dice.choice(["a.csv", "a.tsv", "a", "\u202e.csv", "a.xlsx"]), dice)
    assert TABLES / 50 < used < TABLES * 0.9


CELL = [
    ' t="s"><v>{}</v>', ' t="str"><v>{}</v>', ' t="e"><v>{}</v>', ' t="b"><v>{}</v>', "><v>{}</v>",
    ' s="{}"><v>1</v>', ' t="inlineStr"><is><t>{}</t></is>', "><f>{}</f>", "><f>1</f><v>{}</v>",
    ' t="inlineStr"><is><r><t>{}</t></r><rPh><t>x</t></rPh></is>', ' t="d"><v>{}</v>',
    ' t="{}"><v>1</v>',
]  # fmt: skip
HELD = [
    "1", "-1", "1e308", "1e999", "NaN", "9" * 400, "0", "3", "", " ", "_x0000_", "_xD800_",
    "x" * 301,
    "&lt;b&gt;", "&amp;amp;", "&#x202e;", "\u202e", "=1+1", "&unknown;", "<![CDATA[1]]>",
    "2", "5", "7",
]  # fmt: skip


def forged(dice: random.Random) -> bytes:
    """A workbook whose sheet, styles, texts or relations are not what they should be."""

    def cell() -> str:
        return dice.choice(CELL).format(dice.choice(HELD))

    rows = [cells(1, text("u"), text("x"), text("y")), cells(2, text("A"), number(1), number(2))]
    rows.append(cells(3, text("B"), number(3), number(4)))
    for _ in range(dice.choice((0, 0, 1, 2))):
        row = dice.randrange(len(rows))
        rows[row] = cells(row + 1, *[cell() for _ in range(dice.randint(1, 5))])
    if dice.random() < 0.2:
        dice.shuffle(rows)
    whole = "".join(rows)
    if dice.random() < 0.15:
        place = dice.choice(["A1", "XFD1", "A1048577", "AAAA1", "", "1A", "$B$2", "A0"])
        whole = re.sub(r'r="[A-Z]\d"', f'r="{place}"', whole, count=dice.randint(1, 3))
    parts: dict[str, str | bytes] = {}
    if dice.random() < 0.3:
        formats = "".join(f'<xf numFmtId="{dice.choice(["14", "9", "x", "-1", "999"])}"/>' * 3)
        parts["styles"] = f"<styleSheet><cellXfs>{formats}</cellXfs></styleSheet>"
    if dice.random() < 0.3:
        parts["strings"] = f"<sst><si><t>{dice.choice(HELD)}</t></si></sst>"
    if dice.random() < 0.1:
        whole = whole.replace("A", dice.choice(["&#0;", "&#xD800;", "<", "]]>"]), 1)
    data = book(whole, stored=dice.random() < 0.5, **parts)
    if dice.random() < 0.2:
        name = dice.choice(list(PARTS))
        cut = PARTS[name].replace(dice.choice(["rId1", "sheet", "Target", "<", "xl/"]), "../..", 1)
        data = zipped({**PARTS, name: cut, "xl/worksheets/sheet1.xml": whole})
    if dice.random() < 0.3:
        torn = bytearray(data)
        for _ in range(dice.randint(1, 4)):
            torn[dice.randrange(len(torn))] = dice.randrange(256)
        data = bytes(torn)
    return data


def test_forged_workbooks_are_read_or_refused() -> None:
    dice, used = random.Random(2), 0  # noqa: S311
    for _ in range(WORKBOOKS):
        used += judge(forged(dice), dice.choice(["a.xlsx", "a.csv", "a"]), dice)
    assert WORKBOOKS / 100 < used < WORKBOOKS * 0.9


def test_forged_scenario_files_are_read_or_refused() -> None:
    dice, used = random.Random(3), 0  # noqa: S311
    honest = {"cycle": "2027", "name": "A", "region": "west5", "seed": 5, "moves": [],
              "overrides": [{"code": "203", "votes": [1, 2, 0, 3], "reason": "b"}]}  # fmt: skip
    odd = [*PAYLOADS.values(), None, -1, 1e308, 10**400, [], [[]] * 50, {}, True, "x" * 9_000]
    for _ in range(SCENARIOS):
        held: dict[object, object] = dict(honest)
        for _ in range(dice.randint(0, 4)):
            held[dice.choice([*honest, "third", "turnout", *PAYLOADS.values()])] = dice.choice(odd)
        data = json.dumps(held).encode()
        if dice.random() < 0.3:
            data = data[: dice.randrange(len(data))] + dice.choice([b"", b"[" * 50_000, b"\xff"])
        scenario, told = read_file(data)
        used += scenario is not None
        for sentence in told:
            assert 0 < len(sentence) <= SENTENCE
            assert sentence.endswith(".")
            plain(sentence).encode()
        if scenario:
            scenario.model_dump_json().encode()
    assert SCENARIOS / 4 < used < SCENARIOS
