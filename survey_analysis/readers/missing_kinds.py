"""The kind of a missing code by the words of its label."""

from __future__ import annotations

import re

from survey_analysis.typing import MissingKind

# Words of a label, in the order they are tried; any other user-missing code is "no answer".
_KINDS: tuple[tuple[str, MissingKind], ...] = (
    (r"refus|prefer not|rather not|declin|won'?t say|verweiger", "refused"),
    (r"don'?t know|do not know|\bdk\b|not sure|unsure|can'?t say|no opinion|wei(ß|ss) nicht", "dont_know"),
    (r"not applicable|does not apply|inapplicable|\bn/?a\b|valid skip|trifft nicht zu", "not_applicable"),
    (r"not asked|not in (this )?(wave|split|version)|not presented|filter", "not_asked"),
    (r"break-? ?off|partial|terminated|abbruch", "break_off"),
)  # fmt: skip


def missing_kind(label: str) -> MissingKind:
    """Kind of a user-missing code by the words of its label.

    >>> missing_kind("Don't know"), missing_kind("Refused to answer"), missing_kind("skipped")
    ('dont_know', 'refused', 'no_answer')
    """
    text = label.casefold().replace("’", "'")
    return next((kind for pattern, kind in _KINDS if re.search(pattern, text)), "no_answer")
