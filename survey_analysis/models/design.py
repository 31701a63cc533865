"""From a formula to a model matrix: complete cases as a domain, factors in scale order, checks that name terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survey_analysis.errors import EmptyDomainError, EstimationError, ExpressionError
from survey_analysis.estimation.cells import check_samples, condition, where_text
from survey_analysis.frames.data import SurveyData
from survey_analysis.lazily import Lazily
from survey_analysis.models.columns import Factor, Source, Values, column, known
from survey_analysis.models.formula import Parsed, name
from survey_analysis.plurals import counted
from survey_analysis.typing import BoolArray, FloatArray, IntArray, Where

if TYPE_CHECKING:
    import formulaic
    import formulaic.errors
else:
    formulaic = Lazily("formulaic")

RANK = 1e-9
"""A column is a combination of earlier ones when this share of it or less is left after them."""


@dataclass(frozen=True, eq=False)
class Base:
    """Who a model is about.

    Attributes
    ----------
    domain
        Rows of the filter with a positive weight (n,).
    member
        Those of them that answered every question of the model (n,).
    missing
        How many of the domain lack each column of the formula.
    """

    domain: BoolArray
    member: BoolArray
    missing: dict[str, int]

    @property
    def rows(self) -> IntArray:
        """Positions of the complete cases."""
        return np.flatnonzero(self.member)

    @property
    def n_missing(self) -> int:
        """Rows of the domain without a complete answer."""
        return int(self.domain.sum() - self.member.sum())


@dataclass(frozen=True, eq=False)
class Matrix:
    """Model matrix of the complete cases, and how to make it again for other rows.

    Attributes
    ----------
    X
        Shape (n, p).
    names
        Columns: "(Intercept)", "meals", "stype[H]", "stype[H]:meals".
    terms
        For each term of the formula the positions of its columns.
    levels
        Levels of each factor; the first is the reference.
    """

    parsed: Parsed
    X: FloatArray
    names: tuple[str, ...]
    terms: dict[str, tuple[int, ...]]
    levels: dict[str, tuple[str, ...]]
    data: pd.DataFrame
    offset: FloatArray
    spec: formulaic.ModelSpec | None = field(repr=False, default=None)

    def at(self, data: pd.DataFrame) -> FloatArray:
        """The matrix of other values of the same columns."""
        if self.spec is None:
            return np.ones((len(data), len(self.names)))
        return _built(self.spec, data)


def survey_source(survey: SurveyData) -> Source:
    """Names are the survey's questions."""
    return Source(survey.table.question, survey.table.variable)


def base_of(survey: SurveyData, where: Where, columns: dict[str, Values]) -> Base:
    """Complete cases of a domain; nobody leaves the design.

    Raises
    ------
    EmptyDomainError
        Nobody is in the domain, or nobody in it answered everything.
    EstimationError
        The base mixes samples of different populations.
    """
    filter_ = condition(survey, where)
    domain = survey.table.mask(filter_) & (survey.frame.weight > 0)
    if not domain.any():
        raise EmptyDomainError(
            "Nobody is in the domain.",
            where=f"where = {where_text(where)}; {counted(len(survey), 'respondent')} in the survey.",
        )
    answered = {text: known(values) for text, values in columns.items()}
    member = np.logical_and.reduce([domain, *answered.values()])
    missing = {text: int((domain & ~has).sum()) for text, has in answered.items()}
    if not member.any():
        raise EmptyDomainError(
            "Nobody in the domain answered every question of the model.",
            where="missing: " + ", ".join(f"{text} {n}" for text, n in missing.items() if n),
        )
    check_samples(survey, member[:, None])
    return Base(domain, member, missing)


def right_columns(parsed: Parsed, source: Source) -> dict[str, Values]:
    """Values of every column of the right side and of the offsets."""
    out: dict[str, Values] = {text: column(text, source) for text in parsed.columns}
    for text in parsed.offsets:
        values = column(text, source)
        if isinstance(values, Factor):
            raise ExpressionError(f"An offset is a number; '{text}' is not.")
        out[f"offset({text})"] = values
    return out


