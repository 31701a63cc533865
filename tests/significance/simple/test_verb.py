"""`survey.simple_test`: same numbers as the functions, and no way around the design."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import DesignError, EstimationError
from survey_analysis.significance.simple import means, paired, posthoc, tables
from survey_analysis.significance.simple.registry import TESTS, WORDS

N = 120
RNG = np.random.default_rng(42)
DATA = pd.DataFrame(
    {
        "group": RNG.choice(["a", "b", "c"], N),
        "half": RNG.choice(["m", "f"], N),
        "yes": RNG.choice(["yes", "no"], N),
        "again": RNG.choice(["yes", "no"], N),
        "x": RNG.normal(size=N).round(3),
        "y": RNG.normal(size=N).round(3),
        "z": RNG.normal(size=N).round(3),
        "count": RNG.negative_binomial(1, 0.2, N),
        "w": RNG.uniform(0.5, 2, N).round(3),
        "psu": np.repeat(np.arange(N // 4), 4),
        "one": 1.0,
    }
)
SIMPLE = sa.read(DATA)
CALLS = {
    "share": (("yes",), {"answers": "yes"}),
    "two shares": (("yes",), {"answers": "yes", "by": "half"}),
    "several shares": (("yes",), {"answers": "yes", "by": "group"}),
    "table": (("yes",), {"by": "half"}),
    "square table": ((["yes", "again"],), {}),
    "strata": (("yes",), {"by": ["half", "group"]}),
    "shares": (("group",), {"shares": {"a": 0.3, "b": 0.3, "c": 0.4}}),
    "numbers": (("x",), {}),
    "pair": ((["x", "y"],), {}),
    "two groups": (("x",), {"by": "half"}),
    "groups": (("x",), {"by": "group"}),
    "columns": ((["x", "y", "z"],), {}),
    "codes": ((["yes", "again"],), {}),
    "paired shares": ((["yes", "again"],), {"answers": "yes"}),
    "several paired shares": ((["yes", "again"],), {"answers": ["yes"]}),
}
MORE = {
    "one-proportion": {"p0": 0.4},
    "binomial": {"p0": 0.4},
    "tost-proportions": {"margin": 0.2},
    "tost": {"low": -1, "high": 1},
    "tost-paired": {"low": -1, "high": 1},
}


def call(survey, name):
    entry = TESTS[name]
    (questions,), options = CALLS[entry.needs]
    if name == "negative-binomial-ratio":
        questions = "count"
    return survey.simple_test(name, questions, **options, **MORE.get(name, {}))


@pytest.mark.parametrize("name", TESTS)
def test_every_registered_test_runs_reads_and_explains_itself(name):
    found = call(SIMPLE, name)
    rows = found.to_frame()
    assert ((rows["p_value"] >= 0) & (rows["p_value"] <= 1)).all()
    assert (rows["n"] == N).all()
    assert rows["method"].str.len().min() > 3
    assert TESTS[name].summary in found.explain()
    assert TESTS[name].instead in found.explain()
    assert found.sentence().endswith(".")
    assert str(N) in repr(found)
    assert '"simple"' in found.to_json()


@pytest.mark.parametrize("name", TESTS)
def test_no_registered_test_can_be_made_on_weighted_data(name):
    with pytest.raises(DesignError, match="is weighted") as error:
        call(sa.read(DATA, weight="w"), name)
    assert TESTS[name].instead in error.value.hint


def test_clusters_replicates_repeated_ids_and_raking_are_refused():
    clustered = sa.read(DATA, psu="psu")
    with pytest.raises(DesignError, match="is clustered"):
        call(clustered, "t")
    with pytest.raises(DesignError, match="has replicate weights"):
        call(clustered.replicates(method="JK1"), "mann-whitney")
    with pytest.raises(DesignError, match="is clustered"):
        call(sa.read(DATA.assign(who=np.repeat(np.arange(N // 2), 2)), id="who"), "friedman")
    raked = SIMPLE.rake({"half": {"m": 0.5, "f": 0.5}})
    with pytest.raises(DesignError, match="is weighted"):
        call(raked, "chi-square")


def test_equal_weights_are_a_simple_sample():
    same = sa.read(DATA, weight="one")
    assert call(same, "t").to_frame()["p_value"].iloc[0] == call(SIMPLE, "t").to_frame()["p_value"].iloc[0]
    strata = sa.read(DATA, strata="half")
    assert len(call(strata, "anova")) == 1


def test_numbers_are_those_of_the_functions():
    row = call(SIMPLE, "t").to_frame().iloc[0]
    x = DATA.groupby("half")["x"].apply(list)
    first, second = row["contrast"].split(" - ")
    wanted = means.t_test_two(x[first], x[second])
    assert (row["statistic"], row["df"], row["p_value"]) == pytest.approx(
        (wanted.statistic, wanted.df, wanted.p)
    )
    assert row["estimate"] == pytest.approx(np.mean(x[first]) - np.mean(x[second]))
    a, b = DATA["yes"] == "yes", DATA["again"] == "yes"
    t = [[(a & b).sum(), (a & ~b).sum()], [(~a & b).sum(), (~a & ~b).sum()]]
    assert call(SIMPLE, "mcnemar").to_frame()["p_value"].iloc[0] == pytest.approx(paired.mcnemar(t).p)
    square = pd.crosstab(DATA["yes"], DATA["half"]).to_numpy()
    assert call(SIMPLE, "fisher").to_frame()["p_value"].iloc[0] == pytest.approx(
        tables.fisher_exact(square).p
    )


def test_pairs_are_a_minus_b_by_label():
    rows = call(SIMPLE, "tukey").to_frame()
    mean = DATA.groupby("group")["x"].mean()
    for _, row in rows.iterrows():
        assert row["estimate"] == pytest.approx(mean[row["a"]] - mean[row["b"]])
    wanted = posthoc.tukey(DATA["x"], DATA["group"])
    assert sorted(rows["p_adjusted"]) == pytest.approx(sorted(wanted.p_adjusted))


def test_a_filter_and_missing_answers_leave_people_out():
    holes = DATA.assign(x=DATA["x"].where(np.arange(N) > 9))
    found = sa.read(holes).simple_test("t", "x", by="half", where="group == 'a'").to_frame().iloc[0]
    kept = holes[(holes["group"] == "a") & holes["x"].notna()]
    assert found["n"] == len(kept)


def test_options_are_used_or_are_errors():
    with pytest.raises(EstimationError, match="there is no simple test 'mcnemer'") as error:
        SIMPLE.simple_test("mcnemer", ["yes", "again"], answers="yes")
    assert "mcnemar" in error.value.hint
    with pytest.raises(EstimationError, match="has no option 'tails'"):
        SIMPLE.simple_test("t", "x", by="half", tails=1)
    with pytest.raises(EstimationError, match="needs low= and high="):
        SIMPLE.simple_test("tost", "x", by="half")
    with pytest.raises(EstimationError, match="this test takes"):
        SIMPLE.simple_test("t", ["x", "y"], by="half")
    with pytest.raises(EstimationError, match="has no interval"):
        SIMPLE.simple_test("kruskal-wallis", "x", by="group", level=0.9)
    with pytest.raises(EstimationError, match="has no option 'answers'"):
        SIMPLE.simple_test("t", "x", by="half", answers="yes")
    assert SIMPLE.simple_test("t", "x", by="half", level=0.9).level == 0.9


def test_the_registry_is_complete_in_words():
    for name, entry in TESTS.items():
        assert entry.name == name
        assert entry.needs in WORDS
        assert entry.summary
        assert entry.source
        assert entry.instead.startswith("survey.")
