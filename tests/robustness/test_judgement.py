"""Conclusions, flips and what a conclusion hangs on, against the licences and by brute force."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.robustness.conclude import (
    NEITHER,
    TOO_SMALL,
    concluded_differences,
    concluded_levels,
    holds,
    limit_of,
)
from survey_analysis.robustness.numbers import Numbers
from survey_analysis.wording.facts import MINIMUM, Facts
from survey_analysis.wording.licences import licensed
from tests.robustness import small

WORDS = ("nearly all", "a large majority", "a majority", "few", "a minority")


def numbers(low, high, base=500.0):
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    nothing = np.full(len(low), np.nan)
    n = np.full(len(low), 500)
    return Numbers((low + high) / 2, nothing, low, high, nothing, n, np.full(len(low), base))


@pytest.mark.parametrize("word", WORDS)
def test_a_share_concludes_a_word_exactly_where_the_report_may_use_it(word):
    ends = [0.02, 0.1, 0.15, 0.151, 0.3, 0.5, 0.501, 2 / 3, 0.667, 0.7, 0.9, 0.901, 0.99]
    pairs = [(a, b) for a, b in itertools.product(ends, ends) if a <= b]
    low, high = zip(*pairs, strict=True)
    found = holds(word, concluded_levels(numbers(low, high), None))
    plain = word.removeprefix("a ")
    for mine, (a, b) in zip(found, pairs, strict=True):
        assert mine == licensed(plain, Facts(p=(a + b) / 2, low=a, high=b, n=500, n_effective=500)), (a, b)
    assert limit_of(word) is not None


def test_nothing_is_concluded_from_a_small_base():
    assert concluded_levels(numbers([0.8], [0.9], base=MINIMUM - 0.5), None).tolist() == [TOO_SMALL]
    assert concluded_levels(numbers([0.4], [0.6], base=MINIMUM), None).tolist() == [NEITHER]
    tiny = numbers([0.1], [0.2], base=29.0)
    assert concluded_differences(tiny, np.array([0.001])).tolist() == [TOO_SMALL]


def test_a_difference_needs_its_adjusted_p():
    found = numbers([-0.2, 0.1, 0.1, 0.1], [-0.1, 0.2, 0.2, 0.2])
    p = np.array([0.01, 0.0499, 0.05, np.nan])
    assert concluded_differences(found, p).tolist() == ["lower", "higher", "no clear difference", "no test"]


def test_against_a_value():
    found = numbers([0.4, 0.51, 0.3], [0.49, 0.6, 0.7])
    assert concluded_levels(found, 0.5).tolist() == ["below", "above", "not told apart"]


@pytest.fixture(scope="module")
def found():
    over = {
        "cleaning": ["none"],
        "weights": "default",
        "dont_know": ["in the base"],
        "box": [1, 3, "mean"],
        "base": "default",
    }
    return small.survey().robustness("follow", top=2, by="source", to="b", over=over)


def test_flips_by_brute_force(found):
    star = found["Star"]
    rows = star.rows.set_index(["cleaning", "weights", "dont_know", "box", "base"])["same"].to_dict()
    names = [d.name for d in star.varied]
    for line in star.flips().to_dict("records"):
        at = names.index(line["dimension"])
        declared = star.varied[at].declared
        pairs = [
            (same, rows.get((*path[:at], declared, *path[at + 1 :])))
            for path, same in rows.items()
            if path[at] == line["option"] and line["option"] != declared
        ]
        pairs = [(a, b) for a, b in pairs if b is not None]
        assert line["twins"] == len(pairs)
        assert line["flips"] == sum(a != b for a, b in pairs)


def test_what_is_named_as_sensitive_flips_most_and_only_under_ninety_percent(found):
    for target in found.targets:
        one = found[target.name]
        share = one.flips()["share"]
        assert one.share_same == pytest.approx(one.rows["same"].mean())
        if one.share_same >= 0.9:
            assert one.sensitive_to == ""
        elif share.max() > 0:
            worst = one.flips().loc[share.idxmax()]
            assert str(worst["option"]) in one.summary()["sensitive_to"].iloc[0]


def test_the_range_is_that_of_the_declared_box(found):
    row = found["Friend"].summary().iloc[0]
    rows = found["Friend"].rows
    alike = rows.loc[rows["box"] == "top-2", "estimate"]
    assert (row["low"], row["high"]) == (alike.min(), alike.max())
    shares = rows.loc[rows["unit"] == "share", "estimate"]
    assert (row["low_any_box"], row["high_any_box"]) == (shares.min(), shares.max())
    assert found["Friend"].range == (alike.min(), alike.max())


def test_a_conclusion_that_hangs_on_one_decision_names_it():
    rng = np.random.default_rng(1)
    n = 2000
    heavy = rng.random(n) < 0.5
    data = pd.DataFrame(
        {
            "q": np.where(rng.random(n) < np.where(heavy, 0.65, 0.35), "yes", "no"),
            "w": np.where(heavy, 9.0, 1.0),
        }
    )
    survey = sa.read(data, weight="w")
    one = survey.robustness("q", answers=["yes"], value=0.5, over={"weights": ["none"]})
    assert one.rows["conclusion"].tolist() == ["above", "not told apart"]
    assert one.sensitive_to == "the weights (none)"
    assert one.sentence().endswith("sensitive to the weights (none).")


def test_a_family_is_adjusted_within_a_path(found):
    for _, path in found.rows.groupby("path"):
        p = path["p_value"].to_numpy()
        order = np.argsort(p)
        holm = np.minimum(1, np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order]))
        assert np.allclose(path["p_adjusted"].to_numpy()[order], holm)


def test_outputs_carry_every_choice(found):
    told = json.loads(found.to_json())
    assert told["type"] == "robustness"
    assert len(told["rows"]) == len(found.rows)
    text = found.explain()
    for dimension in found.varied:
        for choice in dimension.choices:
            assert choice.name in text
    assert "no probability" in text
    assert repr(found) == repr(found.table())
    assert "Friend" in found._repr_html_()
    assert "Sensitive" in repr(found)
    frame = found.to_frame()
    frame.loc[:, "estimate"] = 0.0
    assert (found.rows["estimate"] != 0).all()


def test_progress_is_told_and_the_same_bytes_come_twice():
    told: list[str] = []
    survey = small.survey()
    over = {"weights": ["none"], "base": ["own"]}
    first = survey.robustness("follow", top=2, by="source", to="b", over=over, progress=told.append)
    again = small.survey().robustness("follow", top=2, by="source", to="b", over=over)
    assert told[0] == "analysis paths 0 of 4"
    assert first.to_json() == again.to_json()


def test_a_title_of_ones_own_is_read_word_by_word(found):
    with pytest.warns(sa.SurveyAnalysisWarning, match="drives"):
        chart = found["Friend"].plot(title="Friendship drives following")
    assert chart.title == "Friendship drives following"


def test_simulated_data_say_so():
    survey = small.survey(sample={"kind": "simulated", "program": "x", "seed": "1"})
    one = survey.robustness("follow", top=2, where={"source": "a"}, over=["box"])
    assert one.sentence().endswith("Simulated data.")
    assert one.plot().caption.simulated
