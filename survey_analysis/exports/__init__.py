"""Data out: the survey as a file of another program, with everything that format can hold."""
