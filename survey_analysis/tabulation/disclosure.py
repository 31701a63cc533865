"""Disclosure control of a book: small cells withheld, with enough others that none can be worked out.

Primary: cells of 1 to `minimum` - 1 people. Complementary: more cells of the same line and column, until no withheld
count can be found from the totals, nets and bases that stay. Everything that would give a count away goes with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from survey_analysis.errors import EstimationError
from survey_analysis.results.crosstab import BookData, CrosstabData
from survey_analysis.results.letters import LettersData
from survey_analysis.tabulation.banner import TOTAL
from survey_analysis.typing import BoolArray, FloatArray

PRIMARY, COMPLEMENTARY = "primary", "complementary"
_NUMBERS = (
    "estimate", "std_error", "conf_low", "conf_high", "df", "count", "weighted_count", "row_share", "table_share", "index",
)  # fmt: skip
_SPREAD = ("mean", "nps", "sd", "se", "median")


def protect(book: BookData, *, minimum: int = 10, rounding: int = 0) -> BookData:
    """Withhold small cells, and others that would give them away.

    Parameters
    ----------
    book : BookData
    minimum : int
        Fewest people of a cell that is shown; cells of nobody are shown.
    rounding : int
        Counts and bases are rounded to multiples of this; percentages are made from the rounded ones. 0: not.

    Returns
    -------
    BookData
        Tables without the withheld numbers (NaN, in `rows["hidden"]` why), their letters and tests. Summary pages
        and the page of what is different, which print the same cells again, are left out.

    Raises
    ------
    EstimationError
        A minimum under 2.

    Notes
    -----
    A withheld count is safe when the linear system of everything shown (columns of a span and the total, answers and
    their nets, the base) does not determine it; cells are added, smallest first, until all are. A column whose base is
    small is withheld whole. Tables of the same question that share bases (several weights, filters) withhold the same
    cells. Statistics 2.21.
    """
    if minimum < 2:
        raise EstimationError(f"minimum = {minimum} protects nobody.", hint="give 2 or more; 10 is common.")
    if rounding < 0:
        raise EstimationError(f"rounding = {rounding} is not possible.", hint="give 0 or a base such as 5.")
    done = [_protected(t, minimum) for t in book.tables]
    if rounding > 1:
        done = [_rounded(t, rounding) for t in done]
    return replace(book, tables=tuple(_together(done)), summaries=(), departures=())


def report_of(book: BookData) -> pd.DataFrame:
    """Withheld cells by table: `question, subject, level, column, why`."""
    parts = []
    for table in book.tables:
        if "hidden" not in table.rows:
            continue
        found = table.rows[table.rows["hidden"] != ""]
        parts.append(
            found[["question", "subject", "level", "column", "hidden"]].rename(columns={"hidden": "why"})
        )
    columns = ["question", "subject", "level", "column", "why"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _protected(table: CrosstabData, minimum: int) -> CrosstabData:
    rows = table.rows.copy()
    hidden = np.full(len(rows), "", dtype=object)
    bases = table.bases.copy()
    small_base = {
        (s, k) for s, k, n in zip(bases["subject"], bases["key"], bases["n"], strict=True) if 0 < n < minimum
    }
    for subject in dict.fromkeys(rows["subject"]):
        places = np.flatnonzero((rows["subject"] == subject).to_numpy())
        hidden[places] = _subject(
            table, rows.iloc[places], minimum, {k for s, k in small_base if s == subject}
        )
    rows["hidden"] = hidden
    closed = (hidden != "") if len(hidden) else np.zeros(0, dtype=bool)
    for column in (*_NUMBERS,):
        rows[column] = rows[column].where(~closed, np.nan)
    in_small = np.array([(s, k) in small_base for s, k in zip(rows["subject"], rows["key"], strict=True)])
    for column in ("n", "n_effective", "n_weighted"):
        rows[column] = rows[column].astype(np.float64).where(~in_small, np.nan)
        held = [(s, k) in small_base for s, k in zip(bases["subject"], bases["key"], strict=True)]
        bases[column] = bases[column].astype(np.float64).where(~np.array(held, dtype=bool), np.nan)
    letters = None if table.letters is None else _silenced(table.letters, rows, closed)
    independence = table.independence.iloc[0:0] if closed.any() else table.independence
    return replace(table, rows=rows, bases=bases, letters=letters, independence=independence)


@dataclass(frozen=True, eq=False)
class _Grid:
    """Counts of a subject: lines of shares by columns, and what each line and column adds up from."""

    count: FloatArray
    answers: list[int]
    nets: dict[int, list[int]]
    spans: list[list[int]]
    total: int | None
    base: FloatArray
    exclusive: bool


def _subject(table: CrosstabData, rows: pd.DataFrame, minimum: int, closed: set[str]) -> list[str]:
    keys = [c.key for c in table.columns]
    lines = list(dict.fromkeys(zip(rows["kind"], rows["level"], strict=True)))
    place = {line: i for i, line in enumerate(lines)}
    column = {k: j for j, k in enumerate(keys)}
    at = [
        (place[kind, level], column[key])
        for kind, level, key in zip(rows["kind"], rows["level"], rows["key"], strict=True)
    ]
    count = np.full((len(lines), len(keys)), np.nan)
    base = np.zeros(len(keys))
    for (i, j), c, n in zip(at, rows["count"], rows["n"], strict=True):
        count[i, j] = c
        base[j] = n
    shares = [i for i, (kind, _) in enumerate(lines) if kind in ("answer", "net")]
    why = np.full(count.shape, "", dtype=object)
    with np.errstate(invalid="ignore"):
        left = base[None, :] - count  # the people who did not give the answer are counted too
        small = ((count > 0) & (count < minimum)) | ((left > 0) & (left < minimum) & ~np.isnan(count))
    why[small] = PRIMARY
    for key in closed:
        why[:, column[key]] = PRIMARY
    grid = _grid(table, rows, lines, count, base)
    _complement(grid, why, shares, {column[k] for k in closed})
    spread = [i for i, (kind, _) in enumerate(lines) if kind in _SPREAD]
    for j in range(len(keys)):  # a mean of answers that are withheld would give one of them away
        if any(why[i, j] for i in shares):
            for i in spread:
                why[i, j] = why[i, j] or COMPLEMENTARY
    return [str(why[i, j]) for i, j in at]


def _grid(
    table: CrosstabData, rows: pd.DataFrame, lines: list[tuple[str, str]], count: FloatArray, base: FloatArray
) -> _Grid:
    keys = [c.key for c in table.columns]
    spans: dict[str, list[int]] = {}
    for j, c in enumerate(table.columns):
        if c.key != TOTAL:
            spans.setdefault(c.span, []).append(j)
    total = keys.index(TOTAL) if TOTAL in keys else None
    answers = [i for i, (kind, _) in enumerate(lines) if kind == "answer"]
    parents = {
        (kind, level): parent
        for kind, level, parent in zip(rows["kind"], rows["level"], rows["parent"], strict=True)
    }
    nets = {}
    for i, (kind, level) in enumerate(lines):
        members = [k for k in answers if parents[lines[k]] == level] if kind == "net" else []
        if members:
            nets[i] = members
    first = total if total is not None else 0
    exclusive = bool(np.isclose(np.nansum(count[answers, first]), base[first])) if answers else False
    return _Grid(count, answers, nets, list(spans.values()), total, base, exclusive)


def _complement(grid: _Grid, why: np.ndarray, shares: Sequence[int], closed: set[int]) -> None:
    """Withhold more cells, smallest first, until nothing shown determines a withheld count."""
    _whole_lines(grid, why, shares, closed)
    hidden = _hidden(why, shares)
    known = exposed(grid, hidden, closed)
    while known:
        places = (
            _beside(grid, why, shares, cell) for cell in sorted(known, key=lambda c: c[1] == grid.total)
        )
        candidates = next((found for found in places if found), [])
        if not candidates:
            return
        after = {c: exposed(grid, [*hidden, c], closed) for c in candidates}
        best = min(
            candidates,
            key=lambda c: (len(after[c]), c[0] not in grid.answers, c[1] == grid.total, grid.count[c]),
        )
        why[best] = COMPLEMENTARY
        hidden, known = [*hidden, best], after[best]


def _hidden(why: np.ndarray, shares: Sequence[int]) -> list[tuple[int, int]]:
    return [(i, j) for i in shares for j in range(why.shape[1]) if why[i, j]]


def _whole_lines(grid: _Grid, why: np.ndarray, shares: Sequence[int], closed: set[int]) -> None:
    """One more answer in every column that withholds any, smallest first, while that protects more cells.

    A reader loses one line instead of cells here and there.
    """
    hidden = _hidden(why, shares)
    known = exposed(grid, hidden, closed)
    while known:
        moves = [cells for cells in _moves(grid, why, shares, hidden) if cells]
        after = [exposed(grid, [*hidden, *cells], closed) for cells in moves]
        if not moves:
            return
        best = min(range(len(moves)), key=lambda m: (len(after[m]), _weight(grid, moves[m])))
        if len(after[best]) >= len(known):
            return
        for cell in moves[best]:
            why[cell] = COMPLEMENTARY
        hidden, known = [*hidden, *moves[best]], after[best]


def _moves(
    grid: _Grid, why: np.ndarray, shares: Sequence[int], hidden: Sequence[tuple[int, int]]
) -> list[list[tuple[int, int]]]:
    """An answer in every column that withholds any; what is withheld elsewhere in one more column; a whole column."""
    columns = sorted({j for _, j in hidden})
    lines = [i for i in grid.answers if sum(cell[0] == i for cell in hidden) > 1]
    every = range(why.shape[1])
    by_line = [[(i, j) for j in columns if not why[i, j]] for i in grid.answers]
    by_column = [[(i, j) for i in some if not why[i, j]] for some in (lines, shares) for j in every]
    return by_line + by_column


def _weight(grid: _Grid, cells: Sequence[tuple[int, int]]) -> tuple[int, float]:
    """What a move costs the reader: cells of the total first, then people."""
    return (sum(j == grid.total for _, j in cells), float(sum(np.nan_to_num(grid.count[c]) for c in cells)))


def _beside(
    grid: _Grid, why: np.ndarray, shares: Sequence[int], cell: tuple[int, int]
) -> list[tuple[int, int]]:
    """Cells of the same column, else line, that could be withheld beside one; filled ones where there are any."""
    i, j = cell
    column = [(a, j) for a in shares if a != i and not why[a, j]]
    line = [(i, b) for b in range(why.shape[1]) if b != j and not why[i, b]]
    for more in (column, line):
        filled = [c for c in more if np.isfinite(grid.count[c]) and grid.count[c] > 0]
        if filled or more:
            return filled or more
    return []


def exposed(grid: _Grid, hidden: Sequence[tuple[int, int]], closed: set[int]) -> list[tuple[int, int]]:
    """Withheld cells whose count the shown ones determine."""
    if not hidden:
        return []
    place = {cell: x for x, cell in enumerate(hidden)}
    rows = [r for r in _relations(grid, closed) if any(cell in place for cell in r)]
    matrix = np.zeros((len(rows), len(hidden)))
    for r, relation in enumerate(rows):
        for cell, sign in relation.items():
            if cell in place:
                matrix[r, place[cell]] = sign
    if not len(matrix):
        return []
    # a count is determined when its unit vector lies in the row space
    _, s, vt = np.linalg.svd(matrix, full_matrices=True)
    null = vt[int((s > 1e-9).sum()) :]
    return [cell for cell, x in place.items() if not len(null) or np.abs(null[:, x]).max() < 1e-9]


def _relations(grid: _Grid, closed: set[int]) -> list[dict[tuple[int, int], float]]:
    """Sums that a reader can use: columns to the total, answers to nets, answers to the base."""
    out: list[dict[tuple[int, int], float]] = []
    lines = [*grid.answers, *[i for i in range(len(grid.count)) if i not in grid.answers]]
    for i in lines:
        if grid.total is None or not np.isfinite(grid.count[i]).all():
            continue
        whole = grid.count[i, grid.total]
        parts = [span for span in grid.spans if np.isclose(grid.count[i, span].sum(), whole)]
        out += [{(i, j): 1.0 for j in span} | {(i, grid.total): -1.0} for span in parts]
    for j in range(grid.count.shape[1]):
        nets = [(n, m) for n, m in grid.nets.items() if np.isclose(grid.count[m, j].sum(), grid.count[n, j])]
        out += [{(i, j): 1.0 for i in members} | {(net, j): -1.0} for net, members in nets]
        if grid.exclusive and j not in closed:
            out.append({(i, j): 1.0 for i in grid.answers})
        out += _boxes(grid, j)
    return out


def _boxes(grid: _Grid, j: int) -> list[dict[tuple[int, int], float]]:
    """Boxes and other nets without members of their own: they are sums of neighbouring answers."""
    boxes = [
        i
        for i in range(len(grid.count))
        if i not in grid.answers and i not in grid.nets and np.isfinite(grid.count[i, j])
    ]
    ends = [part for n in range(1, len(grid.answers)) for part in (grid.answers[:n], grid.answers[-n:])]
    return [
        {(a, j): 1.0 for a in part} | {(i, j): -1.0}
        for i in boxes
        for part in ends
        if np.allclose(grid.count[part].sum(axis=0), grid.count[i], equal_nan=True)
    ]


def _silenced(letters: LettersData, rows: pd.DataFrame, closed: BoolArray) -> LettersData:
    """Letters and tests without those that speak of a withheld cell."""
    shut = {
        (s, k, lv, key)
        for s, k, lv, key, x in zip(
            rows["subject"], rows["kind"], rows["level"], rows["key"], closed, strict=True
        )
        if x
    }
    lines = list(letters.lines.itertuples(index=False, name=None))
    gone = np.array(
        [[(*line, a) in shut or (*line, b) in shut for a, b in letters.pairs] for line in lines], dtype=bool
    )
    gone = gone.reshape(letters.p_value.shape)
    from survey_analysis.tabulation.letters import lettered  # noqa: PLC0415  letters do not know disclosure

    def open_only(values: FloatArray) -> FloatArray:
        return np.where(gone, np.nan, values)

    detectable = None if letters.detectable is None else open_only(letters.detectable)
    equivalent = None if letters.equivalent is None else letters.equivalent & ~gone
    return lettered(
        replace(
            letters,
            estimate=open_only(letters.estimate),
            std_error=open_only(letters.std_error),
            df=open_only(letters.df),
            statistic=open_only(letters.statistic),
            p_value=open_only(letters.p_value),
            p_adjusted=open_only(letters.p_adjusted),
            method=np.where(gone, "withheld", letters.method),
            detectable=detectable,
            equivalent=equivalent,
            default=None,
        )
    )


def _together(tables: list[CrosstabData]) -> list[CrosstabData]:
    """Tables of one question (several weights) withhold the same cells, as one would give the other away."""
    shut: dict[tuple[str, str, str, str, str], str] = {}
    for t in tables:
        about = zip(
            t.rows["question"], t.rows["subject"], t.rows["kind"], t.rows["level"], t.rows["key"], strict=True
        )
        for cell, why in zip(about, t.rows["hidden"], strict=True):
            if why:
                shut.setdefault(cell, why)
    return [_also(t, shut) for t in tables]


def _also(table: CrosstabData, shut: dict[tuple[str, str, str, str, str], str]) -> CrosstabData:
    rows = table.rows
    about = zip(rows["question"], rows["subject"], rows["kind"], rows["level"], rows["key"], strict=True)
    hidden = np.array([shut.get(cell, "") for cell in about], dtype=object)
    if (hidden == rows["hidden"].to_numpy()).all():
        return table
    rows = rows.assign(hidden=hidden)
    closed = hidden != ""
    for column in _NUMBERS:
        rows[column] = rows[column].where(~closed, np.nan)
    letters = None if table.letters is None else _silenced(table.letters, rows, closed)
    return replace(table, rows=rows, letters=letters, independence=table.independence.iloc[0:0])


def _rounded(table: CrosstabData, base: int) -> CrosstabData:
    """Counts and bases in multiples of `base`; percentages of the rounded ones, without intervals or letters."""
    rows, bases = table.rows.copy(), table.bases.copy()
    share = rows["kind"].isin(("answer", "net"))

    def near(values: pd.Series) -> FloatArray:
        return np.asarray(np.floor(values.to_numpy(dtype=np.float64) / base + 0.5) * base)

    for column in ("n", "n_effective", "n_weighted"):
        rows[column], bases[column] = near(rows[column]), near(bases[column])
    rows["count"], rows["weighted_count"] = near(rows["count"]), near(rows["weighted_count"])
    with np.errstate(divide="ignore", invalid="ignore"):
        made = rows["weighted_count"] / rows["n_weighted"]
    rows["estimate"] = rows["estimate"].where(~share, made.clip(0, 1))
    for column in ("std_error", "conf_low", "conf_high", "row_share", "table_share", "index"):
        rows[column] = np.nan
    return replace(table, rows=rows, bases=bases, letters=None, independence=table.independence.iloc[0:0])
