"""An exclusion rule without some of its rules: what is left removes whom the rest of the evidence removes."""

from __future__ import annotations

import numpy as np
import pytest

from survey_analysis.cleaning.exclude import evidence_of, excluded, without
from survey_analysis.errors import StudyError
from survey_analysis.results.process import QualityFlag

RULES = {
    "speeders": "speed",
    "straight_liners": "pattern",
    "attention": "contradiction",
    "duplicates": "authenticity",
}
N = 200
RNG = np.random.default_rng(5)
FLAGS = [QualityFlag(r, r, f, RNG.random(N) < 0.3) for r, f in RULES.items()]
SENTENCES = [
    "duplicates or at least 2 of 4 families",
    "at least 2 of 4 rules",
    "duplicates or (speeders and attention)",
    "(duplicates or speeders) and not attention",
    "any",
    "speeders and not (attention or straight_liners)",
]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("gone", [["speeders"], ["duplicates"], ["attention", "speeders"]])
def test_a_rule_that_is_left_out_flags_nobody(sentence, gone):
    left = [f for f in FLAGS if f.rule not in gone]
    silent = [
        f if f.rule not in gone else QualityFlag(f.rule, f.rule, f.family, np.zeros(N, dtype=bool))
        for f in FLAGS
    ]
    mine = excluded(without(sentence, gone, FLAGS), evidence_of(left, N))
    assert (mine == excluded(sentence, evidence_of(silent, N))).all()


def test_what_is_left_of_a_sentence():
    assert without("duplicates", ["duplicates"], FLAGS) == ""
    assert without("speeders and attention", ["speeders"], FLAGS) == ""
    assert without("attention and not speeders", ["speeders"], FLAGS) == "attention"
    assert without("at least 4 of 4 families", ["speeders"], FLAGS) == ""
    assert without("any", list(RULES), FLAGS) == ""
    with pytest.raises(StudyError, match="would remove everybody"):
        without("not speeders", ["speeders"], FLAGS)
