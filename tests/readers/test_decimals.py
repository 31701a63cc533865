"""Decimal commas and marks between thousands: seen by `inspect`, read where declared, and nothing else touched."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.cli import main
from survey_analysis.errors import DataError, StudyError, WeightError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.decimals import found_decimal, with_decimal
from survey_analysis.readers.read import read_table

N = 60
WEIGHTS = [round(0.35 + i * 0.031, 4) for i in range(N)]
INCOME = [900 + 87.5 * i for i in range(N)]


def german(value: float, places: int) -> str:
    whole, _, part = f"{value:,.{places}f}".partition(".")
    return whole.replace(",", ".") + ("," + part if part else "")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """As LimeSurvey and Unipark write it: semicolons, cp1252, decimal commas."""
    lines = ["lfdn;Gewicht;Vermögen;Marken;q1"]
    for i in range(N):
        income = "k. A." if i % 9 == 0 else german(INCOME[i], 2)
        lines.append(
            f"{700 + i};{german(WEIGHTS[i], 4)};{income};{('1,5', '2,3', '1,2', '3')[i % 4]};{1 + i % 5}"
        )
    path = tmp_path / "export.csv"
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    return path


def column(*cells: str) -> RawTable:
    return RawTable(pd.DataFrame({"x": list(cells)}, dtype=object))


def test_inspect_reads_them_so_and_says_it(export) -> None:
    found = sa.inspect(export)
    kinds = {c.column: (c.kind, c.confidence) for c in found.columns}
    assert kinds["Gewicht"][0] == "weight"
    assert kinds["Vermögen"] == ("numeric", "low")
    assert "'k. A.'" in next(c.evidence for c in found.columns if c.column == "Vermögen")
    assert kinds["Marken"][0] != "numeric"
    assert any("a decimal comma: 113 cells of 'Gewicht', 'Vermögen'" in note for note in found.notes)
    assert 'decimal = ","' in found.draft().study


def test_the_draft_gives_the_numbers(export, capsys) -> None:
    folder = export.parent / "study"
    assert main(["inspect", str(export), "--write", str(folder)]) == 0
    assert main(["validate", str(folder / "study.toml")]) == 0
    survey = sa.read(folder / "study.toml")
    told = [INCOME[i] for i in range(N) if i % 9]
    weights = [WEIGHTS[i] for i in range(N) if i % 9]
    mean = sum(w * x for w, x in zip(weights, told, strict=True)) / sum(weights)
    (wealth,) = (q.name for q in survey.study.codebook if "Vermögen" in q.all_columns)
    assert survey.mean(wealth).value == pytest.approx(mean, rel=1e-12)
    assert survey.table.raw.column("Marken").tolist()[:3] == ["1,5", "2,3", "1,2"]  # joined codes stay


def test_declared_in_the_call_and_in_an_archive(export, tmp_path) -> None:
    survey = sa.read(export, weight="Gewicht", id="lfdn", decimal=",")
    assert survey.frame.weight.sum() == pytest.approx(sum(WEIGHTS))
    survey.archive(tmp_path / "osf.zip")
    assert sa.read(tmp_path / "osf.zip").mean("q1").value == pytest.approx(survey.mean("q1").value)


def test_thousands(tmp_path) -> None:
    path = tmp_path / "spend.csv"
    path.write_text("id,spend\n" + "".join(f'{i},"{950 + 37 * i:,}"\n' for i in range(40)))
    assert found_decimal(read_table(path)).mark == "."
    survey = sa.read(path, decimal=".")
    assert survey.mean("spend").value == pytest.approx(sum(950 + 37 * i for i in range(40)) / 40)


@pytest.mark.parametrize(
    "cells",
    [
        ["1,5", "2,3", "1,2", "4,9", "3,7"] * 4,  # joined codes
        ["101,205", "102,310", "201,305"] * 4,
        ["5", "3", "1"] * 8,
        ["1.5", "0.25"] * 8,
        ["Paris, 12", "Rome, 3"] * 8,
        ["2026,03", "x"] * 8,
        ["3,0", "4,5"],  # too few to say
    ],
)
def test_nothing_is_seen_in_other_columns(cells) -> None:
    assert found_decimal(column(*cells)) is None


def test_two_writings_in_one_file_are_not_guessed_at() -> None:
    raw = RawTable(pd.DataFrame({"a": ["0,5", "1,25"] * 9, "b": ["1,250.5", "10,000.0"] * 9}, dtype=object))
    assert found_decimal(raw) is None


def test_declared_and_nowhere_there_is_a_note() -> None:
    assert with_decimal(column("1", "2"), ",").notes == ("A decimal comma is declared; no column shows it.",)


def test_a_weight_with_a_comma_says_what_to_do(export) -> None:
    with pytest.raises(WeightError, match='decimal = "," in'):
        sa.read(export, weight="Gewicht")


def test_wrong_marks_are_refused(export) -> None:
    with pytest.raises(DataError, match=r"decimal = ';' is no decimal mark"):
        sa.read(export, decimal=";")
    with pytest.raises(StudyError, match="decimal"):
        sa.read(export, study={"study": {"decimal": ";"}})
    with pytest.raises(DataError, match="decimal= has no meaning"):
        sa.read(pd.DataFrame({"a": ["1"]}), decimal=",")
