"""Heavy work is done where it is asked for: no processes are started, and stand-ins are met."""

import pytest


@pytest.fixture(autouse=True)
def no_processes(monkeypatch):
    """The pool is made by the first page that asks; tests of the pool itself make their own."""
    monkeypatch.setenv("MULEMBE_WORKERS", "0")
