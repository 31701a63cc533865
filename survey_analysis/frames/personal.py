"""Personal columns: found by name and content, and emptied of everything but equality."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from survey_analysis.frames.raw import RawTable

MOST_LOOKED_AT = 500  # distinct values of a column
MOSTLY = 0.5

_NAMES: tuple[tuple[str, str], ...] = (
    (r"(ip|ip address|ipaddr|remote (addr|ip)|client ip|respondent ip)", "an IP address"),
    (r"((recipient |respondent |contact |your )?e ?mail( address)?|mail address)", "an e-mail address"),
    (r"(location |geo |gps )?(latitude|longitude|lat|lon|lng|coordinates)", "coordinates"),
    (r"(your )?((cell |mobile |work )?(tele)?phone|mobile|fax)( no| number)?", "a phone number"),
    (r"(your |what is your |recipient |respondent )?((first|last|full|family|given|sur) ?)?name",
     "a name"),
    (r"(your |home |street |postal |mailing )*(address|street)( line)?( \d)?", "an address"),
    (r"(date of birth|birth ?date|dob)", "a date of birth"),
    (r"(ssn|social security( number)?|passport( no| number)?|national id)", "an identity number"),
)  # fmt: skip
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_NO_NUMBER = r"(?!\d+\.\d+$)(?!\d{4}[-–]\d{4}$)(?!\d{1,4}[-./]\d{1,2}[-./]\d{1,4}$)"
_CONTENT: tuple[tuple[str, str], ...] = (
    (r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}", "e-mail addresses"),
    (rf"(?:{_OCTET}\.){{3}}{_OCTET}", "IP addresses"),
    (r"(?:[0-9A-Fa-f]{1,4}:){3,7}:?[0-9A-Fa-f:]{0,24}", "IP addresses"),
    (_NO_NUMBER + r"\+?\(?\d{1,4}\)?[ .-]\d{2,4}(?:[ .-]?\d{2,4}){1,4}|\+\d{8,15}", "phone numbers"),
)
# Pattern, what it is, and a sign that is quick to look for and rules most texts out.
_INSIDE: tuple[tuple[re.Pattern[str], str, re.Pattern[str]], ...] = (
    (re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+\.[A-Za-z]{2,}"), "an e-mail address", re.compile("@")),
    (re.compile(r"(?<![\d.])\+?(?:\(\d{2,4}\)|\d{3,4})[ .-]\d{3,4}(?:[ .-]\d{3,4})?(?![\d.-])"), "a phone number",
     re.compile(r"\d\d")),
)  # fmt: skip


def drop_personal(raw: RawTable, columns: Iterable[str], *, empty: Collection[str] = ()) -> RawTable:
    """The table with the content of personal columns replaced by opaque group labels.

    Each distinct value becomes "g1", "g2" ... in order of first appearance, so that duplicate checks
    still see which rows are equal while the values are gone. Blank cells stay blank. Value labels of the
    columns go too.

    Parameters
    ----------
    columns
        Personal columns; an unknown one is an error.
    empty
        Texts that mean an empty cell ("NA"); they stay as they are.

    Raises
    ------
    ColumnNotFoundError
        A column that the table does not have.

    Examples
    --------
    >>> frame = pd.DataFrame({"mail": ["a@example.org", "", "b@example.org", "a@example.org"]})
    >>> drop_personal(RawTable(frame), ["mail"]).frame["mail"].tolist()
    ['g1', '', 'g2', 'g1']
    """
    names = list(dict.fromkeys(columns))
    if not names:
        return raw
    frame = raw.frame.copy()
    counts = []
    for name in names:
        groups, n = _groups(raw.column(name), empty)
        frame[name] = pd.Series(groups, index=frame.index, dtype=object)
        counts.append(f"'{name}' ({n} distinct)")
    note = f"Personal columns hold group labels instead of their values: {', '.join(counts)}."
    return replace(
        raw,
        frame=frame,
        labels={k: v for k, v in raw.labels.items() if k not in names},
        missing={k: v for k, v in raw.missing.items() if k not in names},
        notes=(*raw.notes, note),
    )


def _groups(column: pd.Series, empty: Collection[str]) -> tuple[np.ndarray, int]:
    codes, distinct = pd.factorize(column)
    texts = []
    n = 0
    for value in distinct:
        text = str(value).strip()
        if not text or text in empty:
            texts.append(text)
            continue
        n += 1
        texts.append(f"g{n}")
    out: np.ndarray = np.array(texts, dtype=object)[codes]
    return out, n


def find_personal(
    raw: RawTable, *, empty: Collection[str] = (), distinct: Mapping[str, Sequence[str]] | None = None
) -> tuple[tuple[str, str], ...]:
    """Columns that seem to hold personal data, each with the evidence: its name, wording or content.

    Content counts when at least half of the distinct values (of the first 500) are e-mail addresses, IP
    addresses or phone numbers. A guess to be confirmed in `[roles] personal`, never acted upon. `distinct` holds
    the distinct texts of the columns where they are known already.

    Examples
    --------
    >>> frame = pd.DataFrame({"IPAddress": ["192.0.2.1"], "contact": ["a@example.org"], "q1": ["5"]})
    >>> find_personal(RawTable(frame))
    (('IPAddress', 'named like an IP address; 1 of 1 values are IP addresses'),
     ('contact', '1 of 1 values are e-mail addresses'))
    """
    out = []
    for name in raw.columns:
        evidence = [
            e for e in (_named(name, raw.wording.get(name, "")), _holds(raw, name, empty, distinct)) if e
        ]
        if evidence:
            out.append((name, "; ".join(evidence)))
    return tuple(out)


def personal_mentions(texts: Sequence[str], counts: Sequence[int]) -> str:
    """How many cells of an open answer seem to mention an e-mail address or phone number; "" for none.

    Parameters
    ----------
    texts, counts
        Distinct texts of the column, and how many cells hold each.

    Examples
    --------
    >>> personal_mentions(["write to ada@example.org", "no"], [1, 5])
    '1 cells seem to mention an e-mail address'
    """
    found = []
    for pattern, what, sign in _INSIDE:
        likely = [i for i, t in enumerate(texts) if sign.search(t)]
        n = sum(int(counts[i]) for i in likely if pattern.search(texts[i]))
        if n:
            found.append(f"{n} cells seem to mention {what}")
    return "; ".join(found)


def _named(name: str, wording: str) -> str:
    for text, where in ((name, "named"), (wording, "worded")):
        plain = _plain(text)
        for pattern, what in _NAMES:
            if re.fullmatch(pattern, plain):
                return f"{where} like {what}"
    return ""


def _plain(text: str) -> str:
    """Lower-case words: "RecipientEmail" -> "recipient email"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    spaced = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])", " ", spaced)
    return re.sub(r"[^0-9a-z]+", " ", spaced.casefold()).strip()


def _holds(
    raw: RawTable, name: str, empty: Collection[str], distinct: Mapping[str, Sequence[str]] | None
) -> str:
    known = raw.column(name).unique() if distinct is None else distinct[name]
    first = (str(d).strip() for d in known[: MOST_LOOKED_AT + len(empty) + 1])
    values = [v for v in first if v and v not in empty][:MOST_LOOKED_AT]
    for pattern, what in _CONTENT:
        n = sum(re.fullmatch(pattern, v) is not None for v in values)
        if n and n >= MOSTLY * len(values):
            return f"{n} of {len(values)} values are {what}"
    return ""
