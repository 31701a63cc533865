"""What counts as an answer: don't know, the box; and the people a comparison rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from survey_analysis.errors import EstimationError, ScoreError
from survey_analysis.robustness.options import BaseChoice, Box, Option, Unsure
from survey_analysis.study.codebook import Question

UNSURE = {"dont_know": "don’t know", "refused": "refused"}
"""Missing kinds that are something a respondent said, so that they can stand in the base."""

BOXES = (1, 2, 3)
"""Sizes of the boxes that are tried."""

_WAYS: tuple[Literal["base", "lowest"], ...] = ("base", "lowest")
_BOX = re.compile(r"(top|bottom)[- ]?(\d+)")


def default_dont_know(asked: Question, boxes: Sequence[Box]) -> list[Option]:
    """As declared; missing answers in the base of shares, or lowest of means; answers off the scale left out."""
    out = [_unsure("excluded", ())]
    shares = [b for b in boxes if b.kind != "mean"]
    if shares and not any(_counts_off(asked, b) for b in shares):
        out += _off(asked)
    for kinds in _kinds(asked):
        if any(b.kind != "mean" for b in boxes):
            out.append(_unsure("base", kinds))
        if any(b.kind == "mean" for b in boxes):
            out.append(_unsure("lowest", kinds))
    return out


def dont_know_of(text: str, asked: Question) -> Option:
    """One way to treat don't know, as a user writes it: "excluded", "in the base" or "lowest"."""
    known = {o.name: o for o in [_unsure("excluded", ()), *_all_unsure(asked), *_off(asked)]}
    short = {"in the base": "base", "base": "base", "lowest": "lowest", "as the lowest": "lowest"}
    if text not in known and text in short and _kinds(asked):
        return _unsure("base" if short[text] == "base" else "lowest", _kinds(asked)[0])
    if text not in known:
        raise EstimationError(
            f"'{text}' is not a way to treat don’t know on this question.",
            where=f"robustness: dont_know of '{asked.name}'",
            hint="give one of " + ", ".join(f'"{k}"' for k in known) + ".",
        )
    return known[text]


def _off(asked: Question) -> list[Option]:
    """Answers that stay in the base without a place on the scale ("No answer"), left out of it."""
    scale = asked.scale
    if scale is None or not scale.outside or asked.inferred:
        return []
    said = ", ".join(x.label for x in scale.outside)
    return [Option("off the scale excluded", f"{said}: off the scale, not in the base", Unsure("off"))]


def _counts_off(asked: Question, box: Box) -> bool:
    """Whether a box counts an answer off the scale, so that it cannot be left out of the base."""
    scale = asked.scale
    return scale is not None and any({x.label, x.code} & set(box.answers) for x in scale.outside)


def _all_unsure(asked: Question) -> list[Option]:
    return [_unsure(how, kinds) for kinds in _kinds(asked) for how in _WAYS]


def _kinds(asked: Question) -> list[tuple[str, ...]]:
    """Don't know alone, then with refusals; only kinds that the scale knows."""
    scale = asked.scale
    present = {m.kind for m in scale.missing} if scale is not None and not asked.inferred else set()
    out: list[tuple[str, ...]] = []
    if "dont_know" in present:
        out.append(("dont_know",))
    if "refused" in present:
        out.append(("dont_know", "refused") if "dont_know" in present else ("refused",))
    return out


def _unsure(kind: Literal["excluded", "base", "lowest"], missing: tuple[str, ...]) -> Option:
    if kind == "excluded":
        return Option(
            "excluded", "people without an answer on the scale are not in the base", Unsure("excluded")
        )
    said = " and ".join(UNSURE[m] for m in missing)
    if kind == "base":
        return Option(
            f"{said} in the base",
            f"{said} counts in the base, as not giving the answer",
            Unsure("base", missing),
        )
    return Option(
        f"{said} as lowest", f"{said} counts as the least favourable answer", Unsure("lowest", missing)
    )


def default_boxes(asked: Question, declared: Box, *, level: bool) -> list[Option]:
    """The declared answers, boxes of one to three at the same end, and the mean of the scale in its range."""
    scale = asked.scale
    out = [_box(declared)]
    if scale is None or asked.inferred or asked.kind != "likert" or declared.kind not in ("top", "bottom"):
        return out
    largest = max(1, len(scale.levels) - 2)  # a box of all answers but one says what one answer says
    out += [_box(Box(declared.kind, k)) for k in BOXES if k != declared.k and k <= largest]
    if not level:
        out.append(_box(Box("mean")))
    return out


def box_of(given: object, asked: Question, declared: Box, *, level: bool) -> Option:
    """One box, as a user writes it: 2, "top-2", "bottom-1", "mean", or a list of answers."""
    if isinstance(given, int) and not isinstance(given, bool):
        box = Box("bottom" if declared.kind == "bottom" else "top", given)
    elif isinstance(given, list | tuple):
        box = Box("answers", answers=tuple(str(x) for x in given))
    elif given in ("mean", DECLARED_BOX):
        box = Box("mean") if given == "mean" else declared
    else:
        found = _BOX.fullmatch(str(given).strip())
        if found is None:
            raise EstimationError(
                f"{given!r} is not a box.",
                where=f"robustness: box of '{asked.name}'",
                hint='such as 2, "top-2", "bottom-1", "mean" or a list of answers.',
            )
        box = Box("top" if found[1] == "top" else "bottom", int(found[2]))
    if box.kind == "mean" and level:
        raise ScoreError(
            "The mean of a scale is no share, so no share can be held against it.",
            where=f"robustness: box of '{asked.name}'",
            hint='leave "mean" out, or compare: by=..., to=....',
        )
    if box.kind == "mean" and (asked.kind != "likert" or asked.inferred):
        raise ScoreError(
            f"'{asked.name}' has no declared scale, so it has no mean.", hint='leave "mean" out.'
        )
    if box.kind in ("top", "bottom") and asked.scale is not None:
        asked.scale.top(box.k)  # refuses a box that the scale has not
    return _box(box)


DECLARED_BOX = "declared"


def _box(box: Box) -> Option:
    if box.kind == "answers":
        return Option(box.name, f"the share answering {', '.join(box.answers)}", box)
    if box.kind == "mean":
        return Option("mean", "the mean of the scale, in parts of its range", box)
    end = "most" if box.kind == "top" else "least"
    many = f"{box.k} {end} favourable answers" if box.k > 1 else f"{end} favourable answer"
    return Option(box.name, f"the share giving the {many}", box)


BASES: dict[BaseChoice, str] = {
    "common": "the people who answered both",
    "own": "everybody who answered each",
    "all": "the people who answered all",
}


def base_option(name: BaseChoice) -> Option:
    """One base of a comparison."""
    return Option(name, BASES[name], name)
