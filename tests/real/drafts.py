"""Drafts of `inspect` beside the study files that a person made of them by changing a few lines."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from oracles.harness import shared

import survey_analysis as sa
from survey_analysis.readers.draft import Draft

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """A file of the shared data, its metadata, and the study file that was made of the draft."""

    folder: str
    data: str
    metadata: str = ""
    place: str = ""
    study: str = "study.toml"

    @property
    def path(self) -> Path:
        """The committed study file; its codebook lies beside it."""
        return HERE / (self.place or self.folder) / self.study

    @property
    def given(self) -> Path | None:
        """Metadata beside the data."""
        return shared("data", self.folder, self.metadata) if self.metadata else None


CASES = {
    c.folder: c
    for c in (
        Case("anes-2020", "anes_2020_analysis.csv.gz"),
        Case("california-api", "apistrat.csv"),
        Case("file-samples", "qualtrics_3row.csv"),
        Case("flying-etiquette", "flying-etiquette.csv.gz"),
        Case("masculinity-survey", "raw-responses.csv.gz", place="masculinity", study="from_inspect.toml"),
        Case("nhanes2", "nhanes2.csv.gz"),
        Case("product-test", "product_test.csv"),
        Case("recs-2015", "recs_2015.csv.gz"),
        Case("sporting-goods-tracker", "example_a.csv.gz", "example_a.meta.json"),
        Case("star-wars", "StarWars.csv.gz", study="from_inspect.toml"),
    )
}


def draft(folder: str) -> Draft:
    """The draft made anew from the file as it lies."""
    case = CASES[folder]
    return sa.inspect(shared("data", case.folder, case.data), metadata=case.given).draft()


@cache
def read(folder: str) -> sa.Survey:
    """The survey of the committed study file."""
    case = CASES[folder]
    return sa.read(case.path, data=shared("data", case.folder, case.data), metadata=case.given)


def changed(old: str, new: str) -> list[str]:
    """Lines that were added or replaced, and "-" for those that were only taken out."""
    matcher = difflib.SequenceMatcher(a=old.splitlines(), b=new.splitlines(), autojunk=False)
    out: list[str] = []
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        if tag != "equal":
            out += [f"+ {line}" for line in matcher.b[b0:b1]]
            out += ["-"] * max(0, (a1 - a0) - (b1 - b0))
    return out


if __name__ == "__main__":  # write drafts where no study file was made of them yet
    for name, one in CASES.items():
        if not one.path.exists():
            made = draft(name)
            one.path.parent.mkdir(exist_ok=True)
            one.path.write_text(made.study, encoding="utf-8")
            (one.path.parent / "codebook.csv").write_text(made.codebook, encoding="utf-8")
