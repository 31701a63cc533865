"""Omnibus tests, declared families over several results, and "up to" ratios."""

from __future__ import annotations

import numpy as np
import pytest
from builders import arrays, ratings, survey
from estimation import by_hand
from scipy import stats
from statsmodels.stats.multitest import multipletests

from survey_analysis.errors import EstimationError
from survey_analysis.significance.compare import compare
from survey_analysis.significance.family import as_family


@pytest.fixture(scope="module")
def data():
    return ratings()


def test_omnibus_f_by_hand(data):
    """W/k of the contrasts with the first level, from the covariance of the influence values."""
    theta, z = [], []
    for source in ("micro", "average", "celebrity"):
        answers, w = arrays(data, f"{source}_q")
        t, u = by_hand.ratio(np.nan_to_num(answers), ~np.isnan(answers) * 1.0, w)
        theta.append(t)
        z.append(u)
    contrasts = np.array([[1, -1, 0], [1, 0, -1]])
    u = np.column_stack(z) @ contrasts.T
    n = len(u)
    centred = u - u.mean(axis=0)
    V = n / (n - 1) * centred.T @ centred
    d = contrasts @ theta
    F = d @ np.linalg.solve(V, d) / 2
    row = data.mean("follow").test().to_frame().iloc[0]
    members = np.column_stack(
        [~np.isnan(arrays(data, f"{s}_q")[0]) for s in ("micro", "average", "celebrity")]
    )
    nu = members.any(axis=1).sum() - 1
    assert row["statistic"] == pytest.approx(F, rel=1e-10)
    assert (row["df"], row["df_residual"]) == (2, nu)
    assert row["p_value"] == pytest.approx(stats.f.sf(F, 2, nu), rel=1e-9)
    assert row["n"] == members.any(axis=1).sum()


def test_omnibus_of_two_levels_is_the_square_of_t(data):
    seen = data.mean("follow", where={"source": ["micro", "average"]})
    t = seen.compare(base="own").to_frame()["statistic"].iloc[0]
    f = seen.test().to_frame().iloc[0]
    assert (f["df"], f["statistic"]) == (1, pytest.approx(t**2, rel=1e-12))


def test_omnibus_stands_once_a_crossing(data):
    rows = data.mean("follow", by=["source", "region"]).test().to_frame()
    assert rows["region"].tolist() == ["north", "south"]
    assert set(rows["contrast"]) == {"all levels of source equal"}
    with pytest.raises(EstimationError, match="no two levels"):
        data.mean("follow", where={"source": "micro"}).test()


@pytest.mark.parametrize("method", ["holm", "bh", "bonferroni"])
def test_declared_comparisons_are_adjusted_together(data, method):
    one = compare(data.mean("follow"), "average", adjust="none")
    two = compare(data.proportion("follow", top=2), "average", adjust="none")
    family = as_family([one, two], method, "all declared")
    name = {"bh": "fdr_bh"}.get(method, method)
    for base in ("own", "common"):
        p = np.concatenate([t.rows[t.rows["base"] == base]["p_value"] for t in (one, two)])
        adjusted = np.concatenate([t.rows[t.rows["base"] == base]["p_adjusted"] for t in family])
        assert adjusted == pytest.approx(multipletests(p, method=name)[1], rel=1e-12)
    assert [t.family.size for t in family] == [4, 4]
    assert {t.family.declared for t in family} == {"all declared"}
    assert one.rows["p_adjusted"].tolist() == one.rows["p_value"].tolist()


@pytest.fixture(scope="module")
def talk():
    """Counts of three categories in two samples; nobody of the second speaks about the last one."""
    rng = np.random.default_rng(3)
    n = 160
    group = np.repeat(["1", "2"], n // 2)
    columns = {"g": list(group)}
    for name, (a, b) in {"gear": (4, 1), "food": (2, 1), "books": (1.2, 1), "pets": (1, 0)}.items():
        columns[f"{name}_n"] = [str(x) for x in rng.poisson(np.where(group == "1", a, b))]
    return survey(
        columns,
        subjects={"category": {k: k.capitalize() for k in ("gear", "food", "books", "pets")}},
        batteries={"talks": {"over": "category", "columns": "{category}_n", "kind": "numeric"}},
        questions={"g": {"levels": [[1, "Network"], [2, "Control"]]}},
    )


def ratios(talk):
    return talk.mean("talks", by=["category", "g"]).compare(
        to="Control", as_="ratio", base="own", adjust="none"
    )


def test_largest_median_and_smallest_by_hand(talk):
    test = ratios(talk)
    frame = talk.table.raw.frame
    wanted = {}
    for name in ("gear", "food", "books"):
        counts = frame[f"{name}_n"].astype(float)
        wanted[name.capitalize()] = counts[frame["g"] == "1"].mean() / counts[frame["g"] == "2"].mean()
    found = test.largest()
    top, low = max(wanted, key=wanted.get), min(wanted, key=wanted.get)
    assert (found.largest_label, found.smallest_label) == (top, low)
    assert (found.largest, found.smallest) == pytest.approx((wanted[top], wanted[low]), rel=1e-12)
    assert found.median == pytest.approx(np.median(list(wanted.values())), rel=1e-12)
    assert (found.categories, found.undefined) == (3, ("Pets",))
    assert (found.a, found.b) == ("Network", "Control")
    assert found.low < found.at_least < found.largest < found.high


def test_the_simultaneous_critical_value_against_the_normal_integral(talk):
    test = ratios(talk)
    found = test.largest()
    V = test.vcov[:3, :3]
    se = np.sqrt(np.diag(V))
    corr = V / np.outer(se, se)
    normal = stats.multivariate_normal(np.zeros(3), corr, seed=1)
    inside = normal.cdf(np.full(3, found.critical), lower_limit=np.full(3, -found.critical))
    assert inside == pytest.approx(0.95, abs=0.003)
    rows = test.to_frame()
    j = int(np.argmax(rows["estimate"].to_numpy()[:3]))
    limits = np.exp(np.log(rows["estimate"].iloc[j]) + np.array([-1, 1]) * found.critical * se[j])
    assert (found.low, found.high) == pytest.approx(tuple(limits), rel=1e-12)
    assert ratios(talk).largest() == found


def test_a_ratio_without_events_on_one_side_says_so(talk):
    row = ratios(talk).to_frame().iloc[3]
    assert row["category"] == "Pets"
    assert np.isnan(row["estimate"])
    assert np.isnan(row["p_value"])
    assert "no event on one side" in row["method"]


def test_up_to_needs_ratios_of_one_pair(talk, data):
    with pytest.raises(EstimationError, match="defined for ratios"):
        data.mean("follow").compare().largest()
    with pytest.raises(EstimationError, match="one pair of groups"):
        data.mean("follow", by=["source", "region"]).compare(dim="source", as_="ratio", base="own").largest()
