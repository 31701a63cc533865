"""Codebooks of waves compared: what differs from the first wave that asked, and the line that decides it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence

from survey_analysis.errors import StudyError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.normal import normal
from survey_analysis.plurals import counted
from survey_analysis.results.waves import CodebookDifference, ComparisonData
from survey_analysis.waves.versions import Found, Version, differing, versions

ALIKE = 0.9
"""Likeness of two wordings (difflib ratio) from which a question is taken for a renamed one."""

Versions = Mapping[str, Mapping[str, Version]]
"""Question -> wave -> version, in order of first appearance."""


def compare_codebooks(waves: Mapping[str, SurveyData]) -> ComparisonData:
    """Compare the codebooks of waves, question by question.

    Parameters
    ----------
    waves : mapping of str to Survey
        Label of each wave, in order of time, and its survey.

    Returns
    -------
    ComparisonData
        One entry a question, wave and aspect in which it differs from the first wave that has the question:
        wording, kind, codes added, removed or moved, labels, order, direction, length and scores of the scale,
        base and routing, and questions that look renamed (same wording by `difflib`, ratio 0.9, never asked in
        the same wave). Each comes with the line to paste into `resolve=` of `stack`.

    Raises
    ------
    StudyError
        Fewer than two waves, or something that is no survey.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> def wave(*labels):
    ...     levels = list(zip((1, 2), labels))
    ...     return sa.read(pd.DataFrame({"q": [1, 2, 2]}), study={"questions": {"q": {"levels": levels}}})
    >>> found = sa.compare_codebooks({"W1": wave("Yes", "No"), "W2": wave("No", "Yes")})
    >>> found.to_frame()[["question", "aspect", "same"]].values.tolist()
    [['q', 'codes', False]]
    """
    check_waves(waves)
    found = by_question({label: versions(label, survey) for label, survey in waves.items()})
    notes = [n for label, s in waves.items() for n in _undescribed(label, s)]
    return ComparisonData(tuple(waves), len(found), tuple(differences(found, tuple(waves))), tuple(notes))


def check_waves(waves: object) -> None:
    """Refuse anything but two or more labelled surveys."""
    if not isinstance(waves, Mapping) or len(waves) < 2:
        raise StudyError("There are not two waves.", hint='give them by label: {"W1": s1, "W2": s2}.')
    for label, survey in waves.items():
        if not isinstance(label, str) or not label.strip():
            raise StudyError(f"The label {label!r} of a wave is no text.", hint='name it, for example "W1".')
        if normal(label) != label:
            raise StudyError(
                f"The label {label!r} of a wave would be read as {normal(label)!r}.",
                hint="write it so, or with a word.",
            )
        if not isinstance(survey, SurveyData):
            raise StudyError(
                f"Wave '{label}' is a {type(survey).__name__}, not a survey.", hint="read it with sa.read()."
            )
        if survey.waves is not None:
            raise StudyError(
                f"Wave '{label}' is a stack of waves itself.", hint="stack all waves in one call."
            )


def by_question(waves: Mapping[str, Mapping[str, Version]]) -> dict[str, dict[str, Version]]:
    """Versions of each question by wave, questions in order of first appearance."""
    out: dict[str, dict[str, Version]] = {}
    for label, known in waves.items():
        for name, version in known.items():
            out.setdefault(name, {})[label] = version
    return out


def differences(found: Versions, waves: Sequence[str]) -> list[CodebookDifference]:
    """All differences, with those that need no decision at the end of each question."""
    renamed = _renamed(found, waves)
    out = []
    for name, known in found.items():
        reference, *others = known
        everything = {w: differing(known[reference], known[w]) for w in others}
        out += [
            CodebookDifference(
                name, f.aspect, reference, wave, f.was, f.now, same=f.same,
                line=_line(name, known, everything),
            )
            for wave in others
            for f in everything[wave]
        ]  # fmt: skip
        absent = [w for w in waves if w not in known]
        if name in renamed:
            other = renamed[name]
            out.append(
                CodebookDifference(
                    name, "renamed", next(iter(found[other])), reference, other, name, same=False,
                    line=f'"{name}": {{"rename": "{other}"}}  # or "separate"',
                )
            )  # fmt: skip
        elif absent:
            out.append(
                CodebookDifference(
                    name, "only in", reference, ", ".join(absent), ", ".join(known), "", needs=False
                )
            )
    return out


def _line(name: str, known: Mapping[str, Version], all_: Mapping[str, Sequence[Found]]) -> str:
    """The decision to paste: "same" where it is possible, else what puts the answers right."""
    found = [f for some in all_.values() for f in some]
    if all(f.same for f in found):
        return f'"{name}": "same"  # or "separate", "drop"'
    if any(f.aspect in ("kind", "length") for f in found):
        return f'"{name}": "separate"  # or "drop"'
    reference = next(iter(known.values()))
    told = {w: recoding(reference, known[w]) for w, some in all_.items() if not all(f.same for f in some)}
    return f'"{name}": {{"recode": {json.dumps(told, ensure_ascii=False)}}}  # or "separate", "drop"'


def recoding(reference: Version, version: Version) -> dict[str, str]:
    """Codes of a version by the codes of the reference: by label, else (a scale turned round) by place."""
    known = {" ".join(label.split()): code for code, label in reference.answers.items()}
    by_label = {c: known.get(" ".join(label.split()), c) for c, label in version.answers.items()}
    if any(c != to for c, to in by_label.items()) or len(version.ranked) != len(reference.ranked):
        return by_label
    return {**by_label, **dict(zip(version.ranked, reference.ranked, strict=True))}


def _renamed(found: Versions, waves: Sequence[str]) -> dict[str, str]:
    """Questions that stop where another of the same wording begins: later name -> earlier name."""
    out: dict[str, str] = {}
    for name, known in found.items():
        first = next(iter(known))
        if first == waves[0]:
            continue
        for other, before in found.items():
            if other == name or set(before) & set(known) or next(iter(before)) == first:
                continue
            if waves.index(next(iter(before))) < waves.index(first) and _alike(
                before[list(before)[-1]], known[first]
            ):
                out[name] = other
                break
    return out


def _alike(a: Version, b: Version) -> bool:
    if a.question.kind != b.question.kind or a.question.over != b.question.over:
        return False
    then, now = ((v.wording or v.question.short).casefold() for v in (a, b))
    return bool(then and now) and difflib.SequenceMatcher(None, then, now).ratio() >= ALIKE


def _undescribed(label: str, survey: SurveyData) -> list[str]:
    """Columns no codebook describes cannot be compared, and that is said."""
    known = set(versions(label, survey))
    owned = {c for v in versions(label, survey).values() for c in v.question.all_columns}
    rest = [c for c in survey.table.raw.columns if c not in owned and c not in known]
    job = {survey.study.design.id, survey.study.design.weight}
    rest = [c for c in rest if c not in job]
    if not rest:
        return []
    return [
        f"{label}: {counted(len(rest), 'column without a codebook is carried as it is', 'columns without a codebook are carried as they are')} and not compared."
    ]
