"""Replicate weights against R `survey`: given columns of every kind, at the core."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from oracles.harness import Table, Worst, entries, groups, numbers, table, terms

from survey_analysis.core.covariance import covariance, domain_df, null_covariance, satterthwaite_df, union_df
from survey_analysis.core.differences import difference
from survey_analysis.core.effects import d_av
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import delta, ratio, total
from survey_analysis.core.replicate_types import Options, given_replicates
from survey_analysis.core.replicate_weights import Given, column_rank
from survey_analysis.core.replicates import Replicates
from survey_analysis.errors import DesignError, EstimationError, ReplicateWarning

TOLERANCE = 1e-9
TABLES = {
    **dict.fromkeys(("r_jk1", "r_jk1wr", "r_jk1mse", "r_boot", "r_bootfpc"), "apiclus1"),
    **dict.fromkeys(("r_jkn", "r_jknwr", "r_bootst"), "apistrat"),
    **dict.fromkeys(("r_jknnh", "r_brr", "r_fay", "r_faymse", "r_subboot"), "nhs"),
    "r_mrb": "apiclus2",
}
API = [name for name, data in TABLES.items() if data != "nhs"]
NHS = [name for name, data in TABLES.items() if data == "nhs"]
NAMED = {
    "d_sdr": ("SDR", Options()),
    "d_acs": ("ACS", Options(mse=True)),
    "d_jk2": ("JK2", Options(mse=True)),
    "d_fayname": ("Fay", Options(rho=0.5)),
    "d_bootname": ("bootstrap", Options()),
    "d_bootavg": ("bootstrap", Options(average=5)),
    "d_brrname": ("BRR", Options(mse=True)),
}


def given_columns(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Weight and replicate weights of `rep_NAME.csv`."""
    file = table(f"rep_{name}")
    return file["w"], np.column_stack([file[c] for c in file.columns if c != "w"])


@cache
def data_of(name: str) -> Table:
    if name != "nhs":
        return table(name)
    base = table("nhanes", ("race", "RIAGENDR"))
    strata, first = np.unique(base["SDMVSTRA"], return_inverse=True)
    psus = np.array([len(np.unique(base["SDMVPSU"][first == h])) for h in range(len(strata))])
    rows = np.flatnonzero((psus == 2)[first])[::4]
    return Table({k: v[rows] for k, v in base.columns.items()}, base.factors)


@cache
def frame_of(name: str) -> DesignFrame:
    weight, matrix = given_columns(name)
    meta = entries("03_replicates")["rep.meta"]["values"][name]
    rscales = np.broadcast_to(np.asarray(meta["rscales"], dtype=float), (matrix.shape[1],))
    made = Replicates(Given(matrix), meta["scale"], rscales, meta["mse"])
    return replace(DesignFrame.of(weight), replicates=made)


def values_of(id_: str) -> dict:
    return entries("03_replicates")[id_]["values"]


def mean(y: np.ndarray, frame: DesignFrame, member: np.ndarray | None = None, *, joint: bool = True):
    """svymean(na.rm = TRUE): with several columns only rows that have all of them."""
    known = ~np.isnan(y)
    if joint:
        known = np.broadcast_to(known.all(axis=1, keepdims=True), y.shape)
    x = known if member is None else known & member
    return ratio(np.where(x, np.nan_to_num(y), 0.0), x.astype(float), frame)


def check(worst: Worst, key: str, where: str, theta, z, frame, values) -> None:
    V = covariance(z, frame)
    size = np.abs(numbers(values["estimate"]))
    order = np.arange(len(theta))
    worst.check(key, f"{where} estimate", theta[order], values["estimate"], tolerance=TOLERANCE)
    se = values.get("se", values.get("SE"))
    # shares of strata have no variance: what is left there is the rounding of the weights in the file
    worst.check(key, f"{where} se", np.sqrt(np.diag(V)), se, scale=1e-4 * size, tolerance=TOLERANCE)
    if "vcov" in values:
        se = np.maximum(np.sqrt(np.diag(V)), 1e-4 * size)
        worst.check(key, f"{where} vcov", V, values["vcov"], scale=np.outer(se, se), tolerance=TOLERANCE)
    if "df" in values:
        assert frame.design_df == values["df"]


