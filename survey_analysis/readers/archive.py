"""Archives of `survey.archive`, opened without trusting them: fixed names, bounded sizes, checked hashes."""

from __future__ import annotations

import hashlib
import json
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from survey_analysis.errors import DataError
from survey_analysis.study.workbook_parts import UNPACKING

FORMAT, SCHEMA = "survey-analysis archive", 1
MANIFEST, DATA = "manifest.json", "data"
STUDY, CODEBOOK, TABLE = "data.toml", "data.codebook.csv", "data.csv"
MOST_MANIFEST = 1_000_000
MOST_BYTES = 2_000_000_000
MOST_RATIO = 2_000  # deflate gives at most about a thousand


def is_archive(path: Path) -> bool:
    """Whether a file is a zip whose manifest says that it is an archive of ours."""
    try:
        if not zipfile.is_zipfile(path):
            return False
        with zipfile.ZipFile(path) as opened:
            return MANIFEST in opened.namelist() and _manifest(opened, path.name).get("format") == FORMAT
    except UNPACKING:  # a DataError is a ValueError
        return False


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A folder with the study file, codebook and data of an archive, for as long as it is read.

    Raises
    ------
    DataError
        A newer archive; a file that is missing, stands there twice, is larger than it says or does not have the hash
        that the manifest gives; a study file that names other files.
    """
    with zipfile.ZipFile(path) as opened, TemporaryDirectory() as folder:
        manifest = _manifest(opened, path.name)
        if manifest.get("schema") != SCHEMA:
            raise DataError(
                f"The archive '{path.name}' has schema {manifest.get('schema')}, expected {SCHEMA}.",
                hint="read it with the version of survey-analysis that its lock.txt names.",
            )
        for name in (STUDY, CODEBOOK, TABLE):
            (Path(folder) / name).write_bytes(_checked(opened, f"{DATA}/{name}", manifest, path.name))
        _only_own_files(Path(folder) / STUDY, path.name)
        yield Path(folder)


def _manifest(opened: zipfile.ZipFile, archive: str) -> dict[str, Any]:
    content = _bounded(opened, MANIFEST, MOST_MANIFEST, archive)
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _damaged(archive, f"{MANIFEST} is no JSON object.")
    return found


def _checked(opened: zipfile.ZipFile, name: str, manifest: dict[str, Any], archive: str) -> bytes:
    """Content of one file, of the size and hash that the manifest gives."""
    files = manifest.get("files")
    told = files.get(name) if isinstance(files, dict) else None
    size = told.get("bytes") if isinstance(told, dict) else None
    if told is None or not isinstance(size, int) or not 0 <= size <= MOST_BYTES:
        raise _damaged(archive, f"the manifest says nothing usable of '{name}'.")
    content = _bounded(opened, name, size, archive)
    if len(content) != size or hashlib.sha256(content).hexdigest() != told.get("sha256"):
        raise _damaged(archive, f"'{name}' is not what the manifest says.")
    return content


def _bounded(opened: zipfile.ZipFile, name: str, most: int, archive: str) -> bytes:
    """At most so many bytes of a file that stands in the archive once; no more are unpacked."""
    entries = [e for e in opened.infolist() if e.filename == name]
    if len(entries) != 1:
        raise _damaged(archive, f"'{name}' stands there {len(entries)} times.")
    (entry,) = entries
    if entry.flag_bits & 1:
        raise _damaged(archive, f"'{name}' is encrypted.")
    if entry.file_size > most or entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        raise _damaged(archive, f"'{name}' unpacks to {entry.file_size:,} bytes.")
    try:
        with opened.open(entry) as stream:
            content = stream.read(most + 1)
    except UNPACKING as error:
        raise _damaged(archive, f"'{name}' cannot be unpacked: {error}.") from None
    if len(content) > most:
        raise _damaged(archive, f"'{name}' is larger than it says.")
    return content


def _only_own_files(study: Path, archive: str) -> None:
    """Refuse a study file that would read anything but the files of the archive."""
    try:
        found = tomllib.loads(study.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _damaged(archive, f"the study file cannot be read: {error}.") from None
    about = found.get("study", {})
    design = found.get("design", {})
    named = about if isinstance(about, dict) else {}
    pps = design.get("pps") if isinstance(design, dict) else None
    others = [named.get("metadata"), pps.get("joint") if isinstance(pps, dict) else None]
    if (named.get("data"), named.get("codebook")) != (TABLE, CODEBOOK) or any(others):
        raise _damaged(archive, "the study file names files that are not in it.")


def _damaged(archive: str, reason: str) -> DataError:
    return DataError(
        f"The archive '{archive}' cannot be used.",
        where=reason[0].upper() + reason[1:],
        hint="download it again, or ask who deposited it.",
    )
