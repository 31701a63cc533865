"""Every defensible path of the analysis recomputed, to see whether the conclusion holds."""
