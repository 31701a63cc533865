"""Negative binomial counts: variance mu + mu² / theta, log link (R `MASS::glm.nb`)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from survey_analysis.models.newton import MaximumLikelihood
from survey_analysis.typing import FloatArray

LOG_THETA = "log(theta)"


@dataclass(frozen=True, eq=False)
class NegativeBinomial(MaximumLikelihood):
    """Coefficients of the log mean, then log(theta): jointly by maximum likelihood."""

    label = "negative binomial"

    def first(self, w: FloatArray) -> FloatArray:
        """Least squares of log(y + 1/2), theta 1."""
        p = self.X.shape[1]
        root = np.sqrt(w)
        target = np.log(self.y + 0.5) - self.offset
        b = np.linalg.lstsq(self.X[:, :p] * root[:, None], target * root, rcond=None)[0]
        return np.append(b, 0.0)

    def _mean(self, theta: FloatArray) -> tuple[FloatArray, float]:
        eta = self.X @ theta[:-1] + self.offset
        return np.exp(np.minimum(eta, 700)), float(np.exp(min(theta[-1], 700)))

    def loglik(self, theta: FloatArray) -> FloatArray:
        """Log probability of the count."""
        mu, t = self._mean(theta)
        y = self.y
        return np.asarray(
            special.gammaln(y + t)
            - special.gammaln(t)
            - special.gammaln(y + 1)
            + special.xlogy(y, mu / (mu + t))
            - t * np.log1p(mu / t)
        )

    def scores(self, theta: FloatArray) -> FloatArray:
        """Score of the coefficients and of log(theta)."""
        mu, t = self._mean(theta)
        by_mean = (self.y - mu) * t / (mu + t)
        by_t = special.digamma(self.y + t) - special.digamma(t) - np.log1p(mu / t) + (mu - self.y) / (mu + t)
        return np.column_stack([self.X * by_mean[:, None], t * by_t])

    def curvature(self, w: FloatArray, theta: FloatArray) -> FloatArray:
        """Minus the Hessian, observed."""
        mu, t = self._mean(theta)
        y, p = self.y, self.X.shape[1]
        out = np.empty((p + 1, p + 1))
        out[:p, :p] = (self.X * (w * mu * t * (y + t) / (mu + t) ** 2)[:, None]).T @ self.X
        cross = -(w * t * mu * (y - mu) / (mu + t) ** 2) @ self.X
        out[:p, p] = out[p, :p] = cross
        slope = special.digamma(y + t) - special.digamma(t) - np.log1p(mu / t) + (mu - y) / (mu + t)
        bend = (
            special.polygamma(1, y + t)
            - special.polygamma(1, t)
            + mu / (t * (mu + t))
            + (y - mu) / (mu + t) ** 2
        )
        out[p, p] = -float(w @ (t * slope + t**2 * bend))
        return out

    def expected(self, w: FloatArray, theta: FloatArray) -> FloatArray:
        """Expected information of the coefficients, and the information of theta given them, as MASS prints."""
        mu, t = self._mean(theta)
        p = self.X.shape[1]
        out = np.zeros((p + 1, p + 1))
        own = w[self.rows]
        out[:p, :p] = (self.X * (own * mu * t / (mu + t))[:, None]).T @ self.X
        out[p, p] = self.curvature(own, theta)[p, p]
        return out

    def residual_deviance(self, w: FloatArray, theta: FloatArray) -> float:
        """Deviance at the estimated theta, as `glm.nb` prints it."""
        mu, t = self._mean(theta)
        y = self.y
        unit = 2 * (special.xlogy(y, np.where(y > 0, y, 1) / mu) - (y + t) * np.log((y + t) / (mu + t)))
        return float(w[self.rows] @ unit)

    def keep(self, columns: list[int]) -> NegativeBinomial:
        """The model with these columns of X."""
        names = (*(self.names[j] for j in columns), LOG_THETA)
        return replace(self, X=self.X[:, columns], names=names, start=None)

    def drop(self, positions: list[int], w: FloatArray) -> tuple[NegativeBinomial, FloatArray]:
        """The smaller model without those coefficients, and its estimates."""
        smaller = self.keep([j for j in range(self.X.shape[1]) if j not in set(positions)])
        return smaller, smaller.theta(w)

    def linear(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log means and their gradient."""
        return X @ theta[:-1] + offset, np.hstack([X, np.zeros((len(X), 1))])

    def response(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> FloatArray:
        """Means; shape (m, 1)."""
        return np.exp(X @ theta[:-1] + offset)[:, None]

    def gradient(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> FloatArray:
        """Slope d mean / d theta; shape (m, 1, k)."""
        mu = np.exp(X @ theta[:-1] + offset)
        return np.hstack([mu[:, None] * X, np.zeros((len(X), 1))])[:, None, :]
