"""The design as arguments of R `svydesign`, over the columns of the flat table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from survey_analysis.core.blocks import before_calibration
from survey_analysis.core.frame import DesignFrame


def design_in_r(frame: DesignFrame) -> bool:
    """Whether R makes this design from the flat table.

    The table holds no joint probabilities; R takes one sum_p2 for all strata, and no weights beside the
    approximations of joint probabilities.
    """
    pps = frame.pps
    if pps is None or not pps.uses_joint:
        return True
    if pps.joint is not None or isinstance(pps.sum_p2, Mapping) or frame.fpc is None:
        return False
    base = before_calibration(frame.weight, frame.calibration)
    return bool(np.allclose(base * frame.fpc, 1.0, rtol=1e-12, atol=0))


def design_lines(frame: DesignFrame) -> list[str]:
    """The option for strata with one unit, global in R, and the call.

    Examples
    --------
    >>> design_lines(DesignFrame.of(None, fpc=[0.5, 0.2], pps="overton"))
    ['des <- svydesign(ids = ~1, fpc = ~fpc, pps = "overton", data = d)']
    """
    call = f"des <- svydesign({', '.join(_arguments(frame))}, data = d)"
    if frame.lonely == "error":
        return [call]
    domain = "TRUE" if frame.lonely_domain else "FALSE"
    return [f'options(survey.lonely.psu = "{frame.lonely}", survey.adjust.domain.lonely = {domain})', call]


def needs_subset(frame: DesignFrame) -> bool:
    """Whether the rule counts strata or units of the domain: R then has to see the domain."""
    return frame.replicates is None and (frame.lonely_domain or frame.lonely == "average")


def _arguments(frame: DesignFrame) -> list[str]:
    """Units, strata and fpc of each stage, unequal probabilities, weights."""
    later = [f"_{i}" for i in range(2, len(frame.stages) + 2)]
    out = ["ids = ~1" if frame.is_element and not later else f"ids = ~{_sum('psu', later)}"]
    if frame.n_strata > 1 or later:
        out.append(f"strata = ~{_sum('stratum', later)}")
    if frame.fpc is not None:
        out.append(f"fpc = ~{_sum('fpc', later)}")
    pps = frame.pps
    if pps is None or not pps.uses_joint:
        return [*out, *(['pps = "brewer"'] if pps else []), "weights = ~base_weight"]
    known = "" if pps.sum_p2 is None or isinstance(pps.sum_p2, Mapping) else repr(float(pps.sum_p2))
    out.append('pps = "overton"' if pps.method == "overton" else f"pps = HR({known})")
    return [*out, 'variance = "YG"'] if pps.variance == "yates-grundy" else out


def _sum(name: str, later: list[str]) -> str:
    return " + ".join([name, *(name + suffix for suffix in later)])
