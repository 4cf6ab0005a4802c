"""One line of JSON per request and connection: what was asked, the answer, and how long it took.

Query strings carry people's scenarios and are never written; of a client's address only the
network. The same lines feed the numbers for Prometheus.
"""

from __future__ import annotations

import ipaddress
import logging
import sys
import time

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import logger as streamlit_loggers

from serving.metrics import Metrics
from serving.paths import KnownPaths
from serving.scripts import ScriptClock
from serving.settings import Settings

LOG = logging.getLogger("mulembe.requests")
# Asked every few seconds by machines: counted, not written.
PROBES = ("/ready", "/_stcore/health")


def network(client: tuple[str, int] | None) -> str:
    """The network of an address, enough to see where a flood comes from.

    >>> network(("203.0.113.77", 5000)), network(("2001:db8:1:2::3", 5000)), network(None)
    ('203.0.113.0/24', '2001:db8:1::/48', '')
    """
    try:
        address = ipaddress.ip_address(client[0]) if client else None
    except ValueError:
        return ""
    if address is None:
        return ""
    length = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network((address, length), strict=False))


def set_up(settings: Settings) -> None:
    """Send all loggers' lines to the error stream, as JSON when the setting says so."""
    # uvicorn's own lines on requests and WebSockets carry query strings and full addresses.
    logging.getLogger("uvicorn.access").addFilter(_nothing)
    logging.getLogger("uvicorn.error").addFilter(_without_sockets)
    if settings.logs == "text":
        return
    handler = logging.StreamHandler(sys.stderr)
    form = JsonFormatter(
        "{asctime}{levelname}{name}{message}",
        style="{",
        reserved_attrs=[*RESERVED_ATTRS, "color_message"],  # uvicorn's, for coloured screens
        rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        datefmt="%Y-%m-%dT%H:%M:%SZ",
    )
    form.converter = time.gmtime
    handler.setFormatter(form)
    root = logging.getLogger()
    root.handlers = [handler]
    LOG.setLevel(logging.INFO)
    # Streamlit gives each of its loggers, and uvicorn's, a handler of its own, again whenever its
    # settings are read.
    streamlit_loggers.setup_formatter = _by_the_root
    streamlit_loggers.update_formatter()
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error", "uvicorn.asgi"):
        _by_the_root(logging.getLogger(name))


def _by_the_root(logger: logging.Logger) -> None:
    logger.handlers, logger.propagate = [], True


def _nothing(_record: logging.LogRecord) -> bool:
    return False


def _without_sockets(record: logging.LogRecord) -> bool:
    said = str(record.msg)
    return '"WebSocket ' not in said and said not in ("connection open", "connection closed")


class RequestLog:
    """Middleware: measures every request and connection, writes its line and counts it."""

    def __init__(
        self, app: ASGIApp, paths: KnownPaths, metrics: Metrics, settings: Settings
    ) -> None:
        self.app, self.paths, self.metrics = app, paths, metrics
        self.lines = settings.logs == "json"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on and write down how it went."""
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connection(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status, sent = time.perf_counter(), 500, 0

        async def sending(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            kind = self.paths.kind(scope["path"])
            self.metrics.request(kind, status, seconds)
            self._write(
                scope, "request", seconds, method=scope["method"], status=status, bytes=sent
            )

    async def _connection(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, received, sent = time.perf_counter(), 0, 0
        accepted, code = False, 1006  # "abnormal", unless someone says otherwise
        clock = ScriptClock()

        async def receiving() -> Message:
            nonlocal received, code
            message = await receive()
            if message["type"] == "websocket.receive":
                body = message.get("bytes") or b""
                received += len(body)
                clock.asked(body)
            elif message["type"] == "websocket.disconnect":
                code = message.get("code", code)
            return message

        async def sending(message: Message) -> None:
            nonlocal accepted, sent, code
            if message["type"] == "websocket.accept":
                accepted = True
                self.metrics.sessions.inc()
                self._write(scope, "open", time.perf_counter() - began)
            elif message["type"] == "websocket.close":
                code = message.get("code", 1000)
            elif message["type"] == "websocket.send":
                body = message.get("bytes") or b""
                sent += len(body)
                if (seconds := clock.answered(body)) is not None:
                    self.metrics.script_runs.observe(seconds)
                    self._write(scope, "script", seconds)
            await send(message)

        try:
            await self.app(scope, receiving, sending)
        finally:
            if accepted:
                self.metrics.sessions.dec()
            seconds = time.perf_counter() - began
            event = "close" if accepted else "refused"
            self._write(scope, event, seconds, code=code, bytes=sent, received=received)

    def _write(self, scope: Scope, event: str, seconds: float, **more: object) -> None:
        if self.lines and scope["path"] not in PROBES:
            line = {
                "path": scope["path"][:200],
                "kind": self.paths.kind(scope["path"]),
                "seconds": round(seconds, 4),
                "network": network(scope.get("client")),
            }
            LOG.info(event, extra=line | more)
