"""Numbers for Prometheus, on a port of the loopback address that nobody outside can reach."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    start_http_server,
)

LOOPBACK = "127.0.0.1"
SECONDS = (0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 15)


class Metrics:
    """Requests by class of path and status, connections, script runs, and the process itself."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "mulembe_requests", "Requests answered.", ["kind", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "mulembe_request_seconds",
            "Seconds until an answer was sent.",
            ["kind"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.sessions = Gauge(
            "mulembe_connections", "Open WebSocket connections.", registry=self.registry
        )
        self.script_runs = Histogram(
            "mulembe_script_seconds",
            "Seconds from a reader's message until the script had finished.",
            buckets=SECONDS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)

    def request(self, kind: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(kind, str(status)).inc()
        self._seconds.labels(kind).observe(seconds)

    def serve(self, port: int) -> Callable[[], None]:
        """Answer Prometheus on a port of the loopback address; gives what ends it."""
        try:
            server, thread = start_http_server(port, addr=LOOPBACK, registry=self.registry)
        except OSError as error:
            raise SystemExit(
                f"MULEMBE_METRICS_PORT is {port}: the port cannot be used ({error.strerror}). "
                "Give a free port, one for each replica."
            ) from None

        def end() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return end
