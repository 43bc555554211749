"""Runs a notebook and keeps what its cells gave.

python run_notebook.py NOTEBOOK TARGET OLD NEW LAST: the text OLD, which must be
there, is replaced first, and LAST is the code of one cell more. In a process of
its own: what Jupyter's libraries warn of is theirs.
"""

import sys
from pathlib import Path

import nbclient
import nbformat


def main(source: str, target: str, old: str, new: str, last: str) -> None:
    """Run all cells in the folder of the target."""
    notebook = nbformat.read(source, as_version=4)
    [cell] = [cell for cell in notebook.cells if old in cell.source]
    cell.source = cell.source.replace(old, new)
    notebook.cells.append(nbformat.v4.new_code_cell(last))
    folder = {"metadata": {"path": str(Path(target).parent)}}
    nbclient.NotebookClient(notebook, timeout=120, resources=folder).execute()
    nbformat.write(notebook, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
