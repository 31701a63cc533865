"""Texts of shapes: read, written with their formats kept, and remembered, so that edits by hand are seen."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from typing import Any, Final

from survey_analysis.decks.office import clean, pptx

_ROOT: Final = "deck"
_SPACE: Final = "urn:survey-analysis:deck"
_TYPE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"


def text_of(frame: Any) -> str:
    """Text of a frame, a line a paragraph."""
    return "\n".join("".join(r.text for r in p.runs) for p in frame.paragraphs)


def rewrite(frame: Any, text: str) -> None:
    """Replace the text; each paragraph keeps its format, and leading runs that say the same stay."""
    lines = clean(text).split("\n")
    body = frame._txBody  # noqa: SLF001  python-pptx cannot copy a paragraph
    while len(frame.paragraphs) > len(lines):
        body.remove(frame.paragraphs[-1]._p)  # noqa: SLF001
    while len(frame.paragraphs) < len(lines):
        body.append(deepcopy(frame.paragraphs[-1]._p))  # noqa: SLF001
    for paragraph, line in zip(frame.paragraphs, lines, strict=True):
        _one(paragraph, line)


def _one(paragraph: Any, line: str) -> None:
    rest, runs = line, list(paragraph.runs)
    while len(runs) > 1 and runs[0].text and rest.startswith(runs[0].text):
        rest = rest[len(runs.pop(0).text) :]
    if not runs:
        paragraph.add_run().text = rest
        return
    runs[0].text = rest
    for run in runs[1:]:
        paragraph._p.remove(run._r)  # noqa: SLF001


def digest(text: str) -> str:
    """What a text is recognised by."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


class Record:
    """What we wrote into each named shape, kept as a custom XML part of the deck.

    Without it (a program dropped the part) every text counts as edited by hand, and stays.
    """

    def __init__(self, deck: Any) -> None:
        self._deck = deck
        self._part: Any = None
        self.written: dict[str, str] = {}
        for relation in deck.part.rels.values():
            if relation.is_external or relation.reltype != _TYPE:
                continue
            blob = relation.target_part.blob
            if _SPACE.encode() in blob:
                self._part = relation.target_part
                self.written = {t.get("shape"): t.get("digest") for t in pptx("oxml").parse_xml(blob)}

    def note(self, shape: str, text: str) -> None:
        """Remember what we wrote."""
        self.written[shape] = digest(text)

    def ours(self, shape: str, text: str) -> bool:
        """True where the text is what we wrote."""
        return self.written.get(shape) == digest(text)

    def keep(self) -> None:
        """Write the record into the deck."""
        from xml.sax.saxutils import quoteattr  # noqa: PLC0415

        texts = "".join(
            f"<text shape={quoteattr(shape)} digest={quoteattr(value)}/>"
            for shape, value in sorted(self.written.items())
        )
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        blob = f'{head}<{_ROOT} xmlns="{_SPACE}">{texts}</{_ROOT}>'.encode()
        if self._part is not None:
            self._part._blob = blob  # noqa: SLF001
            return
        opc = pptx("opc.package")
        taken = {str(p.partname) for p in self._deck.part.package.iter_parts()}
        number = next(i for i in range(1, 1000) if f"/customXml/item{i}.xml" not in taken)
        name = pptx("opc.packuri").PackURI(f"/customXml/item{number}.xml")
        self._part = opc.Part(name, "application/xml", self._deck.part.package, blob)
        self._deck.part.relate_to(self._part, _TYPE)
