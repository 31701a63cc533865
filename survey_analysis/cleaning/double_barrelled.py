"""Codebook check: wording that asks two things at once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from survey_analysis.study.codebook import Codebook

_JOINED = re.compile(r"\b([\w'-]+)\s+(?:and|as well as|&)\s+([\w'-]+)", re.IGNORECASE)
_FIXED = re.compile(
    r"\b(family and friends|friends and family|pros and cons|terms and conditions)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class DoubleBarrelled:
    """A rating question whose wording joins two things."""

    question: str
    words: str
    text: str


def double_barrelled(codebook: Codebook) -> list[DoubleBarrelled]:
    """Rating questions that join two things; the part after the last dash is the item."""
    out = []
    for question in codebook:
        if question.kind != "likert":
            continue
        item = re.split(r"\s[-–—]\s", question.text)[-1]
        match = _JOINED.search(_FIXED.sub("", item))
        if match:
            out.append(DoubleBarrelled(question.name, match.group(0), question.text))
    return out
