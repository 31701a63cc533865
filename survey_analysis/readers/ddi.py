"""DDI Codebook (1.2.2 to 2.5, `<codeBook>`): variables, questions, categories, missing codes, groups.

Source: DDI Alliance, "DDI-Codebook 2.5", field-level documentation of `dataDscr`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Facts, Labels, Measure, ResponseSet
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.markup import looks_like, parse_xml, text_of
from survey_analysis.readers.missing_kinds import missing_kind
from survey_analysis.readers.source import Source
from survey_analysis.study.base import code
from survey_analysis.study.scales import MissingCode
from survey_analysis.typing import MissingKind

_TYPES: tuple[tuple[str, MissingKind], ...] = (  # words of `missType`
    (r"inap|not.?applicable|\bna\b", "not_applicable"),
    (r"don'?t.?know|\bdk\b", "dont_know"),
    (r"refus|\brf\b", "refused"),
    (r"not.?asked|skip|filter", "not_asked"),
)
_NATURE: dict[str, Measure] = {
    "nominal": "nominal",
    "ordinal": "ordinal",
    "interval": "scale",
    "ratio": "scale",
}
_CHOSEN = re.compile(r"yes|mentioned|selected|chosen|checked|quoted|ja|genannt|oui|sí?", re.IGNORECASE)


def sniff(data: bytes) -> bool:
    """Whether the bytes begin like a DDI codebook."""
    return looks_like(data, "codeBook")


@dataclass(frozen=True)
class _Variable:
    """One `<var>` by the name its column has in the data."""

    name: str
    label: str
    question: str
    labels: Labels
    missing: tuple[MissingCode, ...]
    measure: Measure | None
    ordered: bool
    universe: str

    @property
    def answers(self) -> Labels:
        """Labels of codes that are answers."""
        typed = {m.code for m in self.missing}
        return tuple((c, t) for c, t in self.labels if c not in typed)


def facts(source: Source, raw: RawTable) -> Facts:
    """Facts in a codebook; names are matched to columns as they stand, else without regard to case.

    Raises
    ------
    DataError
        No well-formed XML, or no variables in it.
    """
    root = parse_xml(source.data, source.name).root
    elements = root.findall(".//dataDscr/var")
    if not elements:
        raise DataError(
            f"'{source.name}' describes no variables.",
            where="There is no <var> under <dataDscr>.",
            hint="export the codebook with its variables.",
        )
    lower = {c.casefold(): c for c in raw.columns}
    variables: dict[str, _Variable] = {}
    for i, element in enumerate(elements):
        name = element.get("name", "").strip()
        name = name if name in raw.columns else lower.get(name.casefold(), name)
        variables[element.get("ID") or f"#{i}"] = _variable(element, name, raw)
    groups = list(_groups(root, variables))
    sets, undecided = _sets(groups)
    stems, items = _stems(groups)
    found = variables.values()
    return Facts(
        wording={v.name: v.question or v.label for v in found if v.question or v.label},
        stems=stems,
        items=items,
        labels={v.name: v.labels for v in found if v.answers},  # those of missing codes stand with the codes
        ordered=frozenset(v.name for v in found if v.ordered),
        missing={v.name: v.missing for v in found if v.missing},
        measure={v.name: v.measure for v in found if v.measure},
        sets=sets,
        notes=(*_universes(tuple(found), source.name), *undecided),
    )


def _variable(element: Element, name: str, raw: RawTable) -> _Variable:
    labels: list[tuple[str, str]] = []
    missing: dict[str, MissingCode] = {}
    for category in element.findall("catgry"):
        value = code(text_of(category.find("catValu")))
        if not value:
            continue
        label = text_of(category.find("labl")) or value
        labels.append((value, label))
        if category.get("missing", "N").upper() == "Y":
            missing[value] = MissingCode(
                code=value, kind=_kind(category.get("missType", ""), label), label=label
            )
    text = dict(labels)
    for value in _invalid(element, name, text, raw):
        label = text.get(value, "")
        missing.setdefault(value, MissingCode(code=value, kind=missing_kind(label), label=label))
    nature = element.get("nature", "").lower()
    contin = element.get("intrvl", "").lower() == "contin"
    return _Variable(
        name=name,
        label=text_of(element.find("labl")),
        question=_question(element),
        labels=tuple(labels),
        missing=tuple(missing.values()),
        measure=_NATURE.get(nature) or ("scale" if contin else None),
        ordered=nature == "ordinal",
        universe=text_of(element.find("universe")),
    )


def _question(element: Element) -> str:
    """Question text: what stands before the question, and the question itself."""
    question = element.find("qstn")
    if question is None:
        return ""
    literal = text_of(question.find("qstnLit"))
    return " ".join(filter(None, (text_of(question.find("preQTxt")) if literal else "", literal)))


def _kind(given: str, label: str) -> MissingKind:
    return next((k for pattern, k in _TYPES if re.search(pattern, given.casefold())), missing_kind(label))


def _invalid(element: Element, name: str, labels: Mapping[str, str], raw: RawTable) -> Iterator[str]:
    """Codes of `<invalrng>`: single ones as declared; of a range, those that the labels or the data hold."""
    held = raw.frame[name].unique() if name in raw.columns else ()
    known = dict.fromkeys([*labels, *(code(str(v)) for v in held)])
    for item in element.findall("./invalrng/item"):
        if value := code(item.get("VALUE", "")):
            yield value
    for span in element.findall("./invalrng/range"):
        low = _number(span.get("min") or span.get("minExclusive") or "")
        high = _number(span.get("max") or span.get("maxExclusive") or "")
        for value in known:
            number = _number(value)
            inside = (
                number is not None and (low is None or low <= number) and (high is None or number <= high)
            )
            if inside and (low is not None or high is not None) and not _excluded(span, value):
                yield value


def _excluded(span: Element, value: str) -> bool:
    return any(
        _number(span.get(k, "")) == _number(value) for k in ("minExclusive", "maxExclusive") if span.get(k)
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class _Group:
    name: str
    kind: str
    text: str
    members: tuple[_Variable, ...]


def _groups(root: Element, variables: Mapping[str, _Variable]) -> Iterator[_Group]:
    for i, element in enumerate(root.findall(".//dataDscr/varGrp"), 1):
        kind = element.get("type", "other")
        if kind not in ("grid", "multipleResp"):
            continue
        ids = element.get("var", "").split()
        name = element.get("name", "") or element.get("ID", "") or f"group_{i}"
        text = text_of(element.find("txt")) or text_of(element.find("labl"))
        members = tuple(variables[x] for x in ids if x in variables)
        if members:
            yield _Group(name, kind, text, members)


def _stems(groups: Sequence[_Group]) -> tuple[dict[str, str], dict[str, str]]:
    """Stem of a group: the question its members share, else the text of the group; items: their labels."""
    stems, items = {}, {}
    for group in groups:
        shared = {v.question for v in group.members}
        stem = shared.pop() if len(shared) == 1 else ""
        for variable in group.members:
            if stem or group.text:
                stems[variable.name] = stem or group.text
            if variable.label:
                items[variable.name] = variable.label
    return stems, items


def _sets(groups: Sequence[_Group]) -> tuple[tuple[ResponseSet, ...], tuple[str, ...]]:
    found, notes = [], []
    for group in groups:
        if group.kind != "multipleResp":
            continue
        text = _stems([group])[0].get(group.members[0].name, group.text)
        columns = tuple(v.name for v in group.members)
        lists = [v.answers for v in group.members]
        if all(len(x) > 2 for x in lists) and len({frozenset(x) for x in lists}) == 1:
            found.append(ResponseSet(group.name, "categories", columns, lists[0], text=text))
            continue
        counted = {_counted(x) for x in lists}
        if len(counted) == 1 and (one := counted.pop()):
            options = tuple((v.name, v.label or v.name) for v in group.members)
            found.append(ResponseSet(group.name, "dichotomy", columns, options, text=text, counted=(one,)))
        else:
            notes.append(
                f"The multiple-response group '{group.name}' does not say which code means chosen: "
                f"{', '.join(columns[:5])}{' ...' if len(columns) > 5 else ''}; declare it as a question."
            )
    return tuple(found), tuple(notes)


def _counted(answers: Labels) -> str:
    """Code that means chosen in a column an option; "" where that is not clear."""
    if not answers or {c for c, _ in answers} in ({"1"}, {"0", "1"}):
        return "1"
    words = [c for c, label in answers if _CHOSEN.fullmatch(label.strip())]
    return words[0] if len(words) == 1 and len(answers) <= 2 else ""


def _universes(variables: Sequence[_Variable], file: str) -> Iterator[str]:
    asked: dict[str, list[str]] = {}
    for variable in variables:
        if variable.universe:
            asked.setdefault(variable.universe, []).append(variable.name)
    for universe, names in asked.items():
        if len(names) == len(variables):
            continue  # everybody
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        yield (
            f"'{file}' gives the universe '{universe}' in words for {', '.join(map(repr, names[:5]))}{more}; "
            "declare asked_if to use it."
        )
