"""What a dry run looks at: routing, bases, cleaning, weighting, declarations, findings, claims, the report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from survey_analysis.claims.declared import claims as check_claims
from survey_analysis.errors import SurveyAnalysisError
from survey_analysis.planning import checks
from survey_analysis.planning.synthetic import Synthetic
from survey_analysis.plurals import counted
from survey_analysis.reporting.build import build_report
from survey_analysis.reporting.built import BuiltReport
from survey_analysis.reporting.findings import Finding, Findings
from survey_analysis.results.dry_run import Status
from survey_analysis.results.estimate import EstimateData
from survey_analysis.study.file import ClaimEntry, StudyFile
from survey_analysis.survey import Survey
from survey_analysis.wording.numbers import count, fixed
from survey_analysis.wording.phrases import listed

HEADLINE, WORDS = 100, 30
"""Bases under which nothing stands in a title, and under which nothing is worded (licences of words)."""


@dataclass(frozen=True)
class Row:
    """One thing looked at."""

    part: str
    what: str
    status: Status
    detail: str
    hint: str = ""
    n: float = float("nan")

    COLUMNS: ClassVar[tuple[str, ...]] = ("part", "what", "status", "n", "detail", "hint")

    def as_dict(self) -> dict[str, object]:
        """The row by column."""
        found = asdict(self)
        return {c: found[c] for c in self.COLUMNS}


def look(made: Synthetic, file: StudyFile, difference: float) -> tuple[Survey, BuiltReport | None, list[Row]]:
    """Carry the survey through the pipeline; a step that fails is named, and the rest goes on without it."""
    survey = made.survey
    rows = [
        Row("left out", text.partition(":")[0], "note", text.partition(": ")[2]) for text in made.left_out
    ]
    rows += [_failed("routing", name, error) for name, error in made.routing.items()]
    survey, cleaned = _cleaned(survey)
    rows += cleaned
    rows += list(_bases(survey, set(made.routing)))
    wrong = checks.expressions(survey, cleaned=True).problems
    rows += [_failed("declarations", "expressions", e) for e in wrong]
    survey, weighted = _weighted(survey)
    rows += weighted
    built, reported = _report(survey, file)
    rows += reported
    if built is not None and built.findings is not None:
        rows += list(_findings(built.findings, difference))
    rows += list(_claims(survey, file.claims))
    return survey, built, rows


def _report(survey: Survey, file: StudyFile) -> tuple[BuiltReport | None, list[Row]]:
    try:
        built = build_report(survey)
    except SurveyAnalysisError as error:
        problems = checks.report(survey).problems or (error,)
        return None, [_failed("report", _place(e), e) for e in problems]
    told = file.report
    if not (told.headline or told.findings or told.sections):
        return built, [Row("report", "[report]", "note", "no headline, findings or sections are declared")]
    return built, [Row("report", "all sections", "fine", "the report can be built")]


def _failed(part: str, what: str, error: SurveyAnalysisError) -> Row:
    detail = " ".join(x for x in (error.what, error.where) if x)
    return Row(part, what, "fails", " ".join(detail.split()), " ".join(error.hint.split()))


def _place(error: SurveyAnalysisError) -> str:
    found = re.search(r"\[study\.toml: (.+?)\](?=\s|$)", error.where)
    return found[1] if found else "report"


def _cleaned(survey: Survey) -> tuple[Survey, list[Row]]:
    received = len(survey)
    try:
        done = survey.clean()
    except SurveyAnalysisError as error:
        return survey, [_failed("cleaning", "clean", error)]
    what = f"{count(received)} simulated, {count(len(done))} left after eligibility"
    return done, [Row("cleaning", "rules that can run", "fine", what, n=len(done))]


def _bases(survey: Survey, broken: set[str]) -> Iterator[Row]:
    """How many are asked each question: nobody, too few to word or to headline, or enough."""
    fine = 0
    for question in survey.codebook:
        if question.name in broken:
            continue
        counts: dict[str, int] = {}
        try:
            for subject in question.columns or ("",):
                counts[subject] = int(survey.table.variable(question.name, subject).known().sum())
        except SurveyAnalysisError as error:
            yield _failed("answers", question.name, error)
            continue
        least = min(counts.values())
        who = [s for s, k in counts.items() if k == least and s]
        name = question.name + (
            f" ({listed(who[:3])}{', ...' if len(who) > 3 else ''})" if who and least < HEADLINE else ""
        )
        if least == 0:
            yield _never(survey, question.name, name, counts)
        elif least < HEADLINE:
            yield Row(
                "bases",
                name,
                "thin",
                f"{count(least)} answer{'s' if least != 1 else ''}: {_lost(least)}",
                "raise n.",
                least,
            )
        else:
            fine += 1
    if fine:
        yield Row("bases", f"{counted(fine, 'question')}", "fine", f"{HEADLINE} answers or more each")


def _never(survey: Survey, name: str, what: str, counts: dict[str, int]) -> Row:
    question = survey.codebook.questions[name]
    if name in survey.study.derived:
        return Row(
            "answers", what, "fails", "no answer falls into any of its levels", "check the expressions.", 0
        )
    routing = (
        f'asked_if = "{question.asked_if}" is true of nobody' if question.asked_if else "nobody answers it"
    )
    some = ", though of others" if any(counts.values()) else ""
    return Row("routing", what, "fails", routing + some, "check the routing and the codes it names.", 0)


def _weighted(survey: Survey) -> tuple[Survey, list[Row]]:
    problems = checks.weighting(survey).problems
    if problems:
        return survey, [_failed("weighting", "targets", e) for e in problems]
    if not survey.study.weighting:
        return survey, []
    done = survey.weight()
    rows = []
    for w in done.weighting:
        thin = w.n_effective < HEADLINE
        rows.append(
            Row(
                "weighting", w.sample or "everybody", "thin" if thin else "fine",
                f"{count(w.n)} count as {count(w.n_effective)} (design effect {fixed(w.deff, 2)})",
                "raise n, or hold quotas." if thin else "", w.n_effective,
            )
        )  # fmt: skip
    return done, rows


def _findings(found: Findings, difference: float) -> Iterator[Row]:
    if found.headline is not None:
        yield _of_base("findings", "headline", found.headline)
    for i, finding in enumerate(found.findings):
        yield _finding(f"report.findings[{i}], {finding.name}", finding, difference)


def _of_base(part: str, what: str, estimate: EstimateData) -> Row:
    base = _least(estimate.rows)
    if base < HEADLINE:
        return Row(part, what, "thin", f"base {count(base)}: {_lost(base)}", "raise n.", base)
    return Row(part, what, "fine", f"base {count(base)} or more", n=base)


def _lost(base: float) -> str:
    return "nothing can be worded" if base < WORDS else "nothing can stand in a title"


def _least(rows: pd.DataFrame) -> float:
    sizes = [rows[c].to_numpy(dtype=np.float64) for c in ("n", "n_effective") if c in rows]
    return float(np.nanmin(np.concatenate(sizes))) if sizes else float("nan")


def _finding(what: str, finding: Finding, difference: float) -> Row:
    """A finding is thin when its bases are, or when what is hoped for is less than it can detect."""
    based = _of_base("findings", what, finding.estimate)
    test = finding.test
    if test is None or "detectable" not in test.rows or test.kind != "difference":
        return based
    common = test.rows[test.rows["base"] == "common"]
    rows = common if len(common) else test.rows
    worst = float(rows["detectable"].max())
    share = finding.estimate.topic.unit == "share"
    width = 1.0 if share else _range(finding.estimate)
    shown = f"{fixed(100 * worst, 1)} points" if share else fixed(worst, 2)
    hoped = f"{fixed(100 * difference, 1)} points" if share else f"{fixed(difference * width, 2)}"
    if np.isfinite(worst) and worst > difference * width:
        detail = f"detects {shown} or more; hoped for {hoped}"
        base = f"; {based.detail}" if based.status == "thin" else ""
        return replace(
            based, status="thin", detail=detail + base, hint="raise n (sa.plan), or compare fewer."
        )
    if based.status == "thin":
        return based
    return replace(based, detail=f"{based.detail}; detects {shown}")


def _range(estimate: EstimateData) -> float:
    """Width of the scale of a score: of its declared scale, else of the estimates' own."""
    places = [float(x) for x in _numbers(code for code, _ in estimate.topic.scale)]
    if len(places) > 1:
        return max(places) - min(places)
    values = estimate.rows["estimate"].to_numpy(dtype=np.float64)
    return float(np.ptp(values)) or 1.0


def _numbers(codes: Iterable[Any]) -> Iterator[float]:
    for code in codes:
        try:
            yield float(code)
        except ValueError:
            continue


def _claims(survey: Survey, declared: tuple[ClaimEntry, ...]) -> Iterator[Row]:
    """Claims whose words no base of that size can license; verdicts on random answers mean nothing."""
    if not declared:
        return
    study = survey.study.model_copy(update={"claims": declared})
    told = Survey.of(survey.replace(table=replace(survey.table, study=study)))
    try:
        found = check_claims(told).rows
    except SurveyAnalysisError as error:
        yield _failed("claims", _place(error), error)
        return
    for i in range(len(declared)):
        row = found.iloc[i]
        base = float(np.nanmin([row["n"], row["n_effective"], np.inf]))
        what, text = f"claims[{i}]", f"“{row['claim']}”"
        if not np.isfinite(base):
            yield Row("claims", what, "fails", f"{text} cannot be checked: {row['reason']}")
        elif base < HEADLINE:
            yield Row("claims", what, "thin", f"base {count(base)}: {_lost(base)}; {text}", "raise n.", base)
        else:
            yield Row("claims", what, "fine", f"base {count(base)}; {text}", n=base)
