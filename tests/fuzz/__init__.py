"""Hostile files for the readers: valid samples, mutations of them, and a worker that a crash cannot hide in."""
