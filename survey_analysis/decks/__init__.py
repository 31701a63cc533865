"""Slides with native charts: written, and refreshed in place."""
