"""The design as a user names it: in a call or in the study file, one column or one for each stage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa

SCHOOLS = pd.DataFrame(
    {
        "district": np.repeat(["a", "b", "c", "d"], 3),
        "school": np.tile([1, 2, 3], 4),
        "region": np.repeat(["n", "s"], 6),
        "districts": np.repeat([9, 5], 6),
        "schools": np.repeat([6, 4, 12, 7], 3),
        "score": [3, 5, 4, 8, 6, 7, 1, 2, 9, 5, 5, 4],
    }
)
QUESTIONS = {"score": {"kind": "numeric"}}
TWO_STAGES = {
    "strata": "region",
    "psu": ["district", "school"],
    "fpc": ["districts", "schools"],
}


def read(study=None, frame=SCHOOLS, **design):
    return sa.read(frame, study={"questions": QUESTIONS} | (study or {}), **design)


def by_hand():
    """Mean and standard error of two stages in two strata, written out."""
    f1 = np.repeat([2 / 9, 2 / 5], 6)
    f2 = 3 / SCHOOLS["schools"].to_numpy()
    w, y = 1 / (f1 * f2), SCHOOLS["score"].to_numpy(dtype=float)
    mean = (w * y).sum() / w.sum()
    z = w * (y - mean) / w.sum()
    sums = z.reshape(4, 3).sum(axis=1)
    variance = 0.0
    for h, f in enumerate((2 / 9, 2 / 5)):
        variance += (1 - f) * 2 * sums[2 * h : 2 * h + 2].var(ddof=1)
        for c in (2 * h, 2 * h + 1):
            inner = z[3 * c : 3 * c + 3]
            variance += f * (1 - f2[3 * c]) * 3 * inner.var(ddof=1)
    return mean, np.sqrt(variance), w


def test_two_stages_by_hand():
    survey = read(**TWO_STAGES)
    mean, error, weight = by_hand()
    row = survey.mean("score").to_frame().iloc[0]
    np.testing.assert_allclose(survey.frame.weight, weight, rtol=1e-12)
    np.testing.assert_allclose([row["estimate"], row["std_error"]], [mean, error], rtol=1e-9)
    assert row["df"] == 2


def test_the_study_file_says_the_same():
    called = read(**TWO_STAGES).mean("score").to_frame()
    written = read({"design": TWO_STAGES}).mean("score").to_frame()
    pd.testing.assert_frame_equal(called, written)
    one = read({"design": {"strata": "region", "psu": "district", "fpc": "districts"}}, weight="schools")
    listed = read(strata=["region"], psu=["district"], fpc=["districts"], weight="schools")
    pd.testing.assert_frame_equal(one.mean("score").to_frame(), listed.mean("score").to_frame())


def test_fractions_are_the_same_as_counts():
    fractions = SCHOOLS.assign(districts=np.repeat([2 / 9, 2 / 5], 6), schools=3 / SCHOOLS["schools"])
    left, right = (read(frame=x, **TWO_STAGES).mean("score").to_frame() for x in (SCHOOLS, fractions))
    np.testing.assert_allclose(left["std_error"], right["std_error"], rtol=1e-12)


def test_a_call_overrides_the_rule_of_the_study_file():
    study = {"design": {"lonely_psu": "adjust", "lonely_domain": True, "strata": "region"}}
    assert read(study).frame.lonely == "adjust"
    assert read(study).frame.lonely_domain
    assert read(study, lonely_psu="average").frame.lonely == "average"


def test_a_stratum_with_one_unit_is_named_and_the_rule_helps():
    frame = SCHOOLS.iloc[:9]
    with pytest.raises(sa.errors.LonelyPsuError, match="strata 's'") as caught:
        read(frame=frame, strata="region", psu="district").mean("score")
    assert "lonely_psu" in caught.value.hint
    row = read(frame=frame, strata="region", psu="district", lonely_psu="remove").mean("score")
    assert "rule 'remove'" in row.provenance.variance


@pytest.fixture
def joint():
    p = np.array([0.4, 0.5, 0.6, 0.5])
    pairs = np.outer(p, p) * 0.9
    np.fill_diagonal(pairs, p)
    return pairs


def test_joint_probabilities_from_a_matrix_and_from_a_file(tmp_path, joint):
    frame = SCHOOLS.iloc[[0, 3, 6, 9]]
    matrix = read(frame=frame, pps=joint).mean("score")
    option = read(frame=frame, pps={"joint": joint, "variance": "horvitz-thompson"}).mean("score")
    np.savetxt(tmp_path / "joint.csv", joint, delimiter=",", fmt="%.17g")
    frame.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "study.toml").write_text(
        'schema = 1\n[study]\ndata = "data.csv"\n[design]\nid = "score"\n'
        '[design.pps]\nmethod = "joint"\njoint = "joint.csv"\n[questions.score]\nkind = "numeric"\n',
        encoding="utf-8",
    )
    filed = sa.read(tmp_path / "study.toml").mean("score")
    D = 1 - np.outer(np.diag(joint), np.diag(joint)) / joint
    np.fill_diagonal(D, 1 - np.diag(joint))
    w, y = 1 / np.diag(joint), frame["score"].to_numpy(dtype=float)
    z = w * (y - (w * y).sum() / w.sum()) / w.sum()
    for estimate in (matrix, option, filed):
        np.testing.assert_allclose(estimate.to_frame()["std_error"], np.sqrt(z @ D @ z), rtol=1e-9)
    with pytest.raises(sa.errors.EstimationError, match="no R code"):
        matrix.to_r()


def test_what_the_design_says_of_itself():
    two = read(**TWO_STAGES).mean("score")
    assert two.provenance.design == "12 respondents in 4 sampling units in 2 strata, 2 stages"
    assert two.provenance.weighting.endswith("product of the sampling fractions of all stages")
    assert "each of 2 stages adds its variance with its finite population correction" in two.explain()
    p = SCHOOLS.assign(p=np.linspace(0.1, 0.6, 12))
    brewer = read(frame=p, fpc="p", pps="brewer").mean("score")
    assert "Brewer's approximation" in brewer.explain()
    rao = read(frame=p, fpc="p", pps={"method": "hartley-rao", "sum_p2": 0.3}).mean("score")
    assert "Hartley and Rao's approximation" in rao.explain()
    assert "design weights: one over the inclusion probability" in rao.explain()


def test_raking_starts_from_the_weights_of_the_design():
    survey = read(**TWO_STAGES)
    np.testing.assert_allclose(survey.design_weight(), by_hand()[2], rtol=1e-12)


REFUSED = {
    "more fpc than stages": ({"psu": "district", "fpc": ["districts", "schools"]}, "2 columns for 1 stage"),
    "more strata than stages": ({"psu": "district", "strata": ["region", "school"]}, "2 columns for 1 stage"),
    "a later stage without fpc": (
        {"strata": "region", "psu": ["district", "school"], "fpc": "districts"},
        "stage 2 has no fpc",
    ),
    "an unknown method": ({"fpc": "districts", "pps": "sampford"}, "'design.pps.method' has a value"),
    "an unknown rule": ({"lonely_psu": "fail"}, "'design.lonely_psu' has a value"),
    "lonely_domain without a rule": ({"lonely_domain": True}, "lonely_domain needs a rule"),
    "PPS without probabilities": ({"pps": "overton"}, "needs the inclusion probability"),
    "no such column": ({"psu": ["district", "scool"], "fpc": ["districts", "schools"]}, "no column 'scool'"),
    "joint without a matrix": ({"pps": {"method": "joint"}}, "names no joint inclusion probabilities"),
    "no such file": ({"pps": {"method": "joint", "joint": "x.csv"}}, "no file 'x.csv'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_an_error(case):
    design, text = REFUSED[case]
    with pytest.raises(sa.errors.SurveyAnalysisError, match=text):
        read(**design)
