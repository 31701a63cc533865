"""Printed figures that are on record: the table of the founding study, and `[[published]]` of a study file."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from survey_analysis.errors import DataError, EstimationError, closest
from survey_analysis.printed.given import half_unit
from survey_analysis.results.published import PrintedFigure
from survey_analysis.study.study import Study

TABLES = {"micro_influencer": "founding.toml"}


def shipped(name: str, rounding: float) -> tuple[PrintedFigure, ...]:
    """Figures of a table that ships with the package, cited.

    Examples
    --------
    >>> [(f.item, f.value) for f in shipped("micro_influencer", 0.005)][:2]
    [('follow', 0.82), ('follow', 0.73)]
    """
    if name not in TABLES:
        raise DataError(f"There is no table of published figures '{name}'.", hint=closest(name, TABLES))
    text = files("survey_analysis.printed").joinpath(TABLES[name]).read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return tuple(f for entry in table["items"] for f in _of_entry(entry, table, rounding))


def _of_entry(entry: dict[str, Any], table: dict[str, Any], rounding: float) -> list[PrintedFigure]:
    return [
        PrintedFigure(
            item=entry["item"],
            subject=subject,
            value=value,
            rounding=half_unit(value) if entry["unit"] == "times" else rounding,
            unit=entry["unit"],
            text=entry["text"],
            cite=table["cite"],
            note=entry.get("note", table["note"]),
            up_to=entry.get("up_to", False),
            same_people=entry.get("same_people", "unknown"),
        )
        for subject, value in entry["figures"].items()
    ]


def cited(study: Study, rounding: float) -> tuple[PrintedFigure, ...]:
    """Figures of the `[[published]]` entries of a study file.

    Raises
    ------
    EstimationError
        There are none, or one counts something that has no rule here.
    """
    if not study.published:
        raise EstimationError(
            "The study file cites no published figures.",
            hint="add [[published]] with question, value and cite.",
        )
    out = []
    for i, entry in enumerate(study.published):
        if entry.unit not in ("persons", "recommendations", "times"):
            raise EstimationError(
                f"Published figures in '{entry.unit}' cannot be compared.",
                where=f"[study.toml: published[{i}].unit]",
                hint=closest(entry.unit, ("persons", "recommendations", "times")),
            )
        times = entry.unit == "times"
        out.append(
            PrintedFigure(
                item=_item(study, entry.question, entry.top),
                subject=_subject(study, entry.where),
                value=entry.value,
                rounding=half_unit(entry.value) if times else rounding,
                unit=entry.unit,  # type: ignore[arg-type]
                text=entry.text,
                cite=entry.cite,
                note=entry.comparable,
            )
        )
    return tuple(out)


def _item(study: Study, question: str, top: int | None) -> str:
    book = study.codebook
    named = book.questions.get(question) or book.constructs.get(question)
    short = (named.short or question) if named is not None else question
    return short + (f", top {top}" if top else "")


def _subject(study: Study, where: dict[str, str]) -> str:
    labels = [
        study.codebook.subjects[name].labels.get(key, key)
        if name in study.codebook.subjects
        else f"{name} {key}"
        for name, key in where.items()
    ]
    return ", ".join(labels) or "all"
