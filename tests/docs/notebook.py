"""Execute the notebooks. `python -m tests.docs.notebook 02` stores the outputs of one anew; without a name, of all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
KEPT = {"name": "python3", "display_name": "Python 3", "language": "python"}


def stored(path: Path) -> nbformat.NotebookNode:
    """A notebook as it lies there."""
    return nbformat.read(path, as_version=4)


def execute(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Run every cell in the folder of the notebook; an error in a cell is an error here."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        coalesce_streams=True,  # how printed text is cut into messages depends on the clock
        resources={"metadata": {"path": ROOT / "notebooks"}},
    )
    return client.execute(env={**os.environ, "PYTHONPATH": path})


def plain(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Without the clock and the machine: no times, no kernel versions, ids by position."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KEPT, "language_info": {"name": "python"}})
    for i, cell in enumerate(notebook.cells):
        cell.metadata = nbformat.from_dict({})
        cell.id = f"cell-{i:02d}"
    return notebook


def text(notebook: nbformat.NotebookNode) -> str:
    """Everything the cells print or show as plain text."""
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    return "\n".join(o.get("text", "") + str(o.get("data", {}).get("text/plain", "")) for o in outputs)


if __name__ == "__main__":
    for name in NOTEBOOKS:
        if name.name.startswith(tuple(sys.argv[1:]) or ""):
            nbformat.write(plain(execute(stored(name))), name)
