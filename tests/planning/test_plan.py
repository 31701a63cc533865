"""Plans against closed forms, statsmodels and simulation through `compare`."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower, TTestPower, normal_sample_size_one_tail

import survey_analysis as sa
from survey_analysis.errors import EstimationError
from survey_analysis.figures.errors import FigureError
from survey_analysis.planning.reach import reach

PAIR = {"micro": 0.82, "average": 0.73}


def discordant(a, b, phi):
    return a * (1 - b) + b * (1 - a) - 2 * phi * (a * (1 - a) * b * (1 - b)) ** 0.5


def connor(a, b, phi, power=0.8, alpha=0.05):
    D, d = discordant(a, b, phi), a - b
    return (stats.norm.isf(alpha / 2) * D**0.5 + stats.norm.ppf(power) * (D - d * d) ** 0.5) ** 2 / d**2


def test_the_same_people_are_connor():
    for phi in (0.0, 0.3, 0.6):
        assert sa.plan(PAIR, correlation=phi).rows["n"].iloc[0] == pytest.approx(
            connor(0.82, 0.73, phi), rel=1e-9
        )
        D, d = discordant(0.82, 0.73, phi), 0.09
        theirs = normal_sample_size_one_tail(
            d, 0.8, 0.025, std_null=D**0.5, std_alternative=(D - d * d) ** 0.5
        )
        assert sa.plan(PAIR, correlation=phi).rows["n"].iloc[0] == pytest.approx(theirs, rel=1e-9)


def test_a_design_effect_multiplies_and_families_divide_alpha():
    one = sa.plan(PAIR, deff=1.5).rows["n"].iloc[0]
    assert one == pytest.approx(1.5 * connor(0.82, 0.73, 0.3))
    values = {"a": 0.8, "b": 0.7, "c": 0.6}
    for adjust, alpha in (("holm", 0.05 / 3), ("bonferroni", 0.05 / 3), ("none", 0.05)):
        rows = sa.plan(values, adjust=adjust).rows
        assert rows["n"].tolist() == pytest.approx(
            [connor(x, y, 0.3, alpha=alpha) for x, y in combinations(values.values(), 2)]
        )
    assert sa.plan(values, to="c").rows["alpha"].tolist() == pytest.approx([0.025] * 2)


def test_means_are_the_paired_t_test():
    found = sa.plan(["a", "b"], difference=0.2, sd=1.1, correlation=0.4)
    effect = 0.2 / (1.1 * (2 * 0.6) ** 0.5)
    assert found.rows["n"].iloc[0] == pytest.approx(
        TTestPower().solve_power(effect, power=0.8, alpha=0.05), rel=1e-4
    )


def test_own_bases_of_different_people_are_two_samples():
    rows = sa.plan(PAIR, rates=1).rows
    assert rows["base"].tolist() == ["own bases"]
    group = sa.power.proportions(0.73, 0.82, power=0.8).n
    assert rows["n"].iloc[0] == pytest.approx(2 * group)


def test_overlapping_is_two_samples_and_pairs_at_its_ends():
    kind = {"sd": (0.4, 0.4), "power": 0.8}
    two = sa.power.overlapping(0.1, reach=(0.5, 0.5), both=0.0, correlation=0.7, **kind).n / 2
    assert two == pytest.approx(NormalIndPower().solve_power(0.1 / 0.4, power=0.8, alpha=0.05), rel=1e-3)
    pairs = sa.power.overlapping(0.1, reach=(1, 1), both=1.0, correlation=0.7, **kind).n
    z = stats.norm.isf(0.025) + stats.norm.ppf(0.8)
    assert pairs == pytest.approx(z**2 * 2 * 0.16 * 0.3 / 0.01)
    back = sa.power.overlapping(sd=(0.4, 0.4), reach=(1, 1), both=1.0, correlation=0.7, n=pairs, power=0.8)
    assert back.effect == pytest.approx(0.1)
    again = sa.power.overlapping(0.1, sd=(0.4, 0.4), reach=(1, 1), both=1.0, correlation=0.7, n=pairs)
    assert again.power == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"both": 0.9}, "impossible"),
        ({"sd": (0, 1)}, "standard deviations"),
        ({"delta": 0}, "difference is 0"),
        ({"power": 0.01}, "below alpha"),
    ],
)
def test_overlapping_refuses(changed, says):
    told = {
        "delta": 0.1,
        "sd": (0.4, 0.4),
        "reach": (0.5, 0.5),
        "both": 0.2,
        "correlation": 0.3,
        "power": 0.8,
    } | changed
    with pytest.raises(EstimationError, match=says):
        sa.power.overlapping(told.pop("delta"), **told)


def test_reach_by_simulation():
    rng = np.random.default_rng(5)
    incidence, most, n = [0.48, 0.77, 0.25, 0.26], 3, 200_000
    knows = rng.random((n, 4)) < incidence
    order = np.where(knows, rng.random((n, 4)), 9).argsort(axis=1).argsort(axis=1)
    rated = knows & (order < most)
    pi = np.minimum(1, most / np.maximum(knows.sum(axis=1), 1))
    one = reach(incidence, [0], most)
    assert one.share == pytest.approx(rated[:, 0].mean(), abs=0.004)
    w = 1 / pi[rated[:, 0]]
    assert one.deff == pytest.approx((w**2).mean() / w.mean() ** 2, abs=0.002)
    two = reach(incidence, [0, 1], most)
    assert two.share == pytest.approx((rated[:, 0] & rated[:, 1]).mean(), abs=0.004)
    assert reach(incidence, [0, 1], 1).share == 0


def test_people_asked_are_those_in_the_base_over_their_share():
    found = sa.plan(PAIR, incidence={"micro": 0.5, "average": 0.8})
    rows = found.rows.set_index("base")
    assert rows.loc["same people", "n"] == pytest.approx(connor(0.82, 0.73, 0.3) / 0.4)
    assert rows.loc["own bases", "reach"] == pytest.approx(0.9)
    stated = sa.plan(PAIR, incidence={"micro": 0.5, "average": 0.8}, overlap={("average", "micro"): 0.5})
    assert stated.rows["n"].iloc[0] == pytest.approx(connor(0.82, 0.73, 0.3) / 0.5)


def test_losses_add_up():
    found = sa.plan(PAIR, excluded=0.1, attrition=0.2, response=0.05)
    assert found.completes == math.ceil(found.n / 0.9)
    assert found.starts == math.ceil(found.n / 0.72)
    assert found.invited == math.ceil(found.n / 0.036)
    assert sa.plan(PAIR).invited is None


def test_the_detectable_difference_is_the_one_that_needs_that_many():
    found = sa.plan(PAIR, n=500)
    row = found.rows.iloc[0]
    assert connor(0.73 + row["detectable"], 0.73, 0.3) == pytest.approx(500, rel=1e-6)
    assert row["power"] == pytest.approx(
        sa.power.paired_proportions(0.82, 0.73, correlation=0.3, n=500).power
    )
    below = sa.plan({"celebrity": 0.41, "average": 0.73}, n=300).rows.iloc[0]["detectable"]
    assert connor(0.73 - below, 0.73, 0.3) == pytest.approx(300, rel=1e-6)
    means = sa.plan(["a", "b"], sd=1.0, n=200, correlation=0.5).rows.iloc[0]
    assert means["detectable"] == pytest.approx(
        sa.power.paired_means(correlation=0.5, n=200, power=0.8).effect, rel=1e-6
    )
    assert math.isnan(sa.plan(PAIR, n=3).rows["detectable"].iloc[0])
    assert "not every comparison" in sa.plan(PAIR, n=3).sentence()


def test_a_correlation_may_end_before_the_scale_does():
    """phi .6 allows 90% against up to about 96%: what is found lies below that, by search."""

    def power(d, n):
        try:
            return sa.power.paired_proportions(0.9 + d, 0.9, correlation=0.6, n=n).power
        except EstimationError:
            return float("nan")

    steps = np.arange(0.0005, 0.1, 0.0005)
    for n in (150, 200, 400):
        enough = [d for d in steps if power(d, n) >= 0.8]
        found = sa.plan({"a": 0.95, "b": 0.9}, correlation=0.6, n=n).rows["detectable"].iloc[0]
        assert math.isnan(found) if not enough else found == pytest.approx(min(enough), abs=0.0005)


@pytest.mark.parametrize(
    ("sources", "options", "says"),
    [
        ({"a": 0.5}, {}, "two sources"),
        ("ab", {}, "two sources"),
        (["a", "b", "a"], {"difference": 0.1}, "named twice"),
        (["a", "b"], {}, "nothing to solve"),
        (["a", "b"], {"difference": 0}, "no number of people"),
        (["a", "b"], {"difference": 0.3, "share": 0.9}, "leaves 0 to 1"),
        (["a", "b"], {"difference": 0.3, "share": 0.9, "sd": 1}, "goes with shares"),
        ({"a": 0.5, "b": 0.5}, {}, "same value"),
        ({"a": 0.5, "b": 4.2}, {}, "sd="),
        ({"a": 0.5, "b": 0.6}, {"difference": 0.1}, "a difference or a level too"),
        (PAIR, {"correlation": 0.95}, "impossible"),
        (PAIR, {"correlation": []}, "empty"),
        (PAIR, {"to": "mico"}, "micro"),
        (PAIR, {"adjust": "bh"}, "cannot be planned"),
        (PAIR, {"power": 80}, "between 0 and 1"),
        (PAIR, {"n": 1}, "2 or more"),
        (PAIR, {"rates": 3}, "rates"),
        (PAIR, {"incidence": {"micro": 0.4}}, "missing for 'average'"),
        (PAIR, {"incidence": 0}, "incidence"),
        (PAIR, {"overlap": {("micro", "x"): 0.4}}, "not compared"),
        (PAIR, {"overlap": {("micro", "average"): 0.9}, "incidence": 0.5}, "impossible"),
        (PAIR, {"excluded": 1}, "excluded"),
        (PAIR, {"response": 0}, "response"),
        (PAIR, {"deff": 0}, "deff"),
    ],
)
def test_what_cannot_be_planned_is_refused(sources, options, says):
    with pytest.raises(EstimationError, match=says):
        sa.plan(sources, **options)


def test_words_table_and_figure():
    found = sa.plan(PAIR | {"celebrity": 0.41}, to="average", deff=1.5, excluded=0.1, response=0.1)
    text = found.sentence()
    assert f"{found.n:,} people analysed" in text
    assert text.endswith("A plan: no people were surveyed.")
    assert "Connor 1987" in found.explain()
    assert [r.label for r in found.table().rows if r.kind == "section"] == ["Same people: who rated both"]
    assert "<table" in found._repr_html_()
    assert '"type": "plan"' in found.to_json()
    chart = found.plot()
    assert chart.alt.endswith("Table below has all values.")
    assert len(chart.svg("narrow")) > 1000
    assert chart.svg() == found.plot().svg()
    assert (found.curves.groupby("row")["power"].diff().dropna() > -1e-12).all()
    with pytest.raises(FigureError, match="told apart"):
        sa.plan({"a": 0.5, "b": 0.6, "c": 0.7, "d": 0.8}, correlation=[0.1, 0.2]).plot()
    with pytest.raises(EstimationError, match="no power"):
        sa.plan(["a", "b"], n=300).plot()
    with pytest.warns(sa.SurveyAnalysisWarning, match="proves"):
        found.plot(title="This proves it")


def _power_of_compare(shares, phi, n, *, known, adjust, runs, seed):
    """Share of simulated studies in which `compare` finds each pair; the same latent factor ties the answers."""
    rng = np.random.default_rng(seed)
    names = list(shares)
    cut = np.array([stats.norm.isf(p) for p in shares.values()])

    def phi_at(r):
        both = stats.multivariate_normal.cdf(-cut, cov=[[1, r], [r, 1]])
        a, b = shares.values()
        return (both - a * b) / (a * b * (1 - a) * (1 - b)) ** 0.5

    from scipy.optimize import brentq

    r = brentq(lambda x: phi_at(x) - phi, 0, 0.95) if len(names) == 2 else phi
    study = {
        "schema": 1,
        "subjects": {"source": {k: k for k in names}},
        "batteries": {"follow": {"over": "source", "columns": "{source}_q", "scale": "yes"}},
        "scales": {"yes": {"levels": [[0, "no"], [1, "yes"]], "missing": [["-1", "not_asked"]]}},
    }
    hits = []
    for _ in range(runs):
        common = rng.normal(size=(n, 1)) * r**0.5
        answers = (common + rng.normal(size=(n, len(names))) * (1 - r) ** 0.5 > cut).astype(int)
        answers[rng.random(answers.shape) >= known] = -1
        frame = pd.DataFrame(answers, columns=[f"{k}_q" for k in names])
        test = sa.read(frame, study=study).proportion("follow", top=1, by="source").compare(adjust=adjust)
        rows = test.to_frame()
        hits.append({(r_["base"], r_["a"], r_["b"]): r_["p_adjusted"] < 0.05 for _, r_ in rows.iterrows()})
    return pd.DataFrame(hits).mean()


def test_planned_power_is_that_of_compare_on_partly_the_same_people():
    """80 studies: both bases within three Monte-Carlo standard errors of what was planned."""
    plan = sa.plan(PAIR, correlation=0.3, incidence=0.7, n=420)
    got = _power_of_compare(PAIR, 0.3, 420, known=0.7, adjust="none", runs=80, seed=11)
    for base, name in (("common", "same people"), ("own", "own bases")):
        planned = float(plan.rows.set_index("base").loc[name, "power"])
        found = float(next(v for k, v in got.items() if k[0] == base))
        assert abs(found - planned) < 3 * (planned * (1 - planned) / 80) ** 0.5, (base, found, planned)


@pytest.mark.slow
def test_holm_has_the_planned_power_at_the_least():
    shares = {"a": 0.80, "b": 0.70, "c": 0.62}
    got = {
        adjust: _power_of_compare(shares, 0.3, 260, known=1.0, adjust=adjust, runs=300, seed=3)
        for adjust in ("bonferroni", "holm")
    }
    # the latent correlation of .3 is a phi of about .19 to .2: planned at what those answers have
    plan = sa.plan(shares, correlation=0.19, n=260, adjust="bonferroni")
    for row in plan.rows.itertuples():
        key = next(k for k in got["holm"].index if {k[1], k[2]} == {row.a, row.b} and k[0] == "own")
        error = 3 * (row.power * (1 - row.power) / 300) ** 0.5 + 0.01
        assert got["bonferroni"][key] == pytest.approx(row.power, abs=error)
        assert got["holm"][key] >= got["bonferroni"][key]
