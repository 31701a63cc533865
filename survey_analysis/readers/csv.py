"""CSV, TSV and other delimited text, also compressed with gzip: every cell as it lay, or a clear refusal."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator

import pandas as pd

from survey_analysis.errors import DataError
from survey_analysis.frames.coded import CodedColumns
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.readers.encoding import Decoded, decode, refuse
from survey_analysis.readers.fields import NotPlain
from survey_analysis.readers.forms import with_form
from survey_analysis.readers.headers import MOST_HEADER_ROWS, Header, read_header
from survey_analysis.readers.plain import columns, head
from survey_analysis.readers.source import Source
from survey_analysis.readers.texts import empty_end_note, frame_of, needs_rows, without_empty_end
from survey_analysis.readers.titles import may_be_title, without_titles

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
SAMPLE_ROWS = 60
MOST_RATIO, MOST_BYTES = 200, 64 * 2**20  # of a gzip file: what is larger than both is no survey

_GZIP = b"\x1f\x8b"


def sniff(data: bytes) -> bool:
    """Whether the bytes may be delimited text: gzip, or no NUL at the start unless marked as UTF-16."""
    head = data[:512]
    return data.startswith((_GZIP, b"\xff\xfe", b"\xfe\xff")) or head.count(0) <= len(head) // 2


def read(source: Source) -> RawTable:
    """Read a delimited file; see `read_table`."""
    data = _unpacked(source)
    plain = None if source.encoding else _by_columns(data, source)
    return with_form(_by_rows(data, source) if plain is None else plain)


def _by_columns(data: bytes, source: Source) -> RawTable | None:
    """The table where nothing about it is in doubt, else None: then it is read row by row."""
    first = head(data)
    if first is None:
        return None
    text, declared = _excel_line(first)
    delimiter, notes = _delimiter(text, source, declared)
    skipped = len(first[: len(first) - len(text)].encode())
    start = skipped + 3 * data.startswith(BOM_UTF8)
    found = columns(data, start, delimiter, csv.field_size_limit())
    if found is None:
        return None
    if source.header_rows is None and may_be_title(found.first[0]):
        return None
    kept = found.without_empty_end()
    ended = empty_end_note(len(found.columns) - len(kept.columns))
    header = read_header(kept.first, source.name, source.header_rows)
    needs_rows(source.name, kept.rows - header.rows, len(header.names))
    try:
        coded = kept.made(header.names, header.rows)
    except NotPlain:  # two cells of one key
        return None
    return _table(source, header, coded, (*notes, *ended))


def _by_rows(data: bytes, source: Source) -> RawTable:
    """The table by `csv`, which reads everything and says what is wrong."""
    decoded = decode(data, source.name, source.encoding)
    text, declared = _excel_line(decoded.text)
    delimiter, notes = _delimiter(text, source, declared)
    rows, lines = _rows(text, delimiter, source.name)
    rows, lines, blank = _without_blank(rows, lines)
    titles: tuple[str, ...] = ()
    if source.header_rows is None:
        rows, above, titles = without_titles(rows)
        lines = lines[above:]
    _rectangular(rows, lines, source.name, delimiter)
    rows, ended = without_empty_end(rows)
    header = read_header(rows[:MOST_HEADER_ROWS], source.name, source.header_rows)
    shift = int(text is not decoded.text)
    odd = _odd_header(decoded, header, rows, lines[header.rows - 1] + shift, source.name)
    body = rows[header.rows :]
    needs_rows(source.name, len(body), len(header.names))
    said = (*decoded.notes, *odd, *notes, *titles, *blank, *ended)
    return _table(source, header, frame_of(body, header.names), said)


def _table(
    source: Source, header: Header, cells: pd.DataFrame | CodedColumns, notes: tuple[str, ...]
) -> RawTable:
    return RawTable(
        frame=cells,  # type: ignore[arg-type]  # the frame is made when it is asked for
        wording=header.wording,
        keys=header.keys,
        notes=(*notes, *header.notes),
        digest=source.digest,
        format="csv",
        name=source.name,
    )


def _unpacked(source: Source) -> bytes:
    if not source.data.startswith(_GZIP):
        return source.data
    try:
        with gzip.open(io.BytesIO(source.data)) as packed:
            data = packed.read(max(MOST_RATIO * len(source.data), MOST_BYTES) + 1)
    except (OSError, EOFError, zlib.error):
        raise DataError(
            f"'{source.name}' begins like a gzip file but cannot be unpacked.",
            where=f"{counted(len(source.data), 'byte')}; the file is cut off or damaged.",
            hint="copy or export it again.",
        ) from None
    if len(data) > max(MOST_RATIO * len(source.data), MOST_BYTES):
        raise DataError(
            f"'{source.name}' unpacks to far more than answers can.",
            where=f"{len(source.data):,} bytes become more than {len(data) - 1:,}.",
            hint="check that it is the right file; unpack it yourself to read it all the same.",
        )
    if not data:
        raise DataError(
            f"The file '{source.name}' is empty once unpacked (0 bytes).", hint="export it again."
        )
    return data


def _excel_line(text: str) -> tuple[str, str]:
    """Text after a first line `sep=;`, which Excel reads as the delimiter, and that delimiter."""
    first, _, rest = text.partition("\n")
    line = first.rstrip("\r")
    return (rest, line[4]) if len(line) == 5 and line.lower().startswith("sep=") else (text, "")


def _delimiter(text: str, source: Source, marked: str) -> tuple[str, tuple[str, ...]]:
    """Declared or found: the one under which most rows are as wide as the header, and the widest."""
    if source.delimiter:
        return _declared(text, source)
    if marked:
        return marked, (f"Delimiter {_shown(marked)}, from the first line 'sep={marked}'.",)
    found: dict[str, tuple[float, int]] = {}
    for delimiter in DELIMITERS:
        widths = [len(row) for row in _sample(text, delimiter) if row]
        width = widths[0] if widths and widths[0] > 1 else max(widths, key=widths.count, default=0)
        if width > 1:  # a title may stand alone on the first lines
            found[delimiter] = (sum(w == width for w in widths) / len(widths), width)
    if not found:
        return ",", ()
    best = max(found, key=lambda d: (*found[d], d == "\t" and source.suffix in (".tsv", ".tab")))
    rivals = [d for d in found if d != best and found[d] == found[best]]
    if not rivals:
        return best, () if best == "," else (f"Delimiter {_shown(best)}.",)
    raise DataError(
        f"The delimiter of '{source.name}' is not clear.",
        where=f"Both {_shown(best)} and {_shown(rivals[0])} give {found[best][1]} columns in every row.",
        hint='say which: delimiter = ";".',
    )


def _declared(text: str, source: Source) -> tuple[str, tuple[str, ...]]:
    delimiter = source.delimiter
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise DataError(
            f"{delimiter!r} cannot be a delimiter.", hint='give one character, such as ";" or "\\t".'
        )
    if delimiter not in text.partition("\n")[0]:
        raise DataError(
            f"The declared delimiter {_shown(delimiter)} does not occur in the header of '{source.name}'.",
            hint="leave delimiter out to detect it.",
        )
    return delimiter, ()


def _shown(delimiter: str) -> str:
    return f"{DELIMITERS[delimiter]} ({delimiter!r})" if delimiter in DELIMITERS else repr(delimiter)


def _sample(text: str, delimiter: str) -> Iterator[list[str]]:
    """First rows under a delimiter, as far as they can be read."""
    reader = csv.reader(io.StringIO(text[: 1 << 20], newline=""), delimiter=delimiter)
    cut = len(text) > 1 << 20
    try:
        rows = [row for row, _ in zip(reader, range(SAMPLE_ROWS), strict=False)]
    except csv.Error:
        return iter(())
    return iter(rows[:-1] if cut and 1 < len(rows) < SAMPLE_ROWS else rows)


def _rows(text: str, delimiter: str, name: str) -> tuple[list[list[str]], list[int]]:
    """All records and the line on which each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        start = (lines[-1] if lines else 0) + 1
        reason = str(error)
        if "expected after" in reason:
            what = f"A quoted cell of '{name}' goes on after its closing quote."
            where = f"In the row that starts on line {start}."
            hint = 'a quote inside a quoted cell is written twice (""); or check the delimiter.'
        else:
            most = f"{csv.field_size_limit():,}"
            what = f"A quoted cell of '{name}' is never closed, or is longer than {most} characters."
            where = f"In the row that starts on line {start}; the file has {counted(len(text.splitlines()), 'line')}."
            hint = "the file may be cut off; export it again."
        raise DataError(what, where=where, hint=hint) from None
    return rows, lines


