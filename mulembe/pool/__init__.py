"""Heavy work: done by a few processes beside this one, once for all who ask for the same.

>>> pool = Pool(Limits(workers=0))
>>> with pool.ask(("power", 2, 10), pow, 2, 10) as flight:
...     flight.result()
1024
"""

from mulembe.pool.flights import Flight, Pool
from mulembe.pool.limits import Limits, LimitsError, PoolError, TooBusyError, TooLongError

__all__ = ["Flight", "Limits", "LimitsError", "Pool", "PoolError", "TooBusyError", "TooLongError"]
