"""Waves stacked into one survey: questions by decision, cells in one code, design and weights of each wave."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from survey_analysis.errors import StudyError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.table import Table
from survey_analysis.results.process import CleaningLog, Flow, WeightingData
from survey_analysis.results.waves import Wave, WavesData
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import Level, Scale
from survey_analysis.study.study import Study
from survey_analysis.waves.cells import cells_of, columns_of, question_of
from survey_analysis.waves.compare import check_waves
from survey_analysis.waves.design import StackedDesign, check_clusters, stacked_design
from survey_analysis.waves.facts import merged_study, sample_of_all
from survey_analysis.waves.resolve import Part, decision_notes, resolved
from survey_analysis.waves.versions import Version, versions

Waves = Mapping[str, SurveyData]


def stack(
    waves: Waves,
    *,
    resolve: Mapping[str, Any] | None = None,
    id: str | None = None,  # noqa: A002  the field's word for it
    panel: bool | None = None,
    populations: Literal["same", "differ"] = "same",
    pool: bool = False,
    name: str = "wave",
) -> SurveyData:
    """Stack waves into one survey with a variable `wave`.

    Parameters
    ----------
    waves : mapping of str to Survey
        Label of each wave and its survey, in order of time, cleaned and weighted.
    resolve : mapping, optional
        A decision on every question in which the codebooks differ: "same" (one question, first wording and
        labels), "separate" (one question for each way of asking), "drop", `{"recode": {"W2": {"1": "5"}}}`
        (codes of a wave by the codes of the first), `{"rename": "q5"}` (another name for the same question).
    id : str, optional
        Column that names the respondent in every wave; that of the study files without it.
    panel : bool, optional
        What ids in more than one wave mean: the same people, or numbers that start again. It must be said
        where there are any.
    populations : {"same", "differ"}
        "differ" stacks waves whose population or kind of sample are not the same; no change is then called a
        rise or a fall.
    pool : bool
        Allow estimates over several waves, in a column that says so.
    name : str
        Name of the variable.

    Returns
    -------
    Survey
        Rows of all waves. Stratum = wave x stratum, units are distinct by wave; waves that share people are one
        sample: the person is the unit and the wave is no stratum. Weights and calibration of each wave hold.

    Raises
    ------
    StudyError
        Differences without a decision, all in one message; a decision that would mix answers up; different
        populations; a wave of several samples.
    DesignError
        Designs that do not stack.

    Notes
    -----
    Statistics 2.18, 2.4: a difference between waves is one linear form of the stack, its variance
    `covariance(z, frame)`; the influence of independent waves never meets, that of the same people does.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> def wave(*answers):
    ...     study = {"questions": {"q": {"levels": ["no", "yes"]}}}
    ...     return sa.read(pd.DataFrame({"q": answers}), study=study)
    >>> both = sa.stack({"W1": wave("no", "no", "yes", "no"), "W2": wave("yes", "no", "yes", "yes")})
    >>> both.proportion("q", answers=["yes"], by="wave").to_frame()["estimate"].tolist()
    [0.25, 0.75]
    """
    check_waves(waves)
    for option, value in (("pool", pool), ("panel", panel)):
        if not isinstance(value, bool) and not (option == "panel" and value is None):
            raise StudyError(f"{option} = {value!r} is not True or False.")
    if populations not in ("same", "differ"):
        raise StudyError(f"populations = {populations!r} is not known.", hint='give "same" or "differ".')
    sample = sample_of_all(waves, populations)
    asked = {label: versions(label, s) for label, s in waves.items()}
    _refuse_name(name, waves, asked)
    parts, different = resolved(asked, resolve)
    design = stacked_design(waves, name, id, panel)
    check_clusters(design, name)
    made = _frame(waves, parts, asked, design, name)
    study = merged_study(waves, sample, design.spec, parts, made.questions)
    facts = WavesData(
        name=name,
        waves=tuple(Wave(w, s.study.sample, len(s), s.table.raw.digest) for w, s in waves.items()),
        pool=pool,
        versions=_version_texts(parts),
        differences=tuple(different),
        decisions=dict(resolve or {}),
        shared=design.shared,
        notes=(*study.notes, *made.notes),
    )
    return _survey(waves, made, study.study, design, facts)


@dataclass(frozen=True, eq=False)
class _Made:
    """Cells of the stack and the questions that read them."""

    frame: pd.DataFrame
    questions: dict[str, Question]
    notes: tuple[str, ...] = ()


def _refuse_name(name: str, waves: Waves, asked: Mapping[str, Mapping[str, Version]]) -> None:
    for label, survey in waves.items():
        if name in asked[label] or name in survey.table.raw.columns or name in survey.table.codebook:
            raise StudyError(
                f"Wave '{label}' has a question or column '{name}' of its own.",
                hint=f'give the variable another name, for example name="{name}_of_tracker".',
            )


def _frame(
    waves: Waves,
    parts: Sequence[Part],
    asked: Mapping[str, Mapping[str, Version]],
    design: StackedDesign,
    name: str,
) -> _Made:
    """All cells: the wave, the questions in canonical codes, the design, columns nobody declared."""
    sizes = [len(s) for s in waves.values()]
    out: dict[str, Any] = {name: np.repeat(np.array(list(waves), dtype=object), sizes)}
    questions = {name: _wave_question(name, list(waves))}
    owned = {c for known in asked.values() for v in known.values() for c in v.question.all_columns}
    owned |= {s.study.design.id for s in waves.values()}
    carried = [
        c for c in dict.fromkeys(c for s in waves.values() for c in s.table.raw.columns) if c not in owned
    ]
    names = _column_names(parts, {name, *carried, *design.columns})
    for part in parts:
        columns = names[part.name]
        cells = [cells_of(part, w, s) for w, s in waves.items()]
        for key, column in columns.items():
            out[column] = np.concatenate([c[key] for c in cells])
        questions[part.name] = question_of(part, columns)
    for column in carried:
        out[column] = np.concatenate([_carried(s, column) for s in waves.values()])
    out |= {c: np.array(values, dtype=object) for c, values in design.columns.items()}
    partly = [c for c in carried if any(c not in s.table.raw.columns for s in waves.values())]
    notes = (f"Columns of some waves only, empty in the others: {', '.join(partly)}.",) if partly else ()
    return _Made(pd.DataFrame(out, dtype=object), questions, notes)


def _wave_question(name: str, labels: Sequence[str]) -> Question:
    levels = tuple(Level(code=label, label=label) for label in labels)
    return Question(
        name=name, kind="single", short="Wave", columns={"": name}, scale=Scale(name=name, levels=levels)
    )


def _column_names(parts: Sequence[Part], taken: set[str]) -> dict[str, dict[str, str]]:
    """Column of each key of each question: that of the first wave where it is free, so that filters hold."""
    used = set(taken)
    out: dict[str, dict[str, str]] = {}
    for part in parts:
        first = part.reference.question
        own = dict(first.columns) or {o.code: o.column for o in first.options}
        out[part.name] = {}
        for key in columns_of(part):
            column = own.get(key, "")
            if not column or column in used:
                column = f"{part.name}.{key}" if key else part.name
            while column in used:
                column += "_"
            used.add(column)
            out[part.name][key] = column
    return out


def _carried(survey: SurveyData, column: str) -> np.ndarray:
    raw = survey.table.raw
    if column not in raw.columns:
        return np.full(len(survey), "", dtype=object)
    cells = raw.column(column).to_numpy(dtype=object)
    return np.where(np.isin(cells.astype(str), list(survey.table.empty)), "", cells)


def _version_texts(parts: Sequence[Part]) -> dict[str, dict[str, str]]:
    """Version of each question by wave; a recoded wave is a version of its own."""
    return {
        p.name: {w: v.digest + (f" recoded in {w}" if w in p.recode else "") for w, v in p.versions.items()}
        for p in parts
    }


def _survey(waves: Waves, made: _Made, study: Study, design: StackedDesign, facts: WavesData) -> SurveyData:
    """The survey, checked: every question can be encoded and the design stands."""
    listed = "\n".join(f"{w.label}: {w.digest}" for w in facts.waves)
    raw = RawTable(
        made.frame,
        notes=(
            *(f"{w}: {n}" for w, s in waves.items() for n in s.table.raw.notes),
            *decision_notes(facts),
            *facts.notes,
        ),
        digest=hashlib.sha256(listed.encode()).hexdigest(),
        format="stack",
        name=", ".join(facts.labels),
    )
    out = SurveyData(
        table=Table(raw, study),
        log=CleaningLog(
            tuple(replace(e, what=f"{w}: {e.what}") for w, s in waves.items() for e in s.log.entries)
        ),
        flow=_flow(waves),
        weighting=tuple(_weighting(w, d) for w, s in waves.items() for d in s.weighting),
        weights=design.weights,
        calibration=design.calibration,
        waves=facts,
    )
    out.frame  # noqa: B018  an impossible design is an error now, not at the first estimate
    return out


def _weighting(wave: str, data: WeightingData) -> WeightingData:
    return replace(data, sample=f"{wave}: {data.sample}" if data.sample else wave)


def _flow(waves: Waves) -> Flow | None:
    flows = {w: s.flow for w, s in waves.items()}
    known = {w: f for w, f in flows.items() if f is not None}
    if not known:
        return None
    samples = tuple((f"{w}: {n}" if n else w, steps) for w, f in known.items() for n, steps in f.samples)
    missing = [w for w in flows if w not in known]
    note = f"No flow is known of {', '.join(missing)}." if missing else ""
    return Flow(samples, " ".join(filter(None, [note, *dict.fromkeys(f.note for f in known.values())])))
