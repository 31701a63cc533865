"""What the lines of a question are: answers, nets, boxes, mean, net promoter score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from survey_analysis.errors import EstimationError, ScoreError
from survey_analysis.estimation.scoring import has_scores, numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Encoded, Multiple
from survey_analysis.results.crosstab import RowKind
from survey_analysis.study.codebook import Question
from survey_analysis.tabulation.lines import Line, Lines
from survey_analysis.tabulation.nets import Answer, Net, Nets, answers_of, nets_of
from survey_analysis.typing import BoolArray, FloatArray

Statistic = Literal["mean", "sd", "se", "median", "nps"]
Order = Literal["declared", "descending", "ascending"]
NPS_SCALE = "nps-0-10"
MOST_VALUES = 60
"""Different numbers up to which a numeric question is read as exclusive answers."""
LABELS: dict[str, str] = {
    "mean": "Mean",
    "sd": "Standard deviation",
    "se": "Standard error",
    "median": "Median",
    "nps": "Net Promoter Score",
}
GROUPS = (("Promoters", 9, 10), ("Passives", 7, 8), ("Detractors", 0, 6))


@dataclass(frozen=True)
class Wanted:
    """Which lines are asked for; None where the question decides."""

    boxes: tuple[int, ...] | None = None
    statistics: tuple[str, ...] | None = None
    nets: Mapping[str, Nets] = field(default_factory=dict)
    order: Order = "declared"

    def __post_init__(self) -> None:
        for s in self.statistics or ():
            if s not in get_args(Statistic):
                raise EstimationError(
                    f"statistics = {s!r} is not known.",
                    hint=f"give some of {', '.join(get_args(Statistic))}.",
                )
        if self.order not in get_args(Order):
            raise EstimationError(
                f"order = {self.order!r} is not known.", hint=f"give one of {', '.join(get_args(Order))}."
            )
        if any(isinstance(b, bool) or not isinstance(b, int) or b < 1 for b in self.boxes or ()):
            raise EstimationError(f"boxes = {self.boxes!r} are no boxes.", hint="give numbers such as (2,).")


def boxes_of(question: Question, wanted: Wanted) -> tuple[int, ...]:
    """Sizes of the boxes of a question: those asked for, else 2 on a declared scale of four answers or more."""
    scale = question.scale
    if question.kind != "likert" or scale is None:
        return ()
    if wanted.boxes is None:
        return (2,) if is_boxed(question) and not is_nps(question) else ()
    if wanted.boxes and question.inferred:
        raise ScoreError(
            f"The scale of '{question.name}' was found from the data; which end is favourable is not known.",
            where="answers: " + ", ".join(x.label for x in scale.levels[:8]),
            hint="declare the scale with its favourable end in a study file, or leave boxes= out.",
        )
    return wanted.boxes


def is_boxed(question: Question) -> bool:
    """A declared scale long enough for boxes and a mean."""
    scale = question.scale
    return (
        question.kind == "likert" and scale is not None and not question.inferred and len(scale.levels) >= 4
    )


def is_nps(question: Question) -> bool:
    """Whether the scale is the library's likelihood to recommend."""
    return question.scale is not None and question.scale.name == NPS_SCALE


def statistics_of(question: Question, wanted: Wanted) -> tuple[str, ...]:
    """Statistics printed under the answers of a question."""
    if wanted.statistics is None:
        if is_nps(question):
            return ("mean", "nps")
        return ("mean",) if question.kind == "numeric" or is_boxed(question) else ()
    if question.kind not in ("single", "likert", "numeric") or not has_scores(question):
        return ()
    asked = [s for s in wanted.statistics if s != "nps" or _is_0_to_10(question)]
    return tuple(asked)


def _is_0_to_10(question: Question) -> bool:
    if question.kind == "numeric":
        return True  # the numbers are looked at when the score is made
    scores = [s for s in (question.scale.scores if question.scale else ()) if s is not None]
    return bool(scores) and set(scores) <= set(range(11)) and {0.0, 10.0} <= set(scores)


def check_wanted(questions: Sequence[Question], wanted: Wanted) -> None:
    """Refuse what no question of the book can have: an option that would change nothing."""
    if wanted.boxes and not any(boxes_of(q, wanted) for q in questions):
        raise EstimationError(
            "boxes= is asked for, and no row is on a declared scale.",
            where=f"rows: {', '.join(q.name for q in questions[:8])}",
            hint="leave boxes= out, or declare the scale (kind = likert) in a study file.",
        )
    for statistic in wanted.statistics or ():
        if not any(statistic in statistics_of(q, wanted) for q in questions):
            raise EstimationError(
                f"statistics= asks for {statistic!r}, and no row has it.",
                where=f"rows: {', '.join(q.name for q in questions[:8])}",
                hint="means and spread need numbers or a scale, nps answers from 0 to 10.",
            )
    for name in wanted.nets:
        if name not in {q.name for q in questions}:
            raise EstimationError(
                f"nets= speaks of '{name}', which is not in the table.",
                where=f"rows: {', '.join(q.name for q in questions[:8])}",
                hint="name a question of the rows.",
            )