def model_matrix(parsed: Parsed, columns: dict[str, Values], base: Base) -> Matrix:
    """Model matrix of the complete cases.

    Raises
    ------
    EstimationError
        A level of a factor that nobody in the base gave; columns that are combinations of others; no more
        respondents than coefficients.
    """
    rows = base.rows
    data, levels = {}, {}
    for text in parsed.columns:
        values = columns[text]
        if isinstance(values, Factor):
            levels[text] = _levels(text, values, rows)
            data[text] = pd.Categorical(
                [values.labels[c] for c in values.codes[rows]], categories=list(levels[text])
            )
        else:
            data[text] = values[rows]  # type: ignore[assignment]
    table = pd.DataFrame(data, index=pd.RangeIndex(len(rows)))
    offset = np.zeros(len(rows))
    for text in parsed.offsets:
        values = columns[f"offset({text})"]
        offset = offset + np.asarray(values)[rows]
    names: tuple[str, ...] = ("(Intercept)",) if parsed.intercept else ()
    X, spec, terms = np.ones((len(rows), len(names))), None, {}
    if parsed.columns:
        try:
            made = parsed.right.get_model_matrix(table, output="numpy", na_action="raise")
        except formulaic.errors.FormulaicError as error:
            raise ExpressionError(
                f"The right side of the formula cannot be built: {parsed.text}",
                where=str(error).splitlines()[0],
            ) from error
        spec = made.model_spec
        X = np.asarray(made, dtype=np.float64)
        names = tuple(_printed(c) for c in spec.column_names)
        terms = {
            name(t): tuple(range(s.start, s.stop)) for t, s in spec.term_slices.items() if name(t) != "1"
        }
    matrix = Matrix(parsed, X, names, terms, levels, table, offset, spec)
    check_rank(X, names)
    return matrix


def check_rank(X: FloatArray, names: Sequence[str]) -> None:
    """Raise when there are no more rows than columns, or a column is a combination of earlier ones."""
    n, p = X.shape
    if not p:
        raise EstimationError("The model has no coefficients.", hint="leave the intercept in.")
    if n <= p:
        raise EstimationError(
            f"The model has {counted(p, 'coefficient')} and only {counted(n, 'complete respondent')}.",
            where="coefficients: " + ", ".join(names[:8]),
            hint="take fewer predictors, or merge answers.",
        )
    size = np.sqrt((X**2).sum(axis=0))
    left = np.abs(np.diag(np.linalg.qr(X / np.where(size > 0, size, 1.0), mode="r")))
    aliased = [name_ for name_, rest in zip(names, left, strict=True) if rest <= RANK]
    if aliased:
        raise EstimationError(
            f"{len(aliased)} column{'s' if len(aliased) > 1 else ''} of the model "
            f"{'are' if len(aliased) > 1 else 'is'} a combination of earlier ones: {', '.join(aliased)}.",
            hint="leave a term out, or merge answers that always come together.",
        )


def _built(spec: formulaic.ModelSpec, data: pd.DataFrame) -> FloatArray:
    return np.asarray(spec.get_model_matrix(data, output="numpy", na_action="raise"), dtype=np.float64)


def _levels(text: str, factor: Factor, rows: IntArray) -> tuple[str, ...]:
    counts = np.bincount(factor.codes[rows], minlength=len(factor.labels))
    empty = [label for label, n in zip(factor.labels, counts, strict=True) if not n]
    if empty and factor.keep_empty:
        plain = text.removeprefix("C(").removesuffix(")")
        raise EstimationError(
            f"Nobody in the base of the model gave {len(empty)} answer{'s' if len(empty) > 1 else ''} of '{text}'.",
            where="no respondents: " + ", ".join(empty[:8]),
            hint=f"write drop_empty({plain}) to leave such answers out, or merge them.",
        )
    kept = tuple(label for label, n in zip(factor.labels, counts, strict=True) if n)
    if len(kept) < 2:
        raise EstimationError(
            f"Everybody in the base of the model gave the same answer to '{text}': {kept[0]}."
        )
    return kept


def _printed(text: str) -> str:
    if text == "Intercept":
        return "(Intercept)"
    return text.replace("[T.", "[").replace("`", "")
