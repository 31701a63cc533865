"""Tables in: raw columns, what they encode, and the survey's data without its verbs."""
