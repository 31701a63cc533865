"""Every estimator against its formula written out, for weights, strata, clusters and domains."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.weightstats import DescrStatsW

import survey_analysis as sa
from estimation import by_hand

TIGHT = {"rel": 1e-12, "abs": 1e-14}
DESIGNS = {
    "unweighted": {},
    "weights": {"weight": "w"},
    "strata": {"weight": "w", "strata": "h"},
    "clusters": {"weight": "w", "psu": "u"},
    "strata and clusters": {"weight": "w", "strata": "h", "psu": "u"},
    "long file": {"weight": "w", "id": "u"},
}


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = 60
    return pd.DataFrame(
        {
            "q": rng.choice(["1", "2", "3", "4", "5", ""], n, p=[0.1, 0.15, 0.2, 0.3, 0.15, 0.1]),
            "nps": rng.integers(0, 11, n).astype(str),
            "a": rng.poisson(2, n).astype(str),
            "b": rng.poisson(5, n).astype(str),
            "m1": rng.choice(["0", "1"], n),
            "m2": rng.choice(["0", "1"], n),
            "sex": rng.choice(["w", "m"], n),
            "w": [f"{x:.4f}" for x in rng.uniform(0.3, 3, n)],
            "h": [f"h{i // 20}" for i in range(n)],
            "u": [f"u{i // 4}" for i in range(n)],
        }
    )


def read(data, design):
    levels = [[1, "Not at all"], [2, "Not very"], [3, "Somewhat"], [4, "Very"], [5, "Extremely"]]
    options = [{"column": "m1", "label": "Web"}, {"column": "m2", "label": "Shop"}]
    study = {
        "design": DESIGNS[design],
        "questions": {
            "q": {"kind": "likert", "levels": levels},
            "nps": {"kind": "numeric"},
            "a": {"kind": "numeric"},
            "b": {"kind": "numeric"},
            "m": {"kind": "multiple", "options": options},
            "sex": {"levels": ["w", "m"]},
        },
    }
    return sa.read(data, study=study)


def pieces(data, design):
    told = DESIGNS[design]
    w = data["w"].astype(float).to_numpy() if "weight" in told else np.ones(len(data))
    stratum = data["h"].to_numpy() if "strata" in told else None
    psu = data["u"].to_numpy() if "psu" in told or "id" in told else None
    return w, stratum, psu


def check(estimate, data, design, y, x, *, share, where=None):
    """Estimate, SE, df, limits, n, effective base of a one-row result against the formulas."""
    w, stratum, psu = pieces(data, design)
    inside = np.ones(len(data), bool) if where is None else where
    y, x = np.where(inside, y, 0.0), np.where(inside, x, 0.0)
    theta, z = by_hand.ratio(y, x, w)
    se = np.sqrt(by_hand.variance(z, stratum, psu))
    nu = by_hand.df(x != 0, stratum, psu)
    row = estimate.to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(theta, **TIGHT)
    assert row["std_error"] == pytest.approx(se, **TIGHT)
    assert row["df"] == nu
    limits = by_hand.logit_interval(theta, se, nu) if share else by_hand.t_interval(theta, se, nu)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(limits, rel=1e-9)
    base = pd.Series(w * x)[x != 0]
    if "id" in DESIGNS[design]:  # several rows a person: people are counted, and weigh once
        base = base.groupby(data["u"][x != 0]).sum()
    assert row["n"] == len(base)
    assert row["n_effective"] == pytest.approx(by_hand.kish(base.to_numpy()), **TIGHT)
    assert row["n_weighted"] == pytest.approx((w * x).sum(), **TIGHT)
    assert estimate.vcov[0, 0] == pytest.approx(se**2, **TIGHT)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("domain", [None, "sex == 'w'"])
def test_shares_boxes_and_means(data, design, domain):
    survey = read(data, design)
    inside = (data["sex"] == "w").to_numpy() if domain else None
    q = pd.to_numeric(data["q"]).to_numpy()
    x = (~np.isnan(q)).astype(float)
    check(
        survey.proportion("q", top=2, where=domain), data, design, (q >= 4) * 1.0, x, share=True, where=inside
    )
    check(
        survey.proportion("q", bottom=1, where=domain),
        data,
        design,
        (q == 1) * 1.0,
        x,
        share=True,
        where=inside,
    )
    chosen = np.isin(q, [1, 5]) * 1.0
    check(
        survey.proportion("q", answers=[1, "Extremely"], where=domain),
        data,
        design,
        chosen,
        x,
        share=True,
        where=inside,
    )
    check(survey.mean("q", where=domain), data, design, np.nan_to_num(q), x, share=False, where=inside)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("domain", [None, "sex == 'm'"])
def test_ratio_nps_and_sets(data, design, domain):
    survey = read(data, design)
    inside = (data["sex"] == "m").to_numpy() if domain else None
    a, b, r = (data[c].astype(float).to_numpy() for c in ("a", "b", "nps"))
    ones = np.ones(len(data))
    row = survey.ratio("a", "b", where=domain).to_frame().iloc[0]
    w, stratum, psu = pieces(data, design)
    keep = ones if inside is None else inside * 1.0
    theta, z = by_hand.ratio(a * keep, b * keep, w)
    assert row["estimate"] == pytest.approx(theta, **TIGHT)
    assert row["std_error"] == pytest.approx(np.sqrt(by_hand.variance(z, stratum, psu)), **TIGHT)
    promoters = (r >= 9) * 1.0 - (r <= 6) * 1.0
    check(survey.nps("nps", where=domain), data, design, promoters, ones, share=False, where=inside)
    either = ((data["m1"] == "1") | (data["m2"] == "1")).to_numpy() * 1.0
    check(
        survey.proportion("m", answers=["Web", "Shop"], where=domain),
        data,
        design,
        either,
        ones,
        share=True,
        where=inside,
    )


@pytest.mark.parametrize("design", DESIGNS)
def test_totals(data, design):
    w, stratum, psu = pieces(data, design)
    a = data["a"].astype(float).to_numpy()
    row = read(data, design).total("a").to_frame().iloc[0]
    assert row["estimate"] == pytest.approx((w * a).sum(), **TIGHT)
    assert row["std_error"] == pytest.approx(np.sqrt(by_hand.variance(w * a, stratum, psu)), **TIGHT)


def test_a_domain_is_not_a_row_filter(data):
    """Same estimate, another standard error: clusters that lie outside the domain count as zeros."""
    survey = read(data, "clusters")
    only = read(data[data["sex"] == "w"].reset_index(drop=True), "clusters")
    domain, filtered = survey.mean("a", where="sex == 'w'"), only.mean("a")
    assert domain.value == pytest.approx(filtered.value, **TIGHT)
    kept = len(set(data.loc[data["sex"] == "w", "u"]))
    everybody = data["u"].nunique()
    if kept < everybody:
        assert domain.std_error != pytest.approx(filtered.std_error, rel=1e-9)
    element, rows = (
        read(data, "weights").mean("a", where="sex == 'w'"),
        read(data[data["sex"] == "w"], "weights").mean("a"),
    )
    n, m = len(data), int((data["sex"] == "w").sum())
    assert element.std_error == pytest.approx(rows.std_error * np.sqrt(n / (n - 1) * (m - 1) / m), **TIGHT)


def test_unweighted_numbers_are_the_textbook_ones(data):
    survey = read(data, "unweighted")
    described = DescrStatsW(data["a"].astype(float))
    estimate = survey.mean("a")
    assert estimate.value == pytest.approx(described.mean, **TIGHT)
    assert estimate.std_error == pytest.approx(described.std_mean, **TIGHT)
    assert estimate.interval == pytest.approx(described.tconfint_mean(), rel=1e-10)


def test_all_answers_together_sum_to_one_and_so_does_their_covariance(data):
    for design in DESIGNS:
        levels = read(data, design).proportion("q")
        assert levels.to_frame()["estimate"].sum() == pytest.approx(1, abs=1e-14)
        assert np.ones(5) @ levels.vcov @ np.ones(5) == pytest.approx(0, abs=1e-16)


@pytest.mark.parametrize("scale", [1e-6, 7.0, 1e6])
def test_the_scale_of_the_weights_does_not_matter(data, scale):
    changed = data.assign(w=[repr(float(x) * scale) for x in data["w"]])
    a, b = (
        read(d, "strata and clusters").proportion("q", top=2, by="sex").to_frame() for d in (data, changed)
    )
    for column in ("estimate", "std_error", "conf_low", "conf_high", "n_effective", "deff"):
        assert a[column].tolist() == pytest.approx(b[column].tolist(), rel=1e-9)


def test_one_weight_changed_by_one_percent_is_seen(data):
    mutated = data.copy()
    mutated.loc[3, "w"] = repr(float(data.loc[3, "w"]) * 1.01)
    for verb in (lambda s: s.proportion("q", top=2), lambda s: s.mean("a"), lambda s: s.ratio("a", "b")):
        a, b = verb(read(data, "weights")), verb(read(mutated, "weights"))
        assert abs(a.value / b.value - 1) > 1e-9
        assert abs(a.std_error / b.std_error - 1) > 1e-9


@pytest.mark.parametrize(("answer", "value"), [("yes", 1.0), ("no", 0.0)])
def test_nobody_and_everybody(answer, value):
    """At 0% and 100% Korn-Graubard limits stand, whatever method was asked, and the row says so."""
    n = 20
    survey = sa.read(pd.DataFrame({"q": ["yes"] * n}), study={"questions": {"q": {"levels": ["yes", "no"]}}})
    for method in ("logit", "wilson", "t"):
        row = survey.proportion("q", answers=[answer], method=method).to_frame().iloc[0]
        assert row["estimate"] == value
        assert row["std_error"] == 0
        open_side = 1 - 0.025 ** (1 / n)
        limits = (0, open_side) if value == 0 else (1 - open_side, 1)
        assert (row["conf_low"], row["conf_high"]) == pytest.approx(limits, rel=1e-9)
        assert "0/100" in row["method"]


@pytest.mark.parametrize("level", [0.4, 1.0, 95])
def test_a_level_is_a_share(data, level):
    with pytest.raises(sa.SurveyAnalysisError, match="is not a confidence level"):
        read(data, "weights").mean("a", level=level)


def test_the_level_moves_the_limits_only(data):
    survey = read(data, "weights")
    narrow, wide = survey.mean("a", level=0.8), survey.mean("a", level=0.99)
    assert narrow.std_error == wide.std_error
    assert wide.interval == pytest.approx(
        by_hand.t_interval(wide.value, wide.std_error, len(data) - 1, 0.99), rel=1e-10
    )
    assert narrow.interval[0] > wide.interval[0]
