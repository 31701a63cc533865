"""Constructs rated for several sources: scores, reliability."""
