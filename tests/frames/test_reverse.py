"""Reversed items are turned round at the ends of the scale, not of the answers: psych's reverse.code by hand."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np
import pytest
from builders import survey

SCORES = [1.0, 2.0, 4.0, 4.0, 2.0]  # nobody chose 3 or 5: the ends of the answers are not those of the scale


def psych(scores: list[float], low: float, high: float) -> list[float]:
    """`psych::reverse.code(-1, x, mini = low, maxi = high)`: (max + min) - x, the formula of its manual."""
    return [low + high - x for x in scores]


def by_r(scores: list[float], low: float, high: float) -> list[float] | None:
    """The package itself, where R has it."""
    if shutil.which("Rscript") is None:
        return None
    code = (
        'if (!requireNamespace("psych", quietly = TRUE)) quit(status = 9); '
        f"x <- c({', '.join(map(str, scores))}); "
        f'cat("[", paste(psych::reverse.code(-1, as.matrix(x), mini = {low}, maxi = {high}), collapse = ","), "]")'
    )
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    return None if done.returncode else json.loads(done.stdout)


def turned(**question):
    data = survey({"q": [f"{x:g}" for x in SCORES]}, questions={"q": {"reverse": True, **question}})
    return data.table.variable("q").values().tolist()


@pytest.mark.parametrize(
    ("question", "low", "high"),
    [
        ({"kind": "likert", "levels": [1, 2, 3, 4, 5]}, 1, 5),
        ({"kind": "numeric", "valid_range": [1, 7]}, 1, 7),
        ({"kind": "numeric", "valid_range": [0, 10]}, 0, 10),
        ({"kind": "likert", "levels": [1, 2, 3, 4, 5, 6, 7]}, 1, 7),
    ],
)
def test_turned_at_the_theoretical_range(question, low, high):
    assert turned(**question) == psych(SCORES, low, high)
    told = by_r(SCORES, low, high)
    if told is not None:
        np.testing.assert_allclose(turned(**question), told)


def test_a_repair_turns_codes_and_labels_alike():
    data = survey(
        {"q": ["1", "2", "4", "Very", "98"]},
        questions={"q": {"levels": [[1, "Not"], [2, "Little"], [3, "Some"], [4, "Much"], [5, "Very"]],
                         "missing": [[98, "dont_know"]]}},
        clean={"repairs": [{"columns": ["q"], "reverse": True, "reason": "exported the other way"}]},
    ).clean()  # fmt: skip
    found = data.table.variable("q").values()
    np.testing.assert_array_equal(found, [*psych([1, 2, 4, 5], 1, 5), np.nan])
