"""Polychoric correlations of items as a function of the weights: every pair's table, thresholds from the items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.bivariate import FAR, normal_pdf
from survey_analysis.core.covariance import Members
from survey_analysis.core.frame import Floats
from survey_analysis.core.item_moments import Missing, answered_columns
from survey_analysis.core.polychoric import LARGEST, polychoric, slopes, thresholds

MOST_CATEGORIES = 10


@dataclass(frozen=True, eq=False)
class ItemTables:
    """Two-step polychoric correlations of k items, the pairs i < j by rows of the upper triangle.

    Attributes
    ----------
    codes : ndarray of int, shape (n, k)
        Place of each answer among `levels`; anything where it does not count.
    answered : ndarray of bool, shape (n, k)
        Which answers count. Thresholds are those of everybody who answered the item.
    levels : ndarray, shape (c,)
        Answers given to any of the items, in order.
    """

    codes: np.ndarray
    answered: Members
    levels: Floats

    @classmethod
    def of(cls, x: ArrayLike, inside: Members, *, missing: Missing = "complete") -> ItemTables:
        """Tables of answers (n, k) with NaN, of the people `inside` (n,)."""
        values = np.asarray(x, dtype=np.float64)
        counts = answered_columns(values, inside, missing)
        levels = np.unique(values[counts])
        codes = np.clip(np.searchsorted(levels, np.where(counts, values, 0.0)), 0, max(len(levels) - 1, 0))
        return cls(codes, counts, levels)

    @property
    def items(self) -> int:
        """Number of items k."""
        return int(self.codes.shape[1])

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """First and second item of each pair."""
        return np.triu_indices(self.items, 1)

    def matrix(self, w: Floats) -> Floats:
        """Correlation matrix (k, k)."""
        return self.square(self.theta(w))

    def square(self, vector: Floats) -> Floats:
        """A matrix of a vector of pairs."""
        out = np.eye(self.items)
        out[self.pairs] = vector
        return np.asarray(out + np.triu(out, 1).T)

    def thresholds(self, w: Floats) -> Floats:
        """Thresholds (k, c - 1) of the items."""
        return thresholds(self._margins(w[:, None])[0])

    def theta(self, w: Floats) -> Floats:
        """Correlations of the pairs at weights w (n,)."""
        return np.asarray(self.theta_block(w[:, None])[0])

    def theta_block(self, weights: Floats) -> Floats:
        """Correlations (b, pairs) at every column of weights (n, b)."""
        cuts = thresholds(self._margins(weights))
        columns = [
            polychoric(self._tables(i, j, weights), cuts[:, i], cuts[:, j])
            for i, j in zip(*self.pairs, strict=True)
        ]
        return np.column_stack(columns)

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Correlations and influence values, those of the thresholds included.

        Notes
        -----
        From the score equations of both steps (Olsson 1979; Jöreskog 1994, whose covariance matrix this
        reproduces for a simple sample). NaN where a correlation is not defined or at its edge.
        """
        theta, cuts = self.theta(w), self.thresholds(w)
        steps = [self._threshold_influence(w, i, cuts[i]) for i in range(self.items)]
        z = np.full((len(w), len(theta)), np.nan)
        for pair, (i, j) in enumerate(zip(*self.pairs, strict=True)):
            rho = float(theta[pair])
            if not abs(rho) < LARGEST:
                continue
            table = self._tables(i, j, w[:, None])[0]
            slope = slopes(table / table.sum(), cuts[i], cuts[j], rho)
            both = self.answered[:, i] & self.answered[:, j]
            at = slope.cells[self.codes[:, i], self.codes[:, j]]
            centre = float((slope.cells * table).sum() / table.sum())
            own = np.where(both, w * (at - centre), 0.0) / table.sum()
            z[:, pair] = own + steps[i] @ slope.rows + steps[j] @ slope.columns
        return theta, z

    def scale(self, vector: Floats) -> Floats:
        """A correlation is of size 1."""
        return np.ones(len(vector))

    def _margins(self, weights: Floats) -> Floats:
        """Weighted counts (b, k, c)."""
        out = np.empty((weights.shape[1], self.items, len(self.levels)))
        for i in range(self.items):
            for c in range(len(self.levels)):
                out[:, i, c] = weights[self.answered[:, i] & (self.codes[:, i] == c)].sum(axis=0)
        return out

    def _tables(self, i: int, j: int, weights: Floats) -> Floats:
        """Weighted counts (b, c, c) of a pair."""
        c = len(self.levels)
        both = self.answered[:, i] & self.answered[:, j]
        cell = self.codes[both, i] * c + self.codes[both, j]
        if weights.shape[1] == 1:
            counts = np.bincount(cell, weights=weights[both, 0], minlength=c * c)
            return np.asarray(counts.reshape(1, c, c), dtype=np.float64)
        member = (cell[:, None] == np.arange(c * c)).astype(np.float64)
        return np.asarray((weights[both].T @ member).reshape(-1, c, c))

    def _threshold_influence(self, w: Floats, i: int, cuts: Floats) -> Floats:
        """Influence (n, c - 1) of the thresholds of an item; 0 for one at infinity."""
        answered = self.answered[:, i]
        weight = np.where(answered, w, 0.0)
        total = weight.sum()
        below = (self.codes[:, i][:, None] <= np.arange(len(cuts))).astype(np.float64)
        share = weight @ below / total
        density = normal_pdf(np.clip(cuts, -FAR, FAR))
        finite = np.abs(cuts) < FAR
        step = weight[:, None] * (below - share) / total
        return np.where(finite, step / np.where(finite, density, 1.0), 0.0)
