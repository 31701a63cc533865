"""What was assumed of published figures, and after whom intervals and tests are computed."""

from __future__ import annotations

from survey_analysis.results.published import PrintedFigure, PublishedData
from survey_analysis.wording.numbers import DASH, count, number
from survey_analysis.wording.phrases import listed
from survey_analysis.wording.printed_figures import base_text, decimals_of


def explain_printed(data: PublishedData) -> str:
    """Every assumption made, and after whom intervals and tests are computed."""
    a = data.assumptions
    spans = {
        "correlation": "every value the two shares allow (Fréchet bounds)"
        if a.correlation is None
        else _range(a.correlation),
        "deff": _range(a.deff),
    }
    lines = [
        "Figures printed by others, under stated assumptions; nothing here is compared with an estimate of ours.",
        f"  Rounding    half-up: the true share lies within {DASH.join(dict.fromkeys(points_of(f) for f in data.figures if f.unit != 'times')) or 'half of the last unit printed'}.",
        f"  Base        {base_text(data.figures, a)}"
        + (f"; shown for illustration: {listed([count(n) for n in a.ladder])}." if a.ladder else "."),
        f"  People      same people: {_people(data)}; partly the same lie between.",
        f"  Correlation {spans['correlation']} (phi, of the same people).",
        f"  deff        {spans['deff']}: n / deff people count in full"
        + ("; shares are counts over n." if a.counts else "; a share need not be a count over n."),
    ]
    if any(f.unit == "recommendations" for f in data.figures):
        per = "not known: one" if a.events_per_person is None else _range(a.events_per_person)
        lines.append(
            f"  Units       recommendations, {per} a person, alike by {_range(a.icc)}: n m / (1 + (m - 1) rho) count in full (Kish 1965)."
        )
    how = {"wilson": "Wilson (1927)", "clopper-pearson": "Clopper & Pearson (1934)"}[a.method]
    lines += [
        f"  Interval    {100 * a.level:g}%, {how}; of a difference Newcombe (1998), method 10, independent or paired.",
        "  Test        pooled z (different people), McNemar (1947) (same people); one comparison, not adjusted.",
        "  Claim       holds where the interval lies above 0 and the test rejects; least and most favourable ends of",
        "              rounding, design effect, correlation and base are both computed.",
        "  Not covered who was asked, how, and in which words: intervals are about chance only.",
    ]
    return "\n".join(lines)


def points_of(figure: PrintedFigure) -> str:
    """Half of the last unit printed, in points."""
    return f"{number(100 * figure.rounding, decimals_of(figure.rounding) + 1)} points of it"


def _people(data: PublishedData) -> str:
    asked = {"unknown": "not known, both are considered", "yes": "yes", "no": "no"}[
        data.assumptions.same_people
    ]
    fixed_ = [f.item for f in data.figures if f.same_people == "no" and data.assumptions.same_people != "no"]
    items = list(dict.fromkeys(fixed_))
    return asked + (f" (no for {listed(items)}: two groups by definition)" if items else "")


def _range(span: tuple[float, float]) -> str:
    low, high = (f"{v:g}" for v in span)
    return low if low == high else f"{low} to {high}"
