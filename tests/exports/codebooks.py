"""Codebooks and cells drawn at random: kinds, codes, labels, missing codes, routing, odd names and texts."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import strategies as st

KINDS = ("not_asked", "dont_know", "refused", "not_applicable", "no_answer", "break_off")
PLAIN = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp", "Zs", "Cf"], include_characters=" "),
    min_size=1, max_size=12,
).map(str.strip).filter(bool)  # fmt: skip
NAMES = st.sampled_from(
    [
        "q1",
        "Q1",
        "1st",
        "with",
        "größe",
        "a b",
        "x.y",
        "Ends.",
        "_under",
        "v" * 70,
        "v" * 70 + "w",
        "日本",
        "a-b",
        "a_b",
    ]
)
TEXTS = st.one_of(
    PLAIN, st.sampled_from(["=1+1", '"quoted"', "two\nlines", "a,b;c\td", "ends ", "'", "-99", "NA"])
)


@st.composite
def scales(draw: st.DrawFn) -> dict[str, Any]:
    """Levels and missing codes: numbers, or texts."""
    if draw(st.booleans()):
        codes = [str(c) for c in draw(st.lists(st.integers(-3, 12), min_size=1, max_size=6, unique=True))]
    else:
        codes = draw(st.lists(PLAIN, min_size=1, max_size=5, unique=True))
    labels = draw(st.lists(PLAIN, min_size=len(codes), max_size=len(codes), unique=True))
    spare = [c for c in ("97", "98", "99", "-99", "-1", "1000", "DK") if c not in {*codes, *labels}]
    missing = draw(st.lists(st.sampled_from(spare), max_size=4, unique=True))
    levels = [[c, t] for c, t in zip(codes, labels, strict=True)]
    for code, label in levels:  # a label that is the code of another answer would name two answers
        if label != code and label in codes:
            levels = [[c, c] for c in codes]
            break
    kinds = [draw(st.sampled_from(KINDS)) for _ in missing]
    return {"levels": levels, "missing": [[c, k] for c, k in zip(missing, kinds, strict=True)]}


@st.composite
def surveys(draw: st.DrawFn) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A frame and the study that declares it."""
    n = draw(st.integers(1, 8))
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    columns: dict[str, list[str]] = {"id": [str(i) for i in range(n)], "gate": draw(_cells(["1", "2"], n))}
    questions: dict[str, Any] = {"gate": {"levels": [["1", "in"], ["2", "out"]]}}
    for i, name in enumerate(names):
        kind = draw(st.sampled_from(("single", "numeric", "open", "multiple")))
        told: dict[str, Any] = {"kind": kind, "text": draw(PLAIN)}
        if draw(st.booleans()):
            told["asked_if"] = "gate == 1"
        column = f"c{i}"
        if kind == "single":
            scale = draw(scales())
            told |= scale | {"column": column}
            told |= {"reverse": True} if draw(st.booleans()) else {}
            columns[column] = draw(_cells([c for c, *_ in (*scale["levels"], *scale["missing"])], n))
        elif kind == "numeric":
            told |= {"column": column, "missing": [["99", draw(st.sampled_from(KINDS))]]}
            columns[column] = draw(_cells(["0", "1.5", "-7", "1e-3", "123456789", "99"], n))
        elif kind == "open":
            told |= {"column": column, "missing": [["-99", draw(st.sampled_from(KINDS))]]}
            columns[column] = draw(st.lists(st.one_of(st.just(""), TEXTS), min_size=n, max_size=n))
        else:
            k = draw(st.integers(1, 3))
            labels = draw(st.lists(PLAIN, min_size=k, max_size=k, unique=True))
            told["options"] = [{"column": f"{column}_{j}", "label": x} for j, x in enumerate(labels)]
            told["missing"] = [["98", draw(st.sampled_from(KINDS))]]
            for j in range(k):
                columns[f"{column}_{j}"] = draw(_cells(["1", "0", "98"], n))
        questions[name] = told
    return pd.DataFrame(columns, dtype=object), {
        "study": {"name": "random"}, "design": {"id": "id"}, "questions": questions
    }  # fmt: skip


def _cells(codes: list[str], n: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([*codes, ""]), min_size=n, max_size=n)
