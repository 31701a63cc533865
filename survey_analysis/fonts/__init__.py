"""Inter, in the four cuts that every output uses: figures, HTML and PDF look the same everywhere.

The files are subsets of Inter 4 (Latin, Greek, Cyrillic, punctuation, arrows, the usual signs) under
the SIL Open Font License 1.1, whose text is `LICENSE-Inter.txt`. No system font is ever used.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from survey_analysis.fonts.coverage import Printable, characters, has_glyph, inert, printable

__all__ = [
    "FAMILY",
    "Cut",
    "Printable",
    "characters",
    "has_glyph",
    "inert",
    "printable",
    "ttf_paths",
    "woff2",
]

FAMILY = "Inter"
Cut = Literal["Regular", "Italic", "SemiBold", "Bold"]

_FOLDER = Path(__file__).parent


def ttf_paths() -> tuple[Path, ...]:
    """TrueType files, one a cut, for matplotlib and Typst.

    Examples
    --------
    >>> [path.name for path in ttf_paths()]
    ['Inter-Regular.ttf', 'Inter-Italic.ttf', 'Inter-SemiBold.ttf', 'Inter-Bold.ttf']
    """
    return tuple(_FOLDER / f"{FAMILY}-{cut}.ttf" for cut in get_args(Cut))


def woff2(name: Cut) -> bytes:
    """One cut as WOFF2, to be embedded in a page.

    Examples
    --------
    >>> woff2("Bold")[:4]
    b'wOF2'
    """
    return (_FOLDER / f"{FAMILY}-{name}.woff2").read_bytes()
