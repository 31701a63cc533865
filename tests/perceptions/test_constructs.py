"""Construct scores and reliability: minimum-answered means, reversed items, weighted alpha."""

from __future__ import annotations

import numpy as np
import pytest
from builders import LIKELY, survey
from estimation import by_hand

from survey_analysis.errors import ColumnNotFoundError, EstimationError
from survey_analysis.perceptions.reliability import alpha

SOURCES = {"micro": "Micro", "average": "Average"}


def cronbach(x, w):
    """k/(k-1) (1 - sum of item variances / variance of the sum), weighted, rows complete."""
    keep = ~np.isnan(x).any(axis=1)
    x, w = x[keep], w[keep]

    def var(v):
        return np.average((v - np.average(v, weights=w)) ** 2, weights=w)

    k = x.shape[1]
    return k / (k - 1) * (1 - sum(var(c) for c in x.T) / var(x.sum(axis=1)))


@pytest.fixture(scope="module")
def study():
    """Two sources, three items (the last one reversed), people leaving items out."""
    rng = np.random.default_rng(8)
    n = 90
    columns = {"w": [f"{x:.3f}" for x in rng.uniform(0.5, 2, n)], "sex": list(rng.choice(["w", "m"], n))}
    for shift, source in enumerate(SOURCES):
        person = rng.normal(size=n)
        rated = rng.random(n) > 0.2
        for item, sign in (("honest", 1), ("fair", 1), ("sells", -1)):
            score = np.clip(
                np.round(3 + sign * (person - 0.4 * shift) + 0.7 * rng.normal(size=n)), 1, 5
            ).astype(int)
            gone = ~rated | (rng.random(n) < 0.15)
            columns[f"{source}_{item}"] = ["" if g else str(s) for s, g in zip(score, gone, strict=True)]
    items = {
        name: {
            "over": "source",
            "columns": f"{{source}}_{name}",
            "scale": "five",
            "base": "people who rated a {source}",
            "short": name.capitalize(),
        }
        for name in ("honest", "fair", "sells")
    }
    items["sells"]["reverse"] = True
    return survey(
        columns,
        design={"weight": "w"},
        scales={"five": {"levels": LIKELY}, "four": {"levels": [1, 2, 3, 4]}},
        subjects={"source": SOURCES},
        batteries=items,
        questions={"sex": {"levels": ["w", "m"]}},
        constructs={
            "trust": {"items": ["honest", "fair", "sells"], "minimum_answered": 2, "text": "Trust"},
            "pair": {"items": ["honest", "fair"], "text": "Pair"},
        },
    )


def matrix(data, source, items=("honest", "fair", "sells")):
    """Items as numbers, the reversed one turned by hand."""
    frame = data.table.raw.frame
    columns = [np.array([float(v) if v else np.nan for v in frame[f"{source}_{i}"]]) for i in items]
    return np.column_stack([6 - c if i == "sells" else c for i, c in zip(items, columns, strict=True)])


@pytest.mark.parametrize(
    ("name", "minimum", "items"), [("trust", 2, ("honest", "fair", "sells")), ("pair", 1, ("honest", "fair"))]
)
def test_scores_by_hand(study, name, minimum, items):
    rows = study.perceptions(name, by="source").to_frame()
    assert rows["source"].tolist() == list(SOURCES.values())
    w = study.frame.weight
    for source, row in zip(SOURCES, rows.to_dict("records"), strict=True):
        x = matrix(study, source, items)
        answered = (~np.isnan(x)).sum(axis=1)
        score = np.where(answered >= minimum, np.nansum(x, axis=1) / np.maximum(answered, 1), np.nan)
        base = ~np.isnan(score) * 1.0
        theta, z = by_hand.ratio(np.nan_to_num(score), base, w)
        assert row["estimate"] == pytest.approx(theta, rel=1e-12)
        assert row["std_error"] == pytest.approx(np.sqrt(by_hand.variance(z)), rel=1e-12)
        assert row["n"] == base.sum()


def test_several_constructs_share_one_covariance(study):
    seen = study.perceptions(["trust", "pair"], by="source")
    assert seen.to_frame()["construct"].tolist() == ["Trust", "Trust", "Pair", "Pair"]
    assert seen.vcov.shape == (4, 4)
    assert abs(seen.vcov[0, 2]) > 0.1 * seen.vcov[0, 0]
    alone = study.perceptions("pair", where={"source": "micro"})
    assert seen["pair", "micro"].value == pytest.approx(alone.value, rel=1e-12)
    assert seen["pair", "micro"].std_error == pytest.approx(alone.std_error, rel=1e-12)


