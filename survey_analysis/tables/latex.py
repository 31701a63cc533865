r"""LaTeX: a booktabs table that asks for `booktabs` and `longtable` only; everything from data is escaped."""

from __future__ import annotations

from survey_analysis.fonts import inert
from survey_analysis.tables.model import Row, Table

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    "\u2212": "$-$", "\u2013": "--", "\u2014": "---", "\u2248": r"$\approx$", "\u201c": "``", "\u201d": "''",
    "\u2018": "`", "\u2019": "'", "\u2026": r"\ldots{}", "\u00a0": "~", "\u00b7": r"\textperiodcentered{}",
}  # fmt: skip


def to_latex(table: Table) -> str:
    r"""Table as LaTeX: caption, spans with partial rules, nets bold, letters raised, notes below.

    Examples
    --------
    >>> from survey_analysis.tables.model import Cell, Column
    >>> rows = (Row("100% & more", (Cell("82", 82.0, mark="B"), Cell("73", 73.0)), kind="net"),)
    >>> columns = (Column("Micro", span="Source", letter="A"), Column("Average", span="Source", letter="B"))
    >>> print(to_latex(Table("follow", "Would follow", columns, rows)))
    \begin{longtable}{lrr}
    \caption{Would follow}\label{follow}\\
    \toprule
     & \multicolumn{2}{c}{Source} \\
    \cmidrule(lr){2-3}
     & Micro (A) & Average (B) \\
    \midrule
    \endhead
    \textbf{100\% \& more} & \textbf{82}\textsuperscript{B} & \textbf{73} \\
    \bottomrule
    \end{longtable}
    """
    sides = "".join(c.align[0] for c in table.columns)
    lines = [
        rf"\begin{{longtable}}{{l{sides}}}",
        rf"\caption{{{_text(table.title)}}}\label{{{table.id}}}\\",
        r"\toprule",
        *_spans(table),
        " & ".join([_text(table.stub), *(_heading(table, i) for i in range(len(table.columns)))]) + r" \\",
        r"\midrule",
        r"\endhead",
        *(_row(table, row) for row in table.rows),
        r"\bottomrule",
    ]
    below = ([f"Base: {table.base}"] if table.base else []) + list(table.notes)
    width = len(table.columns) + 1
    lines += [
        rf"\multicolumn{{{width}}}{{p{{0.95\linewidth}}}}{{\footnotesize {_text(line)}}} \\" for line in below
    ]
    return "\n".join([*lines, r"\end{longtable}"])


def _spans(table: Table) -> list[str]:
    if not table.has_spans:
        return []
    cells, rules = [""], []
    for span in table.spans:
        cells.append(rf"\multicolumn{{{span.width}}}{{c}}{{{_text(span.label)}}}" if span.label else "")
        if span.label:
            rules.append(rf"\cmidrule(lr){{{span.start + 2}-{span.start + span.width + 1}}}")
    return [" & ".join(cells) + r" \\", "".join(rules)]


def _heading(table: Table, index: int) -> str:
    column = table.columns[index]
    return _text(column.label) + (f" ({_text(column.letter)})" if column.letter else "")


def _row(table: Table, row: Row) -> str:
    indent = rf"\hspace{{{row.indent}em}}" if row.indent else ""
    bold = row.kind in {"net", "section"}
    if row.kind == "section":
        return rf"\multicolumn{{{len(table.columns) + 1}}}{{l}}{{\textbf{{{_text(row.label)}}}}} \\"
    cells = [indent + _bold(_text(row.label), bold)]
    for cell in row.cells:
        mark = rf"\textsuperscript{{{_text(cell.mark)}}}" if cell.mark else ""
        cells.append(_bold(_text(cell.text), bold) + mark)
    return " & ".join(cells) + r" \\"


def _bold(text: str, bold: bool) -> str:
    return rf"\textbf{{{text}}}" if bold and text else text


def _text(text: str) -> str:
    return "".join(_ESCAPES.get(c, c) for c in " ".join(inert(text).split()))
