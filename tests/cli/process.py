"""Run the command as a shell would: another process, its own environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(
    *argv: str, cwd: Path, env: Mapping[str, str] | None = None, before: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """The finished process; `before` are words before the command, such as unshare."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LC_", "COV_"))}
    own |= {"PYTHONPATH": str(ROOT)} | dict(env or {})
    return subprocess.run(
        [*before, sys.executable, "-m", "survey_analysis", *argv],
        cwd=cwd,
        env=own,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )
