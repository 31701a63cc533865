"""At most m of the sources somebody received were rated, chosen at random: the probabilities are design."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from builders import survey

from survey_analysis.errors import EstimationError

SOURCES = ("micro", "average", "celebrity", "advocate")


def looped(answers: list[list[str]], probability: list[str], asked: int = 3):
    """Rows of answers to four sources, with the probability that a source was asked."""
    return survey(
        {"pi": probability} | {f"{s}_q": [row[j] for row in answers] for j, s in enumerate(SOURCES)},
        subjects={"source": {s: s.capitalize() for s in SOURCES}},
        scales={"s": {"levels": [1, 2, 3, 4, 5]}},
        batteries={"q": {"over": "source", "columns": "{source}_q", "scale": "s"}},
        design={"loops": {"source": {"probability": "pi", "asked": asked}}},
    )


def test_factors_of_three_of_four():
    evidence = looped([["5"] * 4] * 3, ["0.75", "1", ""]).mean("q").evidence
    assert evidence.factor(frozenset({""})).tolist() == [1, 1, 1]
    assert evidence.factor(frozenset({"micro"})).tolist() == pytest.approx([4 / 3, 1, 1])
    assert evidence.factor(frozenset({"micro", "average"})).tolist() == pytest.approx([2, 1, 1])
    assert evidence.factor(frozenset({"micro", "average", "advocate"})).tolist() == pytest.approx([4, 1, 1])


@pytest.mark.parametrize(("eligible", "asked"), [(4, 3), (4, 2), (5, 3), (7, 2)])
def test_factors_are_one_over_the_share_of_draws(eligible, asked):
    evidence = looped([["5"] * 4] * 2, [repr(asked / eligible)] * 2, asked).mean("q").evidence
    draws = list(combinations(range(eligible), asked))
    for k in range(1, asked + 1):
        together = np.mean([set(range(k)) <= set(draw) for draw in draws])
        assert evidence.factor(frozenset(SOURCES[:k])) == pytest.approx([1 / together] * 2)


def test_over_all_draws_the_estimates_are_those_of_everybody_asked_everything():
    """One row for each of the four equally likely draws of a person: the loop's randomness averages out."""
    rng = np.random.default_rng(4)
    complete = rng.integers(1, 6, (30, 4))
    rows, full = [], []
    for person in complete:
        for draw in combinations(range(4), 3):
            rows.append([str(x) if j in draw else "" for j, x in enumerate(person)])
            full.append([str(x) for x in person])
    drawn = looped(rows, ["0.75"] * len(rows))
    everything = looped(full, ["1"] * len(full))
    assert drawn.mean("q").to_frame()["estimate"].tolist() == pytest.approx(complete.mean(axis=0).tolist())
    for base in ("own", "common"):
        a = drawn.mean("q").compare("average", base=base).to_frame()["estimate"].tolist()
        b = everything.mean("q").compare("average", base=base).to_frame()["estimate"].tolist()
        assert a == pytest.approx(b)


def test_the_factor_corrects_who_was_asked_less_often():
    """Two who received all four had each source asked with 3/4; a third person rated her one source always."""
    data = looped([["5", "1", "1", ""], ["5", "", "1", "1"], ["1", "", "", ""]], ["0.75", "0.75", "1"])
    weights = np.array([4 / 3, 4 / 3, 1])
    assert data.mean("q")["micro"].value == pytest.approx((weights * [5, 5, 1]).sum() / weights.sum())
    assert data.mean("q")["micro"].to_frame()["n_weighted"].iloc[0] == pytest.approx(weights.sum())


@pytest.mark.parametrize("bad", ["0", "1.2", "-1", "x"])
def test_what_is_no_probability_is_an_error(bad):
    with pytest.raises(EstimationError, match="1 value of 'pi' is not a probability") as caught:
        looped([["5"] * 4] * 2, ["0.75", bad]).mean("q")
    assert repr(bad) in caught.value.where


def test_a_question_without_the_loop_has_no_factor():
    data = survey(
        {"pi": ["0.5", "1"], "x": ["1", "3"]},
        questions={"x": {"kind": "numeric"}},
        subjects={"source": {"a": "A"}},
        design={"loops": {"source": {"probability": "pi", "asked": 1}}},
    )
    assert data.mean("x").value == 2
