"""R `survey` code that gives the same numbers from the flat table of `Survey.to_csv`.

Every estimate is a ratio of weighted sums (a total without a base), so one form serves all: numerators and
bases as columns, zero outside the domain, over the whole design; R's `svyratio` and `svytotal` do the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_analysis.core.blocks import CalibrationBlock
from survey_analysis.core.calibrate import CalibrationStep, PoststratifyStep
from survey_analysis.core.replicates import Replicates
from survey_analysis.core.sweeps import RakeStep
from survey_analysis.errors import SurveyAnalysisError
from survey_analysis.estimation.cells import Cells, condition
from survey_analysis.estimation.rdesign import design_in_r, design_lines, needs_subset
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical
from survey_analysis.study.expressions import Both, Comparison, Either, Expression, Membership, Missing, Not
from survey_analysis.typing import FloatArray, Where


@dataclass(frozen=True)
class RColumn:
    """Numerator and base of one estimate as R expressions of the flat table `d`."""

    cell: int
    label: str
    y: str
    x: str


def quoted(text: str) -> str:
    """An R string literal."""
    return json.dumps(text, ensure_ascii=False)


def answered(column: str) -> str:
    """R: the column is not missing."""
    return f'd[[{quoted(column)}]] != ""'


def gives(column: str, answers: Sequence[str]) -> str:
    """R: the column holds one of the answers."""
    return f"d[[{quoted(column)}]] %in% c({', '.join(quoted(a) for a in answers)})"


def number(column: str) -> str:
    """R: the column as a number, 0 where missing."""
    return f"num({quoted(column)})"


def script(survey: SurveyData, found: Cells, columns: Sequence[RColumn], where: Where, statistic: str) -> str:
    """The whole script, or "" where a filter, or the replicates, have no counterpart in the flat table."""
    if survey.frame.replicates is not None and not survey.frame.replicate_weights.can_be_kept:
        return ""
    if not design_in_r(survey.frame) or not all(map(_in_r, survey.frame.calibration)):
        return ""
    try:
        domains = [_domain(survey, found, c.cell, where) for c in columns]
    except SurveyAnalysisError:
        return ""
    lines = [
        '# Reads what survey.to_csv("respondents.csv") wrote.',
        "library(survey)",
        'd <- read.csv("respondents.csv", colClasses = "character", check.names = FALSE, encoding = "UTF-8")',
        "num <- function(name) { v <- suppressWarnings(as.numeric(d[[name]])); ifelse(is.na(v), 0, v) }",
        'for (v in c("base_weight", grep("^(cal_|loop_|fpc(_[0-9]+)?$)", names(d), value = TRUE))) d[[v]] <- as.numeric(d[[v]])',
        *_design(survey),
        "one <- function(y, x) {",
        "  des <- update(des, y = as.numeric(y), x = as.numeric(x))",
        *(["  des <- subset(des, x != 0)"] if needs_subset(survey.frame) else []),
        "  r <- svytotal(~y, des)" if statistic == "total" else "  r <- svyratio(~y, ~x, des)",
        "  c(estimate = as.numeric(coef(r)), se = as.numeric(SE(r)))",
        "}",
        "rbind(",
    ]
    for i, (column, domain) in enumerate(zip(columns, domains, strict=True)):
        factor = (
            f" / d[[{quoted('loop_' + found.over)}]]" if survey.study.design.loops.get(found.over) else ""
        )
        end = "," if i < len(columns) - 1 else ""
        lines.append(
            f"  {quoted(column.label)} = one(({column.y}) * ({domain}){factor}, ({column.x}) * ({domain}){factor}){end}"
        )
    return "\n".join([*lines, ")"])


def _replicate_design(replicates: Replicates) -> list[str]:
    """The analysis weights of the replicates as columns: right for every kind, calibrated or not."""
    rscales = ", ".join(repr(float(r)) for r in replicates.rscales)
    return [
        'reps <- grep("^rep_", names(d), value = TRUE)',
        "for (v in reps) d[[v]] <- as.numeric(d[[v]])",
        "des <- svrepdesign(data = d, weights = as.numeric(d$analysis_weight), repweights = d[reps],",
        f'  type = "other", combined.weights = TRUE, mse = {str(replicates.mse).upper()},',
        f"  scale = {replicates.scale!r}, rscales = c({rscales}))",
    ]


def _design(survey: SurveyData) -> list[str]:
    frame = survey.frame
    if frame.replicates is not None:
        return _replicate_design(frame.replicates)
    out = design_lines(frame)
    for b, block in enumerate(frame.calibration, start=1):
        after = _after(survey, b - 1)
        names = [f"cal_{b}_{j + 1}" for j in range(block.x.shape[1])]
        totals = ", ".join(f"{n} = {t!r}" for n, t in zip(names, (block.x.T @ after).tolist(), strict=True))
        out.append(
            f"des <- calibrate(des, ~ {' + '.join(names)} - 1, population = c({totals}), "
            'calfun = "raking", epsilon = 1e-12, maxit = 200)'
        )
    return out


def _in_r(block: CalibrationBlock) -> bool:
    """True when R `calibrate(calfun = "raking")` on the block's columns gives its weights."""
    match block.reweigh:
        case RakeStep(cap=None) | PoststratifyStep() | None:
            return True
        case RakeStep(cap=cap):
            w = block.weight
            return w is not None and cap is not None and bool(w.max() < cap * w.mean() * (1 - 1e-9))
        case CalibrationStep(method=metric, spread=None, cluster=None):
            return metric.name == "raking" and not metric.bounded
        case _:
            return False


