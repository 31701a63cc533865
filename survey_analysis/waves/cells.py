"""Answers of a wave as cells of the stack: canonical codes, and for no answer the reason."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import DataError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import MISSING_KINDS, Categorical, Encoded, Multiple, Numeric
from survey_analysis.study.codebook import Option, Question
from survey_analysis.study.scales import Level, MissingCode, Scale
from survey_analysis.waves.resolve import Part

Cells = NDArray[np.object_]
TOKENS = {kind: f"~{kind}" for kind in MISSING_KINDS if kind not in ("answered", "no_answer")}
"""Cell of a missing answer; no answer is an empty cell."""


def question_of(part: Part, columns: Mapping[str, str]) -> Question:
    """The question of the stack: that of the first wave, answers of later waves added at the end.

    Routing is in the cells ("not asked"), reversal is done, and derived questions are plain ones.
    """
    first = part.reference.question
    answers = _answers(part)
    changes: dict[str, object] = {
        "name": part.name, "text": part.reference.wording, "asked_if": "", "reverse": False,
        "short": first.short, "missing": tuple((token, kind) for kind, token in TOKENS.items()),
    }  # fmt: skip
    if first.kind == "multiple":
        exclusive = {o.code for v in part.versions.values() for o in v.question.options if o.exclusive}
        changes["options"] = tuple(
            Option(code=c, label=label, column=columns[c], exclusive=c in exclusive)
            for c, label in answers.items()
        )
        changes |= {"not_selected": (), "selected": (), "slots": (), "separator": "", "other": ""}
    else:
        changes["columns"] = dict(columns)
    if first.scale is not None and first.kind != "multiple":
        changes["scale"] = _scale(part, first.scale, answers)
        changes["missing"] = ()
    return first.model_copy(update=changes)


def _answers(part: Part) -> dict[str, str]:
    """Code and label of every answer of any wave, moved codes by where they went."""
    out: dict[str, str] = {}
    for wave, version in part.versions.items():
        moved = part.recode.get(wave, {})
        for code, label in version.answers.items():
            out.setdefault(moved.get(code, code), label)
    return out


def _scale(part: Part, first: Scale, answers: Mapping[str, str]) -> Scale:
    """The scale of the first wave with answers that came later: inside it only where it has no favourable end."""
    known = {x.code for x in first.answers}
    later = [c for c in answers if c not in known]
    outside = {x.code for v in part.versions.values() if v.question.scale for x in v.question.scale.outside}
    scored = any(x.score is not None for x in first.levels)
    shown = _apart({**{x.code: x.label for x in first.answers}, **{c: answers[c] for c in later}})
    inside = tuple(Level(code=c, label=shown[c]) for c in later if c not in outside)
    if inside and scored:
        raise DataError(
            f"'{part.name}' has answers without a score: {', '.join(x.label for x in inside)}.",
            where=f"its scale has scores in {part.reference.wave}",
            hint='recode them, or "separate".',
        )
    return first.model_copy(
        update={
            "levels": first.levels + inside,
            "outside": first.outside + tuple(Level(code=c, label=shown[c]) for c in later if c in outside),
            "missing": tuple(MissingCode(code=token, kind=kind) for kind, token in TOKENS.items()),
        }
    )


def _apart(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels told apart by their code where two codes have the same one."""
    shown = list(labels.values())
    return {c: f"{x} [{c}]" if shown.count(x) > 1 else x for c, x in labels.items()}


def columns_of(part: Part) -> tuple[str, ...]:
    """Keys of the columns a question has in the stack: subjects, codes of options, or "" alone."""
    if part.reference.question.kind == "multiple":
        return tuple(_answers(part))
    if not part.reference.question.columns:  # derived
        return ("",)
    return tuple(dict.fromkeys(k for v in part.versions.values() for k in v.question.columns))


def cells_of(part: Part, wave: str, survey: SurveyData) -> dict[str, Cells]:
    """Cells of every column of a question in one wave."""
    n = len(survey)
    version = part.versions.get(wave)
    nobody = np.full(n, TOKENS["not_asked"], dtype=object)
    if version is None:
        return dict.fromkeys(columns_of(part), nobody)
    name, moved = version.question.name, part.recode.get(wave, {})
    if version.question.kind == "multiple":
        return _options(part, survey.table.variable(name), moved, nobody)
    asked = version.question.columns or {"": ""}
    return {
        key: _cells(survey.table.variable(name, key), moved) if key in asked else nobody
        for key in columns_of(part)
    }


def _cells(variable: Encoded, moved: Mapping[str, str]) -> Cells:
    out = _blank(variable)
    known = variable.known()
    if isinstance(variable, Categorical):
        codes = np.array([moved.get(x.code, x.code) for x in variable.scale.answers], dtype=object)
        out[known] = codes[variable.codes[known]]
    elif isinstance(variable, Numeric):
        out[known] = [repr(float(x)) for x in variable.numbers[known]]
    elif not isinstance(variable, Multiple):
        out[known] = variable.texts[known]
    return out


def _options(part: Part, variable: Encoded, moved: Mapping[str, str], nobody: Cells) -> dict[str, Cells]:
    assert isinstance(variable, Multiple)  # noqa: S101  kinds are compared before
    known = variable.known()
    out = {}
    for code in columns_of(part):
        cells = _blank(variable)
        hit = [j for j, o in enumerate(variable.options) if moved.get(o.code, o.code) == code]
        if not hit:
            out[code] = np.where(known, nobody, cells)
            continue
        chosen = variable.chosen[:, hit].any(axis=1)
        out[code] = np.where(known, np.where(chosen, "1", "0"), cells)
    return out


def _blank(variable: Encoded) -> Cells:
    """Cells with the reason where there is no answer."""
    table = np.array(["", *(TOKENS.get(k, "") for k in MISSING_KINDS[1:])], dtype=object)
    return np.asarray(table[variable.missing], dtype=object)
