"""Banner tables: cells equal the one-question verbs, tests equal Pearson's where theory says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from builders import LIKELY, ratings, survey
from estimation import by_hand
from scipy import stats

import survey_analysis as sa
from survey_analysis.errors import ColumnNotFoundError, EstimationError

EXACT = {"rel": 1e-12, "abs": 1e-15}
NUMBERS = ["estimate", "std_error", "conf_low", "conf_high", "df", "n", "n_effective", "n_weighted"]


@pytest.fixture(scope="module")
def people() -> sa.Survey:
    rng = np.random.default_rng(5)
    n = 240
    sex = rng.choice(["w", "m"], n)
    lean = np.where(sex == "w", 0.6, 0.0)
    q = np.clip(np.round(3 + lean + rng.normal(size=n)), 1, 5).astype(int)
    return survey(
        {
            "q": [str(x) if rng.random() > 0.1 else "" for x in q],
            "sex": list(sex),
            "age": list(rng.choice(["1", "2", "3"], n)),
            "n": [str(x) for x in rng.poisson(3, n)],
            "m1": list(rng.choice(["0", "1"], n)),
            "m2": list(rng.choice(["0", "1"], n)),
            "w": [f"{x:.3f}" for x in rng.uniform(0.5, 2, n)],
        },
        design={"weight": "w"},
        questions={
            "q": {"kind": "likert", "levels": LIKELY},
            "sex": {"levels": [["w", "Woman"], ["m", "Man"]], "short": "Sex"},
            "age": {"levels": [[1, "Young"], [2, "Middle"], [3, "Old"]], "short": "Age"},
            "n": {"kind": "numeric"},
            "m": {
                "kind": "multiple",
                "options": [{"column": "m1", "label": "Web"}, {"column": "m2", "label": "Shop"}],
            },
        },
        banners={
            "main": {"columns": ["sex", "age"], "label": "Sex and age"},
            "bare": {"columns": ["sex"], "total": False},
        },
    )


def cells(book, kind, level=None):
    rows = book["q"].to_frame()
    rows = rows[rows["kind"] == kind]
    return rows if level is None else rows[rows["level"] == level]


def test_the_columns_of_a_named_banner(people):
    crosstab = people.tabulate("q", by="main")["q"]
    assert [(c.label, c.span_label) for c in crosstab.columns] == [
        ("Total", ""), ("Woman", "Sex"), ("Man", "Sex"), ("Young", "Age"), ("Middle", "Age"), ("Old", "Age")
    ]  # fmt: skip
    assert [c.label for c in people.tabulate("q", by="bare")["q"].columns] == ["Woman", "Man"]
    assert [c.label for c in people.tabulate("q")["q"].columns] == ["Total"]


@pytest.mark.parametrize("where", [None, "n >= 2"])
def test_answers_boxes_and_means_are_those_of_the_verbs(people, where):
    book = people.tabulate("q", by="main", where=where)
    for by, labels in ((None, ["Total"]), ("sex", ["Woman", "Man"]), ("age", ["Young", "Middle", "Old"])):
        for kind, level, made in (
            ("net", "Top 2", people.proportion("q", top=2, by=by, where=where)),
            ("net", "Bottom 2", people.proportion("q", bottom=2, by=by, where=where)),
            ("mean", "Mean", people.mean("q", by=by, where=where)),
            ("answer", "Very", people.proportion("q", answers=["Very"], by=by, where=where)),
        ):
            wanted = made.to_frame()
            found = cells(book, kind, level)
            found = found[found["column"].isin(labels)]
            assert found["column"].tolist() == labels
            for column in NUMBERS:
                if column == "estimate" or kind == "answer":
                    assert found[column].tolist() == pytest.approx(wanted[column].tolist(), **EXACT)
                else:
                    assert found[column].tolist() == pytest.approx(wanted[column].tolist(), rel=1e-9)


def test_standard_errors_of_nets_and_means_to_the_last_digits(people):
    book = people.tabulate("q", by="sex")
    for kind, level, made in (
        ("net", "Top 2", people.proportion("q", top=2, by="sex")),
        ("mean", "Mean", people.mean("q", by="sex")),
    ):
        found = cells(book, kind, level)
        found = found[found["column"] != "Total"]["std_error"].to_numpy()
        assert found == pytest.approx(made.to_frame()["std_error"].to_numpy(), rel=1e-12)


def test_a_favourable_end_at_the_top_of_the_list_turns_the_boxes():
    data = survey(
        {"q": ["1", "1", "2", "4"]},
        questions={"q": {"kind": "likert", "levels": [1, 2, 3, 4], "favourable": "first"}},
    )
    rows = data.tabulate("q")["q"].to_frame()
    assert rows[rows["level"] == "Top 2"]["estimate"].item() == 0.75
    assert rows[rows["level"] == "Bottom 2"]["estimate"].item() == 0.25


def test_a_scale_with_answers_outside_keeps_its_mean():
    """The mean of those on the scale: answers off it have no score, and the mean's own base says so."""
    data = survey(
        {"q": ["1", "5", "6", "5"]},
        questions={"q": {"kind": "likert", "levels": LIKELY, "outside": [[6, "Unsure"]]}},
    )
    rows = data.tabulate("q")["q"].to_frame()
    assert rows[rows["level"] == "Top 2"]["estimate"].item() == 0.5
    assert rows[rows["kind"] == "mean"]["estimate"].tolist() == [pytest.approx(data.mean("q").value)]