def _after(survey: SurveyData, i: int) -> FloatArray:
    """Weights of a block's rows once it was applied: what the next block starts from, or the final ones."""
    blocks = survey.frame.calibration
    weight = survey.frame.weight.copy()
    for later in reversed(blocks[i + 1 :]):
        weight[later.rows] = later.start
    return weight[blocks[i].rows]


def _domain(survey: SurveyData, found: Cells, cell: int, where: Where) -> str:
    parts = []
    for dim, key in zip(found.dims, found.cells[cell].keys, strict=True):
        if dim.name == found.over or dim.kind == "measure":
            continue
        question = survey.table.codebook.questions.get(dim.name)
        if question is not None and question.kind == "multiple":
            parts.append(gives(f"{dim.name}.{key}", ["1"]))
        else:
            parts.append(gives(dim.name, [dim.label_of(key)]))
    expression = condition(survey, where)
    if expression is not None:
        parts.append(_translate(survey, expression, found.over, found.cells[cell].subject))
    return " & ".join(parts) or "TRUE"


def _translate(survey: SurveyData, e: Expression, over: str, subject: str) -> str:
    """An expression as R; unknown counts as false, so negation is pushed down to the comparisons."""
    match e:
        case Both(left, right):
            return f"({_translate(survey, left, over, subject)} & {_translate(survey, right, over, subject)})"
        case Either(left, right):
            return f"({_translate(survey, left, over, subject)} | {_translate(survey, right, over, subject)})"
        case Not(term):
            return _translate(survey, _negated(term), over, subject)
        case Missing(name, negated):
            return answered(name) if negated else f"!({answered(name)})"
        case Membership(name, values, negated):
            return _members(survey, name, values, over, subject, negated=negated)
        case Comparison(name, operator, value):
            return _compared(survey, name, operator, value, over, subject)


def _negated(e: Expression) -> Expression:
    opposite = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
    match e:
        case Both(left, right):
            return Either(_negated(left), _negated(right))
        case Either(left, right):
            return Both(_negated(left), _negated(right))
        case Not(term):
            return term
        case Missing(name, negated):
            return Missing(name, not negated)
        case Membership(name, values, negated):
            return Membership(name, values, not negated)
        case Comparison(name, operator, value):
            return Comparison(name, opposite[operator], value)  # type: ignore[arg-type]


def _members(
    survey: SurveyData, name: str, values: Sequence[str], over: str, subject: str, *, negated: bool
) -> str:
    if name == over:
        return "TRUE" if (subject in values) != negated else "FALSE"
    names = _labels(survey, name)
    hit = gives(name, [names.get(v, v) for v in values])
    return f"({answered(name)} & !({hit}))" if negated else hit


def _compared(survey: SurveyData, name: str, operator: str, value: str, over: str, subject: str) -> str:
    if operator in ("==", "!="):
        return _members(survey, name, [value], over, subject, negated=operator == "!=")
    variable = survey.table.variable(name)
    if isinstance(variable, Categorical):
        hit = variable.compare(operator, value)  # type: ignore[arg-type]
        labels = [a.label for i, a in enumerate(variable.scale.answers) if hit[variable.codes == i].any()]
        return gives(name, labels)
    return f"({answered(name)} & {number(name)} {operator} {value})"


def _labels(survey: SurveyData, name: str) -> Mapping[str, str]:
    samples = survey.study.samples
    if samples is not None and name in ("sample", samples.column):
        labels = {n: survey.study.sample_of(n).label or n for n in samples.codes}
        return labels | {c: labels[n] for n, c in samples.codes.items()}
    variable = survey.table.variable(name)
    if isinstance(variable, Categorical):
        return {a.code: a.label for a in variable.scale.answers}
    return {}
