"""`check.R`: the main estimates once more, by R `survey`, from the archived table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from survey_analysis.errors import SurveyAnalysisError
from survey_analysis.estimation.export import export_frame
from survey_analysis.estimation.mean import mean
from survey_analysis.estimation.proportion import proportion
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import EstimateData

MOST = 40
_TOP_FROM = 4  # levels of a Likert scale from which its top two boxes are the main number
_DESIGN = ("base_weight", "analysis_weight", "stratum", "psu", "fpc", "sample")
_DESIGN_STARTS = ("stratum_", "psu_", "fpc_", "cal_", "rep_", "loop_")
TABLE, EXPECTED, SCRIPT = "respondents.csv", "expected.csv", "check.R"


@dataclass(frozen=True, eq=False)
class Check:
    """Files of the check by name, questions that it recomputes, and those that R cannot."""

    files: dict[str, str]
    questions: tuple[str, ...]
    without: tuple[str, ...]


def check_files(survey: SurveyData, questions: Sequence[str]) -> Check:
    """Script, table and our numbers: shares (top two boxes of Likert scales) and means, question by question."""
    found: dict[str, tuple[EstimateData, str]] = {}
    without = []
    for name in questions:
        if survey.table.question(name).kind == "open":
            continue
        made = _estimate(survey, name) if len(found) < MOST else None
        code = made.r_code() if made is not None and callable(made.r_code) else ""
        if made is None or not code:
            without.append(name)
        else:
            found[name] = (made, code)
    if not found:
        return Check({}, (), tuple(without))
    files = {
        TABLE: _table(survey, questions).to_csv(index=False, lineterminator="\n"),
        EXPECTED: _expected(found),
        SCRIPT: _script([code for _, code in found.values()]),
    }
    return Check(files, tuple(found), tuple(without))


def _estimate(survey: SurveyData, name: str) -> EstimateData | None:
    """The main number of a question; by sample, where the samples must not be pooled; None where there is none."""
    question = survey.table.question(name)
    for by in (None, "sample") if survey.study.samples is not None else (None,):
        try:
            if question.kind == "numeric":
                return mean(survey, name, by=by)
            if (
                question.kind == "likert"
                and question.scale is not None
                and len(question.scale.levels) >= _TOP_FROM
            ):
                return proportion(survey, name, top=2, by=by)
            return proportion(survey, name, by=by)
        except SurveyAnalysisError:
            continue
    return None


def _table(survey: SurveyData, questions: Sequence[str]) -> pd.DataFrame:
    """The flat table without any question that is not archived."""
    flat = export_frame(survey)
    book = survey.study.codebook
    names = {*questions, *(c.name for c in book.constructs.values() if set(c.items) <= set(questions))}
    known = {*book.questions, *book.constructs, *survey.study.coded, *survey.table.raw.columns}
    return flat[[c for c in flat.columns if _is_design(str(c)) or _owner(str(c), known) in names]]


def _is_design(column: str) -> bool:
    return column in _DESIGN or column.startswith(_DESIGN_STARTS)


def _owner(column: str, known: set[str]) -> str:
    """The longest name that a column of the flat table begins with."""
    owners = [n for n in known if column == n or column.startswith(f"{n}.")]
    return max(owners, key=len, default="")


def _expected(found: dict[str, tuple[EstimateData, str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["question", "estimate", "std_error"])
    for name, (made, _) in found.items():
        for estimate, error in zip(made.rows["estimate"], made.rows["std_error"], strict=True):
            writer.writerow([name, repr(float(estimate)), repr(float(error))])
    return out.getvalue()


def _script(codes: Sequence[str]) -> str:
    """One script: the design is made once for all estimates that share it."""
    lines = [
        "# Recomputes the main estimates with R package 'survey' and compares them with expected.csv.",
        "# Run: Rscript check.R",
        'here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))',
        "if (length(here) == 1) setwd(dirname(here))",
        "found <- list()",
    ]
    last = ""
    for code in codes:
        before, _, rows = code.partition("\nrbind(\n")
        if before != last:
            lines.append(before)
            last = before
        lines += ["found[[length(found) + 1]] <- rbind(", rows]
    return "\n".join([*lines, *_COMPARE]) + "\n"


_COMPARE = (
    "found <- do.call(rbind, found)",
    'ours <- read.csv("expected.csv", encoding = "UTF-8")',
    "stopifnot(nrow(ours) == nrow(found))",
    "ratio <- function(theirs, own) ifelse(is.na(theirs) & is.na(own), 1,  # both 0: the same",
    "  ifelse(abs(theirs) < 1e-12 & abs(own) < 1e-12, 1, theirs / own))",
    'ours$ratio <- ratio(found[, "estimate"], ours$estimate)',
    'ours$ratio_se <- ratio(found[, "se"], ours$std_error)',
    "ours$label <- rownames(found)",
    "options(width = 200, digits = 9)",
    'print(ours[c("question", "label", "estimate", "std_error", "ratio", "ratio_se")], row.names = FALSE)',
    "off <- c(max(abs(ours$ratio - 1)), max(abs(ours$ratio_se - 1)))",
    'cat(sprintf("%d estimates; R over ours is 1 within %.1e, standard errors within %.1e\\n", nrow(ours), off[1], off[2]))',
    "if (any(is.na(off)) || any(off > 1e-6)) quit(status = 1)",
)
