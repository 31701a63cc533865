"""Cleaning once more from what the quality rules flagged: another exclusion rule, the same eligible rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from survey_analysis.cleaning.break_offs import break_off_mask
from survey_analysis.cleaning.exclude import evidence_of, excluded
from survey_analysis.cleaning.registry import declare
from survey_analysis.cleaning.unknown import check_codes
from survey_analysis.errors import DataError, SurveyAnalysisError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.table import Table
from survey_analysis.results.process import QualityEvidence, QualityFlag, RuleText
from survey_analysis.typing import BoolArray


@dataclass(frozen=True, eq=False)
class Recleaning:
    """A cleaned survey, ready to be cleaned otherwise: the rows that the quality rules judged are known.

    Repairs, the rules about eligibility, quotas and break-offs stay as they were; what changes are the quality
    rules and the exclusion rule. The result is that of `clean` on the survey as read with those rules.
    """

    survey: SurveyData
    quality: QualityEvidence

    @cached_property
    def eligible(self) -> SurveyData:
        """Everybody the quality rules judged, unweighted."""
        raw = self.survey.before_quality
        return self.survey.with_rows(self.survey.table.raw if raw is None else raw)

    @cached_property
    def _not_reached(self) -> pd.DataFrame:
        return break_off_mask(self.eligible)

    @cached_property
    def _fits(self) -> bool:
        """Whether every answer of the eligible fits the codebook: then those of fewer people do."""
        try:
            check_codes(self.eligible.table)
        except SurveyAnalysisError:
            return False
        return True

    def flags(self, rules: Sequence[RuleText]) -> tuple[QualityFlag, ...]:
        """What quality rules flag; rules that ran already are not run again."""
        known = [(f.declared, f) for f in self.quality.flags]
        out = []
        for item in declare(rules):
            if item.entry.stage != "quality":
                continue
            found = next((f for text, f in known if text == item.text), None)
            if found is None:
                mask = item.rule(self.eligible).mask
                found = QualityFlag(item.text, item.entry.name, item.entry.family, mask)
            out.append(found)
        return tuple(out)

    def kept(self, exclude: str, rules: Sequence[RuleText] | None = None) -> BoolArray:
        """Who of the eligible stays under an exclusion rule, and other quality rules where given.

        Raises
        ------
        StudyError
            A rule or an exclusion rule that cannot be carried out.
        DataError
            Everybody is removed.
        """
        flags = self.quality.flags if rules is None else self.flags(rules)
        out = excluded(exclude, evidence_of(flags, len(self.eligible)))
        if out.all():
            raise DataError(
                f"The exclusion rule removes all {len(out)} respondents.", where=f"exclude = {exclude!r}"
            )
        return ~out

    def of(self, kept: BoolArray) -> SurveyData:
        """The survey of some of the eligible, without weights.

        Raises
        ------
        UnknownCodeError
            Answers kept that do not fit the codebook.
        """
        raw = self.eligible.table.raw.rows(kept)
        left = self._not_reached.loc[kept].reset_index(drop=True)
        table = Table(raw, self.survey.study, not_reached=left)
        if not self._fits:
            check_codes(table)
        return replace(self.eligible, table=table)
