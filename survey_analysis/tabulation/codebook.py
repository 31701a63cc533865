"""The codebook with counts: every question, how many were asked, answered and why not, what they said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.cleaning.base_audit import audit_line
from survey_analysis.cleaning.flow import sample_masks
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.origin import provenance
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.undeclared import personal_columns, undeclared
from survey_analysis.frames.variables import (
    MISSING_KINDS,
    Categorical,
    Encoded,
    Multiple,
    Numeric,
    Text,
    missing_code,
)
from survey_analysis.results.codebook import AnswerCount, CodebookData, CodebookQuestion, Hidden, Part
from survey_analysis.study.codebook import Question
from survey_analysis.tabulation.codebook_cells import hide_few, number_facts, text_facts
from survey_analysis.typing import BoolArray, FloatArray

MINIMUM = 5


def codebook_data(survey: SurveyData, *, minimum: int = MINIMUM) -> CodebookData:
    """Everything a codebook says, as data.

    Parameters
    ----------
    minimum
        Fewest people of a count that is shown; what would give a smaller one away is withheld too.

    Raises
    ------
    EstimationError
        A minimum under 2.
    UnknownCodeError
        Cells that do not fit the codebook.

    Notes
    -----
    Shares are of those who answered: n / sum(n) and sum(w y) / sum(w). How many were not asked or gave no answer is
    shown as it is: it says nothing of what anybody answered.
    """
    if minimum < 2:
        raise EstimationError(f"minimum = {minimum} protects nobody.", hint="give 2 or more; 5 is common.")
    weight = survey.frame.weight
    private = personal_columns(survey) | ({survey.study.design.id} - {""})
    found = undeclared(survey)
    declared = [*survey.study.codebook, *survey.study.coded.values()]
    made = [_question(survey, q, private, weight, minimum) for q in (*declared, *found.values())]
    pooled = _pools(survey)
    everybody = np.ones(len(survey), dtype=bool)
    return CodebookData(
        questions=tuple(made),
        rows=len(survey),
        columns=len(survey.table.raw.columns),
        minimum=minimum,
        weighted=bool(np.ptp(weight) > 0) and not pooled,
        pooled=pooled,
        provenance=provenance(survey, None, everybody),
    )


def _pools(survey: SurveyData) -> bool:
    """Whether all rows together are several samples or waves, whose weights are not of one population."""
    waves = survey.waves is not None and not survey.waves.pool
    samples = sample_masks(survey.table) if survey.study.samples is not None else {}
    return waves or sum(bool(mask.any()) for mask in samples.values()) > 1


def _question(
    survey: SurveyData, q: Question, private: set[str], weight: FloatArray, minimum: int
) -> CodebookQuestion:
    study = survey.study
    columns = q.all_columns
    personal = bool(private.intersection(columns))
    common = CodebookQuestion(
        name=q.name,
        label=q.short or q.name,
        wording=_told(survey.table.wording(q), q.over),
        kind=q.kind,
        columns=columns,
        personal=personal,
        inferred=q.inferred,
        derived=q.name in study.derived or q.name in study.coded,
    )
    if personal:
        return common
    scale = q.scale
    labels = {x.code: x.label for x in scale.answers} if scale else {o.code: o.label for o in q.options}
    own = {m.code for m in scale.missing} if scale else set()
    codes = [(m.code, m.kind, m.label) for m in scale.missing] if scale else []
    return CodebookQuestion(
        **{
            k: getattr(common, k)
            for k in ("name", "label", "wording", "kind", "columns", "inferred", "derived")
        },
        parts=tuple(_part(survey, q, s, weight, minimum) for s in (q.columns if q.over else ("",))),
        base=_told(q.base, q.over),
        asked_if=q.asked_if,
        scale=scale.name if scale and scale.name not in (q.name, *columns) else "",
        favourable=scale.favourable if scale and q.kind == "likert" and not q.inferred else "",
        missing_codes=(*codes, *((c, kind, "") for c, kind in q.missing if c not in own)),
        nets=tuple((net, tuple(labels.get(c, c) for c in held)) for net, held in q.nets.items()),
        constructs=tuple(c.short or n for n, c in study.codebook.constructs.items() if q.name in c.items),
        valid_range=q.valid_range,
        reverse=q.reverse,
    )


def _told(text: str, over: str) -> str:
    """A text that stands for every subject: the place of the subject in brackets."""
    return text.replace("{" + over + "}", f"[{over.replace('_', ' ')}]") if over else text


def _part(survey: SurveyData, q: Question, subject: str, weight: FloatArray, minimum: int) -> Part:
    variable = survey.table.variable(q.name, subject)
    known = variable.known()
    kinds = [(k, int((variable.missing == missing_code(k)).sum())) for k in MISSING_KINDS[1:]]
    not_asked = dict(kinds)["not_asked"]
    answers: tuple[AnswerCount, ...] = ()
    rare = 0
    if isinstance(variable, Categorical | Multiple):
        answers = _answers(variable, known, weight, minimum)
        if q.inferred and not survey.table.raw.labels.get(q.all_columns[0]) and q.kind != "multiple":
            answers, rare = _without_rare(answers)
    routed = q.asked_if and q.all_columns and q.name not in survey.study.coded
    over = survey.study.codebook.subjects[q.over].labels[subject] if q.over else ""
    return Part(
        subject=over,
        columns=(q.columns[subject],) if q.over else q.all_columns,
        asked=len(survey) - not_asked,
        answered=int(known.sum()),
        missing=tuple((k, n) for k, n in kinds if n),
        answers=answers,
        rare=rare,
        numbers=number_facts(variable.numbers[known], weight[known], minimum)
        if isinstance(variable, Numeric)
        else None,
        texts=text_facts(variable.texts[known], minimum) if isinstance(variable, Text) else None,
        base=audit_line(survey, q, subject) if routed else None,
    )


def _hits(variable: Encoded) -> list[tuple[str, str, BoolArray, bool, bool]]:
    if isinstance(variable, Categorical):
        inside = len(variable.scale.levels)
        return [
            (x.code, x.label, variable.codes == i, i >= inside, False)
            for i, x in enumerate(variable.scale.answers)
        ]
    assert isinstance(variable, Multiple)  # noqa: S101  the caller has looked
    return [
        (o.code, o.label, variable.chosen[:, j], False, o.exclusive) for j, o in enumerate(variable.options)
    ]


def _answers(
    variable: Encoded, known: BoolArray, weight: FloatArray, minimum: int
) -> tuple[AnswerCount, ...]:
    hits = _hits(variable)
    base, total = int(known.sum()), float(weight[known].sum())
    counts = [int(h[2].sum()) for h in hits]
    hidden: Sequence[Hidden] = hide_few(counts, base, minimum, several=isinstance(variable, Multiple))
    out = []
    for (code, label, hit, outside, exclusive), n, why in zip(hits, counts, hidden, strict=True):
        share = n / base if base and not why else None
        weighted = float(weight[hit].sum()) / total if total > 0 and not why else None
        out.append(AnswerCount(code, label, None if why else n, share, weighted, why, outside, exclusive))
    return tuple(out)


def _without_rare(answers: tuple[AnswerCount, ...]) -> tuple[tuple[AnswerCount, ...], int]:
    """Texts from cells that few people hold may be names: they are only counted; numbers stay."""
    kept = tuple(a for a in answers if a.hidden != "small" or _is_number(a.label))
    return kept, len(answers) - len(kept)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
