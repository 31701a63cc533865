"""Two runs that differ in one input: the numbers that moved, and the input that is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cli.process import run

import survey_analysis as sa

STUDY = """
schema = 1
[study]
name = "Trust"
data = "answers.csv"
[sample]
kind = "opt-in"
population = "adults"
[design]
id = "rid"
weight = "w"
[scales.likely]
levels = [[1, "Not at all"], [2, "Not very"], [3, "Somewhat"], [4, "Very"], [5, "Extremely"]]
[questions.buy]
kind = "likert"
scale = "likely"
[questions.sex]
kind = "single"
levels = [["w", "Women"], ["m", "Men"]]
[questions.seconds]
kind = "numeric"
[roles]
duration = "seconds"
[clean]
rules = [{ rule = "speeders", below_median = BELOW }]
exclude = "any"
[report]
title = "Trust"
[[report.sections]]
topline = {}
[[report.findings]]
question = "buy"
top = 2
"""


def answers() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    n = 120
    return pd.DataFrame(
        {
            "rid": range(n),
            "w": np.round(rng.uniform(0.5, 2, n), 3),
            "buy": rng.integers(1, 6, n),
            "sex": rng.choice(["w", "m"], n),
            "seconds": np.round(rng.lognormal(5, 0.5, n)),
        }
    )


def written(folder: Path, data: pd.DataFrame, below: float = 0.2, study: str = STUDY) -> Path:
    folder.mkdir()
    data.to_csv(folder / "answers.csv", index=False)
    (folder / "study.toml").write_text(study.replace("BELOW", str(below)))
    sa.read(folder / "study.toml").clean().report().save(folder / "out", name="run", formats=())
    return folder / "out"


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return written(tmp_path / "a", answers())


def causes(diff: sa.RunDiff) -> set[str]:
    return {re.split(r"[:(]", why)[0].strip() for why in diff.moved["why"]}


def test_the_same_inputs_move_nothing(before: Path, tmp_path: Path) -> None:
    found = sa.diff(before, written(tmp_path / "b", answers()))
    assert found.same
    assert found.compared > 0
    assert not len(found.inputs)
    assert "No number moved" in repr(found)


def test_another_answer_is_told_from_another_base(before: Path, tmp_path: Path) -> None:
    data = answers()
    data.loc[data["buy"] < 4, "buy"] = 5
    found = sa.diff(before, written(tmp_path / "b", data))
    assert causes(found) == {"answers"}
    assert found.inputs[["part", "what"]].to_numpy().tolist() == [["data", "sha256"]]
    share = found.moved[found.moved["unit"] == "share"].iloc[0]
    kept = answers()[answers()["seconds"] >= 0.2 * answers()["seconds"].median()]  # the rule of the study
    by_hand = np.average(kept["buy"] >= 4, weights=kept["w"])
    assert share["before"] == pytest.approx(by_hand, abs=1e-12)
    assert share["after"] == pytest.approx(1.0)


def test_another_weight_is_told_from_another_answer(before: Path, tmp_path: Path) -> None:
    data = answers()
    data["w"] = data["w"] ** 2
    found = sa.diff(before, written(tmp_path / "b", data))
    assert causes(found) == {"weights"}


def test_a_stricter_rule_is_named_as_the_base(before: Path, tmp_path: Path) -> None:
    found = sa.diff(before, written(tmp_path / "b", answers(), below=0.8))
    assert causes(found) == {"base"}
    assert all("cleaning" in why for why in found.moved["why"])
    assert {"cleaning", "parts"} <= set(found.inputs["part"])


def test_a_scale_read_the_other_way_is_a_definition(before: Path, tmp_path: Path) -> None:
    turned = STUDY.replace('scale = "likely"', 'scale = "likely"').replace(
        "[questions.buy]", "[questions.buy]\nreverse = true", 1
    )
    found = sa.diff(before, written(tmp_path / "b", answers(), study=turned))
    assert causes(found) <= {"definition"}
    assert found.inputs["what"].tolist() == ["buy"]


def test_numbers_of_one_run_only_are_listed(before: Path, tmp_path: Path) -> None:
    more = STUDY + '[[report.findings]]\nquestion = "buy"\nbottom = 2\n'
    found = sa.diff(before, written(tmp_path / "b", answers(), study=more))
    assert found.added
    assert not found.removed
    assert not found.same


def test_what_cannot_be_compared_is_refused(before: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(sa.errors.DataError, match="is no run"):
        sa.diff(before, empty)
    other = tmp_path / "other"
    other.mkdir()
    (other / "run.json").write_text(json.dumps({"schema": 99}))
    with pytest.raises(sa.errors.DataError, match="schema 99"):
        sa.diff(before, other)
    (other / "run.json").write_text("{")
    with pytest.raises(sa.errors.DataError, match="cannot be read"):
        sa.diff(before, other)


def test_a_manifest_holds_nobody(before: Path) -> None:
    text = (before / "run" / "run.json").read_text()
    assert str(before) not in text
    assert "2026" not in text
    weights = json.loads(text)["weights"]
    assert set(weights) == {"how", "sum", "squares", "smallest", "largest"}


def test_the_command_exits_with_one_when_something_moved(before: Path, tmp_path: Path) -> None:
    assert run("diff", str(before), str(before), cwd=tmp_path).returncode == 0
    data = answers()
    data.loc[:40, "buy"] = 5
    done = run("diff", str(before), str(written(tmp_path / "b", data)), cwd=tmp_path)
    assert done.returncode == 1
    assert "What moved" in done.stdout
    assert "Answers" in done.stdout
    assert run("diff", str(before), "nowhere", cwd=tmp_path).returncode == 2
