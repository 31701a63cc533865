"""What is different about each column: every line of a book against the rest, with false discoveries held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from survey_analysis.core.intervals import t_interval
from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.errors import EstimationError
from survey_analysis.results.crosstab import BookData, CrosstabData
from survey_analysis.results.different import DifferentData
from survey_analysis.results.letters import LetterAdjust, LetterRule, LettersData

Than = Literal["rest", "previous", "first", "total"]
Sort = Literal["t", "points"]
SHARES = ("answer", "net")


def different_rule(than: object, rule: LetterRule | None) -> LetterRule | None:
    """The rule of the page that `tabulate(different=)` asks for; bases are held to as the letters hold them."""
    if than is None:
        return None
    if than not in get_args(Than):
        raise EstimationError(
            f"different = {than!r} is not known.", hint=f"give one of {', '.join(get_args(Than))}."
        )
    like = rule or LetterRule()
    return LetterRule(against=than, min_base=like.min_base, small_base=like.small_base)  # type: ignore[arg-type]


def different(
    book: BookData, *, adjust: LetterAdjust = "bh", level: float = 0.95, sort: Sort = "t"
) -> DifferentData:
    """Where each column departs from the rest of the base of a table, over the whole book.

    Parameters
    ----------
    book : BookData
        Made with `different=` or with `letters=` "rest", "previous", "first" or "total". Made with `different=`,
        columns that a question settles itself (age groups by age) are left out and named.
    adjust : {"bh", "holm", "bonferroni", "none"}
        Adjustment of p over all tests of the book; "bh" holds the share of false discoveries (Benjamini and Hochberg
        1995).
    level : float
        A line is shown where its adjusted p is under 1 - level.
    sort : {"t", "points"}
        Largest |t| first, or largest difference: shares in points, then means.

    Raises
    ------
    EstimationError
        The book holds no such tests, or tests of a legacy convention.

    Notes
    -----
    The test of each line is the design-based difference of column and rest (statistics 2.4); adjustment 2.16. The
    family is every line of every table in every column that could be tested, shown or not.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"q": ["a"] * 90 + ["b"] * 110, "g": ["x"] * 80 + ["y"] * 120})
    >>> found = different(sa.read(data).tabulate("q", by="g", different="rest"))
    >>> found.tests, found.rows["shown"].tolist()
    (4, [True, True, True, True])
    """
    for name, given, known in (("adjust", adjust, get_args(LetterAdjust)), ("sort", sort, get_args(Sort))):
        if given not in known:
            raise EstimationError(
                f"{name} = {given!r} is not known.", hint=f"give one of {', '.join(known)}."
            )
    if not 0 < level < 1:
        raise EstimationError(f"level = {level!r} is no confidence level.", hint="give one such as 0.95.")
    tests = _tests(book)
    rows = pd.concat([_rows(t, x, level) for t, x in zip(book.tables, tests, strict=True)], ignore_index=True)
    rows["p_adjusted"] = adjust_p(rows["p_value"].to_numpy(dtype=np.float64), adjust)
    rows["shown"] = (rows["p_adjusted"] < 1 - level + 1e-12).to_numpy(dtype=bool)
    first = book.tables[0]
    return DifferentData(
        rows=_sorted(rows, [c.key for c in first.columns], sort),
        columns=first.columns,
        against=str(tests[0].rule.against),
        adjust=adjust,
        tests=int(rows["p_value"].notna().sum()),
        rule=tests[0].rule,
        topics={t.topic.question: t.topic for t in book.tables},
        provenance=book.provenance,
        banner=book.banner,
        level=level,
        sort=sort,
    )


def _tests(book: BookData) -> list[LettersData]:
    """Tests of each table: those made for this page, without what a question settles itself; else the letters."""
    found = [x for x in (book.departures or [t.letters for t in book.tables]) if x is not None]
    if len(found) < len(book.tables) or not found or found[0].rule.against not in get_args(Than):
        raise EstimationError(
            "The book holds no tests of columns against the rest.",
            hint='tabulate with different="rest" (or "previous", "first").',
        )
    if found[0].rule.convention:
        raise EstimationError(
            f"The book was tested by the convention '{found[0].rule.convention}'.",
            hint='tabulate with different="rest": that page is tested by the design.',
        )
    return found


def _rows(table: CrosstabData, tests: LettersData, level: float) -> pd.DataFrame:
    """One row a line and pair of one table."""
    columns = {c.key: c for c in table.columns}
    made = tests.to_frame().drop(columns=["p_adjusted"])
    cells = table.rows.set_index(["subject", "kind", "level", "key"])[["estimate", "n", "n_effective"]]
    cells = cells[~cells.index.duplicated()]
    at = pd.MultiIndex.from_frame(made[["subject", "kind", "level", "column"]])
    here = cells.reindex(at).reset_index(drop=True)
    low, high = t_interval(
        made["estimate"].to_numpy(dtype=np.float64),
        made["std_error"].to_numpy(dtype=np.float64) ** 2,
        made["df"].to_numpy(dtype=np.float64),
        level,
    )
    keys = made["column"].tolist()
    return pd.DataFrame(
        {
            "key": keys,
            "column": [columns[k].label for k in keys],
            "span": [columns[k].span for k in keys],
            "question": table.topic.question,
            "subject": made["subject"],
            "kind": made["kind"],
            "level": made["level"],
            "estimate": here["estimate"],
            "other": here["estimate"] - made["estimate"],
            "difference": made["estimate"],
            "std_error": made["std_error"],
            "df": made["df"],
            "statistic": made["statistic"],
            "conf_low": low,
            "conf_high": high,
            "p_value": made["p_value"],
            "n": here["n"],
            "n_effective": here["n_effective"],
            "method": made["method"],
            "weight": table.weight,
        }
    )


def _sorted(rows: pd.DataFrame, keys: Sequence[str], sort: Sort) -> pd.DataFrame:
    """Columns in banner order; within, what is shown before what is not, the largest first."""
    size = rows["statistic"].abs() if sort == "t" else rows["difference"].abs()
    order = pd.DataFrame(
        {
            "column": rows["key"].map({k: i for i, k in enumerate(keys)}),
            "hidden": ~rows["shown"],
            "score": ~rows["kind"].isin(SHARES) if sort == "points" else False,
            "size": -size.fillna(-1.0),
            "place": np.arange(len(rows)),
        }
    )
    return rows.loc[order.sort_values(list(order.columns)).index].reset_index(drop=True)


def aligned(tests: LettersData | None, rule: LetterRule | None) -> LettersData | None:
    """Letters as the tests of the page, where they are the same tests."""
    if tests is None or rule is None or tests.rule.convention or tests.rule.against != rule.against:
        return None
    return replace(tests, rule=rule)
