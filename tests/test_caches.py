"""What is kept is kept by content: every edit is seen, and nothing kept grows without end."""

import ast
import os
import shutil
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from components.heavy import _key
from mulembe import archive, backtest, checks, claims, layers, ledger, pledges, regions
from mulembe.layers import LAYERS, Question
from mulembe.polls import today
from mulembe.scenario import digest, presets, replay, solve
from mulembe.scenario.model import Override, Scenario
from mulembe.scenario.outcome import run
from mulembe.schemas import SPECS
from mulembe.tables import DATA, ChangedError, Tables, Watch, content_of, opened
from mulembe.transfer.keys import content_key

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [ROOT / "app.py", ROOT / "server.py"]
SOURCES += [p for part in ("components", "mulembe", "serving") for p in (ROOT / part).rglob("*.py")]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
EDITS = 200
SAMPLED = ("DataFrame", "Series", "ndarray", "Index", "Any", "object", "Tables")


def random_of(seed):
    return Random(seed)  # noqa: S311 - the same edits in every run


def caches(tree):
    """Every place where results are kept: its line, its kind and its size (None: no bound)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                name = ast.unparse(mark.func if isinstance(mark, ast.Call) else mark)
                if name.split(".")[-1] == "cache" or (
                    name.split(".")[-1] in ("lru_cache", "cache_data", "cache_resource")
                    and not isinstance(mark, ast.Call)
                ):
                    yield node.lineno, name, None
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).split(".")[-1]
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            size = {
                "lru_cache": named.get("maxsize", node.args[0] if node.args else None),
                "cache_data": named.get("max_entries"),
                "cache_resource": named.get("max_entries"),
                "LRUCache": named.get("maxsize", node.args[0] if node.args else None),
            }.get(name, "none")
            if size != "none":
                yield node.lineno, name, size


def bounded(size):
    if isinstance(size, ast.Constant):
        return isinstance(size.value, int)
    return isinstance(size, ast.Name | ast.BinOp)


def sampled_arguments(tree):
    """Arguments of Streamlit's caches that it would hash by a sample, or that say no type."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        if not any("st.cache_" in ast.unparse(mark) for mark in node.decorator_list):
            continue
        for argument in (*node.args.args, *node.args.kwonlyargs):
            kind = ast.unparse(argument.annotation) if argument.annotation else "Any"
            if not argument.arg.startswith("_") and any(name in kind for name in SAMPLED):
                yield f"{node.name}({argument.arg}: {kind})"


def test_every_cache_is_bounded():
    found = {}
    for path, tree in TREES.items():
        for line, name, size in caches(tree):
            found[f"{path.relative_to(ROOT)}:{line} {name}"] = bounded(size)
    assert len(found) > 30
    assert [place for place, held in found.items() if not held] == []


@pytest.mark.parametrize(
    "text",
    [
        "@lru_cache\ndef f(): ...",
        "@functools.cache\ndef f(): ...",
        "@lru_cache(maxsize=None)\ndef f(): ...",
        "@st.cache_data\ndef f(): ...",
        "@st.cache_data(ttl=5)\ndef f(): ...",
        "@st.cache_resource(max_entries=None)\ndef f(): ...",
        "kept = LRUCache()",
    ],
)
def test_a_cache_without_bound_is_found(text):
    assert not all(bounded(size) for *_, size in caches(ast.parse(text)))


def test_no_cache_of_streamlits_takes_what_it_would_sample():
    for path, tree in TREES.items():
        assert not list(sampled_arguments(tree)), path
    bad = "@st.cache_data(max_entries=2)\ndef f(a: int, b: pd.DataFrame, _c: pd.DataFrame): ..."
    assert list(sampled_arguments(ast.parse(bad))) == ["f(b: pd.DataFrame)"]


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("*.py", "curation"))
    return tmp_path / "data"


