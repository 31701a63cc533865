"""Multiple imputation: completed copies of a survey, and Rubin's rules over their results."""
