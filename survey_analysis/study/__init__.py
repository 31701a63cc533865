"""What the survey is: study file, codebook, scales, sample, expressions. No tables, no numbers."""
