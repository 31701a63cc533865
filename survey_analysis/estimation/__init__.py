"""Estimates from a survey: each verb checks, scores, takes influence values and calls the one kernel."""
