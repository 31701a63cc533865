"""The answers of one column in a new delivery: labels, missing codes, codes, kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from survey_analysis.cleaning.unknown import unknown_texts
from survey_analysis.errors import Drift
from survey_analysis.frames.normal import normal
from survey_analysis.frames.personal_content import content_of
from survey_analysis.plurals import counted
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import Level, MissingCode, Scale
from survey_analysis.waves.versions import Version, differing

MOSTLY = 0.5
FEW = 12  # distinct texts of a column that is a tick, not a text
_LABEL_ASPECTS = ("direction", "codes", "label")


def labels(
    question: Question,
    column: str,
    earlier: Mapping[str, str],
    facts: Mapping[str, str],
    missing: set[str],
    now: pd.Series,
) -> Iterator[Drift]:
    """Labels of the file against those it had before, else against the declared ones."""
    scale = question.scale
    if scale is None or not facts:
        return
    declared = {x.code: x.label for x in scale.answers}
    then = {c: earlier.get(c, label) for c, label in declared.items()}
    shared = [c for c in declared if c in facts and c not in missing]
    if len(set(then.values())) < len(then) or len({facts[c] for c in shared}) < len(shared):
        then, facts = _told_apart(then), _told_apart(facts)
    pair = [Version(w, _with(question, x, shared), "") for w, x in (("then", then), ("now", facts))]
    counts = now.map(lambda t: normal(str(t))).value_counts()
    where = "before" if earlier else "declared"
    for found in differing(*pair):
        if found.aspect not in _LABEL_ASPECTS:
            continue
        changed = [c for c in shared if _plain(then[c]) != _plain(facts[c])]
        n = int(sum(counts.get(c, 0) for c in changed))
        shown = "; ".join(f"{c} = '{facts[c]}', {where} '{then[c]}'" for c in changed)
        mirrored = [facts[c] for c in shared] == [then[c] for c in reversed(shared)]
        if found.aspect == "direction" or (found.aspect == "codes" and mirrored):
            fix = "mend it with a [[clean.repairs]] of reverse = true where it holds, or ask for the codes as before"
            yield Drift(
                question.name, (column,), "reversed scale", f"the labels run the other way ({shown})", n, fix
            )
        elif found.aspect == "codes":
            fix = "ask for the codes as before, or mend them in [[clean.repairs]]"
            yield Drift(question.name, (column,), "codes", f"codes mean other answers ({shown})", n, fix)
        else:
            fix = f"if it is another answer, give it another code; if only the words changed, change them in [{_home(question)}]"
            if earlier:
                fix += " and name this file in [study] data"
            yield Drift(question.name, (column,), "changed label", f"changed label ({shown})", n, fix)


def _with(question: Question, told: Mapping[str, str], codes: Sequence[str]) -> Question:
    """The question with the labels of a file on the codes that both know."""
    scale = question.scale
    assert scale is not None  # noqa: S101  the caller has looked
    levels = tuple(Level(code=x.code, label=told[x.code]) for x in scale.levels if x.code in codes)
    outside = tuple(Level(code=x.code, label=told[x.code]) for x in scale.outside if x.code in codes)
    made = Scale(name=scale.name, levels=levels, outside=outside, favourable=scale.favourable)
    return question.model_copy(update={"scale": made})


def _told_apart(given: Mapping[str, str]) -> dict[str, str]:
    """Labels with the code behind those that stand for several codes."""
    values = list(given.values())
    return {c: f"{x} [{c}]" if values.count(x) > 1 else x for c, x in given.items()}


def missing_codes(
    question: Question, column: str, earlier: set[str], now: Sequence[MissingCode], cells_: pd.Series
) -> Iterator[Drift]:
    """Codes that the file declares missing and the study takes for answers."""
    if question.scale is None:
        return
    answers = {x.code: x.label for x in question.scale.answers}
    for code in now:
        if code.code in answers and code.code not in earlier:
            n = int((cells_.map(lambda t: normal(str(t))) == code.code).sum())
            yield Drift(
                question.name,
                (column,),
                "missing code",
                f"the file says that {code.code} is no answer; declared '{answers[code.code]}' ({counted(n, 'row')})",
                n,
                f"move it to missing in [{_home(question)}], or ask why",
            )


def cells(
    question: Question,
    column: str,
    now: pd.Series,
    before: pd.Series | None,
    empty: frozenset[str],
    facts: Mapping[str, str],
    missing: Mapping[str, str],
) -> Iterator[Drift]:
    """Codes nobody declared that the earlier delivery did not hold, or another kind of cell altogether."""
    loose = question.model_copy(update={"valid_range": None, "reverse": False})
    new = unknown_texts(now, loose, empty)
    if before is not None:
        known = set(before.unique())
        new = [t for t in new if t not in known]
    if not new:
        return
    counts = now.value_counts()
    total = sum(int(counts[t]) for t in new)
    filled = int((~now.map(lambda t: str(t).strip() in empty or not str(t).strip())).sum())
    numbers = question.kind == "numeric" or all(
        _is_number(x.code) for x in (question.scale.levels if question.scale else ())
    )
    odd = all(_is_number(t) != numbers for t in new)
    if odd and total > MOSTLY * filled:
        was, are = ("numbers", "texts") if numbers else ("texts", "numbers")
        what = f"{are} where {was} were: {total} of {filled} filled rows{_such_as(new)}"
        fix = f"ask for the cells as before, or declare what they mean in [{_home(question)}]"
        yield Drift(question.name, (column,), "changed kind", what, total, fix)
        return
    personal = content_of(new)
    if personal:  # a shifted column: nobody's address belongs into a message
        what = f"{counted(total, 'row holds', 'rows hold')} what is personal: {personal}"
        fix = "ask whether columns have changed places"
        yield Drift(question.name, (column,), "personal data", what, total, fix)
        return
    listed = [_code(t, int(counts[t]), facts, missing) for t in new[:8]]
    more = f" and {len(new) - 8} more" if len(new) > 8 else ""
    part = "levels, outside or missing" if question.scale is not None else "missing"
    yield Drift(
        question.name,
        (column,),
        "new code",
        f"new code{'s' * (len(new) > 1)} {', '.join(listed)}{more}",
        total,
        f"declare {'it' if len(new) == 1 else 'them'} in [{_home(question)}] ({part}), or mend "
        f"{'it' if len(new) == 1 else 'them'} in [[clean.repairs]]",
    )


def _code(text: str, n: int, facts: Mapping[str, str], missing: Mapping[str, str]) -> str:
    code = normal(text)
    told = f", labelled '{facts[code]}'" if code in facts else ""
    kind = f", missing in the file ({missing[code].replace('_', ' ')})" if code in missing else ""
    return f"'{text}' ({counted(n, 'row')}{told}{kind})"


def options(
    question: Question, column: str, now: pd.Series, before: pd.Series | None, empty: frozenset[str]
) -> Iterator[Drift]:
    """Marks of an option that were not there before: any filled cell would count as chosen."""
    if (
        before is None or question.slots or question.separator
    ):  # those hold codes, which are checked when read
        return
    then = {normal(str(t)) for t in before.unique()} | {"0", *empty, *question.not_selected}
    then |= {c for c, _ in question.missing}
    if len(then) > FEW:
        return
    counts = now.map(lambda t: normal(str(t))).value_counts()
    new = {str(t): int(n) for t, n in counts.items() if t and t not in then}
    if new:
        personal = content_of(list(new))
        listed = personal or ", ".join(f"'{t}' ({counted(n, 'row')})" for t, n in list(new.items())[:8])
        yield Drift(
            question.name,
            (column,),
            "new code",
            f"the option holds what it did not hold before: {listed}; it would count as chosen",
            sum(new.values()),
            f"declare it in not_selected or missing of [questions.{question.name}], or mend it in [[clean.repairs]]",
        )


def written_kind(
    question: Question, column: str, now: pd.Series, before: pd.Series | None, empty: frozenset[str]
) -> Iterator[Drift]:
    """An open question whose texts have become numbers, or the other way round."""
    if before is None:
        return
    typed = {code for code, _ in question.missing}
    shares = []
    for cells_ in (before, now):
        texts = [t for t in map(str, cells_) if t.strip() and t not in empty and normal(t) not in typed]
        shares.append((sum(map(_is_number, texts)) / len(texts) if texts else None, len(texts)))
    (was, _), (are, n) = shares
    if was is None or are is None or n < 5 or (was > MOSTLY) == (are > MOSTLY):
        return
    words = ("numbers", "texts") if was > MOSTLY else ("texts", "numbers")
    yield Drift(
        question.name,
        (column,),
        "changed kind",
        f"{words[1]} where {words[0]} were ({counted(n, 'filled row')})",
        n,
        f"ask for the cells as before, or declare another kind in [questions.{question.name}]",
    )


def _home(question: Question) -> str:
    """Table of the study file that holds the answers of a question."""
    if question.scale is not None and question.scale.name and question.scale.name != question.name:
        return f"scales.{question.scale.name}"
    return f"{'batteries' if question.over else 'questions'}.{question.name}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii()


def _such_as(texts: Sequence[str]) -> str:
    """A few of them, unless they are personal."""
    personal = content_of(texts)
    return f"; {personal}" if personal else f", such as {', '.join(repr(t) for t in texts[:3])}"


def _plain(text: str) -> str:
    return " ".join(text.split())
