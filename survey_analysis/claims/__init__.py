"""Claims as tests: what a study file or a draft says, checked against estimates and word licences."""
