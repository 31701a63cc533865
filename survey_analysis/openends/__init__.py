"""Open answers: declared keyword frames, top reasons, quotes by a stated rule."""
