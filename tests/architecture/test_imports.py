"""The diagram in docs/architecture.md holds: layers, a core of numbers only, an import without side effects."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from architecture.places import PACKAGE, ROOT, modules

HEAVY = (
    "numpy",
    "pandas",
    "scipy",
    "matplotlib",
    "seaborn",
    "statsmodels",
    "pydantic",
    "typst",
    "pikepdf",
    "jinja2",
)
CORE_MAY = {"numpy", "scipy", "survey_analysis", "__future__"} | set(sys.stdlib_module_names)


def imported(path: Path) -> set[str]:
    """Top names that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.relative_to(ROOT)}:{node.lineno} imports relatively"
            found.add((node.module or "").split(".")[0])
    return found


def test_layers():
    pytest.importorskip(
        "importlinter", reason="import-linter is not installed (it is in the extra 'dev'); layers not checked"
    )
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").glob("*.py")), ids=lambda p: p.stem)
def test_core_is_numbers_only(path):
    assert imported(path) <= CORE_MAY


def test_tables_and_matplotlib_have_one_place_each():
    """pandas never in `study` and `core`; matplotlib and seaborn only in `figures`; typst and pikepdf only in `reporting`."""
    places = {
        "matplotlib": {"figures"},
        "seaborn": {"figures"},
        "typst": {"reporting"},
        "pikepdf": {"reporting"},
    }
    for path in modules():
        package = path.relative_to(PACKAGE).parts[0]
        for name in imported(path) & set(places):
            assert package in places[name], f"{path.relative_to(ROOT)} imports {name}"
        assert not (package in ("core", "study") and "pandas" in imported(path)), path


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, survey_analysis; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not done.stderr
    assert "survey_analysis" in done.stdout.split()
    assert not set(done.stdout.split()) & set(HEAVY)


def test_importing_draws_no_figure_and_reads_no_plot_library_until_asked():
    code = "import sys, survey_analysis as sa; sa.read; print('matplotlib' in sys.modules, 'typst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "False"]
