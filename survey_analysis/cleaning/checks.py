"""Checks of the data that never act: reversed exports, yes-saying by group, double-barrelled wording."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.cleaning.items import ItemSet, item_sets
from survey_analysis.cleaning.screen import Screen
from survey_analysis.errors import StudyError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Numeric
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray, FloatArray

SMALLEST = 30
MOST_GROUPS = 12
DAY = "day"
_JOINED = re.compile(r"\b([\w'-]+)\s+(?:and|as well as|&)\s+([\w'-]+)", re.IGNORECASE)
_FIXED = re.compile(
    r"\b(family and friends|friends and family|pros and cons|terms and conditions)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Direction:
    """A question that runs against its neighbours in one group and with them elsewhere.

    `r` is the correlation with the mean of the other ratings of the same subject, `r_rest` the same
    among everybody else; `high` is the upper 95% limit of `r`; `answers` counts answers, `n` respondents.
    """

    question: str
    group: str
    n: int
    answers: int
    r: float
    high: float
    r_rest: float


@dataclass(frozen=True)
class YesBias:
    """Top-2 shares of straight items and of reversed items as answered, and of both at once, in a group."""

    variable: str
    level: str
    n: int
    straight: float
    reversed: float
    both: float


@dataclass(frozen=True)
class DoubleBarrelled:
    """A rating question whose wording joins two things."""

    question: str
    words: str
    text: str


@dataclass(frozen=True)
class DataChecks:
    """What the checks found; nothing was changed, nobody removed."""

    direction: tuple[Direction, ...] = ()
    yes_bias: tuple[YesBias, ...] = ()
    wording: tuple[DoubleBarrelled, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row a finding: `check, question, group, n, value, reference, finding`."""
        rows: list[list[object]] = [
            [
                "direction",
                d.question,
                d.group,
                d.n,
                d.r,
                d.r_rest,
                "runs against the other items: export reversed?",
            ]
            for d in self.direction
        ]
        rows += [
            [
                "yes-saying",
                "",
                f"{y.variable} = {y.level}",
                y.n,
                y.straight,
                y.reversed,
                "top-2, straight and reversed",
            ]
            for y in self.yes_bias
        ]
        rows += [
            ["wording", w.question, "", 0, np.nan, np.nan, f"asks two things at once: {w.words}"]
            for w in self.wording
        ]
        return pd.DataFrame(
            rows, columns=["check", "question", "group", "n", "value", "reference", "finding"]
        )


def data_checks(survey: SurveyData, *, by: Sequence[str] = ()) -> DataChecks:
    """Look for reversed exports, yes-saying and double-barrelled wording.

    Parameters
    ----------
    survey
        A survey, best before cleaning: a declared repair would hide what the direction check names.
    by
        Columns or questions whose groups are compared (the panel provider, age bands). "day" is the date
        of `[roles] started`; the direction check also looks at every crossing of a group with the day.

    Returns
    -------
    DataChecks

    Raises
    ------
    ColumnNotFoundError
        A name in `by` is no question or column.
    StudyError
        "day" is asked for and `[roles] started` is not declared.
    """
    screen = Screen(survey.table)
    groups = {name: _groups(screen, name) for name in by}
    crossed = dict(groups)
    if DAY in groups:
        for name in groups:
            if name != DAY:
                crossed[f"{name}, {DAY}"] = _crossed(groups[name], groups[DAY])
    return DataChecks(
        direction=tuple(_directions(screen, crossed)),
        yes_bias=tuple(_yes_bias(screen, {k: g for k, g in groups.items() if k != DAY})),
        wording=tuple(_double_barrelled(screen)),
    )


