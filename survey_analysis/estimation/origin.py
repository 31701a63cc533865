"""Provenance, topic and base texts of an estimate."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from survey_analysis.estimation.cells import Cells, where_text
from survey_analysis.estimation.sampling import design_text, made_weights_text, sampling_texts
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import Dim, Statistic, Topic, Unit
from survey_analysis.results.provenance import Provenance
from survey_analysis.study.codebook import Question
from survey_analysis.study.expressions import names, parse
from survey_analysis.typing import BoolArray, Where


def provenance(survey: SurveyData, where: Where, member: BoolArray) -> Provenance:
    """Facts about data, design and weights, for the sample the estimate is about."""
    study = survey.study
    sample_name = _sample_name(survey, member)
    sample = study.sample_of(sample_name)
    return Provenance(
        study=study.name,
        sample_kind="simulated" if study.simulated else sample.kind,
        population=sample.population,
        sample=sample.label or sample_name,
        design=design_text(survey.frame),
        weighting=weighting_text(survey),
        variance=variance_text(survey),
        where=where_text(where),
        cleaning=cleaning_text(survey),
        generalize=sample.generalize,
        dates=sample.dates,
        mode=sample.mode,
        data_hash=survey.table.raw.digest,
        versions=versions(),
    )


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """Read once: the metadata of installed packages do not change while a session runs."""
    out = {}
    for name in ("survey-analysis", "numpy", "pandas", "scipy", "statsmodels"):
        try:
            out[name] = version(name)
        except PackageNotFoundError:
            out[name] = "source tree"
    return tuple(out.items())


def versions() -> dict[str, str]:
    """Versions of the packages that numbers depend on."""
    return dict(_versions())


def weighting_text(survey: SurveyData) -> str:
    """How the weights came about, one clause."""
    if survey.weighting:
        return "; ".join(dict.fromkeys(w.statement for w in survey.weighting))
    if survey.study.design.weight:
        return "weights supplied with the file, taken as fixed"
    if survey.study.design.weight_is_made:
        return made_weights_text(survey.frame)
    return "unweighted"


def variance_text(survey: SurveyData) -> str:
    """Which variance was used, one clause."""
    replicates = survey.frame.replicates
    if replicates is not None:
        source = "made from strata and sampling units" if replicates.made else "that came with the file"
        about = "the full-sample estimate" if replicates.mse else "the mean of the replicates"
        repeated = ", the weighting repeated in each" if survey.calibration else ""
        return (
            f"{replicates.count} replicate weights ({replicates.method}) {source}, "
            f"deviations from {about}{repeated}"
        )
    parts = sampling_texts(survey.frame)
    if survey.calibration:
        return "; ".join(["Taylor linearisation with calibration residuals", *parts])
    if survey.study.design.weight:
        return "; ".join(["Taylor linearisation, weights taken as fixed", *parts])
    return "; ".join(["Taylor linearisation", *parts])


def cleaning_text(survey: SurveyData) -> str:
    """What cleaning removed, one clause."""
    dropped = sum(e.dropped for e in survey.log.entries)
    return f"{dropped:,} removed by stated rules" if survey.log.entries else "not cleaned"


def _sample_name(survey: SurveyData, member: BoolArray) -> str:
    samples = survey.study.samples
    if samples is None:
        return ""
    column = survey.table.raw.column(samples.column).to_numpy(dtype=object)
    rows = member.any(axis=1) if member.ndim == 2 else member
    found = [n for n, c in samples.codes.items() if bool((rows & (column == c)).any())]
    return found[0] if len(found) == 1 else ""


def topic(
    survey: SurveyData,
    question: Question,
    statistic: Statistic,
    unit: Unit,
    *,
    score: str = "",
    answers: tuple[str, ...] = (),
) -> Topic:
    """What is measured, in words."""
    scale = question.scale
    scores = [s for s in (scale.scores if scale else ()) if s is not None]
    return Topic(
        question=question.name,
        wording=survey.table.wording(question),
        statistic=statistic,
        unit=unit,
        score=score,
        answers=answers,
        scale=tuple((x.code, x.label) for x in scale.levels) if scale else (),
        scale_name=scale.name if scale else "",
        outside=tuple(x.label for x in scale.outside) if scale else (),
        scale_range=(min(scores), max(scores)) if scores else None,
        subject=question.over,
        favourable=scale.favourable if scale else "last",
        predicate=question.predicate,
        short=question.short or question.name,
    )


def base_texts(text: str, name: str, where: Where, found: Cells) -> tuple[str, ...]:
    """Base text of each cell: the declared base, the levels it is broken down by, the filter."""
    stem = text or f"respondents who answered '{name}'"
    extra = _filter_text(where, found.over)
    return tuple(_base_text(stem, extra, found, cell.keys) for cell in found.cells)


def _base_text(stem: str, extra: str, found: Cells, keys: tuple[str, ...]) -> str:
    parts = []
    for dim, key in zip(found.dims, keys, strict=True):
        mark = "{" + dim.name + "}"
        if mark in stem:
            stem = stem.replace(mark, dict(dim.phrases).get(key, dim.label_of(key)))
        elif dim.name != found.over:
            parts.append(f"{dim.label}: {dim.label_of(key)}")
    return ", ".join([stem, *parts, *([extra] if extra else [])])


def _filter_text(where: Where, over: str) -> str:
    if where is None:
        return ""
    if isinstance(where, str):
        try:
            only = names(parse(where)) == {over}
        except ValueError:
            only = False
        return "" if only else f"filter: {where}"
    rest = {k: v for k, v in where.items() if k not in (over, "sample")}
    return f"filter: {where_text(rest)}" if rest else ""


def labels(dims: tuple[Dim, ...], keys: tuple[str, ...]) -> dict[str, str]:
    """Label of each dimension's level, by dimension name."""
    return {d.name: d.label_of(k) for d, k in zip(dims, keys, strict=True)}
