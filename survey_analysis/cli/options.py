"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import argparse
import csv

PROGRAM = "survey-analysis"
FORMATS = ("html", "pdf", "xlsx")
TABLE_FORMATS = ("xlsx", "html", "pdf", "docx", "md", "tex", "txt")
EXPORT_FORMATS = ("sav", "zsav", "csv", "parquet", "sss")
TOPLINE_FORMATS = ("html", "pdf", "docx", "xlsx", "md", "txt")
CODEBOOK_FORMATS = ("html", "pdf", "xlsx")


def study(made: argparse.ArgumentParser) -> None:
    """The study file, and data to read instead of its own."""
    made.add_argument("study", metavar="STUDY", help="study file (.toml)")
    made.add_argument("--data", metavar="FILE", help="export to read instead of the one the study file names")


def positive(text: str) -> int:
    """A whole number from 1 up."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1 up")
    return number


def names(text: str) -> list[str]:
    """Names between commas; one that holds a comma stands in double quotes."""
    names = [name.strip() for name in next(csv.reader([text], skipinitialspace=True), [])]
    if not names or not all(names):
        raise argparse.ArgumentTypeError(f"'{text}' has an empty name")
    return names


def whole_numbers(text: str) -> list[int]:
    """Whole numbers between commas."""
    try:
        return [int(x) for x in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' are not whole numbers between commas") from None


def numbers(text: str) -> list[float]:
    """Numbers between commas."""
    try:
        return [float(x) for x in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' are not numbers between commas") from None


def table_formats(text: str) -> list[str]:
    """Formats of a tab book between commas."""
    return _known(text, TABLE_FORMATS, "there is no format '{name}' of tables")


def topline_formats(text: str) -> list[str]:
    """Formats of a topline between commas."""
    return _known(text, TOPLINE_FORMATS, "there is no format '{name}' of a topline")


def export_formats(text: str) -> list[str]:
    """Formats of exported data between commas."""
    return _known(text, EXPORT_FORMATS, "data are not written as '{name}'")


def codebook_formats(text: str) -> list[str]:
    """Formats of a codebook document between commas."""
    return _known(text, CODEBOOK_FORMATS, "there is no format '{name}' of a codebook")


def formats(text: str) -> list[str]:
    """Formats of a report between commas."""
    return _known(text, FORMATS, "there is no report format '{name}'")


def _known(text: str, known: tuple[str, ...], wrong: str) -> list[str]:
    found = list(dict.fromkeys(names(text)))
    for name in found:
        if name not in known:
            raise argparse.ArgumentTypeError(f"{wrong.format(name=name)}; known: {', '.join(known)}")
    return found
