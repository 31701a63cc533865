"""Codebook tables into the content of a study file; what the study file says itself goes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_analysis.errors import ExpressionError, StudyError, closest
from survey_analysis.scales.library import answer_scale
from survey_analysis.study.codebook_scales import Answers, answers_of
from survey_analysis.study.codebook_table import KINDS, ORIGINS, Line, Tables
from survey_analysis.study.expressions import parse as parse_expression
from survey_analysis.study.file import StudyFile

_FACTS = ("text", "short", "kind", "scale", "asked_if", "base", "predicate", "separator")
_PARTS = ("scales", "subjects", "questions", "batteries", "derived", "constructs")
_RIVALS = (  # keys of which a question has one
    frozenset({"scale", "levels"}),
    frozenset({"column", "columns", "options"}),
)
_Entries = dict[str, dict[str, Any]]


def with_codebook(raw: Mapping[str, Any], tables: Tables) -> dict[str, Any]:
    """The content of a study file with a codebook merged in, key by key; the file's own entries win.

    The rows' order is that of the questions, unless the study file gives one. Rows of questions that the study file
    makes itself, by `[derived]` or from the scale library, give their place; of a derived question also its texts.

    Raises
    ------
    StudyError
        A cell that cannot be used, with its line or its sheet and cell.
    """
    if any(not isinstance(raw.get(k, {}), Mapping) for k in _PARTS):
        return dict(raw)  # wrong in itself: what checks the study file says so
    own = {k: raw.get(k, {}) for k in _PARTS}
    answers = answers_of(tables)
    scales, subjects = answers.scales | own["scales"], _subjects(tables) | own["subjects"]
    made = _Merge(own, scales, subjects)
    for line in tables["Questions"]:
        made.declare(line)
    keys = {f.alias or n for n, f in StudyFile.model_fields.items()}
    made.finish(
        answers, scales_are_known=not set(raw) - keys
    )  # a misspelled [scales] is the error, not its users
    return dict(raw) | {
        "study": {"order": list(made.lines)} | raw.get("study", {}),
        "scales": scales,
        "subjects": subjects,
        "questions": _overlay(made.questions, own["questions"]),
        "batteries": _overlay(made.batteries, own["batteries"]),
        "derived": _overlay({n: d for n, d in made.derived.items() if n in own["derived"]}, own["derived"]),
        "constructs": _constructs(tables) | own["constructs"],
    }


def _overlay(base: _Entries, own: Mapping[str, Any]) -> dict[str, Any]:
    return base | {
        n: _without_rivals(base.get(n, {}), told) | told if isinstance(told, dict) else told
        for n, told in own.items()
    }


def _without_rivals(entry: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """What the codebook says, without what the study file says in another way."""
    gone = {key for rivals in _RIVALS if rivals.intersection(told) for key in rivals}
    return {k: v for k, v in entry.items() if k not in gone}


class _Merge:
    """Questions and batteries in the making, row by row."""

    def __init__(
        self, raw: Mapping[str, Any], scales: Mapping[str, Any], subjects: Mapping[str, Any]
    ) -> None:
        self.raw, self.scales, self.subjects = raw, scales, subjects
        self.questions: _Entries = {}
        self.batteries: _Entries = {}
        self.derived: _Entries = {}
        self.facts: dict[str, dict[str, tuple[Any, Line]]] = {}
        self.lines: dict[str, Line] = {}
        self.made = set(raw["derived"]) | {
            f"{name}_" for name, c in raw["constructs"].items() if isinstance(c, dict) and c.get("scale")
        }

    def declare(self, line: Line) -> None:
        """One row: a plain question, a subject of a battery or an option of a multiple-response question."""
        name = line["question"] or line["column"]
        if not name:
            raise line.wrong(
                "column", "A row of the codebook names no column.", "name a column of the export."
            )
        again = name in self.lines
        self.lines.setdefault(name, line)
        self._facts(name, line)
        if line.choice("origin", ORIGINS) in ("derived", "library") and self._is_made(name):
            return
        if line["subject"]:
            self._subject(name, line)
        elif line["option"] or line["kind"] == "multiple" or "options" in self.questions.get(name, {}):
            self._option(name, line)
        elif again:
            raise StudyError(
                f"Question '{name}' stands twice in the codebook.",
                where=line.where(),
                hint="give the rows a subject or an option, or different names.",
            )
        else:
            self._plain(name, line)

    def _is_made(self, name: str) -> bool:
        return name in self.made or any(x.endswith("_") and name.startswith(x) for x in self.made)

    def _facts(self, name: str, line: Line) -> None:
        """What a row says of its question; another row may repeat it, not contradict it."""
        line.choice("kind", KINDS)
        said: dict[str, Any] = {f: line[f] for f in _FACTS if line[f]}
        if line.yes("reverse"):
            said["reverse"] = True
        if line["low"] or line["high"]:
            said["valid_range"] = [line.number_in(c, "give low and high.") for c in ("low", "high")]
        known = self.facts.setdefault(name, {})
        for fact, value in said.items():
            before, first = known.setdefault(fact, (value, line))
            if before != value:
                column = "low" if fact == "valid_range" else fact
                raise line.wrong(
                    column,
                    f"The rows of '{name}' do not agree on {fact}: {before!r} and {value!r}.",
                    f"change {first.where(column)} too, or leave one of them empty.",
                )

    def _subject(self, name: str, line: Line) -> None:
        key, over = line["subject"], line["over"]
        if over and over not in self.subjects:
            raise line.wrong("over", f"There is no set of subjects '{over}'.", closest(over, self.subjects))
        sets = [over] if over else [s for s, members in self.subjects.items() if key in members]
        members = self.subjects[sets[-1]] if sets else {}
        if key not in members:
            known = members or [m for s in self.subjects.values() for m in s]
            raise line.wrong(
                "subject", f"'{key}' is not a member of any set of subjects.", closest(key, known)
            )
        entry = self.batteries.setdefault(name, {"over": sets[-1], "columns": {}})
        if entry["over"] != sets[-1]:
            raise line.wrong("subject", f"'{key}' is not one of '{entry['over']}'.", "keep to one set.")
        if key in entry["columns"]:
            raise line.wrong("subject", f"'{key}' of '{name}' stands twice in the codebook.", "keep one row.")
        entry["columns"][key] = line["column"]

    def _option(self, name: str, line: Line) -> None:
        entry = self.questions.setdefault(name, {"options": []})
        if "options" not in entry:
            raise line.wrong(
                "option", f"'{name}' is a plain question in a row above.", "give each row an option."
            )
        option = {
            "column": line["column"],
            "label": line["option"],
            "exclusive": line.yes("exclusive"),
        }
        entry["options"].append(option)

    def _plain(self, name: str, line: Line) -> None:
        if not line["column"]:
            raise line.wrong(
                "column",
                f"Question '{name}' names no column.",
                f"name a column of the export, or declare [derived.{name}] in the study file.",
            )
        self.questions[name] = {"column": line["column"]}

    def finish(self, answers: Answers, *, scales_are_known: bool) -> None:
        """Facts, missing codes and nets to their questions."""
        for name, facts in self.facts.items():
            said = {fact: value for fact, (value, _) in facts.items()}
            if scales_are_known:
                self._check_scale(name, facts)
            self._check_routing(facts)
            if name in self.batteries:
                self.batteries[name] |= said
            elif name in self.questions:
                self.questions[name] = _labelled(self.questions[name]) | said
            elif name in self.raw["derived"]:
                self.derived[name] = {f: said[f] for f in ("text", "short") if f in said}
        answers.give_to({**self.questions, **self.batteries}, self.lines)

    def _check_scale(self, name: str, facts: Mapping[str, tuple[Any, Line]]) -> None:
        if "scale" in facts and not self._is_made(name):
            scale, line = facts["scale"]
            if scale not in self.scales and answer_scale(scale) is None:
                raise line.wrong("scale", f"There is no scale '{scale}'.", closest(scale, self.scales))

    def _check_routing(self, facts: Mapping[str, tuple[Any, Line]]) -> None:
        routing, line = facts.get("asked_if", ("", None))
        if line is not None and "{" not in routing:
            try:
                parse_expression(routing)
            except ExpressionError as error:
                raise line.wrong("asked_if", error.what, error.hint) from None


def _labelled(entry: dict[str, Any]) -> dict[str, Any]:
    """Options without any label are columns that take their labels from the cells, or hold codes of a scale."""
    options = entry.get("options")
    if options is None:
        return entry
    if any(o["label"] or o["exclusive"] for o in options):
        return {"kind": "multiple"} | entry
    return {"kind": "multiple", "columns": [o["column"] for o in options]}


def _subjects(tables: Tables) -> dict[str, dict[str, dict[str, str]]]:
    out: dict[str, dict[str, dict[str, str]]] = {}
    for line in tables["Subjects"]:
        for column in ("set", "key", "label"):
            if not line[column]:
                raise line.wrong(column, f"A subject has no {column}.", "fill it in.")
        members = out.setdefault(line["set"], {})
        if line["key"] in members:
            raise line.wrong("key", f"'{line['key']}' stands twice in '{line['set']}'.", "keep one row.")
        members[line["key"]] = {k: line[k] for k in ("label", "code", "phrase") if line[k]}
    return out


def _constructs(tables: Tables) -> _Entries:
    out: _Entries = {}
    for line in tables["Constructs"]:
        for column in ("construct", "item"):
            if not line[column]:
                raise line.wrong(column, f"A row of a construct has no {column}.", "fill it in.")
        entry = out.setdefault(line["construct"], {"items": []})
        entry["items"].append(line["item"])
        for fact in ("text", "short", "base", "minimum_answered"):
            if not line[fact]:
                continue
            value = line[fact] if fact != "minimum_answered" else int(line.number_in(fact, "give a count."))
            if entry.setdefault(fact, value) != value:
                raise line.wrong(
                    fact,
                    f"The rows of '{line['construct']}' do not agree on {fact}.",
                    "say it in one row only.",
                )
    return out
