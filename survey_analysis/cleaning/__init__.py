"""Cleaning by stated rules: repairs, flags, exclusion, log and respondent flow."""

from survey_analysis.cleaning.break_offs import break_off_mask
from survey_analysis.cleaning.checks import DataChecks, data_checks
from survey_analysis.cleaning.flow import BaseBox, bases, with_bases
from survey_analysis.cleaning.pipeline import clean
from survey_analysis.cleaning.registry import rules_frame
from survey_analysis.cleaning.unknown import unknown_codes

__all__ = [
    "BaseBox",
    "DataChecks",
    "bases",
    "break_off_mask",
    "clean",
    "data_checks",
    "rules_frame",
    "unknown_codes",
    "with_bases",
]
