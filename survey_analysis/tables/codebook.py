"""Tables of a codebook: answers with small bars, numbers, lengths of open answers, and all questions in one."""

from __future__ import annotations

from survey_analysis.results.codebook import AnswerCount, CodebookData, CodebookQuestion, NumberFacts, Part
from survey_analysis.tables.estimates import anchor, count_cell
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.codebook import KINDS, MISSING, answered_line, number_text, rare_line
from survey_analysis.wording.numbers import count, fixed

_NONE = "–"
_LONGEST = 12  # characters of a code that has a column
_ENDS = (" or less", " or more")


def question_table(question: CodebookQuestion, data: CodebookData, *, id_: str) -> Table | None:
    """The answers to one question; None where there is nothing to show."""
    parts = question.parts
    if any(p.numbers for p in parts):
        return _numbers(question, data, id_)
    if any(p.texts for p in parts):
        return _texts(question, id_)
    if any(p.answers or p.rare for p in parts):
        return _answers(question, data, id_)
    return None


def _answers(question: CodebookQuestion, data: CodebookData, id_: str) -> Table:
    coded = bool(recoded(question)) and not long_codes_text(question)
    rows: list[Row] = []
    for part in question.parts:
        if part.subject:
            rows.append(Row(f"{part.subject}: {answered_line(part)}", kind="section"))
        rows += [_answer(a, data, coded=coded) for a in part.answers]
    columns = [Column("Code", align="left")] if coded else []
    columns += [Column("n"), Column("%")]
    if data.weighted:
        columns.append(Column("Weighted %"))
    notes = [rare_line(p, data.minimum) for p in question.parts]
    if question.kind == "multiple":
        notes.append("Several answers were possible; percentages may add to more than 100.")
    return Table(
        id_,
        f"Answers to {question.name}",
        tuple(columns),
        tuple(rows),
        notes=tuple(n for n in notes if n),
        stub="Answer",
    )


def recoded(question: CodebookQuestion) -> tuple[AnswerCount, ...]:
    """Answers whose text in the data is not their label; columns of options are none."""
    found = {a.code: a for p in question.parts for a in p.answers if a.code != a.label}
    return tuple(found.values()) if question.columns != tuple(found) else ()


def long_codes_text(question: CodebookQuestion) -> str:
    """What the cells hold where that is too long for a column of codes.

    Examples
    --------
    >>> part = Part("", ("q",), 5, 5, (), (AnswerCount("You didn?t think", "You didn’t think", 5, 1.0, 1.0),))
    >>> long_codes_text(CodebookQuestion("q", "Q", "", "single", ("q",), parts=(part,)))
    '“You didn?t think” for “You didn’t think”'
    """
    found = recoded(question)
    if all(len(a.code) <= _LONGEST for a in found):
        return ""
    return "; ".join(f"“{a.code}” for “{a.label}”" for a in found)


def _answer(a: AnswerCount, data: CodebookData, *, coded: bool) -> Row:
    code = (Cell(a.code, align="left"),) if coded else ()
    if a.n is None:
        text = f"<{data.minimum}" if a.hidden == "small" else _NONE
        return Row(_label(a), (*code, Cell(text), *(Cell(_NONE),) * (2 if data.weighted else 1)))
    shares = [_share(a.share, bar=not data.weighted)]
    if data.weighted:
        shares.append(_share(a.weighted, bar=True))
    return Row(_label(a), (*code, count_cell(a.n), *shares))


def _label(a: AnswerCount) -> str:
    marks = [x for x, on in (("not on the scale", a.outside), ("alone", a.exclusive)) if on]
    return f"{a.label} ({', '.join(marks)})" if marks else a.label


def _share(share: float | None, *, bar: bool) -> Cell:
    if share is None:
        return Cell(_NONE)
    return Cell(fixed(100 * share, 1), 100 * share, "0.0", bar=share if bar else None)


def _numbers(question: CodebookQuestion, data: CodebookData, id_: str) -> Table:
    heads = ["Lowest", "First quartile", "Median", "Third quartile", "Highest", "Mean", "Std deviation"]
    if data.weighted:
        heads.insert(6, "Weighted mean")
    notes: tuple[str, ...] = ()
    if any(p.numbers is not None and p.numbers.mean is None for p in question.parts):
        notes = (f"Nothing is shown of fewer than {data.minimum} people.",)
    cells = [_figures(p.numbers, weighted=data.weighted) for p in question.parts]
    return _down_or_across(question, heads, cells, id_, "Numbers of", notes)


