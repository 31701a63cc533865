"""The study file that says what an exported data file holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from survey_analysis.exports.codebook import routing_notes, scale_content, scale_names, written_name
from survey_analysis.exports.columns import Layout
from survey_analysis.exports.notes import listed
from survey_analysis.exports.toml import toml_text

_DESIGN_LISTS = ("strata", "psu", "fpc")


def study_toml(layout: Layout, data: str, codebook: str) -> str:
    """The study file of an exported data file: what was sampled, the design, scales, missing codes, constructs."""
    study = layout.table.study
    about = {"name": study.about.name, "title": study.about.title, "version": study.about.version}
    content: dict[str, Any] = {
        "schema": 1,
        "study": {k: v for k, v in about.items() if v}
        | {"data": data, "codebook": codebook, "language": study.about.language, "missing_text": [""]},
        "sample": _said(study.sample),
        "samples": _samples(layout),
        "design": _design(layout),
        "roles": _roles(layout),
        "scales": _scales(layout),
        "subjects": _subjects(layout),
        "questions": {},
        "batteries": {},
        "constructs": _constructs(layout),
    }
    for name, battery, entry in _entries(layout):
        content["batteries" if battery else "questions"][name] = entry
    return toml_text({k: v for k, v in content.items() if v != {}})


def reading(content: str, columns: int) -> str:
    """The study file of a delimited file: nothing about its form is left to detection."""
    form = 'encoding = "utf-8"\nheader_rows = 1\n' + ('delimiter = ","\n' if columns > 1 else "")
    return content.replace('missing_text = [""]\n', f'missing_text = [""]\n{form}', 1)


def _said(part: Any) -> dict[str, Any]:
    """What a part of a study says beyond its defaults."""
    said: dict[str, Any] = _plain(part.model_dump(mode="json", exclude_defaults=True))
    return said


def _plain(value: Any) -> Any:
    """Without None, which TOML does not have."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if v is not None}
    return [_plain(v) for v in value] if isinstance(value, list) else value


def _samples(layout: Layout) -> dict[str, Any]:
    samples = layout.table.study.samples
    if samples is None or samples.column not in layout.design:
        return {}
    members = {n: {"code": c} | _said(samples.members[n]) for n, c in samples.codes.items()}
    return {"column": layout.design[samples.column], **members}


def _design(layout: Layout) -> dict[str, Any]:
    design = layout.table.study.design
    said = _said(design)
    place = layout.design
    for key in ("id", "weight", "randomised"):
        if key in said:
            said[key] = place.get(said[key], "")
    for key in _DESIGN_LISTS:
        if key in said:
            said[key] = [place[c] for c in said[key] if c in place]
    if "weights" in said:
        said["weights"] = {k: place[c] for k, c in said["weights"].items() if c in place}
    for loop in said.get("loops", {}).values():
        loop["probability"] = place[loop["probability"]]
    for order in said.get("order", {}).values():
        order["column"] = place[order["column"]]
    return {k: v for k, v in said.items() if v not in ("", [], {})}


def _roles(layout: Layout) -> dict[str, Any]:
    roles = layout.table.study.roles
    named = {k: getattr(roles, k) for k in ("duration", "started", "simulated")}
    return {k: layout.design[c] for k, c in named.items() if c in layout.design}


def _scales(layout: Layout) -> dict[str, Any]:
    names = scale_names(layout)
    first = {}
    for column in layout.columns:
        if column.question in names and names[column.question] not in first:
            first[names[column.question]] = scale_content(layout, column)
    return first


def _subjects(layout: Layout) -> dict[str, Any]:
    asked = {layout.table.question(c.question).over for c in layout.columns if c.question and c.subject}
    out: dict[str, Any] = {}
    for name, subjects in layout.table.codebook.subjects.items():
        if name not in asked:
            continue
        out[name] = {}
        for key, label, code in subjects.members:
            phrase = subjects.phrases.get(key, "")
            out[name][key] = {"label": label, "code": code} | ({"phrase": phrase} if phrase else {})
    return out


def _entries(layout: Layout) -> list[tuple[str, bool, dict[str, Any]]]:
    """What the codebook has no column for: missing codes, nets, answers kept last."""
    out = []
    seen: set[str] = set()
    for column in layout.columns:
        name = written_name(column)
        if not column.question or name in seen:
            continue
        seen.add(name)
        question = layout.table.question(column.question)
        on_scale = (
            {m.code for m in question.scale.missing}
            if question.scale is not None and column.stored == "coded"
            else set()
        )
        entry: dict[str, Any] = {}
        beside = [
            [m.code, m.kind, m.label] for m in column.missing if m.code not in on_scale or column.option
        ]
        if beside:
            entry["missing"] = beside
        if question.nets:
            entry["nets"] = {k: list(v) for k, v in question.nets.items()}
        if question.last:
            entry["last"] = list(question.last)
        if entry:
            out.append((name, bool(column.subject) and not column.option, entry))
    return out


def _constructs(layout: Layout) -> dict[str, Any]:
    questions = set(layout.questions)
    return {
        n: {k: v for k, v in _said(c).items() if k not in ("name", "instrument")}
        for n, c in layout.table.codebook.constructs.items()
        if set(c.items) <= questions
    }


def lost_notes(layout: Layout) -> list[str]:
    """Parts of the study file that an exported one does not hold."""
    study = layout.table.study
    parts: Sequence[tuple[str, object]] = (
        ("cleaning", study.clean.rules or study.clean.repairs or study.clean.exclude),
        ("weighting", study.weighting),
        ("banners", study.banners),
        ("filters", study.filters),
        ("claims", study.claims),
        ("report", study.report.findings or study.report.sections),
    )
    named = [name for name, there in parts if there]
    return [*routing_notes(layout)] + (
        [
            f"The study file beside the data describes the data; {listed(named)} stay{'s' * (len(named) == 1)} in yours."
        ]
        if named
        else []
    )
