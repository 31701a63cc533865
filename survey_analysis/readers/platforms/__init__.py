"""Metadata files of survey platforms: questionnaires and dictionaries, each format one module."""
