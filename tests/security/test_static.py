"""What the code may not contain, and that the tools which look for it do find it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("mulembe", "components", "serving", "deploy", "benchmarks", "data")
FILES = sorted(
    [ROOT / "app.py", ROOT / "server.py", *(p for r in ROOMS for p in (ROOT / r).rglob("*.py"))]
)
MARKUP = {"unsafe_allow_html", "unsafe_allow_javascript"}
WRITERS = {"html", "iframe", "component"}  # of streamlit and its components
BANNED = """\
import pickle
import marshal
import shelve
import requests
import joblib
import os
import subprocess
import pandas as pd
import streamlit as st
import yaml
from urllib.request import urlopen
from xml.etree import ElementTree
from streamlit.components.v1 import html

joblib.load("x")
pd.read_pickle("x")
os.system("ls")
subprocess.run("ls", shell=True)
eval("1")
exec("1")
st.html("<b>")
yaml.load("x")
print(pickle, marshal, shelve, requests, urlopen, ElementTree, html)
"""


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(source: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def constants(source: str) -> set[str]:
    """Names that the module binds once, at its top, to text that stands in it."""
    found: dict[str, int] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found[target.id] = found.get(target.id, 0) + (1 if _fixed(node.value) else 9)
    return {name for name, times in found.items() if times == 1}


def _fixed(node: ast.expr) -> bool:
    """Whether an expression is text that stands in the file, or a file's of ours."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return _fixed(node.left) and _fixed(node.right)
    # (ROOT / "x.js").read_text(): the file is part of the program.
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".read_text")


def markup(source: str) -> list[str]:
    """Places that give the browser markup other than text that stands in the module."""
    ours, found = constants(source), []
    for called, node in calls(source):
        live = {k.arg for k in node.keywords} & MARKUP
        writer = called.rpartition(".")[2] in WRITERS and re.match(r"(st|streamlit)\.", called)
        if not (live or writer):
            continue
        given = [k.value for k in node.keywords if k.arg in {"html", "css", "js", "body", None}]
        for value in [*node.args, *given]:
            name = isinstance(value, ast.Name) and value.id in ours
            if not (name or _fixed(value)):
                found.append(f"line {node.lineno}: {called}({ast.unparse(value)[:60]})")
    return found


@pytest.mark.parametrize("path", FILES, ids=named)
def test_markup_is_ours_and_fixed(path: Path) -> None:
    assert markup(path.read_text(encoding="utf-8")) == []


def test_markup_that_is_not_fixed_is_found() -> None:
    source = (
        'import streamlit as st\nOURS = "<b>"\nTHEIRS = f"{OURS}"\nst.html(OURS)\n'
        "st.markdown(OURS, unsafe_allow_html=True)\nst.markdown(name, unsafe_allow_html=True)\n"
        "st.html(THEIRS)\nst.components.v2.component('x', html=OURS, js=code())\n"
    )
    assert [told.split(":")[0] for told in markup(source)] == ["line 6", "line 7", "line 8"]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_exception_from_a_rule_says_why(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if re.search(r"noqa: S\d|nosec", line):
            reason = re.sub(r"#\s*(noqa|nosec)[: ]*[A-Z]+\d+|#", "", line[line.index("#") :])
            assert len(reason.strip(" -")) > 5, f"{named(path)}, line {number}: say why"
            assert not re.search(r"nosec(?!\s+B\d{3})", line), "name the finding"


def test_the_ban_list_bites(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BANNED, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--config", str(ROOT / "pyproject.toml")]
    command += ["--output-format", "concise", "--no-cache", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = {
        (int(line.split(":")[1]), line.split()[1])
        for line in done.stdout.splitlines()
        if re.match(r".*bad\.py:\d+:", line)
    }
    lines = BANNED.splitlines()
    banned = {lines[number - 1] for number, rule in found if rule == "TID251"}
    asked = ("pickle", "marshal", "shelve", "requests")
    assert {f"import {name}" for name in asked} <= banned
    for start in ("from urllib", "from xml", "from streamlit", "joblib.load", "pd.read_pickle",
                  "os.system", "st.html", "yaml.load"):  # fmt: skip
        assert any(line.startswith(start) for line in banned), start
    other = {lines[number - 1] for number, rule in found if rule in ("S307", "S102", "S602")}
    assert {'eval("1")', 'exec("1")', 'subprocess.run("ls", shell=True)'} <= other


def test_bandit_is_run_over_all_that_is_served() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    line = next(line for line in recipe.splitlines() if "/bandit " in line)
    for room in ("mulembe", "components", "serving", "deploy", "app.py", "server.py"):
        assert re.search(rf"\s{re.escape(room)}(\s|$)", line), room
    skips = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["bandit"]
    assert skips["skips"] == ["B404", "B603", "B607"]


def test_bandit_finds_what_it_should(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BANNED, encoding="utf-8")
    command = [sys.executable, "-m", "bandit", "--quiet", "-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run(
        [*command, "-f", "json", str(tmp_path / "bad.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    for finding in ("B301", "B307", "B602", "B605", "B506"):
        assert finding in done.stdout, finding
