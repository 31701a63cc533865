"""From labels and numbers of a design to units, fractions and weights: what `DesignFrame.of` checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.labels import Codes, Labels, first_rows
from survey_analysis.core.pps import Pps, check_joint
from survey_analysis.core.stages import Floats, Stage, StageColumns, fractions, stage_of
from survey_analysis.errors import DesignError, WeightError
from survey_analysis.plurals import counted


def row_count(*columns: ArrayLike | Labels | None) -> int:
    """Rows of the first column that is given."""
    for given in columns:
        if given is not None:
            return len(np.atleast_1d(np.asarray(given)))
    raise WeightError(
        "the design has no weights, and no fpc to make them from.", hint="give a weight column, or ones."
    )


def refuse_unknown_probabilities(pps: Pps | None, fpc: ArrayLike | None) -> None:
    """Raise where a PPS method has no inclusion probabilities."""
    if pps is not None and fpc is None and pps.joint is None:
        raise DesignError(
            f"pps='{pps.method}' needs the inclusion probability of every unit.",
            hint="name its column with fpc=.",
        )


def in_unit_order(pps: Pps | None, unit: Codes) -> Pps | None:
    """Joint probabilities by unit code; they come in the order in which units first occur."""
    if pps is None or pps.joint is None:
        return pps
    m = int(unit.max()) + 1
    check_joint(pps.joint, m)
    place = np.argsort(np.argsort(first_rows(unit, m), kind="stable"), kind="stable")
    return replace(pps, joint=pps.joint[np.ix_(place, place)])


def first_fraction(
    fpc: ArrayLike | None, pps: Pps | None, unit: Codes, stratum: Codes, labels: tuple[str, ...]
) -> Floats | None:
    """Sampling fraction of each row at the first stage; of joint probabilities their diagonal."""
    given = None
    if fpc is not None:
        given = fractions(fpc, unit, stratum, lambda h: f"stratum '{labels[h]}'", varying=pps is not None)
    if pps is None or pps.joint is None:
        return given
    probability = np.diag(pps.joint)[unit]
    differs = 0 if given is None else int((~np.isclose(given, probability, rtol=1e-6, atol=0)).sum())
    if differs:
        raise DesignError(
            "fpc and the diagonal of the joint inclusion probabilities differ.",
            where=f"{differs} rows",
            hint="leave fpc out, or put rows and matrix in the same order.",
        )
    return probability


def later_stages(
    columns: Sequence[StageColumns],
    unit: Codes,
    names: tuple[str, ...],
    fraction: Floats | None,
    *,
    nest: bool,
    pps: Pps | None,
) -> tuple[Stage, ...]:
    """The stages after the first; none where the first has no fpc, for its units then carry all variance."""
    if fraction is None:
        told = [i for i, c in enumerate(columns, start=2) if c.fpc is not None]
        if told:
            raise DesignError(
                f"stage {told[0]} has an fpc although the first stage has none.",
                hint="give fpc for every stage, first to last, or for none.",
            )
        return ()
    out: list[Stage] = []
    for number, column in enumerate(columns, start=2):
        stage = stage_of(column, number, unit, names, nest=nest, varying=pps is not None)
        out.append(stage)
        if number <= len(columns):  # another stage follows
            labels = np.asarray(column.psu, dtype=object)
            firsts = first_rows(stage.unit, int(stage.unit.max()) + 1)
            names = tuple(f"{names[unit[i]]}/{labels[i]}" for i in firsts)
        unit = stage.unit
    return tuple(out)


def check_pps(pps: Pps | None, later: Sequence[StageColumns], *, lonely_domain: bool) -> None:
    """Raise where a PPS method meets stages or a rule that it has no use for."""
    if pps is None:
        return
    if pps.uses_joint and later:
        raise DesignError(
            f"pps='{pps.method}' is for one stage.",
            where=f"{len(later) + 1} stages are given",
            hint="say pps='brewer', or name the first stage alone.",
        )
    if lonely_domain:
        raise DesignError(
            f"lonely_domain has no use with pps='{pps.method}'.",
            hint="leave it out.",
        )


def made_weight(fraction: Floats | None, stages: tuple[Stage, ...], n: int) -> Floats:
    """One over the product of the sampling fractions of all stages (R `svydesign` without weights)."""
    if fraction is None:
        return np.ones(n)
    out = 1.0 / fraction
    for stage in stages:
        out = out / stage.fraction
    return out


def checked_weight(weight: ArrayLike, *, calibrated: bool = False) -> Floats:
    """Weights as an array; linear calibration without bounds may have made some negative."""
    w = np.array(weight, dtype=np.float64)
    if w.ndim != 1:
        raise WeightError(f"weights must be one column; found shape {w.shape}.")
    bad = {"missing or infinite": ~np.isfinite(w), "negative": (w < 0) & (not calibrated)}
    for what, rows in bad.items():
        if rows.any():
            raise WeightError(
                f"{counted(int(rows.sum()), 'weight is', 'weights are')} {what}.",
                where=f"first at row {int(np.flatnonzero(rows)[0]) + 1} of {len(w)}",
                hint="correct the weight column, or give weight 0 to rows that must not count.",
            )
    if not (w > 0).any():
        raise WeightError(
            "all weights are zero.", where=f"{counted(len(w), 'row')}", hint="check the weight column."
        )
    return w
