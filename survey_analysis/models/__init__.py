"""Regression models: formulas, fits, term tests, predictions, margins. Standard errors come from the core."""
