"""Pieces of work on their way: shared by all who ask for the same, kept when done."""

from __future__ import annotations

import atexit
from collections.abc import Hashable
from concurrent.futures import wait
from threading import Condition, Event, Thread
from time import monotonic
from types import TracebackType
from typing import Any, NamedTuple

from cachetools import LRUCache

from mulembe.pool.limits import Limits, PoolError, TooBusyError, TooLongError
from mulembe.pool.process import Process, Work, measured

GRACE = 3.0  # seconds that work goes on for nobody: a page that is loaded anew asks again
_TICK = 0.25  # seconds between looks at the deadline and at who still waits
_ENDED = "The process that worked on this was ended, perhaps for want of memory. Ask for less."


class _Kept(NamedTuple):
    """A result and its size in bytes."""

    size: int
    value: Any


class Flight:
    """A piece of work in the air. ``with`` says for how long its result is waited for."""

    def __init__(self, lock: Condition, key: Hashable, work: Work, args: tuple[Any, ...]) -> None:
        self.key, self.work, self.args = key, work, args
        self.long, self.keep = False, True
        self.running = False
        self._lock, self._done = lock, Event()
        self._waiting, self._left = 0, monotonic()
        self._value: Any = None
        self._error: BaseException | None = None

    def __enter__(self) -> Flight:
        with self._lock:
            self._waiting += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._waiting -= 1
            self._left = monotonic()

    def touch(self) -> None:
        """Count the time without anybody anew: somebody is about to wait."""
        self._left = monotonic()

    @property
    def forsaken(self) -> bool:
        """Whether nobody has waited for it for a while."""
        return not self._waiting and monotonic() - self._left > GRACE

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for it to end; whether it has."""
        return self._done.wait(seconds)

    def result(self) -> Any:
        """What the work gave, when it has ended; raises what the work raised, or a PoolError.

        All who asked share it: it is not to be changed.
        """
        self._done.wait()
        if self._error is not None:
            raise self._error
        return self._value

    def end(self, value: Any = None, error: BaseException | None = None) -> None:
        """Give the result to all who wait."""
        self._value, self._error = value, error
        self._done.set()


class Pool:
    """Does heavy work in a bounded number of processes.

    One flight per key: who asks for what is in the air joins it. At most ``limits.queue`` pieces
    wait; more are refused at once. A piece is stopped at its deadline, or when nobody has waited
    for it for GRACE seconds. Results are kept up to so many bytes, the least used go first; what
    failed is not kept. ``prepare`` runs first in every process.
    """

    def __init__(self, limits: Limits, prepare: Work | None = None) -> None:
        self.limits, self._prepare = limits, prepare
        self._lock = Condition()
        self._flights: dict[Hashable, Flight] = {}
        self._queue: list[Flight] = []
        self._kept: LRUCache[Hashable, _Kept] = LRUCache(
            limits.megabytes * 10**6, getsizeof=lambda kept: kept.size
        )
        self._threads: list[Thread] = []
        self._processes: list[Process] = []
        self._long = 0  # long pieces that run
        self._closed = False

    def ask(
        self, key: Hashable, work: Work, *args: Any, long: bool = False, keep: bool = True
    ) -> Flight:
        """A flight for this work: landed when the result is held, joined or begun otherwise.

        ``key`` must tell apart all that changes the result. ``work`` is a function of a module that
        the processes can import; it, ``args`` and the result travel between them. Pieces that are
        ``long`` never take the last worker, so that short ones get through. Without ``keep`` the
        result is given to those who wait and forgotten. Raises TooBusyError.
        """
        with self._lock:
            if key in self._kept:
                flight = Flight(self._lock, key, work, args)
                flight.end(self._kept[key].value)
                return flight
            if key in self._flights:
                self._flights[key].touch()
                return self._flights[key]
            self._drop_forsaken()
            if len(self._queue) >= self.limits.queue:
                raise TooBusyError(f"{len(self._queue)} pieces of work wait already.")
            flight = self._flights[key] = Flight(self._lock, key, work, args)
            flight.long, flight.keep = long, keep
            if self.limits.workers:
                self._queue.append(flight)
                self._staff()
                self._lock.notify()
        if not self.limits.workers:
            self._fly(flight, None)
        return flight

    def ahead(self, flight: Flight) -> int:
        """How many pieces wait before this one."""
        with self._lock:
            return self._queue.index(flight) if flight in self._queue else 0

    def start(self) -> None:
        """Begin the processes now, so that the first who asks need not wait for them."""
        with self._lock:
            if self.limits.workers:
                self._staff()

    def close(self) -> None:
        """Stop all work and end the processes."""
        with self._lock:
            self._closed = True
            waiting, self._queue = self._queue, []
            for flight in waiting:
                self._land(flight, error=PoolError("The server is closing."))
            self._lock.notify_all()
        for process in self._processes:
            process.stop()

    def _staff(self) -> None:
        if not self._threads and not self._closed:
            self._processes = [Process(self._prepare) for _ in range(self.limits.workers)]
            self._threads = [
                Thread(target=self._serve, args=(process,), daemon=True, name="pool")
                for process in self._processes
            ]
            atexit.register(self.close)
            for thread in self._threads:
                thread.start()

    def _serve(self, process: Process) -> None:
        """What each thread does: one piece after the other, in its own process."""
        while not self._closed:
            try:
                process.start()  # now, also after one was stopped: who asks next need not wait
            except Exception:  # the next piece of work meets the same fault, and tells it
                process.stop()
            flight = self._next()
            if flight is not None:
                self._fly(flight, process)

    def _next(self) -> Flight | None:
        """The next piece that may run; waits for one, and ends with None when all is closed."""
        with self._lock:
            while not self._closed:
                self._drop_forsaken()
                free = max(1, self.limits.workers - 1) - self._long
                for flight in self._queue:
                    if not flight.long or free > 0:
                        self._queue.remove(flight)
                        self._long += flight.long
                        flight.running = True
                        return flight
                self._lock.wait()
        return None

    def _drop_forsaken(self) -> None:
        for flight in [flight for flight in self._queue if flight.forsaken]:
            self._queue.remove(flight)
            self._land(flight, error=PoolError("Nobody waited for this any more."))

    def _fly(self, flight: Flight, process: Process | None) -> None:
        """Do a piece of work and give its result to all who wait."""
        size, value, error = 0, None, None
        try:
            if process is None:
                size, value = measured(flight.work, flight.args)
            else:
                size, value = self._carried(flight, process)
        except BaseException as raised:  # whatever it is, those who wait must hear of it
            error = raised
        with self._lock:
            if process is not None and flight.long:
                self._long -= 1
            if error is None and flight.keep and size <= self._kept.maxsize:
                self._kept[flight.key] = _Kept(size, value)
            self._land(flight, value, error)
            self._lock.notify_all()

    def _land(self, flight: Flight, value: Any = None, error: BaseException | None = None) -> None:
        if self._flights.get(flight.key) is flight:
            del self._flights[flight.key]
        flight.end(value, error)

    def _carried(self, flight: Flight, process: Process) -> tuple[int, Any]:
        from loky.process_executor import BrokenProcessPool, ShutdownExecutorError

        try:
            process.start()
            future = process.begin(flight.work, flight.args)
            until = monotonic() + self.limits.seconds
            while not wait([future], _TICK).done:
                if monotonic() > until:
                    process.stop()
                    raise TooLongError(f"It was stopped after {self.limits.seconds} seconds.")
                with self._lock:
                    if flight.forsaken:
                        # Nobody may join it now: who asks from here on begins it anew.
                        self._flights.pop(flight.key, None)
                        process.stop()
                        raise PoolError("Nobody waited for this any more.")
            return future.result()
        except (BrokenProcessPool, ShutdownExecutorError):
            process.stop()
            raise PoolError(_ENDED) from None
