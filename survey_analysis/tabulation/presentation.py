"""The presentation standards of NCHS for proportions: which shares are shown, withheld, or shown with a note.

Parker et al. (2017), Vital and Health Statistics, Series 2 No. 175; order of the rules as in CDC's `surveytable`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey_analysis.core.intervals import interval
from survey_analysis.results.crosstab import CrosstabData
from survey_analysis.typing import FloatArray

SUPPRESSED, COMPLEMENT, REVIEW = "suppressed", "complement", "review"
LEAST, NARROW, WIDE, RELATIVE, FEW_DF = 30.0, 0.05, 0.30, 1.30, 8.0


def presented(table: CrosstabData) -> CrosstabData:
    """The table with columns `standard` and `standard_why` in its rows; means and scores have none.

    Notes
    -----
    1 n or effective n under 30: suppressed. 2 Korn-Graubard width at most 0.05: shown. 3 width at least 0.30:
    suppressed. 4 width over 1.30 p: suppressed. 5 else shown. 6 width over 1.30 (1 - p): the complement is not
    reliable. 7 df under 8, or p at 0 or 1: for statistical review. Effective n is p(1 - p) / V.
    """
    rows = table.rows
    share = rows["kind"].isin(("answer", "net")).to_numpy()
    found = standards(
        *(rows[c].to_numpy(dtype=np.float64) for c in ("estimate", "std_error", "df", "n", "n_effective"))
    )
    verdict = np.where(share & rows["estimate"].notna().to_numpy(), found[0], "")
    return replace(
        table, rows=rows.assign(standard=verdict, standard_why=np.where(verdict != "", found[1], ""))
    )


def standards(
    p: FloatArray, se: FloatArray, df: FloatArray, n: FloatArray, effective: FloatArray
) -> tuple[np.ndarray, np.ndarray]:
    """Verdict of each share ("" shown, "suppressed", "complement", "review") and why.

    Parameters
    ----------
    p, se, df, n, effective : ndarray, shape (k,)
        Share, standard error, degrees of freedom, people, Kish effective base (for shares of 0 and 1).

    Examples
    --------
    >>> one = np.ones(1)
    >>> standards(0.5 * one, 0.1 * one, 40 * one, 25 * one, 25 * one)[0].tolist()
    ['suppressed']
    """
    inside = (p > 0) & (p < 1) & (se > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        n_eff = np.where(inside, p * (1 - p) / se**2, np.minimum(n, effective))
        limits = interval(
            np.clip(np.nan_to_num(p), 0, 1),
            np.nan_to_num(se**2),
            df,
            n=n,
            n_effective=effective,
            method="korn-graubard",
        )
        width = limits.high - limits.low
        rules = (
            ((n < LEAST) | (n_eff < LEAST), SUPPRESSED, "fewer than 30 people or effective people"),
            ((width >= WIDE) & (width > NARROW), SUPPRESSED, "interval of 30 points or wider"),
            ((width > RELATIVE * p) & (width > NARROW), SUPPRESSED, "interval wider than 130% of the share"),
            ((p <= 0) | (p >= 1), REVIEW, "a share of 0 or 100%"),
            (df < FEW_DF, REVIEW, "fewer than 8 degrees of freedom"),
            (
                (width > RELATIVE * (1 - p)) & (width > NARROW),
                COMPLEMENT,
                "interval wider than 130% of the complement",
            ),
        )
    conditions = [np.asarray(c) for c, _, _ in rules]
    verdict = np.select(conditions, [v for _, v, _ in rules], "")
    why = np.select(conditions, [w for _, _, w in rules], "")
    return verdict, why
