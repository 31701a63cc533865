"""`LavaanData`: a measurement model written for R lavaan. Texts and a frame, no verbs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class ModelStep:
    """One model of a sequence: its name, lavaan syntax, and what the call holds equal across groups."""

    name: str
    syntax: str
    equal: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class LavaanData:
    """Model syntax, data and call for R lavaan.

    Attributes
    ----------
    steps
        The models: one, or a sequence in which each holds more equal than the one before.
    data
        One row a person: items as numbers, reversed ones turned round, empty where missing; `group`, `w` (sampling
        weight) and `cluster` (numbers that mean nothing outside) where the model has them. No identifiers.
    call
        R script that reads `data.csv`, fits every step and prints fit, parameters and comparisons.
    notes
        What a reader must know about the model: what it tests, what it cannot, what lavaan leaves out.
    """

    steps: tuple[ModelStep, ...]
    data: pd.DataFrame
    call: str
    notes: tuple[str, ...]

    @property
    def syntax(self) -> str:
        """Model syntax: of the one model, or of every step under its name."""
        if len(self.steps) == 1:
            return self.steps[0].syntax
        parts = []
        for step in self.steps:
            equal = f" (group.equal: {', '.join(step.equal)})" if step.equal else ""
            parts.append(f"# {step.name}{equal}\n{step.syntax}")
        return "\n\n".join(parts)
