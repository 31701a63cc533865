"""Multiple-response sets that a file declares, as questions of the codebook."""

from __future__ import annotations

from survey_analysis.errors import StudyError
from survey_analysis.frames.facts import ResponseSet
from survey_analysis.frames.raw import RawTable
from survey_analysis.study.codebook import Option, Question
from survey_analysis.study.study import Study


def with_sets(study: Study, raw: RawTable) -> Study:
    """The study with a question for each set whose columns it does not declare.

    Raises
    ------
    StudyError
        A set is named like a declared construct or set of subjects.
    """
    declared = {c for q in study.codebook for c in q.all_columns if q.name not in study.derived}
    questions = dict(study.codebook.questions)
    for found in raw.sets:
        if declared.intersection(found.columns) or found.name in questions:
            continue
        if found.name in study.codebook:
            raise StudyError(
                f"'{found.name}' is a multiple-response set of the file and a name of the study file.",
                where="questions, batteries, constructs and subjects share one namespace.",
                hint="rename the one in the study file, or declare the set's columns as a question.",
            )
        questions[found.name] = question_of(found, raw)
    return study.model_copy(update={"codebook": study.codebook.model_copy(update={"questions": questions})})


def question_of(found: ResponseSet, raw: RawTable) -> Question:
    """The question that a set is; missing codes and routing are those of its columns."""
    labels = _unique(found.options)
    missing = {m.code: m.kind for c in found.columns for m in raw.missing.get(c, ())}
    routing = {raw.routing.get(c, "") for c in found.columns}
    own_column = found.kind == "dichotomy"
    options = tuple(
        Option(code=code, label=label, column=code if own_column else "")
        for (code, _), label in zip(found.options, labels, strict=True)
        if own_column or code not in missing
    )
    return Question(
        name=found.name,
        kind="multiple",
        text=found.text,
        options=options,
        selected=found.counted,
        slots=() if own_column else found.columns,
        separator=found.separator,
        other=found.other,
        missing=tuple(missing.items()),
        asked_if=routing.pop() if len(routing) == 1 else "",
        inferred=True,
    )


def _unique(options: tuple[tuple[str, str], ...]) -> list[str]:
    """Labels; where two options share one, the code stands behind it."""
    labels = [label or code for code, label in options]
    return [
        f"{label} [{code}]" if labels.count(label) > 1 else label
        for (code, _), label in zip(options, labels, strict=True)
    ]
