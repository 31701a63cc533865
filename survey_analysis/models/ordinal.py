"""Proportional odds and its relatives: cumulative link models, also with effects that differ by cut point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import special

from survey_analysis.errors import EstimationError, closest
from survey_analysis.models.newton import MaximumLikelihood
from survey_analysis.typing import FloatArray

OrdinalLink = Literal["logit", "probit", "cloglog", "loglog", "cauchit"]
LINKS = ("logit", "probit", "cloglog", "loglog", "cauchit")
_FAR = 1e3
_ROOT = np.sqrt(2 * np.pi)


def _safe_exp(x: FloatArray) -> FloatArray:
    return np.exp(np.clip(x, -700, 700))


def distribution(link: str, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """F, its density f and f', at x; "cloglog" is 1 - exp(-exp x), "loglog" exp(-exp(-x))."""
    if link == "logit":
        p = special.expit(x)
        f = p * (1 - p)
        return p, f, f * (1 - 2 * p)
    if link == "probit":
        f = np.exp(-(x**2) / 2) / _ROOT
        return special.ndtr(x), f, -x * f
    if link == "cauchit":
        f = 1 / (np.pi * (1 + x**2))
        return 0.5 + np.arctan(x) / np.pi, f, -2 * x * f / (1 + x**2)
    if link == "loglog":
        e = _safe_exp(-x)
        f = np.exp(-e) * e
        return np.exp(-e), f, f * (e - 1)
    if link == "cloglog":
        e = _safe_exp(x)
        f = np.exp(-e) * e
        return -np.expm1(-e), f, f * (1 - e)
    raise EstimationError(f"An ordinal model has no link '{link}'.", hint=closest(link, LINKS))


