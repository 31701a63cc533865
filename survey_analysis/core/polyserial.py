"""Polyserial correlation: a number with an ordered answer, weighted."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from survey_analysis.core.bivariate import FAR, normal_pdf
from survey_analysis.core.frame import Floats
from survey_analysis.core.polychoric import LARGEST, TINY, thresholds
from survey_analysis.errors import ConvergenceError, EstimationError


def polyserial(x: ArrayLike, codes: ArrayLike, w: ArrayLike) -> float:
    """Two-step polyserial correlation.

    Parameters
    ----------
    x : array_like, shape (n,)
        Numbers.
    codes : array_like of int, shape (n,)
        The ordered answer, coded 0, 1, ... in order.
    w : array_like, shape (n,)
        Weights.

    Raises
    ------
    EstimationError
        One of the two does not vary.

    Notes
    -----
    r(x, y) s_y / Σ φ(τ_j), with y the ranks of the answers given and τ the thresholds; moments divided by the
    sum of weights. Olsson, Drasgow and Dorans (1982); R `polycor::polyserial`.

    Examples
    --------
    >>> round(polyserial([1, 2, 3, 4], [0, 0, 1, 1], [1, 1, 1, 1]), 3)  # the shortcut is not bounded by 1
    1.121
    """
    z, y, weight = _scaled(x, codes, w)
    cuts = _cuts(y, weight)
    own = y - weight @ y / weight.sum()
    return float(weight @ (own * z) / weight.sum() / normal_pdf(cuts).sum())


def polyserial_ml(x: ArrayLike, codes: ArrayLike, w: ArrayLike) -> float:
    """Maximum likelihood of the correlation and the thresholds together.

    Raises
    ------
    EstimationError
        One of the two does not vary.
    ConvergenceError
        No maximum was found.

    Notes
    -----
    x is standardised with the divisor n - 1 (n rows), as R `polycor::polyserial(ML = TRUE)` does.
    """
    z, y, weight = _scaled(x, codes, w)
    n = float((weight > 0).sum())
    z = z * np.sqrt((n - 1) / n)
    cuts, share = _cuts(y, weight), weight / weight.sum()
    first = float(np.clip(polyserial(x, codes, w), -0.95, 0.95))

    def loss(v: Floats) -> float:
        rho = np.clip(np.tanh(v[0]), -LARGEST, LARGEST)
        edges = np.concatenate([[-FAR], v[1:], [FAR]])
        if (np.diff(edges) <= 0).any():
            return np.inf
        limit = (edges[None, :] - rho * z[:, None]) / np.sqrt(1 - rho**2)
        rows = np.arange(len(z))
        inside = special.ndtr(limit[rows, y + 1]) - special.ndtr(limit[rows, y])
        return -float(share @ np.log(np.maximum(inside, TINY)))

    start = np.concatenate([[np.arctanh(first)], cuts])
    found = optimize.minimize(loss, start, method="BFGS", options={"gtol": 1e-8})
    if not found.success and np.abs(found.jac).max() > 1e-4:
        raise ConvergenceError("the polyserial likelihood has no maximum inside.", where=str(found.message))
    return float(np.tanh(found.x[0]))


def _scaled(x: ArrayLike, codes: ArrayLike, w: ArrayLike) -> tuple[Floats, np.ndarray, Floats]:
    """Standardised x, answers numbered over those given, weights."""
    value, weight = np.asarray(x, dtype=np.float64), np.asarray(w, dtype=np.float64)
    used = weight > 0
    y = np.zeros(len(value), dtype=np.intp)
    y[used] = np.unique(np.asarray(codes)[used], return_inverse=True)[1]
    centred = value - weight @ value / weight.sum()
    spread = float(weight @ centred**2 / weight.sum())
    if not spread > 0 or y.max(initial=0) < 1:
        raise EstimationError("one of the two does not vary.", hint="leave it out.")
    return centred / np.sqrt(spread), y, weight


def _cuts(y: np.ndarray, weight: Floats) -> Floats:
    return thresholds(np.bincount(y, weights=weight))
