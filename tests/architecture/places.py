"""Where the project's files are, and which of them belong to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "survey_analysis"
MADE = {"__pycache__", "dist", "build"}  # left by tools; ignored by git
OURS = {".ci", ".gitignore", ".pre-commit-config.yaml"}
REBUILT = {ROOT / "reports", ROOT / "data" / "processed"}


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file of the project: no caches, no environments, nothing that is made again."""
    for path in sorted(folder.iterdir()):
        name = path.name
        if name in MADE or name.endswith(".egg-info") or (name.startswith(".") and name not in OURS):
            continue
        if path.is_dir() and path not in REBUILT:
            if not (path / "pyvenv.cfg").exists():
                yield from files(path)
        elif path.is_file():
            yield path


def dotted(path: Path) -> str:
    """Name under which a module is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
