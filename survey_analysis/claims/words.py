"""The words and numbers of a declared claim's own text, held against what the claim says and what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from survey_analysis.claims.language import Number
from survey_analysis.claims.measure import Measured
from survey_analysis.claims.quantities import Quantity, quantities
from survey_analysis.claims.verdicts import rounds_to
from survey_analysis.wording.check import read_words
from survey_analysis.wording.facts import Facts
from survey_analysis.wording.levels import unit_of
from survey_analysis.wording.numbers import units
from survey_analysis.wording.precision import row_of, value_of


@dataclass(frozen=True)
class Said:
    """What a text needs: the rows of the table of words it falls under, and what is wrong with it."""

    licences: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...] = ()  # kind of the word, what is wrong
    instead: tuple[str, ...] = ()
    wrong_number: bool = False


def said(text: str, m: Measured, facts: tuple[Facts, ...], names: tuple[str, ...]) -> Said:
    """Read the text of a claim: every word that needs a licence, every number that needs an estimate.

    Parameters
    ----------
    names
        Labels of answers and groups, of samples and subjects: not words to be licensed.
    """
    known = tuple(_with_names(f, names) for f in facts)
    words = read_words(text, *known)
    issues = [w.issue for w in words if w.issue is not None]
    lost = [q for q in quantities(text, names=names) if not _accounted(q, m, text)]
    reasons = [(str(i.kind), f"“{i.word}”: {i.reason}") for i in issues]
    reasons += [("number", f"“{q.text}” is none of the numbers that the claim rests on") for q in lost]
    return Said(
        tuple(dict.fromkeys("|".join(w.row.words) for w in words)),
        tuple(reasons),
        tuple(dict.fromkeys(i.instead for i in issues)),
        bool(lost),
    )


def _with_names(f: Facts, names: tuple[str, ...]) -> Facts:
    return replace(f, labels=tuple(dict.fromkeys((*f.labels, *names))))


def _accounted(q: Quantity, m: Measured, text: str) -> bool:
    """Whether a number of the text is one that was measured, or stands in the claim itself."""
    if q.kind == "relative":
        return False
    if q.kind == "percent":
        return any(_is(q, v, "share") for v in _levels(m, "share"))
    if q.kind == "points":
        return any(_is(q, abs(v), "share") for v in _gaps(m))
    if q.kind == "times":
        return any(_is(q, v, "ratio") for v in _ratios(m))
    if q.kind == "people":
        return q.value in set(_bases(m))
    if q.kind == "p":
        return m.p is not None and (
            m.p < q.value if "<" in q.text else units(m.p, q.decimals) == units(q.value, q.decimals)
        )
    if q.kind == "interval":
        return any(_span(q, low, high) for low, high in _intervals(m))
    return _plain(q, m, text)


def _is(q: Quantity, value: float, unit: str) -> bool:
    scale, more = (100.0, 2) if unit == "share" else (1.0, 0)
    return rounds_to(value, Number(q.value / scale, q.decimals + more), unit)


def _levels(m: Measured, unit: str) -> Iterator[float]:
    if unit_of(m.levels) == unit:
        yield from m.levels.rows["estimate"].dropna().astype(float)
    if m.test is not None and m.test.topic.unit == unit:
        yield from (float(row_of(m.test)[k]) for k in ("estimate_a", "estimate_b"))
    if m.says.form == "level" and m.says.number is not None:
        yield m.says.number.value


def _gaps(m: Measured) -> Iterator[float]:
    if m.test is not None and m.test.kind == "difference":
        yield float(row_of(m.test)["estimate"])
    if m.says.margin is not None:
        yield m.says.margin
    if m.says.form == "difference" and m.says.number is not None:
        yield m.says.number.value


def _ratios(m: Measured) -> Iterator[float]:
    if m.test is not None and m.test.kind == "ratio":
        yield float(row_of(m.test)["estimate"])
    if m.largest is not None:
        yield from (m.largest.largest, m.largest.median, m.largest.smallest)
    if m.says.form in ("ratio", "largest") and m.says.number is not None:
        yield m.says.number.value


def _bases(m: Measured) -> Iterator[float]:
    yield from m.levels.rows["n"].astype(float)
    if m.test is not None:
        yield from (x for x in (value_of(row_of(m.test), k) for k in ("n", "n_a", "n_b")) if x is not None)


def _intervals(m: Measured) -> Iterator[tuple[float, float]]:
    """Every interval on the scale it prints in."""
    scale = 100.0 if unit_of(m.levels) in ("share", "points") else 1.0
    for low, high in zip(m.levels.rows["conf_low"], m.levels.rows["conf_high"], strict=True):
        yield scale * float(low), scale * float(high)
    if m.test is not None:
        row = row_of(m.test)
        scale = 100.0 if m.test.topic.unit in ("share", "points") and m.test.kind == "difference" else 1.0
        low, high = scale * float(row["conf_low"]), scale * float(row["conf_high"])
        yield low, high
        yield -high, -low
    if m.largest is not None:
        yield m.largest.low, m.largest.high


def _span(q: Quantity, low: float, high: float) -> bool:
    if q.high is None:
        return False
    d = q.decimals
    return (units(low, d), units(high, d)) == (units(q.value, d), units(q.high, d))


def _plain(q: Quantity, m: Measured, text: str) -> bool:
    """A bare number: a mean as printed, the number of categories, or words of the question itself."""
    if m.largest is not None and (
        q.value == m.largest.categories or any(_is(q, v, "ratio") for v in _ratios(m))
    ):
        return True
    if (
        m.says.form != "largest"
        and unit_of(m.levels) == "score"
        and any(_is(q, v, "score") for v in _levels(m, "score"))
    ):
        return True
    after = text[q.start :].split()
    near = " ".join(after[:2]).lower().rstrip(".,;:)")
    return len(after) > 1 and any(near in x.lower() for x in (m.levels.topic.wording, *m.levels.bases))
