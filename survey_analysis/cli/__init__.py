"""The command `survey-analysis`: the main job without writing Python.

Nothing heavy is imported before a command runs, so `--help` answers at once. Only this package prints.
"""

from __future__ import annotations

from survey_analysis.cli.app import main

__all__ = ["main"]
