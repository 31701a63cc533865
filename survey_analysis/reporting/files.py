"""Atomic writing, under the name it had: see `survey_analysis.files`."""

from survey_analysis.files import write_file, write_files

__all__ = ["write_file", "write_files"]
