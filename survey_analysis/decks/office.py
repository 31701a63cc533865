"""python-pptx when it is first needed, clean texts, and files with the same bytes each time."""

from __future__ import annotations

import importlib
import io
import re
import zipfile
from typing import Any, Final

from survey_analysis.errors import MissingExtraError, ReportError
from survey_analysis.fonts import inert

_THEN: Final = (1980, 1, 1, 0, 0, 0)
_STAMP: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def pptx(name: str = "") -> Any:
    """A module of python-pptx.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        return importlib.import_module(f"pptx.{name}" if name else "pptx")
    except ImportError as error:
        raise MissingExtraError(
            "PowerPoint decks need python-pptx.", hint='pip install "survey-analysis[office]"'
        ) from error


def opened(content: bytes, name: str) -> Any:
    """A presentation from bytes.

    Raises
    ------
    ReportError
        It is no PowerPoint file.
    """
    try:
        return pptx().Presentation(io.BytesIO(content))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ReportError(
            f"'{name}' cannot be read as a PowerPoint file.",
            where=str(error)[:120],
            hint="save it as .pptx in PowerPoint and try again.",
        ) from error


def saved(presentation: Any) -> bytes:
    """The presentation as bytes, without a clock."""
    out = io.BytesIO()
    presentation.save(out)
    return settled(out.getvalue())


def settled(content: bytes, changed: dict[str, bytes] | None = None) -> bytes:
    """A zip with fixed times; `changed` replaces entries by name, the others stay as they are, byte for byte."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = (changed or {}).get(entry.filename, old.read(entry))
            if changed is None and entry.filename == "docProps/core.xml":
                data = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", data)
            info = zipfile.ZipInfo(entry.filename, _THEN)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, entry.external_attr
            new.writestr(info, data)
    return out.getvalue()


def clean(text: str) -> str:
    """Text for a slide: nothing that a reader cannot see, nothing that XML forbids."""
    return inert(text)
