"""Numbers only: influence values, the variance kernel, intervals, tests and weights, in numpy and scipy."""
