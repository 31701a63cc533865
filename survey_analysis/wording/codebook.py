"""What a codebook says around its numbers."""

from __future__ import annotations

from typing import Final

from survey_analysis.results.codebook import CodebookData, CodebookQuestion, Part
from survey_analysis.wording.numbers import count, fixed

KINDS: Final = {
    "single": "one answer",
    "likert": "rating scale",
    "multiple": "several answers",
    "numeric": "number",
    "open": "open answer",
}
MISSING: Final = {
    "not_asked": "not asked",
    "dont_know": "don’t know",
    "refused": "refused",
    "not_applicable": "does not apply",
    "no_answer": "no answer",
    "break_off": "broke off before",
}
FAVOURABLE: Final = {"last": "the last", "first": "the first"}


def facts_line(question: CodebookQuestion) -> str:
    """Kind and where it came from.

    Examples
    --------
    >>> facts_line(CodebookQuestion("q", "Q", "", "likert", ("Q1", "Q2"), inferred=True))
    'rating scale in 2 columns; found in the data, not declared'
    """
    n = len(question.columns)
    where = f" in {count(n)} columns" if n > 1 else ""
    origin = "; made from other questions" if question.derived else ""
    origin = "; found in the data, not declared" if question.inferred else origin
    return f"{KINDS[question.kind]}{where}{origin}"


def answered_line(part: Part) -> str:
    """How many were asked and answered, and why the others did not.

    Examples
    --------
    >>> answered_line(Part("", ("q",), 812, 800, (("not_asked", 188), ("dont_know", 9), ("refused", 3))))
    '800 of the 812 asked; don’t know 9, refused 3; not asked 188'
    >>> answered_line(Part("", ("q",), 812, 812, ()))
    'all 812 asked'
    """
    known = dict(part.missing)
    reasons = ", ".join(f"{MISSING[k]} {count(n)}" for k, n in part.missing if k != "not_asked")
    whole = part.answered == part.asked
    said = f"all {count(part.asked)}" if whole else f"{count(part.answered)} of the {count(part.asked)}"
    parts = [f"{said} asked", reasons]
    if known.get("not_asked"):
        parts.append(f"not asked {count(known['not_asked'])}")
    return "; ".join(p for p in parts if p)


def rare_line(part: Part, minimum: int) -> str:
    """Texts found in the data that are not listed."""
    if not part.rare:
        return ""
    return (
        f"{count(part.rare)} other text{'s' if part.rare > 1 else ''} held by fewer than {minimum} people "
        f"{'each are' if part.rare > 1 else 'is'} not listed."
    )


def number_text(value: float) -> str:
    """A number of a question: whole where it is whole, else with two decimals.

    Examples
    --------
    >>> number_text(1978.0), number_text(0.25), number_text(12345.0)
    ('1978', '0.25', '12345')
    """
    return fixed(value, 0 if float(value).is_integer() else 2).replace(",", "")


def reading(data: CodebookData) -> tuple[tuple[str, str], ...]:
    """How to read a codebook: bases, weights, what is withheld."""
    k = data.minimum
    weights = (
        "Counts are of people, unweighted. “%” is their share, “Weighted %” the share after weighting."
        if data.weighted
        else "Nothing is weighted."
    )
    if data.pooled:
        weights = "The rows are several samples or waves; percentages are of all rows, unweighted, and estimate nothing."
    base = (
        "Percentages are of those who answered. Who was not asked, and who was asked and did not answer, is counted "
        "beside it by the reason."
    )
    small = (
        f"“<{k}”: fewer than {k} people gave the answer. “–”: withheld, as it would give a small count away. "
        f"A lowest or highest number that fewer hold is not shown: “or less”, “or more” is where the outermost {k} begin."
    )
    return (
        ("Base.", base),
        ("Weights.", weights),
        ("Small cells.", small),
        ("Open answers.", "Counted, never shown. Columns that tell who somebody is are named and no more."),
        (
            "Found in the data.",
            "Nobody declared the column: its kind and its answers are what its cells look like.",
        ),
    )
