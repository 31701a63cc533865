"""Multinomial logit: one set of coefficients for every answer but the first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from survey_analysis.models.newton import MaximumLikelihood
from survey_analysis.typing import FloatArray


@dataclass(frozen=True, eq=False)
class Multinomial(MaximumLikelihood):
    """log P(Y = j) / P(Y = first) = x'b_j; theta holds b_2, b_3, ... one after the other (R `nnet::multinom`)."""

    label = "multinomial"

    @property
    def q(self) -> int:
        """Answers other than the reference."""
        return len(self.outcomes) - 1

    def first(self, w: FloatArray) -> FloatArray:
        """All coefficients zero."""
        del w
        return np.zeros(len(self.names))

    def _probabilities(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> FloatArray:
        eta = X @ theta.reshape(self.q, -1).T + offset[:, None]
        return np.asarray(special.softmax(np.hstack([np.zeros((len(X), 1)), eta]), axis=1))

    def _hit(self) -> FloatArray:
        return np.asarray(self.y[:, None] == np.arange(1, self.q + 1), dtype=np.float64)

    def loglik(self, theta: FloatArray) -> FloatArray:
        """Log of the probability of the answer given."""
        eta = self.X @ theta.reshape(self.q, -1).T + self.offset[:, None]
        full = np.hstack([np.zeros((len(eta), 1)), eta])
        chosen = full[np.arange(len(full)), self.y.astype(np.intp)]
        return np.asarray(chosen - special.logsumexp(full, axis=1))

    def scores(self, theta: FloatArray) -> FloatArray:
        """(1[y = j] - p_j) x."""
        left = self._hit() - self._probabilities(theta, self.X, self.offset)[:, 1:]
        return np.asarray((left[:, :, None] * self.X[:, None, :]).reshape(len(self.X), -1))

    def curvature(self, w: FloatArray, theta: FloatArray) -> FloatArray:
        """Blocks X' diag(w p_j (1[j = l] - p_l)) X."""
        P = self._probabilities(theta, self.X, self.offset)[:, 1:]
        p = self.X.shape[1]
        out = np.empty((self.q * p, self.q * p))
        for j in range(self.q):
            for m in range(self.q):
                block = w * P[:, j] * ((j == m) - P[:, m])
                out[j * p : (j + 1) * p, m * p : (m + 1) * p] = (self.X * block[:, None]).T @ self.X
        return out

    def keep(self, columns: list[int]) -> Multinomial:
        """The model with these columns of X."""
        p = self.X.shape[1]
        names = tuple(self.names[j * p + c] for j in range(self.q) for c in columns)
        return replace(self, X=self.X[:, columns], names=names, start=None)

    def drop(self, positions: list[int], w: FloatArray) -> tuple[Multinomial, FloatArray]:
        """The smaller model without the predictors that those coefficients belong to, and its estimates."""
        p = self.X.shape[1]
        gone = {j % p for j in positions}
        smaller = self.keep([j for j in range(p) if j not in gone])
        return smaller, smaller.theta(w)

    def linear(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log odds of each answer against the first, one answer after the other, and their gradient."""
        eta = X @ theta.reshape(self.q, -1).T + offset[:, None]
        return eta.T.reshape(-1), np.asarray(np.kron(np.eye(self.q), X), dtype=np.float64)

    def response(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> FloatArray:
        """Probability of each answer; shape (m, K)."""
        return self._probabilities(theta, X, offset)

    def gradient(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> FloatArray:
        """Slope d p_j / d b_l = p_j (1[j = l] - p_l) x; shape (m, K, k)."""
        P = self._probabilities(theta, X, offset)
        inner = P[:, :, None] * (np.eye(self.q + 1)[None] - P[:, None, :])
        return np.asarray((inner[:, :, 1:, None] * X[:, None, None, :]).reshape(len(X), self.q + 1, -1))
