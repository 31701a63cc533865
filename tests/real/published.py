"""The real files, the study files beside this module, and the numbers that others printed from them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from oracles.harness import shared

import survey_analysis as sa

HERE = Path(__file__).parent
FILES = {
    "masculinity": ("masculinity-survey", "raw-responses.csv.gz"),
    "star-wars": ("star-wars", "StarWars.csv.gz"),
}


@cache
def survey(name: str) -> sa.Survey:
    """The survey of one study file, over the publisher's file as it lies."""
    return sa.read(HERE / name / "study.toml", data=shared("data", *FILES[name]))


@cache
def check(identifier: str) -> dict[str, Any]:
    """One entry of `published.json`."""
    with shared("data", "published.json").open(encoding="utf-8") as handle:
        return next(c for c in json.load(handle)["checks"] if c["id"] == identifier)


def same_words(label: str) -> str:
    """A label with the quotes that the publisher's files lost (written `?`) and those they kept alike."""
    return label.replace("’", "?").replace("'", "?")
