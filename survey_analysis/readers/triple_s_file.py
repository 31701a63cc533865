"""The metadata file of a Triple-S survey (versions 1.1 to 3.0) as plain objects.

Source: The Triple-S Group, "Triple-S XML, the survey interchange standard", versions 1.2 and 2.0, as implementers
document it. Version 3.0 is read as 2.0 with markup in its texts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast, get_args
from xml.etree.ElementTree import Element

from survey_analysis.errors import DataError
from survey_analysis.readers.markup import parse_xml, text_of

Kind: TypeAlias = Literal["single", "multiple", "quantity", "character", "logical", "date", "time"]
Layout: TypeAlias = Literal["fixed", "csv"]
MOST_CODES = 100_000  # that a range of a variable may stand for


@dataclass(frozen=True)
class Value:
    """One `<value>`: code, label and, where given, score."""

    code: str
    label: str
    score: str = ""


@dataclass(frozen=True)
class Variable:
    """One `<variable>`.

    Attributes
    ----------
    start, finish
        Characters of a record, or fields of a CSV row, from 1, both ends included.
    literal
        Codes are texts (`format="literal"`), not whole numbers.
    spread
        Of a multiple variable: subfields and their width; None is a bitstring.
    limits
        Ends of `<range>`, as written.
    """

    name: str
    kind: Kind
    label: str
    start: int
    finish: int
    literal: bool = False
    use: str = ""
    filter: str = ""
    spread: tuple[int, int] | None = None
    values: tuple[Value, ...] = ()
    limits: tuple[str, str] | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of a single or multiple variable: its values, then those of its range without a label."""
        codes = [v.code for v in self.values]
        if self.limits is None or self.kind == "quantity":
            return tuple(codes)
        low, high = (int(x) for x in self.limits)
        listed = set(codes)
        return (*codes, *(str(i) for i in range(low, high + 1) if str(i) not in listed))


@dataclass(frozen=True)
class Definition:
    """A metadata file: how the data lie and the variables in them."""

    name: str
    version: str
    title: str
    encoding: str
    layout: Layout
    skip: int
    href: str
    language: str
    other_languages: tuple[str, ...]
    variables: tuple[Variable, ...]


def read_definition(data: bytes, name: str) -> Definition:
    """Read a metadata file.

    Raises
    ------
    DataError
        No well-formed XML, no Triple-S, a hierarchy of surveys, or a variable that breaks the standard.
    """
    document = parse_xml(data, name)
    root = document.root
    if root.tag != "sss":
        raise DataError(
            f"'{name}' is XML but no Triple-S file.",
            where=f"Its root element is <{root.tag}>, not <sss>.",
            hint="export Triple-S.",
        )
    _refuse_hierarchy(root, name)
    survey, record = _one(root, "survey", name), _one(root, "record", name)
    languages = root.get("languages", "").split()
    language = root.get("lang", "") or (languages[0] if languages else "")
    layout = record.get("format", "fixed").lower()
    if layout not in get_args(Layout):
        raise DataError(
            f"'{name}' has data in the format '{layout}'.",
            where='<record format="...">',
            hint="fixed and csv can be read.",
        )
    found = [_variable(v, language, name) for v in record.iter("variable")]
    _check_names(found, name)
    return Definition(
        name=name,
        version=root.get("version", ""),
        title=text_of(survey.find("title"), but="text") or text_of(survey.find("name")),
        encoding=document.encoding,
        layout=cast("Layout", layout),
        skip=_whole(record.get("skip", "0"), "skip of the record", name),
        href=record.get("href", ""),
        language=language,
        other_languages=tuple(x for x in languages if x != language),
        variables=tuple(found),
    )


def _refuse_hierarchy(root: Element, name: str) -> None:
    if root.find(".//hierarchy") is None and root.find(".//level") is None and root.find(".//parent") is None:
        return
    surveys = [h for e in root.iter() if e.tag in ("level", "parent", "survey") and (h := e.get("href"))]
    shown = f" It names {', '.join(map(repr, surveys[:5]))}." if surveys else ""
    raise DataError(
        f"'{name}' describes a hierarchy of surveys (levels), which cannot be read as one table.",
        where=f"<hierarchy>, <level> or <parent> in it.{shown}",
        hint="read the file of one level, or export a flat file with one row a respondent.",
    )


def _one(root: Element, tag: str, name: str) -> Element:
    found = root.findall(f".//{tag}")
    if len(found) == 1:
        return found[0]
    raise DataError(
        f"'{name}' has {len(found) or 'no'} <{tag}>{'s' if len(found) > 1 else ''}; Triple-S has one.",
        hint="export one survey at a time." if found else "the file is not complete; export it again.",
    )


