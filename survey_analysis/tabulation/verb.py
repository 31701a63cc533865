"""Banner tables: questions down, variables side by side across, every cell with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.assemble import Asked
from survey_analysis.estimation.cells import Cell, Cells, cells, condition
from survey_analysis.estimation.independence import independence
from survey_analysis.estimation.loops import loop_factor
from survey_analysis.estimation.origin import provenance, topic
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Multiple
from survey_analysis.results.crosstab import BookData, CrosstabData
from survey_analysis.results.letters import (
    Convention,
    Family,
    LetterAdjust,
    LetterRule,
    LettersData,
    Naming,
    Presentation,
)
from survey_analysis.study.codebook import Question
from survey_analysis.study.expressions import names as names_in
from survey_analysis.tabulation.banner import Banner, banner_of
from survey_analysis.tabulation.banner_waves import of_waves
from survey_analysis.tabulation.cells import Block, bases_of, block_of, frame_of
from survey_analysis.tabulation.construction import without_settled
from survey_analysis.tabulation.different import Than, aligned, different_rule
from survey_analysis.tabulation.estimates import numbers_of
from survey_analysis.tabulation.gaps import CompareTo
from survey_analysis.tabulation.letters import adjust_book, letters_of
from survey_analysis.tabulation.lines import Lines
from survey_analysis.tabulation.nets import Nets
from survey_analysis.tabulation.order import sorted_lines
from survey_analysis.tabulation.presentation import presented
from survey_analysis.tabulation.questions import (
    Order,
    Statistic,
    Wanted,
    check_wanted,
    lines_of,
    statistics_of,
)
from survey_analysis.tabulation.rule import Letters, rule_of
from survey_analysis.tabulation.spread import with_spread
from survey_analysis.tabulation.summary import SummaryWanted, base_text, summaries_of
from survey_analysis.tabulation.weights import under_weight, weight_names
from survey_analysis.typing import BannerBy, BoolArray, Where


def tabulate(
    survey: SurveyData,
    rows: str | Sequence[str] | None = None,
    *,
    by: BannerBy = None,
    where: Where = None,
    level: float = 0.95,
    tests: Literal["rao-scott", "none"] = "rao-scott",
    letters: Letters = "columns",
    boxes: Sequence[int] | None = None,
    statistics: Sequence[Statistic] | None = None,
    nets: Mapping[str, Nets] | None = None,
    order: Order = "declared",
    weight: str | Sequence[str] = "",
    levels: tuple[float, ...] | None = None,
    adjust: LetterAdjust | None = None,
    family: Family | None = None,
    min_base: tuple[float, float] | None = None,
    naming: Naming | None = None,
    convention: Convention | None = None,
    continuity: bool | None = None,
    margin: float | None = None,
    detectable: bool | None = None,
    presentation: Presentation | None = None,
    summary: str | Sequence[str] | None = None,
    grids: Mapping[str, Sequence[str]] | None = None,
    compare_to: CompareTo = None,
    different: Than | None = None,
) -> BookData:
    """Tabulate questions by a banner.

    Parameters
    ----------
    rows : str or sequence of str, optional
        Single, Likert, multiple-response, coded or numeric questions and batteries; by default all declared ones,
        in the order of the export.
    by : str, mapping or sequence of them, optional
        The name of a banner of the study file, or what stands side by side: variables, crossings ("sex * region"),
        named filters, `{"label": ..., "where": ...}` for one column, `{"label": ..., "levels": {label: where}}` for
        several under one heading. Columns may overlap. Without it, only the total.
    where : str or mapping, optional
        Domain, for every table.
    level : float
        Confidence level of the intervals.
    tests : {"rao-scott", "none"}
        Test of independence of each table and span, or none.
    letters : LetterRule, str, pairs or None
        What columns are tested against: "columns" (of their span), "total", "rest", "previous", "first", pairs of
        columns; "none" or None. `levels`, `adjust`, `family`, `min_base` (no test under, caution under), `naming`,
        `convention`, `continuity`, `margin`, `detectable` and `presentation` are those of `LetterRule`.
    boxes : sequence of int, optional
        Sizes of top and bottom boxes of declared scales; by default 2 on scales of four answers or more.
    statistics : sequence of {"mean", "sd", "se", "median", "nps"}, optional
        Lines under the answers; by default the mean of numbers and declared scales, and the net promoter score of
        the library's scale.
    nets : mapping, optional
        Nets by question, in place of the declared ones: `{"follow": {"Likely": [4, 5]}}`. A net may hold other nets
        by label; of multiple response it is any of its options, a person once.
    order : {"declared", "descending", "ascending"}
        Order of the answers by the total, within nets; answers off the scale, exclusive options and those declared
        `last` stay last.
    weight : str or sequence of str
        A column or a name of `[design.weights]`, taken as fixed; "" is the survey's own. Several give one table each.
    summary : str or sequence of str, optional
        Pages of each grid: "top2", "bottom2" (any size), "mean", "nps" of every item across the banner.
    grids : mapping, optional
        Questions on one scale that are summarised together: `{"Trust": ["t1", "t2"]}`, beside the batteries of `rows`.
    compare_to : str or sequence of pairs, optional
        Item of the summaries that every other is compared with, or pairs of items: differences on own bases and among
        the same people, under each other. Without it no difference is printed.
    different : {"rest", "previous", "first", "total"}, optional
        Test every line of every column against that, for the page of `Book.different()`.

    Returns
    -------
    BookData
        One table a question and weight: shares of every answer (a battery by subject), nets, boxes, means, three
        bases; one Rao-Scott test a span; letters.

    Raises
    ------
    EstimationError
        The total column would pool samples of different populations; an option that nothing in the book can have.
    ColumnNotFoundError
        An unknown question, banner, filter or weight; the nearest is named.

    Notes
    -----
    Every line is sum(w y) / sum(w base) in its column, with the variance of `core.covariance` (statistics 2.4, 2.25):
    the numbers are those of `proportion`, `mean` and `nps` with `by=`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"buy": ["yes", "no", "yes", "no"], "sex": ["w", "w", "m", "m"]})
    >>> book = sa.read(data).tabulate("buy", by="sex")
    >>> book.to_frame()[["level", "column", "estimate"]].head(2).values.tolist()
    [['no', 'Total', 0.5], ['no', 'm', 0.5]]
    """
    if tests not in ("rao-scott", "none"):
        raise EstimationError(f"tests = {tests!r} is not known.", hint='give "rao-scott" or "none".')
    Asked(level=level)  # refuses what is no confidence level
    rule = rule_of(
        letters,
        {
            "levels": levels, "adjust": adjust, "family": family, "min_base": min_base, "naming": naming,
            "convention": convention, "continuity": continuity, "margin": margin, "detectable": detectable,
            "presentation": presentation,
        },
    )  # fmt: skip
    questions = [survey.table.question(name) for name in _names(survey, rows)]
    pages, page_rule = SummaryWanted.of(summary, grids, compare_to), different_rule(different, rule)
    wanted = Wanted(
        None if boxes is None else tuple(boxes),
        None if statistics is None else tuple(statistics),
        nets or {},
        order,
    )
    check_wanted(questions, wanted)
    surveys = {w: under_weight(survey, w) for w in weight_names(weight)}
    requests = {w: _request(x, by, where, level, tests, rule, wanted, w) for w, x in surveys.items()}
    made = [
        _table(x, q, replace(requests[w], different=page_rule)) for q in questions for w, x in surveys.items()
    ]
    summaries = [
        page
        for w, x in surveys.items()
        for page in summaries_of(x, questions, requests[w].banner, pages, where=where, level=level, rule=rule,
                                 order=order, weight=w)
    ]  # fmt: skip
    first = next(iter(requests.values()))
    inside = np.ones(len(survey), dtype=bool) if first.domain is None else first.domain
    tables = [t for t, _ in made]
    if rule is not None and rule.presentation:
        tables = [presented(t) for t in tables]
    lettered, paged = adjust_book(tables, summaries)
    return BookData(
        lettered,
        first.banner.name,
        provenance(survey, where, inside),
        paged,
        tuple(d for _, d in made if d is not None),
    )


@dataclass(frozen=True, eq=False)
class _Request:
    """What is wanted of every table; `domain` is None where a filter differs by subject."""

    banner: Banner
    where: Where
    domain: BoolArray | None
    level: float
    tests: bool
    rule: LetterRule | None
    wanted: Wanted
    weight: str
    different: LetterRule | None = None


def _request(
    survey: SurveyData,
    by: BannerBy,
    where: Where,
    level: float,
    tests: str,
    rule: LetterRule | None,
    wanted: Wanted,
    weight: str,
) -> _Request:
    domain = None if _over_in(survey, where) else survey.table.mask(condition(survey, where))
    banner = of_waves(survey, banner_of(survey, by), domain)
    return _Request(banner, where, domain, level, tests == "rao-scott", rule, wanted, weight)


def _names(survey: SurveyData, rows: str | Sequence[str] | None) -> list[str]:
    if rows is None:
        wave = survey.waves.name if survey.waves is not None else ""  # what tells rows apart is no row
        declared = [q for q in survey.table.codebook if q.kind != "open" and q.name != wave]
        if not declared:
            raise EstimationError(
                "No question is declared, so there is nothing to tabulate.",
                where=f"columns: {', '.join(survey.table.raw.columns[:8])}",
                hint='name columns: tabulate(["q1", "q2"]), or declare questions in a study file.',
            )
        return in_file_order(survey, declared)
    names = [rows] if isinstance(rows, str) else list(rows)
    twice = [n for n in names if names.count(n) > 1]
    if twice:
        raise EstimationError(f"rows names '{twice[0]}' twice.", hint="name each question once.")
    if not names:
        raise EstimationError("rows is empty.", hint="name questions, or leave rows out for all of them.")
    return names


def in_file_order(survey: SurveyData, questions: Sequence[Question]) -> list[str]:
    """Names in the order of their columns in the export (a study file keeps batteries apart); derived last."""
    place = {c: i for i, c in enumerate(survey.table.raw.columns)}
    end = len(place)

    def first(question: Question) -> int:
        derived = question.name in survey.study.derived
        return end if derived else min((place.get(c, end) for c in question.all_columns), default=end)

    return [q.name for q in sorted(questions, key=first)]


def _over_in(survey: SurveyData, where: Where) -> bool:
    """True when the filter speaks of what a battery runs over, so that it differs by subject."""
    found = condition(survey, where)
    return found is not None and bool(names_in(found) & set(survey.table.codebook.subjects))


_NO_TESTS = pd.DataFrame(
    columns=["subject", "span", "statistic", "df", "df_residual", "p_value", "method", "note"]
)


def _table(
    survey: SurveyData, question: Question, asked: _Request
) -> tuple[CrosstabData, LettersData | None]:
    """One table, and the tests of its columns against the rest where they are asked for."""
    found = cells(survey, question, None, asked.where)
    made = [_block(survey, question, cell, found, asked) for cell in found.cells]
    blocks = [b for b, _ in made]
    if not any((b.numbers["n"] > 0).any() for b in blocks):
        raise EstimationError(
            f"Nobody in the domain answered '{question.name}'.",
            hint="check where= and the routing (asked_if).",
        )
    inside = asked.domain
    if inside is None:
        inside = np.logical_or.reduce([c.mask for c in found.cells])
    letters = _letters(survey, [x for _, x in made], found, asked, asked.rule)
    departures = aligned(letters, asked.different)
    if departures is None:
        departures = _letters(survey, [x for _, x in made], found, asked, asked.different)
    if departures is not None:
        domains = [c.mask for c in found.cells]
        departures = without_settled(departures, [x for _, x in made], asked.banner, domains)
    table = CrosstabData(
        rows=frame_of(question.name, blocks, asked.banner),
        bases=bases_of(blocks, asked.banner),
        independence=_tests(survey, question, found, asked),
        columns=asked.banner.columns,
        topic=topic(survey, question, "proportion", "share"),
        base_text=base_text(question),
        provenance=provenance(survey, asked.where, inside),
        level=asked.level,
        letters=letters,
        weight=asked.weight,
        notes=asked.banner.notes,
    )
    return table, departures


def _block(
    survey: SurveyData, question: Question, cell: Cell, found: Cells, asked: _Request
) -> tuple[Block, Lines]:
    """Cells of one subject, and the lines that letters are given to."""
    lines = replace(
        lines_of(survey, question, cell.subject, asked.wanted),
        factor=loop_factor(survey, question.over, cell.subject),
    )
    numbers = numbers_of(survey, lines, asked.banner, cell.mask)
    if asked.wanted.order != "declared":
        variable = survey.table.variable(question.name, cell.subject)
        order = sorted_lines(question, variable, lines, numbers.estimate[:, -1], asked.wanted.order)
        lines, numbers = lines.taken(order), numbers.taken(order)
    block = block_of(lines, numbers, _subject_label(found, cell.keys), asked.level)
    spread = tuple(s for s in statistics_of(question, asked.wanted) if s in ("sd", "se", "median"))
    return with_spread(survey, question, block, asked.banner, cell, spread, asked.level), lines


def _subject_label(found: Cells, keys: tuple[str, ...]) -> str:
    """Label of what a battery's cell rates; "" for a plain question."""
    return " / ".join(d.label_of(k) for d, k in zip(found.dims, keys, strict=True))


