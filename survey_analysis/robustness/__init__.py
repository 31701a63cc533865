"""Every defensible path of the analysis recomputed: does the conclusion hold?"""
