"""Generalised linear models: point estimates by statsmodels, influence values for the core's variance."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np

from survey_analysis.errors import ConvergenceError, EstimationError
from survey_analysis.models.engine import inverse, spread
from survey_analysis.models.family import Family
from survey_analysis.models.newton import maximise
from survey_analysis.plurals import counted
from survey_analysis.typing import FloatArray, IntArray

ROUNDS = 60
R_ROUNDS = 25
CERTAIN = 1e-7
"""A fitted probability this near to 0 or 1, in a fit that does not settle, is a sign of separation."""


@dataclass(frozen=True, eq=False)
class RSteps:
    """Where R's `glm` stops at these weights: its coefficients, and those one step before.

    R evaluates the working weights of its covariance at the step before the last, so its standard errors
    differ from the converged ones in about the fifth digit.
    """

    weight: FloatArray
    theta: FloatArray
    before: FloatArray


@dataclass(frozen=True, eq=False)
class Glm:
    """A generalised linear model as a function of the weights.

    z_i = w_i x_i r_i mu'_i² / V(mu_i) A⁻¹, r the working residual, A = X' W X (R `svyglm`, Binder 1983).
    """

    X: FloatArray
    y: FloatArray
    offset: FloatArray
    rows: IntArray
    family: Family
    names: tuple[str, ...]
    start: FloatArray | None = None
    outcomes: tuple[str, ...] = ("",)
    r: RSteps | None = None

    def theta(self, w: FloatArray) -> FloatArray:
        """Coefficients at weights w (n,): by statsmodels, from a known start by our own scoring steps."""
        if self.r is not None and np.array_equal(w, self.r.weight):
            return self.r.theta
        own = w[self.rows]
        if not (own > 0).any():
            return np.full(len(self.names), np.nan)
        if self.r is not None and self.start is not None:
            return self._r_steps(own / own.sum(), self.X @ self.start + self.offset)[0]
        own = own / own[own > 0].mean()
        theta = self._fitted(own) if self.start is None else None
        if theta is None:
            theta = self._scored(own, self._first(own) if self.start is None else self.start)
        self._refuse_separation(theta)
        return theta

    def _fitted(self, own: FloatArray) -> FloatArray | None:
        """Statsmodels' estimates; None where its rounds, which do not halve steps, do not settle."""
        from statsmodels.genmod.generalized_linear_model import GLM  # noqa: PLC0415  heavy; loaded when fitted
        from statsmodels.tools.sm_exceptions import PerfectSeparationError  # noqa: PLC0415

        used = own > 0
        model = GLM(
            self.y[used],
            self.X[used],
            family=self.family.made,
            offset=self.offset[used] if self.offset.any() else None,
            freq_weights=own[used],
        )
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                fit = model.fit(maxiter=ROUNDS, tol=1e-12, rtol=1e-10, tol_criterion="params")
            except (PerfectSeparationError, np.linalg.LinAlgError, ValueError, FloatingPointError):
                return None
        theta = np.asarray(fit.params, dtype=np.float64)
        return theta if fit.converged and np.isfinite(theta).all() else None

    def _scored(self, own: FloatArray, start: FloatArray) -> FloatArray:
        """Fisher scoring with halved steps."""
        share = own / own.sum()

        def value(theta: FloatArray) -> float:
            eta = self.X @ theta + self.offset
            with np.errstate(all="ignore"):
                mu = self.family.mean(eta)
                found = -self.family.deviance(self.y, mu, share) / 2
            return found if np.isfinite(found) and self.family.valid(mu) else -np.inf

        def derivatives(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
            return share @ self.scores(theta), self._information(share, theta)

        try:
            return maximise(start, value, derivatives, self.family.name)
        except ConvergenceError as error:
            raise ConvergenceError(
                f"The {self.family.name} model did not converge.",
                where="coefficients: " + ", ".join(self.names[:8]),
                hint="look for a predictor with extreme values, or merge rare answers.",
            ) from error

    def _first(self, own: FloatArray) -> FloatArray:
        """Weighted least squares on the linked outcome, drawn towards its mean."""
        centre = float(own @ self.y / own.sum())
        mu = (self.y + centre) / 2
        target = np.asarray(self.family.made.link(mu), dtype=np.float64) - self.offset
        root = np.sqrt(own)
        return np.asarray(np.linalg.lstsq(self.X * root[:, None], target * root, rcond=None)[0])

    def _refuse_separation(self, theta: FloatArray) -> None:
        if not self.family.binary:
            return
        eta = self.X @ theta + self.offset
        mu = self.family.mean(eta)
        sure = (np.minimum(mu, 1 - mu) < CERTAIN) & (np.abs(self.y - mu) < CERTAIN)
        if sure.any() and self._runs_away(theta):
            raise EstimationError(
                f"The model separates the outcome: {counted(int(sure.sum()), 'respondent has', 'respondents have')} a fitted share of 0 or 1, "
                "so some coefficients are infinite.",
                where="look at: " + ", ".join(self._runs_away(theta)),
                hint="merge answers of that term, or leave it out.",
            )

    def _runs_away(self, theta: FloatArray) -> list[str]:
        """Coefficients with next to no information left."""
        A = self._information(np.ones(len(self.y)), theta)
        size = np.sqrt((self.X**2).sum(axis=0))
        roots, axes = np.linalg.eigh(A / np.outer(size, size))
        flat = axes[:, roots < 1e-6]
        load = np.abs(flat).max(axis=1) if flat.shape[1] else np.zeros(len(theta))
        return [name for name, v in zip(self.names, load, strict=True) if v > 0.3][:5]

    def influence(self, w: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Coefficients (k,) and weighted influence values (n, k)."""
        theta = self.theta(w)
        z = self.scores(theta) * w[self.rows][:, None] @ inverse(self.information(w, theta))
        return theta, spread(z, self.rows, len(w))

    def scores(self, theta: FloatArray) -> FloatArray:
        """Score of each complete case, without its weight; shape (n, k)."""
        eta = self.X @ theta + self.offset
        residual = (self.y - self.family.mean(eta)) / self.family.slope(eta)
        return np.asarray(self.X * (self._working(theta) * residual)[:, None])

    def _working(self, theta: FloatArray) -> FloatArray:
        """mu'² / V(mu); of R's steps, at the step before the last."""
        at = self.r.before if self.r is not None and theta is self.r.theta else theta
        eta = self.X @ at + self.offset
        return np.asarray(self.family.slope(eta) ** 2 / self.family.variance(self.family.mean(eta)))

    def information(self, w: FloatArray, theta: FloatArray) -> FloatArray:
        """Expected information X' W X, dispersion 1."""
        return self._information(w[self.rows], theta)

    def _information(self, own: FloatArray, theta: FloatArray) -> FloatArray:
        return np.asarray((self.X * (own * self._working(theta))[:, None]).T @ self.X)

    def deviance(self, w: FloatArray, theta: FloatArray) -> float:
        """Weighted deviance."""
        mu = self.family.mean(self.X @ theta + self.offset)
        return self.family.deviance(self.y, mu, w[self.rows])

    def null_deviance(self, w: FloatArray) -> float:
        """Deviance of the model of an intercept and the offset, the intercept left out if the model has none."""
        if "(Intercept)" not in self.names:
            return self.family.deviance(self.y, self.family.mean(self.offset), w[self.rows])
        null = replace(self, X=np.ones((len(self.y), 1)), names=("(Intercept)",), start=None, r=None)
        return null.deviance(w, null.theta(w))

    def pearson(self, theta: FloatArray) -> FloatArray:
        """Pearson residuals, without weights."""
        mu = self.family.mean(self.X @ theta + self.offset)
        return np.asarray((self.y - mu) / np.sqrt(self.family.variance(mu)))

    def start_at(self, theta: FloatArray) -> Glm:
        """The same model, whose fits begin at theta."""
        return replace(self, start=theta)

    def keep(self, columns: list[int]) -> Glm:
        """The model with these columns only."""
        names = tuple(self.names[j] for j in columns)
        return replace(self, X=self.X[:, columns], names=names, start=None, r=None)

    def as_r(self, weight: FloatArray, scale: float) -> Glm:
        """The same model stopped where R stops: its starting values and its rule.

        `weight` (n,) is that of the design, `scale` what R divides it by. Replicates start at the estimate.
        """
        own = weight[self.rows] / scale
        mu = {"poisson": self.y + 0.1, "gaussian": self.y}.get(self.family.name.removeprefix("quasi"))
        if mu is None:
            mu = (own * self.y + 0.5) / (own + 1)
        theta, before = self._r_steps(own, np.asarray(self.family.made.link(mu), dtype=np.float64))
        self._refuse_separation(theta)
        return replace(self, r=RSteps(weight, theta, before), start=theta)

    def _r_steps(self, own: FloatArray, eta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Scoring steps until the deviance moves by 1e-8 of itself + 0.1; the last coefficients, those before."""
        mu = self.family.mean(eta)
        deviance = self.family.deviance(self.y, mu, own)
        theta: FloatArray = np.zeros(len(self.names))
        before = theta
        for _ in range(R_ROUNDS):
            slope = self.family.slope(eta)
            root = np.sqrt(own * slope**2 / self.family.variance(mu))
            target = eta - self.offset + (self.y - mu) / slope
            before = theta
            theta = np.asarray(np.linalg.lstsq(self.X * root[:, None], target * root, rcond=None)[0])
            eta = self.X @ theta + self.offset
            mu, last = self.family.mean(eta), deviance
            deviance = self.family.deviance(self.y, mu, own)
            if abs(deviance - last) / (abs(deviance) + 0.1) < 1e-8:
                break
        return theta, before

    def drop(self, positions: list[int], w: FloatArray) -> tuple[Glm, FloatArray]:
        """The smaller model without those coefficients, and its estimates."""
        smaller = self.keep([j for j in range(len(self.names)) if j not in set(positions)])
        if not smaller.names:
            return smaller, np.zeros(0)
        return smaller, smaller.theta(w)

    def linear(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Linear predictors and their gradient."""
        return X @ theta + offset, X

    def response(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> FloatArray:
        """Means; shape (m, 1)."""
        return self.family.mean(X @ theta + offset)[:, None]

    def gradient(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> FloatArray:
        """Slope d mean / d theta; shape (m, 1, k)."""
        return (self.family.slope(X @ theta + offset)[:, None] * X)[:, None, :]
