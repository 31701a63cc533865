"""Too few substantive answers to the questions that were asked."""

from __future__ import annotations

from fnmatch import fnmatchcase

import numpy as np
from pydantic import Field

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.errors import StudyError
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray


@rule("missing_share", stage="quality", family="pattern")
class MissingShare(CleaningRule):
    """More than a share of the questions asked without an answer (blank, don't know, refused).

    A question without routing is taken as asked of everybody; open ends do not count.

    Attributes
    ----------
    above
        Share of the questions asked.
    questions
        Shell patterns of question names; all when empty.
    minimum_asked
        People asked fewer questions are not judged.
    """

    above: float = Field(default=0.5, ge=0, lt=1)
    questions: tuple[str, ...] = ()
    minimum_asked: int = Field(default=5, ge=1)

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag rows with few answers."""
        screen = Screen(survey.table)
        asked = np.zeros(len(screen), dtype=np.int32)
        answered = asked.copy()
        for question in self._questions(screen):
            for subject in question.columns or ("",):
                was, did = self._one(screen, question, subject)
                asked += 1 if was is None else was
                answered += did
        judged = asked >= self.minimum_asked
        mask = judged & ((asked - answered) > self.above * asked)
        reason = f"no answer to more than {self.above:g} of the questions asked"
        return Flags(mask, reason, int(judged.sum()))

    def _questions(self, screen: Screen) -> list[Question]:
        chosen = [
            q
            for q in screen.table.codebook
            if q.kind != "open"
            and q.name not in screen.table.study.derived
            and (not self.questions or any(fnmatchcase(q.name, p) for p in self.questions))
        ]
        if not chosen:
            raise StudyError("The rule 'missing_share' finds no question.", where="[study.toml: clean.rules]")
        return chosen

    def _one(self, screen: Screen, question: Question, subject: str) -> tuple[BoolArray | None, BoolArray]:
        """Who was asked (None: everybody), and who answered."""
        known = screen.answered(question, subject)
        if not question.asked_if:
            return None, known
        text = question.asked_if
        if question.over:
            members = {k: c for k, _, c in screen.table.codebook.subjects[question.over].members}
            text = text.replace("{" + question.over + "}", members[subject])
        was = screen.decide(text)[0]
        return was, was & known
