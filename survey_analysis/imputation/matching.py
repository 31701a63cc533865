"""The chain of `statsmodels` with predictive mean matching that holds where predictions are tied."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsmodels.imputation.mice import MICEData

from survey_analysis.typing import FloatArray

SAME = 1e-9
"""Predictions nearer than this share of their range are the same prediction."""


class Chain(MICEData):  # type: ignore[misc]  # statsmodels has no types
    """`MICEData` over complete numbers, with two changes.

    Donors are found among predictions at the fitted coefficients for predictions at the drawn ones (type 1
    matching, the default of R `mice`), so that the draw moves who is copied; and of people with one and the
    same prediction each can be the donor, where `MICEData` always takes those at the edge of the tie. Model
    matrices are plain arrays: no formula is read again in every round.
    """

    def get_fitting_data(self, vname: str) -> tuple[FloatArray, FloatArray, dict[str, Any], dict[str, Any]]:
        """Answers and predictors of those who answered."""
        y, seen, *_ = self.get_split_data(vname)
        return y, seen, {}, {}

    def get_split_data(
        self, vname: str
    ) -> tuple[FloatArray, FloatArray, FloatArray, dict[str, Any], dict[str, Any]]:
        """Answers, predictors of those who answered and of those who did not."""
        others = self.data.drop(columns=vname).to_numpy(dtype=np.float64)
        X = np.column_stack([np.ones(len(others)), others])
        seen, empty = self.ix_obs[vname], self.ix_miss[vname]
        y = self.data[vname].to_numpy(dtype=np.float64)
        return y[seen], X[seen], X[empty], {}, {}

    def impute_pmm(self, vname: str) -> None:
        """Copy an answer from a donor into every empty cell of one question."""
        y, seen, empty, *_ = self.get_split_data(vname)
        fitted = seen @ np.asarray(self.results[vname].params)
        wanted = empty @ np.asarray(self.params[vname])
        chosen = draw_donors(fitted, wanted, self.k_pmm, self.rng)
        self.data.iloc[self.ix_miss[vname], self.data.columns.get_loc(vname)] = y[chosen]


def draw_donors(fitted: FloatArray, wanted: FloatArray, k: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """For each wanted prediction one of the k nearest fitted ones, then anybody with that prediction.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> drawn = draw_donors(np.repeat([1.0, 2.0], 50), np.full(900, 2.1), 5, rng)
    >>> len(set(drawn.tolist())), int(drawn.min())
    (50, 50)
    """
    order = np.argsort(fitted, kind="stable")
    ranked = fitted[order]
    window = np.searchsorted(ranked, wanted)[:, None] + np.arange(-k, k)[None, :]
    outside = (window < 0) | (window >= len(ranked))
    window = np.clip(window, 0, len(ranked) - 1)
    gap = np.where(outside, np.inf, np.abs(ranked[window] - wanted[:, None]))
    nearest = np.argsort(gap, axis=1, kind="stable")[:, : min(k, len(ranked))]
    rows = np.arange(len(wanted))
    near = window[rows, nearest[rows, rng.integers(0, nearest.shape[1], len(wanted))]]
    step = SAME * (float(ranked[-1] - ranked[0]) or 1.0)
    low = np.searchsorted(ranked, ranked[near] - step, side="left")
    high = np.searchsorted(ranked, ranked[near] + step, side="right")
    return np.asarray(order[low + np.floor(rng.random(len(wanted)) * (high - low)).astype(np.intp)])
