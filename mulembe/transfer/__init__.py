"""Vote transfer between two elections: what the totals can and cannot say, and an estimate."""

from mulembe.transfer.bounds import Bounds, duncan_davis, vote_bounds
from mulembe.transfer.estimate import Diagnostics, Estimate, TransferError, estimate

__all__ = [
    "Bounds",
    "Diagnostics",
    "Estimate",
    "TransferError",
    "duncan_davis",
    "estimate",
    "vote_bounds",
]
