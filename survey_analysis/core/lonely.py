"""The variance of one stage, and the rules for strata with one unit.

A stratum with one unit says nothing about its own variance. The rule is part of the design:

error
    raise, naming the strata;
remove, certainty
    the stratum adds nothing;
adjust
    the unit is compared with zero, the centre of all influence values, instead of its own mean;
average
    the stratum adds the average of the other strata.

With `lonely_domain` the rules adjust and average also hold for a stratum of which one unit is in the domain
(R `survey.adjust.domain.lonely`); remove and certainty leave such a stratum as it is, as R does.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from survey_analysis.core.blocks import group_sums
from survey_analysis.core.stages import Floats, Level
from survey_analysis.errors import DesignError, LonelyPsuError

LonelyRule: TypeAlias = Literal["error", "remove", "adjust", "average", "certainty"]
Members = NDArray[np.bool_]


def check_rule(rule: str, *, domain: bool) -> None:
    """Refuse a rule that does not exist, and `lonely_domain` without a rule it could apply."""
    if rule not in get_args(LonelyRule):
        raise DesignError(
            f"there is no rule '{rule}' for strata with one PSU.",
            hint=f"lonely_psu is one of {', '.join(get_args(LonelyRule))}.",
        )
    if domain and rule == "error":
        raise DesignError(
            "lonely_domain needs a rule for strata with one PSU.",
            where="lonely_psu='error'",
            hint="say lonely_psu='adjust' or 'average', or leave lonely_domain out.",
        )


def refuse_lonely(level: Level) -> None:
    """Raise where a stratum has one unit that was not taken with certainty."""
    lonely = level.lonely
    if not len(lonely):
        return
    if level.number == 1 and len(level.count) == 1:  # no strata: there is nothing to merge it with
        raise LonelyPsuError(
            "There is one sampling unit in all, so no variance can be estimated.",
            where="without strata at least two respondents, or two PSUs, are needed.",
            hint="read the whole file, or check the column given as psu.",
        )
    names = ", ".join(level.name(int(h)) for h in lonely[:5]) + (", ..." if len(lonely) > 5 else "")
    raise LonelyPsuError(
        f"{len(lonely)} of {len(level.count)} strata {'has' if len(lonely) == 1 else 'have'} one PSU, so {'its' if len(lonely) == 1 else 'their'} variance cannot be estimated.",
        where=f"strata {names}",
        hint="merge each with a similar stratum, give fpc = 1 to strata that were taken completely, or set "
        "lonely_psu to 'adjust', 'average', 'remove' or 'certainty'.",
    )


def level_covariance(
    z: Floats,
    level: Level,
    rule: LonelyRule = "error",
    *,
    domain: bool = False,
    member: Members | None = None,
    centred: bool = True,
) -> Floats:
    """Σ_h (1 - f_h) m_h/(m_h - 1) Σ_c t_c t_c′ of one stage, t the sums of z by unit about their stratum mean.

    Parameters
    ----------
    z : ndarray, shape (n, k)
        Influence values after calibration.
    level : Level
    rule : {"error", "remove", "adjust", "average", "certainty"}
    domain : bool
        Rules adjust and average also where one unit of the stratum is in the domain.
    member : ndarray of bool, shape (n, k), optional
        Who is in the domain of each estimate; without it, the rows where z is not zero.
    centred : bool
        About the stratum mean; else about zero, at this stage.

    Returns
    -------
    ndarray, shape (k, k)
        NaN where rule average finds no other stratum (as R).
    """
    if rule == "error":
        refuse_lonely(level)
    h, totals = level.stratum, level.sums(z)
    special = len(level.lonely) > 0 or (domain and rule in ("adjust", "average"))
    if not special:
        if centred:
            totals = totals - _means(totals, level)[h]
        root = totals * level.root_scale[:, None]
        return np.asarray(root.T @ root)
    present = _present(z if member is None else member, level) if rule == "average" or domain else None
    alone = (
        _alone(present, level, rule, z.shape[1]) if domain else np.zeros((len(level.count), 1), dtype=bool)
    )
    lonely = np.zeros((len(level.count), 1), dtype=bool)
    lonely[level.lonely] = True
    if centred:
        centre = _means(totals, level)
        keep = (lonely | alone) if rule == "adjust" else np.zeros_like(lonely)
        totals = totals - np.where(keep, 0.0, centre)[h]
    root = totals * level.root_scale[:, None]
    if rule != "adjust":
        root = np.where((lonely | alone)[h], 0.0, root)
    if rule == "average" and present is not None:
        root = root * _shares(present > 0, lonely | alone, level)[h]
    return np.asarray(root.T @ root)


def _means(totals: Floats, level: Level) -> Floats:
    return group_sums(totals, level.stratum, len(level.count)) / level.count[:, None]


def _present(z: NDArray[np.generic], level: Level) -> Floats:
    """Units of each stratum with a row in the domain, shape (H, k)."""
    rows = (z != 0).astype(np.float64)
    return group_sums((level.sums(rows) > 0).astype(np.float64), level.stratum, len(level.count))


def _alone(present: Floats | None, level: Level, rule: LonelyRule, k: int) -> Members:
    """Strata of several units of which one is in the domain."""
    if present is None or rule not in ("adjust", "average"):
        return np.zeros((len(level.count), k), dtype=bool)
    return np.asarray((present == 1) & ((level.count > 1) & ~level.certain)[:, None])


def _shares(present: Members, left_out: Members, level: Level) -> Floats:
    """Square root of strata over strata with a variance, among those of the same unit above; (H, k)."""
    above = int(level.inside.max()) + 1
    strata = group_sums(present.astype(np.float64), level.inside, above)
    known = group_sums((present & ~left_out).astype(np.float64), level.inside, above)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(strata == 0, 1.0, np.where(known > 0, strata / known, np.nan))
    return np.asarray(np.sqrt(share)[level.inside])
