"""`CodedData`: an open question coded by a keyword frame, with its shares and what stayed uncoded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from survey_analysis.errors import ColumnNotFoundError, StudyError, closest
from survey_analysis.estimation.cells import cells
from survey_analysis.estimation.proportion import proportion
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Multiple, Text
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.provenance import Provenance
from survey_analysis.study.coding import OTHER, FrameEntry, plain
from survey_analysis.typing import BoolArray, Where

FEWEST = 10
"""People who must have said a word, or belong to a code, before it is shown or quoted."""
_WORD = re.compile(r"[^\W\d_][\w']{2,}")
_COMMON = frozenset(
    [
        "a",
        "about",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "even",
        "for",
        "from",
        "get",
        "had",
        "has",
        "have",
        "he",
        "her",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "like",
        "me",
        "more",
        "most",
        "much",
        "my",
        "not",
        "of",
        "on",
        "one",
        "or",
        "our",
        "out",
        "she",
        "so",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "too",
        "up",
        "us",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "which",
        "who",
        "will",
        "with",
        "would",
        "you",
        "your",
        "it's",
        "i'm",
        "don't",
        "they're",
        "that's",
    ]
)


@dataclass(frozen=True, eq=False)
class Subject:
    """The coded answers about one subject ("" for a plain question)."""

    key: str
    label: str
    inside: BoolArray  # the domain
    coded: Multiple
    answers: Text

    @property
    def said(self) -> BoolArray:
        """Who gave an answer that says something."""
        return self.inside & self.coded.known()

    @property
    def silent(self) -> BoolArray:
        """Who wrote an answer that says nothing."""
        return self.inside & self.answers.known() & ~self.coded.known()


@dataclass(frozen=True, eq=False)
class CodedData:
    """An open question coded by a frame.

    Attributes
    ----------
    question, frame
        The open question and the frame, by name; the frame's name is a multiple-response question.
    shares
        Weighted share of each code among those who said something, by subject.
    coverage
        Weighted share of those with at least one code.
    counts
        `subject, said, coded, other, nothing`: people, unweighted.
    """

    question: str
    frame: str
    labels: tuple[tuple[str, str], ...]
    shares: EstimateData
    coverage: EstimateData
    counts: pd.DataFrame
    subjects: tuple[Subject, ...] = field(repr=False)
    survey: SurveyData = field(repr=False)
    where: Where = None

    @property
    def rules(self) -> FrameEntry:
        """The frame as declared."""
        return self.survey.study.frames[self.frame]

    @property
    def provenance(self) -> Provenance:
        """Where the numbers come from."""
        return self.shares.provenance

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.provenance.simulated

    def to_frame(self) -> pd.DataFrame:
        """One row an answer that says something: position in the survey, subject, 1 and 0 a code; no text.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> codes = {"price": {"label": "Price", "words": ["cheap*", "price"]}}
        >>> study = {"questions": {"why": {"column": "why", "kind": "open"}},
        ...     "frames": {"reasons": {"question": "why", "codes": codes}}}
        >>> data = pd.DataFrame({"why": ["The price!", "cheapest", "my sister", ""]})
        >>> sa.read(data, study=study).code("why").to_frame()["price"].tolist()
        [1, 1, 0]
        """
        parts = []
        for s in self.subjects:
            rows = np.flatnonzero(s.said)
            part = pd.DataFrame({"position": rows, "subject": s.label})
            for j, option in enumerate(s.coded.options):
                part[option.code] = s.coded.chosen[rows, j].astype(int)
            parts.append(part)
        out = pd.concat(parts, ignore_index=True)
        return out if self.shares.topic.subject else out.drop(columns="subject")

    def uncoded_words(self, *, most: int = 20) -> pd.DataFrame:
        """Words that most people used whose answer got no code: what the frame may lack.

        Words of three letters and more, common English ones left out, said by at least 10 people: rarer ones
        can be names.
        """
        people: dict[str, set[int]] = {}
        person = self.survey.person
        everybody: set[int] = set()
        for s in self.subjects:
            other = s.said & s.coded.chosen[:, -1]
            for i in np.flatnonzero(other):
                who = int(i if person is None else person[i])
                everybody.add(who)
                for word in set(_WORD.findall(plain(str(s.answers.texts[i])))) - _COMMON:
                    people.setdefault(word, set()).add(who)
        found = sorted(
            ((len(p), w) for w, p in people.items() if len(p) >= FEWEST), key=lambda x: (-x[0], x[1])
        )
        total = len(everybody)
        return pd.DataFrame(
            [{"word": w, "people": n, "share": n / total} for n, w in found[:most]],
            columns=["word", "people", "share"],
        )


def frame_of(survey: SurveyData, question: str, frame: str | None) -> str:
    """The frame that codes a question; it need not be named when there is one.

    Raises
    ------
    StudyError
        There is none, or several and none is named.
    ColumnNotFoundError
        No frame has that name.
    """
    frames = survey.study.frames
    fitting = [name for name, f in frames.items() if f.question == question]
    if frame is not None:
        if frame not in frames:
            raise ColumnNotFoundError(f"There is no frame '{frame}'.", hint=closest(frame, frames))
        if frame not in fitting:
            raise StudyError(
                f"Frame '{frame}' codes '{frames[frame].question}', not '{question}'.",
                where=f"[study.toml: frames.{frame}.question]",
                hint=f"frames of '{question}': {', '.join(fitting) or 'none'}.",
            )
        return frame
    if len(fitting) == 1:
        return fitting[0]
    survey.table.question(question)  # an unknown question says so
    raise StudyError(
        f"{'No frame codes' if not fitting else 'Several frames code'} '{question}'.",
        where=f"frames in the study file: {', '.join(frames) or 'none'}.",
        hint=f"say frame=..., one of {', '.join(fitting)}."
        if fitting
        else f'declare [frames.NAME] question = "{question}" and its codes.',
    )


def code(
    survey: SurveyData, question: str, *, frame: str | None = None, where: Where = None, level: float = 0.95
) -> CodedData:
    """Code an open question by a declared keyword frame.

    Parameters
    ----------
    question : str
        The open question, or battery of them.
    frame : str, optional
        Frame of the study file; needed when several code the question.
    where : str or mapping, optional
        Domain. Others stay in the design.
    level : float
        Level of the intervals.

    Returns
    -------
    CodedData
        Counts, coverage, shares, words left uncoded, quotes, agreement with another coding.

    Raises
    ------
    StudyError
        No frame codes the question, or several do.

    Notes
    -----
    An answer may get several codes. Keywords are whole words on text in lower case without accents; a negator up to
    `window` words before, in the same clause, takes the keyword away. The base is everybody who said something:
    "other" is in it, answers that say nothing are not.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> codes = {"price": {"label": "Price", "words": ["cheap*", "price"]}}
    >>> study = {"questions": {"why": {"column": "why", "kind": "open"}},
    ...     "frames": {"reasons": {"question": "why", "codes": codes, "nothing": ["no idea"]}}}
    >>> data = pd.DataFrame({"why": ["The price!", "not cheap", "my sister", "No idea."]})
    >>> survey = sa.read(data, study=study)
    >>> survey.code("why").counts.iloc[0, 1:].tolist()
    [3, 1, 2, 1]
    >>> round(survey.proportion("reasons", answers=["Price"]).value, 3)
    0.333
    """
    name = frame_of(survey, question, frame)
    coded = survey.table.question(name)
    labels = tuple((o.code, o.label) for o in coded.options)
    shares = proportion(survey, name, where=where, level=level)
    any_code = [key for key, _ in labels if key != OTHER]
    coverage = proportion(survey, name, answers=any_code, where=where, level=level)
    subjects = tuple(_subjects(survey, name, question, where))
    counts = pd.DataFrame([_counted(survey, s) for s in subjects])
    return CodedData(question, name, labels, shares, coverage, counts, subjects, survey, where)


def _subjects(survey: SurveyData, name: str, question: str, where: Where) -> list[Subject]:
    found = cells(survey, survey.table.question(name), None, where)
    out = []
    for cell in found.cells:
        coded = survey.table.variable(name, cell.subject)
        answers = survey.table.variable(question, cell.subject)
        assert isinstance(coded, Multiple)  # noqa: S101  a frame makes options
        assert isinstance(answers, Text)  # noqa: S101  of an open question
        label = found.dims[0].label_of(cell.subject) if cell.subject else ""
        out.append(Subject(cell.subject, label, cell.mask & (survey.frame.weight > 0), coded, answers))
    return out


def people_in(survey: SurveyData, rows: BoolArray) -> int:
    """How many people a mask of rows holds."""
    return int(rows.sum()) if survey.person is None else len(np.unique(survey.person[rows]))


def _counted(survey: SurveyData, s: Subject) -> dict[str, object]:
    other = s.said & s.coded.chosen[:, -1]
    return {
        "subject": s.label,
        "said": people_in(survey, s.said),
        "coded": people_in(survey, s.said & ~other),
        "other": people_in(survey, other),
        "nothing": people_in(survey, s.silent),
    }
