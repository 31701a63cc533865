"""Which sources come first: simultaneous sets for ranks, and the share of replicates ranked first."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from survey_analysis.core.covariance import covariance
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.intervals import t_quantile
from survey_analysis.core.replicate_draws import deviations
from survey_analysis.core.simultaneous import max_t_p, max_t_quantile, stepdown
from survey_analysis.perceptions.everyone import evidence_of, measure_name, measures
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.sources import Ranks, Worded
from survey_analysis.results.test import TestData
from survey_analysis.significance.compare import influence
from survey_analysis.significance.pairs import Pair
from survey_analysis.typing import FloatArray

SEED = 20161107
"""Of bootstrap and normal draws where no other is given."""
REPLICATES = 1000
_TINY = 1e-12
RankMethod = Literal["simultaneous", "stepwise"]


@dataclass(frozen=True, eq=False)
class Pairwise:
    """All differences of one measure on one base, jointly: pairs, values, tests, z for the kernel."""

    pairs: tuple[Pair, ...]
    labels: tuple[tuple[str, str], ...]
    bases: tuple[str, ...]
    estimate: FloatArray
    std_error: FloatArray
    df: FloatArray
    p_value: FloatArray
    n: FloatArray
    z: FloatArray
    correlation: FloatArray

    @property
    def scores(self) -> FloatArray:
        """Tests as standard normal scores, each by its own degrees of freedom; NaN without a test."""
        tail = np.clip(self.p_value / 2, 1e-300, 0.5)
        return np.asarray(-special.ndtri(tail) * np.sign(self.estimate))


def pairwise(estimate: EstimateData, test: TestData, rows: Sequence[int], dim: str, base: Worded) -> Pairwise:
    """All pairs of some rows, read from their comparisons; own bases where nobody rated both.

    `test` holds every pair of `estimate` on that base. The correlation is that of the joint z (one variance
    kernel); a difference without variance of its own stands alone.
    """
    place = [d.name for d in estimate.dims].index(dim)
    evidence = evidence_of(estimate)
    found = _by_pair(test, estimate, rows, dim)
    pairs, labels, bases, picked, z = [], [], [], [], []
    for i, a in enumerate(rows):
        for b in rows[i + 1 :]:
            pair = Pair(a, b, place)
            names = _labels(estimate, pair)
            used = base if (*names, base) in found else "own"
            row = found[(*names, used)]
            _, influences, _ = influence(evidence, pair, "own" if used == "all" else used)
            pairs.append(pair)
            labels.append(names)
            bases.append(used)
            picked.append(row)
            z.append(influences[:, 0] - influences[:, 1])
    frame = test.rows.iloc[picked]
    stacked = np.column_stack(z)
    column = {c: frame[c].to_numpy(dtype=np.float64) for c in ("estimate", "std_error", "df", "p_value", "n")}
    return Pairwise(
        tuple(pairs), tuple(labels), tuple(bases), column["estimate"], column["std_error"], column["df"],
        column["p_value"], column["n"], stacked, _correlation(covariance(stacked, evidence.frame)),
    )  # fmt: skip


def _by_pair(
    test: TestData, estimate: EstimateData, rows: Sequence[int], dim: str
) -> dict[tuple[str, str, str], int]:
    """Place of each comparison of these rows in the test, by labels and base."""
    others = [d for d in estimate.dims if d.name in test.rows and d.name != dim]
    keys = dict(zip([d.name for d in estimate.dims], estimate.keys[rows[0]], strict=True))
    mine = np.ones(len(test.rows), dtype=bool)
    for d in others:
        mine &= (test.rows[d.name] == d.label_of(keys[d.name])).to_numpy()
    return {
        (str(r["a"]), str(r["b"]), str(r["base"])): int(i)
        for i, r in zip(np.flatnonzero(mine), test.rows[mine].to_dict("records"), strict=True)
    }


def _labels(estimate: EstimateData, pair: Pair) -> tuple[str, str]:
    d = estimate.dims[pair.dim]
    return d.label_of(estimate.keys[pair.a][pair.dim]), d.label_of(estimate.keys[pair.b][pair.dim])


def _correlation(V: FloatArray) -> FloatArray:
    """Correlation of the differences; one without variance has none with others."""
    se = np.sqrt(np.clip(np.diag(V), 0.0, None))
    none = ~(se > _TINY * max(float(se.max(initial=0.0)), 1.0))
    scale = np.where(none, 1.0, se)
    out = np.asarray(V / np.outer(scale, scale))
    out[none, :] = out[:, none] = 0.0
    np.fill_diagonal(out, 1.0)
    return out


def max_t(found: Pairwise, *, seed: int) -> tuple[float, float]:
    """The largest |z| of all pairs, and its p: a test that no two sources differ."""
    scores = np.abs(found.scores)
    known = np.isfinite(scores)
    if not known.any():
        return float("nan"), float("nan")
    top = float(scores[known].max())
    return top, max_t_p(top, found.correlation[np.ix_(known, known)], seed=seed)


def directions(found: Pairwise, level: float, method: RankMethod, *, seed: int) -> tuple[FloatArray, float]:
    """Which differences are shown for all together (1, -1, 0), and the critical z of the intervals."""
    scores = found.scores
    known = np.isfinite(scores)
    shown = np.zeros(len(scores))
    if not known.any():
        return shown, float("nan")
    correlation = found.correlation[np.ix_(known, known)]
    if method == "stepwise":
        shown[known], c = stepdown(scores[known], correlation, level, seed=seed)
        return shown, c
    c = max_t_quantile(correlation, level, seed=seed)
    shown[known] = np.where(np.abs(scores[known]) > c, np.sign(scores[known]), 0.0)
    return shown, c


def all_pairwise(estimate: EstimateData, test: TestData, dim: str, base: Worded) -> dict[str, Pairwise]:
    """All differences of every measure with two sources, by its name."""
    return {
        measure_name(rest, estimate): pairwise(estimate, test, places, dim, base)
        for rest, places in measures(estimate, dim).items()
        if len(places) > 1
    }


def ranks(
    worded: Mapping[str, Pairwise],
    own: Mapping[str, Pairwise],
    frame: DesignFrame,
    base: Worded,
    *,
    level: float,
    method: RankMethod = "simultaneous",
    seed: int = SEED,
) -> Ranks:
    """Rank sets and first shares of all measures, on the base findings are worded from and on own bases.

    Parameters
    ----------
    worded, own : mapping of Pairwise
        Differences of each measure on the base that is worded, and on own bases; the same where that is worded.
    frame : DesignFrame

    Notes
    -----
    The rank of j lies between 1 + the number of sources shown to exceed it and p - the number it is shown to
    exceed, by simultaneous intervals d ± c se of all differences; c is the level quantile of max |t| under their
    joint covariance, each t by its own degrees of freedom (Mogstad, Romano, Shaikh and Wilhelm 2024; statistics
    2.29). The intervals need not come from one base, so pairs of people who rated both are enough. In a
    replicate a source is first when no other is ahead of it; ties share.
    """
    names, found, beside = list(worded), list(worded.values()), list(own.values())
    every = [*found, *([] if base == "own" else beside)]
    drawn = deviations(np.column_stack([f.z for f in every]), frame, seed=seed, n=REPLICATES)
    ends = np.cumsum([0, *(len(f.pairs) for f in every)])
    moved = [drawn.deviations[:, i:j] for i, j in itertools.pairwise(ends)]
    also = moved if base == "own" else moved[len(found) :]
    rows, limits, critical, no_first = [], [], [], []
    for i, name in enumerate(names):
        shown, c = directions(found[i], level, method, seed=seed)
        one, lost = _ranked(found[i], name, shown, moved[i])
        same = beside[i] is found[i]
        other = one if same else _ranked(beside[i], name, directions(beside[i], level, method, seed=seed)[0], also[i])[0]  # fmt: skip
        for column in ("rank_low", "rank_high", "first_share", "best"):
            one[f"own_{column}"] = other[column]
        rows.append(one)
        limits.append(_limits(found[i], name, shown, c))
        critical.append(c)
        no_first.append(lost)
    return Ranks(
        pd.concat(rows, ignore_index=True), pd.concat(limits, ignore_index=True), base, tuple(critical),
        tuple(no_first), len(drawn.deviations), drawn.what, seed, level, method,
    )  # fmt: skip


def _ranked(
    found: Pairwise, name: str, shown: FloatArray, deviations_: FloatArray
) -> tuple[pd.DataFrame, float]:
    """Ranks of the sources of one measure, and the share of replicates without a first."""
    labels = list(dict.fromkeys(x for pair in found.labels for x in pair))
    ends = np.array([(labels.index(a), labels.index(b)) for a, b in found.labels])
    k = len(labels)
    exact = _exact(found.estimate)
    ahead, shown_ahead = _table(np.sign(exact), ends, k), _table(shown, ends, k)
    first, lost = first_shares(exact + deviations_, ends, k)
    above = (shown_ahead < 0).sum(axis=1)  # sources shown to be ahead of j
    frame = pd.DataFrame(
        {
            "measure": name,
            "source": labels,
            "rank": 1 + (ahead < 0).sum(axis=1),
            "rank_low": 1 + above,
            "rank_high": k - (shown_ahead > 0).sum(axis=1),
            "first_share": first,
            "best": above == 0,
            "n": [int(found.n[(ends == j).any(axis=1)].min()) for j in range(k)],
        }
    )
    return frame, lost


def _exact(d: FloatArray) -> FloatArray:
    """Differences with rounding read as zero."""
    return np.where(np.abs(d) <= _TINY * max(float(np.abs(d).max(initial=0.0)), 1.0), 0.0, d)


def _table(values: FloatArray, ends: np.ndarray, k: int) -> FloatArray:
    """Signs of a minus b as a table (k, k): row a against column b."""
    out = np.zeros((k, k))
    out[ends[:, 0], ends[:, 1]] = values
    out[ends[:, 1], ends[:, 0]] = -values
    return out


def first_shares(differences: FloatArray, ends: np.ndarray, k: int) -> tuple[FloatArray, float]:
    """Share of replicates in which no other source is ahead of each, and in which there is no such source.

    Parameters
    ----------
    differences : ndarray, shape (R, m)
        a minus b of each pair in each replicate.
    ends : ndarray of int, shape (m, 2)
        Places of a and b.
    k : int
        Sources.

    Examples
    --------
    >>> ends = np.array([(0, 1), (0, 2), (1, 2)])
    >>> share, lost = first_shares(np.array([[1.0, 1, 1], [-1, 1, 1], [0, 1, 1], [1, -1, 1]]), ends, 3)
    >>> share.tolist(), lost
    ([0.375, 0.375, 0.0], 0.25)
    """
    behind = np.zeros((len(differences), k), dtype=bool)
    for (a, b), d in zip(ends, np.asarray(differences).T, strict=True):
        behind[:, a] |= d < -_TINY
        behind[:, b] |= d > _TINY
    first = ~behind
    count = first.sum(axis=1)
    share = np.divide(first, count[:, None], where=count[:, None] > 0, out=np.zeros(first.shape))
    return np.asarray(share.mean(axis=0)), float((count == 0).mean())


def _limits(found: Pairwise, name: str, shown: FloatArray, c: float) -> pd.DataFrame:
    """Simultaneous intervals: each difference by the quantile of its own t at the level that c stands for."""
    if np.isfinite(c):
        half = t_quantile(special.ndtr(c), found.df) * found.std_error
    else:
        half = np.full(len(found.estimate), np.nan)
    return pd.DataFrame(
        {
            "measure": name,
            "a": [a for a, _ in found.labels],
            "b": [b for _, b in found.labels],
            "base": list(found.bases),
            "estimate": found.estimate,
            "conf_low": found.estimate - half,
            "conf_high": found.estimate + half,
            "statistic": found.scores,
            "shown": shown.astype(np.int64),
        }
    )
