"""Security headers on every answer, also on errors, and how long a file may be kept.

Streamlit sends none by default. The policy lets in what Streamlit, Plotly and MapLibre really use
and nothing from another host; the browser journeys run under it and fail on a violation.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

from serving.paths import KnownPaths
from serving.settings import Settings

LOG = logging.getLogger("mulembe.serving")
HASHED = re.compile(r"-[0-9a-f]{10}\.[a-z]+$")  # the name changes with the content
INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
FAULT = (
    "This address met a fault of ours. Try again in a moment; the fault is in the server's log.\n"
)
# Devices and powers that no page of ours uses, refused to it and to whatever it might embed.
REFUSED = (
    "accelerometer browsing-topics camera display-capture geolocation gyroscope hid "
    "magnetometer microphone midi payment publickey-credentials-get screen-wake-lock serial usb "
    "xr-spatial-tracking"
)


def inline_hashes(page: bytes) -> list[str]:
    """Sources that allow exactly the inline scripts of a page, as Streamlit's page has one."""
    digests = (hashlib.sha256(script).digest() for script in INLINE.findall(page))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def policy(settings: Settings) -> str:
    """The Content-Security-Policy.

    Styles may be inline: Streamlit (emotion) and Plotly write ``<style>`` as they draw. Scripts may
    not, but for the one in Streamlit's page. MapLibre starts its worker from a blob, and Streamlit
    imports the scripts of our two components (connection, frame) from blobs, which only a script
    that runs already can make.
    """
    # Streamlit's protobuf tries WebAssembly for 64-bit numbers and does without; it is let be, as
    # otherwise every visit reports a violation among which a real one would be lost. It lets no
    # text become a script: eval and inline scripts stay forbidden.
    wasm = "'wasm-unsafe-eval'"
    page = (Path(file_util.get_static_dir()) / "index.html").read_bytes()
    # 'self' covers a WebSocket to the same host in today's browsers; Safari before 15.4 needs it
    # spelled out, which can only be done when the address is known.
    socket = [re.sub("^http", "ws", settings.public_url)] if settings.public_url else []
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'", "blob:", wasm, *inline_hashes(page)],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'", *socket],
        "worker-src": ["blob:"],
        "manifest-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": [settings.frame_ancestors],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def caching(kind: str, path: str) -> str | None:
    """How long a browser may keep an answer, where Streamlit does not say so itself."""
    if kind != "geometry":  # files in static/
        return None
    return "public, max-age=31536000, immutable" if HASHED.search(path) else "public, max-age=3600"


def headers(settings: Settings) -> dict[str, str]:
    """All security headers with their values."""
    found = {
        "Content-Security-Policy": policy(settings),
        "X-Content-Type-Options": "nosniff",
        # Addresses carry scenarios: they are told to nobody else.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{power}=()" for power in REFUSED.split()),
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    # For browsers that do not know frame-ancestors; it cannot name addresses.
    old = {"'self'": "SAMEORIGIN", "'none'": "DENY"}.get(settings.frame_ancestors)
    return found | ({"X-Frame-Options": old} if old else {})


class SecurityHeaders:
    """Middleware: adds the headers, unless an answer has its own, and answers faults in a sentence.

    It must be the outermost, so that what others refuse carries the headers too. A fault is
    answered here because Starlette would answer it further out, without the headers.
    """

    def __init__(self, app: ASGIApp, settings: Settings, paths: KnownPaths) -> None:
        self.app, self.headers, self.paths = app, headers(settings), paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False
        keep = caching(self.paths.kind(scope["path"]), scope["path"])

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                given = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    given.setdefault(name, value)
                if keep and message["status"] in (200, 206, 304):
                    given.setdefault("Cache-Control", keep)
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception:
            LOG.exception("%s %s failed", scope["method"], scope["path"])
            if started:  # the answer is half out: only breaking it off is honest
                raise
            await PlainTextResponse(FAULT, status_code=500)(scope, receive, sending)
