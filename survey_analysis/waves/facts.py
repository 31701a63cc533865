"""What the waves say of themselves, as one study: sample, banners, filters, constructs, code frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from survey_analysis.errors import StudyError
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.codebook import Codebook, Question, Subjects
from survey_analysis.study.file import Roles, StudyTable
from survey_analysis.study.sample import DesignSpec, Sample
from survey_analysis.study.study import Study
from survey_analysis.waves.resolve import Part

Waves = Mapping[str, SurveyData]


@dataclass(frozen=True, eq=False)
class MergedStudy:
    """The study of the stack, and what was left out of it."""

    study: Study
    notes: tuple[str, ...]


def sample_of_all(waves: Waves, populations: Literal["same", "differ"]) -> Sample:
    """What can be said of the samples of all waves together.

    Raises
    ------
    StudyError
        A wave of several samples; populations or kinds of sample that differ, unless it was said.
    """
    for label, survey in waves.items():
        if survey.study.samples is not None:
            raise StudyError(
                f"Wave '{label}' holds several samples.",
                where="[study.toml: samples]",
                hint="stack one sample at a time: read each with its own rows.",
            )
    samples = {w: s.study.sample for w, s in waves.items()}
    for fact in ("kind", "population"):
        said = {w: getattr(s, fact) or "" for w, s in samples.items()}
        if len(set(said.values())) > 1 and populations == "same":
            listed = "; ".join(f"{w}: {x or 'not said'}" for w, x in said.items())
            raise StudyError(
                f"The waves differ in {'their population' if fact == 'population' else 'the kind of sample'}.",
                where=f"[study.toml: sample.{fact}] {listed}.",
                hint='declare the same in all waves, or stack(..., populations="differ"): no change is then '
                "called a rise or a fall.",
            )
    common: dict[str, Any] = {}
    for fact in Sample.model_fields:
        values = [getattr(s, fact) for s in samples.values()]
        if all(v == values[0] for v in values):
            common[fact] = values[0]
    kinds = {s.kind for s in samples.values()}
    if "simulated" in kinds:
        common["kind"] = "simulated"
    dates = [d for s in samples.values() for d in s.dates]
    if dates:
        common["dates"] = (dates[0], dates[-1])
    for fact in ("population", "mode"):
        if fact not in common:
            said = dict.fromkeys(getattr(s, fact) or "not said" for s in samples.values())
            common[fact] = f"differs by wave: {'; '.join(said)}"
    return Sample(**{**common, "label": ", ".join(waves)})


def merged_study(
    waves: Waves,
    sample: Sample,
    design: DesignSpec,
    parts: Sequence[Part],
    questions: Mapping[str, Question],
) -> MergedStudy:
    """One study of all waves; what they do not agree on is left out and noted."""
    studies = {w: s.study for w, s in waves.items()}
    notes: list[str] = []

    def agreed(what: str, of: Callable[[Study], Mapping[str, Any]]) -> dict[str, Any]:
        out, odd = _agreed([of(s) for s in studies.values()])
        if odd:
            notes.append(f"Left out, because the waves differ: {what} {', '.join(odd)}.")
        return out

    constructs = agreed("constructs", lambda s: s.codebook.constructs)
    lost = [n for n, c in constructs.items() if not set(c.items) <= set(questions)]
    if lost:
        notes.append(f"Left out, because items are not in the stack: constructs {', '.join(lost)}.")
    frames = agreed("code frames", lambda s: s.frames)
    coded = {n: q for s in studies.values() for n, q in s.coded.items() if n in frames}
    codebook = Codebook(
        questions=dict(questions),
        constructs={n: c for n, c in constructs.items() if n not in lost},
        subjects=_subjects(studies, parts),
    )
    codebook.check()
    names = list(dict.fromkeys(s.name for s in studies.values()))
    study = Study(
        about=StudyTable(name=names[0] if len(names) == 1 else ", ".join(names)),
        sample=sample,
        design=design,
        roles=Roles(),
        codebook=codebook,
        banners=agreed("banners", lambda s: s.banners),
        filters=agreed("filters", lambda s: s.filters),
        frames=frames,
        coded=coded,
        folder=next(iter(studies.values())).folder,
    )
    return MergedStudy(study, tuple(notes))


def _agreed(given: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    """Entries that every wave which has them says alike, and names of the others."""
    out: dict[str, Any] = {}
    odd: list[str] = []
    for entries in given:
        for name, value in entries.items():
            if name not in out:
                out[name] = value
            elif out[name] != value and name not in odd:
                odd.append(name)
    return {n: v for n, v in out.items() if n not in odd}, odd


def _subjects(studies: Mapping[str, Study], parts: Sequence[Part]) -> dict[str, Subjects]:
    """Sets of things rated, members of later waves at the end.

    Raises
    ------
    StudyError
        A key that means different things in two waves.
    """
    used = {p.reference.question.over for p in parts if p.reference.question.over}
    out: dict[str, Subjects] = {}
    for wave, study in studies.items():
        for name, subjects in study.codebook.subjects.items():
            if name not in used:
                continue
            known = out.setdefault(name, subjects)
            for key, label in subjects.labels.items():
                if key in known.labels and known.labels[key] != label:
                    raise StudyError(
                        f"'{key}' of '{name}' is '{known.labels[key]}' in one wave and '{label}' in '{wave}'.",
                        where=f"[study.toml: subjects.{name}.{key}]",
                        hint="give it one label; another thing needs another key.",
                    )
            later = tuple(m for m in subjects.members if m[0] not in known.keys)
            phrases = {**subjects.phrases, **known.phrases}
            out[name] = known.model_copy(update={"members": known.members + later, "phrases": phrases})
    return out
