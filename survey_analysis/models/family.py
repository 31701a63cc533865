"""Families and links of generalised linear models, as statsmodels has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy import special

from survey_analysis.errors import EstimationError, closest
from survey_analysis.lazily import Lazily
from survey_analysis.typing import FloatArray

if TYPE_CHECKING:
    from statsmodels.genmod import families
else:
    families = Lazily("statsmodels.genmod.families")

FamilyName = Literal["gaussian", "binomial", "poisson", "quasibinomial", "quasipoisson"]
LinkName = Literal["identity", "logit", "probit", "cloglog", "cauchit", "log"]

_FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "gaussian": ("Gaussian", ("identity", "log")),
    "binomial": ("Binomial", ("logit", "probit", "cloglog", "cauchit", "log", "identity")),
    "quasibinomial": ("Binomial", ("logit", "probit", "cloglog", "cauchit", "log", "identity")),
    "poisson": ("Poisson", ("log", "identity")),
    "quasipoisson": ("Poisson", ("log", "identity")),
}
_LINKS: dict[str, str] = {
    "identity": "Identity",
    "logit": "Logit",
    "probit": "Probit",
    "cloglog": "CLogLog",
    "cauchit": "Cauchy",
    "log": "Log",
}


@dataclass(frozen=True, eq=False)
class Family:
    """A distribution with its link; `made` is the statsmodels object."""

    name: str
    link: str
    made: Any

    @classmethod
    def of(cls, name: str, link: str | None) -> Family:
        """Check a family and its link; None is the usual link of the family."""
        if name not in _FAMILIES:
            raise EstimationError(f"There is no family '{name}'.", hint=closest(name, _FAMILIES))
        kind, links = _FAMILIES[name]
        chosen = link or links[0]
        if chosen not in links:
            raise EstimationError(
                f"The {name} family has no link '{chosen}'.", hint="it has: " + ", ".join(links) + "."
            )
        return cls(name, chosen, getattr(families, kind)(link=getattr(families.links, _LINKS[chosen])()))

    @property
    def quasi(self) -> bool:
        """True when a dispersion is estimated: gaussian and the quasi families."""
        return self.name.startswith("quasi") or self.name == "gaussian"

    @property
    def binary(self) -> bool:
        """True for outcomes of 0 and 1."""
        return self.name.endswith("binomial")

    def mean(self, eta: FloatArray) -> FloatArray:
        """Mean of the outcome at a linear predictor."""
        if self.link == "logit":
            return np.asarray(special.expit(eta), dtype=np.float64)
        with np.errstate(over="ignore"):
            return np.asarray(self.made.link.inverse(eta), dtype=np.float64)

    def slope(self, eta: FloatArray) -> FloatArray:
        """Slope d mean / d linear predictor."""
        if self.link == "logit":
            p = special.expit(eta)
            return np.asarray(p * special.expit(-eta), dtype=np.float64)
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(self.made.link.inverse_deriv(eta), dtype=np.float64)

    def variance(self, mu: FloatArray) -> FloatArray:
        """Variance of the outcome at a mean, up to the dispersion."""
        return np.asarray(self.made.variance(mu), dtype=np.float64)

    def valid(self, mu: FloatArray) -> bool:
        """Whether means lie where the family has them."""
        if self.binary:
            return bool(((mu >= 0) & (mu <= 1)).all())
        return self.name == "gaussian" or bool((mu > 0).all())

    def deviance(self, y: FloatArray, mu: FloatArray, w: FloatArray) -> float:
        """Weighted deviance."""
        return float(self.made.deviance(y, mu, freq_weights=w))

    def loglik(self, y: FloatArray, mu: FloatArray, w: FloatArray, scale: float) -> float:
        """Weighted log likelihood."""
        return float(self.made.loglike(y, mu, freq_weights=w, scale=scale))
