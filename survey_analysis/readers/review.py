"""The review table of an inspection: what each question or column seems to be, how sure, and why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from survey_analysis.plurals import counted
from survey_analysis.readers.evidence import RULE, Confidence

if TYPE_CHECKING:
    from survey_analysis.readers.inspect import ColumnGuess, Inspection

MOST_SHOWN = 8  # answers of a question
MOST_LINES = 2  # of a name, of the answers, of the evidence, in a terminal
MOST_OF_DOUBT = 6  # of the evidence that has another reading
MOST_WORDING = 140  # characters of a question
MOST_ROWS = 60  # rows of the table in a notebook
WIDTH = 100  # of a line, where nobody knows better
NARROW = (18, 20, 28)  # most of a name, in a terminal of less than 90, less than 120 and more columns
WIDTHS = (9, 6, 11)  # most of kind, confidence and missing cells
FEWEST_LEFT = 24  # columns for question and evidence
HEADS = ("columns", "seems", "sure", "missing", "question; answers; what the guess rests on")

STYLE = """<style>
.sa-inspect{font:13px/1.4 system-ui,sans-serif;color:#222;background:#fff;max-width:980px;padding:2px}
.sa-inspect p{margin:.3em 0}
.sa-inspect table{border-collapse:collapse;width:100%;margin:.5em 0;table-layout:fixed}
.sa-inspect.sa-inspect td,.sa-inspect.sa-inspect th{text-align:left;vertical-align:top;padding:3px 8px 3px 0;background:none;color:inherit;
border-bottom:1px solid #e4e4e4;overflow-wrap:anywhere;white-space:normal}
.sa-inspect.sa-inspect th{border-bottom:1px solid #777;font-weight:600}
.sa-inspect.sa-inspect .n{text-align:right;font-variant-numeric:tabular-nums;padding-right:14px}
.sa-inspect .why,.sa-inspect .note{color:#555}
.sa-inspect.sa-inspect .low{font-weight:600;color:#9a3412}
.sa-inspect col.c1{width:21%}.sa-inspect col.c2{width:10%}.sa-inspect col.c3{width:8%}.sa-inspect col.c4{width:9%}
@media(max-width:600px){.sa-inspect table,.sa-inspect tbody,.sa-inspect tr{display:block}
.sa-inspect thead,.sa-inspect colgroup{display:none}.sa-inspect tr{border-bottom:1px solid #e4e4e4;padding:4px 0}
.sa-inspect.sa-inspect td{display:inline;border:0;padding:0 10px 0 0}.sa-inspect.sa-inspect td:first-child,.sa-inspect.sa-inspect td:last-child{display:block}
.sa-inspect td:first-child{font-weight:600}.sa-inspect .n::after{content:" missing"}.sa-inspect .s::before{content:"sure: ";font-weight:400;color:#555}}
</style>"""


@dataclass(frozen=True)
class Line:
    """One row of the review: a question with its columns, or a column with a job."""

    columns: str
    kind: str
    confidence: Confidence
    missing: str
    answers: str
    evidence: str
    wording: str = ""


def lines(inspection: Inspection) -> Iterator[Line]:
    """Rows in file order, batteries last; neighbours of which the same is said stand in one row."""
    for _, run in groupby(
        _lines(inspection), key=lambda x: (x.kind, x.confidence, x.answers, x.evidence, x.wording)
    ):
        same = list(run)
        names = ", ".join(x.columns for x in same)
        if len(same) > 3:
            names = f"{same[0].columns}, {same[1].columns} … {same[-1].columns} ({len(same)})"
        missing = dict.fromkeys(x.missing for x in same)
        yield replace(same[0], columns=names, missing=_span(list(missing)))


def _span(missing: Sequence[str]) -> str:
    numbers = sorted(int(n.replace(",", "")) for text in missing for n in text.split("–"))
    least, most = f"{numbers[0]:,}", f"{numbers[-1]:,}"
    return f"{least}–{most}" if numbers[0] < numbers[-1] else least


def _lines(inspection: Inspection) -> Iterator[Line]:
    groups = {g.name: g for g in inspection.groups}
    rated = {c for b in inspection.batteries for c in b.columns}
    guesses = {c.column: c for c in inspection.columns}
    rest = [c for c in inspection.columns if c.column not in rated]
    done: set[str] = set()
    for kind, run in groupby(rest, key=lambda c: c.kind == "replicate"):
        if kind:
            yield _several("replicate", list(run))
            continue
        for column in run:
            group = groups.get(column.group)
            if group is None:
                yield _one(column)
            elif group.name not in done:
                done.add(group.name)
                own = [guesses[c] for c in group.columns]
                shown = _shown(
                    [label for _, label in group.options] or _answers(group.kind, own, group.items)
                )
                why = "; ".join(x for x in (group.evidence, _direction(own)) if x)
                yield Line(
                    _names(own), group.kind, group.confidence, _missing(own), shown, why, flat(group.stem)
                )  # fmt: skip
    for battery in inspection.batteries:
        own = [guesses[c] for c in battery.columns]
        rated_on = next((c for c in own if c.levels), own[0])
        why = "; ".join(x for x in (battery.evidence, _direction([rated_on])) if x)
        shown = _shown(rated_on.levels)
        yield Line(_names(own), "battery", battery.confidence, _missing(own), shown, why)


def _answers(kind: str, own: Sequence[ColumnGuess], items: object) -> list[str]:
    if kind == "multiple":
        return list(items.values())  # type: ignore[attr-defined]
    return list(dict.fromkeys(x for c in own for x in c.levels))


def _direction(own: Sequence[ColumnGuess]) -> str:
    """What the words say of the order of a grid's answers."""
    said = {c.evidence.partition(", ")[2] for c in own if c.kind == "single"}
    return said.pop() if len(said) == 1 else ""


def _one(column: ColumnGuess) -> Line:
    said = flat(column.wording) if column.kind in ("single", "numeric", "open") else ""
    return Line(
        flat(column.column), column.kind, column.confidence, str(column.missing), _shown(column.levels),
        flat(column.evidence), "" if said == flat(column.column) else said,
    )  # fmt: skip


def _several(kind: str, own: Sequence[ColumnGuess]) -> Line:
    return Line(_names(own), kind, own[0].confidence, _missing(own), "", flat(own[0].evidence))


def _names(own: Sequence[ColumnGuess]) -> str:
    if len(own) == 1:
        return flat(own[0].column)
    return f"{flat(own[0].column)} … {flat(own[-1].column)} ({len(own)})"


def _missing(own: Sequence[ColumnGuess]) -> str:
    return _span([str(c.missing) for c in own])


def _shown(levels: Sequence[str]) -> str:
    more = [f"({len(levels) - MOST_SHOWN} more)"] if len(levels) > MOST_SHOWN else []
    return " | ".join([*(_cut(flat(x), 28) for x in levels[:MOST_SHOWN]), *more])


def head(inspection: Inspection) -> list[str]:
    """What stands above the table."""
    out = [
        (
            f"{flat(inspection.name)} ({inspection.format}): {counted(inspection.rows, 'row')}, "
            f"{counted(len(inspection.columns), 'column')}"
        )
    ]
    out += [flat(note) for note in inspection.notes]
    out += [f"{text!r} seems to mean an empty cell: {why}." for text, why in inspection.empty]
    if inspection.long:
        out.append(f"{flat(inspection.long.evidence)}.")
    return out


def foot(inspection: Inspection) -> list[str]:
    """How many guesses are how sure, and the rule."""
    found = [x.confidence for x in lines(inspection)]
    counts = ", ".join(f"{found.count(c)} {c}" for c in ("high", "medium", "low"))
    return [f"{counted(len(found), 'guess', 'guesses')}: {counts}.", f"{RULE}."]


def as_text(inspection: Inspection, width: int = WIDTH) -> str:
    """For a terminal, at most `width` columns wide."""
    first, *notes = head(inspection)
    out = [
        *textwrap.wrap(first, width, subsequent_indent="  "),
        *(
            line
            for n in notes
            for line in textwrap.wrap(n, width, initial_indent="  ", subsequent_indent="    ")
        ),
    ]
    rows = [HEADS, *((x.columns, x.kind, x.confidence, x.missing, x.evidence) for x in lines(inspection))]
    above = [("", ""), *((x.wording, x.answers) for x in lines(inspection))]
    most = (max(len(r[j]) for r in rows) for j in range(4))
    name = NARROW[(width >= 90) + (width >= 120)]
    widths = [min(w, max(n, len(h))) for w, n, h in zip((name, *WIDTHS), most, HEADS, strict=False)]
    widths.append(max(FEWEST_LEFT, width - sum(widths) - 2 * len(widths)))
    out.append("")
    for row, (wording, shown) in zip(rows, above, strict=True):
        most_lines = MOST_OF_DOUBT if row is HEADS or row[2] == "low" else MOST_LINES
        cells = [_wrapped(c, w, most_lines) for c, w in zip(row, widths, strict=True)]
        asked = [f'"{_cut(wording, widths[-1] - 2)}"'] if wording else []
        cells[-1] = [*asked, *(_wrapped(shown, widths[-1]) if shown else []), *(cells[-1] if row[-1] else [])]
        for i in range(max(map(len, cells))):
            parts = ((c[i] if i < len(c) else "").ljust(w) for c, w in zip(cells, widths, strict=True))
            out.append("  ".join(parts).rstrip())
    out += ["", *(line for n in foot(inspection) for line in textwrap.wrap(n, width))]
    return "\n".join(out)


def _wrapped(text: str, width: int, most: int = MOST_LINES) -> list[str]:
    out = textwrap.wrap(text, width, break_on_hyphens=False) or [""]
    if len(out) > most:
        last = out[most - 1].rstrip("… |")
        out = [*out[: most - 1], f"{last[: width - 2]} …"]
    return out


def as_html(inspection: Inspection) -> str:
    """For a notebook: one small table; text from the data is escaped."""
    first, *notes = head(inspection)
    found = list(lines(inspection))
    body = "".join(_row(x) for x in found[:MOST_ROWS])
    cols = "".join(f'<col class="c{i + 1}">' for i in range(len(HEADS)))
    heads = "".join(f'<th scope="col"{_side(i)}>{escape(h)}</th>' for i, h in enumerate(HEADS))
    more = (
        f"<p class='note'>{counted(len(found) - MOST_ROWS, 'more row')}: <code>.to_frame()</code></p>"
        if len(found) > MOST_ROWS
        else ""
    )
    said = "".join(f'<p class="note">{escape(n)}</p>' for n in notes)
    ends = "".join(f'<p class="note">{escape(n)}</p>' for n in foot(inspection))
    table = f"<table><colgroup>{cols}</colgroup><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f'{STYLE}<div class="sa-inspect"><p><b>{escape(first)}</b></p>{said}{table}{more}{ends}</div>'


def _side(i: int) -> str:
    return ' class="n"' if i == 3 else ""


def _row(line: Line) -> str:
    asked = f"<div>“{escape(_cut(line.wording, MOST_WORDING))}”</div>" if line.wording else ""
    sure = f'<td class="s {line.confidence}">{line.confidence}</td>'
    why = f'{asked}{escape(line.answers)}<div class="why">{escape(line.evidence)}</div>'
    return (
        f"<tr><td>{escape(line.columns)}</td><td>{escape(line.kind)}</td>{sure}"
        f'<td class="n">{escape(line.missing)}</td><td>{why}</td></tr>'
    )


def flat(text: str) -> str:
    """One line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _cut(text: str, width: int) -> str:
    return f"{text[: width - 1].rstrip()}…" if len(text) > width else text
