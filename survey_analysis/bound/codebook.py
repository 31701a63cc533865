"""`Codebook`: what the columns mean, to write for editing and to read back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from pydantic import PrivateAttr

from survey_analysis.bound.books import suffixed
from survey_analysis.errors import EstimationError, closest
from survey_analysis.files import write_file, write_files
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.undeclared import undeclared
from survey_analysis.study import codebook as study
from survey_analysis.study.codebook_files import read_tables
from survey_analysis.study.codebook_rows import codebook_of
from survey_analysis.study.codebook_write import csv_files, workbook_bytes

if TYPE_CHECKING:
    from os import PathLike

Which: TypeAlias = Literal["declared", "all"]


class Codebook(study.Codebook):
    """Everything known about the columns; questions, subjects and constructs share one namespace."""

    _survey: SurveyData | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, book: study.Codebook, survey: SurveyData | None = None) -> Codebook:
        """Add the verbs; with a survey, the columns that nobody declared are known too."""
        made = cls(questions=book.questions, constructs=book.constructs, subjects=book.subjects)
        made._survey = survey
        return made

    @property
    def found(self) -> Mapping[str, study.Question]:
        """Columns that no question declares, described by what the data hold; only of a survey's codebook.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> survey = sa.read(pd.DataFrame({"q": ["yes", "no"]}))
        >>> list(survey.codebook.questions), list(survey.codebook.found)
        ([], ['q'])
        """
        return {} if self._survey is None else undeclared(self._survey)

    def to_excel(self, path: str | PathLike[str], *, columns: Which = "declared") -> None:
        """Write the codebook as a workbook to edit: labels, short names, nets, order.

        Parameters
        ----------
        path : path
            The .xlsx to write, whole or not at all.
        columns : {"declared", "all"}
            "declared": those of the declared questions, or every column where no question is declared. "all": those
            that nobody declared too; each row that stays in the file counts as declared once a study file names it.

        Raises
        ------
        ReportError
            A suffix other than .xlsx; a folder that cannot be written.
        EstimationError
            `columns` is neither.
        StudyError
            A text that a cell cannot hold.

        Notes
        -----
        `[study] codebook = "codebook.xlsx"` in a study file, or `Codebook.from_excel`, reads it back. Columns that
        nobody declared stand there with what was found in the data (`origin` is "data"). Answers are labels and
        codes; no cell of a respondent is written, but an undeclared column of few texts has these for its labels.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> from tempfile import TemporaryDirectory
        >>> study = {"questions": {"follow": {"text": "Do you follow?", "column": "Q1", "levels": ["no", "yes"]}}}
        >>> survey = sa.read(pd.DataFrame({"Q1": ["yes", "no"]}), study=study)
        >>> with TemporaryDirectory() as folder:
        ...     survey.codebook.to_excel(f"{folder}/codebook.xlsx")
        ...     sa.Codebook.from_excel(f"{folder}/codebook.xlsx") == survey.codebook
        True
        """
        write_file(suffixed(Path(path), ".xlsx"), workbook_bytes(self._written(columns)))

    def to_csv(self, path: str | PathLike[str], *, columns: Which = "declared") -> None:
        """Write the codebook as CSV: the questions, and beside "codebook.csv" its scales, nets, subjects, constructs.

        The other files are named after it ("codebook.scales.csv") and are read with it; `to_excel` says more.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> survey = sa.read(pd.DataFrame({"q": ["yes", "no"]}))
        >>> with TemporaryDirectory() as folder:
        ...     survey.codebook.to_csv(f"{folder}/codebook.csv")
        ...     sorted(p.name for p in Path(folder).iterdir())[:3]
        ['codebook.constructs.csv', 'codebook.csv', 'codebook.nets.csv']
        """
        target = suffixed(Path(path), ".csv")
        write_files(target.parent, csv_files(self._written(columns), target))

    @classmethod
    def from_excel(cls, path: str | PathLike[str]) -> Codebook:
        """Read a workbook that `to_excel` wrote and somebody edited.

        Raises
        ------
        StudyError
            The file cannot be read, or a cell holds what cannot be used; the sheet and cell are named.

        Examples
        --------
        >>> import survey_analysis as sa
        >>> sa.Codebook.from_excel("no.xlsx")
        Traceback (most recent call last):
        survey_analysis.errors.StudyError: The codebook 'no.xlsx' cannot be read: no such file or directory.
          Hint: check the path.
        """
        return cls.of(codebook_of(read_tables(suffixed(Path(path), ".xlsx"))))

    @classmethod
    def from_csv(cls, path: str | PathLike[str]) -> Codebook:
        """Read a codebook CSV with those beside it; an error names the file and line."""
        return cls.of(codebook_of(read_tables(suffixed(Path(path), ".csv"))))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, study.Codebook):
            return NotImplemented
        return all(getattr(self, f) == getattr(other, f) for f in study.Codebook.model_fields)

    __hash__ = study.Codebook.__hash__

    def _written(self, columns: Which) -> study.Codebook:
        if columns not in get_args(Which):
            raise EstimationError(
                f"columns = {columns!r} is not known.", hint=closest(str(columns), get_args(Which))
            )
        if columns == "declared" and self.questions:
            return self
        return self.model_copy(update={"questions": {**self.questions, **self.found}})
