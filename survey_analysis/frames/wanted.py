"""Columns that a study file speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from survey_analysis.frames.raw import RawTable
from survey_analysis.study.study import Study


def missing_columns(study: Study, raw: RawTable) -> dict[str, str]:
    """Columns the study file speaks of and the data lack, each with its key path."""
    return {c: path for c, path in wanted_columns(study).items() if c not in raw.columns}


def wanted_columns(study: Study) -> dict[str, str]:
    """Every column the study file speaks of, each with the key path that names it first."""
    wanted: dict[str, str] = {}
    for column, path in _named(study):
        wanted.setdefault(column, path)
    return wanted


def _named(study: Study) -> Iterator[tuple[str, str]]:
    for question in study.codebook:
        if question.name not in study.derived:
            yield from ((column, f"questions.{question.name}") for column in question.all_columns)
    design = study.design
    for role, columns in (("id", (design.id,)), ("weight", (design.weight,)), ("strata", design.strata),
                          ("psu", design.psu), ("fpc", design.fpc)):  # fmt: skip
        yield from ((column, f"design.{role}") for column in columns if column)
    if design.replicates is not None:
        named = design.replicates.columns
        for column in (named,) if isinstance(named, str) else named:
            if not {"*", "?"} & set(column):
                yield column, "design.replicates.columns"
    yield from ((loop.probability, f"design.loops.{name}.probability") for name, loop in design.loops.items())
    yield from ((order.column, f"design.order.{name}.column") for name, order in design.order.items())
    if study.samples is not None:
        yield study.samples.column, "samples.column"
    for role in ("personal", "hashed", "not_personal"):
        yield from ((column, f"roles.{role}") for column in getattr(study.roles, role))
