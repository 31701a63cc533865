"""`to_r()`: the script runs in a real R with `survey` and gives the same numbers."""

from __future__ import annotations

import io
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa

TOLERANCE = 1e-9

ASKED = {
    "share by source, loop, raking": lambda s: s.proportion("follow", top=2),
    "domain with negation": lambda s: s.proportion(
        "follow", top=2, by="age", where="S1_age >= 25 and not (sex == 'Man')"
    ),
    "scale mean": lambda s: s.mean("credible"),
    "construct": lambda s: s.perceptions(["credibility", "trustworthiness"]),
    "event share": lambda s: s.ratio("face_to_face", "recommendations", by="sample"),
    "rates by category": lambda s: s.mean(
        "conversations", by=["category", "sample"], where={"sample": ["network", "control"]}
    ),
    "total": lambda s: s.total("S1_age", where={"sample": "consumer"}),
    "multiple response": lambda s: s.proportion("channels", by="sample"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, founding):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed: the scripts of to_r() are not run here.")
    found = subprocess.run(
        ["Rscript", "-e", "quit(status = !requireNamespace('survey', quietly = TRUE))"],
        capture_output=True,
        check=False,
    )
    if found.returncode:
        pytest.skip("R has no package 'survey': the scripts of to_r() are not run here.")
    path = tmp_path_factory.mktemp("r")
    founding.to_csv(path / "respondents.csv")
    return path


@pytest.mark.oracle
@pytest.mark.parametrize("name", ASKED)
def test_r_gives_the_same_numbers(name, folder, founding):
    estimate = ASKED[name](founding)
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
