"""Letters of other systems, as statistics.md 2.2 and 2.5 describe them: for tables that must agree with old ones.

They ignore strata, clusters and what the weighting explains. A table of sources rated by the same people is refused
where the system has no rule for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from survey_analysis.core.pair_tests import PairTests
from survey_analysis.core.quadratic import t_tail
from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.letters import Convention, LetterRule
from survey_analysis.tabulation.banner import Banner
from survey_analysis.tabulation.lines import Lines
from survey_analysis.tabulation.pair_paths import SidePairs, tests_of
from survey_analysis.typing import BoolArray, FloatArray

PROFILES: Mapping[Convention, LetterRule] = {
    "spss": LetterRule(levels=(0.95,), min_base=2, small_base=2, naming="span", convention="spss"),
    "spss-effective": LetterRule(
        levels=(0.95,), min_base=2, small_base=2, naming="span", convention="spss-effective"
    ),
    "q": LetterRule(
        levels=(0.999, 0.95),
        adjust="bh",
        family="table",
        min_base=2,
        small_base=2,
        naming="span",
        convention="q",
    ),
}
"""What each system does where an option is left out."""
SKIPPED = "not tested"
_FEW = 10  # under this many people Q compares shares by a t test with equal variances


@dataclass(frozen=True, eq=False)
class Bases:
    """What the formulas take of each line and column (K, M), and of each pair (K, P) for those in both."""

    n: FloatArray
    size: FloatArray  # the base of the test: weighted, or effective
    share: FloatArray  # weighted mean of y
    spread: FloatArray  # its variance between people, with size - 1
    both: FloatArray

    @classmethod
    def of(
        cls, survey: SurveyData, lines: Lines, masks: Sequence[BoolArray], pairs: SidePairs,
        domain: BoolArray | None, *, effective: bool, rounded: bool,
    ) -> Bases:  # fmt: skip
        """Sums over the rows with a weight; `rounded` rounds weighted counts, as SPSS does in a cell."""
        w = survey.frame.weight if lines.factor is None else survey.frame.weight * lines.factor
        inside = w > 0 if domain is None else domain & (w > 0)
        sides = (np.column_stack(masks) & inside[:, None]).astype(np.float64)
        base = lines.base.astype(np.float64)
        y = np.where(lines.base, lines.y, 0.0)
        n, total = base.T @ sides, (w[:, None] * base).T @ sides
        sums, squares = (w[:, None] * y).T @ sides, (w[:, None] * y**2).T @ sides
        w2 = ((w**2)[:, None] * base).T @ sides
        with np.errstate(divide="ignore", invalid="ignore"):
            size = total**2 / w2 if effective else total
            if rounded:
                shares = lines.is_share[:, None]
                size = np.where(shares, np.floor(total + 0.5), total)
                sums = np.where(shares, np.floor(sums + 0.5), sums)
                share = np.where(shares, np.minimum(sums / size, 1.0), sums / total)
            else:
                share = sums / total
            mean = ((w[:, None] * y).T @ sides) / total
            spread = (squares / total - mean**2) * size / (size - 1)
        both = np.zeros((len(lines.lines), len(pairs)))
        for p, (a, b) in enumerate(pairs):
            common = sides[:, a] * sides[:, b]
            if common.any():
                wx = w * common
                both[:, p] = (wx @ base) ** 2 / ((wx**2) @ base) if effective else wx @ base
        return cls(n, size, share, np.maximum(spread, 0.0), np.nan_to_num(both))


def convention_tests(
    rule: LetterRule,
    survey: SurveyData,
    lines: Lines,
    banner: Banner,
    masks: Sequence[BoolArray],
    pairs: SidePairs,
    domain: BoolArray | None,
) -> PairTests:
    """Tests of every line and pair by the rule of another system.

    Raises
    ------
    EstimationError
        The same people stand in several columns with different answers, and the system has no rule for that.
    """
    stacked = _same_people(survey, masks, pairs)
    if stacked and rule.convention != "q":
        a, b = (_label(banner, side) for side in pairs[stacked[0]])
        raise EstimationError(
            f"convention = {rule.convention!r} has no rule for answers of the same people in two columns.",
            where=f"{len(stacked)} of {len(pairs)} pairs of columns, such as '{a}' and '{b}', hold ratings of the same people.",
            hint="leave convention= out: the design-based test counts each person once.",
        )
    effective = rule.convention != "spss"
    bases = Bases.of(
        survey, lines, masks, pairs, domain, effective=effective, rounded=rule.convention == "spss"
    )
    out = by_formula(bases, lines.is_share, pairs, rule)
    if stacked:
        paired = tests_of(survey, lines, banner, masks, [pairs[p] for p in stacked], domain)
        for name in ("estimate", "std_error", "df", "statistic", "p"):
            getattr(out, name)[:, stacked] = getattr(paired, name)
        out.method[:, stacked] = "q, dependent"
    return out


def by_formula(bases: Bases, is_share: BoolArray, pairs: SidePairs, rule: LetterRule) -> PairTests:
    """Pooled z of shares and pooled t of means (statistics 2.2, 2.5).

    z = (p_a - p_b) / sqrt(p(1 - p)(1/e_a + 1/e_b - 2 e_ab / (e_a e_b))), p pooled over both columns; t with
    e_a + e_b - e_ab - 2 degrees of freedom.
    """
    a, b = np.array(pairs).T
    e_a, e_b = bases.size[:, a], bases.size[:, b]
    x_a, x_b = bases.share[:, a], bases.share[:, b]
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1 / e_a + 1 / e_b - 2 * bases.both / (e_a * e_b)
        pooled = (e_a * x_a + e_b * x_b) / (e_a + e_b)
        s2 = ((e_a - 1) * bases.spread[:, a] + (e_b - 1) * bases.spread[:, b]) / (e_a + e_b - 2)
        t_form = ~is_share[:, None] | _as_t(bases, a, b, rule)
        variance = np.where(t_form, s2, pooled * (1 - pooled)) * np.maximum(inverse, 0.0)
        gap = x_a - x_b
        if rule.continuity:
            less = np.maximum(np.abs(gap) - (1 / e_a + 1 / e_b) / 2, 0.0) * np.sign(gap)
            gap = np.where(is_share[:, None], less, gap)
        std_error = np.sqrt(variance)
        statistic = gap / np.where(std_error > 0, std_error, np.nan)
        df = np.where(t_form, e_a + e_b - bases.both - 2, np.inf)
        p = np.where(t_form, t_tail(statistic, df), 2 * special.ndtr(-np.abs(statistic)))
    skipped = _skipped(bases, is_share, a, b, rule)
    made = {"std_error": std_error, "df": df, "statistic": statistic, "p": p}
    numbers = {k: np.where(skipped, np.nan, v) for k, v in made.items()}
    name = {"spss": "SPSS", "spss-effective": "SPSS effective", "q": "Q"}[rule.convention]
    method = np.where(np.isfinite(numbers["p"]), name, SKIPPED).astype(object)
    return PairTests(estimate=x_a - x_b, method=method, **numbers)


def _as_t(bases: Bases, a: np.ndarray, b: np.ndarray, rule: LetterRule) -> BoolArray:
    """Shares that Q compares by t, because few people are in a column."""
    few = np.minimum(bases.n[:, a], bases.n[:, b]) < _FEW
    return np.asarray(few & (rule.convention == "q"))


def _skipped(bases: Bases, is_share: BoolArray, a: np.ndarray, b: np.ndarray, rule: LetterRule) -> BoolArray:
    """Columns with fewer than two people; in SPSS also shares of 0 and 1."""
    few = np.minimum(bases.size[:, a], bases.size[:, b]) < 2
    if rule.convention == "q":
        return np.asarray(few)
    edge = (bases.share <= 0) | (bases.share >= 1)
    return np.asarray(few | ((edge[:, a] | edge[:, b]) & is_share[:, None]))


def _same_people(survey: SurveyData, masks: Sequence[BoolArray], pairs: SidePairs) -> list[int]:
    """Pairs of columns in which one person has different rows (a long file of ratings)."""
    if survey.person is None:
        return []
    person = np.unique(survey.person, return_inverse=True)[1]
    size = int(person.max(initial=-1)) + 1
    used = {side for pair in pairs for side in pair}
    present = {side: np.bincount(person[masks[side]], minlength=size) > 0 for side in used}
    return [
        p for p, (a, b) in enumerate(pairs)
        if (present[a] & present[b]).any() and not (masks[a] & masks[b]).any()
    ]  # fmt: skip


def _label(banner: Banner, side: int) -> str:
    return banner.columns[side].label if side < len(banner.columns) else "the others"
