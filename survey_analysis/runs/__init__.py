"""Runs: what a folder of outputs was made from, and what moved between two of them."""
