"""The verb `replicates`: replicate weights made from the design."""

from __future__ import annotations

from survey_analysis.core.replicate_plan import MadeMethod, ReplicatePlan
from survey_analysis.errors import DesignError, numbers_of
from survey_analysis.frames.data import SurveyData


def replicates(
    survey: SurveyData,
    *,
    method: MadeMethod = "jackknife",
    n: int | None = None,
    seed: int | None = None,
    rho: float | None = None,
    mse: bool = False,
) -> SurveyData:
    """Make replicate weights; every later standard error is taken from them.

    Parameters
    ----------
    method : {"jackknife", "JK1", "JKn", "brr", "fay", "bootstrap"}
        "jackknife" leaves out one sampling unit at a time: JK1 without strata, JKn with them. "brr" and "fay"
        are balanced half samples of two units a stratum. "bootstrap" is the Rao-Wu rescaling bootstrap of
        sampling units.
    n : int, optional
        Replicates of a bootstrap; 500 where left out.
    seed : int, optional
        Needed for a bootstrap; the same seed gives the same numbers.
    rho : float, optional
        Needed for Fay's method: the weaker half keeps this share of its weight.
    mse : bool
        Squared deviations from the full-sample estimate instead of the mean of the replicates.

    Returns
    -------
    Survey
        The replicates are made from strata, units and fpc whenever they are needed, and follow later
        cleaning. Weighting, before or after, is repeated in every replicate.

    Raises
    ------
    DesignError
        The design does not fit the method (stratum and number of units are named); an option that the
        method does not use; a survey that has replicate weights already.
    LonelyPsuError
        A stratum with one unit.
    ConvergenceError, WeightingError
        The weighting cannot be repeated in some replicate.

    Notes
    -----
    V = scale Σ_r rscales_r (theta_r - c)². R `as.svrepdesign` (types JK1, JKn, BRR, Fay, subbootstrap);
    unlike R, earlier weighting is repeated, not frozen. Rao and Wu (1988).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"y": ["1", "2", "3", "4"]}))
    >>> taylor, jackknife = survey.mean("y"), survey.replicates(method="jackknife").mean("y")
    >>> round(taylor.std_error, 6), round(jackknife.std_error, 6)
    (0.645497, 0.645497)
    """
    if survey.study.design.replicates is not None or survey.replication is not None:
        raise DesignError(
            "The survey has replicate weights already.",
            where="[study.toml: design.replicates]" if survey.study.design.replicates else "replicates()",
            hint="read the data without them to make others.",
        )
    for option, given in (("n", n), ("seed", seed), ("rho", rho)):
        if given is not None:
            numbers_of(given, option, f"{option}=1")
    out = survey.replace(replication=ReplicatePlan(method, n, seed, rho, mse))
    out.frame.replicate_weights  # noqa: B018  a design that does not fit is an error now
    return out