def _groups(screen: Screen, name: str) -> pd.Series:
    """Group of each row as text, "" where it is not known."""
    if name == DAY:
        started = screen.table.study.roles.started
        if not started:
            raise StudyError(
                "The checks by day need the column that says when an interview started.",
                where="[study.toml: roles.started]",
                hint='started = "StartDate" in [roles].',
            )
        return screen.texts(started).str.slice(0, 10)
    variable = screen.resolve(name)
    if isinstance(variable, Categorical):
        labels = np.array([*(x.label for x in variable.scale.answers), ""], dtype=object)
        return pd.Series(labels[variable.codes], dtype=object)
    return screen.texts(name)


def _crossed(a: pd.Series, b: pd.Series) -> pd.Series:
    return (a + ", " + b).where((a != "") & (b != ""), "")


def _directions(screen: Screen, groups: dict[str, pd.Series]) -> list[Direction]:
    """Questions with a clearly negative correlation in a group and a positive one elsewhere."""
    found: list[Direction] = []
    ratings = _ratings(screen)
    for label, series in groups.items():
        codes, levels = pd.factorize(series, sort=True)
        for question, pairs in ratings.items():
            for k, level in enumerate(levels):
                if level == "":
                    continue
                hit = _direction(question, f"{label} = {level}", pairs, codes == k)
                found += [hit] if hit else []
    return [d for d in found if not _explained(d, found)]


def _explained(one: Direction, found: list[Direction]) -> bool:
    """Whether a narrower group says the same more strongly (provider B, day 1 within day 1)."""
    level = one.group.rpartition(" = ")[2]
    parts = [d for d in found if d.question == one.question and d is not one and d.r < one.r]
    return any(level in d.group.rpartition(" = ")[2].split(", ") for d in parts)


def _direction(
    question: str, group: str, pairs: list[tuple[FloatArray, FloatArray]], inside: BoolArray
) -> Direction | None:
    r, answers, n = _correlation(pairs, inside)
    if answers < SMALLEST or not r < 0:
        return None
    high = float(np.tanh(np.arctanh(r) + 1.959964 / np.sqrt(answers - 3)))
    r_rest, rest, _ = _correlation(pairs, ~inside)
    if high >= 0 or rest < SMALLEST or not r_rest > 0:
        return None
    return Direction(question, group, n, answers, r, high, r_rest)


def _correlation(pairs: list[tuple[FloatArray, FloatArray]], rows: BoolArray) -> tuple[float, int, int]:
    """Correlation pooled within subjects, answers and respondents it rests on."""
    own, others = [], []
    people = np.zeros(len(rows), dtype=bool)
    for x, y in pairs:
        both = rows & ~np.isnan(x) & ~np.isnan(y)
        people |= both
        if both.any():
            own.append(x[both] - x[both].mean())
            others.append(y[both] - y[both].mean())
    if not own:
        return float("nan"), 0, 0
    a, b = np.concatenate(own), np.concatenate(others)
    scale = np.sqrt((a @ a) * (b @ b))
    r = float(a @ b / scale) if scale > 0 else float("nan")
    return float(np.clip(r, -0.999999, 0.999999)), len(a), int(people.sum())


def _ratings(screen: Screen) -> dict[str, list[tuple[FloatArray, FloatArray]]]:
    """For each rated question, its scores and the mean of the other ratings, subject by subject."""
    by_subject: dict[tuple[str, str], dict[str, FloatArray]] = {}
    for question in screen.table.codebook:
        if question.kind != "likert" or question.scale is None:
            continue
        for subject in question.columns:
            scores = _favourable(screen, question, subject)
            by_subject.setdefault((question.over, subject), {})[question.name] = scores
    out: dict[str, list[tuple[FloatArray, FloatArray]]] = {}
    for group in by_subject.values():
        if len(group) < 3:
            continue
        scores = np.array(list(group.values()))
        known = ~np.isnan(scores)
        total, count = np.where(known, scores, 0).sum(axis=0), known.sum(axis=0)
        for (name, own), here in zip(group.items(), known, strict=True):
            rest = count - here
            mean = np.where(rest > 0, (total - np.where(here, own, 0)) / np.maximum(rest, 1), np.nan)
            out.setdefault(name, []).append((own, mean))
    return out


