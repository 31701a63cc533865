"""How many people a source comparison needs, and a dry run of the study file before fieldwork."""
