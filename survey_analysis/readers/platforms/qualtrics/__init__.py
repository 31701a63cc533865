"""Qualtrics survey files (.qsf) about an export of their responses."""

from survey_analysis.readers.platforms.qualtrics.read import read
from survey_analysis.readers.platforms.qualtrics.structure import sniff

__all__ = ["read", "sniff"]
