"""Raking and post-stratification through the survey: pre-flight, margins, diagnostics, standard errors."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from builders import LIKELY

import survey_analysis as sa
from survey_analysis.errors import ConvergenceError, StudyError, WeightError, WeightingError

SEX = {"Woman": 0.52, "Man": 0.48}
AGE = {"18-34": 0.3, "35-54": 0.33, "55+": 0.37}


def people(n: int = 300, seed: int = 4, **more) -> sa.Survey:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "sex": rng.choice(["1", "2"], n, p=[0.4, 0.6]),
            "age": rng.choice(["1", "2", "3"], n, p=[0.5, 0.3, 0.2]),
            "q": rng.integers(1, 6, n).astype(str),
            "base": [f"{x:.3f}" for x in rng.uniform(0.8, 1.4, n)],
            "s": np.where(np.arange(n) < n // 2, "1", "2"),
        }
    )
    for name, change in more.pop("cells", {}).items():
        for row, value in change.items():
            frame.loc[row, name] = value
    study = {
        "questions": {
            "sex": {
                "levels": [[1, "Woman"], [2, "Man"], [3, "In another way"]],
                "missing": [[99, "refused"]],
                "short": "Sex",
            },
            "age": {"levels": [[1, "18-34"], [2, "35-54"], [3, "55+"]], "short": "Age"},
            "q": {"kind": "likert", "levels": LIKELY},
            "n": {"kind": "numeric", "column": "q"},
        }
    }
    return sa.read(frame, study=study | more)


def share(data, name, label):
    """Weighted share of a category, from the raw cells and the weights."""
    question = data.table.question(name)
    code = next(x.code for x in question.scale.levels if x.label == label)
    w = data.frame.weight
    return w[(data.table.raw.frame[name] == code).to_numpy()].sum() / w.sum()


def test_margins_are_met():
    data = people().rake({"sex": SEX, "age": AGE})
    for name, targets in (("sex", SEX), ("age", AGE)):
        for label, target in targets.items():
            assert share(data, name, label) == pytest.approx(target, abs=1e-9)
    assert data.frame.weight.sum() == pytest.approx(300)


def test_raking_is_iterative_proportional_fitting():
    data = people()
    w = np.ones(len(data))
    for _ in range(200):
        for name, targets in (("sex", SEX), ("age", AGE)):
            codes = data.table.variable(name).codes
            for i, target in enumerate(targets.values()):
                w[codes == i] *= target * w.sum() / w[codes == i].sum()
    assert data.rake({"sex": SEX, "age": AGE}).frame.weight == pytest.approx(w * 300 / w.sum(), rel=1e-9)


def test_the_standard_error_of_a_raked_margin_is_zero():
    data = people().rake({"sex": SEX, "age": AGE})
    for name in ("sex", "age"):
        rows = data.proportion(name).to_frame()
        assert (rows.loc[rows["estimate"] > 0, "std_error"] < 1e-12).all()


def test_standard_errors_use_calibration_residuals():
    """Residuals of the influence values from the margins, weights as regression weights, written out."""
    data = people().rake({"sex": SEX, "age": AGE})
    w = data.frame.weight
    y = (data.table.variable("q").codes >= 3) * 1.0
    p = np.average(y, weights=w)
    x = np.column_stack(
        [data.table.variable("sex").codes == 0, *[data.table.variable("age").codes == i for i in range(3)]]
    ).astype(float)
    score = (y - p) / w.sum()
    beta = np.linalg.solve(x.T @ x, x.T @ score)
    n = len(y)
    z = w * (score - x @ beta)
    se = np.sqrt(n / (n - 1) * ((z - z.mean()) ** 2).sum())
    assert data.proportion("q", top=2).std_error == pytest.approx(se, rel=1e-9)


def test_kish_diagnostics_and_margins_before_and_after():
    raked = people().rake({"sex": SEX, "age": AGE})
    report, w = raked.weighting[0], raked.frame.weight
    assert report.n == 300
    assert report.deff == pytest.approx(300 * (w**2).sum() / w.sum() ** 2, rel=1e-12)
    assert report.deff == pytest.approx(1 + np.var(w) / np.mean(w) ** 2, rel=1e-12)
    assert report.n_effective == pytest.approx(w.sum() ** 2 / (w**2).sum(), rel=1e-12)
    assert (report.smallest, report.largest) == pytest.approx((w.min() / w.mean(), w.max() / w.mean()))
    frame = report.to_frame()
    assert frame["category"].tolist() == [*SEX, *AGE]
    assert frame["after"].tolist() == pytest.approx([*SEX.values(), *AGE.values()], abs=1e-9)
    assert frame["target"].tolist() == [*SEX.values(), *AGE.values()]
    assert frame["n"].tolist()[:2] == [(people().table.variable("sex").codes == i).sum() for i in (0, 1)]
    assert frame["before"].tolist()[:2] == pytest.approx([x / 300 for x in frame["n"].tolist()[:2]])
    assert report.statement == "raked to sex, age"


def test_targets_in_people_set_the_total():
    counts = {"Woman": 520, "Man": 480}
    data = people().rake({"sex": counts})
    assert data.frame.weight.sum() == pytest.approx(1000)
    assert share(data, "sex", "Woman") == pytest.approx(0.52)


def test_codes_name_categories_too():
    one, two = people().rake({"sex": SEX}), people().rake({"sex": {"1": 0.52, "2": 0.48}})
    assert one.frame.weight.tolist() == two.frame.weight.tolist()


STEEP = {"sex": {"Woman": 0.7, "Man": 0.3}, "age": {"18-34": 0.25, "35-54": 0.35, "55+": 0.4}}


def test_weights_are_capped_and_raked_again():
    free = people().rake(STEEP)
    cap = round(0.95 * free.weighting[0].largest, 2)
    data = people().rake(STEEP, cap=cap)
    report = data.weighting[0]
    assert report.largest <= cap * (1 + 1e-9)
    assert report.capped > 0
    assert report.cap == cap
    assert share(data, "sex", "Woman") == pytest.approx(0.7, abs=1e-6)
    assert share(data, "age", "55+") == pytest.approx(0.4, abs=1e-6)
    assert f"limited to {cap:g} times their mean" in report.statement


def test_a_cap_that_no_weight_reaches_changes_nothing():
    assert people().rake(STEEP, cap=50).frame.weight.tolist() == people().rake(STEEP).frame.weight.tolist()


def test_a_cap_that_cannot_hold_is_an_error_and_never_a_missed_margin():
    with pytest.raises(ConvergenceError) as caught:
        people().rake(STEEP, cap=2.0)
    assert re.search(
        r"margins sex, age; (sex|age) (Woman|Man|18-34|35-54|55\+): [0-9.]+ against", caught.value.where
    )
    assert caught.value.hint == "raise the cap."


def test_nobody_can_be_weighted_to_nothing():
    """A target of 0 for people who answered is no weighting but an exclusion in disguise."""
    with pytest.raises(
        sa.SurveyAnalysisError, match="'Man' of margin 'sex' has .* respondents and a target of 0"
    ):
        people().rake({"sex": {"Woman": 1.0, "Man": 0.0}})


def test_categories_without_a_target_keep_factor_one():
    """Whoever has no target on a margin moves with the other margin only (there is none: factor 1)."""
    cells = {"sex": {0: "3", 1: "99", 2: "3"}}
    with pytest.raises(
        WeightingError, match=r"respondents without a target: In another way \(2\), no answer \(1\)"
    ):
        people(cells=cells).rake({"sex": SEX})
    data = people(cells=cells).rake({"sex": SEX}, untargeted="keep")
    w = data.frame.weight
    assert w[:3].tolist() == pytest.approx([1, 1, 1])
    answered = np.ones(300, bool)
    answered[:3] = False
    woman = (data.table.raw.frame["sex"] == "1").to_numpy()
    assert w[woman].sum() / w[answered].sum() == pytest.approx(0.52, abs=1e-9)
    assert (
        "without a target on sex and left at factor 1 there: In another way (2), no answer (1)"
        in data.weighting[0].statement
    )


def test_untargeted_is_keep_or_nothing():
    with pytest.raises(WeightingError, match="untargeted = 'drop'"):
        people().rake({"sex": SEX}, untargeted="drop")


@pytest.mark.parametrize(
    ("targets", "message", "where"),
    [
        ({"sex": {"Woman": 0.6, "Man": 0.6}}, "sum to 1.2, not to 1", "Woman = 0.6"),
        ({"sex": {"Woman": 52, "Man": 48}}, "look like percentages: they sum to 100", "Woman = 52"),
        ({"sex": {"Woman": 51.9, "Man": 48.0}}, "look like percentages: they sum to 99.9", ""),
        ({"sex": {"Woman": -0.2, "Man": 1.2}}, "negative target", "targets.sex"),
        ({"sex": {"Woman": float("nan"), "Man": 0.5}}, "one that is no number", "targets.sex"),
        ({"sex": {"Wman": 0.5, "Man": 0.5}}, "'Wman' is not a category of 'sex'", "targets.sex"),
        (
            {"sex": {"Woman": 0.5, "Man": 0.4, "In another way": 0.1}},
            "has a target and no respondents",
            "target 0.1",
        ),
        ({"n": {"1": 1.0}}, "'n' has no categories", "targets.n"),
        ({}, "no targets", "targets"),
        ({"sex": {}}, "has no targets", "sex"),
    ],
)
def test_targets_that_do_not_fit_are_found_before_iterating(targets, message, where):
    with pytest.raises(WeightingError, match=message) as caught:
        people().rake(targets)
    assert where in caught.value.where


def test_the_same_category_by_code_and_label_is_one_too_many():
    with pytest.raises(WeightingError, match="twice"):
        people().rake({"sex": {"Woman": 0.3, "1": 0.22, "Man": 0.48}})


def test_margins_that_contradict_each_other_do_not_converge():
    """All young are women and all women are young: the two margins cannot both hold."""
    frame = pd.DataFrame({"sex": ["w"] * 30 + ["m"] * 30, "age": ["y"] * 30 + ["o"] * 30})
    with pytest.raises(ConvergenceError) as caught:
        sa.read(frame).rake({"sex": {"w": 0.5, "m": 0.5}, "age": {"y": 0.7, "o": 0.3}})
    assert "margins sex, age" in caught.value.where


def test_base_weights_are_where_raking_starts():
    data = people(design={"weight": "base"}).rake({"sex": SEX})
    start = data.table.raw.frame["base"].astype(float).to_numpy()
    ratio = data.frame.weight / start
    woman = (data.table.raw.frame["sex"] == "1").to_numpy()
    assert np.ptp(ratio[woman]) == pytest.approx(0, abs=1e-12)
    assert data.frame.weight.sum() == pytest.approx(start.sum())


def test_a_base_weight_of_zero_is_named():
    with pytest.raises(WeightError, match="1 base weight is missing, zero or negative"):
        people(cells={"base": {0: "0"}}, design={"weight": "base"}).rake({"sex": SEX})


def test_only_the_domain_is_weighted():
    data = people().rake({"sex": SEX}, where="s == 1")
    w = data.frame.weight
    assert w[150:].tolist() == [1] * 150
    first = (data.table.raw.frame["sex"][:150] == "1").to_numpy()
    assert w[:150][first].sum() / w[:150].sum() == pytest.approx(0.52)


def test_a_study_file_weights_each_sample_to_its_own_targets():
    data = people(
        samples={"column": "s", "one": {"code": 1, "label": "First"}, "two": {"code": 2}},
        weighting={
            "one": {"targets": {"sex": SEX}, "cap": 5},
            "two": {"targets": {"age": AGE}, "base": "base"},
        },
    ).weight()
    assert [(w.sample, w.n) for w in data.weighting] == [("First", 150), ("two", 150)]
    w, raw = data.frame.weight, data.table.raw.frame
    one = (raw["s"] == "1").to_numpy()
    woman = (raw["sex"] == "1").to_numpy()
    assert w[one & woman].sum() / w[one].sum() == pytest.approx(0.52)
    old = (raw["age"] == "3").to_numpy()
    assert w[~one & old].sum() / w[~one].sum() == pytest.approx(0.37)


def test_the_base_of_each_sample_is_its_own():
    """A base weight column named for the second sample only is used there and nowhere else."""
    data = people(
        samples={"column": "s", "one": {"code": 1}, "two": {"code": 2}},
        weighting={"one": {"targets": {"sex": SEX}}, "two": {"targets": {"sex": SEX}, "base": "base"}},
    ).weight()
    raw = data.table.raw.frame
    two = ((raw["s"] == "2") & (raw["sex"] == "1")).to_numpy()
    ratio = data.frame.weight[two] / raw["base"].astype(float).to_numpy()[two]
    assert np.ptp(ratio) == pytest.approx(0, abs=1e-12)


def test_a_second_weighting_starts_from_the_first():
    once = people().rake({"sex": SEX})
    twice = once.rake({"age": AGE})
    assert share(twice, "age", "55+") == pytest.approx(0.37)
    assert len(twice.weighting) == 2
    woman = (twice.table.raw.frame["sex"] == "1").to_numpy() & (
        twice.table.raw.frame["age"] == "1"
    ).to_numpy()
    ratio = twice.frame.weight[woman] / once.frame.weight[woman]
    assert np.ptp(ratio) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("entry", "error", "message"),
    [
        ({"conusmer": {"targets": {"sex": SEX}}}, StudyError, "names no sample"),
        ({"all": {"method": "poststratify"}}, WeightingError, "needs a table of counts"),
        ({"all": {"targets_file": "nowhere.csv"}}, WeightingError, "cannot be read"),
    ],
)
def test_a_weighting_table_that_leads_nowhere(entry, error, message):
    with pytest.raises(error, match=message):
        people(weighting=entry).weight()


def test_targets_from_a_file_name_the_wrong_line(tmp_path):
    (tmp_path / "targets.csv").write_text(
        "margin,category,target\nsex,Woman,0.52\nsex,Man,half\n", encoding="utf-8"
    )
    people().table.raw.frame.to_csv(tmp_path / "data.csv", index=False)
    study = tmp_path / "study.toml"
    study.write_text(
        '[study]\ndata = "data.csv"\n[questions.sex]\nlevels = [[1, "Woman"], [2, "Man"]]\n'
        '[weighting.all]\ntargets_file = "targets.csv"\n',
        encoding="utf-8",
    )
    with pytest.raises(WeightingError, match="'half' is not a target") as caught:
        sa.read(study).weight()
    assert "targets.csv: line 3" in caught.value.where
    (tmp_path / "targets.csv").write_text("margin,category,share\n", encoding="utf-8")
    with pytest.raises(WeightingError, match="has no column 'target'"):
        sa.read(study).weight()
    (tmp_path / "targets.csv").write_text(
        "margin,category,target\nsex,Woman,0.52\nsex,Man,0.48\n", encoding="utf-8"
    )
    assert share(sa.read(study).weight(), "sex", "Woman") == pytest.approx(0.52)


CELLS = {
    (s, a): c
    for s, part in (("Woman", 520), ("Man", 480))
    for a, c in zip(AGE, (part * 0.3, part * 0.33, part * 0.37), strict=True)
}


def test_poststratified_cells_hold_and_have_no_variance():
    data = people().poststratify(["sex", "age"], CELLS)
    raw, w = data.table.raw.frame, data.frame.weight
    for (s, a), count in CELLS.items():
        inside = (data.table.variable("sex").equals(s)) & (data.table.variable("age").equals(a))
        assert w[inside].sum() == pytest.approx(count)
        assert w[inside] == pytest.approx(np.full(inside.sum(), count / inside.sum()))
    assert len(raw) == 300
    assert data.proportion("sex", where="age == '55+'").to_frame()["std_error"].max() < 1e-12
    assert data.weighting[0].method == "poststratify"


def test_poststratification_is_the_classical_formula():
    """Var = sum_h W_h^2 s_h^2 / n_h (n/(n-1) (n_h-1)/n_h): within-cell spread only."""
    data = people().poststratify(["sex"], {("Woman",): 520, ("Man",): 480})
    y = (data.table.variable("q").codes >= 3) * 1.0
    sex = data.table.variable("sex").codes
    n = len(y)
    variance = (
        n
        / (n - 1)
        * sum(
            (W * ((y[sex == i] - y[sex == i].mean()) ** 2).sum() / (sex == i).sum() * W / (sex == i).sum())
            for i, W in ((0, 0.52), (1, 0.48))
        )
    )
    assert data.proportion("q", top=2).value == pytest.approx(
        0.52 * y[sex == 0].mean() + 0.48 * y[sex == 1].mean()
    )
    assert data.proportion("q", top=2).std_error == pytest.approx(np.sqrt(variance), rel=1e-9)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({("Woman", "18-34"): 1.0}, "respondents are in cells without a target"),
        (CELLS | {("Woman", "66+"): 3}, "'66\\+' is not a category of 'age'"),
        (CELLS | {("In another way", "55+"): 10}, "has a target and no respondents"),
        (CELLS | {("Woman", "55+"): -10}, "positive number of people"),
        (CELLS | {("1", "55+"): 10}, "Woman x 55\\+ is named twice"),
        (CELLS | {("Woman", "55+"): 0}, "positive number of people"),
        ({("Woman",): 1.0}, "A cell needs 2 categories"),
    ],
)
def test_cells_that_do_not_fit(counts, message):
    with pytest.raises(sa.SurveyAnalysisError, match=message):
        people().poststratify(["sex", "age"], counts)


def test_weights_that_came_with_the_file_are_fixed_and_the_text_says_so():
    fixed = people(design={"weight": "base"})
    raked = people().rake({"sex": SEX})
    assert fixed.mean("q").provenance.weighting == "weights supplied with the file, taken as fixed"
    assert "taken as fixed" in fixed.mean("q").provenance.variance
    assert "calibration residuals" in raked.mean("q").provenance.variance
    assert people().mean("q").provenance.weighting == "unweighted"


def test_the_founding_study_is_weighted_to_its_targets(founding):
    targets = pd.read_csv(sa.datasets.folder() / "targets.csv")
    consumer = founding.weighting[0].to_frame().set_index(["margin", "category"])
    for row in targets.to_dict("records"):
        label = founding.table.question(row["margin"]).short
        assert consumer.loc[(label, row["category"]), "after"] == pytest.approx(row["target"], abs=1e-6)
    for margin in ("age", "education", "region"):
        rows = founding.proportion(margin, where={"sample": "consumer"}).to_frame()
        assert (
            rows.loc[(rows["n"] > 0) & (rows["estimate"] > 0), "std_error"] < 1e-9
        ).all() or margin == "region"
