"""Codes for what is missing: declared ones stay, kinds without one get one that other programs can hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from survey_analysis.readers.missing_kinds import missing_kind
from survey_analysis.readers.texts import number_text
from survey_analysis.study.scales import MissingCode
from survey_analysis.typing import MissingKind

KIND_LABELS: dict[MissingKind, str] = {
    "not_asked": "Not asked",
    "dont_know": "Don't know",
    "refused": "Refused",
    "not_applicable": "Not applicable",
    "no_answer": "No answer",
    "break_off": "Break-off",
}
"""Labels that say the kind to a person and to `sa.read`."""

_BLOCKS = 50


def number_of(text: str) -> float | None:
    """The number a code is, if it is one.

    >>> number_of("-9"), number_of("2.5"), number_of("yes"), number_of("nan"), number_of("1_0")
    (-9.0, 2.5, None, None, None)
    """
    if not text.isascii() or "_" in text:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None


def fits(codes: Iterable[float], taken: Collection[float]) -> bool:
    """Whether SPSS can hold them as missing: three codes, or a range without answers and one code.

    >>> fits([-99, 98, 99, 100], [1, 2, 3]), fits([-99, -1, 98, 99], [1, 2, 3])
    (True, False)
    """
    return split(codes, taken) is not None


def split(
    codes: Iterable[float], taken: Collection[float]
) -> tuple[tuple[float, float] | None, tuple[float, ...]] | None:
    """The range and the single codes that stand for missing codes in SPSS; None where they need more.

    >>> split([98, 99, 100, -99], [1, 2, 3]), split([8, 9], [1]), split([1, 3, 5, 7], [2, 4, 6])
    (((98, 100), (-99,)), (None, (8, 9)), None)
    """
    ordered = sorted(set(codes))
    if len(ordered) <= 3:
        return None, tuple(ordered)
    for inside, alone in ((ordered[1:], ordered[:1]), (ordered[:-1], ordered[-1:]), (ordered, [])):
        low, high = inside[0], inside[-1]
        if not any(low <= t <= high for t in taken):
            return (low, high), tuple(alone)
    return None


def spare_codes(
    kinds: Sequence[MissingKind], declared: Sequence[str], taken: Collection[str]
) -> dict[MissingKind, str]:
    """Codes for kinds that have none: -1 to -6 by kind, or beside the declared codes where only those fit.

    Codes that are not numbers get the label of the kind.

    Parameters
    ----------
    declared
        Missing codes that the question has.
    taken
        Answers, and numbers that are answers.

    Examples
    --------
    >>> spare_codes(["not_asked", "break_off"], ["98"], ["1", "2"])
    {'not_asked': '-1', 'break_off': '-6'}
    >>> spare_codes(["not_asked", "break_off"], ["98", "99", "-99"], ["1", "2"])
    {'not_asked': '100', 'break_off': '101'}
    >>> spare_codes(["not_asked"], [], ["yes", "no"])
    {'not_asked': 'Not asked'}
    """
    answers = [number_of(t) for t in taken]
    others = [number_of(d) for d in declared]
    if any(x is None for x in (*answers, *others)):
        return _words(kinds, {*declared, *taken})
    numbers = [x for x in answers if x is not None]
    used = [x for x in others if x is not None]
    below, above = _below(kinds, numbers, used), _above(kinds, numbers, used)
    chosen = next((b for b in (below, above) if fits([*used, *b.values()], numbers)), below)
    return {k: number_text(v) for k, v in chosen.items()}


def _words(kinds: Sequence[MissingKind], used: Collection[str]) -> dict[MissingKind, str]:
    out: dict[MissingKind, str] = {}
    for kind in kinds:
        text = KIND_LABELS[kind]
        while text in used:
            text = f"[{text}]"
        out[kind] = text
    return out


def _below(
    kinds: Sequence[MissingKind], answers: Collection[float], used: Collection[float]
) -> dict[MissingKind, float]:
    """Negative codes, the same for a kind wherever they are free."""
    order = list(KIND_LABELS)
    lowest = min((*answers, 0.0))
    start = -10.0 * ((-lowest + 9) // 10)  # below every answer
    for block in range(_BLOCKS):
        out = {k: start - 10 * block - 1 - order.index(k) for k in kinds}
        if not set(out.values()) & {*answers, *used}:
            return out
    return {k: min((*answers, *used)) // 1 - 1 - order.index(k) for k in kinds}


def _above(
    kinds: Sequence[MissingKind], answers: Collection[float], used: Collection[float]
) -> dict[MissingKind, float]:
    top = max((*answers, *used, 0.0)) // 1
    return {k: top + 1 + i for i, k in enumerate(kinds)}


def labelled(missing: MissingCode) -> MissingCode:
    """The code with a label that says its kind, also to a reader that has only the label.

    >>> labelled(MissingCode(code="99", kind="refused", label="Prefer not to say")).label
    'Prefer not to say'
    >>> labelled(MissingCode(code="8", kind="refused", label="8")).label
    '8 (refused)'
    """
    if not missing.label:
        return missing.model_copy(update={"label": KIND_LABELS[missing.kind]})
    if missing_kind(missing.label) == missing.kind:
        return missing
    said = KIND_LABELS[missing.kind].lower()
    told = f"{missing.label} ({said})"
    if missing_kind(told) != missing.kind:  # another word of the label is found first
        told = KIND_LABELS[missing.kind]
    return missing.model_copy(update={"label": told})
