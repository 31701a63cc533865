"""Where the letters of another system depart from the design-based ones, and which ingredient makes the difference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from survey_analysis.errors import EstimationError
from survey_analysis.results.crosstab import CrosstabData
from survey_analysis.results.letters import LettersData

COLUMNS = (
    "subject",
    "kind",
    "level",
    "column",
    "against",
    "convention",
    "default",
    "p_convention",
    "p_default",
    "why",
)


def explain_differences(crosstab: CrosstabData) -> pd.DataFrame:
    """List each pair of cells whose letter differs between a convention and the design-based default.

    Parameters
    ----------
    crosstab : CrosstabData
        Tabulated with `convention=`.

    Returns
    -------
    DataFrame
        `subject, kind, level, column, against, convention, default, p_convention, p_default, why`: the letters each
        gives (capital, small or none), both p values, and why.

    Raises
    ------
    EstimationError
        The table was not made under a convention.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"q": ["a", "b"] * 100, "g": ["x", "x", "y", "y", "y"] * 40})
    >>> table = sa.read(data).tabulate("q", by="g", convention="spss")["q"]
    >>> len(table.explain_differences())
    0
    """
    letters = crosstab.letters
    if letters is None or letters.default is None:
        raise EstimationError(
            f"The table of '{crosstab.topic.question}' has no letters of a convention.",
            hint='tabulate with convention="spss", "spss-effective" or "q".',
        )
    ours = letters.default
    theirs_level, ours_level = levels_of(letters), levels_of(ours)
    rows = []
    labels = {c.key: c.label for c in crosstab.columns}
    for r, p in zip(*np.nonzero(theirs_level != ours_level), strict=True):
        line = letters.lines.iloc[r]
        a, b = letters.pairs[p]
        higher, lower = (a, b) if _gap(letters, ours, r, p) > 0 else (b, a)
        rows.append(
            (
                line["subject"], line["kind"], line["level"], labels.get(higher, higher), labels.get(lower, lower),
                _SAID[int(theirs_level[r, p])], _SAID[int(ours_level[r, p])],
                float(letters.p_adjusted[r, p]), float(ours.p_adjusted[r, p]),
                why(letters, ours, int(r), int(p)),
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


_SAID = {2: "capital", 1: "small", 0: "none"}


def levels_of(letters: LettersData) -> np.ndarray:
    """Strength of the letter of each line and pair: 2 capital, 1 small, 0 none."""
    strict, loose = letters.rule.levels[0], letters.rule.levels[-1]
    p = letters.p_adjusted
    with np.errstate(invalid="ignore"):
        capital, small = p < 1 - strict + 1e-12, p < 1 - loose + 1e-12
    return np.where(capital, 2, np.where(small, 1, 0))


def _gap(letters: LettersData, ours: LettersData, r: int, p: int) -> float:
    found = letters.estimate[r, p]
    return float(ours.estimate[r, p] if np.isnan(found) else found)


def why(theirs: LettersData, ours: LettersData, r: int, p: int) -> str:
    """The ingredient that makes the letter, found by exchanging them one at a time.

    In order: a cell one system does not test; the levels; the adjustment; then what is left is the standard error
    and its reference distribution, whose parts are named with their sizes.
    """
    for one, two, name in ((theirs, ours, "the convention"), (ours, theirs, "the default")):
        if np.isnan(one.p_value[r, p]) and not np.isnan(two.p_value[r, p]):
            return f"{name} does not test this pair ({one.method[r, p]})"
    wanted = levels_of(ours)[r, p]
    same_levels = replace(theirs, rule=replace(theirs.rule, levels=ours.rule.levels))
    if levels_of(same_levels)[r, p] == wanted:
        return f"levels: {_levels(theirs)} against {_levels(ours)}"
    plain = replace(same_levels, p_adjusted=theirs.p_value)
    if theirs.rule.adjust != ours.rule.adjust and levels_of(plain)[r, p] == wanted:
        return f"adjustment: {theirs.rule.adjust} against {ours.rule.adjust}"
    return _spread(theirs, ours, r, p)


def _levels(letters: LettersData) -> str:
    return "/".join(f"{100 * x:g}%" for x in letters.rule.levels)


def _spread(theirs: LettersData, ours: LettersData, r: int, p: int) -> str:
    """Standard errors side by side, and what the default counts that the convention does not."""
    one, two = float(theirs.std_error[r, p]), float(ours.std_error[r, p])
    counted = (
        "pooled variance and counted weights"
        if theirs.rule.convention == "spss"
        else "pooled variance and effective bases"
    )
    if ours.method[r, p] == "null-pooled":
        counted += ", and the default pools too, near 0 or 100%"
    ratio = two / one if one > 0 else float("nan")
    return (
        f"standard error: the default's is {ratio:.2f} times the convention's ({counted} against the variance of the "
        f"design); degrees of freedom {_df(theirs, r, p)} against {_df(ours, r, p)}"
    )


def _df(letters: LettersData, r: int, p: int) -> str:
    df = float(letters.df[r, p])
    return "infinite" if np.isinf(df) else f"{df:.0f}"
