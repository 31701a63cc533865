"""Categories to weight by: those of one question, or of several crossed ("age x sex")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import WeightingError, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical

CROSS = " x "


@dataclass(frozen=True, eq=False)
class Levels:
    """Categories of one question or of crossed questions, and the category of each row.

    Attributes
    ----------
    name, shown : str
        As typed, and as printed.
    labels : tuple of str
        Labels of the categories; of crossed questions "Woman / 18-34".
    codes : ndarray of int, shape (n,)
        Position in `labels`, -1 without an answer.
    parts : tuple of mappings
        For each question, position by label or code.
    """

    name: str
    shown: str
    labels: tuple[str, ...]
    codes: NDArray[np.intp]
    parts: tuple[Mapping[str, int], ...]
    sizes: tuple[int, ...]

    def position(self, category: object, path: str) -> int:
        """Place of a category: a label or code; for crossed questions a tuple of them, or "a x b"."""
        names = self.name.split(CROSS)
        if len(self.parts) == 1 and not isinstance(category, tuple):
            key: tuple[object, ...] = (category,)
        else:
            key = category if isinstance(category, tuple) else tuple(str(category).split(CROSS))
        if len(key) != len(self.parts):
            raise WeightingError(
                f"A cell needs {len(self.parts)} categories, one for each of {', '.join(names)}.",
                where=f"[{path}] found {category!r}",
            )
        out = 0
        for name, part, size, value in zip(names, self.parts, self.sizes, key, strict=True):
            if str(value) not in part:
                raise WeightingError(
                    f"'{value}' is not a category of '{name}'.",
                    where=f"[{path}]",
                    hint=closest(str(value), part),
                )
            out = out * size + part[str(value)]
        return out


def levels(survey: SurveyData, name: str, path: str) -> Levels:
    """Categories of a question, or of questions joined by " x ".

    Raises
    ------
    WeightingError
        A question without categories.
    """
    names = [name] if name in survey.table.raw.columns else name.split(CROSS)
    labels: list[str] = [""]
    codes = np.zeros(len(survey), dtype=np.intp)
    parts, sizes, shown = [], [], []
    for own in names:
        variable = survey.table.variable(own)
        if not isinstance(variable, Categorical):
            raise WeightingError(
                f"Margin '{own}' has no categories.", where=f"[{path}]", hint="derive bands for it."
            )
        answers = variable.scale.answers
        parts.append({a.label: i for i, a in enumerate(answers)} | {a.code: i for i, a in enumerate(answers)})
        sizes.append(len(answers))
        labels = [f"{left} / {a.label}" if left else a.label for left in labels for a in answers]
        missing = (codes < 0) | (variable.codes < 0)
        codes = np.where(missing, -1, codes * len(answers) + variable.codes)
        question = survey.table.question(own)
        shown.append(question.short or question.text or own)
    return Levels(
        CROSS.join(names),
        " by ".join(shown),
        tuple(labels),
        codes.astype(np.intp),
        tuple(parts),
        tuple(sizes),
    )
