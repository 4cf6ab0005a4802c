"""One process beside this one that does a piece of work at a time and can be stopped in it.

Threads would share one core with all who look at pages: Python lets one of them run at a time. A
process is also the only thing that can be stopped in the middle of a piece of work.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.reduction import ForkingPickler
from threading import Thread
from typing import Any

Work = Callable[..., Any]
IDLE = 900  # seconds without work after which a process ends and its memory is free
NICE = 10  # pages go first where all cores are taken, yet the work goes on
_LOOKS = 1.0  # seconds between looks at whether the parent still lives
# One thread for many tiny linear systems: more would only wait for each other.
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def measured(work: Work, args: tuple[Any, ...]) -> tuple[int, Any]:
    """What the work gives, after its size in bytes."""
    found = work(*args)
    return len(ForkingPickler.dumps(found)), found


class Process:
    """Starts when it is first needed, and again after it was stopped or ended by itself.

    ``prepare`` is run in the process before any work. It and the work are functions of a module,
    which the process imports by name; what the parent runs as its main program it does not run.
    """

    def __init__(self, prepare: Work | None = None) -> None:
        self._prepare = prepare
        self._executor: Any = None

    def start(self) -> None:
        """Be ready for work; takes about a second when the process must begin."""
        from loky import ProcessPoolExecutor

        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                max_workers=1,
                timeout=IDLE,
                initializer=_settle,
                initargs=(os.getpid(), self._prepare),
                env=_ONE_THREAD,
            )
        self._executor.submit(os.getpid).result()

    def begin(self, work: Work, args: tuple[Any, ...]) -> Future[tuple[int, Any]]:
        """Begin a piece of work; call ``start`` before."""
        future: Future[tuple[int, Any]] = self._executor.submit(measured, work, args)
        return future

    def stop(self) -> None:
        """End the process, whatever it does; the next ``start`` begins another."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False, kill_workers=True)


def _settle(parent: int, prepare: Work | None) -> None:
    """The first thing a process does."""
    Thread(target=_follow, args=(parent,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)
    if prepare is not None:
        with suppress(Exception):  # the work meets the same fault, and tells it
            prepare()


def _follow(parent: int) -> None:
    """End with the parent: one that was killed could not tell."""
    while os.getppid() == parent:
        time.sleep(_LOOKS)
    os._exit(1)