def edit(path, random):
    """Change one digit of a file, and set its time back as a careless copy would."""
    seen, data = path.stat(), bytearray(path.read_bytes())
    start = data.index(b"\n")
    at = random.choice([i for i in range(start, len(data)) if 48 <= data[i] <= 57])
    data[at] = 48 + (data[at] - 48 + random.randint(1, 9)) % 10
    path.write_bytes(data)
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def test_two_hundred_edits_of_tables_are_two_hundred_contents(folder):
    random, watch = random_of(7), Watch(folder, fresh=0)
    before = {path: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    start, seen = watch.content(), {watch.content()}
    held = [path for path, data in before.items() if any(48 <= byte <= 57 for byte in data)]
    for turn in range(EDITS):
        path = random.choice(held)
        edit(path, random)
        now = watch.content()
        assert now not in seen, f"edit {turn} of {path.name} was not seen"
        seen.add(now)
    assert len(seen) == EDITS + 1
    for path, data in before.items():
        path.write_bytes(data)
    assert watch.content() == start == content_of(folder)  # equal content, equal key


def test_two_hundred_edits_of_votes_are_two_hundred_results(folder):
    """Through a cache keyed by the tables, as those of the program are."""
    random, path = random_of(8), folder / "results.csv"

    @lru_cache(maxsize=4)
    def summed(tables):
        votes = [row.split(",")[at] for row in (tables.folder / "results.csv").open()]
        return tables.content, tuple(votes)

    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = lines[0].strip().split(",").index("votes")
    results, previous = set(), Tables(folder)
    for _ in range(EDITS):
        row = random.randrange(1, len(lines))
        cells = lines[row].split(",")
        cells[at] = str(int(cells[at] or 0) + random.randint(1, 9))
        lines[row] = ",".join(cells)
        path.write_text("".join(lines), encoding="utf-8")
        now = Tables(folder)
        assert now != previous
        results.add(summed(now))
        assert summed(Tables(folder)) is summed(now)
        previous = now
    assert len(results) == EDITS


def test_an_edited_preset_is_seen(folder):
    before = Tables(folder)
    path = next((folder / "presets").glob("*.json"))
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert Tables(folder) != before
    assert Tables(folder).version == before.version  # of the tables alone


def test_a_table_that_changed_meanwhile_is_not_mixed_with_the_others(folder):
    held = Tables(folder)
    assert len(held["camps"])
    path = folder / "counties.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(ChangedError, match="Load the page again"):
        held["counties"]
    assert len(Tables(folder)["counties"]) == 47
    with pytest.raises(ChangedError):
        opened(folder, held.content)
    assert opened(folder) is opened(folder, content_of(folder))


def changed(scenario, random, base):
    """A scenario with one vote set by hand moved, or its seed."""
    codes = base.area_codes
    if random.random() < 0.2:
        return scenario.but(seed=random.randrange(2**31))
    code = random.choice(codes)
    votes = [random.randrange(1, 2000) for _ in range(4)]
    votes[2] = 0  # no third ticket stands
    others = [o for o in scenario.overrides if o.code != code]
    return scenario.but(overrides=[*others, Override(code=code, votes=tuple(votes))])


def test_two_hundred_edits_of_a_scenario_are_two_hundred_keys_and_results(tables):
    random, scenario = random_of(9), presets.default(tables, "2027").scenario
    base = run(scenario, tables).base
    keys, results = set(), set()
    for _ in range(EDITS):
        scenario = changed(scenario, random, base)
        keys.add(_key(solve.sensitivity, (scenario, tables, "opposition"), None))
        same = Scenario.model_validate_json(scenario.model_dump_json())
        assert _key(solve.sensitivity, (same, Tables(), "opposition"), None) in keys
        results.add((run(scenario, tables).votes.tobytes(), scenario.seed))
    assert len(keys) == len(results) == EDITS


def test_two_hundred_edits_of_sixty_thousand_rows_are_two_hundred_keys():
    random = np.random.default_rng(10)
    units = range(60_000)  # beyond what may be uploaded, and beyond what Streamlit hashes whole
    before = pd.DataFrame(random.integers(0, 500, (60_000, 3)), units, list("abc"))
    after = pd.DataFrame(random.integers(0, 500, (60_000, 3)), units, list("xyz"))
    keys = {content_key(before, after)}
    for _ in range(EDITS):
        frame = before if random.random() < 0.5 else after
        row, column = random.integers(60_000), random.integers(3)
        frame.iat[row, column] += 1
        keys.add(content_key(before, after))
    assert len(keys) == EDITS + 1
    assert content_key(before.copy(), after.copy()) in keys


def test_nobody_changes_the_tables_that_all_share():
    shared, region = Tables(), regions.parse(regions.DEFAULT, Tables())
    for layer in LAYERS:
        layers.compute(shared, Question(layer, "2022", "2017", today(), 3, region))
    for work in (checks.run, ledger.ledger, claims.tested, backtest.summary, replay.methods):
        work(shared)
    pledges.measured(shared)
    archive.archive(shared, today())
    for preset in presets.presets(shared, "2022"):
        digest.turning_of(preset.scenario, shared)
        replay.own_error(run(preset.scenario, shared), shared)
    fresh = Tables()
    for name in SPECS:
        pd.testing.assert_frame_equal(shared[name], fresh[name])
