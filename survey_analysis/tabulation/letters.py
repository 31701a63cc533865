"""Letters of a banner table: which columns differ, by the design-based difference (statistics 2.2, 2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.core.calibrate import effective_n
from survey_analysis.core.intervals import t_quantile
from survey_analysis.core.multiplicity import adjust
from survey_analysis.core.pair_tests import PairTests
from survey_analysis.core.quadratic import equivalence
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.crosstab import CrosstabData
from survey_analysis.results.letters import LetterRule, LettersData
from survey_analysis.results.summary import SummaryData
from survey_analysis.significance.compare import POWER
from survey_analysis.tabulation.banner import Banner
from survey_analysis.tabulation.banner_waves import refuse_pooled_sides
from survey_analysis.tabulation.conventions import convention_tests
from survey_analysis.tabulation.letter_rule import Pairs, letter_names, pairs_of
from survey_analysis.tabulation.lines import Lines
from survey_analysis.tabulation.pair_paths import bases_of, tests_of
from survey_analysis.typing import BoolArray, FloatArray

SMALL_BASE = "small base"
HIGHER, LOWER = "+", "-"


def letters_of(
    survey: SurveyData,
    lines: Sequence[Lines],
    banner: Banner,
    domain: BoolArray | Sequence[BoolArray] | None,
    rule: LetterRule,
    *,
    labels: Sequence[str] = (),
) -> LettersData:
    """Test the columns of a table against each other and give letters.

    Parameters
    ----------
    survey : SurveyData
    lines : sequence of Lines
        One a subject.
    banner : Banner
    domain : ndarray of bool, shape (n,), or one a subject, or None
        Rows the table is about; None for all.
    rule : LetterRule
        A checked rule.
    labels : sequence of str
        Label of each subject, as the table prints it; by default its key.

    Returns
    -------
    LettersData
        A letter stands in the higher column and names the lower one: capital at the first level, small at the
        second. Against the total, the rest, the column before or the first, "+" and "-" say higher and lower, in
        brackets at the second level.

    Raises
    ------
    EstimationError
        A side of a comparison would pool waves of a stack that was not made for that.

    Notes
    -----
    Nothing is tested where the smaller of n and effective base of either side is under `rule.min_base`.
    """
    names = letter_names(banner, rule)
    pairs = pairs_of(banner, rule, names)
    masks = _masks(banner)
    make = partial(convention_tests, rule) if rule.convention else tests_of
    domains = domain if isinstance(domain, Sequence) else [domain] * len(lines)
    refuse_pooled_sides(survey, masks, pairs.sides, domains)
    found = [
        _enough(
            survey,
            part,
            banner,
            masks,
            pairs,
            here,
            rule,
            make(survey, part, banner, masks, pairs.sides, here),
        )
        for part, here in zip(lines, domains, strict=True)
    ]
    together = PairTests(
        *(np.concatenate([getattr(t, f) for t in found]) for f in PairTests.__dataclass_fields__)
    )
    told = labels or [part.subject for part in lines]
    about = [(rated, x.kind, x.label) for rated, part in zip(told, lines, strict=True) for x in part.lines]
    made = LettersData(
        rule=rule,
        lines=pd.DataFrame(about, columns=["subject", "kind", "level"]),
        columns=tuple(c.key for c in banner.columns),
        pairs=pairs.keys,
        estimate=together.estimate,
        std_error=together.std_error,
        df=together.df,
        statistic=together.statistic,
        p_value=together.p,
        p_adjusted=together.p,
        method=together.method,
        letters=np.full((len(about), len(banner.columns)), "", dtype=object),
        names=names,
        sets=pairs.sets,
        spans=pairs.span,
    )
    is_share = np.concatenate([part.is_share for part in lines])
    done = lettered(_extras(_adjusted(made), is_share))
    if not rule.convention:
        return done
    ours = LetterRule(against=rule.against, naming=rule.naming)
    return replace(done, default=letters_of(survey, lines, banner, domain, ours, labels=labels))


def _masks(banner: Banner) -> list[BoolArray]:
    """Rows of every side: the columns, the rest of each, everybody."""
    whole = np.ones(len(banner.masks[0]), dtype=bool)
    return [*banner.masks, *(~m for m in banner.masks), whole]


def _enough(
    survey: SurveyData,
    lines: Lines,
    banner: Banner,
    masks: Sequence[BoolArray],
    pairs: Pairs,
    domain: BoolArray | None,
    rule: LetterRule,
    tests: PairTests,
) -> PairTests:
    """The tests, without those whose base is under the least."""
    if not pairs.sides:
        return tests
    bases = bases_of(survey, lines, banner, pairs.sides, domain)
    if bases is None:
        bases = np.full((len(lines.lines), len(masks)), np.nan)
        used = sorted({side for pair in pairs.sides for side in pair})
        bases[:, used] = _bases(survey, lines, [masks[s] for s in used], domain)
    a, b = np.array(pairs.sides).T
    small = np.minimum(bases[:, a], bases[:, b]) < rule.min_base
    if not small.any():
        return tests
    numbers = {f: np.where(small, np.nan, getattr(tests, f)) for f in ("std_error", "df", "statistic", "p")}
    return replace(tests, **numbers, method=np.where(small, SMALL_BASE, tests.method))


def _bases(
    survey: SurveyData, lines: Lines, masks: Sequence[BoolArray], domain: BoolArray | None
) -> FloatArray:
    """The smaller of n and effective base, line by line and side by side (K, M)."""
    w = survey.frame.weight if lines.factor is None else survey.frame.weight * lines.factor
    sides = np.column_stack(masks) & (w > 0)[:, None]
    if domain is not None:
        sides &= domain[:, None]
    out = np.empty((len(lines.lines), len(masks)))
    seen: dict[bytes, FloatArray] = {}
    for k in range(len(lines.lines)):
        base = lines.base[:, k]
        key = b"" if lines.codes is not None else np.packbits(base).tobytes()  # codes: one base for all lines
        if key not in seen:
            rows = np.flatnonzero(base)
            member = sides[rows].astype(np.float64)
            seen[key] = np.minimum(member.sum(axis=0), effective_n(w[rows], member))
        out[k] = seen[key]
    return out


def _adjusted(data: LettersData) -> LettersData:
    """P values adjusted for the family of a row of a span, or of the table; a book is adjusted over its tables."""
    if data.rule.adjust == "none" or data.rule.family == "book":
        return data
    p = np.full_like(data.p_value, np.nan)
    if data.rule.family == "table":
        p = adjust(data.p_value.ravel(), data.rule.adjust).reshape(p.shape)
    else:
        spans = np.array(data.spans)
        for span in dict.fromkeys(data.spans):
            here = np.flatnonzero(spans == span)
            for row in range(len(p)):
                p[row, here] = adjust(data.p_value[row, here], data.rule.adjust)
    return replace(data, p_adjusted=p)


def adjust_book(
    tables: Sequence[CrosstabData], summaries: Sequence[SummaryData] = ()
) -> tuple[tuple[CrosstabData, ...], tuple[SummaryData, ...]]:
    """Letters of all tables and summaries adjusted as one family, where their rule says so."""
    every = iter(_one_family([*(t.letters for t in tables), *(s.letters for s in summaries)]))
    return (
        tuple(replace(t, letters=next(every)) for t in tables),
        tuple(replace(s, letters=next(every)) for s in summaries),
    )


def _one_family(given: Sequence[LettersData | None]) -> list[LettersData | None]:
    tested = [x for x in given if x is not None]
    if not tested or tested[0].rule.family != "book":
        return list(given)
    adjusted = adjust(np.concatenate([x.p_value.ravel() for x in tested]), tested[0].rule.adjust)
    out: list[LettersData | None] = []
    start = 0
    for letters in given:
        if letters is None:
            out.append(None)
            continue
        size = letters.p_value.size
        p = adjusted[start : start + size].reshape(letters.p_value.shape)
        start += size
        out.append(lettered(replace(letters, p_adjusted=p)))
    return out


def _extras(data: LettersData, is_share: BoolArray) -> LettersData:
    """Equivalence within a declared margin, and the smallest difference that would be found."""
    rule, alpha = data.rule, 1 - data.rule.levels[0]
    equivalent = detectable = None
    if rule.margin is not None:
        equivalent = equivalence(data.estimate, data.std_error, data.df, rule.margin) < alpha
        equivalent &= is_share[:, None] & (data.std_error > 0)
    if rule.detectable:
        t = t_quantile(0.5 + rule.levels[0] / 2, data.df) + t_quantile(POWER, data.df)
        detectable = t * data.std_error
    return replace(data, equivalent=equivalent, detectable=detectable)


def lettered(data: LettersData) -> LettersData:
    """The letters that the adjusted p values give."""
    place = {key: i for i, key in enumerate(data.columns)}
    out: NDArray[np.object_] = np.full((len(data.lines), len(data.columns)), "", dtype=object)
    strict, loose = data.rule.levels[0], data.rule.levels[-1]
    with np.errstate(invalid="ignore"):
        level = np.where(
            data.p_adjusted < 1 - strict + 1e-12, 2, np.where(data.p_adjusted < 1 - loose + 1e-12, 1, 0)
        )
    by_letter = data.rule.against == "columns" or not isinstance(data.rule.against, str)
    for row, pair in zip(*np.nonzero(level), strict=True):
        a, b = data.pairs[pair]
        strong, higher = level[row, pair] == 2, data.estimate[row, pair] > 0
        if not by_letter:
            sign = HIGHER if higher else LOWER
            out[row, place[a]] += sign if strong else f"({sign})"
            continue
        high, low = (a, b) if higher else (b, a)
        name = data.names[place[low]]
        out[row, place[high]] += name if strong else name.lower()
    for row, column in zip(*np.nonzero(out != ""), strict=True):
        if by_letter:
            out[row, column] = _in_order(out[row, column], data.names)
    return replace(data, letters=out)


def _in_order(found: str, names: Sequence[str]) -> str:
    """Letters in the order of the columns, capitals before small ones."""
    if max((len(n) for n in names), default=1) == 1:
        return "".join(sorted(c for c in found if c.isupper()) + sorted(c for c in found if c.islower()))
    return found
