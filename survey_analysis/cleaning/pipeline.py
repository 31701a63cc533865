"""`clean`: repairs, rules by stage, exclusion by a stated rule, log and respondent flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

import numpy as np

from survey_analysis.cleaning.break_offs import break_off_mask
from survey_analysis.cleaning.exclude import evidence_of, excluded
from survey_analysis.cleaning.flags import FAMILIES, STAGES, Flags, Stage
from survey_analysis.cleaning.flow import REMOVES, FlowBuilder, emptied
from survey_analysis.cleaning.recoded import recode_entries
from survey_analysis.cleaning.registry import Declared, declare
from survey_analysis.cleaning.repairs import repair
from survey_analysis.cleaning.rules.break_off import BreakOff
from survey_analysis.cleaning.unknown import check_codes
from survey_analysis.errors import DataError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.results.process import CleaningLog, LogEntry, QualityEvidence, QualityFlag, Removed
from survey_analysis.study.file import Repair
from survey_analysis.typing import BoolArray

Fixed = Literal["before", "after", "not said"]
S = TypeVar("S", bound=SurveyData)


def clean(
    survey: S,
    *,
    rules: Sequence[str | Mapping[str, object]] | None = None,
    exclude: str | None = None,
    repairs: Sequence[Repair] | None = None,
    fixed: Fixed | None = None,
) -> S:
    """Repair declared faults, flag by rules, and remove respondents by the stated rule.

    Order: declared repairs; rules about the platform, eligibility and quotas, which remove; people
    screened out, who stay; break-offs; quality rules, which only flag; the exclusion rule; and a check
    that every answer kept fits the codebook. People removed leave the design; weights made before are
    dropped. The file is never touched.

    Parameters
    ----------
    survey
        A survey that has not been cleaned.
    rules
        Rules in order, each a name or `{"rule": name, option: value}`; those of the study file unless given.
    exclude
        Exclusion rule over the quality rules, for example `"at least 2 of 4 families"`; "" removes nobody.
    repairs
        Declared repairs.
    fixed
        Whether the rules were fixed "before" or "after" outcomes were seen.

    Returns
    -------
    SurveyData
        The kept respondents, with `log` (one entry a repair and rule) and `flow`.

    Raises
    ------
    StudyError
        A rule, option, repair or exclusion rule that cannot be carried out.
    UnknownCodeError
        Answers kept that do not fit the codebook, all of them with counts.
    DataError
        Everybody is removed, or the survey has been cleaned already.

    Notes
    -----
    A rule's `dropped` counts the flagged rows that left; a row may stand under several quality rules, so
    only the boxes of `flow` sum. There a row excluded for quality stands under its first family.

    Examples
    --------
    >>> import pandas as pd
    >>> from survey_analysis.frames.raw import RawTable
    >>> from survey_analysis.frames.table import Table
    >>> from survey_analysis.study.study import Study
    >>> raw = RawTable(pd.DataFrame({"Status": ["0", "1", "0"], "check": ["2", "2", "5"]}))
    >>> rules = ["status", {"rule": "attention", "column": "check", "expected": [2]}]
    >>> survey = clean(SurveyData(Table(raw, Study())), rules=rules, exclude="any")
    >>> survey.flow.to_frame()[["label", "n", "kept"]].to_numpy().tolist()
    [['Received', 3, 3], ['previews and tests', 1, 2],
     ['contradicted themselves or failed a check', 1, 1], ['Kept', 1, 1]]
    """
    if survey.flow is not None:
        raise DataError(
            "This survey has been cleaned already.",
            hint="start again from sa.read(): repairs must not run twice.",
        )
    table = survey.study.clean
    declared = declare(table.rules if rules is None else rules)
    sentence = table.exclude if exclude is None else exclude
    repaired, entries = repair(survey.table, table.repairs if repairs is None else repairs)
    run = _Run(survey.replace(table=repaired), sentence, [*entries])
    for stage in STAGES[:-1]:
        for item in declared:
            if item.entry.stage == stage:
                run.remove(item, stage)
    flags = run.quality([d for d in declared if d.entry.stage == "quality"])
    known = QualityEvidence(tuple(d.text for d in declared), sentence, flags)
    return run.finish(survey, _note(declared, sentence), table.fixed if fixed is None else fixed, known)  # type: ignore[return-value]


@dataclass
class _Run:
    """One cleaning in progress; positions refer to the rows as received."""

    survey: SurveyData  # repaired, all rows
    exclude: str
    entries: list[LogEntry]
    kept: BoolArray = field(init=False)
    eligible: BoolArray = field(init=False)  # kept before the quality rules exclude
    flow: FlowBuilder = field(init=False)
    _last: tuple[BoolArray, RawTable] | None = None
    gone: list[tuple[int, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kept = np.ones(len(self.survey), dtype=bool)
        self.eligible = self.kept
        self.flow = FlowBuilder(self.survey.table)

    def remove(self, item: Declared, stage: Stage) -> None:
        """Run a rule of a removing stage on the rows still in."""
        flags, mask = self._flag(item)
        removes = stage in REMOVES
        self.flow.add(stage, item.rule.label or item.entry.name, flags.reason, mask)
        self._log(item, flags, flags.flagged if removes else 0)
        if removes:
            self.gone += [(int(row), stage, flags.reason) for row in np.flatnonzero(mask & self.kept)]
            self.kept &= ~mask

    def quality(self, items: Sequence[Declared]) -> tuple[QualityFlag, ...]:
        """Flag by all quality rules on the same rows, then exclude by the stated rule."""
        found = [(item, *self._flag(item)) for item in items]
        known = [QualityFlag(i.text, i.entry.name, i.entry.family, mask) for i, _, mask in found]
        evidence = evidence_of(known, len(self.kept))
        out = excluded(self.exclude, evidence)
        out &= self.kept
        self.eligible = self.kept.copy()
        for item, flags, mask in found:
            self._log(item, flags, int((mask & out).sum()))
        self._exclude(out, evidence.families)
        for row in np.flatnonzero(out):
            reasons = [flags.reason for _, flags, mask in found if mask[row]]
            self.gone.append((int(row), "quality", "; ".join(reasons) or self.exclude))
        return tuple(replace(k, mask=k.mask[self.eligible]) for k in known)

    def _exclude(self, out: BoolArray, families: Mapping[str, BoolArray]) -> None:
        rest = out.copy()
        for family, mask in families.items():
            reason = f"removed by: {self.exclude}" if self.exclude else "flagged only: no exclusion rule"
            self.flow.add("quality", FAMILIES[family], reason, rest & mask)
            rest &= ~mask
        if rest.any():  # an exclusion rule with "not" can remove rows that nothing flagged
            self.flow.add(
                "quality", "removed by the exclusion rule alone", f"removed by: {self.exclude}", rest
            )
        self.kept &= ~out

    def finish(self, survey: SurveyData, note: str, fixed: Fixed, quality: QualityEvidence) -> SurveyData:
        """The kept rows with their log and flow."""
        if not self.kept.any():
            losses = ", ".join(f"{e.rule}: {e.dropped}" for e in self.entries if e.dropped)
            raise DataError(
                f"Cleaning removes all {len(self.kept)} respondents.",
                where=f"dropped by {losses}." if losses else "the file has no respondents.",
                hint="check the rules and the codes they look for.",
            )
        flow = self.flow.build(self.kept, note)
        before = self._rows(self.eligible) if (self.eligible & ~self.kept).any() else None
        out = survey.with_rows(self._rows(self.kept))
        check_codes(out.table)
        out = out.replace(table=replace(out.table, not_reached=break_off_mask(out), _cache={}))
        for name in emptied(survey.study, self.survey.table, out.table):
            self.entries.append(LogEntry("design", "", name, len(self.kept), 0, 0, "emptied by cleaning"))
        self.entries += recode_entries(out)
        log = CleaningLog(tuple(replace(e, fixed=fixed) for e in self.entries))
        removed = Removed(len(self.kept), tuple(self.gone))
        return out.replace(log=log, flow=flow, before_quality=before, quality=quality, removed=removed)

    def _rows(self, keep: BoolArray) -> RawTable:
        """The rows of a mask; those of the last one asked for are at hand."""
        if self._last is None or not np.array_equal(self._last[0], keep):
            self._last = (keep.copy(), self.survey.table.raw.rows(keep))
        return self._last[1]

    def _flag(self, item: Declared) -> tuple[Flags, BoolArray]:
        """Flags on the rows still in, and the same mask over all rows received."""
        flags = item.rule(self.survey.with_rows(self._rows(self.kept)))
        n = int(self.kept.sum())
        if len(flags.mask) != n:
            raise DataError(
                f"The cleaning rule '{item.entry.name}' judged {counted(len(flags.mask), 'row')} of {n}."
            )
        mask = np.zeros(len(self.kept), dtype=bool)
        mask[np.flatnonzero(self.kept)[flags.mask]] = True
        return flags, mask

    def _log(self, item: Declared, flags: Flags, dropped: int) -> None:
        entry, what = item.entry, item.rule.label or item.entry.summary
        family = entry.family or entry.stage
        self.entries.append(
            LogEntry(entry.name, family, what, flags.checked, flags.flagged, dropped, flags.reason)
        )


def _note(declared: Sequence[Declared], exclude: str) -> str:
    """The rules that decide, in words."""
    partial = [
        f"Partial interviews kept: {d.rule.rule_text()}." for d in declared if isinstance(d.rule, BreakOff)
    ]
    quality = [f"Excluded for quality: {exclude}."] if exclude else []
    return " ".join([*partial, *quality])
