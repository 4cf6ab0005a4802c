"""Where things may live, and what the code may never do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = sorted((ROOT / "mulembe").rglob("*.py"))
VIEWS = sorted((ROOT / "components").rglob("*.py"))
SERVING = [ROOT / "server.py", *sorted((ROOT / "serving").glob("*.py"))]
APP = [ROOT / "app.py", *VIEWS, *DOMAIN, *SERVING, *sorted((ROOT / "deploy").glob("*.py"))]
BUILD = {"data", "build", "tablefile", *(path.stem for path in (ROOT / "data").glob("*.py"))}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[str]:
    """Dotted names a file imports, wherever in it; a relative import starts at its package."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            yield from (str(a.value) for a in node.args if isinstance(a, ast.Constant))


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def _called(node: ast.Call) -> str:
    """The last part of what is called: ``load`` of ``yaml.load(...)``."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def test_there_is_something_to_look_at():
    assert {"alignment.py", "bounds.py", "cli.py"} <= {path.name for path in DOMAIN}
    assert {"map.py", "state.py", "theme.py"} <= {path.name for path in VIEWS}


@pytest.mark.parametrize("path", DOMAIN, ids=named)
def test_the_domain_does_not_draw(path):
    assert not roots(path) & {"streamlit", "plotly", "components", "app", "tests", *BUILD}


@pytest.mark.parametrize("path", SERVING, ids=named)
def test_what_serves_the_pages_does_not_know_them(path):
    assert not roots(path) & {"components", "app", "plotly", "tests", "benchmarks", *BUILD}


@pytest.mark.parametrize("path", [ROOT / "app.py", *VIEWS, *DOMAIN], ids=named)
def test_pages_do_not_know_what_serves_them(path):
    assert not roots(path) & {"serving", "server", "deploy"}


@pytest.mark.parametrize("path", [ROOT / "app.py", *VIEWS], ids=named)
def test_views_do_not_build_data(path):
    assert not roots(path) & {"tests", *BUILD}


@pytest.mark.parametrize("path", APP, ids=named)
def test_nothing_is_executed_or_unpickled(path):
    assert not roots(path) & {"pickle", "cPickle", "dill", "marshal", "shelve"}
    # joblib spreads loops over workers; what it saves and loads is pickle.
    joblib = {name for name in imports(path) if name.startswith("joblib.")}
    assert joblib <= {"joblib.Parallel", "joblib.delayed", "joblib.parallel_config"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            assert node.id not in {"eval", "exec", "compile"}, f"line {node.lineno}"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"yaml.load", "pd.read_pickle", "os.system"}, called
            assert not called.startswith(("joblib.load", "joblib.dump")), called
            unsafe = {keyword.arg for keyword in node.keywords} & {"unsafe_allow_html", "shell"}
            assert not unsafe, f"line {node.lineno}: {unsafe}"


@pytest.mark.parametrize("path", APP, ids=named)
def test_no_markup_is_let_through(path):
    text = path.read_text(encoding="utf-8")
    assert "unsafe_" + "allow_html" not in text
    assert not {"streamlit.components", "streamlit.components.v1"} & set(imports(path))


@pytest.mark.parametrize("path", [*APP, *sorted((ROOT / "tests").rglob("*.py"))], ids=named)
def test_no_file_knows_one_machine(path):
    # Put together from pieces, so that this file does not name what it forbids.
    places = [f"/{name}/" for name in ("work", "home", "Users", "root")]
    text = path.read_text(encoding="utf-8")
    found = [place for place in [*places, "../" + "shared"] if place in text]
    found += re.findall(r"\b[A-Z]:" + r"\\\w+", text)
    assert not found


def test_the_app_only_routes():
    body = ast.parse((ROOT / "app.py").read_text(encoding="utf-8")).body
    assert not [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
