"""The founding study as a second delivery, in which one thing has changed; as CSV and as .sav."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pyreadstat

import survey_analysis as sa
from survey_analysis.study.build import build
from survey_analysis.study.load import load_file

ROWS = 400
_TURNED = ((re.compile(r"\{source\}_Q"), "q{source}_Q"), (re.compile(r"(?<!\w)([1-4?])_Q"), r"q\1_Q"))


def csv_study(folder: Path) -> pd.DataFrame:
    """The study in a folder with the first rows of its data; the data as text, import rows first."""
    source = sa.datasets.folder()
    for name in ("study.toml", "codebook.csv", "targets.csv", "targets_list.csv"):
        (folder / name).write_bytes((source / name).read_bytes())
    frame = pd.read_csv(source / "responses.csv", dtype=str, keep_default_na=False)
    frame = frame.iloc[: ROWS + 2]
    write_csv(folder / "responses.csv", frame)
    return frame


def write_csv(path: Path, frame: pd.DataFrame) -> Path:
    frame.to_csv(path, index=False)
    return path


def sav_study(folder: Path) -> tuple[pd.DataFrame, dict[str, dict[float, str]]]:
    """The same study over a .sav: names that SPSS allows, numbers as numbers, labels of the codebook."""
    frame = csv_study(folder).iloc[2:].reset_index(drop=True)
    frame.columns = [_name(c) for c in frame.columns]
    for name in ("study.toml", "codebook.csv"):
        text = (folder / name).read_text(encoding="utf-8")
        for pattern, into in _TURNED:
            text = pattern.sub(into, text)
        text = text.replace("Duration (in seconds)", "duration").replace("responses.csv", "day1.sav")
        (folder / name).write_text(text, encoding="utf-8")
    study = build(load_file(folder / "study.toml")[0], columns=frame.columns)
    labels: dict[str, dict[float, str]] = {}
    for question in study.codebook:
        if question.scale is None or question.name in study.derived:
            continue
        if not all(x.code.lstrip("-").isdigit() for x in question.scale.answers):
            continue
        told = [*question.scale.answers, *(m for m in question.scale.missing if m.label)]
        for column in question.columns.values():
            labels[column] = {float(x.code): x.label for x in told}
            frame[column] = pd.to_numeric(frame[column].replace("5 ", "5"), errors="coerce")
    write_sav(folder / "day1.sav", frame, labels)
    return frame, labels


def write_sav(path: Path, frame: pd.DataFrame, labels: dict[str, dict[float, str]], **facts: object) -> Path:
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels, **facts)
    return path


def _name(column: str) -> str:
    column = {"Duration (in seconds)": "duration"}.get(column, column)
    return f"q{column}" if column[0].isdigit() else column
