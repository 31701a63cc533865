"""Files for the readers' tests: written here, or lying in `../shared/data`."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.fixture
def shared() -> Callable[..., Path]:
    """A path under `../shared/data`; skips (fails under CI) when the folder is not there."""

    def path(*parts: str) -> Path:
        if not SHARED.is_dir():
            message = "the folder 'shared/data' is not beside the project."
            if os.environ.get("CI"):
                pytest.fail(message)
            pytest.skip(message)
        return SHARED.joinpath(*parts)

    return path


@pytest.fixture
def numbers() -> Callable[[pd.Series], list[float]]:
    """Cells as numbers, exactly: some versions of `to_numeric` are off by a bit."""
    return lambda cells: [float(t) if t else math.nan for t in cells]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file into a fresh folder and return its path."""

    def file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return file