def by(y: np.ndarray, formula: str, data: Table, frame: DesignFrame):
    """svyby(covmat = TRUE): variable by variable, groups fastest; rows of one variable may be missing."""
    member = groups(formula, data).member
    k, g = y.shape[1], member.shape[1]
    columns = np.repeat(y, g, axis=1)
    return mean(columns, frame, np.tile(member, (1, k)), joint=False)


@pytest.mark.parametrize("name", TABLES)
def test_degrees_of_freedom_are_the_rank_of_the_weights(name):
    assert frame_of(name).design_df == values_of("rep.meta")[name]["degf"]


@pytest.mark.parametrize("name", API)
def test_school_designs_equal_r(name, record_property):
    data, frame, worst = data_of(TABLES[name]), frame_of(name), Worst()
    y = terms("api00 + meals + ell", data).values
    theta, z = mean(y, frame)
    values = values_of(f"rep.{name}.mean")
    check(worst, "mean", name, theta, z, frame, values)
    worst.check("replicates", name, theta + z, values["replicates"], tolerance=TOLERANCE)
    theta, z = mean(terms("acs.k3", data).values, frame)
    check(worst, "mean_na", name, theta, z, frame, values_of(f"rep.{name}.mean_na"))
    theta, z = mean(terms("stype", data).values, frame)
    check(worst, "prop", name, theta, z, frame, values_of(f"rep.{name}.prop"))
    theta, z = total(terms("api.stu + growth", data).values, frame)
    check(worst, "total", name, theta, z, frame, values_of(f"rep.{name}.total"))
    theta, z = ratio(data["api00"], data["api.stu"], frame)
    check(worst, "ratio", name, theta, z, frame, values_of(f"rep.{name}.ratio"))
    theta, z = by(terms("api00 + api99", data).values, "stype", data, frame)
    check(worst, "by", name, theta, z, frame, values_of(f"rep.{name}.by"))
    theta, z = by(terms("awards", data).values, "sch.wide", data, frame)
    check(worst, "by_prop", name, theta, z, frame, values_of(f"rep.{name}.by_prop"))
    record_property("worst", worst.lines())


@pytest.mark.parametrize("name", NHS)
def test_health_designs_equal_r(name, record_property):
    data, frame, worst = data_of("nhs"), frame_of(name), Worst()
    values = values_of(f"rep.{name}.mean")
    theta, z = mean(terms("HI_CHOL", data).values, frame)
    check(worst, "mean", name, theta, z, frame, values["mean"])
    worst.check("replicates", name, theta + z, values["replicates"], tolerance=TOLERANCE)
    theta, z = mean(terms("race + agecat", data).values, frame)
    check(worst, "prop", name, theta, z, frame, values["prop"])
    theta, z = total(terms("race", data).values, frame)
    check(worst, "total", name, theta, z, frame, values_of(f"rep.{name}.total"))
    theta, z = by(terms("HI_CHOL", data).values, "race + RIAGENDR", data, frame)
    check(worst, "by", name, theta, z, frame, values_of(f"rep.{name}.by"))
    theta, z = by(terms("agecat", data).values, "race", data, frame)
    check(worst, "by_prop", name, theta, z, frame, values_of(f"rep.{name}.by_prop"))
    domain = data["agecat"] == "(39,59]"
    values = values_of(f"rep.{name}.domain")
    theta, z = mean(terms("HI_CHOL", data).values, frame, domain[:, None])
    worst.check("domain", name, theta, values["mean"]["estimate"], tolerance=TOLERANCE)
    worst.check("domain", name, covariance(z, frame), values["mean"]["vcov"], tolerance=TOLERANCE)
    assert domain_df(domain, frame)[0] == values["degf"]
    record_property("worst", worst.lines())


