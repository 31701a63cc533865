"""Words of the page that says what is different about each column of a banner."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from survey_analysis.results.different import DifferentData
from survey_analysis.results.estimate import Topic
from survey_analysis.wording.facts import SMALL, Facts
from survey_analysis.wording.letters import base_marks
from survey_analysis.wording.licences import licensed
from survey_analysis.wording.lines import ADJUSTMENTS
from survey_analysis.wording.numbers import Pieces, agree, count, fixed
from survey_analysis.wording.phrases import SIMULATED, capitalised, in_sentence, join_labels

THAN = {
    "rest": "than among the others",
    "previous": "than in the column before",
    "first": "than in the first column of its heading",
    "total": "than among all",
}
HEADS = {"rest": "Others", "previous": "Before", "first": "First", "total": "All"}
_AGAINST = {
    "rest": "everybody else in the base of the table",
    "previous": "the column before it",
    "first": "the first column of its heading",
    "total": "the total that contains it",
}
_BOX = re.compile(r"(Top|Bottom) ([1-9]\d?)\Z")


def boxed(topic: Topic, label: str) -> tuple[str, ...]:
    """Labels that a box counts; empty for what is no box.

    Examples
    --------
    >>> scale = tuple((str(i), x) for i, x in enumerate(("Not", "Somewhat", "Very", "Extremely")))
    >>> boxed(Topic("q", "?", "proportion", "share", scale=scale), "Top 2")
    ('Very', 'Extremely')
    """
    found = _BOX.match(label)
    levels = [x for _, x in topic.scale if x not in topic.outside]
    if found is None or not levels:
        return ()
    k = int(found[2])
    upper = (found[1] == "Top") == (topic.favourable == "last")
    return tuple(levels[-k:] if upper else levels[:k])


def line_name(topic: Topic, row: Mapping[str, Any]) -> str:
    """What a line is, with the labels boxed: "very or extremely likely", "mean", "net promoter score"."""
    labels = boxed(topic, str(row["level"])) if row["kind"] == "net" else ()
    if labels:
        return f"{capitalised(join_labels(labels))} ({in_sentence(str(row['level']))})"
    return str(row["level"])


def pieces(row: Mapping[str, Any]) -> Pieces:
    """Both numbers and their difference as printed together."""
    scale = 1.0 if row["kind"] == "mean" else 100.0
    a, b, d = (scale * float(row[x]) for x in ("estimate", "other", "difference"))
    return agree(a, b, d, decimals=2 if row["kind"] == "mean" else 0)


def different_sentence(data: DifferentData, row: Mapping[str, Any]) -> str:
    """One finding, where the licence of the word is given; "" where it is not.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"q": ["a"] * 180 + ["b"] * 220, "g": ["x"] * 160 + ["y"] * 240})
    >>> found = sa.read(data).tabulate("q", by="g", different="rest").different()
    >>> said = [different_sentence(found, row) for row in found.rows.to_dict("records")]
    >>> [s for s in said if "“a”" in s and "higher" in s]
    ['The share answering “a” (q) is higher in x (100%) than among the others (8%).']
    """
    difference, p = float(row["difference"]), float(row["p_adjusted"])
    word = "higher" if difference > 0 else "lower"
    facts = Facts(
        difference=difference, p_adjusted=p, n=float(row["n"]), n_effective=float(row["n_effective"])
    )
    printed = pieces(row)
    unit = "%" if row["kind"] in ("answer", "net") else ""
    note = f"; {printed.note}" if printed.note else ""
    small = " (small base)" if facts.base < SMALL else ""
    said = (
        f"The {_measure(data, row)} is {word} in {row['column']} ({printed.a}{unit}) "
        f"{THAN[data.against]} ({printed.b}{unit}{note}){small}."
    )
    return said if licensed(word, facts, text=said) else ""


def _measure(data: DifferentData, row: Mapping[str, Any]) -> str:
    topic = data.topics[str(row["question"])]
    name = in_sentence(topic.short or topic.question)
    about = f"{name}, {in_sentence(str(row['subject']))}" if row["subject"] else name
    if row["kind"] == "mean":
        return f"mean of {about}"
    if row["kind"] == "nps":
        return f"net promoter score ({about})"
    labels = boxed(topic, str(row["level"])) if row["kind"] == "net" else ()
    said = join_labels(labels) if labels else f"“{row['level']}”"
    return f"share answering {said} ({about})"


def different_notes(data: DifferentData) -> tuple[str, ...]:
    """Footer: what is compared with what, the family and its adjustment, marks of bases."""
    alpha = fixed(100 * (1 - data.level), 0 if abs(100 * data.level % 1) < 1e-9 else 1)
    rows = data.rows
    shown = int(rows["shown"].sum())
    way = ADJUSTMENTS[data.adjust]
    if data.adjust == "none":
        how = f"p not adjusted; about {fixed(data.tests * (1 - data.level), 1)} of them would be shown by chance alone"
    elif data.adjust == "bh":
        how = f"p adjusted by {way}: of the lines shown about {alpha}% or fewer are expected to be false"
    else:
        how = f"p adjusted by {way}"
    family = (
        f"Family: every line of every table in every column that could be tested, {count(data.tests)} tests; {how}. "
        f"{count(shown)} shown to differ."
    )
    out = [
        f"Each column against {_AGAINST[data.against]}, design-based t; a person counts once.",
        family,
        *base_marks(data.rule),
    ]
    small = [
        str(c) for c, part in rows.groupby("column", sort=False) if (part["method"] == "small base").all()
    ]
    if small:
        out.append(f"Base too small to be tested: {', '.join(small)}.")
    settled = rows[rows["method"] == "by construction"]
    if len(settled):
        heads = {c.key: c.span_label or c.label for c in data.columns}
        said = [
            f"{data.topics[q].short or q} in {heads[k]}"
            for q, k in zip(settled["question"], settled["key"], strict=True)
        ]
        out.append(
            f"Left out, because answers and columns settle each other: {'; '.join(dict.fromkeys(said))}."
        )
    if data.provenance.simulated:
        out.append(SIMULATED)
    return tuple(out)
