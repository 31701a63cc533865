"""The footer under a table with letters: what was compared, how, how often, and what chance alone would give."""

from __future__ import annotations

from collections import Counter

import numpy as np

from survey_analysis.results.crosstab import CrosstabData
from survey_analysis.results.letters import LetterRule, LettersData
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.summary import SummaryData
from survey_analysis.wording.numbers import count, fixed, units

_ADJUSTED = {"bonferroni": "Bonferroni", "holm": "Holm", "bh": "Benjamini-Hochberg"}
_AGAINST = {
    "total": "Each column is tested against the total that contains it",
    "rest": "Each column is tested against everybody else in the base of the table",
    "previous": "Each column is tested against the one before it",
    "first": "Each column is tested against the first of its heading",
}
SYSTEMS = {
    "spss": "column proportions and means as SPSS Custom Tables compares them",
    "spss-effective": "column proportions and means as SPSS Custom Tables compares them with an effective base weight",
    "q": "tests as Q chooses them",
}


def letter_lines(crosstab: CrosstabData | SummaryData) -> tuple[str, ...]:
    """Lines of the footer; empty where nothing was compared.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"q": ["a", "b"] * 100, "g": ["x", "x", "y", "y", "y"] * 40})
    >>> table = sa.read(data).tabulate("q", by="g")["q"]
    >>> (letter_lines(table) or ("A/B compared",))[0][:12]
    'A/B compared'
    """
    letters = crosstab.letters
    if letters is None or not letters.pairs:
        return ()
    return (
        _method(letters, crosstab.provenance),
        *_chance(letters),
        *left_out_lines(letters),
        *_more(letters),
    )


def _method(letters: LettersData, provenance: Provenance) -> str:
    rule = letters.rule
    if rule.against == "columns" or not isinstance(rule.against, str):
        compared = f"{', '.join(letters.sets)} compared; a letter names a column that is lower"
    else:
        compared = f"{_AGAINST[rule.against]}; + higher, − lower"
    return f"{compared}. {_levels(rule)}: {_test(rule, provenance)}, {_adjustment(letters)}."


def _levels(rule: LetterRule) -> str:
    strict = _plain(100 * rule.levels[0]) + "%"
    by_sign = isinstance(rule.against, str) and rule.against != "columns"
    if len(rule.levels) == 1:
        return f"{'Signs' if by_sign else 'Letters'} {strict}"
    loose = _plain(100 * rule.levels[1]) + "%"
    if by_sign:
        return f"Signs {strict}, in brackets {loose}"
    return f"Capital letters {strict}, small {loose}"


def _plain(value: float) -> str:
    """A number with a decimal only where it has one."""
    return fixed(value, 0 if units(value, 1) % 10 == 0 else 1)


def _test(rule: LetterRule, provenance: Provenance) -> str:
    if rule.convention:
        return SYSTEMS[rule.convention]
    how = provenance.variance[:1].lower() + provenance.variance[1:] if provenance.variance else "design-based"
    how = "Taylor" + how[6:] if how.startswith("taylor") else how
    return f"design-based t ({how}; a person counts once)"


def _adjustment(letters: LettersData) -> str:
    rule = letters.rule
    if rule.adjust == "none":
        return "not adjusted for multiple tests"
    family = {
        "row": "the tests of a row and heading",
        "table": "all tests of the table",
        "book": "all tests of the book",
    }
    return f"adjusted by {_ADJUSTED[rule.adjust]} over {family[rule.family]}"


def _chance(letters: LettersData) -> tuple[str, ...]:
    tests, rule = letters.tests, letters.rule
    if not tests:
        return ("No test could be made.",)
    if rule.adjust != "none":
        return (f"{count(tests)} test{'s' if tests > 1 else ''} made.",)
    what = "letters" if rule.against == "columns" or not isinstance(rule.against, str) else "signs"
    said = f"about {fixed(letters.expected(rule.levels[0]), 1)} {what} at {_plain(100 * rule.levels[0])}%"
    if len(rule.levels) > 1:
        said += f" ({fixed(letters.expected(rule.levels[1]), 1)} at {_plain(100 * rule.levels[1])}%)"
    return (f"{count(tests)} test{'s' if tests > 1 else ''}: {said} would appear by chance alone.",)


def left_out_lines(letters: LettersData) -> tuple[str, ...]:
    """What the marks of bases mean, and how many tests use the pooled variance."""
    said = list(base_marks(letters.rule))
    pooled = Counter(letters.method.ravel().tolist())["null-pooled"]
    if pooled:
        said.append(
            f"{count(pooled)} test{'s' if pooled > 1 else ''} near 0 or 100% use the variance pooled under no difference."
        )
    return tuple(said)


def base_marks(rule: LetterRule) -> tuple[str, ...]:
    """What the marks of small bases mean.

    Examples
    --------
    >>> base_marks(LetterRule())[0][:32]
    '* base 30 to 99, take care; ** b'
    """
    marks = []
    if rule.small_base > rule.min_base:
        marks.append(f"* base {_plain(rule.min_base)} to {_plain(rule.small_base - 1)}, take care")
    if rule.min_base > 0:
        marks.append(f"** base under {_plain(rule.min_base)}, not tested")
    return ("; ".join(marks) + " (the smaller of n and effective base).",) if marks else ()


def _more(letters: LettersData) -> tuple[str, ...]:
    out = []
    if letters.rule.margin is not None:
        out.append(
            f"≈ with a letter: the two differ by less than {_plain(100 * letters.rule.margin)} points (two one-sided tests)."
        )
    if letters.detectable is not None and np.isfinite(letters.detectable).any():
        shares = letters.detectable[letters.lines["kind"].isin(("answer", "net")).to_numpy()]
        if np.isfinite(shares).any():
            low, high = fixed(100 * np.nanmin(shares), 1), fixed(100 * np.nanmax(shares), 1)
            out.append(
                f"Smallest differences of shares found with 80% power: {low} to {high} points, by columns and row."
            )
    return tuple(out)
