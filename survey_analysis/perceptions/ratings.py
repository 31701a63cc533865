"""Ratings of sources in every form a file holds them: batteries, constructs, one row a rating, plain columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from survey_analysis.errors import EstimationError, ScoreError, names_of
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cell, Cells, cells
from survey_analysis.estimation.fits import Column
from survey_analysis.estimation.mean import mean
from survey_analysis.estimation.origin import base_texts, topic
from survey_analysis.estimation.proportion import answer_columns, option_columns
from survey_analysis.estimation.scoring import has_scores
from survey_analysis.estimation.several import asked as asked_questions
from survey_analysis.estimation.several import by_question, joined, texts
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.scores import perceptions
from survey_analysis.results.estimate import Dim, EstimateData
from survey_analysis.study.codebook import Question
from survey_analysis.typing import Where

SOURCE = "source"
"""What plain questions that rate one source each are called together."""


@dataclass(frozen=True)
class Ratings:
    """What was asked for: names, the answers counted (none: means), and what the ratings are about.

    `by` is the variable that says which source a row rates, where the file has one row a rating.
    """

    names: tuple[str, ...]
    listed: bool
    top: int | None = None
    bottom: int | None = None
    answers: tuple[str, ...] | None = None
    by: str | None = None
    where: Where = None
    level: float = 0.95

    @property
    def boxed(self) -> bool:
        """Shares of a box or of answers, not means."""
        return not (self.top is None and self.bottom is None and self.answers is None)

    @property
    def asked(self) -> Asked:
        """Domain and level for the estimates."""
        return Asked(self.where, self.level)


def read_request(
    survey: SurveyData,
    question: str | Sequence[str],
    *,
    top: int | None,
    bottom: int | None,
    answers: Sequence[str] | None,
    by: str | None,
    where: Where,
    level: float,
) -> Ratings:
    """Check what was asked for.

    Raises
    ------
    ScoreError, EstimationError
        Boxes of a construct, two kinds of box, or constructs mixed with questions.
    """
    names = tuple(names_of(question, "the question"))
    if not names:
        raise EstimationError(
            "There is no question to compare sources by.",
            hint="name a battery, a construct, or the questions that rate the sources.",
        )
    if sum(x is not None for x in (top, bottom, answers)) > 1:
        raise ScoreError("Give only one of top=, bottom= and answers=.")
    if isinstance(answers, str):
        raise ScoreError("answers= is one text.", hint=f"give a list: answers=[{answers!r}]")
    made = Ratings(
        names,
        not isinstance(question, str),
        top,
        bottom,
        None if answers is None else tuple(answers),
        by,
        where,
        level,
    )
    constructs = [n for n in names if n in survey.table.codebook.constructs]
    if constructs and len(constructs) < len(names):
        raise EstimationError(
            "Constructs and questions cannot be compared in one call: their scales are not the same.",
            where=f"constructs: {', '.join(constructs)}",
            hint="compare them in two calls.",
        )
    if constructs and made.boxed:
        raise ScoreError(
            f"'{names[0]}' is a construct: a mean of items has no boxes.",
            hint="leave top=, bottom= and answers= out.",
        )
    return made


def ratings(survey: SurveyData, wanted: Ratings, *, segment: str | None = None) -> EstimateData:
    """Levels of every source (within every level of `segment`), with their joint covariance.

    The dimensions are the measure (where there are several), the source, the segment.

    Raises
    ------
    EstimationError
        Plain questions where one battery is needed, or a battery with `by`.
    """
    if wanted.names[0] in survey.table.codebook.constructs:
        over = wanted.by or _over(survey, wanted.names[0])
        return _subject(perceptions(survey, wanted.names, by=_by(over, segment), where=wanted.where, level=wanted.level), over)  # fmt: skip
    questions, _ = asked_questions(survey, list(wanted.names))
    over = questions[0].over
    if over and wanted.by not in (None, over):
        raise EstimationError(
            f"'{questions[0].name}' is asked about every {over}; the sources are those.",
            hint=f"leave by= out, or give by='{over}'.",
        )
    over = over or wanted.by or ""
    if not over:
        return _columns_as_sources(survey, wanted, questions, segment)
    by = _by(over, segment)
    if wanted.boxed:
        return _subject(_shares(survey, wanted, questions, by), over)
    named: str | list[str] = list(wanted.names) if len(questions) > 1 else wanted.names[0]
    return _subject(mean(survey, named, by=by, where=wanted.where, level=wanted.level), over)


def scores(survey: SurveyData, wanted: Ratings) -> EstimateData | None:
    """The numbers that people gave, for who rates whom higher; None where answers have no numbers."""
    if wanted.names[0] not in survey.table.codebook.constructs:
        questions = [survey.table.question(n) for n in wanted.names]
        if not all(q.kind not in ("multiple", "open") and has_scores(q) for q in questions):
            return None
    plain = replace(wanted, top=None, bottom=None, answers=None)
    return ratings(survey, plain)


def source_of(estimate: EstimateData) -> str:
    """The dimension that holds the sources."""
    return estimate.topic.subject


def _by(over: str, segment: str | None) -> list[str]:
    return [over] if segment is None else [over, segment]


def _over(survey: SurveyData, construct: str) -> str:
    items = survey.table.codebook.constructs[construct].items
    over = survey.table.question(items[0]).over
    if not over:
        raise EstimationError(
            f"The items of '{construct}' are about the respondent; there are no sources to compare.",
            hint="declare them as batteries over a subject, or give by= in a file with one row a rating.",
        )
    return over


def _subject(estimate: EstimateData, over: str) -> EstimateData:
    """The same estimates, their sources named as the subject of the battery."""
    return replace(estimate, topic=replace(estimate.topic, subject=over))


def _shares(
    survey: SurveyData, wanted: Ratings, questions: Sequence[Question], by: list[str]
) -> EstimateData:
    found = cells(survey, questions[0], by, wanted.where)
    columns, labels, score = _share_columns(survey, wanted, questions, found)
    about = joined(topic(survey, questions[0], "proportion", "share", score=score, answers=labels), questions)
    crossed = by_question(found, questions) if len(questions) > 1 else found
    bases = texts(questions, wanted.where, found)
    return assemble(survey, crossed, columns, about, bases, asked=wanted.asked, method="logit")


def _share_columns(
    survey: SurveyData, wanted: Ratings, questions: Sequence[Question], found: Cells
) -> tuple[list[Column], tuple[str, ...], str]:
    """Columns of all questions; the labels counted must be the same for all of them."""
    out: list[Column] = []
    said: tuple[tuple[str, ...], str] | None = None
    for i, one in enumerate(questions):
        labels: tuple[str, ...]
        if one.kind == "multiple":
            made, labels = option_columns(survey, one, found, wanted.top, wanted.bottom, wanted.answers)
            score = "any of"
        elif one.kind in ("single", "likert"):
            made, labels, score = answer_columns(
                survey, one, found, wanted.top, wanted.bottom, wanted.answers
            )
        else:
            raise ScoreError(
                f"'{one.name}' is {'a number' if one.kind == 'numeric' else 'open text'}; it has no shares.",
                hint="leave top=, bottom= and answers= out to compare means.",
            )
        if said is not None and said[0] != labels:
            raise ScoreError(
                f"'{questions[0].name}' and '{one.name}' count different answers.",
                where=f"{', '.join(said[0])}; {', '.join(labels)}",
                hint="compare questions on one scale together, the others in a call of their own.",
            )
        said = (labels, score)
        out += [replace(c, cell=c.cell + i * len(found.cells)) for c in made]
    assert said is not None  # noqa: S101  at least one question is named
    return out, said[0], said[1]


def _columns_as_sources(
    survey: SurveyData, wanted: Ratings, questions: Sequence[Question], segment: str | None
) -> EstimateData:
    """Several plain questions, each the rating of one source."""
    if len(questions) < 2:
        overs = [q.name for q in survey.table.codebook if q.over][:3]
        raise EstimationError(
            f"'{questions[0].name}' rates one thing: there is nothing to compare it with.",
            hint="name the questions that rate the other sources, a battery"
            + (f" ({', '.join(overs)})" if overs else "")
            + ", or by= in a file with one row a rating.",
        )
    _one_scale(questions, boxed=wanted.boxed)
    found = cells(survey, None, segment, wanted.where)
    names = tuple((q.name, q.short or q.text or q.name) for q in questions)
    dim = Dim(SOURCE, "Source", names)
    made = [Cell((q.name, *c.keys), c.mask, "") for q in questions for c in found.cells]
    crossed = Cells((dim, *found.dims), tuple(made), "")
    if wanted.boxed:
        columns, labels, score = _share_columns(survey, wanted, questions, found)
        about = topic(survey, questions[0], "proportion", "share", score=score, answers=labels)
        method = "logit"
    else:
        kept = mean(survey, list(wanted.names), by=segment, where=wanted.where, level=wanted.level)
        columns = _columns_of(kept)
        about, method = kept.topic, "t"
    about = replace(
        about, question=", ".join(wanted.names), wording=_wording(questions), subject=SOURCE, short="rating"
    )
    bases = tuple(
        t
        for q, (_, label) in zip(questions, names, strict=True)
        for t in base_texts(q.base or f"respondents who rated {label}", q.name, wanted.where, found)
    )
    return assemble(survey, crossed, columns, about, bases, asked=wanted.asked, method=method)  # type: ignore[arg-type]


def _columns_of(estimate: EstimateData) -> list[Column]:
    """Columns behind means, in their order."""
    evidence = estimate.evidence
    if evidence is None or evidence.x is None:
        raise EstimationError("There are too many answers to compare at once.", hint="name fewer questions.")
    missing = estimate.rows["n_missing"].tolist()
    return [Column(j, "", evidence.y[:, j], evidence.x[:, j], int(missing[j])) for j in range(len(estimate))]


def _one_scale(questions: Sequence[Question], *, boxed: bool) -> None:
    """Sources are compared on one scale only."""
    lengths = {q.name: len(q.scale.levels) for q in questions if q.scale is not None and q.kind != "multiple"}
    if boxed and len(set(lengths.values())) > 1:
        raise ScoreError(
            "The questions are on scales of different length; their boxes cannot be compared.",
            where=", ".join(f"{n}: {k}" for n, k in lengths.items()),
            hint="compare questions on one scale.",
        )


def _wording(questions: Sequence[Question]) -> str:
    return "; ".join(dict.fromkeys(q.text for q in questions if q.text))


def check_segment(segment: str | None, estimate: EstimateData) -> None:
    """A segment is a variable of people, not the source itself."""
    if segment is None:
        return
    if segment == source_of(estimate) or segment in [d.name for d in estimate.dims]:
        raise EstimationError(f"segment = '{segment}' is what is compared.", hint="name a group of people.")
