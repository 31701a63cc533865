"""Open answers for somebody who codes them: scrubbed, without ids, in an order that tells nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.errors import DataError, EstimationError, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Text
from survey_analysis.openends.scrub import Capitals, scrub, tidy
from survey_analysis.typing import Where


@dataclass(frozen=True, eq=False)
class VerbatimsData:
    """Scrubbed open answers.

    Attributes
    ----------
    rows
        `number` of the answer, the subject where the question has several, `answer`.
    changed
        How many answers scrubbing changed.
    """

    question: str
    rows: pd.DataFrame
    changed: int


def verbatims(
    survey: SurveyData, question: str, *, where: Where = None, capitals: Capitals = "names"
) -> VerbatimsData:
    """Open answers, scrubbed, for coding by hand; nothing says whose they are.

    Parameters
    ----------
    question : str
        An open question.
    where
        Whose answers.
    capitals : {"names", "words"}
        As in `scrub`: "words" for languages that capitalise nouns.

    Returns
    -------
    VerbatimsData
        `number, answer` (and the subject). Numbers run over the answers in alphabetical order, so that neither place
        nor number leads back to a row; equal answers stay apart, each counts.

    Raises
    ------
    DataError
        No open question.
    EstimationError
        Nobody there has answered.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> frame = pd.DataFrame({"why": ["I trust Marisol", "", "=1+1 cheap", "ask me: a@example.org"]})
    >>> survey = sa.read(frame, study={"questions": {"why": {"kind": "open"}}})
    >>> survey.verbatims("why").to_frame()["answer"].tolist()
    ['ask me: [e-mail]', '[formula] 1+1 cheap', 'I trust [name]']
    """
    asked = survey.table.question(question)
    if asked.kind != "open":
        known = [q.name for q in survey.study.codebook if q.kind == "open"]
        raise DataError(f"'{question}' is no open question, but {asked.kind}.", hint=closest(question, known))
    labels = survey.study.codebook.subjects[asked.over].labels if asked.over else {}
    parts = []
    for key in asked.columns:
        variable = survey.table.variable(question, key)
        assert isinstance(variable, Text)  # noqa: S101  open questions are text
        rows = survey.table.mask(where, (asked.over, key) if asked.over else None) & variable.known()
        texts = [str(t) for t in variable.texts[np.flatnonzero(rows)]]
        parts.append(
            pd.DataFrame({asked.over or "subject": labels.get(key, key), "said": texts}, dtype=object)
        )
    said = pd.concat(parts, ignore_index=True)
    if said.empty:
        raise EstimationError(f"Nobody there has answered '{question}'.", hint="check where=.")
    said["answer"] = [scrub(t, capitals=capitals) for t in said["said"]]
    changed = int(sum(a != tidy(t) for a, t in zip(said["answer"], said["said"], strict=True)))
    columns = [asked.over, "answer"] if asked.over else ["answer"]
    order = sorted(range(len(said)), key=lambda i: (_key(said["answer"][i]), said["answer"][i]))
    rows_ = said.iloc[order][columns].reset_index(drop=True)
    rows_.insert(0, "number", np.arange(1, len(rows_) + 1))
    return VerbatimsData(question, rows_, changed)


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