@pytest.mark.parametrize("name", NAMED)
def test_named_kinds_have_the_scale_of_r(name):
    method, options = NAMED[name]
    data, values, worst = table("apistrat"), values_of(f"rep.named.{name}"), Worst()
    weight, matrix = given_columns("sdr")
    matrix = matrix[:, :32] if name == "d_jk2" else matrix
    frame = replace(DesignFrame.of(data["pw"]), replicates=given_replicates(matrix, method, options))
    np.testing.assert_array_equal(weight, data["pw"])
    assert frame.replicates.scale == pytest.approx(values["scale"], rel=1e-14)
    assert set(frame.replicates.rscales) == {values["rscales"]}
    assert frame.design_df == values["degf"]
    theta, z = mean(terms("api00 + meals", data).values, frame)
    check(worst, "mean", name, theta, z, frame, values["mean"])
    theta, z = total(data["api.stu"], frame)
    check(worst, "total", name, theta, z, frame, values["total"])
    theta, z = by(terms("api00", data).values, "stype", data, frame)
    check(worst, "by", name, theta, z, frame, values["by"])


def test_factors_of_the_weight_equal_r():
    data, values, worst = table("scd"), values_of("rep.scd.d_scd"), Worst()
    factors = 2.0 * np.array(
        [[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0]]
    )
    given = given_replicates(factors, "BRR", Options(combined=False))
    frame = replace(DesignFrame.of(np.ones(data.n)), replicates=given)
    assert given.scale == values["scale"]
    theta, z = ratio(data["alive"], data["arrests"], frame)
    worst.check("scd", "ratio", theta, values["ratio"], tolerance=TOLERANCE)
    worst.check("scd", "se", np.sqrt(covariance(z, frame)), values["se"], tolerance=TOLERANCE)
    theta, z = total(terms("arrests + alive", data).values, frame)
    check(worst, "scd", "total", theta, z, frame, values["total"])


def test_jkn_factors_tell_their_rscales():
    factors = np.ones((5, 5))
    for r, group in enumerate([[0, 1, 2]] * 3 + [[3, 4]] * 2):
        factors[group, r] = len(group) / (len(group) - 1)
        factors[r, r] = 0
    got = given_replicates(factors, "JKn", Options(combined=False))
    np.testing.assert_allclose(got.rscales, [2 / 3, 2 / 3, 2 / 3, 1 / 2, 1 / 2], rtol=1e-15)


@pytest.mark.parametrize(
    ("method", "options", "says"),
    [
        ("BRR", Options(scale=1.0), "do not use scale="),
        ("JK2", Options(rscales=1.0), "do not use rscales="),
        ("ACS", Options(scale=0.05), "do not use scale="),
        ("JK1", Options(rho=0.5), "do not use rho="),
        ("BRR", Options(average=3), "do not use average="),
        ("Fay", Options(), "need rho"),
        ("JKn", Options(), "need rscales"),
        ("other", Options(), "needs scale= or rscales="),
        ("JK1", Options(rscales=(1.0, 1.0)), "rscales for 2"),
        ("other", Options(scale=-1.0), "at least 0"),
        ("jk3", Options(), "no replicate method"),
    ],
)
def test_an_option_is_used_or_an_error(method, options, says):
    with pytest.raises(DesignError, match=says):
        given_replicates(np.ones((4, 3)), method, options)


def small(matrix: np.ndarray, *, mse: bool = False) -> DesignFrame:
    made = given_replicates(matrix, "other", Options(scale=0.8, mse=mse))
    return replace(DesignFrame.of(np.ones(len(matrix))), replicates=made)


def test_undefined_replicates_are_left_out_and_counted():
    """R svrVar(matrix(c(1, 2, NA, 4, 5)), 0.8, rep(1, 5)) is 8, for both values of mse about 3."""
    for mse in (False, True):
        frame = small(np.ones((3, 5)), mse=mse)
        z = np.array([1.0, 2, np.nan, 4, 5]) - 3
        with pytest.warns(ReplicateWarning, match="in 1 of 5 replicates"):
            assert covariance(z, frame)[0, 0] == pytest.approx(8, rel=1e-15)


def test_an_estimate_that_is_never_defined_has_no_variance_and_no_warning():
    frame = small(np.ones((3, 5)))
    V = covariance(np.column_stack([np.full(5, np.nan), np.arange(5.0)]), frame)
    assert np.isnan(V[0]).all()
    assert np.isnan(V[:, 0]).all()
    assert V[1, 1] == pytest.approx(8)


