"""Opening the app at a view, as every page's tests do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

APP = str(Path(__file__).resolve().parents[2] / "app.py")


def opened(page: str = "", **view: str) -> AppTest:
    """The app at an address made of ``view``, on a page of components/pages or the first one."""
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in view.items():
        app.query_params[name] = value
    app.run()
    if page:
        app.switch_page(f"components/pages/{page}.py").run()
    assert not app.exception
    assert not app.error
    return app


def tables_opened(app: AppTest) -> AppTest:
    """The same view after a click on every button of a table: a long one is sent only then."""
    for key in _tables(app.main):
        app.session_state[key] = True
    return app.run()


def _tables(block: Block) -> Iterator[str]:
    for item in block.children.values():
        if isinstance(item, Block):
            key = "-".join((getattr(item.proto, "id", "") or "").split("-")[2:])
            if key.startswith("table_"):
                yield key
            yield from _tables(item)
