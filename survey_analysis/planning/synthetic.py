"""Simulated respondents from a study file alone, and the study they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey_analysis.cleaning.registry import Declared
from survey_analysis.errors import StudyError, SurveyAnalysisError
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.table import Table
from survey_analysis.planning import columns as make
from survey_analysis.planning.answers import Assumed, Texts, check_assumed, draw
from survey_analysis.planning.routing import route
from survey_analysis.readers.frame import from_frame
from survey_analysis.study.build import build
from survey_analysis.study.codebook import Codebook
from survey_analysis.study.file import CleanTable, SampleEntry, StudyFile
from survey_analysis.study.load import load_file, parse
from survey_analysis.study.study import Study
from survey_analysis.survey import Survey
from survey_analysis.weighting.targets import read_targets

MARK = "simulated"
PROGRAM = "the dry run of survey_analysis: answers drawn at random from the codebook"
SUBTITLE = "Answers are drawn at random: no number here is a result"


@dataclass(frozen=True, eq=False)
class Synthetic:
    """A survey of simulated respondents, with what was left out and which routing cannot be read."""

    survey: Survey
    left_out: tuple[str, ...]
    routing: Mapping[str, SurveyAnalysisError]


def read_study(study: str | Path | Mapping[str, Any]) -> tuple[StudyFile, Path]:
    """A study file by path, or given as a mapping; and the folder its paths start from."""
    if isinstance(study, Mapping):
        return parse(study), Path()
    file, _ = load_file(Path(study))
    return file, Path(study).parent


def simulate(
    file: StudyFile,
    folder: Path,
    *,
    n: int | Mapping[str, int],
    seed: int,
    missing: float,
    assumed: Assumed,
) -> Synthetic:
    """Respondents whose answers are drawn at random, routed as the study file says, marked as simulated.

    Raises
    ------
    StudyError
        Columns given by a pattern only, impossible numbers, shares that fit no scale.
    """
    if not 0 <= missing < 1:
        raise StudyError(f"missing = {missing} is not a share.", hint="0.02")
    rng = np.random.default_rng(seed)
    kept, skipped = make.rules_run(file)
    told, left_out = _simulated(file, seed, kept, skipped)
    study = build(told, columns=None, folder=str(folder))
    check_assumed(assumed, study.codebook)
    rows, sample = make.sample_column(study, n, rng)
    cells: dict[str, Texts] = {}
    if study.samples is not None and sample is not None:
        cells[study.samples.column] = sample
    targets = _targets(told, folder)
    for question in study.codebook:
        if question.name in study.derived:
            continue
        if any("*" in c or "?" in c for c in question.all_columns):
            raise StudyError(
                f"The columns of '{question.name}' are given by a pattern, and there are no data to find them in.",
                where=f"[study.toml: questions.{question.name}.columns]",
                hint='list them: options = [{ column = "Q30_1", label = "..." }].',
            )
        shares = assumed.get(question.name, _from_targets(question.name, study.codebook, targets))
        for column, texts in draw(question, rows, rng, missing=missing, assumed=shares).items():
            cells.setdefault(column, texts)
    cells |= {c: t for c, t in make.design_columns(told, rows, rng).items() if c not in cells}
    for item in kept:
        if hasattr(item.rule, "remove"):
            cells |= make.passing(item.rule.remove, rows, [*cells, *study.codebook.names])
    cells |= make.rule_columns(kept, cells, rows)
    loops = {loop.probability: np.full(rows, "1", dtype=object) for loop in study.design.loops.values()}
    cells |= {c: t for c, t in loops.items() if c not in cells}
    cells |= make.named_columns(
        _expressions(told, study), [*cells, *study.codebook.names, "sample"], rows, rng
    )
    cells[MARK] = np.full(rows, "1", dtype=object)
    raw, wrong = route(_raw(cells), study, rng)
    survey = Survey(table=Table(raw, study))
    survey.frame  # noqa: B018  an impossible design is an error now
    return Synthetic(survey, left_out, wrong)


def _raw(cells: Mapping[str, Texts]) -> RawTable:
    return from_frame(pd.DataFrame(dict(cells), dtype=object), name="simulated respondents")


def _simulated(
    file: StudyFile, seed: int, kept: tuple[Declared, ...], skipped: tuple[str, ...]
) -> tuple[StudyFile, tuple[str, ...]]:
    """The study file as one of simulated data; what cannot be simulated leaves it, and is named."""
    note = {
        "kind": "simulated",
        "program": PROGRAM,
        "seed": str(seed),
        "published_matched": "none",
        "invited": None,
    }
    out = (
        [f"cleaning rules about people and platforms: {', '.join(dict.fromkeys(skipped))}"] if skipped else []
    )
    if file.clean.repairs:
        out.append("declared repairs: simulated cells have no faults")
    lost = [
        k
        for k, v in (
            ("fpc", file.design.fpc),
            ("pps", file.design.pps),
            ("replicates", file.design.replicates),
        )
        if v
    ]
    if lost:
        out.append(f"{', '.join(lost)} of the design: the sample stands for nobody")
    if file.published:
        out.append("published figures: random answers have nothing to do with them")
    if file.claims:
        out.append("claims in the report: only their bases are looked at")
    rules = tuple(
        r
        for r in file.clean.rules
        if any(d.entry.name == (r if isinstance(r, str) else r.get("rule")) for d in kept)
    )
    changed = {
        "sample": file.sample.model_copy(update=note),
        "samples": {
            k: v.model_copy(update=note) if isinstance(v, SampleEntry) else v for k, v in file.samples.items()
        },
        "design": file.design.model_copy(update={"fpc": (), "pps": None, "replicates": None}),
        "roles": file.roles.model_copy(
            update={
                "duration": "",
                "started": "",
                "personal": (),
                "hashed": (),
                "not_personal": (),
                "simulated": MARK,
            }
        ),
        "clean": CleanTable(rules=rules, fixed=file.clean.fixed),
        "published": (),
        "claims": (),
        "report": file.report.model_copy(
            update={
                "title": f"Dry run: {file.report.title or file.study.title or file.study.name or 'untitled study'}",
                "subtitle": SUBTITLE,
            }
        ),
    }
    return file.model_copy(update=changed), tuple(out)


def _targets(file: StudyFile, folder: Path) -> dict[str, dict[str, float]]:
    """Raking targets by margin, as far as they can be read; the weighting itself complains."""
    out: dict[str, dict[str, float]] = {}
    for entry in file.weighting.values():
        found: dict[str, Any] = dict(entry.targets)
        if entry.targets_file and entry.method == "rake":
            try:
                found |= read_targets(folder / entry.targets_file)
            except SurveyAnalysisError:
                continue
        for margin, wanted in found.items():
            if isinstance(wanted, Mapping):
                out.setdefault(margin, {str(k): float(v) for k, v in wanted.items()})
    return out


def _from_targets(
    name: str, book: Codebook, targets: Mapping[str, Mapping[str, float]]
) -> list[float] | None:
    """Shares of the answers to a question that is weighted: its targets; 1 in 100 for an answer without one."""
    scale = book.questions[name].scale
    wanted = targets.get(name)
    if scale is None or not wanted or book.questions[name].over:
        return None
    shares = [wanted.get(x.label, wanted.get(x.code, 0.0)) for x in scale.levels]
    total = sum(shares)
    if not total > 0:
        return None
    parts = [s / total if s > 0 else 0.01 for s in shares]
    return [p / sum(parts) for p in parts]


def _expressions(file: StudyFile, study: Study) -> list[str]:
    """Every expression of the study file, batteries with the codes of their members filled in."""
    out = [text for levels in study.derived.values() for text in levels.values()]
    out += [*file.filters.values(), *(e.where for e in file.weighting.values() if e.where)]
    for question in study.codebook:
        if not question.asked_if:
            continue
        codes = [c for _, _, c in study.codebook.subjects[question.over].members] if question.over else [""]
        out += [question.asked_if.replace("{" + question.over + "}", c) for c in codes]
    for rule in file.clean.rules:
        out += [] if isinstance(rule, str) else [str(rule["where"])] if "where" in rule else []
    return out
