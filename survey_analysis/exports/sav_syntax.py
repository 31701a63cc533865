"""Multiple-response sets as SPSS syntax."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from survey_analysis.exports.sav_names import cut
from survey_analysis.frames.facts import ResponseSet

_WIDTH = 200  # SPSS reads lines of at most 256 bytes


def mrsets_syntax(file: str, sets: Sequence[ResponseSet], weight: str = "") -> str:
    """`MRSETS` commands for an open data file.

    Examples
    --------
    >>> sets = [ResponseSet("news", "dichotomy", ("web", "radio"), (), "What's new?", ("1",))]
    >>> print(mrsets_syntax("out.sav", sets), end="")
    * Encoding: UTF-8.
    * Multiple-response sets of out.sav; run with that file open.
    MRSETS
      /MDGROUP NAME=$news CATEGORYLABELS=VARLABELS
        LABEL='What''s new?'
        VARIABLES=web radio
        VALUE=1
      /DISPLAY NAME=[$news].
    """
    lines = ["* Encoding: UTF-8.", f"* Multiple-response sets of {file}; run with that file open."]
    for s in sets:
        text = cut(" ".join(s.text.split()), _WIDTH).replace("'", "''")
        lines += ["MRSETS", f"  /MDGROUP NAME=${s.name} CATEGORYLABELS=VARLABELS", f"    LABEL='{text}'"]
        first, *more = wrap(" ".join(s.columns), _WIDTH, break_long_words=False, break_on_hyphens=False)
        lines += [f"    VARIABLES={first}", *(f"      {x}" for x in more)]
        lines += [f"    VALUE={s.counted[0]}", f"  /DISPLAY NAME=[${s.name}]."]
    if weight:
        lines += [
            f"* Weighted tables: WEIGHT BY {weight}; SPSS Base then takes weights for counts in standard errors."
        ]
    return "\n".join(lines) + "\n"
