"""`python -m survey_analysis` is the command `survey-analysis`."""

from __future__ import annotations

from survey_analysis.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
