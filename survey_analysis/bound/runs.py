"""`RunDiff`: what moved between two runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from survey_analysis.bound.values import values_of
from survey_analysis.results.runs import RunDiffData
from survey_analysis.runs.compare import diff as compare
from survey_analysis.tables.model import Table
from survey_analysis.tables.runs import inputs_table, moved_table


@dataclass(frozen=True, eq=False, repr=False)
class RunDiff(RunDiffData):
    """What moved between two runs, and why."""

    @classmethod
    def of(cls, data: RunDiffData) -> RunDiff:
        """Add the verbs to the data."""
        return cls(**values_of(data, RunDiffData))

    def table(self, *, everything: bool = False) -> Table:
        """Numbers that moved, by cause; with `everything` also those that print the same."""
        return moved_table(self, everything=everything)

    def inputs_table(self) -> Table:
        """What the runs were made from and does not agree."""
        return inputs_table(self)

    def __repr__(self) -> str:
        return f"{self.inputs_table()!r}\n\n{self.table()!r}"

    def _repr_html_(self) -> str:
        return self.inputs_table()._repr_html_() + self.table()._repr_html_()


def diff(run_a: str | Path, run_b: str | Path) -> RunDiff:
    """Compare two runs: the folders that a report or tables were written to.

    Parameters
    ----------
    run_a, run_b : path
        Before and after.

    Returns
    -------
    RunDiff
        The inputs that do not agree and every number that moved, with why.

    Raises
    ------
    DataError
        A folder that holds no run; runs of different kinds.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> from tempfile import TemporaryDirectory
    >>> before, after = (sa.read(pd.DataFrame({"q": x})) for x in (["a", "b", "a"], ["a", "b", "b"]))
    >>> with TemporaryDirectory() as folder:
    ...     for name, survey in (("monday", before), ("tuesday", after)):
    ...         _ = survey.report().save(f"{folder}/{name}", formats=())
    ...     found = sa.diff(f"{folder}/monday", f"{folder}/tuesday")
    >>> found.inputs["what"].tolist()
    ['sha256']
    """
    return RunDiff.of(compare(run_a, run_b))
