"""Opening the app at a view, as every page's tests do."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

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
