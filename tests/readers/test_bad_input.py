"""One clear message for each bad file: what, where, hint; and the folder is left as it was."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from survey_analysis.errors import DataError
from survey_analysis.readers.read import read_table

READABLE = (
    "  Readable: SPSS system file (.sav, .zsav), SPSS portable file (.por), Stata (.dta), SAS (.sas7bdat), "
    "SAS transport (.xpt), Parquet (.parquet), Arrow and Feather (.arrow, .feather), DuckDB (.duckdb), "
    "SQLite (.sqlite, .db), Excel workbook (.xlsx), Triple-S (.sss, .xml), delimited text (.csv, .tsv, also .gz).\n"
)
CASES = {
    "empty.csv": (b"", {}, "The file 'empty.csv' is empty (0 bytes).\n  Hint: export it again."),
    "blank.csv": (b"\n\n\n", {}, "The file 'blank.csv' holds no text.\n  Hint: export it again."),
    "header.csv": (
        b"id,age\n",
        {},
        (
            "'header.csv' has a header but no respondents.\n  2 column names, 0 rows below them.\n"
            "  Hint: check the export and its filters."
        ),
    ),
    "ragged.csv": (
        b"id,q1,q2\n1,2,3\n2,3\n3,4,5\n4,5,6,7\n",
        {},
        (
            "2 rows of 'ragged.csv' have another number of fields than the header.\n"
            "  The header has 3 fields; line 3 has 2, line 5 has 4.\n"
            "  Hint: quote the cells that hold a comma, or complete the rows."
        ),
    ),
    "ragged_after_newline.csv": (
        b'id,q1,q2\n1,"a\nb",3\n2,3\n3,4,5\n',
        {},
        (
            "1 row of 'ragged_after_newline.csv' has another number of fields than the header.\n"
            "  The header has 3 fields; line 4 has 2.\n"
            "  Hint: quote the cells that hold a comma, or complete the rows."
        ),
    ),
    "row_names.csv": (
        b"q1,q2\n1,2,3\n2,3,4\n",
        {},
        (
            "2 rows of 'row_names.csv' have another number of fields than the header.\n"
            "  The header has 2 fields; line 2 has 3, line 3 has 3.\n"
            "  Hint: every row differs from the header; check the header, or the delimiter (comma (','))."
        ),
    ),
    "twice.csv": (
        b"id,q1,q1,q2,q2\n1,2,3,4,5\n",
        {},
        (
            "'twice.csv' has 2 column names more than once.\n  Found 'q1' in columns 2, 3; 'q2' in columns 4, 5.\n"
            "  Hint: rename the columns, or give header_rows if the header has several rows."
        ),
    ),
    "open_quote.csv": (
        b'id,why\n1,"open\n2,b\n',
        {},
        (
            "A quoted cell of 'open_quote.csv' is never closed, or is longer than 131,072 characters.\n"
            "  In the row that starts on line 2; the file has 3 lines.\n"
            "  Hint: the file may be cut off; export it again."
        ),
    ),
    "loose_quote.csv": (
        b'id,why\n1,"he said "yes""\n2,b\n',
        {},
        (
            "A quoted cell of 'loose_quote.csv' goes on after its closing quote.\n  In the row that starts on line 2.\n"
            '  Hint: a quote inside a quoted cell is written twice (""); or check the delimiter.'
        ),
    ),
    "nul.csv": (
        b"id,q1\n1,\x002\n",
        {},
        (
            "'nul.csv' holds NUL bytes, so it is not a text file or it is damaged.\n"
            "  Found 1; the first is at byte offset 8 (line 2).\n  Hint: export it again as CSV (UTF-8)."
        ),
    ),
    "cut.csv.gz": (
        gzip.compress(b"id,q1\n1,2\n" * 100, mtime=0)[:30],
        {},
        (
            "'cut.csv.gz' begins like a gzip file but cannot be unpacked.\n  30 bytes; the file is cut off or damaged.\n"
            "  Hint: copy or export it again."
        ),
    ),
    "declared.csv": (
        "id,city\n1,Zürich\n".encode("cp1252"),
        {"encoding": "utf-8"},
        (
            "'declared.csv' is not utf-8 text.\n  Byte 0xFC at byte offset 11 (line 2) does not fit.\n"
            "  Hint: leave encoding out to detect it, or give the encoding the file was saved in."
        ),
    ),
    "misspelt.csv": (
        b"id,q\n1,2\n",
        {"encoding": "uft-8"},
        "There is no encoding 'uft-8'.\n  Hint: did you mean 'utf-8' or 'utf-16'?",
    ),
    "ambiguous.csv": (
        b"id,q1\n1,\x8c\xe6\n2,\x8c\n",
        {},
        (
            "'ambiguous.csv' is not UTF-8, and no other encoding fits it clearly.\n"
            "  First: 0x8C 0xE6 at byte offset 8 (line 2) (2 such places). Read as Windows-1252 'Œæ', Mac Roman 'åÊ', "
            "Shift-JIS '梧', Windows-1251 'Њж'.\n"
            '  Hint: say which: encoding = "cp1252" (Windows), "mac_roman", "cp932" (Shift-JIS), "gb18030" ...'
        ),
    ),
    "delimiter.csv": (
        b"a,b;c\n1,2;3\n",
        {},
        (
            "The delimiter of 'delimiter.csv' is not clear.\n"
            "  Both comma (',') and semicolon (';') give 2 columns in every row.\n"
            '  Hint: say which: delimiter = ";".'
        ),
    ),
    "bar.csv": (
        b"a,b\n1,2\n",
        {"delimiter": "|"},
        (
            "The declared delimiter bar ('|') does not occur in the header of 'bar.csv'.\n"
            "  Hint: leave delimiter out to detect it."
        ),
    ),
    "two_marks.csv": (
        b"a,b\n1,2\n",
        {"delimiter": "||"},
        '\'||\' cannot be a delimiter.\n  Hint: give one character, such as ";" or "\\t".',
    ),
    "sheet.csv": (
        b"a,b\n1,2\n",
        {"sheet": "Data"},
        (
            "sheet= has no meaning for 'sheet.csv', which is read as CSV.\n"
            "  Hint: leave it out; CSV files take decimal=, delimiter=, encoding=, header_rows=."
        ),
    ),
    "four.csv": (
        b"a,b\n1,2\n",
        {"header_rows": 4},
        "header_rows = 4 is not possible.\n  Hint: give 1, 2 or 3.",
    ),
    "short.csv": (
        b"a,b\n",
        {"header_rows": 2},
        "'short.csv' has fewer rows than the 2 header rows declared.\n  Found 1.\n  Hint: correct header_rows.",
    ),
    "text.sav": (
        b"hello",
        {},
        (
            "'text.sav' is named like SPSS, but its content is not.\n"
            "  The first bytes are not those of the format; the file may be cut off or renamed.\n"
            "  Hint: export it again, or give it the ending of what it is."
        ),
    ),
    "damaged.sav": (
        b"$FL2@(#) junk",
        {},
        (
            "The dictionary of the SPSS file 'damaged.sav' is damaged.\n  It ends in the middle of a record.\n"
            "  Hint: copy it again from where it came, or save it again from SPSS."
        ),
    ),
    "damaged.xlsx": (
        b"PK\x03\x04junk",
        {},
        (
            "'damaged.xlsx' is named like Excel, but its content is not.\n"
            "  The first bytes are not those of the format; the file may be cut off or renamed.\n"
            "  Hint: export it again, or give it the ending of what it is."
        ),
    ),
    "locked.xlsx": (
        b"\xd0\xcf\x11\xe0" + b"x" * 100,
        {},
        f"'locked.xlsx' is an old or locked book, which cannot be read yet.\n{READABLE}  Hint: save it as open .xlsx.",
    ),
    "a.dta": (
        b"<stata_dta><header>",
        {},
        (
            "The header of the Stata file 'a.dta' is damaged.\n  the opening marks are not as they should be\n"
            "  Hint: copy it again from where it came, or save it again."
        ),
    ),
    "renamed.csv": (
        b"PAR1" + b"\x15" * 40,
        {},
        (
            "The Parquet file 'renamed.csv' cannot be read.\n  It does not end as a Parquet file does.\n"
            "  Hint: the file is cut off or damaged: copy or export it again."
        ),
    ),
    "page.xls": (
        b"<html><table>",
        {},
        f"'page.xls' is a web page, which cannot be read yet.\n{READABLE}  Hint: export CSV.",
    ),
    "picture.csv": (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 600,
        {},
        "'picture.csv' is not a text file.\n  Hint: export it as CSV, .xlsx or .sav.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_message(write, tmp_path, name) -> None:
    data, options, message = CASES[name]
    path = write(name, data)
    with pytest.raises(DataError) as found:
        read_table(path, **options)
    assert str(found.value) == message
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert path.read_bytes() == data


def test_missing_file_names_the_nearest(write, tmp_path) -> None:
    write("responses.csv", "a,b\n1,2\n")
    with pytest.raises(DataError) as found:
        read_table(tmp_path / "reponses.csv")
    assert str(found.value) == (
        f"There is no file 'reponses.csv'.\n  Looked in the folder '{tmp_path.name}'.\n"
        "  Hint: did you mean 'responses.csv'?"
    )


def test_missing_folder_names_the_nearest(tmp_path) -> None:
    (tmp_path / "raw").mkdir()
    with pytest.raises(DataError) as found:
        read_table(str(tmp_path / "raww" / "a.csv"))
    assert str(found.value) == (
        "There is no file 'a.csv'.\n  There is no folder 'raww' either.\n  Hint: did you mean 'raw'?"
    )


def test_file_taken_for_a_folder(write) -> None:
    with pytest.raises(DataError) as found:
        read_table(write("a.csv", "a,b\n1,2\n") / "b.csv")
    assert str(found.value) == (
        "There is no file 'b.csv'.\n  'a.csv' is a file, not a folder.\n  Hint: check the path."
    )


def test_folder(tmp_path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "wave1.csv").write_text("a\n1\n")
    with pytest.raises(DataError) as found:
        read_table(tmp_path / "export")
    assert str(found.value) == "'export' is a folder, not a file.\n  Hint: known: 'wave1.csv'."


def test_unreadable_file(write, monkeypatch) -> None:
    path = write("a.csv", "a,b\n1,2\n")
    if os.geteuid() == 0:  # root reads everything: stand in for the system's answer

        def denied(self: Path, *_: object) -> bytes:
            raise PermissionError(13, "Permission denied", str(self))

        monkeypatch.setattr(Path, "open", denied)
    else:
        path.chmod(0)
    with pytest.raises(DataError) as found:
        read_table(path)
    assert str(found.value) == (
        "The file 'a.csv' cannot be read: permission denied.\n  Hint: check its permissions."
    )


def test_content_goes_before_the_name(shared, tmp_path) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(shared("file-samples", "umlauts.sav").read_bytes())
    raw = read_table(path)
    assert (raw.format, len(raw)) == ("sav", 4)
    assert raw.notes[0] == "The name ends in .csv, but the content is SPSS."


def test_a_file_without_an_ending_is_read_by_content(write) -> None:
    assert read_table(write("export", "a\tb\n1\t2\n")).columns == ("a", "b")
