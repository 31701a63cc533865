"""XLSForms of ODK and KoboToolbox about an export of their submissions."""

from survey_analysis.readers.platforms.xlsform.read import read
from survey_analysis.readers.platforms.xlsform.structure import sniff

__all__ = ["read", "sniff"]
