"""The verb `reliability`: R's numbers through the study file, weights, designs, long files, and every warning."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from builders import LIKELY, survey
from oracles.harness import entries, table

import survey_analysis as sa
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.item_moments import ItemMoments, Smooth
from survey_analysis.core.item_tables import ItemTables
from survey_analysis.errors import ColumnNotFoundError, DesignError, EstimationError, ReportError, ScoreError
from survey_analysis.perceptions.coefficients import Family, of_moments, of_tables
from survey_analysis.perceptions.limits import Precision, limits
from survey_analysis.perceptions.reliability import concerns_of

SOURCES = {"micro": "Micro", "average": "Average"}
ITEMS = ("honest", "fair", "open", "sells")
MORE = ("able", "kind")


def columns(n: int = 160, seed: int = 3, *, missing: float = 0.1, keyed: bool = True) -> dict[str, list[str]]:
    """Two sources rated on four items, the last worded the other way; weights, units and strata."""
    rng = np.random.default_rng(seed)
    out = {
        "w": [f"{x:.3f}" for x in rng.uniform(0.4, 2.5, n)],
        "unit": [f"u{i // 4}" for i in range(n)],
        "half": [f"h{2 * i // n}" for i in range(n)],
        "sex": list(rng.choice(["w", "m"], n)),
    }
    for source in SOURCES:
        person = rng.normal(size=n)
        for j, item in enumerate((*ITEMS, *MORE)):
            sign = -1 if item == "sells" and keyed else 1
            score = np.clip(np.round(3 + sign * person + (0.6 + 0.15 * j) * rng.normal(size=n)), 1, 5)
            gone = rng.random(n) < missing
            out[f"{source}_{item}"] = ["" if g else str(int(s)) for s, g in zip(score, gone, strict=True)]
    return out


def study(data: dict[str, list[str]], *, reverse: bool = True, **design: str) -> sa.Survey:
    batteries = {
        i: {"over": "source", "columns": f"{{source}}_{i}", "scale": "five", "text": f"They are {i}"}
        for i in (*ITEMS, *MORE)
    }
    batteries["sells"]["reverse"] = reverse
    return survey(
        data,
        design=design,
        scales={"five": {"levels": LIKELY}},
        subjects={"source": SOURCES},
        batteries=batteries,
        questions={"sex": {"levels": ["w", "m"]}},
        constructs={
            "trust": {"items": list(ITEMS), "text": "Trust"},
            "six": {"items": [*ITEMS, *MORE], "text": "Six"},
            "pair": {"items": ["honest", "fair"], "text": "Pair"},
            "three": {"items": ["honest", "fair", "open"], "text": "Three"},
        },
    )


@pytest.fixture(scope="module")
def weighted() -> sa.Survey:
    return study(columns(), weight="w", psu="unit", strata="half")


def matrix(data: dict[str, list[str]], source: str) -> np.ndarray:
    x = np.array([[float(v) if v else np.nan for v in data[f"{source}_{i}"]] for i in ITEMS]).T
    x[:, 3] = 6 - x[:, 3]
    return x


def by_hand(x: np.ndarray, w: np.ndarray) -> float:
    keep = ~np.isnan(x).any(axis=1)
    c = np.cov(x[keep].T, aweights=w[keep])
    return len(c) / (len(c) - 1) * (1 - np.trace(c) / c.sum())


def test_weighted_alpha_by_source_is_that_by_hand(weighted: sa.Survey) -> None:
    data = columns()
    found = weighted.reliability("trust")
    for source, label in SOURCES.items():
        expected = by_hand(matrix(data, source), np.array(data["w"], dtype=float))
        assert found["trust", source, "alpha"].value == pytest.approx(expected, rel=1e-12)
        assert found["Trust", label, "alpha"].value == pytest.approx(expected, rel=1e-12)
        assert dict(weighted.perceptions("trust").topic.reliability)[f"Trust / {label}"] == pytest.approx(
            expected
        )
    one = weighted.reliability("trust", where={"source": "micro"})
    assert one["alpha"].value == pytest.approx(found["micro", "alpha"].value, rel=1e-12)
    assert one["alpha"].std_error == pytest.approx(found["micro", "alpha"].std_error, rel=1e-12)
    assert len(weighted.reliability("trust", by=["source", "sex"])["alpha"]) == 4


def test_items_as_a_list_are_the_construct(weighted: sa.Survey) -> None:
    named, listed = weighted.reliability("trust"), weighted.reliability(list(ITEMS))
    assert listed.rows["estimate"].to_numpy() == pytest.approx(named.rows["estimate"].to_numpy(), nan_ok=True)
    assert len(weighted.reliability()["alpha"]) == 6  # three constructs of three items or more, two sources
    assert set(weighted.reliability("pair").rows["coefficient"]) == {"spearman_brown", "average_correlation"}


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("entry", "missing"), [("alpha.agree", "pairwise"), ("alpha.agree.listwise", "complete")]
)
def test_the_verb_gives_the_numbers_of_psych(entry: str, missing: str) -> None:
    theirs = entries("06_psychometrics")[entry]["values"]
    data = table("bfi")
    cells = {c: ["" if np.isnan(v) else str(int(v)) for v in data[c]] for c in ("A1", "A2", "A3", "A4", "A5")}
    if missing == "complete":
        keep = [i for i in range(data.n) if all(cells[c][i] for c in cells)]
        cells = {c: [v[i] for i in keep] for c, v in cells.items()}
    scale = {"kind": "likert", "levels": [[i, f"level {i}"] for i in range(1, 7)]}
    questions = {c: dict(scale) for c in cells} | {"A1": scale | {"reverse": True}}
    found = survey(cells, questions=questions).reliability(list(cells), method="feldt", missing=missing)
    total, drop, stats = theirs["total"], theirs["alpha.drop"], theirs["item.stats"]
    assert found["alpha"].value == pytest.approx(total["raw_alpha"][0], rel=1e-9)
    assert found["alpha_standardised"].value == pytest.approx(total["std.alpha"][0], rel=1e-9)
    assert found["lambda6"].value == pytest.approx(total["G6(smc)"][0], rel=1e-9)
    assert found["average_correlation"].value == pytest.approx(total["average_r"][0], rel=1e-9)
    for ours, r in (
        ("r_standardised", stats["std.r"]), ("r_corrected", stats["r.cor"]), ("r_dropped", stats["r.drop"]),
        ("mean", stats["mean"]), ("sd", stats["sd"]), ("alpha_dropped", drop["raw_alpha"]),
        ("standardised_dropped", drop["std.alpha"]),
    ):  # fmt: skip
        assert found.items[ours].to_numpy() == pytest.approx(np.array(r), rel=1e-9), ours
    if missing == "complete":  # pairwise, the house counts the people who answered some item; R all rows
        low, _, high = theirs["feldt"].values()
        assert found["alpha"].interval == pytest.approx((low, high), rel=1e-9)
    assert found.items["n"].tolist() == stats["n"]


@pytest.mark.oracle
def test_correlations_between_scales_are_those_of_score_items() -> None:
    theirs = entries("06_psychometrics")["score.items"]["values"]
    names = [f"{s}{i}" for s in "AC" for i in range(1, 6)]
    cells = {c: ["" if np.isnan(v) else str(int(v)) for v in table("bfi")[c]] for c in names}
    scale = {"kind": "likert", "levels": [[i, f"level {i}"] for i in range(1, 7)]}
    questions = {c: scale | {"reverse": c in ("A1", "C4", "C5")} for c in names}
    constructs = {f"scale_{s}": {"items": [f"{s}{i}" for i in range(1, 6)], "text": s} for s in "AC"}
    found = survey(cells, questions=questions, constructs=constructs).reliability(missing="pairwise")
    row = found.scales.iloc[0]
    assert (row["construct"], row["other"]) == ("A", "C")
    assert row["correlation"] == pytest.approx(theirs["cor"]["data"][0][1], rel=1e-9)
    assert row["corrected"] == pytest.approx(theirs["corrected"]["data"][0][1], rel=1e-9)
    assert found["A", "alpha"].value == pytest.approx(theirs["alpha"]["data"][0][0], rel=1e-9)
    assert found["C", "alpha"].value == pytest.approx(theirs["alpha"]["data"][0][1], rel=1e-9)
    assert found.table("scales").rows[0].cells[0].text == "0.26"


def test_the_report_names_what_the_verb_names(weighted: sa.Survey) -> None:
    named = concerns_of(weighted)
    kinds = ("edge", "not_positive")  # of polychoric correlations, which the report does not compute
    assert named == tuple(w for w in weighted.reliability().warnings if w.kind not in kinds)


def test_the_constructs_of_the_founding_study(founding: sa.Survey) -> None:
    found = founding.reliability()
    main = found.rows["coefficient"].isin(["alpha", "spearman_brown"]) & ~found.rows["variant"].str.contains(
        "poly"
    )
    assert main.sum() == 16
    assert found.rows.loc[main, "estimate"].between(0.6, 0.9).all()
    assert (found.rows.loc[main, "conf_low"] < found.rows.loc[main, "estimate"]).all()
    assert {(w.kind, w.scale) for w in found.warnings} == {
        ("three_items", "Credibility"), ("three_items", "Knowledge"), ("two_items", "Explanation"),
        ("double_barrelled", "Credibility"),
    }  # fmt: skip
    assert "simulated respondents" in found.sentence()


@pytest.mark.parametrize("missing", ["complete", "pairwise"])
def test_doubling_a_respondent_is_weight_two(missing: str) -> None:
    data = columns(120, missing=0.0 if missing == "complete" else 0.1)
    data["w"] = ["2"] * 30 + ["1"] * 90
    twice = {k: v + v[:30] for k, v in data.items()} | {"w": ["1"] * 150}
    a, b = (study(d, weight="w").reliability("six", missing=missing, factors=2) for d in (data, twice))
    ordinal = a.rows["variant"].str.contains("polychoric").to_numpy()
    left, right = a.rows["estimate"].to_numpy(), b.rows["estimate"].to_numpy()
    assert left[ordinal] == pytest.approx(right[ordinal], rel=1e-7)
    # pairwise, n / (n - 1) counts the rows of each pair: equal to 1 / n² only
    assert left == pytest.approx(right, rel=1e-7 if missing == "complete" else 1e-3)
    drop = a.items["r_corrected"].to_numpy()
    assert drop == pytest.approx(
        b.items["r_corrected"].to_numpy(), rel=1e-7 if missing == "complete" else 1e-3
    )


def test_people_outside_stay_in_the_design(weighted: sa.Survey) -> None:
    """A domain has fewer units of the same strata; its variance is not that of a smaller file."""
    women = weighted.reliability("trust", where="sex == 'w'")
    rows = [i for i, s in enumerate(columns()["sex"]) if s == "w"]
    cut = study(
        {k: [v[i] for i in rows] for k, v in columns().items()}, weight="w", psu="unit", strata="half"
    )
    alone = cut.reliability("trust")
    assert women["micro", "alpha"].value == pytest.approx(alone["micro", "alpha"].value, rel=1e-12)
    assert women["micro", "alpha"].std_error != pytest.approx(alone["micro", "alpha"].std_error, rel=1e-6)


def test_taylor_jackknife_and_bootstrap_agree(weighted: sa.Survey) -> None:
    taylor = weighted.reliability("six", factors=2)
    jackknife = weighted.replicates(method="jackknife").reliability("six", factors=2)
    drawn = weighted.reliability("trust", method="bootstrap", n=120, seed=5)
    alone = weighted.reliability("trust")
    se = taylor.rows["std_error"].to_numpy()
    known = np.isfinite(se) & ~taylor.rows["variant"].str.startswith("Schmid").to_numpy()
    assert jackknife.rows["std_error"].to_numpy()[known] == pytest.approx(se[known], rel=0.15)
    for source in SOURCES:
        a, b = alone[source, "alpha"], drawn[source, "alpha"]
        assert b.value == a.value
        assert b.std_error == pytest.approx(a.std_error, rel=0.3)
        low, high = b.interval
        assert low < b.value < high
    again = weighted.reliability("trust", method="bootstrap", n=120, seed=5)
    assert again.rows.equals(drawn.rows)
    assert "percentiles of 120" in drawn["micro", "alpha"].rows["method"].iloc[0]


def test_a_long_file_gives_the_numbers_of_the_wide_one() -> None:
    data = columns(80)
    n = len(data["w"])
    wide = study(data, weight="w")
    long = {
        "id": [f"p{i}" for i in range(n)] * 2,
        "w": data["w"] * 2,
        "source": [s for s in SOURCES for _ in range(n)],
        **{i: [v for s in SOURCES for v in data[f"{s}_{i}"]] for i in ITEMS},
    }
    questions = {i: {"kind": "likert", "levels": LIKELY} for i in ITEMS}
    questions["sells"]["reverse"] = True
    read = survey(
        long,
        design={"weight": "w", "id": "id"},
        questions=questions | {"source": {"levels": [[k, v] for k, v in SOURCES.items()]}},
    )
    a = wide.reliability("trust").rows
    b = read.reliability(list(ITEMS), by="source").rows
    for column in ("estimate", "std_error", "conf_low", "conf_high", "n"):
        assert a[column].to_numpy() == pytest.approx(b[column].to_numpy(), rel=1e-9, nan_ok=True)
    rated = wide.icc("honest").rows
    rows = read.icc("honest", over="source").rows
    for column in ("estimate", "std_error", "n"):
        assert rated[column].to_numpy() == pytest.approx(rows[column].to_numpy(), rel=1e-9)


def test_a_loop_weights_ratings_by_the_chance_that_they_were_asked() -> None:
    data = columns(100) | {"pi": ["0.5", "1"] * 50}
    batteries = {i: {"over": "source", "columns": f"{{source}}_{i}", "scale": "five"} for i in ITEMS}
    base = {
        "scales": {"five": {"levels": LIKELY}}, "subjects": {"source": SOURCES}, "batteries": batteries,
    }  # fmt: skip
    loop = survey(
        data, design={"weight": "w", "loops": {"source": {"probability": "pi", "asked": 1}}}, **base
    )
    raised = data | {"w": [str(float(w) / float(p)) for w, p in zip(data["w"], data["pi"], strict=True)]}
    plain = survey(raised, design={"weight": "w"}, **base)
    a, b = (s.reliability(list(ITEMS)).rows for s in (loop, plain))
    for column in ("estimate", "std_error", "conf_low"):
        assert a[column].to_numpy() == pytest.approx(b[column].to_numpy(), rel=1e-9, nan_ok=True)
    with pytest.raises(EstimationError, match="at most 1 sources of anybody"):
        loop.icc("honest")


def test_feldt_is_for_simple_samples(weighted: sa.Survey) -> None:
    simple = study(columns())
    found = simple.reliability("trust", method="feldt")
    alpha = found["micro", "alpha"]
    n = int(alpha.rows["n"].iloc[0])
    from scipy import stats

    f = stats.f.ppf([0.975, 0.025], n - 1, 3 * (n - 1))
    assert alpha.interval == pytest.approx(tuple(1 - (1 - alpha.value) * f))
    assert "Feldt’s is of alpha" in found["micro", "lambda6"].rows["method"].iloc[0]
    with pytest.raises(DesignError, match="is weighted") as caught:
        weighted.reliability("trust", method="feldt")
    assert 'method="design"' in caught.value.hint
    with pytest.raises(DesignError, match="is clustered"):
        study(columns(), psu="unit").icc("honest", method="f")


def test_bartlett_is_given_for_simple_samples_only(weighted: sa.Survey) -> None:
    assert weighted.reliability("trust").factors["bartlett"].isna().all()
    simple = study(columns()).reliability("trust").factors
    assert (simple["bartlett_df"] == 6).all()
    assert simple["kmo"].between(0.5, 1).all()
    assert (simple["components"] == 1).all()


def warnings_of(data: dict[str, list[str]], scale: str = "trust", *, reverse: bool = True) -> sa.Reliability:
    return study(data, weight="w", reverse=reverse).reliability(scale)


def test_an_item_left_unreversed_is_named_and_not_turned() -> None:
    found = warnings_of(columns(), reverse=False)
    (concern,) = [w for w in found.warnings if w.kind == "reversed"]
    assert (concern.items, concern.groups) == (("sells",), ("Micro", "Average"))
    assert found["micro", "alpha"].value < warnings_of(columns())["micro", "alpha"].value - 0.3
    assert "‘sells’ runs against the other items and was not turned" in found.sentence()
    assert not [w for w in warnings_of(columns()).warnings if w.kind == "reversed"]


def test_two_items_that_run_against_each_other_are_both_named() -> None:
    data = columns()
    for source in SOURCES:
        data[f"{source}_fair"] = [str(6 - int(v)) if v else "" for v in data[f"{source}_fair"]]
    found = warnings_of(data, "pair")
    (concern,) = [w for w in found.warnings if w.kind == "reversed"]
    assert concern.items == ("honest", "fair")
    assert "run against each other" in found.sentence()
    assert "reverse = true" in found.sentence()


def test_scales_that_cannot_be_tested_are_named() -> None:
    kinds = {w.kind for w in warnings_of(columns(), "pair").warnings}
    assert kinds == {"two_items"}
    assert "cannot be tested on two items" in warnings_of(columns(), "pair").sentence()
    assert {w.kind for w in warnings_of(columns(), "three").warnings} == {"three_items"}
    assert not warnings_of(columns()).warnings


def test_a_double_barrelled_item_is_named() -> None:
    data = survey(
        {f"q{j}": [str(1 + (i * (j + 1)) % 5) for i in range(40)] for j in range(4)},
        questions={
            f"q{j}": {"kind": "likert", "levels": LIKELY, "text": text}
            for j, text in enumerate(
                ["It is credible and believable", "It is honest", "It is fair", "It is open"]
            )
        },
    )
    found = data.reliability(["q0", "q1", "q2", "q3"])
    (concern,) = [w for w in found.warnings if w.kind == "double_barrelled"]
    assert (concern.items, concern.detail) == (("q0",), "credible and believable")
    assert "asks two things at once (“credible and believable”)" in found.sentence()


def test_an_item_nobody_answered_or_everybody_alike() -> None:
    data = columns() | {"micro_fair": [""] * 160, "average_open": ["4"] * 160}
    found = warnings_of(data)
    assert [(w.kind, w.items, w.groups) for w in found.warnings] == [
        ("unanswered", ("fair",), ("Micro",)),
        ("constant", ("open",), ("Average",)),
    ]
    assert found.rows["estimate"].isna().all()
    methods = set(found.rows["method"])
    assert methods == {
        "not defined: nobody answered 'fair'",
        "not defined: everybody gave one answer to 'open'",
    }
    assert "nobody answered ‘fair’; nothing is computed" in found.sentence()
    assert repr(found)
    with pytest.raises(ReportError, match="no items to show"):
        found.table("items")


def test_two_people_are_too_few() -> None:
    data = {k: v[:2] for k, v in columns(missing=0.0).items()}
    found = warnings_of(data)
    assert {w.kind for w in found.warnings} == {"few_people"}
    assert (
        "2 people answered ‘honest’, ‘fair’, ‘open’ and ‘sells’ together; at least three are needed"
        in found.sentence()
    )


def test_items_that_nobody_answered_together() -> None:
    gone = float("nan")
    data = pd.DataFrame(
        {"a": [1, 2, 3, gone, gone, gone], "b": [gone, gone, gone, 1, 2, 3], "c": [1, 2, 3, 4, 5, 1]}
    )
    for missing in ("complete", "pairwise"):
        found = sa.read(data).reliability(["a", "b", "c"], missing=missing)
        assert [w.detail for w in found.warnings if w.kind == "few_people"] == ["0"]
        assert found.rows["estimate"].isna().all()


def test_a_construct_of_one_item_is_named() -> None:
    data = columns()
    scale = {"kind": "likert", "levels": LIKELY}
    one = survey({"a": data["micro_honest"]}, questions={"a": scale}, constructs={"k": {"items": ["a"]}})
    found = one.reliability()
    assert [w.kind for w in found.warnings] == ["one_item"]
    assert found.rows["method"].tolist() == ["not defined: one item"]


def test_groups_with_one_sampling_unit_have_no_interval() -> None:
    data = columns(missing=0.0)
    data["place"] = [f"p{i // 40}" for i in range(160)]
    found = study(data, psu="place").reliability("trust", where="place == 'p1'")
    assert found["micro", "alpha"].rows["method"].iloc[0] == "no interval: one sampling unit"
    assert np.isfinite(found["micro", "alpha"].value)
    assert np.isnan(found["micro", "alpha"].interval[0])


def test_items_that_are_perfectly_consistent() -> None:
    found = sa.read(pd.DataFrame({c: [1, 2, 3, 4, 5] * 5 for c in "abc"})).reliability(["a", "b", "c"])
    assert found["alpha"].value == pytest.approx(1)
    assert "Cronbach’s alpha of 3 items is 1.00 (n = 25 respondents)." in found.sentence()
    assert "say exactly the same" in found.sentence()


def test_open_text_is_refused_in_words() -> None:
    data = survey(
        {"a": ["1", "2", "3"], "b": ["1", "2", "2"], "t": ["so", "and", "so"]},
        questions={"a": {"kind": "numeric"}, "b": {"kind": "numeric"}, "t": {"kind": "open"}},
    )
    with pytest.raises(ScoreError, match="'t' is open text") as caught:
        data.reliability(["a", "b", "t"])
    assert "reliability() takes single, likert, numeric" in caught.value.where
    with pytest.raises(ScoreError, match="a correlation is not defined"):
        data.correlation(["a", "t"])


@pytest.mark.oracle
def test_omega_and_factorability_of_two_groups_of_items() -> None:
    every = entries("06_psychometrics")
    names = [f"{s}{i}" for s in "AC" for i in range(1, 6)]
    data = table("bfi")
    keep = np.all([~np.isnan(data[c]) for c in names], axis=0)
    cells = {c: [str(int(v)) for v in data[c][keep]] for c in names}
    scale = {"kind": "likert", "levels": [[i, f"level {i}"] for i in range(1, 7)]}
    questions = {c: scale | {"reverse": c in ("A1", "C4", "C5")} for c in names}
    found = survey(cells, questions=questions).reliability(names, factors=2)
    theirs = every["omega.b10"]["values"]
    assert found["omega_hierarchical"].value == pytest.approx(theirs["omega_h"], rel=1e-4)
    schmid = found["omega_total"].rows
    schmid = schmid[schmid["variant"].str.startswith("Schmid-Leiman of 2 minres")]
    assert schmid["estimate"].iloc[0] == pytest.approx(theirs["omega.tot"], rel=1e-6)
    row = found.factors.iloc[0]
    assert row["kmo"] == pytest.approx(every["kmo.b10"]["values"]["MSA"], rel=1e-9)
    assert found.items["sampling_adequacy"].to_numpy() == pytest.approx(
        list(every["kmo.b10"]["values"]["MSAi"].values())
    )
    assert row["bartlett"] == pytest.approx(every["bartlett.b10"]["values"]["chisq"], rel=1e-9)
    assert row["components"] == every["parallel.b10"]["values"]["n_components_q95"]


def test_singular_correlations_are_named() -> None:
    data = columns(missing=0.0)
    for source in SOURCES:
        data[f"{source}_fair"] = data[f"{source}_honest"]
    found = warnings_of(data)
    (concern,) = [w for w in found.warnings if w.kind == "singular"]
    assert concern.items == ("honest", "fair")
    assert "say exactly the same" in found.sentence()
    rows = found["micro"].rows.set_index("coefficient")["estimate"]
    assert np.isfinite(rows["alpha"])
    assert np.isnan(rows["lambda6"])
    assert found.factors["kmo"].isna().all()
    assert {w.kind for w in found.warnings} == {"singular", "edge"}  # their polychoric correlation is 1
    total = columns(missing=0.0)
    numbers = {f"x{j}": [int(v) for v in total[f"micro_{i}"]] for j, i in enumerate(ITEMS[:3])}
    numbers["x3"] = [a + b for a, b in zip(numbers["x0"], numbers["x1"], strict=True)]
    summed = sa.read(pd.DataFrame(numbers)).reliability(["x0", "x1", "x2", "x3"])
    (concern,) = [w for w in summed.warnings if w.kind == "singular"]
    assert (concern.items, concern.detail) == (("x0", "x1", "x3"), "a sum")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"items": ["honest"]}, "One item has no internal consistency"),
        ({"items": []}, "No item was named"),
        ({"items": ["honest", "honest"]}, "named twice"),
        ({"items": ["trust", "honest"]}, "is a construct, 'honest' an item"),
        ({"items": "trust", "method": "normal"}, "method = 'normal' is not known"),
        ({"items": "trust", "missing": "mean"}, "missing = 'mean' is not known"),
        ({"items": "trust", "extraction": "ml"}, "extraction= is of group factors"),
        ({"items": "trust", "factors": 2, "extraction": "pca"}, "extraction = 'pca' is not known"),
        ({"items": "trust", "factors": 1}, "needs two group factors"),
        ({"items": "trust", "factors": 3}, "3 group factors are too many for 4 items"),
        ({"items": "trust", "seed": 1}, "seed= belongs to a bootstrap"),
        ({"items": "trust", "n": 100}, "n= belongs to a bootstrap"),
        ({"items": "trust", "method": "bootstrap"}, "needs a seed"),
        ({"items": "trust", "level": 95}, "not a confidence level"),
    ],
)
def test_calls_that_cannot_be(weighted: sa.Survey, call: dict[str, object], message: str) -> None:
    with pytest.raises(EstimationError, match=message):
        weighted.reliability(**call)


def test_names_and_kinds_that_do_not_fit(weighted: sa.Survey) -> None:
    with pytest.raises(ColumnNotFoundError, match="honst") as caught:
        weighted.reliability(["honst", "fair"])
    assert "honest" in caught.value.hint
    with pytest.raises(EstimationError, match="different subjects"):
        weighted.reliability(["honest", "sex"])
    words = survey(
        {"a": ["x", "y", "z"], "b": ["u", "v", "u"]},
        questions={"a": {"levels": ["x", "y", "z"]}, "b": {"levels": ["u", "v"]}},
    )
    with pytest.raises((ScoreError, EstimationError)):
        words.reliability(["a", "b"])
    with pytest.raises(EstimationError, match="declares no constructs"):
        words.reliability()
    with pytest.raises(DesignError, match="a bootstrap would replace them"):
        weighted.replicates(method="jackknife").reliability("trust", method="bootstrap", seed=1)


def test_what_is_said_shown_explained_and_stored(weighted: sa.Survey) -> None:
    found = weighted.reliability(["trust", "pair"])
    text = found.sentence()
    assert text.splitlines()[0].startswith("Trust, Micro: Cronbach’s alpha of 4 items is 0.")
    assert "Pair, Average: Spearman-Brown of 2 items is" in text
    assert "CI" not in text
    assert "significant" not in text
    table = found.table()
    assert [r.label for r in table.rows if r.kind == "section"] == [
        "Trust: Cronbach’s alpha of 4 items",
        "Pair: Spearman-Brown of 2 items",
    ]
    assert "<table" in found._repr_html_()
    for kind in ("coefficients", "items", "factors", "scales"):
        assert found.table(kind).rows
    with pytest.raises(ReportError, match="no table 'all'"):
        found.table("all")
    told = found.explain()
    assert "k/(k-1) (1 - tr C / sum C)" in told
    assert "Taylor linearisation" in told
    stored = json.loads(found.to_json())
    assert stored["type"] == "reliability"
    assert {w["kind"] for w in stored["warnings"]} == {"two_items"}
    with pytest.raises(EstimationError, match="One row is needed"):
        found.value  # noqa: B018
    with pytest.raises(ColumnNotFoundError, match="no row 'alfa'"):
        found["alfa"]


def test_the_figure_is_drawn_from_the_rows(weighted: sa.Survey) -> None:
    found = weighted.reliability(["trust", "pair"])
    chart = found.plot()
    assert chart.kind == "reliability"
    assert chart.caption.title.startswith("Reliability: Trust and Pair (0.")
    assert "cannot be tested on two items" in chart.caption.note
    assert chart.caption.alt.endswith("Table below has all values.")
    assert len(chart.caption.alt) < 330
    drawn = chart.svg("document")
    for text in ("Trust: Cronbach’s alpha, 4 items", "Pair: Spearman-Brown, 2 items"):
        assert text in drawn
    assert found.plot(title="Scales").caption.title == "Scales"
    with pytest.warns(sa.SurveyAnalysisWarning):
        found.plot(title="The most trusted source")
    nothing = warnings_of(columns() | {f"{s}_fair": [""] * 160 for s in SOURCES})
    with pytest.raises(sa.SurveyAnalysisError, match="nothing to draw"):
        nothing.plot()


def test_an_opt_in_sample_that_is_not_weighted_shows_no_interval() -> None:
    data = columns()
    made = survey(
        {f"q{j}": data[f"micro_{i}"] for j, i in enumerate(ITEMS)},
        questions={f"q{j}": {"kind": "likert", "levels": LIKELY} for j in range(4)},
        sample={"kind": "opt-in"},
    )
    found = made.reliability([f"q{j}" for j in range(4)])
    assert np.isfinite(found["alpha"].interval[0])
    assert "interval" not in found.sentence()
    assert not [c for c in found.table().columns if "interval" in c.label]


def test_many_levels_have_no_polychoric_correlation() -> None:
    rng = np.random.default_rng(1)
    trait = rng.normal(size=80)
    frame = pd.DataFrame({f"x{j}": (10 * (trait + rng.normal(size=80))).round(1) for j in range(3)})
    found = sa.read(frame).reliability(["x0", "x1", "x2"])
    assert not found.rows["variant"].str.contains("polychoric").any()


def test_the_design_interval_covers() -> None:
    """Clusters with their own level and unequal weights: 95% intervals hold the truth about as often.

    Of alpha and omega, of moments and of polychoric correlations; the truth is that of a very large file. 150
    samples of 60 clusters of 5, tolerance three binomial standard errors.
    """
    rng = np.random.default_rng(7)

    def draw(clusters: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        unit = np.repeat(np.arange(clusters), 5)
        trait = 0.6 * rng.normal(size=clusters)[unit] + 0.8 * rng.normal(size=len(unit))
        weight = rng.uniform(0.5, 2.0, size=len(unit))
        noise = rng.normal(size=(len(unit), 4)) * np.linspace(0.7, 1.3, 4)
        return np.digitize(trait[:, None] + noise, [-1.5, -0.5, 0.5, 1.5]) + 1.0, weight, unit

    def families(x: np.ndarray, w: np.ndarray) -> list[tuple[Smooth, Family]]:
        everybody = np.ones(len(w), dtype=bool)
        moments, tables = ItemMoments.of(x, everybody, w), ItemTables.of(x, everybody)
        found = [(moments, of_moments(moments, None, "minres")), (tables, of_tables(tables))]
        return [(Smooth(inner, family.function), family) for inner, family in found]

    x, w, _ = draw(40_000)
    truth = [s.theta(w) for s, _ in families(x, w)]
    assert truth[0][0] == pytest.approx(by_hand(x, w))
    hits, runs = [np.zeros(len(t)) for t in truth], 150
    for _ in range(runs):
        x, w, unit = draw(60)
        frame, everybody = DesignFrame.of(w, psu=unit), np.ones(len(w), dtype=bool)
        for i, (statistic, family) in enumerate(families(x, w)):
            found = limits(statistic, family.coefficients, frame, everybody, Precision())
            hits[i] += (found.low <= truth[i]) & (truth[i] <= found.high)
    covered = np.concatenate(hits) / runs
    assert (np.abs(covered - 0.95) < 3 * np.sqrt(0.95 * 0.05 / runs)).all()
