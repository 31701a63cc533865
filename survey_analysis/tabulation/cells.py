"""Cells of a banner table as tidy rows in printed order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from survey_analysis.tabulation.banner import Banner
from survey_analysis.tabulation.estimates import Numbers
from survey_analysis.tabulation.lines import Line, Lines
from survey_analysis.typing import FloatArray

COLUMNS = (
    "estimate", "std_error", "conf_low", "conf_high", "df", "n", "n_effective", "n_weighted",
    "count", "weighted_count", "row_share", "table_share", "index",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Block:
    """Cells of one subject: its label, lines (K), and each number (K, C)."""

    subject: str
    lines: tuple[Line, ...]
    numbers: dict[str, FloatArray]

    def joined(self, lines: Sequence[Line], numbers: dict[str, FloatArray]) -> Block:
        """With more lines below."""
        both = {c: np.concatenate([self.numbers[c], numbers[c]]) for c in COLUMNS}
        return Block(self.subject, (*self.lines, *lines), both)


def block_of(lines: Lines, made: Numbers, subject: str, level: float) -> Block:
    """Estimates with intervals, counts, and shares of the line and of the table."""
    share = lines.is_share[:, None]
    low, high = made.limits(lines.is_share, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        row_share = made.weighted_count / made.weighted_count[:, -1:]
        table_share = made.weighted_count / made.n_weighted[:, -1:]
        index = 100.0 * made.estimate / made.estimate[:, -1:]
    numbers = {
        "estimate": made.estimate,
        "std_error": np.sqrt(made.variance),
        "conf_low": low,
        "conf_high": high,
        "df": made.df,
        "n": made.n,
        "n_effective": made.n_effective,
        "n_weighted": made.n_weighted,
        "count": np.where(share, made.count, np.nan),
        "weighted_count": np.where(share, made.weighted_count, np.nan),
        "row_share": np.where(share & np.isfinite(row_share), row_share, np.nan),
        "table_share": np.where(share & np.isfinite(table_share), table_share, np.nan),
        "index": np.where(share & np.isfinite(index), index, np.nan),
    }
    return Block(subject, lines.lines, {c: v[:, :-1] for c, v in numbers.items()})


def frame_of(question: str, blocks: Sequence[Block], banner: Banner) -> pd.DataFrame:
    """One row a cell, subject by subject, line by line, columns in banner order."""
    c = len(banner.columns)
    told = [(b.subject, line) for b in blocks for line in b.lines]
    out: dict[str, object] = {
        "question": _texts([question], c * len(told)),
        "subject": _texts([s for s, _ in told], c),
        "level": _texts([line.label for _, line in told], c),
        "kind": _texts([line.kind for _, line in told], c),
        "parent": _texts([line.parent for _, line in told], c),
        **{name: _texts(values, 1, len(told)) for name, values in banner.texts.items()},
    }
    for name in COLUMNS:
        out[name] = np.concatenate([b.numbers[name].ravel() for b in blocks])
    out["n"] = np.asarray(out["n"]).astype(np.int64)
    return pd.DataFrame(out, copy=False)


def bases_of(blocks: Sequence[Block], banner: Banner) -> pd.DataFrame:
    """Bases of each column of each subject: those of its first line."""
    c = len(banner.columns)
    out: dict[str, object] = {
        "subject": _texts([b.subject for b in blocks], c),
        **{name: _texts(values, 1, len(blocks)) for name, values in banner.texts.items()},
    }
    for name in ("n", "n_weighted", "n_effective"):
        out[name] = np.concatenate([b.numbers[name][0] for b in blocks])
    out["n"] = np.asarray(out["n"]).astype(np.int64)
    return pd.DataFrame(out, copy=False)


def _texts(values: Sequence[str], each: int, times: int = 1) -> pd.api.extensions.ExtensionArray:
    """Texts as pandas holds them, each repeated, all of it so many times."""
    return _made(tuple(values), each, times).copy()


@lru_cache(maxsize=512)
def _made(values: tuple[str, ...], each: int, times: int) -> pd.api.extensions.ExtensionArray:
    """One array for the tables of a book that have the same lines and columns."""
    codes = np.tile(np.repeat(np.arange(len(values)), each), times)
    return pd.Series(list(values), dtype="str").array.take(codes)