def test_all_constructs_by_default_and_other_breakdowns(study):
    assert len(study.perceptions()) == 4
    crossed = study.perceptions("trust", by=["source", "sex"]).to_frame()
    assert crossed[["source", "sex"]].to_numpy().tolist() == [
        ["Micro", "w"],
        ["Micro", "m"],
        ["Average", "w"],
        ["Average", "m"],
    ]


def test_differences_between_sources_stand_construct_by_construct(study):
    rows = study.perceptions(["trust", "pair"], by="source").compare("average").to_frame()
    assert rows["construct"].tolist() == ["Trust", "Pair"] * 2
    assert rows["base"].tolist() == ["own"] * 2 + ["common"] * 2
    tested = study.perceptions(["trust", "pair"], by="source").test().to_frame()
    assert tested["construct"].tolist() == ["Trust", "Pair"]


def test_alpha_is_weighted_and_reversed_items_are_turned(study):
    found = dict(study.perceptions(["trust", "pair"], by="source").topic.reliability)
    w = study.frame.weight
    for source, label in SOURCES.items():
        assert found[f"Trust / {label}"] == pytest.approx(cronbach(matrix(study, source), w), rel=1e-12)
        x = matrix(study, source, ("honest", "fair"))
        keep = ~np.isnan(x).any(axis=1)
        cov = np.cov(x[keep].T, aweights=w[keep], ddof=0)
        r = cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1])
        assert found[f"Pair / {label}"] == pytest.approx(2 * r / (1 + r), rel=1e-12)
    assert found["Trust / Micro"] > 0.6


def test_alpha_of_known_data():
    """Items that are equal up to a constant are perfectly consistent; independent ones are not."""
    x = np.array([[1.0, 2, 3], [2, 3, 4], [4, 5, 6], [3, 4, 5]])
    assert alpha(x, np.ones(4)) == pytest.approx(1)
    assert alpha(x[:, :2], np.ones(4)) == pytest.approx(1)
    assert alpha(np.array([[1.0, 1, 0], [0, 1, 1], [1, 0, 1], [0, 0, 0]]), np.ones(4)) == pytest.approx(
        0, abs=1e-12
    )
    assert np.isnan(alpha(np.array([[1.0, 2], [1, 3], [1, 4]]), np.ones(3)))
    assert np.isnan(alpha(x[:, :1], np.ones(4)))
    assert np.isnan(alpha(x[:2], np.ones(2)))


def test_alpha_leaves_out_rows_that_are_incomplete_or_have_no_weight():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(40, 1)) + rng.normal(size=(40, 4))
    w = rng.uniform(0.5, 2, 40)
    whole = alpha(x, w)
    holes = np.vstack([x, [[np.nan, 9, 9, 9], [50, -50, 50, -50]]])
    assert alpha(holes, np.append(w, [1, 0])) == pytest.approx(whole, rel=1e-12)


def test_what_cannot_be_averaged(study):
    with pytest.raises(ColumnNotFoundError, match="no construct 'trsut'") as caught:
        study.perceptions("trsut")
    assert "'trust'" in caught.value.hint
    plain = survey({"q": ["1"]})
    with pytest.raises(EstimationError, match="declares no constructs"):
        plain.perceptions()
    mixed = survey(
        {"a": ["1", "2"], "b": ["1", "2"]},
        questions={
            "a": {"kind": "likert", "levels": LIKELY},
            "b": {"kind": "likert", "levels": [1, 2, 3, 4]},
        },
        constructs={"c": {"items": ["a", "b"]}},
    )
    with pytest.raises(EstimationError, match="scales of different length") as caught:
        mixed.perceptions("c")
    assert caught.value.where == "a: 5, b: 4"


def test_n_missing_counts_people_asked_who_answered_too_few():
    data = survey(
        {"a": ["1", "", "", "3"], "b": ["2", "2", "", "4"], "asked": ["1", "1", "1", "0"]},
        questions={n: {"kind": "likert", "levels": LIKELY, "asked_if": "asked == 1"} for n in "ab"},
        constructs={"c": {"items": ["a", "b"], "minimum_answered": 2}},
    )
    row = data.perceptions("c").to_frame().iloc[0]
    assert (row["n"], row["n_missing"]) == (2, 2)
