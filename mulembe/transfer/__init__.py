"""Vote transfer between two elections: what the totals alone can and cannot say."""

from mulembe.transfer.bounds import Bounds, duncan_davis, vote_bounds

__all__ = ["Bounds", "duncan_davis", "vote_bounds"]
