"""Weights from targets: raking and post-stratification, with pre-flight and diagnostics."""
