"""Respondent flow: from everybody received to each analysis base, one column of boxes a sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey_analysis.errors import DataError, StudyError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.table import Table
from survey_analysis.plurals import counted
from survey_analysis.results.process import Flow, FlowStep, StepKind
from survey_analysis.study.study import Study
from survey_analysis.typing import BoolArray

REMOVES: tuple[StepKind, ...] = ("platform", "eligibility", "break_off", "quality")
ONE_SAMPLE = "Respondents"


@dataclass(frozen=True)
class BaseBox:
    """People of one sample in one analysis base."""

    sample: str
    label: str
    n: int


def sample_masks(table: Table) -> dict[str, BoolArray]:
    """Rows of each sample by name, in declared order.

    Raises
    ------
    StudyError
        Rows whose sample code is not declared, with their counts.
    """
    samples = table.study.samples
    if samples is None:
        return {ONE_SAMPLE: np.ones(len(table), dtype=bool)}
    codes = table.raw.column(samples.column).str.strip()
    unknown = codes[~codes.isin(list(samples.codes.values()))].value_counts()
    if len(unknown):
        listed = ", ".join(f"{code!r} ({counted(n, 'row')})" for code, n in unknown.items())
        raise StudyError(
            f"{counted(int(unknown.sum()), 'row belongs', 'rows belong')} to no declared sample.",
            where=f"Column '{samples.column}' holds {listed}; declared: {', '.join(samples.codes.values())}.",
            hint="describe each sample in [samples.NAME] with its code.",
        )
    return {name: (codes == code).to_numpy(dtype=bool) for name, code in samples.codes.items()}


class FlowBuilder:
    """Collects steps over masks of the rows as received, then makes the boxes of each sample."""

    def __init__(self, table: Table) -> None:
        self._samples = sample_masks(table)
        self._steps: list[tuple[StepKind, str, str, BoolArray]] = []

    def add(self, kind: StepKind, label: str, reason: str, mask: BoolArray) -> None:
        """Add a step that concerns these rows (of those received)."""
        self._steps.append((kind, label, reason, mask))

    def build(self, kept: BoolArray, note: str) -> Flow:
        """Boxes of all samples, checked: received = sum of removed + kept."""
        columns = []
        for name, rows in self._samples.items():
            inside = int(rows.sum())
            boxes = [FlowStep("received", "Received", inside, inside)]
            for kind, label, reason, mask in self._steps:
                n = int((mask & rows).sum())
                inside -= n if kind in REMOVES else 0
                if kind == "screened" and not n:
                    continue  # the sample was not screened for this
                boxes.append(FlowStep(kind, label, n, inside, reason))
            boxes.append(FlowStep("kept", "Kept", int((kept & rows).sum()), inside))
            columns.append((name, tuple(boxes)))
        flow = Flow(tuple(columns), note)
        check_flow(flow)
        return flow


def check_flow(flow: Flow) -> None:
    """Raise a `DataError` unless the arrows of every sample sum."""
    for sample, steps in flow.samples:
        received = next(s.n for s in steps if s.kind == "received")
        removed = sum(s.n for s in steps if s.kind in REMOVES)
        kept = next(s.n for s in steps if s.kind == "kept")
        bad_base = [s.label for s in steps if s.kind in ("base", "screened") and s.n > received]
        if received != removed + kept or bad_base:
            raise DataError(
                f"The respondent flow of '{sample}' does not sum.",
                where=f"received {received}, removed {removed}, kept {kept}"
                + (f"; larger than received: {', '.join(bad_base)}" if bad_base else "."),
                hint="this is a fault of a cleaning rule; report it.",
            )


def bases(survey: SurveyData, *names: str) -> tuple[BaseBox, ...]:
    """People in analysis bases, counted as the tables count them.

    Parameters
    ----------
    names
        Questions (those who answered; a battery gives one base a subject), filters of the study, or
        expressions.

    Returns
    -------
    tuple of BaseBox
        One box a base and sample in which anybody is.

    Examples
    --------
    >>> import pandas as pd
    >>> from survey_analysis.frames.raw import RawTable
    >>> from survey_analysis.frames.table import Table
    >>> from survey_analysis.study.study import Study
    >>> raw = RawTable(pd.DataFrame({"age": ["34", "51", "70"]}))
    >>> bases(SurveyData(Table(raw, Study())), "age >= 50")
    (BaseBox(sample='Respondents', label='age >= 50', n=2),)
    """
    samples = sample_masks(survey.table)
    boxes = []
    for name in names:
        for label, mask in _members(survey.table, name):
            for sample, rows in samples.items():
                n = int((mask & rows).sum())
                if n:
                    boxes.append(BaseBox(sample, label, n))
    return tuple(boxes)


def _members(table: Table, name: str) -> list[tuple[str, BoolArray]]:
    if name not in table.codebook.questions:
        return [(name, table.mask(name))]
    question = table.codebook.questions[name]
    if not question.over:
        return [(question.base or question.text or name, table.variable(name).known())]
    labels = table.codebook.subjects[question.over].labels
    out = []
    for subject in question.columns:
        text = (question.base or question.text or name).replace("{" + question.over + "}", labels[subject])
        out.append((text, table.variable(name, subject).known()))
    return out


def with_bases(flow: Flow, boxes: Sequence[BaseBox]) -> Flow:
    """The same flow with a box for each analysis base under its sample.

    Raises
    ------
    DataError
        A base is larger than what was kept, or of a sample that the flow does not have.

    Examples
    --------
    >>> steps = (FlowStep("received", "Received", 3, 3), FlowStep("kept", "Kept", 3, 3))
    >>> flow = Flow((("Respondents", steps),))
    >>> with_bases(flow, [BaseBox("Respondents", "rated both", 2)]).to_frame()["label"].tolist()
    ['Received', 'Kept', 'rated both']
    """
    known = {name for name, _ in flow.samples}
    columns = []
    for box in boxes:
        if box.sample not in known:
            raise DataError(
                f"The respondent flow has no sample '{box.sample}'.", hint=f"it has {sorted(known)}."
            )
    for sample, steps in flow.samples:
        kept = next(s.n for s in steps if s.kind == "kept")
        added = [FlowStep("base", b.label, b.n, kept) for b in boxes if b.sample == sample]
        too_large = [b.label for b in added if b.n > kept]
        if too_large:
            raise DataError(
                f"The base '{too_large[0]}' is larger than the {kept} people kept of '{sample}'.",
                hint="count bases on the cleaned survey.",
            )
        columns.append((sample, (*steps, *added)))
    return replace(flow, samples=tuple(columns))


def emptied(study: Study, before: Table, after: Table) -> list[str]:
    """Strata and units that lost all their rows, by name."""
    out = []
    for role, columns in (("stratum", study.design.strata), ("PSU", study.design.psu)):
        for column in columns:
            lost = set(before.raw.coded(column).texts) - set(after.raw.coded(column).texts)
            out += [f"{role} '{name}' of '{column}'" for name in sorted(map(str, lost))]
    return out
