"""How sure a guess is, by a stated rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Confidence: TypeAlias = Literal["high", "medium", "low"]

RULE = (
    "high: the file says so, or name and cells both do, or nothing else fits the cells; "
    "medium: one sign, the name or the cells; low: another reading fits as well, look here first"
)


@dataclass(frozen=True)
class Guess:
    """What something seems to be, what that rests on, and how sure it is (`RULE`)."""

    kind: str
    evidence: str
    confidence: Confidence
    parts: tuple[tuple[str, ...], str] = ((), "")  # of an order: the codes, and what stands between them
