"""The few words that a report prints around its content, by language."""

from __future__ import annotations

from dataclasses import dataclass

from survey_analysis.errors import ReportError, closest


@dataclass(frozen=True, slots=True)
class Labels:
    """Words of navigation and of page furniture."""

    contents: str
    skip: str
    appendix: str
    not_stated: str
    page: str
    of: str
    omitted: str
    scroll: str
    guide: str
    code: str
    replaced: str
    find: str
    find_hint: str
    none: str
    scroll_down: str


_LABELS = {
    "en": Labels(
        contents="Contents",
        skip="Skip to the report",
        appendix="Appendix",
        not_stated="Not stated:",
        page="Page",
        of="of",
        omitted="Not in this report",
        scroll="scrolls sideways",
        guide="How to read this",
        code="Program",
        replaced=(
            "{n} characters that the fonts of this file do not have are written as their Unicode names in "
            "brackets, or left out where they are invisible. The HTML report shows them as typed."
        ),
        find="Find a question",
        find_hint="name, wording, answer",
        none="No question holds these words.",
        scroll_down="scrolls",
    ),
}


def labels(language: str) -> Labels:
    """Words for a language tag; regional tags use their language.

    Examples
    --------
    >>> labels("en-GB").contents
    'Contents'
    """
    primary = language.partition("-")[0].lower()
    if primary not in _LABELS:
        raise ReportError(
            f"Reports cannot be written in language '{language}' yet.",
            where="report language",
            hint=closest(primary, _LABELS),
        )
    return _LABELS[primary]
