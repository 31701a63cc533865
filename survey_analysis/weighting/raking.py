"""Raking lined-up margins: the cells first, Newton where rows have no target, a cap when one is hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_analysis.core.blocks import CalibrationBlock, SweptBlock
from survey_analysis.core.sweeps import RakeStep, RoundsStep, rake_rounds
from survey_analysis.errors import ConvergenceError, WeightingError
from survey_analysis.frames.data import SurveyData
from survey_analysis.typing import BoolArray, FloatArray
from survey_analysis.weighting.diagnostics import Outcome, start_weights, with_weights
from survey_analysis.weighting.targets import Margin, Targets, margins


@dataclass(frozen=True)
class RakeOptions:
    """How to rake: a cap on the weights, rows without a target, R's own stopping rule and variance."""

    cap: float | None = None
    keep_untargeted: bool = False
    base: str = ""
    r_rounds: tuple[int, float] | None = None


def rake_margins(
    survey: SurveyData, targets: Targets, rows: BoolArray, name: str, options: RakeOptions, path: str
) -> SurveyData:
    """Rake rows to margins; every problem with the targets is named before iterating."""
    if not targets:
        raise WeightingError("There are no targets to rake to.", where=f"[{path}]")
    start = start_weights(survey, options.base, rows)
    lined = margins(survey, targets, rows, keep_untargeted=options.keep_untargeted, path=path)
    inside = start[rows]
    if options.r_rounds is not None:
        swept, rounds = _by_rounds(lined, rows, inside, options.r_rounds, path)
        return with_weights(survey, start, swept, name, rounds)
    step = RakeStep(
        tuple(m.codes for m in lined), tuple(m.targets for m in lined), options.cap,
        tuple(f"{m.name} {category}" for m in lined for category in m.categories),
    )  # fmt: skip
    try:
        result = step.solve(inside)
    except ConvergenceError as error:
        names = ", ".join(m.name for m in lined)
        raise ConvergenceError(
            error.what, where=f"[{path}] margins {names}; {error.where}", hint=error.hint
        ) from None
    cap = options.cap
    block = CalibrationBlock(np.flatnonzero(rows), inside, step.x, weight=result.weight, reweigh=step)
    outcome = Outcome(
        "rake", result.weight, f"raked to {named(lined)}", lined,
        limit=f", weights limited to {cap:g} times their mean" if cap else "", cap=cap,
        capped=result.capped, iterations=result.iterations, gap=result.gap,
    )  # fmt: skip
    return with_weights(survey, start, block, name, outcome)


def named(lined: Sequence[Margin]) -> str:
    """Margins as a list in a sentence."""
    return ", ".join(m.label.lower() for m in lined)


def _by_rounds(
    lined: list[Margin], rows: BoolArray, start: FloatArray, control: tuple[int, float], path: str
) -> tuple[SweptBlock, Outcome]:
    """Raking as R `rake` does it: rounds until the crossed table stands still, and its own variance."""
    codes, counts = tuple(m.codes for m in lined), tuple(m.targets for m in lined)
    if any((c < 0).any() for c in codes) or any(t.max() <= 1 for t in counts):
        raise WeightingError(
            'variance = "r-rake" takes population counts, and a target for everybody.',
            where=f"[{path}]",
            hint="leave variance out, or give counts of all categories.",
        )
    done = rake_rounds(codes, counts, start, max_rounds=control[0], change=control[1])
    step = RoundsStep(codes, counts, done.rounds)
    x = RakeStep(codes, counts).x
    block = SweptBlock(
        np.flatnonzero(rows), start, x, weight=done.weight, reweigh=step, margins=codes, passed=done.passed
    )
    gap = max(
        float(np.abs(np.bincount(c, weights=done.weight, minlength=len(t)) - t).max() / t.sum())
        for c, t in zip(codes, counts, strict=True)
    )
    how = f"raked to {named(lined)} by R's rounds ({done.rounds}), with R's own variance of rake"
    return block, Outcome("rake", done.weight, how, lined, iterations=done.rounds, gap=gap)
