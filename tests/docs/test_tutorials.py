"""The tutorials are executed: an error in any cell fails."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from myst_nb.core.read import read_myst_markdown_notebook
from nbclient import NotebookClient

TUTORIALS = Path(__file__).resolve().parents[2] / "docs" / "tutorials"
NAMES = ("one_site", "own_profiles", "whole_study")
TIMEOUT_SECONDS = 300


def _notebook(name: str) -> nbformat.NotebookNode:
    text = (TUTORIALS / f"{name}.md").read_text(encoding="utf-8")
    return read_myst_markdown_notebook(text)


def test_every_tutorial_is_executed_here() -> None:
    assert tuple(sorted(path.stem for path in TUTORIALS.glob("*.md") if path.stem != "index")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_tutorial_runs(name: str, tmp_path: Path) -> None:
    notebook = _notebook(name)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    executed = client.execute()
    cells = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert len(cells) > 5
    assert all(cell.execution_count for cell in cells)
    assert not [o for cell in cells for o in cell.outputs if o.output_type == "error"]
    assert "image/png" in json.dumps(executed), "expected a figure"
