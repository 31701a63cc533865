"""The results users meet: the data of `results` with verbs. Numbers come from below, looks from above them."""
