"""Ready means: every table is loaded and agrees with itself. Anything else is 503 with the reason.

Streamlit's own ``/_stcore/health`` says only that the process listens; and any other path would be
answered with its page and status 200. A proxy or a container asks ``/ready``.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from mulembe import checks
from mulembe.tables import DATA, TableError, Tables

LOG = logging.getLogger("mulembe.serving")
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Verdict:
    """What a look at the tables found: their version, or the reason why they cannot be used."""

    version: str = ""
    reason: str = ""

    @property
    def ready(self) -> bool:
        """Whether visitors may be sent here."""
        return not self.reason

    @property
    def state(self) -> str:
        """``ready``, ``checking`` (it may become ready by itself) or ``damaged`` (it will not)."""
        if self.ready:
            return "ready"
        return "checking" if self is CHECKING else "damaged"


CHECKING = Verdict(reason="The tables are being loaded and checked. Ask again in a few seconds.")


def look(folder: Path = DATA) -> Verdict:
    """Load and check every table of a folder."""
    try:
        tables = Tables(folder)
        broken = checks.broken(checks.run(tables))
        if not broken:
            return Verdict(version=tables.version)
        first, more = broken[0], len(broken) - 1
        what = (first.found if first.found.endswith(".") else f"{first.found}; {first.note}").strip(
            "; "
        )
        also = f" And {more} more: python -m mulembe check." if more else ""
        return Verdict(reason=f"{first.check}, {first.subject}: {what}{also}")
    except TableError as error:
        return Verdict(reason=str(error))
    except Exception:  # whatever it is, this replica must not say that it is ready
        LOG.exception("the check of the tables failed")
        return Verdict(reason="The check of the tables met a fault; it is in the server's log.")


class Readiness:
    """Looks at the tables in the background, at start and again whenever a file changed."""

    def __init__(self, folder: Path = DATA, warm: Callable[[], object] | None = None) -> None:
        self.folder, self.warm = folder, warm
        self._verdict = CHECKING
        self._seen: Stamp | None = None
        self._lock = Lock()

    def verdict(self) -> Verdict:
        """The latest verdict; begins a new look when the files are not those it was about."""
        stamp = self._stamp()
        with self._lock:
            if stamp != self._seen:
                self._seen, self._verdict = stamp, CHECKING
                Thread(target=self._look, args=(stamp,), name="readiness", daemon=True).start()
            return self._verdict

    def route(self) -> Route:
        """``/ready``, JSON: 200 with the version of the data, or 503 with the reason."""
        return Route("/ready", self._answer, methods=["GET"])

    def _answer(self, request: Request) -> JSONResponse:  # noqa: ARG002 - Starlette's form
        verdict = self.verdict()
        body = {"ready": verdict.ready, "state": verdict.state}
        said = {"data_version": verdict.version} if verdict.ready else {"reason": verdict.reason}
        extra = {"Cache-Control": "no-store"}
        if not verdict.ready:
            extra["Retry-After"] = "5"
        return JSONResponse(body | said, 200 if verdict.ready else 503, extra)

    def _look(self, stamp: Stamp) -> None:
        verdict = look(self.folder)
        if verdict.ready and self.warm:
            self.warm()
        if verdict.reason:
            LOG.error("not ready: %s", verdict.reason)
        with self._lock:
            if stamp == self._seen:  # else a newer look is under way
                self._verdict = verdict

    def _stamp(self) -> Stamp:
        try:
            entries = [
                (e.name, e.stat().st_mtime_ns, e.stat().st_size) for e in os.scandir(self.folder)
            ]
        except OSError:
            return ()
        return tuple(sorted(entries))