def _check_names(variables: list[Variable], name: str) -> None:
    if not variables:
        raise DataError(f"'{name}' describes no variables.", hint="export it again.")
    twice = [n for n, k in Counter(v.name for v in variables).items() if k > 1]
    if twice:
        raise DataError(
            f"'{name}' describes the variable '{twice[0]}' twice.",
            where=f"{len(twice)} name{'s are' if len(twice) > 1 else ' is'} not unique.",
            hint="names of variables must be unique; rename one and export again.",
        )


def _variable(element: Element, language: str, file: str) -> Variable:
    name = text_of(element.find("name")) or element.get("ident", "")
    here = f"variable '{name}'"
    kind = element.get("type", "").lower()
    if not name or kind not in get_args(Kind):
        raise DataError(
            f"The {here} of '{file}' has the type '{kind}'.", hint=f"known are {', '.join(get_args(Kind))}."
        )
    position = element.find("position")
    if position is None:
        raise DataError(f"The {here} of '{file}' has no position.", hint="export it again.")
    start = _whole(position.get("start", ""), f"start of {here}", file)
    finish = _whole(position.get("finish", "") or str(start), f"finish of {here}", file)
    if not 1 <= start <= finish:
        raise DataError(
            f"The {here} of '{file}' lies from {start} to {finish}.",
            hint="positions count from 1, and finish is not before start.",
        )
    literal = element.get("format", "numeric").lower() == "literal"
    values, limits = _values(element, kind, language, literal, file, here)
    return Variable(
        name=name,
        kind=cast("Kind", kind),
        label=best_text(element.find("label"), language, mode="interview"),
        start=start,
        finish=finish,
        literal=literal,
        use=element.get("use", "").lower(),
        filter=text_of(element.find("filter")) or element.get("filter", ""),
        spread=_spread(element.find("spread"), start, finish, file, here),
        values=values,
        limits=limits,
    )


def _values(
    element: Element, kind: str, language: str, literal: bool, file: str, here: str
) -> tuple[tuple[Value, ...], tuple[str, str] | None]:
    values: list[Value] = []
    for value in element.findall("./values/value"):
        code = value.get("code", "").strip()
        if kind in ("single", "multiple") and not literal:
            code = str(_whole(code, f"code of {here}", file))
        values.append(Value(code, best_text(value, language, mode="analysis"), value.get("score", "")))
    twice = [c for c, k in Counter(v.code for v in values).items() if k > 1]
    if twice:
        raise DataError(f"The {here} of '{file}' gives the code '{twice[0]}' twice.", hint="export it again.")
    ranges = element.findall("./values/range") + element.findall("./range")
    if not ranges:
        return tuple(values), None
    limits = (ranges[0].get("from", "").strip(), ranges[0].get("to", "").strip())
    if kind in ("single", "multiple"):
        low, high = (_whole(x, f"range of {here}", file) for x in limits)
        if not 0 <= high - low <= MOST_CODES:
            raise DataError(
                f"The {here} of '{file}' has codes from {low} to {high}.",
                hint=f"a range runs upwards and holds at most {MOST_CODES} codes.",
            )
    return tuple(values), limits


def _spread(element: Element | None, start: int, finish: int, file: str, here: str) -> tuple[int, int] | None:
    if element is None:
        return None
    subfields = _whole(element.get("subfields", ""), f"subfields of {here}", file)
    if not 1 <= subfields <= finish - start + 1 and finish != start:
        raise DataError(
            f"The {here} of '{file}' has {subfields} subfields in {finish - start + 1} positions.",
            hint="export it again.",
        )
    width = element.get("width", "")
    given = _whole(width, f"width of {here}", file) if width else 0
    return subfields, given


def _whole(text: str, what: str, file: str) -> int:
    if text.strip().isascii() and text.strip().isdigit():
        return int(text)
    raise DataError(
        f"The {what} in '{file}' is {text!r}, not a whole number.",
        hint="the file breaks the standard; export it again.",
    )


def best_text(element: Element | None, language: str, *, mode: Literal["interview", "analysis"]) -> str:
    """Text of a label for a mode in the default language; the plain text where it has no variant.

    A variant is a `<text>` with `mode` or `xml:lang`. Variants in other languages are never used.

    Examples
    --------
    >>> label = parse_xml(b'<label>Visits<text mode="interview">Have you been here?</text></label>', "x").root
    >>> best_text(label, "", mode="interview"), best_text(label, "", mode="analysis")
    ('Have you been here?', 'Visits')
    """
    if element is None:
        return ""
    plain = text_of(element, but="text")
    variants = [t for t in element.findall("text") if t.get("lang", language) in ("", language)]
    variants.sort(key=lambda t: "lang" not in t.attrib)  # one in so many words before one that says nothing
    exact = [t for t in variants if t.get("mode", "") == mode]
    loose = [t for t in variants if not t.get("mode", "")]
    for choice in (exact, loose):
        if choice and (text := text_of(choice[0])):
            return text
    return plain or next((text for t in variants if (text := text_of(t))), "")
