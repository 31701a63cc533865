"""Replicate weights through the survey: read from columns or a study file, made by the verb."""

from __future__ import annotations

import io
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from oracles.harness import entries, shared

import survey_analysis as sa
from survey_analysis.errors import DataError, DesignError, StudyError, WeightError
from survey_analysis.frames.replicates import replicate_columns


def schools(name: str) -> pd.DataFrame:
    return pd.read_csv(shared("oracles", "data", f"{name}.csv"), keep_default_na=False, na_values=["NA", ""])


def meta(name: str) -> dict:
    return entries("03_replicates")["rep.meta"]["values"][name]


def given(name: str, data: str, **design) -> sa.Survey:
    """The survey of `rep_NAME.csv` beside its table, read as R's `other` is."""
    table = pd.concat([schools(data), schools(f"rep_{name}")], axis=1)
    says = meta(name)
    told = {"columns": "rw*", "method": "other", "scale": says["scale"], "rscales": says["rscales"]}
    return sa.read(table, weight="w", replicates=told | {"mse": says["mse"]} | design)


@pytest.mark.parametrize(
    ("name", "data"), [("r_jk1", "apiclus1"), ("r_jknwr", "apistrat"), ("r_boot", "apiclus1")]
)
def test_estimates_equal_r(name, data):
    survey = given(name, data)
    values = entries("03_replicates")[f"rep.{name}.mean"]["values"]
    for question in ("api00", "meals"):
        seen = survey.mean(question)
        assert seen.value == pytest.approx(values["estimate"][question], rel=1e-9)
        assert seen.std_error == pytest.approx(values["se"][question], rel=1e-9)
        row = values["ci_t"]["rows"].index(question)
        assert seen.interval == pytest.approx(values["ci_t"]["data"][row], rel=1e-9)
    values = entries("03_replicates")[f"rep.{name}.total"]["values"]
    assert survey.total("growth").std_error == pytest.approx(values["se"]["growth"], rel=1e-9)
    values = entries("03_replicates")[f"rep.{name}.ratio"]["values"]
    assert survey.ratio("api00", "api.stu").std_error == pytest.approx(values["se"], rel=1e-9)
    values = entries("03_replicates")[f"rep.{name}.by"]["values"]["se"]
    groups = survey.mean("api00", by="stype").to_frame().set_index("stype")["std_error"]
    assert {f"{g}:api00": se for g, se in groups.items()} == pytest.approx(
        {k: v for k, v in values.items() if k.endswith("api00")}, rel=1e-9
    )


def test_the_text_says_it():
    survey = given("r_jk1", "apiclus1")
    text = survey.mean("api00").explain()
    assert "15 replicate weights (other) that came with the file" in text
    assert "rank of the replicate weights" in text
    assert "Taylor" not in text
    made = sa.read(schools("apiclus1"), weight="pw", psu="dnum", fpc="fpc").replicates()
    assert "15 replicate weights (JK1) made from strata and sampling units" in made.mean("api00").explain()


def test_comparisons_and_tests_run_on_replicates():
    seen = given("r_jk1", "apiclus1").mean("api00", by="stype")
    rows = seen.compare().to_frame()
    assert np.isfinite(rows[["std_error", "df", "p_value"]].to_numpy(dtype=float)).all()
    each = seen.vcov
    assert rows["std_error"].iloc[0] == pytest.approx(
        np.sqrt(each[0, 0] + each[1, 1] - 2 * each[0, 1]), rel=1e-12
    )
    ratios = seen.compare(as_="ratio").to_frame()
    assert np.isfinite(ratios["std_error"].to_numpy(dtype=float)).all()


def test_a_study_file_names_them(tmp_path):
    table = pd.concat([schools("apiclus1"), schools("rep_r_jk1")], axis=1)
    table.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "study.toml").write_text(
        'schema = 1\n[study]\nname = "schools"\ndata = "data.csv"\n[design]\nweight = "w"\n'
        f'[design.replicates]\ncolumns = "rw*"\nmethod = "JK1"\nscale = {meta("r_jk1")["scale"]!r}\n',
        encoding="utf-8",
    )
    survey = sa.read(tmp_path / "study.toml")
    values = entries("03_replicates")["rep.r_jk1.mean"]["values"]
    assert survey.mean("api00").std_error == pytest.approx(values["se"]["api00"], rel=1e-9)
    assert survey.frame.replicates.method == "JK1"


def test_made_jackknife_equals_r_and_follows_weighting():
    survey = sa.read(schools("apiclus1"), weight="pw", psu="dnum", fpc="fpc")
    values = entries("03_replicates")["rep.r_jk1.mean"]["values"]
    assert survey.replicates().mean("api00").std_error == pytest.approx(values["se"]["api00"], rel=1e-9)
    counts = {("E",): 4421, ("H",): 755, ("M",): 1018}
    after = survey.replicates().poststratify(["stype"], counts)
    before = survey.poststratify(["stype"], counts).replicates()
    values = entries("04_calibration")["calib.post.rclus1"]["values"]["mean"]["se"]["api00"]
    assert after.mean("api00").std_error == pytest.approx(values, rel=1e-9)
    assert before.mean("api00").std_error == pytest.approx(values, rel=1e-9)


