"""Tails of sums of weighted χ² variables: what a quadratic form in correlated estimates follows.

Q = Σ a_j χ²_{h_j}, or that sum over an independent χ²_ν / ν. Three ways: two moments (Satterthwaite), the
saddlepoint approximation, and numerical inversion of the transform, exact to rounding in both tails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from survey_analysis.core.frame import Floats
from survey_analysis.core.quadratic import f_tail
from survey_analysis.errors import EstimationError

TailMethod = Literal["satterthwaite", "saddlepoint", "exact"]

_SERIES = 24  # terms of the power series used near the mean
_NEAR = 0.1  # |2 a ζ| below which the series are used


@dataclass(frozen=True, eq=False)
class Mixture:
    """Σ a_j χ²_{h_j}: weights a of any sign, none zero, multiplicities h > 0 (not only whole numbers)."""

    a: Floats
    h: Floats

    @property
    def mean(self) -> float:
        """Expected value, Σ a h."""
        return float(self.a @ self.h)

    @property
    def limits(self) -> tuple[float, float]:
        """Open interval around 0 on which the cumulant generating function is finite."""
        top, bottom = float(self.a.max()), float(self.a.min())
        return (0.5 / bottom if bottom < 0 else -np.inf), (0.5 / top if top > 0 else np.inf)

    def cumulant(self, s: NDArray[np.complexfloating] | complex) -> NDArray[np.complexfloating]:
        """Logarithm of E exp(s Q) at complex s off the cuts of the real axis."""
        shift = -2.0 * np.multiply.outer(np.asarray(s, dtype=np.complex128), self.a)
        return np.asarray(-0.5 * (special.log1p(shift) @ self.h))

    def slope(self, s: float) -> float:
        """K′(s) - K′(0), without cancellation near 0."""
        t = 2.0 * s * self.a
        return float((self.h * self.a * t / (1.0 - t)).sum())

    def curvature(self, s: float) -> float:
        """K″(s)."""
        return float((2.0 * self.h * (self.a / (1.0 - 2.0 * s * self.a)) ** 2).sum())


def mixture_tail(
    x: float,
    weights: ArrayLike,
    *,
    multiplicity: ArrayLike = 1.0,
    df: float = float("inf"),
    method: TailMethod = "exact",
) -> float:
    """P(Σ a_j χ²_{h_j} > x), or P(Σ a_j χ²_{h_j} / (χ²_ν / ν) > x) with ν = `df`.

    Parameters
    ----------
    x : float
    weights : array_like, shape (k,)
        a; any sign. Weights under 1e-12 of the largest in size count as zero.
    multiplicity : array_like, shape (k,) or scalar
        h, positive; need not be whole.
    df : float
        ν of an independent denominator, estimated variances; infinite for none.
    method : {"satterthwaite", "saddlepoint", "exact"}
        Two moments matched (all weights must be positive); Barndorff-Nielsen's form of the saddlepoint
        approximation; or numerical inversion of the transform on a contour through its saddlepoint.

    Returns
    -------
    float
        NaN without a positive weight or without degrees of freedom.

    Raises
    ------
    EstimationError
        An unknown method; Satterthwaite with a negative weight.

    Notes
    -----
    With a denominator the event is Σ a χ² - (x / ν) χ²_ν > 0, one mixture more. Satterthwaite: Q / Σ a h is
    F on (Σ a h)² / Σ a² h and ν, as R `pFsum` (without denominator R `pchisqsum`). Saddlepoint: Kuonen (1999),
    1 - Φ(w + log(v / w) / w); R has no value at the mean, where this is 1 - Φ(κ₃ / 6). Exact: Rice (1980),
    by the trapezoidal rule; relative error about 1e-12 in either tail, where Imhof's and Davies' real-axis
    formulas have an absolute one.

    Examples
    --------
    >>> round(mixture_tail(3.841458820694124, [1.0]), 12)
    0.05
    >>> [round(mixture_tail(9.0, [2.0, 0.5], df=20, method=m), 4) for m in get_args(TailMethod)]
    [0.0582, 0.0578, 0.0564]
    """
    if method not in get_args(TailMethod):
        raise EstimationError(
            f"method = '{method}' is not a way to compute this tail.",
            hint="give " + ", ".join(f'"{m}"' for m in get_args(TailMethod)) + ".",
        )
    form = _mixture(weights, multiplicity)
    if form is None or not df > 0 or np.isnan(x):
        return float("nan")
    if method == "satterthwaite":
        return _satterthwaite(float(x), form, float(df))
    if np.isfinite(df):
        if x == 0:
            return _sign_tail(form)
        form, x = Mixture(np.append(form.a, -x / df), np.append(form.h, df)), 0.0
    if (form.a > 0).all() and x <= 0:
        return 1.0
    if (form.a < 0).all() and x >= 0:
        return 0.0
    return _saddlepoint(float(x), form) if method == "saddlepoint" else _inverted(float(x), form)


def moments_match(weights: ArrayLike) -> tuple[float, float]:
    """Scale and degrees of freedom of the χ² with the mean and variance of Σ a_j χ²_1.

    Examples
    --------
    >>> moments_match([1.0, 1.0, 1.0])
    (1.0, 3.0)
    """
    a = np.asarray(weights, dtype=np.float64)
    total, squares = float(a.sum()), float((a**2).sum())
    return squares / total, total**2 / squares


def _mixture(weights: ArrayLike, multiplicity: ArrayLike) -> Mixture | None:
    a, h = np.broadcast_arrays(
        np.atleast_1d(np.asarray(weights, dtype=np.float64)), np.asarray(multiplicity, dtype=np.float64)
    )
    if not np.isfinite(a).all() or not (h > 0).all():
        return None
    keep = np.abs(a) > 1e-12 * np.abs(a).max(initial=0.0)
    return Mixture(a[keep], h[keep]) if keep.any() and (a[keep] > 0).any() else None


def _satterthwaite(x: float, form: Mixture, df: float) -> float:
    if (form.a < 0).any():
        raise EstimationError(
            "two moments do not describe a form with negative weights.",
            hint='use method="saddlepoint" or "exact".',
        )
    total = form.mean
    return f_tail(max(x, 0.0) / total, total**2 / float(form.a**2 @ form.h), df)


def _sign_tail(form: Mixture) -> float:
    """P(Q > 0); the denominator does not matter."""
    return 1.0 if (form.a > 0).all() else _inverted(0.0, form)


def _root(f: Callable[[float], float], low: float, high: float, scale: float) -> float:
    """Root of an increasing function on an open interval that holds 0 or ends at it."""
    inner = [low, high]
    for end, sign in ((0, -1.0), (1, 1.0)):
        step, limit = scale, inner[end]
        if np.isfinite(limit):
            continue
        point = sign * step
        while f(point) * sign < 0:
            step *= 4
            point = sign * step
        inner[end] = point
    a, b = inner
    gap = (b - a) * 1e-12
    while f(a + gap) > 0 or f(b - gap) < 0:
        gap *= 1e-3
        if gap < (b - a) * 1e-300:
            break
    return float(optimize.brentq(f, a + gap, b - gap, xtol=1e-300, rtol=1e-15, maxiter=500))


def _saddlepoint(x: float, form: Mixture) -> float:
    """1 - Φ(w + log(v/w)/w) with w² = 2 (ζ x - K(ζ)), v² = ζ² K″(ζ), K′(ζ) = x."""
    gap = x - form.mean
    low, high = form.limits
    scale = 1.0 / float(np.abs(form.a).max())
    zeta = _root(lambda s: form.slope(s) - gap, low, high, scale) if gap != 0 else 0.0
    t = 2.0 * zeta * form.a
    w2 = float((form.h * _excess(t)).sum())
    if not w2 > 0:  # at the mean: the limit is a sixth of the skewness
        skew = float((form.a**3 * form.h).sum()) * 8 / (2.0 * float((form.a**2 * form.h).sum())) ** 1.5
        return float(special.ndtr(-skew / 6))
    w = float(np.sign(zeta) * np.sqrt(w2))
    half_log = 0.5 * float(np.log1p(float((form.h * _second(t)).sum()) / w2))
    return float(special.ndtr(-(w + half_log / w)))


def _excess(t: Floats) -> Floats:
    """Values of t / (1 - t) + log(1 - t), twice the part of ζ x - K(ζ) of one weight."""
    k = np.arange(2, _SERIES)
    near = np.abs(t) < _NEAR
    safe = np.where(near, 0.0, t)
    series = np.where(near, t, 0.0)[:, None] ** k @ (1.0 - 1.0 / k)
    return np.asarray(np.where(near, series, safe / (1.0 - safe) + np.log1p(-safe)))


def _second(t: Floats) -> Floats:
    """Values of t² / (2 (1 - t)²) minus `_excess`: v² - w² of one weight."""
    k = np.arange(3, _SERIES)
    near = np.abs(t) < _NEAR
    safe = np.where(near, 0.0, t)
    series = np.where(near, t, 0.0)[:, None] ** k @ ((k - 1) * (k - 2) / (2.0 * k))
    far = safe**2 / (2 * (1 - safe) ** 2) - safe / (1 - safe) - np.log1p(-safe)
    return np.asarray(np.where(near, series, far))


def _inverted(x: float, form: Mixture) -> float:
    """(1 / 2πi) ∫ exp(K(s) - s x) / s ds on a hyperbola through the saddlepoint c > 0 of the integrand.

    It bends towards the side on which exp(-s x) falls, around the cut of the positive (x > 0) or of the
    negative weights (x < 0), so that the integrand falls at least exponentially in v.
    """
    gap = x - form.mean
    high = form.limits[1]
    scale = 1.0 / float(np.abs(form.a).max())
    c = _root(lambda s: s * (form.slope(s) - gap) - 1.0, 0.0, high, scale)
    d = min(1.0 / np.sqrt(form.curvature(c) + 1.0 / c**2), c, high - c)
    bend = 0.5 * float(np.sign(x))
    peak = float(form.cumulant(complex(c)).real) - c * x

    def integrand(v: Floats) -> Floats:
        s = c + bend * d * (np.cosh(v) - 1.0) + 1j * d * np.sinh(v)
        ds = bend * d * np.sinh(v) + 1j * d * np.cosh(v)
        return np.asarray((np.exp(form.cumulant(s) - s * x - peak) / s * ds).imag)

    reach = 1.0
    while np.abs(integrand(np.array([reach]))[0]) > 1e-18 * d / c and reach < 300:
        reach += 0.5
    value, step = np.nan, 0.2
    for _ in range(9):
        nodes: Floats = np.arange(1.0, int(reach / step) + 1) * step
        new = step * float(integrand(nodes).sum() + integrand(np.zeros(1))[0] / 2)
        if abs(new - value) <= 1e-13 * abs(new):
            break
        value, step = new, step / 2
    return float(min(1.0, max(0.0, np.exp(peak) * new / np.pi)))
