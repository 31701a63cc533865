"""Sentences of a draft in Markdown or plain text, with their places; code, links and marks are blanked, never moved.

What is left has the length of the source, so a position in a sentence is a position in the draft.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_BLANKED: Final = tuple(
    re.compile(p, re.MULTILINE | re.DOTALL)
    for p in (
        r"\A---\n.*?^---\s*$",  # front matter
        r"^[ \t]*(?P<f>```+|~~~+)[^\n]*\n.*?(?:^[ \t]*(?P=f)[ \t]*$|\Z)",  # fenced code
        r"(?:\A|(?<=\n\n))(?:(?: {4}|\t)[^\n]*(?:\n|\Z))+",  # indented code after a blank line
        r"<!--.*?-->",
        r"`[^`\n]+`",
        r"!\[[^\]\n]*\]\([^)\n]*\)",  # images
        r"^\[[^\]^\n]+\]:[^\n]*$",  # link definitions
        r"(?<=\])\([^)\n]*\)",  # address of a link
        r"(?<=\])\[[^\]\n]*\]",  # name of a reference link
        r"\[\^[^\]\n]+\]:?",  # footnote marks; their text stays
        r"<[^>\n]+>",
        r"https?://[^\s)>]+",
        r"^\|?[ \t]*:?-{2,}[-:| \t]*$",  # second line of a table, rules
        r"^[ \t]*(?:>[ \t]?)+",
        r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]",  # list marks
        r"^#{1,6}[ \t]|[ \t]#+[ \t]*$",
        r"\*+|~~|(?<!\w)_+|_+(?!\w)|[\[\]|\\]",
    )
)
_STARTS: Final = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]|#{1,6}[ \t]|\||\[\^[^\]]+\]:|[ \t]*$")
_ALONE: Final = re.compile(r"#{1,6}[ \t]|\|")
_END: Final = re.compile(r"[.!?…][\"”’')\]]*(?=\s+[\"“‘'(\[]?[^\W_a-z])")
_SHORT: Final = {
    "e.g", "i.e", "vs", "approx", "ca", "cf", "mr", "mrs", "ms", "dr", "no", "inc", "ltd", "st", "fig", "figs",
    "u.s", "u.k", "p.p", "jan", "feb", "aug", "sept", "oct", "nov", "dec", "prof", "al", "p", "pp",
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """One sentence: its text with everything that is not prose blanked, its place, and its paragraph."""

    text: str
    start: int
    paragraph: int


def sentences(source: str) -> tuple[Sentence, ...]:
    """The sentences of a draft, in order; a heading, a list item and a row of a table stand alone.

    Examples
    --------
    >>> text = "# Title" + chr(10) * 2 + "So say 82%, e.g. `x = 3`. See [the data](http://a.b/99%)."
    >>> [" ".join(s.text.split()) for s in sentences(text)]
    ['Title', 'So say 82%, e.g. .', 'See the data .']
    """
    clean = blanked(source)
    out: list[Sentence] = []
    for number, (start, end) in enumerate(_paragraphs(source)):
        block = clean[start:end].replace("\n", " ")
        at = 0
        for stop in [m.end() for m in _END.finditer(block) if not _abbreviated(block, m.start())] + [
            len(block)
        ]:
            if block[at:stop].strip():
                lead = len(block[at:stop]) - len(block[at:stop].lstrip())
                out.append(Sentence(block[at + lead : stop], start + at + lead, number))
            at = stop
    return tuple(out)


def blanked(source: str) -> str:
    """The draft with code, addresses and marks replaced by blanks, line ends kept."""
    for pattern in _BLANKED:
        source = pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), source)
    return source


def places(source: str) -> Places:
    """Lines and columns of positions in a draft."""
    return Places(tuple(m.end() for m in re.finditer(r"\A|\n", source)))


@dataclass(frozen=True)
class Places:
    """Where the lines of a text start."""

    starts: tuple[int, ...]

    def of(self, position: int) -> tuple[int, int]:
        """Line and column of a position, counted from 1."""
        line = bisect_right(self.starts, position)
        return line, position - self.starts[line - 1] + 1


def _paragraphs(source: str) -> Iterator[tuple[int, int]]:
    """Start and end of the paragraphs, headings, list items and table rows."""
    start = at = 0
    for line in source.splitlines(keepends=True):
        if _STARTS.match(line) and at > start:
            yield start, at
            start = at
        at += len(line)
        if _ALONE.match(line) or not line.strip():
            yield start, at
            start = at
    if at > start:
        yield start, at


def _abbreviated(text: str, at: int) -> bool:
    """Whether the full stop at that place belongs to an abbreviation or an initial."""
    if text[at] != ".":
        return False
    word = re.search(r"([^\s(\"“]+)$", text[:at])
    return word is not None and (word[1].lower() in _SHORT or bool(re.fullmatch(r"[A-Z]", word[1])))
