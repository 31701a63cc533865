"""Typst: the report as plain data for the template.

Every string becomes printable with the shipped fonts on its way, and what had to be replaced is counted.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from survey_analysis.fonts import printable
from survey_analysis.reporting.document import (
    Block,
    BulletList,
    Callout,
    Code,
    Definitions,
    FigureBlock,
    Heading,
    KeyFinding,
    Paragraph,
    Report,
    Section,
    TableBlock,
    Text,
    runs,
    split_number,
)
from survey_analysis.reporting.labels import Labels, labels
from survey_analysis.reporting.svg import check_svg, printable_svg
from survey_analysis.tables.typst import to_typst as table_data

_SHORT = 90


@dataclass(frozen=True, slots=True)
class TypstData:
    """What the template reads, and how many characters had to be written as names or left out."""

    json: str
    replaced: int


def to_typst(report: Report, *, dense: bool = False) -> TypstData:
    """The report as JSON for the template; `dense` sets many short sections close, each whole where it fits a page.

    Examples
    --------
    >>> import datetime as dt
    >>> body = Section("s", "1", "Findings", (Paragraph("Great 😀"),))
    >>> data = to_typst(Report("Trust", (body,), dt.date(2026, 1, 1)))
    >>> data.replaced, "[grinning face]" in data.json
    (1, True)
    """
    words = labels(report.language)
    language, _, region = report.language.partition("-")
    title, banner = report.title, report.banner
    tree = {
        "title": title,
        "title_short": title if len(title) <= _SHORT else title[: _SHORT - 1].rstrip() + "…",
        "subtitle": report.subtitle,
        "author": [],
        "date": [report.created.year, report.created.month, report.created.day],
        "lang": language,
        "region": region.upper() if len(region) == 2 else None,
        "banner": banner,
        "banner_short": banner.partition(". ")[0].rstrip(".") + "." if banner else None,
        "meta": [{"label": label, "text": _rich(fact)} for label, fact in report.meta],
        "omitted": list(report.omitted),
        "footer": _rich(report.footer),
        "words": {"contents": words.contents, "page": words.page, "of": words.of, "omitted": words.omitted},
        "sections": _sections(report, words),
        "dense": dense,
    }
    counter = _Printer()
    data = counter.clean(tree)
    told = words.replaced.format(n=f"{counter.replaced:,}") if counter.replaced else ""
    return TypstData(json.dumps(data | {"replaced": told}, ensure_ascii=False), counter.replaced)


class _Printer:
    """Walks a tree and makes its strings printable, counting as it goes."""

    def __init__(self) -> None:
        self.replaced = 0

    def clean(self, node: Any, key: str = "") -> Any:
        if isinstance(node, dict):
            code = node.get("type") == "code"
            return {k: self.clean(v, "code" if code and k == "text" else k) for k, v in node.items()}
        if isinstance(node, list):
            return [self.clean(item, key) for item in node]
        if not isinstance(node, str):
            return node
        if key in {"svg", "narrow"}:
            text, count = printable_svg(node)
        else:
            text, count = printable(node, keep="\n" if key == "code" else "")
        self.replaced += count
        return text


def _sections(report: Report, words: Labels) -> list[dict[str, Any]]:
    numbers = report.numbers()
    tree, appendix = [], False
    for i, section in enumerate(report.sections):
        is_appendix = section.number[:1].isalpha()
        tree.append(
            {
                "id": section.id,
                "number": section.number,
                "label": f"{words.appendix} {section.number}" if is_appendix else section.number,
                "title": section.title,
                "break_before": i == 0 or (is_appendix and not appendix) or _is_after_findings(report, i),
                "blocks": [_block(block, numbers) for block in section.blocks],
            }
        )
        appendix = appendix or is_appendix
    return tree


def _is_after_findings(report: Report, index: int) -> bool:
    """The findings have their pages for themselves."""

    def findings(section: Section) -> bool:
        return any(isinstance(block, KeyFinding) for block in section.blocks)

    return findings(report.sections[index - 1]) and not findings(report.sections[index])


def _rich(text: Text) -> list[dict[str, str]]:
    return [{"text": run.text, "kind": run.kind, "target": run.target} for run in runs(text) if run.text]


def _block(block: Block, numbers: dict[str, str]) -> dict[str, Any]:
    match block:
        case Paragraph(text, kind):
            return {"type": "paragraph", "text": _rich(text), "kind": kind}
        case Heading(text, level, name):
            return {"type": "heading", "text": text, "level": level, "id": name}
        case FigureBlock():
            return _figure(block, numbers)
        case KeyFinding():
            return _finding(block, numbers)
        case TableBlock(table):
            return table_data(table, number=numbers[table.id])
        case Callout(title, lines, kind):
            return {"type": "callout", "title": title, "lines": [_rich(line) for line in lines], "kind": kind}
        case BulletList(items, kind):
            return {"type": "list", "items": [_rich(item) for item in items], "kind": kind}
        case Definitions(pairs):
            return {
                "type": "definitions",
                "items": [[_rich(term), _rich(meaning)] for term, meaning in pairs],
            }
        case Code(text, language):
            return {"type": "code", "text": text.rstrip("\n").expandtabs(4), "language": language}


def _figure(block: FigureBlock, numbers: dict[str, str]) -> dict[str, Any]:
    for svg in (block.svg, block.svg_narrow):
        if svg:
            check_svg(svg, block.id)
    return {
        "type": "figure",
        "id": block.id,
        "number": numbers[block.id],
        "title": block.title,
        "subtitle": block.subtitle,
        "source": block.source,
        "svg": block.svg,
        "share": _share(block.svg),
        "narrow": block.svg_narrow or "",
        "alt": block.alt,
    }


def _finding(block: KeyFinding, numbers: dict[str, str]) -> dict[str, Any]:
    number, unit = split_number(block.number)
    return {
        "type": "finding",
        "number": number,
        "unit": unit,
        "sentence": _rich(block.sentence),
        "note": _rich(block.note),
        "base": _rich(block.base_line),
        "figures": [_figure(block.figure, numbers)] if block.figure else [],
    }


_SIZE = re.compile(r'<svg[^>]*?viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_TALLEST = 1.04  # height over width of the text block that leaves room for title and source


def _share(svg: str) -> float:
    """Width in percent of the text block at which a chart fits on a page."""
    found = _SIZE.search(svg)
    if not found:
        return 100.0
    ratio = float(found[2]) / float(found[1])
    return min(100.0, round(100 * _TALLEST / ratio, 1))
