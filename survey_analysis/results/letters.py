"""`LettersData`: which columns of a banner table differ, by which rule, with every p value kept. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.errors import ColumnNotFoundError, closest
from survey_analysis.typing import BoolArray, FloatArray

Against = Literal["columns", "total", "rest", "previous", "first"] | tuple[tuple[str, str], ...]
"""What a column is tested against; pairs name columns by key, label or letter."""
LetterAdjust = Literal["none", "bonferroni", "holm", "bh"]
Family = Literal["row", "table", "book"]
Naming = Literal["through", "span"]
Convention = Literal["", "spss", "spss-effective", "q"]
Presentation = Literal["", "nchs"]
REST, WHOLE = "rest", "total"
"""Keys of the second side of a comparison that is no single column: everybody else, everybody."""


@dataclass(frozen=True)
class LetterRule:
    """How letters are given; everything a footer has to say about them.

    Attributes
    ----------
    against
        Every pair of columns of a span, the total (part against whole), the rest, the column before, the first
        column, or chosen pairs.
    levels
        Of capital and of small letters, as confidence: (0.95, 0.90). One value: capitals only.
    adjust, family
        Adjustment of p, and the tests it counts: those of a row of a span, of a table, of the book.
    min_base, small_base
        On the smaller of n and effective base: under the first nothing is tested and the base is marked `**`,
        under the second it is marked `*`.
    naming
        Letters run through the banner, or begin again in every span.
    convention
        "" for the design-based difference, else the rule of another system (`tabulation/conventions`).
    continuity
        Correction for continuity, in a convention only.
    margin
        Half width of equivalence of shares (0.05 is five points); None: not asked.
    detectable
        Whether the smallest detectable difference of each comparison is given.
    presentation
        "nchs": shares are also held to the presentation standards of NCHS (Series 2 No. 175).
    """

    against: Against = "columns"
    levels: tuple[float, ...] = (0.95, 0.90)
    adjust: LetterAdjust = "none"
    family: Family = "row"
    min_base: float = 30.0
    small_base: float = 100.0
    naming: Naming = "through"
    convention: Convention = ""
    continuity: bool = False
    margin: float | None = None
    detectable: bool = False
    presentation: Presentation = ""

    def base_mark(self, n: float, effective: float) -> str:
        """Mark of a base: `**` where nothing is tested, `*` where care is due.

        Examples
        --------
        >>> rule = LetterRule()
        >>> rule.base_mark(25, 25), rule.base_mark(200, 80), rule.base_mark(200, 120)
        ('**', '*', '')
        """
        base = min(n, effective)
        return "**" if base < self.min_base else "*" if base < self.small_base else ""


@dataclass(frozen=True, eq=False)
class LettersData:
    """Tests between the columns of one table, and the letters they give.

    Attributes
    ----------
    rule
        By which they were made.
    lines
        One row a tested line (R): `subject, kind, level`.
    pairs
        Keys of the columns compared, a minus b (P); b may be `REST` or `WHOLE`.
    estimate, std_error, df, statistic, p_value, p_adjusted
        Of each line and pair, shape (R, P); NaN where there is no test.
    method
        (R, P): "design-based", "null-pooled", the name of a convention's test, or why there is none: "small base",
        "no test", "not tested" (a convention that skips the cell).
    letters
        (R, C): letters printed in each column: of the columns that are lower; small after capital. Against one
        column or all others "+" or "-" stand for higher and lower (small levels: "(+)", "(-)").
    names
        Letter of each column (C), "" for one that has none.
    equivalent, detectable
        (R, P): inside the margin by two one-sided tests; smallest difference found with 80% power. None where not asked.
    sets
        Columns compared with each other, as printed: "A/B/C", "D/E".
    spans
        Span of each pair (P): what a family of a row is counted in.
    default
        Beside the letters of a convention, those of the design-based difference.
    """

    rule: LetterRule
    lines: pd.DataFrame
    columns: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    estimate: FloatArray
    std_error: FloatArray
    df: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    p_adjusted: FloatArray
    method: NDArray[np.object_]
    letters: NDArray[np.object_]
    names: tuple[str, ...]
    equivalent: BoolArray | None = None
    detectable: FloatArray | None = None
    sets: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    default: LettersData | None = None

    @property
    def tests(self) -> int:
        """Number of tests made; skipped cells do not count."""
        return int(np.isfinite(self.p_value).sum())

    def expected(self, level: float) -> float:
        """Letters that chance alone would give at a level, if nothing differed: tests times alpha."""
        return self.tests * (1.0 - level)

    def to_frame(self) -> pd.DataFrame:
        """One row a test: line, columns, difference and p, unrounded."""
        r, p = self.p_value.shape
        out: dict[str, object] = {
            c: np.repeat(self.lines[c].to_numpy(dtype=object), p) for c in ("subject", "kind", "level")
        }
        out["column"] = [a for a, _ in self.pairs] * r
        out["against"] = [b for _, b in self.pairs] * r
        for name in ("estimate", "std_error", "df", "statistic", "p_value", "p_adjusted", "method"):
            out[name] = getattr(self, name).ravel()
        if self.equivalent is not None:
            out["equivalent"] = self.equivalent.ravel()
        if self.detectable is not None:
            out["detectable"] = self.detectable.ravel()
        return pd.DataFrame(out)

    def p_matrix(self, level: str, *, subject: str = "", kind: str = "") -> pd.DataFrame:
        """P values of one line, column by column (adjusted as the rule says); NaN where nothing was tested."""
        here = (self.lines["level"] == level) & (self.lines["subject"] == subject)
        if kind:
            here &= self.lines["kind"] == kind
        if not here.any():
            known = dict.fromkeys(self.lines["level"])
            raise ColumnNotFoundError(f"No tested line is '{level}'.", hint=closest(level, known))
        row = int(np.flatnonzero(here.to_numpy())[0])
        keys = list(dict.fromkeys([*self.columns, *(b for _, b in self.pairs)]))
        out = pd.DataFrame(np.nan, index=keys, columns=keys)
        for (a, b), p in zip(self.pairs, self.p_adjusted[row], strict=True):
            out.loc[a, b] = out.loc[b, a] = p
        return out