def _letters(
    survey: SurveyData, lines: Sequence[Lines], found: Cells, asked: _Request, rule: LetterRule | None
) -> LettersData | None:
    """Letters of the table, subject by subject within its own domain."""
    if rule is None:
        return None
    domains = [cell.mask for cell in found.cells]
    labels = [_subject_label(found, cell.keys) for cell in found.cells]
    return letters_of(survey, lines, asked.banner, domains, rule, labels=labels)


def _tests(survey: SurveyData, question: Question, found: Cells, asked: _Request) -> pd.DataFrame:
    if not asked.tests:
        return _NO_TESTS
    out = []
    for cell in found.cells:
        variable = survey.table.variable(question.name, cell.subject)
        if not isinstance(variable, Categorical | Multiple):
            continue
        known = cell.mask & variable.known()
        if isinstance(variable, Categorical):
            rows = [known & (variable.codes == j) for j in range(len(variable.scale.answers))]
        else:
            rows = [known & variable.chosen[:, j] for j in range(len(variable.options))]
        for name, positions in asked.banner.spans:
            if len(positions) > 1:
                test = independence(survey, rows, [asked.banner.masks[j] for j in positions])
                out.append({"subject": _subject_label(found, cell.keys), "span": name, **test})
    return pd.DataFrame(out, columns=_NO_TESTS.columns)
