"""A small study that is right, and the changes that make it wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

STUDY = """\
schema = 1

[study]
name = "Trust"
data = "responses.csv"

[sample]
kind = "opt-in"

[design]
id = "rid"
weight = "w"

[scales.likely3]
levels = [[1, "Unlikely"], [2, "Likely"], [3, "Very likely"]]
missing = [[9, "dont_know"]]

[questions.follow]
kind = "likert"
text = "How likely are you to follow it?"
scale = "likely3"

[questions.sex]
text = "Sex"
levels = [["f", "Woman"], ["m", "Man"]]

[questions.area]
text = "Area"
levels = ["north", "south"]
"""
ROWS = [
    "r1,1,3,f,north", "r2,2,2,m,north", "r3,1,1,f,south", "r4,1,3,m,south",
    "r5,2,2,f,north", "r6,1,9,m,north", "r7,1,3,f,south", "r8,2,1,m,south",
]  # fmt: skip
RAKE = "\n[weighting.all]\ntargets.sex = {{ f = {f}, m = {m} }}\n"
SAMPLES = '\n[samples]\ncolumn = "area"\n[samples.panel]\ncode = "north"\n[samples.list]\ncode = "south"\n'


def data(*rows: str, header: str = "rid,w,follow,sex,area") -> str:
    """A CSV of these rows."""
    return "\n".join([header, *rows]) + "\n"


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """The right study, with some files replaced."""
    for name, content in ({"study.toml": STUDY, "responses.csv": data(*ROWS)} | dict(files)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


def listing(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder, with content."""
    return {
        str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in sorted(folder.rglob("*"))
    }
