"""The exclusion rule: what it says and what it cannot say."""

from __future__ import annotations

import numpy as np
import pytest

from survey_analysis.cleaning.exclude import Evidence, excluded
from survey_analysis.errors import StudyError

FAST = np.array([1, 1, 0, 0, 1], dtype=bool)
FLAT = np.array([1, 0, 1, 0, 1], dtype=bool)
CHECK = np.array([1, 0, 0, 0, 0], dtype=bool)
EVIDENCE = Evidence(
    {"speeders": FAST, "straight_liners": FLAT, "attention": CHECK},
    {"speed": FAST, "pattern": FLAT, "contradiction": CHECK},
    5,
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("any", [0, 1, 2, 4]),
        ("all", [0]),
        ("at least 1 of 3 families", [0, 1, 2, 4]),
        ("at least 2 of 3 families", [0, 4]),
        ("At least  2 of 3 rules", [0, 4]),
        ("speeders", [0, 1, 4]),
        ("speeders and not straight_liners", [1]),
        ("attention or (straight_liners and not speeders)", [0, 2]),
        ("attention or straight_liners and not speeders", [0, 2]),
        ("attention or at least 3 of 3 families", [0]),
        ("not any", [3]),
    ],
)
def test_sentences(text, rows):
    assert np.flatnonzero(excluded(text, EVIDENCE)).tolist() == rows


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("at least 2 of 4 families", "speaks of 4 families, but the quality rules make 3"),
        ("at least 0 of 3 families", "can never hold or always does"),
        ("at least 4 of 3 families", "can never hold or always does"),
        ("speeder", "names 'speeder'"),
        ("speeders and", "ends where the name of a rule was expected"),
        ("(speeders", "parenthesis is not closed"),
        ("speeders attention", "found 'attention'"),
        ("at least two families", "names 'at'"),
    ],
)
def test_sentences_that_cannot_be(text, message):
    with pytest.raises(StudyError, match=message):
        excluded(text, EVIDENCE)


def test_an_exclusion_rule_needs_quality_rules():
    with pytest.raises(StudyError, match="an exclusion rule but no quality rule"):
        excluded("any", Evidence({}, {}, 5))
