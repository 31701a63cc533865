"""Rao-Scott tests, t tests and smooth contrasts against R `survey` (svychisq, svyttest, svycontrast)."""

from __future__ import annotations

import re

import numpy as np
import pytest
from oracles import harness

from survey_analysis.core.covariance import covariance, union_df
from survey_analysis.core.differences import difference
from survey_analysis.core.influence import contrast, delta, ratio
from survey_analysis.core.quadratic import RaoScott, rao_scott, t_test

pytestmark = pytest.mark.oracle

CLOSED = 1e-9
DESIGNS = ("dstrat", "dw", "dclus1", "dnh")
CHISQ = re.compile(rf"chisq\.({'|'.join(DESIGNS)})\..+\.(F|Chisq)")


def chisq_ids() -> list[str]:
    """Known without the reference folder, so that its absence is reported by the test and not at collection."""
    tables = {
        "dstrat": ("sch.wide_stype", "awards_comp.imp", "m3_yr.rnd"),
        "dw": ("sch.wide_stype", "m3_awards"),
        "dclus1": ("sch.wide_stype", "awards_comp.imp"),
        "dnh": ("chol_race", "agecat_race", "race_RIAGENDR"),
    }
    return [f"chisq.{d}.{t}.{s}" for d, names in tables.items() for t in names for s in ("F", "Chisq")]


def table_test(d: harness.Design, rows: str, columns: str) -> RaoScott:
    a, b = (d.table.factor("HI_CHOL" if name == "chol" else name) for name in (rows, columns))
    inside = (a.codes >= 0) & (b.codes >= 0)
    cell = np.where(inside, a.codes * len(b.levels) + b.codes, -1)
    y = (cell[:, None] == np.arange(len(a.levels) * len(b.levels))).astype(float)
    p, z = ratio(y, inside.astype(float)[:, None], d.frame.weight)
    shape = (len(a.levels), len(b.levels))
    # R scales X² by the rows of the design, missing answers included; F and p do not depend on it
    return rao_scott(p.reshape(shape), covariance(z, d.frame), d.frame.n, union_df(inside, d.frame))


def test_no_entry_is_forgotten():
    found = [i for i in harness.entries("02_tests_models") if CHISQ.fullmatch(i)]
    assert sorted(found) == sorted(chisq_ids())


@pytest.mark.parametrize("identifier", chisq_ids())
def test_rao_scott(identifier):
    entry = harness.entries("02_tests_models")[identifier]
    rows, columns = re.search(r"svychisq\(~([\w.]+) \+ ([\w.]+),", entry["call"]).groups()
    got = table_test(harness.design(identifier.split(".")[1], "tests_models"), rows, columns)
    values = entry["values"]
    if identifier.endswith(".F"):
        ours = [got.statistic, got.df1, got.df2, got.p]
        theirs = [
            values["statistic"]["F"],
            values["parameter"]["ndf"],
            values["parameter"]["ddf"],
            values["p.value"],
        ]
    else:
        ours = [got.pearson, got.k, got.first_order_p]
        theirs = [values["statistic"]["X-squared"], values["parameter"]["df"], values["p.value"]]
    np.testing.assert_allclose(ours, theirs, rtol=CLOSED)


@pytest.mark.parametrize("name", ["dstrat", "dw", "dclus1"])
def test_difference_of_two_groups(name):
    """R fits a linear model and takes one df less than the design; estimate and SE are the contrast of two domains."""
    values = harness.entries("02_tests_models")[f"ttest.two.{name}"]["values"]
    d = harness.design(name, "tests_models")
    y, group = d.table["api00"], d.table.factor("comp.imp")
    yes, no = ((group.codes == code).astype(float) for code in (1, 0))
    got = difference(y * yes, yes, y * no, no, d.frame, kind="mean", df=float(values["parameter"]["df"]))
    assert got.relation == ("overlapping" if name == "dclus1" else "independent")
    np.testing.assert_allclose(
        [got.estimate, got.statistic, got.p],
        [values["estimate"]["difference in mean"], values["statistic"]["t"], values["p.value"]],
        rtol=CLOSED,
    )
    assert got.df == d.frame.design_df - 1


@pytest.mark.parametrize("name", ["dstrat", "dw", "dclus1"])
def test_same_schools_at_two_times(name):
    values = harness.entries("02_tests_models")[f"ttest.one.{name}"]["values"]
    d = harness.design(name, "tests_models")
    one = np.ones(d.frame.n)
    got = difference(
        d.table["api00"], one, d.table["api99"], one, d.frame, kind="mean", df=values["parameter"]["df"]
    )
    assert got.relation == "paired"
    np.testing.assert_allclose(
        [got.estimate, got.statistic, got.p],
        [values["estimate"]["mean"], values["statistic"]["t"], values["p.value"]],
        rtol=CLOSED,
    )


@pytest.mark.parametrize("name", ["dstrat", "dw", "dclus1"])
def test_contrasts(name):
    values = harness.entries("02_tests_models")[f"contrast.{name}"]["values"]["mean"]
    d = harness.design(name, "tests_models")
    theta, z = ratio(
        np.column_stack([d.table["api00"], d.table["api99"]]), np.ones((d.frame.n, 1)), d.frame.weight
    )
    difference_of, z_d = contrast(theta, z, [1, -1])
    z_r = delta(z, [1 / theta[1], -theta[0] / theta[1] ** 2])
    np.testing.assert_allclose(
        [difference_of[0], theta[0] / theta[1]], harness.numbers(values["estimate"]), rtol=CLOSED
    )
    se = [covariance(v, d.frame)[0, 0] ** 0.5 for v in (z_d, z_r)]
    np.testing.assert_allclose(se, harness.numbers(values["se"]), rtol=CLOSED)


def test_t_and_p_of_a_domain_difference_with_clusters():
    values = harness.entries("02_tests_models")["ttest.dnh"]["values"]
    d = harness.design("dnh", "tests_models")
    y, sex = d.table["HI_CHOL"], d.table.factor("RIAGENDR").codes
    x = np.column_stack([(sex == code) & ~np.isnan(y) for code in (1, 0)]).astype(float)
    theta, z = ratio(np.nan_to_num(y)[:, None] * x, x, d.frame.weight)
    estimate, influence = contrast(theta, z, [1, -1])
    t, p = t_test(estimate, np.sqrt(np.diag(covariance(influence, d.frame))), values["parameter"]["df"])
    np.testing.assert_allclose([t[0], p[0]], [values["statistic"]["t"], values["p.value"]], rtol=CLOSED)
