"""Every path is what a user gets from the public verbs with those choices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from tests.robustness import public, small

NUMBERS = ["estimate", "std_error", "conf_low", "conf_high", "p_value", "p_adjusted", "n"]
CHOICES = ["cleaning", "weights", "dont_know", "box", "base"]

OVER = {
    "cleaning": ["without authenticity", "speeders below_median=0.3"],
    "weights": ["without age", "trim 3"],
    "dont_know": "default",
    "box": "default",
    "base": "default",
}
DESIGNS = [
    ("declared", "declared", "excluded"),
    ("without authenticity", "trim 3", "don’t know in the base"),
    ("speeders below_median=0.3", "without age", "don’t know and refused in the base"),
]


def of(rows: pd.DataFrame, **choices: str) -> pd.DataFrame:
    """The rows of a path."""
    return rows[(rows[list(choices)] == list(choices.values())).all(axis=1)]


def close(mine: pd.DataFrame, want: pd.DataFrame, size: float = 1.0) -> None:
    """Equal to 1e-12; `size` is the range of the scale that a mean is told in."""
    assert len(mine) == len(want) > 0
    for name in NUMBERS:
        factor = size if name in NUMBERS[:4] else 1.0
        assert np.allclose(
            mine[name].to_numpy(float) * factor, want[name].to_numpy(float), rtol=0, atol=1e-12
        ), name


@pytest.fixture(scope="module")
def founding():
    return sa.datasets.load("micro_influencer").clean().weight().robustness("follow", over=OVER)


@pytest.mark.parametrize(("clean", "weigh", "unsure"), DESIGNS)
def test_paths_of_the_founding_study_equal_the_public_verbs_from_the_export_on(
    founding, clean, weigh, unsure
):
    seen = 0
    for box in ("top-1", "top-2", "top-3", "mean"):
        for base in ("own", "common"):
            mine = of(founding.rows, cleaning=clean, weights=weigh, dont_know=unsure, box=box, base=base)
            if box == "mean" and unsure != "excluded":
                assert mine.empty  # a mean takes nobody off the scale
                continue
            close(mine, public.rows(clean, weigh, unsure, box, base), 4.0 if box == "mean" else 1.0)
            seen += 1
    assert seen >= 6


def test_the_declared_path_is_the_published_finding(founding):
    first = founding.rows[founding.rows["path"] == 0]
    declared = sa.datasets.load("micro_influencer").clean().weight()
    test = declared.proportion("follow", top=2, by="source").compare(to="average", base="common").to_frame()
    close(first, test)


def test_a_grid_is_every_crossing_once(founding):
    one = founding.rows[founding.rows["target"] == founding.targets[0].name]
    assert not one.duplicated(CHOICES).any()
    dont_know_and_box = 3 * 3 + 3  # three treatments of three boxes and of the mean
    assert len(one) == 3 * 3 * dont_know_and_box * 2
    assert sorted(one["path"]) == list(range(len(one)))


@pytest.fixture(scope="module")
def surveys():
    return {"small": small.survey()}


@pytest.mark.parametrize("clean", ["none", "without speed", "at least 2 of 2 families"])
@pytest.mark.parametrize("weigh", ["none", "no cap", "cap 2.2", "without sex"])
def test_paths_of_a_small_study_equal_the_public_verbs(surveys, clean, weigh):
    over = {"cleaning": [clean], "weights": [weigh], "base": ["own"]}
    found = surveys["small"].robustness("follow", top=2, by="source", to="b", over=over)
    entry = dict(small.study()["weighting"]["all"])
    if weigh == "no cap":
        del entry["cap"]
    if weigh == "cap 2.2":
        entry["cap"] = 2.2
    if weigh == "without sex":
        entry["targets"] = {"age": entry["targets"]["age"]}
    exclude = {"none": "", "without speed": "at least 1 of 1 families"}.get(clean, clean)
    rules = small.RULES[1:] if clean == "without speed" else small.RULES
    raw = sa.read(small.export(), study=small.study(weighting={"all": entry}))
    survey = raw.clean(rules=rules, exclude=exclude)
    survey = survey if weigh == "none" else survey.weight()
    want = survey.proportion("follow", top=2, by="source").compare(to="b", base="own").to_frame()
    close(of(found.rows, cleaning=clean, weights=weigh, base="own"), want)


def lowest(refused: bool) -> dict[str, object]:
    """The scale with don't know (and refusals) as one more answer below the lowest, scored as that."""
    scale = {"levels": [[98, "Don't know", 1]], "missing": [[-99, "no_answer"]]}
    if refused:
        scale["levels"] = [[98, "Don't know", 1], [99, "Rather not", 1]]
    else:
        scale["missing"] = [[99, "refused", "Rather not"], [-99, "no_answer"]]
    labels = ["Never", "Hardly", "Perhaps", "Likely", "Surely"]
    scale["levels"] = [*scale["levels"], *([i + 1, label, i + 1] for i, label in enumerate(labels))]
    return {"five": scale}


@pytest.mark.parametrize("refused", [False, True])
def test_dont_know_as_lowest_equals_a_scale_that_declares_it_so(surveys, refused):
    found = surveys["small"].robustness("follow", top=2, by="source", to="b", over=["dont_know", "box"])
    name = "don’t know and refused as lowest" if refused else "don’t know as lowest"
    want = small.survey(scales=lowest(refused)).mean("follow", by="source").compare(to="b", base="common")
    close(of(found.rows, dont_know=name, box="mean"), want.to_frame(), 4.0)


