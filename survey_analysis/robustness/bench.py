"""The surveys behind the paths, each made once: cleaned otherwise, weighted otherwise, read otherwise."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from survey_analysis.cleaning.again import Recleaning
from survey_analysis.core.frame import DesignFrame
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.process import QualityEvidence
from survey_analysis.robustness.options import Cut, NotVaried, Weighing
from survey_analysis.robustness.weight_options import weighted
from survey_analysis.typing import BoolArray

Samples = frozenset[str]


class Bench:
    """Work that the paths share. What is made is kept, so several questions may use one bench."""

    def __init__(self, survey: SurveyData) -> None:
        self.survey = survey
        self.plain = survey.replace(weights=None, calibration=(), weighting=())
        known = survey.quality
        self._again = Recleaning(survey, known) if known is not None and known.flags else None
        self._checked = False
        self._kept: dict[str, BoolArray] = {}
        self._cleaned: dict[bytes, SurveyData] = {}
        self._frames: dict[tuple[int, Weighing, Samples], DesignFrame] = {}

    @property
    def quality(self) -> QualityEvidence | None:
        """What the quality rules flagged; None where there are none or the survey was not cleaned."""
        return self._again.quality if self._again is not None else None

    def kept(self, cut: Cut) -> BoolArray:
        """Who of the eligible stays."""
        assert self._again is not None  # noqa: S101  there are no cuts without quality rules
        key = repr(cut)
        if key not in self._kept:
            self._kept[key] = self._again.kept(cut.exclude, cut.rules)
        return self._kept[key]

    def cleaned(self, cut: Cut | None) -> SurveyData:
        """The survey without weights, cleaned in that way; None is as it stands."""
        if cut is None or self._again is None:
            return self.plain
        kept = self.kept(cut)
        key = np.packbits(kept).tobytes()
        if key not in self._cleaned:
            same = (kept == self.kept(Cut(self._again.quality.exclude))).all()
            self._cleaned[key] = self.plain if same else self._again.of(kept)
        return self._cleaned[key]

    def frame(self, cut: Cut | None, how: Weighing | None, samples: Collection[str]) -> DesignFrame:
        """The design, cleaned and weighted in that way; None is as it stands."""
        survey, how = self.cleaned(cut), how or Weighing("declared")
        if survey is self.plain and how.kind == "declared":
            return self.survey.frame
        key = (id(survey), how, frozenset(samples))
        if key not in self._frames:
            unweighted = how.kind == "declared" and self.survey.weights is None
            made = survey if unweighted else weighted(survey, how, samples)
            self._frames[key] = _frame(survey, made)
        return self._frames[key]

    def check_repeatable(self) -> None:
        """Weights can be made for other respondents only when the study file made them.

        Raises
        ------
        NotVaried
            They were made or changed by hand.
        """
        if self.survey.weights is None or self._checked:
            return
        made = weighted(self.plain, Weighing("declared"), ()).weights if self.survey.study.weighting else None
        if made is None or not np.allclose(made, self.survey.weights, rtol=1e-9, atol=0):
            raise NotVaried(
                "The weights of this survey are not those of its study file, so they cannot be made again.",
                hint="declare them under [weighting], or leave cleaning and weights out of over=.",
            )
        self._checked = True


def _frame(plain: SurveyData, made: SurveyData) -> DesignFrame:
    """The design of a weighted survey: that of the unweighted one with its weights, where nothing else hangs on them."""
    design = plain.study.design
    simple = not (design.fpc or design.weight or design.replicates or design.pps or plain.replication)
    if not simple or made.weights is None or made.study.design != design:
        return made.frame
    return replace(plain.frame, weight=made.weights, calibration=made.calibration)
