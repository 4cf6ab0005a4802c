"""The hosted app that the tests of this folder ask."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hosting import ROOT, Host, free_port, hosted


@pytest.fixture(scope="session")
def metrics_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory, metrics_port: int) -> Iterator[Host]:
    """The app as it is hosted, ready."""
    log = tmp_path_factory.mktemp("host") / "server.log"
    with hosted(ROOT, log, MULEMBE_METRICS_PORT=str(metrics_port)) as started:
        deadline = time.monotonic() + 60
        while started.ask("/ready").status != 200 and time.monotonic() < deadline:
            time.sleep(0.2)
        yield started
