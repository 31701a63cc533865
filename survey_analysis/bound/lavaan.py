"""`Lavaan`: a measurement model written for R lavaan, ready to save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from survey_analysis.bound.values import values_of
from survey_analysis.files import write_files
from survey_analysis.plurals import counted
from survey_analysis.results.lavaan import LavaanData

P = ParamSpec("P")
S = TypeVar("S")


@dataclass(frozen=True, eq=False, repr=False)
class Lavaan(LavaanData):
    """Model syntax, data and call for R lavaan.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> study = {
    ...     "questions": {x: {"kind": "numeric"} for x in "abc"},
    ...     "constructs": {"trust": {"items": ["a", "b", "c"]}},
    ... }
    >>> data = pd.DataFrame({"a": [1, 2, 3, 3], "b": [1, 1, 2, 3], "c": [2, 1, 3, 3]})
    >>> model = sa.read(data, study=study).to_lavaan("trust")
    >>> list(model.data), model.notes[1]
    (['a', 'b', 'c'], 'Estimator MLR: answers are taken as numbers.')
    """

    @classmethod
    def of(cls, data: LavaanData) -> Lavaan:
        """Add the verbs to a written model."""
        return cls(**values_of(data, LavaanData))

    def save(self, folder: str | Path) -> tuple[Path, ...]:
        """Write `data.csv`, `model.R` and the syntax of each model, all or none.

        Parameters
        ----------
        folder : path
            Made if it does not exist. Run `Rscript model.R` in it.

        Raises
        ------
        ReportError
            A folder that cannot be written; what it held is unchanged.
        """
        files: dict[str, bytes | str] = {
            "data.csv": self.data.to_csv(index=False, na_rep="NA", lineterminator="\n"),
            "model.R": self.call,
        }
        for step in self.steps:
            files[f"{step.name.replace(', ', '-').replace(' ', '-')}.lav"] = step.syntax + "\n"
        return write_files(Path(folder), files)

    def __repr__(self) -> str:
        head = f"<lavaan model: {counted(len(self.data), 'row')}, {'; '.join(s.name for s in self.steps)}>"
        more = [f"# and {len(self.steps) - 1} more models, in .syntax"] if len(self.steps) > 1 else []
        return "\n".join([head, *(f"# {n}" for n in self.notes), "", self.steps[0].syntax, *more])

    def _repr_html_(self) -> str:
        from html import escape  # noqa: PLC0415  only in a notebook

        return f'<pre style="font-family:monospace">{escape(repr(self))}</pre>'


def lavaan_models(
    verb: Callable[Concatenate[S, P], LavaanData],
) -> Callable[Concatenate[S, P], Lavaan]:
    """A verb of the survey that returns a `Lavaan`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Lavaan:
        return Lavaan.of(verb(survey, *args, **kwargs))

    return method
