"""Our own weighted Newton steps, for the models whose library fits ignore weights in silence.

A model states its log likelihood, scores and Hessian of one respondent; `MaximumLikelihood` turns them into a
`Statistic`: theta(w) maximises Σ w l, influence values are w s A⁻¹ with A = -Σ w l''.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from survey_analysis.errors import ConvergenceError
from survey_analysis.models.engine import inverse, spread
from survey_analysis.typing import FloatArray, IntArray

ROUNDS = 100
HALVINGS = 30
DECREMENT = 1e-13
"""Converged when a Newton step promises less than this much log likelihood a respondent."""


def maximise(
    start: FloatArray,
    value: Callable[[FloatArray], float],
    derivatives: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    name: str,
) -> FloatArray:
    """Maximise a mean log likelihood by Newton steps, halved while they do not climb.

    Parameters
    ----------
    start : ndarray, shape (k,)
    value
        Mean log likelihood; -inf outside its domain.
    derivatives
        Gradient (k,) and minus Hessian (k, k).
    name
        The model, for messages.

    Raises
    ------
    ConvergenceError
        No maximum in reach: usually an outcome that a predictor separates.
    """
    theta, best = start, value(start)
    if not np.isfinite(best):
        raise ConvergenceError(f"The {name} model has no likelihood at its starting values.")
    for _ in range(ROUNDS):
        gradient, information = derivatives(theta)
        step = _step(gradient, information)
        promise = float(gradient @ step)
        if abs(promise) < DECREMENT:
            return np.asarray(theta + step)
        scale = 1.0
        for _ in range(HALVINGS):
            trial = theta + scale * step
            reached = value(trial)
            if reached >= best + 1e-4 * scale * promise or (abs(promise) < 1e-9 and reached >= best - 1e-12):
                break
            scale /= 2
        else:
            break
        theta, best = trial, reached
    raise ConvergenceError(
        f"The {name} model did not converge in {ROUNDS} rounds.",
        hint="look for an answer that a predictor separates, and merge rare answers.",
    )


def _step(gradient: FloatArray, information: FloatArray) -> FloatArray:
    """Newton step; where the likelihood is not concave, a step along the positive part of its curvature."""
    size = np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-300))
    roots, axes = np.linalg.eigh(information / np.outer(size, size))
    floor = 1e-10 * max(float(np.abs(roots).max()), 1e-300)
    if roots.min() <= floor:
        roots = np.maximum(np.abs(roots), 1e-6 * np.abs(roots).max())
    return np.asarray(axes @ ((axes.T @ (gradient / size)) / roots) / size)


@dataclass(frozen=True, eq=False)
class MaximumLikelihood:
    """A model fitted by maximum weighted likelihood; subclasses state one respondent's part."""

    X: FloatArray
    y: FloatArray
    offset: FloatArray
    rows: IntArray
    names: tuple[str, ...]
    outcomes: tuple[str, ...]
    start: FloatArray | None = None

    label = "likelihood"

    @abstractmethod
    def first(self, w: FloatArray) -> FloatArray:
        """Starting values at weights of the complete cases."""

    @abstractmethod
    def loglik(self, theta: FloatArray) -> FloatArray:
        """Log likelihood of each complete case; -inf outside the domain."""

    @abstractmethod
    def scores(self, theta: FloatArray) -> FloatArray:
        """Score of each complete case, without its weight; shape (n, k)."""

    @abstractmethod
    def curvature(self, w: FloatArray, theta: FloatArray) -> FloatArray:
        """Minus the Hessian at weights of the complete cases; shape (k, k)."""

    def theta(self, w: FloatArray) -> FloatArray:
        """Coefficients at weights w (n,)."""
        own = w[self.rows]
        total = float(own.sum())
        if not total > 0:
            return np.full(len(self.names), np.nan)
        own = own / total
        used = own > 0

        def value(theta: FloatArray) -> float:
            with np.errstate(all="ignore"):
                found = float(own[used] @ self.loglik(theta)[used])
            return found if np.isfinite(found) else -np.inf

        def derivatives(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
            return own @ self.scores(theta), self.curvature(own, theta)

        start = self.start if self.start is not None else self.first(own)
        return maximise(start, value, derivatives, self.label)

    def influence(self, w: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Coefficients (k,) and weighted influence values (n, k)."""
        theta = self.theta(w)
        z = (w[self.rows][:, None] * self.scores(theta)) @ inverse(self.information(w, theta))
        return theta, spread(z, self.rows, len(w))

    def information(self, w: FloatArray, theta: FloatArray) -> FloatArray:
        """Observed information at weights w (n,)."""
        return self.curvature(w[self.rows], theta)

    def deviance(self, w: FloatArray, theta: FloatArray) -> float:
        """-2 weighted log likelihood."""
        return -2.0 * float(w[self.rows] @ self.loglik(theta))

    def start_at(self, theta: FloatArray) -> Self:
        """The same model, whose fits begin at theta."""
        return replace(self, start=theta)