def _figures(found: NumberFacts | None, *, weighted: bool) -> list[Cell]:
    if found is None or found.mean is None:
        return [Cell(_NONE)] * (8 if weighted else 7)
    ends = [
        Cell(_NONE) if x is None else Cell(number_text(x) + ("" if is_end else words), align="right")
        for x, is_end, words in (
            (found.low, found.low_is_end, _ENDS[0]),
            (found.high, found.high_is_end, _ENDS[1]),
        )
    ]
    quartiles = [Cell(number_text(q), q, "General") for q in found.quartiles or ()] or [Cell(_NONE)] * 3
    means = [found.mean, *([found.weighted_mean] if weighted else []), found.std_dev]
    shown = [Cell(_NONE) if m is None else Cell(fixed(m, 2).replace(",", ""), m, "0.00") for m in means]
    return [ends[0], *quartiles, ends[1], *shown]


def _texts(question: CodebookQuestion, id_: str) -> Table:
    heads = ["Answers", "Characters, on average", "Words, on average"]
    cells = [
        [
            count_cell(p.answered),
            *(
                Cell(_NONE) if x is None else Cell(fixed(x, 1), x, "0.0")
                for x in ((p.texts.characters, p.texts.words) if p.texts else (None, None))
            ),
        ]
        for p in question.parts
    ]
    return _down_or_across(question, heads, cells, id_, "Length of the answers to", ())


def _down_or_across(
    question: CodebookQuestion,
    heads: list[str],
    cells: list[list[Cell]],
    id_: str,
    what: str,
    notes: tuple[str, ...],
) -> Table:
    """Figures of a plain question under each other; of a battery one line a subject."""
    title = f"{what} {question.name}"
    if any(p.subject for p in question.parts):
        rows = tuple(Row(p.subject, tuple(c)) for p, c in zip(question.parts, cells, strict=True))
        return Table(id_, title, tuple(Column(h) for h in heads), rows, notes=notes, stub="About")
    rows = tuple(Row(head, (cell,)) for head, cell in zip(heads, cells[0], strict=True))
    return Table(id_, title, (Column("Value"),), rows, notes=notes, stub="Figure")


def overview_table(data: CodebookData) -> Table:
    """Every question and subject in one table: where it is, who was asked, why there is no answer."""
    reasons = [
        k for k in MISSING if any(k == kind for q in data.questions for p in q.parts for kind, _ in p.missing)
    ]
    columns = (
        *(Column(x, align="left") for x in ("Name", "Kind", "Columns", "Wording", "Asked if", "Base")),
        Column("Asked"),
        Column("Answered"),
        *(Column(MISSING[k].capitalize()) for k in reasons),
    )
    rows = [r for q in data.questions for r in _overview(q, reasons)]
    return Table("codebook-questions", "All questions", columns, tuple(rows), stub="Question")


def _overview(q: CodebookQuestion, reasons: list[str]) -> list[Row]:
    kind = "personal: not shown" if q.personal else KINDS[q.kind]
    rows = []
    for part in q.parts or (Part("", q.columns, 0, 0, ()),):
        told = (q.name, kind, ", ".join(part.columns), q.wording, q.asked_if, q.base)
        known = dict(part.missing)
        counts = (part.asked, part.answered, *(known.get(k, 0) for k in reasons))
        numbers = (Cell(_NONE),) * len(counts) if q.personal else tuple(count_cell(n) for n in counts)
        label = f"{q.label}: {part.subject}" if part.subject else q.label
        rows.append(Row(label, (*(Cell(t, align="left") for t in told), *numbers)))
    return rows


def missing_codes_text(question: CodebookQuestion) -> str:
    """Codes that are no answer, with what they stand for.

    Examples
    --------
    >>> missing_codes_text(CodebookQuestion("q", "Q", "", "single", ("q",), missing_codes=(("98", "dont_know", "DK"),)))
    '98 = don’t know (DK)'
    """
    return "; ".join(
        f"{code} = {MISSING[kind]}{f' ({label})' if label else ''}"
        for code, kind, label in question.missing_codes
    )


def columns_text(question: CodebookQuestion, most: int = 8) -> str:
    """Columns of the export that a question reads, the first few of many."""
    names = question.columns
    more = f" and {count(len(names) - most)} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def question_anchor(place: int, question: CodebookQuestion) -> str:
    """Id of a question in a document; its place keeps it unique."""
    return anchor(f"q{place}", question.name)
