"""Columns that are no questions: samples, design, and those that rules and expressions name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from survey_analysis.cleaning.registry import Declared, declare
from survey_analysis.errors import ExpressionError, StudyError, closest
from survey_analysis.planning.answers import Texts
from survey_analysis.plurals import counted
from survey_analysis.study.expressions import (
    Both,
    Comparison,
    Either,
    Expression,
    Membership,
    Missing,
    Not,
    parse,
)
from survey_analysis.study.file import StudyFile
from survey_analysis.study.study import Study

_RUN = ("platform", "eligibility", "screened")
_STRATA, _CLUSTER = 4, 10


def rules_run(file: StudyFile) -> tuple[tuple[Declared, ...], tuple[str, ...]]:
    """Cleaning rules that can run on simulated respondents, and the names of those that cannot.

    Break-offs, careless answers and repairs are about what people and platforms do: there is nothing to find.
    """
    declared = declare(file.clean.rules)
    kept = tuple(d for d in declared if d.entry.stage in _RUN)
    return kept, tuple(d.entry.name for d in declared if d.entry.stage not in _RUN)


def sample_column(
    study: Study, n: int | Mapping[str, int], rng: np.random.Generator
) -> tuple[int, Texts | None]:
    """Number of rows, and the sample of each; several samples share them equally unless `n` says how many."""
    if study.samples is None:
        if isinstance(n, Mapping):
            raise StudyError("n is given by sample, and the study has one.", hint="n=1000.")
        return _rows(n), None
    codes = study.samples.codes
    if isinstance(n, Mapping):
        for name in n:
            if name not in codes:
                raise StudyError(f"n is given for the sample '{name}'.", hint=closest(str(name), codes))
        counts = [_rows(n.get(name, 0), least=0) for name in codes]
        total = _rows(sum(counts))
    else:
        total = _rows(n)
        counts = [total // len(codes) + (i < total % len(codes)) for i in range(len(codes))]
    cells = np.repeat(np.array(list(codes.values()), dtype=object), counts)
    return total, rng.permutation(cells)


def _rows(n: int, least: int = 2) -> int:
    if isinstance(n, bool) or n != int(n) or n < least or n > 200_000:
        raise StudyError(
            f"n = {counted(n, 'simulated respondent is', 'simulated respondents are')} not possible.",
            hint="2 to 200,000.",
        )
    return int(n)


def design_columns(file: StudyFile, n: int, rng: np.random.Generator) -> dict[str, Texts]:
    """Id, weights of 1, a few strata, clusters of ten."""
    design, out = file.design, {}
    if design.id:
        out[design.id] = np.array([f"simulated-{i + 1:06d}" for i in range(n)], dtype=object)
    if design.weight:
        out[design.weight] = np.full(n, "1", dtype=object)
    for column in design.strata:
        out[column] = np.array([str(i + 1) for i in rng.integers(0, _STRATA, n)], dtype=object)
    for stage, column in enumerate(design.psu):
        out[column] = np.array(
            [str(i // _CLUSTER + 1 if not stage else i + 1) for i in range(n)], dtype=object
        )
    return out


def rule_columns(kept: Iterable[Declared], known: Mapping[str, Texts], n: int) -> dict[str, Texts]:
    """Columns that rules read and no question has, filled so that nobody is removed by them."""
    out: dict[str, Texts] = {}
    for item in kept:
        column = getattr(item.rule, "column", "")
        if column and column not in known:
            agreed = getattr(item.rule, "agreed", ())
            out[column] = np.full(n, agreed[0] if agreed else "", dtype=object)
    return out


def named_columns(
    texts: Iterable[str], known: Iterable[str], n: int, rng: np.random.Generator
) -> dict[str, Texts]:
    """Columns that expressions name and nothing else declares: a value they are compared with, or nothing.

    An expression that cannot be read is left to whoever evaluates it.
    """
    values: dict[str, list[str]] = {}
    for text in texts:
        try:
            expression = parse(text)
        except ExpressionError:
            continue
        for name, found in _compared(expression):
            values.setdefault(name, []).extend(found)
    taken = set(known)
    return {
        name: rng.choice(np.array(sorted({*found, ""} if any(found) else {"1", ""}), dtype=object), n)
        for name, found in values.items()
        if name not in taken
    }


def _compared(expression: Expression) -> Iterator[tuple[str, list[str]]]:
    match expression:
        case Comparison(name, operator, value):
            yield name, _around(value) if operator in ("<", "<=", ">", ">=") else [value]
        case Membership(name, values, _):
            yield name, list(values)
        case Missing(name, _):
            yield name, []
        case Not(term):
            yield from _compared(term)
        case Both(left, right) | Either(left, right):
            yield from _compared(left)
            yield from _compared(right)


def _around(value: str) -> list[str]:
    """A number and its neighbours, so that an order is met by some and not by others."""
    try:
        number = float(value)
    except ValueError:
        return [value]
    return [f"{x:.12g}" for x in (number - 1, number, number + 1)]


def passing(text: str, n: int, known: Iterable[str]) -> dict[str, Texts]:
    """Columns of an expression that removes people, set so that it is true of nobody where `==`, `!=` allow it.

    Examples
    --------
    >>> {c: v.tolist() for c, v in passing("country != 1", 2, []).items()}
    {'country': ['1', '1']}
    """
    out, taken = {}, set(known)
    for part in _flat(parse(text)):
        if isinstance(part, Comparison) and part.name not in taken:
            out[part.name] = np.full(
                n, part.value if part.operator in ("!=", "<=", ">=") else "", dtype=object
            )
        elif isinstance(part, Membership) and part.name not in taken:
            out[part.name] = np.full(n, part.values[0] if part.negated else "", dtype=object)
        elif isinstance(part, Missing) and part.name not in taken:
            out[part.name] = np.full(n, "" if part.negated else "1", dtype=object)
    return out


def _flat(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, Both | Either):
        yield from _flat(expression.left)
        yield from _flat(expression.right)
    elif isinstance(expression, Not):
        yield from _flat(expression.term)
    else:
        yield expression
