"""XML from strangers: no document type of its own, no entities, nothing fetched, bounded size and depth."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from survey_analysis.errors import DataError

MOST_BYTES = 64 * 2**20
MOST_DEPTH = 64

_SPACE = re.compile(r"\s+")
_BREAK = re.compile(r"</?(?:br|p|div|li|tr|td)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True)
class Document:
    """The root of an XML file (names without namespace) and the encoding that it declares."""

    root: Element
    encoding: str


def parse_xml(data: bytes, name: str) -> Document:
    """Parse the bytes of an XML file.

    A reference to an external document type is allowed and not followed. Declarations of entities are
    refused: none of the formats read here has a use for one, and they can grow without bound or name files.

    Raises
    ------
    DataError
        Not well-formed (line and column named), declares entities, too large or too deep, or in an encoding
        that cannot be read.

    Examples
    --------
    >>> parse_xml(b'<a xmlns="urn:x"><b n="1">text</b></a>', "x.xml").root.find("b").get("n")
    '1'
    """
    if len(data) > MOST_BYTES:
        raise DataError(
            f"'{name}' is larger than a metadata file can be.",
            where=f"It has {len(data)} bytes; at most {MOST_BYTES} are read.",
            hint="check that it is the metadata, not the data.",
        )
    found = _Found(name)
    try:
        found.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise DataError(
            f"'{name}' is not well-formed XML: {expat.errors.messages[error.code]}.",
            where=f"Line {error.lineno}, column {error.offset + 1}.",
            hint="the file is cut off or damaged; export it again.",
        ) from None
    except DataError:  # of a handler; it is a ValueError too
        raise
    except (LookupError, ValueError):
        raise DataError(
            f"'{name}' is in an encoding that cannot be read: '{found.encoding}'.",
            hint="export it as UTF-8.",
        ) from None
    return Document(found.builder.close(), found.encoding)


class _Found:
    """Handlers of one parse."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.encoding = "utf-8"
        self.depth = 0
        self.builder = TreeBuilder()
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.XmlDeclHandler = self.declared
        parser.EntityDeclHandler = self.entity
        parser.ExternalEntityRefHandler = self.entity
        parser.SkippedEntityHandler = self.entity
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.builder.data
        self.parser = parser

    def declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = (encoding or "utf-8").lower()

    def entity(self, *_what: object) -> NoReturn:
        raise DataError(
            f"'{self.name}' declares or uses XML entities, which can hide other files or grow without bound.",
            where=f"Line {self.parser.CurrentLineNumber}.",
            hint="write the text itself in their place.",
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise DataError(
                f"'{self.name}' nests its elements more than {MOST_DEPTH} deep.",
                where=f"Line {self.parser.CurrentLineNumber}.",
                hint="check that it is a metadata file.",
            )
        self.builder.start(_local(tag), {_local(k): v for k, v in attributes.items()})

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.builder.end(_local(tag))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def looks_like(data: bytes, root: str) -> bool:
    """Whether the bytes begin like an XML file with that root element.

    Examples
    --------
    >>> looks_like(b'<?xml version="1.0"?><!-- made by hand --><sss version="2.0">', "sss")
    True
    """
    head = data[:8192]
    codec = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    text = head.decode(codec, errors="ignore").lstrip("\ufeffï»¿ \r\n\t")
    if not text.startswith("<"):
        return False
    text = re.sub(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", "", text, flags=re.DOTALL)
    return re.match(rf"\s*<(?:\w+:)?{root}[\s>/]", text) is not None


def text_of(element: Element | None, *, but: str = "") -> str:
    """All text in an element in one line; elements named `but` are left out.

    Examples
    --------
    >>> text_of(parse_xml(b"<t>First<br/>wave <b>of</b> three</t>", "x").root)
    'First wave of three'
    """
    if element is None:
        return ""
    return _SPACE.sub(" ", "".join(_pieces(element, but))).strip()


def _pieces(element: Element, but: str) -> list[str]:
    out = [element.text or ""]
    for child in element:
        if child.tag in ("br", "p", "div", "li"):
            out.append(" ")
        if not but or child.tag != but:
            out += _pieces(child, but)
        out.append(child.tail or "")
    return out


def plain_text(text: str) -> str:
    """Text of a label that may hold HTML: tags out, entities resolved, white space single.

    Examples
    --------
    >>> plain_text("Which do you <b>prefer</b>?&nbsp;")
    'Which do you prefer?'
    """
    text = _TAG.sub("", _BREAK.sub(" ", text))
    return _SPACE.sub(" ", html.unescape(text)).strip()
