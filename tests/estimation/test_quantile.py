"""Quantiles, their rules and intervals against R `svyquantile`, statsmodels and numpy.

Three places differ from R on purpose (docs/decisions): weights that reach the order exactly (R decides by the
rounding of a sum), the score interval (R looks the root up in the unweighted distribution), and interpolation
below the first point (R runs below the smallest answer). Each is found by its mechanism, not by its id.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from oracles.harness import entries

import survey_analysis as sa
from estimation.r_designs import DESIGNS, close, survey
from survey_analysis.core.covariance import covariance
from survey_analysis.core.quantiles import weighted_quantile
from survey_analysis.errors import EstimationError, ScoreError

CLOSED = 1e-9
METHODS = {"mean": "woodruff"}


def values(data: sa.Survey, name: str) -> tuple[np.ndarray, np.ndarray]:
    cells = pd.to_numeric(data.table.raw.frame[name]).to_numpy(dtype=float)
    return cells, data.frame.weight


def reached_exactly(x: np.ndarray, w: np.ndarray, p: float) -> bool:
    """Some smallest answers weigh exactly p: R takes one value or the next as rounding falls."""
    share = np.cumsum(w[np.argsort(x, kind="stable")]) / w.sum()
    return bool((np.abs(share - p) < 1e-10).any())


def asked(entry: dict[str, Any]) -> tuple[str, list[float], str, str]:
    text = re.sub(r"\s+", " ", entry["call"])
    design = re.search(r"svyquantile\(~[\w +]+, (\w+), c\(([^)]*)\)", text)
    rule = re.search(r"qrule = ['\"](\w+)", text)
    method = re.search(r"interval.type = ['\"](\w+)", text)
    name = {"shahvaish": "shahvaish-r"}.get(rule[1], rule[1]) if rule else "math"
    kind = METHODS.get(method[1], method[1]) if method else "woodruff"
    return design[1], [float(p) for p in design[2].split(",")], name, kind


@pytest.mark.oracle
def test_every_rule_and_interval_of_r(capsys):
    done, left, wrong = Counter(), Counter(), []
    for identifier, entry in entries("01_taylor").items():
        if not re.match(r"taylor\.\w+\.(quantile_(mean|xlogit|beta|score)|qrule_)", identifier):
            continue
        design, orders, rule, method = asked(entry)
        if design not in DESIGNS:
            left["two stages: the designs' own tests"] += 1
            continue
        data = survey(design)
        for name, matrix in entry["values"].items():
            if name == "se":
                continue
            x, w = values(data, name)
            ours = data.quantile(name, orders, rule=rule, method=method, df="design").to_frame()
            ours = ours[["estimate", "conf_low", "conf_high", "std_error"]].to_numpy()
            for p, mine, theirs in zip(orders, ours, np.array(matrix["data"], dtype=float), strict=True):
                stepped = rule in ("math", "school", "hf1", "hf2")
                if stepped and reached_exactly(x, w, p) and not close(mine[0], theirs[0], CLOSED):
                    assert theirs[0] == weighted_quantile(x, w, p + 1e-9)
                    left["weights reach the order exactly"] += 1
                elif method == "score":
                    assert close(mine[0], theirs[0], CLOSED)
                    left["score interval"] += 1
                elif rule == "hf4" and theirs[1] < x.min():
                    assert close(mine[[0, 2]], theirs[[0, 2]], CLOSED)
                    assert mine[1] == x.min()
                    left["below the smallest answer"] += 1
                else:
                    done["rows"] += 1
                    if not close(mine, theirs, CLOSED):
                        wrong.append(f"{identifier} {name} {p}: {mine} against {theirs}")
        done["entries"] += 1
    with capsys.disabled():
        print(f"\nsvyquantile: {dict(done)}; on purpose not as in R: {dict(left)}")
    assert not wrong, "\n".join(wrong)
    assert done["rows"] > 700


@pytest.mark.oracle
def test_score_interval_of_r_is_ours_looked_up_without_weights():
    """R takes the unweighted share of answers below the root and then the weighted quantile of that share."""
    data = survey("dstrat")
    x, w = values(data, "api00")
    ours = data.quantile("api00", [0.1, 0.25, 0.5, 0.75, 0.9], method="score", df="design").to_frame()
    theirs = entries("01_taylor")["taylor.dstrat.quantile_score"]["values"]["api00"]["data"]
    for mine, (_, low, high, _) in zip(ours.itertuples(), theirs, strict=True):
        for limit, r in ((mine.conf_low, low), (mine.conf_high, high)):
            near = [
                float(weighted_quantile(x, w, (x < limit).mean())),
                float(weighted_quantile(x, w, (x <= limit).mean())),
            ]
            assert min(near) <= r <= max(near)


@pytest.mark.oracle
def test_by_domain():
    entry = entries("01_taylor")["taylor.dnh.quantile_by"]["values"]
    ours = survey("dnh").median("age", by="race").to_frame()
    for column, key in (("estimate", "age"), ("conf_low", "ci_l"), ("conf_high", "ci_u")):
        assert ours[column].tolist() == entry[key]


@pytest.mark.oracle
def test_replicate_designs():
    """R gives the Woodruff limits also where "xlogit" is asked of replicate weights."""
    done, wrong = 0, []
    for identifier, entry in entries("03_replicates").items():
        if not identifier.endswith(".quantile"):
            continue
        data = survey(identifier.split(".")[1])
        for method in ("woodruff", "quantile"):
            key = {"woodruff": "mean"}.get(method, method)
            theirs = np.array(entry["values"][key]["api00"]["data"], dtype=float)
            ours = data.quantile("api00", [0.25, 0.5, 0.75], method=method, df="design").to_frame()
            ours = ours[["estimate", "conf_low", "conf_high", "std_error"]].to_numpy()
            for p, mine, r in zip((0.25, 0.5, 0.75), ours, theirs, strict=True):
                if close(mine, r, CLOSED):
                    done += 1
                    continue
                x, w = values(data, "api00")
                tied = [
                    reached_exactly(x, column, p)
                    for block in data.frame.replicates.weights.blocks(w)
                    for column in block.T
                ]
                if not (method == "quantile" and any(tied)):
                    wrong.append(f"{identifier} {method} {p}: {mine} against {r}")
    assert not wrong, "\n".join(wrong)
    assert done > 35


class TestRules:
    @pytest.mark.parametrize(
        ("rule", "theirs"),
        [
            ("hf1", "inverted_cdf"),
            ("hf2", "averaged_inverted_cdf"),
            ("hf4", "interpolated_inverted_cdf"),
            ("hf5", "hazen"),
            ("hf6", "weibull"),
            ("hf7", "linear"),
            ("hf8", "median_unbiased"),
            ("hf9", "normal_unbiased"),
        ],
    )
    def test_equal_weights_are_the_rules_of_hyndman_and_fan(self, rule, theirs):
        x = np.random.default_rng(3).normal(size=41)
        p = np.array([0.01, 0.1, 0.25, 0.5, 0.613, 0.9, 0.99])
        for scale in (1.0, 30.97):
            got = weighted_quantile(x, np.full(41, scale), p, rule)
            np.testing.assert_allclose(got, np.quantile(x, p, method=theirs), rtol=1e-12)

    @pytest.mark.parametrize(
        "rule", ["math", "school", "shahvaish", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"]
    )
    def test_order_of_rows_and_scale_of_weights_do_not_matter(self, rule):
        rng = np.random.default_rng(8)
        x, w = rng.integers(0, 30, 57).astype(float), rng.choice([0.0, 1.0, 2.5, 4.0], 57)
        p = np.linspace(0.02, 0.98, 33)
        got = weighted_quantile(x, w, p, rule)
        np.testing.assert_allclose(weighted_quantile(x, 30.97 * w, p, rule), got, rtol=1e-12)
        assert (np.diff(got) >= 0).all()
        if rule in ("math", "school", "hf3"):  # the others see ties one by one
            mixed = rng.permutation(57)
            np.testing.assert_allclose(weighted_quantile(x[mixed], w[mixed], p, rule), got, rtol=1e-12)

    def test_doubling_a_respondent_is_weight_two(self):
        x = np.array([3.0, 1.0, 7.0, 4.0])
        for p in (0.2, 0.4, 0.5, 0.8):
            twice = weighted_quantile(np.append(x, 7.0), np.ones(5), p)
            assert weighted_quantile(x, [1, 1, 2, 1], p) == twice

    def test_no_weight_and_orders_outside(self):
        assert np.isnan(weighted_quantile([1.0, 2.0], [0.0, 0.0], 0.5))
        assert np.isnan(weighted_quantile([1.0, 2.0], [1.0, 1.0], [-0.1, 1.1])).all()
        with pytest.raises(EstimationError, match="no quantile rule"):
            weighted_quantile([1.0], [1.0], 0.5, "tukey")


class TestIntervals:
    def test_covariance_is_the_standard_error_squared(self):
        data = survey("dclus1")
        got = data.quantile("api00", [0.25, 0.5, 0.75], by="stype")
        np.testing.assert_allclose(np.sqrt(np.diag(got.vcov)), got.to_frame()["std_error"], rtol=1e-9)
        correlations = got.vcov / np.sqrt(np.outer(np.diag(got.vcov), np.diag(got.vcov)))
        assert (np.abs(correlations[~np.isnan(correlations)]) <= 1 + 1e-9).all()
        z = got.evidence.z
        np.testing.assert_allclose(covariance(z, data.frame), got.vcov, rtol=1e-9, equal_nan=True)

    def test_two_medians_are_compared_on_own_and_common_bases(self):
        data = survey("dstrat")
        medians = data.median(["api00", "api99"], df="design")
        test = medians.compare(dim="question", df="design").to_frame()
        v = medians.vcov
        assert test["base"].tolist() == ["own", "common"]
        np.testing.assert_allclose(test["std_error"][0] ** 2, v[0, 0] + v[1, 1] - 2 * v[0, 1], rtol=1e-9)
        np.testing.assert_allclose(test["std_error"][1], test["std_error"][0], rtol=1e-9)  # all gave both

    def test_common_base_makes_the_quantile_again(self):
        rng = np.random.default_rng(2)
        frame = pd.DataFrame({"a": rng.normal(size=60), "b": rng.normal(1, 1, 60)})
        frame.loc[:9, "b"] = np.nan
        got = sa.read(frame).median(["a", "b"]).compare(dim="question", base="common").to_frame()
        both = frame.dropna()
        assert got["estimate_a"][0] == weighted_quantile(both["a"], np.ones(50), 0.5)
        assert got["n"][0] == 50

    def test_median_of_a_simple_sample_covers(self):
        """The Woodruff interval holds the order statistics that bound p by about 1.96 standard errors."""
        x = np.arange(1.0, 401.0)
        got = sa.read(pd.DataFrame({"x": x})).median("x")
        assert got.value == 200
        assert got.interval == pytest.approx((200 - 1.966 * 10, 200 + 1.966 * 10), abs=1.5)


class TestHardCases:
    def test_constant_answers(self):
        got = sa.read(pd.DataFrame({"v": [3.0] * 6})).median("v").to_frame().iloc[0]
        assert (got["estimate"], got["std_error"], got["conf_low"], got["conf_high"]) == (3, 0, 3, 3)

    def test_one_and_two_respondents(self):
        study = {"questions": {"v": {"kind": "numeric"}, "g": {"levels": ["one", "two"]}}}
        data = pd.DataFrame({"v": ["1", "5", "9"], "g": ["one", "two", "two"]})
        got = sa.read(data, study=study).median("v", by="g").to_frame()
        assert got["estimate"].tolist() == [1, 5]
        assert np.isnan(got["std_error"][0])
        assert "no degrees of freedom" in got["method"][0]

    def test_nobody_answered(self):
        study = {"questions": {"v": {"kind": "numeric"}, "g": {"levels": ["one", "two"]}}}
        data = pd.DataFrame({"v": ["1", "5", ""], "g": ["one", "one", "two"]})
        got = sa.read(data, study=study).median("v", by="g").to_frame()
        assert got["method"].tolist()[1] == "no respondents"
        assert np.isnan(got["estimate"][1])
        with pytest.raises(EstimationError, match="Nobody"):
            sa.read(data, study=study).median("v", where="g == 'two'")

    def test_refusals(self):
        data = sa.read(pd.DataFrame({"v": [1.0, 2.0, 4.0], "word": ["a", "b", "a"]}))
        with pytest.raises(EstimationError, match="not the order of a quantile"):
            data.quantile("v", 50)
        with pytest.raises(EstimationError, match="no replicate weights"):
            data.median("v", method="quantile")
        with pytest.raises(EstimationError, match="no interval method"):
            data.median("v", method="t")
        with pytest.raises(ScoreError, match="words"):
            data.median("word")
        with pytest.raises(EstimationError, match="df = "):
            data.median("v", df="residual")


@pytest.mark.oracle
def test_distribution_function():
    theirs = entries("01_taylor")["taylor.dnh.smoothed_cdf"]["values"]
    got = survey("dnh").cdf("age", [1, 2, 3, 4]).to_frame()
    np.testing.assert_allclose(got["estimate"], list(theirs.values()), rtol=CLOSED)
    assert "0/100%" in got["method"].iloc[-1]


def test_explained():
    text = sa.read(pd.DataFrame({"v": [1.0, 2.0, 4.0]})).median("v").explain()
    assert "Woodruff" in text
    assert "svyquantile" in text
