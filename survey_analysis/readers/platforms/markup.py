"""Wording without markup: what a respondent reads of a text that is HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = {"script", "style", "head", "title", "template"}
_BREAKS = {"br", "p", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}


class _Reader(HTMLParser):
    """Collects what is shown; nothing is run, loaded or looked up."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in _UNSEEN:
            self.hidden += 1
        elif tag in _BREAKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _BREAKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def plain(text: str) -> str:
    """Text of some HTML, on one line; text without markup keeps its characters.

    Examples
    --------
    >>> plain("<p>Do you <b>follow</b>&nbsp;us?</p><script>x()</script>"), plain("a < b & c")
    ('Do you follow us?', 'a < b & c')
    """
    if "<" in text or "&" in text:
        reader = _Reader()
        reader.feed(text)
        reader.close()
        text = "".join(reader.parts)
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()
