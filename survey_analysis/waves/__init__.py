"""Waves of a tracker: codebooks compared, waves stacked into one survey, what moved, mix against rate."""
