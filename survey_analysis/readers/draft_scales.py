"""Answer scales of a draft: each list of answers once, in the order and direction that their words show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from survey_analysis.readers.missing_kinds import missing_kind
from survey_analysis.readers.scale_words import known_order, outside
from survey_analysis.readers.toml_text import Names, comment, missing, pairs
from survey_analysis.study.scales import Level, MissingCode

APART = tuple(str(n) for n in (97, 98, 99, 997, 998, 999))
BELOW_ZERO = tuple(f"-{n}" for n in (*range(1, 10), 77, 88, *range(90, 100), 997, 998, 999))
MOST_BELOW = 6
_AN_ANSWER = re.compile(
    r"(?!.*\b(missing|not|no)\b).*\b(other|none)\b.*"
)  # "Other, or none" is one, whatever its code
PAIRS = {"yes_no": {"yes", "no"}, "true_false": {"true", "false"}, "gender": {"female", "male"}}


@dataclass(frozen=True)
class DraftScale:
    """A scale as drafted: what is on it, outside and missing, and what that rests on.

    `rating` says that it has a favourable end; `name` is what its words suggest, `order` what its order rests
    on; "" for nothing.
    """

    levels: tuple[Level, ...]
    outside: tuple[Level, ...] = ()
    missing: tuple[MissingCode, ...] = ()
    favourable: str = ""
    rating: bool = False
    name: str = ""
    comments: tuple[str, ...] = ()
    order: str = ""

    @property
    def direction(self) -> str:
        """Which end is which, in words; "" where the answers do not say."""
        if not self.order:
            return ""
        if not self.rating:
            return f"in order by {self.order}"
        end = self.levels[0] if self.favourable == "first" else self.levels[-1]
        return f"favourable end '{end.label}', by {self.order}"


class Scales:
    """The scales of a draft; questions with the same answers share one."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], tuple[str, DraftScale]] = {}
        self._names = Names([])

    def name_of(self, scale: DraftScale, wanted: str) -> str:
        """Name under which a scale is declared; the first question that has it names it unless its words do."""
        same = (scale.levels, scale.outside, scale.missing, scale.favourable)
        if same not in self._found:
            self._found[same] = (self._names.new(scale.name or wanted), scale)
        return self._found[same][0]

    def lines(self) -> list[str]:
        """A TOML table for each scale."""
        return ["\n".join(_lines(name, scale)) for name, scale in self._found.values()]


def _lines(name: str, scale: DraftScale) -> list[str]:
    out = [*map(comment, scale.comments), f"[scales.{name}]", f"levels = {pairs(scale.levels)}"]
    if scale.outside:
        out.append(f"outside = {pairs(scale.outside)}")
    if scale.missing:
        out.append(f"missing = {missing(scale.missing)}")
    if scale.favourable:
        out.append(f'favourable = "{scale.favourable}"')
    return out


def draft_scale(
    answers: Sequence[Level], declared: Sequence[MissingCode], *, ordered: bool = False
) -> DraftScale:
    """Answers of a question as a scale.

    Codes below zero beside others that are not are missing codes; codes such as 98 that stand apart, and
    answers such as "Don't know", leave the scale and stay in the base, unless label and code both say missing.
    Text answers stand in the order of their words; codes in their own, whose direction the words then say.
    """
    kept, typed, comments = _below_zero(answers)
    kept, apart, said = _apart(kept)
    typed = (*declared, *typed, *said)
    if apart:
        codes = ", ".join(x.code for x in apart)
        comments.append(
            f'{codes}: in the base, off the scale; if no answers, missing = [[{apart[0].code}, "refused"]]'
        )
    known = known_order([x.label for x in kept])
    if known is None:
        off = [x for x in kept if outside(x.label)] if len(kept) > 2 else []
        kept = [x for x in kept if x not in off]
        comments += [_off(off)] if off else []
        if _unordered(kept):
            comments.append("order not known from the words: check it")
        return DraftScale(
            tuple(kept), (*off, *apart), typed, name=_plain_name(kept), comments=tuple(comments)
        )
    place = {label: i for i, label in enumerate(known.order)}
    inside = [x for x in kept if x.label in place]
    off = [x for x in kept if x.label not in place]
    favourable = "last" if known.rating else ""
    by_words = sorted(inside, key=lambda x: place[x.label])
    if inside == by_words[::-1] and (ordered or _coded(inside)):
        favourable = "first" if known.rating else ""
        comments.append(f"order of the file; direction from {known.how}")
    elif inside == by_words or not ordered:
        inside = by_words
        comments.append(f"order from {known.how}")
    comments += [_off(off)] if off else []
    return DraftScale(
        tuple(inside), (*off, *apart), typed, favourable, known.rating, known.name if known.name[0] != "_" else "",
        tuple(comments), known.how,
    )  # fmt: skip


