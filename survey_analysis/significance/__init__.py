"""Comparisons and tests of estimates; paired or independent is found from the data."""
