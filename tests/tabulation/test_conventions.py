"""Letters of other systems against statsmodels, scipy and formulas by hand; and why they differ from ours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

import survey_analysis as sa
from survey_analysis.core.multiplicity import adjust


def people(n: int = 600, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    g = rng.choice(["x", "y"], n, p=[0.6, 0.4])
    q = np.where(rng.random(n) < np.where(g == "x", 0.40, 0.49), "yes", "no")
    return pd.DataFrame(
        {"q": q, "g": g, "w": rng.lognormal(0, 0.6, n), "v": np.round(rng.normal(10, 3, n) + (g == "y"), 2)}
    )


def row_of(table: sa.Crosstab, level: str) -> pd.Series:
    return table.letters.to_frame().query("level == @level").iloc[0]


def test_spss_is_the_pooled_z_of_statsmodels_and_the_square_of_chi_square() -> None:
    data = people()
    row = row_of(sa.read(data).tabulate("q", by="g", convention="spss")["q"], "yes")
    counts = [((data["q"] == "yes") & (data["g"] == k)).sum() for k in "xy"]
    sizes = [(data["g"] == k).sum() for k in "xy"]
    z, p = proportions_ztest(counts, sizes)
    assert row["statistic"] == pytest.approx(z, rel=1e-12)
    assert row["p_value"] == pytest.approx(p, rel=1e-10)
    chi = stats.chi2_contingency(pd.crosstab(data["q"], data["g"]), correction=False).statistic
    assert row["statistic"] ** 2 == pytest.approx(chi, rel=1e-10)


def test_the_correction_for_continuity_is_that_of_r() -> None:
    """R `prop.test(correct = TRUE)` of two groups is chi-square with Yates' correction."""
    data = people()
    row = row_of(sa.read(data).tabulate("q", by="g", convention="spss", continuity=True)["q"], "yes")
    chi = stats.chi2_contingency(pd.crosstab(data["q"], data["g"]), correction=True).statistic
    assert row["statistic"] ** 2 == pytest.approx(chi, rel=1e-10)


def test_means_are_the_t_test_with_equal_variances() -> None:
    data = people()
    row = row_of(sa.read(data).tabulate("v", by="g", convention="spss")["v"], "Mean")
    found = stats.ttest_ind(data.loc[data["g"] == "x", "v"], data.loc[data["g"] == "y", "v"])
    assert row["statistic"] == pytest.approx(found.statistic, rel=1e-10)
    assert row["p_value"] == pytest.approx(found.pvalue, rel=1e-10)
    assert row["df"] == len(data) - 2


def test_weights_are_counted_and_rounded_or_made_effective() -> None:
    data = people()
    survey = sa.read(data, weight="w")
    hit, w = (data["q"] == "yes").to_numpy(), data["w"].to_numpy()
    masks = [(data["g"] == k).to_numpy() for k in "xy"]
    counts = [np.floor(w[m & hit].sum() + 0.5) for m in masks]
    sizes = [np.floor(w[m].sum() + 0.5) for m in masks]
    plain = row_of(survey.tabulate("q", by="g", convention="spss")["q"], "yes")
    assert plain["statistic"] == pytest.approx(proportions_ztest(counts, sizes)[0], rel=1e-10)
    e = np.array([w[m].sum() ** 2 / (w[m] ** 2).sum() for m in masks])
    p = np.array([np.average(hit[m], weights=w[m]) for m in masks])
    pooled = (e @ p) / e.sum()
    z = (p[0] - p[1]) / np.sqrt(pooled * (1 - pooled) * (1 / e).sum())
    kish = row_of(survey.tabulate("q", by="g", convention="spss-effective")["q"], "yes")
    assert kish["statistic"] == pytest.approx(z, rel=1e-12)


