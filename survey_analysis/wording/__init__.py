"""Sentences, titles, captions and method texts, and the words they are licensed to use."""
