"""The replay of December 2021: the tour, the ways of reckoning, the misses."""
