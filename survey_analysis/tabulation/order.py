"""Sorting the lines of a table by their total, within nets, with the answers that stay last."""

from __future__ import annotations

import numpy as np

from survey_analysis.frames.variables import Encoded
from survey_analysis.study.codebook import Question
from survey_analysis.tabulation.lines import Line, Lines
from survey_analysis.tabulation.nets import answers_of, last_of
from survey_analysis.tabulation.questions import Order
from survey_analysis.typing import FloatArray


def sorted_lines(
    question: Question, variable: Encoded, lines: Lines, totals: FloatArray, order: Order
) -> list[int]:
    """Places of the lines in printed order; boxes, means and scores stay under the answers.

    Parameters
    ----------
    totals : ndarray, shape (K,)
        Estimate of each line in everybody.
    """
    if order == "declared":
        return list(range(len(lines.lines)))
    sign = -1.0 if order == "descending" else 1.0
    answers = answers_of(variable)
    stay = {answers[i].label for i in last_of(question, answers)}
    found = lines.lines
    first_box = next((i for i, x in enumerate(found) if _below(x, found, i)), len(found))
    ranked = np.where(np.isnan(totals), np.inf, sign * totals)

    def members(parent: str) -> list[int]:
        inside = [i for i in range(first_box) if found[i].parent == parent]
        inside.sort(key=lambda i: (found[i].kind == "answer" and found[i].label in stay, float(ranked[i])))
        out: list[int] = []
        for i in inside:
            out.append(i)
            if found[i].kind == "net":
                out += members(found[i].label)
        return out

    return [*members(""), *range(first_box, len(found))]


def _below(line: Line, lines: tuple[Line, ...], place: int) -> bool:
    """Whether a line stands under all answers: a box, a mean, a score."""
    return line.kind != "answer" and all(x.kind != "answer" for x in lines[place:])
