"""Rates of two groups two ways: the ratio of weighted means and the negative binomial one."""

from __future__ import annotations

import numpy as np
import pytest
from builders import survey

from survey_analysis.errors import EstimationError, ScoreError

CATEGORIES = {"gear": "Gear", "food": "Food"}


def talk(seed=1, n=300, **more):
    rng = np.random.default_rng(seed)
    group = rng.choice(["1", "2"], n)
    old = rng.choice(["y", "o"], n)
    columns = {
        "id": list(map(str, range(n))),
        "g": list(group),
        "w": [f"{x:.4f}" for x in rng.uniform(0.5, 2, n)],
        "old": list(old),
        "years": [str(x) for x in rng.integers(1, 9, n)],
        "psu": [str(i // 3) for i in range(n)],
    }
    lift = np.where(old == "o", 1.6, 1)
    for name, (a, b) in {"gear": (5, 1.5), "food": (3, 2)}.items():
        mean = np.where(group == "1", a, b) * lift
        columns[f"{name}_n"] = [str(x) for x in rng.negative_binomial(0.8, 0.8 / (0.8 + mean))]
    columns |= more.pop("columns", {})
    return survey(
        columns,
        design={"id": "id", "weight": "w", "psu": "psu"},
        subjects={"category": CATEGORIES},
        batteries={"talks": {"over": "category", "columns": "{category}_n", "kind": "numeric"}},
        questions={
            "g": {"levels": [[1, "Network"], [2, "Control"]]},
            "old": {"levels": [["y", "Young"], ["o", "Old"]], "short": "Age"},
            "years": {"kind": "numeric"},
            "note": {"kind": "open", "column": "psu"},
            "gear_n": {"kind": "numeric"},
            **more.pop("questions", {}),
        },
        **more,
    )


@pytest.fixture(scope="module")
def data():
    return talk()


def test_with_the_group_alone_both_ratios_are_one_number(data):
    """Score of a saturated mean: sum w (y - mu) theta / (mu + theta) = 0 in each group, whatever theta is."""
    rows = data.compare_rates("talks", groups=["Network", "Control"], between="g").to_frame()
    for one, other in (("ratio", "nb_ratio"), ("std_error", "nb_std_error"), ("conf_low", "nb_conf_low")):
        assert rows[one].to_numpy() == pytest.approx(rows[other].to_numpy(), rel=1e-8)
    assert (rows["nb_theta"] > 0).all()
    assert rows["category"].tolist() == ["Gear", "Food"]
    means = data.mean("talks", by=["category", "g"]).to_frame()["estimate"].to_numpy().reshape(2, 2)
    assert rows["ratio"].to_numpy() == pytest.approx(means[:, 0] / means[:, 1], rel=1e-12)


def test_the_adjusted_ratio_is_that_of_the_model_verb(data):
    """The verb's formula interface, compared with R in tests/models and tests/oracles, gives the same."""
    rates = data.compare_rates(
        "gear_n", groups=["2", "1"], between="g", adjust_for=["old", "years"], level=0.9
    )
    row = rates.to_frame().iloc[0]
    fit = data.negative_binomial("gear_n ~ g + old + years")
    assert np.log(row["nb_ratio"]) == pytest.approx(
        fit.coef["g: Control"] if "g: Control" in fit.coef else fit.coef.iloc[1], rel=1e-7
    )
    assert row["nb_std_error"] == pytest.approx(fit.std_error.iloc[1], rel=1e-6)
    assert row["nb_theta"] == pytest.approx(fit.extra["theta"], rel=1e-6)
    assert row["nb_n"] == fit.n
    assert row["nb_ratio"] != pytest.approx(row["ratio"], rel=1e-4)
    assert "hold age and years alike in both groups" in rates.sentence()
    assert rates.adjusted_for == ("old", "years")


def test_everybody_else_stays_in_the_design(data):
    """A domain is no row filter: where= as a text or a mapping gives the same, with the degrees of freedom of both."""
    by_text = data.compare_rates("talks", groups=["1", "2"], between="g", where="old == 'Old'")
    by_map = data.compare_rates("talks", groups=["1", "2"], between="g", where={"old": "Old"})
    assert by_text.rows["ratio"].tolist() == by_map.rows["ratio"].tolist()
    assert by_text.rows["nb_std_error"].to_numpy() == pytest.approx(
        by_text.rows["std_error"].to_numpy(), rel=1e-8
    )
    assert (
        by_text.rows["n_a"].sum()
        < data.compare_rates("talks", groups=["1", "2"], between="g").rows["n_a"].sum()
    )
    assert data.frame.n == 300


def test_replicate_weights_carry_both(data):
    made = data.replicates(method="jackknife").compare_rates("talks", groups=["1", "2"], between="g")
    taylor = data.compare_rates("talks", groups=["1", "2"], between="g").rows
    assert made.rows["nb_ratio"].to_numpy() == pytest.approx(taylor["ratio"].to_numpy(), rel=1e-8)
    # the model's log ratio is taken anew in each replicate, that of the means is linear in them
    assert made.rows["nb_std_error"].to_numpy() == pytest.approx(made.rows["std_error"].to_numpy(), rel=0.05)
    assert made.rows["std_error"].to_numpy() == pytest.approx(taylor["std_error"].to_numpy(), rel=0.1)


def test_one_ratio_has_no_largest(data):
    one = data.compare_rates("gear_n", groups=["1", "2"], between="g")
    assert len(one) == 1
    assert one.extremes is None
    with pytest.raises(EstimationError, match="not two ratios"):
        one.largest()
    assert one.sentence().startswith("The ratio of network to control in gear_n is")


def test_everything_in_one_object(data):
    rates = data.compare_rates("talks", groups=["1", "2"], between="g")
    assert rates.largest().largest == rates.rows["ratio"].max()
    assert rates.ratios.largest() == rates.largest()
    assert len(rates.means) == 4
    text = repr(rates)
    assert "Neg. bin." in text
    assert "same ratio and interval as the weighted means" in text.replace("\n", " ")
    assert "<table" in rates._repr_html_()
    assert "maximum likelihood" in rates.explain()
    assert '"type": "rates"' in rates.to_json()
    assert rates.plot().kind == "ratios"


def test_no_event_and_no_overdispersion_are_said_not_dropped():
    quiet = {
        "food_n": ["0" if i % 2 else "3" for i in range(300)],
        "g": ["2" if i % 2 else "1" for i in range(300)],
    }
    rows = talk(columns=quiet).compare_rates("talks", groups=["1", "2"], between="g").rows
    assert np.isnan(rows["ratio"].iloc[1])
    assert "no event on one side" in rows["nb_method"].iloc[1]
    even = {"gear_n": ["2" if i % 2 else "1" for i in range(300)]}
    flat = talk(columns=even).compare_rates("talks", groups=["1", "2"], between="g")
    assert np.isnan(flat.rows["nb_ratio"].iloc[0])
    assert flat.rows["nb_method"].iloc[0].startswith("not fitted")
    assert "not fitted" in repr(flat).replace("\n", " ")


def test_people_in_both_groups_have_no_model():
    kinds = {"a_t": ["1"] * 150 + [""] * 150, "b_t": [""] * 100 + ["1"] * 200}
    both = talk(
        columns=kinds,
        questions={
            "kind": {
                "kind": "multiple",
                "options": [{"column": "a_t", "label": "A"}, {"column": "b_t", "label": "B"}],
            }
        },
    )
    rates = both.compare_rates("talks", groups=["A", "B"], between="kind")
    assert (rates.rows["nb_method"] == "not fitted: people in both groups").all()
    assert rates.sentence().endswith("Negative binomial ratios: not fitted: people in both groups.")


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"groups": ["Network"]}, EstimationError, "between two groups"),
        ({"groups": ["Network", "Controls"]}, EstimationError, "'Controls' is not a level of 'g'"),
        ({"groups": ["1", "2"], "where": {"g": "1"}}, EstimationError, "where= names 'g'"),
        ({"groups": ["1", "2"], "adjust_for": "talks"}, ScoreError, "asked about every category"),
        ({"groups": ["1", "2"], "adjust_for": "note"}, ScoreError, "no single answer"),
    ],
)
def test_what_cannot_be_compared_says_why(data, asked, error, said):
    with pytest.raises(error, match=said):
        data.compare_rates("talks", between="g", **asked)


