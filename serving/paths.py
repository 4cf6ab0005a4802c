"""Which addresses exist. Streamlit by itself answers any path with its page and status 200.

A scanner's ``/wp-login.php`` or a mistyped ``/mapp`` would then look like a page of ours, to search
engines too. What is neither a page nor a file nor one of Streamlit's own endpoints is a 404 here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

# The pages that app.py routes; a test compares. "" is the first page.
PAGES = ("", "map", "flows", "leaders", "scenario", "compare", "evidence")
# What of Streamlit's own endpoints a browser on our pages needs. Its metrics, its agent interface,
# its sign-in and its debugging endpoints are not among them and are answered as if they were not
# there. A class names them in logs and numbers.
CORE = {
    "/_stcore/health": "probe",
    "/_stcore/host-config": "probe",
    "/_stcore/stream": "stream",
}
BELOW = {
    "/_stcore/upload_file/": "upload",
    "/_stcore/bidi-components/": "asset",
    "/component/": "asset",
    "/media/": "media",
    "/app/static/": "geometry",
}
UNKNOWN = "unknown"
NOT_FOUND = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>No such page · Mulembe</title>
<style>
  body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem;
         margin: 15vh auto; padding: 0 1rem }
  h1 { font-size: 1.5rem }
</style>
<h1>There is no page at this address</h1>
<p>It may have been mistyped or cut off. <a href="/">Open Mulembe</a>.</p>
"""


def bundle() -> frozenset[str]:
    """Paths of the files that Streamlit brings, without its page."""
    folder = Path(file_util.get_static_dir())
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".html")
    return frozenset(f"/{path.relative_to(folder).as_posix()}" for path in files)


class KnownPaths:
    """Knows every address of the app and what kind it is.

    >>> paths = KnownPaths(own=["/ready"])
    >>> [paths.kind(path) for path in ("/map", "/ready", "/app/static/geo/a.geojson", "/mapp")]
    ['page', 'own', 'geometry', 'unknown']
    """

    def __init__(self, own: Iterable[str] = ()) -> None:
        self._exact = dict.fromkeys(own, "own") | dict.fromkeys(bundle(), "asset") | CORE
        # Streamlit redirects the form with a slash at the end.
        self._exact |= {
            f"/{page}{end}": "page" for page in PAGES for end in ("", "/")[: 1 + bool(page)]
        }

    def kind(self, path: str) -> str:
        """The class of a path, one of page, own, unknown and those above."""
        if kind := self._exact.get(path):
            return kind
        return next((kind for start, kind in BELOW.items() if path.startswith(start)), UNKNOWN)


class OnlyKnownPaths:
    """Middleware: 404 in a sentence for an address that does not exist."""

    def __init__(self, app: ASGIApp, paths: KnownPaths) -> None:
        self.app, self.paths = app, paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what exists."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        kind = self.paths.kind(scope["path"])
        if scope["type"] == "http":
            known = kind not in (UNKNOWN, "stream")
            answer = self.app if known else HTMLResponse(NOT_FOUND, status_code=404)
            await answer(scope, receive, send)
        elif kind == "stream":
            await self.app(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})