@dataclass(frozen=True, eq=False)
class Ordinal(MaximumLikelihood):
    """P(Y <= j) = F(cut_j(g) - x'b); cut_j(g) = g'c_j, g = 1 unless effects differ by cut point.

    theta is b, then the cut points, all of them for the first column of G, then for the next (R
    `ordinal::clm`'s order within each part). y holds 0 .. K - 1.
    """

    G: FloatArray | None = None  # (n, g) design of the cut points, ones first; None is ones
    link: str = "logit"

    label = "ordinal"

    @property
    def q(self) -> int:
        """Number of cut points."""
        return len(self.outcomes) - 1

    def first(self, w: FloatArray) -> FloatArray:
        """Cut points of the shares without predictors."""
        shares = np.cumsum(np.bincount(self.y.astype(np.intp), weights=w, minlength=self.q + 1))[:-1]
        p = np.clip(shares / w.sum(), 1e-4, 1 - 1e-4)
        starts = {
            "logit": special.logit(p),
            "probit": special.ndtri(p),
            "cauchit": np.tan(np.pi * (p - 0.5)),
            "loglog": -np.log(-np.log(p)),
            "cloglog": np.log(-np.log1p(-p)),
        }
        cuts = starts[self.link] + 1e-6 * np.arange(self.q)
        theta = np.zeros(len(self.names))
        theta[self.X.shape[1] : self.X.shape[1] + self.q] = cuts
        return theta

    def _design(self) -> FloatArray:
        return np.ones((len(self.y), 1)) if self.G is None else self.G

    def _borders(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Upper and lower argument of F for each row."""
        p = self.X.shape[1]
        eta = self.X @ theta[:p] + self.offset
        cuts = self._design() @ theta[p:].reshape(-1, self.q)  # n x q
        far = np.full((len(cuts), 1), np.inf)
        edges = np.hstack([-far, cuts, far])
        at = self.y.astype(np.intp)
        every = np.arange(len(at))
        return edges[every, at + 1] - eta, edges[every, at] - eta

    def _parts(self, theta: FloatArray) -> tuple[FloatArray, ...]:
        upper, lower = self._borders(theta)
        limit = _FAR if self.link in ("logit", "probit", "cauchit") else 650.0
        Fu, fu, du = distribution(self.link, np.clip(upper, -limit, limit))
        Fl, fl, dl = distribution(self.link, np.clip(lower, -limit, limit))
        top, bottom = np.isposinf(upper), np.isneginf(lower)
        Fu, fu, du = (np.where(top, v, x) for v, x in ((1.0, Fu), (0.0, fu), (0.0, du)))
        Fl, fl, dl = (np.where(bottom, 0.0, x) for x in (Fl, fl, dl))
        return Fu - Fl, fu, fl, du, dl

    def loglik(self, theta: FloatArray) -> FloatArray:
        """Log of the probability of the answer given."""
        pr = self._parts(theta)[0]
        return np.where(pr > 0, np.log(np.where(pr > 0, pr, 1.0)), -np.inf)

    def _frames(self) -> tuple[FloatArray, FloatArray]:
        """D upper / d theta and d lower / d theta, dense, (n, k)."""
        n, p = self.X.shape
        G, q, at = self._design(), self.q, self.y.astype(np.intp)
        above, below = np.zeros((n, len(self.names))), np.zeros((n, len(self.names)))
        above[:, :p] = below[:, :p] = -self.X
        every = np.arange(n)
        for j in range(G.shape[1]):
            inner = at < q
            above[every[inner], p + j * q + at[inner]] = G[inner, j]
            inner = at > 0
            below[every[inner], p + j * q + at[inner] - 1] = G[inner, j]
        return above, below

    def scores(self, theta: FloatArray) -> FloatArray:
        """(f_u du - f_l dl) / P."""
        pr, fu, fl, _, _ = self._parts(theta)
        above, below = self._frames()
        return np.asarray(above * (fu / pr)[:, None] - below * (fl / pr)[:, None])

    def curvature(self, w: FloatArray, theta: FloatArray) -> FloatArray:
        """Minus the Hessian."""
        used = w > 0
        pr, fu, fl, du, dl = (v[used] for v in self._parts(theta))
        above, below = (m[used] for m in self._frames())
        s = above * (fu / pr)[:, None] - below * (fl / pr)[:, None]
        own = w[used]
        return np.asarray(
            (s * own[:, None]).T @ s
            - (above * (own * du / pr)[:, None]).T @ above
            + (below * (own * dl / pr)[:, None]).T @ below
        )

    def keep(self, columns: list[int]) -> Ordinal:
        """The model with these columns of X, all cut points."""
        p = self.X.shape[1]
        names = (*(self.names[j] for j in columns), *self.names[p:])
        return replace(self, X=self.X[:, columns], names=names, start=None)

    def drop(self, positions: list[int], w: FloatArray) -> tuple[Ordinal, FloatArray]:
        """The smaller model without those predictors, and its estimates."""
        smaller = self.keep([j for j in range(self.X.shape[1]) if j not in set(positions)])
        return smaller, smaller.theta(w)

    def linear(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> tuple[FloatArray, FloatArray]:
        """X'b and its gradient."""
        p = X.shape[1]
        return X @ theta[:p] + offset, np.hstack([X, np.zeros((len(X), len(theta) - p))])

    def response(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> FloatArray:
        """Probability of each answer; shape (m, K)."""
        F, _ = self._cumulative(theta, X, offset)
        return np.diff(F, axis=1)

    def gradient(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> FloatArray:
        """Slopes of the probabilities in theta; shape (m, K, k)."""
        _, f = self._cumulative(theta, X, offset)
        m, p = X.shape
        d = np.zeros((m, self.q + 2, len(theta)))
        d[:, :, :p] = -f[:, :, None] * X[:, None, :]
        for j in range(self.q):
            d[:, j + 1, p + j] = f[:, j + 1]
        return np.diff(d, axis=1)

    def _cumulative(
        self, theta: FloatArray, X: FloatArray, offset: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        if self.G is not None:
            raise EstimationError(
                "Predictions of a model whose effects differ by cut point are not available."
            )
        p = X.shape[1]
        eta = X @ theta[:p] + offset
        F, f, _ = distribution(self.link, theta[p:][None, :] - eta[:, None])
        edge = np.zeros((len(X), 1))
        return np.hstack([edge, F, edge + 1]), np.hstack([edge, f, edge])
