"""What must not change a quantile, a moment, a test or a model: row order, weight scale, one answer counted twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import survey_analysis as sa
from properties.designs import DESIGNS, STUDY, read, table
from properties.tables import REPEATABLE, seeds
from survey_analysis.errors import EstimationError

Ask = Callable[[sa.Survey], Any]
QUANTITIES = ["spend", "spend2", "visits"]
ESTIMATES: dict[str, Ask] = {
    "quantile": lambda s: s.quantile("spend", [0.1, 0.5, 0.8]),
    "quantile xlogit": lambda s: s.quantile("visits", [0.25, 0.75], method="xlogit", by="sex"),
    "quantile score": lambda s: s.quantile("spend", 0.5, method="score"),
    "quantile beta": lambda s: s.quantile("spend", [0.3, 0.6], method="beta", rule="school"),
    "median": lambda s: s.median(["spend", "visits"], by="region"),
    "variance": lambda s: s.variance(QUANTITIES),
    "std_dev": lambda s: s.std_dev("spend", by=["sex", "region"]),
    "covariance": lambda s: s.covariance(QUANTITIES),
    "correlation": lambda s: s.correlation(QUANTITIES, where="sex == 'woman'"),
    "ratio": lambda s: s.ratio(["spend", "visits"], "spend2", by="sex"),
    "cdf": lambda s: s.cdf("spend", [15, 20, 25]),
    "mean": lambda s: s.mean(QUANTITIES),
    "nets": lambda s: s.proportion("region", answers=["east", "west"], by="sex"),
}
TESTS: dict[str, Ask] = {
    "wilcoxon": lambda s: s.rank_test("visits", "sex"),
    "median test": lambda s: s.rank_test("spend", "sex", test="median"),
    "van der waerden": lambda s: s.rank_test("spend", "sex", test="van-der-waerden"),
    "kruskal-wallis": lambda s: s.rank_test("visits", "region", test="kruskal-wallis"),
    "ttest": lambda s: s.ttest("spend", by="sex"),
    "ttest paired": lambda s: s.ttest("spend", to="spend2"),
    "ttest one": lambda s: s.ttest("visits", mu=2, where="region != 'west'"),
    "kappa": lambda s: s.kappa("buy", "other"),
    "goodness": lambda s: s.goodness_of_fit("region", {"east": 0.3, "middle": 0.4, "west": 0.3}),
} | {
    f"independence {form}": lambda s, form=form: s.independence("region", "buy", statistic=form)
    for form in ("F", "chisq", "wald", "adjusted-wald", "lincom", "saddlepoint")
}
MODELS: dict[str, Ask] = {
    "gaussian": lambda s: s.glm("spend ~ sex + visits"),
    "binomial": lambda s: s.glm("buy ~ spend + region", family="binomial", where="sex == 'man'"),
    "poisson": lambda s: s.glm("visits ~ spend + sex", family="poisson"),
    "ordinal": lambda s: s.ordinal("region ~ spend", order=["east", "middle", "west"]),
    "multinomial": lambda s: s.multinomial("region ~ spend"),
}
ASKED = ESTIMATES | TESTS | MODELS


def answer(name: str, survey: sa.Survey) -> Any:
    """What is asked; a table whose outcome a model separates is no example."""
    try:
        return ASKED[name](survey)
    except EstimationError as error:
        if "separates" in error.what:
            reject()
        raise


CONVERGED = dict.fromkeys(MODELS, 1e-6)


def same(left: pd.DataFrame, right: pd.DataFrame, *, but: tuple[str, ...] = (), rtol: float = 1e-8) -> None:
    assert list(left.columns) == list(right.columns)
    assert len(left) == len(right)
    for column in left.columns.difference(list(but)):
        if pd.api.types.is_numeric_dtype(left[column]):
            np.testing.assert_allclose(
                left[column].astype(float),
                right[column].astype(float),
                rtol=rtol,
                atol=1e-10,
                err_msg=column,
            )
        else:
            assert left[column].tolist() == right[column].tolist(), column


def vcov(result: Any) -> np.ndarray | None:
    return getattr(result, "vcov", None)


@pytest.mark.parametrize("name", ASKED)
@given(seeds, st.sampled_from(sorted(DESIGNS)))
@REPEATABLE
def test_row_order(name, seed, design):
    data = table(seed)
    shuffled = data.sample(frac=1, random_state=seed % 1000)
    one, two = answer(name, read(data, design)), answer(name, read(shuffled, design))
    same(one.to_frame(), two.to_frame(), rtol=CONVERGED.get(name, 1e-8))
    if vcov(one) is not None:
        np.testing.assert_allclose(vcov(one), vcov(two), rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("name", ASKED)
@given(seeds, st.floats(1e-3, 1e4))
@REPEATABLE
def test_scale_of_the_weights(name, seed, factor):
    data = table(seed)
    one, two = answer(name, read(data)), answer(name, read(data.assign(w=data["w"] * factor)))
    own = (
        ("pearson", "scale") if name == "goodness" else ()
    )  # of counts, as R's; the test is theirs over another
    same(one.to_frame(), two.to_frame(), but=("n_weighted", *own), rtol=CONVERGED.get(name, 1e-8))


def points(result: Any) -> np.ndarray:
    """The numbers that describe the population: no standard error, no test."""
    frame = result.to_frame()
    wanted = [c for c in ("estimate", "estimate_a", "estimate_b") if c in frame]
    return frame[wanted].to_numpy(dtype=float)


@pytest.mark.parametrize("name", sorted(set(ESTIMATES) | set(MODELS) | {"wilcoxon", "ttest", "kappa"}))
@given(seeds)
@REPEATABLE
def test_a_respondent_twice_is_a_weight_of_two(name, seed):
    """Point estimates; of moments up to the factor n / (n - 1) with n people."""
    data = table(seed)
    rows = [3, 20, 51]
    twice = pd.concat([data, data.iloc[rows]], ignore_index=True)
    heavier = data.assign(w=np.where(data.index.isin(rows), 2 * data["w"], data["w"]))
    one, two = answer(name, read(twice)), answer(name, read(heavier))
    factor = np.ones((len(points(one)), 1))
    if name in ("variance", "covariance", "std_dev"):
        n = np.column_stack([r.to_frame()["n"].to_numpy(dtype=float) for r in (one, two)])
        bessel = n / (n - 1)
        factor = (bessel[:, :1] / bessel[:, 1:]) ** (0.5 if name == "std_dev" else 1)
    np.testing.assert_allclose(
        points(one), points(two) * factor, rtol=CONVERGED.get(name, 1e-9), atol=1e-9 if name in MODELS else 0
    )


@given(seeds)
@REPEATABLE
def test_a_question_moved_and_stretched(seed):
    """Quantiles follow, deviations stretch, correlations and rank tests do not see it."""
    data = table(seed)
    moved = read(data.assign(spend=3.5 * data["spend"] - 40))
    plain = read(data)
    for verb, shift, times in (("median", -40, 3.5), ("std_dev", 0, 3.5), ("variance", 0, 3.5**2)):
        one, two = getattr(plain, verb)("spend"), getattr(moved, verb)("spend")
        np.testing.assert_allclose(two.value, times * one.value + shift, rtol=1e-10)
        np.testing.assert_allclose(two.std_error, times * one.std_error, rtol=1e-9)
    same(plain.correlation(QUANTITIES).to_frame(), moved.correlation(QUANTITIES).to_frame())
    for ask in (TESTS["median test"], TESTS["van der waerden"], TESTS["ttest"]):
        one, two = ask(plain).to_frame(), ask(moved).to_frame()
        same(one[["statistic", "df", "p_value"]], two[["statistic", "df", "p_value"]])


@given(seeds)
@REPEATABLE
def test_a_mirrored_question_has_mirrored_tests(seed):
    data = table(seed)
    plain, mirrored = read(data), read(data.assign(spend=-data["spend"]))
    for name in ("ttest", "van der waerden"):
        one, two = TESTS[name](plain).to_frame().iloc[0], TESTS[name](mirrored).to_frame().iloc[0]
        np.testing.assert_allclose(one["statistic"], -two["statistic"], rtol=1e-8)
        np.testing.assert_allclose(one["p_value"], two["p_value"], rtol=1e-8)
    pair = ["spend", "visits"]
    np.testing.assert_allclose(plain.correlation(pair).value, -mirrored.correlation(pair).value, rtol=1e-10)


@given(seeds)
@REPEATABLE
def test_order_of_rows_and_columns_of_a_table(seed):
    survey = read(table(seed))
    for form in ("F", "wald", "lincom"):
        one = survey.independence("region", "buy", statistic=form).to_frame()
        two = survey.independence("buy", "region", statistic=form).to_frame()
        wanted = ["statistic", "df", "df_residual", "p_value", "n", "effect_size"]
        same(one[wanted], two[wanted])


@given(seeds)
@REPEATABLE
def test_order_and_names_of_answers(seed):
    data = table(seed)
    names = {"east": "zone C", "middle": "zone A", "west": "zone B"}
    study = {"questions": STUDY["questions"] | {"region": {"levels": ["zone A", "zone B", "zone C"]}}}
    renamed = sa.read(data.assign(region=data["region"].map(names)), study=study, **DESIGNS["clusters"])
    for ask in (TESTS["independence F"], TESTS["kruskal-wallis"]):
        one, two = ask(read(data)).to_frame(), ask(renamed).to_frame()
        same(one[["statistic", "df", "p_value", "n"]], two[["statistic", "df", "p_value", "n"]])


@given(seeds)
@REPEATABLE
def test_moments_agree_with_each_other(seed):
    """Standard deviation, variance, covariance and correlation of one fit, standard errors by the delta method."""
    survey = read(table(seed))
    variance, deviation = survey.variance("spend"), survey.std_dev("spend")
    np.testing.assert_allclose(deviation.value**2, variance.value, rtol=1e-12)
    np.testing.assert_allclose(2 * deviation.value * deviation.std_error, variance.std_error, rtol=1e-9)
    pair = ["spend", "visits"]
    made = survey.covariance(pair).to_frame()["estimate"].tolist()
    assert survey.variance("spend").value in [pytest.approx(x, rel=1e-12) for x in made]
    both = [survey.std_dev(name).value for name in pair]
    between = [x for x in made if abs(x / np.prod(both) - survey.correlation(pair).value) < 1e-12]
    assert between, "no covariance over the deviations is the correlation"


@given(seeds)
@REPEATABLE
def test_a_quantile_inverts_the_distribution_function(seed):
    survey = read(table(seed))
    for p in (0.1, 0.5, 0.9):
        q = survey.quantile("spend", p).value
        below, at = survey.cdf("spend", [np.nextafter(q, -np.inf), q]).to_frame()["estimate"]
        assert below < p <= at + 1e-12