def test_numbers_and_sets(people):
    book = people.tabulate(["n", "m"], by="sex")
    means = book["n"].to_frame()
    assert means["kind"].tolist() == ["mean"] * 3
    assert means["estimate"].tolist()[1:] == pytest.approx(
        people.mean("n", by="sex").to_frame()["estimate"].tolist(), **EXACT
    )
    options = book["m"].to_frame()
    assert options["level"].tolist() == ["Web"] * 3 + ["Shop"] * 3
    assert book["m"].independence["note"].tolist() == ["not tested: answers overlap"]


def test_bases_stand_once_a_column(people):
    crosstab = people.tabulate("q", by="main")["q"]
    q = pd.to_numeric(people.table.raw.frame["q"]).notna().to_numpy()
    w = people.frame.weight
    total = crosstab.bases[crosstab.bases["key"] == "total"].iloc[0]
    assert total["n"] == q.sum()
    assert total["n_weighted"] == pytest.approx(w[q].sum())
    assert total["n_effective"] == pytest.approx(by_hand.kish(w[q]))
    assert len(crosstab.bases) == 6


def unweighted(rows: int, columns: int, seed: int):
    rng = np.random.default_rng(seed)
    n = 180
    a = rng.integers(0, rows, n)
    b = np.where(rng.random(n) < 0.3, a % columns, rng.integers(0, columns, n))
    frame = pd.DataFrame({"a": [f"a{x}" for x in a], "b": [f"b{x}" for x in b]})
    return sa.read(frame), pd.crosstab(frame["a"], frame["b"]).to_numpy(), n


@pytest.mark.parametrize(("rows", "columns", "seed"), [(2, 2, 1), (3, 2, 2), (4, 3, 3), (2, 5, 4)])
def test_rao_scott_without_weights_is_pearson(rows, columns, seed):
    """All design effects are n/(n - 1), so F = X2 (n - 1) / (n k) on k and k (n - 1)."""
    data, counts, n = unweighted(rows, columns, seed)
    row = data.tabulate("a", by="b")["a"].independence.iloc[0]
    pearson = stats.chi2_contingency(counts, correction=False)
    k = (rows - 1) * (columns - 1)
    assert row["statistic"] == pytest.approx(pearson.statistic * (n - 1) / (n * k), rel=1e-10)
    assert row["df"] == pytest.approx(k, rel=1e-9)
    assert row["df_residual"] == pytest.approx(k * (n - 1), rel=1e-9)
    assert row["p_value"] == pytest.approx(stats.f.sf(row["statistic"], k, k * (n - 1)), rel=1e-9)


def test_weights_of_one_size_change_no_test():
    data, _, _ = unweighted(3, 3, 9)
    frame = data.table.raw.frame.assign(w="2.5")
    weighted = sa.read(frame, weight="w")
    one, two = (d.tabulate("a", by="b")["a"].independence.iloc[0] for d in (data, weighted))
    assert one["statistic"] == pytest.approx(two["statistic"], rel=1e-12)


