"""Diverging Likert bars: every answer of a scale by row, around the middle of the scale."""

from __future__ import annotations

from typing import Literal

from survey_analysis.figures.errors import FigureError, one_of
from survey_analysis.figures.likert_bars import Bar, Bars, paint
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.reading import Level, group_title, levels
from survey_analysis.plurals import counted
from survey_analysis.results.estimate import EstimateData

Sort = Literal["positive", "scale", "top1", "top2", "top3"]


def likert(
    estimate: EstimateData,
    caption: Caption,
    *,
    rows: str | None = None,
    sort: Sort = "positive",
    positive: Literal["last", "first"] | None = None,
) -> Chart:
    """All answers of a scale of 2 to 7 points, diverging around its middle.

    Parameters
    ----------
    estimate
        Shares of every answer, by one dimension or more.
    caption
        The texts around the figure.
    rows
        Dimension whose levels are the rows, when there are several.
    sort
        By total positive, by the topmost one to three answers, or in the order of the estimate.
    positive
        Which end of the scale is the favourable one; as the scale declares it by default.

    Raises
    ------
    FigureError
        The estimate lacks an answer of the scale, or the scale has fewer than 2 or more than 7 points.
    """
    final = bars_of(estimate, rows=rows, sort=sort, positive=positive)
    return Chart("likert", caption, lambda sheet: paint(sheet, final))


def bars_of(
    estimate: EstimateData,
    *,
    rows: str | None = None,
    sort: Sort = "positive",
    positive: Literal["last", "first"] | None = None,
) -> Bars:
    """Rows in order with the shares of every answer, for a drawing and for a native chart."""
    one_of("sort", sort, ("positive", "scale", "top1", "top2", "top3"))
    positive = estimate.topic.favourable if positive is None else positive
    one_of("positive", positive, ("last", "first"))
    bars = _read(estimate, rows, positive)
    ordered = list(bars.rows)
    if sort == "positive":
        ordered.sort(key=lambda b: -b.positive)
    elif sort != "scale":
        ordered.sort(key=lambda b: -b.top(int(sort[-1])))
    return Bars(tuple(ordered), bars.answers, bars.outside)


def _read(estimate: EstimateData, rows: str | None, positive: str) -> Bars:
    table = levels(estimate, rows)
    present = list(dict.fromkeys(r.answer for r in table))
    outside = tuple(a for a in present if a in estimate.topic.outside)
    scale = [label for _, label in estimate.topic.scale if label not in estimate.topic.outside]
    answers = tuple(scale or [a for a in present if a not in outside])
    if positive == "first":
        answers = answers[::-1]
    if estimate.topic.unit != "share" or not 2 <= len(answers) <= 7:
        raise FigureError(
            "A diverging figure shows the shares of 2 to 7 ordered answers.",
            where=f"the estimate has {counted(len(answers), 'answer')} ({estimate.topic.unit})",
            hint='net some answers, or plot "dots".',
        )
    if len(outside) > 3:
        raise FigureError(
            f"{len(outside)} answers lie off the scale; the figure has room for 3.",
            where=", ".join(map(repr, outside)),
            hint="net them before.",
        )
    unknown = [a for a in present if a not in answers and a not in outside]
    by_row: dict[tuple[str, ...], dict[str, Level]] = {}
    for r in table:
        by_row.setdefault((*r.group, r.label, r.key), {})[r.answer] = r
    missing = sorted({a for got in by_row.values() for a in (*answers, *outside) if a not in got})
    if unknown or missing:
        raise FigureError(
            "The estimate does not hold every answer of the scale.",
            where="; ".join(
                f"{word}: {', '.join(map(repr, some))}"
                for word, some in (("missing", missing), ("not on the scale", unknown))
                if some
            ),
            hint="estimate the proportion of all answers: leave out top= and answers=.",
        )
    bars = tuple(
        Bar(
            name[-1],
            group_title([part for part in name[:-1] if part]) or "All",
            tuple(got[a].value for a in answers),
            tuple(got[a].value for a in outside),
            max(r.n for r in got.values()),
        )
        for name, got in by_row.items()
    )
    return Bars(bars, answers, outside)
