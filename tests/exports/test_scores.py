"""Construct scores in exported files, against means made here from the items in the same file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import survey_analysis as sa
from survey_analysis.errors import ColumnNotFoundError

STUDY = {
    "scales": {"five": {"levels": [[i, f"level {i}"] for i in range(1, 6)], "missing": [[9, "dont_know"]]}},
    "subjects": {"brand": {"a": {"label": "Acme", "code": "a"}, "b": {"label": "Bolt", "code": "b"}}},
    "questions": {
        "fair": {"scale": "five"},
        "clear": {"scale": "five"},
        "sly": {"scale": "five", "reverse": True},
        "mail": {"kind": "open"},
    },
    "batteries": {
        q: {"over": "brand", "scale": "five", "columns": {"a": f"{q}_a", "b": f"{q}_b"}}
        for q in ("good", "known")
    },
    "constructs": {
        "trust": {"items": ["fair", "clear", "sly"], "short": "Trust", "minimum_answered": 2},
        "fame": {"items": ["good", "known"]},
    },
}
ITEMS = ["fair", "clear", "sly", "good_a", "good_b", "known_a", "known_b"]


@pytest.fixture(scope="module")
def survey() -> sa.Survey:
    rng = np.random.default_rng(3)
    cells = {c: rng.choice([1, 2, 3, 4, 5, 9], 200) for c in ITEMS}
    return sa.read(pd.DataFrame(cells | {"mail": ["x"] * 200}), study=STUDY)


def expected(frame: pd.DataFrame, items: list[str], least: int, turned: tuple[str, ...] = ()) -> pd.Series:
    """Mean of the items answered, with pandas alone."""
    held = frame[items].astype(float)
    held = held.where((held >= 1) & (held <= 5))
    for name in turned:
        held[name] = 6 - held[name]
    return held.mean(axis=1).where(held.notna().sum(axis=1) >= least)


def test_spss_holds_the_scores_with_labels(survey, tmp_path) -> None:
    record = survey.export(tmp_path / "w.sav")
    frame, meta = pyreadstat.read_sav(tmp_path / "w.sav", user_missing=True)
    trust = expected(frame, ["fair", "clear", "sly"], 2, ("sly",))
    np.testing.assert_allclose(frame["trust_score"], trust, atol=1e-9)
    assert trust.isna().any()
    least = survey.codebook.constructs["fame"].minimum_answered
    for brand, label in (("a", "Acme"), ("b", "Bolt")):
        fame = expected(frame, [f"good.{brand}", f"known.{brand}"], least)
        np.testing.assert_allclose(frame[f"fame_score.{brand}"], fame, atol=1e-9)
        assert label in meta.column_names_to_labels[f"fame_score.{brand}"]
    assert (
        meta.column_names_to_labels["trust_score"] == "Trust (derived: mean of 3 items, 2 or more answered)"
    )
    assert meta.variable_measure["trust_score"] == "scale"
    assert any("labelled as derived: trust, fame" in note for note in record.notes)
    assert frame["trust_score"].mean() == pytest.approx(survey.perceptions("trust").value)


@pytest.mark.parametrize("name", ["w.csv", "w.parquet", "w.sss"])
def test_every_format_holds_them_and_reads_back(survey, tmp_path, name) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    survey.export(tmp_path / name)
    study = {"w.csv": "w.toml", "w.parquet": "w.parquet.toml", "w.sss": "w.sss"}[name]
    again = sa.read(tmp_path / study)
    scores = pd.to_numeric(again.table.raw.column("trust_score"))
    assert scores.mean() == pytest.approx(survey.perceptions("trust").value)
    if not name.endswith("sss"):
        assert again.perceptions("trust").value == pytest.approx(survey.perceptions("trust").value)


def test_only_what_is_asked_for(survey, tmp_path) -> None:
    survey.export(tmp_path / "few.csv", questions=["fair"])
    assert list(pd.read_csv(tmp_path / "few.csv")) == ["fair"]
    survey.export(tmp_path / "with.csv", questions=["fair", "clear", "sly", "trust"])
    assert list(pd.read_csv(tmp_path / "with.csv")) == ["fair", "clear", "sly", "trust_score"]
    record = survey.export(tmp_path / "lacking.csv", questions=["fair", "trust"])
    assert any(note.startswith("Without a column of scores") for note in record.notes)
    with pytest.raises(ColumnNotFoundError):
        survey.export(tmp_path / "no.csv", questions=["trsut"])


def test_an_archive_holds_them(survey, tmp_path) -> None:
    survey.archive(tmp_path / "osf.zip")
    again = sa.read(tmp_path / "osf.zip")
    assert "trust_score" in again.table.raw.columns
    assert again.perceptions("trust").value == pytest.approx(survey.perceptions("trust").value)


def test_a_name_that_is_taken_gets_a_number(tmp_path) -> None:
    frame = pd.DataFrame({"fair": [1, 2, 3], "clear": [2, 3, 4], "trust_score": [7, 8, 9]})
    levels = {"levels": [1, 2, 3, 4, 5]}
    study = {
        "questions": {"fair": levels, "clear": levels, "trust_score": {"kind": "numeric"}},
        "constructs": {"trust": {"items": ["fair", "clear"]}},
    }
    sa.read(frame, study=study).export(tmp_path / "w.csv")
    written = pd.read_csv(tmp_path / "w.csv")
    assert written["trust_score"].tolist() == [7, 8, 9]
    assert written["trust_score_2"].tolist() == [1.5, 2.5, 3.5]
