"""`lock.txt`: what the numbers were made with, and what the files of an archive hold."""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, requires, version

PACKAGE = "survey-analysis"
_NEEDED = (
    "numpy", "pandas", "scipy", "statsmodels", "formulaic", "matplotlib", "seaborn", "pydantic", "jinja2", "typst",
    "pikepdf", "XlsxWriter", "python-calamine", "pyreadstat",
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def versions() -> dict[str, str]:
    """Python and every installed package that the package needs, and those that they need, by name.

    Examples
    --------
    >>> "python" in versions(), "numpy" in versions()
    (True, True)
    """
    found: dict[str, str] = {}
    waiting = [PACKAGE, *_NEEDED]
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in found:
            continue
        try:
            found[key] = version(name)
        except PackageNotFoundError:
            if key == PACKAGE:
                found[key] = "source tree"
            continue
        waiting += [
            m[0] for r in requires(name) or () if "extra ==" not in r and (m := _NAME.match(r)) is not None
        ]
    return {"python": platform.python_version()} | dict(sorted(found.items()))


def lock_text(files: Mapping[str, bytes]) -> str:
    """`name==version` of the software, then SHA-256 of every file."""
    lines = ["# Python and packages", *(f"{n}=={v}" for n, v in versions().items())]
    lines += ["", "# SHA-256 of the files"]
    lines += [f"# {hashlib.sha256(content).hexdigest()}  {name}" for name, content in sorted(files.items())]
    return "\n".join(lines) + "\n"
