"""Which encoding an SPSS file is in: the one that is given, its own record of it, its code page, or what fits."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from survey_analysis.errors import DataError, closest
from survey_analysis.readers.encoding import CANDIDATES

_CODEC = "{codec}"
_UTF8_PAGE = 65001
_UNSAID = (0, 2, 3)  # "7-bit" and "8-bit ASCII": many writers leave it there
_PAGES = {
    874: "cp874", 932: "cp932", 936: "gb18030", 949: "cp949", 950: "cp950", 1361: "johab", 10000: "mac_roman",
    10004: "mac_arabic", 10006: "mac_greek", 10007: "mac_cyrillic", 10010: "mac_romanian", 10029: "mac_latin2",
    10079: "mac_iceland", 10081: "mac_turkish", 10082: "mac_croatian", 20127: "ascii", 20866: "koi8_r",
    20932: "euc_jp", 21866: "koi8_u", 51932: "euc_jp", 51936: "gb18030", 51949: "cp949", 54936: "gb18030",
    _UTF8_PAGE: "utf_8",
}  # fmt: skip
_ISO_PAGE = 28590  # and the number of the part of ISO 8859
_NUMBERED = re.compile(r"(?:x-)?(?:cp|ibm|ms|windows|win|code ?page)[-_ ]?(\d{3,5})")
_NAMES = {
    "macintosh": "mac_roman", "x-mac-roman": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-greek": "mac_greek", "x-mac-turkish": "mac_turkish", "x-mac-centraleurroman": "mac_latin2",
    "windows-31j": "cp932", "x-sjis": "cp932", "iso-8859-8-i": "iso8859-8", "x-euc-jp": "euc_jp",
}  # fmt: skip
# What Windows writes under these names: the same characters and more (so browsers read them too, by the
# Encoding Standard of the WHATWG).
_WIDER = {
    "shift_jis": "cp932", "euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950",
    "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
}  # fmt: skip
# No text of a fixed number of bytes can be in these: letters stand for others after a shift, or as two bytes.
_UNFIT = re.compile(r"iso2022|hz|utf.?(7|16|32)|escape|idna|punycode|charmap|mbcs|oem")
_MARKS = b"\t\n =$0123456789ABCabc"


@dataclass(frozen=True)
class Encoding:
    """Codecs to try in order, and how the note says where they come from."""

    codecs: tuple[str, ...]
    said: str

    def note(self, codec: str) -> str:
        """Sentence about the file that was read so."""
        return f"SPSS file {self.said.replace(_CODEC, codec)}."


def encoding_of(given: str, declared: str, page: int | None, name: str) -> Encoding:
    """Encoding of a file.

    Parameters
    ----------
    given
        By the user; it goes before what the file says.
    declared, page
        Record 7/20 and the code page of record 7/3; "" and None where the file has none.

    Raises
    ------
    DataError
        An encoding that is not known, or none that a file of fixed fields can be in.
    """
    own = declared or _page_name(page)
    if given:
        codec = _exactly(given)
        if codec is None:
            raise DataError(f"There is no encoding '{given}' for SPSS files.", hint=closest(given, _known()))
        says = f"; it says {own.lower()}" if own and codec_of(own) != codec else ""
        return Encoding((codec,), f"in {_CODEC}, as given{says}")
    if not own:
        return Encoding(("utf-8", "cp1252"), f"in {_CODEC}, as it fits; the file does not say")
    codec = codec_of(own)
    if codec is None:
        raise DataError(
            f"The SPSS file '{name}' says that its text is in '{own}', an encoding that is not known here.",
            hint='give the one it is, such as encoding = "cp1252".',
        )
    read_as = f", read as {codec}" if declared and codec != _exactly(own) else ""
    return Encoding((codec,), f"in {own.lower()}{read_as}")


def codec_of(declared: str) -> str | None:
    """Python's codec for an encoding as SPSS files name it; None where there is none.

    >>> codec_of("windows-1252"), codec_of("EUC-KR"), codec_of("Shift_JIS"), codec_of("nonsense")
    ('cp1252', 'cp949', 'cp932', None)
    """
    codec = _exactly(declared)
    return _WIDER.get(codec, codec) if codec else None


def _exactly(declared: str) -> str | None:
    """The codec of just this name."""
    plain = declared.strip().lower()
    numbered = _NUMBERED.fullmatch(plain)
    for named in (plain, _NAMES.get(plain, ""), _of_page(int(numbered[1])) if numbered else ""):
        try:
            codec = codecs.lookup(named).name if named else ""
        except (LookupError, ValueError):  # no such name, or one with a NUL
            continue
        if codec:
            return ("utf-8" if codec == "utf-8-sig" else codec) if _fits(codec) else None
    return None


def _fits(codec: str) -> bool:
    """Whether blanks, marks and digits are themselves in it, so that fields can be told apart before decoding."""
    if _UNFIT.search(codec):
        return False
    try:
        return _MARKS.decode(codec) == _MARKS.decode("ascii")
    except (LookupError, UnicodeError):  # a codec that is not of text
        return False


def _page_name(page: int | None) -> str:
    """How a code page is called; "" where it says nothing."""
    if page is None or page in _UNSAID:
        return ""
    if page == _UTF8_PAGE:
        return "utf-8"
    return f"windows-{page}" if 1250 <= page <= 1258 else f"code page {page}"


def _of_page(page: int) -> str:
    if page in _PAGES:
        return _PAGES[page]
    part = page - _ISO_PAGE
    return f"iso8859-{part}" if 1 <= part <= 16 else f"cp{page}"


def _known() -> list[str]:
    return ["utf-8", "latin-1", "iso8859-15", "gb18030", "euc-jp", "euc-kr", "big5", *CANDIDATES]
