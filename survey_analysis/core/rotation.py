"""Oblique rotations of factor loadings: direct oblimin and promax. Varimax is in `core.factors`."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.factors import varimax
from survey_analysis.core.frame import Floats
from survey_analysis.errors import ConvergenceError

CLOSE = 1e-12
Rotation = Literal["none", "varimax", "oblimin", "promax"]


class Rotated(NamedTuple):
    """Pattern loadings (p, q) and the correlations of the factors (q, q)."""

    loadings: Floats
    phi: Floats


def rotate(loadings: ArrayLike, kind: Rotation, *, tolerance: float | None = None) -> Rotated:
    """Rotate unrotated loadings (p, q); one factor is never rotated.

    `tolerance` is where the rotation stops; R stops at 1e-5, some way before the best rotation.
    """
    a = np.asarray(loadings, dtype=np.float64)
    if kind == "none" or a.shape[1] == 1:
        return Rotated(a, np.eye(a.shape[1]))
    if kind == "varimax":
        return Rotated(varimax(a, tolerance=tolerance or CLOSE), np.eye(a.shape[1]))
    if kind == "promax":
        return promax(a, tolerance=tolerance or CLOSE)
    return oblimin(a, tolerance=tolerance or 1e-10)


def oblimin(loadings: ArrayLike, *, tolerance: float = 1e-10, most: int = 20_000) -> Rotated:
    """Direct oblimin with gamma 0 (quartimin), without scaling the rows.

    Parameters
    ----------
    loadings : array_like, shape (p, q)
    tolerance : float
        Length of the projected gradient at which it stops; R stops at 1e-5.

    Raises
    ------
    ConvergenceError
        The gradient does not vanish.

    Notes
    -----
    f = 1/4 Σ_{j≠k} Σ_i l²_ij l²_ik, minimised over T with unit columns, L = A (T⁻¹)′, by gradient projection
    (Jennrich 2002; Bernaards and Jennrich 2005; R `GPArotation::oblimin`).

    Examples
    --------
    >>> turned = oblimin([[0.8, 0.3], [0.7, 0.2], [0.2, 0.9], [0.1, 0.6]])
    >>> turned.phi.round(2).tolist()
    [[1.0, 0.51], [0.51, 1.0]]
    """
    a = np.asarray(loadings, dtype=np.float64)
    q = a.shape[1]
    others = 1.0 - np.eye(q)

    def at(turn: Floats) -> tuple[Floats, float, Floats]:
        inverse = np.linalg.inv(turn)
        l = a @ inverse.T  # noqa: E741  the formula's letter
        cross = (l**2) @ others
        gradient = -(l.T @ (l * cross) @ inverse).T
        return l, float((l**2 * cross).sum() / 4), gradient

    turn, pace = np.eye(q), 1.0
    found, value, gradient = at(turn)
    for _ in range(most):
        along = gradient - turn * (turn * gradient).sum(axis=0)
        size = float(np.sqrt((along**2).sum()))
        if size < tolerance:
            break
        pace *= 2
        for _ in range(40):
            moved = turn - pace * along
            moved = moved / np.sqrt((moved**2).sum(axis=0))
            tried, lower, next_gradient = at(moved)
            if value - lower > 0.5 * size**2 * pace:
                break
            pace /= 2
        if value - lower <= 0 and size < 1e-7:  # no descent is left in double precision
            break
        turn, found, value, gradient = moved, tried, lower, next_gradient
    else:
        raise ConvergenceError("the oblimin rotation did not converge.", hint="take fewer factors.")
    return Rotated(found, turn.T @ turn)


def promax(loadings: ArrayLike, *, power: float = 4.0, tolerance: float = CLOSE) -> Rotated:
    """Promax on rows scaled to length one: varimax, then least squares to its powered loadings.

    Notes
    -----
    Hendrickson and White (1964); R `psych::fa(rotate = "promax")`, that is Kaiser's scaling and
    `psych::Promax` with power 4.
    """
    raw = np.asarray(loadings, dtype=np.float64)
    length = np.sqrt((raw**2).sum(axis=1, keepdims=True))
    x = varimax(raw / np.where(length > 0, length, 1.0), tolerance=tolerance)
    target = x * np.abs(x) ** (power - 1)
    u = np.linalg.lstsq(x, target, rcond=None)[0]
    u = u * np.sqrt(np.diag(np.linalg.inv(u.T @ u)))
    inverse = np.linalg.inv(u)
    return Rotated((x @ u) * length, inverse @ inverse.T)