def test_overlapping_columns_take_the_overlap_term() -> None:
    rng = np.random.default_rng(4)
    n = 500
    data = pd.DataFrame(
        {"q": rng.choice(["yes", "no"], n), "tv": rng.random(n) < 0.6, "web": rng.random(n) < 0.5}
    )
    by = [{"label": "Uses", "levels": {"TV": "tv == 'True'", "Web": "web == 'True'"}}]
    row = row_of(sa.read(data).tabulate("q", by=by, convention="spss")["q"], "yes")
    y, a, b = (data["q"] == "yes").to_numpy(float), data["tv"].to_numpy(float), data["web"].to_numpy(float)
    pa, pb, both = (y * a).sum() / a.sum(), (y * b).sum() / b.sum(), (a * b).sum()
    p = ((y * a).sum() + (y * b).sum()) / (a.sum() + b.sum())
    se = np.sqrt(p * (1 - p) * (1 / a.sum() + 1 / b.sum() - 2 * both / (a.sum() * b.sum())))
    assert row["statistic"] == pytest.approx((pa - pb) / se, rel=1e-10)


def test_spss_skips_shares_of_0_and_100_percent_and_says_so() -> None:
    data = pd.DataFrame({"q": ["yes"] * 60 + ["no"] * 40, "g": ["x"] * 50 + ["y"] * 50})
    table = sa.read(data).tabulate("q", by="g", convention="spss")["q"]
    assert (table.letters.method == "not tested").all()
    why = table.explain_differences()["why"]
    assert why.str.contains("the convention does not test this pair").all()
    assert len(why)


def test_q_has_its_levels_and_controls_false_discoveries_over_the_table() -> None:
    data = people()
    letters = sa.read(data).tabulate("q", by="g", convention="q")["q"].letters
    assert letters.rule.levels == (0.999, 0.95)
    np.testing.assert_allclose(letters.p_adjusted.ravel(), adjust(letters.p_value.ravel(), "bh"))


def test_ratings_of_the_same_people_are_refused_or_dependent() -> None:
    rng = np.random.default_rng(1)
    n = 200
    person = rng.normal(0, 1, n)
    rows = [
        (i, s, "yes" if person[i] + rng.normal() > c else "no")
        for i in range(n)
        for s, c in (("a", 0.0), ("b", 0.3))
    ]
    survey = sa.read(pd.DataFrame(rows, columns=["id", "source", "q"]), id="id")
    with pytest.raises(sa.errors.EstimationError, match="no rule for answers of the same people"):
        survey.tabulate("q", by="source", convention="spss")
    ours = row_of(survey.tabulate("q", by="source")["q"], "yes")
    q = survey.tabulate("q", by="source", convention="q")["q"]
    assert row_of(q, "yes")["p_value"] == pytest.approx(ours["p_value"], rel=1e-10)
    assert set(q.letters.method.ravel()) == {"q, dependent"}


def test_every_difference_has_the_ingredient_that_makes_it() -> None:
    rng = np.random.default_rng(9)
    n = 900
    cluster = rng.integers(0, 40, n)
    y = rng.normal(0, 1, 40)[cluster] + rng.normal(0, 1, n) > 0
    g = np.where(cluster < 20, "x", "y")
    data = pd.DataFrame({"q": np.where(y, "yes", "no"), "g": g, "c": cluster})
    table = sa.read(data, psu="c").tabulate("q", by="g", convention="spss")["q"]
    found = table.explain_differences()
    assert len(found)
    assert found["why"].str.contains("standard error: the default's is").all()  # clusters: ours is larger
    assert (found["convention"] == "capital").all()
    loose = sa.read(data, psu="c").tabulate("q", by="g", convention="spss", levels=(0.9999999,))["q"]
    assert set(loose.explain_differences()["why"].str.split(":").str[0]) <= {"levels", "standard error"}


def test_a_table_without_a_convention_has_nothing_to_explain() -> None:
    with pytest.raises(sa.errors.EstimationError, match="no letters of a convention"):
        sa.read(people()).tabulate("q", by="g")["q"].explain_differences()
