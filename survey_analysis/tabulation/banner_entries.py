"""Entries of a banner: a variable, variables crossed, a named filter, columns by expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest
from survey_analysis.estimation.cells import variable_levels
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.crosstab import BannerColumn
from survey_analysis.study.file import BannerPart
from survey_analysis.typing import BannerBy, BoolArray

Entry = str | BannerPart
CROSS = "*"


@dataclass(frozen=True, eq=False)
class Span:
    """Columns that are compared with each other."""

    name: str
    columns: tuple[BannerColumn, ...]
    masks: tuple[BoolArray, ...]
    notes: tuple[str, ...] = ()


def entries_of(survey: SurveyData, by: BannerBy) -> tuple[bool, list[Entry], str]:
    """Whether there is a total column, the entries side by side, and the banner's name."""
    if by is None:
        return True, [], ""
    if isinstance(by, str) and by in survey.study.banners:
        banner = survey.study.banners[by]
        return banner.total, _unique(list(banner.columns)), banner.label or by
    given = [by] if isinstance(by, str | Mapping) else list(by)
    entries = _unique([_entry(e) for e in given])
    return True, entries, " + ".join(e if isinstance(e, str) else e.label for e in entries)


def _entry(given: object) -> Entry:
    if isinstance(given, str):
        return given
    if not isinstance(given, Mapping):
        raise EstimationError(
            f"by= holds a {type(given).__name__}, not a column of a banner.",
            hint='give names, or mappings such as {"label": "Heavy users", "where": "visits >= 5"}.',
        )
    try:
        return BannerPart.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise EstimationError(
            "by= holds a mapping that is no column of a banner.",
            where=f"{'.'.join(map(str, first['loc'])) or 'the mapping'}: {str(first['msg']).removeprefix('Value error, ')}",
            hint='give {"label": ..., "where": ...} or {"label": ..., "levels": {...}}.',
        ) from None


def _unique(entries: list[Entry]) -> list[Entry]:
    names = [e if isinstance(e, str) else e.label for e in entries]
    twice = [n for n in names if names.count(n) > 1]
    if twice:
        raise EstimationError(f"The banner has '{twice[0]}' twice.", hint="name each entry once.")
    return entries


def spans_of(survey: SurveyData, entry: Entry) -> list[Span]:
    """The spans of one entry."""
    if isinstance(entry, BannerPart):
        return [_by_expression(survey, entry)]
    known = _known(survey)
    if entry not in known and CROSS in entry:
        names = [part.strip() for part in entry.split(CROSS)]
        if len(set(names)) < len(names):
            raise EstimationError(f"'{entry}' crosses a variable with itself.", hint="name each one once.")
        for name in names:
            _check(survey, name, known)
        return _nested(survey, entry, names)
    _check(survey, entry, known)
    is_variable = entry in survey.table.codebook.names or entry in survey.table.raw.columns
    if entry in survey.study.filters and not is_variable:
        label = entry.replace("_", " ").capitalize()
        return [_by_expression(survey, BannerPart(label=label, where=survey.study.filters[entry]), entry)]
    return [_variable(survey, entry)]


def _known(survey: SurveyData) -> tuple[str, ...]:
    study, table = survey.study, survey.table
    return (
        *study.banners, *table.codebook.names, *study.coded, *table.raw.columns, "sample", *study.filters,
    )  # fmt: skip


def _check(survey: SurveyData, name: str, known: tuple[str, ...]) -> None:
    if name in survey.study.banners and name not in survey.table.codebook:
        raise EstimationError(
            f"'{name}' is a banner and cannot stand inside another.",
            hint=f'name its columns, or tabulate by="{name}" alone.',
        )
    if name not in known:
        raise ColumnNotFoundError(f"There is no banner or variable '{name}'.", hint=closest(name, known))


def _variable(survey: SurveyData, name: str) -> Span:
    dim, levels = variable_levels(survey, name)
    kept = [(k, label, mask) for (k, label), (_, mask) in zip(dim.levels, levels, strict=True)
            if mask is not None and mask.any()]  # fmt: skip
    columns = tuple(BannerColumn(f"{name}:{k}", label, name, dim.label) for k, label, _ in kept)
    found = {k for k, _, _ in kept}
    notes = _nobody(dim.label, [label for k, label in dim.levels if k not in found])
    if not kept:
        raise EstimationError(
            f"Nobody is in a column of '{name}'.", hint="leave it out of the banner, or check its routing."
        )
    return Span(name, columns, tuple(m for _, _, m in kept), notes)


def _nobody(heading: str, labels: list[str]) -> tuple[str, ...]:
    """A note on columns without anybody; they are not printed."""
    return (f"{heading}: nobody in {', '.join(labels)}; not shown.",) if labels else ()


def _by_expression(survey: SurveyData, part: BannerPart, name: str = "") -> Span:
    """Columns by expression; one that nobody is in stays, empty, and is noted."""
    span = name or part.label
    given = part.levels or {part.label: part.where}
    masks = tuple(survey.table.mask(where) for where in given.values())
    heading = part.label if part.levels else ""
    columns = tuple(BannerColumn(f"{span}:{label}", label, span, heading) for label in given)
    empty = [label for label, mask in zip(given, masks, strict=True) if not mask.any()]
    notes = (f"{part.label}: nobody in {', '.join(empty)}.",) if empty else ()
    return Span(span, columns, masks, notes)


def _nested(survey: SurveyData, entry: str, names: list[str]) -> list[Span]:
    """A span of the last variable's columns for each combination of the others."""
    *outer, last = names
    spans: list[tuple[str, str, BoolArray | None]] = [("", "", None)]
    for name in outer:
        dim, levels = variable_levels(survey, name)
        spans = [
            (f"{key}{name}:{k}|", f"{over} / {label}" if over else label,
             mask if inside is None else inside & mask)
            for key, over, inside in spans
            for (k, label), (_, mask) in zip(dim.levels, levels, strict=True)
            if mask is not None
        ]  # fmt: skip
    out, notes = [], []
    dim, levels = variable_levels(survey, last)
    for key, over, inside in spans:
        assert inside is not None  # noqa: S101  there is an outer variable
        columns, masks, empty = [], [], []
        for (k, label), (_, mask) in zip(dim.levels, levels, strict=True):
            if mask is None or not (inside & mask).any():
                empty.append(label)
                continue
            columns.append(BannerColumn(f"{key}{last}:{k}", label, f"{key}{last}", dim.label, over))
            masks.append(inside & mask)
        notes = list(_nobody(over, empty))
        out.append(Span(f"{key}{last}", tuple(columns), tuple(masks), tuple(notes)))
    if not any(s.columns for s in out):
        raise EstimationError(f"Nobody is in a column of '{entry}'.", hint="leave it out of the banner.")
    return out
