"""Cells: who an estimate is about. Every crossing of `by` levels within the `where` domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from survey_analysis.errors import EmptyDomainError, EstimationError, ExpressionError, names_of
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Multiple
from survey_analysis.plurals import counted
from survey_analysis.results.estimate import Dim
from survey_analysis.study.codebook import Question
from survey_analysis.study.expressions import Expression, from_mapping, names, parse
from survey_analysis.typing import BoolArray, By, Where


@dataclass(frozen=True, eq=False)
class Cell:
    """One combination of levels: their keys, the rows in it, the subject rated in it ("" for none)."""

    keys: tuple[str, ...]
    mask: BoolArray
    subject: str


@dataclass(frozen=True, eq=False)
class Cells:
    """All cells of an estimate, with the dimensions they cross."""

    dims: tuple[Dim, ...]
    cells: tuple[Cell, ...]
    over: str  # the subject set crossed, "" for none


def cells(survey: SurveyData, question: Question | None, by: By, where: Where) -> Cells:
    """Cells of a question by the levels of `by` within `where`.

    A battery is always broken down by the subjects it runs over, first unless `by` places them; a filter
    on the subject keeps those it names.

    Raises
    ------
    EmptyDomainError
        Nobody is in the domain.
    EstimationError
        A cell would pool samples of different populations.
    """
    wanted = [] if by is None else names_of(by, "by=")
    twice = [b for b in wanted if wanted.count(b) > 1]
    if twice:
        raise EstimationError(f"by= names '{twice[0]}' twice.", hint="name each variable once.")
    over = question.over if question else ""
    if over and over not in wanted:
        wanted = [over, *wanted]
    filter_ = condition(survey, where)
    subjects = survey.table.codebook.subjects[over].keys if over else ("",)
    subjects = tuple(s for s in subjects if not question or s in question.columns or not over)
    domains = {s: survey.table.mask(filter_, (over, s) if over else None) for s in subjects}
    if over and filter_ is not None and over in names(filter_):
        domains = {s: m for s, m in domains.items() if m.any()}
    if not domains or not any(m.any() for m in domains.values()):
        raise EmptyDomainError(
            "Nobody is in the domain.",
            where=f"where = {where_text(where)}; {counted(len(survey), 'respondent')} in the survey.",
            hint="check the answers that it names; they are compared by label or code.",
        )
    dims, levels = _dims(survey, wanted, over, tuple(domains))
    out = []
    for combination in product(*(lv for lv in levels)):
        subject = next((k for (k, _), d in zip(combination, dims, strict=True) if d.name == over), "")
        mask = domains[subject].copy()
        for (_, member), _dim in zip(combination, dims, strict=True):
            if member is not None:
                mask &= member
        out.append(Cell(tuple(k for k, _ in combination), mask, subject))
    return Cells(dims, tuple(out), over)


def condition(survey: SurveyData, where: Where) -> Expression | None:
    """A filter as an expression: a named filter, a text, or a mapping whose keys may be subjects or samples."""
    if where is None:
        return None
    if isinstance(where, str):
        return parse(survey.study.filters.get(where, where))
    if not isinstance(where, Mapping) or any(not isinstance(k, str) for k in where):
        raise ExpressionError(
            f"where= is a {type(where).__name__}, not a filter.",
            hint='give a text such as "age >= 35", or a mapping of questions to answers.',
        )
    fixed: dict[str, object] = {}
    for name, answer in where.items():
        subjects = survey.table.codebook.subjects.get(name)
        if subjects is not None:
            many = answer if isinstance(answer, list | tuple | set | frozenset) else [answer]
            fixed[name] = [subjects.key_of(a) for a in many]
        else:
            fixed[name] = _sample_codes(survey, name, answer)
    return from_mapping(fixed)


def _sample_codes(survey: SurveyData, name: str, answer: object) -> object:
    samples = survey.study.samples
    if samples is None or name not in ("sample", samples.column):
        return answer
    many = answer if isinstance(answer, list | tuple | set | frozenset) else [answer]
    return [samples.codes.get(str(a), str(a)) for a in many]


def where_text(where: Where) -> str:
    """A filter as text, for messages and provenance."""
    if where is None:
        return ""
    if isinstance(where, str):
        return where
    parts = []
    for name, answer in where.items():
        many = list(answer) if isinstance(answer, list | tuple | set | frozenset) else [answer]
        shown = ", ".join(repr(str(a)) for a in (sorted(map(str, many)) if isinstance(answer, set) else many))
        parts.append(f"{name} == {shown}" if len(many) == 1 else f"{name} in [{shown}]")
    return " and ".join(parts)


Levels = list[tuple[str, BoolArray | None]]


def _dims(
    survey: SurveyData, wanted: Sequence[str], over: str, subjects: tuple[str, ...]
) -> tuple[tuple[Dim, ...], list[Levels]]:
    dims: list[Dim] = []
    levels: list[Levels] = []
    codebook = survey.table.codebook
    for name in wanted:
        if name == over and over:
            known = codebook.subjects[over]
            dims.append(
                Dim(
                    over,
                    known.label,
                    tuple((k, known.labels[k]) for k in subjects),
                    tuple((k, known.phrase(k)) for k in subjects),
                )
            )
            levels.append([(k, None) for k in subjects])
            continue
        dim, members = variable_levels(survey, name)
        dims.append(dim)
        levels.append(list(members))
    return tuple(dims), levels


def variable_levels(survey: SurveyData, name: str) -> tuple[Dim, Levels]:
    """Levels of a variable to break down by: a dimension, and the rows in each level."""
    samples = survey.study.samples
    if samples is not None and name in ("sample", samples.column):
        column = survey.table.raw.column(samples.column).to_numpy(dtype=object)
        labels = tuple((n, survey.study.sample_of(n).label or n) for n in samples.members)
        return Dim("sample", "Sample", labels), [(n, column == samples.codes[n]) for n in samples.members]
    codebook = survey.table.codebook
    if name in codebook.subjects:
        raise EstimationError(
            f"The question does not run over '{name}'.",
            hint=f"by='{name}' works for batteries over it, such as "
            + ", ".join([q.name for q in codebook if q.over == name][:3]),
        )
    if name in survey.study.banners:
        raise EstimationError(f"'{name}' is a banner.", hint=f"survey.tabulate(..., by='{name}')")
    question = survey.table.question(name)
    if question.over:
        raise EstimationError(f"'{name}' is asked about every {question.over}; it cannot be a by= variable.")
    variable = survey.table.variable(name)
    label = question.short or question.text or name
    if isinstance(variable, Categorical):
        answers = variable.scale.answers
        dim = Dim(name, label, tuple((a.code, a.label) for a in answers))
        return dim, [(a.code, variable.codes == i) for i, a in enumerate(answers)]
    if isinstance(variable, Multiple):
        dim = Dim(name, label, tuple((o.code, o.label) for o in variable.options))
        return dim, [(o.code, variable.chosen[:, j]) for j, o in enumerate(variable.options)]
    raise EstimationError(
        f"'{name}' holds {'numbers' if question.kind == 'numeric' else 'text'} and has no levels.",
        hint="derive bands in the study file: [derived.NAME] levels = {...}",
    )


def check_samples(survey: SurveyData, members: BoolArray) -> None:
    """Refuse an estimate whose base mixes samples of different populations.

    `members` is n x k, who is in the base of each row.
    """
    refuse_pooled_waves(survey, members)
    refuse_pooled_waves(survey, members)
    samples = survey.study.samples
    if samples is None or len(samples.members) < 2:
        return
    column = survey.table.raw.column(samples.column).to_numpy(dtype=object)
    present = {n: (column == c) for n, c in samples.codes.items()}
    for j in range(members.shape[1]):
        counts = {n: int((members[:, j] & m).sum()) for n, m in present.items()}
        mixed = {n: c for n, c in counts.items() if c}
        if len(mixed) > 1:
            listed = ", ".join(f"{survey.study.sample_of(n).label or n} ({c})" for n, c in mixed.items())
            raise EstimationError(
                "The samples are different populations and must not be pooled.",
                where=f"the base would mix {listed}.",
                hint=f"break it down by 'sample', or filter to one: sample == '{next(iter(mixed))}'.",
            )


def refuse_pooled_waves(survey: SurveyData, members: BoolArray) -> None:
    """Refuse an estimate over several waves of a stack, unless the stack was made for that (n x k members)."""
    waves = survey.waves
    if waves is None or waves.pool:
        return
    column = survey.table.raw.column(waves.name).to_numpy(dtype=object)
    present = np.stack([members[column == label].any(axis=0) for label in waves.labels])
    mixed = np.flatnonzero(present.sum(axis=0) > 1)
    if len(mixed):
        rows = members[:, mixed[0]]
        listed = [(w, int((rows & (column == w)).sum())) for w in waves.labels]
        last = [w for w, n in listed if n][-1]
        raise EstimationError(
            "Waves are not pooled unless asked.",
            where="the base would mix " + ", ".join(f"{w} ({n:,})" for w, n in listed if n) + ".",
            hint=f"break it down by '{waves.name}', filter to one: {waves.name} == '{last}', or stack with pool=True.",
        )


def stack(columns: Sequence[np.ndarray], n: int) -> np.ndarray:
    """Columns side by side, n x k also for k = 0."""
    return np.column_stack(columns) if columns else np.zeros((n, 0))
