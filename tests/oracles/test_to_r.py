"""`to_r()`: the script runs in a real R with `survey` and gives the same numbers."""

from __future__ import annotations

import io
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from oracles import harness

TOLERANCE = 1e-9

ASKED = {
    "share by source, loop, raking": lambda s: s.proportion("follow", top=2),
    "domain with negation": lambda s: s.proportion(
        "follow", top=2, by="age", where="S1_age >= 25 and not (sex == 'Man')"
    ),
    "scale mean": lambda s: s.mean("credible"),
    "construct": lambda s: s.perceptions(["credibility", "trustworthiness"]),
    "construct, percent of maximum": lambda s: s.perceptions("credibility", score="pomp"),
    "construct, complete sum": lambda s: s.perceptions("trustworthiness", score="sum", where="S1_age >= 35"),
    "construct, prorated sum": lambda s: s.perceptions("trustworthiness", score="prorated"),
    "construct, box": lambda s: s.perceptions("trustworthiness", score="box", top=2),
    "event share": lambda s: s.ratio("face_to_face", "recommendations", by="sample"),
    "rates by category": lambda s: s.mean(
        "conversations", by=["category", "sample"], where={"sample": ["network", "control"]}
    ),
    "total": lambda s: s.total("S1_age", where={"sample": "consumer"}),
    "multiple response": lambda s: s.proportion("channels", by="sample"),
}


def read(name, **design):
    """A reference table with a design."""
    table = pd.read_csv(harness.shared("oracles", "data", f"{name}.csv"))
    return sa.read(table, study={"questions": QUESTIONS[name]}, **design)


def lone(**design):
    """`lone` of the reference scripts: a stratum with one school; R's subset sees it leave a domain."""
    table = pd.read_csv(harness.shared("oracles", "data", "apistrat.csv"))
    rows = np.concatenate(
        [np.flatnonzero(table["stype"] == s)[:k] for s, k in (("E", 20), ("H", 1), ("M", 15))]
    )
    part = table.iloc[rows].assign(fpc=[4421] * 20 + [755] + [1018] * 15)
    part = part.assign(pw=[4421 / 20] * 20 + [755] + [1018 / 15] * 15)
    return sa.read(part, study={"questions": QUESTIONS["apistrat"]}, weight="pw", strata="stype", **design)


SCHOOLS = {
    "api00": {"kind": "numeric"},
    "enroll": {"kind": "numeric"},
    "stype": {"kind": "single", "levels": ["E", "H", "M"]},
    "sch.wide": {"kind": "single", "levels": ["No", "Yes"]},
}
QUESTIONS = {
    "apistrat": SCHOOLS,
    "apiclus2": SCHOOLS,
    "election_pps": {"Bush": {"kind": "numeric"}, "Kerry": {"kind": "numeric"}},
    "mu284": {"y1": {"kind": "numeric"}},
}
RULES = ("remove", "certainty", "adjust", "average")
API, BUSH = (lambda s: s.mean("api00", by="sch.wide")), (lambda s: s.total("Bush"))
DESIGNS = {
    "two stages with fpc": (
        lambda: read("apiclus2", psu=["dnum", "snum"], fpc=["fpc1", "fpc2"]), lambda s: s.mean("api00", by="stype")
    ),
    "fractions make the weights": (
        lambda: read("mu284", psu=["id1", "id2"], fpc=["n1", "n2"]), lambda s: s.total("y1")
    ),
    "strata with fpc": (lambda: read("apistrat", weight="pw", strata="stype", fpc="fpc"), API),
    "Brewer": (lambda: read("election_pps", fpc="p", pps="brewer"), BUSH),
    "Overton": (lambda: read("election_pps", fpc="p", pps="overton"), lambda s: s.mean("Kerry")),
    "Overton, Yates-Grundy": (
        lambda: read("election_pps", fpc="p", pps={"method": "overton", "variance": "yates-grundy"}), BUSH
    ),
    "Hartley-Rao": (lambda: read("election_pps", fpc="p", pps="hartley-rao"), BUSH),
    "Hartley-Rao, known sum": (
        lambda: read("election_pps", fpc="p", pps={"method": "hartley-rao", "sum_p2": 0.045}), BUSH
    ),
    **{f"lonely {r}": (lambda r=r: lone(lonely_psu=r), API) for r in RULES},
    **{f"lonely {r}, fpc": (lambda r=r: lone(lonely_psu=r, fpc="fpc"), lambda s: s.total("enroll")) for r in RULES},
    **{
        f"lonely {r} in the domain": (lambda r=r: lone(lonely_psu=r, lonely_domain=True), API)
        for r in ("adjust", "average")
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def r_survey():
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed: the scripts of to_r() are not run here.")
    found = subprocess.run(
        ["Rscript", "-e", "quit(status = !requireNamespace('survey', quietly = TRUE))"],
        capture_output=True,
        check=False,
    )
    if found.returncode:
        pytest.skip("R has no package 'survey': the scripts of to_r() are not run here.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, founding, r_survey):
    path = tmp_path_factory.mktemp("r")
    founding.to_csv(path / "respondents.csv")
    return path


@pytest.mark.oracle
@pytest.mark.parametrize("name", ASKED)
def test_r_gives_the_same_numbers(name, folder, founding):
    same_in_r(ASKED[name](founding), folder)


@pytest.mark.oracle
@pytest.mark.parametrize("name", DESIGNS)
def test_r_gives_the_same_numbers_for_every_design(name, tmp_path, r_survey):
    make, ask = DESIGNS[name]
    survey = make()
    survey.to_csv(tmp_path / "respondents.csv")
    same_in_r(ask(survey), tmp_path)


def same_in_r(estimate, folder):
    script = f"out <- {{\n{estimate.to_r()}\n}}\nwrite.csv(out, stdout())\n"
    done = subprocess.run(
        ["Rscript", "-"], input=script, capture_output=True, text=True, cwd=folder, check=True
    )
    r = pd.read_csv(io.StringIO(done.stdout))
    ours = estimate.to_frame()
    assert len(r) == len(ours)
    np.testing.assert_allclose(r["estimate"], ours["estimate"], rtol=TOLERANCE)
    np.testing.assert_allclose(r["se"], ours["std_error"], rtol=TOLERANCE)


def test_the_flat_table_has_no_identifiers(founding):
    columns = founding.to_frame().columns
    personal = {*founding.study.roles.personal, founding.study.design.id}
    assert not personal & set(columns)


def test_part_of_a_result_says_how_to_get_the_code(founding):
    part = founding.proportion("follow", top=2)["micro"]
    with pytest.raises(sa.errors.EstimationError, match="whole estimate"):
        part.to_r()
