"""Models: weights, formulas, refusals, derived numbers."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.discrete.discrete_model import MNLogit, NegativeBinomial
from statsmodels.miscmodels.ordinal_model import OrderedModel

import survey_analysis as sa
from survey_analysis.errors import (
    ColumnNotFoundError,
    ConvergenceError,
    EmptyDomainError,
    EstimationError,
    ExpressionError,
    ScoreError,
)

SCALE = ["1 low", "2 middle", "3 high"]


def frame(n: int = 300, seed: int = 7) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n).round(3)
    region = rng.choice(["east", "north", "west"], n)
    push = x + (region == "north") + rng.logistic(size=n)
    return pd.DataFrame(
        {
            "x": x,
            "region": region,
            "q": np.array(SCALE, dtype=object)[np.digitize(push, [-0.5, 1.0])],
            "yes": (push > 0.3).astype(int),
            "visits": rng.negative_binomial(2, 2 / (2 + np.exp(0.5 + 0.4 * x))),
            "money": (3 + 2 * x + rng.normal(size=n)).round(3),
            "w": rng.integers(1, 4, n),
            "unit": rng.integers(0, 30, n),
        }
    )


FITS = {
    "gaussian": lambda s, **k: s.glm("money ~ x + region", **k),
    "binomial": lambda s, **k: s.glm("yes ~ x + region", family="binomial", **k),
    "poisson": lambda s, **k: s.glm("visits ~ x + region", family="poisson", **k),
    "ordinal": lambda s, **k: s.ordinal("q ~ x + region", **k),
    "multinomial": lambda s, **k: s.multinomial("q ~ x + region", **k),
    "negative binomial": lambda s, **k: s.negative_binomial("visits ~ x + region", **k),
}


@pytest.mark.parametrize("kind", FITS)
def test_a_respondent_twice_is_a_respondent_of_weight_two(kind):
    data = frame()
    twice = data.loc[data.index.repeat(data["w"])].reset_index(drop=True)
    weighted, repeated = FITS[kind](sa.read(data, weight="w")), FITS[kind](sa.read(twice))
    assert np.allclose(weighted.coef, repeated.coef, rtol=0, atol=1e-9)
    plain = FITS[kind](sa.read(data))
    assert np.abs(weighted.coef - plain.coef).max() > 1e-3


def test_statsmodels_ignores_weights_where_we_take_our_own_steps():
    """Why newton.py exists: the library fits below take weights, with a warning or none, and ignore them."""
    data = frame()
    X = np.column_stack([data["x"], data["region"] == "north"]).astype(float)
    X1 = np.column_stack([np.ones(len(X)), X])
    codes = pd.Categorical(data["q"]).codes
    w = data["w"].to_numpy(float)
    fits = (
        lambda **k: OrderedModel(codes, X, distr="logit", **k).fit(method="bfgs", disp=0),
        lambda **k: MNLogit(codes, X1, **k).fit(disp=0),
        lambda **k: NegativeBinomial(data["visits"], X1, **k).fit(disp=0),
    )
    for fit in fits:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                weighted = np.asarray(fit(freq_weights=w).params)
            except (TypeError, ValueError):
                continue  # a later version refuses them: better still
            assert np.array_equal(weighted, np.asarray(fit().params))


@pytest.mark.parametrize("kind", FITS)
def test_weights_may_be_scaled_and_rows_shuffled(kind):
    data = frame()
    first = FITS[kind](sa.read(data, weight="w"))
    scaled = FITS[kind](sa.read(data.assign(w=data["w"] * 1000.0), weight="w"))
    other = data.sample(frac=1, random_state=3).reset_index(drop=True)
    shuffled = FITS[kind](sa.read(other, weight="w"))
    for again in (scaled, shuffled):
        assert np.allclose(again.coef, first.coef, atol=1e-8)
        assert np.allclose(again.vcov, first.vcov, rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("kind", FITS)
def test_jackknife_is_near_taylor(kind):
    data = sa.read(frame(), weight="w", psu="unit")
    taylor, jackknife = FITS[kind](data), FITS[kind](data.replicates(method="JK1"))
    assert np.allclose(jackknife.coef, taylor.coef, atol=1e-9)
    assert np.allclose(jackknife.std_error / taylor.std_error, 1, atol=0.12)


@pytest.mark.parametrize("kind", ["gaussian", "binomial", "ordinal", "multinomial"])
def test_a_domain_is_not_a_row_filter(kind):
    data = frame()
    inside = FITS[kind](sa.read(data, weight="w"), where="money > 2")
    alone = FITS[kind](sa.read(data[data["money"] > 2], weight="w"))
    assert np.allclose(inside.coef, alone.coef, atol=1e-9)
    n, m = len(data), int((data["money"] > 2).sum())
    assert inside.n == m
    # element sample: only the factor m / (m - 1) of the variance tells the two designs apart
    assert np.allclose(inside.vcov * (m / (m - 1)) / (n / (n - 1)), alone.vcov, rtol=1e-6, atol=1e-12)


def test_missing_answers_leave_the_base_and_are_counted():
    data = frame().astype({"region": object})
    data.loc[:9, "region"] = None
    data.loc[5:14, "money"] = np.nan
    model = sa.read(data, weight="w").glm("money ~ x + region")
    assert (model.n, model.n_missing) == (285, 15)
    assert model.missing == {"money": 10, "region": 10}
    assert "15 of the domain lack an answer" in model.explain()


def test_names_with_dots_and_spaces():
    data = frame().rename(columns={"x": "x.one", "region": "home region"})
    survey = sa.read(data)
    model = survey.glm("money ~ x.one + `home region`")
    assert model.names == ("(Intercept)", "x.one", "home region[north]", "home region[west]")
    assert list(model.terms) == ["x.one", "home region"]
    by_hand = sa.read(frame()).glm("money ~ x + region")
    assert np.allclose(model.coef, by_hand.coef)


def test_columns_of_a_formula():
    data = sa.read(frame())
    model = data.glm('money ~ I(region == "north") * x + I(x^2) + log(visits + 1)')
    names = (
        "(Intercept)",
        'I(region == "north")',
        "x",
        "I(x^2)",
        "log(visits + 1)",
        'I(region == "north"):x',
    )
    assert model.names == names
    f = frame()
    north = (f["region"] == "north").astype(float)
    X = np.column_stack(
        [np.ones(len(f)), north, f["x"], f["x"] ** 2, np.log(f["visits"] + 1), north * f["x"]]
    )
    assert np.allclose(model.coef, np.linalg.lstsq(X, f["money"], rcond=None)[0])
    assert data.glm("money ~ 0 + region").names == ("region[east]", "region[north]", "region[west]")
    assert len(data.glm("money ~ bs(x, df=4)")) == 5
    assert np.allclose(
        data.glm("money ~ poly(x, 2)").predict().rows["estimate"],
        data.glm("money ~ x + I(x^2)").predict().rows["estimate"],
    )


def likert() -> sa.Survey:
    data = frame().assign(agree=lambda d: pd.Categorical(d["q"]).codes + 1)
    levels = [[1, "Disagree"], [2, "Neither"], [3, "Agree"]]
    study = {
        "scales": {"agree3": {"levels": levels}},
        "questions": {"agree": {"kind": "likert", "scale": "agree3", "column": "agree"}},
    }
    return sa.read(data, study=study)


def test_a_scored_scale_must_say_what_it_is():
    survey = likert()
    with pytest.raises(ScoreError, match=r"(?s)factor or a number.*C\(agree\).*score\(agree\)"):
        survey.glm("money ~ agree")
    assert survey.glm("money ~ C(agree)").names == ("(Intercept)", "C(agree)[Neither]", "C(agree)[Agree]")
    assert survey.glm("money ~ score(agree)").names == ("(Intercept)", "score(agree)")
    with pytest.raises(ScoreError, match="factor or a number"):
        survey.glm("agree ~ x")
    assert survey.glm("score(agree) ~ x").n == 300
    assert survey.ordinal("agree ~ x").names == ("x", "Disagree|Neither", "Neither|Agree")


BAD = {
    "money": (ExpressionError, "one '~'"),
    "money ~ nothing": (ColumnNotFoundError, "nothing"),
    "money ~ x + (region": (ExpressionError, "read|parenthesis"),
    "money ~ frobnicate(x)": (ExpressionError, "no function 'frobnicate'"),
    "money ~ x == 1": (ExpressionError, r"I\("),
    "money ~ log(x)": (ScoreError, "not finite"),
    "money ~ x + I(2 * x)": (EstimationError, r"combination of earlier ones: I\(2 \* x\)"),
    "money ~ region + q + region": (None, ""),
    "q ~ x": (ScoreError, r"words"),
    "money ~ x + I(region)": (ScoreError, "words"),
    "money ~ .": (ExpressionError, "every predictor"),
}


@pytest.mark.parametrize("said", BAD)
def test_formulas_that_cannot_be(said):
    kind, words = BAD[said]
    if kind is None:
        assert sa.read(frame()).glm(said).n == 300
        return
    with pytest.raises(kind, match=words):
        sa.read(frame()).glm(said)


def test_an_empty_level_is_named_and_may_be_dropped():
    survey = sa.read(frame())
    with pytest.raises(EstimationError, match=r"(?s)answer of 'region'.*east.*drop_empty\(region\)"):
        survey.glm("money ~ region", where="region != 'east'")
    model = survey.glm("money ~ drop_empty(region)", where="region != 'east'")
    assert model.names == ("(Intercept)", "drop_empty(region)[west]")
    with pytest.raises(EmptyDomainError):
        survey.glm("money ~ x", where="money > 1000")
    with pytest.raises(EstimationError, match="answers of the outcome|answer"):
        survey.ordinal("q ~ x", where="q != '1 low'")


def test_separation_names_the_term():
    data = frame()
    data["sure"] = np.where(data["yes"] == 1, "a", "b")
    with pytest.raises(EstimationError, match=r"(?s)separates.*sure\[b\]"):
        sa.read(data).glm("yes ~ x + sure", family="binomial")
    data["q"] = np.where(data["sure"] == "a", SCALE[0], data["q"].where(data["q"] != SCALE[0], SCALE[1]))
    with pytest.raises((ConvergenceError, EstimationError)):
        sa.read(data).ordinal("q ~ sure")


def test_fewer_people_than_coefficients():
    with pytest.raises(EstimationError, match="6 coefficients and only 5"):
        sa.read(frame()[:5]).glm("money ~ x * w + I(x^2) + visits")


def test_classical_variance_refuses_complex_samples():
    data = frame()
    for survey, words in (
        (sa.read(data, weight="w"), "weights"),
        (sa.read(data, psu="unit"), "clusters"),
        (sa.read(data, strata="region"), "strata"),
    ):
        with pytest.raises(EstimationError, match=words):
            survey.glm("money ~ x", variance="model")
        with pytest.raises(EstimationError, match=words):
            survey.mixed("money ~ x", groups="unit")
    assert sa.read(data, weight="w").mixed("money ~ x", groups="unit", unweighted=True).unweighted


def test_outcomes_that_do_not_fit():
    survey = sa.read(frame())
    for said, family in (
        ("money ~ x", "binomial"),
        ("money ~ x", "poisson"),
        ("x ~ money", "quasipoisson"),
        ("q ~ x", "binomial"),
    ):
        with pytest.raises(ScoreError):
            survey.glm(said, family=family)
    with pytest.raises(EstimationError, match="no family 'gama'"):
        survey.glm("money ~ x", family="gama")
    with pytest.raises(ScoreError, match="two answers"):
        survey.ordinal("yes ~ x")


def test_offset_in_the_formula_or_beside_it():
    survey = sa.read(frame().assign(size=lambda d: d["w"] * 2.5))
    inside = survey.glm("visits ~ x + offset(log(size))", family="poisson")
    beside = survey.glm("visits ~ x", family="poisson", offset="log(size)")
    assert np.array_equal(inside.coef, beside.coef)
    moved = inside.predict({"x": [0.0], "size": [1.0]}, scale="link").rows["estimate"][0]
    assert moved == pytest.approx(inside.coef["(Intercept)"])


def test_margins_by_hand():
    data = frame()
    model = sa.read(data, weight="w").glm("yes ~ x + region", family="binomial")
    b, w = model.coef, data["w"]
    eta = (
        b["(Intercept)"]
        + b["x"] * data["x"]
        + b["region[north]"] * (data["region"] == "north")
        + b["region[west]"] * (data["region"] == "west")
    )
    p = 1 / (1 + np.exp(-eta))
    got = model.margins().rows.set_index(["variable", "contrast"])["estimate"]
    assert got["x", "slope"] == pytest.approx(b["x"] * np.average(p * (1 - p), weights=w), rel=1e-8)
    base = b["(Intercept)"] + b["x"] * data["x"]
    rise = 1 / (1 + np.exp(-base - b["region[north]"])) - 1 / (1 + np.exp(-base))
    assert got["region", "north - east"] == pytest.approx(np.average(rise, weights=w), rel=1e-12)


@pytest.mark.parametrize("kind", ["binomial", "ordinal", "multinomial", "negative binomial"])
def test_margins_by_influence_are_near_the_jackknife(kind):
    data = sa.read(frame(), weight="w", psu="unit")
    taylor, jackknife = FITS[kind](data).margins(), FITS[kind](data.replicates(method="JK1")).margins()
    assert np.allclose(taylor.rows["estimate"], jackknife.rows["estimate"], atol=1e-9)
    assert np.allclose(taylor.rows["std_error"] / jackknife.rows["std_error"], 1, atol=0.12)


@pytest.mark.parametrize("kind", ["ordinal", "multinomial"])
def test_probabilities_add_up(kind):
    model = FITS[kind](sa.read(frame(), weight="w"))
    probabilities = model.predict({"x": [0.3, -1], "region": ["west", "east"]}).rows
    assert np.allclose(probabilities.groupby("row")["estimate"].sum(), 1)
    effects = model.margins().rows
    assert np.allclose(effects.groupby(["variable", "contrast"])["estimate"].sum(), 0, atol=1e-10)


def test_a_slope_of_a_gaussian_model_is_its_margin():
    model = sa.read(frame(), weight="w", psu="unit").glm("money ~ x + region")
    margin = model.margins("x").rows.iloc[0]
    assert margin["estimate"] == pytest.approx(model.coef["x"], rel=1e-9)
    assert margin["std_error"] == pytest.approx(model.std_error["x"], rel=1e-8)


def test_score_test_of_a_simple_sample_is_near_rao():
    """In a large simple sample whose variance is the model's, the score test is the classical one."""
    data = frame(4000, seed=11)
    model = sa.read(data).glm("yes ~ x + region", family="binomial")
    got = model.test_term("region", method="score", df=np.inf)
    null = sa.read(data).glm("yes ~ x", family="binomial")
    p = null.predict().rows["estimate"].to_numpy()
    Z = np.column_stack(
        [np.ones(len(data)), data["x"], data["region"] == "north", data["region"] == "west"]
    ).astype(float)
    U = Z.T @ (data["yes"] - p)
    A = (Z * (p * (1 - p))[:, None]).T @ Z
    rao = float(U @ np.linalg.solve(A, U))
    assert got.statistic == pytest.approx(rao, rel=0.1)
    assert got.p_value == pytest.approx(stats.chi2.sf(got.statistic, 2), rel=1e-9)


