"""LimeSurvey survey structures (.lss) about an export of their responses."""

from survey_analysis.readers.platforms.limesurvey.read import read
from survey_analysis.readers.platforms.limesurvey.structure import sniff

__all__ = ["read", "sniff"]
