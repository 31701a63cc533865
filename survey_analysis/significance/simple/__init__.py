"""Tests of simple samples: every person counts once. Weighted or clustered data belong to the design-based tests."""
