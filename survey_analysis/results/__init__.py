"""Frozen results: data only. The verbs a user sees on them are added in `survey_analysis.bound`."""
