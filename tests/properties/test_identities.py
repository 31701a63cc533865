"""Identities that hold for every sample, through the public verbs."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import survey_analysis as sa
from properties.designs import DESIGNS, read, table
from properties.tables import REPEATABLE, WIDE, read_wide, seeds, wide_table
from survey_analysis.errors import EmptyDomainError, EstimationError, LonelyPsuError, SurveyAnalysisError
from survey_analysis.typing import ProportionInterval

METHODS = get_args(ProportionInterval)
NUMBERS = ["estimate", "std_error", "conf_low", "conf_high", "df", "n", "n_effective"]
designs = st.sampled_from(sorted(DESIGNS))
QUANTITIES = ["visits", "spend"]


def close(ours: Any, other: Any, *, rtol: float = 1e-10, atol: float = 1e-12) -> None:
    np.testing.assert_allclose(np.asarray(ours, float), np.asarray(other, float), rtol=rtol, atol=atol)


def finite_or_nan(frame: pd.DataFrame) -> None:
    """No number that is printed is ever infinite (degrees of freedom may be)."""
    seen = frame.drop(columns=["df", "df_residual"], errors="ignore").select_dtypes("number")
    infinite = seen.columns[np.isinf(seen.astype(float)).any()].tolist()
    assert not infinite, infinite


# --- shares -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@given(seeds, designs)
@REPEATABLE
def test_the_interval_of_the_complement_is_the_mirror_image(method, seed, design):
    survey = read(table(seed), design)
    yes, no = (
        survey.proportion("buy", answers=[answer], by="sex", method=method).to_frame()
        for answer in ("yes", "no")
    )
    close(yes["estimate"], 1 - no["estimate"])
    close(yes["std_error"], no["std_error"])
    close(yes["conf_low"], 1 - no["conf_high"], rtol=1e-7, atol=1e-9)
    close(yes["conf_high"], 1 - no["conf_low"], rtol=1e-7, atol=1e-9)
    assert (yes["conf_low"] <= yes["estimate"]).all()
    assert (yes["estimate"] <= yes["conf_high"]).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_nobody_and_everybody(method, design):
    """A share of 0 or 1: no standard error, Korn-Graubard limits inside 0 to 1 whatever the method."""
    survey = read(table(3).assign(buy="yes"), design)
    everybody = survey.proportion("buy", answers=["yes"], method=method).to_frame()
    nobody = survey.proportion("buy", answers=["no"], method=method).to_frame()
    for frame, share in ((everybody, 1.0), (nobody, 0.0)):
        row = frame.iloc[0]
        assert (row["estimate"], row["std_error"]) == (share, 0.0)
        assert "korn-graubard" in row["method"]
        finite_or_nan(frame)
    (low, high), (n_low, n_high) = (
        frame[["conf_low", "conf_high"]].iloc[0].astype(float) for frame in (everybody, nobody)
    )
    assert high == 1.0
    assert n_low == 0.0
    assert 0 < low < 1
    close(low, 1 - n_high)
    n, df = len(survey), float(everybody["df"].iloc[0])
    used = min(n, float(everybody["n_effective"].iloc[0]))
    used *= (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, df)) ** 2
    close(low, 0.025 ** (1 / used), rtol=1e-9)  # Clopper-Pearson at x = n: (α/2)^(1/n)


# --- domains ----------------------------------------------------------------------------------------------------


@given(seeds, designs)
@REPEATABLE
def test_domain_totals_sum_to_the_total(seed, design):
    survey = read(table(seed), design)
    for verb in ("visits", "spend"):
        parts, whole = survey.total(verb, by="region"), survey.total(verb)
        close(parts.to_frame()["estimate"].sum(), whole.value)
        close(parts.vcov.sum(), whole.std_error**2)
    crossed = survey.total("spend", by=["region", "sex"])
    close(crossed.to_frame()["estimate"].sum(), survey.total("spend").value)
    close(crossed.vcov.sum(), survey.total("spend").std_error ** 2)


@given(seeds, designs)
@REPEATABLE
def test_people_counted_by_answer_sum_to_the_people(seed, design):
    survey = read(table(seed), design)
    counts, all_of_them = survey.total("region", of="answers"), survey.total("one")
    close(7.25 * counts.to_frame()["estimate"].sum(), all_of_them.value)
    close(7.25**2 * counts.vcov.sum(), all_of_them.std_error**2)
    shares = survey.proportion("region")
    close(shares.to_frame()["estimate"].sum(), 1.0)
    close(shares.vcov.sum(axis=0), 0.0)


@given(seeds, designs)
@REPEATABLE
def test_a_mean_is_the_ratio_of_totals_and_the_mixture_of_its_domains(seed, design):
    survey = read(table(seed), design)
    mean = survey.mean("spend").to_frame()
    ratio = survey.ratio("spend", "one").to_frame()
    close(7.25 * ratio[["estimate", "std_error"]], mean[["estimate", "std_error"]])
    means = survey.mean("spend", by="region").to_frame()
    sizes = survey.total("one", by="region").to_frame()["estimate"]
    close((means["estimate"] * sizes).sum() / sizes.sum(), mean["estimate"].iloc[0])


# --- names ------------------------------------------------------------------------------------------------------


def everything(survey: sa.Survey) -> pd.DataFrame:
    asked = (
        survey.mean(QUANTITIES),
        survey.mean("visits", by=["sex", "region"]),
        survey.total("spend", by="sex"),
        survey.proportion("buy", by="region"),
        survey.median("spend"),
        survey.correlation(QUANTITIES),
    )
    return pd.concat([e.to_frame()[NUMBERS] for e in asked], ignore_index=True).astype(float)


@given(seeds, st.sampled_from(["clusters", "fpc"]))
@REPEATABLE
def test_names_of_units_and_strata_mean_nothing(seed, design):
    data = table(seed)
    rng = np.random.default_rng(seed)
    names = rng.permutation(["7", "alpha", "Zürich 2"])
    strata = dict(zip(["north", "south", "islands"], names, strict=True))
    units = dict(zip(range(1, 5), rng.permutation([3, 41, 500, 12]), strict=True))
    renamed = data.assign(stratum=data["stratum"].map(strata), cluster=data["cluster"].map(units))
    close(everything(read(renamed, design)), everything(read(data, design)))


@given(seeds)
@REPEATABLE
def test_units_numbered_within_strata_or_through_all_are_the_same(seed):
    data = table(seed)
    through = data.assign(cluster=data["stratum"] + "/" + data["cluster"].astype(str))
    close(everything(read(through, nest=False)), everything(read(data)))


# --- two ways to a standard error -------------------------------------------------------------------------------


@pytest.mark.parametrize("design", sorted(DESIGNS))
@given(seeds)
@REPEATABLE
def test_the_jackknife_of_a_total_is_taylor(design, seed):
    survey = read(table(seed), design)
    made = survey.replicates(method="jackknife")
    for ask in (
        lambda s: s.total(QUANTITIES),
        lambda s: s.total("visits", by="region"),
        lambda s: s.total("buy", of="answers", where="sex == 'man'"),
    ):
        taylor, jackknife = ask(survey), ask(made)
        close(jackknife.to_frame()["estimate"], taylor.to_frame()["estimate"])
        close(jackknife.vcov, taylor.vcov, rtol=1e-9, atol=1e-9 * float(np.abs(taylor.vcov).max()))


@given(seeds, designs)
@REPEATABLE
def test_a_raked_margin_has_no_standard_error(seed, design):
    targets = {
        "sex": {"woman": 0.52, "man": 0.48},
        "region": {"east": 0.3, "middle": 0.45, "west": 0.25},
    }
    survey = read(table(seed), design)
    raked = survey.rake(targets)
    for name, shares in targets.items():
        frame = raked.proportion(name).to_frame()
        close(frame["estimate"], list(shares.values()), rtol=1e-8)
        assert (frame["std_error"] <= 1e-12).all()
        assert raked.goodness_of_fit(name, shares).to_frame()["statistic"].isna().all()
    other = raked.proportion("buy").to_frame()
    assert (other["std_error"] > 1e-4).all()
    fixed = read(table(seed).assign(w=raked.weights), design)
    assert (fixed.proportion("sex").to_frame()["std_error"] > 1e-4).all()
    close(fixed.proportion("buy").to_frame()["estimate"], other["estimate"])


def with_known_strata(seed: int) -> pd.DataFrame:
    """One weight a stratum and as many people in every cluster: how many live in a stratum is known."""
    data = table(seed)
    data["w"] = data["stratum"].map({"north": 1.7, "south": 3.1, "islands": 0.4})
    return data.assign(place=data["stratum"])


@given(seeds, st.sampled_from(["strata", "clusters", "fpc"]))
@REPEATABLE
def test_what_the_strata_fix_has_no_standard_error(seed, design):
    survey = read(with_known_strata(seed), design)
    counts = survey.total("place", of="answers").to_frame()
    assert (counts["std_error"] <= 1e-12 * counts["estimate"]).all()
    assert survey.goodness_of_fit("place", [0.2, 0.3, 0.5]).to_frame()["statistic"].isna().all()
    assert (survey.proportion("buy").to_frame()["std_error"] > 1e-4).all()


@pytest.mark.parametrize(
    "design",
    [
        "strata",
        "clusters",
        "fpc",
    ],
)
def test_a_share_fixed_by_the_strata_has_no_standard_error(design):
    for seed in range(4):
        shares = read(with_known_strata(seed), design).proportion("place").to_frame()
        assert (shares["std_error"] <= 1e-12).all()


# --- differences ------------------------------------------------------------------------------------------------


@given(seeds, designs)
@REPEATABLE
def test_a_paired_contrast_is_the_contrast_of_the_difference(seed, design):
    survey = read(table(seed), design)
    both = survey.mean(["spend", "spend2"])
    gap = survey.mean("gap").to_frame().iloc[0]
    ours = both.contrast({"spend - spend2": {"spend": 1, "spend2": -1}}).to_frame().iloc[0]
    wanted = ["estimate", "std_error", "conf_low", "conf_high", "df", "n"]
    close(ours[wanted], gap[wanted])
    by_function = both.transform({"gap": "spend - spend2"}).to_frame().iloc[0]
    close(by_function[wanted], gap[wanted])
    paired = survey.ttest("spend", to="spend2").to_frame().iloc[0]
    single = survey.ttest("gap").to_frame().iloc[0]
    numbers = ["estimate", "std_error", "statistic", "conf_low", "conf_high", "df", "p_value"]
    close(paired[numbers], single[numbers])
    assert paired["relation"] == "paired"


@given(seeds)
@REPEATABLE
def test_a_difference_of_groups_is_the_slope_of_a_regression(seed):
    survey = read(table(seed))
    means = survey.mean("spend", by="sex").contrast({"gap": {"man": 1, "woman": -1}}).to_frame().iloc[0]
    test = survey.ttest("spend", by="sex").to_frame().iloc[0]
    slope = survey.glm("spend ~ sex").to_frame().iloc[1]
    for row in (test, slope):
        close(row[["estimate", "std_error"]], means[["estimate", "std_error"]], rtol=1e-9)


@given(seeds)
@REPEATABLE
def test_two_sources_on_the_same_people_are_the_difference_of_ratings(seed):
    data = wide_table(seed)
    one, two = (pd.to_numeric(data[f"trust_{s}"]) for s in ("micro", "average"))
    study = WIDE | {"questions": WIDE["questions"] | {"gap": {"kind": "numeric"}}}
    gap = sa.read(data.assign(gap=one - two), study=study, weight="w", strata="stratum").mean("gap")
    rows = read_wide(data).mean("trust").compare("average", adjust="none").to_frame()
    ours = rows[(rows["base"] == "common") & (rows["a"] == "Micro")].iloc[0]
    close(ours[["estimate", "std_error"]], gap.to_frame().iloc[0][["estimate", "std_error"]])


# --- very small and very plain samples --------------------------------------------------------------------------

ESTIMATORS = ["mean", "total", "median", "variance", "std_dev"]


@pytest.mark.parametrize("design", ["element", "strata"])
@pytest.mark.parametrize("verb", [*ESTIMATORS, "proportion"])
def test_one_respondent_alone_has_no_standard_error(verb, design):
    survey = read(table(1).iloc[:1], design)
    with pytest.raises(LonelyPsuError, match="one sampling unit in all"):
        getattr(survey, verb)("buy" if verb == "proportion" else "visits")


@pytest.mark.parametrize("verb", ["mean", "total", "median", "proportion"])
def test_one_respondent_in_a_domain(verb):
    """The estimate is the answer; standard errors and degrees of freedom come from the whole design."""
    data = table(2)
    data["who"] = np.where(np.arange(len(data)) == 5, "me", "them")
    row = getattr(read(data, "element"), verb)(
        "buy" if verb == "proportion" else "spend", where="who == 'me'"
    )
    frame = row.to_frame()
    finite_or_nan(frame)
    assert (frame["n"] == 1).all()
    own = data.loc[5]
    if verb == "proportion":
        assert frame.set_index("level")["estimate"][own["buy"]] == 1.0
    else:
        close(frame["estimate"], own["spend"] * (own["w"] if verb == "total" else 1))
    for test in (
        lambda s: s.variance("spend", where="who == 'me'"),
        lambda s: s.std_dev("spend", where="who == 'me'"),
    ):
        assert test(read(data, "element")).to_frame()["estimate"].isna().all()


@given(seeds)
@REPEATABLE
def test_two_respondents_by_hand(seed):
    """Mean, its linearised standard error and a t interval on one degree of freedom."""
    data = table(seed).iloc[[0, 40]].assign(spend=[10.0, 13.0])
    row = read(data, "element").mean("spend").to_frame().iloc[0]
    w = data["w"].to_numpy()
    mean = (10 * w[0] + 13 * w[1]) / w.sum()
    z = w * (np.array([10.0, 13.0]) - mean) / w.sum()
    error = np.sqrt(2 * (z**2).sum())
    t = 12.706204736432095  # qt(0.975, 1)
    close(
        row[["estimate", "std_error", "conf_low", "conf_high", "df"]],
        [mean, error, mean - t * error, mean + t * error, 1],
        rtol=1e-9,
    )
    close(read(data, "element").variance("spend").value, 2 * (w * ([10, 13] - mean) ** 2).sum() / w.sum())


@pytest.mark.parametrize("verb", [*ESTIMATORS, "proportion"])
def test_nobody_answered(verb):
    """An error that names the question; where others did answer, a row without numbers."""
    name = "buy" if verb == "proportion" else "visits"
    data = table(4).astype({"visits": object})
    with pytest.raises(EstimationError, match=f"answered '{name}'"):
        getattr(read(data.assign(**{name: ""})), verb)(name)
    data.loc[data["region"] == "west", name] = ""
    frame = getattr(read(data), verb)(name, by="region").to_frame()
    west = frame[frame["region"] == "west"]
    finite_or_nan(frame)
    assert (west["n"] == 0).all()
    assert west[["std_error", "conf_low", "conf_high"]].isna().all(axis=None)
    assert west["estimate"].isna().all()
    assert frame[frame["region"] != "west"][["estimate", "std_error"]].notna().all(axis=None)


@pytest.mark.parametrize(
    "test",
    [
        lambda s: s.ttest("visits", by="sex"),
        lambda s: s.ttest("visits"),
        lambda s: s.rank_test("visits", "sex"),
        lambda s: s.independence("buy", "sex"),
        lambda s: s.goodness_of_fit("buy", {"yes": 0.5, "no": 0.5}),
        lambda s: s.glm("visits ~ sex"),
        lambda s: s.glm("buy ~ visits", family="binomial"),
    ],
    ids=["ttest by", "ttest", "rank", "independence", "goodness", "glm", "logistic"],
)
def test_nobody_answered_is_nothing_to_test(test):
    with pytest.raises(SurveyAnalysisError):
        test(read(table(4).assign(visits="", buy="")))


def test_an_empty_domain_is_named():
    with pytest.raises(EmptyDomainError):
        read(table(4)).mean("visits", where="spend > 1e9")


def plain(survey: sa.Survey) -> dict[str, pd.DataFrame]:
    """Everything asked of an answer that never varies."""
    by_sex = survey.mean("one", by="sex")
    return {
        "mean": survey.mean("one").to_frame(),
        "by": by_sex.to_frame(),
        "total": survey.total("one").to_frame(),
        "ratio": survey.ratio("one", "one").to_frame(),
        "variance": survey.variance("one").to_frame(),
        "std_dev": survey.std_dev("one").to_frame(),
        "median": survey.median("one").to_frame(),
        "quantile": survey.quantile("one", [0.1, 0.9]).to_frame(),
        "correlation": survey.correlation(["one", "visits"]).to_frame(),
        "cdf": survey.cdf("one", [7, 8]).to_frame(),
        "compare": by_sex.compare().to_frame(),
        "ratios": by_sex.compare(as_="ratio").to_frame(),
        "omnibus": by_sex.test().to_frame(),
        "ttest": survey.ttest("one", by="sex").to_frame(),
        "one sample": survey.ttest("one", mu=7).to_frame(),
        "rank": survey.rank_test("one", "sex").to_frame(),
        "kruskal": survey.rank_test("one", "region", test="kruskal-wallis").to_frame(),
    }


@pytest.mark.parametrize("value", [7.25, 3.3, 1e9 / 7])
@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_an_answer_that_never_varies_has_no_statistic(design, value):
    found = plain(read(table(6).assign(one=value), design))
    for name, frame in found.items():
        finite_or_nan(frame)
        for column in {"statistic", "p_value"} & set(frame.columns):
            assert frame[column].isna().all(), (name, column)
    for name in ("mean", "by", "median", "quantile"):
        close(found[name]["estimate"], value, rtol=1e-14)
        assert (found[name]["std_error"] == 0).all(), name
    for name in ("variance", "std_dev"):
        assert (found[name][["estimate", "std_error"]] == 0).all(axis=None), name
    assert found["correlation"]["estimate"].isna().all()
    assert found["total"]["deff"].isna().all()
    assert set(found["ttest"]["method"]) == {"no test"}
