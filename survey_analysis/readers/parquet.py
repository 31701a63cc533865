"""Parquet, Arrow IPC and Feather files through pyarrow, a column at a time."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.lazily import Lazily
from survey_analysis.readers.arrow import from_columns
from survey_analysis.readers.extras import needs
from survey_analysis.readers.source import Source

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import ipc
else:
    pa, ipc, pq = Lazily("pyarrow"), Lazily("pyarrow.ipc"), Lazily("pyarrow.parquet")

_PARQUET, _FILE, _STREAM = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"
_END_OF_STREAM = _STREAM + b"\0\0\0\0"


def sniff(data: bytes) -> bool:
    """Whether the bytes begin like a Parquet file."""
    return data.startswith(_PARQUET)


def sniff_arrow(data: bytes) -> bool:
    """Whether the bytes begin like an Arrow file (Feather is one) or an Arrow stream."""
    return data.startswith((_FILE, _STREAM))


def read(source: Source) -> RawTable:
    """Read a Parquet file; see `read_table`."""
    needs("pyarrow", "Parquet files", "parquet")
    return _reported(source, "Parquet file", _parquet)


def read_arrow(source: Source) -> RawTable:
    """Read an Arrow or Feather file or an Arrow stream; see `read_table`."""
    needs("pyarrow", "Arrow and Feather files", "parquet")
    return _reported(source, "Arrow file", _arrow)


def _reported(source: Source, what: str, read: Callable[[Source], RawTable]) -> RawTable:
    """Whatever Arrow raises is one clear error."""
    try:
        return read(source)
    except DataError:
        raise
    except (pa.ArrowException, OSError, ValueError, MemoryError, KeyError, struct.error) as error:
        reason = str(error).replace(str(source.path), source.name).split("\n")[0][:200]
    raise DataError(
        f"The {what} '{source.name}' cannot be read.",
        where=reason or "It holds no more than that.",
        hint="the file is cut off or damaged: copy or export it again.",
    )


def _parquet(source: Source) -> RawTable:
    with source.opened() as file:
        file.seek(max(0, source.size - 8))
        length, mark = struct.unpack("<I4s", file.read(8).rjust(8, b"\0"))
        if mark != _PARQUET or length + 12 > source.size:
            raise ValueError("It does not end as a Parquet file does.")
        made = pq.ParquetFile(file)
        schema = made.schema_arrow

        def column(name: str) -> Any:
            found = made.read(columns=[name])  # a dot in a name may bring others along
            return found.column(name)

        return from_columns(
            schema, made.metadata.num_rows, column, source.name, "parquet", digest=source.digest
        )


def _arrow(source: Source) -> RawTable:
    whole = source.head.startswith(_FILE)
    if not whole and not _ended(source):
        raise ValueError("The stream does not end as Arrow streams do.")
    open_ = ipc.open_file if whole else ipc.open_stream
    with pa.memory_map(str(source.path)) as file:
        made = open_(file)
        schema = made.schema
        rows = _rows(made, whole=whole)

        def column(name: str) -> Any:
            file.seek(0)
            options = ipc.IpcReadOptions(included_fields=[schema.get_field_index(name)])
            return open_(file, options=options).read_all().column(name)

        return from_columns(schema, rows, column, source.name, "arrow", digest=source.digest)


def _rows(made: Any, *, whole: bool) -> int:
    if whole:
        return sum(made.get_batch(i).num_rows for i in range(made.num_record_batches))
    return sum(batch.num_rows for batch in made)


def _ended(source: Source) -> bool:
    """Whether a stream has its closing mark; one cut between two batches reads without an error."""
    with source.opened() as file:
        file.seek(max(0, source.size - len(_END_OF_STREAM)))
        return file.read() == _END_OF_STREAM
