"""Where heavy work is done: here, one job after the other, or through joblib."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TypeVar

BACKENDS = ("serial", "threading", "loky", "dask")
Job = TypeVar("Job")
Part = TypeVar("Part")


@dataclass(frozen=True)
class Engine:
    """Where the work is done: one job after the other, or through joblib.

    ``backend`` "threading" and "loky" (processes) use so many ``workers``; "dask" the cluster at
    ``address``, whose workers need this package. The answer is the same for all.
    """

    backend: str = "serial"
    workers: int = 1
    address: str = ""

    def __post_init__(self) -> None:
        if self.backend not in BACKENDS:
            known = ", ".join(BACKENDS)
            raise ValueError(f"'{self.backend}' is not a backend: use one of {known}")
        if self.workers < 1:
            raise ValueError("at least one worker is needed")


SERIAL = Engine()


def mapped(
    work: Callable[[Job], Part], jobs: Sequence[Job], engine: Engine = SERIAL, batch: int = 1
) -> Iterator[Part]:
    """What ``work`` makes of the jobs, in their order; so many are sent to a worker at once."""
    if engine.backend == "serial":
        yield from map(work, jobs)
        return
    from joblib import Parallel, delayed, parallel_config  # only where it is asked for

    with ExitStack() as stack:
        if engine.backend == "dask":
            from distributed import Client

            stack.enter_context(Client(engine.address))
        stack.enter_context(parallel_config(engine.backend, n_jobs=engine.workers))
        parallel = Parallel(return_as="generator", batch_size=batch)
        yield from parallel(delayed(work)(job) for job in jobs)
