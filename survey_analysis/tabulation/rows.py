"""Cells of a banner table as tidy rows in printed order."""

from __future__ import annotations

import pandas as pd

from survey_analysis.estimation.cells import Cells
from survey_analysis.results.estimate import EstimateData
from survey_analysis.tabulation.banner import Banner


def long_rows(made: EstimateData, banner: Banner, kind: str, levels: list[str], found: Cells) -> pd.DataFrame:
    """Estimates of a grid of banner columns by subjects, one row a cell."""
    spans = {c.key: c.span for c in banner.columns}
    keys = [k[0] for k in made.keys]
    subjects = [k[1:] for k in made.keys]
    rows = made.rows
    return pd.DataFrame(
        {
            "question": rows["question"],
            "subject": [subject_label(found, k) for k in subjects],
            "level": levels,
            "kind": kind,
            "column": rows["column"],
            "span": [spans[k] for k in keys],
            "key": keys,
            **{
                c: rows[c]
                for c in (
                    "estimate",
                    "std_error",
                    "conf_low",
                    "conf_high",
                    "df",
                    "n",
                    "n_effective",
                    "n_weighted",
                )
            },
        }
    )


def subject_label(found: Cells, keys: tuple[str, ...]) -> str:
    """Label of what a battery's cell rates; "" for a plain question."""
    return " / ".join(d.label_of(k) for d, k in zip(found.dims, keys, strict=True))


def ordered(rows: pd.DataFrame, banner: Banner) -> pd.DataFrame:
    """Subject by subject, row by row, columns in banner order."""
    place = {c.key: i for i, c in enumerate(banner.columns)}
    subject, kind, level, key = (rows[c].astype(str).tolist() for c in ("subject", "kind", "level", "key"))
    subjects = {s: i for i, s in enumerate(dict.fromkeys(subject))}
    kinds = {"answer": 0, "net": 1, "mean": 2}
    levels = {pair: i for i, pair in enumerate(dict.fromkeys(zip(kind, level, strict=True)))}
    order = sorted(
        range(len(rows)),
        key=lambda i: (
            subjects[subject[i]],
            kinds[kind[i]],
            levels[kind[i], level[i]],
            place[key[i]],
        ),
    )
    return rows.iloc[order].reset_index(drop=True)


def column_bases(rows: pd.DataFrame) -> pd.DataFrame:
    """Bases of each column of each subject."""
    first = rows[["subject", "column", "span", "key", "n", "n_weighted", "n_effective"]]
    return first.drop_duplicates(["subject", "key"]).reset_index(drop=True)
