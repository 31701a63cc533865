"""Sentences about a base: what the routing says and what the data say."""

from __future__ import annotations

from survey_analysis.plurals import counted
from survey_analysis.results.audit import AuditLine, BaseAuditData
from survey_analysis.wording.numbers import count

_SHOWN = 5


def base_line(line: AuditLine) -> str:
    """What routing and data say of one question.

    Examples
    --------
    >>> base_line(AuditLine("q", "Q", "", "own == 1", 812, 809, unanswered=(4, 9, 11)))
    'Routing says 812, data say 809: 3 asked without an answer.'
    >>> base_line(AuditLine("q", "Q", "", "own == 1", 5, 5))
    'Routing says 5, data say 5.'
    """
    parts = [
        (len(line.unanswered), "asked without an answer"),
        (line.broke_off, "broke off before"),
        (len(line.unasked), "answered without being asked"),
    ]
    told = ", ".join(f"{count(n)} {what}" for n, what in parts if n)
    if line.unseen:
        told = f"{told}; " * bool(told) + "an empty cell means “not chosen”, so who was asked cannot be seen"
    return f"Routing says {count(line.asked)}, data say {count(line.data)}{f': {told}' if told else ''}."


def rows_text(rows: tuple[int, ...], shown: int = _SHOWN) -> str:
    """Row numbers, the first few of many.

    Examples
    --------
    >>> rows_text((3, 8)), rows_text(tuple(range(1, 12)), 3)
    ('3, 8', '1, 2, 3 and 8 more')
    """
    first = ", ".join(str(r) for r in rows[:shown])
    return f"{first} and {count(len(rows) - shown)} more" if len(rows) > shown else first


def audit_notes(audit: BaseAuditData) -> tuple[str, ...]:
    """Totals, what the row numbers count, and what was not looked at."""
    if not len(audit):
        return ("No question says whom it was asked: there is no routing to hold the answers against.",)
    total = (
        f"{count(audit.unanswered)} without an answer that were asked, {count(audit.unasked)} with an answer that "
        f"were not, in {counted(len(audit), 'routed question')} (items of a battery apart) and {counted(audit.rows, 'row')}."
    )
    where = "Row 1 is the first respondent."
    if audit.removed:
        where = (
            f"Cleaning removed {counted(audit.removed, 'row')} before; row 1 is the first respondent left. "
            "Audit before cleaning to find them in the file."
        )
    silent = len(audit.unrouted)
    rest = (
        f"{count(silent)} question{'s say' if silent > 1 else ' says'} nothing of who was asked and "
        f"{'are' if silent > 1 else 'is'} not listed." if silent else ""
    )  # fmt: skip
    unseen = "?: an empty cell means “not chosen”, so who gave no answer cannot be seen."
    return tuple(x for x in (total, where, unseen if any(x.unseen for x in audit.lines) else "", rest) if x)
