"""Summary tables of a grid: one statistic of every item across the banner (report-content 10)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.origin import provenance, topic
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import Topic
from survey_analysis.results.letters import LetterRule
from survey_analysis.results.summary import SummaryData
from survey_analysis.study.codebook import Question
from survey_analysis.tabulation.banner import Banner
from survey_analysis.tabulation.cells import block_of, frame_of
from survey_analysis.tabulation.estimates import numbers_of
from survey_analysis.tabulation.gaps import CompareTo, compared_pairs, gaps_of
from survey_analysis.tabulation.grids import Figure, Grid, check_scales, grids_of, has, line_of
from survey_analysis.tabulation.letters import letters_of
from survey_analysis.typing import Where


@dataclass(frozen=True)
class SummaryWanted:
    """Which summaries are asked for; no figures, none.

    Raises
    ------
    EstimationError
        Groups or comparisons without a summary that would show them; the same statistic twice.
    """

    figures: tuple[Figure, ...] = ()
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    compare_to: CompareTo = None

    @classmethod
    def of(
        cls,
        summary: str | Sequence[str] | None,
        grids: Mapping[str, Sequence[str]] | None,
        compare_to: CompareTo,
    ) -> SummaryWanted:
        """Read the options of `tabulate`."""
        names = [] if summary is None else [summary] if isinstance(summary, str) else list(summary)
        if not names:
            for option, given in (("grids", grids), ("compare_to", compare_to)):
                if given:
                    raise EstimationError(
                        f"{option}= is for summaries, and none is asked for.", hint='give summary=["top2"].'
                    )
        if len(set(names)) < len(names):
            raise EstimationError("summary= names a statistic twice.", hint="name each once.")
        return cls(tuple(Figure.of(n) for n in names), dict(grids or {}), compare_to)


def summaries_of(
    survey: SurveyData,
    questions: Sequence[Question],
    banner: Banner,
    wanted: SummaryWanted,
    *,
    where: Where = None,
    level: float = 0.95,
    rule: LetterRule | None = None,
    order: str = "declared",
    weight: str = "",
) -> tuple[SummaryData, ...]:
    """A page for each grid and statistic that it has, grid by grid.

    Raises
    ------
    EstimationError
        No grid; a statistic that no grid has; a legacy convention, which has no rule for these pages.
    ScoreError
        A group of questions on different scales; both are named.
    """
    if not wanted.figures:
        return ()
    grids = grids_of(survey, questions, wanted.groups, where)
    for figure in wanted.figures:
        if not any(has(g.question, figure) for g in grids):
            raise EstimationError(
                f"summary = {figure.name!r} is asked for, and no grid has it.",
                where=f"grids: {', '.join(g.name for g in grids[:8])}",
                hint="boxes need a declared scale that is longer than the box, means a scale or numbers.",
            )
    pairs = compared_pairs(grids, wanted.compare_to)
    out = []
    for grid, compared in zip(grids, pairs, strict=True):
        for figure in wanted.figures:
            if grid.name in wanted.groups:
                check_scales(grid, figure)
            if not has(grid.question, figure):
                continue
            out.append(_page(survey, grid, figure, banner, compared, where, level, rule, order, weight))
    return tuple(out)


def _page(
    survey: SurveyData,
    grid: Grid,
    figure: Figure,
    banner: Banner,
    pairs: Sequence[tuple[int, int]],
    where: Where,
    level: float,
    rule: LetterRule | None,
    order: str,
    weight: str,
) -> SummaryData:
    lines = [line_of(survey, item, figure) for item in grid.items]
    numbers = [numbers_of(survey, x, banner, i.mask) for x, i in zip(lines, grid.items, strict=True)]
    least = rule.min_base if rule is not None else LetterRule().min_base
    gaps = gaps_of(survey, grid, lines, banner, pairs, level, least)
    places = _order(grid, [float(m.estimate[0, -1]) for m in numbers], order)
    items = [grid.items[i] for i in places]
    blocks = [block_of(lines[i], numbers[i], grid.items[i].label, level) for i in places]
    letters = None
    if rule is not None:
        masks, labels = [i.mask for i in items], [i.label for i in items]
        letters = letters_of(survey, [lines[i] for i in places], banner, masks, rule, labels=labels)
    inside = np.logical_or.reduce([i.mask for i in items])
    scale = grid.question.scale
    return SummaryData(
        grid=grid.name,
        statistic=figure.name,
        rows=frame_of(grid.name, blocks, banner),
        differences=gaps,
        items=tuple(i.label for i in items),
        by=grid.by,
        columns=banner.columns,
        topic=_topic(survey, grid, figure),
        base_text=base_text(grid.question) if grid.over else _group_base(grid),
        provenance=provenance(survey, where, inside),
        level=level,
        letters=letters,
        weight=weight,
        box=figure.size,
        scale_length=len(scale.levels) if scale is not None and figure.end else 0,
        notes=banner.notes,
    )


def _order(grid: Grid, totals: Sequence[float], order: str) -> list[int]:
    places = range(len(grid.items))
    if order == "declared":
        return list(places)
    sign = -1.0 if order == "descending" else 1.0

    def key(i: int) -> tuple[bool, bool, float]:
        nobody = bool(np.isnan(totals[i]))
        return grid.items[i].is_last, nobody, 0.0 if nobody or grid.items[i].is_last else sign * totals[i]

    return sorted(places, key=key)


def _topic(survey: SurveyData, grid: Grid, figure: Figure) -> Topic:
    question = grid.question
    answers: tuple[str, ...] = ()
    if question.scale is not None and figure.end:
        answers = tuple(question.scale.answers[i].label for i in figure.places(question))
    if figure.end:
        made = topic(survey, question, "proportion", "share", answers=answers)
    elif figure.name == "mean":
        made = topic(survey, question, "mean", "score")
    else:
        made = topic(survey, question, "nps", "points")
    return made if grid.over else replace(made, question=grid.name, wording="", short=grid.name, predicate="")


def base_text(question: Question) -> str:
    """Who the percentages of a question are of; of a battery, of "that source"."""
    base = question.base or f"respondents who answered '{question.name}'"
    if not question.over:
        return base
    slot = r"(?:\b(?:an?|the) )?\{" + re.escape(question.over) + r"\}"
    return re.sub(slot, lambda _: f"that {question.over}", base)


def _group_base(grid: Grid) -> str:
    bases = {i.question.base for i in grid.items}
    return bases.pop() if len(bases) == 1 and bases != {""} else "respondents who answered each question"
