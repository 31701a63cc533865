"""Quantipy metadata (JSON beside a CSV): columns, arrays (masks), value labels from the library, languages.

Source: the Quantipy documentation, "DataSet components: case and meta data".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Facts, Labels, Measure, ResponseSet
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.readers.json_file import code_text, has_keys, objects, parse_json
from survey_analysis.readers.markup import plain_text
from survey_analysis.readers.missing_kinds import missing_kind
from survey_analysis.readers.source import Source
from survey_analysis.study.scales import MissingCode

SEPARATOR = ";"
_MISSING = ("exclude", "d.exclude")  # flags of codes that are no answers; any other flag changes no base
_SCALES = ("int", "float")


def sniff(data: bytes) -> bool:
    """Whether the bytes are Quantipy metadata."""
    return has_keys(data, "lib", "columns", "default text")


def facts(source: Source, raw: RawTable) -> Facts:
    """Facts in Quantipy metadata; a delimited set ("1;2;5;") is a set with its codes joined in one column.

    Raises
    ------
    DataError
        No JSON, or a reference to a list of values that the library lacks.
    """
    return _Reading(source.name, parse_json(source.data, source.name), frozenset(raw.columns)).facts()


@dataclass
class _Reading:
    name: str
    meta: Mapping[str, Any]
    data: frozenset[str]
    other_language: Counter[str] = field(default_factory=Counter)

    def facts(self) -> Facts:
        self._check()
        columns = {c: _mapping(v) for c, v in self.meta["columns"].items()}
        labels = {c: found for c, v in columns.items() if (found := self._labels(v, f"column '{c}'"))}
        stems, items = {}, {}
        for column, stem, item in self._items():
            if stem:
                stems[column] = stem
            if item:
                items[column] = item
        joined = {c for c, v in columns.items() if v.get("type") == "delimited set"}
        missing = {c: m for c, v in columns.items() if (m := self._missing(v, labels.get(c, ())))}
        measure: dict[str, Measure] = {c: "scale" for c, v in columns.items() if v.get("type") in _SCALES}
        return Facts(
            wording={c: text for c, v in columns.items() if (text := self._text(v.get("text")))},
            stems=stems,
            items=items,
            labels={c: v for c, v in labels.items() if c not in joined},
            missing=missing,
            measure=measure,
            sets=tuple(
                ResponseSet(c, "joined", (c,), labels.get(c, ()), text=self._text(columns[c].get("text")), separator=SEPARATOR)
                for c in columns
                if c in joined
            ),
            notes=tuple(self._notes(missing)),
        )  # fmt: skip

    @property
    def language(self) -> str:
        return str(self.meta["lib"].get("default text", ""))

    def _check(self) -> None:
        for key in ("lib", "columns"):
            if not isinstance(self.meta.get(key), dict):
                raise DataError(
                    f"'{self.name}' is no Quantipy metadata: its '{key}' is no object.",
                    hint="export it again with write_quantipy().",
                )

    def _items(self) -> Iterator[tuple[str, str, str]]:
        """Column, wording of its array and its own wording, of every item of an array."""
        for name, mask in _mapping(self.meta.get("masks")).items():
            stem = self._text(_mapping(mask).get("text"))
            for item in objects(_mapping(mask).get("items"), f"items of '{name}'", self.name):
                kind, _, column = str(item.get("source", "")).partition("@")
                if kind == "columns" and column:
                    yield column, stem, self._text(item.get("text"))

    def _labels(self, what: Mapping[str, Any], where: str) -> Labels:
        values = what.get("values")
        if isinstance(values, str):
            values = self._library(values, where)
        given = objects(values, f"values of {where}", self.name)
        pairs = (
            (code_text(v.get("value"), f"code of {where}", self.name), self._text(v.get("text")))
            for v in given
        )
        return tuple((code, label or code) for code, label in pairs)

    def _library(self, reference: str, where: str) -> Any:
        """Values that `lib@values@NAME` points to."""
        found: Any = self.meta
        for part in reference.split("@"):
            found = _mapping(found).get(part)
        if found is None:
            known = ", ".join(f"'{n}'" for n in list(_mapping(self.meta["lib"].get("values")))[:6])
            raise DataError(
                f"The {where} of '{self.name}' takes its values from '{reference}', which is not there.",
                where=f"The library has {known or 'none'}.",
                hint="the metadata are not complete; export them again.",
            )
        return found

    def _missing(self, what: Mapping[str, Any], labels: Labels) -> tuple[MissingCode, ...]:
        """Codes flagged as no answers: `{"exclude": [98]}` or `{"98": "exclude"}`."""
        codes: list[object] = []
        for key, value in _mapping(what.get("missings")).items():
            if key in _MISSING:
                codes += value if isinstance(value, list) else [value]
            elif value in _MISSING:
                codes.append(key)
        text = dict(labels)
        found = dict.fromkeys(code_text(c, "missing code", self.name) for c in codes)
        return tuple(
            MissingCode(code=c, kind=missing_kind(text.get(c, "")), label=text.get(c, "")) for c in found
        )

    def _text(self, text: object) -> str:
        """Text in the default language; the first other one, counted, where that is lacking."""
        if isinstance(text, str):
            return plain_text(text)
        texts = {k: v for k, v in _mapping(text).items() if isinstance(v, str) and v.strip()}
        if self.language in texts:
            return plain_text(texts[self.language])
        for language, other in texts.items():
            self.other_language[language] += 1
            return plain_text(other)
        return ""

    def _notes(self, missing: Mapping[str, tuple[MissingCode, ...]]) -> Iterator[str]:
        yield f"Texts of '{self.name}' are those in '{self.language}', its default language."
        for language, n in self.other_language.items():
            yield f"In '{self.name}' {counted(n, 'text has', 'texts have')} no '{self.language}' version; read in '{language}'."
        flagged = [c for c in missing if c in self.data]
        if flagged:
            yield f"Codes that '{self.name}' flags as no answers: {', '.join(map(repr, flagged[:5]))}."


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