def test_given_replicates_repeat_later_weighting():
    survey = given("r_jk1", "apiclus1").poststratify(["stype"], {("E",): 4421, ("H",): 755, ("M",): 1018})
    values = entries("04_calibration")["calib.post.rclus1"]["values"]["mean"]["se"]["api00"]
    assert survey.mean("api00").std_error == pytest.approx(values, rel=1e-7)  # weights rounded in the file
    assert survey.total("api00").std_error > 0
    assert survey.proportion("stype").to_frame()["std_error"].max() < 1e-9


def test_columns_are_in_natural_order_and_never_the_weight():
    assert replicate_columns(["rw", "rw10", "rw9", "x"], "rw*", "rw") == ("rw9", "rw10")
    assert replicate_columns(["a2", "a1"], ("a2", "a1")) == ("a2", "a1")


def small(**columns) -> pd.DataFrame:
    base = {
        "y": [1, 2, 3],
        "w": [1.0, 1, 1],
        "rw1": [0.0, 1.5, 1.5],
        "rw2": [1.5, 0, 1.5],
        "rw3": [1.5, 1.5, 0],
    }
    return pd.DataFrame(base | columns)


@pytest.mark.parametrize(
    ("columns", "design", "error", "says"),
    [
        ({"rw2": [1.5, -1, 1.5]}, {}, WeightError, "1 replicate weight is negative, in 1 of 3 columns"),
        ({"rw2": ["1.5", "", "x"]}, {}, WeightError, "2 replicate weights are missing or no number"),
        ({"rw3": [0.0, 0, 0]}, {}, WeightError, "All weights are zero in 1 of 3"),
        ({}, {"columns": "zz*"}, DesignError, "No column of replicate weights is 'zz"),
        ({}, {"columns": ["rw1", "rw1"]}, DesignError, "named twice"),
        ({}, {"columns": ["rw1", "rw7"]}, DataError, "rw7"),
        ({}, {"method": "JKn"}, DesignError, "need rscales"),
        ({}, {"method": "JK7"}, StudyError, "design.replicates.method"),
        ({}, {"metod": "JK1"}, StudyError, "not a key of"),
        ({}, {"rho": 0.5}, DesignError, "do not use rho"),
        ({}, {"rscales": [1.0, 1.0]}, DesignError, "3 replicates and rscales for 2"),
    ],
)
def test_errors_say_what_is_wrong(columns, design, error, says):
    with pytest.raises(error, match=says):
        sa.read(small(**columns), weight="w", replicates={"columns": "rw*", "method": "JK1"} | design)


def test_combined_weights_need_the_full_sample_weight():
    with pytest.raises(DesignError, match="full-sample weight"):
        sa.read(small(), replicates={"columns": "rw*", "method": "JK1"})
    survey = sa.read(small(), replicates={"columns": "rw*", "method": "JK1", "combined": False})
    assert survey.mean("y").std_error == pytest.approx(1 / np.sqrt(3))


def test_replicates_are_made_once():
    with pytest.raises(DesignError, match="already"):
        sa.read(small()).replicates().replicates()
    with pytest.raises(DesignError, match="already"):
        given("r_jk1", "apiclus1").replicates()


def test_bootstrap_is_reproducible():
    survey = sa.read(schools("apistrat"), weight="pw", strata="stype", fpc="fpc")
    one = survey.replicates(method="bootstrap", n=50, seed=9).mean("api00").std_error
    assert survey.replicates(method="bootstrap", n=50, seed=9).mean("api00").std_error == one
    assert survey.replicates(method="bootstrap", n=50, seed=8).mean("api00").std_error != one
    assert one == pytest.approx(survey.mean("api00").std_error, rel=0.5)


@pytest.mark.oracle
@pytest.mark.parametrize("kind", ["given", "jackknife after weighting", "bootstrap"])
def test_the_r_code_gives_the_same_numbers(kind, tmp_path):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed: the scripts of to_r() are not run here.")
    counts = {("E",): 4421, ("H",): 755, ("M",): 1018}
    survey = sa.read(schools("apiclus1"), weight="pw", psu="dnum", fpc="fpc")
    if kind == "given":
        survey = given("r_jk1", "apiclus1")
    elif kind == "bootstrap":
        survey = survey.replicates(method="bootstrap", n=40, seed=2, mse=True)
    else:
        survey = survey.poststratify(["stype"], counts).replicates()
    survey.to_csv(tmp_path / "respondents.csv")
    seen = survey.mean("api00", by="awards")
    script = f"out <- {{\n{seen.to_r()}\n}}\nwrite.csv(out, stdout())\n"
    done = subprocess.run(
        ["Rscript", "-"], input=script, capture_output=True, text=True, cwd=tmp_path, check=True
    )
    r = pd.read_csv(io.StringIO(done.stdout))
    np.testing.assert_allclose(r["estimate"], seen.to_frame()["estimate"], rtol=1e-9)
    np.testing.assert_allclose(r["se"], seen.to_frame()["std_error"], rtol=1e-9)


def test_replicate_columns_are_no_questions():
    survey = given("r_jk1", "apiclus1")
    assert "15 (other) from the file" in repr(survey)
    assert not len(survey.find("rw"))
    columns = survey.to_frame().columns
    assert not [c for c in columns if c.startswith("rw")]
    assert [c for c in columns if c.startswith("rep_")] == [f"rep_{r}" for r in range(1, 16)]
