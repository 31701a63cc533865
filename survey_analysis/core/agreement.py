"""Chance-corrected agreement of two classifications of the same people, as a function of the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey_analysis.core.covariance import Members
from survey_analysis.core.frame import Floats

AgreementWeights = Literal["none", "linear", "quadratic"]


def agreement_matrix(categories: int, weights: AgreementWeights) -> Floats:
    """How far two categories agree, 1 on the diagonal: all or nothing, or by distance.

    Examples
    --------
    >>> agreement_matrix(3, "linear").tolist()
    [[1.0, 0.5, 0.0], [0.5, 1.0, 0.5], [0.0, 0.5, 1.0]]
    """
    if weights == "none" or categories < 2:
        return np.eye(categories)
    gap = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories))) / (categories - 1)
    return 1.0 - (gap if weights == "linear" else gap**2)


@dataclass(frozen=True, eq=False)
class Kappa:
    """Cohen's kappa, (p_o - p_e) / (1 - p_e), with p_o = Σ a_ij p_ij and p_e = Σ a_ij p_i+ p_+j.

    Attributes
    ----------
    first, second : ndarray of bool, shape (n, k)
        Category of each person by either; rows outside the domain are all False.
    agreement : ndarray, shape (k, k)
        `agreement_matrix`.
    """

    first: Members
    second: Members
    agreement: Floats

    def shares(self, w: Floats) -> Floats:
        """Weighted shares of the cells, shape (k, k)."""
        table = (w[:, None] * self.first).T @ self.second.astype(np.float64)
        with np.errstate(invalid="ignore"):
            return np.asarray(table / table.sum())

    def parts(self) -> Floats:
        """Indicators of the cells (n, k k), whose weighted sums make kappa."""
        return np.asarray(
            (self.first[:, :, None] & self.second[:, None, :]).reshape(len(self.first), -1), float
        )

    def of_sums(self, sums: Floats) -> Floats:
        """Kappa of weighted cell sums (b, k k); shape (b, 1), NaN where both always give one category."""
        cells = sums.reshape(len(sums), *self.agreement.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            p = cells / cells.sum(axis=(1, 2), keepdims=True)
            observed = (p * self.agreement).sum(axis=(1, 2))
            chance = np.einsum("bi,ij,bj->b", p.sum(axis=2), self.agreement, p.sum(axis=1))
            value = np.where(chance < 1, (observed - chance) / (1 - chance), np.nan)
        return np.asarray(value[:, None])

    def theta(self, w: Floats) -> Floats:
        """Kappa, shape (1,); NaN where both always give one category."""
        return np.asarray(self.of_sums(self.shares(w).reshape(1, -1))[0])

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Kappa and its influence values by the delta method on the cells."""
        p, theta = self.shares(w), self.theta(w)
        rows, columns = p.sum(axis=1), p.sum(axis=0)
        chance = float((self.agreement * np.outer(rows, columns)).sum())
        by_row, by_column = self.agreement @ columns, rows @ self.agreement
        gradient = (self.agreement - (1 - theta[0]) * (by_row[:, None] + by_column[None, :])) / (1 - chance)
        inside = self.first.any(axis=1)
        at = np.where(inside, gradient[self.first.argmax(axis=1), self.second.argmax(axis=1)], 0.0)
        u = np.where(inside, at - float((gradient * p).sum()), 0.0)
        return theta, (w * u / float(w[inside].sum()))[:, None]
