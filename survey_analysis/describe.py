"""Looking at a survey and its questions: what was read, kept and why; wording, scale and counts."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

import numpy as np
import pandas as pd

from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.replicates import columns_of_replicates
from survey_analysis.frames.variables import MISSING_KINDS, Categorical, Encoded, Multiple, Numeric
from survey_analysis.plurals import counted
from survey_analysis.study.codebook import Question
from survey_analysis.study.left_out import listed
from survey_analysis.tables.estimates import anchor
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.numbers import count, fixed
from survey_analysis.wording.questions import questions_counted

WIDTH = 100  # of a line

_MISSING_LABELS = {"dont_know": "don’t know", "break_off": "broke off before"}


def survey_text(survey: SurveyData) -> str:
    """A few lines: study, respondents, questions, cleaning, weighting."""
    study = survey.study
    lines = [f"Survey: {study.name}" + (" (SIMULATED DATA)" if study.simulated else "")]
    lines.append(f"  respondents  {count(len(survey))} in {counted(len(survey.table.raw.columns), 'column')}")
    if study.samples is not None:
        column = survey.table.raw.column(study.samples.column)
        parts = [
            f"{study.sample_of(n).label or n} {count(int((column == c).sum()))}"
            for n, c in study.samples.codes.items()
        ]
        lines.append(f"  samples      {', '.join(parts)}")
    if survey.waves is not None:
        shared = (
            f"; {counted(survey.waves.shared, 'person', 'people')} in more than one"
            if survey.waves.shared
            else ""
        )
        told = ", ".join(f"{w.label} {count(w.n)}" for w in survey.waves.waves)
        lines.append(f"  waves        {told}{shared}{'; pooled where asked' if survey.waves.pool else ''}")
    lines.append(
        f"  questions    {questions_counted(study, noun='')}, {counted(len(study.codebook.constructs), 'construct')}"
    )
    for note in survey.table.raw.notes:
        lines += wrap(note, WIDTH, initial_indent="  read         ", subsequent_indent=" " * 15)
    if survey.log.entries:
        dropped = sum(e.dropped for e in survey.log.entries)
        lines.append(
            f"  cleaned      {count(dropped)} removed by {counted(survey.log.n_rules, 'rule or repair', 'rules and repairs')} (.log, .flow)"
        )
    else:
        lines.append("  cleaned      not yet" if study.clean.rules else "  cleaned      no rules declared")
    for w in survey.weighting:
        lines.append(
            f"  weighted     {w.statement} (deff {fixed(w.deff, 2)}, effective base {fixed(w.n_effective, 0)})"
        )
    if not survey.weighting:
        column_name = study.design.weight
        lines.append(f"  weighted     {f'by {column_name}, taken as fixed' if column_name else 'no'}")
    replicates = survey.frame.replicates
    if replicates is not None:
        made = "made from the design" if replicates.made else "from the file"
        lines.append(f"  replicates   {count(replicates.count)} ({replicates.method}) {made}")
    return "\n".join(lines)


def known_names(survey: SurveyData) -> list[str]:
    """Declared questions, then columns that no question uses."""
    book = survey.study.codebook
    used = {c for q in book for c in q.all_columns}
    used |= columns_of_replicates(survey.table.raw, survey.study.design)
    return [
        *book.questions,
        *survey.study.coded,
        *(c for c in survey.table.raw.columns if c not in used and c not in book.questions),
    ]


def wording_of(survey: SurveyData, question: Question) -> str:
    """Declared wording, else that of the file."""
    return survey.table.wording(question)


@dataclass(frozen=True, eq=False, repr=False)
class QuestionView:
    """One question as a researcher looks it up: wording, base, scale, unweighted counts."""

    survey: SurveyData
    question: Question

    def to_frame(self) -> pd.DataFrame:
        """Unweighted counts: `subject, answer, n`, missing kinds last."""
        rows = []
        for subject in self.question.columns or ("",):
            variable = self.survey.table.variable(self.question.name, subject)
            rows += [{"subject": subject, "answer": a, "n": n} for a, n in _counts(variable)]
        return pd.DataFrame(rows, columns=["subject", "answer", "n"])

    def table(self) -> Table:
        """Counts, a column a subject."""
        frame = self.to_frame()
        subjects = list(dict.fromkeys(frame["subject"]))
        labels = {}
        if self.question.over:
            labels = self.survey.study.codebook.subjects[self.question.over].labels
        rows = []
        for answer in dict.fromkeys(frame["answer"]):
            cells = []
            for s in subjects:
                hit = frame[(frame["subject"] == s) & (frame["answer"] == answer)]["n"]
                cells.append(Cell(count(hit.iloc[0]), float(hit.iloc[0]), "#,##0") if len(hit) else Cell("–"))
            rows.append(Row(answer, tuple(cells)))
        q = self.question
        return Table(
            anchor("question", q.name),
            f"{q.name}: {wording_of(self.survey, q) or q.kind}",
            tuple(Column(labels.get(s, s) or "n") for s in subjects),
            tuple(rows),
            notes=tuple(
                x
                for x in (
                    f"Kind: {q.kind}." + (" Found from the data." if q.inferred and not q.from_file else ""),
                    q.from_file and f"From the data file: {listed(q.from_file)}.",
                    q.asked_if and f"Asked if {q.asked_if}.",
                )
                if x
            ),
            base=q.base,
        )

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def _counts(variable: Encoded) -> list[tuple[str, int]]:
    if isinstance(variable, Categorical):
        out = [(a.label, int((variable.codes == i).sum())) for i, a in enumerate(variable.scale.answers)]
    elif isinstance(variable, Multiple):
        out = [(o.label, int(variable.chosen[:, j].sum())) for j, o in enumerate(variable.options)]
    elif isinstance(variable, Numeric):
        known = variable.numbers[~np.isnan(variable.numbers)]
        out = [("numbers", len(known))]
    else:
        out = [("texts", int(variable.known().sum()))]
    for i, kind in enumerate(MISSING_KINDS[1:], start=1):
        n = int((variable.missing == i).sum())
        if n:
            out.append((f"({_MISSING_LABELS.get(kind, kind.replace('_', ' '))})", n))
    return out
