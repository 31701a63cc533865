"""Surveys whose drivers can be worked out by hand."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

import survey_analysis as sa


def data(n: int = 240, k: int = 3, seed: int = 3) -> pd.DataFrame:
    """Correlated ratings 1 to 7 with weights, strata and sampling units of four people."""
    rng = np.random.default_rng(seed)
    general = rng.normal(size=(n, 1))
    X = np.clip(np.round(4 + 0.8 * general + rng.normal(size=(n, k))), 1, 7)
    y = np.clip(np.round(0.9 * X.mean(axis=1) + rng.normal(size=n)), 1, 7)
    out = pd.DataFrame(X.astype(int), columns=[f"x{j}" for j in range(k)])
    unit = np.arange(n) // 4
    return out.assign(y=y.astype(int), w=np.round(rng.uniform(0.5, 2, n), 2), unit=unit, region=unit % 3)


def survey(frame: pd.DataFrame, **design: str) -> sa.Survey:
    return sa.read(frame, **({"weight": "w"} | design))


def r2(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
    """Weighted R² of y on the columns of X and a constant, by least squares."""
    D = np.column_stack([np.ones(len(y)), X])
    root = np.sqrt(w)[:, None]
    b = np.linalg.lstsq(D * root, y * root[:, 0], rcond=None)[0]
    centre = w @ y / w.sum()
    return 1 - float(w @ (y - D @ b) ** 2) / float(w @ (y - centre) ** 2)


def lmg(X: np.ndarray, y: np.ndarray, w: np.ndarray, fit=r2) -> np.ndarray:
    """The formula of the R oracle: each subset fitted by itself."""
    k = X.shape[1]
    out = np.zeros(k)
    for j in range(k):
        rest = [i for i in range(k) if i != j]
        for size in range(k):
            for s in combinations(rest, size):
                added = fit(X[:, [*s, j]], y, w) - fit(X[:, list(s)], y, w)
                out[j] += added / (k * comb(k - 1, size))
    return out


def pairs(n: int = 150, seed: int = 5) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ratings of two sources by the same people, some of one only: wide, and the same long."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        general = rng.normal()
        for s, level in (("a", 0.0), ("b", 0.8)):
            if rng.uniform() < 0.8:
                x, z = np.clip(np.round(3 + level + general + rng.normal(size=2)), 1, 5)
                y = np.clip(np.round(0.5 * x + 0.3 * z + 0.5 * rng.normal() + level), 1, 5)
                rows.append({"id": f"p{i}", "source": s, "y": int(y), "x": int(x), "z": int(z)})
    long = pd.DataFrame(rows)
    weight = {f"p{i}": round(float(v), 2) for i, v in enumerate(rng.uniform(0.5, 2, n))}
    long["w"] = long["id"].map(weight)
    wide = long.pivot_table(index=["id", "w"], columns="source", values=["y", "x", "z"], aggfunc="first")
    wide.columns = [f"{s}_{v}" for v, s in wide.columns]
    return wide.reset_index(), long


STUDY = """
schema = 1
[study]
name = "pairs"
data = "wide.csv"
[design]
id = "id"
weight = "w"
[scales.five]
levels = [[1, "Not at all"], [2, "Slightly"], [3, "Somewhat"], [4, "Very"], [5, "Extremely"]]
[subjects.source]
a = { label = "Source A", phrase = "source A" }
b = { label = "Source B", phrase = "source B" }
"""


def wide_survey(folder, more: str = "") -> sa.Survey:
    wide, _ = pairs()
    for column in wide.columns.difference(["id", "w"]):
        wide[column] = wide[column].astype("Int64")
    wide.to_csv(folder / "wide.csv", index=False)
    batteries = "".join(
        f'[batteries.{v}]\nover = "source"\ncolumns = "{{source}}_{v}"\nscale = "five"\ntext = "{v}?"\n'
        f'short = "{v.upper()}"\nbase = "rated {{source}}"\n'
        for v in "yxz"
    )
    (folder / "study.toml").write_text(STUDY + batteries + more, encoding="utf-8")
    return sa.read(folder / "study.toml")
