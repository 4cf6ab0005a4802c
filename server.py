"""The app as it is hosted: the pages of ``app.py`` with what must stand around them.

Run it with ``streamlit run server.py``, or with ``python -m serving`` as ``deploy/`` does.
"""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

import streamlit as st
from starlette.middleware import Middleware

from mulembe.pool import Limits, LimitsError
from mulembe.warm import warm as load
from serving import front_page, logs
from serving.headers import SecurityHeaders
from serving.logs import RequestLog
from serving.metrics import Metrics
from serving.paths import KnownPaths, OnlyKnownPaths
from serving.readiness import Readiness
from serving.settings import SettingError, read

try:
    SETTINGS = read(os.environ)
    Limits.read(os.environ)  # the pages read them at their first visitor: a bad one stops us now
except (SettingError, LimitsError) as error:
    raise SystemExit(str(error)) from None


def warm() -> None:
    """Import and load what the first visitor would otherwise wait for."""
    for name in ("plotly.graph_objects", "geopandas", "mapclassify"):
        import_module(name)
    load()
    # What is there now stays: a collection of garbage need not look through it each time.
    gc.collect()
    gc.freeze()


METRICS, READINESS = Metrics(), Readiness(warm=warm)
# Routes that stand before Streamlit's own. Page routes ("/", "/map") keep their kind in PATHS; any
# other path listed here becomes known by itself.
ROUTES = [READINESS.route(), *front_page.routes(SETTINGS)]
PATHS = KnownPaths(own=[route.path for route in ROUTES])


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Begin to check the tables and to answer Prometheus when the server starts."""
    logs.set_up(SETTINGS)
    READINESS.verdict()
    end = METRICS.serve(SETTINGS.metrics_port) if SETTINGS.metrics_port else None
    yield
    if end:
        end()


app = st.App(
    "app.py",
    routes=ROUTES,
    lifespan=lifespan,
    middleware=[
        Middleware(SecurityHeaders, settings=SETTINGS, paths=PATHS),
        Middleware(RequestLog, paths=PATHS, metrics=METRICS, settings=SETTINGS),
        Middleware(OnlyKnownPaths, paths=PATHS),
    ],
)
