"""A codebook as the rows of its tables, and back: what `to_excel` and `to_csv` write, whatever the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from survey_analysis.study.build import build
from survey_analysis.study.codebook import Codebook, Question
from survey_analysis.study.codebook_merge import with_codebook
from survey_analysis.study.codebook_table import SheetName, Tables
from survey_analysis.study.load import parse
from survey_analysis.study.scales import Level, Scale

Row = Mapping[str, str]


def rows_of(book: Codebook) -> dict[SheetName, list[Row]]:
    """Every table of a codebook, row by row; questions in their order."""
    scales = _scales(book)
    return {
        "Questions": [r for q in book.questions.values() for r in _question(book, q, scales)],
        "Scales": [*_levels(book, scales), *(r for q in book.questions.values() for r in _own_codes(q))],
        "Nets": [r for q in book.questions.values() for r in _nets(q)],
        "Subjects": [
            {"set": s.name, "key": key, "label": label, "code": code, "phrase": s.phrases.get(key, "")}
            for s in book.subjects.values()
            for key, label, code in s.members
        ],
        "Constructs": [r for name in book.constructs for r in _construct(book, name)],
    }


def codebook_of(tables: Tables) -> Codebook:
    """The codebook that tables describe by themselves, without a study file.

    Raises
    ------
    StudyError
        A cell that cannot be used, with its line or its sheet and cell.
    """
    origins = {(x["question"] or x["column"]): x["origin"] for x in reversed(tables["Questions"])}
    derived = {n: {"levels": _derived_levels(tables, n)} for n, o in origins.items() if o == "derived"}
    raw = with_codebook({"derived": derived}, tables)
    book = build(parse(raw, tables.file)).codebook
    questions = {
        n: q.model_copy(update={"inferred": True}) if origins.get(n) == "data" else q
        for n, q in book.questions.items()
    }
    instruments = {x["construct"]: x["instrument"] for x in reversed(tables["Constructs"])}
    constructs = {
        n: c.model_copy(update={"instrument": instruments.get(n, "")}) for n, c in book.constructs.items()
    }
    return Codebook(questions=questions, constructs=constructs, subjects=book.subjects)


def _derived_levels(tables: Tables, name: str) -> dict[str, str]:
    """Labels of a derived question; what makes them stands in a study file only."""
    return {x["code"]: "" for x in tables["Scales"] if x["scale"] == name and not x["missing"]}


def _scales(book: Codebook) -> dict[str, tuple[str, Scale]]:
    """Name and content of each question's scale, without the codes that are the question's own.

    Two scales of one name get different ones, as one table lists them.
    """
    out: dict[str, tuple[str, Scale]] = {}
    taken: dict[str, Scale] = {}
    for question in book.questions.values():
        scale = question.scale
        if question.slots:
            options = tuple(Level(code=o.code, label=o.label) for o in question.options)
            scale = Scale(name=question.name, levels=options)
        if scale is None:
            continue
        own = {c for c, _ in question.missing}
        shared = scale.model_copy(update={"missing": tuple(m for m in scale.missing if m.code not in own)})
        wanted = scale.name or question.name
        name, i = wanted, 2
        while name in taken and taken[name] != shared:
            name, i = f"{wanted} {i}", i + 1
        taken[name] = shared
        out[question.name] = (name, shared)
    return out


def _question(book: Codebook, q: Question, scales: Mapping[str, tuple[str, Scale]]) -> Iterator[Row]:
    low, high = (_number(x) for x in q.valid_range) if q.valid_range else ("", "")
    facts = {
        "text": q.text, "short": q.short, "kind": q.kind, "scale": scales[q.name][0] if q.name in scales else "",
        "asked_if": q.asked_if, "base": q.base, "predicate": q.predicate, "reverse": "yes" if q.reverse else "",
        "low": low, "high": high, "separator": q.separator, "origin": _origin(book, q),
    }  # fmt: skip
    if q.slots:
        rows: list[Row] = [{"column": c} for c in q.slots]
    elif q.options:
        rows = [
            {"column": o.column, "option": o.label, "exclusive": "yes" if o.exclusive else ""}
            for o in q.options
        ]
    elif q.over:
        rows = [{"column": c, "subject": s, "over": q.over} for s, c in q.columns.items()]
    else:
        rows = [{"column": next(iter(q.columns.values()), "")}]
    for i, row in enumerate(rows):  # facts stand once, where they are edited
        yield {"question": q.name, **row, **(facts if i == 0 else {"kind": q.kind})}


def _origin(book: Codebook, q: Question) -> str:
    if q.inferred:
        return "data"
    if not q.all_columns:
        return "derived"
    made = any(
        q.name in c.items and q.name.startswith(f"{n}_") for n, c in book.constructs.items() if c.instrument
    )
    return "library" if made else "declared"


def _levels(book: Codebook, scales: Mapping[str, tuple[str, Scale]]) -> Iterator[Row]:
    slotted = {scales[q.name][0]: q for q in book.questions.values() if q.slots}
    for name, scale in dict(scales.values()).items():
        common = {"scale": name, "favourable": scale.favourable}
        of = slotted.get(name)
        alone = {o.code for o in of.options if o.exclusive} if of else set()
        for part, outside in ((scale.levels, ""), (scale.outside, "yes")):
            for x in part:
                row = common | {"code": x.code, "label": x.label, "outside": outside}
                row["score"] = "" if x.score is None else _number(x.score)
                row["exclusive"] = "yes" if x.code in alone else ""
                row["other"] = "yes" if of and x.code == of.other else ""
                yield row
        for m in scale.missing:
            yield common | {"code": m.code, "label": m.label, "missing": m.kind}


def _own_codes(q: Question) -> Iterator[Row]:
    labels = {m.code: m.label for m in q.scale.missing} if q.scale else {}
    for code, kind in q.missing:
        yield {"question": q.name, "code": code, "label": labels.get(code, ""), "missing": kind}
    for told, choice in ((q.not_selected, "not selected"), (q.selected, "selected")):
        for text in told:
            yield {"question": q.name, "code": text, "missing": choice}


def _nets(q: Question) -> Iterator[Row]:
    labels = {x.code: x.label for x in q.scale.answers} if q.scale else {}
    labels |= {o.code: o.label for o in q.options}
    for net, codes in q.nets.items():
        for code in codes:
            yield {"question": q.name, "net": net, "code": code, "label": labels.get(code, "")}
    for code in q.last:
        yield {"question": q.name, "code": code, "label": labels.get(code, ""), "last": "yes"}


def _construct(book: Codebook, name: str) -> Iterator[Row]:
    c = book.constructs[name]
    facts = {"text": c.text, "short": c.short, "base": c.base, "instrument": c.instrument}
    facts["minimum_answered"] = str(c.minimum_answered)
    for i, item in enumerate(c.items):
        yield {"construct": name, "item": item} | (facts if i == 0 else {})


def _number(x: float) -> str:
    return str(int(x)) if float(x).is_integer() else repr(float(x))
