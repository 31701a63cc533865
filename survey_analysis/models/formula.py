"""Model formulas: `y ~ a + b * C(c) + log(d)`, read through formulaic over columns that we evaluate ourselves.

Operators (`+ - : * / ^ ( ) 0 1`) are formulaic's. What a name or a call such as `I(q == "Yes")` holds is
decided by the codebook (`columns.py`), never by running text as Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_analysis.errors import ExpressionError
from survey_analysis.lazily import Lazily

if TYPE_CHECKING:
    import formulaic
    import formulaic.errors
    from formulaic.parser.types import Term
else:
    formulaic = Lazily("formulaic")

BASES = ("bs", "poly")
"""Functions that formulaic evaluates: they keep their knots and coefficients for predictions."""

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<text>"[^"]*"|'[^']*')|`(?P<quoted>[^`]+)`|(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?)
    |(?P<name>[^\W\d][\w.]*)|(?P<operator>==|!=|<=|>=|\*\*|[-+*/:^()<>=~,|&!.\[\]%])""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """A piece of a formula: its kind, what it says, where it stands."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Parsed:
    """A formula taken apart.

    Attributes
    ----------
    text
        As typed.
    response
        Left side ("" in a one-sided formula).
    right
        Terms of the right side over column names; offsets taken out.
    columns
        Names of the columns of the right side: questions and calls.
    offsets
        What stood inside `offset(...)`.
    """

    text: str
    response: str
    right: formulaic.SimpleFormula
    columns: tuple[str, ...]
    offsets: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """Terms of the right side, the intercept left out."""
        return tuple(name(t) for t in self.right if name(t) != "1")

    @property
    def intercept(self) -> bool:
        """Whether the right side has an intercept."""
        return any(name(t) == "1" for t in self.right)


def tokens(text: str) -> list[Token]:
    """Pieces of a formula, spaces left out."""
    out, place = [], 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ExpressionError(
                f"The formula has a character that means nothing there: {text[place]!r}.",
                where=f"{text}  (place {place + 1})",
                hint="put names with spaces or signs in backticks.",
            )
        kind = str(found.lastgroup)
        if kind != "space":
            out.append(Token(kind, str(found[kind]), place, found.end()))
        place = found.end()
    return out


def parse(text: str) -> Parsed:
    """Take a formula apart.

    Raises
    ------
    ExpressionError
        Two or no `~`, a part that cannot be read, an offset inside an interaction.

    Examples
    --------
    >>> found = parse("api00 ~ stype * meals + offset(log(api.stu))")
    >>> found.response, found.terms, found.offsets
    ('api00', ('stype', 'meals', 'stype:meals'), ('log(api.stu)',))
    """
    if not isinstance(text, str):
        raise ExpressionError(
            f"The formula is a {type(text).__name__}, not a text.", hint="write 'trust ~ age + C(region)'."
        )
    pieces = tokens(text)
    places = [i for i, t in enumerate(pieces) if t.text == "~" and t.kind == "operator"]
    if len(places) != 1:
        raise ExpressionError(
            f"A formula has one '~'; there {'are ' + str(len(places)) if places else 'is none'} in: {text}",
            hint="write outcome ~ predictors, such as 'trust ~ age + C(region)'.",
        )
    split = pieces[places[0]]
    columns: dict[str, None] = {}
    offsets: list[str] = []
    rewritten = _rewrite(text, pieces[places[0] + 1 :], columns, offsets)
    try:
        formula = formulaic.Formula(rewritten or "1")
    except (formulaic.errors.FormulaicError, SyntaxError) as error:
        raise ExpressionError(f"The right side of the formula cannot be read: {text}") from error
    if not isinstance(formula, formulaic.SimpleFormula):
        raise ExpressionError(
            f"The right side of the formula has several parts: {text}", hint="leave out '|'."
        )
    kept = [t for t in formula if not _is_offset(t, text)]
    used = {f.expr for t in kept for f in t.factors}
    inside = [c for c in columns if c in used or any(f"`{c}`" in u for u in used)]
    right = formulaic.Formula(kept, _ordering="none")
    return Parsed(text, text[: split.start].strip(), right, tuple(inside), tuple(offsets))


def name(term: Term) -> str:
    """A term as the formula names it: factors joined by ':', without backticks."""
    return ":".join(f.expr.replace("`", "") for f in term.factors)


def same_term(text: str) -> str:
    """A term in one spelling: 'b:a' and 'a:b' are the same."""
    return ":".join(sorted(part.strip().replace("`", "") for part in text.split(":")))


def closing(pieces: list[Token], opening: int) -> int:
    """Position of the parenthesis that closes the one at `opening`; -1 when none does."""
    depth = 0
    for i in range(opening, len(pieces)):
        depth += (pieces[i].text == "(") - (pieces[i].text == ")")
        if depth == 0:
            return i
    return -1


def _rewrite(text: str, pieces: list[Token], columns: dict[str, None], offsets: list[str]) -> str:
    """The right side with every name and call in backticks, as formulaic looks columns up."""
    out: list[str] = []
    i = 0
    while i < len(pieces):
        token = pieces[i]
        call = token.kind == "name" and i + 1 < len(pieces) and pieces[i + 1].text == "("
        if call:
            end = closing(pieces, i + 1)
            if end < 0:
                raise ExpressionError(f"A parenthesis is not closed in: {text}")
            inner = pieces[i + 2 : end]
            out.append(_call(text, token, pieces[end], inner, columns, offsets))
            i = end + 1
            continue
        if token.kind in ("name", "quoted"):
            columns[token.text] = None
            out.append(f"`{token.text}`")
        elif token.kind == "text" or token.text in (".", "==", "!=", "<", ">", "<=", ">=", "=", ","):
            raise ExpressionError(
                f"The formula cannot be read at {token.text!r}: {text}",
                hint='put a comparison in I(...), such as I(region == "North"); name every predictor.',
            )
        else:
            out.append(token.text)
        i += 1
    return " ".join(out)


def _call(
    text: str, head: Token, last: Token, inner: list[Token], columns: dict[str, None], offsets: list[str]
) -> str:
    if head.text == "offset":
        offsets.append(text[inner[0].start : inner[-1].end] if inner else "")
        return f"`offset {len(offsets)}`"
    if head.text in BASES:
        parts = []
        for k, token in enumerate(inner):
            option = k + 1 < len(inner) and inner[k + 1].text == "="
            if token.kind in ("name", "quoted") and not option:
                columns[token.text] = None
                parts.append(f"`{token.text}`")
            else:
                parts.append(token.text)
        return f"{head.text}({' '.join(parts)})"
    whole = text[head.start : last.end].replace("`", "")
    columns[whole] = None
    return f"`{whole}`"


def _is_offset(term: Term, text: str) -> bool:
    held = [f.expr.startswith("offset ") for f in term.factors]
    if any(held) and len(held) > 1:
        raise ExpressionError(f"An offset is added, it has no interactions: {text}")
    return all(held) and bool(held)