def _without_blank(
    rows: list[list[str]], lines: list[int]
) -> tuple[list[list[str]], list[int], tuple[str, ...]]:
    blank = [line for row, line in zip(rows, lines, strict=True) if not row]
    if not blank:
        return rows, lines, ()
    kept = [(row, line) for row, line in zip(rows, lines, strict=True) if row]
    end = lines[-1] if not kept else kept[-1][1]
    inside = [line for line in blank if line < end]
    note = (f"Blank lines left out: {len(inside)}, the first is line {inside[0]}.",) if inside else ()
    return [row for row, _ in kept], [line for _, line in kept], note


def _rectangular(rows: list[list[str]], lines: list[int], name: str, delimiter: str) -> None:
    """Every row is as wide as the first, else an error with lines and widths."""
    if not rows:
        raise DataError(f"The file '{name}' holds no text.", hint="export it again.")
    width = len(rows[0])
    widths = Counter(map(len, rows))
    if len(widths) == 1:
        return
    wrong = [(line, len(row)) for row, line in zip(rows, lines, strict=True) if len(row) != width]
    listed = ", ".join(f"line {line} has {n}" for line, n in wrong[:3])
    more = f", and {counted(len(wrong) - 3, 'more row')}" if len(wrong) > 3 else ""
    if len(wrong) == len(rows) - 1 and len(widths) == 2:
        hint = f"every row differs from the header; check the header, or the delimiter ({_shown(delimiter)})."
    else:
        hint = f"quote the cells that hold a {DELIMITERS.get(delimiter, 'delimiter')}, or complete the rows."
    raise DataError(
        f"{len(wrong)} row{'s' if len(wrong) > 1 else ''} of '{name}' "
        f"{'have' if len(wrong) > 1 else 'has'} another number of fields than the header.",
        where=f"The header has {width} fields; {listed}{more}.",
        hint=hint,
    )


def _odd_header(
    decoded: Decoded, header: Header, rows: list[list[str]], last_line: int, name: str
) -> tuple[str, ...]:
    """Notes on bytes of unknown encoding in the header; in answers they are refused."""
    if not decoded.doubt:
        return ()
    if any(odd.line > last_line for odd in decoded.doubt):
        raise refuse(name, decoded.doubt)
    notes = []
    for odd in decoded.doubt:
        held = (j for row in rows[: header.rows] for j, cell in enumerate(row) if odd.assumed in cell)
        place = next(held, -1)
        if place < 0:  # the delimiter itself, or between two cells
            raise refuse(name, decoded.doubt)
        others = ", ".join(f"{k} {v!r}" for k, v in odd.readings().items() if v != odd.assumed)
        notes.append(
            f"The header of column {place + 1} ('{header.names[place]}') holds {odd}, which is not UTF-8; "
            f"read as {odd.assumed!r} ({others}). No answer is touched."
        )
    return tuple(notes)
