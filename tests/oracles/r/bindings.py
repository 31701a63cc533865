"""All of R's functions that are bound: importing this module binds them."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "arith",
    "index",
    "base_vectors",
    "base_matrices",
    "base_data",
    "base_tables",
    "base_numbers",
    "survey_results",
    "survey_read",
    "survey_estimates",
    "survey_moments",
    "survey_by",
    "survey_quantiles",
    "survey_tests",
    "survey_models",
    "survey_contrast",
    "survey_imputation",
    "survey_weighting",
)

for _name in MODULES:
    import_module(f"oracles.r.{_name}")