def test_a_combination_does_not_lose_replicates_of_estimates_it_leaves_out():
    z = np.array([[1.0, np.nan, 3.0], [2.0, 5.0, 1.0]])
    np.testing.assert_array_equal(delta(z, [[1, 0, -1], [1, -1, 0]]), [[-2, np.nan], [1, -3]])


def test_an_emptied_domain_is_undefined_not_zero():
    weights = np.array([[0.0, 2, 2], [2, 0, 2], [2, 2, 0]])
    frame = small(weights)
    theta, z = ratio([1.0, 0, 0], [1.0, 0, 0], frame)
    assert theta[0] == 1
    np.testing.assert_array_equal(z[:, 0], [np.nan, 0, 0])


def test_replicates_with_rscale_zero_do_not_move_the_centre():
    made = given_replicates(np.ones((2, 3)), "other", Options(scale=1.0, rscales=(1.0, 1.0, 0.0)))
    assert made.covariance(np.array([[1.0], [3.0], [100.0]]))[0, 0] == pytest.approx(2)


def test_stored_degrees_of_freedom_bound_those_of_domains():
    rng = np.random.default_rng(2)
    made = given_replicates(rng.uniform(1, 2, (40, 10)), "JK1", Options(degf=4))
    frame = replace(DesignFrame.of(np.ones(40)), replicates=made)
    member = np.column_stack([np.arange(40) < 40, np.arange(40) < 3, np.zeros(40, dtype=bool)])
    assert frame.design_df == 4
    assert domain_df(member, frame).tolist() == [4, 2, 0]
    assert union_df(member, frame) == 4


@pytest.mark.parametrize("rank", [1, 3, 7])
def test_rank_is_that_of_the_singular_values(rank):
    rng = np.random.default_rng(rank)
    matrix = rng.normal(size=(30, rank)) @ rng.normal(size=(rank, 9))
    assert column_rank(np.abs(matrix) if rank > 7 else matrix) == np.linalg.matrix_rank(matrix)
    rounded = np.round(1e3 * matrix, 3)  # printed weights: the rank is not that of the rounding
    assert column_rank(rounded) == rank


def test_differences_and_effects_of_replicates():
    """The variance of a difference is that of replicate differences; no part of it is Taylor's."""
    data, frame = data_of("nhs"), frame_of("r_jknnh")
    known = ~np.isnan(data["HI_CHOL"])
    woman = (data["RIAGENDR"] == 2) & known
    man = (data["RIAGENDR"] == 1) & known
    y = np.nan_to_num(data["HI_CHOL"])
    got = difference(y * woman, woman, y * man, man, frame)
    weights = np.concatenate(list(frame.replicate_weights.blocks()), axis=1)
    each = (weights.T @ (y * woman)) / (weights.T @ woman) - (weights.T @ (y * man)) / (weights.T @ man)
    meta = values_of("rep.meta")["r_jknnh"]
    expected = meta["scale"] * (np.asarray(meta["rscales"]) * (each - each.mean()) ** 2).sum()
    assert got.se == pytest.approx(np.sqrt(expected), rel=1e-12)
    assert got.df == union_df(np.column_stack([woman, man]), frame)
    assert np.isfinite(d_av(y * woman, woman, y * man, man, frame).se)


def test_paired_shares_at_the_edge_keep_the_design_variance():
    frame = small(np.random.default_rng(4).uniform(0.5, 1.5, (30, 12)))
    one = np.ones(30)
    a, b = np.zeros(30), np.zeros(30)
    a[:2], b[2] = 1, 1
    got = difference(a, one, b, one, frame)
    assert got.method == "design-based"
    assert got.relation == "paired"
    assert got.se > 0
    with pytest.raises(EstimationError, match="no variance about zero"):
        null_covariance(a - b, frame)
    z = ratio(np.column_stack([a, b]), np.ones((30, 2)), frame)[1]
    assert satterthwaite_df(z[:, 0] - z[:, 1], one > 0, one > 0, frame) == frame.design_df
