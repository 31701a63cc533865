"""A declared claim as the language of claims: `says` as written, or composed from single keys."""

from __future__ import annotations

from typing import Final

from survey_analysis.claims.language import Says, parse
from survey_analysis.errors import StudyError
from survey_analysis.study.file import ClaimEntry

_KEYS: Final = ("form", "question", "of", "stat", "op", "value", "against", "times", "margin", "by")
_NEEDS: Final = {
    "level": ("question", "op", "value"),
    "difference": ("question", "of", "op", "against"),
    "ratio": ("question", "of", "op", "times", "against"),
    "largest": ("question", "of", "against", "by", "op", "value"),
    "best": ("question", "of"),
    "same": ("question", "of", "against", "margin"),
    "unclear": ("question", "of", "against"),
    "trend": ("question", "by"),
}
_MAY: Final = {
    "level": ("of", "stat"),
    "difference": ("stat", "margin"),
    "ratio": ("stat",),
    "largest": ("stat",),
    "best": ("stat", "by"),
    "same": ("stat",),
    "unclear": ("stat",),
    "trend": ("of", "stat", "op"),
}


def says_of(entry: ClaimEntry) -> Says:
    """What a declared claim says.

    Raises
    ------
    StudyError
        Neither `says` nor `form`, both, or keys that the form lacks or has no use for.

    Examples
    --------
    >>> entry = ClaimEntry(text="Most would", form="level", question="follow", of="micro", stat="top2",
    ...     op=">", value=0.5)
    >>> says_of(entry) == parse("follow[micro].top2 > 0.5")
    True
    """
    return parse(written(entry))


def written(entry: ClaimEntry) -> str:
    """The line of the language of claims that a declared claim stands for."""
    given = tuple(k for k in _KEYS if getattr(entry, k) not in ("", (), None))
    if entry.says and given:
        raise StudyError(
            f"The claim gives both says and '{given[0]}'.", hint="keep says, or say it all in single keys."
        )
    if not entry.says and not entry.form:
        raise StudyError(
            "The claim says nothing that can be checked.",
            hint='add says = "follow[micro].top2 > 0.5", or form = "level" with its keys.',
        )
    tail = f" where {entry.where}" if entry.where else ""
    if entry.says:
        if entry.where and " where " in entry.says:
            raise StudyError("The claim has two filters.", hint="keep where in says, or the key where.")
        return entry.says + tail
    for key in _NEEDS[entry.form]:
        if key not in given:
            raise StudyError(
                f"A claim of the form '{entry.form}' lacks the key '{key}'.",
                hint="it needs " + ", ".join(_NEEDS[entry.form]) + ".",
            )
    known = ("form", *_NEEDS[entry.form], *_MAY[entry.form])
    for key in given:
        if key not in known:
            raise StudyError(
                f"A claim of the form '{entry.form}' has no use for '{key}'.",
                hint="it takes " + ", ".join(known[1:]) + ".",
            )
    return _composed(entry) + tail


def _composed(entry: ClaimEntry) -> str:
    a, b = _term(entry, entry.of), _term(entry, entry.against)
    if entry.form == "level":
        return f"{a} {entry.op} {entry.value!r}"
    if entry.form == "difference":
        margin = f" {'-' if entry.margin < 0 else '+'} {abs(entry.margin)!r}" if entry.margin else ""
        return f"{a} {entry.op} {b}{margin}"
    if entry.form == "ratio":
        return f"{a} {entry.op} {entry.times!r} * {b}"
    if entry.form == "largest":
        return f"max({a} / {b} by {entry.by}) {entry.op} {entry.value!r}"
    if entry.form == "best":
        by = f" by {entry.by}" if entry.by else ""
        return f"best({_term(entry, ())}{by}) == {_quoted(_items(entry.of)[0])}"
    if entry.form == "same":
        return f"same({a}, {b}, {entry.margin!r})"
    if entry.form == "unclear":
        return f"unclear({a}, {b})"
    return f"{'falls' if entry.op.startswith('<') else 'rises'}({a} by {entry.by})"


def _items(of: str | tuple[str, ...]) -> tuple[str, ...]:
    return (of,) if isinstance(of, str) else of


def _term(entry: ClaimEntry, of: str | tuple[str, ...]) -> str:
    items = [x if "==" in x else _quoted(x) for x in _items(of) if x]
    inside = f"[{', '.join(items)}]" if items else ""
    return f"`{entry.question}`{inside}" + (f".{entry.stat}" if entry.stat else "")


def _quoted(name: str) -> str:
    return f'"{name}"' if "'" in name else f"'{name}'"
