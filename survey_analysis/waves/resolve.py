"""Decisions on differences between codebooks: checked, and applied to the versions of a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_analysis.errors import StudyError, closest
from survey_analysis.results.waves import CodebookDifference, WavesData
from survey_analysis.study.base import code
from survey_analysis.waves.compare import by_question, differences
from survey_analysis.waves.versions import Version, differing

Decisions = Mapping[str, Any]
SHOWN = 12
"""Differences an error lists; the rest are counted."""


@dataclass(frozen=True)
class Part:
    """One question of the stack: its name, its version in each wave that counts, codes moved in some waves."""

    name: str
    versions: Mapping[str, Version]
    recode: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def reference(self) -> Version:
        """The version whose codes and labels hold: that of the first wave."""
        return next(iter(self.versions.values()))


def resolved(
    waves: Mapping[str, Mapping[str, Version]], resolve: Decisions | None
) -> tuple[list[Part], list[CodebookDifference]]:
    """Questions of the stack, and the differences found after renaming.

    Raises
    ------
    StudyError
        A difference without a decision (all of them in one message), a decision that would mix answers up,
        or one on a question without a difference.
    """
    told = _checked(resolve or {})
    found = by_question(_renamed(waves, told))
    different = differences(found, tuple(waves))
    _refuse_idle(different, told, found)
    _refuse_unsaid(different, told)
    parts: list[Part] = []
    for name, versions in found.items():
        parts += _parts(name, versions, told.get(name))
    twice = sorted({p.name for p in parts if sum(q.name == p.name for q in parts) > 1})
    if twice:
        raise StudyError(
            f"Two questions of the stack would be named '{twice[0]}'.", hint="rename one of them."
        )
    return parts, different


def _checked(resolve: object) -> dict[str, Any]:
    if not isinstance(resolve, Mapping):
        raise StudyError(
            f"resolve= is a {type(resolve).__name__}, not a mapping.", hint='for example {"q5": "same"}.'
        )
    for name, said in resolve.items():
        known = said in ("same", "separate", "drop") if isinstance(said, str) else False
        if isinstance(said, Mapping) and len(said) == 1:
            key, value = next(iter(said.items()))
            known = (key == "rename" and isinstance(value, str) and bool(value)) or (
                key == "recode" and isinstance(value, Mapping) and bool(value)
            )
        if not known:
            raise StudyError(
                f"resolve['{name}'] = {said!r} is no decision.",
                hint='give "same", "separate", "drop", {"recode": {...}} or {"rename": "..."}.',
            )
    return dict(resolve)


def _renamed(waves: Mapping[str, Mapping[str, Version]], told: Decisions) -> dict[str, dict[str, Version]]:
    names = {n: d["rename"] for n, d in told.items() if isinstance(d, Mapping) and "rename" in d}
    out = {}
    for label, known in waves.items():
        clash = [n for n, new in names.items() if n in known and new in known]
        if clash:
            raise StudyError(
                f"'{clash[0]}' cannot be renamed '{names[clash[0]]}': wave '{label}' asked both.",
                hint="choose another name, or leave it as it is.",
            )
        out[label] = {names.get(n, n): v for n, v in known.items()}
    return out


def _refuse_unsaid(different: list[CodebookDifference], told: Decisions) -> None:
    """One error with every difference that nobody decided, or that was decided in a way that mixes answers."""
    open_ = [d for d in different if d.needs and d.question not in told]
    wrong = [d for d in different if told.get(d.question) == "same" and not d.same]
    if not open_ and not wrong:
        return
    rows = [*wrong, *open_]
    mixed = ' ("same" would mix the answers up)'
    listed = [_said(d) + (mixed if d in wrong else "") for d in rows[:SHOWN]]
    more = [f"and {len(rows) - SHOWN} more: sa.compare_codebooks(...) lists all"] if len(rows) > SHOWN else []
    lines = list(dict.fromkeys(d.line for d in rows))
    questions = len({d.question for d in rows})
    raise StudyError(
        f"{len(rows)} difference{'s' * (len(rows) > 1)} between the codebooks of the waves "
        f"need{'s' * (len(rows) == 1)} a decision, on {questions} question{'s' * (questions > 1)}.",
        where="\n  ".join([*listed, *more]),
        hint="decide each of them: resolve={\n    " + ",\n    ".join(_comma(x) for x in lines) + "\n  }",
    )


def _comma(line: str) -> str:
    """The comment of a line stays behind its comma when lines are joined."""
    return line.split("  # or ", maxsplit=1)[0]


def _said(d: CodebookDifference) -> str:
    if d.aspect == "renamed":
        return f"{d.question}: looks like '{d.was}' of {d.reference} under another name, since {d.wave}"
    return f"{d.question}: {d.aspect}, {d.reference}: {d.was or 'none'} | {d.wave}: {d.now or 'none'}"


def _refuse_idle(different: list[CodebookDifference], told: Decisions, found: Mapping[str, object]) -> None:
    """A decision on nothing is a typing error."""
    touched = {d.question for d in different if d.needs}
    for name, said in told.items():
        if isinstance(said, Mapping) and "rename" in said:
            if said["rename"] not in found or name in touched:
                raise StudyError(f"There is no question '{name}' to rename.", hint=closest(name, found))
        elif name not in found:
            raise StudyError(f"resolve= names '{name}', which no wave asked.", hint=closest(name, found))
        elif name not in touched and said != "drop":
            raise StudyError(
                f"resolve= decides on '{name}', in which the waves do not differ.", hint="leave it out."
            )


def _parts(name: str, versions: Mapping[str, Version], said: Any) -> list[Part]:
    if said == "drop":
        return []
    if said == "separate" and len(versions) > 1:
        return _separate(name, versions)
    recode: Mapping[str, Mapping[str, str]] = {}
    if isinstance(said, Mapping) and "recode" in said:
        recode = _recode(name, versions, said["recode"])
    return [Part(name, versions, recode)]


def _separate(name: str, versions: Mapping[str, Version]) -> list[Part]:
    """One question for each way of asking, named after the first wave that asked so."""
    groups: dict[str, dict[str, Version]] = {}
    for wave, version in versions.items():
        groups.setdefault(version.digest, {})[wave] = version
    return [Part(f"{name}_{_slug(next(iter(g)))}", g) for g in groups.values()]


def _slug(label: str) -> str:
    return re.sub(r"\W+", "_", label).strip("_").lower()


def _recode(
    name: str, versions: Mapping[str, Version], given: Mapping[Any, Any]
) -> dict[str, dict[str, str]]:
    """Codes moved in each wave: {"W2": {"1": "5"}}, or {"1": "5"} where a single wave differs."""
    reference, *others = versions
    if not all(isinstance(v, Mapping) for v in given.values()):
        odd = [w for w in others if differing(versions[reference], versions[w])]
        if len(odd) != 1 or any(isinstance(v, Mapping) for v in given.values()):
            raise StudyError(
                f"resolve['{name}'] does not say in which wave the codes are moved.",
                hint=f'for example {{"recode": {{"{others[0] if others else reference}": {{"1": "5"}}}}}}.',
            )
        given = {odd[0]: given}
    out = {str(w): {code(a): code(b) for a, b in codes.items()} for w, codes in given.items()}
    for wave, codes in out.items():
        if wave not in versions:
            raise StudyError(f"resolve['{name}'] recodes wave '{wave}', which did not ask it.",
                             hint=closest(wave, versions))  # fmt: skip
        if any(f.aspect == "kind" for f in differing(versions[reference], versions[wave])):
            raise StudyError(
                f"'{name}' is another kind of question in wave '{wave}' and cannot be recoded.",
                hint='"separate" or "drop".',
            )
        _check_codes(name, wave, codes, versions[reference], versions[wave])
    unmoved = [
        w
        for w in others
        if w not in out and any(not f.same for f in differing(versions[reference], versions[w]))
    ]
    if unmoved:
        raise StudyError(
            f"resolve['{name}'] leaves wave '{unmoved[0]}' as it is, where the answers would be mixed up.",
            hint="recode it too.",
        )
    return out


def _check_codes(
    name: str, wave: str, codes: Mapping[str, str], reference: Version, version: Version
) -> None:
    """Every code exists and goes somewhere; a wave that must be recoded says where all its answers go."""
    for a, b in codes.items():
        if a not in version.answers:
            raise StudyError(
                f"resolve['{name}']: wave '{wave}' has no code '{a}'.", hint=closest(a, version.answers)
            )
        if b not in reference.answers:
            raise StudyError(
                f"resolve['{name}']: {reference.wave} has no code '{b}'.", hint=closest(b, reference.answers)
            )
    left = [c for c in version.answers if c not in codes]
    if left and any(not f.same for f in differing(reference, version)):
        raise StudyError(
            f"resolve['{name}'] does not say where code {', '.join(left)} of wave '{wave}' goes.",
            hint='name every code, also those that stay: {"1": "1"}.',
        )


def decision_notes(facts: WavesData) -> tuple[str, ...]:
    """One sentence a question that was decided on, and one for those that only some waves asked."""
    out = []
    for name, said in facts.decisions.items():
        found = [d for d in facts.differences if d.question == name and d.needs]
        what = "; ".join(dict.fromkeys(f"{d.aspect} in {d.wave}" for d in found))
        out.append(
            f"{name}: {said if isinstance(said, str) else _spelled(said)}{f' ({what})' if what else ''}."
        )
    only = [d for d in facts.differences if d.aspect == "only in"]
    out += [f"{d.question}: only in {d.was}." for d in only]
    return tuple(out)


def _spelled(said: object) -> str:
    assert isinstance(said, Mapping)  # noqa: S101  decisions are checked
    key, value = next(iter(said.items()))
    return f"renamed {value}" if key == "rename" else "recoded"