def test_a_model_prints_and_explains_itself():
    model = sa.read(frame(), weight="w").glm("yes ~ x + region", family="binomial")
    assert "region[north]" in repr(model)
    assert "svyglm" in model.explain()
    assert list(model.to_frame().columns) == [
        "term",
        "estimate",
        "std_error",
        "statistic",
        "df",
        "p_value",
        "conf_low",
        "conf_high",
    ]
    with pytest.raises(EstimationError, match=r"no term 'regio'(.|\n)*region"):
        model.test_term("regio")
    with pytest.raises(ColumnNotFoundError):
        model.predict({"x": [1.0]})
    with pytest.raises(ScoreError):
        model.predict({"x": [1.0], "region": ["south"]})


def test_an_order_is_stated_never_guessed():
    rng = np.random.default_rng(4)
    x = rng.normal(size=200)
    words = np.array(["Dissatisfied", "Neutral", "Satisfied", "Delighted"], dtype=object)
    q = words[np.digitize(x + rng.logistic(size=200), [-1.0, 0.5, 2.0])]
    data = pd.DataFrame({"q": q, "x": x})
    with pytest.raises(ScoreError, match="order of the answers of 'q' is not known"):
        sa.read(data).ordinal("q ~ x")
    stated = sa.read(data).ordinal("q ~ x", order=list(words))
    ordered = data.assign(q=pd.Categorical(data["q"], categories=words, ordered=True))
    assert sa.read(ordered).ordinal("q ~ x").coef.to_dict() == stated.coef.to_dict()
    assert sa.read(ordered).proportion("q").to_frame()["level"].tolist() == list(words)
    with pytest.raises(ScoreError, match="each once"):
        sa.read(data).ordinal("q ~ x", order=["Neutral"])


def test_a_number_of_many_values_is_no_scale():
    data = pd.DataFrame({"y": np.arange(60) / 7, "x": np.arange(60) % 9})
    with pytest.raises(ScoreError, match="different answers"):
        sa.read(data).ordinal("y ~ x")
