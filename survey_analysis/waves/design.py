"""The design of a stack: who is a sampling unit, in which stratum, with which weight.

Waves without people in common are strata of their own: stratum = wave x stratum. Waves that share people are
one sample observed more than once: the unit is the person (or the cluster that holds the person), its stratum
the declared one without the wave, so that a person is in one stratum only (statistics 2.18). Nothing is gained
from stratification by wave there, which errs on the side of a standard error that is too large.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from survey_analysis.core.blocks import CalibrationBlock, before_calibration
from survey_analysis.errors import DesignError
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.sample import DesignSpec
from survey_analysis.typing import FloatArray

Waves = Mapping[str, SurveyData]


@dataclass(frozen=True, eq=False)
class StackedDesign:
    """Columns of the design (n rows of all waves), what names them, and the weights as the waves had them."""

    columns: Mapping[str, list[str]]
    spec: DesignSpec
    weights: FloatArray | None
    calibration: tuple[CalibrationBlock, ...]
    shared: int
    notes: tuple[str, ...] = ()


def stacked_design(waves: Waves, name: str, id_: str | None, panel: bool | None) -> StackedDesign:
    """Design of all waves together.

    Raises
    ------
    DesignError
        Replicate weights, unequal probabilities, several stages with an fpc, rules that differ, ids in several
        waves without a word on what they mean, a person in two strata or two clusters.
    """
    specs = [s.study.design for s in waves.values()]
    _refuse(waves)
    ids = _ids(waves, id_)
    group, shared = _groups(ids, panel, list(waves))
    columns: dict[str, list[str]] = {}
    units = {w: _units(w, s, group[w], ids) for w, s in waves.items()}
    strata = {w: _strata(s, group[w]) for w, s in waves.items()}
    if shared:
        _check_units(units, strata, any(d.psu for d in specs))
    columns[f"{name}.stratum"] = [x for w in waves for x in strata[w]]
    named = {"strata": (f"{name}.stratum",)}
    if shared or any(len(set(u)) < len(u) for u in units.values()):
        columns[f"{name}.unit"] = _numbered([x for w in waves for x in units[w]])
        named["psu"] = (f"{name}.unit",)
    if ids is not None:
        people = [f"{group[w] if shared else w}:{x}" for w in waves for x in ids[w]]
        columns[f"{name}.person"] = _numbered(people)
    fractions = [s.frame.fpc for s in waves.values()]
    if any(f is not None for f in fractions):
        columns[f"{name}.fraction"] = _fractions(waves, fractions)
        named["fpc"] = (f"{name}.fraction",)
    frames = [s.frame for s in waves.values()]
    base = np.concatenate([before_calibration(f.weight, f.calibration) for f in frames])
    final = np.concatenate([f.weight for f in frames])
    weighted = bool((base != 1).any() or (final != 1).any())
    if weighted:
        columns[f"{name}.weight"] = [repr(float(x)) for x in base]
    spec = specs[0].model_copy(
        update={
            "id": f"{name}.person" if ids is not None else "",
            "weight": f"{name}.weight" if weighted else "",
            "strata": (), "psu": (), "fpc": (), "nest": False, **named,
        }
    )  # fmt: skip
    made = any(s.weights is not None for s in waves.values())
    return StackedDesign(columns, spec, final if made else None, _blocks(waves), shared)


def _refuse(waves: Waves) -> None:
    specs = {w: s.study.design for w, s in waves.items()}
    for wave, survey in waves.items():
        design = specs[wave]
        what = ""
        if design.replicates is not None or survey.replication is not None:
            what = "has replicate weights"
        elif design.pps is not None:
            what = "was drawn with unequal probability without replacement"
        elif survey.frame.fpc is not None and survey.frame.stages:
            what = "has several stages with a finite population"
        if what:
            raise DesignError(
                f"Wave '{wave}' {what}, which a stack cannot hold.",
                where=f"[study.toml: design] of wave '{wave}'",
                hint="read it with strata, psu and weight only; the variance is then that of the first stage.",
            )
    first, *others = specs.items()
    for rule in ("lonely_psu", "lonely_domain", "loops", "order", "randomised", "weights"):
        for wave, design in others:
            if getattr(design, rule) != getattr(first[1], rule):
                raise DesignError(
                    f"'{rule}' differs between waves.",
                    where=f"{first[0]}: {getattr(first[1], rule)!r}; {wave}: {getattr(design, rule)!r}.",
                    hint=f"declare [design] {rule} alike in all waves.",
                )


def _ids(waves: Waves, id_: str | None) -> dict[str, list[str]] | None:
    """Id of each row, wave by wave; None unless all waves have one."""
    named = {w: id_ or s.study.design.id for w, s in waves.items()}
    if not all(named.values()):
        return None
    for wave, s in waves.items():
        if named[wave] in s.study.roles.personal:
            raise DesignError(
                f"The id '{named[wave]}' of wave '{wave}' is a personal column: its group labels mean nothing in another wave.",
                where="[study.toml: roles.personal]",
                hint="name it under hashed instead, with one key for all waves.",
            )
    out = {w: s.table.raw.column(named[w]).astype(str).str.strip().tolist() for w, s in waves.items()}
    for wave, ids in out.items():
        blank = ids.count("")
        if blank:
            raise DesignError(
                f"{blank} row{'s' * (blank > 1)} of wave '{wave}' {'have' if blank > 1 else 'has'} no id.",
                where=f"column '{named[wave]}'",
                hint="every row needs an id, or leave id out.",
            )
    return out


def _groups(
    ids: Mapping[str, list[str]] | None, panel: bool | None, waves: list[str]
) -> tuple[dict[str, str], int]:
    """Group of each wave (waves that share people, directly or through others), and how many people they share."""
    alone = {w: w for w in waves}
    if ids is None:
        if panel:
            raise DesignError(
                "panel=True, and not all waves have an id.", hint='name the column: id="respondent".'
            )
        return alone, 0
    people = {w: set(x) for w, x in ids.items()}
    counted: dict[str, int] = {}
    for members in people.values():
        for x in members:
            counted[x] = counted.get(x, 0) + 1
    shared = sum(k > 1 for k in counted.values())
    if not shared:
        if panel:
            raise DesignError("panel=True, and no id is in two waves.", hint="check the id column.")
        return alone, 0
    if panel is None:
        raise DesignError(
            f"{shared:,} ids are in more than one wave.",
            where="the same id may be the same person, or numbering that starts again.",
            hint="say panel=True (same people) or panel=False (numbers start again).",
        )
    if not panel:
        return alone, 0
    group = dict(alone)
    for i, a in enumerate(waves):
        for b in waves[i + 1 :]:
            if people[a] & people[b]:
                old, new = group[b], group[a]
                group = {w: new if g == old else g for w, g in group.items()}
    return group, shared


def _units(wave: str, survey: SurveyData, group: str, ids: Mapping[str, list[str]] | None) -> list[str]:
    """Sampling unit of each row: cluster, else person, else row; unique over waves that share nobody."""
    design, raw = survey.study.design, survey.table.raw
    n = len(survey)
    if design.psu:
        labels = raw.column(design.psu[0]).astype(str).tolist()
        if design.nest and design.strata:
            inside = raw.column(design.strata[0]).astype(str).tolist()
            labels = [f"{h}/{u}" for h, u in zip(inside, labels, strict=True)]
        return [f"{group}:{x}" for x in labels]
    if ids is not None:
        return [f"{group}:{x}" for x in ids[wave]]
    return [f"{wave}:row {i}" for i in range(n)]


def _strata(survey: SurveyData, group: str) -> list[str]:
    """Stratum of each row inside its wave, or inside the group of waves that share people."""
    design = survey.study.design
    if not design.strata:
        return [group] * len(survey)
    labels = survey.table.raw.column(design.strata[0]).astype(str).tolist()
    return [f"{group}: {x}" for x in labels]


def _check_units(units: Mapping[str, list[str]], strata: Mapping[str, list[str]], clusters: bool) -> None:
    split = _split([x for u in units.values() for x in u], [x for h in strata.values() for x in h])
    if split:
        what = "cluster" if clusters else "person"
        plural = {"cluster": "clusters are", "person": "people are"}[what]
        raise DesignError(
            f"{f'{split:,} {plural}' if split > 1 else f'1 {what} is'} in different strata in different waves.",
            where="[study.toml: design.strata]",
            hint="give everybody the stratum of the first interview; it was drawn once.",
        )


def _split(inner: list[str], outer: list[str]) -> int:
    """How many of the inner labels stand in more than one of the outer."""
    counted: dict[str, int] = {}
    for label, _ in set(zip(inner, outer, strict=True)):
        counted[label] = counted.get(label, 0) + 1
    return sum(k > 1 for k in counted.values())


def check_clusters(design: StackedDesign, name: str) -> None:
    """A person of a panel stays in one cluster, or people and clusters would not nest."""
    person, unit = design.columns.get(f"{name}.person"), design.columns.get(f"{name}.unit")
    if not design.shared or person is None or unit is None:
        return
    split = _split(person, unit)
    if split:
        raise DesignError(
            f"{split:,} {'people are' if split > 1 else 'person is'} in different clusters in different waves.",
            where="[study.toml: design.psu]",
            hint="give everybody the cluster of the first interview.",
        )


def _fractions(waves: Waves, fractions: list[FloatArray | None]) -> list[str]:
    if any(f is None for f in fractions):
        without = [w for w, f in zip(waves, fractions, strict=True) if f is None]
        raise DesignError(
            f"Some waves have a finite population and {', '.join(without)} has none.",
            where="[study.toml: design.fpc]",
            hint="give fpc in all waves, or in none.",
        )
    return [repr(float(x)) for f in fractions if f is not None for x in f]


def _blocks(waves: Waves) -> tuple[CalibrationBlock, ...]:
    """Calibration of each wave, its rows counted through the stack."""
    out, start = [], 0
    for survey in waves.values():
        out += [replace(b, rows=b.rows + start) for b in survey.calibration]
        start += len(survey)
    return tuple(out)


def _numbered(labels: list[str]) -> list[str]:
    """Labels as running numbers: no identifier of a file is carried on."""
    return [str(x + 1) for x in pd.factorize(np.array(labels, dtype=object))[0]]
