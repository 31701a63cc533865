"""Weights from a probability estimated in the sample: response classes, response models, pseudo-weights.

Each step gives its weights from any starting weights (replicates), and the block that carries the estimation
of the probabilities into Taylor variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_analysis.core.blocks import Codes, Floats, ModelBlock
from survey_analysis.errors import ConvergenceError, WeightingError
from survey_analysis.plurals import counted


def logistic(x: Floats, y: Floats, weight: Floats, *, tolerance: float = 1e-12) -> tuple[Floats, Floats]:
    """Weighted logistic regression by Newton's method.

    Parameters
    ----------
    x : ndarray, shape (n, p)
    y : ndarray, shape (n,)
        0 or 1.
    weight : ndarray, shape (n,)

    Returns
    -------
    gamma : ndarray, shape (p,)
    information : ndarray, shape (p, p)
        Σ w p (1 - p) x x′ at gamma.

    Raises
    ------
    ConvergenceError
        No finite solution: a combination of variables separates y.

    Examples
    --------
    >>> gamma, _ = logistic(np.ones((4, 1)), np.array([1.0, 1, 1, 0]), np.ones(4))
    >>> round(float(gamma[0]), 9) == round(float(np.log(3)), 9)
    True
    """
    unit = np.maximum(np.abs(x).max(axis=0), 1e-300)
    xs, gamma = x / unit, np.zeros(x.shape[1])
    size = np.maximum(weight @ np.abs(xs), 1e-300)
    for _ in range(100):
        p = probability(xs, gamma)
        score = xs.T @ (weight * (y - p))
        information = xs.T @ (xs * (weight * p * (1 - p))[:, None])
        if float(np.abs(score / size).max()) <= tolerance:
            if np.abs(xs @ gamma).max() > 30:
                break
            return gamma / unit, information * np.outer(unit, unit)
        step = np.linalg.pinv(information, rcond=1e-11, hermitian=True) @ score
        now = _likelihood(xs @ gamma, y, weight)
        for halving in range(30):
            new = gamma + step / 2**halving
            if _likelihood(xs @ new, y, weight) >= now - 1e-12 * abs(now):
                break
        gamma = new
    raise ConvergenceError(
        "the response model has no finite solution.",
        where=f"{x.shape[1]} coefficients, {int(y.sum())} of {len(y)} rows {'is' if y.sum() == 1 else 'are'} 1",
        hint="a category whose members all respond (or none) separates them: merge it, or leave it out.",
    )


def probability(x: Floats, gamma: Floats) -> Floats:
    """1 / (1 + exp(-x′γ))."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -(x @ gamma))))


def _likelihood(eta: Floats, y: Floats, weight: Floats) -> float:
    return float(weight @ (y * eta - np.logaddexp(0.0, eta)))


@dataclass(frozen=True, eq=False)
class ClassStep:
    """Respondents of a class take over the weight of all its members.

    w = d r / p, p the weighted response rate of the class.

    Attributes
    ----------
    codes : ndarray of int, shape (m,)
    responded : ndarray, shape (m,)
        1 for respondents, 0 for the others.
    """

    codes: Codes
    responded: Floats

    def rates(self, start: Floats) -> tuple[Floats, Floats]:
        """Weighted response rate and weight of each class."""
        k = int(self.codes.max()) + 1
        size = np.bincount(self.codes, weights=start, minlength=k)
        answered = np.bincount(self.codes, weights=start * self.responded, minlength=k)
        empty = np.flatnonzero((size > 0) & ~(answered > 0))
        if len(empty):
            raise WeightingError(
                f"{counted(len(empty), 'weighting class has', 'weighting classes have')} nobody who responded.",
                where=f"class {int(empty[0]) + 1} of {k}",
                hint="merge classes.",
            )
        rate = np.divide(answered, size, out=np.ones(k), where=size > 0)
        return np.asarray(rate), np.asarray(size, dtype=np.float64)

    def __call__(self, start: Floats, /) -> Floats:
        """Weights of the respondents, 0 for the others."""
        return np.asarray(start * self.responded / self.rates(start)[0][self.codes])

    def block(self, rows: Codes, start: Floats) -> ModelBlock:
        """The step as a block of the design."""
        rate, size = self.rates(start)
        p = rate[self.codes]
        member = (self.codes[:, None] == np.arange(len(rate))).astype(np.float64)
        weight = self(start)
        return ModelBlock(
            rows, start, np.empty((len(rows), 0)), weight=weight, reweigh=self,
            score=member * (start * (self.responded - p))[:, None],
            slope=member * (-weight / p)[:, None],
            information=np.diag(size),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class ResponseStep:
    """Respondents are weighted by the inverse of their response propensity: w = d r / p(x′γ).

    Attributes
    ----------
    x : ndarray, shape (m, p)
        Variables known for everyone, with a constant.
    responded : ndarray, shape (m,)
    """

    x: Floats
    responded: Floats

    def __call__(self, start: Floats, /) -> Floats:
        """Weights of the respondents, 0 for the others."""
        gamma, _ = logistic(self.x, self.responded, start)
        return np.asarray(start * self.responded / probability(self.x, gamma))

    def block(self, rows: Codes, start: Floats) -> ModelBlock:
        """The step as a block of the design."""
        gamma, information = logistic(self.x, self.responded, start)
        p = probability(self.x, gamma)
        weight = start * self.responded / p
        return ModelBlock(
            rows, start, np.empty((len(rows), 0)), weight=weight, reweigh=self,
            score=self.x * (start * (self.responded - p))[:, None],
            slope=self.x * (-weight * (1 - p))[:, None],
            information=information,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class ReferenceStep:
    """Pseudo-weights against a reference sample: w = d (1 - p) / p, p from the pooled logistic model.

    Attributes
    ----------
    x : ndarray, shape (m, p)
        Variables of this sample, with a constant.
    reference_x : ndarray, shape (r, p)
        The same variables of the reference sample.
    reference_weight : ndarray, shape (r,)
        Its survey weights.
    """

    x: Floats
    reference_x: Floats
    reference_weight: Floats

    def fit(self, start: Floats) -> tuple[Floats, Floats]:
        """Coefficients of membership in this sample, and their information."""
        pooled = np.concatenate([self.x, self.reference_x])
        member = np.concatenate([np.ones(len(self.x)), np.zeros(len(self.reference_x))])
        return logistic(pooled, member, np.concatenate([start, self.reference_weight]))

    def __call__(self, start: Floats, /) -> Floats:
        """Pseudo-weights."""
        return np.asarray(start * np.exp(-(self.x @ self.fit(start)[0])))

    def block(self, rows: Codes, start: Floats) -> ModelBlock:
        """The step as a block of the design; the reference sample is taken as fixed."""
        gamma, information = self.fit(start)
        weight = start * np.exp(-(self.x @ gamma))
        p = probability(self.x, gamma)
        return ModelBlock(
            rows, start, np.empty((len(rows), 0)), weight=weight, reweigh=self,
            score=self.x * (start * (1 - p))[:, None],
            slope=self.x * (-weight)[:, None],
            information=information,
        )  # fmt: skip
