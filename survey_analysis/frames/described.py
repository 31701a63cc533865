"""What a data file says of its columns, for questions whose study file does not say it."""

from __future__ import annotations

from dataclasses import dataclass

from survey_analysis.frames.infer import infer_question
from survey_analysis.frames.personal_find import content_evidence
from survey_analysis.frames.raw import RawTable
from survey_analysis.study.codebook import Question
from survey_analysis.study.file import StudyFile
from survey_analysis.study.scales import MissingCode


@dataclass(frozen=True)
class FileFacts:
    """Kinds, answers and missing codes by the labels of a file; nothing of personal columns."""

    raw: RawTable
    file: StudyFile

    def question(self, column: str) -> Question | None:
        """The question of a column that the file labels, or calls a measurement."""
        raw = self.raw
        says = raw.labels.get(column) or raw.missing.get(column) or raw.measure.get(column) == "scale"
        if not says or column not in raw.columns or self._is_personal(column):
            return None
        return infer_question(raw, column, self._empty)

    def missing(self, column: str) -> tuple[MissingCode, ...]:
        """Codes of a column that the file calls missing."""
        return self.raw.missing.get(column, ())

    @property
    def _empty(self) -> frozenset[str]:
        return frozenset(self.file.study.missing_text)

    def _is_personal(self, column: str) -> bool:
        """Whether its values are nobody's business: then they make no answers."""
        roles = self.file.roles
        if column in roles.not_personal:
            return False
        declared = column in roles.personal or column in roles.hashed or column in self.raw.withheld
        return declared or bool(content_evidence(self.raw, column, self._empty))