def _favourable(screen: Screen, question: Question, subject: str) -> FloatArray:
    """Scores in the favourable direction, standardised so that scales of any length can be averaged."""
    variable = screen.variable(question, subject)
    if not isinstance(variable, Categorical | Numeric):
        return np.full(len(screen), np.nan)
    values = variable.values()
    if question.scale is not None and question.scale.favourable == "first":
        values = -values
    known = ~np.isnan(values)
    spread = float(values[known].std()) if known.any() else 0.0
    return (values - values[known].mean()) / spread if spread > 0 else np.full(len(screen), np.nan)


def _yes_bias(screen: Screen, groups: dict[str, pd.Series]) -> list[YesBias]:
    try:
        sets = item_sets(screen)
    except StudyError:  # without reversed items there is nothing to compare
        return []
    agreed = [_agreed(screen, group) for group in sets]
    out = []
    everybody = pd.Series(["everybody"] * len(screen), dtype=object)
    for name, series in {"": everybody, **groups}.items():
        codes, levels = pd.factorize(series, sort=True)
        if len(levels) > MOST_GROUPS:
            raise StudyError(
                f"'{name}' has {len(levels)} groups; the yes-saying check compares at most {MOST_GROUPS}.",
                hint="derive a variable with fewer levels and name it in by.",
            )
        for k, level in enumerate(levels):
            if level != "":
                out.append(_yes_row(name, str(level), agreed, codes == k))
    return out


def _agreed(screen: Screen, group: ItemSet) -> tuple[BoolArray, BoolArray, BoolArray, BoolArray]:
    """Known straight answers, agreeing ones, known reversed answers, agreeing ones."""
    answers = group.answers(screen)
    known = ~np.isnan(answers)
    last = len(group.scale.levels) - 1
    with np.errstate(invalid="ignore"):
        yes = answers <= 1 if group.scale.favourable == "first" else answers >= last - 1
    turned = group.reversed_items
    return known[:, ~turned], yes[:, ~turned], known[:, turned], yes[:, turned]


def _yes_row(name: str, level: str, agreed: list[tuple[BoolArray, ...]], rows: BoolArray) -> YesBias:
    straight = (
        [int(yes[rows].sum()) for _, yes, _, _ in agreed],
        [int(k[rows].sum()) for k, _, _, _ in agreed],
    )
    turned = [int(yes[rows].sum()) for _, _, _, yes in agreed], [int(k[rows].sum()) for _, _, k, _ in agreed]
    both = [(yes[rows] == known[rows]).all(axis=1) & t[rows].any(axis=1) for known, yes, _, t in agreed]
    sets = [known[rows].any(axis=1) & k[rows].any(axis=1) for known, _, k, _ in agreed]
    people = np.zeros(int(rows.sum()), dtype=bool)
    for rated in sets:
        people |= rated
    return YesBias(
        variable=name or "all",
        level=level,
        n=int(people.sum()),
        straight=_ratio(sum(straight[0]), sum(straight[1])),
        reversed=_ratio(sum(turned[0]), sum(turned[1])),
        both=_ratio(
            sum(int((b & s).sum()) for b, s in zip(both, sets, strict=True)), sum(int(s.sum()) for s in sets)
        ),
    )


def _ratio(a: int, b: int) -> float:
    return a / b if b else float("nan")


def _double_barrelled(screen: Screen) -> list[DoubleBarrelled]:
    """Rating questions that join two things; the part after the last dash is the item."""
    out = []
    for question in screen.table.codebook:
        if question.kind != "likert":
            continue
        item = re.split(r"\s[-–—]\s", question.text)[-1]
        match = _JOINED.search(_FIXED.sub("", item))
        if match:
            out.append(DoubleBarrelled(question.name, match.group(0), question.text))
    return out
