"""Figures printed by others: what they can and cannot say under stated assumptions."""
