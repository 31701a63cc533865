"""How a banner table is laid out: what its cells print, which bases, how many decimals. No statistics."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from survey_analysis.errors import ReportError, closest

Show = Literal["column", "row", "total", "index", "count", "weighted", "std_error", "interval"]
BaseKind = Literal["unweighted", "weighted", "effective"]
SHOW_LABELS: dict[str, str] = {
    "column": "Column %",
    "row": "Row %",
    "total": "Total %",
    "index": "Index",
    "count": "Count",
    "weighted": "Weighted count",
    "std_error": "Standard error",
    "interval": "Interval",
}
BASE_LABELS: dict[str, str] = {
    "unweighted": "Base (unweighted)",
    "weighted": "Base (weighted)",
    "effective": "Effective base",
}


@dataclass(frozen=True)
class Layout:
    """What a banner table prints.

    Attributes
    ----------
    show
        What stands in the cells of answers, one line each: column, row and total percent, index against the
        total (100), people unweighted and weighted, standard error (points) and interval.
    decimals
        Of percentages.
    bases
        Which bases head the table; at least one.
    letters
        Beside the numbers, or none.
    tests
        Whether Rao-Scott tests stand under the table.
    """

    show: tuple[Show, ...] = ("column",)
    decimals: int = 0
    bases: tuple[BaseKind, ...] = ("unweighted", "weighted", "effective")
    letters: Literal["beside", "none"] = "beside"
    tests: bool = True

    def __post_init__(self) -> None:
        for name, given, known in (
            ("show", self.show, get_args(Show)),
            ("bases", self.bases, get_args(BaseKind)),
        ):
            if isinstance(given, str) or not given:
                raise ReportError(
                    f"{name} = {given!r} is no list.", hint=f'give a list, such as {name}=["{known[0]}"].'
                )
            for one in given:
                if one not in known:
                    raise ReportError(f"{name}: '{one}' is not known.", hint=closest(str(one), known))
            if len(set(given)) < len(given):
                raise ReportError(f"{name} names something twice.", hint="name each once.")
        if self.letters not in ("beside", "none"):
            raise ReportError(f"letters = {self.letters!r} is not known.", hint='give "beside" or "none".')
        if not 0 <= self.decimals <= 4:
            raise ReportError(f"decimals = {self.decimals} is not possible.", hint="give 0 to 4.")


def layout_of(**options: Any) -> Layout:
    """A layout from options; an unknown one is an error with the nearest.

    Examples
    --------
    >>> layout_of(show=["column", "count"], decimals=1).decimals
    1
    """
    known = [f.name for f in fields(Layout)]
    for name in options:
        if name not in known:
            raise ReportError(f"'{name}' is no option of a layout.", hint=closest(name, known))
    made: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
    return Layout(**made)
