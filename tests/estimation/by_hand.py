"""The estimators written out in plain numpy, as a textbook has them: what the package is compared with."""

from __future__ import annotations

import numpy as np
from scipy import stats


def ratio(y, x, w):
    """Ratio of weighted sums and its influence values."""
    bottom = (w * x).sum()
    theta = (w * y).sum() / bottom
    return theta, w * (y - theta * x) / bottom


def variance(z, stratum=None, psu=None):
    """Between-PSU variance within strata, every PSU of the design counted, also those with z = 0."""
    n = len(z)
    stratum = np.zeros(n, int) if stratum is None else np.asarray(stratum)
    psu = np.arange(n) if psu is None else np.asarray(psu)
    out = 0.0
    for h in np.unique(stratum):
        totals = np.array([z[(stratum == h) & (psu == u)].sum() for u in np.unique(psu[stratum == h])])
        k = len(totals)
        out += k / (k - 1) * ((totals - totals.mean()) ** 2).sum()
    return out


def df(member, stratum=None, psu=None):
    """PSUs minus strata, counted in the domain."""
    n = len(member)
    stratum = np.zeros(n, int) if stratum is None else np.asarray(stratum)
    psu = np.arange(n) if psu is None else np.asarray(psu)
    pairs = {(a, b) for a, b, m in zip(stratum, psu, member, strict=True) if m}
    return len(pairs) - len({a for a, _ in pairs})


def logit_interval(p, se, nu, level=0.95):
    """Limits symmetric on the logit scale."""
    t = stats.t.ppf(0.5 + level / 2, nu)
    eta, step = np.log(p / (1 - p)), t * se / (p * (1 - p))
    return tuple(1 / (1 + np.exp(-x)) for x in (eta - step, eta + step))


def t_interval(value, se, nu, level=0.95):
    """Symmetric limits."""
    t = stats.t.ppf(0.5 + level / 2, nu)
    return value - t * se, value + t * se


def kish(w):
    """Kish's effective base: (sum w)^2 / sum w^2."""
    return w.sum() ** 2 / (w**2).sum()
