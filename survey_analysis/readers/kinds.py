"""What kind of question a column is, from its labels, its cells, and the measurement level of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pandas as pd

from survey_analysis.frames.infer import LONGEST_LABEL, MOST_LEVELS, MOST_NUMERIC_LEVELS, infer_question
from survey_analysis.frames.personal_find import personal_mentions
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.readers.cells import Cells
from survey_analysis.readers.evidence import Confidence, Guess
from survey_analysis.readers.roles import nameable, stray_evidence, strays
from survey_analysis.readers.scale_words import known_order
from survey_analysis.study.codebook import Question

FEW_COUNTS = 30
RECURS = 5  # cells of an answer, on average, of a closed question

_OTHER_TEXT = re.compile(r"[_ .-](text|other|specify|oe|verbatim)$", re.IGNORECASE)


@dataclass(frozen=True)
class QuestionGuess:
    """A question as it is inferred, and how sure its kind is."""

    question: Question
    guess: Guess
    stray: tuple[str, ...] = ()  # texts among the numbers of a numeric column


def question_guess(raw: RawTable, cells: Cells, blank: frozenset[str]) -> QuestionGuess:
    """Kind of the question in a column.

    What the file says goes first (value labels, measurement level). A few short texts that recur are answers
    of a closed question; a dozen whole numbers may be codes or counts, which is said; text that does not recur
    is open.
    """
    name = cells.name
    typed = {m.code for m in raw.missing.get(name, ())}
    answered = [t for t in cells.first[: MOST_LEVELS + len(typed) + 1] if t not in typed]
    if not answered:
        return QuestionGuess(_inferred(raw, cells, blank), Guess("empty", "no cell is filled", "high"))
    question = _inferred(raw, cells, blank)
    if raw.labels.get(name) and question.kind == "single":
        n = len(raw.labels[name])
        guess = Guess("single", f"the file has {n} value label{'' if n == 1 else 's'}", "high")
    elif question.kind == "single" and _OTHER_TEXT.search(name) and cells.numbers is None:
        guess = Guess("open", "named like the text of another answer", "medium")
    elif (
        question.kind in ("single", "open")
        and len(answered) > MOST_NUMERIC_LEVELS
        and (stray := strays(cells))
    ):
        guess = Guess("numeric" if nameable(stray) else "open", stray_evidence(cells, stray), "low")
        return QuestionGuess(
            replace_kind(question, guess.kind), guess, stray if guess.kind == "numeric" else ()
        )
    elif question.kind == "single":
        guess = _closed(raw, cells, answered)
    elif question.kind == "numeric":
        guess = _numeric(raw, cells)
    else:
        guess = _open(cells)
    if guess.kind != question.kind:
        question = replace_kind(question, guess.kind)
    return QuestionGuess(question, guess)


def replace_kind(question: Question, kind: str) -> Question:
    """The question as of another kind, without the answers that go with its own."""
    return question.model_copy(update={"kind": kind, "scale": None if kind != "single" else question.scale})


def _inferred(raw: RawTable, cells: Cells, blank: frozenset[str]) -> Question:
    """As the library infers it; a column of very many texts is judged by its first, which is enough."""
    few = cells.first
    if len(few) == cells.distinct:
        frame = pd.DataFrame({cells.name: few}, dtype=object)
        return infer_question(replace(raw, frame=frame), cells.name, blank)
    kind = "numeric" if cells.numbers is not None else "open"
    missing = tuple((m.code, m.kind) for m in raw.missing.get(cells.name, ()))
    text = raw.wording.get(cells.name, "")
    return Question(
        name=cells.name, kind=kind, text=text, columns={"": cells.name}, inferred=True, missing=missing
    )


def _closed(raw: RawTable, cells: Cells, answers: list[str]) -> Guess:
    k = len(answers)
    measure = raw.measure.get(cells.name)
    if cells.numbers is None:
        if k == cells.filled and any(" " in a for a in answers) and known_order(answers) is None:
            how = f"{k:,} different texts in {k:,} filled cells" if k > 1 else "one text in one filled cell"
            return Guess("open", how, "low")
        recurs = cells.filled >= RECURS * k
        how = f"{k} answer{'s' if k > 1 else ''}" + (
            "" if recurs else " that hardly recur: an open question looks the same"
        )
        return Guess("single", how, "high" if recurs else "low")
    if measure in ("nominal", "ordinal"):
        return Guess("single", f"{counted(k, 'code')}; {measure} in the file", "high")
    if k == 1:
        return Guess("single", "the same in all filled cells", "low")
    sure: Confidence = "medium"
    how = f"{counted(k, 'whole number without a label: a code', 'whole numbers without labels: codes')}"
    values = sorted(float(a) for a in answers)
    if k > 2 and values[0] in (0.0, 1.0) and values[-1] - values[0] >= k:
        how, sure = f"{how}, or a count", "low"
    return Guess("single", how, sure)


def _numeric(raw: RawTable, cells: Cells) -> Guess:
    measure = raw.measure.get(cells.name)
    if measure == "scale":
        return Guess("numeric", "numbers; measured, says the file", "high")
    many = cells.distinct > FEW_COUNTS or not cells.whole
    if cells.whole and cells.distinct == cells.filled and cells.filled > FEW_COUNTS:
        how = f"{cells.filled:,} whole numbers, all different: an id looks the same"
        return Guess("numeric", how, "low")
    how = f"{cells.distinct:,} different numbers" if cells.distinct > 1 else "one number in all filled cells"
    return Guess("numeric", how if many else f"{how}: a count, or codes", "high" if many else "medium")


def _open(cells: Cells) -> Guess:
    mentions = personal_mentions(cells.texts, cells.counts.tolist())
    spaces = sum(" " in t for t in cells.first) / len(cells.first)
    long = any(len(t) > LONGEST_LABEL for t in cells.first)
    how = f"{cells.distinct:,} different texts" if cells.distinct > 1 else "one text"
    how += f"; {mentions}" if mentions else ""
    return Guess("open", how, "high" if spaces > 0.5 or long else "medium")
