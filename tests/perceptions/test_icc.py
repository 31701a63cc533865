"""The verb `icc`: R's six forms, weights, designs, and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from builders import LIKELY, ratings, survey
from oracles.harness import entries, table

import survey_analysis as sa
from survey_analysis.core.icc import FORMS
from survey_analysis.errors import ColumnNotFoundError, EstimationError

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
PRINTED = {"ICC1": 0.17, "ICC2": 0.29, "ICC3": 0.71, "ICC1k": 0.44, "ICC2k": 0.62, "ICC3k": 0.91}
"""Shrout and Fleiss (1979), table 4."""


@pytest.fixture(scope="module")
def printed() -> sa.Survey:
    return sa.read(pd.DataFrame(SHROUT_FLEISS, columns=["a", "b", "c", "d"]))


def test_the_printed_example(printed: sa.Survey) -> None:
    rows = printed.icc(["a", "b", "c", "d"], method="f").rows
    assert rows["coefficient"].tolist() == list(FORMS)
    assert dict(zip(FORMS, rows["estimate"].round(2), strict=True)) == PRINTED
    assert (rows["df1"] == 5).all()
    assert rows["p_value"].iloc[2] < 0.001
    plain = printed.icc(["a", "b", "c", "d"])
    assert plain.rows["estimate"].to_numpy() == pytest.approx(rows["estimate"].to_numpy())
    assert plain.rows["p_value"].isna().all()


@pytest.mark.oracle
def test_three_leaders_rated_by_the_same_people() -> None:
    theirs = entries("06_psychometrics")["icc.sources"]["values"]
    data = pd.DataFrame({c: table("beps")[c][:200].astype(int) for c in ("Blair", "Hague", "Kennedy")})
    rows = sa.read(data).icc(["Blair", "Hague", "Kennedy"], method="f").rows
    for ours, r in (
        ("estimate", "ICC"), ("statistic", "F"), ("df1", "df1"), ("df2", "df2"), ("p_value", "p"),
        ("conf_low", "lower bound"), ("conf_high", "upper bound"),
    ):  # fmt: skip
        assert rows[ours].to_numpy() == pytest.approx(np.array(theirs[r], dtype=float), rel=1e-9), ours


def test_of_raters_that_do_not_differ_consistency_is_agreement() -> None:
    rng = np.random.default_rng(2)
    trait = rng.normal(size=400)
    frame = pd.DataFrame({f"r{j}": (3 * (trait + rng.normal(size=400))).round() for j in range(3)})
    found = sa.read(frame).icc(["r0", "r1", "r2"])
    values = found.rows.set_index("coefficient")
    assert values.loc["ICC3", "estimate"] == pytest.approx(0.5, abs=4 * values.loc["ICC3", "std_error"])
    assert values.loc["ICC2", "estimate"] == pytest.approx(values.loc["ICC3", "estimate"], abs=0.02)
    f = sa.read(frame).icc(["r0", "r1", "r2"], method="f").rows.set_index("coefficient")
    for form in ("ICC3", "ICC3k"):  # normal answers: the F interval and the design's are near each other
        for limit in ("conf_low", "conf_high"):
            assert values.loc[form, limit] == pytest.approx(f.loc[form, limit], abs=0.02)


def test_of_a_weighted_battery(printed: sa.Survey) -> None:
    data = ratings()
    found = data.icc("follow")
    assert found.dims[0].levels[0][1] == "follow"
    x = np.column_stack(
        [
            pd.to_numeric(data.table.raw.frame[f"{s}_q"], errors="coerce")
            for s in ("micro", "average", "celebrity")
        ]
    )
    keep, w = ~np.isnan(x).any(axis=1), data.frame.weight
    c = np.cov(x[keep].T, aweights=w[keep])
    between, rest = c.sum() / 3, (np.trace(c) - c.sum() / 3) / 2
    assert found["ICC3"].value == pytest.approx((between - rest) / (between + 2 * rest), rel=1e-12)
    assert int(found.rows["n"].iloc[0]) == keep.sum()
    two = data.icc("follow", subjects=["micro", "average"], by="region")
    assert len(two) == 12
    jackknife = data.replicates(method="jackknife").icc("follow")
    assert jackknife.rows["std_error"].to_numpy() == pytest.approx(
        found.rows["std_error"].to_numpy(), rel=0.15
    )


def test_what_is_said(printed: sa.Survey) -> None:
    found = printed.icc(["a", "b", "c", "d"], method="f")
    assert found.sentence().startswith("a, b, c, d: ICC(2,1) of 4 ratings is 0.29 (n = 6 respondents")
    assert "Shrout and Fleiss (1979)" in found.explain()
    assert [c.label for c in found.table().columns] == ["Coefficient", "95% interval", "SE", "F", "p", "n"]
    assert repr(found)
    assert "ICC(2,1)" in found.plot().caption.alt


def test_ratings_that_are_all_alike_are_named() -> None:
    data = sa.read(pd.DataFrame({"a": [3, 3, 3, 3], "b": [1, 2, 3, 4]}))
    found = data.icc(["a", "b"])
    assert [(w.kind, w.items) for w in found.warnings] == [("constant", ("a",))]
    assert found.rows["estimate"].isna().all()


def test_ratings_of_a_person_that_do_not_differ() -> None:
    for shift, form in ((0, "ICC1"), (1, "ICC3")):
        data = sa.read(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1 + shift, 2 + shift, 3 + shift, 4 + shift]}))
        found = data.icc(["a", "b"], method="f")
        assert found[form].value == pytest.approx(1)
        assert "do not differ" in found[form].rows["method"].iloc[0]
        assert found.rows["conf_low"].isna().all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"ratings": ["a"]}, "'a' is one rating"),
        ({"ratings": []}, "No rating was named"),
        ({"ratings": ["a", "a"]}, "named twice"),
        ({"ratings": ["a", "b"], "subjects": ["a"]}, "subjects= is of a battery"),
        ({"ratings": ["a", "b"], "over": "c"}, "one row a rating; here a row is a person"),
        ({"ratings": ["a", "b"], "method": "feldt"}, "method = 'feldt' is not known"),
    ],
)
def test_calls_that_cannot_be(printed: sa.Survey, call: dict[str, object], message: str) -> None:
    with pytest.raises(EstimationError, match=message):
        printed.icc(**call)


def test_batteries_and_others_do_not_mix() -> None:
    data = ratings()
    with pytest.raises(EstimationError, match="'follow' is a battery"):
        data.icc(["follow", "region"])
    with pytest.raises(EstimationError, match="runs over source already"):
        data.icc("follow", over="region")
    with pytest.raises(ColumnNotFoundError, match="not a member"):
        data.icc("follow", subjects=["micro", "nobody"])


def long(rows: list[tuple[str, str, str, str]]) -> sa.Survey:
    names = ("id", "source", "q", "w")
    return survey(
        {n: [r[j] for r in rows] for j, n in enumerate(names)},
        design={"weight": "w", "id": "id"},
        questions={"q": {"kind": "likert", "levels": LIKELY}, "source": {"levels": ["a", "b", "c"]}},
    )


ROWS = [(f"p{i}", s, str(1 + (i * (2 + j)) % 5), "1") for i in range(12) for j, s in enumerate("abc")]


def test_rows_of_a_person() -> None:
    assert len(long(ROWS).icc("q", over="source", subjects=["a", "b"])) == 6
    with pytest.raises(EstimationError, match="Somebody rated 'a' in several rows"):
        long([*ROWS, ("p0", "a", "3", "1")]).icc("q", over="source")
    with pytest.raises(EstimationError, match="1 person has different weights"):
        long([*ROWS[:-1], (*ROWS[-1][:3], "2")]).icc("q", over="source")
    with pytest.raises(EstimationError, match="holds for some rows of 12 people"):
        long(ROWS).icc("q", over="source", where="source == 'a'")
    with pytest.raises(ColumnNotFoundError, match="There is no 'd'"):
        long(ROWS).icc("q", over="source", subjects=["a", "d"])
