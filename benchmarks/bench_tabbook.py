"""A tab book of 200 questions by 30 columns at 10,000 respondents: computed with letters, and written.

    python benchmarks/bench_tabbook.py [questions] [respondents]

Prints CPU seconds of the tables, of the workbook, and of plain XlsxWriter writing as many formatted cells.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

import survey_analysis as sa

ITEMS, SPANS, LEVELS = 5, 6, 5


def made(questions: int, n: int, *, raked: bool) -> sa.Survey:
    """Five-point questions and six banner variables of five categories; weights log-normal, or raked from them."""
    rng = np.random.default_rng(1)
    data = {f"b{i}": rng.integers(1, LEVELS + 1, n) for i in range(SPANS)}
    data |= {
        f"q{i}": np.clip(np.round(rng.normal(3, 1.2, n)), 1, ITEMS).astype(int) for i in range(questions)
    }
    data["w"] = rng.lognormal(0, 0.4, n)
    with tempfile.TemporaryDirectory() as folder:
        pd.DataFrame(data).to_csv(f"{folder}/d.csv", index=False)
        levels = ", ".join(f'[{i}, "Answer {i}"]' for i in range(1, ITEMS + 1))
        text = ['schema = 1\n[study]\nname = "bench"\ndata = "d.csv"\n[design]\nweight = "w"']
        text += [f"[scales.five]\nlevels = [{levels}]"]
        text += [
            f'[questions.q{i}]\nkind = "likert"\nscale = "five"\ntext = "Question {i}"'
            for i in range(questions)
        ]
        text += [f'[questions.b{i}]\nkind = "single"\nlevels = [{levels}]' for i in range(SPANS)]
        text += [f"[banners.main]\ncolumns = {[f'b{i}' for i in range(SPANS)]}"]
        Path(f"{folder}/study.toml").write_text("\n".join(text))
        survey = sa.read(f"{folder}/study.toml")
    if raked:
        even = {str(i): 1 / LEVELS for i in range(1, LEVELS + 1)}
        return survey.rake({"b0": even, "b1": even})
    return survey


def timed(what: str, work):
    start = time.process_time()
    out = work()
    print(f"{what:<58}{time.process_time() - start:8.2f} s")
    return out


def plain(cells: int) -> None:
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet, look = book.add_worksheet(), book.add_format({"num_format": "0.0%"})
    for i in range(cells):
        sheet.write_number(i // 62, i % 62, 0.5, look)
    book.close()


def tables(questions: int, n: int, *, raked: bool) -> None:
    name = "raked" if raked else "fixed weights"
    survey = made(questions, n, raked=raked)
    names = [f"q{i}" for i in range(questions)]
    survey.tabulate(names[:1], by="main")  # calibration cells are found once a survey
    timed(f"one table, 30 columns, letters ({name})", lambda: survey.tabulate(names[0], by="main"))
    timed(f"20 tables ({name})", lambda: survey.tabulate(names[:20], by="main"))
    book = timed(f"{questions} tables ({name})", lambda: survey.tabulate(names, by="main"))
    with tempfile.TemporaryDirectory() as folder:
        timed(f"the workbook of {questions} ({name})", lambda: book.to_excel(f"{folder}/tabs.xlsx"))


def main(questions: int = 200, n: int = 10_000) -> None:
    for raked in (False, True):
        tables(questions, n, raked=raked)
    timed("XlsxWriter alone, as many cells", lambda: plain(questions * 11 * 62))


if __name__ == "__main__":
    main(*(int(x) for x in sys.argv[1:]))