def test_scores_and_negative_numbers_are_no_counts():
    below = talk(columns={"gear_n": ["-2", "4", "1"] * 100})
    with pytest.raises(EstimationError, match="holds no counts"):
        below.compare_rates("gear_n", groups=["1", "2"], between="g")


def test_the_ratio_is_that_of_quasi_poisson(data):
    """Another road to the log ratio of means and its error: `glm` is compared with R `svyglm` elsewhere."""
    fit = data.glm("gear_n ~ g", family="quasipoisson")
    row = data.compare_rates("gear_n", groups=["2", "1"], between="g").rows.iloc[0]
    assert np.log(row["ratio"]) == pytest.approx(fit.coef.iloc[1], rel=1e-7)
    assert row["std_error"] == pytest.approx(fit.std_error.iloc[1], rel=1e-6)


def test_groups_may_be_the_things_talked_about(data):
    """Gear against food by the same people: paired, and no model of two groups of people."""
    rates = data.compare_rates("talks", groups=["Gear", "Food"], between="category", by="g")
    by_hand = data.mean("talks", by=["category", "g"]).to_frame()["estimate"].to_numpy().reshape(2, 2)
    assert rates.rows["g"].tolist() == ["Network", "Control"]
    assert rates.rows["ratio"].to_numpy() == pytest.approx(by_hand[0] / by_hand[1], rel=1e-12)
    assert (rates.rows["nb_method"] == "not fitted: people in both groups").all()