def test_two_by_two_with_weights_is_the_design_based_t_test_of_the_null(people):
    """For two groups and two answers X2/delta is a Wald statistic in the interaction contrast."""
    w = people.frame.weight
    q = pd.to_numeric(people.table.raw.frame["q"]).to_numpy()
    sex = people.table.raw.frame["sex"].to_numpy()
    inside = ~np.isnan(q)
    top = sa.read(
        people.table.raw.frame.assign(t=np.where(inside, np.where(np.nan_to_num(q) >= 4, "yes", "no"), "")),
        weight="w",
    )
    row = top.tabulate("t", by="sex")["t"].independence.iloc[0]
    yes, woman = np.nan_to_num(q) >= 4, sex == "w"
    total = (w * inside).sum()
    p = {(a, b): (w * inside * (yes == a) * (woman == b)).sum() / total for a in (0, 1) for b in (0, 1)}
    z = {k: w * inside * ((yes == k[0]) * (woman == k[1]) - p[k]) / total for k in p}
    row_share = {a: p[a, 0] + p[a, 1] for a in (0, 1)}
    column_share = {b: p[0, b] + p[1, b] for b in (0, 1)}
    n = inside.sum()
    pearson = n * sum(
        (p[a, b] - row_share[a] * column_share[b]) ** 2 / (row_share[a] * column_share[b]) for a, b in p
    )
    contrast = sum((-1) ** (a + b) * z[a, b] / p[a, b] for a, b in p)
    under_srs = sum(1 / p[k] for k in p) / n
    delta = by_hand.variance(contrast) / under_srs
    assert row["statistic"] == pytest.approx(pearson / delta, rel=1e-9)
    assert (row["df"], row["df_residual"]) == pytest.approx((1, n - 1))


def test_no_test_where_none_is_possible():
    data = survey(
        {"q": ["1", "1"], "g": ["a", "b"]},
        questions={"q": {"levels": [1, 2]}, "g": {"levels": ["a", "b", "c"]}},
    )
    row = data.tabulate("q", by="g")["q"].independence.iloc[0]
    assert np.isnan(row["statistic"])
    assert row["note"] == "not tested: fewer than two filled rows or columns"


def test_empty_answers_are_left_out_of_the_test_and_said():
    data = survey(
        {"q": ["1", "2", "1", "2", "2"], "g": list("abaab")},
        questions={"q": {"levels": [1, 2, 3]}, "g": {"levels": ["a", "b"]}},
    )
    row = data.tabulate("q", by="g")["q"].independence.iloc[0]
    assert row["note"] == "1 empty answer or column left out"
    assert row["statistic"] >= 0


def test_batteries_stand_subject_by_subject():
    data = ratings()
    rows = data.tabulate("follow", by="region")["follow"].to_frame()
    assert list(dict.fromkeys(rows["subject"])) == ["Micro-influencer", "Average consumer", "Celebrity"]
    one = rows[(rows["subject"] == "Celebrity") & (rows["level"] == "Top 2")]
    wanted = data.proportion("follow", top=2, where={"source": "celebrity"}).value
    assert one["estimate"].iloc[0] == pytest.approx(wanted, **EXACT)
    tests = data.tabulate("follow", by="region")["follow"].independence
    assert len(tests) == 3


def test_what_does_not_exist(people):
    with pytest.raises(ColumnNotFoundError, match="no banner or variable 'mian'") as caught:
        people.tabulate("q", by="mian")
    assert "'main'" in caught.value.hint
    with pytest.raises(ColumnNotFoundError, match="no table of 'sex'"):
        people.tabulate("q", by="sex")["sex"]
    with pytest.raises(EstimationError, match="open text and cannot be tabulated"):
        survey({"t": ["x", "y"]}, questions={"t": {"kind": "open"}}).tabulate("t")


def test_all_declared_questions_by_default(people):
    book = people.tabulate(by="sex")
    assert [t.topic.question for t in book] == ["q", "sex", "age", "n", "m"]
    assert len(book) == 5
    assert book.to_frame()["question"].nunique() == 5


def test_the_printed_table_marks_small_bases():
    data = survey(
        {"q": ["1"] * 20 + ["2"] * 90, "g": ["a"] * 20 + ["b"] * 90},
        questions={"q": {"levels": [1, 2]}, "g": {"levels": ["a", "b"]}},
    )
    base = data.tabulate("q", by="g")["q"].table().rows[0]
    assert [(c.text, c.mark) for c in base.cells] == [("110", ""), ("20", "**"), ("90", "*")]


def test_a_halved_variable_by_itself_has_no_test_and_still_prints():
    """Both cells of the diagonal hold half: the association is complete and its variance zero, so F is 0/0."""
    survey = sa.read(pd.DataFrame({"sex": ["w", "m"] * 20}))
    table = survey.tabulate("sex", by="sex", letters="none")["sex"]
    assert table.independence[["method", "note"]].to_numpy().tolist() == [
        ["", "not tested: the table has no variance"]
    ]
    assert "Rao-Scott F" not in repr(table)
