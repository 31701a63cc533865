"""Open answers that were pasted or typed at random."""

from __future__ import annotations

import re
import unicodedata
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd
from pydantic import Field

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.errors import StudyError, closest
from survey_analysis.frames.data import SurveyData

KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"[^\W\d_]+")


@rule("open_ends", stage="quality", family="authenticity")
class OpenEnds(CleaningRule):
    """A long text that several people handed in word for word, or letters that form no words.

    Letters form no words when, among at least `minimum_letters` Latin letters, vowels are rarer than
    `vowels_below` and five consonants follow one another, or at most two different letters occur, or
    the text walks along a keyboard row. Other scripts are not judged.

    Attributes
    ----------
    columns
        Shell patterns of columns; the columns of all open questions unless given.
    shared_by
        Respondents that must share a text.
    minimum_length
        Shorter texts ("they are nice") are shared by chance.
    minimum_letters, vowels_below
        Bounds of the test for random letters.
    """

    columns: tuple[str, ...] = ()
    shared_by: int = Field(default=3, ge=2)
    minimum_length: int = Field(default=25, ge=5)
    minimum_letters: int = Field(default=8, ge=5)
    vowels_below: float = Field(default=0.15, gt=0, lt=0.5)

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag pasted and random texts."""
        screen = Screen(survey.table)
        names = self._columns(screen)
        texts = pd.concat([screen.texts(name) for name in names], ignore_index=True)
        rows = np.tile(np.arange(len(screen)), len(names))
        filled = (texts != "").to_numpy(dtype=bool)
        frame = pd.DataFrame({"row": rows[filled], "text": [_folded(t) for t in texts[filled]]})
        long = frame[frame["text"].str.len() >= self.minimum_length].drop_duplicates()
        shared = long[long.groupby("text")["row"].transform("size") >= self.shared_by]
        random = frame[frame["text"].isin([t for t in frame["text"].unique() if self._is_random(t)])]
        mask = np.zeros(len(screen), dtype=bool)
        mask[shared["row"].to_numpy(dtype=np.int64)] = True
        mask[random["row"].to_numpy(dtype=np.int64)] = True
        reason = (
            f"an open end shared word for word by {self.shared_by} or more respondents, or random letters"
        )
        return Flags(mask, reason, int(frame["row"].nunique()))

    def _columns(self, screen: Screen) -> list[str]:
        known = screen.table.raw.columns
        if self.columns:
            found = [c for c in known if any(fnmatchcase(c, p) for p in self.columns)]
        else:
            found = [c for q in screen.table.codebook if q.kind == "open" for c in q.all_columns]
        if not found:
            wanted = self.columns[0] if self.columns else ""
            raise StudyError(
                "The rule 'open_ends' finds no column.",
                where="[study.toml: clean.rules]",
                hint=closest(wanted, known) if wanted else "declare open questions, or the option columns.",
            )
        return found

    def _is_random(self, text: str) -> bool:
        words = [w for w in _WORD.findall(text) if w.isascii()]
        letters = "".join(words)
        if len(letters) < self.minimum_letters:
            return False
        vowels = sum(c in "aeiouy" for c in letters) / len(letters)
        consonants = any(len(run) >= 5 for w in words for run in re.split(r"[aeiouy]", w))
        return (vowels < self.vowels_below and consonants) or len(set(letters)) <= 2 or walks_keyboard(text)


def walks_keyboard(text: str, length: int = 6) -> bool:
    """Whether a text holds that many neighbouring keys in a row, in either direction.

    >>> walks_keyboard("asdfghjk"), walks_keyboard("a good property")
    (True, False)
    """
    lanes = [lane for row in KEYBOARD_ROWS for lane in (row, row[::-1])]
    return any(lane[i : i + length] in text for lane in lanes for i in range(len(lane) - length + 1))


def _folded(text: str) -> str:
    """Lower case, accents off, white space as one blank."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).lower().split())
