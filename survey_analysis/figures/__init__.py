"""Figures: pure functions of a result. `registry.draw` finds one by name; `model.Chart` comes back."""
