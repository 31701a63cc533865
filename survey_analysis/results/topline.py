"""`ToplineData`: every question in questionnaire order with its answers and those who gave none. Data only."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from survey_analysis.results.crosstab import CrosstabData
from survey_analysis.results.estimate import Topic
from survey_analysis.results.provenance import Provenance
from survey_analysis.typing import QuestionKind

CELLS = ("question", "subject", "level", "kind", "column", "key", "estimate", "n", "n_weighted", "count")
UNANSWERED = "unanswered"


@dataclass(frozen=True, eq=False)
class ToplineQuestion:
    """One question: its table (None for open text), and who was asked and gave no answer.

    `missing` has one row a cell: `subject, kind, label, column, key, count` (people, unweighted). `derived`: nobody
    was asked it, it is made from other answers.
    """

    name: str
    label: str
    topic: Topic
    kind: QuestionKind
    answered: int
    missing: pd.DataFrame
    table: CrosstabData | None = None
    derived: bool = False


@dataclass(frozen=True, eq=False)
class ToplineData:
    """A topline.

    Attributes
    ----------
    questions
        In questionnaire order, derived ones last.
    people
        Respondents in the domain, unweighted.
    banner
        Name of the banner, "" for the total alone.
    samples
        Names of the samples in the domain; empty where the study has one.
    left_out
        Questions that nobody in the domain was asked or answered, by label.
    checks
        Attention checks, which are no questions to report, by label.
    """

    questions: tuple[ToplineQuestion, ...]
    people: int
    banner: str
    provenance: Provenance
    samples: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.questions)

    def to_frame(self) -> pd.DataFrame:
        """All cells, unrounded, then those without an answer (`kind` "unanswered", a `count` alone).

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> study = {"questions": {"q": {"text": "Do you?", "levels": ["no", "yes"]}}}
        >>> survey = sa.read(pd.DataFrame({"q": ["yes", "no", "yes", ""]}), study=study)
        >>> survey.topline().to_frame()[["level", "kind", "count"]].values.tolist()
        [['no', 'answer', 1.0], ['yes', 'answer', 2.0], ['No answer', 'unanswered', 1.0]]
        """
        parts = []
        for question in self.questions:
            if question.table is not None:
                parts.append(question.table.rows.reindex(columns=list(CELLS)))
            lost = question.missing.rename(columns={"label": "level"}).assign(
                question=question.name, kind=UNANSWERED
            )
            parts.append(lost.reindex(columns=list(CELLS)))
        filled = [p.astype({"count": float}) for p in parts if len(p)]
        return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(CELLS))