def lines_of(survey: SurveyData, question: Question, subject: str, wanted: Wanted) -> Lines:
    """Lines of a question, or of one subject of a grid, in printed order."""
    variable = survey.table.variable(question.name, subject)
    statistics = [s for s in statistics_of(question, wanted) if s in ("mean", "nps")]
    if question.kind == "numeric":
        nets_of(question, (), wanted.nets.get(question.name))  # refuses nets of numbers
        return _numeric(question, variable, subject, statistics)
    if not isinstance(variable, Categorical | Multiple):
        raise EstimationError(
            f"'{question.name}' is open text and cannot be tabulated.", hint="code it first: survey.code()."
        )
    answers = answers_of(variable)
    nets = _nets(question, answers, wanted)
    lines, masks = _answers(answers, nets)
    boxes = _boxes(question, wanted)
    lines += [Line("net", label) for label, _ in boxes]
    masks += [m for _, m in boxes]
    lines += [_score_line(s) for s in statistics]
    if isinstance(variable, Multiple):
        known = variable.known()
        chosen = np.column_stack([(variable.chosen[:, m]).any(axis=1) & known for m in masks])
        base = np.broadcast_to(known[:, None], chosen.shape)
        return Lines(subject, tuple(lines), given=(chosen.astype(np.float64), base))
    return _scaled(question, variable, subject, lines, masks, statistics)


def _nets(question: Question, answers: tuple[Answer, ...], wanted: Wanted) -> tuple[Net, ...]:
    nets = nets_of(question, answers, wanted.nets.get(question.name))
    if "nps" not in statistics_of(question, wanted) or question.scale is None:
        return nets
    groups = []
    for label, low, high in GROUPS:
        inside = tuple(i for i, s in enumerate(question.scale.scores) if s is not None and low <= s <= high)
        groups.append(Net(label, inside))
    return (*nets, *groups)


def _answers(answers: tuple[Answer, ...], nets: tuple[Net, ...]) -> tuple[list[Line], list[BoolArray]]:
    """Answers in scale order, each under its net; a net stands where its first answer would."""
    lines: list[Line] = []
    masks: list[BoolArray] = []
    places = np.arange(len(answers))
    done: set[int] = set()

    def net(one: Net) -> None:
        lines.append(Line("net", one.label, one.parent))
        masks.append(np.isin(places, one.places))
        inner = [n for n in nets if n.parent == one.label]
        for place in one.places:
            _inside(inner, place)
            if place not in done:
                answer(place, one.label)

    def answer(place: int, parent: str) -> None:
        done.add(place)
        lines.append(Line("answer", answers[place].label, parent))
        masks.append(places == place)

    def _inside(candidates: list[Net], place: int) -> None:
        for one in candidates:
            if one.places[0] == place:
                net(one)

    top = [n for n in nets if not n.parent]
    for place in range(len(answers)):
        _inside(top, place)
        if place not in done and not any(place in n.places for n in top):
            answer(place, "")
    return lines, masks


def _boxes(question: Question, wanted: Wanted) -> list[tuple[str, BoolArray]]:
    scale = question.scale
    if scale is None:
        return []
    places = np.arange(len(scale.answers))
    out = []
    for k in boxes_of(question, wanted):
        out += [
            (f"Top {k}", np.isin(places, scale.top(k))),
            (f"Bottom {k}", np.isin(places, scale.bottom(k))),
        ]
    return out


def _score_line(statistic: str) -> Line:
    kind: RowKind = "nps" if statistic == "nps" else "mean"
    return Line(kind, LABELS[statistic])


def _scores(statistic: str, values: FloatArray) -> FloatArray:
    if statistic == "mean":
        return values
    score = np.where(values >= 9, 1.0, np.where(values <= 6, -1.0, 0.0))
    return np.where(np.isnan(values), np.nan, score)


def _scaled(
    question: Question,
    variable: Categorical,
    subject: str,
    lines: list[Line],
    masks: list[BoolArray],
    statistics: list[str],
) -> Lines:
    """Answers of a scale: exclusive codes, or numerators and bases where answers off it have no score."""
    rows = [m.astype(np.float64) for m in masks]
    values = np.array([np.nan if s is None else s for s in variable.scale.scores])
    if statistics:
        numbers(question, variable, statistics[0])  # an error for words without scores
    rows += [_scores(s, values) for s in statistics]
    table = np.stack(rows) if rows else np.zeros((0, len(values)))
    codes = variable.codes.astype(np.int64)
    if not np.isnan(table).any():
        return Lines(subject, tuple(lines), codes=codes, scores=table)
    has = np.vstack([~np.isnan(table.T), np.zeros(len(lines), dtype=bool)])
    filled = np.vstack([np.nan_to_num(table.T), np.zeros(len(lines))])
    return Lines(subject, tuple(lines), given=(filled[codes], has[codes]))


def _numeric(question: Question, variable: Encoded, subject: str, statistics: list[str]) -> Lines:
    """Mean and net promoter score of numbers."""
    values = numbers(question, variable, "mean")
    known = ~np.isnan(values)
    if "nps" in statistics:
        found = values[known]
        if ((found < 0) | (found > 10) | (found != np.floor(found))).any():
            raise ScoreError(
                f"NPS needs answers from 0 to 10, whole numbers; '{question.name}' has {found.min():g} to {found.max():g}.",
                hint="declare missing codes on its scale, or leave nps out of statistics=.",
            )
    lines: list[Line] = []
    scores = []
    kept, code = np.unique(values[known], return_inverse=True)
    if "nps" in statistics:
        lines += [Line("net", label) for label, _, _ in GROUPS]
        scores += [((kept >= low) & (kept <= high)).astype(np.float64) for _, low, high in GROUPS]
    lines += [_score_line(s) for s in statistics]
    scores += [_scores(s, kept) for s in statistics]
    if len(kept) <= MOST_VALUES and lines:
        codes = np.full(len(values), -1, dtype=np.int64)
        codes[known] = code.ravel()
        return Lines(subject, tuple(lines), codes=codes, scores=np.stack(scores))
    y = np.zeros((len(values), len(lines)))
    for j, row in enumerate(scores):
        y[known, j] = row[code.ravel()]
    return Lines(subject, tuple(lines), given=(y, np.broadcast_to(known[:, None], y.shape)))