def _off(levels: Sequence[Level]) -> str:
    return f"in the base, off the scale: {', '.join(x.label for x in levels)}"


def _coded(levels: Sequence[Level]) -> bool:
    return all(x.code != x.label for x in levels)


def _unordered(levels: Sequence[Level]) -> bool:
    """Whether there is an order to check: three answers or more, not all of them numbers, none labelled."""
    return len(levels) > 2 and all(x.code == x.label for x in levels) and not all(map(_whole, levels))


def _plain_name(levels: Sequence[Level]) -> str:
    words = {x.label.casefold() for x in levels}
    return next((name for name, pair in PAIRS.items() if words == pair), "")


def _below_zero(answers: Sequence[Level]) -> tuple[list[Level], tuple[MissingCode, ...], list[str]]:
    """Answers, and missing codes below zero: not those of a scale around 0."""
    below = [x for x in answers if x.code in BELOW_ZERO and not _AN_ANSWER.fullmatch(x.label.casefold())]
    rest = [x for x in answers if x not in below]
    mirrored = {x.code for x in rest} >= {x.code.lstrip("-") for x in below}
    if not below or not rest or len(below) > MOST_BELOW or (mirrored and "0" in {x.code for x in rest}):
        return list(answers), (), []
    if not all(_whole(x) and int(x.code) >= 0 for x in rest):
        return list(answers), (), []
    labelled = [x for x in below if x.label != x.code]
    how = "codes below zero: taken for missing" + ("" if labelled else "; say which kind each is")
    return rest, tuple(_missing(x) for x in below), [how]


def _apart(answers: Sequence[Level]) -> tuple[list[Level], list[Level], tuple[MissingCode, ...]]:
    """Answers on the scale, those off it, and those whose code and label both say missing."""
    codes = [int(x.code) for x in answers if _whole(x) and x.code not in APART]
    far = [x for x in answers if x.code in APART and codes and int(x.code) > max(codes) + 10]
    if len(far) + 2 > len(answers):
        return list(answers), [], ()
    said = [x for x in far if outside(x.label) and x.label != x.code]
    kept = [x for x in answers if x not in far]
    return kept, [x for x in far if x not in said], tuple(_missing(x) for x in said)


def _missing(level: Level) -> MissingCode:
    label = level.label if level.label != level.code else ""
    return MissingCode(code=level.code, kind=missing_kind(label), label=label)


def _whole(level: Level) -> bool:
    return re.fullmatch(r"-?\d+", level.code) is not None


def below_zero(texts: Sequence[str]) -> tuple[MissingCode, ...]:
    """Missing codes below zero among numbers that are otherwise not.

    >>> [m.code for m in below_zero(["34", "-9", "51"])]
    ['-9']
    >>> below_zero(["34", "-9", "-51"])
    ()
    """
    below = [t for t in texts if t.startswith("-")]
    if not below or len(below) > MOST_BELOW or len(below) == len(texts) or not set(below) <= set(BELOW_ZERO):
        return ()
    return tuple(MissingCode(code=t, kind="no_answer") for t in sorted(below, key=int))
