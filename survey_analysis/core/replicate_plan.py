"""What replicate weights to make: a plan that any design can carry out."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal, get_args

from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.replicate_make import bootstrap, half_samples, jackknife
from survey_analysis.core.replicates import Replicates
from survey_analysis.errors import DesignError, ReplicateWarning

MadeMethod = Literal["jackknife", "JK1", "JKn", "brr", "fay", "bootstrap"]


@dataclass(frozen=True)
class ReplicatePlan:
    """Replicate weights to be made from the strata and units of a design.

    Attributes
    ----------
    method : {"jackknife", "JK1", "JKn", "brr", "fay", "bootstrap"}
    n, seed : int, optional
        Of the bootstrap.
    rho : float, optional
        Of Fay's method.
    mse : bool
        Deviations from the full-sample estimate instead of the mean of the replicates.

    Raises
    ------
    DesignError
        An unknown method; an option that the method does not use, or needs and lacks.
    """

    method: MadeMethod = "jackknife"
    n: int | None = None
    seed: int | None = None
    rho: float | None = None
    mse: bool = False

    def __post_init__(self) -> None:
        known = get_args(MadeMethod)
        if self.method not in known:
            raise DesignError(
                f"Replicate weights cannot be made by '{self.method}'.",
                hint=f"use one of {', '.join(known)}; weights in the data go to sa.read(..., replicates=...).",
            )
        uses = {"bootstrap": ("n", "seed"), "fay": ("rho",)}.get(self.method, ())
        for name in ("n", "seed", "rho"):
            if getattr(self, name) is not None and name not in uses:
                raise DesignError(f"method='{self.method}' does not use {name}=.", hint="leave it out.")
        if self.method == "bootstrap" and self.seed is None:
            raise DesignError(
                "A bootstrap needs a seed, so that the same survey gives the same numbers.",
                hint="seed= a whole number.",
            )
        if self.method == "fay" and self.rho is None:
            raise DesignError(
                "Fay's method needs rho=, at least 0 and below 1.", hint="0.3 and 0.5 are usual."
            )

    def make(self, frame: DesignFrame) -> Replicates:
        """Carry the plan out for a design."""
        _check(frame)
        if self.method == "bootstrap":
            return bootstrap(frame, n=500 if self.n is None else self.n, seed=self.seed or 0, mse=self.mse)
        if self.method in ("brr", "fay"):
            return half_samples(frame, rho=self.rho or 0.0, mse=self.mse)
        return jackknife(frame, kind=self.method, mse=self.mse)  # type: ignore[arg-type]


def _check(frame: DesignFrame) -> None:
    if frame.replicates is not None:
        raise DesignError(
            "The design has replicate weights already.", hint="make them once, or use those given."
        )
    if frame.pps is not None:
        raise DesignError(
            "Replicate weights of a PPS design without replacement are not known.",
            hint="leave pps= and fpc= out (with replacement), then make them.",
        )
    if frame.fpc is not None and any((stage.fraction < 1).any() for stage in frame.stages):
        warnings.warn(
            "replicates are made of first-stage units; the corrections of later stages are dropped.",
            ReplicateWarning,
            stacklevel=2,
        )