def test_answers_off_the_scale_left_out_equal_a_scale_that_declares_them_missing():
    five = small.study()["scales"]["five"]
    outside = {"five": {**five, "missing": five["missing"][1:], "outside": [[98, "Don't know"]]}}
    survey = small.survey(scales=outside)
    found = survey.robustness(
        "follow", top=2, by="source", to="b", over={"dont_know": ["off the scale excluded"]}
    )
    kept = survey.proportion("follow", top=2, by="source").compare(to="b", base="common")
    close(of(found.rows, dont_know="excluded"), kept.to_frame())
    want = small.survey().proportion("follow", top=2, by="source").compare(to="b", base="common")
    close(of(found.rows, dont_know="off the scale excluded"), want.to_frame())
    counted = survey.robustness("follow", answers=["Surely", "Don't know"], by="source", to="b")
    assert "off the scale excluded" not in counted.rows["dont_know"].unique()


def test_all_sources_is_the_domain_of_those_who_rated_every_one(surveys):
    survey = surveys["small"]
    found = survey.robustness("follow", top=2, by="source", to="b", over={"base": ["all", "own"]})
    rated = " and ".join(f"q_{k} in [1, 2, 3, 4, 5]" for k in "abc")
    everybody = survey.proportion("follow", top=2, by="source", where=rated)
    close(of(found.rows, base="all"), everybody.compare(to="b", base="own").to_frame())


@pytest.mark.parametrize("trim", [2.0, 1.5])
def test_a_weight_of_the_file_is_trimmed_or_left_out_as_the_verbs_do(trim):
    plain = small.study(clean={}, weighting={}, design={"weight": "w"})
    survey = sa.read(small.export(), study=plain)
    found = survey.robustness(
        "follow", top=2, by="source", to="b", over={"weights": [f"trim {trim:g}", "none"]}
    )
    trimmed = survey.trim(upper=trim, unit="mean").proportion("follow", top=2, by="source")
    close(of(found.rows, weights=f"trim {trim:g}"), trimmed.compare(to="b", base="common").to_frame())
    unweighted = sa.read(small.export(), study={**plain, "design": {}}).proportion(
        "follow", top=2, by="source"
    )
    close(of(found.rows, weights="none"), unweighted.compare(to="b", base="common").to_frame())


def test_levels_equal_the_verb_and_p_agrees_with_the_interval(surveys):
    survey = surveys["small"]
    found = survey.robustness("follow", top=2, where={"source": "a"}, value=0.55, over=["cleaning", "box"])
    assert not found.rows["p_adjusted"].isna().any()
    outside = (found.rows["conf_low"] > 0.55) | (found.rows["conf_high"] < 0.55)
    assert ((found.rows["p_value"] < 0.05) == outside).all()
    raw = sa.read(small.export(), study=small.study())
    for option, exclude in (("declared", "at least 1 of 2 families"), ("none", "")):
        want = (
            raw.clean(exclude=exclude).weight().proportion("follow", top=1, where={"source": "a"}).to_frame()
        )
        mine = of(found.rows, cleaning=option, box="top-1")
        for name in ("estimate", "std_error", "conf_low", "conf_high", "n"):
            assert np.allclose(mine[name].to_numpy(float), want[name].to_numpy(float), rtol=0, atol=1e-12)


def test_a_long_file_gives_the_paths_of_the_wide_one():
    wide = small.export()
    long = wide.melt(["id", "sex", "age", "w"], [f"q_{k}" for k in "abc"], "source", "answer")
    long["source"] = long["source"].str[-1]
    long = long[long["answer"] != ""]
    scales = small.study()["scales"]
    about = {
        "schema": 1,
        "design": {"id": "id", "weight": "w"},
        "scales": scales,
        "questions": {
            "answer": {"scale": "five", "kind": "likert"},
            "source": {"levels": [["a", "Friend"], ["b", "Advert"], ["c", "Star"]]},
        },
    }
    over = {"weights": "default", "dont_know": ["in the base"], "box": [1, 2, "mean"], "base": "default"}
    mine = sa.read(long, study=about).robustness("answer", top=2, by="source", to="b", over=over)
    plain = small.study(clean={}, weighting={}, design={"weight": "w"})
    want = sa.read(wide, study=plain).robustness("follow", top=2, by="source", to="b", over=over)
    assert mine.paths == want.paths
    assert [d.name for d in mine.varied] == [d.name for d in want.varied]
    a, b = (x.rows.sort_values(["target", *CHOICES]) for x in (mine, want))
    for name in NUMBERS:
        assert np.allclose(a[name].to_numpy(float), b[name].to_numpy(float), rtol=1e-9, atol=1e-12), name


def test_replicate_weights_make_the_paths_of_answers_and_base():
    plain = small.study(clean={}, weighting={}, design={"weight": "w"})
    survey = sa.read(small.export(), study=plain).replicates(method="bootstrap", n=40, seed=3)
    found = survey.robustness("follow", top=2, by="source", to="b", over=["box", "base"])
    want = survey.proportion("follow", top=1, by="source").compare(to="b", base="own").to_frame()
    close(of(found.rows, box="top-1", base="own"), want)
    with pytest.raises(sa.SurveyAnalysisError, match="replicate weights belong"):
        survey.robustness("follow", top=2, by="source", to="b", over=["weights"])
