"""Rules of CONTRIBUTING.md that a machine can check."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from architecture.places import PACKAGE, ROOT, dotted, files, modules

TOP_LEVEL = {
    "survey_analysis", "notebooks", "data", "reports", "tests", "docs", "benchmarks",
    "pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
}  # fmt: skip
# written in pieces, so that this file does not find itself
ELSEWHERE = re.compile(
    "|".join(
        [
            "/" + "(?:work|farm|root|home|tmp)" + "/[A-Za-z0-9_.]",
            r"[A-Z]:\\+Users\\",
            "py" + r"pi\.org",
            "python" + "hosted",
            "registry" + r"\.npmjs",
            "deb" + r"\.debian",
        ]
    )
)
TEXT = {".py", ".md", ".toml", ".csv", ".json", ".css", ".j2", ".typ", ".ipynb", ".yaml", ".svg", ".txt", ""}


def test_the_top_level_is_what_the_readme_says():
    found = {
        p.name for p in ROOT.iterdir() if not p.name.startswith(".") and not p.name.endswith(".egg-info")
    }
    assert found - {"build", "dist"} <= TOP_LEVEL
    assert {"raw", "processed"} <= {p.name for p in (ROOT / "data").iterdir()}
    for folder in ("data/raw", "data/processed", "reports"):
        assert (ROOT / folder / "README.md").is_file(), folder


def test_no_module_over_400_lines():
    lines = {dotted(p): len(p.read_text(encoding="utf-8").splitlines()) for p in modules()}
    assert lines
    assert not {name: n for name, n in lines.items() if n > 400}


def test_no_machine_paths_and_no_registry_hosts():
    found = []
    for path in files():
        if path.suffix in TEXT and path.stat().st_size < 4_000_000:
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {m.group()}" for m in ELSEWHERE.finditer(text)]
    assert not found


Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _public(tree: ast.AST, prefix: str = "") -> list[tuple[str, Documented]]:
    out: list[tuple[str, Documented]] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and not node.name.startswith("_"):
            if any(isinstance(d, ast.Name) and d.id == "overload" for d in node.decorator_list):
                continue
            out.append((prefix + node.name, node))
            if isinstance(node, ast.ClassDef):
                out += _public(node, f"{prefix}{node.name}.")
    return out


def _docstring_faults(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wrong = []
    for name, node in [(dotted(path), tree), *_public(tree, dotted(path) + ".")]:
        text = ast.get_docstring(node) or ""
        first = text.split("\n\n")[0].strip()
        if not first or first[-1] not in ".:?!":
            wrong.append(f"{name}: {first!r}")
        if re.search(r"^(Args|Parameters|Returns|Raises|Examples|Attributes|Notes):\s*$", text, re.MULTILINE):
            wrong.append(f"{name}: sections are underlined in numpydoc")
    return wrong


def test_every_public_name_has_a_docstring_that_begins_with_a_sentence():
    assert not [fault for path in modules() for fault in _docstring_faults(path)]


def test_modules_with_code_have_future_annotations_and_only_the_command_line_prints():
    wrong = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        future = any(isinstance(n, ast.ImportFrom) and n.module == "__future__" for n in tree.body)
        if not future and any(isinstance(n, ast.FunctionDef | ast.ClassDef) for n in tree.body):
            wrong.append(f"{dotted(path)}: no future annotations")
        calls = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call)]
        prints = [f for f in calls if isinstance(f, ast.Name) and f.id == "print"]
        if prints and path.relative_to(PACKAGE).parts[0] != "cli":
            wrong.append(f"{dotted(path)}: prints")
    assert not wrong


def test_every_test_file_asserts_something():
    empty = [
        p.relative_to(ROOT)
        for p in sorted((ROOT / "tests").rglob("test_*.py"))
        if not re.search(r"\bassert\b|pytest\.(raises|warns|fail)|check_", p.read_text(encoding="utf-8"))
    ]
    assert not empty
