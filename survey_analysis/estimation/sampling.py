"""The sampling design in words: stages, corrections, unequal probabilities, strata with one unit."""

from __future__ import annotations

from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.pps import Pps


def design_text(frame: DesignFrame) -> str:
    """Respondents, sampling units, strata and stages.

    Examples
    --------
    >>> design_text(DesignFrame.of([1, 1, 1], psu=["a", "a", "b"]))
    '3 respondents in 2 sampling units'
    """
    units = "respondents" if frame.is_element else f"respondents in {frame.n_psu} sampling units"
    strata = f" in {frame.n_strata} strata" if frame.n_strata > 1 else ""
    stages = f", {len(frame.stages) + 1} stages" if frame.stages else ""
    return f"{frame.n:,} {units}{strata}{stages}"


def made_weights_text(frame: DesignFrame) -> str:
    """How weights were made from the design, one clause."""
    if frame.pps is not None:
        inner = " times those of the later stages" if frame.stages else ""
        return f"design weights: one over the inclusion probability{inner}"
    if frame.stages:
        return "design weights: one over the product of the sampling fractions of all stages"
    return "design weights: one over the sampling fraction"


def sampling_texts(frame: DesignFrame) -> list[str]:
    """What the variance takes from the design beyond strata and units, a clause each.

    Examples
    --------
    >>> sampling_texts(DesignFrame.of(None, fpc=[0.5, 0.2], pps="brewer"))
    ["units drawn with unequal probability and without replacement, Brewer's approximation"]
    """
    out = []
    if frame.pps is not None:
        out.append(f"units drawn with unequal probability and without replacement, {_pps_text(frame.pps)}")
    elif frame.fpc is not None and not frame.stages:
        out.append("finite population correction")
    if frame.fpc is not None and frame.stages:
        correction = " with its finite population correction" if frame.pps is None else ""
        out.append(f"each of {len(frame.stages) + 1} stages adds its variance{correction}")
    lonely = sum(len(level.lonely) for level in frame.levels)
    if frame.lonely != "error" and lonely:
        out.append(f"strata with one sampling unit ({lonely}): rule '{frame.lonely}'")
    if frame.lonely_domain and frame.lonely in ("adjust", "average"):
        out.append(f"rule '{frame.lonely}' also for strata with one sampling unit in the domain")
    return out


def _pps_text(pps: Pps) -> str:
    form = f", {'Yates-Grundy' if pps.variance == 'yates-grundy' else 'Horvitz-Thompson'} variance"
    known = "" if pps.sum_p2 is None else " with the population's sum of squares"
    return {
        "brewer": "Brewer's approximation",
        "overton": f"Overton's approximation of joint inclusion probabilities{form}",
        "hartley-rao": f"Hartley and Rao's approximation of joint inclusion probabilities{known}{form}",
        "joint": f"joint inclusion probabilities as given{form}",
    }[pps.method]
