"""Scales, missing codes and nets of a codebook's tables, each cell checked where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_analysis.errors import closest
from survey_analysis.study.answer_names import names_an_answer
from survey_analysis.study.codebook_table import CHOICES, MISSING, Line, Tables

_ENDS = ("last", "first")


@dataclass
class Answers:
    """What the tables say of answers: scales by name with options that stand alone or take other text; the rest by question."""

    scales: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: dict[str, list[list[str]]] = field(default_factory=dict)
    not_selected: dict[str, list[str]] = field(default_factory=dict)
    selected: dict[str, list[str]] = field(default_factory=dict)
    exclusive: dict[str, list[str]] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)
    nets: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    last: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    net_lines: list[Line] = field(default_factory=list)

    def give_to(self, entries: Mapping[str, dict[str, Any]], rows: Mapping[str, Line]) -> None:
        """Add them to the questions; a name that is no question, or a code that is no answer, is an error."""
        for name, line in self.lines.items():
            if name not in rows:
                raise line.wrong("question", f"There is no question '{name}'.", closest(name, rows))
        for line in self.net_lines:
            entry = entries.get(line["question"], {})
            known = self._codes(entry)
            if known and line["code"] not in known:
                raise line.wrong(
                    "code",
                    f"'{line['code']}' is no answer of '{line['question']}'.",
                    closest(line["code"], known),
                )
            if line["net"] and line["net"] in self._names(entry):
                raise line.wrong("net", *names_an_answer(line["net"], line["question"]))
        for name, entry in entries.items():
            scale = entry.get("scale", "") if entry.get("kind") == "multiple" else ""
            for key in ("exclusive", "other"):
                if scale in getattr(self, key):
                    entry[key] = getattr(self, key)[scale]
            for key in ("missing", "not_selected", "selected", "nets", "last"):
                found = getattr(self, key).get(name)
                if found:
                    entry[key] = found

    def _names(self, entry: Mapping[str, Any]) -> set[str]:
        """Codes and labels of the answers."""
        scale = self.scales.get(entry.get("scale", ""), {})
        levels = {str(n) for part in ("levels", "outside") for x in scale.get(part, ()) for n in x[:2]}
        return levels or {o[key] for o in entry.get("options", ()) for key in ("column", "label")}

    def _codes(self, entry: Mapping[str, Any]) -> list[str]:
        scale = self.scales.get(entry.get("scale", ""), {})
        levels = [x[0] for part in ("levels", "outside") for x in scale.get(part, ())]
        return levels or [o["column"] for o in entry.get("options", ())]


def answers_of(tables: Tables) -> Answers:
    """Read the sheets "Scales" and "Nets"."""
    out = Answers()
    for line in tables["Scales"]:
        _level(out, line)
    for name, scale in out.scales.items():
        _check_scores(scale, [x for x in tables["Scales"] if x["scale"] == name])
    for line in tables["Nets"]:
        _net(out, line)
    return out


def _level(out: Answers, line: Line) -> None:
    kind, name, question = line.choice("missing", MISSING), line["scale"], line["question"]
    if bool(name) == bool(question):
        raise line.wrong(
            "scale",
            "A row of the scales names a scale or a question, one of the two.",
            "fill in one of them.",
        )
    if not line["code"] and kind not in CHOICES:
        raise line.wrong("code", "An answer has no code.", "give the text of the cells in the export.")
    if question:
        _own(out, line, kind)
        return
    scale = out.scales.setdefault(name, {"levels": [], "outside": [], "missing": []})
    end = line.choice("favourable", _ENDS)
    if end and scale.setdefault("favourable", end) != end:
        raise line.wrong("favourable", f"Scale '{name}' has two favourable ends.", "say one, in any row.")
    part = "missing" if kind else "outside" if line.yes("outside") else "levels"
    _once(scale, line, part)
    if kind in CHOICES:
        raise line.wrong("missing", f"'{kind}' is said of the cells of a question.", "name the question.")
    if kind:
        scale["missing"].append([line["code"], kind, line["label"]][: 3 if line["label"] else 2])
        return
    if line.yes("exclusive"):
        out.exclusive.setdefault(name, []).append(line["code"])
    if line.yes("other") and out.other.setdefault(name, line["code"]) != line["code"]:
        raise line.wrong("other", f"Scale '{name}' has two answers for other text.", "keep one.")
    score = [line.number_in("score", "give a number, or leave it empty.")] if line["score"] else []
    scale[part].append([line["code"], line["label"] or line["code"], *score])


def _once(scale: Mapping[str, Any], line: Line, part: str) -> None:
    """A code once a scale, a label once among its answers."""
    if any(x[0] == line["code"] for p in ("levels", "outside", "missing") for x in scale[p]):
        raise line.wrong("code", f"Code '{line['code']}' is declared twice.", "keep one row.")
    label = line["label"] or line["code"]
    if part != "missing" and any(x[1] == label for p in ("levels", "outside") for x in scale[p]):
        raise line.wrong("label", f"Label '{label}' stands for two codes.", "give each answer its own.")


def _check_scores(scale: Mapping[str, Any], lines: list[Line]) -> None:
    scored = [len(x) == 3 for x in scale["levels"]]
    if any(scored) and not all(scored):
        lacking = scale["levels"][scored.index(False)][0]
        line = next(x for x in lines if x["code"] == lacking)
        raise line.wrong(
            "score",
            f"Answer '{lacking}' has no score; others of its scale have.",
            "give every level one, or none.",
        )


def _own(out: Answers, line: Line, kind: str) -> None:
    """A code of one question that is no answer."""
    if not kind:
        raise line.wrong(
            "missing",
            "A row of one question says what a code is that is no answer.",
            f"give one of {', '.join(MISSING)}; answers stand on a scale.",
        )
    question = line["question"]
    out.lines.setdefault(question, line)
    if kind in CHOICES:
        chosen = out.selected if kind == "selected" else out.not_selected
        chosen.setdefault(question, []).append(line["code"])
    else:
        told = [line["code"], kind, line["label"]]
        out.missing.setdefault(question, []).append(told if line["label"] else told[:2])


def _net(out: Answers, line: Line) -> None:
    question, net, last = line["question"], line["net"], line.yes("last")
    if not question or not line["code"]:
        raise line.wrong(
            "question" if line["code"] else "code", "A net needs a question and a code.", "fill in both."
        )
    if bool(net) == last:
        raise line.wrong(
            "net",
            "A row of the nets names a net, or says that an answer stays last.",
            "fill in one of the two.",
        )
    out.lines.setdefault(question, line)
    out.net_lines.append(line)
    if last:
        out.last.setdefault(question, []).append(line["code"])
    else:
        out.nets.setdefault(question, {}).setdefault(net, []).append(line["code"])
