"""The banner of a stack of waves: what the total is, and that no column pools waves unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.cells import refuse_pooled_waves
from survey_analysis.frames.data import SurveyData
from survey_analysis.tabulation.banner import Banner
from survey_analysis.typing import BoolArray


def of_waves(survey: SurveyData, banner: Banner, domain: BoolArray | None) -> Banner:
    """The banner with a total that says which waves it pools, or without one where pooling was not asked for.

    A survey that is no stack, or a domain in one wave, keeps its banner.

    Raises
    ------
    EstimationError
        A column would pool waves, or nothing but such a total is left.
    """
    waves = survey.waves
    if waves is None:
        return banner
    inside = np.ones(len(survey), dtype=bool) if domain is None else domain
    column = survey.table.raw.column(waves.name).to_numpy(dtype=object)
    present = [w for w in waves.labels if (inside & (column == w)).any()]
    if len(present) < 2:
        return banner
    if not waves.pool:
        return _refused(survey, _without_total(banner, waves.name), inside)
    if not banner.has_total:
        return banner
    first = replace(banner.columns[0], label=f"All waves ({present[0]} to {present[-1]})")
    return replace(banner, columns=(first, *banner.columns[1:]))


def _without_total(banner: Banner, name: str) -> Banner:
    if not banner.has_total:
        return banner
    if len(banner.columns) == 1:
        raise EstimationError(
            "A total of several waves is not made unless asked.",
            hint=f"by='{name}', filter to one wave, or stack with pool=True.",
        )
    spans = tuple((v, tuple(p - 1 for p in places)) for v, places in banner.spans)
    return replace(banner, columns=banner.columns[1:], masks=banner.masks[1:], spans=spans)


def _refused(survey: SurveyData, banner: Banner, inside: BoolArray) -> Banner:
    refuse_pooled_waves(survey, np.column_stack([m & inside for m in banner.masks]))
    return banner


def refuse_pooled_sides(
    survey: SurveyData,
    masks: Sequence[BoolArray],
    sides: Sequence[tuple[int, int]],
    domains: Sequence[BoolArray | None],
) -> None:
    """Refuse letters against "the rest" or the total where that would be several waves in one."""
    if survey.waves is None or not sides:
        return
    used = np.column_stack([masks[s] for s in sorted({s for pair in sides for s in pair})])
    for domain in domains:
        refuse_pooled_waves(survey, used if domain is None else used & domain[:, None])
