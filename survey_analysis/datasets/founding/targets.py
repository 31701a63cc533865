"""The targets files: raking margins, a second set with an empty cell, and the member list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.wording import CODES

MARGINS: Final = {
    "sex": (("Woman", "Man"), p.SEX_TARGET),
    "age": (("18-34", "35-54", "55+"), p.AGE_TARGET),
    "education": (("High school or less", "Some college", "Degree"), p.EDUCATION_TARGET),
    "region": (("Northeast", "Midwest", "South", "West"), p.REGION_TARGET),
}
EMPTY_CELL: Final = ("Territories", 0.01)


def targets() -> bytes:
    """`targets.csv`: margin, category, target."""
    return _csv(
        [
            ("margin", "category", "target"),
            *(
                (margin, category, f"{share:.2f}")
                for margin, (categories, shares) in MARGINS.items()
                for category, share in zip(categories, shares, strict=True)
            ),
        ]
    )


def targets_with_empty_cell() -> bytes:
    """The same with one per cent for the territories, where nobody answered: the pre-flight lesson."""
    lines = [line.split(",") for line in targets().decode().splitlines()]
    name, share = EMPTY_CELL
    for line in lines:
        if line[0] == "region":
            line[2] = f"{(1 - share) * float(line[2]):.4f}"
    return _csv([*lines, ["region", name, f"{share:.4f}"]])


def list_counts() -> bytes:
    """`targets_list.csv`: members on the list by category and tenure."""
    tenure = list(CODES["tenure"].values())
    return _csv(
        [
            ("category", "tenure", "target"),
            *(
                (category, tenure[t], str(count))
                for category, counts in zip(p.CATEGORIES, p.LIST_COUNTS, strict=True)
                for t, count in enumerate(counts)
            ),
        ]
    )


def _csv(lines: Sequence[Sequence[str]]) -> bytes:
    return ("\n".join(",".join(line) for line in lines) + "\n").encode()
