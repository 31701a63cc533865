"""The pages of the project and the code blocks on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: where it stands, its language, its text."""

    page: str
    line: int
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Every page that a reader may open."""
    listed = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "data/raw/README.md",
        "data/processed/README.md",
        "reports/README.md",
    ]
    return [*(ROOT / p for p in listed), *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(path: Path, language: str) -> list[Block]:
    """The fenced blocks of a page in one language."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT).as_posix()
    return [
        Block(name, text.count("\n", 0, m.start()) + 1, m["language"], m["code"])
        for m in FENCE.finditer(text)
        if m["language"] == language
    ]
