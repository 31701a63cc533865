"""Multiple-response sets of an SPSS file as `ResponseSet`s: options with their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey_analysis.frames.facts import Labels, ResponseSet
from survey_analysis.frames.normal import normal
from survey_analysis.readers.sav_records import MrSet


def response_sets(
    found: Sequence[MrSet], columns: Sequence[str], wording: Mapping[str, str], labels: Mapping[str, Labels]
) -> tuple[ResponseSet, ...]:
    """Sets whose columns the file holds; one that names none of them is left to its note.

    The options of a dichotomy set are its columns, labelled by the variables or, where the set says so, by the
    label that each column gives the counted value. Those of a category set are the value labels of its columns.

    Examples
    --------
    >>> sets = [MrSet("news", "dichotomy", ("web", "radio"), "News sources", "1")]
    >>> found = response_sets(sets, ["web", "radio"], {"web": "Internet"}, {})
    >>> found[0].options, found[0].counted
    ((('web', 'Internet'), ('radio', 'radio')), ('1',))
    """
    return tuple(
        _response_set(s, held, wording, labels)
        for s in found
        if (held := tuple(c for c in s.columns if c in columns))
    )


def _response_set(
    found: MrSet, held: tuple[str, ...], wording: Mapping[str, str], labels: Mapping[str, Labels]
) -> ResponseSet:
    text = found.label
    if not text and found.label_of_first:
        text = wording.get(held[0], "")
    if found.kind == "categories":
        options = tuple({code: (code, label) for c in held for code, label in labels.get(c, ())}.values())
        return ResponseSet(found.name, "categories", held, options, text)
    counted = normal(found.counted)
    options = tuple((c, _label(c, found, counted, wording, labels)) for c in held)
    return ResponseSet(found.name, "dichotomy", held, options, text, (counted,))


def _label(
    column: str, found: MrSet, counted: str, wording: Mapping[str, str], labels: Mapping[str, Labels]
) -> str:
    if found.labels == "counted":
        for code, label in labels.get(column, ()):
            if normal(code) == counted:
                return label
    return wording.get(column) or column


def set_note(found: MrSet) -> str:
    """A set in a sentence, for the log."""
    counted = f"counted value {found.counted}" if found.kind == "dichotomy" else "categories"
    return (
        f"Multiple-response set '{found.name}' ({found.label or 'no label'}): {', '.join(found.columns)}, "
        f"{counted}."
    )
