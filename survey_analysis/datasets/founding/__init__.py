"""The founding study: a simulation, labelled as such, calibrated to figures published in 2016."""
