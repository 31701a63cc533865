"""What is followed over the paths: a share, a mean or construct scores, and which rows are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.mean import mean
from survey_analysis.estimation.proportion import proportion
from survey_analysis.estimation.scoring import has_scores
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.scores import perceptions
from survey_analysis.results.estimate import EstimateData
from survey_analysis.robustness.options import Box
from survey_analysis.study.codebook import Question
from survey_analysis.typing import By, Where


@dataclass(frozen=True)
class Measure:
    """What is estimated on every path; `box` is the declared one, None where there are no boxes.

    `question` names a question, `constructs` one or several constructs instead.
    """

    question: str
    constructs: tuple[str, ...] = ()
    box: Box | None = None
    by: By = None
    where: Where = None
    to: str | None = None
    dim: str | None = None
    level: float = 0.95
    taken_from: str = ""

    def asked(self, survey: SurveyData) -> Question | None:
        """The question; None for constructs."""
        return None if self.constructs else survey.table.question(self.question)

    def estimate(self, survey: SurveyData, box: Box | None) -> EstimateData:
        """The estimates of one survey, by the public verbs."""
        if self.constructs:
            return perceptions(survey, self.constructs, by=self.by, where=self.where, level=self.level)
        if box is None or box.kind == "mean":
            return mean(survey, self.question, by=self.by, where=self.where, level=self.level)
        return proportion(
            survey, self.question, **box.asked(), by=self.by, where=self.where, level=self.level
        )


def measure_of(
    survey: SurveyData,
    question: str | Sequence[str],
    chosen: Mapping[str, Any],
    *,
    by: By,
    where: Where,
    to: str | None,
    dim: str | None,
    level: float,
) -> Measure:
    """The measure asked for; of a bare question, what the study file declares about it.

    `chosen` holds `top`, `bottom`, `answers` as given.
    """
    given = {k: v for k, v in chosen.items() if v is not None}
    if len(given) > 1:
        raise EstimationError("Give only one of top=, bottom= and answers=.")
    known = survey.study.codebook.constructs
    names = [question] if isinstance(question, str) else list(question)
    if names and all(n in known for n in names):
        if given:
            raise EstimationError(
                f"'{names[0]}' is a construct; it has no boxes.", hint="leave top=, bottom= and answers= out."
            )
        found = Measure("", tuple(names), None, by, where, to, dim, level)
        return _declared(survey, found) if by is None and where is None and to is None else found
    if len(names) != 1:
        raise EstimationError(
            "Only constructs are followed together.", where=", ".join(names), hint="name one question."
        )
    asked = survey.table.question(names[0])
    bare = not given and by is None and where is None and to is None
    found = Measure(names[0], (), None, by, where, to, dim, level)
    if bare:
        found = _declared(survey, found)
    if found.box is None:
        found = replace(found, box=_box(asked, given))
    return found


def _box(asked: Question, given: Mapping[str, Any]) -> Box | None:
    if given:
        return _given_box(given)
    if asked.kind == "numeric":
        return None
    if asked.kind == "open":
        raise EstimationError(f"'{asked.name}' is open text; there is no number to follow.")
    scale = asked.scale
    labels = (
        ", ".join(x.label for x in scale.levels[:8])
        if scale
        else ", ".join(o.label for o in asked.options[:8])
    )
    raise EstimationError(
        f"Which share of '{asked.name}' is followed is not said, and the study file declares no finding on it.",
        where=f"answers: {labels}",
        hint="give top=, bottom= or answers="
        + (", or to= and by= for a comparison." if has_scores(asked) else "."),
    )


def _given_box(given: Mapping[str, Any]) -> Box:
    if "answers" in given:
        return Box("answers", answers=tuple(str(x) for x in given["answers"]))
    return Box("top", int(given["top"])) if "top" in given else Box("bottom", int(given["bottom"]))


def _declared(survey: SurveyData, bare: Measure) -> Measure:
    """Box and comparison as `[[report.findings]]` or `[report] headline` declare them."""
    told = survey.study.report
    for i, entry in enumerate(told.findings):
        mine = (
            tuple(_names(entry.get("constructs"))) == bare.constructs
            if bare.constructs
            else entry.get("question") == bare.question
        )
        if mine and entry.get("compare_to"):
            return replace(
                _of_entry(bare, entry), to=str(entry["compare_to"]), taken_from=f"report.findings[{i}]"
            )
    if not bare.constructs and told.headline.get("question") == bare.question:
        return headline_measure(survey, bare.level)
    return bare


def headline_measure(survey: SurveyData, level: float = 0.95) -> Measure:
    """The share that `[report] headline` declares, of its subject where it names one."""
    told = dict(survey.study.report.headline)
    name = str(told["question"])
    over = survey.table.question(name).over
    found = _of_entry(Measure(name, level=level), told)
    where: dict[str, object] = dict(told.get("where") or {})  # type: ignore[call-overload]
    if over and told.get(over):
        where[over] = str(told[over])
    return replace(found, where=where or None, taken_from="report.headline")


def finding_measure(entry: Mapping[str, Any], path: str) -> Measure:
    """The comparison of one entry of `[[report.findings]]`."""
    bare = Measure(str(entry.get("question", "")), tuple(_names(entry.get("constructs"))))
    return replace(_of_entry(bare, entry), to=str(entry["compare_to"]), taken_from=path)


def _of_entry(bare: Measure, entry: Mapping[str, Any]) -> Measure:
    given = {k: entry[k] for k in ("top", "bottom", "answers") if entry.get(k) is not None}
    box = _given_box(given) if given else None
    return replace(bare, box=box, by=entry.get("by"), where=entry.get("where"))


def _names(given: object) -> list[str]:
    return [given] if isinstance(given, str) else [str(x) for x in given or ()]  # type: ignore[attr-defined]
